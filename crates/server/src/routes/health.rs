//! Is it alive, is it ready, how much does it do.

use crate::app::App;
use crate::problem::Problem;
use crate::telemetry::recorder;
use axum::extract::State;
use axum::http::StatusCode;

/// Alive: the process answers
#[utoipa::path(get, path = "/healthz", tag = "Server",
    responses((status = 200, description = "Alive", body = String, content_type = "text/plain")))]
pub(crate) async fn healthz() -> &'static str {
    "alive\n"
}

/// Ready: the database answers, and the server is not about to stop
#[utoipa::path(get, path = "/readyz", tag = "Server",
    responses((status = 200, description = "Ready", body = String, content_type = "text/plain")))]
pub(crate) async fn readyz(State(app): State<App>) -> Result<&'static str, Problem> {
    if app.is_stopping() {
        let detail = "the server is stopping";
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "stopping", detail));
    }
    app.store.tenants().await?;
    Ok("ready\n")
}

/// Figures for Prometheus
#[utoipa::path(get, path = "/metrics", tag = "Server",
    responses((status = 200, description = "Figures", body = String, content_type = "text/plain")))]
pub(crate) async fn metrics() -> String {
    recorder().render()
}
