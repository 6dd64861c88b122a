//! Where the sun stands, and how strong it is above the atmosphere.
//!
//! Source: Meeus, Astronomical Algorithms (2nd ed. 1998), chapters 12, 13 and 25 (low accuracy),
//! the series of the NOAA solar calculator: within 0.01 degree between 1950 and 2050. The
//! difference between terrestrial and universal time (about 70 s) is left out: the sun moves 0.0008
//! degree in it.

use crate::calendar::{DAY_S, Date};
use quantity::{Instant, Point};

/// Where the sun stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sun {
    /// Angle from the vertical in degrees, refraction included, `0.0..=180.0`.
    pub apparent_zenith_deg: f64,
    /// Clockwise from north in degrees, `0.0..360.0`.
    pub azimuth_deg: f64,
}

/// 2000-01-01T12:00:00Z, in seconds of Unix time.
const J2000_UNIX: i64 = 946_728_000;
/// Horizontal parallax of the sun at its mean distance, in degrees (8.794 seconds of arc).
const PARALLAX_DEG: f64 = 8.794 / 3_600.0;

/// Where the sun is among the stars, and how far the earth has turned: angles in degrees.
struct Equatorial {
    right_ascension: f64,
    declination: f64,
    sidereal_time: f64,
}

/// The sun from a point on the ground.
pub fn position(point: Point, instant: Instant) -> Sun {
    let sun = equatorial(instant);
    let hour_angle = (sun.sidereal_time + point.lon() - sun.right_ascension).to_radians();
    let (lat, declination) = (point.lat().to_radians(), sun.declination.to_radians());
    // The direction as a vector: defined at the poles and at the zenith too.
    let east = -declination.cos() * hour_angle.sin();
    let north = declination.sin() * lat.cos() - declination.cos() * hour_angle.cos() * lat.sin();
    let up = declination.sin() * lat.sin() + declination.cos() * hour_angle.cos() * lat.cos();
    let geocentric = up.atan2(east.hypot(north));
    let elevation_deg = geocentric.to_degrees() - PARALLAX_DEG * geocentric.cos();
    Sun {
        apparent_zenith_deg: 90.0 - elevation_deg - refraction_deg(elevation_deg),
        azimuth_deg: east.atan2(north).to_degrees().rem_euclid(360.0),
    }
}

/// Meeus, chapter 25 for the sun's longitude and chapter 12 for sidereal time.
fn equatorial(instant: Instant) -> Equatorial {
    let days = (instant.unix() - J2000_UNIX) as f64 / DAY_S as f64;
    let centuries = days / 36_525.0;
    let mean_longitude = 280.46646 + centuries * (36000.76983 + centuries * 0.0003032);
    let anomaly = (357.52911 + centuries * (35999.05029 - centuries * 0.0001537)).rem_euclid(360.0);
    let anomaly = anomaly.to_radians();
    let centre = (1.914602 - centuries * (0.004817 + centuries * 0.000014)) * anomaly.sin()
        + (0.019993 - centuries * 0.000101) * (2.0 * anomaly).sin()
        + 0.000289 * (3.0 * anomaly).sin();
    let node = (125.04 - 1934.136 * centuries).to_radians();
    let nutation_deg = -0.00478 * node.sin();
    let aberration_deg = -0.00569;
    let longitude =
        (mean_longitude + centre + nutation_deg + aberration_deg).rem_euclid(360.0).to_radians();
    let obliquity_deg = 23.439291 - centuries * 0.0130042 + 0.00256 * node.cos();
    let obliquity = obliquity_deg.to_radians();
    let mean_sidereal_deg =
        280.46061837 + 360.98564736629 * days + 0.000387933 * centuries * centuries;
    let right_ascension = (obliquity.cos() * longitude.sin()).atan2(longitude.cos());
    Equatorial {
        right_ascension: right_ascension.to_degrees(),
        declination: (obliquity.sin() * longitude.sin()).asin().to_degrees(),
        sidereal_time: (mean_sidereal_deg + nutation_deg * obliquity.cos()).rem_euclid(360.0),
    }
}

/// Atmospheric refraction in degrees, added to the sun's true elevation, for 1013.25 hPa and 12 °C.
///
/// Zero once the sun has fully set. Source: NREL SPA (Reda and Andreas 2004), equation 42.
pub fn refraction_deg(elevation_deg: f64) -> f64 {
    const SUN_RADIUS_DEG: f64 = 0.26667;
    const AT_HORIZON_DEG: f64 = 0.5667;
    if elevation_deg < -(SUN_RADIUS_DEG + AT_HORIZON_DEG) {
        return 0.0;
    }
    let air = 1_013.25 / 1_010.0 * 283.0 / (273.0 + 12.0);
    let lifted = (elevation_deg + 10.3 / (elevation_deg + 5.11)).to_radians();
    air * 1.02 / (60.0 * lifted.tan())
}

/// Irradiance above the atmosphere on a plane that faces the sun, in W/m2, by the UTC day.
///
/// Source: Spencer 1971, with 1366.1 W/m2 at the mean distance.
pub fn extraterrestrial(instant: Instant) -> f64 {
    let turn = std::f64::consts::TAU / 365.0 * (Date::of(instant).day_of_year() - 1) as f64;
    let distance = 1.00011
        + 0.034221 * turn.cos()
        + 0.00128 * turn.sin()
        + 0.000719 * (2.0 * turn).cos()
        + 0.000077 * (2.0 * turn).sin();
    1_366.1 * distance
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sun_at(lat: f64, lon: f64, text: &str) -> Sun {
        position(Point::from_degrees(lat, lon).unwrap(), Instant::parse(text).unwrap())
    }

    #[test]
    fn the_test_point_of_the_spa_paper() {
        // Reda and Andreas 2004, table A5.1: 820 hPa and 11 °C; thicker air lifts by 0.004 degree.
        let sun = sun_at(39.742476, -105.1786, "2003-10-17T12:30:30-07:00");
        assert!((sun.apparent_zenith_deg - 50.11162).abs() < 0.01, "{sun:?}");
        assert!((sun.azimuth_deg - 194.34024).abs() < 0.01, "{sun:?}");
    }

    #[test]
    fn the_example_of_meeus() {
        // Example 25.a: 1992-10-13 at 0h; apparent right ascension 198.38083, declination -7.78507.
        let sun = equatorial(Instant::parse("1992-10-13T00:00:00Z").unwrap());
        assert!((sun.right_ascension.rem_euclid(360.0) - 198.38083).abs() < 0.001);
        assert!((sun.declination + 7.78507).abs() < 0.001);
        // Example 12.a: sidereal time 1987-04-10 at 0h is 13h 10m 46.1351s.
        let sun = equatorial(Instant::parse("1987-04-10T00:00:00Z").unwrap());
        assert!((sun.sidereal_time - 15.0 * (13.0 + (10.0 + 46.1351 / 60.0) / 60.0)).abs() < 1e-3);
    }

    #[test]
    fn noon_is_south_in_the_north_and_north_in_the_south() {
        for (lat, lon, time, zenith_deg, azimuth_deg, why) in [
            (51.4769, 0.0, "2025-06-21T12:01:50Z", 28.04, 180.0, "Greenwich at midsummer"),
            (-33.8688, 151.2093, "2025-12-21T11:53:10+10:00", 10.43, 0.0, "Sydney at midsummer"),
            (-33.8688, 151.2093, "2025-06-21T11:57:00+10:00", 57.28, 0.0, "Sydney at midwinter"),
        ] {
            let sun = sun_at(lat, lon, time);
            assert!((sun.apparent_zenith_deg - zenith_deg).abs() < 0.05, "{why}: {sun:?}");
            let turned = (sun.azimuth_deg - azimuth_deg + 180.0).rem_euclid(360.0) - 180.0;
            assert!(turned.abs() < 0.5, "{why}: {sun:?}");
        }
    }

    #[test]
    fn polar_days_have_no_night_and_polar_nights_no_day() {
        for (lat, day, is_up, why) in [
            (78.2, "2025-06-21", true, "Svalbard at midsummer"),
            (78.2, "2025-12-21", false, "Svalbard at midwinter"),
            (-77.8, "2025-12-21", true, "McMurdo at midsummer"),
            (-77.8, "2025-06-21", false, "McMurdo at midwinter"),
            (90.0, "2025-06-21", true, "the pole itself"),
        ] {
            for hour in 0..24 {
                let sun = sun_at(lat, 15.6, &format!("{day}T{hour:02}:30:00Z"));
                assert_eq!(sun.apparent_zenith_deg < 90.0, is_up, "{why}, {hour} h: {sun:?}");
            }
        }
    }

    #[test]
    fn the_sun_is_strongest_in_january() {
        for (day, watts, why) in [
            ("2025-01-03T12:00:00Z", 1_414.0, "perihelion"),
            ("2025-07-04T12:00:00Z", 1_321.0, "aphelion"),
        ] {
            let found = extraterrestrial(Instant::parse(day).unwrap());
            assert!((found - watts).abs() < 1.5, "{why}: {found}");
        }
    }

    proptest! {
        #[test]
        fn the_sun_is_somewhere_from_anywhere(
            lat in -90.0..=90.0_f64, lon in -180.0..=180.0_f64, unix in 0_i64..4_000_000_000
        ) {
            let sun = position(Point::from_degrees(lat, lon).unwrap(), Instant::from_unix(unix));
            prop_assert!((0.0..=180.0).contains(&sun.apparent_zenith_deg));
            prop_assert!((0.0..360.0).contains(&sun.azimuth_deg));
        }
    }
}
