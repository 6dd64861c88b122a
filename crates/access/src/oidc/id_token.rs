//! What an ID token is worth (OpenID Connect Core 1.0, section 3.1.3.7).
//!
//! The algorithm is the key's, never the token's own word: a token that says `none`, or HS256 with the
//! public key as secret, finds no key. Times are ours to check, as the clock is the caller's.

use super::{Client, Flow, OidcFault, ProviderKeys};
use crate::login::Login;
use crate::moment::Moment;
use events::Timestamp;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, Validation, decode, decode_header};
use serde::Deserialize;
use serde_json::{Number, Value};

/// How far the provider's clock may be from ours, in seconds.
pub const LEEWAY_SECONDS: i64 = 60;

/// Bytes of a token that are looked at.
const TOKEN_MAX: usize = 16 * 1024;
/// Bytes of a subject (Core, section 2).
const SUBJECT_MAX: usize = 255;

/// Who signed in, on the provider's word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The provider.
    pub issuer: String,
    /// What the provider calls the person, for ever.
    pub subject: String,
    /// The e-mail address, where the provider says that it verified it.
    pub email: Option<String>,
    /// The name.
    pub name: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    azp: Option<String>,
    exp: Number,
    iat: Number,
    nbf: Option<Number>,
    nonce: Option<String>,
    email: Option<String>,
    email_verified: Option<Value>,
    name: Option<String>,
}

/// Seconds of a NumericDate, which may have a fraction (RFC 7519, section 2).
fn seconds(date: &Number) -> Result<i64, OidcFault> {
    let whole = date.as_i64().or_else(|| date.as_f64().map(|date| date as i64));
    whole.ok_or(OidcFault::Time)
}

/// Checks an ID token of the flow; who signed in.
pub fn check_id_token(
    token: &str,
    keys: &ProviderKeys,
    client: &Client,
    flow: &Flow,
    now: Timestamp,
) -> Result<Identity, OidcFault> {
    let claims = verified(token, keys)?;
    if claims.iss != client.issuer {
        return Err(OidcFault::Claim("iss"));
    }
    let party = claims.azp.as_ref();
    let alone = match &claims.aud {
        Audience::One(audience) => *audience == client.client_id,
        Audience::Many(all) => {
            all.contains(&client.client_id) && (all.len() == 1 || party.is_some())
        }
    };
    if !alone {
        return Err(OidcFault::Claim("aud"));
    }
    if party.is_some_and(|party| *party != client.client_id) {
        return Err(OidcFault::Claim("azp"));
    }
    check_times(&claims, Moment::of(now).unix())?;
    let nonce = claims.nonce.as_deref();
    if !nonce.is_some_and(|given| Flow::matches(&flow.nonce(), given)) {
        return Err(OidcFault::Claim("nonce"));
    }
    if claims.sub.is_empty() || claims.sub.len() > SUBJECT_MAX {
        return Err(OidcFault::Claim("sub"));
    }
    // Some providers write the word instead of the value.
    let verified = claims.email_verified.is_some_and(|said| said == true || said == "true");
    Ok(Identity {
        issuer: claims.iss,
        subject: claims.sub,
        email: claims.email.filter(|_| verified),
        name: claims.name,
    })
}

/// The claims of a token whose signature is one of the provider's keys'.
fn verified(token: &str, keys: &ProviderKeys) -> Result<Claims, OidcFault> {
    if token.len() > TOKEN_MAX {
        return Err(OidcFault::Malformed);
    }
    let header = decode_header(token).map_err(|fault| match fault.kind() {
        // The reader knows no `none`: a header that it cannot read names no algorithm of ours.
        ErrorKind::Json(_) | ErrorKind::InvalidAlgorithmName => OidcFault::Algorithm,
        _ => OidcFault::Malformed,
    })?;
    if !matches!(header.alg, Algorithm::RS256 | Algorithm::ES256) {
        return Err(OidcFault::Algorithm);
    }
    let key = keys.find(header.kid.as_deref(), header.alg).ok_or(OidcFault::UnknownKey)?;
    // Of claims nothing is checked here: it would read the machine's clock, and take an issuer in a
    // list. What they have to be stands in one place, above.
    let mut validation = Validation::new(header.alg);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    let decoded = decode::<Claims>(token, key, &validation);
    decoded.map(|decoded| decoded.claims).map_err(|fault| match fault.kind() {
        ErrorKind::InvalidSignature => OidcFault::Signature,
        _ => OidcFault::Malformed,
    })
}

fn check_times(claims: &Claims, now: i64) -> Result<(), OidcFault> {
    let over = seconds(&claims.exp)? <= now - LEEWAY_SECONDS;
    let ahead = now + LEEWAY_SECONDS;
    let begins = claims.nbf.as_ref().map(seconds).transpose()?.unwrap_or(0);
    if over || begins > ahead || seconds(&claims.iat)? > ahead {
        return Err(OidcFault::Time);
    }
    Ok(())
}

/// The login name whose account may be linked to a person whom the provider names for the first time:
/// the verified e-mail address, where the settings allow it.
pub fn login_to_link(identity: &Identity, client: &Client) -> Option<Login> {
    let email = identity.email.as_ref().filter(|_| client.link_by_email)?;
    Login::parse(email).ok().filter(|login| login.as_str().contains('@'))
}
