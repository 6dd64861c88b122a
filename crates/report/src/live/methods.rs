//! How figures came about, and what is odd about the readings.

use super::Live;
use crate::document::{Block, Column, Cut, Section, Table};
use crate::number::{figure, grouped, percent};
use warehousing::monitoring::balance::GridMeter;
use warehousing::monitoring::series::Notice;

/// A longer table of sites is folded away.
const SITES_OPEN: usize = 12;
/// Notices that are shown.
const NOTICES_SHOWN: usize = 40;

pub(super) fn section(live: &Live) -> Section {
    let mut blocks = vec![Block::Table(sites(live))];
    if live.notices.is_empty() {
        blocks.push(Block::Paragraph("Nothing is odd about the readings.".into()));
    } else {
        blocks.push(Block::Table(notices(live)));
    }
    blocks.push(Block::Notes(notes().map(|(term, text)| (term.into(), text.into())).to_vec()));
    Section { id: "methods", title: "Methods and data", blocks }
}

fn notes() -> [(&'static str, &'static str); 8] {
    [
        (
            "Performance ratio",
            "Energy over rated power and irradiation on the plane (IEC 61724-1); at 25 °C the rated \
             power of each quarter hour is changed by the temperature coefficient. AC for sites, DC \
             for strings. Light is measured at the site where it has a sensor, else modelled.",
        ),
        (
            "Alarm of a string",
            "Raised on the third of five bright days on which a string gives at most 92 % of its \
             siblings' median and 95 % of what is expected, or at once below half; cleared after \
             three days at 95 % of its siblings.",
        ),
        (
            "Used at the sites",
            "Generation less what is sold and what is stored, in each quarter hour, and own \
             generation out of a battery. What is not metered follows from the rest.",
        ),
        (
            "Through a battery",
            "A kWh counts once, when it comes out. In each quarter hour sale draws on generation and \
             battery in proportion, then use and the battery's charging on what is left of \
             generation and on what is bought. Out comes what went in on the same day, own and \
             bought in proportion; then what the days before left, the last first, for 31 days. \
             Losses, what is still stored, and what was in the battery before its first reading \
             are in no figure of own use or sale.",
        ),
        (
            "Avoided",
            "Own use at the grid of the hour of use is not bought and shows in a smaller scope 2. \
             What is generated and sold counts at the hour of sale; what was bought before and is \
             sold out of a battery counts nowhere. What is sold avoids nothing of one's own: it is a line of its own and is taken from nothing.",
        ),
        (
            "Share by the hour",
            "In each hour and at each site the smaller of use and own supply; own generation that \
             goes into a battery counts when it comes out. The share of the network is that of its sites' sums: \
             what one site sells meets no use of another.",
        ),
        (
            "League",
            "Generated for each kWp on the days of the last twelve months that are known, from the \
             first with generation or the commissioning on, so that sites of any age compare. A \
             site that has not seen all seasons yet is flattered or wronged by those it has.",
        ),
        (
            "Growth",
            "Dates that are known in both years at every site that was there. The same sites are \
             those that were there before the first of these dates. 29 February has no other.",
        ),
    ]
}

fn sites(live: &Live) -> Table {
    let rows = live
        .overview
        .sites
        .iter()
        .map(|site| {
            let known: f64 = site.days.iter().map(|day| day.known).sum();
            let meter = match site.grid_meter {
                GridMeter::Metered => "metered",
                GridMeter::FromLoad => "from load and generation",
                GridMeter::Unknown => "not known",
            };
            vec![
                site.site.clone(),
                percent(known, site.days.len() as f64),
                meter.to_owned(),
                if site.is_light_measured { "measured".into() } else { "modelled".to_owned() },
                grouped(site.strings.len() as f64, 0),
                figure(site.flows.unexplained.kilowatt_hours()),
            ]
        })
        .collect();
    let columns = vec![
        Column::words("Site"),
        Column::numbers("Time known", ""),
        Column::words("Grid"),
        Column::words("Light"),
        Column::numbers("Strings", ""),
        Column::numbers("Meters disagree by", "kWh"),
    ];
    let mut table = Table::new("What is known of each site", columns, rows);
    table.folded = table.rows.len() > SITES_OPEN;
    table
}

fn notices(live: &Live) -> Table {
    let row = |notice: &Notice| {
        vec![
            format!("{} {} {}", notice.site, notice.device, notice.quantity),
            grouped(notice.row as f64, 0),
            live.zone.rfc3339(notice.at),
            notice.oddity.to_string(),
        ]
    };
    let columns = vec![
        Column::words("Reading"),
        Column::numbers("Row", ""),
        Column::words("Time"),
        Column::words("What is odd"),
    ];
    let rows = live.notices.iter().take(NOTICES_SHOWN).map(row).collect();
    let mut table = Table::new("What is odd about the readings", columns, rows);
    table.folded = true;
    let rows = live.notices.len();
    table.cut = Some(Cut { rows_max_pdf: NOTICES_SHOWN, rows, file: live.exact });
    table
}
