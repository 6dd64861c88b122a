//! Plans: asked for, watched, cancelled, released, their files.

use crate::app::App;
use crate::asked::{Asked, Asking};
use crate::blobs::run;
use crate::caller::Caller;
use crate::execute::Recorded;
use crate::extract::{Named, Wanted};
use crate::jobs::Told;
use crate::problem::Problem;
use crate::routes::scenarios::download;
use crate::view::end_of;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use events::Tenant;
use futures_util::Stream;
use futures_util::stream::unfold;
use operations::field::{Id, Text};
use operations::view::View;
use operations::{
    AskPlan, AskRelease, CancelPlan, OrderStatus, OrderView, PlanBody, PlanStatus, PlanView, key,
    stream,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::convert::Infallible;
use std::path::PathBuf;
use std::time::Duration;
use tokio::sync::watch;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Schema, Type};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{IntoParams, PartialSchema, ToSchema};

/// Between two lines that only keep a connection open.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// A plan that was asked for.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"id": "0193a4f0-7c2e-7d31-8a54-2f6a5c1b9e07"}))]
pub(crate) struct PlanAsked {
    /// Its id.
    id: String,
}

/// Ask for a plan of a scenario's open orders
///
/// It is made by and by: watch it at `/api/v1/plans/{id}/progress`.
#[utoipa::path(post, path = "/api/v1/plans", tag = "Plans", request_body = PlanBody,
    responses((status = 202, description = "It will be made", body = PlanAsked)))]
pub(crate) async fn ask(
    State(app): State<App>,
    asked: Asked<PlanBody>,
) -> Result<Response, Problem> {
    let mut asking = asked.asking;
    let tenant = asking.caller.tenant().clone();
    let id = Id::new(app.new_id()?).map_err(|fault| Problem::internal(&fault))?;
    app.scenario(&tenant, &asked.body.scenario).await?;
    let orders = app.count_orders(&tenant, &asked.body.scenario, OrderStatus::Open).await?;
    let command = AskPlan { id: id.clone(), orders, body: asked.body };
    if let Some(once) = &mut asking.once {
        once.answer = id.to_string();
    }
    if orders == 0 && asking.once.is_none() {
        let detail = "there are no open orders to plan. Send some first";
        return Err(Problem::new(StatusCode::CONFLICT, "no-open-orders", detail));
    }
    let recorded = app.execute(&asking, &stream::plan(&id), &command).await?;
    let id = recorded.answer.unwrap_or_else(|| id.to_string());
    let place = HeaderValue::from_str(&format!("/api/v1/plans/{id}"));
    let place = place.map_err(|fault| Problem::internal(&fault))?;
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, place)], Json(PlanAsked { id })).into_response())
}

impl App {
    /// How many orders of a scenario are so.
    pub(crate) async fn count_orders(
        &self,
        tenant: &Tenant,
        scenario: &Id,
        status: OrderStatus,
    ) -> Result<u64, Problem> {
        let prefix = key::of_scenario(scenario, status.name());
        self.fresh(tenant, OrderView::PROJECTION).await?;
        let before = end_of(&prefix);
        Ok(self.store.count_rows(tenant, OrderView::PROJECTION, &prefix, &before).await?)
    }
}

/// A plan is cancelled
#[utoipa::path(post, path = "/api/v1/plans/{id}/cancel", tag = "Plans",
    params(("id" = Id, Path, description = "Its id")),
    responses((status = 200, description = "Accepted", body = Recorded)))]
pub(crate) async fn cancel(
    State(app): State<App>,
    Named(id): Named<Id>,
    asking: Asking,
) -> Result<Response, Problem> {
    let command = CancelPlan { id: id.clone() };
    let recorded = app.execute(&asking, &stream::plan(&id), &command).await?;
    app.jobs.stop(asking.caller.tenant(), &id);
    Ok(recorded.answer())
}

/// A plan is released: its parcels and rounds are to be worked
#[utoipa::path(post, path = "/api/v1/plans/{id}/release", tag = "Plans",
    params(("id" = Id, Path, description = "Its id")),
    responses((status = 202, description = "It is being released", body = Recorded)))]
pub(crate) async fn release(
    State(app): State<App>,
    Named(id): Named<Id>,
    asking: Asking,
) -> Result<Response, Problem> {
    let command = AskRelease { id: id.clone() };
    let recorded = app.execute(&asking, &stream::plan(&id), &command).await?;
    Ok(recorded.with_status(StatusCode::ACCEPTED))
}

/// An event of the stream, as it is told in the document.
pub(crate) struct PlanEvent;

impl PartialSchema for PlanEvent {
    fn schema() -> RefOr<Schema> {
        let event = |name: &str, data: &str| {
            let text = || ObjectBuilder::new().schema_type(Type::String);
            let data = text()
                .content_media_type("application/json")
                .content_schema(Some(Ref::from_schema_name(data)));
            ObjectBuilder::new()
                .property("event", text().enum_values(Some([name])))
                .property("data", data)
                .required("event")
                .required("data")
        };
        let plan = event("plan", &PlanView::name());
        let progress = event("progress", &Told::name());
        let example = json!({"event": "progress", "data": "{\"text\":\"orders are gathered\"}"});
        OneOfBuilder::new().item(plan).item(progress).examples([example]).into()
    }
}

impl ToSchema for PlanEvent {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((PlanView::name().into(), PlanView::schema()));
        schemas.push((Told::name().into(), Told::schema()));
        PlanView::schemas(schemas);
    }
}

/// What is watched.
struct Watch {
    app: App,
    tenant: Tenant,
    id: Id,
    version: Option<u64>,
    told: Told,
    appended: watch::Receiver<u64>,
    ended: bool,
}

/// Watch a plan: each step as a server-sent event, until it ends
///
/// `plan` carries the plan as it is, `progress` words about the work. The stream ends with the plan.
#[utoipa::path(get, path = "/api/v1/plans/{id}/progress", tag = "Plans",
    params(("id" = Id, Path, description = "Its id")),
    responses((status = 200, description = "Server-sent events; the schema is that of each",
        body = PlanEvent, content_type = "text/event-stream")))]
pub(crate) async fn progress(
    State(app): State<App>,
    Named(id): Named<Id>,
    caller: Caller,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let tenant = caller.tenant().clone();
    app.plan(&tenant, &id).await?;
    let appended = app.appended.subscribe();
    let (version, told, ended) = (None, Told::default(), false);
    let watch = Watch { app, tenant, id, version, told, appended, ended };
    let events = unfold(watch, |mut watch| async move {
        let event = watch.next().await?;
        Some((Ok(event), watch))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

impl Watch {
    /// The next event; `None` where there will be none.
    async fn next(&mut self) -> Option<Event> {
        while !self.ended && !self.app.is_stopping() {
            let plan = self.app.plan(&self.tenant, &self.id).await.ok()?;
            if self.version != Some(plan.version) {
                self.version = Some(plan.version);
                self.ended = !matches!(
                    plan.status,
                    PlanStatus::Asked | PlanStatus::Running | PlanStatus::Releasing
                );
                return Event::default().event("plan").json_data(&plan).ok();
            }
            if let Some(running) = self.app.jobs.of(&self.tenant, &self.id) {
                let mut told = running.told.subscribe();
                let now = told.borrow_and_update().clone();
                if now != self.told {
                    self.told = now;
                    return Event::default().event("progress").json_data(&self.told).ok();
                }
                tokio::select! {
                    _ = told.changed() => {}
                    () = self.app.wait(&mut self.appended, Duration::from_secs(1)) => {}
                }
            } else {
                self.app.wait(&mut self.appended, Duration::from_secs(1)).await;
            }
        }
        None
    }
}

/// A file of a plan: `summary.json`, `routes.geojson`, `ledger/manifest.json`
#[utoipa::path(get, path = "/api/v1/plans/{id}/files/{name}", tag = "Plans",
    params(("id" = Id, Path, description = "Its id"),
        ("name" = Text, Path, description = "Name of the file; a `/` in it is written %2F")),
    responses((status = 200, description = "The file", content_type = "application/octet-stream")))]
pub(crate) async fn file(
    State(app): State<App>,
    Named((id, name)): Named<(Id, Text)>,
    caller: Caller,
) -> Result<Response, Problem> {
    let path = listed(&app, caller.tenant(), &id, &name).await?;
    Ok(download(run(move || read(&path)).await?))
}

/// The path of a file that the plan lists: no other is ever opened.
async fn listed(app: &App, tenant: &Tenant, id: &Id, name: &str) -> Result<PathBuf, Problem> {
    let plan = app.plan(tenant, id).await?;
    let known = plan.files.iter().any(|file| &*file.name == name);
    if !known {
        return Err(Problem::missing("file", name));
    }
    Ok(app.plan_folder(tenant, id).join(name))
}

#[expect(clippy::disallowed_methods, reason = "the server reads the files that it wrote")]
fn read(path: &std::path::Path) -> Result<Vec<u8>, Problem> {
    std::fs::read(path).map_err(|fault| {
        tracing::error!(path = %path.display(), %fault, "a file of a plan cannot be read");
        let detail = "the file is no longer in the data folder. Plan again";
        Problem::new(StatusCode::GONE, "file-gone", detail)
    })
}

/// In which form.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Form {
    /// A page.
    Html,
    /// A document to print.
    Pdf,
}

/// Which report.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReportWanted {
    /// In which form; a page where nothing is said.
    form: Option<Form>,
}

/// The report of a plan
#[utoipa::path(get, path = "/api/v1/plans/{id}/report", tag = "Reports",
    params(("id" = Id, Path, description = "Its id"), ReportWanted),
    responses((status = 200, description = "The report", content(
        (String = "text/html"), (String = "application/pdf")))))]
pub(crate) async fn report(
    State(app): State<App>,
    Named(id): Named<Id>,
    Wanted(wanted): Wanted<ReportWanted>,
    caller: Caller,
) -> Result<Response, Problem> {
    let (name, media) = match wanted.form.unwrap_or(Form::Html) {
        Form::Html => ("report.html", "text/html; charset=utf-8"),
        Form::Pdf => ("report.pdf", "application/pdf"),
    };
    let path = listed(&app, caller.tenant(), &id, name).await?;
    let bytes = run(move || read(&path)).await?;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static(media))], bytes).into_response())
}
