//! Cartons are counted.

use super::bounded;
use super::scenario::twice;
use crate::draft::Draft;
use crate::field::Id;
use crate::scenario::CartonCount;
use crate::stock::{StockCounted, StockFact, StockView};
use crate::stream;
use crate::view::find;
use events::{Command, Decision, History, Refusal, StreamId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// All cartons of a site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"cartons": [{"carton": "MIDDLE", "new": 498, "reused": 3}]}))]
pub struct CountBody {
    /// By kind; what is not named is not there.
    #[schema(max_items = 1000)]
    pub cartons: Vec<CartonCount>,
}

/// The cartons of a site were counted. What is known already changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountStock {
    /// The site.
    pub site: Id,
    /// What was found.
    pub body: CountBody,
}

impl Command for CountStock {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        bounded("cartons", self.body.cartons.len(), 0, 1_000)?;
        twice("carton-twice", "Carton", self.body.cartons.iter().map(|one| &one.carton))?;
        Ok(vec![stream::stock(&self.site)])
    }

    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        let own = stream::stock(&self.site);
        let mut cartons = self.body.cartons.clone();
        cartons.sort_by(|a, b| a.carton.cmp(&b.carton));
        if find::<StockView>(history, &own)?.is_some_and(|known| known.cartons == cartons) {
            return Ok(Decision::default());
        }
        let mut draft = Draft::new(history);
        draft.write(&own, &StockFact::Counted(StockCounted { cartons }))?;
        draft.end()
    }
}
