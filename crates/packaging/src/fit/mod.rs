//! Whether a carton holds some pieces, and where they lie in it.
//!
//! Read: `bound` (what rules a carton out), `pair` (two pieces), `extreme_point` and `loading`
//! (pieces put in by rule), `classes` (few pieces, complete), `search` (few pieces, each borne),
//! `tester` (which when), `fill` (as much as goes in).

mod budget;
mod bound;
mod pair;
mod extreme_point;
mod loading;
mod classes;
mod search;
mod tester;
mod fill;

pub(crate) use budget::Budget;
pub(crate) use classes::FEW;
pub(crate) use fill::fill;
pub(crate) use loading::MANY;
pub(crate) use tester::test;

use crate::goods::Goods;
use crate::inside::Inside;
use crate::shape::Shape;
use crate::space::Lying;
use crate::{CartonKind, Piece, Placed};

/// Nodes for a carton asked about by itself.
const NODES: u64 = 20_000;
/// So many ways of loading are tried before the bounds that take longer than they do.
const QUICK: usize = 2;

/// Pieces in a carton.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Arrangement {
    /// Which of the carton's stances.
    pub(crate) stance: usize,
    /// Where each piece lies, in the order of the goods.
    pub(crate) lying: Vec<Lying>,
}

/// What is known of some pieces and a carton.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It holds them so.
    Holds(Arrangement),
    /// No arrangement exists.
    Refuted,
    /// None was found, and that there is none was not shown.
    Open,
}

/// Where the pieces lie in one carton, by index of the piece; `None` where no arrangement was
/// found.
///
/// - `support`: share of each base, `0.0..=1.0`, that lies on the floor or on pieces below.
///
/// The carton stands on its length and width. The same pieces and the same carton in any order of the
/// pieces, of their exchangeable sides and of the carton's length and width are held or not alike;
/// where neither support nor an upright or fragile piece says which way is up, of all three of its sides. Up to
/// two pieces it is exact.
pub fn pack_carton(pieces: &[Piece], carton: &CartonKind, support: f64) -> Option<Vec<Placed>> {
    let (order, shapes) = sorted_shapes(pieces);
    let inside = Inside::of(carton);
    let verdict = test(&Goods::of(shapes), &inside, support, &mut Budget::of(NODES));
    let Verdict::Holds(Arrangement { stance, lying }) = verdict else { return None };
    let stance = &inside.stances[stance];
    let mut placed: Vec<Placed> =
        order.iter().zip(&lying).map(|(&piece, lying)| stance.placed(piece, lying)).collect();
    placed.sort_by_key(|placed| placed.piece);
    Some(placed)
}

/// The shapes in canonical order, each with the index of its piece. Of equal shapes those of an
/// earlier order and product go first, so that it does not matter how the caller lists them.
pub(crate) fn sorted_shapes(pieces: &[Piece]) -> (Vec<usize>, Vec<Shape>) {
    let mut sorted: Vec<(usize, Shape)> = pieces.iter().map(Shape::of).enumerate().collect();
    sorted.sort_by_cached_key(|&(i, shape)| (shape, pieces[i].order, pieces[i].product, i));
    sorted.into_iter().unzip()
}

/// One piece fits by its sides, whatever it weighs.
pub(crate) fn has_room_for(inside: &Inside, shape: &Shape) -> bool {
    let room = &inside.sorted;
    let fits =
        |sides: &[i32], room: &[i32]| sides.iter().zip(room).all(|(side, room)| side <= room);
    if !shape.upright {
        return fits(&shape.sides, room);
    }
    let [long, short, up] = inside.stances[inside.given].inner;
    let [a, b, height] = shape.sides;
    height <= up && a.max(b) <= long && a.min(b) <= short
}
