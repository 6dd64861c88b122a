//! What is asked to be written, whole or not at all, and the answer.

use crate::clock::Timestamp;
use crate::digest::Digest;
use crate::error::EventsError;
use crate::event::{EventId, NewEvent, Payload};
use crate::text::{StreamId, Tenant, check_name, check_text};
use std::fmt;

/// Events of one append.
pub const EVENTS_MAX: usize = 10_000;

/// At which version a writer believes a stream to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// Whatever it is at.
    Any,
    /// At this one; 0: the stream does not exist.
    Version(u64),
}

impl fmt::Display for Expected {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => formatter.write_str("any"),
            Self::Version(version) => write!(formatter, "{version}"),
        }
    }
}

/// Events for one stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Write {
    /// The stream.
    pub stream: StreamId,
    /// Where the writer believes it to be.
    pub expected: Expected,
    /// The events, in their order.
    pub events: Vec<NewEvent>,
}

/// Makes a request that is sent twice take effect once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Once {
    /// The idempotency key that the client chose: a free text.
    pub key: String,
    /// Digest of the request. The same key with another digest is refused.
    pub request: Digest,
    /// What the client is told, now and each time it asks again.
    pub answer: String,
}

/// Something that is to leave the house once the events are durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Where to: a name, such as `webhook`.
    pub topic: String,
    /// Messages of one topic and key leave in their order: a free text.
    pub key: String,
    /// What is sent.
    pub payload: Payload,
}

/// Personal data that events refer to by its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The id, a free text that says nothing about the person.
    pub person: String,
    /// The data; replaces what was there.
    pub data: Payload,
    /// When it has to go.
    pub keep_until: Option<Timestamp>,
}

/// All that one command writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Append {
    /// Whose.
    pub tenant: Tenant,
    /// Who does it: a free text.
    pub actor: String,
    /// The clock's time. Where it lies before the tenant's last event, that event's time is taken.
    pub recorded_at: Timestamp,
    /// What it belongs to: a free text.
    pub correlation: Option<String>,
    /// The event that brought it about.
    pub causation: Option<EventId>,
    /// The events.
    pub writes: Vec<Write>,
    /// Makes it take effect once.
    pub once: Option<Once>,
    /// What is to leave.
    pub messages: Vec<Message>,
    /// What events refer to.
    pub persons: Vec<Person>,
}

impl Append {
    /// An append of nothing yet.
    pub fn new(tenant: Tenant, actor: impl Into<String>, recorded_at: Timestamp) -> Self {
        Self {
            tenant,
            actor: actor.into(),
            recorded_at,
            correlation: None,
            causation: None,
            writes: Vec::new(),
            once: None,
            messages: Vec::new(),
            persons: Vec::new(),
        }
    }

    /// Number of events.
    pub fn n_events(&self) -> usize {
        self.writes.iter().map(|write| write.events.len()).sum()
    }

    /// Refuses what no database should be asked to hold.
    pub(crate) fn check(&self) -> Result<(), EventsError> {
        check_text("actor", &self.actor)?;
        self.correlation.iter().try_for_each(|text| check_text("correlation", text))?;
        let bare = self.once.is_none() && self.messages.is_empty() && self.persons.is_empty();
        if bare && self.n_events() == 0 {
            return Err(EventsError::Text {
                field: "append",
                value: String::new(),
                fault: "holds nothing",
                mend: "Give at least one event",
            });
        }
        if self.n_events() > EVENTS_MAX {
            return Err(EventsError::Text {
                field: "events",
                value: self.n_events().to_string(),
                fault: "more than 10000",
                mend: "Divide the append",
            });
        }
        for event in self.writes.iter().flat_map(|write| &write.events) {
            check_name("event type", &event.event_type)?;
        }
        if let Some(once) = &self.once {
            check_text("idempotency key", &once.key)?;
            if once.answer.contains('\0') {
                return Err(EventsError::Text {
                    field: "answer",
                    value: String::new(),
                    fault: "holds a zero byte",
                    mend: "Give a text",
                });
            }
        }
        for message in &self.messages {
            check_name("topic", &message.topic)?;
            check_text("message key", &message.key)?;
        }
        self.persons.iter().try_for_each(|person| check_text("person", &person.person))
    }
}

/// What an append came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// Position of its first event; where it had none, the one after `last`.
    pub first: u64,
    /// Position of its last event.
    pub last: u64,
    /// The answer kept with the idempotency key.
    pub answer: Option<String>,
    /// It had taken effect before; nothing was written now.
    pub replayed: bool,
}
