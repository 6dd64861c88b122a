//! NREL SPA: the sun as seen from the earth's centre, for any year from -2000 to 6000.
//!
//! Source: Reda and Andreas, Solar Position Algorithm for Solar Radiation Applications, NREL/TP-560-34302
//! (2004, revised 2008); the functions carry the report's names and equation numbers.

#[expect(clippy::approx_constant, reason = "the report rounds its phases")]
mod terms;
mod nutation;
mod walk;

use super::elementary::sin_cos_turns;
use nutation::nutation_deg;
use std::f64::consts::TAU;
use terms::{DISTANCE, LATITUDE, LONGITUDE, Term};

/// Julian day of the Unix epoch.
pub(super) const UNIX_EPOCH_JD: f64 = 2_440_587.5;
/// Julian day of 2000-01-01T12:00:00.
const J2000_JD: f64 = 2_451_545.0;
const CENTURY_DAYS: f64 = 36_525.0;
/// Terms are in 1e-8 of their unit.
const TERM_SCALE: f64 = 1e-8;

/// The sun as seen from the earth's centre, with the steps that the report tabulates.
///
/// Angles in degrees, those of a full turn in `0.0..360.0`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Geocentric {
    /// Heliocentric longitude L of the earth.
    pub heliocentric_longitude_deg: f64,
    /// Heliocentric latitude B of the earth.
    pub heliocentric_latitude_deg: f64,
    /// Distance R of the earth from the sun, in astronomical units.
    pub distance_au: f64,
    /// Nutation in longitude.
    pub nutation_longitude_deg: f64,
    /// Nutation in obliquity.
    pub nutation_obliquity_deg: f64,
    /// True obliquity of the ecliptic.
    pub obliquity_deg: f64,
    /// Apparent longitude of the sun.
    pub apparent_longitude_deg: f64,
    /// Right ascension.
    pub right_ascension_deg: f64,
    /// Declination.
    pub declination_deg: f64,
    /// Apparent sidereal time at Greenwich.
    pub sidereal_time_deg: f64,
    /// Apparent minus mean solar time, in minutes.
    pub equation_of_time_min: f64,
}

/// Julian day of a moment, as one double: exact to 40 microseconds.
pub fn julian_day(unix_s: f64) -> f64 {
    unix_s / 86_400.0 + UNIX_EPOCH_JD
}

/// Mean sidereal time at Greenwich in degrees, not reduced (eq. 28).
pub(super) fn mean_sidereal_deg(jd: f64) -> f64 {
    let jc = (jd - J2000_JD) * (1.0 / CENTURY_DAYS);
    280.46061837
        + 360.98564736629 * (jd - J2000_JD)
        + jc * jc * (0.000387933 - jc * (1.0 / 38_710_000.0))
}

/// The earth as seen from the sun: angles in radians, not reduced.
struct Heliocentric {
    longitude: f64,
    latitude: f64,
    distance_au: f64,
}

/// Julian ephemeris centuries of a Julian day (eqs. 5 and 7).
fn ephemeris_century(jd: f64, delta_t_s: f64) -> f64 {
    (jd + delta_t_s / 86_400.0 - J2000_JD) / CENTURY_DAYS
}

/// The sun from the earth's centre; `delta_t_s` is terrestrial less universal time in seconds.
pub fn geocentric(jd: f64, delta_t_s: f64) -> Geocentric {
    let jce = ephemeris_century(jd, delta_t_s);
    let jme = jce / 10.0;
    let earth = heliocentric(jme);
    let longitude = earth.longitude.to_degrees().rem_euclid(360.0);
    let latitude = earth.latitude.to_degrees();
    let distance_au = earth.distance_au;
    let (nutation_longitude, nutation_obliquity) = nutation_deg(jce);
    let obliquity = mean_obliquity_deg(jme) + nutation_obliquity;
    // Aberration: eq. 26; longitude as seen from the earth: eqs. 13 and 27.
    let aberration = -20.4898 / (3_600.0 * distance_au);
    let apparent = (longitude + 180.0 + nutation_longitude + aberration).rem_euclid(360.0);
    let (sin_lambda, cos_lambda) = apparent.to_radians().sin_cos();
    let (sin_epsilon, cos_epsilon) = obliquity.to_radians().sin_cos();
    let beta = -latitude.to_radians();
    let right_ascension = (sin_lambda * cos_epsilon - beta.tan() * sin_epsilon).atan2(cos_lambda);
    let right_ascension = right_ascension.to_degrees().rem_euclid(360.0);
    let declination =
        (beta.sin() * cos_epsilon + beta.cos() * sin_epsilon * sin_lambda).asin().to_degrees();
    let equinoxes = nutation_longitude * cos_epsilon;
    // Apparent less mean sun, within half a day (eqs. A1 and A2).
    let ahead = mean_longitude_deg(jme) - 0.0057183 - right_ascension + equinoxes;
    Geocentric {
        heliocentric_longitude_deg: longitude,
        heliocentric_latitude_deg: latitude,
        distance_au,
        nutation_longitude_deg: nutation_longitude,
        nutation_obliquity_deg: nutation_obliquity,
        obliquity_deg: obliquity,
        apparent_longitude_deg: apparent,
        right_ascension_deg: right_ascension,
        declination_deg: declination,
        sidereal_time_deg: (mean_sidereal_deg(jd) + equinoxes).rem_euclid(360.0),
        equation_of_time_min: 4.0 * ((ahead + 180.0).rem_euclid(360.0) - 180.0),
    }
}

/// The sun's direction from the earth's centre: what changes smoothly from day to day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Direction {
    /// To the equinox.
    pub(super) x: f64,
    /// 90 degrees east of it on the equator.
    pub(super) y: f64,
    /// To the pole.
    pub(super) z: f64,
    /// Sine of the equatorial horizontal parallax (eq. 33).
    pub(super) parallax: f64,
    /// Apparent less mean sidereal time (eq. 29).
    pub(super) equinoxes_deg: f64,
}

/// The sun's direction; `delta_t_s` is terrestrial less universal time in seconds.
pub(super) fn direction(jd: f64, delta_t_s: f64) -> Direction {
    let jce = ephemeris_century(jd, delta_t_s);
    directed(&heliocentric(jce / 10.0), nutation_deg(jce), jce)
}

/// The sun's direction on `count` days from `first_jd`, one after another.
pub(super) fn directions_daily(first_jd: f64, delta_t_s: f64, count: usize) -> Vec<Direction> {
    const DAY_JCE: f64 = 1.0 / CENTURY_DAYS;
    let first_jce = ephemeris_century(first_jd, delta_t_s);
    let earths = walk::walk(first_jce / 10.0, DAY_JCE / 10.0, count);
    let nutations = nutation::walk(first_jce, DAY_JCE, count);
    let days = earths.iter().zip(nutations).enumerate();
    days.map(|(day, (earth, nutation_deg))| {
        directed(earth, nutation_deg, first_jce + day as f64 * DAY_JCE)
    })
    .collect()
}

/// The apparent place as a vector: right ascension and declination (eqs. 30 and 31) are its angles.
fn directed(
    earth: &Heliocentric,
    (longitude_deg, obliquity_deg): (f64, f64),
    jce: f64,
) -> Direction {
    // Eqs. 26, 13 and 27.
    let aberration_deg = -20.4898 / (3_600.0 * earth.distance_au);
    let lambda = earth.longitude / TAU + (180.0 + longitude_deg + aberration_deg) / 360.0;
    let (sin_lambda, cos_lambda) = sin_cos_turns(lambda);
    let epsilon_deg = mean_obliquity_deg(jce / 10.0) + obliquity_deg;
    let (sin_epsilon, cos_epsilon) = sin_cos_turns(epsilon_deg / 360.0);
    // A second of arc or two: the first terms of sine and cosine are all.
    let beta = -earth.latitude;
    let cos_beta = 1.0 - beta * beta / 2.0;
    let parallax = (8.794 / 3_600.0_f64).to_radians() / earth.distance_au;
    Direction {
        x: cos_beta * cos_lambda,
        y: cos_beta * sin_lambda * cos_epsilon - beta * sin_epsilon,
        z: cos_beta * sin_lambda * sin_epsilon + beta * cos_epsilon,
        // The sine of so small an angle.
        parallax: parallax * (1.0 - parallax * parallax / 6.0),
        equinoxes_deg: longitude_deg * cos_epsilon,
    }
}

/// The earth as seen from the sun (eqs. 9 to 12).
fn heliocentric(jme: f64) -> Heliocentric {
    Heliocentric {
        longitude: series(&LONGITUDE, jme),
        latitude: series(&LATITUDE, jme),
        distance_au: series(&DISTANCE, jme),
    }
}

/// The sum of a table's rows by powers of `jme` (eqs. 9 to 12).
fn series(table: &[&[Term]], jme: f64) -> f64 {
    let row = |terms: &[Term]| -> f64 {
        terms.iter().map(|&[amplitude, phase, rate]| amplitude * (phase + rate * jme).cos()).sum()
    };
    TERM_SCALE * table.iter().rev().fold(0.0, |sum, terms| sum * jme + row(terms))
}

/// Obliquity of the ecliptic without nutation (eq. 24).
fn mean_obliquity_deg(jme: f64) -> f64 {
    const SECONDS: [f64; 11] =
        [84_381.448, -4_680.93, -1.55, 1_999.25, -51.38, -249.67, -39.05, 7.12, 27.87, 5.79, 2.45];
    let u = jme / 10.0;
    SECONDS.iter().rev().fold(0.0, |sum, part| sum * u + part) / 3_600.0
}

/// Mean longitude of the sun (eq. A2), not reduced.
fn mean_longitude_deg(jme: f64) -> f64 {
    let high = 1.0 / 49_931.0 - jme * (1.0 / 15_300.0 + jme / 2_000_000.0);
    280.4664567 + jme * (360_007.6982779 + jme * (0.03032028 + jme * high))
}
