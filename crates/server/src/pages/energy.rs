//! The page of all sites' energy: filled here, printed by `report::live`, kept fresh by its script.

use super::{CSS, HTML, SCRIPT, file};
use crate::app::App;
use crate::blobs::run;
use crate::caller::{Caller, Demand, guard};
use crate::energy::known::{Ground, Site, local};
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
use operations::fact::Fact;
use operations::schedule::ScheduleFact;
use operations::view::View;
use operations::{EnergyMonthView, EnergySiteView, Milli, ScheduleMade, stream};
use quantity::{Day, Duration, Energy, Fixed, Instant, Zone};
use report::live::{Assets, Live, served, stylesheet};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use warehousing::Hour;
use warehousing::monitoring::footprint::Market;
use warehousing::monitoring::hours::day_by_hour;
use warehousing::monitoring::overview::{SettledSite, overview_of};
use warehousing::monitoring::planned::{Published, planned_by_hour};

/// Where the page is.
const PATH: &str = "/energy";
/// The page of the door, which leads back here.
const DOOR: &str = "/?then=/energy";
const ASSETS: Assets<'static> =
    Assets { style: "/assets/energy.css", script: "/assets/energy.js", home: "/", refresh_s: 60 };

/// What was made for a tenant, and of what.
#[derive(Clone)]
struct Kept {
    /// Position of the tenant's events, and the day.
    printed_at: (u64, Day),
    page: Arc<str>,
    /// How far the rows of sites and of settled days were.
    settled_at: [u64; 2],
    settled: Arc<Vec<SettledSite>>,
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
    day: Day,
    /// By id.
    sites: Vec<Site>,
    settled: Arc<Vec<SettledSite>>,
    grounds: Vec<Ground>,
    published: Vec<Vec<Published>>,
}

impl App {
    /// The page of a tenant, printed anew only when something was recorded or the day is another.
    async fn energy_page(&self, tenant: &Tenant, pages: &Pages) -> Result<Arc<str>, Problem> {
        let (position, _) = self.store.head(tenant).await?;
        let sites = self.energy_sites(tenant).await?;
        let zone = zone_of(&sites);
        let day = zone.day_of(self.instant());
        let lock = || pages.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = lock().get(tenant).cloned();
        let settled_at = self.settled_at(tenant).await?;
        let of_today =
            |kept: &&Kept| (kept.printed_at, kept.settled_at) == ((position, day), settled_at);
        if let Some(kept) = kept.as_ref().filter(of_today) {
            return Ok(kept.page.clone());
        }
        // Years of settled days are megabytes: they are read anew only when one was settled.
        let settled = match kept.filter(|kept| kept.settled_at == settled_at) {
            Some(kept) => kept.settled,
            None => self.settled(tenant, &sites).await?,
        };
        let span = [day, day.next()].map(|day| zone.at(day, Duration::ZERO));
        let (mut grounds, mut published) = (Vec::new(), Vec::new());
        for site in &sites {
            grounds.push(self.energy_ground(tenant, site, span.into()).await?);
            published.push(self.published(tenant, site, span).await?);
        }
        let gathered = Gathered { zone, day, sites, settled: settled.clone(), grounds, published };
        let page: Arc<str> = run(move || Ok(gathered.print()?.into())).await?;
        let printed_at = (position, day);
        let kept = Kept { printed_at, page: page.clone(), settled_at, settled };
        lock().insert(tenant.clone(), kept);
        Ok(page)
    }

    /// How far the rows of sites and of settled days are.
    async fn settled_at(&self, tenant: &Tenant) -> Result<[u64; 2], Problem> {
        let rows = [EnergySiteView::PROJECTION, EnergyMonthView::PROJECTION];
        for projection in rows {
            self.fresh(tenant, projection).await?;
        }
        let tenancy = self.tenancy_known(tenant);
        Ok(rows.map(|one| tenancy.as_ref().map_or(0, |tenancy| tenancy.changes(one))))
    }

    /// All settled days.
    async fn settled(
        &self,
        tenant: &Tenant,
        sites: &[Site],
    ) -> Result<Arc<Vec<SettledSite>>, Problem> {
        let mut settled = Vec::new();
        for site in sites {
            settled.push(self.settled_site(tenant, site).await?);
        }
        Ok(Arc::new(settled))
    }

    /// The schedules of a site that were made in a span, in their order.
    async fn published(
        &self,
        tenant: &Tenant,
        site: &Site,
        [from, until]: [Instant; 2],
    ) -> Result<Vec<Published>, Problem> {
        let last = site.zone.day_of(until - Duration::from_seconds(1));
        let days = std::iter::successors(Some(site.zone.day_of(from)), |day| Some(day.next()));
        let streams = days
            .take_while(|&day| day <= last)
            .map(|day| Ok(stream::schedule(&site.id, &local(day)?)))
            .collect::<Result<Vec<_>, Problem>>()?;
        let history = self.store.history(tenant, &streams).await?;
        let mut all = Vec::new();
        for event in streams.iter().flat_map(|stream| history.stream(stream)) {
            let fact = ScheduleFact::read(event).map_err(|fault| Problem::internal(&fault))?;
            let ScheduleFact::Made(made) = fact;
            all.push(published(&made));
        }
        Ok(all)
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
    fn print(&self) -> Result<String, Problem> {
        let roofs: Vec<_> = self.grounds.iter().map(Ground::roof).collect();
        let hours = day_by_hour(&roofs, &self.zone, self.day);
        let starts: Vec<Instant> = hours.iter().map(|hour| hour.start).collect();
        let overview = overview_of(&self.settled, hours, Market::default());
        Ok(served(
            &Live {
                name: "Energy of all sites",
                // An outlook does not say it.
                currency: "",
                zone: &self.zone,
                overview: &overview,
                notices: &[],
                sites: &self.sites.iter().map(place).collect::<Result<Vec<_>, _>>()?,
                prices: &self.prices(),
                grid: &self.intensities(),
                cancelled: Energy::ZERO,
                planned: &planned_by_hour(&self.published, &starts),
                exact: "/api/v1/energy",
            },
            &ASSETS,
        ))
    }

    /// Of all outlooks, by time: an hour is shown with the mean of those that begin in it.
    fn prices(&self) -> Vec<(Instant, f64)> {
        let hours = self.grounds.iter().flat_map(|ground| &ground.hours);
        let mut rows: Vec<_> =
            hours.map(|hour| (hour.start.instant(), hour.buy_price.to_f64())).collect();
        rows.sort_by_key(|&(at, _)| at);
        rows
    }

    fn intensities(&self) -> Vec<(Instant, Fixed)> {
        let mut rows: Vec<_> = self.grounds.iter().flat_map(Ground::grid).collect();
        rows.sort_by_key(|&(at, _)| at);
        rows
    }
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
