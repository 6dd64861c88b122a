//! A single carton for everything.

use super::Filled;
use super::shelf::Shelf;
use crate::fit::{Budget, Verdict, test};
use crate::goods::Goods;

/// The cheapest carton found to hold all, and whether every cheaper one is refuted.
pub(crate) fn choose(
    shelf: &Shelf,
    goods: &Goods,
    support: f64,
    budget: &mut Budget,
) -> (Option<Vec<Filled>>, bool) {
    let mut proven = true;
    for (carton, kind) in shelf.cartons.iter().enumerate() {
        match test(goods, &kind.inside, support, budget) {
            Verdict::Holds(arrangement) => {
                let pieces = (0..goods.len()).collect();
                return (Some(vec![Filled { carton, pieces, arrangement }]), proven);
            }
            Verdict::Refuted => {}
            Verdict::Open => proven = false,
        }
    }
    (None, proven)
}
