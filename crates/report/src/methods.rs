//! How the figures came about: factors, methods, defaults, what is missing and what is left out.

use crate::carbon::title_case;
use crate::document::{Block, Column, Section, Table};
use crate::number::{count, grouped, places};
use crate::settings::settings;
use carbon::{DataKind, Link};
use planner::{Outcome, Scenario};
use quantity::Emission;
use std::collections::BTreeMap;

/// The section.
pub(crate) fn section(scenario: &Scenario, outcome: &Outcome) -> Section {
    let mut blocks = vec![
        Block::Paragraph(
            "The links of the chain say what was done; a factor says what one unit of it emits. The \
             ledger keeps both, and every emission of this report is a sum of its lines. Transport \
             follows ISO 14083: energy provision and operation apart."
                .into(),
        ),
        Block::Table(activities(outcome)),
        Block::Table(factors(outcome)),
    ];
    let sources: Vec<(String, String)> = outcome
        .factors
        .iter()
        .filter(|factor| !factor.note.is_empty() && !factor.is_of_scenario())
        .map(|factor| (factor.id.to_string(), factor.note.clone()))
        .collect();
    if !sources.is_empty() {
        blocks.push(Block::Heading("Notes on factors".into()));
        blocks.push(Block::Notes(sources));
    }
    if !outcome.notes.is_empty() {
        blocks.push(Block::Heading("Defaults and methods used".into()));
        blocks.push(Block::Notes(
            outcome.notes.iter().map(|note| (note.subject.clone(), note.text.clone())).collect(),
        ));
    }
    blocks.push(Block::Paragraph(absent(scenario)));
    blocks.push(Block::Table(settings(scenario)));
    blocks.push(Block::Heading("What is left out".into()));
    blocks.push(Block::Paragraph(LEFT_OUT.into()));
    blocks.push(Block::Heading("Words".into()));
    blocks.push(Block::Notes(
        WORDS.map(|(word, meaning)| (word.to_owned(), meaning.to_owned())).to_vec(),
    ));
    Section { id: "methods", title: "Methods and factors", blocks }
}

const LEFT_OUT: &str = "The goods themselves, what happens to them before the warehouse, \
    refrigerants, the computing that made this plan, and what the notes above say is not counted.";

const WORDS: [(&str, &str); 7] = [
    ("WTT", "Well to tank: emissions of providing an energy carrier, or of making a material."),
    ("TTW", "Tank to wheel: emissions of using it, or of treating a waste."),
    ("WTW", "Well to wheel: WTT and TTW together."),
    (
        "kg CO2e",
        "Kilograms of greenhouse gas, as the mass of carbon dioxide that warms as much over 100 \
         years.",
    ),
    ("Baseline", "The same orders done the ordinary way, as the settings above say."),
    ("Round", "One tour of one vehicle from its site and back."),
    ("Feeder", "A round that carries parcels from a warehouse to hubs."),
];

fn absent(scenario: &Scenario) -> String {
    if scenario.absent.is_empty() {
        return "The scenario has every optional file.".into();
    }
    format!(
        "The scenario has no {}: the links concerned used the defaults above.",
        scenario.absent.join(", ")
    )
}

fn activities(outcome: &Outcome) -> Table {
    let mut sums: BTreeMap<(Link, &str, DataKind), (usize, [Emission; 2])> = BTreeMap::new();
    for (place, case) in [&outcome.plan, &outcome.baseline].into_iter().enumerate() {
        for line in &case.lines {
            let activity = &line.activity;
            let sum =
                sums.entry((activity.link, &*activity.method, activity.data_kind)).or_default();
            sum.0 += 1;
            sum.1[place] += line.emission();
        }
    }
    let kg = |emission: Emission| emission.wtw().kilograms_f64();
    let places = places(sums.values().flat_map(|(_, pair)| pair.map(kg)));
    let rows = sums
        .iter()
        .map(|((link, method, kind), (lines, [plan, baseline]))| {
            vec![
                title_case(link.name()),
                (*method).into(),
                kind.name().into(),
                count(*lines),
                grouped(kg(*plan), places),
                grouped(kg(*baseline), places),
            ]
        })
        .collect();
    let columns = vec![
        Column::words("Link"),
        Column::words("How the amount came about"),
        Column::words("Data"),
        Column::numbers("Ledger lines", ""),
        Column::numbers("Plan", "kg CO2e WTW"),
        Column::numbers("Baseline", "kg CO2e WTW"),
    ];
    Table::new("Activity behind the figures", columns, rows)
}

/// The hours of a grid file as one row: a month of them would hide the others.
fn of_scenario(outcome: &Outcome) -> Option<Vec<String>> {
    let hours = || outcome.factors.iter().filter(|factor| factor.is_of_scenario());
    let first = hours().next()?;
    let (least, most) =
        (hours().filter_map(|f| f.wtt).min()?, hours().filter_map(|f| f.wtt).max()?);
    Some(vec![
        format!("{} of the scenario", count(hours().count())),
        "grid electricity by the hour, and means of what was charged; factors.csv has each".into(),
        format!("{least} to {most}"),
        "0".into(),
        first.unit.to_string(),
        first.region.clone(),
        first.gwp_set.name().into(),
        first.edition.to_string(),
        first.source.clone(),
        first.licence.clone(),
    ])
}

fn factors(outcome: &Outcome) -> Table {
    let registered = outcome.factors.iter().filter(|factor| !factor.is_of_scenario());
    let mut rows: Vec<Vec<String>> = registered
        .map(|factor| {
            vec![
                factor.id.to_string(),
                factor.activity.clone(),
                factor.wtt.map_or_else(String::new, |figure| figure.to_string()),
                factor.ttw.map_or_else(String::new, |figure| figure.to_string()),
                factor.unit.to_string(),
                factor.region.clone(),
                factor.gwp_set.name().into(),
                factor.edition.to_string(),
                factor.source.clone(),
                factor.licence.clone(),
            ]
        })
        .collect();
    rows.extend(of_scenario(outcome));
    let columns = vec![
        Column::words("Factor"),
        Column::words("Of"),
        Column::numbers("WTT", "kg CO2e"),
        Column::numbers("TTW", "kg CO2e"),
        Column::words("per"),
        Column::words("Region"),
        Column::words("GWP"),
        Column::words("Edition"),
        Column::words("Source"),
        Column::words("Licence"),
    ];
    Table::new("Emission factors used", columns, rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::made_up;

    #[test]
    fn every_ledger_line_is_counted_once() {
        let outcome = made_up::outcome();
        let table = activities(&outcome);
        let lines: usize = table.rows.iter().map(|row| row[3].parse::<usize>().unwrap()).sum();
        assert_eq!(lines, outcome.plan.lines.len() + outcome.baseline.lines.len());
    }

    #[test]
    fn missing_files_are_named() {
        let mut scenario = made_up::scenario();
        scenario.absent = vec!["weather.csv", "grid.csv"];
        assert!(absent(&scenario).contains("no weather.csv, grid.csv"));
    }
}
