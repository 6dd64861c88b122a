//! What is on board: mass and volume together.

use quantity::{Mass, Volume};
use std::ops::{Add, AddAssign, Sub, SubAssign};

/// Mass in milligrams and volume in cubic millimetres.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Load {
    pub(crate) mass: i64,
    pub(crate) volume: i64,
}

impl Load {
    pub(crate) const NONE: Self = Self { mass: 0, volume: 0 };

    pub(crate) const fn new(mass: Mass, volume: Volume) -> Self {
        Self { mass: mass.milligrams(), volume: volume.cubic_millimetres() }
    }
    /// Neither heavier nor larger than `room`.
    #[inline]
    pub(crate) const fn fits(self, room: Self) -> bool {
        self.mass <= room.mass && self.volume <= room.volume
    }
}

impl Add for Load {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { mass: self.mass + other.mass, volume: self.volume + other.volume }
    }
}
impl AddAssign for Load {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}
impl Sub for Load {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self { mass: self.mass - other.mass, volume: self.volume - other.volume }
    }
}
impl SubAssign for Load {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}
impl std::iter::Sum for Load {
    fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
        items.fold(Self::NONE, Add::add)
    }
}
