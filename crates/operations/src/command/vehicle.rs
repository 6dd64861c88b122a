//! Vehicles are refuelled and charged.

use super::vehicle;
use crate::draft::Draft;
use crate::fact::Fact;
use crate::field::{Amount, Id, Moment};
use crate::stream;
use crate::vehicle::{ChargingEnded, VehicleFact, VehicleRefuelled};
use events::{Command, Decision, History, Refusal, StreamId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How much fuel was filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"fuel_ml": 42300}))]
pub struct RefuelBody {
    /// How much.
    pub fuel_ml: Amount,
}

/// Fuel was filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefuelVehicle {
    /// Which vehicle.
    pub id: Id,
    /// How much.
    pub body: RefuelBody,
}

fn wrong_carrier(id: &Id, does: &str) -> Refusal {
    Refusal::state("wrong-carrier", format!("Vehicle `{id}` {does}. Look which one it was"))
}

impl Command for RefuelVehicle {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        Ok(vec![stream::vehicle(&self.id)])
    }

    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        if vehicle(history, &self.id)?.carrier.is_electric() {
            return Err(wrong_carrier(&self.id, "burns no fuel"));
        }
        let mut draft = Draft::new(history);
        let refuelled = VehicleRefuelled { fuel_ml: self.body.fuel_ml };
        draft.write(&stream::vehicle(&self.id), &VehicleFact::Refuelled(refuelled))?;
        draft.end()
    }
}

/// A charging session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "site": "W1", "from": "2026-07-14T19:00:00-06:00", "until": "2026-07-15T01:30:00-06:00",
    "energy_wh": 38500,
}))]
pub struct ChargingBody {
    /// At which site's plug.
    pub site: Id,
    /// Plugged in.
    pub from: Moment,
    /// Unplugged.
    pub until: Moment,
    /// Through the plug.
    pub energy_wh: Amount,
}

/// A charging session is over. The same one again changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndCharging {
    /// Which vehicle.
    pub id: Id,
    /// The session.
    pub body: ChargingBody,
}

/// Refuses a span that ends before it begins.
pub(super) fn check_span(from: &Moment, until: &Moment) -> Result<(), Refusal> {
    if from.instant() < until.instant() {
        return Ok(());
    }
    let detail = format!("From {from} until {until} is no time. Turn it round");
    Err(Refusal::state("span-backwards", detail))
}

impl Command for EndCharging {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        Ok(vec![stream::vehicle(&self.id)])
    }

    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        let own = stream::vehicle(&self.id);
        if !vehicle(history, &self.id)?.carrier.is_electric() {
            return Err(wrong_carrier(&self.id, "has no battery"));
        }
        let ChargingBody { site, from, until, energy_wh } = self.body.clone();
        check_span(&from, &until)?;
        let ended = ChargingEnded { site, from, until, energy_wh };
        for event in history.stream(&own) {
            let Ok(VehicleFact::Charged(known)) = VehicleFact::read(event) else { continue };
            if known == ended {
                return Ok(Decision::default());
            }
            if known.from.instant() < ended.until.instant()
                && ended.from.instant() < known.until.instant()
            {
                let (from, until) = (&known.from, &known.until);
                let detail = format!(
                    "Vehicle `{}` charged from {from} until {until} already. Correct the times",
                    self.id
                );
                return Err(Refusal::state("charging-overlaps", detail));
            }
        }
        let mut draft = Draft::new(history);
        draft.write(&own, &VehicleFact::Charged(ended))?;
        draft.end()
    }
}
