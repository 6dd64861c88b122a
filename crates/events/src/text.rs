//! Names: of tenants, streams, types, keys; what may stand in them.

use crate::error::EventsError;
use std::fmt;
use std::sync::Arc;

/// Characters of a name: of a tenant, a kind of stream, a type of event, a topic.
pub const NAME_MAX: usize = 64;
/// Bytes of a free text: a stream's id, an actor, a key.
pub const TEXT_MAX: usize = 255;

/// A tenant: whose events they are. Letters, digits, `-`, `_` and `.`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tenant(Arc<str>);

impl Tenant {
    /// A tenant of that name.
    pub fn new(name: &str) -> Result<Self, EventsError> {
        check_name("tenant", name)?;
        Ok(Self(name.into()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Tenant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A stream of a tenant: the events of one thing, such as `parcel` `P-17`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId {
    kind: String,
    id: String,
}

impl StreamId {
    /// The stream of that kind (a name) and id (a free text).
    pub fn new(kind: &str, id: &str) -> Result<Self, EventsError> {
        check_name("stream kind", kind)?;
        check_text("stream id", id)?;
        Ok(Self { kind: kind.into(), id: id.into() })
    }

    /// What kind of thing.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// Which of its kind.
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.kind, self.id)
    }
}

fn refuse(
    field: &'static str,
    value: &str,
    fault: &'static str,
    mend: &'static str,
) -> Result<(), EventsError> {
    let value = value.chars().take(NAME_MAX).collect();
    Err(EventsError::Text { field, value, fault, mend })
}

/// A name: 1 to [`NAME_MAX`] of ASCII letters, digits, `-`, `_`, `.`. A tenant's is part of a
/// statement (`SET LOCAL` takes no parameter), so nothing else may ever be let in.
pub(crate) fn check_name(field: &'static str, value: &str) -> Result<(), EventsError> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if value.is_empty() || value.len() > NAME_MAX || !value.bytes().all(plain) {
        return refuse(field, value, "not a name", "Use 1 to 64 of A-Z a-z 0-9 - _ .");
    }
    Ok(())
}

/// A free text: 1 to [`TEXT_MAX`] bytes, no control characters.
pub(crate) fn check_text(field: &'static str, value: &str) -> Result<(), EventsError> {
    if value.is_empty() || value.len() > TEXT_MAX || value.chars().any(char::is_control) {
        return refuse(field, value, "not a text", "Use 1 to 255 bytes without control characters");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_could_end_a_statement_is_a_tenant() {
        for (name, good, why) in [
            ("acme", true, "plain"),
            ("Acme-2.eu_1", true, "all that may be"),
            ("", false, "empty"),
            ("a'b", false, "a quote"),
            ("a b", false, "a blank"),
            ("ä", false, "not ASCII"),
            (&"a".repeat(65), false, "one too long"),
        ] {
            assert_eq!(Tenant::new(name).is_ok(), good, "{why}");
        }
    }

    #[test]
    fn a_stream_id_may_be_any_readable_text() {
        assert!(StreamId::new("parcel", "Paket Nr. 5/ä").is_ok());
        for id in ["", "a\0b", "a\nb"] {
            assert!(StreamId::new("parcel", id).is_err(), "{id:?}");
        }
        let fault = StreamId::new("parcel", "a\nb").unwrap_err().to_string();
        assert!(fault.starts_with("stream id is `a\nb`: not a text. Use"), "{fault}");
    }
}
