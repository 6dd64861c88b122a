//! Sums over hours: of a site, of a network, of the years of a lifetime.

use super::derate::Derate;
use super::module::Inverter;
use super::simulate::Generation;
use super::system::System;

/// Months of a year.
pub const MONTHS: usize = 12;

/// What a site gave over some rows, or several sites together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sums {
    /// DC power at standard test conditions in kW.
    pub kwp: f64,
    /// Rows of weather.
    pub rows: usize,
    /// Hours by kWp: of one site its kWp times the hours of its rows.
    pub kwp_h: f64,
    /// Light on the modules in kWh/m2: of several planes or sites their mean by kWp.
    pub poa_kwh_m2: f64,
    /// DC energy after losses in kWh.
    pub dc_kwh: f64,
    /// AC energy in kWh.
    pub ac_kwh: f64,
    /// What the inverters' ratings cut off, in kWh of AC.
    pub clipped_kwh: f64,
    /// AC energy by month of the file's clock in kWh, January first.
    pub ac_kwh_by_month: [f64; MONTHS],
}

impl Sums {
    /// Of a site's rows of `step_h` hours, in these months (January is 1).
    pub fn of(generation: &Generation, system: &System, months: &[u8], step_h: f64) -> Self {
        let (rows, kwp, kilo) = (months.len(), system.kwp(), step_h / 1_000.0);
        let clipped_w = generation.dc_w.iter().map(|&dc_w| system.inverter.clipped_w(dc_w));
        let mut sums = Self {
            kwp,
            rows,
            kwp_h: kwp * rows as f64 * step_h,
            poa_kwh_m2: generation.poa_w_m2.iter().sum::<f64>() * kilo,
            dc_kwh: generation.dc_w.iter().sum::<f64>() * kilo,
            ac_kwh: generation.ac_w.iter().sum::<f64>() * kilo,
            clipped_kwh: clipped_w.sum::<f64>() * kilo,
            ac_kwh_by_month: [0.0; MONTHS],
        };
        for (month, ac_w) in months.iter().zip(&generation.ac_w) {
            sums.ac_kwh_by_month[usize::from(*month) - 1] += ac_w * kilo;
        }
        sums
    }

    /// The same site at a later time, or the same time at another site.
    fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        self.kwp_h += other.kwp_h;
        self.dc_kwh += other.dc_kwh;
        self.ac_kwh += other.ac_kwh;
        self.clipped_kwh += other.clipped_kwh;
        for (sum, month) in self.ac_kwh_by_month.iter_mut().zip(other.ac_kwh_by_month) {
            *sum += month;
        }
    }

    /// Of one site over several times that follow one another.
    pub fn in_time(parts: &[Self]) -> Self {
        parts.iter().fold(Self::default(), |mut sum, part| {
            sum.add(part);
            sum.poa_kwh_m2 += part.poa_kwh_m2;
            sum.kwp = part.kwp;
            sum
        })
    }

    /// Of several sites.
    pub fn of_network<'a>(sites: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut sum = sites.into_iter().fold(Self::default(), |mut sum, site| {
            sum.add(site);
            sum.poa_kwh_m2 += site.kwp * site.poa_kwh_m2;
            sum.kwp += site.kwp;
            sum
        });
        if sum.kwp > 0.0 {
            sum.poa_kwh_m2 /= sum.kwp;
        }
        sum
    }

    /// Hours of the rows; of a network the mean of its sites by kWp.
    pub fn hours(&self) -> f64 {
        if self.kwp > 0.0 { self.kwp_h / self.kwp } else { 0.0 }
    }

    /// AC energy for each kWp in kWh. Source: IEC 61724-1, final yield.
    pub fn kwh_per_kwp(&self) -> f64 {
        self.ac_kwh / self.kwp
    }

    /// AC energy over what the modules' rating would give in all hours.
    pub fn capacity_factor(&self) -> f64 {
        self.ac_kwh / self.kwp_h
    }

    /// Energy for each kWp over what the modules received; none in the dark. Source: IEC 61724-1.
    pub fn performance_ratio(&self) -> Option<f64> {
        (self.poa_kwh_m2 > 0.0).then(|| self.ac_kwh / self.kwp / self.poa_kwh_m2)
    }
}

/// What a year of a lifetime gives.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct YearSum {
    /// DC energy after losses in kWh.
    pub dc_kwh: f64,
    /// AC energy in kWh.
    pub ac_kwh: f64,
    /// What the inverter's rating cuts off, in kWh of AC.
    pub clipped_kwh: f64,
}

/// A typical year again and again, while the modules age: what is lost to age is less missed where
/// the inverter clips.
///
/// - `first`: the first year, its losses taken off.
/// - `step_h`: hours that a row lasts.
pub fn years(
    first: &Generation,
    inverter: Inverter,
    losses: &Derate,
    step_h: f64,
    count: usize,
) -> Vec<YearSum> {
    let (hours, kilo) = (first.dc_w.len() as f64 * step_h, step_h / 1_000.0);
    let of = |year: usize| {
        let kept = losses.kept_by_age(year as f64 * hours);
        let mut sum = YearSum::default();
        for dc_w in &first.dc_w {
            let dc_w = dc_w * kept;
            sum.dc_kwh += dc_w;
            sum.ac_kwh += inverter.power_w(dc_w);
            sum.clipped_kwh += inverter.clipped_w(dc_w);
        }
        YearSum {
            dc_kwh: sum.dc_kwh * kilo,
            ac_kwh: sum.ac_kwh * kilo,
            clipped_kwh: sum.clipped_kwh * kilo,
        }
    };
    (0..count).map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::super::derate::derate;
    use super::super::irradiance::Plane;
    use super::*;
    use proptest::prelude::*;

    const FLAT: Plane = Plane { tilt_deg: 0.0, azimuth_deg: 180.0 };

    fn generation(system: &System, dc_w: &[f64]) -> Generation {
        Generation {
            poa_w_m2: dc_w.iter().map(|dc_w| dc_w / system.kwp()).collect(),
            cell_temp_c: vec![25.0; dc_w.len()],
            dc_w: dc_w.to_vec(),
            ac_w: dc_w.iter().map(|&dc_w| system.inverter.power_w(dc_w)).collect(),
        }
    }

    fn sums(kwp: f64, dc_w: &[f64], months: &[u8]) -> Sums {
        let system = System::usual(FLAT, kwp);
        Sums::of(&generation(&system, dc_w), &system, months, 0.5)
    }

    #[test]
    fn half_hours_of_a_site_and_of_two() {
        let small = sums(10.0, &[0.0, 5_000.0, 10_000.0], &[1, 1, 12]);
        assert!((small.dc_kwh - 7.5).abs() < 1e-12 && (small.hours() - 1.5).abs() < 1e-12);
        assert!((small.ac_kwh_by_month.iter().sum::<f64>() - small.ac_kwh).abs() < 1e-12);
        assert!(small.ac_kwh_by_month[11] > 4.0 && small.clipped_kwh > 0.5, "8.33 kW in December");
        assert!((small.poa_kwh_m2 - 0.75).abs() < 1e-12);
        let large = sums(30.0, &[0.0, 15_000.0], &[1, 1]);
        let both = Sums::of_network([&small, &large]);
        assert!((both.kwp - 40.0).abs() < 1e-12 && both.rows == 5);
        assert!((both.hours() - (1.5 * 10.0 + 1.0 * 30.0) / 40.0).abs() < 1e-12);
        assert!((both.capacity_factor() - both.ac_kwh / 45.0).abs() < 1e-12);
        assert!((both.poa_kwh_m2 - (0.75 * 10.0 + 0.25 * 30.0) / 40.0).abs() < 1e-12);
        let twice = Sums::in_time(&[small, small]);
        assert!((twice.kwp - 10.0).abs() < 1e-12 && (twice.hours() - 3.0).abs() < 1e-12);
        assert!((twice.kwh_per_kwp() - 2.0 * small.kwh_per_kwp()).abs() < 1e-12);
        assert_eq!(twice.performance_ratio(), small.performance_ratio());
        assert_eq!(sums(1.0, &[0.0], &[1]).performance_ratio(), None, "dark");
    }

    proptest! {
        #[test]
        fn years_are_what_each_would_be_by_itself(
            dc_w in prop::collection::vec(0.0..12_000.0_f64, 1..50), degradation_pct in 0.0..3.0_f64,
        ) {
            let system = System::usual(FLAT, 10.0);
            let losses =
                Derate { soiling_pct: [2.0; 12], snow_pct: [0.0; 12], degradation_pct };
            let months = vec![6; dc_w.len()];
            // A row stands for so many hours that all make a year.
            let step_h = 8_760.0 / dc_w.len() as f64;
            let aged = |years: usize| {
                let mut found = generation(&system, &dc_w);
                let age_h = years as f64 * 8_760.0;
                derate(&mut found, system.inverter, &losses.column(&months, (age_h, step_h)));
                found
            };
            let found = years(&aged(0), system.inverter, &losses, step_h, 25);
            for (year, found) in found.iter().enumerate() {
                let alone = Sums::of(&aged(year), &system, &months, step_h);
                prop_assert!((found.ac_kwh - alone.ac_kwh).abs() <= 1e-9 * alone.ac_kwh.max(1.0));
                prop_assert!((found.dc_kwh - alone.dc_kwh).abs() <= 1e-9 * alone.dc_kwh.max(1.0));
                prop_assert!((found.clipped_kwh - alone.clipped_kwh).abs() <= 1e-9 * alone.dc_kwh.max(1.0));
            }
            prop_assert!(found.windows(2).all(|pair| pair[1].ac_kwh <= pair[0].ac_kwh));
        }
    }
}
