//! Passwords: rules, hashes, and the proof that one was right.
//!
//! Argon2id with the parameters that OWASP gives first (Password Storage Cheat Sheet: 19 MiB, 2 passes,
//! 1 lane), kept as a PHC string. Rules after NIST SP 800-63B-4, section 3.1.1.2: at least 15
//! characters, as the password is the only factor; at least 64 may be used; no rule of composition,
//! no change by the calendar; the commonest are refused, and those that hold the login name. Unicode is
//! taken as it is typed: we do not normalise to NFKC or NFC, so a text that two keyboards write
//! in two ways is two passwords.

use crate::common_passwords::COMMON;
use crate::id::Id;
use crate::login::Login;
use crate::person::PersonData;
use argon2::password_hash::phc;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use events::Refusal;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Characters of a password, at least.
pub const LENGTH_MIN: usize = 15;
/// Characters of a password, at most: beyond that nothing is gained.
pub const LENGTH_MAX: usize = 256;
/// A login name of fewer characters may stand in a password: it stands in too many words.
pub const LOGIN_LENGTH_MIN: usize = 4;

/// Memory in KiB, passes, lanes.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// A hash that no password is known to have, of the present cost: who tries a login that does not
/// exist waits as long as for one that does.
const DUMMY: &str = "$argon2id$v=19$m=19456,t=2,p=1$Z3JlZW5jaGFpbi9kdW1teQ$\
    DUMMYDUMMYDUMMYDUMMYDUMMYDUMMYDUMMYDUMMYDUM";

/// The hash of a password that the rules let pass, as a PHC string. Debug shows nothing of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PasswordHash(String);

impl fmt::Debug for PasswordHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PasswordHash(..)")
    }
}

/// That the password of an account was given, as of a revision of its person. Only [`prove`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    account: Id,
    revision: u64,
}

impl Proof {
    /// Whose password was given.
    pub fn account(&self) -> &Id {
        &self.account
    }

    /// Of which revision of the personal data.
    pub fn revision(&self) -> u64 {
        self.revision
    }
}

fn argon2() -> Argon2<'static> {
    let params =
        Params::new(MEMORY_KIB, PASSES, LANES, None).expect("OWASP's parameters are valid");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Hashes a new password, where the rules let it pass.
///
/// - `login`: whose it is to be.
/// - `salt`: 16 random bytes, for this hash alone.
pub fn hash(password: &str, login: &Login, salt: [u8; 16]) -> Result<PasswordHash, Refusal> {
    check(password, login)?;
    Ok(hash_unchecked(password, salt))
}

fn hash_unchecked(password: &str, salt: [u8; 16]) -> PasswordHash {
    let hash: phc::PasswordHash = argon2()
        .hash_password_with_salt(password.as_bytes(), &salt)
        .expect("lengths are within argon2's limits");
    PasswordHash(hash.to_string())
}

/// The rules, each with its mend. No refusal repeats the password.
pub fn check(password: &str, login: &Login) -> Result<(), Refusal> {
    let n_chars = password.chars().count();
    if n_chars < LENGTH_MIN {
        return Err(Refusal::content(
            "password-short",
            format!("The password has {n_chars} characters. Use {LENGTH_MIN} or more: four words"),
        ));
    }
    if n_chars > LENGTH_MAX {
        return Err(Refusal::content(
            "password-long",
            format!("The password has {n_chars} characters. Use at most {LENGTH_MAX}"),
        ));
    }
    let lower = password.to_lowercase();
    if COMMON.contains(&lower.as_str()) || repeats(&lower) {
        return Err(Refusal::content(
            "password-common",
            "The password is among the first that are tried. Choose four words that do not belong \
             together",
        ));
    }
    let name = login.as_str();
    let local = name.split('@').next().unwrap_or(name);
    if local.len() >= LOGIN_LENGTH_MIN && lower.contains(local) {
        return Err(Refusal::content(
            "password-holds-login",
            "The password holds the login name. Choose one without it",
        ));
    }
    Ok(())
}

/// One piece of at most five characters over and over, the last time perhaps in part.
fn repeats(text: &str) -> bool {
    const PIECE_MAX: usize = 5;
    let chars: Vec<char> = text.chars().collect();
    (1..=PIECE_MAX).any(|n| chars.iter().zip(chars.iter().skip(n)).all(|(one, next)| one == next))
}

/// Whether this is the password of the account. Hashes exactly once, whether or not there is an
/// account, and whether or not it has a password.
pub fn prove(candidate: Option<(&Id, &PersonData)>, password: &str) -> Option<Proof> {
    prove_by(verify, candidate, password)
}

fn prove_by(
    verify: impl FnOnce(&str, &str) -> bool,
    candidate: Option<(&Id, &PersonData)>,
    password: &str,
) -> Option<Proof> {
    let known =
        candidate.and_then(|(account, person)| Some((account, person, person.password.as_ref()?)));
    // The cost is bounded: no password is longer than the rules allow.
    let bounded = password.len() <= LENGTH_MAX * char::MAX.len_utf8();
    let right = verify(
        if bounded { password } else { "" },
        known.map_or(DUMMY, |(_, _, hash)| hash.0.as_str()),
    );
    let (account, person, _) = known?;
    (right && bounded).then(|| Proof { account: account.clone(), revision: person.revision })
}

fn verify(password: &str, hash: &str) -> bool {
    phc::PasswordHash::new(hash)
        .is_ok_and(|hash| argon2().verify_password(password.as_bytes(), &hash).is_ok())
}

/// The hash anew, where the kept one was made at another cost than the present. To be asked with a
/// password that was proven.
pub fn rehash(password: &str, kept: &PasswordHash, salt: [u8; 16]) -> Option<PasswordHash> {
    needs_rehash(kept).then(|| hash_unchecked(password, salt))
}

/// Whether a hash was made at another cost than the present.
pub fn needs_rehash(kept: &PasswordHash) -> bool {
    let Ok(hash) = phc::PasswordHash::new(&kept.0) else { return true };
    let cost = Params::try_from(&hash).map(|params| {
        (params.m_cost(), params.t_cost(), params.p_cost()) == (MEMORY_KIB, PASSES, LANES)
    });
    let version = hash.version == Some(Version::V0x13.into());
    let algorithm = Algorithm::new(hash.algorithm.as_str()).ok();
    let same = cost.unwrap_or(false) && version && algorithm == Some(Algorithm::Argon2id);
    !same
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::person::Details;
    use std::cell::RefCell;

    const GOOD: &str = "correct horse battery stable";

    fn login() -> Login {
        Login::parse("anna@example.org").unwrap()
    }

    fn person(password: Option<PasswordHash>) -> PersonData {
        let details = Details { name: "Anna".into(), login: login(), email: None };
        PersonData { revision: 3, details, password }
    }

    #[test]
    fn passwords_are_refused_for_what_makes_them_guessable_and_nothing_else() {
        for (password, rule, why) in [
            ("fourteen chars", Some("password-short"), "one short"),
            ("fifteen chars ok", None, "long enough, no rule of composition"),
            ("пароль из многих", None, "characters are counted, not bytes"),
            (&"ab c-d3".repeat(9), None, "64 may be used"),
            (&"a1b2c3d4e5f6 ".repeat(20), Some("password-long"), "no end"),
            ("PasswordPassword", Some("password-common"), "whatever the case"),
            ("123456789012345", Some("password-common"), "the keyboard"),
            ("zzzzzzzzzzzzzzz", Some("password-common"), "one key"),
            ("abcdeabcdeabcdeab", Some("password-common"), "five keys over and over"),
            ("my name is Anna, yes", Some("password-holds-login"), "the login's local part"),
        ] {
            let refusal = check(password, &login()).err();
            assert_eq!(refusal.as_ref().map(|refusal| refusal.rule), rule, "{why}");
            assert!(refusal.is_none_or(|refusal| !refusal.detail.contains(password)));
        }
        let short = Login::parse("al").unwrap();
        assert!(check("all is well that ends", &short).is_ok(), "a short login is in many words");
    }

    #[test]
    fn the_list_holds_only_what_the_length_lets_pass() {
        for common in COMMON {
            assert!(common.chars().count() >= LENGTH_MIN, "{common} is refused for its length");
            assert_eq!(common.to_lowercase(), common);
        }
    }

    #[test]
    fn a_hash_is_a_phc_string_of_the_given_cost_and_proves_its_password() {
        let hash = hash(GOOD, &login(), [9; 16]).unwrap();
        assert!(hash.0.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.0);
        assert!(!format!("{hash:?}").contains("argon2"));
        let (account, person) = (Id::parse("a1").unwrap(), person(Some(hash)));
        let proof = prove(Some((&account, &person)), GOOD).unwrap();
        assert_eq!((proof.account(), proof.revision()), (&account, 3));
        assert_eq!(prove(Some((&account, &person)), "correct horse battery Stable"), None);
        assert_eq!(prove(Some((&account, &person)), &"x".repeat(2_000)), None);
    }

    #[test]
    fn argon2id_is_what_other_hands_compute() {
        // By the reference implementation: `printf PASSWORD | argon2 SALT -id -t 2 -k 19456 -p 1 -e`.
        let hash = hash_unchecked(GOOD, *b"sixteen-byte-slt");
        assert_eq!(hash.0, REFERENCE);
    }

    const REFERENCE: &str = "$argon2id$v=19$m=19456,t=2,p=1$\
        c2l4dGVlbi1ieXRlLXNsdA$fukjEn6JyrnBw1Vzq8jD3/gVaCjKVi/1v0TTKX+pUAk";

    #[test]
    fn an_unknown_login_costs_one_hash_like_any_other() {
        let hashed = RefCell::new(Vec::new());
        let count = |answer: bool| {
            let hashed = &hashed;
            move |_: &str, hash: &str| {
                hashed.borrow_mut().push(hash.to_owned());
                answer
            }
        };
        let account = Id::parse("a1").unwrap();
        let with = person(Some(PasswordHash("kept".into())));
        let without = person(None);
        assert!(prove_by(count(true), Some((&account, &with)), GOOD).is_some());
        assert!(prove_by(count(false), Some((&account, &with)), GOOD).is_none());
        assert!(prove_by(count(true), Some((&account, &without)), GOOD).is_none());
        assert!(prove_by(count(true), None, GOOD).is_none(), "even if the dummy matched");
        assert!(prove_by(count(true), Some((&account, &with)), &"x".repeat(2_000)).is_none());
        assert_eq!(*hashed.borrow(), ["kept", "kept", DUMMY, DUMMY, "kept"]);
    }

    #[test]
    fn the_dummy_has_the_present_cost_and_no_known_password() {
        assert!(!needs_rehash(&PasswordHash(DUMMY.into())));
        assert!(!verify("", DUMMY));
    }

    #[test]
    fn a_hash_of_another_cost_is_made_anew() {
        for (kept, anew) in [
            (DUMMY.to_owned(), false),
            (DUMMY.replace("m=19456", "m=9216"), true),
            (DUMMY.replace("t=2", "t=1"), true),
            (DUMMY.replace("argon2id", "argon2i"), true),
            (DUMMY.replace("v=19", "v=16"), true),
            ("not a hash".to_owned(), true),
        ] {
            let kept = PasswordHash(kept);
            assert_eq!(rehash(GOOD, &kept, [1; 16]).is_some(), anew, "{}", kept.0);
        }
    }
}
