//! A site to be changed by each test: 12 o'clock on the equator, no modules, no battery, no load.

use crate::{ChargingWindow, HOUR, HourAhead, Losses, SiteAhead, WeatherHour};
use quantity::{Duration, Energy, Instant, Point, Power};

/// So many hours after the first hour began.
pub(crate) fn at(hours: f64) -> Instant {
    Instant::from_unix(1_750_507_200) + Duration::from_hours(hours)
}

pub(crate) fn kwh(kilowatt_hours: f64) -> Energy {
    Energy::from_kilowatt_hours(kilowatt_hours)
}

/// Hours at these prices; a kWh is sold for 0.05 and bought without carbon.
pub(crate) fn hours(buy_prices: &[f64]) -> Vec<HourAhead> {
    let hour = |(count, &buy_price): (usize, &f64)| HourAhead {
        start: at(count as f64),
        weather: None,
        buy_price,
        sell_price: 0.05,
        grid_kg_per_kwh: 0.0,
        load: Energy::ZERO,
    };
    buy_prices.iter().enumerate().map(hour).collect()
}

/// A dull hour of so much light from the whole sky.
pub(crate) fn dull(start: Instant, irradiance: f64) -> WeatherHour {
    let (ghi, dhi) = (irradiance, irradiance);
    WeatherHour { start, ghi, dni: 0.0, dhi, temp_air: 20.0, wind_speed: 2.0 }
}

pub(crate) fn site(hours: &[HourAhead]) -> SiteAhead<'_> {
    SiteAhead {
        point: Point::from_degrees(0.0, 0.0).unwrap(),
        solar: None,
        battery: None,
        losses: Losses { charge: 0.95, discharge: 0.95 },
        stored: Energy::ZERO,
        step: HOUR,
        hours,
        foreseen: &[],
        charging: &[],
        carbon_price_per_kg: 0.0,
    }
}

pub(crate) fn window(
    vehicle: &str,
    from_h: f64,
    until_h: f64,
    energy_kwh: f64,
    power_kw: f64,
) -> ChargingWindow {
    ChargingWindow {
        vehicle: vehicle.to_owned(),
        from: at(from_h),
        until: at(until_h),
        energy: kwh(energy_kwh),
        power: Power::from_kilowatts(power_kw),
    }
}
