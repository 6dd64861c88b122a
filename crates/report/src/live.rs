//! What was measured, as a page: one file, no script, nothing from elsewhere; or as a server gives
//! it, with its looks and its script as files beside it.
//!
//! Read: [`Live`], then a section: `today` (drawn by `day` on `chart`), `totals` (with `months`),
//! `alarms`, `league`, `carbon`, `methods`.

mod chart;
mod day;
mod today;
mod months;
mod totals;
mod alarms;
mod league;
mod carbon;
mod methods;
#[cfg(test)]
mod tests;

use crate::document::Document;
use crate::number::{figure, grouped, plural};
use crate::{Lang, html as printer};
use network::Site;
use quantity::{Energy, Fixed, Instant, Zone};
use warehousing::Hour;
use warehousing::monitoring::overview::Overview;
use warehousing::monitoring::series::Notice;

/// What the page is made from.
#[derive(Clone, Copy, Debug)]
pub struct Live<'a> {
    /// What it is called.
    pub name: &'a str,
    /// Of the prices; empty where it is not known.
    pub currency: &'a str,
    /// Whose days and hours are shown.
    pub zone: &'a Zone,
    /// What was measured; its day by hour may be later than those that it sums up.
    pub overview: &'a Overview,
    /// What is odd about the readings.
    pub notices: &'a [Notice],
    /// Where the sites are.
    pub sites: &'a [Site],
    /// Price of a kWh bought, by time.
    pub prices: &'a [(Instant, f64)],
    /// kg CO2e per kWh of the grid, by time.
    pub grid: &'a [(Instant, Fixed)],
    /// Certificates cancelled for this use.
    pub cancelled: Energy,
    /// What was planned for the last day, all sites together, by the beginning of its hours; empty
    /// where there is no schedule.
    pub planned: &'a [Hour],
    /// Where all figures are to the last digit: `energy actual --json`, `/api/v1/energy`.
    pub exact: &'static str,
}

/// Files beside the page of a server, so that its policy needs to allow nothing inline.
#[derive(Clone, Copy, Debug)]
pub struct Assets<'a> {
    /// Address of [`stylesheet`].
    pub style: &'a str,
    /// Address of the script that keeps the page fresh.
    pub script: &'a str,
    /// Where the page's mark leads.
    pub home: &'a str,
    /// After so many seconds the page is asked for anew.
    pub refresh_s: u32,
}

/// The page as one file of HTML. The same readings give the same bytes.
pub fn html(live: &Live) -> String {
    printer::print(&document(live))
}

/// The page as HTML of a server.
pub fn served(live: &Live, assets: &Assets) -> String {
    printer::print_served(&document(live), assets)
}

/// The stylesheet of [`served`].
pub fn stylesheet() -> String {
    printer::stylesheet(Lang::En)
}

fn document(live: &Live) -> Document {
    let overview = live.overview;
    let scope = match overview.days {
        Some((first, _)) => format!(
            "{first} to {}, {} with {} MW of modules",
            until(live),
            plural(overview.sites.len(), "site"),
            figure(overview.installed.kilowatts() / 1e3)
        ),
        None => "No reading of any energy.".into(),
    };
    Document {
        lang: Lang::En,
        title: live.name.to_owned(),
        scope,
        finding: finding(live),
        footer: format!(
            "Made by greenchain from meters, inverters and batteries. Numbers are rounded; {} has \
             them to the last digit.",
            live.exact
        ),
        sections: vec![
            today::section(live),
            totals::section(live),
            alarms::section(live),
            league::section(live),
            carbon::section(live),
            methods::section(live),
        ],
    }
}

/// The last day; where it is not over, with the end of its last hour with a reading. The day by
/// hour may lie after the last that is summed up.
fn until(live: &Live) -> String {
    let hours = &live.overview.last_day;
    let shown = hours.first().map(|hour| live.zone.day_of(hour.start));
    let Some(last) = shown.max(live.overview.days.map(|(_, last)| last)) else {
        return String::new();
    };
    let measured = hours.iter().rposition(today::is_measured);
    match measured.and_then(|place| hours.get(place + 1)) {
        Some(next) => format!("{last} {}", today::clock(live, next)),
        None => last.to_string(),
    }
}

fn finding(live: &Live) -> String {
    let flows = &live.overview.flows;
    let open = alarms::open(live).count();
    let alarms = match open {
        0 => "No string is behind.".to_owned(),
        1 => "One string is behind.".to_owned(),
        more => format!("{} strings are behind.", grouped(more as f64, 0)),
    };
    format!(
        "{} kWh generated, {} of them used at the sites and {} sold. {alarms}",
        figure(flows.generation.kilowatt_hours()),
        figure(flows.self_consumed.kilowatt_hours()),
        figure(flows.exported_own().kilowatt_hours())
    )
}
