//! Plan against actual, thing by thing: how much of the difference is amount, how much mix, how much
//! factors.

use super::{Open, Thing, portion};
use carbon::{Line, Unit};
use quantity::{Carbon, Emission, Fixed};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// One side of a comparison.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Side {
    /// How much, where all of it is counted in one unit.
    pub amount: Option<(Fixed, Unit)>,
    /// What it emitted.
    pub emission: Emission,
}

/// What is different in one thing. `amount`, `mix` and `factor` sum to the whole, to the microgram.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// In what.
    pub thing: Thing,
    /// As planned.
    pub planned: Side,
    /// As it happened; `None` as long as that is open.
    pub actual: Option<Side>,
    /// What is missing, where it is open.
    pub open: Option<String>,
    /// By more or less of it: the plan's mix and factors, the actual amount. All of it where one side is
    /// nothing.
    pub amount: Emission,
    /// By another mix of what was used: grid or own sun, new board or none. All of it where the two sides
    /// are counted in unlike units.
    pub mix: Emission,
    /// By factors of another edition.
    pub factor: Emission,
}

impl Difference {
    /// Actual less planned; nothing as long as it is open.
    pub fn whole(&self) -> Emission {
        self.amount + self.mix + self.factor
    }
}

/// What lines of one factor come to.
#[derive(Clone, Debug, Default)]
struct Sum {
    amount: Fixed,
    emission: Emission,
    editions: BTreeSet<Arc<str>>,
}

/// Lines of a thing by factor.
#[derive(Clone, Debug, Default)]
struct Sums {
    by_factor: BTreeMap<(Unit, Arc<str>), Sum>,
}

impl Sums {
    fn add(&mut self, line: &Line) {
        let key = (line.activity.unit, line.activity.factor_id.clone());
        let sum = self.by_factor.entry(key).or_default();
        sum.amount += line.activity.amount;
        sum.emission += line.emission();
        sum.editions.insert(line.factor_edition.clone());
    }

    fn side(&self) -> Side {
        let emission = self.by_factor.values().map(|sum| sum.emission).sum();
        let mut units = self.by_factor.keys().map(|(unit, _)| *unit);
        let unit = units.next().filter(|first| units.all(|unit| unit == *first));
        let amount: Fixed = self.by_factor.values().map(|sum| sum.amount).sum();
        Side { amount: unit.map(|unit| (amount, unit)), emission }
    }
}

fn less(a: Emission, b: Emission) -> Emission {
    Emission { wtt: a.wtt - b.wtt, ttw: a.ttw - b.ttw }
}

/// An emission of `whole`, for `part` of it.
fn scaled(emission: Emission, part: Fixed, whole: Fixed) -> Emission {
    let half = |of: Carbon| {
        let micrograms = portion(of.micrograms(), part.billionths(), whole.billionths());
        Carbon::from_micrograms(micrograms)
    };
    Emission { wtt: half(emission.wtt), ttw: half(emission.ttw) }
}

/// Every thing of the two ledgers with its difference, in the order of things.
///
/// - `planned`, `actual`: lines of one plan, and those that came of [`super::actual`].
/// - `open`: what is not measured yet. It has a row without a difference.
///
/// The planned sides sum to the planned lines, the actual sides to the actual lines, and the differences of
/// all rows to the actual lines less the planned lines of what is not open.
pub fn explain(planned: &[Line], actual: &[Line], open: &[Open]) -> Vec<Difference> {
    let mut sums: BTreeMap<Thing, [Sums; 2]> = BTreeMap::new();
    for (side, lines) in [planned, actual].into_iter().enumerate() {
        for line in lines {
            sums.entry(Thing::of(&line.activity)).or_default()[side].add(line);
        }
    }
    let mut open: BTreeMap<&Thing, &String> =
        open.iter().map(|one| (&one.thing, &one.reason)).collect();
    let mut rows: Vec<Difference> = sums
        .into_iter()
        .map(|(thing, sums)| {
            let reason = open.remove(&thing).cloned();
            difference(thing, &sums, reason)
        })
        .collect();
    // Open, and not even planned.
    rows.extend(open.into_iter().map(|(thing, reason)| {
        difference(thing.clone(), &[Sums::default(), Sums::default()], Some(reason.clone()))
    }));
    rows.sort_by(|a, b| a.thing.cmp(&b.thing));
    rows
}

fn difference(thing: Thing, [before, after]: &[Sums; 2], open: Option<String>) -> Difference {
    let (planned, actual) = (before.side(), after.side());
    let none = Emission::ZERO;
    if open.is_some() && after.by_factor.is_empty() {
        let (amount, mix, factor) = (none, none, none);
        return Difference { thing, planned, actual: None, open, amount, mix, factor };
    }
    let whole = less(actual.emission, planned.emission);
    let (amount, mix, factor) = match (planned.amount, actual.amount) {
        _ if before.by_factor.is_empty() || after.by_factor.is_empty() => (whole, none, none),
        (Some((old, unit)), Some((new, same))) if unit == same && old != Fixed::ZERO => {
            let remixed = restated(before, after);
            let resized = if is_like_mix((before, old), (after, new)) {
                remixed
            } else {
                scaled(planned.emission, new, old)
            };
            (
                less(resized, planned.emission),
                less(remixed, resized),
                less(actual.emission, remixed),
            )
        }
        _ => (none, whole, none),
    };
    Difference { thing, planned, actual: Some(actual), open, amount, mix, factor }
}

/// The actual amounts at the plan's factors; at their own where the plan had none, or the same.
fn restated(before: &Sums, after: &Sums) -> Emission {
    let at_plan = |(key, sum): (&(Unit, Arc<str>), &Sum)| match before.by_factor.get(key) {
        Some(planned) if planned.amount != Fixed::ZERO && planned.editions != sum.editions => {
            scaled(planned.emission, sum.amount, planned.amount)
        }
        _ => sum.emission,
    };
    after.by_factor.iter().map(at_plan).sum()
}

/// Both sides use the same things in the same proportions: what their lines were rounded by is no mix.
fn is_like_mix((before, old): (&Sums, Fixed), (after, new): (&Sums, Fixed)) -> bool {
    before.by_factor.len() == after.by_factor.len()
        && before.by_factor.iter().zip(&after.by_factor).all(|((key, a), (other, b))| {
            let a_of_new = a.amount.billionths().checked_mul(new.billionths());
            let b_of_old = b.amount.billionths().checked_mul(old.billionths());
            key == other && a_of_new.is_some() && a_of_new == b_of_old
        })
}
