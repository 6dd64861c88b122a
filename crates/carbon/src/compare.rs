//! What changed between two ledgers: by other factors, and by doing otherwise.
//!
//! The first is the method's, the second the performance's. A base year is restated by the first
//! alone. Source: GHG Protocol Corporate Standard, chapter 5, tracking emissions over time.

use crate::{Case, Factor, Link, Period, Registry, Unit, allocate, value};
use quantity::{Carbon, Emission, Fixed};
use std::collections::BTreeMap;
use std::sync::Arc;

/// By what lines of two ledgers are told to be of the same activity.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// When; `None` where two years are compared as wholes.
    pub period: Option<Period>,
    /// Whose day; `None` where cases are compared with each other.
    pub case: Option<Case>,
    /// In which link.
    pub link: Link,
    /// Which factor, in any edition.
    pub factor_id: Arc<str>,
    /// The amount's unit.
    pub unit: Unit,
}

/// Lines of one key and edition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What they are of.
    pub key: Key,
    /// Edition of the factor.
    pub edition: Arc<str>,
    /// Their amounts together, in the key's unit.
    pub amount: Fixed,
    /// What they emitted.
    pub emission: Emission,
}

/// One side of a comparison.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Side {
    /// How much was done, in the key's unit.
    pub amount: Fixed,
    /// What it emitted.
    pub emission: Emission,
}

/// What changed in one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What it is of.
    pub key: Key,
    /// Before; `None` where the activity is new.
    pub before: Option<Side>,
    /// After; `None` where the activity has ended.
    pub after: Option<Side>,
    /// By factors: the amount before at the factors after, less what was emitted before.
    pub method: Emission,
    /// By what was done: what was emitted after, less the amount before at the factors after.
    pub performance: Emission,
}

/// Why groups cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CompareError {
    /// The registry lacks a factor that the later side names.
    #[error("no factor `{id}`, edition `{edition}`, in the registry. Give the later ledger's own")]
    NoFactor {
        /// Its id.
        id: Arc<str>,
        /// Its edition.
        edition: Arc<str>,
    },
    /// The later edition is per another unit.
    #[error("`{id}`, edition `{edition}`, is per {per}, the ledger counts it in {counted}")]
    Unit {
        /// Its id.
        id: Arc<str>,
        /// Its edition.
        edition: Arc<str>,
        /// The factor's unit.
        per: Unit,
        /// The ledger's unit.
        counted: Unit,
    },
    /// Amount times factor is beyond the ledger's digits.
    #[error("`{0}` is too large an amount for the ledger")]
    TooLarge(Arc<str>),
}

/// What changed from `before` to `after`, a row a key, in the order of keys.
///
/// - `registry`: holds the factors that `after` names.
///
/// In every row, and in every sum of rows, method and performance are the whole change, to the
/// microgram. A key that only one side has is performance: an activity new or ended. Where the
/// later side uses several editions of a factor, the amount before is restated by all of them in
/// the proportion of their amounts.
pub fn compare(
    before: &[Group],
    after: &[Group],
    registry: &Registry,
) -> Result<Vec<Change>, Vec<CompareError>> {
    let (before, mut after) = (by_key(before), by_key(after));
    let (mut changes, mut faults) = (Vec::new(), Vec::new());
    for (key, editions) in before {
        let old = side(&editions);
        let (new, restated) = match after.remove(&key) {
            None => (None, Ok(old.emission)),
            Some(later) => (Some(side(&later)), restate(&key, old, &later, registry)),
        };
        match restated {
            Ok(restated) => changes.push(change(key, Some(old), new, restated)),
            Err(fault) => faults.push(fault),
        }
    }
    for (key, editions) in after {
        changes.push(change(key, None, Some(side(&editions)), Emission::ZERO));
    }
    changes.sort_by(|a, b| a.key.cmp(&b.key));
    if faults.is_empty() { Ok(changes) } else { Err(faults) }
}

/// Method and performance of all rows together.
pub fn sums(changes: &[Change]) -> (Emission, Emission) {
    let method = changes.iter().map(|change| change.method).sum();
    (method, changes.iter().map(|change| change.performance).sum())
}

/// A group of the base year, valued anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restated {
    /// The group as it was.
    pub group: Group,
    /// The edition that is meant for its period now.
    pub edition: Arc<str>,
    /// What it emitted by that.
    pub emission: Emission,
}

/// A base year by today's factors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recalculation {
    /// As it was reported.
    pub reported: Emission,
    /// By the factors that are meant for it now.
    pub restated: Emission,
    /// Change of the well-to-wheel sum in percent of what was reported, rounded to nine places;
    /// `None` where nothing was reported.
    pub change_pct: Option<Fixed>,
    /// Whether the policy asks to report the restated figure from now on.
    pub due: bool,
    /// Each group, in the order given.
    pub groups: Vec<Restated>,
}

/// Restates a base year.
///
/// - `registry`: by which [`Registry::pick`] finds the edition of each group's period; without a
///   period it is the latest.
/// - `threshold_pct`: the policy: a change of so many percent of the well-to-wheel sum, up or
///   down, or more, makes it due. SBTi asks for 5 % or less.
///
/// What was done in the base year stays as it was: the change is the method's alone.
pub fn recalculate(
    base: &[Group],
    registry: &Registry,
    threshold_pct: Fixed,
) -> Result<Recalculation, Vec<CompareError>> {
    let (mut groups, mut faults) = (Vec::new(), Vec::new());
    for group in base {
        let id = &group.key.factor_id;
        let known = match group.key.period {
            Some(period) => registry.pick(id, period),
            None => registry.get(id),
        };
        let emission = known
            .ok_or_else(|| no_factor(&group.key, &group.edition))
            .and_then(|factor| Ok((factor, valued(&group.key, group.amount, factor)?)));
        match emission {
            Ok((factor, emission)) => {
                let (group, edition) = (group.clone(), factor.edition.clone());
                groups.push(Restated { group, edition, emission });
            }
            Err(fault) => faults.push(fault),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let reported: Emission = base.iter().map(|group| group.emission).sum();
    let restated: Emission = groups.iter().map(|group| group.emission).sum();
    let change_pct = percent(restated.wtw() - reported.wtw(), reported.wtw());
    let due = match change_pct {
        Some(change) => change >= threshold_pct || -change >= threshold_pct,
        None => restated.wtw() != reported.wtw(),
    };
    Ok(Recalculation { reported, restated, change_pct, due, groups })
}

/// A part in percent of a whole, rounded half to even to nine places; `None` of nothing.
pub fn percent(part: Carbon, whole: Carbon) -> Option<Fixed> {
    part.kilograms().checked_mul(Fixed::from_integer(100))?.checked_div(whole.kilograms())
}

/// Amounts and emissions by edition.
type Editions = BTreeMap<Arc<str>, Side>;

fn by_key(groups: &[Group]) -> BTreeMap<Key, Editions> {
    let mut keys: BTreeMap<Key, Editions> = BTreeMap::new();
    for group in groups {
        let editions = keys.entry(group.key.clone()).or_default();
        let side = editions.entry(group.edition.clone()).or_default();
        side.amount += group.amount;
        side.emission += group.emission;
    }
    keys
}

fn side(editions: &Editions) -> Side {
    editions.values().fold(Side::default(), |sum, side| Side {
        amount: sum.amount + side.amount,
        emission: sum.emission + side.emission,
    })
}

/// What the amount before would have emitted by the editions of after.
fn restate(
    key: &Key,
    old: Side,
    later: &Editions,
    registry: &Registry,
) -> Result<Emission, CompareError> {
    let weights: Vec<i128> = later.values().map(|side| side.amount.billionths().max(0)).collect();
    if weights.iter().all(|&weight| weight == 0) {
        // Taken back whole: nothing was done after, so the activity has ended.
        return Ok(old.emission);
    }
    let shares = allocate::by_weight(old.amount, &weights, |_| ());
    let used = later.keys().zip(shares).zip(&weights).filter(|&(_, &weight)| weight > 0);
    used.map(|((edition, share), _)| {
        let factor = registry.edition(&key.factor_id, edition);
        valued(key, share, factor.ok_or_else(|| no_factor(key, edition))?)
    })
    .sum()
}

fn no_factor(key: &Key, edition: &Arc<str>) -> CompareError {
    CompareError::NoFactor { id: key.factor_id.clone(), edition: edition.clone() }
}

fn valued(key: &Key, amount: Fixed, factor: &Factor) -> Result<Emission, CompareError> {
    if factor.unit != key.unit {
        return Err(CompareError::Unit {
            id: factor.id.clone(),
            edition: factor.edition.clone(),
            per: factor.unit,
            counted: key.unit,
        });
    }
    let valued = value(amount, factor).map(|valued| valued.emission);
    valued.ok_or_else(|| CompareError::TooLarge(key.factor_id.clone()))
}

fn change(key: Key, before: Option<Side>, after: Option<Side>, restated: Emission) -> Change {
    let [old, new] = [before, after].map(|side| side.unwrap_or_default().emission);
    let less = |a: Emission, b: Emission| Emission { wtt: a.wtt - b.wtt, ttw: a.ttw - b.ttw };
    Change { key, before, after, method: less(restated, old), performance: less(new, restated) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    /// The built-in diesel, and two later editions of it; the last costs one more kg in TTW.
    fn registry() -> &'static Registry {
        static REGISTRY: LazyLock<Registry> = LazyLock::new(with_later_editions);
        &REGISTRY
    }

    fn with_later_editions() -> Registry {
        let mut registry = Registry::built_in();
        let diesel = registry.get(ids::DIESEL).unwrap().clone();
        for (edition, from, wtt, ttw) in [("2030", "2030", "1", "2"), ("2031", "2031", "1", "3")] {
            let later = Factor {
                edition: edition.into(),
                valid_from: from.parse().ok(),
                wtt: wtt.parse().ok(),
                ttw: ttw.parse().ok(),
                ..diesel.clone()
            };
            registry.add(later).unwrap();
        }
        registry
    }

    fn key(link: Link) -> Key {
        let (factor_id, unit) = (ids::DIESEL.into(), Unit::Litre);
        Key { period: None, case: None, link, factor_id, unit }
    }

    fn group(link: Link, edition: &str, litres: i64) -> Group {
        let registry = registry();
        let factor = registry.edition(ids::DIESEL, edition).unwrap();
        let amount = Fixed::from_integer(litres);
        let emission = value(amount, factor).unwrap().emission;
        Group { key: key(link), edition: edition.into(), amount, emission }
    }

    const ROAD: Link = Link::Transportation;

    fn texts(emission: Emission) -> [String; 2] {
        [emission.wtt, emission.ttw].map(|half| half.to_string())
    }

    #[test]
    fn other_factors_are_method_and_other_amounts_performance() {
        for (before, after, method, performance, why) in [
            (vec![("2030", 10)], vec![("2030", 8)], ["0", "0"], ["-2", "-4"], "less driven"),
            (vec![("2030", 10)], vec![("2031", 10)], ["0", "10"], ["0", "0"], "other factors"),
            (vec![("2030", 10)], vec![("2031", 8)], ["0", "10"], ["-2", "-6"], "both"),
            (vec![], vec![("2031", 8)], ["0", "0"], ["8", "24"], "a new activity"),
            (vec![("2030", 10)], vec![], ["0", "0"], ["-10", "-20"], "an ended one"),
            (
                vec![("2030", 8)],
                vec![("2030", 3), ("2031", 1)],
                ["0", "2"],
                ["-4", "-9"],
                "two editions: 6 of the 8 l by the one, 2 by the other",
            ),
            (
                vec![("2030", 10)],
                vec![("2031", 5), ("2031", -5)],
                ["0", "0"],
                ["-10", "-20"],
                "taken back whole is ended",
            ),
        ] {
            let side = |rows: Vec<(&str, i64)>| -> Vec<Group> {
                rows.into_iter().map(|(edition, litres)| group(ROAD, edition, litres)).collect()
            };
            let changes = compare(&side(before), &side(after), registry()).unwrap();
            assert_eq!(changes.len(), 1, "{why}");
            assert_eq!(texts(changes[0].method), method, "{why}");
            assert_eq!(texts(changes[0].performance), performance, "{why}");
        }
    }

    #[test]
    fn another_link_is_another_activity() {
        let site = Link::Warehousing;
        let changes =
            compare(&[group(site, "2030", 1)], &[group(ROAD, "2031", 1)], registry()).unwrap();
        let sides: Vec<_> =
            changes.iter().map(|c| (c.key.link, c.before.is_some(), c.after.is_some())).collect();
        assert_eq!(sides, [(ROAD, false, true), (site, true, false)], "in the order of keys");
        let (method, performance) = sums(&changes);
        assert_eq!((method, texts(performance)), (Emission::ZERO, ["0", "1"].map(Into::into)));
    }

    #[test]
    fn all_that_cannot_be_valued_is_told() {
        let old = [group(ROAD, "2030", 1), group(Link::Packaging, "2030", 1)];
        let later = old.clone().map(|group| Group { edition: "2050".into(), ..group });
        let fault = CompareError::NoFactor { id: ids::DIESEL.into(), edition: "2050".into() };
        assert_eq!(compare(&old, &later, registry()), Err(vec![fault.clone(), fault]));

        let mut other = group(ROAD, "2030", 1);
        other.key.unit = Unit::Tonne;
        let (id, edition) = (ids::DIESEL.into(), "2030".into());
        let unit = CompareError::Unit { id, edition, per: Unit::Litre, counted: Unit::Tonne };
        assert_eq!(compare(&[other.clone()], &[other], registry()), Err(vec![unit]));

        let mut much = group(ROAD, "2030", 1);
        much.amount = Fixed::from_billionths(i128::MAX);
        let large = CompareError::TooLarge(ids::DIESEL.into());
        assert_eq!(recalculate(&[much], registry(), Fixed::ZERO), Err(vec![large]));
    }

    #[test]
    fn a_base_year_is_restated_from_the_threshold_on() {
        let in_year = |year: &str| Group {
            key: Key { period: year.parse().ok(), ..key(ROAD) },
            ..group(ROAD, "2030", 10)
        };
        for (base, threshold, edition, restated, change, due, why) in [
            (in_year("2030"), "5", "2030", "30", "0", false, "the edition of its year is the same"),
            (in_year("2031"), "5", "2031", "40", "33.333333333", true, "a later one is meant now"),
            (in_year("2031"), "34", "2031", "40", "33.333333333", false, "below the threshold"),
            (in_year("2031"), "33.333333333", "2031", "40", "33.333333333", true, "at it"),
            (group(ROAD, "2031", -5), "5", "2031", "-20", "0", false, "no period: the latest"),
        ] {
            let found = recalculate(&[base], registry(), threshold.parse().unwrap()).unwrap();
            assert_eq!(&*found.groups[0].edition, edition, "{why}");
            assert_eq!(found.restated.wtw().to_string(), restated, "{why}");
            assert_eq!(
                found.change_pct.map(|pct| pct.to_string()).as_deref(),
                Some(change),
                "{why}"
            );
            assert_eq!(found.due, due, "{why}");
        }
    }

    #[test]
    fn a_lower_restatement_counts_as_much_as_a_higher() {
        let mut base = group(ROAD, "2031", 10);
        base.key.period = "2030".parse().ok();
        let found = recalculate(&[base], registry(), Fixed::from_integer(25)).unwrap();
        assert_eq!(found.change_pct, Some(Fixed::from_integer(-25)));
        assert!(found.due);
    }

    #[test]
    fn nothing_reported_has_no_percentage() {
        let mut base = group(ROAD, "2031", 10);
        base.emission = Emission::ZERO;
        let found = recalculate(&[base], registry(), Fixed::from_integer(5)).unwrap();
        assert_eq!((found.change_pct, found.due), (None, true));
        let found = recalculate(&[], registry(), Fixed::ZERO).unwrap();
        assert_eq!((found.change_pct, found.due), (None, false));
    }

    fn any_groups() -> impl Strategy<Value = Vec<Group>> {
        let one = (0..5_usize, any::<bool>(), -9_000_000_000_i64..9_000_000_000, any::<[i32; 2]>());
        let one = one.prop_map(|(link, later, amount, [wtt, ttw])| Group {
            amount: Fixed::from_billionths(amount.into()),
            emission: Emission {
                wtt: Carbon::from_micrograms(wtt.into()),
                ttw: Carbon::from_micrograms(ttw.into()),
            },
            ..group(Link::ALL[link], if later { "2031" } else { "2030" }, 0)
        });
        prop::collection::vec(one, 0..12)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn method_and_performance_are_the_whole_change(
            before in any_groups(),
            after in any_groups(),
        ) {
            let changes = compare(&before, &after, registry()).unwrap();
            let total = |groups: &[Group]| groups.iter().map(|g| g.emission).sum::<Emission>();
            let (method, performance) = sums(&changes);
            prop_assert_eq!(total(&before) + method + performance, total(&after));
            for row in &changes {
                let [old, new] =
                    [row.before, row.after].map(|side| side.unwrap_or_default().emission);
                prop_assert_eq!(old + row.method + row.performance, new);
            }
        }

        #[test]
        fn the_order_of_groups_changes_nothing(
            (before, after) in any_groups()
                .prop_flat_map(|groups| (Just(groups.clone()), Just(groups).prop_shuffle())),
            other in any_groups(),
        ) {
            prop_assert_eq!(
                compare(&before, &other, registry()),
                compare(&after, &other, registry())
            );
            prop_assert_eq!(
                compare(&other, &before, registry()),
                compare(&other, &after, registry())
            );
        }
    }
}
