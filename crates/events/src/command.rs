//! Commands: a rule over streams that says what is to be recorded, or why not. What the rules are, the
//! crates above know; here is how one is asked without a gap between asking and recording.

use crate::append::{Append, Appended, Once, Person, Write};
use crate::error::EventsError;
use crate::history::History;
use crate::store::Store;
use crate::text::{StreamId, Tenant};
use std::collections::BTreeSet;

/// How often a command is asked again because others wrote to its streams in between.
const TRIES_MAX: usize = 20;

/// What a command comes to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decision {
    /// What is to be recorded.
    pub writes: Vec<Write>,
    /// Personal data that the events refer to.
    pub persons: Vec<Person>,
}

/// Of which nature a refusal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RefusalKind {
    /// What the command is about does not exist.
    Missing,
    /// It cannot be done as things stand; at another time it could.
    State,
    /// The command itself is wrong, whatever the state.
    Content,
}

/// Why a command is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Refusal {
    /// Of which nature.
    pub kind: RefusalKind,
    /// The rule that speaks, as a name that never changes: `parcel-already-loaded`.
    pub rule: &'static str,
    /// What is wrong, with its values, and the mend.
    pub detail: String,
}

impl Refusal {
    /// What the command is about does not exist.
    pub fn missing(rule: &'static str, detail: impl Into<String>) -> Self {
        Self { kind: RefusalKind::Missing, rule, detail: detail.into() }
    }

    /// It cannot be done as things stand.
    pub fn state(rule: &'static str, detail: impl Into<String>) -> Self {
        Self { kind: RefusalKind::State, rule, detail: detail.into() }
    }

    /// The command itself is wrong.
    pub fn content(rule: &'static str, detail: impl Into<String>) -> Self {
        Self { kind: RefusalKind::Content, rule, detail: detail.into() }
    }
}

/// Something that somebody wants done. Pure: the same history gives the same decision.
pub trait Command: Send + Sync {
    /// The streams that its rules look at or that it writes to.
    fn streams(&self) -> Result<Vec<StreamId>, Refusal>;

    /// What is to be recorded, or why not.
    fn decide(&self, history: &History) -> Result<Decision, Refusal>;
}

/// What became of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Executed {
    /// It is recorded.
    Done(Appended),
    /// It was right and changes nothing: no event.
    Nothing,
    /// It is not accepted; nothing was written.
    Refused(Refusal),
}

impl Store {
    /// Asks a command and records what it decides, with nothing in between: where others wrote to its
    /// streams meanwhile it is asked again. A request that took effect before has its answer of then.
    ///
    /// - `head`: who, when, for whom; its idempotency key. What the command decides is added to it.
    /// - `finish`: adds what depends on the decision, such as messages.
    pub async fn execute(
        &self,
        head: &Append,
        command: &dyn Command,
        finish: &(dyn Fn(&mut Append) + Send + Sync),
    ) -> Result<Executed, EventsError> {
        let tenant = &head.tenant;
        let streams = match command.streams() {
            Ok(streams) => streams,
            Err(refusal) => return Ok(Executed::Refused(refusal)),
        };
        let mut met_at = BTreeSet::new();
        for tried in 1.. {
            let _turns = self.turns.take(tenant, &streams, &met_at).await;
            if let Some(before) = self.before(tenant, head.once.as_ref()).await? {
                return Ok(Executed::Done(before));
            }
            let decision = match command.decide(&self.history(tenant, &streams).await?) {
                Ok(decision) => decision,
                Err(refusal) => {
                    // The same request may have taken effect since we looked.
                    let before = self.before(tenant, head.once.as_ref()).await?;
                    return Ok(before.map_or(Executed::Refused(refusal), Executed::Done));
                }
            };
            if decision == Decision::default() {
                return Ok(Executed::Nothing);
            }
            let mut append = head.clone();
            append.writes.extend(decision.writes);
            append.persons.extend(decision.persons);
            finish(&mut append);
            match self.append(append).await {
                Err(EventsError::Conflict { stream, .. }) if tried < TRIES_MAX => {
                    met_at.insert(stream);
                }
                answer => return answer.map(Executed::Done),
            }
        }
        unreachable!("the last try returns")
    }

    /// What a request came to when it took effect before.
    async fn before(
        &self,
        tenant: &Tenant,
        once: Option<&Once>,
    ) -> Result<Option<Appended>, EventsError> {
        let Some(once) = once else { return Ok(None) };
        let kept = self.answered(tenant, &once.key, &once.request).await?;
        Ok(kept.map(|kept| Appended {
            first: kept.first,
            last: kept.last,
            answer: Some(kept.answer),
            replayed: true,
        }))
    }
}
