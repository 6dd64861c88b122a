//! Who is behind a request, and what they may do.

use crate::account::Account;
use crate::id::Id;
use crate::key::Key;
use crate::moment::Moment;
use crate::permission::Permission;
use crate::secret::{Token, TokenKind};
use crate::session::{Session, csrf_matches, csrf_token};
use events::{Refusal, Tenant, Timestamp};
use std::collections::BTreeSet;

/// Who is behind a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// Whose house.
    pub tenant: Tenant,
    /// Who acts, as events record it: `account/{id}` or `key/{id}`.
    pub actor: String,
    /// The account that acts, or for which the key does.
    pub account: Id,
    /// The session; `None` for a key.
    pub session: Option<Id>,
    /// What they may do.
    pub permissions: BTreeSet<Permission>,
    /// What a form has to carry; `None` for a key, which no browser sends by itself.
    pub csrf: Option<String>,
}

impl Principal {
    /// Whether they may do that.
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(&permission)
    }

    /// Refuses what they may not do.
    pub fn check(&self, permission: Permission) -> Result<(), Refusal> {
        if self.may(permission) {
            return Ok(());
        }
        Err(Refusal::state(
            "not-permitted",
            format!("This needs the permission {permission}. Ask an administrator for it"),
        ))
    }

    /// Whether a form carries what this session's forms carry; a key's requests need nothing.
    pub fn csrf_matches(&self, given: &str) -> bool {
        self.csrf.as_ref().is_none_or(|token| csrf_matches(token, given))
    }
}

/// Why a request is not let in: for the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeniedReason {
    /// The token is of another kind.
    WrongKind,
    /// Nothing of that id is there: never was, or has ended.
    Unknown,
    /// The id is there, the secret is not its own.
    WrongSecret,
    /// Its time is over.
    Expired,
    /// The account is not in use.
    AccountNotActive,
    /// The account's sessions were ended: another password was set.
    Superseded,
}

/// A request is not let in. What it prints is the same whatever the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Not signed in, or not any more. Sign in again, or give a key that is valid")]
pub struct Denied {
    /// For the log, never for the caller.
    pub reason: DeniedReason,
}

fn denied<T>(reason: DeniedReason) -> Result<T, Denied> {
    Err(Denied { reason })
}

/// Lets a key in.
///
/// - `key`: the row `key/{id}` of the token's tenant and id, where it is there.
pub fn authenticate_key(
    token: &Token,
    key: Option<&Key>,
    now: Timestamp,
) -> Result<Principal, Denied> {
    if token.kind != TokenKind::Key {
        return denied(DeniedReason::WrongKind);
    }
    let Some(key) = key.filter(|key| key.view.id == token.id) else {
        return denied(DeniedReason::Unknown);
    };
    if !key.digest.matches(&token.secret) {
        return denied(DeniedReason::WrongSecret);
    }
    if key.view.expires_at.is_some_and(|expires_at| expires_at <= Moment::of(now)) {
        return denied(DeniedReason::Expired);
    }
    Ok(Principal {
        tenant: token.tenant.clone(),
        actor: format!("key/{}", key.view.id),
        account: key.view.account.clone(),
        session: None,
        permissions: key.view.scopes.clone(),
        csrf: None,
    })
}

/// Lets a session in.
///
/// - `session`: the row `session/{id}` of the token's tenant and id, where it is there.
/// - `account`: the row `account/{id}` of [`Session::account`], where it is there.
pub fn authenticate_session(
    token: &Token,
    session: Option<&Session>,
    account: Option<&Account>,
    now: Timestamp,
) -> Result<Principal, Denied> {
    if token.kind != TokenKind::Session {
        return denied(DeniedReason::WrongKind);
    }
    let Some(session) = session.filter(|session| session.view.id == token.id) else {
        return denied(DeniedReason::Unknown);
    };
    if !session.digest.matches(&token.secret) {
        return denied(DeniedReason::WrongSecret);
    }
    if session.view.expires_at <= Moment::of(now) {
        return denied(DeniedReason::Expired);
    }
    let account = account.filter(|account| account.id == session.view.account);
    let Some(account) = account.filter(|account| account.is_active()) else {
        return denied(DeniedReason::AccountNotActive);
    };
    if !account.keeps_session(&session.view.id, session.view.generation) {
        return denied(DeniedReason::Superseded);
    }
    Ok(Principal {
        tenant: token.tenant.clone(),
        actor: format!("account/{}", account.id),
        account: account.id.clone(),
        session: Some(session.view.id.clone()),
        permissions: account.permissions(),
        csrf: Some(csrf_token(&token.secret)),
    })
}
