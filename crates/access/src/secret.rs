//! Secrets and the tokens that carry them.
//!
//! A token is shown once and never kept; what is kept is the SHA-256 of its secret. A secret is 32
//! random bytes, so that a fast digest is enough: there is nothing to guess.
//!
//! | token | text |
//! |---|---|
//! | API key | `gck_{tenant}.{key id}.{secret}` |
//! | session | `gcs_{tenant}.{session id}.{secret}` |
//! | invitation | `gci_{tenant}.{account id}.{secret}` |

use crate::id::Id;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use events::{Digest, Tenant};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use subtle::ConstantTimeEq;

/// Bytes of a token's text that are looked at.
pub const TOKEN_MAX: usize = 256;

/// A secret: 32 random bytes. Debug shows nothing of it.
#[derive(Clone)]
pub struct Secret([u8; 32]);

impl Secret {
    /// From 32 bytes of a generator that nobody can foretell.
    pub const fn from_random(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// What is kept of it.
    pub fn digest(&self) -> SecretDigest {
        SecretDigest(Digest::of(&self.0))
    }

    /// The bytes, to key a message authentication code with.
    pub(crate) const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// As base64url without padding: 43 characters.
    pub(crate) fn reveal(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(..)")
    }
}

/// SHA-256 of a secret, written as 64 hexadecimal digits. It opens nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecretDigest(Digest);

impl SecretDigest {
    /// Whether this is the digest of that secret; takes as long for any other.
    pub fn matches(&self, secret: &Secret) -> bool {
        self.0.as_bytes().ct_eq(secret.digest().0.as_bytes()).into()
    }
}

impl Serialize for SecretDigest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for SecretDigest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let digest = Digest::from_hex(&text);
        digest.map(Self).ok_or_else(|| de::Error::custom("not 64 hexadecimal digits"))
    }
}

/// What a token opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// The interface, for a program.
    Key,
    /// The console and the interface, for a person who signed in.
    Session,
    /// An account whose password is still to be set.
    Invitation,
}

impl TokenKind {
    const ALL: [Self; 3] = [Self::Key, Self::Session, Self::Invitation];

    const fn prefix(self) -> &'static str {
        match self {
            Self::Key => "gck_",
            Self::Session => "gcs_",
            Self::Invitation => "gci_",
        }
    }
}

/// A token. Debug shows nothing of its secret.
#[derive(Debug, Clone)]
pub struct Token {
    /// What it opens.
    pub kind: TokenKind,
    /// Whose house.
    pub tenant: Tenant,
    /// Of the key, the session or the account.
    pub id: Id,
    /// The secret.
    pub secret: Secret,
}

/// A text that is not a token. Says nothing of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a token. Give it whole, as it was shown")]
pub struct NotAToken;

impl Token {
    /// Reads a token. One token has one text.
    pub fn parse(text: &str) -> Result<Self, NotAToken> {
        if text.len() > TOKEN_MAX {
            return Err(NotAToken);
        }
        let read = |kind: TokenKind| Some((kind, text.strip_prefix(kind.prefix())?));
        let (kind, rest) = TokenKind::ALL.into_iter().find_map(read).ok_or(NotAToken)?;
        // From the end: a tenant's name may hold dots.
        let mut parts = rest.rsplitn(3, '.');
        let (secret, id, tenant) = (parts.next(), parts.next(), parts.next());
        let mut bytes = [0; 32];
        let n_bytes = URL_SAFE_NO_PAD.decode_slice(secret.ok_or(NotAToken)?, &mut bytes);
        if n_bytes != Ok(bytes.len()) {
            return Err(NotAToken);
        }
        Ok(Self {
            kind,
            tenant: Tenant::new(tenant.ok_or(NotAToken)?).map_err(|_| NotAToken)?,
            id: Id::parse(id.ok_or(NotAToken)?).map_err(|_| NotAToken)?,
            secret: Secret(bytes),
        })
    }

    /// The text, to be shown once and kept nowhere.
    pub fn reveal(&self) -> String {
        let (prefix, secret) = (self.kind.prefix(), self.secret.reveal());
        format!("{prefix}{}.{}.{secret}", self.tenant, self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn token() -> Token {
        Token {
            kind: TokenKind::Key,
            tenant: Tenant::new("acme.eu").unwrap(),
            id: Id::parse("k1").unwrap(),
            secret: Secret::from_random([7; 32]),
        }
    }

    #[test]
    fn a_token_has_one_text_and_shows_nothing_by_accident() {
        let text = token().reveal();
        assert_eq!(text, "gck_acme.eu.k1.BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc");
        assert!(!format!("{:?}", token()).contains("BwcH"));
        assert!(!format!("{:?}", token()).contains("7, 7"));
        // The last character holds two bits that are not the secret's: they are zero.
        let other = format!("{}d", &text[..text.len() - 1]);
        for bad in [&other, &text[4..], &text[..text.len() - 1], &format!("{text}="), "gck_", ""] {
            assert_eq!(Token::parse(bad).err(), Some(NotAToken), "{bad}");
        }
    }

    #[test]
    fn a_digest_knows_its_secret_only() {
        let digest = token().secret.digest();
        assert!(digest.matches(&Secret::from_random([7; 32])));
        for at in 0..32 {
            let mut bytes = [7; 32];
            bytes[at] ^= 1;
            assert!(!digest.matches(&Secret::from_random(bytes)), "byte {at}");
        }
        let json = serde_json::to_string(&digest).unwrap();
        assert_eq!(serde_json::from_str::<SecretDigest>(&json).unwrap(), digest);
    }

    proptest! {
        #[test]
        fn any_text_is_a_token_or_not(text in "(gc[ksi]_)?[a-zA-Z0-9._=-]{0,80}|\\PC{0,60}") {
            if let Ok(token) = Token::parse(&text) {
                prop_assert_eq!(token.reveal(), text);
            }
        }

        #[test]
        fn a_token_reads_back(
            tenant in "[A-Za-z0-9._-]{1,64}", id: [u8; 12], secret: [u8; 32], kind in 0..3_usize
        ) {
            let token = Token {
                kind: TokenKind::ALL[kind],
                tenant: Tenant::new(&tenant).unwrap(),
                id: Id::from_random(id),
                secret: Secret::from_random(secret),
            };
            let read = Token::parse(&token.reveal()).unwrap();
            prop_assert_eq!(read.kind, token.kind);
            prop_assert_eq!(read.tenant, token.tenant);
            prop_assert_eq!(read.id, token.id);
            prop_assert!(token.secret.digest().matches(&read.secret));
        }
    }
}
