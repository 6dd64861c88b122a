//! The cartons at a site.

use crate::fact::facts;
use crate::field::{AMOUNT_MAX, Amount, Id};
use crate::scenario::CartonCount;
use crate::view::{At, View};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// All cartons of a site were counted; what is not named is not there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockCounted {
    /// By kind.
    pub cartons: Vec<CartonCount>,
}

/// A carton was taken for a parcel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartonTaken {
    /// Its kind.
    pub carton: Id,
    /// It was used before.
    pub reused: bool,
    /// For which parcel.
    pub parcel: Id,
}

/// A carton that was handed back went into stock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartonAdded {
    /// Its kind.
    pub carton: Id,
    /// The parcel that it was, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parcel: Option<Id>,
}

facts! {
    /// What may happen to a site's cartons.
    StockFact {
        /// They were counted.
        Counted(StockCounted) = "stock-counted",
        /// One was taken.
        Taken(CartonTaken) = "carton-taken",
        /// One was added.
        Added(CartonAdded) = "carton-added",
    }
}

/// The cartons at a site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "id": "W1", "cartons": [{"carton": "MIDDLE", "new": 498, "reused": 3}],
    "version": 4, "updated_at": "2026-07-14T14:12:00+00:00",
}))]
pub struct StockView {
    /// The site.
    pub id: String,
    /// By kind, sorted.
    pub cartons: Vec<CartonCount>,
    /// Version of its stream.
    pub version: u64,
    /// When something last happened to it.
    pub updated_at: String,
}

impl StockView {
    /// How many of a kind there are.
    pub fn left(&self, carton: &Id, reused: bool) -> u64 {
        let known = self.cartons.iter().find(|one| one.carton == *carton);
        known.map_or(0, |one| if reused { one.reused.get() } else { one.new.get() })
    }

    fn take_one(&mut self, said: &CartonTaken) -> Option<()> {
        let kind = self.cartons.iter_mut().find(|one| one.carton == said.carton)?;
        let left = if said.reused { &mut kind.reused } else { &mut kind.new };
        *left = Amount::new(left.get().checked_sub(1)?).ok()?;
        Some(())
    }

    fn add_one(&mut self, carton: Id) {
        let more = |left: Amount| Amount::new(AMOUNT_MAX.min(left.get() + 1)).unwrap_or(left);
        match self.cartons.binary_search_by(|one| one.carton.cmp(&carton)) {
            Ok(place) => self.cartons[place].reused = more(self.cartons[place].reused),
            Err(place) => {
                let one = CartonCount { carton, new: Amount::ZERO, reused: more(Amount::ZERO) };
                self.cartons.insert(place, one);
            }
        }
    }
}

impl View for StockView {
    type Fact = StockFact;
    const KIND: &'static str = "stock";
    const PROJECTION: &'static str = "stock";

    fn take(before: Option<Self>, fact: StockFact, at: At) -> Option<Self> {
        let mut view = before.unwrap_or_else(|| Self {
            id: at.id.into(),
            cartons: Vec::new(),
            version: 0,
            updated_at: String::new(),
        });
        match fact {
            StockFact::Counted(said) => {
                view.cartons = said.cartons;
                view.cartons.sort_by(|a, b| a.carton.cmp(&b.carton));
            }
            StockFact::Taken(said) => view.take_one(&said)?,
            StockFact::Added(said) => view.add_one(said.carton),
        }
        (view.version, view.updated_at) = (at.version, at.updated_at);
        Some(view)
    }

    fn lists(_: &StockFact) -> Vec<String> {
        Vec::new()
    }

    fn listed(&self) -> Vec<String> {
        Vec::new()
    }
}
