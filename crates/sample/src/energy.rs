//! Weather, tariff and grid for 48 hours from midnight of the delivery day.
//!
//! Weather is a clear sky by formula times clouds by seed: a summer day whose clouds build up
//! after noon. Irradiance is told in whole W/m2 and temperature in tenths, far coarser than the
//! last digits in which machines' sines may differ.

use crate::{PROMISE_DAYS, UTC_OFFSET};
use quantity::Seed;
use std::f64::consts::TAU;
use std::fmt::Write as _;

/// The first delivery day, counted from the first of January.
const DAY_OF_YEAR: u32 = 196;
/// Denver.
const LATITUDE_DEG: f64 = 39.74;
/// Noon of the sun after noon of the clock, in hours: the meridian of UTC-6 is 90 degrees west,
/// Denver lies 14.98 degrees further west, and in mid-July the sun is 6 minutes late
/// (Spencer 1971).
const SUN_BEHIND_CLOCK_H: f64 = 14.98 / 15.0 + 0.1;
/// W/m2 (Duffie and Beckman, Solar Engineering of Thermal Processes).
const SOLAR_CONSTANT: f64 = 1_367.0;

/// Share of the clear sky's light that clouds may take, by hour of the clock. An assumption.
const CLOUDS: [f64; 24] = [
    0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.08, 0.08, 0.1, 0.15, 0.25, 0.4, 0.55, 0.65, 0.65,
    0.55, 0.4, 0.3, 0.2, 0.1, 0.1, 0.1,
];
/// Price of a kWh bought, in US dollars, by hour of the clock: cheap by night, dear from 17:00 to
/// 21:00. An assumption in the form that American utilities' time-of-use tariffs have.
const PRICES: [f64; 24] = [
    0.10, 0.10, 0.10, 0.10, 0.10, 0.10, 0.10, 0.12, 0.12, 0.12, 0.12, 0.12, 0.12, 0.15, 0.15, 0.15,
    0.15, 0.27, 0.27, 0.27, 0.27, 0.12, 0.10, 0.10,
];
/// kg CO2e of a kWh bought, by hour of the clock: wind by night, a dip by day when solar runs, gas
/// and coal in the evening. An assumption.
const INTENSITIES: [f64; 24] = [
    0.46, 0.45, 0.45, 0.45, 0.46, 0.47, 0.46, 0.42, 0.37, 0.33, 0.30, 0.28, 0.28, 0.29, 0.31, 0.35,
    0.40, 0.47, 0.53, 0.56, 0.57, 0.55, 0.51, 0.48,
];

/// The hours, from the first: number and `timestamp`.
fn hours() -> impl Iterator<Item = (u32, String)> {
    (0..48).map(|hour| {
        let day = PROMISE_DAYS[(hour / 24) as usize];
        (hour, format!("{day}T{:02}:00:00{UTC_OFFSET}", hour % 24))
    })
}

/// Cosine of the sun's zenith at its mean over an hour: at half past. Cooper's declination (1969).
fn cos_zenith(hour: u32) -> f64 {
    let day = f64::from(DAY_OF_YEAR + hour / 24);
    let declination = 23.45_f64.to_radians() * (TAU * (284.0 + day) / 365.0).sin();
    let solar_time_h = f64::from(hour % 24) + 0.5 - SUN_BEHIND_CLOCK_H;
    let hour_angle = (solar_time_h - 12.0) / 24.0 * TAU;
    let latitude = LATITUDE_DEG.to_radians();
    latitude.sin() * declination.sin() + latitude.cos() * declination.cos() * hour_angle.cos()
}

/// Global, direct normal and diffuse irradiance in W/m2, of an hour in which clouds let a share
/// of the clear sky's light through.
fn irradiance(hour: u32, cloud_factor: f64) -> [f64; 3] {
    let cos_zenith = cos_zenith(hour);
    if cos_zenith <= 0.0 {
        return [0.0; 3];
    }
    // Haurwitz 1945.
    let clear = 1_098.0 * cos_zenith * (-0.057 / cos_zenith).exp();
    let global = clear * cloud_factor;
    let day = f64::from(DAY_OF_YEAR + hour / 24);
    let outside = SOLAR_CONSTANT * (1.0 + 0.033 * (TAU * day / 365.0).cos()) * cos_zenith;
    let diffuse = global * diffuse_share(global / outside);
    [global, (global - diffuse) / cos_zenith, diffuse]
}

/// Share of the global irradiance that is diffuse, from the clearness index: Erbs, Klein and
/// Duffie 1982.
fn diffuse_share(clearness: f64) -> f64 {
    let k = clearness;
    if k <= 0.22 {
        1.0 - 0.09 * k
    } else if k <= 0.8 {
        0.9511 - 0.1604 * k + 4.388 * k.powi(2) - 16.638 * k.powi(3) + 12.336 * k.powi(4)
    } else {
        0.165
    }
}

/// `weather.csv`.
pub(crate) fn weather_csv(seed: Seed) -> String {
    let (clouds, wind) = (seed.named("clouds"), seed.named("wind"));
    let mut csv = String::from("timestamp,ghi_w_m2,dni_w_m2,dhi_w_m2,temp_air_c,wind_speed_m_s\n");
    for (hour, timestamp) in hours() {
        let of_day = (hour % 24) as usize;
        let [ghi, dni, dhi] = irradiance(hour, 1.0 - CLOUDS[of_day] * clouds.unit(&timestamp));
        // 17 °C before sunrise, 33 °C at 16:00; a breeze that is stronger by day. Assumptions.
        let by_day = (TAU * (of_day as f64 - 16.0) / 24.0).cos();
        let temperature = 25.0 + 8.0 * by_day;
        let wind_speed = 2.8 + by_day + wind.unit(&timestamp);
        writeln!(csv, "{timestamp},{ghi:.0},{dni:.0},{dhi:.0},{temperature:.1},{wind_speed:.1}")
            .expect("a string takes any text");
    }
    csv
}

/// `tariff.csv`.
pub(crate) fn tariff_csv() -> String {
    let mut csv = String::from("timestamp,price_per_kwh\n");
    for (hour, timestamp) in hours() {
        writeln!(csv, "{timestamp},{:.2}", PRICES[(hour % 24) as usize])
            .expect("a string takes any text");
    }
    csv
}

/// `grid.csv`.
pub(crate) fn grid_csv() -> String {
    let mut csv = String::from("timestamp,kg_co2e_per_kwh\n");
    for (hour, timestamp) in hours() {
        writeln!(csv, "{timestamp},{:.3}", INTENSITIES[(hour % 24) as usize])
            .expect("a string takes any text");
    }
    csv
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sun_stands_where_an_almanac_has_it() {
        // Denver, 15 July: declination 21.5 degrees, so 90 - 39.74 + 21.5 = 71.8 at solar noon,
        // 13:06 by the clock. The hour's mean is taken at 13:30, sunrise is at 05:45.
        let elevation = |hour| f64::asin(cos_zenith(hour)).to_degrees();
        assert!((elevation(12) - 70.5).abs() < 1.5, "{}", elevation(12));
        assert!(elevation(4) < 0.0 && elevation(5) < 10.0 && elevation(6) > 5.0);
        assert!(elevation(19) > 0.0 && elevation(21) < 0.0, "sunset is at 20:25");
    }

    #[test]
    fn global_is_direct_on_the_level_and_diffuse() {
        for hour in 0..48 {
            for cloud_factor in [1.0, 0.6, 0.3] {
                let [ghi, dni, dhi] = irradiance(hour, cloud_factor);
                assert!((ghi - dni * cos_zenith(hour).max(0.0) - dhi).abs() < 1e-9, "{hour}");
                assert!(ghi >= dhi && ghi < 1_100.0 && (0.0..SOLAR_CONSTANT).contains(&dni));
            }
        }
        assert!(irradiance(0, 1.0).iter().all(|&share| share <= 0.0), "night");
        assert!(irradiance(12, 1.0)[0] > 950.0, "clear noon");
    }

    #[test]
    fn the_diffuse_share_has_no_step() {
        for joint in [0.22, 0.8] {
            let step = diffuse_share(joint) - diffuse_share(joint + 1e-9);
            assert!(step.abs() < 0.002, "{step} at {joint}");
        }
    }
}
