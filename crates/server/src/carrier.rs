//! Carries messages to webhooks: signed, in order, again after a while, in the end a dead letter.

use crate::app::App;
use crate::problem::Problem;
use crate::webhook::{self, Secret, WebhookView};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use events::{Backoff, Claimed, EventsError, Tenant, Timestamp, Wanted};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use sha2::Sha256;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// How long an answer may take.
const TIMEOUT: Duration = Duration::from_secs(15);
/// How often a message is sent, over about three days.
const BACKOFF: Backoff = Backoff { first_s: 5, longest_s: 6 * 3_600, attempts_max: 20 };
/// Longer than sending takes.
const LEASE_S: u32 = 60;
/// Messages in the air at a time, each of another webhook.
const AT_ONCE: u32 = 16;

/// A client that follows no redirect and reaches no private address, unless that is allowed.
pub(crate) fn client(to_private: bool) -> Result<reqwest::Client, reqwest::Error> {
    // The first of the process stays; any is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = reqwest::Client::builder()
        .timeout(TIMEOUT)
        .redirect(Policy::none())
        .user_agent(concat!("greenchain/", env!("CARGO_PKG_VERSION")));
    if to_private { builder.build() } else { builder.dns_resolver(Arc::new(Public)).build() }
}

/// Names, without those that lead to private addresses: whoever sets up a webhook shall not reach what
/// only this machine can.
struct Public;

impl Resolve for Public {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|at| is_public(at.ip())).collect();
            if public.is_empty() {
                return Err("the name leads to no public address".into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

/// Whether a URL names a private address itself; a name is looked at when it is resolved.
pub(crate) fn is_private(url: &reqwest::Url) -> bool {
    let literal = url.host_str().and_then(|host| host.trim_matches(['[', ']']).parse().ok());
    literal.is_some_and(|ip| !is_public(ip))
}

/// An address that the whole internet can reach (RFC 6890).
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, ..] = ip.octets();
            !(ip.is_private()
                || ip.is_loopback()
                || ip.is_link_local()
                || ip.is_unspecified()
                || ip.is_broadcast()
                || ip.is_documentation()
                || ip.is_multicast()
                || a == 0
                || (a == 100 && (64..128).contains(&b))
                || (a == 198 && (18..20).contains(&b))
                || a >= 240)
        }
        IpAddr::V6(ip) => match ip.to_ipv4_mapped() {
            Some(ip) => is_public(ip.into()),
            None => {
                !(ip.is_loopback()
                    || ip.is_unspecified()
                    || ip.is_multicast()
                    || ip.is_unique_local()
                    || ip.is_unicast_link_local())
            }
        },
    }
}

/// The signature of a message (Standard Webhooks 1.0, symmetric).
fn signature(secret: &str, id: &str, at_s: i64, body: &str) -> String {
    // A secret in the form of that standard is base64 behind its prefix; any other is taken as it is.
    let decoded = secret.strip_prefix("whsec_").and_then(|text| STANDARD.decode(text).ok());
    let key = decoded.unwrap_or_else(|| secret.as_bytes().to_vec());
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("HMAC takes a key of any length");
    mac.update(format!("{id}.{at_s}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

/// Carries what is due, until the server stops.
pub(crate) async fn carry(app: App) {
    let mut appended = app.appended.subscribe();
    while !app.is_stopping() {
        match carry_due(&app).await {
            Ok(0) => app.wait(&mut appended, Duration::from_secs(1)).await,
            Ok(_) => {}
            Err(fault) => {
                tracing::warn!(%fault, "messages could not be carried");
                app.wait(&mut appended, Duration::from_secs(5)).await;
            }
        }
    }
}

/// Sends one round of messages; returns how many.
async fn carry_due(app: &App) -> Result<usize, EventsError> {
    let mut sent = 0;
    for tenant in app.store.tenants_with_messages(app.now()).await? {
        let wanted = Wanted {
            topic: webhook::TOPIC,
            lease_s: LEASE_S,
            limit: AT_ONCE,
            attempts_max: BACKOFF.attempts_max,
        };
        let claimed = app.store.claim(&tenant, wanted, app.now()).await?;
        sent += claimed.len();
        let sending = claimed.into_iter().map(|claimed| {
            let (app, tenant) = (app.clone(), tenant.clone());
            tokio::spawn(async move { deliver(&app, &tenant, &claimed).await })
        });
        for one in sending.collect::<Vec<_>>() {
            if let Ok(Err(fault)) = one.await {
                return Err(fault);
            }
        }
    }
    Ok(sent)
}

async fn deliver(app: &App, tenant: &Tenant, claimed: &Claimed) -> Result<(), EventsError> {
    let outcome = send(app, tenant, claimed).await;
    let label = if outcome.is_ok() { "delivered" } else { "failed" };
    metrics::counter!("greenchain_webhook_messages_total", "outcome" => label).increment(1);
    match outcome {
        Ok(()) => app.store.delivered(tenant, claimed).await.map(drop),
        Err(fault) => {
            tracing::info!(%tenant, webhook = claimed.message.key, fault, "not delivered");
            app.store.undelivered(tenant, claimed, BACKOFF, app.now(), &fault).await.map(drop)
        }
    }
}

/// Sends one message. A webhook that was taken away wants no more: that counts as sent.
async fn send(app: &App, tenant: &Tenant, claimed: &Claimed) -> Result<(), String> {
    let told = |problem: Problem| problem.detail;
    let id = &claimed.message.key;
    let row = app.row(tenant, webhook::PROJECTION, &webhook::key(id)).await.map_err(told)?;
    let Some(row) = row else { return Ok(()) };
    let view: WebhookView = serde_json::from_str(&row).map_err(|fault| fault.to_string())?;
    let person = app.store.person(tenant, &webhook::person(id)).await;
    let person = person.map_err(|fault| fault.to_string())?;
    let person = person.ok_or("its secret is gone. Set the webhook up again")?;
    let Secret { secret } =
        serde_json::from_str(person.data.as_str()).map_err(|fault| fault.to_string())?;
    let url = reqwest::Url::parse(&view.url).map_err(|fault| fault.to_string())?;
    if !app.config.webhooks_to_private && is_private(&url) {
        return Err("the address is private. Allow it where the server is started".into());
    }
    let at_s = seconds(app.now());
    let message_id = format!("{tenant}-{}", claimed.seq);
    let body = claimed.message.payload.as_str().to_owned();
    let answer = app
        .http
        .post(url)
        .header("content-type", "application/json")
        .header("webhook-id", &message_id)
        .header("webhook-timestamp", at_s)
        .header("webhook-signature", signature(&secret, &message_id, at_s, &body))
        .body(body)
        .send()
        .await
        .map_err(|fault| fault.without_url().to_string())?;
    if answer.status().is_success() { Ok(()) } else { Err(format!("answered {}", answer.status())) }
}

fn seconds(at: Timestamp) -> i64 {
    at.micros().div_euclid(1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_that_of_the_standard() {
        // Worked example of the Standard Webhooks specification 1.0, reference libraries.
        let made = signature(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(made, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn only_public_addresses_are_reached() {
        for (ip, expect, why) in [
            ("8.8.8.8", true, "public"),
            ("127.0.0.1", false, "this machine"),
            ("10.1.2.3", false, "private"),
            ("169.254.169.254", false, "metadata of a cloud"),
            ("100.64.0.1", false, "shared"),
            ("::1", false, "this machine"),
            ("::ffff:10.0.0.1", false, "private, mapped"),
            ("fd00::1", false, "unique local"),
            ("2606:4700::1111", true, "public"),
        ] {
            assert_eq!(is_public(ip.parse().unwrap()), expect, "{why}");
        }
    }
}
