//! Events: what is asked to be recorded, and what was.

use crate::clock::Timestamp;
use crate::digest::Digest;
use crate::error::EventsError;
use crate::text::{StreamId, Tenant};
use serde::Serialize;
use std::fmt;
use std::str::FromStr;

/// Bytes of a payload.
pub const PAYLOAD_MAX: usize = 1 << 20;

/// A JSON text, kept to the byte as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload(String);

impl Payload {
    /// A payload from JSON text.
    pub fn new(json: impl Into<String>) -> Result<Self, EventsError> {
        let json = json.into();
        let fault = if json.len() > PAYLOAD_MAX {
            "longer than 1 MiB"
        } else if serde_json::from_str::<serde::de::IgnoredAny>(&json).is_err() {
            "not JSON"
        } else {
            return Ok(Self(json));
        };
        let value = json.chars().take(64).collect();
        Err(EventsError::Text { field: "payload", value, fault, mend: "Give one JSON value" })
    }

    /// A payload from a value.
    pub fn of(value: &impl Serialize) -> Result<Self, EventsError> {
        let json = serde_json::to_string(value).map_err(|_| EventsError::Text {
            field: "payload",
            value: String::new(),
            fault: "cannot be said in JSON",
            mend: "Use texts as keys",
        })?;
        Self::new(json)
    }

    /// What a store holds: it was checked when it was written.
    pub(crate) fn stored(json: String) -> Self {
        Self(json)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An event that is to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// What happened: a name, such as `parcel-loaded`.
    pub event_type: String,
    /// Version of the payload's schema, from 1.
    pub schema_version: u32,
    /// The particulars. No personal data: the id of a [`crate::Person`] instead.
    pub payload: Payload,
}

/// The id of an event: the first half of its digest as a UUID of version 8 (RFC 9562). It names what
/// the event says and all that came before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId([u8; 16]);

impl EventId {
    /// From the bytes of a UUID.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes of the UUID.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl From<&Digest> for EventId {
    fn from(digest: &Digest) -> Self {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest.as_bytes()[..16]);
        bytes[6] = bytes[6] & 0x0f | 0x80;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        Self(bytes)
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, byte) in self.0.iter().enumerate() {
            let dash = if [4, 6, 8, 10].contains(&at) { "-" } else { "" };
            write!(formatter, "{dash}{byte:02x}")?;
        }
        Ok(())
    }
}

impl FromStr for EventId {
    type Err = EventsError;

    fn from_str(text: &str) -> Result<Self, EventsError> {
        let fault = || EventsError::Text {
            field: "event id",
            value: text.chars().take(64).collect(),
            fault: "not a UUID",
            mend: "Write it as 8-4-4-4-12 hexadecimal digits",
        };
        let digits: String = text.split('-').collect();
        let bytes = crate::digest::unhex(&digits).ok_or_else(fault)?;
        let id = Self(bytes.try_into().map_err(|_| fault())?);
        if id.to_string() == text.to_ascii_lowercase() { Ok(id) } else { Err(fault()) }
    }
}

/// An event that was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Whose it is.
    pub tenant: Tenant,
    /// Place among all events of the tenant, from 1, without gaps, in the order of commits.
    pub position: u64,
    /// What it happened to.
    pub stream: StreamId,
    /// Place in the stream, from 1, without gaps.
    pub version: u64,
    /// What happened.
    pub event_type: String,
    /// Version of the payload's schema.
    pub schema_version: u32,
    /// The particulars.
    pub payload: Payload,
    /// Who did it.
    pub actor: String,
    /// When it was recorded; never before the tenant's event before it.
    pub recorded_at: Timestamp,
    /// What it belongs to: a request, a job.
    pub correlation: Option<String>,
    /// The event that brought it about.
    pub causation: Option<EventId>,
    /// Link of the tenant's chain.
    pub digest: Digest,
}

impl Event {
    /// The id of the event.
    pub fn id(&self) -> EventId {
        EventId::from(&self.digest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_is_one_json_value_of_bounded_length() {
        assert_eq!(Payload::new(r#"{"b":1, "a":2}"#).unwrap().as_str(), r#"{"b":1, "a":2}"#);
        for bad in ["", "{", "1 2", "{'a':1}"] {
            assert!(Payload::new(bad).is_err(), "{bad}");
        }
        assert!(Payload::new(format!("\"{}\"", "x".repeat(PAYLOAD_MAX))).is_err());
    }

    #[test]
    fn an_id_is_a_uuid_of_version_8_and_reads_back() {
        let id = EventId::from(&Digest::from_bytes([0xff; 32]));
        assert_eq!(id.to_string(), "ffffffff-ffff-8fff-bfff-ffffffffffff");
        assert_eq!(id.to_string().parse::<EventId>().unwrap(), id);
        for bad in ["", "ffffffffffff8fffbfffffffffffffff", "gfffffff-ffff-8fff-bfff-ffffffffffff"]
        {
            assert!(bad.parse::<EventId>().is_err(), "{bad}");
        }
    }
}
