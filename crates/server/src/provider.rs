//! A tenant's OpenID provider: what it says of itself, its keys, what a code is worth. The HTTP of
//! `access::oidc`, which judges every answer.
//!
//! Metadata and keys are kept for [`METADATA_S`]. A token that is signed by a key which is not among
//! them makes the keys be fetched once more, but not again within [`RENEWAL_PAUSE_S`]; after a failure
//! the provider is left in peace for [`FAILURE_PAUSE_S`]. No token, code or secret is ever logged.

use crate::carrier;
use crate::config::OidcSettings;
use access::oidc::{
    Callback, Client, Discovery, Flow, Identity, OidcFault, ProviderKeys, check_callback,
    check_id_token, client_authorization, discovery_url, read_token_response, token_request,
};
use events::Timestamp;
use reqwest::{RequestBuilder, StatusCode, Url, header};
use serde::Deserialize;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, Semaphore};

/// How long metadata and keys are good for, in seconds.
const METADATA_S: i64 = 3_600;
/// Between two fetches of keys because of unknown ones, in seconds.
const RENEWAL_PAUSE_S: i64 = 30;
/// After a failure to fetch, in seconds: who comes in between is told of that failure.
pub(crate) const FAILURE_PAUSE_S: i64 = 5;
/// How long each answer may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Bytes of an answer.
const ANSWER_MAX: usize = 256 << 10;
/// Codes that are turned into tokens at a time.
const EXCHANGES_MAX: usize = 8;

/// Why nobody is signed in: for the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ProviderFault {
    /// What the provider said cannot be taken.
    #[error(transparent)]
    Oidc(#[from] OidcFault),
    /// It does not answer.
    #[error(
        "no {what} of the provider: {fault}. Check that it runs, and the issuer in the settings"
    )]
    Unreachable {
        /// What was asked for.
        what: &'static str,
        /// Why there is none.
        fault: String,
    },
    /// It answers otherwise than with success.
    #[error("no {what} of the provider: it answered {status}{error}. Check client and secret")]
    Status {
        /// What was asked for.
        what: &'static str,
        /// With what it answered.
        status: StatusCode,
        /// Its name for what is wrong (RFC 6749, section 5.2), after a space, or nothing.
        error: String,
    },
}

/// A provider, and what is known of it.
pub(crate) struct Provider {
    settings: OidcSettings,
    /// Where it sends people back to.
    redirect_uri: String,
    http: reqwest::Client,
    /// One fetch at a time: who comes meanwhile waits for it.
    known: Mutex<Known>,
    exchanges: Semaphore,
}

#[derive(Default)]
struct Known {
    metadata: Option<Arc<Metadata>>,
    failed: Option<(Timestamp, ProviderFault)>,
    renewed_at: Option<Timestamp>,
}

/// What a provider says of itself, and its keys.
#[derive(Debug, Clone)]
pub(crate) struct Metadata {
    pub(crate) discovery: Discovery,
    keys: ProviderKeys,
    fetched_at: Timestamp,
    /// How often the keys were fetched anew since.
    n_renewals: u32,
}

impl Provider {
    pub(crate) fn new(
        settings: OidcSettings,
        redirect_uri: String,
    ) -> Result<Self, reqwest::Error> {
        let http = carrier::client(settings.allow_private)?;
        let exchanges = Semaphore::new(EXCHANGES_MAX);
        Ok(Self { settings, redirect_uri, http, known: Mutex::default(), exchanges })
    }

    /// How we are known to it.
    pub(crate) fn client(&self) -> Client {
        Client {
            issuer: self.settings.issuer.clone(),
            client_id: self.settings.client_id.clone(),
            redirect_uri: self.redirect_uri.clone(),
            scopes: self.settings.scopes.clone(),
            link_by_email: self.settings.link_by_email,
        }
    }

    /// What it says of itself, not older than [`METADATA_S`].
    pub(crate) async fn metadata(&self, now: Timestamp) -> Result<Arc<Metadata>, ProviderFault> {
        let mut known = self.known.lock().await;
        if let Some(metadata) = &known.metadata
            && is_within(metadata.fetched_at, now, METADATA_S)
        {
            return Ok(metadata.clone());
        }
        if let Some((at, fault)) = &known.failed
            && is_within(*at, now, FAILURE_PAUSE_S)
        {
            return Err(fault.clone());
        }
        match self.fetch_metadata(now).await {
            Ok(metadata) => {
                let metadata = Arc::new(metadata);
                known.metadata = Some(metadata.clone());
                known.failed = None;
                Ok(metadata)
            }
            Err(fault) => {
                known.failed = Some((now, fault.clone()));
                Err(fault)
            }
        }
    }

    async fn fetch_metadata(&self, now: Timestamp) -> Result<Metadata, ProviderFault> {
        let client = self.client();
        let bytes = self.get("metadata", &discovery_url(&client)).await?;
        let discovery = Discovery::parse(&bytes, &client)?;
        let keys = self.fetch_keys(&discovery).await?;
        Ok(Metadata { discovery, keys, fetched_at: now, n_renewals: 0 })
    }

    async fn fetch_keys(&self, discovery: &Discovery) -> Result<ProviderKeys, ProviderFault> {
        Ok(ProviderKeys::parse(&self.get("set of keys", &discovery.jwks_uri).await?)?)
    }

    /// The same with keys that were fetched since: a token named one that was not among them.
    async fn renewed(
        &self,
        had: &Metadata,
        now: Timestamp,
    ) -> Result<Arc<Metadata>, ProviderFault> {
        let mut known = self.known.lock().await;
        if let Some(newer) = &known.metadata
            && (newer.fetched_at, newer.n_renewals) != (had.fetched_at, had.n_renewals)
        {
            return Ok(newer.clone());
        }
        if known.renewed_at.is_some_and(|at| is_within(at, now, RENEWAL_PAUSE_S)) {
            return Err(OidcFault::UnknownKey.into());
        }
        known.renewed_at = Some(now);
        let keys = self.fetch_keys(&had.discovery).await?;
        // The metadata are as old as they were: they are fetched anew when their time is over.
        let renewed = Metadata { keys, n_renewals: had.n_renewals + 1, ..had.clone() };
        let renewed = Arc::new(renewed);
        known.metadata = Some(renewed.clone());
        Ok(renewed)
    }

    /// Who came back from the provider, on its word.
    pub(crate) async fn identity(
        &self,
        callback: &Callback,
        flow: &Flow,
        now: Timestamp,
    ) -> Result<Identity, ProviderFault> {
        let (client, metadata) = (self.client(), self.metadata(now).await?);
        let code = check_callback(callback, &metadata.discovery, flow)?;
        let request = token_request(&metadata.discovery, &client, flow, code);
        let bytes = {
            // It is never closed.
            let _turn = self.exchanges.acquire().await;
            let secret = &self.settings.client_secret.0;
            let post = self.http.post(self.reachable("answer to the code", &request.url)?);
            let post = post
                .header(header::AUTHORIZATION, client_authorization(&client, secret))
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(request.body());
            answer("answer to the code", post).await?
        };
        let token = read_token_response(&bytes)?;
        match check_id_token(&token, &metadata.keys, &client, flow, now) {
            Err(OidcFault::UnknownKey) => {
                let renewed = self.renewed(&metadata, now).await?;
                Ok(check_id_token(&token, &renewed.keys, &client, flow, now)?)
            }
            checked => Ok(checked?),
        }
    }

    async fn get(&self, what: &'static str, url: &str) -> Result<Vec<u8>, ProviderFault> {
        answer(what, self.http.get(self.reachable(what, url)?)).await
    }

    /// The URL, unless it names a private address and that is not allowed. Names are looked at when they
    /// are resolved.
    fn reachable(&self, what: &'static str, url: &str) -> Result<Url, ProviderFault> {
        let fault = |fault: String| ProviderFault::Unreachable { what, fault };
        let url = Url::parse(url).map_err(|error| fault(error.to_string()))?;
        if !self.settings.allow_private && carrier::is_private(&url) {
            return Err(fault(
                "its address is private. Set allow_private, if that is meant".into(),
            ));
        }
        Ok(url)
    }
}

/// Whether no more than so many seconds went by. A clock that was set back has no such time.
fn is_within(since: Timestamp, now: Timestamp, seconds: i64) -> bool {
    let micros = now.micros().saturating_sub(since.micros());
    (0..seconds * 1_000_000).contains(&micros)
}

/// The body of an answer, in bounds of time and size.
async fn answer(what: &'static str, request: RequestBuilder) -> Result<Vec<u8>, ProviderFault> {
    let request = request.header(header::ACCEPT, "application/json").timeout(TIMEOUT);
    let unreachable =
        |fault: reqwest::Error| ProviderFault::Unreachable { what, fault: causes(fault) };
    let mut answer = request.send().await.map_err(unreachable)?;
    let status = answer.status();
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(unreachable)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > ANSWER_MAX {
            let fault = format!("it is longer than {ANSWER_MAX} bytes");
            return Err(OidcFault::Answer { what, fault }.into());
        }
    }
    if status.is_success() {
        return Ok(bytes);
    }
    Err(ProviderFault::Status { what, status, error: error_name(&bytes) })
}

/// The provider's name for what is wrong: a word of the standard, not a text that might hold more.
fn error_name(bytes: &[u8]) -> String {
    #[derive(Deserialize)]
    struct Answer {
        error: String,
    }
    let named = serde_json::from_slice::<Answer>(bytes).map(|answer| answer.error);
    let plain = |text: &String| {
        (1..=40).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    };
    named.ok().filter(plain).map(|name| format!(" {name}")).unwrap_or_default()
}

/// A fault with what it comes of, without the URL.
fn causes(fault: reqwest::Error) -> String {
    let fault = fault.without_url();
    let mut text = fault.to_string();
    let mut source = fault.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ClientSecret;
    use axum::extract::State;
    use axum::routing::get;
    use axum::{Json, Router};
    use serde_json::json;
    use std::sync::atomic::{AtomicU32, Ordering};
    use tokio::net::TcpListener;

    const JWKS: &str = include_str!("../../access/tests/golden/oidc/jwks.json");

    /// How often each was fetched.
    #[derive(Default)]
    struct Fetched {
        metadata: AtomicU32,
        keys: AtomicU32,
    }

    async fn metadata(
        State((issuer, fetched)): State<(String, Arc<Fetched>)>,
    ) -> Json<serde_json::Value> {
        fetched.metadata.fetch_add(1, Ordering::Relaxed);
        Json(json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/jwks"),
            "response_types_supported": ["code"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }))
    }

    async fn keys(State((_, fetched)): State<(String, Arc<Fetched>)>) -> &'static str {
        fetched.keys.fetch_add(1, Ordering::Relaxed);
        JWKS
    }

    fn provider(issuer: &str, allow_private: bool) -> Provider {
        let settings = OidcSettings {
            issuer: issuer.into(),
            client_id: "greenchain".into(),
            client_secret: ClientSecret("hush".into()),
            scopes: vec!["openid".into()],
            link_by_email: false,
            allow_private,
        };
        Provider::new(settings, "http://127.0.0.1/back".into()).unwrap()
    }

    /// A provider on this machine, and how often it was asked.
    async fn running() -> (String, Arc<Fetched>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let fetched = Arc::new(Fetched::default());
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(metadata))
            .route("/long/.well-known/openid-configuration", get(async || "x".repeat(1 << 20)))
            .route("/jwks", get(keys))
            .with_state((issuer.clone(), fetched.clone()));
        tokio::spawn(async { axum::serve(listener, router).await });
        (issuer, fetched)
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(1_796_000_000_000_000 + seconds * 1_000_000)
    }

    fn counts(fetched: &Fetched) -> (u32, u32) {
        (fetched.metadata.load(Ordering::Relaxed), fetched.keys.load(Ordering::Relaxed))
    }

    #[tokio::test]
    async fn metadata_are_fetched_once_an_hour() {
        let (issuer, fetched) = running().await;
        let provider = provider(&issuer, true);
        let all = (0..20).map(|_| provider.metadata(at(0)));
        for one in futures_util::future::join_all(all).await {
            assert_eq!(one.unwrap().discovery.issuer, issuer);
        }
        assert_eq!(counts(&fetched), (1, 1), "who comes meanwhile waits for the first");
        provider.metadata(at(METADATA_S - 1)).await.unwrap();
        assert_eq!(counts(&fetched), (1, 1));
        provider.metadata(at(METADATA_S)).await.unwrap();
        assert_eq!(counts(&fetched), (2, 2), "its time is over");
        provider.metadata(at(0)).await.unwrap();
        assert_eq!(counts(&fetched), (3, 3), "a clock set back keeps nothing for ever");
    }

    #[tokio::test]
    async fn keys_are_fetched_anew_once_then_not_before_the_pause_is_over() {
        let (issuer, fetched) = running().await;
        let provider = provider(&issuer, true);
        let had = provider.metadata(at(0)).await.unwrap();
        let renewed = provider.renewed(&had, at(1)).await.unwrap();
        assert_eq!(counts(&fetched), (1, 2), "at once, and the keys alone");
        provider.renewed(&had, at(1)).await.unwrap();
        assert_eq!(counts(&fetched), (1, 2), "who had the old keys gets those that are there");
        let unknown = Some(OidcFault::UnknownKey.into());
        assert_eq!(provider.renewed(&renewed, at(30)).await.err(), unknown);
        assert_eq!(counts(&fetched), (1, 2));
        provider.renewed(&renewed, at(31)).await.unwrap();
        assert_eq!(counts(&fetched), (1, 3));
        provider.metadata(at(METADATA_S)).await.unwrap();
        assert_eq!(counts(&fetched), (2, 4), "new keys do not prolong the metadata");
    }

    #[tokio::test]
    async fn a_provider_that_fails_is_left_in_peace_for_a_while() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        let provider = provider(&format!("http://{address}"), true);
        let first = provider.metadata(at(0)).await.unwrap_err();
        assert!(first.to_string().starts_with("no metadata of the provider: "), "{first}");
        assert!(!first.to_string().contains("/.well-known"), "without the URL: {first}");
        let listener = TcpListener::bind(address).await.unwrap();
        let issuer = format!("http://{address}");
        let fetched = Arc::new(Fetched::default());
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(metadata))
            .route("/jwks", get(keys))
            .with_state((issuer, fetched.clone()));
        tokio::spawn(async { axum::serve(listener, router).await });
        assert_eq!(provider.metadata(at(4)).await.unwrap_err(), first);
        assert_eq!(counts(&fetched), (0, 0));
        provider.metadata(at(5)).await.unwrap();
    }

    #[tokio::test]
    async fn private_addresses_are_reached_only_where_that_is_allowed() {
        let (issuer, fetched) = running().await;
        let named = issuer.replace("127.0.0.1", "localhost");
        for issuer in [&issuer, &named, "https://10.1.2.3", "https://[fd00::1]"] {
            let fault = provider(issuer, false).metadata(at(0)).await.unwrap_err();
            assert!(matches!(fault, ProviderFault::Unreachable { .. }), "{issuer}: {fault}");
            assert!(
                fault.to_string().contains("private") || fault.to_string().contains("public"),
                "{fault}"
            );
        }
        assert_eq!(counts(&fetched), (0, 0));
    }

    #[tokio::test]
    async fn answers_that_are_no_answers_are_told_without_their_text() {
        let (issuer, _) = running().await;
        let long = provider(&format!("{issuer}/long"), true).metadata(at(0)).await.unwrap_err();
        assert!(long.to_string().contains("longer than 262144 bytes"), "{long}");
        let nowhere = provider(&format!("{issuer}/no"), true).metadata(at(0)).await.unwrap_err();
        assert!(nowhere.to_string().contains("404"), "{nowhere}");
        for (body, expect) in [
            (r#"{"error": "invalid_grant"}"#, " invalid_grant"),
            (r#"{"error": "code SECRET is used"}"#, ""),
            ("<html>", ""),
        ] {
            assert_eq!(error_name(body.as_bytes()), expect);
        }
    }
}
