//! From facts to events and back: one enum for each kind of stream, one payload for each type.

use events::{Event, NewEvent, Payload, Refusal};

/// Version of every payload of today.
pub const SCHEMA_VERSION: u32 = 1;

/// Why an event is not a fact that this code knows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FactFault {
    /// Its type, or the version of its payload.
    #[error("event {stream} {version} is `{event_type}` {schema_version}: not known here")]
    Type {
        /// Its stream.
        stream: String,
        /// Its place in it.
        version: u64,
        /// Its type.
        event_type: String,
        /// Its payload's version.
        schema_version: u32,
    },
    /// Its payload.
    #[error("event {stream} {version}: {fault}")]
    Payload {
        /// Its stream.
        stream: String,
        /// Its place in it.
        version: u64,
        /// What is wrong.
        fault: String,
    },
    /// It does not follow from what came before it.
    #[error("event {stream} {version}, `{event_type}`, does not follow from what came before")]
    Order {
        /// Its stream.
        stream: String,
        /// Its place in it.
        version: u64,
        /// Its type.
        event_type: String,
    },
}

/// What may happen to one kind of thing.
pub trait Fact: Sized {
    /// The type of its event.
    fn event_type(&self) -> &'static str;

    /// The event to be recorded; refused where its payload is larger than an event may be.
    fn event(&self) -> Result<NewEvent, Refusal>;

    /// What an event says.
    fn read(event: &Event) -> Result<Self, FactFault>;
}

/// The event of a payload.
pub(crate) fn event(
    event_type: &str,
    payload: &impl serde::Serialize,
) -> Result<NewEvent, Refusal> {
    let payload = Payload::of(payload)
        .map_err(|_| Refusal::state("too-large", "An event holds 1 MiB. Divide what you send"))?;
    Ok(NewEvent { event_type: event_type.into(), schema_version: SCHEMA_VERSION, payload })
}

/// The payload of an event.
pub(crate) fn payload<T: serde::de::DeserializeOwned>(event: &Event) -> Result<T, FactFault> {
    serde_json::from_str(event.payload.as_str()).map_err(|error| FactFault::Payload {
        stream: event.stream.to_string(),
        version: event.version,
        fault: error.to_string(),
    })
}

macro_rules! facts {
    ($(#[$meta:meta])* $name:ident {
        $($(#[$doc:meta])* $variant:ident($payload:ty) = $event_type:literal,)+
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        pub enum $name {
            $($(#[$doc])* $variant($payload),)+
        }

        impl $crate::fact::Fact for $name {
            fn event_type(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => $event_type,)+
                }
            }
            fn event(&self) -> Result<events::NewEvent, events::Refusal> {
                match self {
                    $(Self::$variant(said) => $crate::fact::event($event_type, said),)+
                }
            }
            fn read(event: &events::Event) -> Result<Self, $crate::fact::FactFault> {
                match (event.event_type.as_str(), event.schema_version) {
                    $(($event_type, $crate::fact::SCHEMA_VERSION) => {
                        Ok(Self::$variant($crate::fact::payload(event)?))
                    })+
                    _ => Err($crate::fact::FactFault::Type {
                        stream: event.stream.to_string(),
                        version: event.version,
                        event_type: event.event_type.clone(),
                        schema_version: event.schema_version,
                    }),
                }
            }
        }
    };
}
pub(crate) use facts;
