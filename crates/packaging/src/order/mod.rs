//! Orders one by one, from cartons without end: least material, then fewest parcels.
//!
//! Read: `shelf` (cartons by cost), `cover` (a bound from below), `one` (a single carton), `split` (few pieces, every way to share
//! them), `bulk` (many pieces).

mod cover;
mod shelf;
mod one;
mod split;
mod bulk;

use crate::fit::{Arrangement, Budget, sorted_shapes};
use crate::goods::Goods;
use crate::shape::Shape;
use crate::{CartonKind, Left, OrderPacking, OrderParcel, OrderRules, Piece, Placed};
use one::Tried;
use quantity::Mass;
use shelf::Shelf;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// Answers for so many pieces are kept, about 100 bytes each; then the memory begins anew.
const REMEMBERED_MAX: usize = 1 << 20;

/// Packs orders, and remembers the answers: orders repeat. What it remembers changes no answer.
#[derive(Clone, Debug)]
pub struct Packer {
    shelf: Shelf,
    rules: OrderRules,
    answers: HashMap<Vec<Shape>, Answer>,
    /// Pieces of all answers.
    remembered: usize,
}

/// How the goods of an order are packed, whatever their names.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answer {
    /// `None` where no way within the number of parcels was found.
    filled: Option<Vec<Filled>>,
    proven: bool,
    nodes: u64,
}

/// A carton with what is in it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Filled {
    /// Position on the shelf.
    carton: usize,
    /// Positions of the pieces in the goods, ascending.
    pieces: Vec<usize>,
    /// Where they lie.
    arrangement: Arrangement,
}

impl Packer {
    /// For orders packed into these cartons by these rules.
    pub fn new(cartons: &[CartonKind], rules: OrderRules) -> Self {
        let shelf = Shelf::new(cartons, &rules);
        Self { shelf, rules, answers: HashMap::new(), remembered: 0 }
    }

    /// The parcels of one order.
    ///
    /// The same for any order of the pieces, of their exchangeable sides, of the cartons' sides,
    /// and whatever was packed before. Which pieces ship in their own package is not looked at.
    /// Orders of one piece are decided; so are those of up to eight pieces as far as the effort
    /// goes, where support is no matter or where a bound meets what was found.
    pub fn pack(&mut self, pieces: &[Piece]) -> OrderPacking {
        if let [piece] = pieces {
            return self.alone(piece);
        }
        let (mut order, mut shapes) = sorted_shapes(pieces);
        let mut unpacked = Vec::new();
        let mut alone = Vec::with_capacity(shapes.len());
        let mut kept = 0;
        for i in 0..shapes.len() {
            let again = kept > 0 && shapes[kept - 1] == shapes[i];
            let found = if again { Ok(alone[kept - 1]) } else { self.shelf.cheapest(&shapes[i]) };
            match found {
                Ok(carton) => {
                    alone.push(carton);
                    (order[kept], shapes[kept]) = (order[i], shapes[i]);
                    kept += 1;
                }
                Err(reason) => unpacked.push((order[i], reason)),
            }
        }
        order.truncate(kept);
        shapes.truncate(kept);
        let (shelf, rules) = (&self.shelf, &self.rules);
        if self.remembered > REMEMBERED_MAX {
            self.answers.clear();
            self.remembered = 0;
        }
        let answer = match self.answers.entry(shapes) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                self.remembered += new.key().len();
                let answer = solve(shelf, rules, new.key(), &alone);
                new.insert(answer)
            }
        };
        let mut packing = OrderPacking {
            parcels: Vec::new(),
            unpacked,
            proven_optimal: answer.proven,
            nodes: answer.nodes,
        };
        match &answer.filled {
            Some(filled) => {
                packing.parcels =
                    filled.iter().map(|filled| shelf.parcel(filled, &order, pieces)).collect();
            }
            None => packing.unpacked.extend(order.iter().map(|&piece| (piece, Left::TooMany))),
        }
        packing.unpacked.sort_unstable_by_key(|&(piece, _)| piece);
        packing
    }

    /// An order of one piece: a look along the shelf.
    fn alone(&self, piece: &Piece) -> OrderPacking {
        let shape = Shape::of(piece);
        let mut packing = OrderPacking { proven_optimal: true, ..OrderPacking::default() };
        match self.shelf.cheapest(&shape) {
            Ok(_) if self.rules.parcels_max == Some(0) => packing.unpacked.push((0, Left::TooMany)),
            Ok(carton) => packing.parcels.push(self.shelf.parcel_of_one(carton, piece, &shape)),
            Err(reason) => packing.unpacked.push((0, reason)),
        }
        packing
    }
}

/// Each of the shapes fits some carton alone, the cheapest of which `alone` says.
fn solve(shelf: &Shelf, rules: &OrderRules, shapes: &[Shape], alone: &[usize]) -> Answer {
    let goods = Goods::of(shapes.to_vec());
    let mut budget = Budget::of(rules.effort);
    let (filled, proven) = choose(shelf, rules, &goods, alone, &mut budget);
    Answer { filled, proven, nodes: rules.effort - budget.left() }
}

/// The cheapest parcels found, and whether every cheaper choice is refuted.
fn choose(
    shelf: &Shelf,
    rules: &OrderRules,
    goods: &Goods,
    alone: &[usize],
    budget: &mut Budget,
) -> (Option<Vec<Filled>>, bool) {
    match (goods.len(), rules.parcels_max) {
        (0, _) => return (Some(Vec::new()), true),
        (_, Some(0)) => return (None, true),
        _ => {}
    }
    let several = match rules.parcels_max {
        Some(1) => i64::MAX,
        _ => shelf.several(goods, alone),
    };
    let mut tried = Tried::default();
    let single = one::choose(shelf, goods, rules.support, several, &mut tried, budget);
    if single.is_some() || rules.parcels_max == Some(1) {
        let proven = tried.refuted == tried.next;
        return (single.map(|filled| vec![filled]), proven);
    }
    if split::is_few(goods) {
        split::choose(shelf, goods, rules, tried, budget)
    } else {
        bulk::choose(shelf, (goods, alone), rules, several, tried, budget)
    }
}

impl Shelf {
    /// The pieces by the caller's names; `order` holds the index of each of the goods.
    fn parcel(&self, filled: &Filled, order: &[usize], pieces: &[Piece]) -> OrderParcel {
        let carton = &self.cartons[filled.carton];
        let stance = &carton.inside.stances[filled.arrangement.stance];
        let mut placed: Vec<Placed> = (filled.pieces.iter().zip(&filled.arrangement.lying))
            .map(|(&position, lying)| stance.placed(order[position], lying))
            .collect();
        placed.sort_unstable_by_key(|placed| [placed.at[2], placed.at[1], placed.at[0]]);
        let mass: Mass = placed.iter().map(|placed| pieces[placed.piece].mass).sum();
        OrderParcel { kind: carton.kind, placed, mass }
    }
}
