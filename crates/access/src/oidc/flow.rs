//! One way to the provider and back: what ties it to the browser in which it began.

use super::{Client, Discovery, OidcFault};
use crate::secret::Secret;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::fmt::{self, Write as _};
use subtle::ConstantTimeEq;

/// How long a person has at the provider, in seconds: the life of the flow's cookie.
pub const FLOW_SECONDS: i64 = 600;

/// What a flow is known by. State, nonce and PKCE verifier are made from one secret, which is all that
/// is kept, in the browser. Debug shows nothing of it.
#[derive(Clone)]
pub struct Flow(Secret);

impl fmt::Debug for Flow {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Flow(..)")
    }
}

impl Flow {
    /// A new flow, from 32 bytes of a generator that nobody can foretell.
    pub const fn from_random(bytes: [u8; 32]) -> Self {
        Self(Secret::from_random(bytes))
    }

    /// What the browser keeps, in a cookie that is `HttpOnly`, `Secure`, `SameSite=Lax`, ends after
    /// [`FLOW_SECONDS`] and is removed when the person is back.
    pub fn cookie(&self) -> String {
        self.0.reveal()
    }

    /// The flow of a cookie.
    pub fn of_cookie(text: &str) -> Result<Self, OidcFault> {
        let mut bytes = [0; 32];
        match URL_SAFE_NO_PAD.decode_slice(text, &mut bytes) {
            Ok(32) => Ok(Self::from_random(bytes)),
            _ => Err(OidcFault::NotThisFlow),
        }
    }

    /// One of the values: HMAC-SHA256 of its name under the secret, as base64url: 43 characters, which
    /// is what RFC 7636 (section 4.1) asks of a verifier.
    fn value(&self, name: &str) -> String {
        let mac =
            Hmac::<Sha256>::new_from_slice(self.0.bytes()).expect("a key of any length will do");
        URL_SAFE_NO_PAD.encode(mac.chain_update(name.as_bytes()).finalize().into_bytes())
    }

    /// What the provider gives back with the code.
    pub(crate) fn state(&self) -> String {
        self.value("oidc state")
    }

    /// What the provider puts into the token.
    pub(crate) fn nonce(&self) -> String {
        self.value("oidc nonce")
    }

    fn verifier(&self) -> String {
        self.value("oidc verifier")
    }

    /// Ties the flow to the session of a person who is to be linked: HMAC-SHA256 of the flow under the
    /// session's secret. It stands beside the flow in the cookie, so that nobody can slip a flow of their
    /// own under the session of another person.
    pub fn tie(&self, session: &Secret) -> String {
        let mac =
            Hmac::<Sha256>::new_from_slice(session.bytes()).expect("a key of any length will do");
        let mac = mac.chain_update(b"oidc link").chain_update(self.0.bytes());
        URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    }

    /// Whether the flow was tied to that session; takes as long for any other tie of that length.
    pub fn is_tied(&self, session: &Secret, tie: &str) -> bool {
        Self::matches(&self.tie(session), tie)
    }

    /// Whether a text is that value; takes as long for any other of that length.
    pub(crate) fn matches(value: &str, given: &str) -> bool {
        value.as_bytes().ct_eq(given.as_bytes()).into()
    }
}

/// A verifier's challenge by S256 (RFC 7636, section 4.2).
fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

/// Writes a text for a query: all but the unreserved (RFC 3986, section 2.3) is percent-encoded.
fn encode(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02X}").expect("a string takes all that is written");
        }
    }
    encoded
}

/// Where the browser is sent (Core, section 3.1.2.1).
pub fn authorization_url(discovery: &Discovery, client: &Client, flow: &Flow) -> String {
    let parameters = [
        ("response_type", "code".to_owned()),
        ("client_id", client.client_id.clone()),
        ("redirect_uri", client.redirect_uri.clone()),
        ("scope", client.scopes.join(" ")),
        ("state", flow.state()),
        ("nonce", flow.nonce()),
        ("code_challenge", challenge(&flow.verifier())),
        ("code_challenge_method", "S256".to_owned()),
    ];
    let endpoint = &discovery.authorization_endpoint;
    let mut url = endpoint.clone();
    for (at, (name, value)) in parameters.iter().enumerate() {
        url.push(if at > 0 || endpoint.contains('?') { '&' } else { '?' });
        url.push_str(name);
        url.push('=');
        url.push_str(&encode(value));
    }
    url
}

/// The query with which the provider sends a person back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Callback {
    /// What is turned into a token.
    pub code: Option<String>,
    /// What we gave.
    pub state: Option<String>,
    /// Why there is no code.
    pub error: Option<String>,
    /// The provider (RFC 9207).
    pub iss: Option<String>,
}

/// The code, where the flow began in this browser and the answer is this provider's.
pub fn check_callback<'a>(
    callback: &'a Callback,
    discovery: &Discovery,
    flow: &Flow,
) -> Result<&'a str, OidcFault> {
    // The state first: what comes without it was not asked for, whatever else it says.
    if !callback.state.as_ref().is_some_and(|given| Flow::matches(&flow.state(), given)) {
        return Err(OidcFault::NotThisFlow);
    }
    match &callback.iss {
        Some(issuer) if *issuer != discovery.issuer => return Err(OidcFault::Claim("iss")),
        None if discovery.authorization_response_iss_parameter_supported => {
            return Err(OidcFault::Claim("iss"));
        }
        _ => {}
    }
    if let Some(error) = &callback.error {
        let plain = |c: &char| c.is_ascii_graphic() || *c == ' ';
        return Err(OidcFault::Refused(error.chars().filter(plain).take(64).collect()));
    }
    let missing = || OidcFault::Answer { what: "way back", fault: "there is no code".into() };
    callback.code.as_deref().filter(|code| !code.is_empty()).ok_or_else(missing)
}

/// What is posted to the provider as a form, with our name and password there as HTTP Basic
/// authentication (`client_secret_basic`). Debug shows neither code nor verifier.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenRequest {
    /// Where to.
    pub url: String,
    /// The form's fields, not yet encoded.
    pub form: Vec<(&'static str, String)>,
}

impl fmt::Debug for TokenRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("TokenRequest").field("url", &self.url).finish_non_exhaustive()
    }
}

impl TokenRequest {
    /// The form as it is posted: `application/x-www-form-urlencoded`.
    pub fn body(&self) -> String {
        let pairs = self.form.iter().map(|(name, value)| format!("{name}={}", encode(value)));
        pairs.collect::<Vec<_>>().join("&")
    }
}

/// The value of `Authorization` by which we show a provider who we are: both parts are encoded before
/// they are joined, so that a colon stays the separator (RFC 6749, section 2.3.1).
pub fn client_authorization(client: &Client, secret: &str) -> String {
    let joined = format!("{}:{}", encode(&client.client_id), encode(secret));
    format!("Basic {}", STANDARD.encode(joined))
}

/// The request that turns a code into a token (Core, section 3.1.3.1).
pub fn token_request(
    discovery: &Discovery,
    client: &Client,
    flow: &Flow,
    code: &str,
) -> TokenRequest {
    TokenRequest {
        url: discovery.token_endpoint.clone(),
        form: vec![
            ("grant_type", "authorization_code".into()),
            ("code", code.into()),
            ("redirect_uri", client.redirect_uri.clone()),
            ("client_id", client.client_id.clone()),
            ("code_verifier", flow.verifier()),
        ],
    }
}

/// The ID token of the provider's answer to [`token_request`].
pub fn read_token_response(json: &[u8]) -> Result<String, OidcFault> {
    #[derive(Deserialize)]
    struct Answer {
        id_token: String,
    }
    let answer: Answer = serde_json::from_slice(json).map_err(|_| OidcFault::Answer {
        what: "answer to the code",
        fault: "it holds no ID token".into(),
    })?;
    Ok(answer.id_token)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_challenge_is_the_one_of_the_standard() {
        // RFC 7636, appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(challenge(verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn values_of_a_flow_tell_nothing_of_each_other() {
        let flow = Flow::from_random([1; 32]);
        let values = [flow.cookie(), flow.state(), flow.nonce(), flow.verifier()];
        for (at, value) in values.iter().enumerate() {
            assert_eq!(value.len(), 43);
            assert!(!values[..at].contains(value));
            assert_eq!(format!("{flow:?}"), "Flow(..)");
        }
        assert_ne!(flow.state(), Flow::from_random([2; 32]).state());
    }

    #[test]
    fn a_flow_is_tied_to_one_session() {
        let (flow, session) = (Flow::from_random([1; 32]), Secret::from_random([7; 32]));
        let tie = flow.tie(&session);
        assert!(flow.is_tied(&session, &tie));
        assert!(!flow.is_tied(&Secret::from_random([8; 32]), &tie), "another session");
        assert!(!Flow::from_random([2; 32]).is_tied(&session, &tie), "another flow");
        for bad in ["", &tie[..42], &flow.state(), &crate::session::csrf_token(&session)] {
            assert!(!flow.is_tied(&session, bad), "{bad}");
        }
    }

    #[test]
    fn name_and_secret_are_encoded_before_they_are_joined() {
        let client = Client {
            issuer: String::new(),
            client_id: "green:chain".into(),
            redirect_uri: String::new(),
            scopes: Vec::new(),
            link_by_email: false,
        };
        let joined = STANDARD.encode("green%3Achain:s%2B%20%25");
        assert_eq!(client_authorization(&client, "s+ %"), format!("Basic {joined}"));
        let form = vec![("code", "a&b=c".to_owned()), ("grant_type", "x y".to_owned())];
        let request = TokenRequest { url: String::new(), form };
        assert_eq!(request.body(), "code=a%26b%3Dc&grant_type=x%20y");
    }

    proptest! {
        #[test]
        fn a_cookie_reads_back(bytes: [u8; 32]) {
            let flow = Flow::from_random(bytes);
            let read = Flow::of_cookie(&flow.cookie()).expect("its own cookie");
            prop_assert_eq!(read.state(), flow.state());
        }

        #[test]
        fn no_cookie_brings_the_reader_down(text in "\\PC{0,60}") {
            if let Ok(flow) = Flow::of_cookie(&text) {
                prop_assert_eq!(flow.cookie(), text);
            }
        }

        #[test]
        fn encoding_leaves_only_what_a_query_may_hold(text in "\\PC{0,40}") {
            let encoded = encode(&text);
            prop_assert!(encoded.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~%".contains(&b)));
            let mut bytes = Vec::new();
            let mut rest = encoded.as_bytes();
            while let [first, tail @ ..] = rest {
                if *first == b'%' {
                    let digits = std::str::from_utf8(&tail[..2]).expect("two digits");
                    bytes.push(u8::from_str_radix(digits, 16).expect("hexadecimal"));
                    rest = &tail[2..];
                } else {
                    bytes.push(*first);
                    rest = tail;
                }
            }
            prop_assert_eq!(bytes, text.as_bytes());
        }
    }
}
