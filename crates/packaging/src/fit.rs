//! Whether a carton holds some pieces, and where they lie in it.

use crate::loading::ways;
use crate::search::search;
use crate::shape::{Shape, Sides};
use crate::space::Lying;
use crate::{CartonKind, Piece, Placed};
use quantity::Length;

/// Up to so many pieces are searched exhaustively (within a budget) when loading by rule fails.
pub(crate) const FEW: usize = 6;
/// Most pieces in a carton.
pub(crate) const PIECES_MAX: usize = 100;
/// Longest side of a carton that is made use of, in tenths of a millimetre: 100 m.
const SIDE_MAX: i64 = 1_000_000;

/// A carton, turned so that its length is not below its width.
#[derive(Clone, Debug)]
pub(crate) struct Bay {
    pub(crate) inner: Sides,
    /// In milligrams.
    pub(crate) max_load: i64,
    /// Length and width were exchanged.
    turned: bool,
}

impl Bay {
    pub(crate) fn of(carton: &CartonKind) -> Self {
        let [a, b, height] = carton.inner.map(|side| side.tenths_mm().min(SIDE_MAX));
        let inner = [a.max(b), a.min(b), height];
        Self { inner, max_load: carton.max_load.milligrams(), turned: a < b }
    }

    /// Whatever fits in the other fits in this, lying the same way.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        self.max_load >= other.max_load && (0..3).all(|axis| self.inner[axis] >= other.inner[axis])
    }

    /// The carton's own axes instead of the bay's.
    pub(crate) fn placed(&self, piece: usize, lying: &Lying) -> Placed {
        let own = |[x, y, z]: Sides| if self.turned { [y, x, z] } else { [x, y, z] };
        Placed {
            piece,
            at: own(lying.at).map(Length::new),
            sides: own(lying.size).map(Length::new),
        }
    }
}

/// Where the pieces lie in one carton, by index of the piece; `None` where no arrangement was
/// found.
///
/// - `support`: share of each base, `0.0..=1.0`, that lies on the floor or on pieces below.
///
/// The same pieces and the same carton in any order of the pieces, of their exchangeable sides and
/// of the carton's length and width give the same answer. For one piece it is exact; for up to six
/// nearly so.
pub fn pack_carton(pieces: &[Piece], carton: &CartonKind, support: f64) -> Option<Vec<Placed>> {
    let (order, shapes) = sorted_shapes(pieces);
    let bay = Bay::of(carton);
    let lying = fit(&shapes, &bay, support)?;
    let mut placed: Vec<Placed> =
        order.iter().zip(&lying).map(|(&piece, lying)| bay.placed(piece, lying)).collect();
    placed.sort_by_key(|placed| placed.piece);
    Some(placed)
}

/// The shapes in canonical order, each with the index of its piece. Of equal shapes those of an
/// earlier order and product go first, so that it does not matter how the caller lists them.
pub(crate) fn sorted_shapes(pieces: &[Piece]) -> (Vec<usize>, Vec<Shape>) {
    let mut sorted: Vec<(usize, Shape)> = pieces.iter().map(Shape::of).enumerate().collect();
    sorted.sort_by(|(i, a), (j, b)| {
        let name = |i: usize| (pieces[i].order, pieces[i].product);
        a.cmp(b).then(name(*i).cmp(&name(*j)))
    });
    sorted.into_iter().unzip()
}

/// Where each of the shapes lies, in their order; `shapes` is sorted.
pub(crate) fn fit(shapes: &[Shape], bay: &Bay, support: f64) -> Option<Vec<Lying>> {
    if !may_hold(shapes, bay) {
        return None;
    }
    if let [shape] = shapes {
        let size = shape.turn_within(&bay.inner)?;
        return Some(vec![Lying { at: [0; 3], size, fragile: shape.fragile }]);
    }
    ways(shapes).iter().find_map(|way| way.load_all(shapes, bay.inner, support)).or_else(|| {
        if shapes.len() > FEW {
            return None;
        }
        search(shapes, bay.inner, support)
    })
}

/// As much as goes into a carton: the largest volume over the ways of loading, each piece by its
/// position in `shapes`.
pub(crate) fn fill(shapes: &[Shape], bay: &Bay, support: f64) -> Vec<(usize, Lying)> {
    let mut best: (i128, Vec<(usize, Lying)>) = (0, Vec::new());
    for way in ways(shapes) {
        let loaded = way.load_some(shapes, bay, support);
        let volume = loaded.iter().map(|&(i, _)| shapes[i].volume()).sum();
        if volume > best.0 || best.1.is_empty() {
            best = (volume, loaded);
        }
    }
    best.1
}

/// Not ruled out by mass, volume, a single piece, or a pair that cannot lie side by side.
fn may_hold(shapes: &[Shape], bay: &Bay) -> bool {
    let mass: i64 = shapes.iter().map(|shape| shape.mass).sum();
    if mass > bay.max_load || shapes.len() > PIECES_MAX {
        return false;
    }
    let Some(extents) =
        shapes.iter().map(|shape| shape.least_extent(&bay.inner)).collect::<Option<Vec<Sides>>>()
    else {
        return false;
    };
    let volume: i128 = shapes.iter().map(Shape::volume).sum();
    let room: i128 = bay.inner.iter().map(|&side| i128::from(side)).product();
    let beside = |a: &Sides, b: &Sides| (0..3).any(|axis| a[axis] + b[axis] <= bay.inner[axis]);
    volume <= room
        && extents.iter().enumerate().all(|(i, a)| extents[i + 1..].iter().all(|b| beside(a, b)))
}
