//! API keys: what programs come in with.

use crate::app::App;
use crate::asked::{Asked, Asking};
use crate::caller::Caller;
use crate::execute::Recorded;
use crate::extract::{Named, Wanted};
use crate::problem::Problem;
use crate::routes::accounts::id;
use crate::view::{Page, Paging, Range};
use access::projection::key_key;
use access::{Id, Key, KeyView, MakeKey, Moment, Permission, RevokeKey, Secret, Token, TokenKind};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use events::{Projection, StreamId};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// What a key is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "orders from the shop", "scopes": ["orders-write"]}))]
pub(crate) struct KeyBody {
    /// What it is for.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// What it may do: no more than who makes it.
    #[schema(min_items = 1)]
    scopes: BTreeSet<Permission>,
    /// When it ends by itself; absent: not before it is revoked.
    #[schema(value_type = Option<String>, format = DateTime, example = "2027-11-30T08:00:00Z")]
    expires_at: Option<Moment>,
}

/// A key that was made.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"id": "k1", "key": "gck_main.k1.AAAA"}))]
pub(crate) struct Made {
    /// The key's id.
    id: String,
    /// To be sent as `Authorization: Bearer …`; it is shown this once. Null where the request was sent
    /// again: then make another.
    key: Option<String>,
}

/// Make a key
#[utoipa::path(post, path = "/api/v1/keys", tag = "People", request_body = KeyBody,
    responses((status = 201, description = "Made", body = Made)))]
pub(crate) async fn make(
    State(app): State<App>,
    asked: Asked<KeyBody>,
) -> Result<Response, Problem> {
    let mut asking = asked.asking;
    let (key, secret) = (Id::from_random(App::random()?), Secret::from_random(App::random()?));
    let principal = asking.caller.principal.clone();
    let command = MakeKey {
        key: key.clone(),
        account: principal.account.clone(),
        name: asked.body.name,
        digest: secret.digest(),
        scopes: asked.body.scopes,
        giver: principal.permissions.clone(),
        expires_at: asked.body.expires_at,
        now: app.now(),
    };
    if let Some(once) = &mut asking.once {
        once.answer = key.to_string();
    }
    let recorded = app.execute(&asking, &stream(&key)?, &command).await?;
    let token = Token { kind: TokenKind::Key, tenant: principal.tenant.clone(), id: key, secret };
    let shown = (!recorded.replayed).then(|| token.reveal());
    let id = recorded.answer.unwrap_or_else(|| token.id.to_string());
    Ok((StatusCode::CREATED, Json(Made { id, key: shown })).into_response())
}

/// All keys
#[utoipa::path(get, path = "/api/v1/keys", tag = "People", params(Paging),
    responses((status = 200, description = "A page of keys", body = Page<KeyView>)))]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Wanted(paging): Wanted<Paging>,
) -> Result<Json<Page<Box<RawValue>>>, Problem> {
    let projection = access::AccessProjection;
    let range = Range { projection: projection.name(), prefix: "account-keys/".into() };
    Ok(Json(app.page(caller.tenant(), &range, &paging).await?))
}

/// Revoke a key
#[utoipa::path(delete, path = "/api/v1/keys/{key}", tag = "People",
    params(("key" = String, Path, description = "Id of the key", max_length = 64)),
    responses((status = 200, description = "Revoked", body = Recorded)))]
pub(crate) async fn revoke(
    State(app): State<App>,
    Named(key): Named<String>,
    asking: Asking,
) -> Result<Response, Problem> {
    let key = id(&key)?;
    let row: Option<Key> = app.access_row(asking.caller.tenant(), &key_key(&key)).await?;
    let row = row.ok_or_else(|| Problem::missing("key", key.as_str()))?;
    let command = RevokeKey { key: key.clone(), account: row.view().account.clone() };
    Ok(app.execute(&asking, &stream(&key)?, &command).await?.answer())
}

fn stream(key: &Id) -> Result<StreamId, Problem> {
    Ok(StreamId::new("key", key.as_str())?)
}
