//! A plan, from the question to its release; and which release is under way.

use crate::fact::facts;
use crate::field::{FileEntry, Id};
use crate::key;
use crate::view::{At, View};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// A plan was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanAsked {
    /// Of which scenario.
    pub scenario: Id,
    /// Version of the scenario's stream.
    pub scenario_version: u64,
    /// How many orders are to be planned.
    pub orders: u64,
    /// What the planner is told beside.
    pub options: Map<String, Value>,
}

/// A worker began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanStarted {
    /// Which attempt, from 1.
    pub attempt: u32,
}

/// It is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanFinished {
    /// `summary.json` of the run.
    pub summary: Map<String, Value>,
    /// Its files.
    pub files: Vec<FileEntry>,
}

/// It cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanFailed {
    /// Why.
    pub reason: String,
}

/// Nothing more is to be said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nothing {}

facts! {
    /// What may happen to a plan.
    PlanFact {
        /// It was asked for.
        Asked(PlanAsked) = "plan-asked",
        /// A worker began.
        Started(PlanStarted) = "plan-started",
        /// It is there.
        Finished(PlanFinished) = "plan-finished",
        /// It cannot be made.
        Failed(PlanFailed) = "plan-failed",
        /// It is not wanted any more.
        Cancelled(Nothing) = "plan-cancelled",
        /// It is to be carried out.
        ReleaseAsked(Nothing) = "plan-release-asked",
        /// Its orders, parcels and rounds are all there.
        Released(Nothing) = "plan-released",
    }
}

/// A release began or ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseOf {
    /// Of which plan.
    pub plan: Id,
}

facts! {
    /// What may happen to the one release that may be under way.
    ReleaseFact {
        /// It began.
        Started(ReleaseOf) = "release-started",
        /// It ended.
        Ended(ReleaseOf) = "release-ended",
    }
}

/// How far a plan is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(example = "finished")]
pub enum PlanStatus {
    /// Waits for a worker.
    Asked,
    /// A worker is at it.
    Running,
    /// There, and not carried out.
    Finished,
    /// It cannot be made.
    Failed,
    /// Not wanted any more.
    Cancelled,
    /// Its orders, parcels and rounds are being written.
    Releasing,
    /// It is carried out.
    Released,
}

impl PlanStatus {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Asked,
        Self::Running,
        Self::Finished,
        Self::Failed,
        Self::Cancelled,
        Self::Releasing,
        Self::Released,
    ];

    /// As files and keys name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Running => "running",
            Self::Finished => "finished",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Releasing => "releasing",
            Self::Released => "released",
        }
    }
}

/// A plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "id": "N1", "status": "finished", "scenario": "downtown", "scenario_version": 1,
    "orders": 12, "options": {}, "attempt": 1, "summary": {"orders": 12}, "files": [],
    "version": 3, "updated_at": "2026-07-14T14:12:00+00:00",
}))]
pub struct PlanView {
    /// Its id.
    pub id: String,
    /// How far it is.
    pub status: PlanStatus,
    /// Of which scenario.
    pub scenario: Id,
    /// Version of the scenario's stream.
    pub scenario_version: u64,
    /// How many orders are to be planned.
    pub orders: u64,
    /// What the planner is told beside.
    #[schema(value_type = Object)]
    pub options: Map<String, Value>,
    /// The attempt that a worker is or was at; 0 before the first.
    pub attempt: u32,
    /// `summary.json` of the run, once it is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub summary: Option<Map<String, Value>>,
    /// Its files.
    pub files: Vec<FileEntry>,
    /// Why it cannot be made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Version of its stream.
    pub version: u64,
    /// When something last happened to it.
    pub updated_at: String,
}

impl PlanView {
    fn asked(said: PlanAsked, id: &str) -> Self {
        Self {
            id: id.into(),
            status: PlanStatus::Asked,
            scenario: said.scenario,
            scenario_version: said.scenario_version,
            orders: said.orders,
            options: said.options,
            attempt: 0,
            summary: None,
            files: Vec::new(),
            reason: None,
            version: 0,
            updated_at: String::new(),
        }
    }

    fn then(mut self, fact: PlanFact) -> Option<Self> {
        self.status = match fact {
            PlanFact::Asked(_) => return None,
            PlanFact::Started(said) => {
                self.attempt = said.attempt;
                PlanStatus::Running
            }
            PlanFact::Finished(said) => {
                (self.summary, self.files) = (Some(said.summary), said.files);
                PlanStatus::Finished
            }
            PlanFact::Failed(said) => {
                self.reason = Some(said.reason);
                PlanStatus::Failed
            }
            PlanFact::Cancelled(_) => PlanStatus::Cancelled,
            PlanFact::ReleaseAsked(_) => PlanStatus::Releasing,
            PlanFact::Released(_) => PlanStatus::Released,
        };
        Some(self)
    }
}

impl View for PlanView {
    type Fact = PlanFact;
    const KIND: &'static str = "plan";
    const PROJECTION: &'static str = "plans";

    fn take(before: Option<Self>, fact: PlanFact, at: At) -> Option<Self> {
        let mut view = match (before, fact) {
            (None, PlanFact::Asked(said)) => Self::asked(said, at.id),
            (None, _) => return None,
            (Some(view), fact) => view.then(fact)?,
        };
        (view.version, view.updated_at) = (at.version, at.updated_at);
        Some(view)
    }

    fn lists(_: &PlanFact) -> Vec<String> {
        PlanStatus::ALL.map(|status| key::of_status(status.name())).into()
    }

    fn listed(&self) -> Vec<String> {
        vec![key::of_status(self.status.name())]
    }
}
