//! Every line, recomputed from its amount and the ledger's own factor.

use super::finding::{Finding, Findings};
use super::freight;
use super::ids;
use super::parts::RowGroup;
use super::reversals::{Place, Reversal};
use super::words::{self, Lines, Words};
use crate::manifest::CASES;
use arrow_array::{Array, Decimal128Array};
use carbon::{Factor, Registry, Valued, value};
use quantity::{Carbon, Emission, Fixed};
use std::collections::HashMap;

/// The columns that are looked at.
pub(super) const COLUMNS: [&str; 21] = [
    "line_id",
    "tenant",
    "period",
    "case",
    "link",
    "class",
    "mass_kg",
    "distance_km",
    "distance_kind",
    "tkm",
    "amount",
    "unit",
    "factor_id",
    "factor_edition",
    "data_kind",
    "wtt_kg_co2e",
    "ttw_kg_co2e",
    "generation_kg_co2e",
    "market_kg_co2e",
    "biogenic_kg_co2",
    "reverses",
];

/// What lines are compared with.
pub(super) struct Judge<'a> {
    /// The ledger's own factors.
    pub(super) registry: &'a Registry,
    /// Whether certificates, contracts or a residual mix may make market-based figures differ.
    pub(super) has_instruments: bool,
}

/// What was found in a row group.
#[derive(Default)]
pub(super) struct Checked {
    pub(super) findings: Findings,
    pub(super) lines: u64,
    /// As stored, in the order of [`CASES`].
    pub(super) sums: [Emission; CASES.len()],
    /// Hashes of the line ids, in two heaps.
    pub(super) ids: [Vec<u64>; 2],
    pub(super) reversals: Vec<Reversal>,
}

/// Checks the lines of a row group.
pub(super) fn check(group: &RowGroup<'_>, judge: &Judge<'_>) -> Checked {
    let mut checked = Checked::default();
    let part = group.file.part;
    let batches = match group.batches(Some(&COLUMNS)) {
        Ok(batches) => batches,
        Err(fault) => {
            checked.findings.push(Finding::of_file(&part.path, fault.to_string()));
            return checked;
        }
    };
    for batch in batches {
        let batch = match batch {
            Ok(batch) => batch,
            Err(fault) => {
                checked.findings.push(Finding::of_file(&part.path, fault.to_string()));
                break;
            }
        };
        let lines = Lines { part, first_row: group.first_row + checked.lines, batch: &batch };
        words::check(&lines, &mut checked.findings);
        figures(&lines, judge, &mut checked.findings);
        freight::check(&lines, &mut checked.findings);
        sums(&lines, &mut checked.sums);
        ids::collect(&lines, &mut checked.ids);
        reversed(&lines, group.number, &mut checked.reversals);
        checked.lines += batch.num_rows() as u64;
    }
    checked
}

/// The factor of a line, by the codes of its id, edition, class and unit; or which column is wrong.
struct Factors<'a, 'b> {
    registry: &'a Registry,
    words: [Words<'b>; 4],
    known: HashMap<[usize; 4], Result<&'a Factor, (&'static str, &'static str)>>,
}

impl<'a> Factors<'a, '_> {
    fn get(&mut self, row: usize) -> Result<&'a Factor, (&'static str, &'static str)> {
        let codes = self.words.each_ref().map(|words| words.code(row).unwrap_or(usize::MAX));
        if let Some(known) = self.known.get(&codes) {
            return *known;
        }
        let [id, edition, class, unit] =
            self.words.each_ref().map(|words| words.get(row).unwrap_or_default());
        let found = match self.registry.edition(id, edition) {
            None => Err(("factor_id", "has no such edition in the ledger's factors")),
            Some(factor) if factor.class.name() != class => Err(("class", "is not the factor's")),
            Some(factor) if factor.unit.name() != unit => Err(("unit", "is not the factor's")),
            Some(factor) => Ok(factor),
        };
        self.known.insert(codes, found);
        found
    }
}

fn figures(lines: &Lines<'_>, judge: &Judge<'_>, findings: &mut Findings) {
    let words = ["factor_id", "factor_edition", "class", "unit"].map(|name| lines.words(name));
    let mut factors = Factors { registry: judge.registry, words, known: HashMap::new() };
    let amounts = lines.decimals("amount");
    let market = lines.decimals("market_kg_co2e");
    let stored = Stored::of(lines);
    for row in 0..lines.len() {
        let factor = match factors.get(row) {
            Ok(factor) => factor,
            Err((column, fault)) => {
                let word = lines.words(column);
                let word = word.get(row).unwrap_or_default();
                findings.push(lines.finding(row, column, fault, &word));
                continue;
            }
        };
        let Some(valued) = value(fixed(amounts, row), factor) else {
            let fault = "is too large an amount for its factor";
            findings.push(lines.finding(row, "amount", fault, &fixed(amounts, row)));
            continue;
        };
        let figures = stored.get(row);
        if figures != valued {
            differing(lines, row, (figures, valued), findings);
        }
        if let Some(fault) = implausible(market.value(row), figures, factor, judge) {
            findings.push(lines.finding(row, "market_kg_co2e", fault, &fixed(market, row)));
        }
        let (generation, wtt) =
            (figures.generation.micrograms(), figures.emission.wtt.micrograms());
        if generation.abs() > wtt.abs() {
            let fault = "is more than all of well to tank, of which it is a part";
            let generation = figures.generation;
            findings.push(lines.finding(row, "generation_kg_co2e", fault, &generation));
        }
    }
}

/// The columns of figures.
struct Stored<'a>([&'a Decimal128Array; 4]);

const FIGURES: [&str; 4] = ["wtt_kg_co2e", "ttw_kg_co2e", "generation_kg_co2e", "biogenic_kg_co2"];

impl<'a> Stored<'a> {
    fn of(lines: &Lines<'a>) -> Self {
        Self(FIGURES.map(|name| lines.decimals(name)))
    }
    fn get(&self, row: usize) -> Valued {
        let [wtt, ttw, generation, biogenic] =
            self.0.map(|column| Carbon::from_micrograms(column.value(row)));
        Valued { emission: Emission { wtt, ttw }, generation, biogenic }
    }
}

fn differing(
    lines: &Lines<'_>,
    row: usize,
    (stored, valued): (Valued, Valued),
    findings: &mut Findings,
) {
    let parts = |of: Valued| [of.emission.wtt, of.emission.ttw, of.generation, of.biogenic];
    for ((column, stored), recomputed) in FIGURES.iter().zip(parts(stored)).zip(parts(valued)) {
        if stored != recomputed {
            findings.push(Finding {
                recomputed: Some(recomputed.to_string()),
                ..lines.finding(row, column, "is not amount by factor", &stored)
            });
        }
    }
}

/// Why a market-based figure cannot be.
fn implausible(
    market: i128,
    figures: Valued,
    factor: &Factor,
    judge: &Judge<'_>,
) -> Option<&'static str> {
    let generation = figures.generation.micrograms();
    if market == generation {
        return None;
    }
    if factor.class != carbon::Class::Electricity {
        return Some("differs from generation in a line that is no electricity");
    }
    if !judge.has_instruments {
        return Some("differs from generation in a ledger without instruments");
    }
    (market.signum() * generation.signum() < 0).then_some("has another sign than generation")
}

fn sums(lines: &Lines<'_>, sums: &mut [Emission; CASES.len()]) {
    let cases = lines.words("case");
    let places = cases.each(|word| CASES.iter().position(|case| case.name() == word));
    let [wtt, ttw] = ["wtt_kg_co2e", "ttw_kg_co2e"].map(|name| lines.decimals(name));
    for row in 0..lines.len() {
        if let Some(place) = cases.code(row).and_then(|code| places[code]) {
            sums[place] += Emission {
                wtt: Carbon::from_micrograms(wtt.value(row)),
                ttw: Carbon::from_micrograms(ttw.value(row)),
            };
        }
    }
}

fn reversed(lines: &Lines<'_>, file: usize, reversals: &mut Vec<Reversal>) {
    let taken_back = lines.words("reverses");
    if taken_back.len() == 0 {
        return;
    }
    for row in 0..lines.len() {
        if let Some(target) = taken_back.get(row) {
            let at = Place { file, row: lines.first_row + row as u64 };
            reversals.push(Reversal::new(target, at));
        }
    }
}

/// A cell as a decimal.
pub(super) fn fixed(column: &Decimal128Array, row: usize) -> Fixed {
    Fixed::from_billionths(column.value(row))
}

/// A cell that may be not known, in billionths.
pub(super) fn known(column: &Decimal128Array, row: usize) -> Option<i128> {
    column.is_valid(row).then(|| column.value(row))
}
