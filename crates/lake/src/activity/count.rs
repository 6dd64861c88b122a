//! How much each row is: amounts as given, freight by mass and distance, hubs by mass.

use super::cells::Cells;
use super::freight::{agrees, great_circle, tonnes, transport_activity};
use super::layout::Column;
use super::shape::{Filled, Shape, bit, judge};
use super::wrong::Wrong;
use crate::columns::{NONE, UNKNOWN};
use carbon::{DistanceKind, Unit};
use std::collections::BTreeSet;

/// How an amount came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counting {
    /// The file says how much.
    Given,
    /// Mass by shortest feasible distance.
    BySfd,
    /// Mass by great circle distance.
    ByGcd,
    /// Mass by the great circle between two places.
    ByCoordinates,
    /// Mass.
    ByMass,
}

impl Counting {
    /// All of them.
    pub(super) const ALL: [Self; 5] =
        [Self::Given, Self::BySfd, Self::ByGcd, Self::ByCoordinates, Self::ByMass];
    /// As a ledger line's method, where the file does not say.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Given => "as given",
            Self::BySfd => "mass by sfd",
            Self::ByGcd => "mass by gcd",
            Self::ByCoordinates => "mass by gcd of coordinates",
            Self::ByMass => "mass",
        }
    }
}

/// What was counted of each row.
pub(super) struct Counted {
    pub(super) amounts: Vec<i64>,
    pub(super) distances_km: Vec<i64>,
    /// By [`DistanceKind`], or [`NONE`].
    pub(super) kinds: Vec<u32>,
    /// Of freight and hubs: the unit in which they are counted.
    pub(super) units: Vec<Option<Unit>>,
    /// How each amount came about.
    pub(super) counting: Vec<Counting>,
}

type Verdict = Result<Shape, Vec<(Column, Wrong)>>;

/// Verdicts by what is filled; rows filled alike are judged once.
struct Verdicts(Vec<Option<Verdict>>);

impl Verdicts {
    fn of(&mut self, filled: Filled) -> &Verdict {
        self.0[usize::from(filled)].get_or_insert_with(|| judge(filled))
    }
}

/// Judges each row by what is filled, and counts it. What is wrong is told; such rows have nothing.
pub(super) fn count(cells: &mut Cells, filled: &[Filled]) -> Counted {
    let rows = cells.rows;
    let mut counted = Counted {
        amounts: Vec::with_capacity(rows),
        distances_km: Vec::with_capacity(rows),
        kinds: Vec::with_capacity(rows),
        units: Vec::with_capacity(rows),
        counting: Vec::with_capacity(rows),
    };
    let mut verdicts = Verdicts(vec![None; bit::END]);
    // A row with a cell that could not be read would be judged by what it does not say.
    let spoilt: BTreeSet<usize> = cells.spots.rows();
    for (row, &filled) in filled.iter().enumerate() {
        let mut one = One::default();
        if spoilt.is_empty() || !spoilt.contains(&row) {
            match verdicts.of(filled) {
                Ok(shape) => match One::of(cells, row, filled, *shape) {
                    Ok(of) => one = of,
                    Err((column, wrong)) => cells.spots.push(row, column, wrong),
                },
                Err(wrongs) => {
                    for &(column, wrong) in wrongs {
                        cells.spots.push(row, column, wrong);
                    }
                }
            }
        }
        counted.amounts.push(one.amount);
        counted.distances_km.push(one.distance_km);
        counted.kinds.push(one.kind);
        counted.units.push(one.unit);
        counted.counting.push(one.counting);
    }
    counted
}

/// What was counted of one row; see [`Counted`].
struct One {
    amount: i64,
    distance_km: i64,
    kind: u32,
    unit: Option<Unit>,
    counting: Counting,
}

impl Default for One {
    fn default() -> Self {
        Self {
            amount: UNKNOWN,
            distance_km: UNKNOWN,
            kind: NONE,
            unit: None,
            counting: Counting::Given,
        }
    }
}

impl One {
    fn of(
        cells: &Cells,
        row: usize,
        filled: Filled,
        shape: Shape,
    ) -> Result<Self, (Column, Wrong)> {
        let amount = cells.number(Column::Amount, row);
        let mut one = Self { amount, ..Self::default() };
        let mass_kg = cells.number(Column::MassKg, row);
        if filled & bit::WAY != 0 {
            one.way(cells, row, filled)?;
        }
        match shape {
            Shape::Amount | Shape::Use => one.counting = Counting::Given,
            Shape::Freight | Shape::Consignment => {
                let tkm = transport_activity(mass_kg, one.distance_km)
                    .ok_or((Column::MassKg, Wrong::TooLarge))?;
                if amount != UNKNOWN && !agrees(amount, tkm) {
                    return Err((Column::Amount, Wrong::NotMassByDistance(tkm)));
                }
                (one.amount, one.unit) = (tkm, Some(Unit::TonneKilometre));
            }
            Shape::Hub => {
                one.unit = Some(Unit::Tonne);
                if mass_kg != UNKNOWN {
                    let tonnes = tonnes(mass_kg);
                    if amount != UNKNOWN && !agrees(amount, tonnes) {
                        return Err((Column::Amount, Wrong::NotMass(tonnes)));
                    }
                    (one.amount, one.counting) = (tonnes, Counting::ByMass);
                }
            }
        }
        Ok(one)
    }

    fn way(&mut self, cells: &Cells, row: usize, filled: Filled) -> Result<(), (Column, Wrong)> {
        let kind;
        (kind, self.counting, self.distance_km) = if filled & bit::SFD != 0 {
            (DistanceKind::Sfd, Counting::BySfd, cells.number(Column::SfdKm, row))
        } else if filled & bit::GCD != 0 {
            (DistanceKind::Gcd, Counting::ByGcd, cells.number(Column::GcdKm, row))
        } else {
            let ends = Column::COORDINATES.map(|column| cells.number(column, row));
            (DistanceKind::Gcd, Counting::ByCoordinates, great_circle(ends)?)
        };
        self.kind = kind as u32;
        Ok(())
    }
}
