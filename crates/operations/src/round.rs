//! A round: what was loaded, who drove it, what was handed over, what it used.
//!
//! A departed round alone says what becomes of the parcels on it, so its stream knows all of them.

use crate::fact::facts;
use crate::field::{Amount, Carrier, Id, LocalDay, Text};
use crate::key;
use crate::view::{At, View};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a round is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(example = "delivery")]
pub enum RoundKind {
    /// To consumers.
    Delivery,
    /// To hubs, from where other rounds deliver.
    Feeder,
}

/// A stop of a round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"parcels": ["N1-P20260714-00001"]}))]
pub struct RoundStop {
    /// What is to be handed over there.
    #[schema(max_items = 5000)]
    pub parcels: Vec<Id>,
    /// The site, where it is one of ours: what is handed over there goes on from there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<Id>,
}

/// A round of a plan that is carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundPlanned {
    /// Which plan.
    pub plan: Id,
    /// What the plan's files and ledger call it.
    pub name: Id,
    /// The day.
    pub day: LocalDay,
    /// Where it starts and ends.
    pub site: Id,
    /// What it is for.
    pub kind: RoundKind,
    /// The type of its vehicle.
    pub vehicle_type: Id,
    /// What that runs on.
    pub carrier: Carrier,
    /// Its stops, in order.
    pub stops: Vec<RoundStop>,
    /// Length as planned.
    pub distance_m: Amount,
    /// Fuel as planned, where it burns any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fuel_ml: Option<Amount>,
    /// Electricity out of the battery as planned, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub energy_wh: Option<Amount>,
}

/// A parcel on a vehicle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "parcel": "N1-P20260714-00001", "plan": "N1", "scenario": "downtown", "orders": ["A001"],
}))]
pub struct CarriedParcel {
    /// Which.
    pub parcel: Id,
    /// Its plan.
    pub plan: Id,
    /// Of which scenario.
    pub scenario: Id,
    /// The orders in it.
    pub orders: Vec<Id>,
}

/// A parcel was put on a round's vehicle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundLoaded {
    /// The round's plan.
    pub plan: Id,
    /// What.
    pub carried: CarriedParcel,
}

/// A parcel was taken off again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundUnloaded {
    /// The round's plan.
    pub plan: Id,
    /// Which parcel.
    pub parcel: Id,
}

/// A round set out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundDeparted {
    /// Its plan.
    pub plan: Id,
    /// With which vehicle.
    pub vehicle: Id,
    /// Reading of the odometer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub odometer_m: Option<Amount>,
}

/// A parcel that was handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"parcel": "N1-P20260714-00001", "proof": "signature 17"}))]
pub struct HandedOver {
    /// Which.
    pub parcel: Id,
    /// Where the proof lies; no personal data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<Text>,
}

/// A parcel that was not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"parcel": "N1-P20260714-00002", "reason": "nobody at home"}))]
pub struct NotHandedOver {
    /// Which.
    pub parcel: Id,
    /// Why.
    pub reason: Text,
}

/// A stop was served.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StopServed {
    /// The round's plan.
    pub plan: Id,
    /// Which stop, from 0.
    pub stop: u32,
    /// What was handed over.
    pub delivered: Vec<HandedOver>,
    /// What was not.
    pub failed: Vec<NotHandedOver>,
}

/// A round is home.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundReturned {
    /// Its plan.
    pub plan: Id,
    /// Length as driven.
    pub distance_m: Amount,
    /// Fuel burnt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fuel_ml: Option<Amount>,
    /// Electricity out of the battery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub energy_wh: Option<Amount>,
}

facts! {
    /// What may happen to a round.
    RoundFact {
        /// It is in a plan that is carried out.
        Planned(RoundPlanned) = "round-planned",
        /// A parcel was put on its vehicle.
        Loaded(RoundLoaded) = "round-loaded",
        /// A parcel was taken off again.
        Unloaded(RoundUnloaded) = "round-unloaded",
        /// It set out.
        Departed(RoundDeparted) = "round-departed",
        /// A stop was served.
        StopServed(StopServed) = "stop-served",
        /// It is home.
        Returned(RoundReturned) = "round-returned",
    }
}

/// How far a round is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(example = "departed")]
pub enum RoundStatus {
    /// At its site.
    Planned,
    /// On the road.
    Departed,
    /// Home.
    Returned,
}

impl RoundStatus {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Planned, Self::Departed, Self::Returned];

    /// As files and keys name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Departed => "departed",
            Self::Returned => "returned",
        }
    }
}

/// What became of a parcel on a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(example = "on-board")]
pub enum OnRound {
    /// It is on the vehicle.
    OnBoard,
    /// It was handed over.
    Delivered,
    /// It was not, and rides home.
    Failed,
}

/// A parcel of a round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "parcel": "N1-P20260714-00001", "plan": "N1", "scenario": "downtown", "orders": ["A001"],
    "status": "on-board",
}))]
pub struct RoundParcel {
    /// Which.
    pub parcel: Id,
    /// Its plan.
    pub plan: Id,
    /// Of which scenario.
    pub scenario: Id,
    /// The orders in it.
    pub orders: Vec<Id>,
    /// What became of it.
    pub status: OnRound,
}

/// A round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "id": "N1-R20260714-001", "status": "planned", "plan": "N1", "name": "R20260714-001",
    "day": "2026-07-14", "site": "W1", "kind": "delivery", "vehicle_type": "electric_van",
    "carrier": "electric", "stops": [{"parcels": ["N1-P20260714-00001"]}], "served": [],
    "planned_distance_m": 14200, "planned_energy_wh": 3900, "parcels": [],
    "version": 1, "updated_at": "2026-07-14T14:12:00+00:00",
}))]
pub struct RoundView {
    /// Its id.
    pub id: String,
    /// How far it is.
    pub status: RoundStatus,
    /// Its plan.
    pub plan: Id,
    /// What the plan's files and ledger call it.
    pub name: Id,
    /// The day.
    pub day: LocalDay,
    /// Where it starts and ends.
    pub site: Id,
    /// What it is for.
    pub kind: RoundKind,
    /// The type of its vehicle.
    pub vehicle_type: Id,
    /// What that runs on.
    pub carrier: Carrier,
    /// The vehicle, once it set out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vehicle: Option<Id>,
    /// Its stops, in order.
    pub stops: Vec<RoundStop>,
    /// Stops that were served, from 0.
    pub served: Vec<u32>,
    /// Length as planned.
    pub planned_distance_m: Amount,
    /// Fuel as planned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned_fuel_ml: Option<Amount>,
    /// Electricity out of the battery as planned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned_energy_wh: Option<Amount>,
    /// Reading of the odometer when it set out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub odometer_m: Option<Amount>,
    /// Length as driven.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distance_m: Option<Amount>,
    /// Fuel burnt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fuel_ml: Option<Amount>,
    /// Electricity out of the battery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub energy_wh: Option<Amount>,
    /// What is or was on its vehicle, in the order of loading.
    pub parcels: Vec<RoundParcel>,
    /// Version of its stream.
    pub version: u64,
    /// When something last happened to it.
    pub updated_at: String,
}

impl RoundView {
    fn planned(said: RoundPlanned, id: &str) -> Self {
        Self {
            id: id.into(),
            status: RoundStatus::Planned,
            plan: said.plan,
            name: said.name,
            day: said.day,
            site: said.site,
            kind: said.kind,
            vehicle_type: said.vehicle_type,
            carrier: said.carrier,
            vehicle: None,
            stops: said.stops,
            served: Vec::new(),
            planned_distance_m: said.distance_m,
            planned_fuel_ml: said.fuel_ml,
            planned_energy_wh: said.energy_wh,
            odometer_m: None,
            distance_m: None,
            fuel_ml: None,
            energy_wh: None,
            parcels: Vec::new(),
            version: 0,
            updated_at: String::new(),
        }
    }

    /// A parcel of it.
    pub fn parcel(&self, parcel: &Id) -> Option<&RoundParcel> {
        self.parcels.iter().find(|one| one.parcel == *parcel)
    }

    fn mark(&mut self, parcel: &Id, status: OnRound) -> Option<()> {
        self.parcels.iter_mut().find(|one| one.parcel == *parcel)?.status = status;
        Some(())
    }

    fn then(mut self, fact: RoundFact) -> Option<Self> {
        match fact {
            RoundFact::Planned(_) => return None,
            RoundFact::Loaded(said) => {
                let CarriedParcel { parcel, plan, scenario, orders } = said.carried;
                let status = OnRound::OnBoard;
                self.parcels.push(RoundParcel { parcel, plan, scenario, orders, status });
            }
            RoundFact::Unloaded(said) => self.parcels.retain(|one| one.parcel != said.parcel),
            RoundFact::Departed(said) => {
                (self.vehicle, self.odometer_m) = (Some(said.vehicle), said.odometer_m);
                self.status = RoundStatus::Departed;
            }
            RoundFact::StopServed(said) => {
                for one in &said.delivered {
                    self.mark(&one.parcel, OnRound::Delivered)?;
                }
                for one in &said.failed {
                    self.mark(&one.parcel, OnRound::Failed)?;
                }
                self.served.push(said.stop);
            }
            RoundFact::Returned(said) => {
                self.distance_m = Some(said.distance_m);
                (self.fuel_ml, self.energy_wh) = (said.fuel_ml, said.energy_wh);
                self.status = RoundStatus::Returned;
            }
        }
        Some(self)
    }
}

impl View for RoundView {
    type Fact = RoundFact;
    const KIND: &'static str = "round";
    const PROJECTION: &'static str = "rounds";

    fn take(before: Option<Self>, fact: RoundFact, at: At) -> Option<Self> {
        let mut view = match (before, fact) {
            (None, RoundFact::Planned(said)) => Self::planned(said, at.id),
            (None, _) => return None,
            (Some(view), fact) => view.then(fact)?,
        };
        (view.version, view.updated_at) = (at.version, at.updated_at);
        Some(view)
    }

    fn lists(fact: &RoundFact) -> Vec<String> {
        let plan = match fact {
            RoundFact::Planned(said) => &said.plan,
            RoundFact::Loaded(said) => &said.plan,
            RoundFact::Unloaded(said) => &said.plan,
            RoundFact::Departed(said) => &said.plan,
            RoundFact::StopServed(said) => &said.plan,
            RoundFact::Returned(said) => &said.plan,
        };
        let statuses = RoundStatus::ALL.iter().map(|status| key::of_status(status.name()));
        statuses.chain([key::of_plan(plan)]).collect()
    }

    fn listed(&self) -> Vec<String> {
        vec![key::of_status(self.status.name()), key::of_plan(&self.plan)]
    }
}
