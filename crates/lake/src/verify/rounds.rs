//! The lines of rounds, whose figures are proved together.
//!
//! Each line's figure is its amount by its factor, rounded down or up; the lines of a round and
//! factor sum to their whole amount by the factor, rounded once, and those with the largest
//! remainders are rounded up. A round whose lines are each rounded by itself is proved as well:
//! so the lines of a planned day are.

use super::finding::{Finding, Findings};
use super::lines::{Checked, FIGURES, figures_of};
use super::parts::PartFile;
use carbon::{Factor, Registry, value};
use quantity::{Fixed, fixed::ONE};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Which lines belong together, in a file: case, round, factor and edition.
pub(super) type Key = [String; 4];

/// A remainder, the largest first, and the row of the file.
type Rank = (Reverse<i128>, u64);

/// What is known of some lines of a round and factor.
#[derive(Clone, Debug, Default)]
pub(super) struct Round {
    amount: i128,
    figures: [Figure; FIGURES.len()],
}

#[derive(Clone, Debug, Default)]
struct Figure {
    sum: i128,
    /// Whether some line has not its own figure rounded.
    is_shared: bool,
    last_up: Option<Rank>,
    first_down: Option<Rank>,
}

/// Whether a figure is amount by rate, rounded down or up.
pub(super) fn is_near(amount: i128, rate: Fixed, figure: i128) -> bool {
    amount.checked_mul(rate.billionths()).is_some_and(|exact| {
        let apart = exact - figure.saturating_mul(ONE);
        apart.abs() < ONE
    })
}

impl Round {
    /// Adds a line, each figure of which is near amount by rate.
    pub(super) fn add(&mut self, row: u64, amount: Fixed, figures: [i128; 4], factor: &Factor) {
        let own = value(amount, factor).map(figures_of);
        self.amount += amount.billionths();
        let rates = rates(factor);
        for (place, of) in self.figures.iter_mut().enumerate() {
            let figure = figures[place];
            of.sum += figure;
            of.is_shared |= own.is_none_or(|own| own[place] != figure);
            let exact = amount.billionths() * rates[place].billionths();
            let rank = (Reverse(exact.rem_euclid(ONE)), row);
            if figure > exact.div_euclid(ONE) {
                of.last_up = of.last_up.max(Some(rank));
            } else {
                of.first_down = Some(of.first_down.map_or(rank, |first| first.min(rank)));
            }
        }
    }
    /// Adds later lines of the same.
    pub(super) fn append(&mut self, later: &Self) {
        self.amount += later.amount;
        for (of, later) in self.figures.iter_mut().zip(&later.figures) {
            of.sum += later.sum;
            of.is_shared |= later.is_shared;
            of.last_up = of.last_up.max(later.last_up);
            of.first_down = [of.first_down, later.first_down].into_iter().flatten().min();
        }
    }
}

/// Figures per unit, in the order of [`FIGURES`].
pub(super) fn rates(factor: &Factor) -> [Fixed; FIGURES.len()] {
    [factor.wtt, factor.ttw, factor.generation, factor.biogenic].map(Option::unwrap_or_default)
}

/// Proves the rounds of all files; takes what was found of them.
pub(super) fn check(
    files: &[PartFile<'_>],
    checked: &mut [Checked],
    registry: &Registry,
    findings: &mut Findings,
) {
    let mut rounds: BTreeMap<(usize, Key), Round> = BTreeMap::new();
    for one in checked {
        for (key, part) in std::mem::take(&mut one.rounds) {
            rounds.entry((one.file, key)).or_default().append(&part);
        }
    }
    for ((file, [_, round, id, edition]), of) in &rounds {
        let Some(factor) = registry.edition(id, edition) else { continue };
        let whole = value(Fixed::from_billionths(of.amount), factor).map(figures_of);
        for (place, figure) in of.figures.iter().enumerate() {
            let mut fault = |fault: &str, whole: Option<i128>| {
                let text = |billionths: i128| Fixed::from_billionths(billionths).to_string();
                findings.push(Finding {
                    column: Some(FIGURES[place]),
                    stored: whole.map(|_| text(figure.sum)),
                    recomputed: whole.map(text),
                    ..Finding::of_file(&files[*file].part.path, format!("round `{round}`: {fault}"))
                });
            };
            let in_order = figure.last_up.zip(figure.first_down).is_none_or(|(up, down)| up < down);
            match whole.map(|whole| whole[place]) {
                _ if !figure.is_shared => {}
                Some(whole) if whole != figure.sum => {
                    fault("its lines together are not amount by factor", Some(whole));
                }
                None => fault("its amount is too large for its factor", None),
                Some(_) if !in_order => {
                    fault("its lines are not rounded up by largest remainder", None);
                }
                Some(_) => {}
            }
        }
    }
}
