//! A chunk of activities into lines: which edition values each, and what it emitted.

use super::fault::{Fault, Faults};
use super::round::Rounds;
use crate::columns::{Activities, Coded, LineIds, Lines, NONE, UNKNOWN, Word};
use crate::interner::{Codes, Groups, groups};
use crate::kernel::{self, TooLarge};
use carbon::{Class, DistanceKind, Factor, Period, Registry, Unit};
use quantity::Fixed;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Of a case, tenant, period and factor of electricity: kg CO2e per kWh at the power stations by the
/// market-based method (GHG Protocol scope 2).
pub type MarketRate<'a> = &'a (dyn Fn(&str, &str, Period, &Factor) -> Option<Fixed> + Sync);

/// How activities are valued.
pub(super) struct Valuation<'a> {
    factors: &'a Registry,
    market: MarketRate<'a>,
    batch: &'a str,
    /// Editions that some line names.
    used: Mutex<BTreeMap<(&'a str, &'a str), &'a Factor>>,
}

/// What an activity may be without, and the word that stands for it.
const DEFAULTS: [(Word, &str); 3] =
    [(Word::Tenant, "main"), (Word::Case, "actual"), (Word::Method, "not stated")];

/// What no activity may be without.
const REQUIRED: [(Word, &str); 6] = [
    (Word::Link, "link"),
    (Word::Activity, "activity"),
    (Word::Period, "period"),
    (Word::Unit, "unit"),
    (Word::FactorId, "factor_id"),
    (Word::DataKind, "data_kind"),
];

/// The factor of each row, by group of rows that agree in id, edition and period.
struct Picks<'a> {
    groups: Groups,
    /// By group; all are known once there are no faults.
    factors: Vec<Option<&'a Factor>>,
}

impl<'a> Valuation<'a> {
    pub(super) fn new(factors: &'a Registry, market: MarketRate<'a>, batch: &'a str) -> Self {
        Self { factors, market, batch, used: Mutex::default() }
    }
    /// The factors that lines name so far.
    pub(super) fn into_used(self) -> Registry {
        let mut used = Registry::default();
        for factor in self.used.into_inner().unwrap_or_else(PoisonError::into_inner).into_values() {
            used.add(factor.clone()).expect("a registry has an edition once");
        }
        used
    }
    /// Values a chunk.
    pub(super) fn lines(&self, mut activities: Activities) -> Result<Lines, Faults> {
        fill_in(&mut activities);
        let mut faults = faults_of_cells(&activities);
        let picks = self.picks(&activities, &mut faults);
        if faults.total > 0 {
            return Err(faults);
        }
        let factors: Vec<&Factor> = picks.factors.into_iter().flatten().collect();
        self.note_used(&factors);
        let lines = self.valued(activities, &picks.groups, &factors, &mut faults);
        if faults.total > 0 { Err(faults) } else { Ok(lines) }
    }

    fn picks(&self, activities: &Activities, faults: &mut Faults) -> Picks<'a> {
        let column = |word: Word| activities.word(word);
        let (ids, editions) = (column(Word::FactorId), column(Word::FactorEdition));
        let periods = column(Word::Period);
        let groups = groups(activities.len(), &[ids, editions, periods].map(Codes::of));
        let single: Vec<Option<&Factor>> =
            ids.words.iter().map(|id| only(self.factors.editions(id))).collect();
        let factor_of = |&row: &u32| {
            let row = row as usize;
            // Some cell is missing, which is told already.
            let (id, period) = (ids.get(row)?, periods.get(row)?);
            match editions.get(row) {
                Some(edition) => self.factors.edition(id, edition),
                None => single[ids.codes[row] as usize]
                    .or_else(|| self.factors.pick(id, period.parse().ok()?)),
            }
        };
        let factors: Vec<_> = groups.first_rows.iter().map(factor_of).collect();
        let picks = Picks { groups, factors };
        faults_of_picks(activities, &picks, faults);
        picks
    }

    fn note_used(&self, factors: &[&'a Factor]) {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        // The groups of a chunk have the same few factors over and over.
        let mut last: Vec<&Factor> = Vec::new();
        for &factor in factors {
            if !last.iter().rev().take(4).any(|known| std::ptr::eq(*known, factor)) {
                last.push(factor);
                used.insert((&factor.id, &factor.edition), factor);
            }
        }
    }

    fn valued(
        &self,
        mut activities: Activities,
        groups: &Groups,
        factors: &[&Factor],
        faults: &mut Faults,
    ) -> Lines {
        let amounts = &activities.amounts;
        let rounds = Rounds::of(&activities, groups, factors);
        let mut figures = |name: &'static str, numbers: &[u32], rates: Vec<Option<Fixed>>| {
            let rates = rates_of(&rates, numbers, &activities, faults);
            let figures = kernel::emissions(amounts, numbers, &rates).and_then(|mut figures| {
                rounds.share(&mut figures, amounts, numbers, &rates).map(|()| figures)
            });
            figures.unwrap_or_else(|rows| too_large(name, rows, &activities, faults))
        };
        let rate = |of: fn(&Factor) -> Option<Fixed>| factors.iter().map(|f| of(f)).collect();
        let wtt = figures("wtt_kg_co2e", &groups.of_row, rate(|f| f.wtt));
        let ttw = figures("ttw_kg_co2e", &groups.of_row, rate(|f| f.ttw));
        let generation = figures("generation_kg_co2e", &groups.of_row, rate(|f| f.generation));
        let biogenic = figures("biogenic_kg_co2", &groups.of_row, rate(|f| f.biogenic));
        let market = if factors.iter().any(|factor| factor.class == Class::Electricity) {
            let (numbers, rates) = self.market_rates(&activities, groups, factors);
            figures("market_kg_co2e", &numbers, rates)
        } else {
            generation.clone()
        };
        let tkm = kernel::transport_activity(&activities.masses_kg, &activities.distances_km)
            .unwrap_or_else(|rows| too_large("tkm", rows, &activities, faults));
        let name = |factor: &&Factor| Arc::from(factor.class.name());
        let classes = by_group(groups, factors.iter().map(name));
        let editions = by_group(groups, factors.iter().map(|factor| factor.edition.clone()));
        activities.words[Word::FactorEdition as usize] = editions;
        let numbers = (0..activities.len()).map(|place| activities.number(place) as u32).collect();
        let line_ids = LineIds::Numbered { batch: self.batch.into(), numbers };
        let reverses = Coded { words: Vec::new(), codes: vec![NONE; activities.len()] };
        Lines {
            activities,
            line_ids,
            classes,
            tkm,
            wtt,
            ttw,
            generation,
            market,
            biogenic,
            reverses,
        }
    }

    /// The market-based rate of each row: one of `rates` by number.
    fn market_rates(
        &self,
        activities: &Activities,
        picked: &Groups,
        factors: &[&Factor],
    ) -> (Vec<u32>, Vec<Option<Fixed>>) {
        let (tenants, cases) = (activities.word(Word::Tenant), activities.word(Word::Case));
        let picks = Codes { codes: &picked.of_row, words: factors.len() };
        let bought = groups(activities.len(), &[picks, Codes::of(tenants), Codes::of(cases)]);
        let rate = |&row: &u32| {
            let row = row as usize;
            let factor = factors[picked.of_row[row] as usize];
            let period = activities.word(Word::Period).get(row)?.parse().ok()?;
            let is_bought = factor.class == Class::Electricity;
            let rate = is_bought
                .then(|| (self.market)(cases.get(row)?, tenants.get(row)?, period, factor));
            rate.flatten().or(factor.generation)
        };
        let rates = bought.first_rows.iter().map(rate).collect();
        (bought.of_row, rates)
    }
}

/// Puts the [`DEFAULTS`] where nothing is.
fn fill_in(activities: &mut Activities) {
    for (word, default) in DEFAULTS {
        let column = &mut activities.words[word as usize];
        if column.codes.contains(&NONE) {
            let code = column.words.len() as u32;
            column.words.push(default.into());
            column.codes.iter_mut().filter(|known| **known == NONE).for_each(|none| *none = code);
        }
    }
}

fn faults_of_cells(activities: &Activities) -> Faults {
    let mut faults = Faults::default();
    let mut fault = |row: usize, column, value: String, mend: &str| {
        let row = activities.row(row);
        faults.push(Fault { row, column, value, mend: mend.to_owned() });
    };
    for (word, name) in REQUIRED {
        let codes = &activities.word(word).codes;
        for row in (0..codes.len()).filter(|&row| codes[row] == NONE) {
            fault(row, name, String::new(), "it is missing. Fill it in");
        }
    }
    let decimals = [
        ("amount", &activities.amounts, true),
        ("mass_kg", &activities.masses_kg, false),
        ("distance_km", &activities.distances_km, false),
    ];
    for (name, column, must) in decimals {
        for row in kernel::beyond_decimal(column, must) {
            let (value, mend) = match column[row] {
                UNKNOWN => (String::new(), "it is missing. Fill it in"),
                much => (decimal(much), "too large. A number has nine digits before the point"),
            };
            fault(row, name, value, mend);
        }
    }
    let periods = activities.word(Word::Period);
    let wrong: Vec<bool> = periods.words.iter().map(|p| p.parse::<Period>().is_err()).collect();
    if wrong.contains(&true) {
        for row in 0..activities.len() {
            let code = periods.codes[row] as usize;
            if wrong.get(code) == Some(&true) {
                let mend = "not a period. Write a year or a month, as in 2025 or 2025-07";
                fault(row, "period", periods.words[code].to_string(), mend);
            }
        }
    }
    faults
}

/// Rows without a factor, and rows counted in another unit than their factor.
fn faults_of_picks(activities: &Activities, picks: &Picks<'_>, faults: &mut Faults) {
    let units = activities.word(Word::Unit);
    let unit = |word: &Arc<str>| Unit::ALL.into_iter().find(|unit| unit.name() == &**word);
    let units_by_code: Vec<Option<Unit>> = units.words.iter().map(unit).collect();
    let per: Vec<Option<Unit>> = picks.factors.iter().map(|f| f.map(|f| f.unit)).collect();
    let kinds = activities.word(Word::DistanceKind);
    let counted_by: Vec<Option<DistanceKind>> =
        picks.factors.iter().map(|f| f.and_then(|f| f.distance)).collect();
    for (row, (&group, &code)) in picks.groups.of_row.iter().zip(&units.codes).enumerate() {
        if let (Some(by), Some(given)) = (counted_by[group as usize], kinds.get(row))
            && by.name() != given
        {
            faults.push(unlike_distance(activities, row, by, given));
        }
        let per = per[group as usize];
        let counted = units_by_code.get(code as usize).copied().flatten();
        if per == counted && per.is_some() {
            continue;
        }
        let cell = |word: Word| activities.word(word).get(row);
        let (Some(id), Some(unit)) = (cell(Word::FactorId), cell(Word::Unit)) else {
            continue; // One of them is missing, which is told already.
        };
        let fault = |column, value: &str, mend: String| Fault {
            row: activities.row(row),
            column,
            value: value.to_owned(),
            mend,
        };
        faults.push(match (per, cell(Word::FactorEdition)) {
            (Some(per), _) => fault(
                "unit",
                unit,
                format!("the factor `{id}` is per {per}. Count in {per} or take another factor"),
            ),
            (None, Some(edition)) => fault(
                "factor_edition",
                edition,
                format!("no such edition of `{id}`. Leave it empty or add it to the factors"),
            ),
            (None, None) => fault(
                "factor_id",
                id,
                "no such factor. Write one that is there or add it to the factors".to_owned(),
            ),
        });
    }
}

/// An intensity by one kind of distance is no intensity by the other (ISO 14083).
fn unlike_distance(activities: &Activities, row: usize, by: DistanceKind, given: &str) -> Fault {
    let id = activities.word(Word::FactorId).get(row).unwrap_or_default();
    let by = by.name();
    Fault {
        row: activities.row(row),
        column: "distance_kind",
        value: given.to_owned(),
        mend: format!("the factor `{id}` counts by {by}. Give {by}_km or take another factor"),
    }
}

/// Rates in billionths, by number; rows of which one is beyond 64 bits are told.
fn rates_of(
    rates: &[Option<Fixed>],
    numbers: &[u32],
    activities: &Activities,
    faults: &mut Faults,
) -> Vec<i64> {
    let billionths = |rate: &Option<Fixed>| i64::try_from(rate.unwrap_or_default().billionths());
    let fitting: Vec<Option<i64>> = rates.iter().map(|rate| billionths(rate).ok()).collect();
    if fitting.contains(&None) {
        for row in (0..numbers.len()).filter(|&row| fitting[numbers[row] as usize].is_none()) {
            faults.push(Fault {
                row: activities.row(row),
                column: "factor_id",
                value: activities.word(Word::FactorId).get(row).unwrap_or_default().to_owned(),
                mend: "its figures are too large. Give it per a smaller unit".to_owned(),
            });
        }
    }
    fitting.into_iter().map(Option::unwrap_or_default).collect()
}

/// Tells the rows; there are no figures then.
fn too_large(
    column: &'static str,
    TooLarge(rows): TooLarge,
    activities: &Activities,
    faults: &mut Faults,
) -> Vec<i64> {
    for row in rows {
        faults.push(Fault {
            row: activities.row(row),
            column: "amount",
            value: decimal(activities.amounts[row]),
            mend: format!("{column} has more than nine digits before the point. Divide it"),
        });
    }
    Vec::new()
}

fn decimal(billionths: i64) -> String {
    Fixed::from_billionths(billionths.into()).to_string()
}

/// A column of the same word in all rows of a group; words may be equal.
fn by_group(groups: &Groups, words: impl Iterator<Item = Arc<str>>) -> Coded {
    let mut interner = crate::interner::Interner::default();
    let code_of: Vec<u32> = words.map(|word| interner.code(&word)).collect();
    let codes = groups.of_row.iter().map(|&group| code_of[group as usize]).collect();
    Coded { words: interner.into_words(), codes }
}

/// The one item, if there is exactly one.
fn only<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    items.next().filter(|_| items.next().is_none())
}
