//! How well an array does with the light it has.
//!
//! Source: IEC 61724-1:2021, clause 14 (2017: 10.3): the performance ratio is the final yield over
//! the reference yield, `PR = (sum P_k t_k / P0) / (sum G_k t_k / G_ref)`; corrected to standard test
//! temperature (2017: 10.3.2.2), each interval's rated power is changed by
//! `C_k = 1 + gamma (T_mod,k - 25 °C)`: `PR'_STC = sum P_k t_k / sum (C_k P0 G_k t_k / G_ref)`.

use super::as_json;
use super::series::{QUARTER_S, Quarters};
use quantity::{Energy, Power};
use serde::{Deserialize, Serialize};
use std::iter::Sum;
use std::ops::{Add, Range};

/// Irradiance at standard test conditions, W/m2.
const G_REF: f64 = 1_000.0;
/// Temperature at standard test conditions, °C.
const T_STC: f64 = 25.0;

/// Modules under one light.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Array {
    /// DC power at standard test conditions.
    pub peak: Power,
    /// Change of power per °C, as a share: about -0.0035.
    pub gamma_per_c: f64,
}

/// Light and warmth on the modules, measured or modelled.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Conditions {
    /// On the plane, W/m2.
    pub irradiance: Quarters,
    /// Of the modules, °C; where it is not known there is no corrected ratio.
    pub temperature: Quarters,
}

/// What yields are made from: sums that add up to the last digit over days, strings and sites.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct YieldSums {
    /// Energy of the quarter hours with light in which both are known.
    #[serde(with = "as_json::energy")]
    pub generated: Energy,
    /// What the rated power would have given in that light: `sum P0 G_k t_k / G_ref`.
    #[serde(with = "as_json::energy")]
    pub reference: Energy,
    /// Of `generated`, where the modules' temperature is known.
    #[serde(with = "as_json::energy")]
    pub generated_stc: Energy,
    /// Its reference: `sum C_k P0 G_k t_k / G_ref`.
    #[serde(with = "as_json::energy")]
    pub reference_stc: Energy,
    /// Quarter hours in `generated`.
    pub quarters: u32,
}

impl YieldSums {
    /// In hours at a rated power; none of them without one.
    pub fn hours(&self, peak: Power) -> Yields {
        let kwp = peak.kilowatts();
        let of = |energy: Energy| if kwp > 0.0 { energy.kilowatt_hours() / kwp } else { 0.0 };
        Yields {
            final_h: of(self.generated),
            reference_h: of(self.reference),
            final_stc_h: of(self.generated_stc),
            reference_stc_h: of(self.reference_stc),
            quarters: self.quarters,
        }
    }
}

impl Add for YieldSums {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            generated: self.generated + other.generated,
            reference: self.reference + other.reference,
            generated_stc: self.generated_stc + other.generated_stc,
            reference_stc: self.reference_stc + other.reference_stc,
            quarters: self.quarters + other.quarters,
        }
    }
}

impl Sum for YieldSums {
    fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
        items.fold(Self::default(), Add::add)
    }
}

/// Yields in hours at the rated power.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Yields {
    /// Energy over rated power.
    pub final_h: f64,
    /// Irradiation over 1 kW/m2: kWh/m2 in number.
    pub reference_h: f64,
    /// Energy over rated power where the modules' temperature is known.
    pub final_stc_h: f64,
    /// The irradiation there, weighted by `C_k`.
    pub reference_stc_h: f64,
    /// Quarter hours with light and both known.
    pub quarters: u32,
}

impl Yields {
    /// The performance ratio; none without light.
    pub fn performance_ratio(&self) -> Option<f64> {
        (self.reference_h > 0.0).then(|| self.final_h / self.reference_h)
    }
    /// The performance ratio at standard test temperature; none where no temperature is known.
    pub fn performance_ratio_stc(&self) -> Option<f64> {
        (self.reference_stc_h > 0.0).then(|| self.final_stc_h / self.reference_stc_h)
    }
}

/// Sums over the quarter hours in which both energy and light are known.
pub fn yield_sums(
    energy: &Quarters,
    conditions: &Conditions,
    array: Array,
    numbers: Range<i64>,
) -> YieldSums {
    let hours = QUARTER_S as f64 / 3_600.0;
    let mut found = YieldSums::default();
    let (mut reference_h, mut reference_stc_h) = (0.0, 0.0);
    for number in numbers {
        let light = conditions.irradiance.level(number).filter(|&light| light > 0.0);
        let Some(light) = light.filter(|_| energy.is_known(number)) else { continue };
        let here = energy.energy(number);
        let here_h = light / G_REF * hours;
        found.generated += here;
        found.quarters += 1;
        reference_h += here_h;
        if let Some(celsius) = conditions.temperature.level(number) {
            found.generated_stc += here;
            reference_stc_h += here_h * (1.0 + array.gamma_per_c * (celsius - T_STC));
        }
    }
    let of = |hours: f64| Energy::from_kilowatt_hours(hours * array.peak.kilowatts());
    YieldSums { reference: of(reference_h), reference_stc: of(reference_stc_h), ..found }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitoring::made_up::{amounts, meters};
    use crate::monitoring::reading::Measured;

    #[test]
    fn a_ratio_by_hand_and_its_temperature_correction() {
        let site = meters(&[amounts("A", "i", Measured::Generation, &[8.0, 16.0, 0.0, 5.0])]);
        let first = site.numbers().start;
        let at = |quarter: i64| (first + quarter) * QUARTER_S;
        let conditions = Conditions {
            irradiance: Quarters::from_levels(&[
                (at(0), at(1), 400.0),
                (at(1), at(2), 800.0),
                (at(2), at(3), 0.0),
            ]),
            temperature: Quarters::from_levels(&[(at(0), at(1), 35.0), (at(1), at(3), 55.0)]),
        };
        let array = Array { peak: Power::from_kilowatts(100.0), gamma_per_c: -0.004 };
        let energy = site.measured(Measured::Generation).unwrap();
        let of = |conditions: &Conditions| yield_sums(energy, conditions, array, site.numbers());
        let sums = of(&conditions);
        assert_eq!(sums.reference, Energy::from_kilowatt_hours(30.0), "0.3 h of 100 kW");
        let found = sums.hours(array.peak);
        assert_eq!(found.quarters, 2, "the last has no light known, the third none");
        assert!((found.final_h - 0.24).abs() < 1e-12);
        assert!((found.reference_h - 0.3).abs() < 1e-12);
        assert!((found.performance_ratio().unwrap() - 0.8).abs() < 1e-12);
        // C is 0.96 and 0.88.
        let stc_h = 0.1 * 0.96 + 0.2 * 0.88;
        assert!((found.performance_ratio_stc().unwrap() - 0.24 / stc_h).abs() < 1e-12);
        let first_only = Quarters::from_levels(&[(at(0), at(1), 35.0)]);
        let found = of(&Conditions { temperature: first_only, ..conditions.clone() });
        let ratio = found.hours(array.peak).performance_ratio_stc().unwrap();
        assert!((ratio - 0.08 / 0.096).abs() < 1e-12, "only where the temperature is known");
        let warm = Conditions { temperature: Quarters::default(), ..conditions };
        assert_eq!(of(&warm).hours(array.peak).performance_ratio_stc(), None);
        let none = of(&Conditions::default()).hours(array.peak);
        assert_eq!((none.performance_ratio(), none.performance_ratio_stc()), (None, None));
    }

    #[test]
    fn days_add_up_to_the_ratio_of_all() {
        let site = meters(&[amounts("A", "i", Measured::Generation, &[8.0, 16.0, 3.0, 5.0])]);
        let numbers = site.numbers();
        let steps: Vec<(i64, i64, f64)> = (numbers.clone())
            .map(|n| (n * QUARTER_S, (n + 1) * QUARTER_S, 317.0 * (n - numbers.start + 1) as f64))
            .collect();
        let irradiance = Quarters::from_levels(&steps);
        let conditions = Conditions { irradiance, ..Conditions::default() };
        let array = Array { peak: Power::from_kilowatts(73.0), gamma_per_c: -0.004 };
        let energy = site.measured(Measured::Generation).unwrap();
        let of = |numbers: Range<i64>| yield_sums(energy, &conditions, array, numbers);
        let half = numbers.start + 2;
        let parts = of(numbers.start..half) + of(half..numbers.end);
        let whole = of(numbers);
        assert_eq!((parts.generated, parts.quarters), (whole.generated, whole.quarters));
        let off = (parts.reference - whole.reference).milliwatt_hours().abs();
        assert!(off <= 1, "each part is rounded to the milliwatt-hour: {off}");
    }
}
