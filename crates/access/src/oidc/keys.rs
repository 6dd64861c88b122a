//! A provider's public keys (RFC 7517): those that we can use.

use super::OidcFault;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde_json::Value;

/// Bytes of an RSA modulus, at least: 2048 bits (RFC 7518, section 3.3).
const MODULUS_MIN: usize = 256;
/// Bytes of an RSA modulus, at most: more would only cost time.
const MODULUS_MAX: usize = 1_024;
/// Keys of a provider that are looked at.
const KEYS_MAX: usize = 100;

/// A provider's keys for signatures by RS256 and ES256. Others are passed over.
#[derive(Debug, Clone)]
pub struct ProviderKeys(Vec<ProviderKey>);

#[derive(Debug, Clone)]
struct ProviderKey {
    id: Option<String>,
    algorithm: Algorithm,
    key: DecodingKey,
}

impl ProviderKeys {
    /// Reads a set of keys.
    pub fn parse(json: &[u8]) -> Result<Self, OidcFault> {
        #[derive(Deserialize)]
        struct Set {
            keys: Vec<Value>,
        }
        let fault = |fault: String| OidcFault::Answer { what: "set of keys", fault };
        let set: Set = serde_json::from_slice(json).map_err(|e| fault(e.to_string()))?;
        // One by one: a key of a kind that we do not know must not hide those that we do.
        let keys = set.keys.into_iter().take(KEYS_MAX);
        let keys: Vec<_> =
            keys.filter_map(|key| usable(serde_json::from_value(key).ok()?)).collect();
        if keys.is_empty() {
            return Err(fault("there is no key for RS256 or ES256 among them".into()));
        }
        Ok(Self(keys))
    }

    /// The key that a token names. A token that names none is taken where only one key fits.
    pub(crate) fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Option<&DecodingKey> {
        let fits = |key: &&ProviderKey| {
            key.algorithm == algorithm && (id.is_none() || key.id.as_deref() == id)
        };
        let mut found = self.0.iter().filter(fits);
        let first = found.next()?;
        found.next().is_none().then_some(&first.key)
    }
}

/// The key, where it is for signatures of a kind that we take.
fn usable(jwk: Jwk) -> Option<ProviderKey> {
    if !matches!(jwk.common.public_key_use, None | Some(PublicKeyUse::Signature)) {
        return None;
    }
    let (algorithm, name) = match &jwk.algorithm {
        AlgorithmParameters::RSA(rsa) => {
            let modulus = URL_SAFE_NO_PAD.decode(&rsa.n).ok()?;
            let n_bytes = modulus.iter().skip_while(|byte| **byte == 0).count();
            if !(MODULUS_MIN..=MODULUS_MAX).contains(&n_bytes) {
                return None;
            }
            (Algorithm::RS256, KeyAlgorithm::RS256)
        }
        AlgorithmParameters::EllipticCurve(curve) if curve.curve == EllipticCurve::P256 => {
            (Algorithm::ES256, KeyAlgorithm::ES256)
        }
        _ => return None,
    };
    if jwk.common.key_algorithm.is_some_and(|given| given != name) {
        return None;
    }
    let key = DecodingKey::from_jwk(&jwk).ok()?;
    Some(ProviderKey { id: jwk.common.key_id, algorithm, key })
}
