//! Days of a site are settled, and its strings judged.

use super::day::wh;
use super::known::{Site, local};
use crate::app::App;
use crate::blobs::run;
use crate::problem::Problem;
use events::Tenant;
use operations::{
    DaySettled, EnergyMonthView, JudgeStrings, LocalDay, Rate, SettleDay, Settled, StringBehind,
    key,
};
use quantity::Day;
use warehousing::monitoring::overview::{SettledSite, SiteOverview, site_overview};
use warehousing::monitoring::series::Quarters;
use warehousing::monitoring::settle::{SettledDay, settle};

impl App {
    /// Settles an ended local day of a site, where anything was measured.
    pub(crate) async fn settle_day(
        &self,
        tenant: &Tenant,
        site: &Site,
        day: &LocalDay,
    ) -> Result<(), Problem> {
        let which = day.day();
        let span = (site.midnight(which), site.midnight(which.next()));
        let ground = self.energy_ground(tenant, site, span).await?;
        let measured = ground.meters.numbers();
        let [begin, end] = [span.0, span.1].map(Quarters::number);
        if measured.is_empty() || measured.end <= begin || end <= measured.start {
            return Ok(());
        }
        let outlooks = self.outlooks(tenant, &site.id, std::slice::from_ref(day)).await?;
        let outlook_version = outlooks.first().map_or(0, |view| view.version);
        let made_from = ground.made_from.clone();
        let zone = site.zone.clone();
        let settled = run(move || {
            let settled = settle(&ground.roof(), &zone, which, &ground.grid());
            let text =
                serde_json::to_string(&settled).map_err(|fault| Problem::internal(&fault))?;
            Settled::new(text).ok_or_else(|| Problem::internal(&"a settled day is no object"))
        })
        .await?;
        let settled = DaySettled { day: day.clone(), settled, made_from, outlook_version };
        self.say(tenant, &SettleDay { site: site.id.clone(), settled }).await
    }

    /// The settled days of a site, by day.
    pub(crate) async fn settled_site(
        &self,
        tenant: &Tenant,
        site: &Site,
    ) -> Result<SettledSite, Problem> {
        let months: Vec<EnergyMonthView> = self.all(tenant, key::of_site(&site.id)).await?;
        let (name, peak) = (site.id.to_string(), site.peak());
        let commissioned = Some(site.energy.commissioned.day());
        run(move || {
            let days = months.iter().flat_map(|month| &month.days);
            let read = |day: &DaySettled| serde_json::from_str::<SettledDay>(day.settled.as_str());
            let days = days.map(read).collect::<Result<_, _>>();
            let days = days.map_err(|fault| Problem::internal(&fault))?;
            Ok(SettledSite { site: name, peak, commissioned, days })
        })
        .await
    }

    /// Judges the strings of a site by its settled days.
    pub(crate) async fn judge_strings(&self, tenant: &Tenant, site: &Site) -> Result<(), Problem> {
        let settled = self.settled_site(tenant, site).await?;
        let Some(last) = settled.days.last().map(|day| day.day) else { return Ok(()) };
        let found = run(move || Ok(site_overview(&settled, None))).await?;
        let behind = behind(&found)?;
        let judged = JudgeStrings { site: site.id.clone(), day: local(last)?, behind };
        self.say(tenant, &judged).await
    }
}

/// The strings that are behind now.
fn behind(found: &SiteOverview) -> Result<Vec<StringBehind>, Problem> {
    let lasting = found.alarms.iter().filter(|alarm| alarm.cleared.is_none());
    let one = |alarm: &warehousing::monitoring::string_alarm::Alarm| {
        let device = operations::Id::new(found.strings[alarm.string].device.clone());
        Ok(StringBehind {
            device: device.map_err(|fault| Problem::internal(&fault))?,
            day: local(alarm.raised)?,
            of_siblings: alarm.at_raise.of_siblings.and_then(Rate::from_f64),
            of_expected: alarm.at_raise.of_expected.and_then(Rate::from_f64),
            lost_wh: wh(alarm.at_raise.lost),
        })
    };
    lasting.map(one).collect()
}

/// The last local day that has ended.
pub(crate) fn last_ended(site: &Site, now: quantity::Instant) -> Day {
    let midnight = site.midnight(site.zone.day_of(now));
    site.zone.day_of(midnight - quantity::Duration::from_seconds(1))
}
