//! What is done with a message of a device: the same command as over HTTP, in the name of `mqtt`, which
//! may do nothing else.

use super::topic;
use crate::app::App;
use crate::asked::json;
use crate::config::MqttSettings;
use crate::problem::Problem;
use axum::http::StatusCode;
use events::{Append, Digest, Once};
use operations::{SiteReadings, TakeReadings};
use rumqttc::Publish;

/// In whose name readings of devices are recorded.
const ACTOR: &str = "mqtt";

/// Why a message is not recorded.
pub(super) enum Refused {
    /// It is wrong: who reads that topic is told why.
    Told {
        /// The topic.
        to: String,
        /// A problem document.
        document: Vec<u8>,
    },
    /// Of no tenant that the settings name.
    NotOurs,
    /// Not now.
    Later(String),
}

/// Records a message; false where all of it was known.
pub(super) async fn take(
    app: &App,
    settings: &MqttSettings,
    message: &Publish,
) -> Result<bool, Refused> {
    let (tenant, site) =
        std::str::from_utf8(&message.topic).ok().and_then(topic::read).ok_or(Refused::NotOurs)?;
    // The broker's rules are the gate; ours is that nothing is written that the settings do not name.
    if !settings.tenants.contains(&tenant) {
        return Err(Refused::NotOurs);
    }
    let told = |problem: Problem| {
        // Another time it may be recorded. A fault of our own would be met again and again, and keep all
        // behind it back: that is told like a wrong message.
        if problem.status == StatusCode::SERVICE_UNAVAILABLE || problem.rule() == "conflict" {
            return Refused::Later(problem.detail);
        }
        let document = serde_json::to_vec(&problem.document()).unwrap_or_default();
        Refused::Told { to: topic::of_site(&tenant, &site, "refused"), document }
    };
    if message.payload.len() > app.config.limits.body_bytes {
        let detail = "the message is larger than this takes. Divide it";
        return Err(told(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", detail)));
    }
    let body: SiteReadings = json(&message.payload).map_err(&told)?;
    let mut said = message.topic.to_vec();
    said.push(b'\n');
    said.extend(&message.payload);
    let digest = Digest::of(&said);
    let mut head = Append::new(tenant.clone(), ACTOR, app.now());
    let key = format!("{ACTOR}/{digest}");
    head.once = Some(Once { key, request: digest, answer: String::new() });
    let command = TakeReadings { site: site.clone(), now: app.instant(), body };
    let recorded = app.record(&head, &command).await.map_err(&told)?;
    Ok(recorded.n_events > 0 && !recorded.replayed)
}
