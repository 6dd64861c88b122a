//! Pages: the door, where people sign in and follow an invitation, and does all it does by the API;
//! the energy of all sites.

mod energy;

use crate::app::App;
use axum::Router;
use axum::http::{HeaderName, HeaderValue, header};
use axum::routing::get;

/// What the pages may load: what is ours.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
    form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// A file with its media type.
fn file<T>(media: &'static str, text: T) -> ([(HeaderName, HeaderValue); 2], T) {
    let of = HeaderValue::from_static;
    ([(header::CONTENT_TYPE, of(media)), (header::CONTENT_SECURITY_POLICY, of(POLICY))], text)
}

/// The pages and what they load.
pub(crate) fn routes(app: &App) -> Router<App> {
    Router::new()
        .route("/", get(|| async { file(HTML, include_str!("pages/sign_in.html")) }))
        .route("/invitation", get(|| async { file(HTML, include_str!("pages/invitation.html")) }))
        .route("/assets/door.css", get(|| async { file(CSS, include_str!("pages/door.css")) }))
        .route("/assets/door.js", get(|| async { file(SCRIPT, include_str!("pages/door.js")) }))
        .merge(energy::routes(app))
}
