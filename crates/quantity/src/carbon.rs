//! Greenhouse gas as CO2 equivalent, and the pair in which every figure is held.

use crate::Fixed;
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub};

/// Greenhouse gas as CO2 equivalent over 100 years, in micrograms, exact under addition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Carbon(i128);

impl Carbon {
    /// None at all.
    pub const ZERO: Self = Self(0);

    /// From micrograms of CO2e.
    pub const fn from_micrograms(micrograms: i128) -> Self {
        Self(micrograms)
    }
    /// In micrograms of CO2e: billionths of a kilogram.
    pub const fn micrograms(self) -> i128 {
        self.0
    }
    /// From an exact number of kilograms.
    pub const fn from_kilograms(kilograms: Fixed) -> Self {
        Self(kilograms.billionths())
    }
    /// The nearest to a binary number of kilograms, for estimates.
    pub fn from_kilograms_f64(kilograms: f64) -> Self {
        Self((kilograms * 1e9).round() as i128)
    }
    /// Exact kilograms.
    pub const fn kilograms(self) -> Fixed {
        Fixed::from_billionths(self.0)
    }
    /// Kilograms as a binary number, for display and search.
    pub fn kilograms_f64(self) -> f64 {
        self.0 as f64 / 1e9
    }
}

/// An emission: energy provision (well to tank) beside operation (tank to wheel).
///
/// ISO 14083 reports both; their sum, well to wheel, is only ever computed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Emission {
    /// Well to tank: providing the energy, or the upstream of a material.
    pub wtt: Carbon,
    /// Tank to wheel: using the energy, or the treatment of a waste.
    pub ttw: Carbon,
}

impl Emission {
    /// None at all.
    pub const ZERO: Self = Self { wtt: Carbon::ZERO, ttw: Carbon::ZERO };

    /// Well to wheel.
    pub fn wtw(self) -> Carbon {
        self.wtt + self.ttw
    }
}

impl fmt::Display for Carbon {
    /// Exact kilograms, without unit.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kilograms().fmt(f)
    }
}
impl Add for Carbon {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}
impl AddAssign for Carbon {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}
impl Sub for Carbon {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}
impl Neg for Carbon {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}
impl Sum for Carbon {
    fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
        items.fold(Self::ZERO, Add::add)
    }
}
impl Add for Emission {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { wtt: self.wtt + other.wtt, ttw: self.ttw + other.ttw }
    }
}
impl AddAssign for Emission {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}
impl Sum for Emission {
    fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
        items.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn well_to_wheel_of_a_sum_is_the_sum_of_well_to_wheel(
            parts in prop::collection::vec((any::<i64>(), any::<i64>()), 0..50)
        ) {
            let emissions: Vec<Emission> = parts
                .iter()
                .map(|&(wtt, ttw)| Emission {
                    wtt: Carbon::from_micrograms(wtt.into()),
                    ttw: Carbon::from_micrograms(ttw.into()),
                })
                .collect();
            let total: Emission = emissions.iter().copied().sum();
            let backward: Emission = emissions.iter().rev().copied().sum();
            prop_assert_eq!(total, backward);
            prop_assert_eq!(total.wtw(), emissions.iter().map(|e| e.wtw()).sum::<Carbon>());
        }
    }
}
