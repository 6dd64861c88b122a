//! Irradiance on the plane of the modules.

use super::block::{Column, ROWS};
use super::elementary::{exp, ln, positive, sin_cos_turns};
use super::observer::Seen;
use crate::calendar::Date;
use quantity::Instant;

/// How the light of the sky, without the beam, reaches a plane.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Transposition {
    /// An even sky and a bright spot at the sun. Source: Hay and Davies 1980.
    #[default]
    HayDavies,
    /// The bright horizon too. Source: Perez et al. 1990, coefficients of all sites.
    Perez,
}

/// A plane of modules.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plane {
    /// From the horizontal, in degrees, `0.0..=180.0`.
    pub tilt_deg: f64,
    /// Where it looks, clockwise from north, in degrees.
    pub azimuth_deg: f64,
}

/// Irradiance on a plane by its way, in W/m2.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PlaneOfArray {
    /// Straight from the sun.
    pub direct_w_m2: f64,
    /// From the rest of the sky.
    pub sky_w_m2: f64,
    /// From the ground.
    pub ground_w_m2: f64,
    /// All three; 0 where the sky's part is not defined.
    pub total_w_m2: f64,
}

/// The light of a moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Light {
    /// Global horizontal irradiance in W/m2.
    pub ghi_w_m2: f64,
    /// Direct normal irradiance in W/m2.
    pub dni_w_m2: f64,
    /// Diffuse horizontal irradiance in W/m2.
    pub dhi_w_m2: f64,
    /// Irradiance above the atmosphere on a plane that faces the sun, in W/m2.
    pub extraterrestrial_w_m2: f64,
    /// From the vertical with refraction, in degrees.
    pub apparent_zenith_deg: f64,
    /// The sun's direction to the east, to the north and up, of length 1.
    pub east_north_up: [f64; 3],
}

/// The light of the rows of a block: the columns of [`Light`], without the sun's direction.
#[derive(Clone, Debug)]
#[expect(clippy::struct_field_names, reason = "a number's name ends in its unit")]
pub(super) struct Lights {
    pub(super) ghi_w_m2: Column,
    pub(super) dni_w_m2: Column,
    pub(super) dhi_w_m2: Column,
    pub(super) extraterrestrial_w_m2: Column,
}

impl Lights {
    /// Above the atmosphere there is always light to divide by.
    pub(super) const DARK: Self = Self {
        ghi_w_m2: [0.0; ROWS],
        dni_w_m2: [0.0; ROWS],
        dhi_w_m2: [0.0; ROWS],
        extraterrestrial_w_m2: [1.0; ROWS],
    };

    #[inline]
    fn row(&self, seen: &Seen, row: usize) -> Light {
        Light {
            ghi_w_m2: self.ghi_w_m2[row],
            dni_w_m2: self.dni_w_m2[row],
            dhi_w_m2: self.dhi_w_m2[row],
            extraterrestrial_w_m2: self.extraterrestrial_w_m2[row],
            apparent_zenith_deg: seen.apparent_zenith_deg[row],
            east_north_up: [seen.east[row], seen.north[row], seen.up[row]],
        }
    }
}

/// Irradiance above the atmosphere on a plane that faces the sun, in W/m2, by the UTC day.
///
/// Source: Spencer 1971, with 1366.1 W/m2 at the mean distance.
pub fn extraterrestrial_w_m2(day: Instant) -> f64 {
    let (sin, cos) = sin_cos_turns((Date::of(day).day_of_year() - 1) as f64 / 365.0);
    let (sin_twice, cos_twice) = (2.0 * sin * cos, 1.0 - 2.0 * sin * sin);
    1_366.1
        * (1.00011 + 0.034221 * cos + 0.00128 * sin + 0.000719 * cos_twice + 0.000077 * sin_twice)
}

/// Relative optical air mass at sea level, by the apparent zenith in degrees; not a number below the
/// horizon. Source: Kasten and Young 1989.
pub fn air_mass(apparent_zenith_deg: f64) -> f64 {
    if apparent_zenith_deg > 90.0 {
        return f64::NAN;
    }
    air_mass_above(apparent_zenith_deg, apparent_zenith_deg.to_radians().cos())
}

/// The same of a sun above the horizon, of whose zenith the cosine is known.
#[inline]
fn air_mass_above(apparent_zenith_deg: f64, cos_zenith: f64) -> f64 {
    1.0 / (cos_zenith + 0.50572 * exp(-1.6364 * ln(96.07995 - apparent_zenith_deg)))
}

/// A plane with what does not change from moment to moment.
#[derive(Clone, Copy, Debug)]
pub struct Receiver {
    normal: [f64; 3],
    sin_tilt: f64,
    sky_share: f64,
    ground_share: f64,
    rear_ground_share: f64,
    transposition: Transposition,
}

impl Receiver {
    /// A plane before ground that throws back `albedo` of the light, `0.0..=1.0`.
    pub fn new(plane: Plane, albedo: f64, transposition: Transposition) -> Self {
        let (sin_tilt, cos_tilt) = plane.tilt_deg.to_radians().sin_cos();
        let (east, north) = plane.azimuth_deg.to_radians().sin_cos();
        Self {
            normal: [sin_tilt * east, sin_tilt * north, cos_tilt],
            sin_tilt,
            sky_share: f64::midpoint(1.0, cos_tilt),
            ground_share: albedo * (1.0 - cos_tilt) / 2.0,
            rear_ground_share: albedo * f64::midpoint(1.0, cos_tilt),
            transposition,
        }
    }

    /// Cosine of the angle of incidence, `-1.0..=1.0`.
    #[inline]
    pub fn projection(&self, [east, north, up]: [f64; 3]) -> f64 {
        let [to_east, to_north, to_up] = self.normal;
        (east * to_east + north * to_north + up * to_up).clamp(-1.0, 1.0)
    }

    /// What reaches the plane.
    ///
    /// No loss by reflection, no horizon: a beam counts even with the sun just set, as the middle of
    /// an hour may be in the dark and its other half not.
    pub fn plane_of_array(&self, light: &Light) -> PlaneOfArray {
        match self.transposition {
            Transposition::HayDavies => self.received(light, Self::hay_davies),
            Transposition::Perez => self.received(light, Self::perez),
        }
    }

    /// The total of each row of a block.
    pub(super) fn total_w_m2(&self, lights: &Lights, seen: &Seen) -> Column {
        let mut found = [0.0; ROWS];
        match self.transposition {
            Transposition::HayDavies => {
                for (row, found) in found.iter_mut().enumerate() {
                    let light = lights.row(seen, row);
                    *found = self.received(&light, Self::hay_davies).total_w_m2;
                }
            }
            Transposition::Perez => {
                for (row, found) in found.iter_mut().enumerate() {
                    *found = self.received(&lights.row(seen, row), Self::perez).total_w_m2;
                }
            }
        }
        found
    }

    #[inline]
    fn received(&self, light: &Light, sky: impl Fn(&Self, &Light, f64) -> f64) -> PlaneOfArray {
        let facing = positive(self.projection(light.east_north_up));
        let direct_w_m2 = light.dni_w_m2 * facing;
        let ground_w_m2 = light.ghi_w_m2 * self.ground_share;
        let sky_w_m2 = sky(self, light, facing);
        // Perez with no diffuse and no beam has no clearness: the reference then counts no light at
        // all, not even the ground's.
        let undefined = sky_w_m2.is_nan() && !light.dhi_w_m2.is_nan();
        let sky_w_m2 = if undefined { 0.0 } else { sky_w_m2 };
        let total_w_m2 = if undefined { 0.0 } else { direct_w_m2 + sky_w_m2 + ground_w_m2 };
        PlaneOfArray { direct_w_m2, sky_w_m2, ground_w_m2, total_w_m2 }
    }

    /// What reaches the back, with an even sky. Source: Liu and Jordan 1963, for the plane turned over.
    ///
    /// The ground before the back is lit as if nothing stood on it: it holds for modules that stand
    /// free and high. Near the ground, in rows or on a roof less comes; flat on it nothing.
    #[inline]
    pub fn rear_w_m2(&self, light: &Light) -> f64 {
        light.dni_w_m2 * positive(-self.projection(light.east_north_up))
            + light.dhi_w_m2 * (1.0 - self.sky_share)
            + light.ghi_w_m2 * self.rear_ground_share
    }

    /// What reaches the back in each row of a block.
    pub(super) fn rears_w_m2(&self, lights: &Lights, seen: &Seen) -> Column {
        let mut found = [0.0; ROWS];
        for (row, found) in found.iter_mut().enumerate() {
            *found = self.rear_w_m2(&lights.row(seen, row));
        }
        found
    }

    #[inline]
    fn hay_davies(&self, light: &Light, facing: f64) -> f64 {
        // The ratio grows beyond measure at the horizon; the model stops at a zenith of 89 degrees.
        const COS_ZENITH_MIN: f64 = 0.01745;
        let up = light.east_north_up[2];
        let anisotropy = light.dni_w_m2 / light.extraterrestrial_w_m2;
        let ratio = facing / if up > COS_ZENITH_MIN { up } else { COS_ZENITH_MIN };
        let even = light.dhi_w_m2 * (1.0 - anisotropy) * self.sky_share;
        positive(even) + positive(light.dhi_w_m2 * anisotropy * ratio)
    }

    #[inline]
    fn perez(&self, light: &Light, facing: f64) -> f64 {
        const KAPPA: f64 = 1.041;
        const COS_85_DEG: f64 = 0.087_155_742_747_658_18;
        let (dhi, dni) = (light.dhi_w_m2, light.dni_w_m2);
        if light.apparent_zenith_deg > 90.0 {
            return 0.0;
        }
        if dhi == 0.0 {
            return if dni == 0.0 { f64::NAN } else { 0.0 };
        }
        let zenith = light.apparent_zenith_deg.to_radians();
        let haze = KAPPA * zenith * zenith * zenith;
        let clearness = ((dhi + dni) / dhi + haze) / (1.0 + haze);
        let air_mass = air_mass_above(light.apparent_zenith_deg, light.east_north_up[2]);
        let brightness = dhi * air_mass / light.extraterrestrial_w_m2;
        let [f11, f12, f13, f21, f22, f23] = PEREZ[bin(clearness)];
        let spot = (f11 + f12 * brightness + f13 * zenith).max(0.0);
        let horizon = f21 + f22 * brightness + f23 * zenith;
        let ratio = facing / light.east_north_up[2].max(COS_85_DEG);
        let sky = dhi * ((1.0 - spot) * self.sky_share + spot * ratio + horizon * self.sin_tilt);
        if sky < 0.0 { 0.0 } else { sky }
    }
}

/// The row of [`PEREZ`] for a clearness of the sky.
#[inline]
fn bin(clearness: f64) -> usize {
    const LOWER: [f64; 7] = [1.065, 1.23, 1.5, 1.95, 2.8, 4.5, 6.2];
    LOWER.iter().filter(|&&lower| clearness >= lower).count()
}

/// f11, f12, f13, f21, f22, f23 by bin of clearness. Source: Perez et al. 1990, table 6.
const PEREZ: [[f64; 6]; 8] = [
    [-0.008, 0.588, -0.062, -0.060, 0.072, -0.022],
    [0.130, 0.683, -0.151, -0.019, 0.066, -0.029],
    [0.330, 0.487, -0.221, 0.055, -0.064, -0.026],
    [0.568, 0.187, -0.295, 0.109, -0.152, -0.014],
    [0.873, -0.392, -0.362, 0.226, -0.462, 0.001],
    [1.132, -1.237, -0.412, 0.288, -0.823, 0.056],
    [1.060, -1.600, -0.359, 0.264, -1.127, 0.131],
    [0.678, -0.327, -0.250, 0.156, -1.377, 0.251],
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn light(zenith_deg: f64, azimuth_deg: f64, [ghi, dni, dhi]: [f64; 3]) -> Light {
        let (sin, cos) = zenith_deg.to_radians().sin_cos();
        let (east, north) = azimuth_deg.to_radians().sin_cos();
        Light {
            ghi_w_m2: ghi,
            dni_w_m2: dni,
            dhi_w_m2: dhi,
            extraterrestrial_w_m2: 1_366.1,
            apparent_zenith_deg: zenith_deg,
            east_north_up: [sin * east, sin * north, cos],
        }
    }

    #[test]
    fn light_reaches_a_plane_in_three_ways() {
        use Transposition::{HayDavies, Perez};
        let (high, set) = ((60.0, 180.0), (95.0, 270.0));
        for (tilt_deg, azimuth_deg, model, sun, sky, expect, why) in [
            (0.0, 180.0, HayDavies, high, [500.0, 800.0, 100.0], [400.0, 100.0, 0.0], "flat"),
            (60.0, 180.0, HayDavies, high, [100.0, 0.0, 100.0], [0.0, 75.0, 6.25], "a dull sky"),
            (
                60.0,
                180.0,
                HayDavies,
                high,
                [500.0, 683.05, 100.0],
                [683.05, 137.5, 31.25],
                "half the sky by the sun",
            ),
            (90.0, 0.0, HayDavies, high, [500.0, 683.05, 100.0], [0.0, 25.0, 62.5], "its back"),
            (0.0, 180.0, Perez, high, [500.0, 800.0, 100.0], [400.0, 100.0, 0.0], "flat, Perez"),
            (60.0, 180.0, Perez, high, [500.0, 800.0, 0.0], [800.0, 0.0, 31.25], "beam alone"),
            (60.0, 180.0, Perez, set, [0.0, 0.0, 0.0], [0.0, 0.0, 0.0], "night"),
        ] {
            let receiver = Receiver::new(Plane { tilt_deg, azimuth_deg }, 0.25, model);
            let found = receiver.plane_of_array(&light(sun.0, sun.1, sky));
            let parts = [found.direct_w_m2, found.sky_w_m2, found.ground_w_m2];
            for (found, expect) in parts.into_iter().zip(expect) {
                assert!((found - expect).abs() < 1e-9, "{why}: {found} is not {expect}");
            }
        }
    }

    #[test]
    fn the_sun_is_strongest_in_january() {
        for (day, watts, why) in [
            ("2025-01-03T12:00:00Z", 1_414.0, "perihelion"),
            ("2025-07-04T12:00:00Z", 1_321.0, "aphelion"),
        ] {
            let found = extraterrestrial_w_m2(Instant::parse(day).unwrap());
            assert!((found - watts).abs() < 1.5, "{why}: {found}");
        }
    }

    #[test]
    fn the_back_sees_what_pvlib_says_of_a_plane_turned_over() {
        // pvlib 0.16.1: get_total_irradiance(180 - tilt, azimuth + 180, …, albedo=0.25, "isotropic").
        for (tilt_deg, azimuth_deg, sun, sky, expect) in [
            (30.0, 180.0, (40.0, 200.0), [700.0, 650.0, 200.0], 176.674_682_452_694_53),
            (90.0, 180.0, (70.0, 10.0), [300.0, 500.0, 130.0], 565.208_289_199_161_6),
            (10.0, 90.0, (20.0, 120.0), [900.0, 800.0, 150.0], 224.430_290_737_957_82),
        ] {
            let plane = Plane { tilt_deg, azimuth_deg };
            let receiver = Receiver::new(plane, 0.25, Transposition::HayDavies);
            let found = receiver.rear_w_m2(&light(sun.0, sun.1, sky));
            assert!((found - expect).abs() < 1e-9, "{plane:?}: {found}");
        }
    }

    #[test]
    fn perez_without_diffuse_and_beam_counts_nothing() {
        let plane = Plane { tilt_deg: 30.0, azimuth_deg: 180.0 };
        let receiver = Receiver::new(plane, 0.25, Transposition::Perez);
        let found = receiver.plane_of_array(&light(60.0, 180.0, [10.0, 0.0, 0.0]));
        assert!(found.ground_w_m2 > 0.0 && found.total_w_m2 == 0.0, "{found:?}");
    }

    #[test]
    fn a_bin_begins_at_its_lower_bound() {
        for (clearness, expect) in [(0.5, 0), (1.065, 1), (1.2299, 1), (6.2, 7), (1e300, 7)] {
            assert_eq!(bin(clearness), expect, "{clearness}");
        }
    }

    proptest! {
        #[test]
        fn every_part_is_light_and_a_flat_plane_sees_no_ground(
            zenith_deg in 0.0..180.0_f64, turn_deg in 0.0..360.0_f64, tilt_deg in 0.0..90.0_f64,
            dni in 0.0..1_100.0_f64, dhi in 0.0..600.0_f64, perez: bool,
        ) {
            let model = if perez { Transposition::Perez } else { Transposition::HayDavies };
            let sky = [dhi, dni, dhi];
            for tilt_deg in [tilt_deg, 0.0] {
                let receiver = Receiver::new(Plane { tilt_deg, azimuth_deg: 180.0 }, 0.25, model);
                let found = receiver.plane_of_array(&light(zenith_deg, turn_deg, sky));
                prop_assert!(found.direct_w_m2 >= 0.0 && found.sky_w_m2 >= 0.0);
                prop_assert!(found.ground_w_m2 >= 0.0 && (tilt_deg > 0.0 || found.ground_w_m2 == 0.0));
                prop_assert!(found.direct_w_m2 <= dni + 1e-9);
            }
        }
    }
}
