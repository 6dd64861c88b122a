//! A place on the earth and the great circle between two.

use crate::Distance;
use std::fmt;

/// Mean radius of the earth in metres (IUGG: (2a + b) / 3).
pub const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// A place: latitude and longitude (WGS 84), held in ten-millionths of a degree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Point {
    lat_e7: i32,
    lon_e7: i32,
}

/// Why two numbers are not a place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PointError {
    /// Latitude beyond a pole, or not a number.
    #[error("not a latitude")]
    Latitude,
    /// Longitude beyond the date line, or not a number.
    #[error("not a longitude")]
    Longitude,
}

impl Point {
    /// From degrees: latitude -90 to 90, longitude -180 to 180.
    pub fn from_degrees(lat: f64, lon: f64) -> Result<Self, PointError> {
        if !(-90.0..=90.0).contains(&lat) {
            return Err(PointError::Latitude);
        }
        if !(-180.0..=180.0).contains(&lon) {
            return Err(PointError::Longitude);
        }
        Ok(Self { lat_e7: (lat * 1e7).round() as i32, lon_e7: (lon * 1e7).round() as i32 })
    }
    /// Latitude in degrees, north positive.
    pub fn lat(self) -> f64 {
        f64::from(self.lat_e7) / 1e7
    }
    /// Longitude in degrees, east positive.
    pub fn lon(self) -> f64 {
        f64::from(self.lon_e7) / 1e7
    }
    /// Great circle distance (haversine on the mean sphere): ISO 14083's GCD.
    pub fn great_circle(self, other: Self) -> Distance {
        let (lat_a, lat_b) = (self.lat().to_radians(), other.lat().to_radians());
        let half_lat = (lat_b - lat_a) / 2.0;
        let half_lon = (other.lon() - self.lon()).to_radians() / 2.0;
        let h = half_lat.sin().powi(2) + lat_a.cos() * lat_b.cos() * half_lon.sin().powi(2);
        Distance::new((2.0 * EARTH_RADIUS_M * h.sqrt().min(1.0).asin()).round() as i64)
    }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", self.lat(), self.lon())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn great_circles_between_known_cities() {
        for (a, b, metres, why) in [
            ((31.2304, 121.4737), (39.9042, 116.4074), 1_067_312, "Shanghai - Beijing"),
            ((51.9244, 4.4777), (53.5511, 9.9937), 412_921, "Rotterdam - Hamburg"),
            ((51.5074, -0.1278), (40.7128, -74.0060), 5_570_230, "London - New York"),
            ((0.0, 180.0), (0.0, -180.0), 0, "the date line is one place"),
        ] {
            let (a, b) =
                (Point::from_degrees(a.0, a.1).unwrap(), Point::from_degrees(b.0, b.1).unwrap());
            assert_eq!(a.great_circle(b).metres(), metres, "{why}");
            assert_eq!(b.great_circle(a).metres(), metres, "{why}, back");
        }
    }

    #[test]
    fn impossible_places_are_refused() {
        assert_eq!(Point::from_degrees(90.1, 0.0), Err(PointError::Latitude));
        assert_eq!(Point::from_degrees(f64::NAN, 0.0), Err(PointError::Latitude));
        assert_eq!(Point::from_degrees(0.0, -180.1), Err(PointError::Longitude));
    }
}
