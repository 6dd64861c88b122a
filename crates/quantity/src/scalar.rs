//! Mass, energy, distance, length and volume: integers of a small unit, each its own type.

use std::iter::Sum;
use std::ops::{Add, AddAssign, Mul, Neg, Sub, SubAssign};

macro_rules! scalar {
    ($(#[$doc:meta])* $name:ident, $unit:ident, $unit_doc:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(i64);

        impl $name {
            /// Nothing of it.
            pub const ZERO: Self = Self(0);
            #[doc = concat!("From ", $unit_doc, ".")]
            pub const fn new(value: i64) -> Self {
                Self(value)
            }
            #[doc = concat!("In ", $unit_doc, ".")]
            pub const fn $unit(self) -> i64 {
                self.0
            }
            /// The larger of zero and this.
            #[must_use]
            pub fn or_zero(self) -> Self {
                Self(self.0.max(0))
            }
        }
        impl Add for $name {
            type Output = Self;
            fn add(self, other: Self) -> Self {
                Self(self.0 + other.0)
            }
        }
        impl AddAssign for $name {
            fn add_assign(&mut self, other: Self) {
                self.0 += other.0;
            }
        }
        impl Sub for $name {
            type Output = Self;
            fn sub(self, other: Self) -> Self {
                Self(self.0 - other.0)
            }
        }
        impl SubAssign for $name {
            fn sub_assign(&mut self, other: Self) {
                self.0 -= other.0;
            }
        }
        impl Neg for $name {
            type Output = Self;
            fn neg(self) -> Self {
                Self(-self.0)
            }
        }
        /// So many times the quantity.
        impl Mul<i64> for $name {
            type Output = Self;
            fn mul(self, times: i64) -> Self {
                Self(self.0 * times)
            }
        }
        impl Sum for $name {
            fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
                items.fold(Self::ZERO, Add::add)
            }
        }
    };
}

scalar!(
    /// A mass, in milligrams: 9 million tonnes at the most.
    Mass, milligrams, "milligrams"
);
scalar!(
    /// An amount of energy, in milliwatt-hours, so that hourly balances close to the last digit.
    Energy, milliwatt_hours, "milliwatt-hours"
);
scalar!(
    /// A way along the ground, in metres.
    Distance, metres, "metres"
);
scalar!(
    /// A side of a piece or a carton, in tenths of a millimetre.
    Length, tenths_mm, "tenths of a millimetre"
);
scalar!(
    /// A volume, in cubic millimetres.
    Volume, cubic_millimetres, "cubic millimetres"
);

scalar!(
    /// Power, in milliwatts.
    Power, milliwatts, "milliwatts"
);

impl Power {
    /// From kilowatts, rounded to the milliwatt.
    pub fn from_kilowatts(kilowatts: f64) -> Self {
        Self((kilowatts * 1e6).round() as i64)
    }
    /// In kilowatts.
    pub fn kilowatts(self) -> f64 {
        self.0 as f64 / 1e6
    }
    /// The energy of so long at this power, rounded to the milliwatt-hour.
    pub fn over(self, time: crate::Duration) -> Energy {
        Energy(((i128::from(self.0) * i128::from(time.seconds()) + 1_800) / 3_600) as i64)
    }
}

impl Mass {
    /// From whole grams.
    pub const fn from_grams(grams: i64) -> Self {
        Self(grams * 1_000)
    }
    /// From kilograms, rounded to the milligram.
    pub fn from_kilograms(kilograms: f64) -> Self {
        Self((kilograms * 1e6).round() as i64)
    }
    /// In grams.
    pub fn grams(self) -> f64 {
        self.0 as f64 / 1e3
    }
    /// In kilograms.
    pub fn kilograms(self) -> f64 {
        self.0 as f64 / 1e6
    }
}

impl Energy {
    /// From kilowatt-hours, rounded to the milliwatt-hour.
    pub fn from_kilowatt_hours(kilowatt_hours: f64) -> Self {
        Self((kilowatt_hours * 1e6).round() as i64)
    }
    /// In kilowatt-hours.
    pub fn kilowatt_hours(self) -> f64 {
        self.0 as f64 / 1e6
    }
}

impl Distance {
    /// From kilometres, rounded to the metre.
    pub fn from_kilometres(kilometres: f64) -> Self {
        Self((kilometres * 1e3).round() as i64)
    }
    /// In kilometres.
    pub fn kilometres(self) -> f64 {
        self.0 as f64 / 1e3
    }
}

impl Length {
    /// From centimetres, rounded to the tenth of a millimetre.
    pub fn from_centimetres(centimetres: f64) -> Self {
        Self((centimetres * 100.0).round() as i64)
    }
    /// In centimetres.
    pub fn centimetres(self) -> f64 {
        self.0 as f64 / 100.0
    }
}

impl Volume {
    /// Of a cuboid with these sides, rounded down to the cubic millimetre.
    pub const fn of_sides(sides: [Length; 3]) -> Self {
        Self(sides[0].0 * sides[1].0 * sides[2].0 / 1_000)
    }
    /// From litres, rounded to the cubic millimetre.
    pub fn from_litres(litres: f64) -> Self {
        Self((litres * 1e6).round() as i64)
    }
    /// In litres.
    pub fn litres(self) -> f64 {
        self.0 as f64 / 1e6
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_litre_is_a_cube_of_ten_centimetres() {
        let side = Length::from_centimetres(10.0);
        assert_eq!(Volume::of_sides([side; 3]), Volume::from_litres(1.0));
    }

    #[test]
    fn sums_are_exact_in_any_order() {
        let parts: Vec<Energy> =
            (1..=1_000).map(|n| Energy::from_kilowatt_hours(0.1 * f64::from(n))).collect();
        let forward: Energy = parts.iter().copied().sum();
        let backward: Energy = parts.iter().rev().copied().sum();
        assert_eq!(forward, backward);
        assert_eq!(forward, Energy::from_kilowatt_hours(50_050.0));
    }
}
