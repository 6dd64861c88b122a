//! Accounts: what happened to them, and what they are from it.
//!
//! Events of the stream `account/{id}`; of `login/{digest}`, which keeps login names apart; and of
//! `tenant/access`, which knows the administrators, so that the last one stays.

use crate::id::Id;
use crate::moment::Moment;
use crate::permission::{Permission, permissions_of};
use crate::recording::{read_all, stream};
use crate::role::Role;
use crate::secret::SecretDigest;
use events::{History, Refusal, StreamId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// What happens to an account. The password's hash, the name, the login and the e-mail address are
/// not here but in [`crate::PersonData`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccountEvent {
    /// It was opened, for a person who is to be invited.
    AccountOpened {
        /// What the person does.
        roles: BTreeSet<Role>,
        /// SHA-256 of the login name.
        login: String,
    },
    /// A link to set a password was made; an earlier one ends.
    InvitationMade {
        /// Of the link's secret.
        digest: SecretDigest,
        /// When the link ends.
        expires_at: Moment,
    },
    /// The link was used.
    InvitationUsed {},
    /// A password was set; sessions end.
    PasswordSet {
        /// The session that stays: the one in which it was set.
        keeps: Option<Id>,
    },
    /// The same password was hashed anew, at another cost.
    PasswordRehashed {},
    /// Name, login or e-mail address changed.
    DetailsChanged {
        /// SHA-256 of the login name, as it is now.
        login: String,
    },
    /// What the person does changed.
    RolesChanged {
        /// All roles from now on.
        roles: BTreeSet<Role>,
    },
    /// A person known to an OpenID provider signs in to it.
    OidcLinked {
        /// The provider.
        issuer: String,
        /// SHA-256 of issuer and subject.
        subject_digest: String,
    },
    /// It made a key, or one that it made may do less.
    KeyGranted {
        /// Which.
        key: Id,
        /// What the key may do from now on.
        scopes: BTreeSet<Permission>,
    },
    /// A key of it ended.
    KeyWithdrawn {
        /// Which.
        key: Id,
    },
    /// It was closed, for good.
    AccountClosed {},
}

/// Who holds a login name: events of `login/{digest}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LoginEvent {
    /// It is an account's from now on.
    LoginTaken {
        /// Whose.
        account: Id,
    },
    /// It is nobody's from now on.
    LoginFreed {
        /// Whose it was.
        account: Id,
    },
}

/// Who lets others in: events of `tenant/access`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TenantEvent {
    /// A link for the first administrator was made.
    FirstAdministratorInvited {
        /// The account.
        account: Id,
    },
    /// An account that can sign in became an administrator's.
    AdministratorGained {
        /// Which.
        account: Id,
    },
    /// It is an administrator's no more.
    AdministratorLost {
        /// Which.
        account: Id,
    },
}

/// How far an account is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AccountState {
    /// Nobody can sign in to it yet.
    Invited,
    /// In use.
    Active,
    /// Closed, for good.
    Closed,
}

/// A link to set a password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    pub(crate) digest: SecretDigest,
    pub(crate) expires_at: Moment,
}

/// An account as its events make it. It is the row `account/{id}` of the projection; for answers there
/// is [`AccountView`], which holds no digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub(crate) id: Id,
    pub(crate) state: AccountState,
    pub(crate) roles: BTreeSet<Role>,
    pub(crate) login: String,
    pub(crate) opened_at: Moment,
    pub(crate) version: u64,
    /// Goes up with each change of the personal data.
    pub(crate) revision: u64,
    /// Goes up when sessions end: those of an earlier generation count no more, but for `kept`.
    pub(crate) generation: u64,
    pub(crate) kept: Option<Id>,
    pub(crate) has_password: bool,
    pub(crate) invitation: Option<Invitation>,
    pub(crate) identities: BTreeSet<String>,
    pub(crate) keys: BTreeMap<Id, BTreeSet<Permission>>,
}

/// An account, as people may see it. Name, login and e-mail address: [`crate::Details`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AccountView {
    /// The account's id.
    pub id: Id,
    /// How far it is.
    pub state: AccountState,
    /// What the person does.
    #[schema(example = json!(["planner"]))]
    pub roles: BTreeSet<Role>,
    /// What that allows.
    #[schema(example = json!(["orders-read", "orders-write"]))]
    pub permissions: BTreeSet<Permission>,
    /// Goes up with each change.
    #[schema(example = 3)]
    pub version: u64,
    /// When it was opened.
    #[schema(value_type = String, format = DateTime, example = "2026-11-30T08:00:00Z")]
    pub opened_at: Moment,
    /// A password was set.
    pub has_password: bool,
    /// Linked to an OpenID provider.
    pub oidc_linked: bool,
    /// Until when its invitation may be used; absent where there is none.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-12-03T08:00:00Z")]
    pub invitation_expires_at: Option<Moment>,
    /// Keys that it made and that are not revoked.
    #[schema(example = 0)]
    pub n_keys: u64,
}

impl Account {
    /// The stream of an account.
    pub fn stream(id: &Id) -> StreamId {
        stream("account", id.as_str())
    }

    /// Takes an event; `None` is an account that does not exist yet.
    pub(crate) fn after(
        account: Option<Self>,
        id: &Id,
        event: &AccountEvent,
        recorded_at: Timestamp,
    ) -> Option<Self> {
        let AccountEvent::AccountOpened { roles, login } = event else {
            let mut account = account?;
            account.version += 1;
            account.take(event);
            return Some(account);
        };
        Some(Self {
            id: id.clone(),
            state: AccountState::Invited,
            roles: roles.clone(),
            login: login.clone(),
            opened_at: Moment::of(recorded_at),
            version: 1,
            revision: 1,
            generation: 1,
            kept: None,
            has_password: false,
            invitation: None,
            identities: BTreeSet::new(),
            keys: BTreeMap::new(),
        })
    }

    fn take(&mut self, event: &AccountEvent) {
        match event {
            AccountEvent::AccountOpened { .. } => {}
            AccountEvent::InvitationMade { digest, expires_at } => {
                self.invitation = Some(Invitation { digest: *digest, expires_at: *expires_at });
            }
            AccountEvent::InvitationUsed {} => self.invitation = None,
            AccountEvent::PasswordSet { keeps } => {
                self.state = AccountState::Active;
                self.has_password = true;
                self.revision += 1;
                self.generation += 1;
                self.kept.clone_from(keeps);
            }
            AccountEvent::PasswordRehashed {} => self.revision += 1,
            AccountEvent::DetailsChanged { login } => {
                self.revision += 1;
                self.login.clone_from(login);
            }
            AccountEvent::RolesChanged { roles } => self.roles.clone_from(roles),
            AccountEvent::OidcLinked { subject_digest, .. } => {
                self.state = AccountState::Active;
                self.invitation = None;
                self.identities.insert(subject_digest.clone());
            }
            AccountEvent::KeyGranted { key, scopes } => {
                self.keys.insert(key.clone(), scopes.clone());
            }
            AccountEvent::KeyWithdrawn { key } => {
                self.keys.remove(key);
            }
            AccountEvent::AccountClosed {} => {
                self.state = AccountState::Closed;
                self.generation += 1;
                self.kept = None;
                self.invitation = None;
                self.keys.clear();
            }
        }
    }

    /// What its roles allow.
    pub fn permissions(&self) -> BTreeSet<Permission> {
        permissions_of(&self.roles)
    }

    /// Whether someone can sign in to it.
    pub fn is_active(&self) -> bool {
        self.state == AccountState::Active
    }

    /// Whether a session opened in that generation still counts.
    pub(crate) fn keeps_session(&self, session: &Id, generation: u64) -> bool {
        self.is_active() && (generation == self.generation || self.kept.as_ref() == Some(session))
    }

    /// As people may see it.
    pub fn view(&self) -> AccountView {
        AccountView {
            id: self.id.clone(),
            state: self.state,
            roles: self.roles.clone(),
            permissions: if self.is_active() { self.permissions() } else { BTreeSet::new() },
            version: self.version,
            opened_at: self.opened_at,
            has_password: self.has_password,
            oidc_linked: !self.identities.is_empty(),
            invitation_expires_at: self.invitation.as_ref().map(|made| made.expires_at),
            n_keys: self.keys.len() as u64,
        }
    }
}

/// The account as its history makes it.
pub(crate) fn account_in(history: &History, id: &Id) -> Result<Option<Account>, Refusal> {
    let events = read_all::<AccountEvent>(history, &Account::stream(id))?;
    Ok(events.iter().fold(None, |account, (event, recorded)| {
        Account::after(account, id, event, recorded.recorded_at)
    }))
}

/// The account, which must exist and not be closed.
pub(crate) fn open_account_in(history: &History, id: &Id) -> Result<Account, Refusal> {
    let account = account_in(history, id)?.ok_or_else(|| {
        Refusal::missing("account-unknown", format!("There is no account `{id}`. Look it up"))
    })?;
    if account.state == AccountState::Closed {
        return Err(Refusal::state(
            "account-closed",
            format!("Account `{id}` is closed, for good. Invite the person anew"),
        ));
    }
    Ok(account)
}

/// The account, which must be in use.
pub(crate) fn active_account_in(history: &History, id: &Id) -> Result<Account, Refusal> {
    let account = open_account_in(history, id)?;
    if !account.is_active() {
        return Err(Refusal::state(
            "account-not-active",
            format!("Account `{id}` is only invited. Use the invitation first"),
        ));
    }
    Ok(account)
}

/// The stream of a login name's digest.
pub(crate) fn login_stream(digest: &str) -> StreamId {
    stream("login", digest)
}

/// Refuses a login name that another account holds.
pub(crate) fn check_login_free(history: &History, digest: &str) -> Result<(), Refusal> {
    let events = read_all::<LoginEvent>(history, &login_stream(digest))?;
    match events.last() {
        Some((LoginEvent::LoginTaken { .. }, _)) => Err(Refusal::state(
            "login-taken",
            "The login name is another account's. Choose another, or close that account first",
        )),
        _ => Ok(()),
    }
}

/// The stream of who lets others in.
pub(crate) fn tenant_stream() -> StreamId {
    stream("tenant", "access")
}

/// Who lets others in, and whether anyone ever did.
#[derive(Debug, Default)]
pub(crate) struct Administrators {
    pub(crate) present: BTreeSet<Id>,
    pub(crate) ever: bool,
}

pub(crate) fn administrators_in(history: &History) -> Result<Administrators, Refusal> {
    let mut administrators = Administrators::default();
    for (event, _) in read_all::<TenantEvent>(history, &tenant_stream())? {
        match event {
            TenantEvent::FirstAdministratorInvited { .. } => {}
            TenantEvent::AdministratorGained { account } => {
                administrators.ever = true;
                administrators.present.insert(account);
            }
            TenantEvent::AdministratorLost { account } => {
                administrators.present.remove(&account);
            }
        }
    }
    Ok(administrators)
}

/// Refuses that the last administrator goes.
pub(crate) fn check_not_last(history: &History, account: &Id) -> Result<(), Refusal> {
    let present = administrators_in(history)?.present;
    if present.len() == 1 && present.contains(account) {
        return Err(Refusal::state(
            "last-administrator",
            format!("`{account}` is the last administrator. Make another one first"),
        ));
    }
    Ok(())
}

/// Refuses personal data that an account's events have left behind.
pub(crate) fn check_revision(account: &Account, revision: u64) -> Result<(), Refusal> {
    if revision == account.revision {
        return Ok(());
    }
    Err(Refusal::state(
        "person-changed",
        format!("The data of account `{}` changed meanwhile. Read it and try again", account.id),
    ))
}

/// Refuses that someone gives more than they hold.
pub(crate) fn check_within(
    giver: &BTreeSet<Permission>,
    given: &BTreeSet<Permission>,
) -> Result<(), Refusal> {
    let beyond: Vec<&Permission> = given.difference(giver).collect();
    if beyond.is_empty() {
        return Ok(());
    }
    let names = crate::permission::names(beyond);
    Err(Refusal::state(
        "beyond-own-permissions",
        format!("This would give {names}, which you do not hold. Give less, or ask who holds it"),
    ))
}
