//! The inside of a carton while it is loaded: which places a piece may take.

use crate::shape::Sides;

/// A piece where it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lying {
    /// Its nearest corner.
    pub(crate) at: Sides,
    /// Its sides as it lies.
    pub(crate) size: Sides,
    /// Nothing may rest on it.
    pub(crate) fragile: bool,
}

impl Lying {
    /// Its far face along an axis.
    pub(crate) fn end(&self, axis: usize) -> i64 {
        self.at[axis] + self.size[axis]
    }

    /// Area that two bases have in common, seen from above.
    pub(crate) fn common_base(&self, other: &Self) -> i64 {
        let along = |axis: usize| {
            (self.end(axis).min(other.end(axis)) - self.at[axis].max(other.at[axis])).max(0)
        };
        along(0) * along(1)
    }

    /// The two cannot lie so: they overlap, or one rests on the other, which is fragile.
    pub(crate) fn clashes(&self, other: &Self) -> bool {
        if self.common_base(other) == 0 {
            return false;
        }
        let overlap = self.at[2] < other.end(2) && other.at[2] < self.end(2);
        overlap
            || (other.fragile && self.at[2] == other.end(2))
            || (self.fragile && other.at[2] == self.end(2))
    }
}

/// A carton and what lies in it.
#[derive(Clone, Debug)]
pub(crate) struct Space {
    /// Its inner sides.
    pub(crate) inner: Sides,
    /// Share of a base that must be borne, `0.0..=1.0`.
    pub(crate) support: f64,
    /// In the order of loading.
    pub(crate) lying: Vec<Lying>,
}

impl Space {
    /// An empty carton.
    pub(crate) fn new(inner: Sides, support: f64) -> Self {
        Self { inner, support, lying: Vec::new() }
    }

    /// No side stands out.
    pub(crate) fn contains(&self, piece: &Lying) -> bool {
        (0..3).all(|axis| piece.end(axis) <= self.inner[axis])
    }

    /// `area` of the base is enough to bear the piece.
    pub(crate) fn bears(&self, piece: &Lying, area: i64) -> bool {
        // Areas are integers far below 2^53, so that shares such as 0.75 and 1 compare exactly.
        piece.at[2] == 0 || area as f64 >= self.support * (piece.size[0] * piece.size[1]) as f64
    }

    /// The piece may be put there now.
    pub(crate) fn admits(&self, piece: &Lying) -> bool {
        if !self.contains(piece) {
            return false;
        }
        let mut area = 0;
        for other in &self.lying {
            if piece.clashes(other) {
                return false;
            }
            if other.end(2) == piece.at[2] {
                area += piece.common_base(other);
            }
        }
        self.bears(piece, area)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lying(at: Sides, size: Sides) -> Lying {
        Lying { at, size, fragile: false }
    }

    #[test]
    fn places_that_are_admitted() {
        let mut space = Space::new([10, 10, 10], 0.75);
        space.lying.push(lying([0, 0, 0], [4, 4, 4]));
        space.lying.push(lying([4, 0, 0], [4, 4, 4]));
        space.lying.push(Lying { at: [0, 4, 0], size: [4, 4, 4], fragile: true });
        for (at, size, expect, why) in [
            ([8, 0, 0], [2, 2, 2], true, "the floor bears all"),
            ([8, 0, 0], [3, 2, 2], false, "stands out"),
            ([3, 0, 0], [2, 2, 2], false, "overlaps"),
            ([2, 0, 4], [4, 4, 4], true, "two pieces bear it together"),
            ([5, 0, 4], [4, 4, 4], true, "three quarters are borne"),
            ([6, 0, 4], [4, 4, 4], false, "half is borne"),
            ([0, 0, 5], [4, 4, 4], false, "floats"),
            ([0, 3, 4], [4, 4, 4], false, "rests on a fragile piece with a part"),
        ] {
            assert_eq!(space.admits(&lying(at, size)), expect, "{why}");
        }
    }

    #[test]
    fn a_fragile_piece_does_not_go_under_an_overhang() {
        let mut space = Space::new([10, 10, 10], 0.5);
        space.lying.push(lying([0, 0, 0], [4, 4, 4]));
        space.lying.push(lying([0, 0, 4], [8, 4, 4]));
        let under = lying([4, 0, 0], [4, 4, 4]);
        assert!(space.admits(&under));
        assert!(!space.admits(&Lying { fragile: true, ..under }));
    }
}
