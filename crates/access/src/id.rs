//! Ids of accounts, sessions and keys. They say nothing about whom they name, and are no secret.

use crate::recording::hex;
use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::ToSchema;

/// Characters of an id.
pub const ID_MAX: usize = 64;

/// An id: 1 to [`ID_MAX`] ASCII letters, digits, `-` and `_`. No dot, which ends it inside a token.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, example = "9f1c4be07a2d55e3b8104c6a")]
pub struct Id(String);

/// A text that is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id. Write 1 to 64 of A-Z a-z 0-9 - _")]
pub struct NotAnId;

impl Id {
    /// A new id from 12 random bytes: as 24 hexadecimal digits.
    pub fn from_random(bytes: [u8; 12]) -> Self {
        Self(hex(&bytes))
    }

    /// An id that was written down.
    pub fn parse(text: &str) -> Result<Self, NotAnId> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        if text.is_empty() || text.len() > ID_MAX || !text.bytes().all(plain) {
            return Err(NotAnId);
        }
        Ok(Self(text.into()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl TryFrom<String> for Id {
    type Error = NotAnId;

    fn try_from(text: String) -> Result<Self, NotAnId> {
        Self::parse(&text)
    }
}

impl From<Id> for String {
    fn from(id: Id) -> Self {
        id.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_holds_nothing_that_would_end_it_in_a_token_or_a_key() {
        assert_eq!(Id::from_random([0xa7; 12]).as_str(), "a7a7a7a7a7a7a7a7a7a7a7a7");
        assert!(Id::parse("administrator").is_ok());
        for bad in ["", "a.b", "a/b", "a b", "ä", &"a".repeat(65)] {
            assert_eq!(Id::parse(bad), Err(NotAnId), "{bad}");
        }
    }
}
