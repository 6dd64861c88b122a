//! Changes to an account that is there: roles, details, password, its end.

use crate::account::{
    Account, AccountEvent, LoginEvent, TenantEvent, active_account_in, check_login_free,
    check_not_last, check_revision, check_within, login_stream, open_account_in, tenant_stream,
};
use crate::id::Id;
use crate::identity::{IdentityEvent, identity_stream};
use crate::invite::check_roles;
use crate::key::{KeyEnd, KeyEvent, key_stream};
use crate::lockout::{SignInEvent, check_wait, sign_in_stream};
use crate::password::{PasswordHash, Proof};
use crate::permission::{Permission, permissions_of};
use crate::person::{Details, PersonData};
use crate::recording::{write, write_any};
use crate::role::Role;
use crate::session::Method;
use events::{Command, Decision, History, Refusal, StreamId, Timestamp, Write};
use std::collections::BTreeSet;

/// Gives an account other roles. Keys that it made are narrowed to what it may still do.
#[derive(Debug, Clone)]
pub struct ChangeRoles {
    /// Whose.
    pub account: Id,
    /// All roles from now on: at least one.
    pub roles: BTreeSet<Role>,
    /// What the one who asks may do: the roles may not go beyond it.
    pub giver: BTreeSet<Permission>,
}

impl Command for ChangeRoles {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        Ok(vec![Account::stream(&self.account), tenant_stream()])
    }

    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        check_roles(&self.roles)?;
        let account = open_account_in(history, &self.account)?;
        if account.roles == self.roles {
            return Ok(Decision::default());
        }
        let held = permissions_of(&self.roles);
        let gained: BTreeSet<Permission> =
            held.difference(&account.permissions()).copied().collect();
        check_within(&self.giver, &gained)?;
        let mut events = vec![AccountEvent::RolesChanged { roles: self.roles.clone() }];
        let mut writes = Vec::new();
        narrow_keys(&account, &held, &mut events, &mut writes);
        writes.push(write(history, Account::stream(&self.account), &events));
        let was = account.roles.contains(&Role::Administrator);
        let is = self.roles.contains(&Role::Administrator);
        let id = self.account.clone();
        if account.is_active() && was != is {
            let event = if is {
                TenantEvent::AdministratorGained { account: id }
            } else {
                check_not_last(history, &id)?;
                TenantEvent::AdministratorLost { account: id }
            };
            writes.push(write(history, tenant_stream(), &[event]));
        }
        Ok(Decision { writes, persons: Vec::new() })
    }
}

/// What becomes of an account's keys when it holds less: each loses what goes beyond, and one with
/// nothing left ends.
fn narrow_keys(
    account: &Account,
    held: &BTreeSet<Permission>,
    events: &mut Vec<AccountEvent>,
    writes: &mut Vec<Write>,
) {
    for (key, scopes) in &account.keys {
        let left: BTreeSet<Permission> = scopes.intersection(held).copied().collect();
        let owner = account.id.clone();
        if left.is_empty() {
            events.push(AccountEvent::KeyWithdrawn { key: key.clone() });
            let ended = KeyEvent::KeyRevoked { account: owner, why: KeyEnd::RolesChanged };
            writes.push(write_any(key_stream(key), &ended));
        } else if left != *scopes {
            events.push(AccountEvent::KeyGranted { key: key.clone(), scopes: left.clone() });
            let narrowed = KeyEvent::KeyNarrowed { account: owner, scopes: left };
            writes.push(write_any(key_stream(key), &narrowed));
        }
    }
}

/// Changes the name, the login name or the e-mail address.
#[derive(Debug, Clone)]
pub struct ChangeDetails {
    /// Whose.
    pub account: Id,
    /// The data of the person, as they are.
    pub person: PersonData,
    /// As they are to be.
    pub details: Details,
    /// What the one who asks may do: a login is a way in, so an account that may do more is not theirs
    /// to change. A person always may change their own.
    pub giver: BTreeSet<Permission>,
}

impl Command for ChangeDetails {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        Ok(vec![Account::stream(&self.account), login_stream(&self.details.login.digest())])
    }

    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        self.details.check()?;
        let account = open_account_in(history, &self.account)?;
        check_within(&self.giver, &account.permissions())?;
        check_revision(&account, self.person.revision)?;
        if self.details == self.person.details {
            return Ok(Decision::default());
        }
        let login = self.details.login.digest();
        let event = AccountEvent::DetailsChanged { login: login.clone() };
        let mut writes = vec![write(history, Account::stream(&self.account), &[event])];
        if login != account.login {
            check_login_free(history, &login)?;
            let taken = LoginEvent::LoginTaken { account: self.account.clone() };
            writes.push(write(history, login_stream(&login), &[taken]));
            let freed = LoginEvent::LoginFreed { account: self.account.clone() };
            writes.push(write_any(login_stream(&account.login), &freed));
        }
        let person = PersonData {
            revision: account.revision + 1,
            details: self.details.clone(),
            password: self.person.password.clone(),
        };
        Ok(Decision { writes, persons: vec![person.keep(&self.account)] })
    }
}

/// Sets another password, by who knows the present one. All sessions end but the one it is done in.
///
/// Where the present password was wrong, the decision records a failed sign-in, and nothing is set.
#[derive(Debug, Clone)]
pub struct SetPassword {
    /// Whose.
    pub account: Id,
    /// That the present password was given: of [`crate::password::prove`].
    pub proof: Option<Proof>,
    /// The data of the person, as they are.
    pub person: PersonData,
    /// The new password's hash.
    pub password: PasswordHash,
    /// The session that stays.
    pub keeps: Option<Id>,
    /// The present.
    pub now: Timestamp,
}

impl Command for SetPassword {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        Ok(vec![Account::stream(&self.account), sign_in_stream(&self.account)])
    }

    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        let account = active_account_in(history, &self.account)?;
        check_wait(history, &self.account, self.now)?;
        let Some(proof) = &self.proof else {
            let failed = SignInEvent::SignInFailed { method: Method::Password };
            let writes = vec![write(history, sign_in_stream(&self.account), &[failed])];
            return Ok(Decision { writes, persons: Vec::new() });
        };
        check_proof(&account, proof)?;
        check_revision(&account, self.person.revision)?;
        let event = AccountEvent::PasswordSet { keeps: self.keeps.clone() };
        let person = PersonData {
            revision: account.revision + 1,
            password: Some(self.password.clone()),
            ..self.person.clone()
        };
        Ok(Decision {
            writes: vec![write(history, Account::stream(&self.account), &[event])],
            persons: vec![person.keep(&self.account)],
        })
    }
}

/// Refuses a proof that is another account's, or of a password that was replaced meanwhile.
pub(crate) fn check_proof(account: &Account, proof: &Proof) -> Result<(), Refusal> {
    if *proof.account() != account.id {
        return Err(Refusal::content(
            "proof-of-another",
            "The password that was proven is another account's. Prove this one's",
        ));
    }
    check_revision(account, proof.revision())
}

/// Closes an account, for good: its sessions, its invitation and its keys end, its login name is free.
/// The personal data stay until the caller erases them ([`PersonData::id_of`]).
#[derive(Debug, Clone)]
pub struct CloseAccount {
    /// Which.
    pub account: Id,
}

impl Command for CloseAccount {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        Ok(vec![Account::stream(&self.account), tenant_stream()])
    }

    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        let account = open_account_in(history, &self.account)?;
        let id = || self.account.clone();
        let closed = AccountEvent::AccountClosed {};
        let mut writes = vec![write(history, Account::stream(&self.account), &[closed])];
        if account.is_active() && account.roles.contains(&Role::Administrator) {
            check_not_last(history, &self.account)?;
            let lost = TenantEvent::AdministratorLost { account: id() };
            writes.push(write(history, tenant_stream(), &[lost]));
        }
        let freed = LoginEvent::LoginFreed { account: id() };
        writes.push(write_any(login_stream(&account.login), &freed));
        for identity in &account.identities {
            let freed = IdentityEvent::IdentityFreed { account: id() };
            writes.push(write_any(identity_stream(identity), &freed));
        }
        for key in account.keys.keys() {
            let ended = KeyEvent::KeyRevoked { account: id(), why: KeyEnd::AccountClosed };
            writes.push(write_any(key_stream(key), &ended));
        }
        Ok(Decision { writes, persons: Vec::new() })
    }
}
