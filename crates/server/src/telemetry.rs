//! Request ids, a line of log for each request, and figures for Prometheus.

use crate::app::App;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::sync::OnceLock;

/// Header with the id of a request, in and out.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Bounds of the histogram of durations, in s.
const SECONDS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

/// The id of a request.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(pub(crate) String);

/// The recorder of figures, one for the process.
pub(crate) fn recorder() -> &'static PrometheusHandle {
    static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();
    RECORDER.get_or_init(|| {
        let matcher = Matcher::Full("greenchain_request_seconds".into());
        let recorder = PrometheusBuilder::new()
            .set_buckets_for_metric(matcher, &SECONDS)
            .expect("there are bounds")
            .build_recorder();
        let handle = recorder.handle();
        // Another library of the process may have set one already: then ours stays empty.
        let _ = metrics::set_global_recorder(recorder);
        handle
    })
}

/// An id that a caller gave, if it is one that may stand in a log.
fn given(request: &Request) -> Option<String> {
    let id = request.headers().get(&REQUEST_ID)?.to_str().ok()?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    ((1..=64).contains(&id.len()) && id.bytes().all(plain)).then(|| id.to_owned())
}

/// Gives each request its id, and tells what became of it.
pub(crate) async fn observe(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let id = given(&request).or_else(|| app.new_id().ok()).unwrap_or_default();
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = request.method().clone();
    let path = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let begun = app.now();
    let mut response = next.run(request).await;
    let micros = app.now().micros().saturating_sub(begun.micros()).max(0);
    let status = response.status().as_u16();
    // The pattern of the path, not the path: that may name people.
    let path = path.unwrap_or_else(|| "none".into());
    tracing::info!(request = id, %method, path, status, micros, "request");
    let labels = [("method", method.to_string()), ("path", path), ("status", status.to_string())];
    metrics::counter!("greenchain_requests_total", &labels).increment(1);
    metrics::histogram!("greenchain_request_seconds").record(micros as f64 / 1e6);
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}
