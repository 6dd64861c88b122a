//! Devices that publish to a broker of MQTT 3.1.1: their readings come in, schedules and alarms go out.
//!
//! A message is acknowledged once what it says is recorded: the broker keeps it until then, and sends it
//! again after a break. The outbox keeps what goes out.
//!
//! Read: `session` (one connection, by the library's client, to its break), `topic` (whose message it is),
//! `devices` (what is done with it), `outbox` (what goes out).

mod topic;
mod session;
mod devices;
mod outbox;

use crate::app::App;
use crate::config::{Config, MqttSettings};
use crate::http::TlsError;
use events::{Append, Message, Payload};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde_json::json;
use serde_json::value::RawValue;
use std::sync::Arc;
use std::time::Duration;

/// Topic of the outbox.
const OUTBOX: &str = "mqtt";
/// The first wait after a connection broke, doubled after each further one.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// The longest.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// What an append tells devices.
pub(crate) fn messages(config: &Config, append: &Append) -> Vec<Message> {
    let Some(mqtt) = &config.mqtt else { return Vec::new() };
    if !mqtt.tenants.contains(&append.tenant) {
        return Vec::new();
    }
    let events = append
        .writes
        .iter()
        .flat_map(|write| write.events.iter().map(move |event| (&write.stream, event)));
    let message = |(stream, event): (&events::StreamId, &events::NewEvent)| {
        let (site, end) = match event.event_type.as_str() {
            "schedule-made" => (stream.id().rsplit_once('/')?.0, "schedule"),
            "string-alarm-raised" | "string-alarm-cleared" => (stream.id(), "alarms"),
            _ => return None,
        };
        let said = RawValue::from_string(event.payload.as_str().to_owned()).ok()?;
        let body = if end == "alarms" {
            json!({"type": event.event_type, "site": site, "event": said})
        } else {
            json!({"site": site, "schedule": said})
        };
        let payload = Payload::of(&json!({"to": end, "body": body})).ok()?;
        Some(Message { topic: OUTBOX.into(), key: site.into(), payload })
    };
    events.filter_map(message).collect()
}

/// Whom the broker is to be trusted by.
pub(crate) fn tls(settings: &MqttSettings) -> Result<Option<Arc<rustls::ClientConfig>>, TlsError> {
    if !settings.tls {
        return Ok(None);
    }
    let mut roots = rustls::RootCertStore::empty();
    if let Some(file) = &settings.ca {
        let pem = |fault: &dyn std::fmt::Display| TlsError::Pem {
            file: file.display().to_string(),
            what: "certificate of an authority",
            fault: fault.to_string(),
        };
        let found = CertificateDer::pem_file_iter(file)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|fault| pem(&fault))?;
        for certificate in found {
            roots.add(certificate)?;
        }
        if roots.is_empty() {
            return Err(pem(&"it holds none"));
        }
    } else {
        let found = rustls_native_certs::load_native_certs();
        roots.add_parsable_certificates(found.certs);
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Some(Arc::new(config)))
}

/// Keeps a connection to the broker until the server stops.
pub(crate) async fn serve(app: App) {
    let Some(settings) = app.config.mqtt.clone() else { return };
    let tls = match tls(&settings) {
        Ok(tls) => tls,
        Err(fault) => return tracing::error!(%fault, "no connection to the broker"),
    };
    let mut stopping = app.stopping.clone();
    let mut wait = FIRST_WAIT;
    while !app.is_stopping() {
        let begun = app.now();
        let broken = tokio::select! {
            broken = session::run(&app, &settings, tls.clone()) => broken,
            () = crate::http::stopped(&mut stopping) => return,
        };
        metrics::gauge!("greenchain_mqtt_connected").set(0.0);
        let lasted_s = (app.now().micros() - begun.micros()) / 1_000_000;
        // A connection that held was a good one: its end is no reason to hesitate.
        if lasted_s > LONGEST_WAIT.as_secs() as i64 {
            wait = FIRST_WAIT;
        }
        tracing::warn!(fault = %broken, wait_s = wait.as_secs(), "the broker is not there");
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = crate::http::stopped(&mut stopping) => return,
        }
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}
