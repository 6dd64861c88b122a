//! Payloads as they are written today still read, and are written so. `tests/golden/README.md`.

use crate::shown::full;
use events::{Event, Payload, Refusal};
use operations::fact::{Fact, FactFault};
use operations::{
    energy_month::EnergyMonthFact, energy_site::EnergySiteFact, meter::MeterFact, order::OrderFact,
    outlook::OutlookFact, parcel::ParcelFact, plan::PlanFact, plan::ReleaseFact,
    reading::ReadingFact, round::RoundFact, scenario::ScenarioFact, schedule::ScheduleFact,
    station::StationFact, stock::StockFact, string_alarm::StringAlarmFact, vehicle::VehicleFact,
};
use std::collections::BTreeMap;

const GOLDEN: &str = include_str!("../golden/payloads.txt");

fn rewritten<F: Fact>(event: &Event) -> Result<Result<events::NewEvent, Refusal>, FactFault> {
    F::read(event).map(|fact| fact.event())
}

/// The event as today's code would write what it reads.
fn again(event: &Event) -> events::NewEvent {
    let read = match event.stream.kind() {
        "scenario" => rewritten::<ScenarioFact>(event),
        "order" => rewritten::<OrderFact>(event),
        "plan" => rewritten::<PlanFact>(event),
        "release" => rewritten::<ReleaseFact>(event),
        "parcel" => rewritten::<ParcelFact>(event),
        "round" => rewritten::<RoundFact>(event),
        "vehicle" => rewritten::<VehicleFact>(event),
        "station" => rewritten::<StationFact>(event),
        "stock" => rewritten::<StockFact>(event),
        "meter" => rewritten::<MeterFact>(event),
        "energy-site" => rewritten::<EnergySiteFact>(event),
        "readings" => rewritten::<ReadingFact>(event),
        "outlook" => rewritten::<OutlookFact>(event),
        "schedule" => rewritten::<ScheduleFact>(event),
        "energy-month" => rewritten::<EnergyMonthFact>(event),
        "string-alarm" => rewritten::<StringAlarmFact>(event),
        kind => panic!("no stream of kind {kind}"),
    };
    read.unwrap().unwrap()
}

/// The fullest event of each type, by kind and type.
fn fullest(events: &[Event]) -> BTreeMap<String, &Event> {
    let mut fullest: BTreeMap<String, &Event> = BTreeMap::new();
    for event in events {
        let name = format!("{} {}", event.stream.kind(), event.event_type);
        let known = fullest.entry(name).or_insert(event);
        if event.payload.as_str().len() > known.payload.as_str().len() {
            *known = event;
        }
    }
    fullest
}

#[test]
fn todays_payloads_still_read() {
    let events = full();
    let fullest = fullest(&events);
    let mut kept: BTreeMap<String, &str> = BTreeMap::new();
    for line in GOLDEN.lines() {
        let mut parts = line.splitn(3, ' ');
        let name = format!("{} {}", parts.next().unwrap(), parts.next().unwrap());
        kept.insert(name, parts.next().unwrap());
    }
    let types = |of: Vec<&String>| of.into_iter().cloned().collect::<Vec<_>>();
    assert_eq!(
        types(fullest.keys().collect()),
        types(kept.keys().collect()),
        "each type has a line"
    );
    for (name, event) in fullest {
        let mut old = event.clone();
        old.payload = Payload::new(kept[&name]).unwrap();
        let new = again(&old);
        assert_eq!(new.payload.as_str(), kept[&name], "{name}");
        assert_eq!((new.event_type, new.schema_version), (old.event_type, 1));
    }
}

/// Every type that the code knows happens on that day.
#[test]
fn the_day_has_every_type() {
    let sources = [
        include_str!("../../src/scenario.rs"),
        include_str!("../../src/order.rs"),
        include_str!("../../src/plan.rs"),
        include_str!("../../src/parcel.rs"),
        include_str!("../../src/round.rs"),
        include_str!("../../src/vehicle.rs"),
        include_str!("../../src/station.rs"),
        include_str!("../../src/stock.rs"),
        include_str!("../../src/meter.rs"),
        include_str!("../../src/energy_site.rs"),
        include_str!("../../src/reading.rs"),
        include_str!("../../src/outlook.rs"),
        include_str!("../../src/schedule.rs"),
        include_str!("../../src/energy_month.rs"),
        include_str!("../../src/string_alarm.rs"),
    ];
    let events = full();
    for line in sources.iter().flat_map(|source| source.lines()) {
        let Some((_, named)) = line.split_once(") = \"") else { continue };
        let named = named.trim_end_matches("\",");
        assert!(events.iter().any(|event| event.event_type == named), "no {named}");
    }
}

/// Prints the golden file anew: `cargo test -p operations -- --ignored --nocapture golden`.
#[test]
#[ignore = "a payload that changes needs a version of its own"]
#[expect(clippy::print_stdout, reason = "its output is the golden file")]
fn print_golden() {
    for (name, event) in fullest(&full()) {
        println!("{name} {}", event.payload.as_str());
    }
}
