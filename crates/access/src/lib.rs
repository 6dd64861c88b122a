//! People and keys: who may come in, and what they may do.
//!
//! Pure: commands and a projection for the event store, arithmetic on passwords and tokens. No clock
//! and no source of randomness: the time and random bytes are arguments. A secret is shown once, as a
//! token, and never kept; names, logins, e-mail addresses and the hashes of passwords are personal
//! data beside the events ([`PersonData`]), so that they can be erased.
//!
//! Read: [`role`] and [`permission`] (the table of who may do what), [`secret`] (tokens), [`password`],
//! [`person`] and [`login`], [`account`] (what an account is), [`invite`] and [`change`] (its commands),
//! [`session`], [`lockout`], [`sign_in`], [`identity`] (by a provider, whose half is [`oidc`]), [`key`],
//! [`projection`] (the rows), [`principal`] (who is behind a request).

#![forbid(unsafe_code)]

mod moment;
mod recording;
pub mod id;
pub mod role;
pub mod permission;
pub mod secret;
mod common_passwords;
pub mod password;
pub mod login;
pub mod person;
pub mod account;
pub mod invite;
pub mod change;
pub mod session;
pub mod lockout;
pub mod sign_in;
pub mod identity;
pub mod oidc;
pub mod key;
pub mod projection;
pub mod principal;

pub use account::{Account, AccountState, AccountView};
pub use change::{ChangeDetails, ChangeRoles, CloseAccount, SetPassword};
pub use id::{Id, NotAnId};
pub use identity::{Link, SignInByProvider, subject_digest};
pub use invite::{
    AcceptInvitation, FirstAdministrator, InviteAccount, RenewInvitation, check_invitation,
    first_administrator,
};
pub use key::{Key, KeyView, MakeKey, RevokeKey};
pub use lockout::SignIns;
pub use login::Login;
pub use moment::Moment;
pub use password::{PasswordHash, Proof};
pub use permission::{Permission, permissions_of};
pub use person::{Details, PersonData};
pub use principal::{Denied, DeniedReason, Principal, authenticate_key, authenticate_session};
pub use projection::AccessProjection;
pub use role::Role;
pub use secret::{NotAToken, Secret, SecretDigest, Token, TokenKind};
pub use session::{EndSession, Method, NewSession, Session, SessionEnd, SessionView};
pub use sign_in::SignIn;
