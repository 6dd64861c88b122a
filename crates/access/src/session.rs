//! Sessions: that a person signed in, for a while.
//!
//! A session ends by itself after [`SESSION_SECONDS`], counted from the sign-in and not prolonged by
//! use: a working day with its breaks. NIST SP 800-63B allows 30 days where a password is the only
//! factor. It ends before that when the person signs out, when another password is set, and when the
//! account is closed.

use crate::account::Account;
use crate::id::Id;
use crate::moment::Moment;
use crate::recording::{read_all, stream, write};
use crate::secret::{Secret, SecretDigest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use events::{Command, Decision, History, Refusal, StreamId, Timestamp, Write};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use utoipa::ToSchema;

/// How long a session lasts, in seconds: 12 hours.
pub const SESSION_SECONDS: i64 = 12 * 3_600;

/// How a person showed who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// By password.
    Password,
    /// By an OpenID provider.
    Oidc,
    /// By the link of an invitation.
    Invitation,
}

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SessionEnd {
    /// The person signed out.
    SignedOut,
    /// The person, or an administrator, ended it from elsewhere.
    Ended,
    /// Its time was over.
    Expired,
}

/// What happens to a session: events of `session/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SessionEvent {
    /// A person signed in.
    SessionOpened {
        /// Who.
        account: Id,
        /// Of the session's secret.
        digest: SecretDigest,
        /// When it ends by itself.
        expires_at: Moment,
        /// How the person showed who they are.
        method: Method,
        /// Of the account's: those of an earlier one count no more.
        generation: u64,
    },
    /// It ended.
    SessionClosed {
        /// Whose it was.
        account: Id,
        /// Why.
        why: SessionEnd,
    },
}

/// A session that is to be opened.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// Its id.
    pub id: Id,
    /// Of its secret.
    pub digest: SecretDigest,
}

impl NewSession {
    pub(crate) fn stream(&self) -> StreamId {
        session_stream(&self.id)
    }
}

/// A session as its events make it: the row `session/{id}` of the projection. For answers there is
/// [`SessionView`], which holds no digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    #[serde(flatten)]
    pub(crate) view: SessionView,
    pub(crate) digest: SecretDigest,
}

/// A session, as its person may see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SessionView {
    /// The session's id.
    pub id: Id,
    /// Whose it is.
    pub account: Id,
    /// How the person showed who they are.
    pub method: Method,
    /// When it was opened.
    #[schema(value_type = String, format = DateTime, example = "2026-11-30T08:00:00Z")]
    pub opened_at: Moment,
    /// When it ends by itself.
    #[schema(value_type = String, format = DateTime, example = "2026-11-30T20:00:00Z")]
    pub expires_at: Moment,
    /// Of the account's: those of an earlier one count no more.
    #[schema(example = 1)]
    pub generation: u64,
}

impl Session {
    /// What an event leaves; `None` is a session that is over.
    pub(crate) fn after(id: &Id, event: &SessionEvent, recorded_at: Timestamp) -> Option<Self> {
        let SessionEvent::SessionOpened { account, digest, expires_at, method, generation } = event
        else {
            return None;
        };
        let view = SessionView {
            id: id.clone(),
            account: account.clone(),
            method: *method,
            opened_at: Moment::of(recorded_at),
            expires_at: *expires_at,
            generation: *generation,
        };
        Some(Self { view, digest: *digest })
    }

    /// Whose it is: the row `account/{id}` is needed beside this one.
    pub fn account(&self) -> &Id {
        &self.view.account
    }

    /// As its person may see it.
    pub fn view(&self) -> &SessionView {
        &self.view
    }
}

impl SessionView {
    /// Whether it still counts.
    pub fn is_live(&self, account: &Account, now: Timestamp) -> bool {
        Moment::of(now) < self.expires_at && account.keeps_session(&self.id, self.generation)
    }
}

pub(crate) fn session_stream(id: &Id) -> StreamId {
    stream("session", id.as_str())
}

/// The write that opens a session.
pub(crate) fn open_session(
    history: &History,
    session: &NewSession,
    account: &Id,
    generation: u64,
    method: Method,
    now: Timestamp,
) -> Result<Write, Refusal> {
    if !history.stream(&session.stream()).is_empty() {
        return Err(Refusal::state(
            "session-exists",
            format!("Session `{}` exists. Make a new id", session.id),
        ));
    }
    let opened = SessionEvent::SessionOpened {
        account: account.clone(),
        digest: session.digest,
        expires_at: Moment::of(now).plus_seconds(SESSION_SECONDS),
        method,
        generation,
    };
    Ok(write(history, session.stream(), &[opened]))
}

/// Ends a session. One that ended before: nothing happens.
#[derive(Debug, Clone)]
pub struct EndSession {
    /// Which.
    pub session: Id,
    /// Whose: another's is as if it were not there.
    pub account: Id,
    /// Why.
    pub why: SessionEnd,
}

impl Command for EndSession {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        Ok(vec![session_stream(&self.session)])
    }

    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        let stream = session_stream(&self.session);
        let events = read_all::<SessionEvent>(history, &stream)?;
        let own = events.first().is_some_and(|(event, _)| {
            matches!(event, SessionEvent::SessionOpened { account, .. } if *account == self.account)
        });
        if !own {
            return Err(Refusal::missing(
                "session-unknown",
                format!("There is no session `{}` of this account. Look it up", self.session),
            ));
        }
        if events.len() > 1 {
            return Ok(Decision::default());
        }
        let closed = SessionEvent::SessionClosed { account: self.account.clone(), why: self.why };
        Ok(Decision { writes: vec![write(history, stream, &[closed])], persons: Vec::new() })
    }
}

/// The token that a form of the session carries against cross-site request forgery: HMAC-SHA256 of
/// `csrf` under the session's secret, as base64url. It is the same for the session's whole life.
pub fn csrf_token(secret: &Secret) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(secret.bytes()).expect("a key of any length will do");
    URL_SAFE_NO_PAD.encode(mac.chain_update(b"csrf").finalize().into_bytes())
}

/// Whether a form carries the token of its session; takes as long for any other of that length.
pub fn csrf_matches(token: &str, given: &str) -> bool {
    token.as_bytes().ct_eq(given.as_bytes()).into()
}
