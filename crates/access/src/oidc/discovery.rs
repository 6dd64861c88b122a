//! What a provider says about itself (OpenID Connect Discovery 1.0).

use super::{Client, OidcFault};
use serde::Deserialize;

/// What we use of a provider's metadata.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Discovery {
    /// The provider, as its tokens name it.
    pub issuer: String,
    /// Where people sign in.
    pub authorization_endpoint: String,
    /// Where a code is turned into a token.
    pub token_endpoint: String,
    /// Where its keys are.
    pub jwks_uri: String,
    #[serde(default)]
    response_types_supported: Vec<String>,
    #[serde(default)]
    id_token_signing_alg_values_supported: Vec<String>,
    code_challenge_methods_supported: Option<Vec<String>>,
    /// It names itself when it sends people back (RFC 9207).
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
}

/// Where a provider's metadata are (Discovery, section 4).
pub fn discovery_url(client: &Client) -> String {
    format!("{}/.well-known/openid-configuration", client.issuer.trim_end_matches('/'))
}

fn fault(fault: impl Into<String>) -> OidcFault {
    OidcFault::Answer { what: "metadata", fault: fault.into() }
}

/// Whether it may be called: over TLS, or on this machine.
fn is_safe(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("http://") else { return url.starts_with("https://") };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let host = match authority.strip_prefix('[') {
        Some(bracketed) => bracketed.split(']').next().unwrap_or(bracketed),
        None => authority.split(':').next().unwrap_or(authority),
    };
    ["localhost", "127.0.0.1", "::1"].contains(&host)
}

impl Discovery {
    /// Reads a provider's metadata: of the issuer that was asked for (section 4.3), with safe URLs and
    /// with what we need.
    pub fn parse(json: &[u8], client: &Client) -> Result<Self, OidcFault> {
        let found: Self = serde_json::from_slice(json).map_err(|e| fault(e.to_string()))?;
        if found.issuer != client.issuer {
            return Err(fault(format!("they are of `{}`", found.issuer)));
        }
        let urls = [&found.authorization_endpoint, &found.token_endpoint, &found.jwks_uri];
        if let Some(url) = urls.into_iter().find(|url| !is_safe(url)) {
            return Err(fault(format!("`{url}` is not over https")));
        }
        if !found.response_types_supported.iter().any(|offered| offered == "code") {
            return Err(fault("the code flow is not offered"));
        }
        let algorithms = &found.id_token_signing_alg_values_supported;
        if !algorithms.iter().any(|offered| ["RS256", "ES256"].contains(&offered.as_str())) {
            return Err(fault("neither RS256 nor ES256 is offered"));
        }
        let methods = found.code_challenge_methods_supported.as_ref();
        if methods.is_some_and(|offered| !offered.iter().any(|method| method == "S256")) {
            return Err(fault("PKCE by S256 is not offered"));
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client() -> Client {
        Client {
            issuer: "https://id.example.org/".into(),
            client_id: "c".into(),
            redirect_uri: "https://green.example/back".into(),
            scopes: vec!["openid".into()],
            link_by_email: false,
        }
    }

    fn metadata() -> serde_json::Value {
        serde_json::json!({
            "issuer": "https://id.example.org/",
            "authorization_endpoint": "https://id.example.org/authorize",
            "token_endpoint": "https://id.example.org/token",
            "jwks_uri": "https://id.example.org/jwks",
            "response_types_supported": ["code", "id_token"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "subject_types_supported": ["public"],
        })
    }

    #[test]
    fn metadata_are_of_the_issuer_over_tls_and_offer_what_we_need() {
        assert_eq!(
            discovery_url(&client()),
            "https://id.example.org/.well-known/openid-configuration"
        );
        let parse = |value: &serde_json::Value| {
            Discovery::parse(value.to_string().as_bytes(), &client()).map_err(|e| e.to_string())
        };
        assert!(parse(&metadata()).is_ok());
        for (member, value, told) in [
            ("issuer", "https://id.example.org".into(), "they are of"),
            ("token_endpoint", "http://id.example.org/token".into(), "not over https"),
            ("token_endpoint", "http://localhost.evil.org/token".into(), "not over https"),
            ("jwks_uri", "file:///etc/passwd".into(), "not over https"),
            ("response_types_supported", serde_json::json!(["id_token"]), "code flow"),
            ("id_token_signing_alg_values_supported", serde_json::json!(["HS256"]), "RS256"),
            ("code_challenge_methods_supported", serde_json::json!(["plain"]), "S256"),
            ("authorization_endpoint", serde_json::Value::Null, "invalid type"),
        ] {
            let mut changed = metadata();
            changed[member] = value;
            let fault = parse(&changed).unwrap_err();
            assert!(fault.contains(told), "{member}: {fault}");
        }
        for local in ["http://localhost:8080/t", "http://127.0.0.1/t", "http://[::1]:9/t"] {
            let mut changed = metadata();
            changed["token_endpoint"] = local.into();
            assert!(parse(&changed).is_ok(), "{local} does not leave the machine");
        }
        assert!(Discovery::parse(b"<html>", &client()).is_err());
    }
}
