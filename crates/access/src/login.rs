//! Login names: one a person in a tenant, whatever the case in which it is typed.

use events::{Digest, Refusal};
use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::ToSchema;

/// Bytes of a login name.
pub const LOGIN_MAX: usize = 128;

/// A login name in lower case. Of ASCII only, so that no two look alike; an e-mail address may be one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, example = "anna@example.org")]
pub struct Login(String);

impl Login {
    /// Reads a login name as it was typed; blanks around it do not count.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let login = text.trim().to_ascii_lowercase();
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.@+".contains(&byte);
        if login.is_empty() || login.len() > LOGIN_MAX || !login.bytes().all(plain) {
            return Err(Refusal::content(
                "login-not-plain",
                "The login name is not plain. Use 1 to 128 of a-z 0-9 - _ . @ +",
            ));
        }
        Ok(Self(login))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands for it in events: SHA-256, as hexadecimal digits. It hides the name from the eye,
    /// not from who tries names: a login that is itself personal is guessed by guessing.
    pub fn digest(&self) -> String {
        Digest::of(self.0.as_bytes()).to_string()
    }
}

impl fmt::Display for Login {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl TryFrom<String> for Login {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).map_err(|refusal| refusal.detail)
    }
}

impl From<Login> for String {
    fn from(login: Login) -> Self {
        login.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_blanks_around_do_not_make_another_login() {
        let login = Login::parse(" Anna@Example.org ").unwrap();
        assert_eq!(login.as_str(), "anna@example.org");
        assert_eq!(login.digest(), Login::parse("ANNA@example.ORG").unwrap().digest());
        for bad in ["", "  ", "a b", "änna", "a/b", &"a".repeat(129)] {
            assert_eq!(Login::parse(bad).unwrap_err().rule, "login-not-plain", "{bad}");
        }
    }
}
