//! The rules of appending: what is known and what is asked for in, what is to be written out.
//!
//! Pure. Both databases load what is known ([`Known`]) under the lock of the tenant's row, ask here, and
//! write the rows. Each append of a batch sees what those before it did, and is refused alone.

use crate::append::{Append, Appended, Expected, Message, Person};
use crate::clock::Timestamp;
use crate::digest::{Digest, link};
use crate::error::EventsError;
use crate::event::Event;
use crate::text::{StreamId, Tenant};
use std::collections::{BTreeMap, BTreeSet};

/// Where a tenant stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Position of its last event.
    pub position: u64,
    /// Number of its last message.
    pub outbox_seq: u64,
    /// Month of its last event; 0 before the first.
    pub month: i64,
    /// Time of what was written last.
    pub recorded_at: Timestamp,
    /// Digest of its last event.
    pub digest: Digest,
}

impl Head {
    /// A tenant without events.
    pub const EMPTY: Self = Self {
        position: 0,
        outbox_seq: 0,
        month: 0,
        recorded_at: Timestamp::from_micros(0),
        digest: Digest::ZERO,
    };
}

/// What an idempotency key keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The key.
    pub key: String,
    /// Digest of the request.
    pub request: Digest,
    /// What was answered.
    pub answer: String,
    /// Position of the first event.
    pub first: u64,
    /// Position of the last event.
    pub last: u64,
    /// When.
    pub recorded_at: Timestamp,
}

/// What the store holds of all that a batch touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Where the tenant stands.
    pub head: Head,
    /// Versions of the streams that exist.
    pub versions: BTreeMap<StreamId, u64>,
    /// Idempotency keys that were used.
    pub kept: BTreeMap<String, Kept>,
    /// Persons that were erased.
    pub erased: BTreeSet<String>,
}

/// A stream that moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// The version that it has now.
    pub version: u64,
    /// Month of its first new event.
    pub first_month: i64,
    /// Month of its last event.
    pub last_month: i64,
}

/// What is to be written for a tenant, in one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// Where the tenant then stands.
    pub head: Head,
    /// New events by position.
    pub events: Vec<Event>,
    /// Streams that moved.
    pub moved: BTreeMap<StreamId, Moved>,
    /// Positions at which a new month begins.
    pub months: BTreeMap<i64, u64>,
    /// New idempotency keys.
    pub kept: Vec<Kept>,
    /// New messages with their numbers and times.
    pub messages: Vec<(u64, Timestamp, Message)>,
    /// Personal data with the time of its writing; of two for one person the later.
    pub persons: BTreeMap<String, (Timestamp, Person)>,
}

impl Planned {
    /// Nothing is to be written.
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
            && self.kept.is_empty()
            && self.messages.is_empty()
            && self.persons.is_empty()
    }
}

/// What a batch asks about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Asked {
    /// Streams.
    pub streams: BTreeSet<StreamId>,
    /// Idempotency keys.
    pub keys: BTreeSet<String>,
    /// Persons.
    pub persons: BTreeSet<String>,
}

impl Asked {
    /// By those appends.
    pub fn by<'a>(appends: impl IntoIterator<Item = &'a Append>) -> Self {
        let mut asked = Self::default();
        for append in appends {
            asked.streams.extend(append.writes.iter().map(|write| write.stream.clone()));
            asked.keys.extend(append.once.iter().map(|once| once.key.clone()));
            asked.persons.extend(append.persons.iter().map(|person| person.person.clone()));
        }
        asked
    }
}

/// Decides on appends of one tenant, in their order; an answer for each.
pub fn plan(
    tenant: &Tenant,
    known: Known,
    appends: Vec<Append>,
) -> (Planned, Vec<Result<Appended, EventsError>>) {
    let Known { head, versions, kept, erased } = known;
    let planned = Planned {
        head,
        events: Vec::new(),
        moved: BTreeMap::new(),
        months: BTreeMap::new(),
        kept: Vec::new(),
        messages: Vec::new(),
        persons: BTreeMap::new(),
    };
    let mut planner = Planner { tenant, versions, kept, erased, planned };
    let answers = appends.into_iter().map(|append| planner.decide(append)).collect();
    (planner.planned, answers)
}

struct Planner<'a> {
    tenant: &'a Tenant,
    versions: BTreeMap<StreamId, u64>,
    kept: BTreeMap<String, Kept>,
    erased: BTreeSet<String>,
    planned: Planned,
}

impl Planner<'_> {
    fn decide(&mut self, append: Append) -> Result<Appended, EventsError> {
        assert_eq!(append.tenant, *self.tenant, "a batch is one tenant's");
        if let Some(answer) = self.replay(&append)? {
            return Ok(answer);
        }
        self.admit(&append)?;
        let first = self.planned.head.position + 1;
        let recorded_at = append.recorded_at.max(self.planned.head.recorded_at);
        self.planned.head.recorded_at = recorded_at;
        for write in &append.writes {
            self.write(write, &append, recorded_at);
        }
        for message in append.messages {
            self.planned.head.outbox_seq += 1;
            self.planned.messages.push((self.planned.head.outbox_seq, recorded_at, message));
        }
        for person in append.persons {
            self.planned.persons.insert(person.person.clone(), (recorded_at, person));
        }
        let last = self.planned.head.position;
        let answer = append.once.map(|once| {
            let kept = Kept {
                key: once.key,
                request: once.request,
                answer: once.answer.clone(),
                first,
                last,
                recorded_at,
            };
            self.kept.insert(kept.key.clone(), kept.clone());
            self.planned.kept.push(kept);
            once.answer
        });
        Ok(Appended { first, last, answer, replayed: false })
    }

    /// The answer of the first time, if the key was used for this request.
    fn replay(&self, append: &Append) -> Result<Option<Appended>, EventsError> {
        let Some(once) = &append.once else { return Ok(None) };
        let Some(kept) = self.kept.get(&once.key) else { return Ok(None) };
        if kept.request != once.request {
            return Err(EventsError::KeyReused { key: once.key.clone() });
        }
        let answer = Some(kept.answer.clone());
        Ok(Some(Appended { first: kept.first, last: kept.last, answer, replayed: true }))
    }

    /// All of an append, or nothing: every stream is looked at before anything is changed.
    fn admit(&self, append: &Append) -> Result<(), EventsError> {
        let mut moved: BTreeMap<&StreamId, u64> = BTreeMap::new();
        for write in &append.writes {
            let stream = &write.stream;
            let actual = moved
                .get(stream)
                .or_else(|| self.versions.get(stream))
                .copied()
                .unwrap_or_default();
            if let Expected::Version(version) = write.expected
                && version != actual
            {
                let (stream, expected) = (stream.clone(), write.expected);
                return Err(EventsError::Conflict { stream, expected, actual });
            }
            moved.insert(stream, actual + write.events.len() as u64);
        }
        match append.persons.iter().find(|person| self.erased.contains(&person.person)) {
            Some(person) => Err(EventsError::Erased { person: person.person.clone() }),
            None => Ok(()),
        }
    }

    fn write(&mut self, write: &crate::append::Write, append: &Append, recorded_at: Timestamp) {
        if write.events.is_empty() {
            return;
        }
        let version = self.versions.entry(write.stream.clone()).or_default();
        let head = &mut self.planned.head;
        let month = recorded_at.month();
        if head.month != month {
            head.month = month;
            self.planned.months.insert(month, head.position + 1);
        }
        for new in &write.events {
            *version += 1;
            head.position += 1;
            let mut event = Event {
                tenant: self.tenant.clone(),
                position: head.position,
                stream: write.stream.clone(),
                version: *version,
                event_type: new.event_type.clone(),
                schema_version: new.schema_version,
                payload: new.payload.clone(),
                actor: append.actor.clone(),
                recorded_at,
                correlation: append.correlation.clone(),
                causation: append.causation,
                digest: Digest::ZERO,
            };
            event.digest = link(&head.digest, &event);
            head.digest = event.digest;
            self.planned.events.push(event);
        }
        let new = Moved { version: *version, first_month: month, last_month: month };
        let moved = self.planned.moved.entry(write.stream.clone()).or_insert(new);
        (moved.version, moved.last_month) = (*version, month);
    }
}

#[cfg(test)]
#[path = "test_plan.rs"]
mod tests;
