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
    pub(crate) fn end(&self, axis: usize) -> i32 {
        self.at[axis] + self.size[axis]
    }

    /// Area of its base.
    fn base(&self) -> i64 {
        i64::from(self.size[0]) * i64::from(self.size[1])
    }

    /// Area that two bases have in common, seen from above.
    pub(crate) fn common_base(&self, other: &Self) -> i64 {
        let along = |axis: usize| {
            i64::from(
                (self.end(axis).min(other.end(axis)) - self.at[axis].max(other.at[axis])).max(0),
            )
        };
        along(0) * along(1)
    }

    /// The two cannot lie so: they overlap, or one rests on the other, which is fragile.
    pub(crate) fn clashes(&self, other: &Self) -> bool {
        let beside =
            |axis: usize| self.at[axis] >= other.end(axis) || other.at[axis] >= self.end(axis);
        if beside(0) || beside(1) {
            return false;
        }
        let overlap = self.at[2] < other.end(2) && other.at[2] < self.end(2);
        overlap
            || (other.fragile && self.at[2] == other.end(2))
            || (self.fragile && other.at[2] == self.end(2))
    }

    /// Share `support` of the base is enough with `area` of it on pieces below.
    pub(crate) fn borne(&self, area: i64, support: f64) -> bool {
        // Areas are integers far below 2^53, so that shares such as 0.75 and 1 compare exactly.
        self.at[2] == 0 || area as f64 >= support * self.base() as f64
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

    /// The piece may be put there now, with at least the share `support` of its base borne.
    pub(crate) fn admits(&self, piece: &Lying, support: f64) -> bool {
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
        piece.borne(area, support)
    }
}

/// Every base has its share borne and nothing rests on a fragile piece; overlaps are not looked
/// for.
pub(crate) fn stands(lying: &[Lying], support: f64) -> bool {
    lying.iter().all(|piece| {
        let below = lying.iter().filter(|other| other.end(2) == piece.at[2]);
        let mut area = 0;
        for other in below {
            let common = piece.common_base(other);
            if common > 0 && other.fragile {
                return false;
            }
            area += common;
        }
        piece.borne(area, support)
    })
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
            assert_eq!(space.admits(&lying(at, size), 0.75), expect, "{why}");
        }
    }

    #[test]
    fn a_fragile_piece_does_not_go_under_an_overhang() {
        let mut space = Space::new([10, 10, 10], 0.5);
        space.lying.push(lying([0, 0, 0], [4, 4, 4]));
        space.lying.push(lying([0, 0, 4], [8, 4, 4]));
        let under = lying([4, 0, 0], [4, 4, 4]);
        assert!(space.admits(&under, 0.5));
        assert!(!space.admits(&Lying { fragile: true, ..under }, 0.5));
    }

    #[test]
    fn whole_arrangements_stand_or_do_not() {
        let low = lying([0, 0, 0], [4, 4, 4]);
        for (upper, support, expect, why) in [
            (lying([1, 0, 4], [4, 4, 1]), 0.75, true, "three quarters"),
            (lying([2, 0, 4], [4, 4, 1]), 0.75, false, "half"),
            (lying([0, 0, 5], [4, 4, 1]), 0.75, false, "floats"),
            (lying([0, 0, 5], [4, 4, 1]), 0.0, true, "floating is allowed"),
        ] {
            assert_eq!(stands(&[upper, low], support), expect, "{why}");
        }
        let fragile = Lying { fragile: true, ..low };
        assert!(!stands(&[lying([0, 0, 4], [4, 4, 1]), fragile], 0.0), "rests on a fragile piece");
        assert!(stands(&[lying([4, 0, 4], [4, 4, 1]), fragile], 0.0), "only beside it");
    }
}
