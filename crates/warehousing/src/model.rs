//! What a site knows of its hours, and what it does in each.

use network::{Battery, Solar};
use quantity::{Duration, Energy, Instant, Point, Power};

/// Length of a planned hour.
pub const HOUR: Duration = Duration::from_seconds(3_600);

/// Weather of the hour that begins at `start`, or typical of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeatherHour {
    /// Beginning of the hour.
    pub start: Instant,
    /// Global horizontal irradiance, W/m2.
    pub ghi: f64,
    /// Direct normal irradiance, W/m2.
    pub dni: f64,
    /// Diffuse horizontal irradiance, W/m2.
    pub dhi: f64,
    /// Air temperature, °C.
    pub temp_air: f64,
    /// Wind speed, m/s.
    pub wind_speed: f64,
}

/// A vehicle at the plug.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChargingWindow {
    /// Which vehicle.
    pub vehicle: String,
    /// Plugged in.
    pub from: Instant,
    /// Unplugged.
    pub until: Instant,
    /// Wanted at the plug by then.
    pub energy: Energy,
    /// Greatest power at the plug.
    pub power: Power,
}

/// Losses of storage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Losses {
    /// Energy stored per energy taken in, `0.0..=1.0`.
    pub charge: f64,
    /// Energy given out per energy taken from the store, `0.0..=1.0`.
    pub discharge: f64,
}

/// What is known of one step before it is planned: an hour where [`SiteAhead::step`] is one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HourAhead {
    /// Beginning of the step.
    pub start: Instant,
    /// Weather during the step; none where the site has no modules.
    pub weather: Option<WeatherHour>,
    /// Price of a kWh bought, in the scenario's currency.
    pub buy_price: f64,
    /// Price of a kWh sold.
    pub sell_price: f64,
    /// kg CO2e per kWh bought.
    pub grid_kg_per_kwh: f64,
    /// The building's own use.
    pub load: Energy,
}

/// A site's energy day, before it is planned.
#[derive(Clone, Debug)]
pub struct SiteAhead<'a> {
    /// Where it is.
    pub point: Point,
    /// Its modules.
    pub solar: Option<Solar>,
    /// Its battery.
    pub battery: Option<Battery>,
    /// Losses of the battery.
    pub losses: Losses,
    /// In the battery at the start.
    pub stored: Energy,
    /// Length of each step, longer than nothing: [`HOUR`], or a quarter of it.
    pub step: Duration,
    /// Steps to be planned, one after another.
    pub hours: &'a [HourAhead],
    /// Steps after those, as they are foreseen: what is kept in the battery is worth what it saves
    /// there. Without any it is worth nothing.
    pub foreseen: &'a [HourAhead],
    /// Vehicles to be charged.
    pub charging: &'a [ChargingWindow],
    /// Weight of carbon beside price: units of the currency per kg CO2e.
    pub carbon_price_per_kg: f64,
}

impl SiteAhead<'_> {
    /// Price of a kWh bought in a step, with the price of its carbon.
    pub fn bought(&self, hour: &HourAhead) -> f64 {
        hour.buy_price + self.carbon_price_per_kg * hour.grid_kg_per_kwh
    }
}

/// One planned step. `pv + import + battery_out = load + charging + battery_in + export`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hour {
    /// Beginning of the step.
    pub start: Instant,
    /// Generated (AC), without what is curtailed because nobody pays for it.
    pub pv: Energy,
    /// The building's own use.
    pub load: Energy,
    /// Into vehicles, at the plugs.
    pub charging: Energy,
    /// Of that, bought in this step; the rest is the site's own sun, or was stored before.
    pub charging_from_grid: Energy,
    /// Into the battery.
    pub battery_in: Energy,
    /// Out of the battery.
    pub battery_out: Energy,
    /// In the battery at the step's end.
    pub stored: Energy,
    /// Bought.
    pub import: Energy,
    /// Sold.
    pub export: Energy,
}

impl Hour {
    /// Bought for the building and its battery: what is not for the vehicles.
    pub fn building_from_grid(&self) -> Energy {
        self.import - self.charging_from_grid
    }
}

/// What a vehicle was given, step by step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Which vehicle.
    pub vehicle: String,
    /// At the plug in each step of the schedule.
    pub energy: Vec<Energy>,
    /// Wanted but not to be had before it left.
    pub short: Energy,
}

/// A site's planned energy day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schedule {
    /// Steps, one after another.
    pub hours: Vec<Hour>,
    /// A session for each charging window, in the order given.
    pub sessions: Vec<Session>,
}
