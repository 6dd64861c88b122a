//! Webhooks: to whom events are sent. What is sent is signed as Standard Webhooks 1.0 says; the secret
//! lies among the data of persons, never in an event.

use crate::problem::Problem;
use events::{
    Append, ApplyFault, Command, Decision, Event, EventsError, History, Message, NewEvent, Payload,
    Person, Projection, Refusal, Rows, Store, StreamId, Tenant,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// Topic of messages to webhooks.
pub(crate) const TOPIC: &str = "webhook";
/// Name of the projection.
pub(crate) const PROJECTION: &str = "webhooks";
/// Webhooks of a tenant.
const WEBHOOKS_MAX: u32 = 50;
/// Kinds of streams whose events are sent; all else is the house's own.
const KINDS: [&str; 13] = [
    "order",
    "parcel",
    "round",
    "vehicle",
    "station",
    "stock",
    "plan",
    "scenario",
    "meter",
    "energy-site",
    "schedule",
    "energy-month",
    "string-alarm",
];

/// What a webhook is to be.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "url": "https://partner.example/hooks",
    "events": ["parcel-delivered", "delivery-failed"],
    "secret": "whsec_3Ws0J2m4T8kqYxw9Zb1cR5vN7uE6hGfD"
}))]
pub(crate) struct WebhookBody {
    /// Where messages are posted.
    #[schema(min_length = 8, max_length = 2000, pattern = "^https?://[^\\s/?#]+[^\\s#]*$")]
    url: String,
    /// Types of events; `*` for all.
    #[schema(min_items = 1, max_items = 50)]
    events: BTreeSet<String>,
    /// Key of the signature, known to both sides.
    #[schema(min_length = 24, max_length = 200, pattern = "^[!-~]+$", write_only)]
    secret: String,
}

/// A webhook as it is shown: never its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "id": "partner-1",
    "url": "https://partner.example/hooks",
    "events": ["parcel-delivered"],
    "version": 1
}))]
pub(crate) struct WebhookView {
    pub(crate) id: String,
    /// Where messages are posted.
    pub(crate) url: String,
    /// Types of events; `*` for all.
    pub(crate) events: BTreeSet<String>,
    /// How often it was set; its ETag.
    pub(crate) version: u64,
}

/// Who is to be told what.
#[derive(Debug, Clone)]
pub(crate) struct Subscription {
    id: String,
    events: BTreeSet<String>,
}

#[derive(Serialize, Deserialize)]
struct WebhookSet {
    url: String,
    events: BTreeSet<String>,
}

/// The secret, as it is kept.
#[derive(Serialize, Deserialize)]
pub(crate) struct Secret {
    pub(crate) secret: String,
}

/// Whose data the secret is.
pub(crate) fn person(id: &str) -> String {
    format!("webhook/{id}")
}

/// The stream of a webhook.
pub(crate) fn stream(id: &str) -> Result<StreamId, Problem> {
    Ok(StreamId::new("webhook", id)?)
}

/// Sets up a webhook, or changes it.
pub(crate) struct SetWebhook {
    pub(crate) stream: StreamId,
    pub(crate) body: WebhookBody,
}

/// Takes a webhook away.
pub(crate) struct RemoveWebhook {
    pub(crate) stream: StreamId,
}

fn fact(event_type: &str, payload: &impl Serialize) -> Result<NewEvent, Refusal> {
    let payload = Payload::of(payload)
        .map_err(|fault| Refusal::content("webhook-too-large", fault.to_string()))?;
    Ok(NewEvent { event_type: event_type.into(), schema_version: 1, payload })
}

impl WebhookBody {
    fn check(&self) -> Result<(), Refusal> {
        let refuse = |detail: &str| Err(Refusal::content("webhook", detail));
        let url = reqwest::Url::parse(&self.url).ok();
        let web = |url: &reqwest::Url| ["http", "https"].contains(&url.scheme()) && url.has_host();
        if self.url.len() > 2_000 || !url.as_ref().is_some_and(web) {
            return refuse("url is not of the web. Write https://host/path");
        }
        let named = |name: &String| {
            name == "*"
                || ((1..=64).contains(&name.len())
                    && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'))
        };
        if self.events.is_empty() || self.events.len() > 50 || !self.events.iter().all(named) {
            return refuse("events are not 1 to 50 types of events. Write parcel-delivered, or *");
        }
        let visible = self.secret.bytes().all(|byte| byte.is_ascii_graphic());
        if !(24..=200).contains(&self.secret.len()) || !visible {
            return refuse("secret is not 24 to 200 visible ASCII characters. Make one by chance");
        }
        Ok(())
    }
}

impl Command for SetWebhook {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        Ok(vec![self.stream.clone()])
    }

    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        self.body.check()?;
        let WebhookBody { url, events, secret } = self.body.clone();
        let event = fact("webhook-set", &WebhookSet { url, events })?;
        let data = Payload::of(&Secret { secret })
            .map_err(|fault| Refusal::content("webhook", fault.to_string()))?;
        let person = Person { person: person(self.stream.id()), data, keep_until: None };
        let writes = vec![history.write(self.stream.clone(), vec![event])];
        Ok(Decision { writes, persons: vec![person] })
    }
}

impl Command for RemoveWebhook {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        Ok(vec![self.stream.clone()])
    }

    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        match history.stream(&self.stream).last() {
            None => Err(Refusal::missing("webhook-unknown", "there is no such webhook")),
            Some(event) if event.event_type == "webhook-removed" => Ok(Decision::default()),
            Some(_) => {
                let event = fact("webhook-removed", &json!({}))?;
                let writes = vec![history.write(self.stream.clone(), vec![event])];
                Ok(Decision { writes, persons: Vec::new() })
            }
        }
    }
}

/// The webhooks of a tenant by id.
pub(crate) struct Webhooks;

impl Projection for Webhooks {
    fn name(&self) -> &'static str {
        PROJECTION
    }

    fn revision(&self) -> u32 {
        1
    }

    fn takes(&self, kind: &str) -> bool {
        kind == "webhook"
    }

    fn keys(&self, event: &Event) -> Vec<String> {
        vec![key(event.stream.id())]
    }

    fn apply(&self, event: &Event, rows: &mut Rows) -> Result<(), ApplyFault> {
        let id = event.stream.id();
        if event.event_type == "webhook-removed" {
            return rows.remove(&key(id));
        }
        let content = |fault: serde_json::Error| ApplyFault::Content(fault.to_string());
        let WebhookSet { url, events } =
            serde_json::from_str(event.payload.as_str()).map_err(content)?;
        let view = WebhookView { id: id.into(), url, events, version: event.version };
        rows.put(&key(id), serde_json::to_string(&view).map_err(content)?)
    }
}

/// The row of a webhook.
pub(crate) fn key(id: &str) -> String {
    operations::key::id(id)
}

/// The subscriptions of a tenant, as far as they are projected.
pub(crate) async fn subscriptions(
    store: &Store,
    tenant: &Tenant,
) -> Result<Vec<Subscription>, EventsError> {
    let rows = store.rows(tenant, PROJECTION, "id/", "id0", WEBHOOKS_MAX).await?;
    let views = rows.iter().filter_map(|(_, row)| serde_json::from_str::<WebhookView>(row).ok());
    Ok(views.map(|view| Subscription { id: view.id, events: view.events }).collect())
}

/// What is to be sent of an append.
pub(crate) fn messages(subscriptions: &[Subscription], append: &Append) -> Vec<Message> {
    let mut messages = Vec::new();
    if subscriptions.is_empty() {
        return messages;
    }
    let events = append
        .writes
        .iter()
        .flat_map(|write| write.events.iter().map(move |event| (&write.stream, event)));
    for (stream, event) in events.filter(|(stream, _)| KINDS.contains(&stream.kind())) {
        let wants =
            |wanted: &BTreeSet<String>| wanted.contains("*") || wanted.contains(&event.event_type);
        for subscription in subscriptions.iter().filter(|one| wants(&one.events)) {
            // A payload of the store is JSON: it stands in the message as it is.
            let payload = format!(
                r#"{{"type":{},"data":{{"kind":{},"id":{},"event":{}}}}}"#,
                json!(event.event_type),
                json!(stream.kind()),
                json!(stream.id()),
                event.payload.as_str()
            );
            let key = subscription.id.clone();
            if let Ok(payload) = Payload::new(payload) {
                messages.push(Message { topic: TOPIC.into(), key, payload });
            }
        }
    }
    messages
}
