//! Every line, recomputed from its amount and the ledger's own factor.

use super::finding::{Finding, Findings};
use super::freight;
use super::ids;
use super::market::Markets;
use super::parts::RowGroup;
use super::reversals::{Place, Reversal};
use super::rounds::{self, Round};
use super::words::{self, Lines, Words};
use crate::manifest::CASES;
use arrow_array::{Array, Decimal128Array};
use carbon::{Factor, Registry, Valued, value};
use quantity::{Carbon, Emission, Fixed};
use std::collections::{BTreeMap, HashMap};

/// The columns that are looked at.
pub(super) const COLUMNS: [&str; 22] = [
    "line_id",
    "tenant",
    "period",
    "case",
    "link",
    "class",
    "round_id",
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
    /// What certificates, contracts and residual mixes make of electricity.
    pub(super) markets: Markets<'a>,
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
    /// Number of the file.
    pub(super) file: usize,
    /// Lines that are proved with others.
    pub(super) rounds: BTreeMap<rounds::Key, Round>,
}

/// Checks the lines of a row group.
pub(super) fn check(group: &RowGroup<'_>, judge: &Judge<'_>) -> Checked {
    let mut checked = Checked { file: group.number, ..Checked::default() };
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
        figures(&lines, judge, &mut checked);
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

fn figures(lines: &Lines<'_>, judge: &Judge<'_>, checked: &mut Checked) {
    let findings = &mut checked.findings;
    let words = ["factor_id", "factor_edition", "class", "unit"].map(|name| lines.words(name));
    let mut factors = Factors { registry: judge.registry, words, known: HashMap::new() };
    let amounts = lines.decimals("amount");
    let market = lines.decimals("market_kg_co2e");
    let [cases, reverses] = ["case", "reverses"].map(|name| lines.words(name));
    let stored = Stored::of(lines);
    let mut shares = Shares::of(lines);
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
        let is_share = shares.rounds.code(row).is_some();
        if is_share && is_near(fixed(amounts, row), figures, factor) {
            shares.add(row, (lines.first_row, fixed(amounts, row)), figures, factor);
        } else if figures != valued {
            differing(lines, row, (figures, valued), findings);
        }
        // A line that takes back another is proved by that.
        if reverses.code(row).is_none() {
            let case = cases.get(row).unwrap_or_default();
            let amount = fixed(amounts, row);
            let expected = market_based(lines, judge, (case, factor), amount, figures.generation);
            let booked = Carbon::from_micrograms(market.value(row));
            let apart = expected.map_or(0, |expected| (expected - booked).micrograms().abs());
            if apart > i128::from(is_share) {
                findings.push(Finding {
                    recomputed: expected.map(|expected| expected.to_string()),
                    ..lines.finding(row, "market_kg_co2e", MARKET_FAULT, &booked)
                });
            }
        }
        let (generation, wtt) =
            (figures.generation.micrograms(), figures.emission.wtt.micrograms());
        // Of a share each is rounded down or up.
        if generation.abs() > wtt.abs() + i128::from(is_share) {
            let fault = "is more than all of well to tank, of which it is a part";
            let generation = figures.generation;
            findings.push(lines.finding(row, "generation_kg_co2e", fault, &generation));
        }
    }
    shares.append_to(&mut checked.rounds);
}

/// Lines of rounds in a batch, by the codes of case, round, factor and edition.
struct Shares<'a> {
    words: [Words<'a>; 4],
    rounds: Words<'a>,
    reverses: Words<'a>,
    known: HashMap<[usize; 4], Round>,
}

impl<'a> Shares<'a> {
    fn of(lines: &Lines<'a>) -> Self {
        let words =
            ["case", "round_id", "factor_id", "factor_edition"].map(|name| lines.words(name));
        let [rounds, reverses] = ["round_id", "reverses"].map(|name| lines.words(name));
        Self { words, rounds, reverses, known: HashMap::new() }
    }
    /// Adds a line; one that takes back another is proved by that.
    fn add(
        &mut self,
        row: usize,
        (first_row, amount): (u64, Fixed),
        figures: Valued,
        factor: &Factor,
    ) {
        if self.reverses.get(row).is_some() {
            return;
        }
        let codes = self.words.each_ref().map(|words| words.code(row).unwrap_or(usize::MAX));
        let round = self.known.entry(codes).or_default();
        round.add(first_row + row as u64, amount, figures_of(figures), factor);
    }
    fn append_to(self, rounds: &mut BTreeMap<rounds::Key, Round>) {
        let word = |place: usize, code: usize| self.words[place].word(code).to_owned();
        #[expect(
            clippy::iter_over_hash_type,
            reason = "rounds are kept by name; any order will do"
        )]
        for (codes, round) in &self.known {
            let key = std::array::from_fn(|place| word(place, codes[place]));
            rounds.entry(key).or_default().append(round);
        }
    }
}

/// Whether each figure is amount by factor, rounded down or up.
fn is_near(amount: Fixed, figures: Valued, factor: &Factor) -> bool {
    let pairs = rounds::rates(factor).into_iter().zip(figures_of(figures));
    pairs.into_iter().all(|(rate, figure)| rounds::is_near(amount.billionths(), rate, figure))
}

/// In the order of [`FIGURES`], in billionths.
pub(super) fn figures_of(of: Valued) -> [i128; FIGURES.len()] {
    let Emission { wtt, ttw } = of.emission;
    [wtt, ttw, of.generation, of.biogenic].map(Carbon::micrograms)
}

/// The columns of figures.
struct Stored<'a>([&'a Decimal128Array; 4]);

pub(super) const FIGURES: [&str; 4] =
    ["wtt_kg_co2e", "ttw_kg_co2e", "generation_kg_co2e", "biogenic_kg_co2"];

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

const MARKET_FAULT: &str = "is not what the instruments make of it";

/// The market-based figure of a line; `None` is not known. All but electricity has none of its own.
fn market_based(
    lines: &Lines<'_>,
    judge: &Judge<'_>,
    (case, factor): (&str, &Factor),
    amount: Fixed,
    generation: Carbon,
) -> Option<Carbon> {
    if factor.class != carbon::Class::Electricity {
        return Some(generation);
    }
    judge.markets.expected(lines, case, factor, amount, generation)
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
