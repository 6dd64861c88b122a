//! When what is done: days are settled once they end and again when late readings come, schedules are made
//! each quarter hour and when what is known ahead changes.
//!
//! Of several servers each does all of it. What one decided the others find: a command that says the same
//! again records nothing, and of the schedules of a quarter hour the first stands.

use super::known::{MARGIN, Site, local};
use super::settling::last_ended;
use crate::app::App;
use crate::problem::Problem;
use events::{Event, StreamId, Tenant};
use operations::energy_site::EnergySiteFact;
use operations::fact::Fact;
use operations::reading::ReadingFact;
use operations::{EnergyMonthView, EnergySiteView, Id, LocalDay, OutlookView, ReadingsView, key};
use quantity::{Day, Instant};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

/// Between two looks where nothing was appended here: another server may have written.
const LOOK: Duration = Duration::from_secs(5);
/// Rests after news, so that readings that come together are settled together.
const REST: Duration = Duration::from_secs(1);
/// Events that are read at a time.
const PAGE: u32 = 1_000;
/// A day is settled so long after its end: its last quarter hour is read by then.
const GRACE: quantity::Duration = quantity::Duration::from_seconds(20 * 60);
/// Days of a site that are settled before it is the turn of another.
const DAYS_AT_ONCE: usize = 50;

/// A site, and what is to be done for it.
struct Watched {
    site: Site,
    /// The last day that is to be settled by now.
    ended: Day,
    /// Days whose readings or outlook are news.
    stale: BTreeSet<LocalDay>,
    /// Number of the last quarter hour for which a schedule was made.
    ticked: Option<i64>,
    /// What is known ahead has changed.
    is_anew: bool,
}

/// A tenant's sites, as of a position.
struct Sites {
    position: u64,
    sites: BTreeMap<Id, Watched>,
}

/// Settles and schedules until the server stops.
pub(crate) async fn watch(app: App) {
    let mut appended = app.appended.subscribe();
    let mut tenants: HashMap<Tenant, Sites> = HashMap::new();
    let every = app.config.schedule_every;
    while !app.is_stopping() {
        match look(&app, &mut tenants).await {
            Ok(More(true)) => continue,
            Ok(More(false)) => {}
            Err(problem) => {
                tracing::warn!(fault = problem.detail, "energy could not be looked at");
            }
        }
        let every_ms = every.as_millis().max(1) as i64;
        let passed = (app.now().micros() / 1_000).rem_euclid(every_ms);
        let to_tick = Duration::from_millis((every_ms - passed) as u64);
        app.wait(&mut appended, LOOK.min(to_tick)).await;
        if !app.is_stopping() {
            tokio::time::sleep(REST.min(every / 4)).await;
        }
    }
}

/// Whether there is more to settle at once.
struct More(bool);

async fn look(app: &App, tenants: &mut HashMap<Tenant, Sites>) -> Result<More, Problem> {
    let mut more = false;
    for tenant in app.store.tenants().await? {
        if !tenants.contains_key(&tenant) {
            let begun = begin(app, &tenant).await?;
            tenants.insert(tenant.clone(), begun);
        }
        let Some(sites) = tenants.get_mut(&tenant) else { continue };
        sites.read_on(app, &tenant).await?;
        for watched in sites.sites.values_mut() {
            if app.is_stopping() {
                return Ok(More(false));
            }
            // What is wrong with one site keeps no other back.
            match watched.work(app, &tenant).await {
                Ok(()) => more |= watched.is_behind(),
                Err(problem) => {
                    let (site, fault) = (watched.site.id.as_str(), problem.detail);
                    tracing::warn!(%tenant, site, fault, "energy waits for another try");
                }
            }
        }
    }
    Ok(More(more))
}

/// A tenant's sites when this server first looks at them: what others left undone is stale.
async fn begin(app: &App, tenant: &Tenant) -> Result<Sites, Problem> {
    let (position, _) = app.store.head(tenant).await?;
    let mut sites = BTreeMap::new();
    for site in app.energy_sites(tenant).await? {
        let mut watched = Watched::new(site, app.instant());
        watched.stale = undone(app, tenant, &watched.site).await?;
        sites.insert(watched.site.id.clone(), watched);
    }
    Ok(Sites { position, sites })
}

/// The days of a site whose readings or outlook are not those that its settled days were made from.
async fn undone(app: &App, tenant: &Tenant, site: &Site) -> Result<BTreeSet<LocalDay>, Problem> {
    let prefix = key::of_site(&site.id);
    let months: Vec<EnergyMonthView> = app.all(tenant, prefix.clone()).await?;
    let mut made: BTreeMap<&str, Vec<(&LocalDay, u64)>> = BTreeMap::new();
    for settled in months.iter().flat_map(|month| &month.days) {
        for from in &settled.made_from {
            made.entry(&from.day).or_default().push((&settled.day, from.version));
        }
    }
    let mut stale = BTreeSet::new();
    let outlooks: Vec<OutlookView> = app.all(tenant, prefix.clone()).await?;
    let outlooks: BTreeMap<&str, u64> =
        outlooks.iter().map(|row| (row.day.as_str(), row.version)).collect();
    for settled in months.iter().flat_map(|month| &month.days) {
        let version = outlooks.get(settled.day.as_str()).copied().unwrap_or_default();
        if version != settled.outlook_version {
            stale.insert(settled.day.clone());
        }
    }
    let readings: Vec<ReadingsView> = app.all(tenant, prefix).await?;
    for row in &readings {
        let day = LocalDay::new(row.day.as_str()).map_err(|fault| Problem::internal(&fault))?;
        if let Some(settled) = made.get(row.day.as_str()) {
            let behind = settled.iter().filter(|(_, version)| *version != row.version);
            stale.extend(behind.map(|(day, _)| (*day).clone()));
        } else {
            let begin = utc_midnight(&day);
            let last_second = quantity::Duration::from_seconds(86_399);
            stale.extend(touched(site, begin, begin + last_second)?);
        }
    }
    Ok(stale)
}

fn utc_midnight(day: &LocalDay) -> Instant {
    let utc = quantity::Zone::parse("UTC").expect("UTC is a zone");
    utc.at(day.day(), quantity::Duration::ZERO)
}

/// The local days that readings between two moments may change.
fn touched(site: &Site, first: Instant, last: Instant) -> Result<BTreeSet<LocalDay>, Problem> {
    let end = site.zone.day_of(last + MARGIN);
    let days =
        std::iter::successors(Some(site.zone.day_of(first - MARGIN)), |day| Some(day.next()));
    days.take_while(|&day| day <= end).map(local).collect()
}

impl Sites {
    /// Reads what was appended since.
    async fn read_on(&mut self, app: &App, tenant: &Tenant) -> Result<(), Problem> {
        loop {
            let events = app.store.events(tenant, self.position, PAGE).await?;
            for event in &events {
                self.take(app, event)?;
                self.position = event.position;
            }
            if events.len() < PAGE as usize {
                return Ok(());
            }
        }
    }

    fn take(&mut self, app: &App, event: &Event) -> Result<(), Problem> {
        let broken = |fault: &dyn std::fmt::Display| Problem::internal(fault);
        match event.stream.kind() {
            "energy-site" => {
                let EnergySiteFact::Described(energy) =
                    EnergySiteFact::read(event).map_err(|fault| broken(&fault))?;
                let site = Site::of(EnergySiteView {
                    id: event.stream.id().to_owned(),
                    energy,
                    version: event.version,
                    updated_at: String::new(),
                })?;
                let new = Watched::new(site.clone(), app.instant());
                let watched = self.sites.entry(site.id.clone()).or_insert(new);
                (watched.site, watched.is_anew) = (site, true);
            }
            "readings" => {
                let said = ReadingFact::read(event).map_err(|fault| broken(&fault))?.readings();
                let stamps = said.values.first().zip(said.values.last());
                if let Some((watched, _)) = self.of(&event.stream)
                    && let Some((&(first, _), &(last, _))) = stamps
                {
                    let (first, last) = (Instant::from_unix(first), Instant::from_unix(last));
                    let days = touched(&watched.site, first, last)?;
                    watched.stale.extend(days);
                }
            }
            "outlook" => {
                if let Some((watched, day)) = self.of(&event.stream) {
                    watched.is_anew = true;
                    watched.stale.extend(LocalDay::new(day));
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The site of a stream that is told by site and day, and the day.
    fn of<'a>(&mut self, stream: &'a StreamId) -> Option<(&mut Watched, &'a str)> {
        let (site, day) = stream.id().rsplit_once('/')?;
        let site = Id::new(site).ok()?;
        Some((self.sites.get_mut(&site)?, day))
    }
}

impl Watched {
    fn new(site: Site, now: Instant) -> Self {
        let ended = last_ended(&site, now - GRACE);
        Self { site, ended, stale: BTreeSet::new(), ticked: None, is_anew: false }
    }

    /// It has more days to settle.
    fn is_behind(&self) -> bool {
        self.stale.first().is_some_and(|day| day.day() <= self.ended)
    }

    async fn work(&mut self, app: &App, tenant: &Tenant) -> Result<(), Problem> {
        let now = app.instant();
        let ended = last_ended(&self.site, now - GRACE);
        while self.ended < ended {
            self.ended = self.ended.next();
            self.stale.insert(local(self.ended)?);
        }
        let settled = self.settle(app, tenant).await;
        let every_s = (app.config.schedule_every.as_secs() as i64).max(1);
        let tick = now.unix().div_euclid(every_s);
        if self.is_anew || self.ticked != Some(tick) {
            let from = Instant::from_unix(tick * every_s);
            app.make_schedule(tenant, &self.site, from, self.is_anew).await?;
            (self.ticked, self.is_anew) = (Some(tick), false);
        }
        settled
    }

    /// Settles the days that are stale and have ended; others are settled when they end.
    async fn settle(&mut self, app: &App, tenant: &Tenant) -> Result<(), Problem> {
        let mut has_settled = false;
        for _ in 0..DAYS_AT_ONCE {
            let Some(day) = self.stale.first().cloned() else { break };
            if day.day() <= self.ended {
                app.settle_day(tenant, &self.site, &day).await?;
                has_settled = true;
            }
            self.stale.remove(&day);
        }
        if has_settled {
            app.judge_strings(tenant, &self.site).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::energy::known::tests::site;

    #[test]
    fn readings_touch_the_days_whose_registers_they_end() {
        let at = |text: &str| Instant::parse(text).unwrap();
        // 5 h 30 min ahead of UTC.
        let site = site("W1", 5_000);
        for (first, last, expect, why) in [
            ("2026-07-14T06:30:00Z", "2026-07-14T07:30:00Z", vec!["2026-07-14"], "at noon"),
            (
                "2026-07-14T18:00:00Z",
                "2026-07-14T18:15:00Z",
                vec!["2026-07-14", "2026-07-15"],
                "before midnight",
            ),
            (
                "2026-07-14T20:00:00Z",
                "2026-07-16T06:30:00Z",
                vec!["2026-07-14", "2026-07-15", "2026-07-16"],
                "from after one midnight to noon",
            ),
        ] {
            let found = touched(&site, at(first), at(last)).unwrap();
            let found: Vec<&str> = found.iter().map(LocalDay::as_str).collect();
            assert_eq!(found, expect, "{why}");
        }
    }

    #[test]
    fn a_site_is_behind_while_an_ended_day_is_stale() {
        let ended = |now: &str| {
            Watched::new(site("W1", 5_000), Instant::parse(now).unwrap()).ended.to_string()
        };
        assert_eq!(
            ended("2026-07-14T18:49:59Z"),
            "2026-07-13",
            "its last readings are on their way"
        );
        assert_eq!(ended("2026-07-14T18:50:00Z"), "2026-07-14");
        let now = Instant::parse("2026-07-14T18:00:00Z").unwrap();
        let mut watched = Watched::new(site("W1", 5_000), now);
        for (day, expect) in [("2026-07-14", false), ("2026-07-13", true)] {
            watched.stale.insert(LocalDay::new(day).unwrap());
            assert_eq!(watched.is_behind(), expect, "{day}");
        }
    }
}
