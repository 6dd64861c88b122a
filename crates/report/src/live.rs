//! What was measured, as a page: one file, no script, nothing from elsewhere.
//!
//! Read: [`Live`], then a section: `today`, `totals`, `carbon`, `alarms`, `league`, `methods`.

mod today;
mod totals;
mod carbon;
mod alarms;
mod league;
mod methods;
#[cfg(test)]
mod tests;

use crate::document::Document;
use crate::number::{figure, grouped, plural};
use crate::{Lang, html as printer};
use network::Site;
use quantity::{Energy, Fixed, Instant, Zone};
use warehousing::monitoring::overview::Overview;
use warehousing::monitoring::series::Notice;

/// What the page is made from.
#[derive(Clone, Copy, Debug)]
pub struct Live<'a> {
    /// What it is called.
    pub name: &'a str,
    /// Of the prices.
    pub currency: &'a str,
    /// Whose days and hours are shown.
    pub zone: &'a Zone,
    /// What was measured.
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
}

/// The page as HTML. The same readings give the same bytes.
pub fn html(live: &Live) -> String {
    printer::print(&document(live))
}

fn document(live: &Live) -> Document {
    let overview = live.overview;
    let scope = match overview.days {
        Some((first, last)) => format!(
            "{first} to {last}, {} with {} MW of modules",
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
        footer: "Made by greenchain from meters, inverters and batteries. Numbers are rounded; \
                 `energy actual --json` has them to the last digit."
            .into(),
        sections: vec![
            today::section(live),
            totals::section(live),
            carbon::section(live),
            alarms::section(live),
            league::section(live),
            methods::section(live),
        ],
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
        figure(flows.exported.kilowatt_hours())
    )
}
