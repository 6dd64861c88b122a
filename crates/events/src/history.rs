//! All that happened to some streams; and what of it a store remembers, so that a long stream is read and
//! gone through once.
//!
//! Events never change: what is remembered of a stream stays true, and only what came after is read.

use crate::append::{Expected, Write};
use crate::error::EventsError;
use crate::event::{Event, NewEvent};
use crate::store::Store;
use crate::text::{StreamId, Tenant};
use std::any::Any;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Events of a stream that are read at a time.
const PAGE: u32 = 1_000;
/// Events that a store remembers; past it all are forgotten.
const REMEMBERED_MAX: usize = 100_000;

/// All that happened to the streams of a command.
#[derive(Debug, Clone, Default)]
pub struct History {
    streams: BTreeMap<StreamId, Past>,
}

/// All that happened to a stream.
#[derive(Debug, Clone, Default)]
struct Past {
    events: Arc<Vec<Arc<Event>>>,
    /// What the first so many of them come to, as somebody worked it out.
    folded: Arc<Mutex<Option<Folded>>>,
}

#[derive(Debug, Clone)]
struct Folded {
    n_events: usize,
    state: Arc<dyn Any + Send + Sync>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl History {
    /// A history of these events; streams without events are new.
    pub fn of(events: impl IntoIterator<Item = Event>) -> Self {
        let mut streams: BTreeMap<StreamId, Vec<Arc<Event>>> = BTreeMap::new();
        for event in events {
            streams.entry(event.stream.clone()).or_default().push(Arc::new(event));
        }
        let past = |events| Past { events: Arc::new(events), ..Past::default() };
        let streams = streams.into_iter().map(|(stream, events)| (stream, past(events)));
        Self { streams: streams.collect() }
    }

    /// The events of a stream, in their order; none where it is new.
    pub fn stream(&self, stream: &StreamId) -> &[Arc<Event>] {
        self.streams.get(stream).map_or(&[], |past| past.events.as_slice())
    }

    /// A write to a stream at the version that this history knows.
    pub fn write(&self, stream: StreamId, events: Vec<NewEvent>) -> Write {
        let version = self.stream(&stream).len() as u64;
        Write { stream, expected: Expected::Version(version), events }
    }

    /// What the events of a stream come to; `None` where it is new. Of events that were gone through
    /// before, to the same type, the result is taken.
    ///
    /// - `step`: what it is after one more event. Always the same for the same type.
    pub fn fold<S: Clone + Send + Sync + 'static, E>(
        &self,
        stream: &StreamId,
        step: impl Fn(Option<S>, &Event) -> Result<S, E>,
    ) -> Result<Option<S>, E> {
        let Some(past) = self.streams.get(stream) else { return Ok(None) };
        let known = lock(&past.folded).clone();
        let known = known.filter(|known| known.n_events <= past.events.len());
        let known =
            known.and_then(|known| Some((known.n_events, known.state.downcast::<S>().ok()?)));
        let (done, known) = known.map_or((0, None), |(done, state)| (done, Some(state)));
        let mut state = known.as_deref().cloned();
        for event in &past.events[done..] {
            state = Some(step(state, event)?);
        }
        if let Some(state) = &state
            && done < past.events.len()
        {
            let (n_events, state) = (past.events.len(), Arc::new(state.clone()));
            let mut folded = lock(&past.folded);
            if folded.as_ref().is_none_or(|folded| folded.n_events <= n_events) {
                *folded = Some(Folded { n_events, state });
            }
        }
        Ok(state)
    }
}

/// What a store remembers of streams.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pasts(Arc<Mutex<Remembered>>);

#[derive(Debug, Default)]
struct Remembered {
    streams: HashMap<(Tenant, StreamId), Past>,
    n_events: usize,
}

impl Pasts {
    fn of(&self, key: &(Tenant, StreamId)) -> Past {
        lock(&self.0).streams.get(key).cloned().unwrap_or_default()
    }

    fn keep(&self, key: (Tenant, StreamId), past: Past) {
        let mut all = lock(&self.0);
        let before = all.streams.get(&key).map_or(0, |past| past.events.len());
        if past.events.len() <= before {
            return;
        }
        if all.n_events + past.events.len() - before > REMEMBERED_MAX {
            *all = Remembered::default();
        } else {
            all.n_events -= before;
        }
        all.n_events += past.events.len();
        all.streams.insert(key, past);
    }
}

impl Store {
    /// All that happened to these streams.
    pub async fn history(
        &self,
        tenant: &Tenant,
        streams: &[StreamId],
    ) -> Result<History, EventsError> {
        let mut history = History::default();
        for (stream, version) in self.versions(tenant, streams).await? {
            let key = (tenant.clone(), stream);
            let mut past = self.pasts.of(&key);
            if (past.events.len() as u64) < version {
                let mut events = Vec::clone(&past.events);
                while (events.len() as u64) < version {
                    let page = self.stream(tenant, &key.1, events.len() as u64, PAGE).await?;
                    let ended = page.len() < PAGE as usize;
                    events.extend(page.into_iter().map(Arc::new));
                    if ended {
                        break;
                    }
                }
                past.events = Arc::new(events);
                self.pasts.keep(key.clone(), past.clone());
            }
            history.streams.insert(key.1, past);
        }
        Ok(history)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::digest::Digest;
    use crate::event::Payload;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn parcel() -> StreamId {
        StreamId::new("parcel", "1").unwrap()
    }

    fn event(version: u64) -> Event {
        Event {
            tenant: Tenant::new("acme").unwrap(),
            position: version,
            stream: parcel(),
            version,
            event_type: "scanned".into(),
            schema_version: 1,
            recorded_at: Timestamp::from_micros(0),
            actor: "anna".into(),
            correlation: None,
            causation: None,
            payload: Payload::new("{}").unwrap(),
            digest: Digest::ZERO,
        }
    }

    #[test]
    fn what_was_gone_through_is_not_gone_through_again() {
        let steps = AtomicUsize::new(0);
        let count = |before: Option<u64>, _: &Event| {
            steps.fetch_add(1, Ordering::Relaxed);
            Ok::<u64, ()>(before.unwrap_or_default() + 1)
        };
        let mut history = History::of((1..=3).map(event));
        assert_eq!(history.fold(&parcel(), count), Ok(Some(3)));
        assert_eq!(history.fold(&parcel(), count), Ok(Some(3)));
        assert_eq!(steps.load(Ordering::Relaxed), 3);
        let older = history.clone();
        let past = history.streams.get_mut(&parcel()).unwrap();
        past.events = Arc::new((1..=5).map(|version| Arc::new(event(version))).collect());
        assert_eq!(history.fold(&parcel(), count), Ok(Some(5)));
        assert_eq!(steps.load(Ordering::Relaxed), 5, "two came after");
        assert_eq!(older.fold(&parcel(), count), Ok(Some(3)), "an older history ends where it did");
        let text =
            |before: Option<String>, _: &Event| Ok::<_, ()>(before.unwrap_or_default() + "x");
        assert_eq!(history.fold(&parcel(), text), Ok(Some("xxxxx".into())), "another type");
        assert_eq!(history.fold(&StreamId::new("parcel", "2").unwrap(), count), Ok(None));
    }

    #[test]
    fn no_more_is_remembered_than_the_limit() {
        let pasts = Pasts::default();
        let one = Arc::new(event(1));
        let long = Arc::new(vec![one.clone(); 60_000]);
        let key = |n: usize| {
            (Tenant::new("acme").unwrap(), StreamId::new("parcel", &n.to_string()).unwrap())
        };
        for n in 0..3 {
            pasts.keep(key(n), Past { events: long.clone(), ..Past::default() });
            assert!(lock(&pasts.0).n_events <= REMEMBERED_MAX);
        }
        assert_eq!(pasts.of(&key(0)).events.len(), 0);
        assert_eq!(pasts.of(&key(2)).events.len(), 60_000);
        let short = Arc::new(vec![one; 2]);
        pasts.keep(key(2), Past { events: short, ..Past::default() });
        assert_eq!(pasts.of(&key(2)).events.len(), 60_000, "what is older is not kept");
    }
}
