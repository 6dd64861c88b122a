//! The worked example of the SPA report, for anyone who wants to see that the sun is where it should.

use super::ephemeris::moments;
use super::observer::{Site, sun_path};
use super::spa::{geocentric, julian_day};

/// One figure of the report's example.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TestValue {
    /// What it is, with its unit.
    pub name: &'static str,
    /// As computed here.
    pub found: f64,
    /// As published.
    pub published: f64,
    /// Half of the last digit that is published, or a little more where the report rounds on its way.
    pub tolerance: f64,
}

impl TestValue {
    /// Both agree to the digits published.
    pub fn holds(&self) -> bool {
        (self.found - self.published).abs() <= self.tolerance
    }
}

/// 2003-10-17 12:30:30 at 7 h west, 39.742476 north, 105.1786 west, 1830.14 m, 820 mbar, 11 °C, delta T
/// 67 s. Source: Reda and Andreas 2004, table A5.1.
pub fn test_point() -> Vec<TestValue> {
    const UNIX_S: f64 = 1_066_419_030.0;
    const DELTA_T_S: f64 = 67.0;
    let site = Site {
        lat_deg: 39.742476,
        lon_deg: -105.1786,
        altitude_m: 1_830.14,
        pressure_pa: Some(82_000.0),
        temperature_c: 11.0,
    };
    let jd = julian_day(UNIX_S);
    let sun = geocentric(jd, DELTA_T_S);
    let path = sun_path(&site, &moments(&[UNIX_S], DELTA_T_S), 1);
    let hour_angle = sun.sidereal_time_deg + site.lon_deg - sun.right_ascension_deg;
    let rows = [
        ("Julian day", jd, 2_452_930.312847, 6e-7),
        ("heliocentric longitude L, deg", sun.heliocentric_longitude_deg, 24.0182616917, 1e-9),
        ("heliocentric latitude B, deg", sun.heliocentric_latitude_deg, -0.0001011219, 1e-10),
        ("earth radius vector R, AU", sun.distance_au, 0.9965422974, 1e-10),
        ("nutation in longitude, deg", sun.nutation_longitude_deg, -0.00399840, 1e-8),
        ("nutation in obliquity, deg", sun.nutation_obliquity_deg, 0.00166657, 1e-8),
        ("obliquity, deg", sun.obliquity_deg, 23.440465, 1e-6),
        ("apparent longitude, deg", sun.apparent_longitude_deg, 204.0085519281, 1e-9),
        ("right ascension, deg", sun.right_ascension_deg, 202.22741, 1e-5),
        ("declination, deg", sun.declination_deg, -9.31434, 1e-5),
        ("hour angle, deg", hour_angle.rem_euclid(360.0), 11.105900, 5e-6),
        ("apparent zenith, deg", path.apparent_zenith_deg[0], 50.11162, 5e-6),
        ("azimuth, deg", path.azimuth_deg[0], 194.34024, 5e-6),
        ("equation of time, min", sun.equation_of_time_min, 14.641511, 1e-5),
    ];
    rows.map(|(name, found, published, tolerance)| TestValue { name, found, published, tolerance })
        .to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_of_the_report_is_met() {
        for value in test_point() {
            assert!(value.holds(), "{value:?}");
        }
    }
}
