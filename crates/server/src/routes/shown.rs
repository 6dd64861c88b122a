//! What is shown of the living day: each kind of thing in pages, and one by one.

use crate::app::App;
use crate::caller::Caller;
use crate::extract::{Named, Wanted};
use crate::problem::Problem;
use crate::view::{Page, Paging, Range, tagged};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use operations::field::{Id, LocalDay};
use operations::key;
use operations::view::View;
use operations::{
    MeterView, OrderStatus, OrderView, ParcelStatus, ParcelView, PlanStatus, PlanView, RoundStatus,
    RoundView, ScenarioView, StationView, StockView, VehicleView,
};
use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::IntoParams;

/// A page of rows, as their projection has them.
pub(super) type Rows = Json<Page<Box<RawValue>>>;

/// A page of things whose keys begin so.
pub(super) async fn list<V: View>(
    app: &App,
    caller: &Caller,
    prefix: String,
    cursor: Option<String>,
    limit: Option<u32>,
) -> Result<Rows, Problem> {
    let range = Range { projection: V::PROJECTION, prefix };
    Ok(Json(app.page(caller.tenant(), &range, &Paging { cursor, limit }).await?))
}

/// One thing.
pub(super) async fn one<V: View>(
    app: &App,
    caller: &Caller,
    headers: &HeaderMap,
    (key, id): (String, &str),
) -> Result<Response, Problem> {
    let row = app.row(caller.tenant(), V::PROJECTION, &key).await?;
    tagged(headers, row.ok_or_else(|| Problem::missing(V::KIND, id))?)
}

/// Which orders.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrdersWanted {
    /// Only those of this status.
    status: Option<OrderStatus>,
    /// `next` of the page before.
    #[param(max_length = 512, pattern = "^[A-Za-z0-9_-]*$")]
    cursor: Option<String>,
    /// Rows of a page.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

/// Which plans.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlansWanted {
    /// Only those of this status.
    status: Option<PlanStatus>,
    /// `next` of the page before.
    #[param(max_length = 512, pattern = "^[A-Za-z0-9_-]*$")]
    cursor: Option<String>,
    /// Rows of a page.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

/// Which parcels. At most one of status, plan and round.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ParcelsWanted {
    /// Only those of this status.
    status: Option<ParcelStatus>,
    /// Only those of this plan.
    plan: Option<Id>,
    /// Only those of this round.
    round: Option<Id>,
    /// `next` of the page before.
    #[param(max_length = 512, pattern = "^[A-Za-z0-9_-]*$")]
    cursor: Option<String>,
    /// Rows of a page.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

/// Which rounds. At most one of status and plan.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoundsWanted {
    /// Only those of this status.
    status: Option<RoundStatus>,
    /// Only those of this plan.
    plan: Option<Id>,
    /// `next` of the page before.
    #[param(max_length = 512, pattern = "^[A-Za-z0-9_-]*$")]
    cursor: Option<String>,
    /// Rows of a page.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

fn too_many_filters() -> Problem {
    Problem::malformed("at most one of status, plan and round can be asked for. Leave the others")
        .by("filters")
}

/// Orders
#[utoipa::path(get, path = "/api/v1/orders", tag = "Orders", params(OrdersWanted),
    responses((status = 200, description = "A page of orders", body = Page<OrderView>)))]
pub(crate) async fn orders(
    State(app): State<App>,
    caller: Caller,
    Wanted(wanted): Wanted<OrdersWanted>,
) -> Result<Rows, Problem> {
    let prefix = wanted.status.map_or(key::IDS.into(), |status| key::of_status(status.name()));
    list::<OrderView>(&app, &caller, prefix, wanted.cursor, wanted.limit).await
}

/// An order
#[utoipa::path(get, path = "/api/v1/orders/{order}", tag = "Orders",
    params(("order" = Id, Path, description = "Id of the order")),
    responses((status = 200, description = "The order", body = OrderView),
        (status = 304, description = "As the caller has it")))]
pub(crate) async fn order(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Named(id): Named<Id>,
) -> Result<Response, Problem> {
    one::<OrderView>(&app, &caller, &headers, (key::id(&id), &id)).await
}

/// Plans
#[utoipa::path(get, path = "/api/v1/plans", tag = "Plans", params(PlansWanted),
    responses((status = 200, description = "A page of plans", body = Page<PlanView>)))]
pub(crate) async fn plans(
    State(app): State<App>,
    caller: Caller,
    Wanted(wanted): Wanted<PlansWanted>,
) -> Result<Rows, Problem> {
    let prefix = wanted.status.map_or(key::IDS.into(), |status| key::of_status(status.name()));
    list::<PlanView>(&app, &caller, prefix, wanted.cursor, wanted.limit).await
}

/// Parcels
#[utoipa::path(get, path = "/api/v1/parcels", tag = "Parcels", params(ParcelsWanted),
    responses((status = 200, description = "A page of parcels", body = Page<ParcelView>)))]
pub(crate) async fn parcels(
    State(app): State<App>,
    caller: Caller,
    Wanted(wanted): Wanted<ParcelsWanted>,
) -> Result<Rows, Problem> {
    let prefix = match (wanted.status, wanted.plan, wanted.round) {
        (None, None, None) => key::IDS.into(),
        (Some(status), None, None) => key::of_status(status.name()),
        (None, Some(plan), None) => key::of_plan(&plan),
        (None, None, Some(round)) => key::of_round(&round),
        _ => return Err(too_many_filters()),
    };
    list::<ParcelView>(&app, &caller, prefix, wanted.cursor, wanted.limit).await
}

/// Rounds: the routes of vehicles
#[utoipa::path(get, path = "/api/v1/rounds", tag = "Rounds", params(RoundsWanted),
    responses((status = 200, description = "A page of rounds", body = Page<RoundView>)))]
pub(crate) async fn rounds(
    State(app): State<App>,
    caller: Caller,
    Wanted(wanted): Wanted<RoundsWanted>,
) -> Result<Rows, Problem> {
    let prefix = match (wanted.status, wanted.plan) {
        (None, None) => key::IDS.into(),
        (Some(status), None) => key::of_status(status.name()),
        (None, Some(plan)) => key::of_plan(&plan),
        _ => return Err(too_many_filters()),
    };
    list::<RoundView>(&app, &caller, prefix, wanted.cursor, wanted.limit).await
}

/// What the meters of a site read on a day
#[utoipa::path(get, path = "/api/v1/sites/{site}/meters/{day}", tag = "Energy",
    params(("site" = Id, Path, description = "Id of the site"),
        ("day" = LocalDay, Path, description = "Local day of the site")),
    responses((status = 200, description = "The readings", body = MeterView),
        (status = 304, description = "As the caller has it")))]
pub(crate) async fn meters_of_day(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Named((site, day)): Named<(Id, LocalDay)>,
) -> Result<Response, Problem> {
    one::<MeterView>(&app, &caller, &headers, (key::site_day(&site, &day), &day)).await
}

/// Both handlers of a kind that is listed without filters.
macro_rules! plainly {
    ($list:ident, $list_path:literal, $one:ident, $one_path:literal, $tag:literal, $view:ty) => {
        /// All, in pages
        #[utoipa::path(get, path = $list_path, tag = $tag, params(Paging),
                            responses((status = 200, description = "A page", body = Page<$view>)))]
        pub(crate) async fn $list(
            State(app): State<App>,
            caller: Caller,
            Wanted(paging): Wanted<Paging>,
        ) -> Result<Rows, Problem> {
            list::<$view>(&app, &caller, key::IDS.into(), paging.cursor, paging.limit).await
        }
        plainly!($one, $one_path, $tag, $view);
    };
    ($one:ident, $one_path:literal, $tag:literal, $view:ty) => {
        /// One
        #[utoipa::path(get, path = $one_path, tag = $tag,
                            params(("id" = Id, Path, description = "Its id")),
                            responses((status = 200, description = "It", body = $view),
                                (status = 304, description = "As the caller has it")))]
        pub(crate) async fn $one(
            State(app): State<App>,
            caller: Caller,
            headers: HeaderMap,
            Named(id): Named<Id>,
        ) -> Result<Response, Problem> {
            one::<$view>(&app, &caller, &headers, (key::id(&id), &id)).await
        }
    };
}

plainly!(
    scenarios,
    "/api/v1/scenarios",
    scenario,
    "/api/v1/scenarios/{id}",
    "Scenarios",
    ScenarioView
);
plainly!(vehicles, "/api/v1/vehicles", vehicle, "/api/v1/vehicles/{id}", "Vehicles", VehicleView);
plainly!(stations, "/api/v1/stations", station, "/api/v1/stations/{id}", "Stations", StationView);
plainly!(stocks, "/api/v1/stock", stock, "/api/v1/stock/{id}", "Stock", StockView);
plainly!(plan, "/api/v1/plans/{id}", "Plans", PlanView);
plainly!(parcel, "/api/v1/parcels/{id}", "Parcels", ParcelView);
plainly!(round, "/api/v1/rounds/{id}", "Rounds", RoundView);
