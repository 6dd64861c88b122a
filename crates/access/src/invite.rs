//! Letting people in: invitations, how they are used, and the first administrator.

use crate::account::{
    Account, AccountEvent, LoginEvent, TenantEvent, account_in, administrators_in,
    check_login_free, check_revision, check_within, login_stream, open_account_in, tenant_stream,
};
use crate::id::Id;
use crate::lockout::{SignInEvent, sign_in_stream};
use crate::login::Login;
use crate::moment::Moment;
use crate::password::PasswordHash;
use crate::permission::{Permission, permissions_of};
use crate::person::{Details, PersonData};
use crate::recording::{new_event, write, write_any};
use crate::role::Role;
use crate::secret::{Secret, SecretDigest, Token, TokenKind};
use crate::session::{Method, NewSession, open_session};
use events::{Command, Decision, History, Refusal, StreamId, Tenant, Timestamp};
use std::collections::BTreeSet;

/// How long an invitation may be used, in seconds: 3 days, so that a weekend lies within.
pub const INVITATION_SECONDS: i64 = 3 * 86_400;

/// The account of the first administrator.
pub const FIRST_ADMINISTRATOR: &str = "administrator";

/// Opens an account for a person, with a link to set a password.
#[derive(Debug, Clone)]
pub struct InviteAccount {
    /// The new account's id.
    pub account: Id,
    /// Who it is for.
    pub details: Details,
    /// What the person is to do: at least one.
    pub roles: BTreeSet<Role>,
    /// Of the link's secret.
    pub digest: SecretDigest,
    /// What the one who invites may do: the roles may not go beyond it.
    pub giver: BTreeSet<Permission>,
    /// The present.
    pub now: Timestamp,
}

fn made(digest: SecretDigest, now: Timestamp) -> AccountEvent {
    let expires_at = Moment::of(now).plus_seconds(INVITATION_SECONDS);
    AccountEvent::InvitationMade { digest, expires_at }
}

pub(crate) fn check_roles(roles: &BTreeSet<Role>) -> Result<(), Refusal> {
    if roles.is_empty() {
        let mend = "Give one, or close the account";
        return Err(Refusal::content("no-role", format!("The account would have no role. {mend}")));
    }
    Ok(())
}

impl InviteAccount {
    /// The writes that open the account.
    fn opening(&self, history: &History) -> Decision {
        let login = self.details.login.digest();
        let opened =
            AccountEvent::AccountOpened { roles: self.roles.clone(), login: login.clone() };
        let taken = LoginEvent::LoginTaken { account: self.account.clone() };
        let person = PersonData { revision: 1, details: self.details.clone(), password: None };
        let events = [opened, made(self.digest, self.now)];
        Decision {
            writes: vec![
                write(history, Account::stream(&self.account), &events),
                write(history, login_stream(&login), &[taken]),
            ],
            persons: vec![person.keep(&self.account)],
        }
    }
}

impl Command for InviteAccount {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        let login = login_stream(&self.details.login.digest());
        Ok(vec![Account::stream(&self.account), login, tenant_stream()])
    }

    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        self.details.check()?;
        check_roles(&self.roles)?;
        check_within(&self.giver, &permissions_of(&self.roles))?;
        if !administrators_in(history)?.ever {
            return Err(Refusal::state(
                "no-administrator",
                "There is no administrator yet. Use the link that the first start printed",
            ));
        }
        if account_in(history, &self.account)?.is_some() {
            return Err(Refusal::state(
                "account-exists",
                format!("Account `{}` exists. Make a new id", self.account),
            ));
        }
        check_login_free(history, &self.details.login.digest())?;
        Ok(self.opening(history))
    }
}

/// Makes a new link for an account; an earlier one ends. For an account in use this is how a lost
/// password is replaced: the present one holds until the link is used.
#[derive(Debug, Clone)]
pub struct RenewInvitation {
    /// Whose.
    pub account: Id,
    /// Of the link's secret.
    pub digest: SecretDigest,
    /// What the one who asks may do: whoever uses the link may do no more.
    pub giver: BTreeSet<Permission>,
    /// The present.
    pub now: Timestamp,
}

impl Command for RenewInvitation {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        Ok(vec![Account::stream(&self.account)])
    }

    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        let account = open_account_in(history, &self.account)?;
        check_within(&self.giver, &account.permissions())?;
        let stream = Account::stream(&self.account);
        let events = [made(self.digest, self.now)];
        Ok(Decision { writes: vec![write(history, stream, &events)], persons: Vec::new() })
    }
}

/// Whether an invitation may be used; to be asked before its page is shown and before anything is
/// hashed. One answer, whatever is wrong.
pub fn check_invitation(
    account: Option<&Account>,
    secret: &Secret,
    now: Timestamp,
) -> Result<(), Refusal> {
    let made = account.and_then(|account| account.invitation.as_ref());
    let valid = made.is_some_and(|made| {
        let matches = made.digest.matches(secret);
        matches && Moment::of(now) < made.expires_at
    });
    if valid {
        return Ok(());
    }
    Err(Refusal::state(
        "invitation-not-valid",
        "The invitation is not valid: used, replaced or too old. Ask an administrator for another",
    ))
}

/// Uses an invitation: sets a password and signs in. Sessions that are open end.
#[derive(Debug, Clone)]
pub struct AcceptInvitation {
    /// Whose: the token's id.
    pub account: Id,
    /// The token's secret.
    pub secret: Secret,
    /// The data of the person, as they are.
    pub person: PersonData,
    /// The new password's hash.
    pub password: PasswordHash,
    /// The session that is opened.
    pub session: NewSession,
    /// The present.
    pub now: Timestamp,
}

impl Command for AcceptInvitation {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        Ok(vec![Account::stream(&self.account), self.session.stream(), tenant_stream()])
    }

    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        let account = account_in(history, &self.account)?;
        check_invitation(account.as_ref(), &self.secret, self.now)?;
        let account = open_account_in(history, &self.account)?;
        check_revision(&account, self.person.revision)?;
        let events = [AccountEvent::InvitationUsed {}, AccountEvent::PasswordSet { keeps: None }];
        let mut writes = vec![write(history, Account::stream(&self.account), &events)];
        if !account.is_active() && account.roles.contains(&Role::Administrator) {
            let gained = TenantEvent::AdministratorGained { account: self.account.clone() };
            writes.push(write(history, tenant_stream(), &[gained]));
        }
        // The password that is set ends earlier sessions; the one opened here is of the generation after.
        let generation = account.generation + 1;
        writes.push(open_session(
            history,
            &self.session,
            &self.account,
            generation,
            Method::Invitation,
            self.now,
        )?);
        let session = self.session.id.clone();
        let succeeded = SignInEvent::SignInSucceeded { method: Method::Invitation, session };
        writes.push(write_any(sign_in_stream(&self.account), &succeeded));
        let person = PersonData {
            revision: account.revision + 1,
            password: Some(self.password.clone()),
            ..self.person.clone()
        };
        Ok(Decision { writes, persons: vec![person.keep(&self.account)] })
    }
}

/// Lets the first administrator in; made by [`first_administrator`].
#[derive(Debug, Clone)]
pub struct FirstAdministrator(InviteAccount);

/// The link for the first administrator, to be printed where only the owner of the machine sees it. It
/// may be made anew at each start until one is used; from then on it is refused, for good.
pub fn first_administrator(
    tenant: Tenant,
    secret: Secret,
    now: Timestamp,
) -> (FirstAdministrator, Token) {
    let account = Id::parse(FIRST_ADMINISTRATOR).expect("a plain word");
    let roles = BTreeSet::from([Role::Administrator]);
    let login = Login::parse(FIRST_ADMINISTRATOR).expect("a plain word");
    let command = FirstAdministrator(InviteAccount {
        account: account.clone(),
        details: Details { name: "Administrator".into(), login, email: None },
        giver: permissions_of(&roles),
        roles,
        digest: secret.digest(),
        now,
    });
    (command, Token { kind: TokenKind::Invitation, tenant, id: account, secret })
}

impl Command for FirstAdministrator {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        self.0.streams()
    }

    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        if administrators_in(history)?.ever {
            return Err(Refusal::state(
                "administrator-exists",
                "There is an administrator. Sign in, or ask an administrator for an invitation",
            ));
        }
        let account = self.0.account.clone();
        let mut decision = if account_in(history, &account)?.is_some() {
            let again = [made(self.0.digest, self.0.now)];
            let writes = vec![write(history, Account::stream(&account), &again)];
            Decision { writes, persons: Vec::new() }
        } else {
            self.0.opening(history)
        };
        let invited = new_event(&TenantEvent::FirstAdministratorInvited { account });
        decision.writes.push(history.write(tenant_stream(), vec![invited]));
        Ok(decision)
    }
}
