//! The page of all sites' energy: filled here, printed by `report::live`, kept fresh by its script.

use super::{CSS, HTML, SCRIPT, file};
use crate::app::App;
use crate::blobs::run;
use crate::caller::{Caller, Demand, guard};
use crate::energy::day::DayOfSites;
use crate::energy::known::{Site, days_between, intensity};
use crate::energy::network::Network;
use crate::problem::Problem;
use access::Permission;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use events::Tenant;
use network::SiteKind;
use operations::{Milli, OutlookHour, ScheduleMade};
use quantity::{Day, Duration, Energy, Instant, Zone};
use report::live::{Assets, Live, served, stylesheet};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use warehousing::Hour;
use warehousing::monitoring::overview::Overview;
use warehousing::monitoring::planned::{Published, planned_by_hour};

/// Where the page is.
const PATH: &str = "/energy";
/// The page of the door, which leads back here.
const DOOR: &str = "/?then=/energy";
const ASSETS: Assets<'static> =
    Assets { style: "/assets/energy.css", script: "/assets/energy.js", home: "/", refresh_s: 60 };

/// What was printed for a tenant.
struct Kept {
    /// Position of the tenant's events, and the day.
    printed_at: (u64, Day),
    page: Arc<str>,
}

/// By tenant.
type Pages = Arc<Mutex<HashMap<Tenant, Kept>>>;

/// The page and what it loads.
pub(super) fn routes(app: &App) -> Router<App> {
    let pages = Pages::default();
    let page = get(move |State(app): State<App>, caller: Caller| async move {
        let page = app.energy_page(caller.tenant(), &pages).await?;
        Ok::<_, Problem>(file(HTML, page.to_string()))
    });
    let demand = Demand::Holding(Permission::MetersRead);
    let guarded = page.route_layer(from_fn_with_state((app.clone(), demand), guard));
    let style = stylesheet();
    Router::new()
        .route(PATH, guarded.layer(map_response(to_the_door)))
        .route(ASSETS.style, get(move || async move { file(CSS, style.clone()) }))
        .route(ASSETS.script, get(|| async { file(SCRIPT, include_str!("energy.js")) }))
}

/// A program is told that it is nobody; a person is led to where they can say who they are.
async fn to_the_door(response: Response) -> Response {
    match response.status() {
        StatusCode::UNAUTHORIZED => Redirect::to(DOOR).into_response(),
        _ => response,
    }
}

/// What the page of a day is made from.
struct Gathered {
    zone: Zone,
    network: Arc<Network>,
    today: DayOfSites,
    published: Vec<Vec<Published>>,
}

impl App {
    /// The page of a tenant, printed anew only when something was recorded or the day is another.
    async fn energy_page(&self, tenant: &Tenant, pages: &Pages) -> Result<Arc<str>, Problem> {
        let (position, _) = self.store.head(tenant).await?;
        let network = self.energy_network(tenant).await?;
        let zone = zone_of(&network.sites);
        let day = zone.day_of(self.instant());
        let printed_at = (position, day);
        let lock = || pages.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = lock().get(tenant).filter(|kept| kept.printed_at == printed_at) {
            return Ok(kept.page.clone());
        }
        let today = self.day_of_sites(tenant, &network.sites, (&zone, day)).await?;
        let [from, until] = [day, day.next()].map(|day| zone.at(day, Duration::ZERO));
        let mut published = Vec::new();
        for site in &network.sites {
            let days = days_between(site, from, until)?;
            let made = self.schedules_of(tenant, site, &days).await?;
            published.push(made.iter().map(self::published).collect());
        }
        let gathered = Gathered { zone, network, today, published };
        let page: Arc<str> = run(move || Ok(gathered.print()?.into())).await?;
        lock().insert(tenant.clone(), Kept { printed_at, page: page.clone() });
        Ok(page)
    }
}

/// The time zone of most sites, of equals the first by name; UTC without a site.
fn zone_of(sites: &[Site]) -> Zone {
    let mut counts: BTreeMap<&str, (usize, &Zone)> = BTreeMap::new();
    for site in sites {
        counts.entry(site.zone.name()).or_insert((0, &site.zone)).0 += 1;
    }
    let most = counts.into_values().rev().max_by_key(|&(count, _)| count);
    most.map_or_else(|| Zone::parse("UTC").expect("UTC is a zone"), |(_, zone)| zone.clone())
}

fn published(made: &ScheduleMade) -> Published {
    let made_at = made.made_at.instant();
    let step = |(place, (start, _)): (usize, (Instant, Instant))| {
        let of = |list: &[Milli]| energy(list.get(place).copied().unwrap_or_default());
        let all = &made.steps;
        Hour {
            start,
            pv: of(&all.generation_wh),
            load: of(&all.load_wh),
            charging: of(&all.charging_wh),
            // Not recorded, and not shown.
            charging_from_grid: Energy::ZERO,
            battery_in: of(&all.battery_in_wh),
            battery_out: of(&all.battery_out_wh),
            stored: of(&all.stored_wh),
            import: of(&all.import_wh),
            export: of(&all.export_wh),
        }
    };
    let until = made.spans().last().map_or(made_at, |(_, end)| end);
    let steps = made.spans().enumerate().map(step).collect();
    Published { made_at, until, stored: energy(made.stored_wh), steps }
}

fn energy(wh: Milli) -> Energy {
    Energy::new(wh.thousandths())
}

impl Gathered {
    fn print(self) -> Result<String, Problem> {
        let Self { zone, network, today, published } = self;
        let starts: Vec<Instant> = today.hours.iter().map(|hour| hour.start).collect();
        let overview = Overview { last_day: today.hours, ..network.overview.clone() };
        let ahead: Vec<&OutlookHour> = today.outlooks.iter().flatten().collect();
        Ok(served(
            &Live {
                name: "Energy of all sites",
                // An outlook does not say it.
                currency: "",
                zone: &zone,
                overview: &overview,
                notices: &[],
                sites: &network.sites.iter().map(place).collect::<Result<Vec<_>, _>>()?,
                prices: &by_time(&ahead, |hour| (hour.start.instant(), hour.buy_price.to_f64())),
                grid: &by_time(&ahead, intensity),
                cancelled: Energy::ZERO,
                planned: &planned_by_hour(&published, &starts),
                exact: "/api/v1/energy",
            },
            &ASSETS,
        ))
    }
}

/// Of all outlooks: an hour is shown with the mean of those that begin in it.
fn by_time<T>(
    hours: &[&OutlookHour],
    of: impl Fn(&OutlookHour) -> (Instant, T),
) -> Vec<(Instant, T)> {
    let mut rows: Vec<_> = hours.iter().map(|&hour| of(hour)).collect();
    rows.sort_by_key(|&(at, _)| at);
    rows
}

fn place(site: &Site) -> Result<network::Site, Problem> {
    Ok(network::Site {
        id: site.id.to_string(),
        kind: SiteKind::Warehouse,
        point: site.point()?,
        solar: site.solar(),
        battery: site.battery(),
        load_per_day: Energy::ZERO,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn site(id: &str, zone: &str) -> Site {
        let energy = json!({
            "zone": zone, "lat": 0, "lon": 0, "commissioned": "2024-05-01", "peak_w": 1000,
            "tilt_deg": 10, "azimuth_deg": 180, "gamma_per_c": -0.004, "strings": [],
        });
        let view = json!({"id": id, "energy": energy, "version": 1, "updated_at": ""});
        let Ok(site) = Site::of(serde_json::from_value(view).unwrap()) else {
            panic!("{id} in {zone} is no site")
        };
        site
    }

    #[test]
    fn the_day_is_that_of_most_sites() {
        let sites = |zones: &[&str]| -> Vec<Site> {
            zones.iter().enumerate().map(|(n, zone)| site(&format!("W{n}"), zone)).collect()
        };
        for (zones, expect, why) in [
            (vec![], "UTC", "no site"),
            (vec!["Asia/Tokyo", "Europe/Berlin", "Asia/Tokyo"], "Asia/Tokyo", "two of three"),
            (vec!["Europe/Berlin", "Asia/Tokyo"], "Asia/Tokyo", "of equals the first by name"),
        ] {
            assert_eq!(zone_of(&sites(&zones)).name(), expect, "{why}");
        }
    }

    #[test]
    fn a_schedule_has_a_step_for_each_place_of_its_lists() {
        let list = |first: i64| json!([first, first + 1]);
        let made: ScheduleMade = serde_json::from_value(json!({
            "made_at": "2026-07-14T12:15:00-06:00", "stored_wh": 7, "stored_is_measured": true,
            "steps": {
                "length_s": [900, 3600], "generation_wh": list(10), "load_wh": list(20), "charging_wh": list(30),
                "battery_in_wh": list(40), "battery_out_wh": list(50), "stored_wh": list(60),
                "import_wh": list(70), "export_wh": list(80),
            },
            "sessions": [],
        }))
        .unwrap();
        let found = published(&made);
        let wh = |wh: i64| Energy::new(1_000 * wh);
        let [_, second] = found.steps.as_slice() else { panic!("{found:?}") };
        assert_eq!(
            (found.stored, second.start.unix()),
            (wh(7), made.made_at.instant().unix() + 900)
        );
        assert_eq!(
            [second.pv, second.load, second.charging, second.battery_in, second.battery_out],
            [11, 21, 31, 41, 51].map(wh)
        );
        assert_eq!([second.stored, second.import, second.export], [61, 71, 81].map(wh));
    }

    #[tokio::test]
    async fn only_who_is_nobody_is_led_to_the_door() {
        for (status, expect) in [
            (StatusCode::OK, StatusCode::OK),
            (StatusCode::UNAUTHORIZED, StatusCode::SEE_OTHER),
            (StatusCode::FORBIDDEN, StatusCode::FORBIDDEN),
        ] {
            assert_eq!(to_the_door(status.into_response()).await.status(), expect);
        }
    }
}
