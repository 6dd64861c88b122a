//! What is known of a person: beside the events, so that it can be erased and they stay valid.

use crate::id::Id;
use crate::login::Login;
use crate::password::PasswordHash;
use crate::recording::payload;
use events::{Person, Refusal};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Characters of a person's name.
pub const NAME_MAX: usize = 100;
/// Bytes of an e-mail address (RFC 5321, section 4.5.3.1.3, less the brackets).
pub const EMAIL_MAX: usize = 254;

/// What people may see of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Details {
    /// The name, as the person writes it.
    #[schema(example = "Anna Schmidt")]
    pub name: String,
    /// What is typed to sign in.
    pub login: Login,
    /// Where mail reaches the person.
    #[schema(example = "anna@example.org")]
    pub email: Option<String>,
}

impl Details {
    /// Refuses what is no name or no address.
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        let control = |text: &str| text.chars().any(char::is_control);
        let name = self.name.trim();
        if name.is_empty() || name.chars().count() > NAME_MAX || control(name) {
            return Err(Refusal::content(
                "name-not-plain",
                "The name is empty, long or holds control characters. Use 1 to 100 characters",
            ));
        }
        let Some(email) = &self.email else { return Ok(()) };
        let halves = email.rsplit_once('@');
        let whole = halves.is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty());
        let blank = email.chars().any(|c| c.is_whitespace() || c.is_control());
        if !whole || blank || email.len() > EMAIL_MAX {
            return Err(Refusal::content(
                "email-not-plain",
                format!("`{email}` is no e-mail address. Write it as name@example.org, or none"),
            ));
        }
        Ok(())
    }
}

/// All that is kept of a person, under the id `account/{id}`. Not for any answer: it holds the hash of
/// the password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonData {
    /// Goes up with each change, in step with the account's events: a change that was worked out from
    /// older data is refused.
    pub revision: u64,
    /// What people may see.
    #[serde(flatten)]
    pub details: Details,
    /// Hash of the password; `None` until one is set.
    pub password: Option<PasswordHash>,
}

impl PersonData {
    /// The id under which the store keeps a person.
    pub fn id_of(account: &Id) -> String {
        format!("account/{account}")
    }

    /// Reads what the store keeps.
    pub fn read(person: &Person) -> Result<Self, serde_json::Error> {
        serde_json::from_str(person.data.as_str())
    }

    /// As the store keeps it.
    pub(crate) fn keep(&self, account: &Id) -> Person {
        Person { person: Self::id_of(account), data: payload(self), keep_until: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_and_an_address_are_what_they_say() {
        let login = Login::parse("anna").unwrap();
        let details = |name: &str, email: Option<&str>| Details {
            name: name.into(),
            login: login.clone(),
            email: email.map(str::to_owned),
        };
        for (name, email, rule) in [
            ("Anna", None, None),
            ("安娜", Some("a@b"), None),
            (" ", None, Some("name-not-plain")),
            ("a\nb", None, Some("name-not-plain")),
            (&"a".repeat(101), None, Some("name-not-plain")),
            ("Anna", Some("anna"), Some("email-not-plain")),
            ("Anna", Some("@b"), Some("email-not-plain")),
            ("Anna", Some("a b@c"), Some("email-not-plain")),
        ] {
            let refusal = details(name, email).check().err().map(|refusal| refusal.rule);
            assert_eq!(refusal, rule, "{name:?} {email:?}");
        }
    }
}
