//! Strings that fell behind.

use super::Live;
use crate::document::{Block, Column, Section, Table};
use crate::number::{figure, grouped};
use warehousing::monitoring::overview::SiteOverview;
use warehousing::monitoring::string_alarm::Alarm;

/// All alarms, those that last first, then the latest.
fn all<'a>(live: &Live<'a>) -> Vec<(&'a SiteOverview, &'a Alarm)> {
    let sites = live.overview.sites.iter();
    let mut all: Vec<_> =
        sites.flat_map(|site| site.alarms.iter().map(move |alarm| (site, alarm))).collect();
    all.sort_by_key(|(_, alarm)| (alarm.cleared.is_some(), std::cmp::Reverse(alarm.raised)));
    all
}

/// Alarms that last.
pub(super) fn open<'a>(live: &Live<'a>) -> impl Iterator<Item = &'a Alarm> {
    let sites = live.overview.sites.iter();
    sites.flat_map(|site| &site.alarms).filter(|alarm| alarm.cleared.is_none())
}

pub(super) fn section(live: &Live) -> Section {
    let share = |share: Option<f64>| {
        share.map_or_else(|| "\u{2013}".to_owned(), |share| grouped(100.0 * share, 1))
    };
    let rows: Vec<Vec<String>> = all(live)
        .into_iter()
        .map(|(site, alarm)| {
            let state = alarm.cleared.map_or("lasts".to_owned(), |day| format!("cleared {day}"));
            vec![
                format!("{} {}", site.site, site.strings[alarm.string].device),
                state,
                alarm.raised.to_string(),
                share(alarm.at_raise.of_siblings),
                share(alarm.at_raise.of_expected),
                figure(alarm.lost.kilowatt_hours()),
            ]
        })
        .collect();
    let block = if rows.is_empty() {
        Block::Paragraph("No string has fallen behind its siblings and its expectation.".into())
    } else {
        let columns = vec![
            Column::words("String"),
            Column::words("State"),
            Column::words("Raised"),
            Column::numbers("Of its siblings", "%"),
            Column::numbers("Of what is expected", "%"),
            Column::numbers("Lost", "kWh"),
        ];
        Block::Table(Table::new("Strings that fell behind", columns, rows))
    };
    Section { id: "alarms", title: "Alarms", blocks: vec![block] }
}
