//! Weather of an hour for which the scenario has none: a clear sky, dimmed by a constant.

use crate::WeatherHour;
use crate::generation::{CLOCK, site};
use crate::pv::simulate::Sky;
use quantity::{Instant, Point};

/// Global irradiance over that of a clear sky. An assumption, the same everywhere: the report says
/// so wherever this weather is used.
pub const CLEARNESS: f64 = 0.75;
/// Air temperature in °C. An assumption.
pub const TEMP_AIR: f64 = 20.0;
/// Wind speed in m/s. An assumption.
pub const WIND_SPEED: f64 = 2.0;

/// Weather of the hours that begin at `starts`, by the sun of their middles: Haurwitz's clear sky
/// times [`CLEARNESS`], split by Erbs, at [`TEMP_AIR`] and [`WIND_SPEED`].
pub fn default_weather(point: Point, starts: &[Instant]) -> Vec<WeatherHour> {
    let unix_s: Vec<i64> = starts.iter().map(|start| start.unix()).collect();
    let sky = Sky::new(&unix_s, CLOCK);
    let path = sky.over(&site(point));
    let rows = starts.iter().zip(&path.apparent_zenith_deg).zip(&sky.extraterrestrial_w_m2);
    rows.map(|((&start, zenith_deg), &extraterrestrial_w_m2)| {
        dimmed(start, zenith_deg.to_radians().cos(), extraterrestrial_w_m2)
    })
    .collect()
}

fn dimmed(start: Instant, cos_zenith: f64, extraterrestrial_w_m2: f64) -> WeatherHour {
    let ghi = CLEARNESS * haurwitz(cos_zenith);
    // With the sun lower than 3.7 degrees the beam is not worth dividing by so small a cosine.
    let (dni, dhi) = if cos_zenith > 0.065 {
        let dhi = ghi * erbs(ghi / (extraterrestrial_w_m2 * cos_zenith));
        ((ghi - dhi) / cos_zenith, dhi)
    } else {
        (0.0, ghi)
    };
    WeatherHour { start, ghi, dni, dhi, temp_air: TEMP_AIR, wind_speed: WIND_SPEED }
}

/// Global irradiance of a clear sky, in W/m2. Source: Haurwitz 1945, as in Reno, Hansen and Stein
/// 2012 (SAND2012-2389).
fn haurwitz(cos_zenith: f64) -> f64 {
    if cos_zenith > 0.0 { 1_098.0 * cos_zenith * (-0.059 / cos_zenith).exp() } else { 0.0 }
}

/// Diffuse share of global irradiance; `clearness` is global over extraterrestrial irradiance on
/// the horizontal. Source: Erbs, Klein and Duffie 1982, equation 1.
fn erbs(clearness: f64) -> f64 {
    if clearness <= 0.22 {
        1.0 - 0.09 * clearness
    } else if clearness <= 0.8 {
        let powers = -16.638 + clearness * 12.336;
        0.9511 + clearness * (-0.1604 + clearness * (4.388 + clearness * powers))
    } else {
        0.165
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_clear_sky_by_its_zenith() {
        for (zenith_deg, watts, why) in [
            (0.0, 1_035.09, "overhead: 1098 exp(-0.059)"),
            (60.0, 487.89, "half as high: 549 exp(-0.118)"),
            (90.0, 0.0, "at the horizon"),
            (120.0, 0.0, "night"),
        ] {
            let found = haurwitz(f64::to_radians(zenith_deg).cos());
            assert!((found - watts).abs() < 0.01, "{why}: {found}");
        }
    }

    #[test]
    fn the_diffuse_share_falls_as_the_sky_clears() {
        for (clearness, share, why) in [
            (0.0, 1.0, "overcast: all diffuse"),
            (0.22, 0.9802, "the end of the straight line"),
            (0.5, 0.6592, "between: the polynomial"),
            (0.9, 0.165, "clear: a constant"),
        ] {
            assert!((erbs(clearness) - share).abs() < 1e-3, "{why}: {}", erbs(clearness));
        }
    }

    proptest! {
        #[test]
        fn the_split_closes(lat in -90.0..=90.0_f64, unix in 0_i64..2_000_000_000) {
            let point = Point::from_degrees(lat, 0.0).unwrap();
            let starts = [Instant::from_unix(unix), Instant::from_unix(unix + 40_000)];
            let sky = Sky::new(&starts.map(Instant::unix), CLOCK);
            let path = sky.over(&site(point));
            for (row, weather) in default_weather(point, &starts).into_iter().enumerate() {
                let beam = weather.dni * path.apparent_zenith_deg[row].to_radians().cos();
                prop_assert!(weather.dni >= 0.0 && weather.dhi >= 0.0);
                prop_assert!((weather.ghi - weather.dhi - beam).abs() < 1e-9);
                prop_assert!(weather.dni < sky.extraterrestrial_w_m2[row]);
                prop_assert_eq!(weather.start, starts[row]);
            }
        }
    }
}
