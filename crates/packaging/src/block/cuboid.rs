//! Cuboids with sides along the axes: length, width, height.

/// Sides or a corner, in units of the instance.
pub(super) type Triple = [i32; 3];

/// From its lowest corner to its highest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cuboid {
    /// The corner nearest to the origin.
    pub(super) low: Triple,
    /// The corner farthest from it.
    pub(super) high: Triple,
}

impl Cuboid {
    /// With these sides at this corner.
    pub(super) fn at(low: Triple, size: Triple) -> Self {
        Self { low, high: std::array::from_fn(|axis| low[axis] + size[axis]) }
    }

    /// Its sides.
    pub(super) fn size(&self) -> Triple {
        std::array::from_fn(|axis| self.high[axis] - self.low[axis])
    }

    /// Its volume.
    pub(super) fn volume(&self) -> i64 {
        self.size().iter().map(|&side| i64::from(side)).product()
    }

    /// The two have volume in common.
    #[expect(clippy::needless_bitwise_bool, reason = "no branch per side in the innermost loop")]
    pub(super) fn meets(&self, other: &Self) -> bool {
        (0..3).fold(true, |all, axis| {
            all & (self.low[axis] < other.high[axis]) & (other.low[axis] < self.high[axis])
        })
    }

    /// The other lies wholly inside.
    #[expect(clippy::needless_bitwise_bool, reason = "no branch per side in the innermost loop")]
    pub(super) fn contains(&self, other: &Self) -> bool {
        (0..3).fold(true, |all, axis| {
            all & (self.low[axis] <= other.low[axis]) & (other.high[axis] <= self.high[axis])
        })
    }

    /// Length they have in common along an axis.
    pub(super) fn common(&self, other: &Self, axis: usize) -> i64 {
        i64::from(
            (self.high[axis].min(other.high[axis]) - self.low[axis].max(other.low[axis])).max(0),
        )
    }
}
