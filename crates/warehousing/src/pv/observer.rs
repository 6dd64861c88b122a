//! NREL SPA, second half: the sun from a point on the ground.

use super::block::{Column, ROWS, blocks};
use super::elementary::atan2;
use super::ephemeris::Moments;

const DEGREES: f64 = 180.0 / std::f64::consts::PI;
const RADIANS: f64 = std::f64::consts::PI / 180.0;

/// Flattening: polar over equatorial radius of the earth.
const POLAR_RATIO: f64 = 0.99664719;
/// Equatorial radius of the earth in m.
const EARTH_RADIUS_M: f64 = 6_378_140.0;
/// Below this elevation in degrees the sun has fully set: its radius and the refraction at the horizon.
const SET_DEG: f64 = -(0.26667 + 0.5667);

/// A place on the ground and its air.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Site {
    /// North positive, in degrees, `-90.0..=90.0`.
    pub lat_deg: f64,
    /// East positive, in degrees.
    pub lon_deg: f64,
    /// Above the sea, in m.
    pub altitude_m: f64,
    /// Yearly mean pressure in Pa; without it, that of the altitude.
    pub pressure_pa: Option<f64>,
    /// Yearly mean temperature in °C, for refraction.
    pub temperature_c: f64,
}

/// Pressure in Pa at an altitude in m of the standard atmosphere.
pub fn pressure_at_pa(altitude_m: f64) -> f64 {
    100.0 * ((44_331.514 - altitude_m) / 11_880.516).powf(1.0 / 0.1902632)
}

/// Where the sun stands over a site, a number each moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SunPath {
    /// From the vertical with refraction, in degrees.
    pub apparent_zenith_deg: Vec<f64>,
    /// From the vertical without refraction, in degrees.
    pub zenith_deg: Vec<f64>,
    /// Clockwise from north in degrees, `0.0..360.0`.
    pub azimuth_deg: Vec<f64>,
}

/// Where the sun stands over a site at the moments of a block: the columns of [`SunPath`].
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) zenith_deg: Column,
    pub(super) apparent_zenith_deg: Column,
    pub(super) east: Column,
    pub(super) north: Column,
    pub(super) up: Column,
    /// The horizontal direction without refraction, of any length.
    to_east: Column,
    to_north: Column,
}

impl Seen {
    pub(super) const ZERO: Self = Self {
        zenith_deg: [0.0; ROWS],
        apparent_zenith_deg: [0.0; ROWS],
        east: [0.0; ROWS],
        north: [0.0; ROWS],
        up: [0.0; ROWS],
        to_east: [0.0; ROWS],
        to_north: [0.0; ROWS],
    };

    /// Clockwise from north in degrees, `0.0..360.0`.
    pub(super) fn azimuth_deg(&self) -> Column {
        let mut found = [0.0; ROWS];
        for (row, found) in found.iter_mut().enumerate() {
            let azimuth_deg = atan2(self.to_east[row], self.to_north[row]) * DEGREES;
            *found = if azimuth_deg < 0.0 { azimuth_deg + 360.0 } else { azimuth_deg };
        }
        found
    }
}

/// A site with what does not change from moment to moment.
pub(super) struct Observer {
    sin_lat: f64,
    cos_lat: f64,
    sin_lon: f64,
    cos_lon: f64,
    /// Distance from the equator's plane and from the earth's axis, in earth radii (eqs. 34 to 36).
    axis: f64,
    plane: f64,
    /// Factor of refraction in degrees by pressure and temperature (eq. 42).
    refraction_deg: f64,
}

impl Observer {
    /// At a site.
    pub(super) fn new(site: &Site) -> Self {
        let (sin_lat, cos_lat) = site.lat_deg.to_radians().sin_cos();
        let (sin_lon, cos_lon) = site.lon_deg.to_radians().sin_cos();
        let (sin_u, cos_u) = (POLAR_RATIO * sin_lat).atan2(cos_lat).sin_cos();
        let height = site.altitude_m / EARTH_RADIUS_M;
        let pressure_pa = site.pressure_pa.unwrap_or_else(|| pressure_at_pa(site.altitude_m));
        Self {
            sin_lat,
            cos_lat,
            sin_lon,
            cos_lon,
            axis: cos_u + height * cos_lat,
            plane: POLAR_RATIO * sin_u + height * sin_lat,
            refraction_deg: pressure_pa / 101_000.0 * 283.0 / (273.0 + site.temperature_c) * 1.02
                / 60.0,
        }
    }

    /// The sun as a vector from the site, to the east, north and up; its length is near 1.
    ///
    /// The report's parallax in right ascension and declination (eqs. 37 to 40) is this vector's
    /// subtraction, told in angles.
    #[inline]
    fn without_air(&self, moments: &Moments, row: usize) -> [f64; 3] {
        let (sin_sidereal, cos_sidereal) = (moments.sin_sidereal[row], moments.cos_sidereal[row]);
        let (x, y, parallax) = (moments.x[row], moments.y[row], moments.parallax[row]);
        let sin_theta = sin_sidereal * self.cos_lon + cos_sidereal * self.sin_lon;
        let cos_theta = cos_sidereal * self.cos_lon - sin_sidereal * self.sin_lon;
        let meridian = x * cos_theta + y * sin_theta - self.axis * parallax;
        let west = x * sin_theta - y * cos_theta;
        let pole = moments.z[row] - self.plane * parallax;
        [
            -west,
            pole * self.cos_lat - meridian * self.sin_lat,
            pole * self.sin_lat + meridian * self.cos_lat,
        ]
    }

    /// Where the sun stands, a loop a step.
    pub(super) fn see(&self, moments: &Moments, seen: &mut Seen) {
        let (mut level, mut up) = ([0.0; ROWS], [0.0; ROWS]);
        for row in 0..ROWS {
            let [east, north, above] = self.without_air(moments, row);
            let across = (east * east + north * north).sqrt();
            // With the sun overhead it stands in no direction: the report's formula gives south.
            let overhead = across == 0.0;
            (level[row], up[row]) = (across, above);
            seen.to_east[row] = if overhead { 0.0 } else { east };
            seen.to_north[row] = if overhead { -1.0 } else { north };
        }
        for row in 0..ROWS {
            seen.zenith_deg[row] = atan2(up[row], level[row]) * DEGREES;
        }
        for row in 0..ROWS {
            let scale = 1.0 / (level[row] * level[row] + up[row] * up[row]).sqrt();
            let (sin, cos) = (up[row] * scale, level[row] * scale);
            let elevation_deg = seen.zenith_deg[row];
            let lift_deg = self.refraction_deg(elevation_deg, sin, cos);
            let (sin_lift, cos_lift) = small_sin_cos(lift_deg * RADIANS);
            let flat = cos * cos_lift - sin * sin_lift;
            let flat = flat / if level[row] == 0.0 { 1.0 } else { level[row] };
            seen.zenith_deg[row] = 90.0 - elevation_deg;
            seen.apparent_zenith_deg[row] = 90.0 - elevation_deg - lift_deg;
            seen.east[row] = seen.to_east[row] * flat;
            seen.north[row] = seen.to_north[row] * flat;
            seen.up[row] = sin * cos_lift + cos * sin_lift;
        }
    }

    /// Refraction in degrees at an elevation in degrees, of which sine and cosine are known (eq. 42).
    #[inline]
    fn refraction_deg(&self, elevation_deg: f64, sin: f64, cos: f64) -> f64 {
        // The tangent of a sum: the second part is below 2.5 degrees, so that its series is short.
        let more = 10.3 / (elevation_deg + 5.11) * RADIANS;
        let square = more * more;
        let tan_more =
            more * (1.0 + square * (1.0 / 3.0 + square * (2.0 / 15.0 + square * (17.0 / 315.0))));
        let lift_deg = self.refraction_deg * (cos - sin * tan_more) / (sin + cos * tan_more);
        if elevation_deg < SET_DEG { 0.0 } else { lift_deg }
    }
}

/// Sine and cosine of an angle below 0.02 rad, to 1e-16.
#[inline]
fn small_sin_cos(angle: f64) -> (f64, f64) {
    let square = angle * angle;
    let sin = angle * (1.0 - square * (1.0 / 6.0) * (1.0 - square * (1.0 / 20.0)));
    let cos = 1.0 - square * 0.5 * (1.0 - square * (1.0 / 12.0) * (1.0 - square * (1.0 / 30.0)));
    (sin, cos)
}

/// The sun over a site at the moments of so many rows.
pub(super) fn sun_path(site: &Site, moments: &[Moments], rows: usize) -> SunPath {
    let observer = Observer::new(site);
    let mut seen = Seen::ZERO;
    let column = || Vec::with_capacity(rows);
    let mut path =
        SunPath { apparent_zenith_deg: column(), zenith_deg: column(), azimuth_deg: column() };
    for (rows, moments) in blocks(rows).zip(moments) {
        let count = rows.len();
        observer.see(moments, &mut seen);
        path.zenith_deg.extend_from_slice(&seen.zenith_deg[..count]);
        path.apparent_zenith_deg.extend_from_slice(&seen.apparent_zenith_deg[..count]);
        path.azimuth_deg.extend_from_slice(&seen.azimuth_deg()[..count]);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::super::ephemeris::moments;
    use super::*;
    use proptest::prelude::*;
    use quantity::Instant;

    fn seen(site: &Site, text: &str) -> SunPath {
        sun_path(site, &moments(&[Instant::parse(text).unwrap().unix() as f64], 67.0), 1)
    }

    fn at(lat_deg: f64, lon_deg: f64) -> Site {
        Site { lat_deg, lon_deg, altitude_m: 0.0, pressure_pa: None, temperature_c: 12.0 }
    }

    #[test]
    fn noon_is_south_in_the_north_and_north_in_the_south() {
        for (lat, lon, time, zenith_deg, azimuth_deg, why) in [
            (51.4769, 0.0, "2025-06-21T12:01:50Z", 28.04, 180.0, "Greenwich at midsummer"),
            (-33.8688, 151.2093, "2025-12-21T11:53:10+10:00", 10.43, 0.0, "Sydney at midsummer"),
            (-16.8, 180.0, "2025-06-21T00:01:50Z", 40.24, 0.0, "the date line from the east"),
            (-16.8, -180.0, "2025-06-21T00:01:50Z", 40.24, 0.0, "the date line from the west"),
            (51.4769, 0.0, "2024-02-29T12:12:30Z", 59.17, 180.0, "a leap day"),
        ] {
            let path = seen(&at(lat, lon), time);
            assert!((path.apparent_zenith_deg[0] - zenith_deg).abs() < 0.1, "{why}: {path:?}");
            let turned = (path.azimuth_deg[0] - azimuth_deg + 180.0).rem_euclid(360.0) - 180.0;
            assert!(turned.abs() < 0.7, "{why}: {path:?}");
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
                let path = seen(&at(lat, 15.6), &format!("{day}T{hour:02}:30:00Z"));
                assert_eq!(path.apparent_zenith_deg[0] < 90.0, is_up, "{why}, {hour} h: {path:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn the_direction_is_its_angles(
            lat in -90.0..=90.0_f64, lon in -180.0..=180.0_f64, unix_s in 0.0..4e9_f64,
        ) {
            let mut seen = Seen::ZERO;
            Observer::new(&at(lat, lon)).see(&moments(&[unix_s], 67.0)[0], &mut seen);
            let azimuth_deg = seen.azimuth_deg()[0];
            let (sin, cos) = seen.apparent_zenith_deg[0].to_radians().sin_cos();
            let (to_east, to_north) = azimuth_deg.to_radians().sin_cos();
            prop_assert!((0.0..360.0).contains(&azimuth_deg));
            prop_assert!(seen.apparent_zenith_deg[0] <= seen.zenith_deg[0]);
            prop_assert!((seen.up[0] - cos).abs() < 1e-12);
            prop_assert!((seen.east[0] - sin * to_east).abs() < 1e-12);
            prop_assert!((seen.north[0] - sin * to_north).abs() < 1e-12);
        }
    }
}
