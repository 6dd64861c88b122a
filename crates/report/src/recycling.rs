//! Cartons that came back.

use crate::document::{Block, Column, Section, Table};
use crate::number::{count, percent};
use packaging::Wrapping;
use planner::{CaseOutcome, Outcome, Scenario};
use recycling::Grade;

/// The section.
pub(crate) fn section(scenario: &Scenario, outcome: &Outcome) -> Section {
    let mut blocks = vec![Block::Paragraph(returned(outcome))];
    let table = by_station(scenario, &outcome.plan);
    if !table.rows.is_empty() {
        blocks.push(Block::Table(table));
    }
    Section { id: "recycling", title: "Cartons handed back", blocks }
}

fn returned(outcome: &Outcome) -> String {
    let delivered: usize = outcome
        .plan
        .days
        .iter()
        .flat_map(|day| &day.parcels)
        .filter(|parcel| matches!(parcel.wrapping, Wrapping::Carton { .. }))
        .count();
    let back = outcome.plan.figures.handed_back;
    format!(
        "{} of {} delivered cartons ({}) were handed back at a station; in the baseline {}. Whole \
         and clean ones go into stock again, the others to the paper mill.",
        count(back),
        count(delivered),
        percent(back as f64, delivered as f64),
        count(outcome.baseline.figures.handed_back)
    )
}

fn by_station(scenario: &Scenario, case: &CaseOutcome) -> Table {
    let graded = |station: usize, grade: Grade| {
        let cartons = case.days.iter().flat_map(|day| &day.handed_back);
        cartons.filter(|carton| carton.station == station && carton.grade == grade).count()
    };
    let row = |name: &str, reuse: usize, recycle: usize| {
        vec![
            name.to_owned(),
            count(reuse),
            count(recycle),
            count(reuse + recycle),
            percent(reuse as f64, (reuse + recycle) as f64),
        ]
    };
    let stations: Vec<_> = scenario
        .sites
        .iter()
        .enumerate()
        .map(|(index, site)| (&site.id, graded(index, Grade::Reuse), graded(index, Grade::Recycle)))
        .filter(|(_, reuse, recycle)| reuse + recycle > 0)
        .collect();
    let rows = stations.iter().map(|(name, reuse, recycle)| row(name, *reuse, *recycle)).collect();
    let columns = vec![
        Column::words("Station"),
        Column::numbers("For reuse", ""),
        Column::numbers("For recycling", ""),
        Column::numbers("All", ""),
        Column::numbers("Fit for reuse", ""),
    ];
    let sum = |part: fn(&(&String, usize, usize)) -> usize| stations.iter().map(part).sum();
    Table::new("Cartons handed back by station", columns, rows).with_total(row(
        "All stations",
        sum(|station| station.1),
        sum(|station| station.2),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::made_up;

    #[test]
    fn stations_without_returns_are_not_listed() {
        let table = by_station(&made_up::scenario(), &made_up::outcome().plan);
        assert_eq!(table.rows.len(), 1);
        assert_eq!(table.total.unwrap()[1..], ["1", "1", "2", "50.0 %"].map(String::from));
    }
}
