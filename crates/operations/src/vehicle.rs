//! A vehicle: where it belongs, whether it is out, what it was filled with.

use crate::fact::facts;
use crate::field::{Amount, Carrier, Id, Moment};
use crate::view::{At, View};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A vehicle is ours; said again where its type changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VehicleRegistered {
    /// Where it is at home.
    pub site: Id,
    /// Its type.
    pub vehicle_type: Id,
    /// What it runs on.
    pub carrier: Carrier,
}

/// A vehicle is out on a round, or home from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VehicleOnRound {
    /// Which round.
    pub round: Id,
}

/// Fuel was filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VehicleRefuelled {
    /// How much.
    pub fuel_ml: Amount,
}

/// A charging session is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChargingEnded {
    /// At which site's plug.
    pub site: Id,
    /// Plugged in.
    pub from: Moment,
    /// Unplugged.
    pub until: Moment,
    /// Through the plug.
    pub energy_wh: Amount,
}

facts! {
    /// What may happen to a vehicle.
    VehicleFact {
        /// It is ours.
        Registered(VehicleRegistered) = "vehicle-registered",
        /// It is out.
        Departed(VehicleOnRound) = "vehicle-departed",
        /// It is home.
        Returned(VehicleOnRound) = "vehicle-returned",
        /// Fuel was filled in.
        Refuelled(VehicleRefuelled) = "vehicle-refuelled",
        /// A charging session is over.
        Charged(ChargingEnded) = "charging-ended",
    }
}

/// A vehicle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "id": "W1-electric_van-1", "site": "W1", "vehicle_type": "electric_van",
    "carrier": "electric", "rounds": 3, "fuel_ml": 0, "energy_wh": 41000,
    "version": 9, "updated_at": "2026-07-14T14:12:00+00:00",
}))]
pub struct VehicleView {
    /// Its id: `SITE-TYPE-N`.
    pub id: String,
    /// Where it is at home.
    pub site: Id,
    /// Its type.
    pub vehicle_type: Id,
    /// What it runs on.
    pub carrier: Carrier,
    /// The round that it is out on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub round: Option<Id>,
    /// Rounds that it came home from.
    pub rounds: u64,
    /// Fuel filled in, in all.
    pub fuel_ml: u64,
    /// Electricity charged, in all.
    pub energy_wh: u64,
    /// Version of its stream.
    pub version: u64,
    /// When something last happened to it.
    pub updated_at: String,
}

impl View for VehicleView {
    type Fact = VehicleFact;
    const KIND: &'static str = "vehicle";
    const PROJECTION: &'static str = "vehicles";

    fn take(before: Option<Self>, fact: VehicleFact, at: At) -> Option<Self> {
        let mut view = match (before, fact) {
            (None, VehicleFact::Registered(said)) => Self {
                id: at.id.into(),
                site: said.site,
                vehicle_type: said.vehicle_type,
                carrier: said.carrier,
                round: None,
                rounds: 0,
                fuel_ml: 0,
                energy_wh: 0,
                version: 0,
                updated_at: String::new(),
            },
            (None, _) => return None,
            (Some(mut view), fact) => {
                match fact {
                    VehicleFact::Registered(said) => {
                        (view.site, view.vehicle_type) = (said.site, said.vehicle_type);
                        view.carrier = said.carrier;
                    }
                    VehicleFact::Departed(said) => view.round = Some(said.round),
                    VehicleFact::Returned(_) => (view.round, view.rounds) = (None, view.rounds + 1),
                    VehicleFact::Refuelled(said) => {
                        view.fuel_ml = view.fuel_ml.saturating_add(said.fuel_ml.get());
                    }
                    VehicleFact::Charged(said) => {
                        view.energy_wh = view.energy_wh.saturating_add(said.energy_wh.get());
                    }
                }
                view
            }
        };
        (view.version, view.updated_at) = (at.version, at.updated_at);
        Some(view)
    }

    fn lists(_: &VehicleFact) -> Vec<String> {
        Vec::new()
    }

    fn listed(&self) -> Vec<String> {
        Vec::new()
    }
}
