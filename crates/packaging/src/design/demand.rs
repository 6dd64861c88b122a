//! Orders that ask for the same carton, counted together.

use super::maker::{Maker, Sides, inside};
use super::order::Order;
use super::tight_box::{Form, tight_boxes};
use crate::Piece;
use std::collections::BTreeMap;

/// What some orders ask of a carton.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Demand {
    /// One of them lies inside the carton.
    pub(crate) boxes: Vec<Sides>,
    /// In milligrams; zero where every carton that holds one of the boxes bears it.
    pub(crate) mass: i64,
    /// How many orders.
    pub(crate) count: i64,
}

/// The demands of a history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Demands {
    /// In a fixed order, whatever the order of the history.
    pub(crate) all: Vec<Demand>,
    /// Orders that need no carton.
    pub(crate) without_carton: i64,
    /// Orders that no carton of the maker holds in one parcel.
    pub(crate) too_large: i64,
}

impl Demand {
    /// A carton of these sides and this load, in milligrams, serves it.
    pub(crate) fn is_served_by(&self, sides: Sides, load: i64) -> bool {
        self.mass <= load && self.boxes.iter().any(|&tight| inside(tight, sides))
    }
}

/// The demands of the orders.
///
/// - `support`: share of each base that is borne, as in [`crate::pack_carton`].
pub(crate) fn demands<'a>(
    orders: impl IntoIterator<Item = &'a Order>,
    maker: &Maker,
    support: f64,
) -> Demands {
    let mut found = Demands::default();
    // Equal pieces have equal boxes: real orders repeat.
    let mut known: BTreeMap<Vec<Form>, Option<(Vec<Sides>, i64)>> = BTreeMap::new();
    let mut counts: BTreeMap<(Vec<Sides>, i64), i64> = BTreeMap::new();
    for order in orders {
        let count = i64::from(order.count);
        let pieces: Vec<Piece> =
            order.pieces.iter().filter(|piece| !piece.own_package).cloned().collect();
        if pieces.is_empty() {
            found.without_carton += count;
            continue;
        }
        let mut key: Vec<Form> = pieces.iter().map(Form::of).collect();
        key.sort();
        match known.entry(key).or_insert_with(|| asked(&pieces, maker, support)) {
            Some(asked) => *counts.entry(asked.clone()).or_default() += count,
            None => found.too_large += count,
        }
    }
    found.all = counts
        .into_iter()
        .filter(|&(_, count)| count > 0)
        .map(|((boxes, mass), count)| Demand { boxes, mass, count })
        .collect();
    found
}

/// The boxes and the mass that some pieces ask for; `None` where no carton of the maker will do.
fn asked(pieces: &[Piece], maker: &Maker, support: f64) -> Option<(Vec<Sides>, i64)> {
    let mass = pieces.iter().map(|piece| piece.mass.milligrams()).sum();
    let load = |sides: Sides| maker.boards.iter().map(move |board| board.load(sides));
    if mass > load(maker.largest()).max()? {
        return None;
    }
    let boxes = tight_boxes(pieces, maker, support);
    let always_borne = boxes.iter().all(|&tight| load(tight).all(|load| mass <= load));
    (!boxes.is_empty()).then_some((boxes, if always_borne { 0 } else { mass }))
}

#[cfg(test)]
mod tests {
    use super::super::maker::tests::{board, maker};
    use super::*;
    use quantity::{Length, Mass};

    fn order(sides: Sides, grams: i64, own_package: bool, count: u32) -> Order {
        let piece = Piece {
            order: 0,
            product: 0,
            sides: sides.map(Length::new),
            mass: Mass::from_grams(grams),
            upright: true,
            fragile: false,
            own_package,
            stacking_max: None,
            rule: None,
        };
        Order { pieces: vec![piece], count, industry: "toys".into(), month: "2017-01".into() }
    }

    #[test]
    fn orders_that_ask_for_the_same_are_counted_together() {
        let orders = [
            order([2_000, 1_000, 500], 100, false, 2),
            order([990, 1_960, 460], 9_000, false, 3),
            order([2_000, 1_000, 500], 100, true, 5),
            order([9_000, 1_000, 500], 100, false, 7),
            order([2_000, 1_000, 500], 10_001, false, 11),
        ];
        let found = demands(&orders, &maker(), 0.75);
        let asked = Demand { boxes: vec![[2_000, 1_000, 500]], mass: 0, count: 5 };
        assert_eq!(found, Demands { all: vec![asked], without_carton: 5, too_large: 18 });
    }

    #[test]
    fn a_mass_counts_where_a_board_does_not_bear_it() {
        let strong = Maker { boards: vec![board("s", 500, 10), board("d", 800, 20)], ..maker() };
        for (grams, expect, why) in
            [(10, 0, "either board bears it"), (11, 11_000, "one board does not")]
        {
            let found = demands(&[order([2_000, 1_000, 500], grams, false, 1)], &strong, 0.75);
            assert_eq!(found.all[0].mass, expect, "{why}");
        }
    }
}
