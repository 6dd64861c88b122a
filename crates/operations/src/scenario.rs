//! A scenario: what is planned with. Its files lie elsewhere; here is which they are.

use crate::fact::facts;
use crate::field::{Amount, Carrier, FileEntry, Id, Text};
use crate::view::{At, View};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a site is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(example = "warehouse")]
pub enum SiteKind {
    /// Keeps stock, packs orders.
    Warehouse,
    /// Passes parcels from one vehicle to another.
    Hub,
    /// Where consumers collect parcels and leave cartons.
    Station,
}

/// A site of a scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"site": "W1", "kind": "warehouse"}))]
pub struct ScenarioSite {
    /// Which.
    pub site: Id,
    /// What it is for.
    pub kind: SiteKind,
}

/// Vehicles of one type at a site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "site": "W1", "vehicle_type": "electric_van", "carrier": "electric", "count": 2,
}))]
pub struct ScenarioFleet {
    /// Where they stand.
    pub site: Id,
    /// Their type.
    pub vehicle_type: Id,
    /// What they run on.
    pub carrier: Carrier,
    /// How many.
    #[schema(minimum = 0, maximum = 1000)]
    pub count: u32,
}

/// Cartons of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"carton": "MIDDLE", "new": 500, "reused": 4}))]
pub struct CartonCount {
    /// Kind of carton.
    pub carton: Id,
    /// Never used.
    pub new: Amount,
    /// Handed back and fit for use.
    pub reused: Amount,
}

/// A scenario was set, for the first time or anew: this is all of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScenarioSet {
    /// What it is called.
    pub name: Text,
    /// Its files.
    pub files: Vec<FileEntry>,
    /// IANA time zone of its days.
    pub zone: Text,
    /// Currency of its prices.
    pub currency: Text,
    /// Its sites.
    pub sites: Vec<ScenarioSite>,
    /// Its vehicles.
    pub vehicles: Vec<ScenarioFleet>,
    /// Cartons in stock on its first morning, at all its warehouses together.
    pub cartons: Vec<CartonCount>,
}

facts! {
    /// What may happen to a scenario.
    ScenarioFact {
        /// It was set.
        Set(ScenarioSet) = "scenario-set",
    }
}

/// A scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "id": "downtown", "name": "Downtown", "files": [], "zone": "America/Denver",
    "currency": "USD", "sites": [{"site": "W1", "kind": "warehouse"}], "vehicles": [],
    "cartons": [], "version": 1, "updated_at": "2026-07-14T14:12:00+00:00",
}))]
pub struct ScenarioView {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: Text,
    /// Its files.
    pub files: Vec<FileEntry>,
    /// IANA time zone of its days.
    pub zone: Text,
    /// Currency of its prices.
    pub currency: Text,
    /// Its sites.
    pub sites: Vec<ScenarioSite>,
    /// Its vehicles.
    pub vehicles: Vec<ScenarioFleet>,
    /// Cartons in stock on its first morning, at all its warehouses together.
    pub cartons: Vec<CartonCount>,
    /// Version of its stream.
    pub version: u64,
    /// When it was last set.
    pub updated_at: String,
}

impl View for ScenarioView {
    type Fact = ScenarioFact;
    const KIND: &'static str = "scenario";
    const PROJECTION: &'static str = "scenarios";

    fn take(_: Option<Self>, fact: ScenarioFact, at: At) -> Option<Self> {
        let ScenarioFact::Set(set) = fact;
        Some(Self {
            id: at.id.into(),
            name: set.name,
            files: set.files,
            zone: set.zone,
            currency: set.currency,
            sites: set.sites,
            vehicles: set.vehicles,
            cartons: set.cartons,
            version: at.version,
            updated_at: at.updated_at,
        })
    }

    fn lists(_: &ScenarioFact) -> Vec<String> {
        Vec::new()
    }

    fn listed(&self) -> Vec<String> {
        Vec::new()
    }
}
