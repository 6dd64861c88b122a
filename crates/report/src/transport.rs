//! The plan's rounds, driven by the scenario's fleet: maps and the list of them.

use crate::document::{Align, Block, Column, Cut, Section, Table};
use crate::map::map;
use crate::number::{clock, count, grouped};
use planner::{DayOutcome, Outcome, Scenario};
use transport::{Round, RoundKind};

/// Days that are all drawn; of more only the busiest.
const MAPS_MAX: usize = 3;
const ROWS_MAX_HTML: usize = 200;
const ROWS_MAX_PDF: usize = 80;

/// The section.
pub(crate) fn section(scenario: &Scenario, outcome: &Outcome) -> Section {
    let moving: Vec<&DayOutcome> =
        outcome.plan.days.iter().filter(|day| !day.routing.rounds.is_empty()).collect();
    let mut blocks = Vec::new();
    if moving.is_empty() {
        blocks.push(Block::Paragraph("No round was driven.".into()));
    } else {
        let drawn = days_drawn(&moving);
        blocks.push(Block::Figures(drawn.iter().filter_map(|day| map(scenario, day)).collect()));
        blocks.push(Block::Paragraph(caption(moving.len(), drawn.len())));
        blocks.push(Block::Table(rounds(scenario, &moving)));
    }
    Section { id: "routes", title: "Routes", blocks }
}

/// All days up to the limit, else the one with most stops (the earlier of equals).
fn days_drawn<'a>(moving: &[&'a DayOutcome]) -> Vec<&'a DayOutcome> {
    if moving.len() <= MAPS_MAX {
        return moving.to_vec();
    }
    let stops = |day: &DayOutcome| -> usize {
        day.routing.rounds.iter().map(|round| round.stops().count()).sum()
    };
    moving
        .iter()
        .copied()
        .reduce(|busiest, day| if stops(day) > stops(busiest) { day } else { busiest })
        .into_iter()
        .collect()
}

fn caption(days: usize, drawn: usize) -> String {
    let lines = "Straight lines from stop to stop; the distances are those on the road. \
                 routes.geojson has every round.";
    match days - drawn {
        0 => lines.into(),
        1 => format!("The busiest day is drawn; one more day is not. {lines}"),
        more => format!("The busiest day is drawn; {} more days are not. {lines}", count(more)),
    }
}

fn rounds(scenario: &Scenario, moving: &[&DayOutcome]) -> Table {
    let all = || {
        moving.iter().flat_map(|day| {
            day.routing.rounds.iter().enumerate().map(move |(place, round)| (*day, place, round))
        })
    };
    let rows = all()
        .take(ROWS_MAX_HTML)
        .map(|(day, place, round)| row(scenario, day, place, round))
        .collect();
    let columns = vec![
        Column::words("Round"),
        Column::words("Vehicle"),
        Column::words("Site"),
        Column::words("Kind"),
        Column::numbers("Stops", ""),
        Column::numbers("Distance", "km"),
        Column::numbers("Load", "kg"),
        Column::numbers("Energy", ""),
        Column::words("Unit"),
        Column::words("Runs on"),
        Column { name: "Depart".into(), unit: "local".into(), align: Align::Right },
        Column { name: "Return".into(), unit: "local".into(), align: Align::Right },
    ];
    let mut table = Table::new("Rounds of the plan", columns, rows);
    table.cut =
        Some(Cut { rows_max_pdf: ROWS_MAX_PDF, rows: all().count(), file: "routes.geojson" });
    table
}

fn row(scenario: &Scenario, day: &DayOutcome, place: usize, round: &Round) -> Vec<String> {
    let vehicle = scenario.fleet.get(round.vehicle);
    let unit = vehicle.map_or("", |vehicle| vehicle.carrier.unit());
    let load = round.legs.iter().map(|leg| leg.load).max().unwrap_or_default();
    let site = scenario.sites.get(round.site).map_or("", |site| &site.id);
    let time = |instant: Option<quantity::Instant>| {
        instant.map_or_else(String::new, |instant| clock(&scenario.zone, day.day, instant))
    };
    vec![
        day.round_ids.get(place).cloned().unwrap_or_default(),
        vehicle
            .map_or_else(String::new, |vehicle| format!("{} {}", vehicle.name, round.number + 1)),
        site.into(),
        round.kind.name().into(),
        count(match &round.kind {
            RoundKind::Delivery => round.stops().count(),
            RoundKind::Feeder { drops } => drops.len(),
        }),
        grouped(round.distance().kilometres(), 1),
        grouped(load.kilograms(), 1),
        grouped(round.energy(), 2),
        unit.into(),
        vehicle.map_or("", |vehicle| vehicle.carrier.name()).into(),
        time(round.legs.first().map(|leg| leg.depart)),
        time(round.legs.last().map(|leg| leg.arrive)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::made_up;

    #[test]
    fn of_many_days_the_busiest_is_drawn_and_the_others_are_counted() {
        let outcome = made_up::outcome();
        let (busy, quiet) = (&outcome.plan.days[0], &outcome.plan.days[1]);
        assert_eq!(days_drawn(&[quiet, busy]).len(), 2, "up to three are all drawn");
        let drawn = days_drawn(&[quiet, busy, quiet, quiet]);
        assert_eq!((drawn.len(), drawn[0].day), (1, busy.day));
        assert!(caption(4, 1).contains("3 more days are not"));
    }

    #[test]
    fn a_cut_list_of_rounds_says_what_is_missing() {
        let (scenario, mut outcome) = (made_up::scenario(), made_up::outcome());
        let day = &mut outcome.plan.days[0];
        let (round, id) = (day.routing.rounds[0].clone(), day.round_ids[0].clone());
        day.routing.rounds = vec![round; 300];
        day.round_ids = vec![id; 300];
        let table = rounds(&scenario, &[day]);
        assert_eq!(table.rows.len(), 200);
        assert_eq!(
            table.cut_note(200).as_deref(),
            Some("The first 200 of 300 rows; routes.geojson has all of them.")
        );
        assert_eq!(table.rows_pdf().len(), 80);
    }
}
