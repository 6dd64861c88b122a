//! A site's energy: what it has, what its devices measured, what is known ahead, what is to be done.

use super::orders::encoded;
use super::shown::{Rows, list, one};
use crate::app::App;
use crate::asked::{Asked, Uploaded, json};
use crate::blobs::run;
use crate::caller::Caller;
use crate::energy::day::EnergyDay;
use crate::energy::known::Site;
use crate::energy::network::{EnergyNetwork, shown};
use crate::energy::table;
use crate::execute::Recorded;
use crate::extract::{Named, Wanted};
use crate::problem::Problem;
use crate::view::{Page, Paging, tagged};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use events::Tenant;
use operations::field::{Id, LocalDay, Text};
use operations::{
    DescribeSite, EnergyMonthView, EnergySiteView, Outlook, OutlookView, ReadingsView,
    ScheduleView, SetOutlook, SiteEnergy, SiteReadings, StringAlarmsView, TakeReadings, key,
    stream,
};
use quantity::Zone;
use serde::Deserialize;
use utoipa::IntoParams;

/// All sites since the beginning: what they made, what that avoided, growth, the league
///
/// Of settled days: a day is settled twenty minutes after it ends.
#[utoipa::path(get, path = "/api/v1/energy", tag = "Energy",
    responses((status = 200, description = "The network", body = EnergyNetwork)))]
pub(crate) async fn network(
    State(app): State<App>,
    caller: Caller,
) -> Result<Json<EnergyNetwork>, Problem> {
    Ok(Json(shown(&*app.energy_network(caller.tenant()).await?)))
}

/// Sites whose energy is described, in pages
#[utoipa::path(get, path = "/api/v1/energy/sites", tag = "Energy", params(Paging),
    responses((status = 200, description = "A page", body = Page<EnergySiteView>)))]
pub(crate) async fn sites(
    State(app): State<App>,
    caller: Caller,
    Wanted(paging): Wanted<Paging>,
) -> Result<Rows, Problem> {
    list::<EnergySiteView>(&app, &caller, key::IDS.into(), paging.cursor, paging.limit).await
}

/// What a site has for its energy
#[utoipa::path(get, path = "/api/v1/sites/{site}/energy", tag = "Energy",
    params(("site" = Id, Path, description = "Id of the site")),
    responses((status = 200, description = "It", body = EnergySiteView),
        (status = 304, description = "As the caller has it")))]
pub(crate) async fn site(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Named(site): Named<Id>,
) -> Result<Response, Problem> {
    one::<EnergySiteView>(&app, &caller, &headers, (key::id(&site), &site)).await
}

/// A site's place, modules, strings and battery are described
///
/// The same description again changes nothing. Days that are settled stay as they are.
#[utoipa::path(put, path = "/api/v1/sites/{site}/energy", tag = "Energy",
    request_body = SiteEnergy,
    params(("site" = Id, Path, description = "Id of the site")),
    responses((status = 200, description = "It is so already", body = Recorded),
        (status = 201, description = "Described", body = Recorded)))]
pub(crate) async fn describe(
    State(app): State<App>,
    Named(site): Named<Id>,
    asked: Asked<SiteEnergy>,
) -> Result<Response, Problem> {
    let main = stream::energy_site(&site);
    let command = DescribeSite { site: site.clone(), body: asked.body };
    let recorded = app.execute(&asked.asking, &main, &command).await?;
    Ok(recorded.created(&format!("/api/v1/sites/{}/energy", encoded(&site))))
}

/// Devices of a site measured something
///
/// As JSON, or as a table in the columns `timestamp, site_id, device, quantity, value, unit`. All of it is
/// taken in or nothing. A reading that is known changes nothing; one that differs from what is known is
/// refused, unless its channel says `correct`.
#[utoipa::path(post, path = "/api/v1/sites/{site}/readings", tag = "Energy",
    request_body(content((SiteReadings = "application/json"), (String = "text/csv",
        example = "timestamp,site_id,device,quantity,value,unit\n2026-07-14T12:00:00-06:00,W1,inv-1,generation,41.25,kW\n"))),
    params(("site" = Id, Path, description = "Id of the site")),
    responses((status = 200, description = "Accepted", body = Recorded)))]
pub(crate) async fn take_readings(
    State(app): State<App>,
    Named(site): Named<Id>,
    headers: HeaderMap,
    uploaded: Uploaded,
) -> Result<Response, Problem> {
    let Uploaded { asking, bytes } = uploaded;
    let body = match media(&headers).as_deref() {
        Some("application/json") => json::<SiteReadings>(&bytes)?,
        Some("text/csv") => {
            let site = site.clone();
            run(move || table::readings(&site, &bytes)).await?
        }
        _ => {
            let detail = "the body must be application/json or text/csv. Say so in Content-Type";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", detail));
        }
    };
    let main = stream::energy_site(&site);
    let command = TakeReadings { site, now: app.instant(), body };
    Ok(app.execute(&asking, &main, &command).await?.answer())
}

fn media(headers: &HeaderMap) -> Option<String> {
    let given = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    Some(given.split(';').next()?.trim().to_ascii_lowercase())
}

/// What came of a site's devices on a day of UTC, a row a channel
#[utoipa::path(get, path = "/api/v1/sites/{site}/readings/{day}", tag = "Energy",
    params(("site" = Id, Path, description = "Id of the site"),
        ("day" = LocalDay, Path, description = "Day of UTC")),
    responses((status = 200, description = "The channels", body = ReadingsView),
        (status = 304, description = "As the caller has it")))]
pub(crate) async fn readings_of_day(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Named((site, day)): Named<(Id, LocalDay)>,
) -> Result<Response, Problem> {
    one::<ReadingsView>(&app, &caller, &headers, (key::site_day(&site, &day), &day)).await
}

/// What is known ahead of a site's day: weather, prices, the grid's carbon, load, vehicles
///
/// Given again as forecasts get better: the last one counts, and the schedule follows it.
#[utoipa::path(put, path = "/api/v1/sites/{site}/outlook/{day}", tag = "Energy",
    request_body = Outlook,
    params(("site" = Id, Path, description = "Id of the site"),
        ("day" = LocalDay, Path, description = "Local day of the site")),
    responses((status = 200, description = "Accepted", body = Recorded)))]
pub(crate) async fn set_outlook(
    State(app): State<App>,
    Named((site, day)): Named<(Id, LocalDay)>,
    asked: Asked<Outlook>,
) -> Result<Response, Problem> {
    let main = stream::outlook(&site, &day);
    let command = SetOutlook { site, day, body: asked.body };
    Ok(app.execute(&asked.asking, &main, &command).await?.answer())
}

/// What is known ahead of a site's day
#[utoipa::path(get, path = "/api/v1/sites/{site}/outlook/{day}", tag = "Energy",
    params(("site" = Id, Path, description = "Id of the site"),
        ("day" = LocalDay, Path, description = "Local day of the site")),
    responses((status = 200, description = "It", body = OutlookView),
        (status = 304, description = "As the caller has it")))]
pub(crate) async fn outlook(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Named((site, day)): Named<(Id, LocalDay)>,
) -> Result<Response, Problem> {
    one::<OutlookView>(&app, &caller, &headers, (key::site_day(&site, &day), &day)).await
}

/// A site's day by hour: measured, expected, prices, the grid's carbon
#[utoipa::path(get, path = "/api/v1/sites/{site}/energy/days/{day}", tag = "Energy",
    params(("site" = Id, Path, description = "Id of the site"),
        ("day" = LocalDay, Path, description = "Local day of the site")),
    responses((status = 200, description = "Its hours", body = EnergyDay)))]
pub(crate) async fn day(
    State(app): State<App>,
    caller: Caller,
    Named((site, day)): Named<(Id, LocalDay)>,
) -> Result<Json<EnergyDay>, Problem> {
    let site = app.energy_site(caller.tenant(), &site).await?;
    let (id, zone) = (Some(site.id.to_string()), site.zone.clone());
    hours_of(&app, caller.tenant(), &[site], (id, &zone, &day)).await
}

async fn hours_of(
    app: &App,
    tenant: &Tenant,
    sites: &[Site],
    (site, zone, day): (Option<String>, &Zone, &LocalDay),
) -> Result<Json<EnergyDay>, Problem> {
    let found = app.day_of_sites(tenant, sites, (zone, day.day())).await?;
    let (hours, zone) = (found.shown(zone), zone.name().to_owned());
    Ok(Json(EnergyDay { site, day: day.to_string(), zone, hours }))
}

/// Which clock tells the day.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ZoneWanted {
    /// IANA time zone; that of the first site where it is left out.
    #[param(
        min_length = 1,
        max_length = 200,
        pattern = r"^[^\u0000-\u001f\u007f-\u009f]+$",
        example = "America/Denver"
    )]
    zone: Option<Text>,
}

/// A day of all sites together by hour
///
/// Prices and the grid's carbon are the mean of the sites that know them.
#[utoipa::path(get, path = "/api/v1/energy/days/{day}", tag = "Energy",
    params(("day" = LocalDay, Path, description = "Day of the zone"), ZoneWanted),
    responses((status = 200, description = "Its hours", body = EnergyDay)))]
pub(crate) async fn day_of_all(
    State(app): State<App>,
    caller: Caller,
    Named(day): Named<LocalDay>,
    Wanted(wanted): Wanted<ZoneWanted>,
) -> Result<Json<EnergyDay>, Problem> {
    let sites = app.energy_sites(caller.tenant()).await?;
    let zone = match (&wanted.zone, sites.first()) {
        (Some(name), _) => Zone::parse(name).map_err(|_| {
            let detail = format!("`{name}` is no time zone. Write America/Denver");
            Problem::malformed(detail).by("zone-unknown")
        })?,
        (None, Some(first)) => first.zone.clone(),
        (None, None) => {
            return Err(Problem::missing("described site in tenant", caller.tenant().as_str()));
        }
    };
    hours_of(&app, caller.tenant(), &sites, (None, &zone, &day)).await
}

/// The settled days of the month of a day
#[utoipa::path(get, path = "/api/v1/sites/{site}/energy/months/{day}", tag = "Energy",
    params(("site" = Id, Path, description = "Id of the site"),
        ("day" = LocalDay, Path, description = "Any day of the month")),
    responses((status = 200, description = "Its days", body = EnergyMonthView),
        (status = 304, description = "As the caller has it")))]
pub(crate) async fn month(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Named((site, day)): Named<(Id, LocalDay)>,
) -> Result<Response, Problem> {
    let month = day.month();
    one::<EnergyMonthView>(&app, &caller, &headers, (key::site_day(&site, month), month)).await
}

/// The schedule of a site that was made last
#[utoipa::path(get, path = "/api/v1/sites/{site}/schedule", tag = "Energy",
    params(("site" = Id, Path, description = "Id of the site")),
    responses((status = 200, description = "It", body = ScheduleView)))]
pub(crate) async fn schedule(
    State(app): State<App>,
    caller: Caller,
    Named(site): Named<Id>,
) -> Result<Json<ScheduleView>, Problem> {
    let found = app.energy_site(caller.tenant(), &site).await?;
    let schedule = app.latest_schedule(caller.tenant(), &found, app.instant()).await?;
    Ok(Json(schedule.ok_or_else(|| Problem::missing("schedule of site", &site))?))
}

/// The strings of a site that are behind
#[utoipa::path(get, path = "/api/v1/sites/{site}/alarms", tag = "Energy",
    params(("site" = Id, Path, description = "Id of the site")),
    responses((status = 200, description = "Those that are behind", body = StringAlarmsView),
        (status = 304, description = "As the caller has it")))]
pub(crate) async fn alarms(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Named(site): Named<Id>,
) -> Result<Response, Problem> {
    let row = app
        .row(
            caller.tenant(),
            <StringAlarmsView as operations::view::View>::PROJECTION,
            &key::id(&site),
        )
        .await?;
    if let Some(row) = row {
        return tagged(&headers, row);
    }
    // Of a site that never had one there are none.
    let found = app.energy_site(caller.tenant(), &site).await?;
    let none = StringAlarmsView {
        id: found.id.to_string(),
        behind: Vec::new(),
        version: 0,
        updated_at: operations::view::rfc3339(app.now()),
    };
    tagged(&headers, serde_json::to_string(&none).map_err(|fault| Problem::internal(&fault))?)
}
