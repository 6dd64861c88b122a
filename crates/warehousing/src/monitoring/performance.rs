//! How well an array does with the light it has.
//!
//! Source: IEC 61724-1:2021, clause 14 (2017: 10.3): the performance ratio is the final yield over
//! the reference yield, `PR = (sum P_k t_k / P0) / (sum G_k t_k / G_ref)`; corrected to standard test
//! temperature (2017: 10.3.2.2), each interval's rated power is changed by
//! `C_k = 1 + gamma (T_mod,k - 25 °C)`: `PR'_STC = sum P_k t_k / sum (C_k P0 G_k t_k / G_ref)`.

use super::series::{QUARTER_S, Quarters};
use quantity::{Energy, Power};
use std::ops::Range;

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

/// Yields in hours at the rated power.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Yields {
    /// Energy over rated power.
    pub final_h: f64,
    /// Irradiation over 1 kW/m2: kWh/m2 in number.
    pub reference_h: f64,
    /// The same weighted by `C_k`; none where a temperature is not known.
    pub reference_stc_h: Option<f64>,
    /// Quarter hours with light and both known.
    pub quarters: usize,
}

impl Yields {
    /// The performance ratio; none without light.
    pub fn performance_ratio(&self) -> Option<f64> {
        (self.reference_h > 0.0).then(|| self.final_h / self.reference_h)
    }
    /// The performance ratio at standard test temperature.
    pub fn performance_ratio_stc(&self) -> Option<f64> {
        self.reference_stc_h.filter(|&hours| hours > 0.0).map(|hours| self.final_h / hours)
    }
}

/// Yields over the quarter hours in which both energy and light are known.
pub fn yields(
    energy: &Quarters,
    conditions: &Conditions,
    array: Array,
    numbers: Range<i64>,
) -> Yields {
    let hours = QUARTER_S as f64 / 3_600.0;
    let mut sum = Energy::ZERO;
    let mut found = Yields { reference_stc_h: Some(0.0), ..Yields::default() };
    for number in numbers {
        let light = conditions.irradiance.level(number).filter(|&light| light > 0.0);
        let Some(light) = light.filter(|_| energy.is_known(number)) else { continue };
        sum += energy.energy(number);
        let reference_h = light / G_REF * hours;
        found.reference_h += reference_h;
        found.quarters += 1;
        let factor = conditions
            .temperature
            .level(number)
            .map(|celsius| 1.0 + array.gamma_per_c * (celsius - T_STC));
        found.reference_stc_h =
            found.reference_stc_h.zip(factor).map(|(stc_h, factor)| stc_h + factor * reference_h);
    }
    let kwp = array.peak.kilowatts();
    found.final_h = if kwp > 0.0 { sum.kilowatt_hours() / kwp } else { 0.0 };
    found
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
        let found = yields(energy, &conditions, array, site.numbers());
        assert_eq!(found.quarters, 2, "the last has no light known, the third none");
        assert!((found.final_h - 0.24).abs() < 1e-12);
        assert!((found.reference_h - 0.3).abs() < 1e-12);
        assert!((found.performance_ratio().unwrap() - 0.8).abs() < 1e-12);
        // C is 0.96 and 0.88.
        let stc_h = 0.1 * 0.96 + 0.2 * 0.88;
        assert!((found.performance_ratio_stc().unwrap() - 0.24 / stc_h).abs() < 1e-12);
        let warm = Conditions { temperature: Quarters::default(), ..conditions };
        let found = yields(energy, &warm, array, site.numbers());
        assert_eq!(found.performance_ratio_stc(), None);
        let none = yields(energy, &Conditions::default(), array, site.numbers());
        assert_eq!((none.performance_ratio(), none.performance_ratio_stc()), (None, None));
    }
}
