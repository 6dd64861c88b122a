//! Webhooks: who is told of events.

use crate::app::App;
use crate::asked::{Asked, Asking};
use crate::caller::Caller;
use crate::execute::Recorded;
use crate::extract::{Named, Wanted};
use crate::problem::Problem;
use crate::view::{Page, Paging, Range, cursor, limit, number, raw, tagged};
use crate::webhook::{
    self, PROJECTION, RemoveWebhook, SetWebhook, WebhookBody, WebhookView, key, stream,
};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use operations::field::Id;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

/// A message that was given up.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "number": 12, "webhook": "partner-1", "attempts": 20, "fault": "answered 500", "message": {}
}))]
pub(crate) struct DeadLetterView {
    /// Its number.
    number: u64,
    /// To which webhook it was to go.
    webhook: String,
    /// How often it was sent.
    attempts: u32,
    /// What the last try failed of.
    fault: String,
    /// What was to be sent.
    #[schema(value_type = Object)]
    message: Box<RawValue>,
}

/// Set up a webhook, or change it
#[utoipa::path(put, path = "/api/v1/webhooks/{webhook}", tag = "Webhooks", request_body = WebhookBody,
    params(("webhook" = Id, Path, description = "Id of the webhook")),
    responses((status = 200, description = "It is set", body = Recorded)))]
pub(crate) async fn set(
    State(app): State<App>,
    Named(webhook): Named<Id>,
    asked: Asked<WebhookBody>,
) -> Result<Response, Problem> {
    let stream = stream(&webhook)?;
    let command = SetWebhook { stream: stream.clone(), body: asked.body };
    let recorded = app.execute(&asked.asking, &stream, &command).await?;
    // What happens from now on is sent: the answer waits until that is so.
    app.fresh(asked.asking.caller.tenant(), PROJECTION).await?;
    Ok(recorded.answer())
}

/// Take a webhook away
#[utoipa::path(delete, path = "/api/v1/webhooks/{webhook}", tag = "Webhooks",
    params(("webhook" = Id, Path, description = "Id of the webhook")),
    responses((status = 200, description = "It is gone", body = Recorded)))]
pub(crate) async fn remove(
    State(app): State<App>,
    Named(webhook): Named<Id>,
    asking: Asking,
) -> Result<Response, Problem> {
    let stream = stream(&webhook)?;
    let command = RemoveWebhook { stream: stream.clone() };
    let recorded = app.execute(&asking, &stream, &command).await?;
    app.fresh(asking.caller.tenant(), PROJECTION).await?;
    Ok(recorded.answer())
}

/// All webhooks
#[utoipa::path(get, path = "/api/v1/webhooks", tag = "Webhooks", params(Paging),
    responses((status = 200, description = "A page of webhooks", body = Page<WebhookView>)))]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Wanted(paging): Wanted<Paging>,
) -> Result<Json<Page<Box<RawValue>>>, Problem> {
    let range = Range { projection: PROJECTION, prefix: operations::key::IDS.into() };
    Ok(Json(app.page(caller.tenant(), &range, &paging).await?))
}

/// A webhook
#[utoipa::path(get, path = "/api/v1/webhooks/{webhook}", tag = "Webhooks",
    params(("webhook" = Id, Path, description = "Id of the webhook")),
    responses((status = 200, description = "The webhook", body = WebhookView),
        (status = 304, description = "As the caller has it")))]
pub(crate) async fn one(
    State(app): State<App>,
    Named(webhook): Named<Id>,
    headers: HeaderMap,
    caller: Caller,
) -> Result<Response, Problem> {
    let row = app.row(caller.tenant(), PROJECTION, &key(&webhook)).await?;
    tagged(&headers, row.ok_or_else(|| Problem::missing("webhook", &webhook))?)
}

/// Messages that were given up
#[utoipa::path(get, path = "/api/v1/dead-letters", tag = "Webhooks", params(Paging),
    responses((status = 200, description = "A page of messages", body = Page<DeadLetterView>)))]
pub(crate) async fn dead_letters(
    State(app): State<App>,
    caller: Caller,
    Wanted(paging): Wanted<Paging>,
) -> Result<Json<Page<DeadLetterView>>, Problem> {
    let limit = limit(paging.limit)?;
    let after = number(paging.cursor.as_deref(), "these")?;
    let mut found = app.store.dead_letters(caller.tenant(), after, limit + 1).await?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = found.last().filter(|_| more).map(|letter| cursor(&letter.seq.to_string()));
    let items = found
        .into_iter()
        .filter(|letter| letter.message.topic == webhook::TOPIC)
        .map(|letter| {
            Ok(DeadLetterView {
                number: letter.seq,
                webhook: letter.message.key,
                attempts: letter.attempts,
                fault: letter.fault,
                message: raw(letter.message.payload.as_str().to_owned())?,
            })
        })
        .collect::<Result<_, Problem>>()?;
    Ok(Json(Page { items, next }))
}

/// Send a message again that was given up
#[utoipa::path(post, path = "/api/v1/dead-letters/{number}/revive", tag = "Webhooks",
    params(("number" = u32, Path, description = "Number of the message")),
    responses((status = 204, description = "It is on its way")))]
pub(crate) async fn revive(
    State(app): State<App>,
    Named(number): Named<u32>,
    asking: Asking,
) -> Result<StatusCode, Problem> {
    let revived = app.store.revive(asking.caller.tenant(), u64::from(number), app.now()).await?;
    app.appended.send_modify(|n| *n += 1);
    if revived {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::missing("dead letter", &number.to_string()))
    }
}
