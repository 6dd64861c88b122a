//! Throttling of sign-ins: after [`FAILURES_FREE`] failures in a row an account waits before the next
//! try counts, longer with each failure, and never longer than an hour.
//!
//! NIST SP 800-63B-4 (section 3.2.2) limits the failures in a row to 100, and names growing waits as a
//! means. From the eleventh failure on there are at most 24 tries a day, but no lock without end, even
//! after 100: it would let anyone keep others out by failing in their name. Who goes on failing each
//! time a wait is over can still delay them, and is to be stopped where addresses are known: at the
//! server's own limit.

use crate::id::Id;
use crate::moment::Moment;
use crate::recording::{read_all, stream};
use crate::session::Method;
use events::{History, Refusal, StreamId, Timestamp};
use serde::{Deserialize, Serialize};

/// Failures in a row without a wait between them.
pub const FAILURES_FREE: u32 = 5;
/// The first wait in seconds; each further failure doubles it.
pub const WAIT_SECONDS_FIRST: i64 = 60;
/// The longest wait, in seconds.
pub const WAIT_SECONDS_MAX: i64 = 3_600;

/// Each try to sign in that counts: events of `sign-in/{account}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignInEvent {
    /// It failed.
    SignInFailed {
        /// How it was tried.
        method: Method,
    },
    /// It succeeded.
    SignInSucceeded {
        /// How.
        method: Method,
        /// The session that it opened.
        session: Id,
    },
}

/// The tries of an account, as far as they matter: the row `sign-in/{account}` of the projection.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SignIns {
    failures: u32,
    failed_at: Option<Moment>,
    succeeded_at: Option<Moment>,
}

impl SignIns {
    /// Takes an event. Failures are forgotten once the password was given, or a new one was set by
    /// invitation; a provider's word says nothing about who tries passwords.
    pub(crate) fn take(&mut self, event: &SignInEvent, recorded_at: Timestamp) {
        let at = Some(Moment::of(recorded_at));
        match event {
            SignInEvent::SignInFailed { .. } => {
                self.failures = self.failures.saturating_add(1);
                self.failed_at = at;
            }
            SignInEvent::SignInSucceeded { method, .. } => {
                if *method != Method::Oidc {
                    self.failures = 0;
                }
                self.succeeded_at = at;
            }
        }
    }

    /// Until when no try counts; `None` where none is held back.
    pub fn waits_until(&self, now: Timestamp) -> Option<Moment> {
        let until = self.failed_at?.plus_seconds(wait_seconds(self.failures));
        (Moment::of(now) < until).then_some(until)
    }

    /// When the person last signed in.
    pub fn last_succeeded_at(&self) -> Option<Moment> {
        self.succeeded_at
    }
}

/// The wait after so many failures in a row.
fn wait_seconds(failures: u32) -> i64 {
    let Some(beyond) = failures.checked_sub(FAILURES_FREE) else { return 0 };
    // 60 s doubled six times is past the hour already.
    (WAIT_SECONDS_FIRST << beyond.min(6)).min(WAIT_SECONDS_MAX)
}

pub(crate) fn sign_in_stream(account: &Id) -> StreamId {
    stream("sign-in", account.as_str())
}

/// Refuses a try while the account waits.
pub(crate) fn check_wait(history: &History, account: &Id, now: Timestamp) -> Result<(), Refusal> {
    let mut sign_ins = SignIns::default();
    for (event, recorded) in read_all::<SignInEvent>(history, &sign_in_stream(account))? {
        sign_ins.take(&event, recorded.recorded_at);
    }
    match sign_ins.waits_until(now) {
        None => Ok(()),
        Some(until) => Err(Refusal::state(
            "sign-in-waits",
            format!("There were too many failures. Try again from {until}"),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    fn failed() -> SignInEvent {
        SignInEvent::SignInFailed { method: Method::Password }
    }

    fn succeeded(method: Method) -> SignInEvent {
        SignInEvent::SignInSucceeded { method, session: Id::parse("s").unwrap() }
    }

    #[test]
    fn waits_grow_from_a_minute_to_an_hour() {
        for (failures, seconds) in [
            (0, 0),
            (4, 0),
            (5, 60),
            (6, 120),
            (7, 240),
            (10, 1_920),
            (11, 3_600),
            (12, 3_600),
            (u32::MAX, 3_600),
        ] {
            assert_eq!(wait_seconds(failures), seconds, "{failures} failures");
        }
    }

    #[test]
    fn a_wait_ends_by_itself_and_the_right_password_ends_the_count() {
        let mut sign_ins = SignIns::default();
        for _ in 0..5 {
            assert_eq!(sign_ins.waits_until(at(1_000)), None);
            sign_ins.take(&failed(), at(1_000));
        }
        assert_eq!(sign_ins.waits_until(at(1_059)), Some(Moment::from_unix(1_060)));
        assert_eq!(sign_ins.waits_until(at(1_060)), None);
        sign_ins.take(&succeeded(Method::Oidc), at(1_060));
        sign_ins.take(&failed(), at(1_060));
        assert_eq!(sign_ins.waits_until(at(1_061)), Some(Moment::from_unix(1_180)));
        sign_ins.take(&succeeded(Method::Password), at(1_180));
        sign_ins.take(&failed(), at(1_181));
        assert_eq!(sign_ins.waits_until(at(1_181)), None);
    }

    proptest! {
        #[test]
        fn nobody_waits_longer_than_an_hour(
            events in prop::collection::vec((any::<bool>(), 0..10_000_i64), 0..40)
        ) {
            let (mut sign_ins, mut now) = (SignIns::default(), 0);
            for (right, later) in events {
                now += later;
                let event = if right { succeeded(Method::Password) } else { failed() };
                sign_ins.take(&event, at(now));
                prop_assert_eq!(sign_ins.waits_until(at(now + WAIT_SECONDS_MAX)), None);
            }
        }
    }
}
