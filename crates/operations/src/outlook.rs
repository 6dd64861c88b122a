//! What is known ahead of a site's day: weather, prices, the grid's carbon, load, vehicles.

use crate::fact::facts;
use crate::field::{Amount, Id, Moment};
use crate::key;
use crate::number::Rate;
use crate::view::{At, View};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Weather of an hour, forecast or measured: means of the hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "ghi_w_m2": 610, "dni_w_m2": 720, "dhi_w_m2": 110, "temp_air_c": 27.5, "wind_speed_m_s": 2.1,
}))]
pub struct HourWeather {
    /// Global horizontal irradiance.
    #[schema(value_type = f64, minimum = 0, maximum = 2000)]
    pub ghi_w_m2: Rate,
    /// Direct normal irradiance.
    #[schema(value_type = f64, minimum = 0, maximum = 2000)]
    pub dni_w_m2: Rate,
    /// Diffuse horizontal irradiance.
    #[schema(value_type = f64, minimum = 0, maximum = 2000)]
    pub dhi_w_m2: Rate,
    /// Air temperature.
    #[schema(value_type = f64, minimum = -95, maximum = 65)]
    pub temp_air_c: Rate,
    /// Wind speed.
    #[schema(value_type = f64, minimum = 0, maximum = 120)]
    pub wind_speed_m_s: Rate,
}

/// An hour of the clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "start": "2026-07-14T12:00:00-06:00",
    "weather": {
        "ghi_w_m2": 610, "dni_w_m2": 720, "dhi_w_m2": 110, "temp_air_c": 27.5, "wind_speed_m_s": 2.1,
    },
    "buy_price": 0.21, "sell_price": 0.06, "grid_kg_per_kwh": 0.412, "load_wh": 18000,
}))]
pub struct OutlookHour {
    /// Its beginning.
    pub start: Moment,
    /// Its weather; left out where it is not known or the site has no modules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weather: Option<HourWeather>,
    /// Price of a kWh bought.
    #[schema(value_type = f64, minimum = -1000, maximum = 1000)]
    pub buy_price: Rate,
    /// Price of a kWh sold.
    #[schema(value_type = f64, minimum = -1000, maximum = 1000)]
    pub sell_price: Rate,
    /// kg CO2e of a kWh bought.
    #[schema(value_type = f64, minimum = 0, maximum = 10)]
    pub grid_kg_per_kwh: Rate,
    /// The building's own use.
    pub load_wh: Amount,
}

/// A vehicle that is expected at a plug.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "vehicle": "W1-evan-1", "from": "2026-07-14T18:00:00-06:00",
    "until": "2026-07-15T06:00:00-06:00", "energy_wh": 38000, "power_w": 11000,
}))]
pub struct ExpectedVehicle {
    /// Which.
    pub vehicle: Id,
    /// Plugged in.
    pub from: Moment,
    /// Unplugged.
    pub until: Moment,
    /// Wanted at the plug by then.
    pub energy_wh: Amount,
    /// Greatest power at the plug.
    pub power_w: Amount,
}

/// What is known ahead of a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "hours": [{
        "start": "2026-07-14T12:00:00-06:00", "buy_price": 0.21, "sell_price": 0.06,
        "grid_kg_per_kwh": 0.412, "load_wh": 18000,
    }],
    "vehicles": [],
}))]
pub struct Outlook {
    /// Hours of the clock, one after another without a gap, all of the day.
    #[schema(min_items = 1, max_items = 25)]
    pub hours: Vec<OutlookHour>,
    /// Vehicles that come on that day, whenever they leave.
    #[schema(max_items = 500)]
    pub vehicles: Vec<ExpectedVehicle>,
}

facts! {
    /// What may happen to an outlook.
    OutlookFact {
        /// It was given, for the first time or better: this is all of it.
        Set(Outlook) = "outlook-set",
    }
}

/// What is known ahead of a site's day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "id": "W1/2026-07-14", "site": "W1", "day": "2026-07-14",
    "outlook": {"hours": [], "vehicles": []},
    "version": 2, "updated_at": "2026-07-14T06:12:00+00:00",
}))]
pub struct OutlookView {
    /// `SITE/DAY`.
    pub id: String,
    /// The site.
    pub site: String,
    /// The local day.
    pub day: String,
    /// As it was last given.
    pub outlook: Outlook,
    /// Version of its stream.
    pub version: u64,
    /// When it was last given.
    pub updated_at: String,
}

impl View for OutlookView {
    type Fact = OutlookFact;
    const KIND: &'static str = "outlook";
    const PROJECTION: &'static str = "outlooks";

    fn take(_: Option<Self>, fact: OutlookFact, at: At) -> Option<Self> {
        let (site, day) = key::halves(at.id)?;
        let OutlookFact::Set(outlook) = fact;
        Some(Self {
            id: at.id.into(),
            site: site.into(),
            day: day.into(),
            outlook,
            version: at.version,
            updated_at: at.updated_at,
        })
    }

    fn key(id: &str) -> String {
        key::of_halves(id)
    }

    fn lists(_: &OutlookFact) -> Vec<String> {
        Vec::new()
    }

    fn listed(&self) -> Vec<String> {
        Vec::new()
    }
}
