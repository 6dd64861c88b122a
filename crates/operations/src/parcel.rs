//! A parcel, from the plan to the consumer's door, and its carton's way back.
//!
//! Every event of a parcel names its plan and the round that it is listed under, so that lists can be
//! kept from the event alone.

use crate::fact::facts;
use crate::field::{Amount, Id, LocalDay, Text};
use crate::key;
use crate::package::Package;
use crate::station::Grade;
use crate::view::{At, View};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A parcel of a plan that is carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParcelPlanned {
    /// Which plan.
    pub plan: Id,
    /// Of which scenario.
    pub scenario: Id,
    /// What the plan's files and ledger call it.
    pub name: Id,
    /// The day of its delivery.
    pub day: LocalDay,
    /// Where it is packed.
    pub site: Id,
    /// The orders in it.
    pub orders: Vec<Id>,
    /// The round that is to deliver it.
    pub round: Id,
    /// What it is to be wrapped in.
    pub package: Package,
    /// Mass of all of it.
    pub gross_g: Amount,
    /// Room it takes.
    pub volume_ml: Amount,
}

/// An order in a parcel was cancelled: it is to be packed without.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderWithdrawn {
    /// Which order.
    pub order: Id,
    /// The parcel's plan.
    pub plan: Id,
    /// The round that it is listed under.
    pub round: Id,
}

/// A parcel was packed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParcelPacked {
    /// Its plan.
    pub plan: Id,
    /// The round that it is listed under.
    pub round: Id,
    /// Where.
    pub site: Id,
    /// The wrapping really taken.
    pub package: Package,
    /// Mass as weighed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gross_g: Option<Amount>,
}

/// A parcel was put on a round's vehicle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParcelLoaded {
    /// Its plan.
    pub plan: Id,
    /// Which round.
    pub round: Id,
    /// The round that it was listed under before.
    pub before: Id,
}

/// A parcel was taken off before its round departed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParcelUnloaded {
    /// Its plan.
    pub plan: Id,
    /// Which round.
    pub round: Id,
}

/// A parcel came to a site from where another round takes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParcelArrived {
    /// Its plan.
    pub plan: Id,
    /// With which round.
    pub round: Id,
    /// Where it is now.
    pub site: Id,
}

/// A parcel was handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParcelDelivered {
    /// Its plan.
    pub plan: Id,
    /// By which round.
    pub round: Id,
    /// Where the proof lies; no personal data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<Text>,
}

/// A parcel was not handed over. It stays on the vehicle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryFailed {
    /// Its plan.
    pub plan: Id,
    /// On which round.
    pub round: Id,
    /// Why.
    pub reason: Text,
}

/// A parcel that was not handed over is back at a site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParcelBroughtBack {
    /// Its plan.
    pub plan: Id,
    /// With which round.
    pub round: Id,
    /// Where it is now.
    pub site: Id,
}

/// The carton of a parcel was handed back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartonReturned {
    /// The parcel's plan.
    pub plan: Id,
    /// The round that delivered it.
    pub round: Id,
    /// At which station.
    pub station: Id,
    /// What it is good for.
    pub grade: Grade,
    /// Its mass as weighed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mass_g: Option<Amount>,
}

facts! {
    /// What may happen to a parcel.
    ParcelFact {
        /// It is in a plan that is carried out.
        Planned(ParcelPlanned) = "parcel-planned",
        /// An order in it was cancelled.
        Withdrawn(OrderWithdrawn) = "order-withdrawn",
        /// It was packed.
        Packed(ParcelPacked) = "parcel-packed",
        /// It was put on a vehicle.
        Loaded(ParcelLoaded) = "parcel-loaded",
        /// It was taken off.
        Unloaded(ParcelUnloaded) = "parcel-unloaded",
        /// It came to another site.
        Arrived(ParcelArrived) = "parcel-arrived",
        /// It was handed over.
        Delivered(ParcelDelivered) = "parcel-delivered",
        /// It was not.
        Failed(DeliveryFailed) = "delivery-failed",
        /// It is back.
        BroughtBack(ParcelBroughtBack) = "parcel-brought-back",
        /// Its carton was handed back.
        CartonReturned(CartonReturned) = "carton-returned",
    }
}

/// How far a parcel is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(example = "packed")]
pub enum ParcelStatus {
    /// To be packed.
    Planned,
    /// At its site, to be loaded.
    Packed,
    /// On a vehicle.
    Loaded,
    /// Handed over.
    Delivered,
    /// Not handed over, still on the vehicle.
    Failed,
    /// Not handed over, back at a site, to be loaded again.
    BroughtBack,
    /// All its orders were cancelled before it was packed.
    Cancelled,
}

impl ParcelStatus {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Planned,
        Self::Packed,
        Self::Loaded,
        Self::Delivered,
        Self::Failed,
        Self::BroughtBack,
        Self::Cancelled,
    ];

    /// As files and keys name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Packed => "packed",
            Self::Loaded => "loaded",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::BroughtBack => "brought-back",
            Self::Cancelled => "cancelled",
        }
    }
}

/// A carton that came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({"station": "S1", "grade": "reuse", "mass_g": 279}))]
pub struct ReturnedCarton {
    /// At which station.
    pub station: Id,
    /// What it is good for.
    pub grade: Grade,
    /// Its mass as weighed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mass_g: Option<Amount>,
}

/// A parcel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "id": "N1-P20260714-00001", "status": "planned", "plan": "N1", "scenario": "downtown",
    "name": "P20260714-00001", "day": "2026-07-14", "origin": "W1", "site": "W1", "orders": ["A001"],
    "withdrawn": [], "round": "N1-R20260714-001",
    "planned_package": {"kind": "carton", "carton": "MIDDLE", "reused": true},
    "planned_gross_g": 1500, "volume_ml": 17500, "failures": 0,
    "version": 1, "updated_at": "2026-07-14T14:12:00+00:00",
}))]
pub struct ParcelView {
    /// Its id.
    pub id: String,
    /// How far it is.
    pub status: ParcelStatus,
    /// Its plan.
    pub plan: Id,
    /// Of which scenario.
    pub scenario: Id,
    /// What the plan's files and ledger call it.
    pub name: Id,
    /// The day of its delivery.
    pub day: LocalDay,
    /// Where it is packed.
    pub origin: Id,
    /// Where it is; once it is on its way, where it was last.
    pub site: Id,
    /// The orders in it, those cancelled left out.
    pub orders: Vec<Id>,
    /// Orders that were cancelled before it was packed.
    pub withdrawn: Vec<Id>,
    /// The round that it is or was on, or is to go on.
    pub round: Id,
    /// What it was to be wrapped in.
    pub planned_package: Package,
    /// What it is wrapped in, once it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package: Option<Package>,
    /// Mass of all of it as planned.
    pub planned_gross_g: Amount,
    /// Mass as weighed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gross_g: Option<Amount>,
    /// Room it takes.
    pub volume_ml: Amount,
    /// How often it was not handed over.
    pub failures: u32,
    /// Why not, the last time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
    /// Where the proof of delivery lies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<Text>,
    /// Its carton, once it came back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returned: Option<ReturnedCarton>,
    /// Version of its stream.
    pub version: u64,
    /// When something last happened to it.
    pub updated_at: String,
}

impl ParcelView {
    fn planned(said: ParcelPlanned, id: &str) -> Self {
        Self {
            id: id.into(),
            status: ParcelStatus::Planned,
            plan: said.plan,
            scenario: said.scenario,
            name: said.name,
            day: said.day,
            origin: said.site.clone(),
            site: said.site,
            orders: said.orders,
            withdrawn: Vec::new(),
            round: said.round,
            planned_package: said.package,
            package: None,
            planned_gross_g: said.gross_g,
            gross_g: None,
            volume_ml: said.volume_ml,
            failures: 0,
            reason: None,
            proof: None,
            returned: None,
            version: 0,
            updated_at: String::new(),
        }
    }

    /// What it is when it is taken off a vehicle.
    pub(crate) fn status_ashore(&self) -> ParcelStatus {
        if self.failures > 0 { ParcelStatus::BroughtBack } else { ParcelStatus::Packed }
    }

    fn then(mut self, fact: ParcelFact) -> Option<Self> {
        self.status = match fact {
            ParcelFact::Planned(_) => return None,
            ParcelFact::Withdrawn(said) => {
                self.orders.retain(|order| *order != said.order);
                self.withdrawn.push(said.order);
                if self.orders.is_empty() { ParcelStatus::Cancelled } else { self.status }
            }
            ParcelFact::Packed(said) => {
                (self.package, self.gross_g) = (Some(said.package), said.gross_g);
                ParcelStatus::Packed
            }
            ParcelFact::Loaded(said) => {
                self.round = said.round;
                ParcelStatus::Loaded
            }
            ParcelFact::Unloaded(_) => self.status_ashore(),
            ParcelFact::Arrived(said) => {
                self.site = said.site;
                ParcelStatus::Packed
            }
            ParcelFact::Delivered(said) => {
                self.proof = said.proof;
                ParcelStatus::Delivered
            }
            ParcelFact::Failed(said) => {
                self.failures += 1;
                self.reason = Some(said.reason);
                ParcelStatus::Failed
            }
            ParcelFact::BroughtBack(said) => {
                self.site = said.site;
                ParcelStatus::BroughtBack
            }
            ParcelFact::CartonReturned(said) => {
                let CartonReturned { station, grade, mass_g, .. } = said;
                self.returned = Some(ReturnedCarton { station, grade, mass_g });
                self.status
            }
        };
        Some(self)
    }
}

impl View for ParcelView {
    type Fact = ParcelFact;
    const KIND: &'static str = "parcel";
    const PROJECTION: &'static str = "parcels";

    fn take(before: Option<Self>, fact: ParcelFact, at: At) -> Option<Self> {
        let mut view = match (before, fact) {
            (None, ParcelFact::Planned(said)) => Self::planned(said, at.id),
            (None, _) => return None,
            (Some(view), fact) => view.then(fact)?,
        };
        (view.version, view.updated_at) = (at.version, at.updated_at);
        Some(view)
    }

    fn lists(fact: &ParcelFact) -> Vec<String> {
        let (plan, round) = match fact {
            ParcelFact::Planned(said) => (&said.plan, &said.round),
            ParcelFact::Withdrawn(said) => (&said.plan, &said.round),
            ParcelFact::Packed(said) => (&said.plan, &said.round),
            ParcelFact::Loaded(said) => (&said.plan, &said.round),
            ParcelFact::Unloaded(said) => (&said.plan, &said.round),
            ParcelFact::Arrived(said) => (&said.plan, &said.round),
            ParcelFact::Delivered(said) => (&said.plan, &said.round),
            ParcelFact::Failed(said) => (&said.plan, &said.round),
            ParcelFact::BroughtBack(said) => (&said.plan, &said.round),
            ParcelFact::CartonReturned(said) => (&said.plan, &said.round),
        };
        let mut lists: Vec<String> =
            ParcelStatus::ALL.iter().map(|status| key::of_status(status.name())).collect();
        lists.extend([key::of_plan(plan), key::of_round(round)]);
        if let ParcelFact::Loaded(said) = fact
            && said.before != said.round
        {
            lists.push(key::of_round(&said.before));
        }
        lists
    }

    fn listed(&self) -> Vec<String> {
        let status = key::of_status(self.status.name());
        vec![status, key::of_plan(&self.plan), key::of_round(&self.round)]
    }
}
