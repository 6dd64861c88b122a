//! Signing in by password.

use crate::account::{Account, AccountEvent, active_account_in};
use crate::change::check_proof;
use crate::id::Id;
use crate::lockout::{SignInEvent, check_wait, sign_in_stream};
use crate::password::{PasswordHash, Proof};
use crate::person::PersonData;
use crate::recording::write;
use crate::session::{Method, NewSession, open_session};
use events::{Command, Decision, History, Refusal, StreamId, Timestamp};

/// Tries to sign in to an account that exists. For a login that nobody holds there is no command, but
/// [`crate::password::prove`] is asked all the same, so that it takes as long.
///
/// Where the password was wrong, the decision records the failure and opens no session: whether it was
/// right the caller knows from its own `proof`.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// Whose login was given.
    pub account: Id,
    /// That the password was given: of [`crate::password::prove`].
    pub proof: Option<Proof>,
    /// The session that is opened where it was right.
    pub session: NewSession,
    /// The data of the person, and the hash made anew, where [`crate::password::rehash`] gave one.
    pub rehashed: Option<(PersonData, PasswordHash)>,
    /// The present.
    pub now: Timestamp,
}

impl Command for SignIn {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        let account = Account::stream(&self.account);
        Ok(vec![account, sign_in_stream(&self.account), self.session.stream()])
    }

    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        let account = active_account_in(history, &self.account)?;
        // Before the proof is looked at: a try that does not count must not tell whether it was right.
        check_wait(history, &self.account, self.now)?;
        let tries = sign_in_stream(&self.account);
        let Some(proof) = &self.proof else {
            let failed = SignInEvent::SignInFailed { method: Method::Password };
            return Ok(Decision {
                writes: vec![write(history, tries, &[failed])],
                persons: Vec::new(),
            });
        };
        check_proof(&account, proof)?;
        let opened = open_session(
            history,
            &self.session,
            &self.account,
            account.generation,
            Method::Password,
            self.now,
        )?;
        let session = self.session.id.clone();
        let succeeded = SignInEvent::SignInSucceeded { method: Method::Password, session };
        let mut writes = vec![write(history, tries, &[succeeded]), opened];
        let mut persons = Vec::new();
        // The personal data are as of the proof, or older: then the hash is made anew another time.
        if let Some((person, hash)) = &self.rehashed
            && person.revision == account.revision
        {
            let event = AccountEvent::PasswordRehashed {};
            writes.push(write(history, Account::stream(&self.account), &[event]));
            let person = PersonData {
                revision: account.revision + 1,
                password: Some(hash.clone()),
                ..person.clone()
            };
            persons.push(person.keep(&self.account));
        }
        Ok(Decision { writes, persons })
    }
}
