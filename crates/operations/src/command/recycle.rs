//! Cartons are handed back.

use super::{missing, parcel};
use crate::draft::Draft;
use crate::field::{Amount, Id};
use crate::package::Package;
use crate::parcel::{CartonReturned, ParcelFact, ParcelStatus, ParcelView};
use crate::station::{CartonHandedBack, Grade, StationFact, StationView};
use crate::stock::{CartonAdded, StockFact};
use crate::stream;
use crate::view::find;
use events::{Command, Decision, History, Refusal, StreamId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A carton that was handed back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "carton": "MIDDLE", "parcel": "N1-P20260714-00001", "grade": "reuse", "mass_g": 279,
}))]
pub struct HandBackBody {
    /// Its kind.
    pub carton: Id,
    /// The parcel that it was, where that can still be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parcel: Option<Id>,
    /// What it is good for.
    pub grade: Grade,
    /// Its mass as weighed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mass_g: Option<Amount>,
}

/// A carton is handed back at a station; one that is fit for use raises the stock of its site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandBackCarton {
    /// The station's site.
    pub station: Id,
    /// The carton.
    pub body: HandBackBody,
}

impl HandBackCarton {
    fn check(&self, view: &ParcelView) -> Result<(), Refusal> {
        let (id, carton) = (&view.id, &self.body.carton);
        if view.status != ParcelStatus::Delivered {
            let status = view.status.name();
            let detail = format!("Parcel `{id}` is {status}. Give the carton without a parcel");
            return Err(Refusal::state("parcel-not-delivered", detail));
        }
        if view.returned.is_some() {
            let detail = format!("The carton of parcel `{id}` was handed back. Look at its label");
            return Err(Refusal::state("carton-handed-back", detail));
        }
        match &view.package {
            Some(Package::Carton { carton: own, .. }) if own == carton => Ok(()),
            _ => {
                let detail =
                    format!("Parcel `{id}` was in no carton `{carton}`. Look at its label");
                Err(Refusal::state("carton-differs", detail))
            }
        }
    }
}

impl Command for HandBackCarton {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        let mut streams = vec![stream::station(&self.station)];
        streams.extend(self.body.parcel.as_ref().map(stream::parcel));
        Ok(streams)
    }

    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        let own = stream::station(&self.station);
        if find::<StationView>(history, &own)?.is_none() {
            return Err(missing("station-unknown", "station", &self.station));
        }
        let mut draft = Draft::new(history);
        let HandBackBody { carton, parcel: from, grade, mass_g } = self.body.clone();
        if let Some(id) = &from {
            let view = parcel(history, id)?;
            self.check(&view)?;
            let (plan, round, station) = (view.plan, view.round, self.station.clone());
            let returned = CartonReturned { plan, round, station, grade, mass_g };
            draft.write(&stream::parcel(id), &ParcelFact::CartonReturned(returned))?;
        }
        if grade == Grade::Reuse {
            let added = CartonAdded { carton: carton.clone(), parcel: from.clone() };
            draft.tell(&stream::stock(&self.station), &StockFact::Added(added))?;
        }
        // A station is opened once and never closes: nothing that others do there matters here.
        let back = CartonHandedBack { carton, parcel: from, grade, mass_g };
        draft.tell(&own, &StationFact::HandedBack(back))?;
        draft.end()
    }
}
