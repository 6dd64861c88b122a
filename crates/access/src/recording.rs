//! Our events as the store keeps them, and read back: the variant is the type, its fields the payload.

use events::{Event, Expected, History, NewEvent, Payload, Refusal, StreamId, Write};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Version of the schema of each payload here.
const SCHEMA: u32 = 1;

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes all that is written");
        text
    })
}

/// The stream of that kind and id.
pub(crate) fn stream(kind: &str, id: &str) -> StreamId {
    StreamId::new(kind, id).expect("kinds are names and ids are short plain texts")
}

/// An event to be recorded.
pub(crate) fn new_event<E: Serialize>(event: &E) -> NewEvent {
    // Over its text, not a map of values: the fields keep the order in which they are declared.
    let json = serde_json::to_string(event).expect("events are plain data");
    let parts: BTreeMap<String, Box<RawValue>> =
        serde_json::from_str(&json).expect("each variant has fields");
    let (event_type, payload) = parts.into_iter().next().expect("a variant is one entry");
    let payload = Payload::new(payload.get()).expect("events are short JSON");
    NewEvent { event_type, schema_version: SCHEMA, payload }
}

/// An event as it was recorded.
pub(crate) fn read<E: DeserializeOwned>(event: &Event) -> Result<E, String> {
    let place = || format!("{} version {}: {}", event.stream, event.version, event.event_type);
    if event.schema_version != SCHEMA {
        let version = event.schema_version;
        return Err(format!("{} is of schema {version}, which is not known here", place()));
    }
    let json = format!("{{\"{}\":{}}}", event.event_type, event.payload.as_str());
    serde_json::from_str(&json).map_err(|fault| format!("{}: {fault}", place()))
}

/// All events of a stream, read.
pub(crate) fn read_all<E: DeserializeOwned>(
    history: &History,
    stream: &StreamId,
) -> Result<Vec<(E, Event)>, Refusal> {
    let events = history.stream(stream).iter();
    events
        .map(|event| Ok((read(event)?, Event::clone(event))))
        .collect::<Result<_, String>>()
        .map_err(|fault| {
            let mend = "A newer version wrote it: update this one";
            Refusal::state("event-not-known", format!("{fault}. {mend}"))
        })
}

/// A write to a stream that the command has looked at.
pub(crate) fn write<E: Serialize>(history: &History, stream: StreamId, events: &[E]) -> Write {
    history.write(stream, events.iter().map(new_event).collect())
}

/// A write to a stream whatever is in it.
pub(crate) fn write_any<E: Serialize>(stream: StreamId, event: &E) -> Write {
    Write { stream, expected: Expected::Any, events: vec![new_event(event)] }
}

/// A value as payload.
pub(crate) fn payload(value: &impl Serialize) -> Payload {
    Payload::of(value).expect("personal data is short and plain")
}
