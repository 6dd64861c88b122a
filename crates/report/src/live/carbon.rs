//! What it means in CO2e: two lines, two methods, two shares.

use super::Live;
use crate::document::{Block, Column, Section, Table};
use crate::number::{figure, grouped};
use quantity::{Carbon, Energy};

pub(super) fn section(live: &Live) -> Section {
    let mut blocks = vec![Block::Table(lines(live)), Block::Table(shares(live))];
    let without = live.overview.footprint.without_factor.kilowatt_hours();
    if without > 0.0 {
        blocks.push(Block::Paragraph(format!(
            "{} kWh lie in hours whose grid is not known; they are in no figure in kg CO2e.",
            figure(without)
        )));
    }
    Section { id: "carbon", title: "Carbon", blocks }
}

fn lines(live: &Live) -> Table {
    let (flows, footprint) = (&live.overview.flows, &live.overview.footprint);
    let kg = |carbon: Carbon| figure(carbon.kilograms_f64());
    let row = |name: &str, energy: Energy, carbon: String, note: &str| {
        vec![name.to_owned(), figure(energy.kilowatt_hours()), carbon, note.to_owned()]
    };
    let (market, note) = match footprint.market_based {
        None => ("\u{2013}".to_owned(), "no residual mix is given".to_owned()),
        Some(carbon) => {
            let covered = figure(live.cancelled.kilowatt_hours());
            let note =
                format!("{covered} kWh of certificates cancelled; the rest at the residual mix");
            (kg(carbon), note)
        }
    };
    let columns = vec![
        Column::words("Line"),
        Column::numbers("Energy", "kWh"),
        Column::numbers("Carbon", "kg CO2e"),
        Column::words("How"),
    ];
    let rows = vec![
        row(
            "Generated and used",
            flows.self_consumed,
            kg(footprint.self_consumed),
            "not bought: at the grid of the hour of use",
        ),
        row(
            "Generated and sold",
            flows.exported_own(),
            kg(footprint.exported),
            "avoided by others: reported beside, taken from nothing",
        ),
        row(
            "Bought, location-based",
            flows.imported,
            kg(footprint.location_based),
            "emitted: at the grid of the hour",
        ),
        row("Bought, market-based", flows.imported, market, &note),
    ];
    Table::new("Energy in CO2e", columns, rows)
}

fn shares(live: &Live) -> Table {
    let matching = &live.overview.matching;
    let row = |name: &str, share: Option<f64>, how: &str| {
        let share = share.map_or_else(|| "\u{2013}".to_owned(), |share| grouped(100.0 * share, 1));
        vec![name.to_owned(), share, how.to_owned()]
    };
    let columns =
        vec![Column::words("Share"), Column::numbers("Of use", "%"), Column::words("How")];
    let rows = vec![
        row(
            "By the hour (24/7)",
            matching.hourly,
            "generated, or own out of a battery, in the hour of use",
        ),
        row("Over the whole time", matching.annual, "generation at noon counts for the night"),
        row(
            "With certificates",
            matching.annual_with_certificates,
            "the same with certificates cancelled",
        ),
    ];
    Table::new("Use that own generation meets", columns, rows)
}
