//! Parcels are put on a round's vehicle, and taken off again.

use super::pack::{all_cancelled, tell_orders};
use super::{parcel, round};
use crate::draft::Draft;
use crate::field::Id;
use crate::parcel::{ParcelFact, ParcelLoaded, ParcelStatus, ParcelUnloaded, ParcelView};
use crate::round::{CarriedParcel, RoundFact, RoundLoaded, RoundStatus, RoundUnloaded, RoundView};
use crate::stream;
use events::{Command, Decision, History, Refusal, StreamId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// On which round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"round": "N1-R20260714-001"}))]
pub struct LoadBody {
    /// The round: at the parcel's site, not departed.
    pub round: Id,
}

/// Puts a packed parcel on a round's vehicle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadParcel {
    /// Which parcel.
    pub id: Id,
    /// On which round.
    pub body: LoadBody,
}

fn departed(round: &RoundView) -> Refusal {
    let detail = format!("Round `{}` has departed. Take another", round.id);
    Refusal::state("round-departed", detail)
}

fn check_load(parcel: &ParcelView, round: &RoundView) -> Result<(), Refusal> {
    let id = &parcel.id;
    match parcel.status {
        ParcelStatus::Packed | ParcelStatus::BroughtBack => {}
        ParcelStatus::Planned => {
            let detail = format!("Parcel `{id}` is not packed. Pack it first");
            return Err(Refusal::state("parcel-not-packed", detail));
        }
        ParcelStatus::Loaded | ParcelStatus::Failed => {
            let on = &parcel.round;
            let detail = format!("Parcel `{id}` is on round `{on}`. Unload it there first");
            return Err(Refusal::state("parcel-loaded", detail));
        }
        ParcelStatus::Delivered => {
            let detail = format!("Parcel `{id}` is delivered. Look at its label again");
            return Err(Refusal::state("parcel-delivered", detail));
        }
        ParcelStatus::Cancelled => return Err(all_cancelled(parcel)),
    }
    if round.status != RoundStatus::Planned {
        return Err(departed(round));
    }
    if round.site == parcel.site {
        return Ok(());
    }
    let (at, from) = (&parcel.site, &round.site);
    let detail = format!("Parcel `{id}` is at `{at}`, the round starts at `{from}`. Take another");
    Err(Refusal::state("round-elsewhere", detail))
}

impl Command for LoadParcel {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        Ok(vec![stream::parcel(&self.id), stream::round(&self.body.round)])
    }

    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        let on = &self.body.round;
        let (parcel, round) = (parcel(history, &self.id)?, round(history, on)?);
        check_load(&parcel, &round)?;
        let mut draft = Draft::new(history);
        let carried = CarriedParcel {
            parcel: self.id.clone(),
            plan: parcel.plan.clone(),
            scenario: parcel.scenario.clone(),
            orders: parcel.orders.clone(),
        };
        let loaded = RoundLoaded { plan: round.plan, carried };
        draft.write(&stream::round(on), &RoundFact::Loaded(loaded))?;
        let loaded = ParcelLoaded { plan: parcel.plan, round: on.clone(), before: parcel.round };
        draft.write(&stream::parcel(&self.id), &ParcelFact::Loaded(loaded))?;
        let now = (&self.id, on, ParcelStatus::Loaded);
        tell_orders(&mut draft, &parcel.scenario, &parcel.orders, now)?;
        draft.end()
    }
}

/// Takes a parcel off a round that has not departed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnloadParcel {
    /// Which parcel.
    pub id: Id,
    /// From which round.
    pub body: LoadBody,
}

impl Command for UnloadParcel {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        Ok(vec![stream::parcel(&self.id), stream::round(&self.body.round)])
    }

    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        let on = &self.body.round;
        let (parcel, round) = (parcel(history, &self.id)?, round(history, on)?);
        if parcel.status != ParcelStatus::Loaded || parcel.round != *on {
            let detail = format!("Parcel `{}` is not on round `{on}`. Look it up", self.id);
            return Err(Refusal::state("parcel-not-on-round", detail));
        }
        if round.status != RoundStatus::Planned {
            return Err(departed(&round));
        }
        let mut draft = Draft::new(history);
        let unloaded = RoundUnloaded { plan: round.plan, parcel: self.id.clone() };
        draft.write(&stream::round(on), &RoundFact::Unloaded(unloaded))?;
        let status = parcel.status_ashore();
        let unloaded = ParcelUnloaded { plan: parcel.plan, round: on.clone() };
        draft.write(&stream::parcel(&self.id), &ParcelFact::Unloaded(unloaded))?;
        let now = (&self.id, on, status);
        tell_orders(&mut draft, &parcel.scenario, &parcel.orders, now)?;
        draft.end()
    }
}
