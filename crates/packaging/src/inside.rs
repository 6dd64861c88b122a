//! The inside of a carton, and the faces it may stand on.

use crate::shape::{SIDE_MAX, Sides, volume};
use crate::space::Lying;
use crate::{CartonKind, Placed};
use quantity::Length;

/// A carton on one of its faces, its length not below its width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stance {
    pub(crate) inner: Sides,
    /// Length and width of the placements are the other way round than in `inner`.
    turned: bool,
}

/// A carton for the search. Cartons with the same sides in any order are searched alike.
#[derive(Clone, Debug)]
pub(crate) struct Inside {
    /// One for each different height, the lowest first. A carton is packed as it stands; where neither
    /// support nor an upright or fragile piece says which way is up, the lowest is searched for whichever is
    /// given, so that the order of the sides changes nothing.
    pub(crate) stances: Vec<Stance>,
    /// The stance with the height as given.
    pub(crate) given: usize,
    /// Inner sides, ascending.
    pub(crate) sorted: Sides,
    /// In thousandths of a cubic millimetre.
    pub(crate) volume: i64,
    /// In milligrams.
    pub(crate) max_load: i64,
}

impl Inside {
    pub(crate) fn of(carton: &CartonKind) -> Self {
        let mut stances: Vec<Stance> = Vec::with_capacity(3);
        for axes in [[0, 1, 2], [0, 2, 1], [1, 2, 0]] {
            let stance = Stance::on(carton.inner, axes);
            if stances.iter().all(|other| other.inner[2] != stance.inner[2]) {
                stances.push(stance);
            }
        }
        let height = stances[0].inner[2];
        stances.sort_by_key(|stance| stance.inner[2]);
        let mut sorted = stances[0].inner;
        sorted.sort_unstable();
        Self {
            given: stances.iter().position(|stance| stance.inner[2] == height).unwrap_or(0),
            volume: volume(&sorted),
            max_load: carton.max_load.milligrams(),
            stances,
            sorted,
        }
    }

    /// Whatever fits in the other fits in this, lying the same way.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        let [own, others] = [self, other].map(|inside| inside.stances[inside.given].inner);
        self.max_load >= other.max_load && (0..3).all(|axis| own[axis] >= others[axis])
    }
}

impl Stance {
    /// On the face whose sides are the first two axes of `axes`.
    fn on(sides: [Length; 3], axes: [usize; 3]) -> Self {
        let cut = |axis: usize| sides[axis].tenths_mm().clamp(0, i64::from(SIDE_MAX)) as i32;
        let [along, across, up] = axes.map(cut);
        let swap = along < across;
        let inner = if swap { [across, along, up] } else { [along, across, up] };
        Self { inner, turned: swap }
    }

    /// In the carton's own axes, from the stance with the height as given.
    pub(crate) fn placed(&self, piece: usize, lying: &Lying) -> Placed {
        let own = |[x, y, z]: Sides| if self.turned { [y, x, z] } else { [x, y, z] };
        let lengths = |sides: Sides| own(sides).map(|side| Length::new(side.into()));
        Placed { piece, at: lengths(lying.at), sides: lengths(lying.size) }
    }

    /// The arrangement in `from` turned as a whole onto this face. Only where it does not matter
    /// which way is up.
    pub(crate) fn turned_from(&self, from: &Self, lying: &mut [Lying]) {
        let mut taken = [false; 3];
        let source: [usize; 3] = std::array::from_fn(|axis| {
            let found = (0..3).find(|&old| !taken[old] && from.inner[old] == self.inner[axis]);
            let old = found.expect("both are faces of one carton");
            taken[old] = true;
            old
        });
        for piece in lying {
            piece.at = source.map(|old| piece.at[old]);
            piece.size = source.map(|old| piece.size[old]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quantity::Mass;

    fn inside(inner: [i64; 3]) -> Inside {
        Inside::of(&CartonKind {
            id: "C".into(),
            inner: inner.map(Length::new),
            max_load: Mass::from_grams(1),
            tare: Mass::ZERO,
            material: String::new(),
        })
    }

    #[test]
    fn a_carton_stands_on_as_many_faces_as_differ() {
        for (sides, heights, given, why) in [
            ([3, 2, 1], vec![1, 2, 3], 0, "as given it is flat"),
            ([1, 2, 3], vec![1, 2, 3], 2, "as given it stands tall"),
            ([2, 2, 1], vec![1, 2], 0, "two sides alike"),
            ([2, 2, 2], vec![2], 0, "a cube"),
        ] {
            let inside = inside(sides);
            let found: Vec<i32> = inside.stances.iter().map(|stance| stance.inner[2]).collect();
            assert_eq!((found, inside.given), (heights, given), "{why}");
            assert!(
                inside.stances.iter().all(|stance| stance.inner[0] >= stance.inner[1]),
                "{why}"
            );
        }
    }

    #[test]
    fn placements_are_in_the_axes_of_the_carton() {
        let carton = inside([2, 5, 3]);
        let lying = Lying { at: [1, 0, 0], size: [4, 2, 1], fragile: false };
        let placed = carton.stances[carton.given].placed(0, &lying);
        assert_eq!(placed.at.map(Length::tenths_mm), [0, 1, 0]);
        assert_eq!(placed.sides.map(Length::tenths_mm), [2, 4, 1]);
    }

    #[test]
    fn an_arrangement_turns_with_its_carton() {
        let carton = inside([5, 4, 3]);
        let mut lying = [Lying { at: [1, 2, 0], size: [4, 2, 3], fragile: false }];
        carton.stances[2].turned_from(&carton.stances[0], &mut lying);
        assert_eq!(carton.stances[2].inner, [4, 3, 5]);
        assert_eq!((lying[0].at, lying[0].size), ([2, 0, 1], [2, 3, 4]));
    }
}
