//! The cartons on offer, by score.

use crate::inside::Inside;
use crate::{CartonKind, Choice, Rules, Stock};
use quantity::Volume;

/// A kind of carton from one of the two stocks.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    /// Index of the kind.
    pub(crate) kind: usize,
    /// From the reused stock.
    pub(crate) reused: bool,
    /// What one costs: kg CO2e, or litres for the smallest by volume.
    pub(crate) score: f64,
}

/// The cartons on offer.
#[derive(Clone, Debug)]
pub(crate) struct Offer {
    /// One for each kind.
    pub(crate) insides: Vec<Inside>,
    /// From the least score up; ties by volume, then id, then the reused one first.
    pub(crate) slots: Vec<Slot>,
    /// Share of a base that must be borne.
    pub(crate) support: f64,
    /// Two cartons may replace one that would hold everything.
    pub(crate) splits: bool,
}

impl Offer {
    pub(crate) fn new(cartons: &[CartonKind], rules: &Rules) -> Self {
        let mut slots = Vec::new();
        for (kind, carton) in cartons.iter().enumerate() {
            let litres = Volume::of_sides(carton.inner).litres();
            match rules.choice {
                Choice::SmallestNewByVolume => {
                    slots.push(Slot { kind, reused: false, score: litres });
                }
                Choice::LeastCarbon { new_board, reuse, per_litre } => {
                    let room = per_litre * litres;
                    let board = carton.tare.kilograms() * new_board;
                    slots.push(Slot { kind, reused: true, score: reuse + room });
                    slots.push(Slot { kind, reused: false, score: board + room });
                }
            }
        }
        slots.sort_by(|a, b| {
            let volume = |slot: &Slot| Volume::of_sides(cartons[slot.kind].inner);
            a.score
                .total_cmp(&b.score)
                .then_with(|| volume(a).cmp(&volume(b)))
                .then_with(|| cartons[a.kind].id.cmp(&cartons[b.kind].id))
                .then_with(|| b.reused.cmp(&a.reused))
        });
        Self {
            insides: cartons.iter().map(Inside::of).collect(),
            slots,
            support: rules.support,
            splits: matches!(rules.choice, Choice::LeastCarbon { .. }),
        }
    }

    /// How many there are of each slot.
    pub(crate) fn counts(&self, stock: &Stock) -> Vec<u32> {
        let count = |slot: &Slot| {
            let of = if slot.reused { &stock.reused } else { &stock.new };
            of.get(slot.kind).copied().unwrap_or(0)
        };
        self.slots.iter().map(count).collect()
    }

    /// The stock with the counts of the slots that are on offer put in.
    pub(crate) fn stock_left(&self, stock: &Stock, counts: &[u32]) -> Stock {
        let mut left = stock.clone();
        for (slot, &count) in self.slots.iter().zip(counts) {
            let of = if slot.reused { &mut left.reused } else { &mut left.new };
            if let Some(known) = of.get_mut(slot.kind) {
                *known = count;
            }
        }
        left
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quantity::{Length, Mass};

    fn carton(id: &str, side: i64, tare_g: i64) -> CartonKind {
        CartonKind {
            id: id.into(),
            inner: [Length::new(side); 3],
            max_load: Mass::from_grams(1_000),
            tare: Mass::from_grams(tare_g),
            material: "board".into(),
        }
    }

    #[test]
    fn cartons_by_score() {
        let cartons = [carton("B", 1_000, 500), carton("A", 1_000, 100), carton("C", 2_000, 100)];
        let carbon = |reuse, per_litre| Choice::LeastCarbon { new_board: 1.0, reuse, per_litre };
        for (choice, expect, why) in [
            (Choice::SmallestNewByVolume, "A B C", "by volume, then id; none reused"),
            (carbon(0.2, 0.0), "A C Ar Br Cr B", "light new ones beat the handling of reuse"),
            (carbon(0.0, 0.1), "Ar Br A B Cr C", "room counts: one litre against eight"),
        ] {
            let offer = Offer::new(&cartons, &Rules { support: 0.75, choice });
            let name = |slot: &Slot| {
                format!("{}{}", cartons[slot.kind].id, if slot.reused { "r" } else { "" })
            };
            let names: Vec<String> = offer.slots.iter().map(name).collect();
            assert_eq!(names.join(" "), expect, "{why}");
        }
    }
}
