//! What packing needs to know of a piece: how it may lie, its mass, whether it bears a load.

use crate::Piece;
use std::cmp::Reverse;

/// Sides in tenths of a millimetre: length, width, height.
pub(crate) type Sides = [i64; 3];

/// A piece without its name. Equal shapes are interchangeable.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Shape {
    /// The different ways to lie, the flattest first; never empty.
    pub(crate) turns: Vec<Sides>,
    /// In milligrams.
    pub(crate) mass: i64,
    /// Nothing may rest on it.
    pub(crate) fragile: bool,
}

impl Shape {
    /// The same for any order of the sides that may be exchanged.
    pub(crate) fn of(piece: &Piece) -> Self {
        let [a, b, c] = piece.sides.map(quantity::Length::tenths_mm);
        let mut turns = vec![[a, b, c], [b, a, c]];
        if !piece.upright {
            turns.extend([[a, c, b], [c, a, b], [b, c, a], [c, b, a]]);
        }
        turns.sort_unstable_by_key(|turn| (turn[2], Reverse(turn[0]), turn[1]));
        turns.dedup();
        Self { turns, mass: piece.mass.milligrams(), fragile: piece.fragile }
    }

    /// In thousandths of a cubic millimetre.
    pub(crate) fn volume(&self) -> i128 {
        self.turns[0].iter().map(|&side| i128::from(side)).product()
    }

    /// The first way to lie that is inside.
    pub(crate) fn turn_within(&self, inner: &Sides) -> Option<Sides> {
        self.turns.iter().copied().find(|turn| (0..3).all(|axis| turn[axis] <= inner[axis]))
    }

    /// The least room it takes along each axis among the ways to lie that are inside.
    pub(crate) fn least_extent(&self, inner: &Sides) -> Option<Sides> {
        let inside = |turn: &&Sides| (0..3).all(|axis| turn[axis] <= inner[axis]);
        self.turns
            .iter()
            .filter(inside)
            .copied()
            .reduce(|a, b| std::array::from_fn(|axis| a[axis].min(b[axis])))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quantity::{Length, Mass};

    fn shape(sides: Sides, upright: bool) -> Shape {
        Shape::of(&Piece {
            order: 0,
            product: 0,
            sides: sides.map(Length::new),
            mass: Mass::from_grams(1),
            upright,
            fragile: false,
            own_package: false,
        })
    }

    #[test]
    fn a_piece_lies_in_as_many_ways_as_differ() {
        for (sides, upright, ways, why) in [
            ([3, 2, 1], false, 6, "three sides"),
            ([3, 2, 2], false, 3, "two alike"),
            ([2, 2, 2], false, 1, "a cube"),
            ([3, 2, 1], true, 2, "the height stays"),
            ([2, 2, 1], true, 1, "a square base"),
        ] {
            assert_eq!(shape(sides, upright).turns.len(), ways, "{why}");
        }
    }

    #[test]
    fn the_order_of_exchangeable_sides_does_not_matter() {
        assert_eq!(shape([3, 2, 1], false), shape([1, 3, 2], false));
        assert_eq!(shape([3, 2, 1], true), shape([2, 3, 1], true));
        assert_ne!(shape([3, 2, 1], true), shape([3, 1, 2], true));
    }

    #[test]
    fn the_flattest_way_that_is_inside() {
        assert_eq!(shape([3, 2, 1], false).turn_within(&[3, 2, 2]), Some([3, 2, 1]));
        assert_eq!(shape([3, 2, 1], false).turn_within(&[2, 1, 3]), Some([2, 1, 3]));
        assert_eq!(shape([3, 2, 1], true).turn_within(&[2, 1, 3]), None);
    }
}
