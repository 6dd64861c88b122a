//! Plans are asked for, made, and end.

use super::{bounded, plan};
use crate::draft::Draft;
use crate::field::{FileEntry, Id};
use crate::plan::{
    Nothing, PlanAsked, PlanFact, PlanFailed, PlanFinished, PlanStarted, PlanStatus, PlanView,
};
use crate::scenario::ScenarioView;
use crate::stream;
use crate::view::find;
use events::{Command, Decision, History, Refusal, StreamId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// What is to be planned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"scenario": "downtown", "options": {"seed": 7}}))]
pub struct PlanBody {
    /// Open orders of which scenario.
    pub scenario: Id,
    /// What the planner is told beside.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub options: Map<String, Value>,
}

/// Asks for a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskPlan {
    /// Its id.
    pub id: Id,
    /// How many orders are open.
    pub orders: u64,
    /// What is to be planned.
    pub body: PlanBody,
}

impl Command for AskPlan {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        Ok(vec![stream::plan(&self.id), stream::scenario(&self.body.scenario)])
    }

    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        let own = stream::plan(&self.id);
        let PlanBody { scenario, options } = self.body.clone();
        if let Some(known) = find::<PlanView>(history, &own)? {
            if known.scenario == scenario && known.options == options {
                return Ok(Decision::default());
            }
            let detail = format!("Plan `{}` was asked for otherwise. Use a new id", self.id);
            return Err(Refusal::state("plan-differs", detail));
        }
        let of = stream::scenario(&scenario);
        let Some(set) = find::<ScenarioView>(history, &of)? else {
            let detail = format!("There is no scenario `{scenario}`. Set it first");
            return Err(Refusal::missing("scenario-unknown", detail));
        };
        let mut draft = Draft::new(history);
        draft.guard(&of);
        let (scenario_version, orders) = (set.version, self.orders);
        let asked = PlanAsked { scenario, scenario_version, orders, options };
        draft.write(&own, &PlanFact::Asked(asked))?;
        draft.end()
    }
}

fn ended(view: &PlanView) -> Refusal {
    let detail = format!("Plan `{}` is {}. Ask for a new one", view.id, view.status.name());
    Refusal::state("plan-ended", detail)
}

fn write(history: &History, id: &Id, fact: &PlanFact) -> Result<Decision, Refusal> {
    let mut draft = Draft::new(history);
    draft.write(&stream::plan(id), fact)?;
    draft.end()
}

/// A worker begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartPlan {
    /// Which plan.
    pub id: Id,
    /// Which attempt, from 1; each is later than the one before.
    pub attempt: u32,
}

impl Command for StartPlan {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        Ok(vec![stream::plan(&self.id)])
    }

    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        let view = plan(history, &self.id)?;
        match view.status {
            PlanStatus::Asked | PlanStatus::Running if self.attempt > view.attempt => {
                let started = PlanStarted { attempt: self.attempt };
                write(history, &self.id, &PlanFact::Started(started))
            }
            PlanStatus::Asked | PlanStatus::Running => {
                let detail = format!("Attempt {} was made. Count on", view.attempt);
                Err(Refusal::state("plan-attempt-made", detail))
            }
            _ => Err(ended(&view)),
        }
    }
}

/// A plan is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FinishPlan {
    /// Which plan.
    pub id: Id,
    /// `summary.json` of the run.
    pub summary: Map<String, Value>,
    /// Its files.
    pub files: Vec<FileEntry>,
}

impl Command for FinishPlan {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        bounded("files", self.files.len(), 0, 1_000)?;
        Ok(vec![stream::plan(&self.id)])
    }

    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        let view = plan(history, &self.id)?;
        match view.status {
            PlanStatus::Running => {
                let (summary, files) = (self.summary.clone(), self.files.clone());
                write(history, &self.id, &PlanFact::Finished(PlanFinished { summary, files }))
            }
            PlanStatus::Asked => Err(not_started(&view)),
            _ => Err(ended(&view)),
        }
    }
}

fn not_started(view: &PlanView) -> Refusal {
    let detail = format!("No worker is at plan `{}`. Start it first", view.id);
    Refusal::state("plan-not-started", detail)
}

/// A plan cannot be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailPlan {
    /// Which plan.
    pub id: Id,
    /// Why.
    pub reason: String,
}

impl Command for FailPlan {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        Ok(vec![stream::plan(&self.id)])
    }

    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        let view = plan(history, &self.id)?;
        match view.status {
            PlanStatus::Asked | PlanStatus::Running => {
                let failed = PlanFailed { reason: self.reason.clone() };
                write(history, &self.id, &PlanFact::Failed(failed))
            }
            _ => Err(ended(&view)),
        }
    }
}

/// A plan is not wanted any more. A second time changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CancelPlan {
    /// Which plan.
    pub id: Id,
}

impl Command for CancelPlan {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        Ok(vec![stream::plan(&self.id)])
    }

    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        let view = plan(history, &self.id)?;
        match view.status {
            PlanStatus::Cancelled => Ok(Decision::default()),
            PlanStatus::Asked | PlanStatus::Running => {
                write(history, &self.id, &PlanFact::Cancelled(Nothing {}))
            }
            _ => Err(ended(&view)),
        }
    }
}
