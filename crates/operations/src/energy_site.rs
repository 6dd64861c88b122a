//! What a site has for its energy: place, modules, strings, battery, connection.

use crate::fact::facts;
use crate::field::{Amount, Id, LocalDay, Text};
use crate::number::Rate;
use crate::view::{At, View};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A string of modules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"device": "S1", "peak_w": 10000}))]
pub struct ModuleString {
    /// Its name, as its readings have it.
    pub device: Id,
    /// DC power at standard test conditions.
    pub peak_w: Amount,
}

/// A stationary battery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"capacity_wh": 200_000, "power_w": 100_000}))]
pub struct SiteBattery {
    /// Usable capacity.
    pub capacity_wh: Amount,
    /// Greatest power in or out, at the AC side.
    pub power_w: Amount,
}

/// A site, as far as its energy goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "zone": "America/Denver", "lat": 39.7392, "lon": -104.9903, "commissioned": "2024-05-01",
    "peak_w": 20000, "tilt_deg": 15, "azimuth_deg": 180, "gamma_per_c": -0.0035,
    "strings": [{"device": "S1", "peak_w": 10000}, {"device": "S2", "peak_w": 10000}],
    "battery": {"capacity_wh": 200_000, "power_w": 100_000}, "connection_w": 250_000,
}))]
pub struct SiteEnergy {
    /// IANA time zone of its days.
    pub zone: Text,
    /// Degrees north.
    #[schema(value_type = f64, minimum = -90, maximum = 90)]
    pub lat: Rate,
    /// Degrees east.
    #[schema(value_type = f64, minimum = -180, maximum = 180)]
    pub lon: Rate,
    /// The day from which its modules count.
    pub commissioned: LocalDay,
    /// DC power of all modules at standard test conditions.
    pub peak_w: Amount,
    /// Of the modules, from the horizontal.
    #[schema(value_type = f64, minimum = 0, maximum = 90)]
    pub tilt_deg: Rate,
    /// Of the modules, clockwise from north.
    #[schema(value_type = f64, minimum = 0, maximum = 360)]
    pub azimuth_deg: Rate,
    /// Change of the modules' power per °C, as a share.
    #[schema(value_type = f64, minimum = -0.02, maximum = 0)]
    pub gamma_per_c: Rate,
    /// Its strings that are measured; all look one way.
    #[schema(max_items = 500)]
    pub strings: Vec<ModuleString>,
    /// Its battery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub battery: Option<SiteBattery>,
    /// What its connection to the grid bears.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection_w: Option<Amount>,
    /// Weight of carbon beside price when hours are chosen: units of the currency per kg CO2e.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>, minimum = 0, maximum = 1000)]
    pub carbon_price_per_kg: Option<Rate>,
}

impl SiteEnergy {
    /// Its time zone; none where it is none of the IANA's.
    pub fn time_zone(&self) -> Option<quantity::Zone> {
        quantity::Zone::parse(&self.zone).ok()
    }
}

facts! {
    /// What may happen to a site's description.
    EnergySiteFact {
        /// It was described, for the first time or anew: this is all of it.
        Described(SiteEnergy) = "energy-site-described",
    }
}

/// A site, as far as its energy goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "id": "W1",
    "energy": {
        "zone": "America/Denver", "lat": 39.7392, "lon": -104.9903, "commissioned": "2024-05-01",
        "peak_w": 20000, "tilt_deg": 15, "azimuth_deg": 180, "gamma_per_c": -0.0035, "strings": [],
    },
    "version": 1, "updated_at": "2026-07-14T14:12:00+00:00",
}))]
pub struct EnergySiteView {
    /// Id of the site.
    pub id: String,
    /// What it has.
    pub energy: SiteEnergy,
    /// Version of its stream.
    pub version: u64,
    /// When it was last described.
    pub updated_at: String,
}

impl View for EnergySiteView {
    type Fact = EnergySiteFact;
    const KIND: &'static str = "energy-site";
    const PROJECTION: &'static str = "energy-sites";

    fn take(_: Option<Self>, fact: EnergySiteFact, at: At) -> Option<Self> {
        let EnergySiteFact::Described(energy) = fact;
        Some(Self { id: at.id.into(), energy, version: at.version, updated_at: at.updated_at })
    }

    fn lists(_: &EnergySiteFact) -> Vec<String> {
        Vec::new()
    }

    fn listed(&self) -> Vec<String> {
        Vec::new()
    }
}
