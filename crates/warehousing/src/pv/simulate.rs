//! Hours of weather in, hours of generation out: flat loops over columns.

use super::ephemeris::{Ephemeris, Moment, moments};
use super::irradiance::{Light, Plane, Receiver, Transposition, extraterrestrial_w_m2};
use super::module::{
    DC_AC_RATIO, Dc, ETA_NOM, ETA_REF, Inverter, LOSSES_PCT, Racking, TEMP_COEFF_PER_C,
};
use super::observer::{Observer, Site, SunPath, sun_path};
use quantity::Instant;

/// Weather as columns of one length, a row a step.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hours {
    /// The file's time stamp in seconds of Unix time.
    pub unix_s: Vec<i64>,
    /// Global horizontal irradiance in W/m2.
    pub ghi_w_m2: Vec<f64>,
    /// Direct normal irradiance in W/m2.
    pub dni_w_m2: Vec<f64>,
    /// Diffuse horizontal irradiance in W/m2.
    pub dhi_w_m2: Vec<f64>,
    /// Air temperature in °C.
    pub temp_air_c: Vec<f64>,
    /// Wind at 10 m in m/s.
    pub wind_speed_m_s: Vec<f64>,
}

/// How time stamps become moments.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clock {
    /// From a stamp to the moment for which the sun is computed, in minutes.
    pub sun_offset_min: f64,
    /// Terrestrial less universal time in seconds.
    pub delta_t_s: f64,
}

impl Default for Clock {
    fn default() -> Self {
        Self { sun_offset_min: 0.0, delta_t_s: 67.0 }
    }
}

impl Clock {
    /// The time for which the sun is computed, in seconds of Unix time.
    #[inline]
    fn moment_s(self, unix_s: i64) -> f64 {
        unix_s as f64 + self.sun_offset_min * 60.0
    }
}

/// Irradiance above the atmosphere, kept from row to row of a day.
#[derive(Default)]
struct Days {
    of_day: Option<(i64, f64)>,
}

impl Days {
    #[inline]
    fn at(&mut self, unix_s: f64) -> f64 {
        let day = (unix_s as i64).div_euclid(86_400);
        match self.of_day {
            Some((known, value)) if known == day => value,
            _ => {
                let value = extraterrestrial_w_m2(Instant::from_unix(day * 86_400));
                self.of_day = Some((day, value));
                value
            }
        }
    }
}

/// Modules on one plane behind one inverter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Array {
    /// How they lie.
    pub plane: Plane,
    /// What share of the light the ground throws back, `0.0..=1.0`.
    pub albedo: f64,
    /// The model of the sky.
    pub transposition: Transposition,
    /// How they are mounted.
    pub racking: Racking,
    /// The modules.
    pub dc: Dc,
    /// The inverter.
    pub inverter: Inverter,
}

impl Array {
    /// An array with PVWatts' losses and an inverter of `kwp` over [`DC_AC_RATIO`].
    pub fn usual(plane: Plane, kwp: f64) -> Self {
        Self {
            plane,
            albedo: 0.25,
            transposition: Transposition::default(),
            racking: Racking::default(),
            dc: Dc { kwp, temp_coeff_per_c: TEMP_COEFF_PER_C, losses_pct: LOSSES_PCT },
            inverter: Inverter { ac_kw: kwp / DC_AC_RATIO, eta_nom: ETA_NOM, eta_ref: ETA_REF },
        }
    }
}

/// What an array gives, as columns beside those of [`Hours`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Generation {
    /// Irradiance on the plane in W/m2.
    pub poa_w_m2: Vec<f64>,
    /// Temperature of the cells in °C.
    pub cell_temp_c: Vec<f64>,
    /// DC power after losses in W.
    pub dc_w: Vec<f64>,
    /// AC power in W.
    pub ac_w: Vec<f64>,
}

/// What all sites with the same stamps share: compute it once for a network.
#[derive(Clone, Debug)]
pub struct Sky {
    moments: Vec<Moment>,
    /// Irradiance above the atmosphere in W/m2, by row.
    pub extraterrestrial_w_m2: Vec<f64>,
}

impl Sky {
    /// The sky at stamps in seconds of Unix time.
    pub fn new(unix_s: &[i64], clock: Clock) -> Self {
        let shifted: Vec<f64> = unix_s.iter().map(|&unix_s| clock.moment_s(unix_s)).collect();
        let mut days = Days::default();
        Self {
            extraterrestrial_w_m2: shifted.iter().map(|&unix_s| days.at(unix_s)).collect(),
            moments: moments(&shifted, clock.delta_t_s),
        }
    }

    /// The sun over a site at each stamp.
    pub fn over(&self, site: &Site) -> SunPath {
        sun_path(site, &self.moments)
    }
}

impl Hours {
    /// The light of a row.
    #[inline]
    pub fn light(&self, sky: &Sky, path: &SunPath, row: usize) -> Light {
        Light {
            ghi_w_m2: self.ghi_w_m2[row],
            dni_w_m2: self.dni_w_m2[row],
            dhi_w_m2: self.dhi_w_m2[row],
            extraterrestrial_w_m2: sky.extraterrestrial_w_m2[row],
            apparent_zenith_deg: path.apparent_zenith_deg[row],
            east_north_up: path.east_north_up[row],
        }
    }
}

impl Generation {
    fn zeros(rows: usize) -> Self {
        let column = || vec![0.0; rows];
        Self { poa_w_m2: column(), cell_temp_c: column(), dc_w: column(), ac_w: column() }
    }

    /// Fills the rows by what `of` says of each.
    #[inline]
    fn fill(&mut self, mut of: impl FnMut(usize) -> [f64; 4]) {
        let columns = self.poa_w_m2.iter_mut().zip(&mut self.cell_temp_c);
        let columns = columns.zip(self.dc_w.iter_mut().zip(&mut self.ac_w));
        for (row, ((poa_w_m2, cell_temp_c), (dc_w, ac_w))) in columns.enumerate() {
            [*poa_w_m2, *cell_temp_c, *dc_w, *ac_w] = of(row);
        }
    }
}

impl Array {
    /// Irradiance, cell temperature, DC and AC of a row, as [`Generation`] has them.
    #[inline]
    fn row(&self, poa_w_m2: f64, temp_air_c: f64, wind_m_s: f64) -> [f64; 4] {
        let cell_temp_c = self.racking.cell_temperature_c(poa_w_m2, temp_air_c, wind_m_s);
        let dc_w = self.dc.power_w(poa_w_m2, cell_temp_c);
        [poa_w_m2, cell_temp_c, dc_w, self.inverter.power_w(dc_w)]
    }
}

/// What an array gives in each row; `sky` and `path` are of the same stamps.
pub fn generate(hours: &Hours, sky: &Sky, path: &SunPath, array: &Array) -> Generation {
    let rows = hours.unix_s.len();
    assert_eq!(rows, path.east_north_up.len(), "the path is of these hours");
    // Copied: what is written below cannot change it, so the compiler keeps it in registers.
    let array = *array;
    let receiver = Receiver::new(array.plane, array.albedo, array.transposition);
    let mut found = Generation::zeros(rows);
    found.fill(|row| {
        let poa_w_m2 = receiver.plane_of_array(&hours.light(sky, path, row)).total_w_m2;
        array.row(poa_w_m2, hours.temp_air_c[row], hours.wind_speed_m_s[row])
    });
    found
}

/// One array at one site, with where the sun stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SiteYear {
    /// From the vertical with refraction, in degrees.
    pub apparent_zenith_deg: Vec<f64>,
    /// Clockwise from north in degrees, `0.0..360.0`.
    pub azimuth_deg: Vec<f64>,
    /// What it gives.
    pub generation: Generation,
}

/// One array at one site: what [`Sky`], [`Sky::over`] and [`generate`] say, in one pass that keeps no
/// column between them. Of many sites or planes share those.
pub fn simulate(hours: &Hours, clock: Clock, site: &Site, array: &Array) -> SiteYear {
    let rows = hours.unix_s.len();
    let stamps = &hours.unix_s;
    let (first, last) =
        stamps.iter().fold((i64::MAX, i64::MIN), |(low, high), &at| (low.min(at), high.max(at)));
    let span = (clock.moment_s(first), clock.moment_s(last));
    let mut ephemeris = Ephemeris::new(span, rows, clock.delta_t_s);
    let (observer, mut days) = (Observer::new(site), Days::default());
    // Copied: what is written below cannot change it, so the compiler keeps it in registers.
    let array = *array;
    let receiver = Receiver::new(array.plane, array.albedo, array.transposition);
    let mut found = SiteYear {
        apparent_zenith_deg: vec![0.0; rows],
        azimuth_deg: vec![0.0; rows],
        generation: Generation::zeros(rows),
    };
    let (zeniths, azimuths) = (&mut found.apparent_zenith_deg, &mut found.azimuth_deg);
    found.generation.fill(|row| {
        let moment_s = clock.moment_s(stamps[row]);
        let seen = observer.see(&ephemeris.at(moment_s));
        let light = Light {
            ghi_w_m2: hours.ghi_w_m2[row],
            dni_w_m2: hours.dni_w_m2[row],
            dhi_w_m2: hours.dhi_w_m2[row],
            extraterrestrial_w_m2: days.at(moment_s),
            apparent_zenith_deg: seen.apparent_zenith_deg,
            east_north_up: seen.east_north_up,
        };
        zeniths[row] = seen.apparent_zenith_deg;
        azimuths[row] = seen.azimuth_deg;
        let poa_w_m2 = receiver.plane_of_array(&light).total_w_m2;
        array.row(poa_w_m2, hours.temp_air_c[row], hours.wind_speed_m_s[row])
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(50))]
        #[test]
        fn one_pass_is_what_the_steps_are(
            lat_deg in -90.0..=90.0_f64, lon_deg in -180.0..=180.0_f64, from in 0_i64..4_000_000_000,
            step_s in prop::sample::select(vec![900_i64, 3_600, 500_000]), perez: bool,
        ) {
            let count = 300;
            let column = |scale: f64| (0..count).map(|row| f64::from(row % 24) * scale).collect();
            let hours = Hours {
                unix_s: (0..i64::from(count)).map(|row| from + row * step_s).collect(),
                ghi_w_m2: column(40.0),
                dni_w_m2: column(30.0),
                dhi_w_m2: column(10.0),
                temp_air_c: column(1.0),
                wind_speed_m_s: column(0.3),
            };
            let site = Site {
                lat_deg, lon_deg, altitude_m: 100.0, pressure_pa: None, temperature_c: 12.0,
            };
            let mut array = Array::usual(Plane { tilt_deg: 30.0, azimuth_deg: 120.0 }, 10.0);
            if perez {
                array.transposition = Transposition::Perez;
            }
            let clock = Clock { sun_offset_min: 30.0, ..Clock::default() };
            let sky = Sky::new(&hours.unix_s, clock);
            let path = sky.over(&site);
            let whole = simulate(&hours, clock, &site, &array);
            prop_assert_eq!(&whole.generation, &generate(&hours, &sky, &path, &array));
            prop_assert_eq!(whole.azimuth_deg, path.azimuth_deg);
            for (ac_w, dc_w) in whole.generation.ac_w.iter().zip(&whole.generation.dc_w) {
                prop_assert!((0.0..=10_000.0 / 1.2 + 1e-9).contains(ac_w) && ac_w <= dc_w);
            }
        }
    }
}
