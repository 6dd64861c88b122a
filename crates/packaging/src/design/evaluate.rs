//! What a set of cartons takes for some orders, packed one by one.

use super::maker::Measure;
use super::order::Order;
use crate::{CartonKind, Piece, pack_carton};

/// What a set takes for some orders, each in one carton.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evaluation {
    /// Of the orders served, as the measure counts it.
    pub material: i64,
    /// Orders that one carton of the set holds, by carton.
    pub used: Vec<i64>,
    /// Orders that no one carton of the set holds, by index of the entry.
    pub not_served: Vec<usize>,
    /// How many orders these are.
    pub orders_not_served: i64,
}

/// Packs every order into the carton of the set that holds it with least material.
///
/// - `support`: share of each base that is borne, as in [`pack_carton`].
pub fn evaluate(
    cartons: &[CartonKind],
    orders: &[Order],
    measure: Measure,
    support: f64,
) -> Evaluation {
    let mut by_material: Vec<usize> = (0..cartons.len()).collect();
    by_material.sort_by_key(|&index| (measure.of(&cartons[index]), &cartons[index].id, index));
    let mut found = Evaluation { used: vec![0; cartons.len()], ..Evaluation::default() };
    for (index, order) in orders.iter().enumerate() {
        let pieces: Vec<Piece> =
            order.pieces.iter().filter(|piece| !piece.own_package).cloned().collect();
        let holds = |&&carton: &&usize| pack_carton(&pieces, &cartons[carton], support).is_some();
        let count = i64::from(order.count);
        if pieces.is_empty() {
            continue;
        }
        if let Some(&carton) = by_material.iter().find(holds) {
            found.material += measure.of(&cartons[carton]) * count;
            found.used[carton] += count;
        } else {
            found.not_served.push(index);
            found.orders_not_served += count;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::maker::tests::maker;
    use super::*;
    use quantity::{Length, Mass};

    #[test]
    fn each_order_in_the_least_that_holds_it() {
        let maker = maker();
        let carton = |id: &str, sides| maker.carton(id.into(), sides, &maker.boards[0]);
        let cartons = [carton("L", [3_000; 3]), carton("S", [2_000, 1_000, 1_000])];
        let order = |sides: &[[i64; 3]], grams, own_package, count| {
            let piece = |&sides: &[i64; 3]| Piece {
                order: 0,
                product: 0,
                sides: sides.map(Length::new),
                mass: Mass::from_grams(grams),
                upright: false,
                fragile: false,
                own_package,
                stacking_max: None,
                rule: None,
            };
            let pieces = sides.iter().map(piece).collect();
            Order { pieces, count, industry: String::new(), month: String::new() }
        };
        let orders = [
            order(&[[1_000, 1_000, 2_000]], 1, false, 3),
            order(&[[1_000, 1_000, 1_000], [1_000, 1_000, 1_000]], 1, false, 4),
            order(&[[1_000, 1_000, 2_001]], 1, false, 1),
            order(&[[3_000, 3_000, 3_001]], 1, false, 5),
            order(&[[1_000, 1_000, 1_000]], 10_001, false, 6),
            order(&[[9_000, 9_000, 9_000]], 1, true, 7),
        ];
        let found = evaluate(&cartons, &orders, Measure::Surface, 1.0);
        assert_eq!(found.used, [1, 7], "turned as need be, two side by side, a hair too long");
        assert_eq!(found.not_served, [3, 4], "too high, too heavy; its own package needs none");
        assert_eq!(found.orders_not_served, 11);
        assert_eq!(found.material, 54_000_000 + 7 * 10_000_000);
    }
}
