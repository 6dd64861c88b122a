//! All routes, and the document that describes them (OpenAPI 3.1).

use crate::api::Api;
use crate::app::App;
use crate::problem::{Problem, ProblemDocument};
use crate::routes::{
    accounts, actual, audit, day, energy, health, keys, ledger, oidc, orders, plans, scenarios,
    session, shown, webhooks,
};
use crate::telemetry::observe;
use access::Permission as P;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa::openapi::schema::{AdditionalProperties, Schema};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, OpenApi, OpenApiBuilder, RefOr};
use utoipa::{PartialSchema, ToSchema};
use utoipa_axum::routes;

/// Where the document lies.
pub(crate) const PATH: &str = "/api/openapi.json";

fn bare() -> OpenApi {
    let info = InfoBuilder::new()
        .title("greenchain")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("Green logistics: orders, plans, the living day, the carbon ledger"))
        .build();
    let mut schemas = Vec::new();
    ProblemDocument::schemas(&mut schemas);
    let key = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("A key, made at /api/v1/keys"))
        .build();
    let session = ApiKeyValue::with_description(
        crate::caller::COOKIE,
        "A session; requests that change something send X-CSRF-Token beside it",
    );
    let components = ComponentsBuilder::new()
        .schema(ProblemDocument::name(), ProblemDocument::schema())
        .schemas_from_iter(schemas)
        .security_scheme("key", SecurityScheme::Http(key))
        .security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(session)))
        .build();
    OpenApiBuilder::new().info(info).components(Some(components)).build()
}

/// Who may ask for what: the whole API in four lists.
fn api(app: &App) -> Api {
    let api = planning(people(Api::new(app.clone(), bare())), app.config.limits.upload_bytes);
    energy_of_sites(day(api))
}

/// The server itself, people, keys, webhooks.
fn people(api: Api) -> Api {
    api.open(routes!(health::healthz))
        .open(routes!(health::readyz))
        .open(routes!(health::metrics))
        .open(routes!(session::sign_in))
        .open(routes!(session::accept_invitation))
        .open(routes!(oidc::start))
        .open(routes!(oidc::callback))
        .signed_in(routes!(oidc::link))
        .signed_in(routes!(session::who_am_i))
        .signed_in(routes!(session::sign_out))
        .signed_in(routes!(session::set_password))
        .holding(P::PeopleManage, routes!(accounts::list))
        .holding(P::PeopleManage, routes!(accounts::invite))
        .holding(P::PeopleManage, routes!(accounts::one))
        .holding(P::PeopleManage, routes!(accounts::close))
        .holding(P::PeopleManage, routes!(accounts::change_roles))
        .holding(P::PeopleManage, routes!(accounts::renew_invitation))
        .holding(P::PersonsErase, routes!(accounts::erase))
        .holding(P::KeysManage, routes!(keys::list))
        .holding(P::KeysManage, routes!(keys::make))
        .holding(P::KeysManage, routes!(keys::revoke))
        .holding(P::AuditRead, routes!(audit::list))
        .holding(P::WebhooksManage, routes!(webhooks::list))
        .holding(P::WebhooksManage, routes!(webhooks::one))
        .holding(P::WebhooksManage, routes!(webhooks::set))
        .holding(P::WebhooksManage, routes!(webhooks::remove))
        .holding(P::WebhooksManage, routes!(webhooks::dead_letters))
        .holding(P::WebhooksManage, routes!(webhooks::revive))
}

/// Scenarios, orders, plans and what comes of them.
fn planning(api: Api, upload_bytes: usize) -> Api {
    let upload = || DefaultBodyLimit::max(upload_bytes);
    api.holding(P::ScenariosRead, routes!(shown::scenarios))
        .holding(P::ScenariosRead, routes!(shown::scenario))
        .holding(P::ScenariosRead, routes!(scenarios::file))
        .sized(upload(), P::ScenariosWrite, routes!(scenarios::set))
        .holding(P::OrdersRead, routes!(shown::orders))
        .holding(P::OrdersRead, routes!(shown::order))
        .holding(P::OrdersWrite, routes!(orders::receive))
        .holding(P::OrdersWrite, routes!(orders::cancel))
        .sized(upload(), P::OrdersWrite, routes!(orders::bulk))
        .sized(upload(), P::OrdersWrite, routes!(orders::upload))
        .holding(P::PersonsErase, routes!(orders::erase))
        .holding(P::PlansRead, routes!(shown::plans))
        .holding(P::PlansRead, routes!(shown::plan))
        .holding(P::PlansRead, routes!(plans::progress))
        .holding(P::ReportsRead, routes!(plans::file))
        .holding(P::ReportsRead, routes!(plans::report))
        .holding(P::PlansWrite, routes!(plans::ask))
        .holding(P::PlansWrite, routes!(plans::cancel))
        .holding(P::PlansRelease, routes!(plans::release))
        .holding(P::LedgerRead, routes!(ledger::query))
        .holding(P::LedgerRead, routes!(actual::compare))
        .holding(P::LedgerRead, routes!(actual::lines))
}

/// The living day.
fn day(api: Api) -> Api {
    api.holding(P::ParcelsRead, routes!(shown::parcels))
        .holding(P::ParcelsRead, routes!(shown::parcel))
        .holding(P::ParcelsPack, routes!(day::pack))
        .holding(P::ParcelsLoad, routes!(day::load))
        .holding(P::ParcelsLoad, routes!(day::unload))
        .holding(P::RoundsRead, routes!(shown::rounds))
        .holding(P::RoundsRead, routes!(shown::round))
        .holding(P::RoundsDrive, routes!(day::depart))
        .holding(P::RoundsDrive, routes!(day::serve_stop))
        .holding(P::RoundsDrive, routes!(day::return_round))
        .holding(P::VehiclesRead, routes!(shown::vehicles))
        .holding(P::VehiclesRead, routes!(shown::vehicle))
        .holding(P::RoundsDrive, routes!(day::refuel))
        .holding(P::MetersWrite, routes!(day::end_charging))
        .holding(P::StationsRead, routes!(shown::stations))
        .holding(P::StationsRead, routes!(shown::station))
        .holding(P::StationsReceive, routes!(day::hand_back))
        .holding(P::StockRead, routes!(shown::stocks))
        .holding(P::StockRead, routes!(shown::stock))
        .holding(P::StockCount, routes!(day::count))
        .holding(P::MetersRead, routes!(shown::meters_of_day))
        .holding(P::MetersWrite, routes!(day::read_meters))
}

/// What sites measure, foresee and are to do.
fn energy_of_sites(api: Api) -> Api {
    api.holding(P::MetersRead, routes!(energy::network))
        .holding(P::MetersRead, routes!(energy::day_of_all))
        .holding(P::MetersRead, routes!(energy::sites))
        .holding(P::MetersRead, routes!(energy::site))
        .holding(P::ScenariosWrite, routes!(energy::describe))
        .holding(P::MetersWrite, routes!(energy::take_readings))
        .holding(P::MetersRead, routes!(energy::readings_of_day))
        .holding(P::MetersWrite, routes!(energy::set_outlook))
        .holding(P::MetersRead, routes!(energy::outlook))
        .holding(P::MetersRead, routes!(energy::day))
        .holding(P::MetersRead, routes!(energy::month))
        .holding(P::MetersRead, routes!(energy::schedule))
        .holding(P::MetersRead, routes!(energy::alarms))
}

/// The router of the server, and the document.
pub(crate) fn router(app: &App) -> (Router, OpenApi) {
    let (routes, mut document) = api(app).into_parts();
    close(&mut document);
    let text = document.to_json().expect("a document of ours is JSON");
    let document_route = get(move || {
        let text = text.clone();
        async move { ([(header::CONTENT_TYPE, "application/json")], text) }
    });
    let limits = app.config.limits;
    let safe =
        |name, value| SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value));
    let router = routes
        .route(PATH, document_route)
        .merge(crate::pages::routes(app))
        .fallback(nowhere)
        .method_not_allowed_fallback(other_method)
        .layer(from_fn(move |request, next| in_time(limits.request, request, next)))
        .layer(DefaultBodyLimit::max(limits.body_bytes))
        .layer(CompressionLayer::new())
        .layer(CatchPanicLayer::custom(panicked))
        .layer(safe(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(safe(header::REFERRER_POLICY, "no-referrer"))
        .layer(safe(header::CACHE_CONTROL, "no-store"))
        .layer(safe(
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'",
        ))
        .layer(from_fn_with_state(app.clone(), observe))
        .with_state(app.clone());
    (router, document)
}

/// Variants of an enum take no field but theirs: the derive says so of structs alone.
fn close(document: &mut OpenApi) {
    let schemas = document.components.iter_mut().flat_map(|all| all.schemas.values_mut());
    for schema in schemas {
        let RefOr::T(Schema::OneOf(one_of)) = schema else { continue };
        for item in &mut one_of.items {
            if let RefOr::T(Schema::Object(object)) = item
                && !object.properties.is_empty()
            {
                object.additional_properties =
                    Some(Box::new(AdditionalProperties::FreeForm(false)));
            }
        }
    }
}

async fn nowhere() -> Problem {
    let detail = format!("there is nothing here. See {PATH}");
    Problem::new(StatusCode::NOT_FOUND, "not-found", detail)
}

async fn other_method(method: Method) -> Problem {
    let detail = format!("{method} is not one of the methods here. See Allow");
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", detail)
}

/// A panic is our fault: the connection lives, the log knows.
fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    Problem::internal(&"a handler panicked").into_response()
}

/// Ends what takes too long. An answer that streams has begun by then.
async fn in_time(
    longest: std::time::Duration,
    request: axum::extract::Request,
    next: axum::middleware::Next,
) -> Response {
    let Ok(response) = tokio::time::timeout(longest, next.run(request)).await else {
        let detail = "the request took too long. What it writes may have happened: send it again \
            with the same idempotency key";
        return Problem::new(StatusCode::REQUEST_TIMEOUT, "too-slow", detail).into_response();
    };
    response
}
