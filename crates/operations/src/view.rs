//! A view is what the events of one stream come to: what rules look at, and what is shown.

use crate::fact::{Fact, FactFault};
use crate::key;
use events::{ApplyFault, Event, History, Projection, Refusal, Rows, StreamId, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::borrow::Borrow;
use std::marker::PhantomData;
use std::sync::LazyLock;

/// What a stream came to, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct At<'a> {
    /// Id of the stream.
    pub id: &'a str,
    /// Its version.
    pub version: u64,
    /// Time of its last event, by RFC 3339 in UTC.
    pub updated_at: String,
}

/// What the events of a stream come to.
pub trait View: Clone + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// What may happen to it.
    type Fact: Fact;
    /// Kind of its stream.
    const KIND: &'static str;
    /// Name of its projection.
    const PROJECTION: &'static str;

    /// Takes a fact; `None` where it does not follow from what came before.
    fn take(before: Option<Self>, fact: Self::Fact, at: At) -> Option<Self>;

    /// The row of a thing.
    fn key(id: &str) -> String {
        key::id(id)
    }
    /// Prefixes of the lists that it may enter or leave by a fact.
    fn lists(fact: &Self::Fact) -> Vec<String>;
    /// Prefixes of the lists that it is in.
    fn listed(&self) -> Vec<String>;
}

/// What a thing is after an event.
pub(crate) fn follow<V: View>(
    before: Option<V>,
    fact: V::Fact,
    event: &Event,
) -> Result<V, FactFault> {
    let updated_at = rfc3339(event.recorded_at);
    let at = At { id: event.stream.id(), version: event.version, updated_at };
    V::take(before, fact, at).ok_or_else(|| FactFault::Order {
        stream: event.stream.to_string(),
        version: event.version,
        event_type: event.event_type.clone(),
    })
}

/// What some events of one stream come to; `None` where there are none.
pub fn fold<V: View>(events: &[impl Borrow<Event>]) -> Result<Option<V>, FactFault> {
    let mut view = None;
    for event in events.iter().map(Borrow::borrow) {
        view = Some(follow(view, V::Fact::read(event)?, event)?);
    }
    Ok(view)
}

/// A thing as a command finds it; `None` where it is new.
pub(crate) fn find<V: View>(history: &History, stream: &StreamId) -> Result<Option<V>, Refusal> {
    let step = |before, event: &Event| follow(before, V::Fact::read(event)?, event);
    history.fold(stream, step).map_err(|fault: FactFault| {
        Refusal::state("stream-unreadable", format!("{fault}. Install the version that wrote it"))
    })
}

/// A time by RFC 3339 in UTC. Seconds are enough to read; the event itself has the microseconds.
pub fn rfc3339(at: Timestamp) -> String {
    static UTC: LazyLock<quantity::Zone> =
        LazyLock::new(|| quantity::Zone::parse("UTC").expect("UTC is a zone"));
    /// 9999-12-30T00:00:00Z: later ones cannot be written.
    const LAST: i64 = 253_402_128_000;
    let seconds = at.micros().div_euclid(1_000_000).clamp(0, LAST);
    UTC.rfc3339(quantity::Instant::from_unix(seconds))
}

/// Shows each thing of a kind in a row of its own, and again in each list that it is in.
pub(crate) struct Shown<V>(PhantomData<fn() -> V>);

impl<V> Shown<V> {
    pub(crate) const fn new() -> Self {
        Self(PhantomData)
    }
}

fn content(fault: impl std::fmt::Display) -> ApplyFault {
    ApplyFault::Content(fault.to_string())
}

impl<V: View> Projection for Shown<V> {
    fn name(&self) -> &str {
        V::PROJECTION
    }

    fn revision(&self) -> u32 {
        1
    }

    fn takes(&self, kind: &str) -> bool {
        kind == V::KIND
    }

    fn keys(&self, event: &Event) -> Vec<String> {
        vec![V::key(event.stream.id())]
    }

    /// Its own row tells in which lists it is.
    fn unread_keys(&self, event: &Event) -> Vec<String> {
        let id = event.stream.id();
        // An event that cannot be read touches its row: applying it says why.
        let lists = V::Fact::read(event).map(|fact| V::lists(&fact)).unwrap_or_default();
        lists.iter().map(|prefix| key::listed(prefix, id)).collect()
    }

    fn apply(&self, event: &Event, rows: &mut Rows) -> Result<(), ApplyFault> {
        let id = event.stream.id();
        let own = V::key(id);
        let before: Option<V> =
            rows.get(&own)?.map(serde_json::from_str).transpose().map_err(content)?;
        let was_listed = before.as_ref().map(V::listed).unwrap_or_default();
        let fact = V::Fact::read(event).map_err(content)?;
        let lists = V::lists(&fact);
        let view = follow(before, fact, event).map_err(content)?;
        let value = serde_json::to_string(&view).map_err(content)?;
        let listed = view.listed();
        for prefix in &lists {
            let key = key::listed(prefix, id);
            if listed.contains(prefix) {
                rows.put(&key, value.clone())?;
            } else if was_listed.contains(prefix) {
                rows.remove(&key)?;
            }
        }
        // A list that it is in and that the event did not name would keep an old value.
        if let Some(missed) = listed.iter().find(|prefix| !lists.contains(prefix)) {
            return Err(ApplyFault::NotAsked(key::listed(missed, id)));
        }
        rows.put(&own, value)
    }
}
