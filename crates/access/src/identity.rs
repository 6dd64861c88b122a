//! Signing in by an OpenID provider: which account a provider's subject belongs to.

use crate::account::{Account, AccountEvent, TenantEvent, open_account_in, tenant_stream};
use crate::id::Id;
use crate::lockout::{SignInEvent, sign_in_stream};
use crate::recording::{read_all, stream, write, write_any};
use crate::role::Role;
use crate::session::{Method, NewSession, open_session};
use events::{Command, Decision, Digest, History, Refusal, StreamId, Timestamp};
use serde::{Deserialize, Serialize};

/// Whose a provider's subject is: events of `identity/{digest}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IdentityEvent {
    /// An account's from now on.
    IdentityTaken {
        /// Whose.
        account: Id,
    },
    /// Nobody's from now on.
    IdentityFreed {
        /// Whose it was.
        account: Id,
    },
}

/// What stands in events for a subject of a provider: SHA-256 over both, the issuer with its length
/// before it, as hexadecimal digits.
pub fn subject_digest(issuer: &str, subject: &str) -> String {
    let mut bytes = (issuer.len() as u64).to_be_bytes().to_vec();
    bytes.extend(issuer.as_bytes());
    bytes.extend(subject.as_bytes());
    Digest::of(&bytes).to_string()
}

pub(crate) fn identity_stream(digest: &str) -> StreamId {
    stream("identity", digest)
}

/// On whose word a subject may be linked to an account, where it is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// It may not.
    Never,
    /// On the provider's: it verified the e-mail address that is the account's login
    /// ([`crate::oidc::login_to_link`]). Only while the account is invited: the login is then what the
    /// inviter wrote. Later the person may have changed it to the address of somebody else, who would
    /// be led into an account that is not theirs alone.
    ByAddress,
    /// On the person's: they are signed in to the account, or showed its invitation.
    ByPerson,
}

/// Signs in by a provider whose token was checked ([`crate::oidc::check_id_token`]).
///
/// The account is the one that the subject is linked to; at the first time, one that it may be linked
/// to. Then the two are linked, and an invited account is in use.
#[derive(Debug, Clone)]
pub struct SignInByProvider {
    /// Whose.
    pub account: Id,
    /// The token's issuer.
    pub issuer: String,
    /// The token's subject.
    pub subject: String,
    /// Whether the account may be linked now, where it is not.
    pub link: Link,
    /// The session that is opened.
    pub session: NewSession,
    /// The present.
    pub now: Timestamp,
}

impl SignInByProvider {
    fn identity(&self) -> String {
        subject_digest(&self.issuer, &self.subject)
    }

    /// Refuses a subject that is another account's, and one that may not be linked now.
    fn check_linked(&self, account: &Account, history: &History) -> Result<bool, Refusal> {
        let events = read_all::<IdentityEvent>(history, &identity_stream(&self.identity()))?;
        match events.last() {
            Some((IdentityEvent::IdentityTaken { account }, _)) if *account == self.account => {
                Ok(true)
            }
            Some((IdentityEvent::IdentityTaken { .. }, _)) => Err(Refusal::state(
                "identity-taken",
                "The provider's subject is another account's. Sign in to that one, or close it",
            )),
            _ if self.link == Link::ByPerson => Ok(false),
            _ if self.link == Link::ByAddress && !account.is_active() => Ok(false),
            _ if self.link == Link::ByAddress => Err(Refusal::state(
                "account-in-use",
                "The account is in use already. Sign in to it otherwise, and link the provider there",
            )),
            _ => Err(Refusal::state(
                "identity-not-linked",
                "The provider's subject is no account's. Ask an administrator for an invitation",
            )),
        }
    }
}

impl Command for SignInByProvider {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        Ok(vec![
            Account::stream(&self.account),
            identity_stream(&self.identity()),
            self.session.stream(),
            tenant_stream(),
        ])
    }

    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        let account = open_account_in(history, &self.account)?;
        let mut writes = Vec::new();
        if !self.check_linked(&account, history)? {
            let subject_digest = self.identity();
            let taken = IdentityEvent::IdentityTaken { account: self.account.clone() };
            writes.push(write(history, identity_stream(&subject_digest), &[taken]));
            let issuer = self.issuer.clone();
            let linked = AccountEvent::OidcLinked { issuer, subject_digest };
            writes.push(write(history, Account::stream(&self.account), &[linked]));
            if !account.is_active() && account.roles.contains(&Role::Administrator) {
                let gained = TenantEvent::AdministratorGained { account: self.account.clone() };
                writes.push(write(history, tenant_stream(), &[gained]));
            }
        }
        let session = self.session.id.clone();
        let succeeded = SignInEvent::SignInSucceeded { method: Method::Oidc, session };
        writes.push(write_any(sign_in_stream(&self.account), &succeeded));
        writes.push(open_session(
            history,
            &self.session,
            &self.account,
            account.generation,
            Method::Oidc,
            self.now,
        )?);
        Ok(Decision { writes, persons: Vec::new() })
    }
}
