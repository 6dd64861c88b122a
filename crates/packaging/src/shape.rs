//! What packing needs to know of a piece: how it may lie, its mass, the load it bears.

use crate::Piece;
use crate::stack::UNLIMITED;
use std::cmp::Reverse;
use std::hash::{Hash, Hasher};

/// Sides or a place in tenths of a millimetre: along the length, along the width, up.
pub(crate) type Sides = [i32; 3];

/// Longest side of a carton that is made use of, in tenths of a millimetre: 10 m. Keeps volumes
/// within 64 bits.
pub(crate) const SIDE_MAX: i32 = 100_000;

/// A side as the search counts it; what is longer than every carton stays longer.
pub(crate) fn tenths(side: quantity::Length) -> i32 {
    side.tenths_mm().clamp(0, i64::from(SIDE_MAX) + 1) as i32
}

/// Product of the sides, in thousandths of a cubic millimetre.
pub(crate) fn volume(sides: &Sides) -> i64 {
    sides.iter().map(|&side| i64::from(side)).product()
}

/// A piece without its name. Equal shapes are interchangeable; those that differ in mass alone are
/// so where only the room counts, and follow each other when sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Shape {
    /// The exchangeable sides ascending; an upright height is the last.
    pub(crate) sides: Sides,
    /// The last side stays vertical.
    pub(crate) upright: bool,
    /// Nothing may rest on it.
    pub(crate) fragile: bool,
    /// Most that may rest on it, in milligrams.
    pub(crate) stacking_max: i64,
    /// In milligrams.
    pub(crate) mass: i64,
}

/// In four words: orders are looked up by their shapes.
impl Hash for Shape {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let [a, b, c] = self.sides.map(|side| u64::from(side.cast_unsigned()));
        state.write_u64(a << 32 | b);
        state.write_u64(c << 32 | u64::from(self.upright) << 1 | u64::from(self.fragile));
        state.write_i64(self.mass);
        state.write_i64(self.stacking_max);
    }
}

impl Shape {
    /// The same for any order of the sides that may be exchanged.
    pub(crate) fn of(piece: &Piece) -> Self {
        let mut sides = piece.sides.map(tenths);
        let exchangeable = if piece.upright { 2 } else { 3 };
        sides[..exchangeable].sort_unstable();
        Self {
            sides,
            upright: piece.upright,
            fragile: piece.fragile,
            // Nothing at all is less than any limit.
            stacking_max: match piece.stacking_max {
                Some(most) if !piece.fragile => most.milligrams().max(0),
                _ => UNLIMITED,
            },
            mass: piece.mass.milligrams().max(0),
        }
    }

    /// In thousandths of a cubic millimetre.
    pub(crate) fn volume(&self) -> i64 {
        volume(&self.sides)
    }

    /// The two take the same room.
    pub(crate) fn alike(&self, other: &Self) -> bool {
        let room = |shape: &Self| (shape.sides, shape.upright, shape.fragile, shape.stacking_max);
        room(self) == room(other)
    }

    /// It says how much may rest on it.
    pub(crate) fn is_graded(&self) -> bool {
        self.stacking_max != UNLIMITED
    }

    /// Its ways to lie, the flattest first.
    pub(crate) fn turns(&self) -> Turns {
        let [a, b, c] = self.sides;
        let mut turns = Turns { list: [[0; 3]; 6], count: 0 };
        let all = [[a, b, c], [b, a, c], [a, c, b], [c, a, b], [b, c, a], [c, b, a]];
        for turn in &all[..if self.upright { 2 } else { 6 }] {
            if !turns.as_slice().contains(turn) {
                turns.push(*turn);
            }
        }
        let count = usize::from(turns.count);
        turns.list[..count].sort_unstable_by_key(|turn| (turn[2], Reverse(turn[0])));
        turns
    }

    /// The first way to lie that is inside.
    pub(crate) fn turn_within(&self, inner: &Sides) -> Option<Sides> {
        self.turns().within(inner).as_slice().first().copied()
    }
}

/// Ways to lie, at most six.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Turns {
    list: [Sides; 6],
    count: u8,
}

impl Turns {
    pub(crate) fn as_slice(&self) -> &[Sides] {
        &self.list[..usize::from(self.count)]
    }

    fn push(&mut self, turn: Sides) {
        self.list[usize::from(self.count)] = turn;
        self.count += 1;
    }

    /// Those that are inside, in the same order.
    pub(crate) fn within(&self, inner: &Sides) -> Self {
        let mut within = Self { list: [[0; 3]; 6], count: 0 };
        for turn in self.as_slice() {
            if (0..3).all(|axis| turn[axis] <= inner[axis]) {
                within.push(*turn);
            }
        }
        within
    }

    /// The least room taken along each axis; `None` where there is no way to lie.
    pub(crate) fn least_extent(&self) -> Option<Sides> {
        let least = |a: Sides, b: Sides| std::array::from_fn(|axis| a[axis].min(b[axis]));
        self.as_slice().iter().copied().reduce(least)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quantity::{Length, Mass};

    fn shape(sides: [i64; 3], upright: bool) -> Shape {
        Shape::of(&Piece {
            order: 0,
            product: 0,
            sides: sides.map(Length::new),
            mass: Mass::from_grams(1),
            upright,
            fragile: false,
            own_package: false,
            stacking_max: None,
            rule: None,
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
            assert_eq!(shape(sides, upright).turns().as_slice().len(), ways, "{why}");
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

    #[test]
    fn sides_beyond_all_cartons_stay_beyond() {
        let endless = shape([i64::MAX, i64::MIN, 1], false);
        assert_eq!(endless.sides, [0, 1, SIDE_MAX + 1]);
        assert_eq!(endless.turn_within(&[SIDE_MAX; 3]), None);
    }
}
