//! What is shown of people and keys, and what a request is let in by.
//!
//! | row | value | for |
//! |---|---|---|
//! | `account/{id}` | [`Account`] | a session's second row; lists of people, by [`Account::view`] |
//! | `login/{digest}` | the account's id | who signs in by password |
//! | `identity/{digest}` | the account's id | who signs in by a provider |
//! | `session/{id}` | [`Session`] | a session's first row |
//! | `account-sessions/{account}/{id}` | [`SessionView`] | the list of a person's sessions |
//! | `key/{id}` | [`Key`] | the only row of a key |
//! | `account-keys/{account}/{id}` | [`KeyView`] | lists of keys |
//! | `sign-in/{account}` | [`SignIns`] | the last sign-in, a wait that is running |
//!
//! The rows of accounts, sessions and keys hold digests: they are for [`crate::principal`], not for
//! answers.

use crate::account::{Account, AccountEvent, LoginEvent};
use crate::id::Id;
use crate::identity::IdentityEvent;
use crate::key::{Key, KeyEvent, KeyView};
use crate::lockout::{SignInEvent, SignIns};
use crate::login::Login;
use crate::recording::read;
use crate::session::{Session, SessionEvent, SessionView};
use events::{ApplyFault, Event, Projection, Rows};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The projection `access`.
#[derive(Debug, Clone, Copy, Default)]
pub struct AccessProjection;

/// Kinds of the streams that are shown here.
const OURS: [&str; 6] = ["account", "login", "identity", "session", "key", "sign-in"];

/// The row of an account.
pub fn account_key(id: &Id) -> String {
    format!("account/{id}")
}

/// The row that says whose a login name is.
pub fn login_key(login: &Login) -> String {
    format!("login/{}", login.digest())
}

/// The row that says whose a provider's subject is: of [`crate::identity::subject_digest`].
pub fn identity_key(subject_digest: &str) -> String {
    format!("identity/{subject_digest}")
}

/// The row of a session.
pub fn session_key(id: &Id) -> String {
    format!("session/{id}")
}

/// What the rows of an account's sessions begin with.
pub fn account_sessions_prefix(account: &Id) -> String {
    format!("account-sessions/{account}/")
}

/// The row of a key.
pub fn key_key(id: &Id) -> String {
    format!("key/{id}")
}

/// What the rows of an account's keys begin with; those of all accounts begin with `account-keys/`.
pub fn account_keys_prefix(account: &Id) -> String {
    format!("account-keys/{account}/")
}

/// The row of an account's tries to sign in.
pub fn sign_in_key(account: &Id) -> String {
    format!("sign-in/{account}")
}

/// Reads a row's value.
pub fn read_row<T: DeserializeOwned>(value: &str) -> Result<T, serde_json::Error> {
    serde_json::from_str(value)
}

/// An event of ours, read.
enum Ours {
    Account(Id, AccountEvent),
    Login(LoginEvent),
    Identity(IdentityEvent),
    Session(Id, SessionEvent),
    Key(Id, KeyEvent),
    SignIn(SignInEvent),
}

impl Ours {
    /// `None` where the stream is not shown here.
    fn read(event: &Event) -> Option<Result<Self, String>> {
        let id = || Id::parse(event.stream.id()).map_err(|fault| fault.to_string());
        let read = || match event.stream.kind() {
            "account" => Ok(Self::Account(id()?, read(event)?)),
            "login" => Ok(Self::Login(read(event)?)),
            "identity" => Ok(Self::Identity(read(event)?)),
            "session" => Ok(Self::Session(id()?, read(event)?)),
            "key" => Ok(Self::Key(id()?, read(event)?)),
            _ => Ok(Self::SignIn(read(event)?)),
        };
        OURS.contains(&event.stream.kind()).then(read)
    }
}

/// The row of a list that shows a thing of an account.
fn list_key(event: &Ours) -> Option<String> {
    Some(match event {
        Ours::Session(
            id,
            SessionEvent::SessionOpened { account, .. }
            | SessionEvent::SessionClosed { account, .. },
        ) => format!("{}{id}", account_sessions_prefix(account)),
        Ours::Key(
            id,
            KeyEvent::KeyMade { account, .. }
            | KeyEvent::KeyNarrowed { account, .. }
            | KeyEvent::KeyRevoked { account, .. },
        ) => format!("{}{id}", account_keys_prefix(account)),
        _ => return None,
    })
}

fn unreadable(fault: &serde_json::Error) -> ApplyFault {
    ApplyFault::Content(format!("a row is not as it was written: {fault}. Make them anew"))
}

fn get<T: DeserializeOwned>(rows: &Rows, key: &str) -> Result<Option<T>, ApplyFault> {
    rows.get(key)?.map(read_row).transpose().map_err(|fault| unreadable(&fault))
}

fn set<T: Serialize>(rows: &mut Rows, key: &str, value: Option<&T>) -> Result<(), ApplyFault> {
    match value {
        None => rows.remove(key),
        Some(value) => {
            rows.put(key, serde_json::to_string(value).map_err(|fault| unreadable(&fault))?)
        }
    }
}

impl Projection for AccessProjection {
    fn name(&self) -> &'static str {
        "access"
    }

    fn revision(&self) -> u32 {
        1
    }

    fn takes(&self, kind: &str) -> bool {
        OURS.contains(&kind)
    }

    fn keys(&self, event: &Event) -> Vec<String> {
        let Some(read) = Ours::read(event) else { return Vec::new() };
        // The row is the stream's own; an event that cannot be read is told of by `apply`.
        let mut keys = vec![event.stream.to_string()];
        keys.extend(read.ok().as_ref().and_then(list_key));
        keys
    }

    fn apply(&self, event: &Event, rows: &mut Rows) -> Result<(), ApplyFault> {
        let Some(read) = Ours::read(event) else { return Ok(()) };
        let (read, at) = (read.map_err(ApplyFault::Content)?, event.recorded_at);
        let row = event.stream.to_string();
        let list = list_key(&read).unwrap_or_default();
        match &read {
            Ours::Account(id, event) => {
                let account = Account::after(get(rows, &row)?, id, event, at);
                set(rows, &row, account.as_ref())
            }
            Ours::Login(LoginEvent::LoginTaken { account })
            | Ours::Identity(IdentityEvent::IdentityTaken { account }) => {
                rows.put(&row, account.to_string())
            }
            Ours::Login(LoginEvent::LoginFreed { .. })
            | Ours::Identity(IdentityEvent::IdentityFreed { .. }) => rows.remove(&row),
            Ours::Session(id, event) => {
                let session = Session::after(id, event, at);
                set::<SessionView>(rows, &list, session.as_ref().map(Session::view))?;
                set(rows, &row, session.as_ref())
            }
            Ours::Key(id, event) => {
                let key = Key::after(get(rows, &row)?, id, event, at);
                set::<KeyView>(rows, &list, key.as_ref().map(Key::view))?;
                set(rows, &row, key.as_ref())
            }
            Ours::SignIn(event) => {
                let mut sign_ins: SignIns = get(rows, &row)?.unwrap_or_default();
                sign_ins.take(event, at);
                set(rows, &row, Some(&sign_ins))
            }
        }
    }
}
