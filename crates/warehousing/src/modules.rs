//! From irradiance to AC: cell temperature, DC, inverter.

use crate::plane::{Plane, on_plane};
use crate::{WeatherHour, sun};
use network::Solar;
use quantity::{Duration, Energy, Point};

/// DC power at standard test conditions over the inverter's AC rating.
pub const DC_AC_RATIO: f64 = 1.2;
/// Soiling 2, shading 3, mismatch 2, wiring 2, connections 0.5, light-induced degradation 1.5,
/// nameplate 1, availability 3 %, multiplied. Source: PVWatts version 5 (Dobos 2014).
pub const LOSSES: f64 = 0.14075660688264469;
/// Change of power per °C of the cell above 25 °C.
const PER_DEGREE: f64 = -0.0035;

/// AC energy of the hour that begins at `weather.start`, with the sun of its middle.
pub fn generation(point: Point, solar: Solar, weather: &WeatherHour) -> Energy {
    let middle = weather.start + Duration::from_seconds(1_800);
    let plane = Plane { tilt_deg: solar.tilt_deg, azimuth_deg: solar.azimuth_deg };
    let extraterrestrial = sun::extraterrestrial(middle);
    let poa = on_plane(plane, sun::position(point, middle), weather, extraterrestrial).total();
    let peak_kw = solar.peak.kilowatts().max(0.0);
    let dc_kw = dc_kw(peak_kw, poa, cell_temperature(poa, weather));
    Energy::from_kilowatt_hours(ac_kw(peak_kw / DC_AC_RATIO, dc_kw))
}

/// Temperature of the cells in °C; `poa` in W/m2.
///
/// Source: Sandia Array Performance Model (King et al. 2004), open rack, glass and polymer.
pub fn cell_temperature(poa: f64, weather: &WeatherHour) -> f64 {
    let module = poa * (-3.56 - 0.075 * weather.wind_speed).exp() + weather.temp_air;
    module + poa / 1_000.0 * 3.0
}

/// DC power in kW after losses, not cut. Source: PVWatts version 5 (Dobos 2014).
pub fn dc_kw(peak_kw: f64, poa: f64, cell_temperature: f64) -> f64 {
    let at_25_degrees = peak_kw * poa / 1_000.0;
    at_25_degrees * (1.0 + PER_DEGREE * (cell_temperature - 25.0)) * (1.0 - LOSSES)
}

/// AC power in kW behind an inverter rated `rated_kw`, `0.0..=rated_kw`.
///
/// Source: PVWatts version 5 (Dobos 2014), inverter of nominal efficiency 0.96.
pub fn ac_kw(rated_kw: f64, dc_kw: f64) -> f64 {
    const NOMINAL: f64 = 0.96;
    const REFERENCE: f64 = 0.9637;
    // Also the answer to a value that is not a number.
    if dc_kw > 0.0 && rated_kw > 0.0 {
        let part_load = dc_kw / (rated_kw / NOMINAL);
        let efficiency = NOMINAL / REFERENCE * (-0.0162 * part_load - 0.0059 / part_load + 0.9858);
        (efficiency * dc_kw).clamp(0.0, rated_kw)
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quantity::{Instant, Power};

    fn noon(ghi: f64, dni: f64, dhi: f64) -> WeatherHour {
        let start = Instant::parse("2025-06-21T11:30:00Z").unwrap();
        WeatherHour { start, ghi, dni, dhi, temp_air: 20.0, wind_speed: 2.0 }
    }

    #[test]
    fn the_inverter_neither_creates_energy_nor_exceeds_its_rating() {
        for (dc, expect, why) in [
            (0.0, 0.0, "night"),
            (-1.0, 0.0, "never takes from the grid"),
            (0.3, 0.0, "below its own use"),
            (100.0 / 0.96, 100.0, "the rating at full load"),
            (150.0, 100.0, "cut above it"),
            (f64::NAN, 0.0, "a gap in the weather"),
        ] {
            assert!((ac_kw(100.0, dc) - expect).abs() < 0.05, "{why}: {}", ac_kw(100.0, dc));
        }
        assert!(ac_kw(0.0, 1.0).abs() < f64::EPSILON, "no inverter");
    }

    #[test]
    fn heat_costs_power() {
        let still = WeatherHour { wind_speed: 0.0, ..noon(0.0, 0.0, 0.0) };
        assert!((cell_temperature(0.0, &still) - 20.0).abs() < 1e-9, "no sun: as warm as the air");
        // 1000 W/m2 without wind: 1000 exp(-3.56) + 3 = 31.4 above the air.
        assert!((cell_temperature(1_000.0, &still) - 51.44).abs() < 0.01);
        assert!((dc_kw(100.0, 1_000.0, 25.0) - 85.924).abs() < 1e-3);
        assert!((dc_kw(100.0, 1_000.0, 45.0) - 85.924 * 0.93).abs() < 1e-3);
    }

    #[test]
    fn modules_generate_in_the_sun_and_only_there() {
        let point = Point::from_degrees(51.4769, 0.0).unwrap();
        let solar =
            Solar { peak: Power::from_kilowatts(100.0), tilt_deg: 35.0, azimuth_deg: 180.0 };
        let bright = generation(point, solar, &noon(850.0, 850.0, 100.0)).kilowatt_hours();
        assert!((70.0..83.34).contains(&bright), "{bright}");
        assert_eq!(generation(point, solar, &noon(0.0, 0.0, 0.0)), Energy::ZERO);
        assert_eq!(generation(point, solar, &noon(f64::NAN, 0.0, 0.0)), Energy::ZERO);
        let none = Solar { peak: Power::new(-5), ..solar };
        assert_eq!(generation(point, none, &noon(850.0, 850.0, 100.0)), Energy::ZERO);
    }
}
