//! A single carton for everything.

use super::Filled;
use super::shelf::Shelf;
use crate::fit::{Budget, Verdict, test};
use crate::goods::Goods;

/// How far the cartons have been tried for all of the goods.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tried {
    /// Cartons before this one were not found to hold them.
    pub(crate) next: usize,
    /// Cartons before this one do not hold them.
    pub(crate) refuted: usize,
}

/// The cheapest carton found to hold all, of those with material up to `limit`.
pub(crate) fn choose(
    shelf: &Shelf,
    goods: &Goods,
    support: f64,
    limit: i64,
    tried: &mut Tried,
    budget: &mut Budget,
) -> Option<Filled> {
    for (carton, kind) in shelf.cartons.iter().enumerate().skip(tried.next) {
        if kind.price.material > limit {
            return None;
        }
        match test(goods, &kind.inside, support, budget) {
            Verdict::Holds(arrangement) => {
                let pieces = (0..goods.len()).collect();
                return Some(Filled { carton, pieces, arrangement });
            }
            Verdict::Refuted if tried.refuted == carton => tried.refuted += 1,
            Verdict::Refuted | Verdict::Open => {}
        }
        tried.next = carton + 1;
    }
    None
}
