//! What modules lose with the month and with age: soiling, snow, degradation.

use super::module::Inverter;
use super::simulate::Generation;

const HOURS_A_YEAR: f64 = 8_760.0;

/// Losses on top of those of [`Dc`](super::module::Dc).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Derate {
    /// Loss by dirt in percent, `0.0..=100.0`, January first.
    pub soiling_pct: [f64; 12],
    /// Loss by snow in percent, `0.0..=100.0`, January first.
    pub snow_pct: [f64; 12],
    /// Loss a year of operation in percent of the year before.
    pub degradation_pct: f64,
}

impl Derate {
    /// No losses.
    pub const NONE: Self =
        Self { soiling_pct: [0.0; 12], snow_pct: [0.0; 12], degradation_pct: 0.0 };

    /// Share of DC power kept in a month from 1 to 12, `age_h` hours after the first.
    pub fn kept(&self, month: u8, age_h: f64) -> f64 {
        let month = usize::from(month) - 1;
        share(self.soiling_pct[month]) * share(self.snow_pct[month]) * self.kept_by_age(age_h)
    }

    /// Share of DC power that the modules' age leaves, `age_h` hours after the first.
    pub fn kept_by_age(&self, age_h: f64) -> f64 {
        share(self.degradation_pct).powf(age_h / HOURS_A_YEAR)
    }

    /// Share of DC power kept in each row: the same for all sites with these rows.
    ///
    /// - `months`: of the rows, January is 1.
    /// - `age_h`: of the first row, in hours since the modules were new; a row lasts `step_h`.
    pub fn column(&self, months: &[u8], (age_h, step_h): (f64, f64)) -> Vec<f64> {
        let rows = months.iter().enumerate();
        rows.map(|(row, &month)| self.kept(month, age_h + row as f64 * step_h)).collect()
    }
}

fn share(lost_pct: f64) -> f64 {
    1.0 - lost_pct / 100.0
}

/// Takes losses off DC, and from what is left AC anew. The cells stay as warm as they were.
///
/// - `kept`: shares of DC power by row, see [`Derate::column`].
pub fn derate(generation: &mut Generation, inverter: Inverter, kept: &[f64]) {
    let powers = generation.dc_w.iter_mut().zip(&mut generation.ac_w);
    for ((dc_w, ac_w), kept) in powers.zip(kept) {
        *dc_w *= kept;
        *ac_w = inverter.power_w(*dc_w);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn losses_multiply_and_age_compounds() {
        let mut derate = Derate { degradation_pct: 0.5, ..Derate::NONE };
        derate.soiling_pct[0] = 10.0;
        derate.snow_pct[0] = 50.0;
        for (month, age_h, kept, why) in [
            (1, 0.0, 0.45, "dirt and snow of January"),
            (2, 0.0, 1.0, "nothing in February"),
            (2, 8_760.0, 0.995, "a year old"),
            (2, 87_600.0, 0.951_110_130_465, "ten years: 0.995 to the tenth"),
        ] {
            let found = derate.kept(month, age_h);
            assert!((found - kept).abs() < 1e-12, "{why}: {found}");
        }
    }

    #[test]
    fn what_is_lost_below_the_clipping_is_not_missed() {
        let inverter = Inverter { ac_kw: 1.0, eta_nom: 0.96, eta_ref: 0.9637 };
        let mut generation = Generation {
            poa_w_m2: vec![1_000.0; 2],
            cell_temp_c: vec![25.0; 2],
            dc_w: vec![2_000.0, 500.0],
            ac_w: vec![inverter.power_w(2_000.0), inverter.power_w(500.0)],
        };
        let before = generation.clone();
        let losses = Derate { soiling_pct: [10.0; 12], ..Derate::NONE };
        derate(&mut generation, inverter, &losses.column(&[6, 6], (0.0, 1.0)));
        assert_eq!(generation.dc_w, [1_800.0, 450.0]);
        assert!((generation.ac_w[0] - 1_000.0).abs() < 1e-9, "still at the rating");
        assert!(generation.ac_w[1] < before.ac_w[1]);
        assert_eq!(generation.poa_w_m2, before.poa_w_m2);
    }
}
