//! Ways of loading a carton by rule: in which order, by which score, along which side.

use crate::extreme_point::{Loader, Score};
use crate::fit::{Bay, PIECES_MAX};
use crate::shape::{Shape, Sides};
use crate::space::Lying;
use std::cmp::Reverse;

/// Past so many pieces only the largest-first order is tried: the time grows with the third power.
const MANY: usize = 40;

/// One way of loading.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    /// Positions of the shapes.
    order: Vec<usize>,
    score: Score,
    /// Length and width change places while loading: flat pieces first lie along the other wall.
    across: bool,
}

/// All ways for some shapes, the most promising first.
pub(crate) fn ways(shapes: &[Shape]) -> Vec<Way> {
    let orders = loading_orders(shapes);
    let mut ways = Vec::new();
    for across in [false, true] {
        for order in &orders {
            for score in [Score::Lowest, Score::Tightest] {
                ways.push(Way { order: order.clone(), score, across });
            }
        }
    }
    ways
}

/// Orders in which pieces are loaded, fragile ones always last: by volume, longest side, largest
/// face, least side, each from the largest.
fn loading_orders(shapes: &[Shape]) -> Vec<Vec<usize>> {
    type Key = fn(&Shape) -> i128;
    let keys: [Key; 4] = [
        Shape::volume,
        |shape| shape.turns.iter().flatten().copied().max().unwrap_or(0).into(),
        |shape| shape.turns.iter().map(|t| i128::from(t[0]) * i128::from(t[1])).max().unwrap_or(0),
        |shape| shape.turns.iter().flatten().copied().min().unwrap_or(0).into(),
    ];
    let used = if shapes.len() > MANY { 1 } else { keys.len() };
    let mut orders: Vec<Vec<usize>> = Vec::new();
    for key in &keys[..used] {
        let mut order: Vec<usize> = (0..shapes.len()).collect();
        // Ties by shape, which `shapes` is sorted by.
        order.sort_by_key(|&i| (shapes[i].fragile, Reverse(key(&shapes[i])), i));
        if !orders.contains(&order) {
            orders.push(order);
        }
    }
    orders
}

impl Way {
    /// Where each of the shapes lies, in their order; `None` as soon as one has no place.
    pub(crate) fn load_all(
        &self,
        shapes: &[Shape],
        inner: Sides,
        support: f64,
    ) -> Option<Vec<Lying>> {
        let mut loader = Loader::new(self.along(inner), support);
        let mut lying = vec![None; shapes.len()];
        for &i in &self.order {
            lying[i] = Some(self.back(loader.place(&shapes[i], self.score)?));
        }
        lying.into_iter().collect()
    }

    /// What goes in, each by its position in `shapes`.
    pub(crate) fn load_some(
        &self,
        shapes: &[Shape],
        bay: &Bay,
        support: f64,
    ) -> Vec<(usize, Lying)> {
        let mut loader = Loader::new(self.along(bay.inner), support);
        let mut loaded = Vec::new();
        let mut load = 0;
        let mut refused: Option<&Shape> = None;
        for &i in &self.order {
            // Equal pieces follow each other: where one had no place the next has none.
            if loaded.len() == PIECES_MAX || refused == Some(&shapes[i]) {
                continue;
            }
            let heavy = load + shapes[i].mass > bay.max_load;
            match if heavy { None } else { loader.place(&shapes[i], self.score) } {
                Some(lying) => {
                    load += shapes[i].mass;
                    loaded.push((i, self.back(lying)));
                }
                None => refused = Some(&shapes[i]),
            }
        }
        loaded
    }

    fn along(&self, [x, y, z]: Sides) -> Sides {
        if self.across { [y, x, z] } else { [x, y, z] }
    }

    fn back(&self, lying: Lying) -> Lying {
        Lying { at: self.along(lying.at), size: self.along(lying.size), ..lying }
    }
}
