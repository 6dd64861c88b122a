//! Signing in by an OpenID provider: the pure half of OpenID Connect Core 1.0's code flow, with PKCE
//! (RFC 7636). The HTTP calls are the caller's; here are what they ask and what the answers are worth.
//!
//! | step | caller | here |
//! |---|---|---|
//! | start | fetches [`discovery_url`] and the keys of [`Discovery::jwks_uri`], now and then | [`Discovery::parse`], [`ProviderKeys::parse`] |
//! | the person leaves | keeps [`Flow::cookie`] in the browser for [`FLOW_SECONDS`] | [`authorization_url`] |
//! | the person is back | takes the query apart | [`check_callback`] |
//! | the code's worth | posts [`TokenRequest::body`] of [`token_request`] with [`client_authorization`] | [`read_token_response`], [`check_id_token`] |
//! | the account | looks up the row of [`crate::subject_digest`]; at the first time [`login_to_link`] | [`crate::SignInByProvider`] |

mod discovery;
mod flow;
mod id_token;
mod keys;

pub use discovery::{Discovery, discovery_url};
pub use flow::{
    Callback, FLOW_SECONDS, Flow, TokenRequest, authorization_url, check_callback,
    client_authorization, read_token_response, token_request,
};
pub use id_token::{Identity, LEEWAY_SECONDS, check_id_token, login_to_link};
pub use keys::ProviderKeys;

/// How we are known to a provider: from the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// The provider, as its tokens name it: an https URL without query.
    pub issuer: String,
    /// What the provider calls us.
    pub client_id: String,
    /// Where the provider sends people back to, as it is registered there.
    pub redirect_uri: String,
    /// What is asked for: `openid`, and what else the provider has a name for.
    pub scopes: Vec<String>,
    /// A person whom the provider names for the first time may be linked to the account whose login
    /// is the e-mail address, where the provider says that it verified that. Only for a provider that
    /// nobody can tell any address: it decides who a person is.
    pub link_by_email: bool,
}

/// Why a sign-in by a provider does not come about: for the log. The person is told that it failed,
/// and to try again or to sign in otherwise.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OidcFault {
    /// An answer of the provider is not what the standard asks for.
    #[error("the provider's {what}: {fault}. Check the issuer in the settings")]
    Answer {
        /// Which answer.
        what: &'static str,
        /// What is wrong with it.
        fault: String,
    },
    /// The provider refused, or the person did.
    #[error("the provider says `{0}`. Try again, or ask who runs it")]
    Refused(String),
    /// It is not the flow that began in this browser, or that one is too old.
    #[error("the flow did not begin in this browser, or too long ago. Begin anew")]
    NotThisFlow,
    /// The token is no signed token.
    #[error("the ID token is malformed. Try again, or ask who runs the provider")]
    Malformed,
    /// The token is not signed in a way that we take: RS256 or ES256, by a public key.
    #[error("the ID token is not signed by RS256 or ES256. Set one of them at the provider")]
    Algorithm,
    /// The token names a key that the provider does not publish: fetch its keys anew, once.
    #[error("the ID token is signed by an unknown key. Fetch the provider's keys anew, once")]
    UnknownKey,
    /// The signature is not that key's.
    #[error("the signature of the ID token is wrong. Try again, or ask who runs the provider")]
    Signature,
    /// A claim is not what it has to be.
    #[error("the claim `{0}` of the ID token is not right. Check the provider in the settings")]
    Claim(&'static str),
    /// The token's time is over, or not come.
    #[error("the ID token is not of this time. Check both clocks")]
    Time,
}
