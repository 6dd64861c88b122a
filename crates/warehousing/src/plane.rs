//! Irradiance on the plane of the modules.

use crate::WeatherHour;
use crate::sun::Sun;

/// Share of light that the ground throws back.
pub const ALBEDO: f64 = 0.25;

/// A plane of modules.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plane {
    /// From the horizontal, in degrees, `0.0..=90.0`.
    pub tilt_deg: f64,
    /// Where it looks, clockwise from north, in degrees.
    pub azimuth_deg: f64,
}

/// Irradiance on a plane by its way, in W/m2.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Irradiance {
    /// Straight from the sun.
    pub direct: f64,
    /// From the rest of the sky.
    pub sky: f64,
    /// From the ground.
    pub ground: f64,
}

impl Irradiance {
    /// All three.
    pub fn total(self) -> f64 {
        self.direct + self.sky + self.ground
    }
}

/// Irradiance on a plane, in W/m2; `extraterrestrial` is that above the atmosphere.
///
/// No loss by reflection, no horizon: a beam counts even with the sun just set, as the hour's
/// middle may be in the dark and its other half not. Source: Hay and Davies 1980 for the sky.
pub fn on_plane(
    plane: Plane,
    sun: Sun,
    weather: &WeatherHour,
    extraterrestrial: f64,
) -> Irradiance {
    // Rb grows beyond measure at the horizon; there the model stops at a zenith of 89 degrees.
    const COS_ZENITH_MIN: f64 = 0.01745;
    let (tilt, zenith) = (plane.tilt_deg.to_radians(), sun.apparent_zenith_deg.to_radians());
    let turned = (sun.azimuth_deg - plane.azimuth_deg).to_radians();
    let projection = tilt.cos() * zenith.cos() + tilt.sin() * zenith.sin() * turned.cos();
    let facing = projection.clamp(-1.0, 1.0).max(0.0);
    let anisotropy = weather.dni / extraterrestrial;
    let beam_ratio = facing / zenith.cos().max(COS_ZENITH_MIN);
    let isotropic = weather.dhi * (1.0 - anisotropy) * (1.0 + tilt.cos()) / 2.0;
    let circumsolar = weather.dhi * anisotropy * beam_ratio;
    Irradiance {
        direct: (weather.dni * facing).max(0.0),
        sky: isotropic.max(0.0) + circumsolar.max(0.0),
        ground: (weather.ghi * ALBEDO * (1.0 - tilt.cos()) / 2.0).max(0.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quantity::Instant;

    fn weather(ghi: f64, dni: f64, dhi: f64) -> WeatherHour {
        let start = Instant::from_unix(0);
        WeatherHour { start, ghi, dni, dhi, temp_air: 20.0, wind_speed: 2.0 }
    }

    #[test]
    fn light_reaches_a_plane_in_three_ways() {
        let high = Sun { apparent_zenith_deg: 60.0, azimuth_deg: 180.0 };
        let set = Sun { apparent_zenith_deg: 95.0, azimuth_deg: 270.0 };
        let (flat, south, north) = (
            Plane { tilt_deg: 0.0, azimuth_deg: 180.0 },
            Plane { tilt_deg: 60.0, azimuth_deg: 180.0 },
            Plane { tilt_deg: 90.0, azimuth_deg: 0.0 },
        );
        for (plane, sun, sky, expect, why) in [
            (flat, high, (500.0, 800.0, 100.0), [400.0, 100.0, 0.0], "a flat plane sees ghi"),
            (south, high, (100.0, 0.0, 100.0), [0.0, 75.0, 6.25], "a dull sky is even"),
            (
                south,
                high,
                (500.0, 683.05, 100.0),
                [683.05, 137.5, 31.25],
                "half the sky by the sun",
            ),
            (north, high, (500.0, 683.05, 100.0), [0.0, 25.0, 62.5], "its back is in the shade"),
            (flat, set, (0.0, 0.0, 0.0), [0.0, 0.0, 0.0], "night"),
        ] {
            let found = on_plane(plane, sun, &weather(sky.0, sky.1, sky.2), 1_366.1);
            for (found, expect) in [found.direct, found.sky, found.ground].iter().zip(expect) {
                assert!((found - expect).abs() < 1e-9, "{why}: {found} is not {expect}");
            }
        }
    }
}
