//! Rounds set out, serve their stops and come home.

use super::pack::tell_orders;
use super::scenario::twice;
use super::{bounded, round, vehicle};
use crate::draft::Draft;
use crate::field::{Amount, Id, whole};
use crate::parcel::{
    DeliveryFailed, ParcelArrived, ParcelBroughtBack, ParcelDelivered, ParcelFact, ParcelStatus,
};
use crate::round::{
    HandedOver, NotHandedOver, OnRound, RoundDeparted, RoundFact, RoundParcel, RoundReturned,
    RoundStatus, RoundView, StopServed,
};
use crate::stream;
use crate::vehicle::{VehicleFact, VehicleOnRound, VehicleView};
use events::{Command, Decision, History, Refusal, StreamId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// With what a round sets out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"vehicle": "W1-electric_van-1", "odometer_m": 48210300}))]
pub struct DepartBody {
    /// The vehicle: of the round's type, at its site.
    pub vehicle: Id,
    /// Reading of its odometer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub odometer_m: Option<Amount>,
}

/// A round sets out, once, with what is on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DepartRound {
    /// Which round.
    pub id: Id,
    /// With what.
    pub body: DepartBody,
}

fn check_vehicle(round: &RoundView, vehicle: &VehicleView) -> Result<(), Refusal> {
    let id = &vehicle.id;
    if let Some(out) = &vehicle.round {
        let detail = format!("Vehicle `{id}` is out on round `{out}`. Take another");
        return Err(Refusal::state("vehicle-away", detail));
    }
    if vehicle.vehicle_type != round.vehicle_type || vehicle.carrier != round.carrier {
        let (is, wants) = (&vehicle.vehicle_type, &round.vehicle_type);
        let detail = format!("Vehicle `{id}` is of type `{is}`. Take one of type `{wants}`");
        return Err(Refusal::state("vehicle-of-another-type", detail));
    }
    if vehicle.site != round.site {
        let (is, wants) = (&vehicle.site, &round.site);
        let detail = format!("Vehicle `{id}` is at home at `{is}`. Take one of `{wants}`");
        return Err(Refusal::state("vehicle-of-another-site", detail));
    }
    Ok(())
}

impl Command for DepartRound {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        Ok(vec![stream::round(&self.id), stream::vehicle(&self.body.vehicle)])
    }

    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        let view = round(history, &self.id)?;
        if view.status != RoundStatus::Planned {
            let detail = format!("Round `{}` has departed. It departs once", self.id);
            return Err(Refusal::state("round-departed", detail));
        }
        if view.parcels.is_empty() {
            let detail = format!("Nothing is on round `{}`. Load its parcels first", self.id);
            return Err(Refusal::state("round-empty", detail));
        }
        let DepartBody { vehicle: id, odometer_m } = self.body.clone();
        check_vehicle(&view, &vehicle(history, &id)?)?;
        let mut draft = Draft::new(history);
        let out = VehicleOnRound { round: self.id.clone() };
        draft.write(&stream::vehicle(&id), &VehicleFact::Departed(out))?;
        let departed = RoundDeparted { plan: view.plan, vehicle: id, odometer_m };
        draft.write(&stream::round(&self.id), &RoundFact::Departed(departed))?;
        draft.end()
    }
}

/// What became of the parcels of a stop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "stop": 0,
    "delivered": [{"parcel": "N1-P20260714-00001", "proof": "signature 17"}],
    "failed": [{"parcel": "N1-P20260714-00002", "reason": "nobody at home"}],
}))]
pub struct StopBody {
    /// Which stop, from 0.
    #[schema(maximum = 100_000)]
    #[serde(deserialize_with = "whole")]
    pub stop: u32,
    /// What was handed over.
    #[serde(default)]
    #[schema(max_items = 2000)]
    pub delivered: Vec<HandedOver>,
    /// What was not: it stays on the vehicle, and may be tried again at another stop.
    #[serde(default)]
    #[schema(max_items = 2000)]
    pub failed: Vec<NotHandedOver>,
}

/// Serves a stop of a departed round, once. At a site of ours parcels are not delivered: they go on from
/// there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServeStop {
    /// Which round.
    pub id: Id,
    /// What became of its parcels.
    pub body: StopBody,
}

impl ServeStop {
    fn parcels(&self) -> impl Iterator<Item = &Id> {
        let StopBody { delivered, failed, .. } = &self.body;
        delivered.iter().map(|one| &one.parcel).chain(failed.iter().map(|one| &one.parcel))
    }

    fn check(&self, view: &RoundView) -> Result<(), Refusal> {
        let (id, stop) = (&self.id, self.body.stop);
        check_driving(view)?;
        if stop as usize >= view.stops.len() {
            let n_stops = view.stops.len();
            let detail = format!("Round `{id}` has {n_stops} stops, none is {stop}. Count from 0");
            return Err(Refusal::missing("stop-unknown", detail));
        }
        if view.served.contains(&stop) {
            let detail = format!("Stop {stop} of round `{id}` was served. Look which one it is");
            return Err(Refusal::state("stop-served", detail));
        }
        for parcel in self.parcels() {
            match view.parcel(parcel).map(|one| one.status) {
                Some(OnRound::OnBoard | OnRound::Failed) => {}
                Some(OnRound::Delivered) => {
                    let detail = format!("Parcel `{parcel}` was handed over. Scan it again");
                    return Err(Refusal::state("parcel-handed-over", detail));
                }
                None => {
                    let detail = format!("Parcel `{parcel}` is not on round `{id}`. Scan it again");
                    return Err(Refusal::state("parcel-not-on-round", detail));
                }
            }
        }
        Ok(())
    }
}

fn check_driving(view: &RoundView) -> Result<(), Refusal> {
    match view.status {
        RoundStatus::Departed => Ok(()),
        RoundStatus::Planned => {
            let detail = format!("Round `{}` has not departed. Let it depart first", view.id);
            Err(Refusal::state("round-not-departed", detail))
        }
        RoundStatus::Returned => {
            let detail = format!("Round `{}` is home. It returns once", view.id);
            Err(Refusal::state("round-returned", detail))
        }
    }
}

impl Command for ServeStop {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        bounded("delivered", self.body.delivered.len(), 0, 2_000)?;
        bounded("failed", self.body.failed.len(), 0, 2_000)?;
        twice("parcel-twice", "Parcel", self.parcels())?;
        Ok(vec![stream::round(&self.id)])
    }

    /// While it drives the round alone says what becomes of its parcels: they are told.
    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        let view = round(history, &self.id)?;
        self.check(&view)?;
        let mut draft = Draft::new(history);
        let StopBody { stop, delivered, failed } = self.body.clone();
        let site = view.stops[stop as usize].site.clone();
        let carried =
            |id: &Id| view.parcel(id).expect("each was checked to be on the round").clone();
        for HandedOver { parcel, proof } in &delivered {
            let one = carried(parcel);
            let (plan, round) = (one.plan.clone(), self.id.clone());
            let (fact, status) = if let Some(site) = site.clone() {
                let arrived = ParcelArrived { plan, round, site };
                (ParcelFact::Arrived(arrived), ParcelStatus::Packed)
            } else {
                let delivered = ParcelDelivered { plan, round, proof: proof.clone() };
                (ParcelFact::Delivered(delivered), ParcelStatus::Delivered)
            };
            self.tell(&mut draft, &one, &fact, status)?;
        }
        for NotHandedOver { parcel, reason } in &failed {
            let one = carried(parcel);
            let (plan, round) = (one.plan.clone(), self.id.clone());
            let fact = ParcelFact::Failed(DeliveryFailed { plan, round, reason: reason.clone() });
            self.tell(&mut draft, &one, &fact, ParcelStatus::Failed)?;
        }
        let served = StopServed { plan: view.plan.clone(), stop, delivered, failed };
        draft.write(&stream::round(&self.id), &RoundFact::StopServed(served))?;
        draft.end()
    }
}

impl ServeStop {
    fn tell(
        &self,
        draft: &mut Draft,
        one: &RoundParcel,
        fact: &ParcelFact,
        status: ParcelStatus,
    ) -> Result<(), Refusal> {
        draft.tell(&stream::parcel(&one.parcel), fact)?;
        tell_orders(draft, &one.scenario, &one.orders, (&one.parcel, &self.id, status))
    }
}

/// What a round used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"distance_m": 14900, "energy_wh": 4100}))]
pub struct ReturnBody {
    /// Length as driven.
    pub distance_m: Amount,
    /// Fuel burnt, where it burns any and that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fuel_ml: Option<Amount>,
    /// Electricity out of the battery, where it has one and that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub energy_wh: Option<Amount>,
}

/// A round comes home, once. What was not handed over is back at its site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnRound {
    /// Which round.
    pub id: Id,
    /// What it used.
    pub body: ReturnBody,
}

impl ReturnRound {
    fn check(&self, view: &RoundView) -> Result<(), Refusal> {
        check_driving(view)?;
        let on_board = |one: &&RoundParcel| one.status == OnRound::OnBoard;
        if let Some(one) = view.parcels.iter().find(on_board) {
            let (id, parcel) = (&self.id, &one.parcel);
            let detail = format!("Parcel `{parcel}` is on round `{id}` yet. Say what became of it");
            return Err(Refusal::state("parcels-on-board", detail));
        }
        let wrong =
            if view.carrier.is_electric() { self.body.fuel_ml } else { self.body.energy_wh };
        if wrong.is_some() {
            let (does, field) = if view.carrier.is_electric() {
                ("burns no fuel", "energy_wh")
            } else {
                ("has no battery", "fuel_ml")
            };
            let detail = format!("The vehicle {does}. Give `{field}`");
            return Err(Refusal::state("wrong-carrier", detail));
        }
        Ok(())
    }
}

impl Command for ReturnRound {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        Ok(vec![stream::round(&self.id)])
    }

    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        let view = round(history, &self.id)?;
        self.check(&view)?;
        let mut draft = Draft::new(history);
        let ReturnBody { distance_m, fuel_ml, energy_wh } = self.body.clone();
        let returned = RoundReturned { plan: view.plan.clone(), distance_m, fuel_ml, energy_wh };
        draft.write(&stream::round(&self.id), &RoundFact::Returned(returned))?;
        if let Some(vehicle) = &view.vehicle {
            let home = VehicleOnRound { round: self.id.clone() };
            draft.tell(&stream::vehicle(vehicle), &VehicleFact::Returned(home))?;
        }
        for one in view.parcels.iter().filter(|one| one.status == OnRound::Failed) {
            let (plan, round, site) = (one.plan.clone(), self.id.clone(), view.site.clone());
            let back = ParcelFact::BroughtBack(ParcelBroughtBack { plan, round, site });
            draft.tell(&stream::parcel(&one.parcel), &back)?;
            let now = (&one.parcel, &self.id, ParcelStatus::BroughtBack);
            tell_orders(&mut draft, &one.scenario, &one.orders, now)?;
        }
        draft.end()
    }
}
