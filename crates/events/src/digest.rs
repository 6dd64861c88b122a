//! The chain: each event of a tenant is bound to all before it.
//!
//! The digest of an event is SHA-256 over the digest before it (32 zero bytes for the first) and the
//! event's fields, each with its length before it, so that nothing can slip from one field into
//! the next. Altering, removing, inserting or moving an event breaks the chain at that place. Whoever may
//! rewrite everything after it as well can close it again: against that stands a digest kept elsewhere
//! ([`crate::Anchor`]).

use crate::event::Event;
use sha2::{Digest as _, Sha256};
use std::fmt;

/// SHA-256 of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// What stands before the first event.
    pub const ZERO: Self = Self([0; 32]);

    /// From its bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Of some bytes, such as a request's.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// From 64 hexadecimal digits.
    pub fn from_hex(text: &str) -> Option<Self> {
        Some(Self(unhex(text)?.try_into().ok()?))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// Hexadecimal digits as bytes.
pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|value| value as u8);
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| Some(digit(pair[0])? << 4 | digit(*pair.get(1)?)?)).collect()
}

struct Fields(Sha256);

impl Fields {
    fn number(&mut self, number: u64) {
        self.0.update(number.to_be_bytes());
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.0.update(bytes);
    }

    /// Absent and empty are told apart.
    fn optional(&mut self, bytes: Option<&[u8]>) {
        self.number(u64::from(bytes.is_some()));
        if let Some(bytes) = bytes {
            self.bytes(bytes);
        }
    }
}

/// The digest of an event that stands after `before`. Its own `digest` field is not looked at.
pub fn link(before: &Digest, event: &Event) -> Digest {
    let mut fields = Fields(Sha256::new());
    fields.bytes(b"greenchain event 1");
    fields.bytes(&before.0);
    fields.bytes(event.tenant.as_str().as_bytes());
    fields.number(event.position);
    fields.bytes(event.stream.kind().as_bytes());
    fields.bytes(event.stream.id().as_bytes());
    fields.number(event.version);
    fields.bytes(event.event_type.as_bytes());
    fields.number(u64::from(event.schema_version));
    fields.number(event.recorded_at.micros() as u64);
    fields.bytes(event.actor.as_bytes());
    fields.optional(event.correlation.as_deref().map(str::as_bytes));
    fields.optional(event.causation.as_ref().map(|id| id.as_bytes().as_slice()));
    fields.bytes(event.payload.as_str().as_bytes());
    Digest(fields.0.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::event::{EventId, Payload};
    use crate::text::{StreamId, Tenant};
    use proptest::prelude::*;

    fn event() -> Event {
        Event {
            tenant: Tenant::new("acme").unwrap(),
            position: 7,
            stream: StreamId::new("parcel", "P-1").unwrap(),
            version: 3,
            event_type: "loaded".into(),
            schema_version: 1,
            payload: Payload::new(r#"{"van":"V-2"}"#).unwrap(),
            actor: "user:4".into(),
            recorded_at: Timestamp::from_micros(1_764_450_000_000_000),
            correlation: Some("req-9".into()),
            causation: Some(EventId::from_bytes([7; 16])),
            digest: Digest::ZERO,
        }
    }

    #[test]
    fn the_digest_is_what_other_hands_compute() {
        // By Python's hashlib from the words of this module's head: tests/golden/digest.py.
        let before = Digest::of(b"before");
        assert_eq!(link(&before, &event()).to_string(), GOLDEN);
    }

    const GOLDEN: &str = "b812ef05480c7c206498ca0da9286ac984c86cd489d69bf91002fbdb7cb7cf25";

    #[test]
    fn every_field_counts() {
        let changes: [fn(&mut Event); 11] = [
            |event| event.tenant = Tenant::new("acmf").unwrap(),
            |event| event.position = 8,
            |event| event.stream = StreamId::new("parce", "lP-1").unwrap(),
            |event| event.version = 4,
            |event| event.event_type = "loadee".into(),
            |event| event.schema_version = 2,
            |event| event.payload = Payload::new(r#"{"van":"V-3"}"#).unwrap(),
            |event| event.actor = "user:5".into(),
            |event| event.recorded_at = event.recorded_at.plus_seconds(1),
            |event| event.correlation = None,
            |event| event.causation = None,
        ];
        let plain = link(&Digest::ZERO, &event());
        assert_ne!(plain, link(&Digest::of(b""), &event()));
        for (at, change) in changes.iter().enumerate() {
            let mut changed = event();
            change(&mut changed);
            assert_ne!(plain, link(&Digest::ZERO, &changed), "change {at}");
        }
    }

    proptest! {
        #[test]
        fn hexadecimal_reads_back(bytes: Vec<u8>) {
            prop_assert_eq!(unhex(&hex(&bytes)), Some(bytes));
        }
    }
}
