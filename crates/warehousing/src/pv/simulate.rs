//! Hours of weather in, hours of generation out: block by block, a loop a step.

use super::block::{Column, ROWS, blocks, load};
use super::ephemeris::{Ephemeris, Moments, moments};
use super::irradiance::{Lights, Receiver, extraterrestrial_w_m2};
use super::observer::{Observer, Seen, Site, SunPath, sun_path};
use super::system::{Array, System};
use quantity::Instant;
use std::ops::Range;

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

/// Terrestrial less universal time in seconds, as pvlib has it. It grows by some tenths a year; the sun
/// moves 4e-5 degree in one second.
pub const DELTA_T_S: f64 = 67.0;

impl Default for Clock {
    fn default() -> Self {
        Self { sun_offset_min: 0.0, delta_t_s: DELTA_T_S }
    }
}

impl Clock {
    /// The time for which the sun is computed, in seconds of Unix time.
    #[inline]
    fn moment_s(self, unix_s: i64) -> f64 {
        unix_s as f64 + self.sun_offset_min * 60.0
    }
}

/// What a system gives, as columns beside those of [`Hours`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Generation {
    /// Irradiance on the modules in W/m2: of several planes their mean by kWp, of bifacial modules with
    /// what counts of the light on their backs.
    pub poa_w_m2: Vec<f64>,
    /// Temperature of the cells in °C: of several planes their mean by kWp.
    pub cell_temp_c: Vec<f64>,
    /// DC power after losses in W.
    pub dc_w: Vec<f64>,
    /// AC power in W.
    pub ac_w: Vec<f64>,
}

/// What all sites with the same stamps share: compute it once for a network.
#[derive(Clone, Debug)]
pub struct Sky {
    /// By the block.
    moments: Vec<Moments>,
    /// Irradiance above the atmosphere in W/m2, by row.
    pub extraterrestrial_w_m2: Vec<f64>,
}

impl Sky {
    /// The sky at stamps in seconds of Unix time.
    pub fn new(unix_s: &[i64], clock: Clock) -> Self {
        let moments_s: Vec<f64> = unix_s.iter().map(|&unix_s| clock.moment_s(unix_s)).collect();
        let mut days = Days::default();
        Self {
            extraterrestrial_w_m2: moments_s.iter().map(|&moment_s| days.at(moment_s)).collect(),
            moments: moments(&moments_s, clock.delta_t_s),
        }
    }

    /// How many rows it has.
    pub fn rows(&self) -> usize {
        self.extraterrestrial_w_m2.len()
    }

    /// The sun over a site at each stamp.
    pub fn over(&self, site: &Site) -> SunPath {
        sun_path(site, &self.moments, self.rows())
    }
}

/// Irradiance above the atmosphere, computed once for the rows of a day.
#[derive(Default)]
struct Days {
    /// In seconds of Unix time.
    day: Range<f64>,
    w_m2: f64,
}

impl Days {
    fn at(&mut self, moment_s: f64) -> f64 {
        const DAY_S: f64 = 86_400.0;
        if !self.day.contains(&moment_s) {
            let begin = (moment_s / DAY_S).floor() * DAY_S;
            self.day = begin..begin + DAY_S;
            self.w_m2 = extraterrestrial_w_m2(Instant::from_unix(begin as i64));
        }
        self.w_m2
    }
}

impl Generation {
    fn with_capacity(rows: usize) -> Self {
        let column = || Vec::with_capacity(rows);
        Self { poa_w_m2: column(), cell_temp_c: column(), dc_w: column(), ac_w: column() }
    }

    fn push(&mut self, block: &Power, rows: usize) {
        self.poa_w_m2.extend_from_slice(&block.poa_w_m2[..rows]);
        self.cell_temp_c.extend_from_slice(&block.cell_temp_c[..rows]);
        self.dc_w.extend_from_slice(&block.dc_w[..rows]);
        self.ac_w.extend_from_slice(&block.ac_w[..rows]);
    }
}

/// The weather of a block.
struct Weather {
    lights: Lights,
    temp_air_c: Column,
    wind_speed_m_s: Column,
}

impl Weather {
    const NONE: Self =
        Self { lights: Lights::DARK, temp_air_c: [0.0; ROWS], wind_speed_m_s: [0.0; ROWS] };

    fn load(&mut self, hours: &Hours, extraterrestrial_w_m2: &[f64], rows: Range<usize>) {
        load(&mut self.lights.ghi_w_m2, &hours.ghi_w_m2[rows.clone()]);
        load(&mut self.lights.dni_w_m2, &hours.dni_w_m2[rows.clone()]);
        load(&mut self.lights.dhi_w_m2, &hours.dhi_w_m2[rows.clone()]);
        load(&mut self.lights.extraterrestrial_w_m2, extraterrestrial_w_m2);
        load(&mut self.temp_air_c, &hours.temp_air_c[rows.clone()]);
        load(&mut self.wind_speed_m_s, &hours.wind_speed_m_s[rows]);
    }
}

/// What a system gives in the rows of a block: the columns of [`Generation`].
struct Power {
    poa_w_m2: Column,
    cell_temp_c: Column,
    dc_w: Column,
    ac_w: Column,
}

/// A system with what does not change from block to block.
struct Plant<'a> {
    system: &'a System,
    /// Each array with its share of the system's kWp.
    arrays: Vec<(Receiver, Array, f64)>,
}

impl<'a> Plant<'a> {
    fn new(system: &'a System) -> Self {
        let kwp = system.kwp();
        let receiver = |array: &Array| {
            let receiver = Receiver::new(array.plane, array.albedo, array.transposition);
            (receiver, *array, array.dc.kwp / kwp)
        };
        Self { system, arrays: system.arrays.iter().map(receiver).collect() }
    }

    fn power(&self, weather: &Weather, seen: &Seen) -> Power {
        let zero = [0.0; ROWS];
        let mut power = Power { poa_w_m2: zero, cell_temp_c: zero, dc_w: zero, ac_w: zero };
        for (receiver, array, share) in &self.arrays {
            let mut poa_w_m2 = receiver.total_w_m2(&weather.lights, seen);
            if array.bifaciality > 0.0 {
                let rear_w_m2 = receiver.rears_w_m2(&weather.lights, seen);
                for row in 0..ROWS {
                    poa_w_m2[row] += array.bifaciality * rear_w_m2[row];
                }
            }
            power.add(weather, &poa_w_m2, *array, *share);
        }
        let inverter = self.system.inverter;
        for row in 0..ROWS {
            power.ac_w[row] = inverter.power_w(power.dc_w[row]);
        }
        power
    }
}

impl Power {
    /// Adds an array that has this share of the system's kWp.
    fn add(&mut self, weather: &Weather, poa_w_m2: &Column, array: Array, share: f64) {
        for row in 0..ROWS {
            let poa_w_m2 = poa_w_m2[row];
            let (temp_air_c, wind_m_s) = (weather.temp_air_c[row], weather.wind_speed_m_s[row]);
            let cell_temp_c = array.racking.cell_temperature_c(poa_w_m2, temp_air_c, wind_m_s);
            self.poa_w_m2[row] += share * poa_w_m2;
            self.cell_temp_c[row] += share * cell_temp_c;
            self.dc_w[row] += array.dc.power_w(poa_w_m2, cell_temp_c);
        }
    }
}

/// A site's blocks, one after another.
struct Run<'a> {
    hours: &'a Hours,
    observer: Observer,
    plant: Plant<'a>,
    weather: Weather,
    seen: Seen,
}

impl<'a> Run<'a> {
    fn new(hours: &'a Hours, site: &Site, system: &'a System) -> Self {
        let (observer, plant) = (Observer::new(site), Plant::new(system));
        Self { hours, observer, plant, weather: Weather::NONE, seen: Seen::ZERO }
    }

    /// What some rows give; where the sun stands is left in `seen`.
    fn power(&mut self, rows: Range<usize>, moments: &Moments, above_w_m2: &[f64]) -> Power {
        self.weather.load(self.hours, above_w_m2, rows);
        self.observer.see(moments, &mut self.seen);
        self.plant.power(&self.weather, &self.seen)
    }
}

/// What a system gives in each row, under the sky of the same stamps.
pub fn generate(hours: &Hours, sky: &Sky, site: &Site, system: &System) -> Generation {
    assert_eq!(hours.unix_s.len(), sky.rows(), "the sky is that of these hours");
    let mut found = Generation::with_capacity(sky.rows());
    let mut run = Run::new(hours, site, system);
    for (rows, moments) in blocks(sky.rows()).zip(&sky.moments) {
        let power = run.power(rows.clone(), moments, &sky.extraterrestrial_w_m2[rows.clone()]);
        found.push(&power, rows.len());
    }
    found
}

/// A system at a site, with where the sun stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SiteYear {
    /// From the vertical with refraction, in degrees.
    pub apparent_zenith_deg: Vec<f64>,
    /// Clockwise from north in degrees, `0.0..360.0`.
    pub azimuth_deg: Vec<f64>,
    /// What it gives.
    pub generation: Generation,
}

/// One system at one site: what [`Sky::new`], [`Sky::over`] and [`generate`] say, in one pass that
/// keeps no column between them. Many sites share those.
pub fn simulate(hours: &Hours, clock: Clock, site: &Site, system: &System) -> SiteYear {
    let stamps = &hours.unix_s;
    let times = stamps.iter().map(|&stamp| clock.moment_s(stamp));
    let mut ephemeris = Ephemeris::new(times, clock.delta_t_s);
    let (mut moments, mut days) = (Moments::ZERO, Days::default());
    let mut run = Run::new(hours, site, system);
    let mut found = SiteYear::with_capacity(stamps.len());
    for rows in blocks(stamps.len()) {
        let (mut moments_s, mut above_w_m2) = ([0.0; ROWS], [0.0; ROWS]);
        for (row, &stamp) in stamps[rows.clone()].iter().enumerate() {
            moments_s[row] = clock.moment_s(stamp);
            above_w_m2[row] = days.at(moments_s[row]);
        }
        let count = rows.len();
        ephemeris.fill(&moments_s[..count], &mut moments);
        let power = run.power(rows, &moments, &above_w_m2[..count]);
        found.push(&run.seen, &power, count);
    }
    found
}

impl SiteYear {
    fn with_capacity(rows: usize) -> Self {
        Self {
            apparent_zenith_deg: Vec::with_capacity(rows),
            azimuth_deg: Vec::with_capacity(rows),
            generation: Generation::with_capacity(rows),
        }
    }

    fn push(&mut self, seen: &Seen, power: &Power, rows: usize) {
        self.apparent_zenith_deg.extend_from_slice(&seen.apparent_zenith_deg[..rows]);
        self.azimuth_deg.extend_from_slice(&seen.azimuth_deg()[..rows]);
        self.generation.push(power, rows);
    }
}

#[cfg(test)]
mod tests {
    use super::super::irradiance::{Plane, Transposition};
    use super::*;
    use proptest::prelude::*;

    const HALF_PAST: Clock = Clock { sun_offset_min: 30.0, delta_t_s: 67.0 };

    /// Rows from a second of Unix time on, each day alike.
    fn hours(from: i64, step_s: i64, count: u16) -> Hours {
        let column = |scale: f64| (0..count).map(|row| f64::from(row % 24) * scale).collect();
        Hours {
            unix_s: (0..i64::from(count)).map(|row| from + row * step_s).collect(),
            ghi_w_m2: column(40.0),
            dni_w_m2: column(30.0),
            dhi_w_m2: column(10.0),
            temp_air_c: column(1.0),
            wind_speed_m_s: column(0.3),
        }
    }

    fn at(lat_deg: f64, lon_deg: f64) -> Site {
        Site { lat_deg, lon_deg, altitude_m: 100.0, pressure_pa: None, temperature_c: 12.0 }
    }

    fn some_of(hours: &Hours, rows: Range<usize>) -> Hours {
        let column = |numbers: &[f64]| numbers[rows.clone()].to_vec();
        Hours {
            unix_s: hours.unix_s[rows.clone()].to_vec(),
            ghi_w_m2: column(&hours.ghi_w_m2),
            dni_w_m2: column(&hours.dni_w_m2),
            dhi_w_m2: column(&hours.dhi_w_m2),
            temp_air_c: column(&hours.temp_air_c),
            wind_speed_m_s: column(&hours.wind_speed_m_s),
        }
    }

    fn near(left: &[f64], right: &[f64]) -> bool {
        let mut pairs = left.iter().zip(right);
        left.len() == right.len() && pairs.all(|(left, right)| (left - right).abs() < 1e-6)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(50))]
        #[test]
        fn a_row_does_not_depend_on_those_beside_it(
            lat_deg in -90.0..=90.0_f64, lon_deg in -180.0..=180.0_f64, from in 0_i64..4_000_000_000,
            step_s in prop::sample::select(vec![900_i64, 3_600, 500_000]), perez: bool,
            cut in 0_usize..300,
        ) {
            let (hours, site) = (hours(from, step_s, 300), at(lat_deg, lon_deg));
            let mut system = System::usual(Plane { tilt_deg: 30.0, azimuth_deg: 120.0 }, 10.0);
            if perez {
                system.arrays[0].transposition = Transposition::Perez;
            }
            let of = |hours: &Hours| {
                simulate(hours, HALF_PAST, &site, &system)
            };
            let (whole, part) = (of(&hours), of(&some_of(&hours, cut..300)));
            prop_assert!(near(&whole.generation.ac_w[cut..], &part.generation.ac_w));
            prop_assert!(near(&whole.apparent_zenith_deg[cut..], &part.apparent_zenith_deg));
            let sky = Sky::new(&hours.unix_s, HALF_PAST);
            prop_assert_eq!(&whole.generation, &generate(&hours, &sky, &site, &system));
            prop_assert_eq!(&whole.azimuth_deg, &sky.over(&site).azimuth_deg);
            for (ac_w, dc_w) in whole.generation.ac_w.iter().zip(&whole.generation.dc_w) {
                prop_assert!((0.0..=10_000.0 / 1.2 + 1e-9).contains(ac_w) && ac_w <= dc_w);
            }
        }

        #[test]
        fn planes_add_up_to_their_inverter(
            lat_deg in -60.0..=60.0_f64, tilts in prop::collection::vec(0.0..90.0_f64, 1..4),
            kwp in 1.0..500.0_f64,
        ) {
            let (hours, site) = (hours(1_750_464_000, 3_600, 100), at(lat_deg, 0.0));
            let sky = Sky::new(&hours.unix_s, HALF_PAST);
            let plane = |tilt_deg: &f64| Array::usual(
                Plane { tilt_deg: *tilt_deg, azimuth_deg: 100.0 + tilt_deg }, kwp + tilt_deg,
            );
            let arrays: Vec<Array> = tilts.iter().map(plane).collect();
            let system = System { arrays, ..System::usual(Plane { tilt_deg: 0.0, azimuth_deg: 0.0 }, kwp) };
            let whole = generate(&hours, &sky, &site, &system);
            let alone = |array: &Array| {
                generate(&hours, &sky, &site, &System { arrays: vec![*array], ..system.clone() })
            };
            let parts: Vec<Generation> = system.arrays.iter().map(alone).collect();
            for row in 0..100 {
                let dc_w: f64 = parts.iter().map(|part| part.dc_w[row]).sum();
                prop_assert!((whole.dc_w[row] - dc_w).abs() <= 1e-9 * dc_w.max(1.0));
                prop_assert!((whole.ac_w[row] - system.inverter.power_w(dc_w)).abs() <= 1e-9 * dc_w.max(1.0));
                let between = |of: fn(&Generation) -> &[f64]| {
                    let parts = parts.iter().map(|part| of(part)[row]);
                    let (low, high) = parts.fold((f64::MAX, f64::MIN), |(low, high), part| {
                        (low.min(part), high.max(part))
                    });
                    (low - 1e-9..=high + 1e-9).contains(&of(&whole)[row])
                };
                prop_assert!(between(|part| &part.poa_w_m2) && between(|part| &part.cell_temp_c));
            }
        }
    }

    #[test]
    fn what_the_back_receives_counts_by_its_bifaciality() {
        let (hours, site) = (hours(1_750_464_000, 3_600, 100), at(40.0, 0.0));
        let sky = Sky::new(&hours.unix_s, HALF_PAST);
        let of = |bifaciality: f64| {
            let mut system = System::usual(Plane { tilt_deg: 30.0, azimuth_deg: 180.0 }, 10.0);
            system.arrays[0].bifaciality = bifaciality;
            generate(&hours, &sky, &site, &system).poa_w_m2
        };
        let (none, half, all) = (of(0.0), of(0.5), of(1.0));
        for row in 0..100 {
            let middle = f64::midpoint(none[row], all[row]);
            assert!((half[row] - middle).abs() < 1e-9, "row {row}");
            assert!(hours.ghi_w_m2[row] == 0.0 || all[row] > none[row], "row {row}");
        }
    }

    #[test]
    fn the_day_of_the_light_above_the_atmosphere_is_utc() {
        let midnight = 1_751_328_000.0;
        let mut days = Days::default();
        let values = [midnight - 1.0, midnight, midnight + 86_399.0, midnight - 1.0];
        let values = values.map(|moment_s| days.at(moment_s));
        assert!(values[0].to_bits() != values[1].to_bits());
        assert_eq!(
            (values[1].to_bits(), values[0].to_bits()),
            (values[2].to_bits(), values[3].to_bits())
        );
    }
}
