//! The audit trail: who did what, when.

use crate::app::App;
use crate::caller::Caller;
use crate::extract::Wanted;
use crate::problem::Problem;
use crate::view::{Page, Paging, cursor, limit, number, raw};
use axum::Json;
use axum::extract::State;
use events::Event;
use operations::view::rfc3339;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

/// An event.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "position": 17, "id": "b0f5ac2e-8d3f-8a6b-9b1e-0f6c2f1f4b55", "kind": "parcel",
    "thing": "P20171125-00001", "version": 2, "type": "parcel-packed", "actor": "account/a1b2c3",
    "recorded_at": "2026-11-30T08:00:00Z", "request": "0193", "payload": {},
    "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
}))]
pub(crate) struct EventView {
    /// Place in the trail, from 1, without gaps.
    position: u64,
    /// Id of the event: half of its digest.
    id: String,
    /// Of which kind the thing is that it happened to.
    kind: String,
    /// Which thing.
    thing: String,
    /// Place among the events of the thing, from 1.
    version: u64,
    /// What happened.
    #[serde(rename = "type")]
    event_type: String,
    /// Who did it.
    actor: String,
    /// When it was recorded.
    #[schema(format = DateTime)]
    recorded_at: String,
    /// Id of the request.
    request: Option<String>,
    /// The particulars.
    #[schema(value_type = Object)]
    payload: Box<RawValue>,
    /// SHA-256 over the event and the digest of the one before it.
    digest: String,
}

impl EventView {
    fn of(event: Event) -> Result<Self, Problem> {
        Ok(Self {
            position: event.position,
            id: event.id().to_string(),
            kind: event.stream.kind().into(),
            thing: event.stream.id().into(),
            version: event.version,
            recorded_at: rfc3339(event.recorded_at),
            request: event.correlation,
            payload: raw(event.payload.as_str().to_owned())?,
            digest: event.digest.to_string(),
            event_type: event.event_type,
            actor: event.actor,
        })
    }
}

/// Who did what, when
#[utoipa::path(get, path = "/api/v1/audit", tag = "People", params(Paging),
    responses((status = 200, description = "A page of the trail", body = Page<EventView>)))]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Wanted(paging): Wanted<Paging>,
) -> Result<Json<Page<EventView>>, Problem> {
    let limit = limit(paging.limit)?;
    let after = number(paging.cursor.as_deref(), "the trail")?;
    let mut events = app.store.events(caller.tenant(), after, limit + 1).await?;
    let more = events.len() > limit as usize;
    events.truncate(limit as usize);
    let next = events.last().filter(|_| more).map(|event| cursor(&event.position.to_string()));
    let items = events.into_iter().map(EventView::of).collect::<Result<_, _>>()?;
    Ok(Json(Page { items, next }))
}
