//! A station: the cartons that consumers left there, and what they are good for.

use crate::fact::facts;
use crate::field::{Amount, Id};
use crate::plan::Nothing;
use crate::view::{At, View};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a carton handed back is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(example = "reuse")]
pub enum Grade {
    /// Whole and clean: back into stock.
    Reuse,
    /// Torn: to the paper mill.
    Recycle,
    /// Soiled: to the landfill.
    Refuse,
}

/// A carton was handed back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartonHandedBack {
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

facts! {
    /// What may happen at a station.
    StationFact {
        /// It is open.
        Opened(Nothing) = "station-opened",
        /// A carton was handed back.
        HandedBack(CartonHandedBack) = "carton-handed-back",
    }
}

/// Cartons of one kind that were handed back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({"carton": "MIDDLE", "reuse": 12, "recycle": 3, "refuse": 0}))]
pub struct HandedBackCount {
    /// Which kind.
    pub carton: Id,
    /// Back into stock.
    pub reuse: u64,
    /// To the mill.
    pub recycle: u64,
    /// To the landfill.
    pub refuse: u64,
}

/// A station.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "id": "S1", "reuse": 12, "recycle": 3, "refuse": 0,
    "cartons": [{"carton": "MIDDLE", "reuse": 12, "recycle": 3, "refuse": 0}],
    "version": 16, "updated_at": "2026-07-14T14:12:00+00:00",
}))]
pub struct StationView {
    /// Its site.
    pub id: String,
    /// Cartons that went back into stock.
    pub reuse: u64,
    /// Cartons that went to the mill.
    pub recycle: u64,
    /// Cartons that went to the landfill.
    pub refuse: u64,
    /// The same by kind of carton.
    pub cartons: Vec<HandedBackCount>,
    /// Version of its stream.
    pub version: u64,
    /// When something last happened there.
    pub updated_at: String,
}

impl StationView {
    fn count(&mut self, said: CartonHandedBack) {
        let place = match self.cartons.binary_search_by(|one| one.carton.cmp(&said.carton)) {
            Ok(place) => place,
            Err(place) => {
                let new = HandedBackCount { carton: said.carton, reuse: 0, recycle: 0, refuse: 0 };
                self.cartons.insert(place, new);
                place
            }
        };
        let kind = &mut self.cartons[place];
        let (all, of_kind) = match said.grade {
            Grade::Reuse => (&mut self.reuse, &mut kind.reuse),
            Grade::Recycle => (&mut self.recycle, &mut kind.recycle),
            Grade::Refuse => (&mut self.refuse, &mut kind.refuse),
        };
        *all += 1;
        *of_kind += 1;
    }
}

impl View for StationView {
    type Fact = StationFact;
    const KIND: &'static str = "station";
    const PROJECTION: &'static str = "stations";

    fn take(before: Option<Self>, fact: StationFact, at: At) -> Option<Self> {
        let mut view = match (before, fact) {
            (None, StationFact::Opened(_)) => Self {
                id: at.id.into(),
                reuse: 0,
                recycle: 0,
                refuse: 0,
                cartons: Vec::new(),
                version: 0,
                updated_at: String::new(),
            },
            (Some(mut view), StationFact::HandedBack(said)) => {
                view.count(said);
                view
            }
            (None, _) | (Some(_), StationFact::Opened(_)) => return None,
        };
        (view.version, view.updated_at) = (at.version, at.updated_at);
        Some(view)
    }

    fn lists(_: &StationFact) -> Vec<String> {
        Vec::new()
    }

    fn listed(&self) -> Vec<String> {
        Vec::new()
    }
}
