//! The carbon ledger of a plan, asked by SQL that only reads.

use crate::app::App;
use crate::asked::Asked;
use crate::blobs::run;
use crate::problem::Problem;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use lake::{Lake, LakeError, Limits};
use operations::PlanStatus;
use operations::field::Id;
use serde::Deserialize;
use utoipa::ToSchema;

/// A question to a ledger.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "plan": "0193a4f0-7c2e-7d31-8a54-2f6a5c1b9e07",
    "sql": "SELECT link, sum(wtt_kg_co2e + ttw_kg_co2e) AS kg FROM ledger WHERE \"case\" = 'plan' GROUP BY link"
}))]
pub(crate) struct Question {
    /// Of which plan.
    plan: Id,
    /// A statement that only reads: tables `ledger`, `factors`, `measures`, `scoped`.
    #[schema(min_length = 1, max_length = 65536)]
    sql: String,
}

/// A row of an answer: values by column.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
#[schema(example = json!([{"link": "transportation", "kg": "412.5"}]), value_type = Vec<Object>)]
pub(crate) struct Answer(Vec<serde_json::Map<String, serde_json::Value>>);

/// Ask the ledger of a plan
#[utoipa::path(post, path = "/api/v1/ledger/query", tag = "Ledger", request_body = Question,
    responses((status = 200, description = "The rows", body = Answer)))]
pub(crate) async fn query(
    State(app): State<App>,
    asked: Asked<Question>,
) -> Result<Response, Problem> {
    let Question { plan, sql } = asked.body;
    let tenant = asked.asking.caller.tenant();
    let view = app.plan(tenant, &plan).await?;
    let made = [PlanStatus::Finished, PlanStatus::Releasing, PlanStatus::Released];
    if !made.contains(&view.status) {
        let detail = format!("plan `{plan}` is {}. Wait until it is finished", view.status.name());
        return Err(Problem::new(StatusCode::CONFLICT, "plan-not-finished", detail));
    }
    if sql.len() > SQL_MAX {
        return Err(Problem::content("/sql", format!("longer than {SQL_MAX} bytes. Shorten it")));
    }
    let folder = app.plan_folder(tenant, &plan).join("ledger");
    let limits = app.config.limits;
    let limits =
        Limits { memory_bytes: limits.query_bytes, rows: limits.query_rows, time: limits.query };
    let busy = |_| Problem::internal(&"the gate of queries is closed");
    let _turn = app.queries.acquire().await.map_err(busy)?;
    let json = run(move || {
        let lake = Lake::open_within(&folder, limits).map_err(|fault| told(&fault))?;
        Ok(lake.query(&sql).map_err(|fault| told(&fault))?.to_json())
    })
    .await?;
    let mut response = Response::new(Body::from(json));
    let media = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, media);
    Ok(response)
}

/// Bytes of a statement.
const SQL_MAX: usize = 65_536;

/// A question that cannot be answered is the caller's matter; a ledger that cannot be read is ours.
fn told(fault: &LakeError) -> Problem {
    match fault {
        LakeError::Sql { .. }
        | LakeError::ReadOnly(_)
        | LakeError::TooManyRows(_)
        | LakeError::TooLong(_)
        | LakeError::Engine(_) => Problem::content("/sql", fault.to_string()).by("sql"),
        other => Problem::internal(other),
    }
}
