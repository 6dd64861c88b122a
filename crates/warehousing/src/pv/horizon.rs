//! What stands around a site and takes the beam away: hills, trees, the house next door.

/// How high the horizon is, all around: straight lines between its points.
#[derive(Clone, Debug, PartialEq)]
pub struct Horizon {
    /// Azimuth clockwise from north in `0.0..360.0` and elevation, in degrees; sorted by azimuth.
    points: Vec<[f64; 2]>,
}

impl Horizon {
    /// From points of azimuth clockwise from north and elevation, in degrees; none without a point,
    /// or where two have one azimuth.
    pub fn new(points: &[[f64; 2]]) -> Option<Self> {
        let mut points: Vec<[f64; 2]> =
            points.iter().map(|[azimuth, high]| [azimuth.rem_euclid(360.0), *high]).collect();
        points.sort_by(|[left, _], [right, _]| left.total_cmp(right));
        let apart = points.windows(2).all(|pair| pair[0][0] < pair[1][0]);
        (apart && !points.is_empty()).then_some(Self { points })
    }

    /// Elevation of the horizon in degrees, in the direction of an azimuth in `0.0..360.0`.
    pub fn elevation_deg(&self, azimuth_deg: f64) -> f64 {
        let count = self.points.len();
        let after = self.points.partition_point(|[azimuth, _]| *azimuth <= azimuth_deg);
        let ([from, low], [to, high]) =
            (self.points[(after + count - 1) % count], self.points[after % count]);
        let past = (azimuth_deg - from).rem_euclid(360.0);
        // A single point, or both ends of the turn in one place.
        let width = (to - from).rem_euclid(360.0);
        if width > 0.0 { low + (high - low) * past / width } else { low }
    }

    /// Takes the beam from each row in which the sun stands behind the horizon; light from the sky
    /// stays, as the sky that a horizon hides is a small part of it.
    ///
    /// The columns are of the same rows: DNI in W/m2, zenith and azimuth of the sun in degrees.
    pub fn shade(&self, dni_w_m2: &mut [f64], apparent_zenith_deg: &[f64], azimuth_deg: &[f64]) {
        let sun = apparent_zenith_deg.iter().zip(azimuth_deg);
        for (dni_w_m2, (zenith_deg, &azimuth_deg)) in dni_w_m2.iter_mut().zip(sun) {
            if 90.0 - zenith_deg < self.elevation_deg(azimuth_deg) {
                *dni_w_m2 = 0.0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_horizon_is_straight_between_its_points_and_goes_around() {
        let hill =
            Horizon::new(&[[90.0, 10.0], [270.0, 0.0], [350.0, 20.0], [-360.0, 0.0]]).unwrap();
        for (azimuth, expect, why) in [
            (90.0, 10.0, "at a point"),
            (180.0, 5.0, "half way"),
            (0.0, 0.0, "-360 is north"),
            (355.0, 10.0, "over the end of the turn"),
            (45.0, 5.0, "up from north"),
        ] {
            let found = hill.elevation_deg(azimuth);
            assert!((found - expect).abs() < 1e-12, "{why}: {found}");
        }
        let even = Horizon::new(&[[120.0, 7.0]]).unwrap();
        assert!((even.elevation_deg(300.0) - 7.0).abs() < 1e-12, "one point is all around");
        assert_eq!(Horizon::new(&[]), None);
        assert_eq!(Horizon::new(&[[0.0, 1.0], [360.0, 2.0]]), None, "two heights of north");
    }

    #[test]
    fn the_sun_behind_it_has_no_beam() {
        let hill = Horizon::new(&[[0.0, 10.0]]).unwrap();
        let mut dni = [500.0, 500.0, 500.0];
        hill.shade(&mut dni, &[79.0, 81.0, 95.0], &[180.0, 180.0, 180.0]);
        assert_eq!(dni.map(|dni: f64| dni > 0.0), [true, false, false]);
    }

    proptest! {
        #[test]
        fn it_is_nowhere_higher_than_its_highest_point(
            points in prop::collection::vec((0.0..360.0_f64, 0.0..90.0_f64), 1..9), at in 0.0..360.0_f64,
        ) {
            let points: Vec<[f64; 2]> = points.into_iter().map(|(at, high)| [at, high]).collect();
            if let Some(horizon) = Horizon::new(&points) {
                let highest = points.iter().map(|[_, high]| *high).fold(0.0, f64::max);
                prop_assert!((-1e-9..=highest + 1e-9).contains(&horizon.elevation_deg(at)));
            }
        }
    }
}
