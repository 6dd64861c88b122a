//! API keys: a program acts for the account that made its key, within the scopes that it was given.

use crate::account::{Account, AccountEvent, active_account_in, check_within, open_account_in};
use crate::id::Id;
use crate::moment::Moment;
use crate::permission::Permission;
use crate::recording::{read_all, stream, write};
use crate::secret::SecretDigest;
use events::{Command, Decision, History, Refusal, StreamId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// Characters of a key's name.
pub const KEY_NAME_MAX: usize = 100;
/// Keys that an account may have at a time.
pub const KEYS_MAX: usize = 100;

/// Why a key ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum KeyEnd {
    /// Somebody revoked it.
    Revoked,
    /// The account that made it was closed.
    AccountClosed,
    /// The account that made it may do nothing any more of what the key may.
    RolesChanged,
}

/// What happens to a key: events of `key/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyEvent {
    /// It was made.
    KeyMade {
        /// By whom.
        account: Id,
        /// What it is for.
        name: String,
        /// Of its secret.
        digest: SecretDigest,
        /// What it may do.
        scopes: BTreeSet<Permission>,
        /// When it ends by itself; `None`: not before it is revoked.
        expires_at: Option<Moment>,
    },
    /// It may do less from now on, as the account may.
    KeyNarrowed {
        /// Who made it.
        account: Id,
        /// All that it may do.
        scopes: BTreeSet<Permission>,
    },
    /// It ended.
    KeyRevoked {
        /// Who made it.
        account: Id,
        /// Why.
        why: KeyEnd,
    },
}

/// A key as its events make it: the row `key/{id}` of the projection. For answers there is
/// [`KeyView`], which holds no digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    #[serde(flatten)]
    pub(crate) view: KeyView,
    pub(crate) digest: SecretDigest,
}

/// A key, as people may see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KeyView {
    /// The key's id.
    pub id: Id,
    /// Who made it.
    pub account: Id,
    /// What it is for.
    #[schema(example = "orders from the shop")]
    pub name: String,
    /// What it may do.
    #[schema(example = json!(["orders-write"]))]
    pub scopes: BTreeSet<Permission>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime, example = "2026-11-30T08:00:00Z")]
    pub made_at: Moment,
    /// When it ends by itself; absent: not before it is revoked.
    #[schema(value_type = Option<String>, format = DateTime, example = "2027-11-30T08:00:00Z")]
    pub expires_at: Option<Moment>,
}

impl Key {
    /// Takes an event; `None` is a key that is not there, or revoked.
    pub(crate) fn after(
        key: Option<Self>,
        id: &Id,
        event: &KeyEvent,
        recorded_at: Timestamp,
    ) -> Option<Self> {
        match event {
            KeyEvent::KeyMade { account, name, digest, scopes, expires_at } => {
                let view = KeyView {
                    id: id.clone(),
                    account: account.clone(),
                    name: name.clone(),
                    scopes: scopes.clone(),
                    made_at: Moment::of(recorded_at),
                    expires_at: *expires_at,
                };
                Some(Self { view, digest: *digest })
            }
            KeyEvent::KeyNarrowed { scopes, .. } => {
                let mut key = key?;
                key.view.scopes.clone_from(scopes);
                Some(key)
            }
            KeyEvent::KeyRevoked { .. } => None,
        }
    }

    /// As people may see it.
    pub fn view(&self) -> &KeyView {
        &self.view
    }
}

pub(crate) fn key_stream(id: &Id) -> StreamId {
    stream("key", id.as_str())
}

/// Makes a key.
#[derive(Debug, Clone)]
pub struct MakeKey {
    /// The new key's id.
    pub key: Id,
    /// Who makes it: it acts for this account, and ends with it.
    pub account: Id,
    /// What it is for: 1 to [`KEY_NAME_MAX`] characters.
    pub name: String,
    /// Of its secret.
    pub digest: SecretDigest,
    /// What it may do: at least one thing.
    pub scopes: BTreeSet<Permission>,
    /// What the one who asks may do: a key may be made by a key, and may then do no more than that.
    pub giver: BTreeSet<Permission>,
    /// When it ends by itself; `None`: not before it is revoked.
    pub expires_at: Option<Moment>,
    /// The present.
    pub now: Timestamp,
}

impl MakeKey {
    fn check(&self) -> Result<(), Refusal> {
        let name = self.name.trim();
        let n_chars = name.chars().count();
        if n_chars == 0 || n_chars > KEY_NAME_MAX || name.chars().any(char::is_control) {
            return Err(Refusal::content(
                "key-name-not-plain",
                "The key's name is empty, long or holds control characters. Use 1 to 100 characters",
            ));
        }
        if self.scopes.is_empty() {
            let mend = "Name at least one permission";
            return Err(Refusal::content("no-scope", format!("The key may do nothing. {mend}")));
        }
        if let Some(expires_at) = self.expires_at
            && expires_at <= Moment::of(self.now)
        {
            return Err(Refusal::content(
                "key-expired",
                format!("The key would end at {expires_at}, which is past. Give a later time"),
            ));
        }
        check_within(&self.giver, &self.scopes)
    }
}

impl Command for MakeKey {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        Ok(vec![Account::stream(&self.account), key_stream(&self.key)])
    }

    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        self.check()?;
        let account = active_account_in(history, &self.account)?;
        check_within(&account.permissions(), &self.scopes)?;
        if account.keys.len() >= KEYS_MAX {
            return Err(Refusal::state(
                "keys-many",
                format!("The account has {KEYS_MAX} keys, which is all it may. Revoke one"),
            ));
        }
        let stream = key_stream(&self.key);
        if !history.stream(&stream).is_empty() {
            let detail = format!("Key `{}` exists. Make a new id", self.key);
            return Err(Refusal::state("key-exists", detail));
        }
        let granted =
            AccountEvent::KeyGranted { key: self.key.clone(), scopes: self.scopes.clone() };
        let made = KeyEvent::KeyMade {
            account: self.account.clone(),
            name: self.name.trim().into(),
            digest: self.digest,
            scopes: self.scopes.clone(),
            expires_at: self.expires_at,
        };
        Ok(Decision {
            writes: vec![
                write(history, Account::stream(&self.account), &[granted]),
                write(history, stream, &[made]),
            ],
            persons: Vec::new(),
        })
    }
}

/// Revokes a key. One that was revoked before: nothing happens.
#[derive(Debug, Clone)]
pub struct RevokeKey {
    /// Which.
    pub key: Id,
    /// Who made it: as the key's view says.
    pub account: Id,
}

impl Command for RevokeKey {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        Ok(vec![Account::stream(&self.account), key_stream(&self.key)])
    }

    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        let stream = key_stream(&self.key);
        let events = read_all::<KeyEvent>(history, &stream)?;
        let own = events.first().is_some_and(|(event, _)| {
            matches!(event, KeyEvent::KeyMade { account, .. } if *account == self.account)
        });
        if !own {
            return Err(Refusal::missing(
                "key-unknown",
                format!("There is no key `{}` of this account. Look it up", self.key),
            ));
        }
        if matches!(events.last(), Some((KeyEvent::KeyRevoked { .. }, _))) {
            return Ok(Decision::default());
        }
        // A closed account's keys are revoked with it, so the account is open here.
        open_account_in(history, &self.account)?;
        let withdrawn = AccountEvent::KeyWithdrawn { key: self.key.clone() };
        let revoked = KeyEvent::KeyRevoked { account: self.account.clone(), why: KeyEnd::Revoked };
        Ok(Decision {
            writes: vec![
                write(history, Account::stream(&self.account), &[withdrawn]),
                write(history, stream, &[revoked]),
            ],
            persons: Vec::new(),
        })
    }
}
