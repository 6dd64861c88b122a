//! Orders: what was offered, what travelled together, what was left, and the parcels.

use crate::document::{Block, Column, Cut, Section, Table};
use crate::number::{count, grouped, percent, places};
use ordering::DeliveryOption;
use packaging::Wrapping;
use planner::{CaseOutcome, Outcome, ParcelRecord, Scenario};
use quantity::{Carbon, Distance};
use std::collections::BTreeMap;

const PARCELS_MAX_HTML: usize = 500;
const PARCELS_MAX_PDF: usize = 60;

/// The section.
pub(crate) fn section(scenario: &Scenario, outcome: &Outcome) -> Section {
    let mut blocks = vec![Block::Paragraph(consolidation(scenario, outcome))];
    let options = options(scenario, outcome);
    if !options.rows.is_empty() {
        blocks.push(Block::Table(options));
    }
    for (caption, case) in [
        ("Orders not delivered in the plan", &outcome.plan),
        ("Orders not delivered in the baseline", &outcome.baseline),
    ] {
        if !case.unserved.is_empty() {
            blocks.push(Block::Table(unserved(scenario, caption, case)));
        }
    }
    if outcome.plan.unserved.is_empty() {
        blocks.push(Block::Paragraph("The plan delivers every order.".into()));
    }
    if outcome.plan.days.iter().any(|day| !day.parcels.is_empty()) {
        blocks.push(Block::Table(parcels(scenario, outcome)));
    }
    Section { id: "orders", title: "Orders", blocks }
}

/// Orders in shipments of several.
fn consolidated(case: &CaseOutcome) -> usize {
    case.days
        .iter()
        .flat_map(|day| &day.shipments)
        .map(|shipment| shipment.orders.len())
        .filter(|&orders| orders > 1)
        .sum()
}

fn consolidation(scenario: &Scenario, outcome: &Outcome) -> String {
    let (plan, baseline) = (consolidated(&outcome.plan), consolidated(&outcome.baseline));
    let orders = scenario.orders.len();
    format!(
        "{} of {} orders ({}) travel in a shipment of several; in the baseline {}.",
        count(plan),
        count(orders),
        percent(plan as f64, orders as f64),
        count(baseline)
    )
}

/// Stations and slots are told apart by order, but shown as one option each.
const fn option_name(option: &DeliveryOption) -> &'static str {
    match option {
        DeliveryOption::Door => "to the door",
        DeliveryOption::Green => "to the door, green",
        DeliveryOption::Station(_) => "to a station",
        DeliveryOption::Slot { .. } => "in a time slot",
    }
}

/// Of one option over all orders.
#[derive(Default)]
struct Sum {
    orders: usize,
    way: Distance,
    carbon: Carbon,
    cost: f64,
}

fn options(scenario: &Scenario, outcome: &Outcome) -> Table {
    let mut sums: BTreeMap<&str, Sum> = BTreeMap::new();
    for offer in outcome.offers.iter().flatten() {
        let sum = sums.entry(option_name(&offer.option)).or_default();
        sum.orders += 1;
        sum.way += offer.distance;
        sum.carbon += offer.carbon;
        sum.cost += offer.cost.units();
    }
    let chosen = |name: &str| {
        scenario
            .orders
            .iter()
            .filter(|order| order.option.as_ref().is_some_and(|o| option_name(o) == name))
            .count()
    };
    let mut sums: Vec<(&str, Sum)> = sums.into_iter().collect();
    // Least mean carbon first, compared without division.
    sums.sort_by(|(_, a), (_, b)| {
        let of = |sum: &Sum, other: &Sum| sum.carbon.micrograms() * other.orders as i128;
        of(a, b).cmp(&of(b, a))
    });
    let means = |part: fn(&Sum) -> f64| -> Vec<String> {
        let means: Vec<f64> = sums.iter().map(|(_, sum)| part(sum) / sum.orders as f64).collect();
        let places = places(means.iter().copied());
        means.into_iter().map(|mean| grouped(mean, places)).collect()
    };
    let (km, kg) = (means(|sum| sum.way.kilometres()), means(|sum| sum.carbon.kilograms_f64()));
    let cost = means(|sum| sum.cost);
    let rows = sums
        .iter()
        .enumerate()
        .map(|(place, (name, sum))| {
            vec![
                (*name).into(),
                count(sum.orders),
                count(chosen(name)),
                km[place].clone(),
                kg[place].clone(),
                cost[place].clone(),
            ]
        })
        .collect();
    let columns = vec![
        Column::words("Delivery option"),
        Column::numbers("Offered to", "orders"),
        Column::numbers("Asked for by", "orders"),
        Column::numbers("Mean way", "km"),
        Column::numbers("Mean emission", "kg CO2e WTW"),
        Column::numbers("Mean cost", &scenario.currency.to_string()),
    ];
    Table::new("Delivery options offered, estimated from the rounds of the plan", columns, rows)
}

fn unserved(scenario: &Scenario, caption: &str, case: &CaseOutcome) -> Table {
    let rows = case
        .unserved
        .iter()
        .map(|unserved| vec![order_id(scenario, unserved.order), unserved.reason.clone()])
        .collect();
    Table::new(caption, vec![Column::words("Order"), Column::words("Reason")], rows)
}

fn order_id(scenario: &Scenario, order: usize) -> String {
    scenario.orders.get(order).map_or_else(|| format!("order {order}"), |order| order.id.clone())
}

fn parcels(scenario: &Scenario, outcome: &Outcome) -> Table {
    let all = || {
        let days = outcome.plan.days.iter();
        days.flat_map(|day| day.parcels.iter().map(move |parcel| (day, parcel)))
    };
    let rows = all()
        .take(PARCELS_MAX_HTML)
        .map(|(day, parcel)| {
            let orders: Vec<String> =
                parcel.orders.iter().map(|&order| order_id(scenario, order)).collect();
            vec![
                parcel.id.clone(),
                orders.join(", "),
                wrapping_name(scenario, parcel),
                count(parcel.placed.len()),
                grouped(parcel.gross.kilograms(), 2),
                grouped(parcel.volume.litres(), 1),
                day.round_ids.get(parcel.round).cloned().unwrap_or_default(),
            ]
        })
        .collect();
    let columns = vec![
        Column::words("Parcel"),
        Column::words("Orders"),
        Column::words("Carton"),
        Column::numbers("Pieces", ""),
        Column::numbers("Weight", "kg"),
        Column::numbers("Volume", "l"),
        Column::words("Round"),
    ];
    let mut table = Table::new("Parcels of the plan", columns, rows);
    table.cut =
        Some(Cut { rows_max_pdf: PARCELS_MAX_PDF, rows: all().count(), file: "parcels.csv" });
    table
}

fn wrapping_name(scenario: &Scenario, parcel: &ParcelRecord) -> String {
    match parcel.wrapping {
        Wrapping::Own => "own package".into(),
        Wrapping::Bag { kind } => {
            let name = scenario.solution.bags.get(kind).map_or("?", |bag| &bag.id);
            format!("{name}, bag")
        }
        Wrapping::Carton { kind, reused } => {
            let name = scenario.cartons.get(kind).map_or("?", |carton| &carton.id);
            format!("{name}, {}", if reused { "reused" } else { "new" })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::made_up;

    #[test]
    fn orders_in_shipments_of_several_are_counted() {
        let outcome = made_up::outcome();
        assert_eq!((consolidated(&outcome.plan), consolidated(&outcome.baseline)), (2, 0));
    }

    #[test]
    fn the_option_with_least_carbon_stands_first() {
        let table = options(&made_up::scenario(), &made_up::outcome());
        let names: Vec<&str> = table.rows.iter().map(|row| row[0].as_str()).collect();
        assert_eq!(names, ["to a station", "to the door, green", "to the door"]);
        assert_eq!(table.rows[0][2], "1", "one order asked for a station");
    }

    #[test]
    fn a_cut_list_of_parcels_says_where_all_are() {
        let (scenario, outcome) = (made_up::scenario(), made_up::many_parcels(600));
        let table = parcels(&scenario, &outcome);
        assert_eq!((table.rows.len(), table.rows_pdf().len()), (500, 60));
        assert_eq!(
            table.cut_note(500).as_deref(),
            Some("The first 500 of 600 rows; parcels.csv has all of them.")
        );
    }
}
