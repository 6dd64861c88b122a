//! What is shown: the same rows however events are taken, and in the lists where one looks for them.

use crate::day::*;
use events::Event;
use operations::view::View;
use operations::{OrderView, ParcelStatus, ParcelView, RoundView, key, projections, stream};
use serde_json::json;
use std::collections::BTreeMap;

/// A day on which a bit of everything happens.
pub(crate) fn full() -> Vec<Event> {
    let mut day = departed();
    day.done("serve", "R1", json!({"stop": 0, "delivered": [{"parcel": "P1", "proof": "s"}]}));
    let failed = json!([{"parcel": "P2", "reason": "nobody at home"}]);
    let delivered = json!([{"parcel": "P3"}]);
    day.done("serve", "R1", json!({"stop": 1, "delivered": delivered, "failed": failed}));
    day.done("return", "R1", json!({"distance_m": 14_900, "energy_wh": 4_100}));
    day.done("load", "P2", json!({"round": "R2"}));
    day.done("unload", "P2", json!({"round": "R2"}));
    day.done("load", "P2", json!({"round": "F1"}));
    day.done("depart", "F1", json!({"vehicle": "W1-dvan-1"}));
    day.done("serve", "F1", json!({"stop": 0, "delivered": [{"parcel": "P2"}]}));
    day.done("return", "F1", json!({"distance_m": 5_100, "fuel_ml": 480}));
    day.done("refuel", "W1-dvan-1", json!({"fuel_ml": 42_000}));
    let span = json!({
        "site": "W1", "from": "2026-07-14T10:00:00Z", "until": "2026-07-14T11:00:00Z",
        "energy_wh": 3_000,
    });
    day.done("charge", "W1-evan-1", span);
    let back = json!({"carton": "M", "parcel": "P1", "grade": "reuse", "mass_g": 270});
    day.done("hand back", "S1", back);
    let reading = json!({
        "meter": "M1", "kind": "import", "from": "2026-07-14T10:00:00Z",
        "until": "2026-07-14T11:00:00Z", "energy_wh": 4_200,
    });
    day.done("read meters", "W1", json!({"readings": [reading]}));
    finish_plan(&mut day, "N2");
    day.done("ask release", "N2", json!(null));
    let other = operations::ReleaseChunk {
        id: id("N2"),
        orders: vec![id("O5")],
        parcels: vec![parcel("P5", &["O5"], "R5", operations::Package::OwnPackage {})],
        rounds: vec![],
    };
    day.ask(&other).unwrap();
    day.done("cancel", "O5", json!({"reason": "ordered twice"}));
    day.done("end release", "N2", json!(null));
    day.done("ask plan", "N3", json!({"scenario": "s"}));
    day.done("cancel plan", "N3", json!(null));
    day.done("ask plan", "N4", json!({"scenario": "s"}));
    day.done("fail", "N4", json!("no vehicle"));
    energy(&mut day);
    day.events
}

/// And a site's energy: measured, foreseen, scheduled, settled, a string that fell behind.
fn energy(day: &mut Day) {
    day.done("describe", "W1", example::<operations::SiteEnergy>());
    day.done("take readings", "W1", measured("inv-1", "generation", &[("12:00", 41_250.5)]));
    let mut corrected = measured("inv-1", "generation", &[("12:00", 40_000.0), ("12:15", 1.0)]);
    corrected["channels"][0]["correct"] = json!(true);
    day.done("take readings", "W1", corrected);
    let mut outlook = example::<operations::Outlook>();
    outlook["hours"] = json!([example::<operations::OutlookHour>()]);
    outlook["vehicles"] = json!([example::<operations::ExpectedVehicle>()]);
    day.done("set outlook", "W1", outlook);
    let mut schedule = example::<operations::ScheduleMade>();
    schedule["sessions"] = json!([example::<operations::ScheduleSession>()]);
    day.done("make schedule", "W1", schedule);
    let mut settled = example::<operations::DaySettled>();
    settled["made_from"] = json!([example::<operations::ReadingsVersion>()]);
    day.done("settle", "W1", settled);
    day.done("judge", "W1", json!([example::<operations::StringBehind>()]));
    day.done("judge", "W1", json!([]));
}

#[test]
fn rows_are_the_same_however_events_are_taken() {
    let events = full();
    for projection in projections() {
        let whole = rows(&*projection, &events, events.len());
        assert!(!whole.is_empty(), "{}", projection.name());
        for at_a_time in [1, 7] {
            assert_eq!(rows(&*projection, &events, at_a_time), whole, "{}", projection.name());
        }
    }
}

/// A list must hold exactly the things that are in it, as they are now.
#[test]
fn lists_hold_what_is_in_them() {
    let events = full();
    for n_events in 0..=events.len() {
        let part = &events[..n_events];
        lists_agree::<OrderView>(&rows(&*projection("orders"), part, 1), |view| &view.id);
        lists_agree::<ParcelView>(&rows(&*projection("parcels"), part, 1), |view| &view.id);
        lists_agree::<RoundView>(&rows(&*projection("rounds"), part, 1), |view| &view.id);
    }
}

fn lists_agree<V: View>(rows: &BTreeMap<String, String>, id: fn(&V) -> &str) {
    let mut expect = BTreeMap::new();
    for (_, value) in rows.iter().filter(|(key, _)| key.starts_with(key::IDS)) {
        let view: V = serde_json::from_str(value).unwrap();
        expect.insert(V::key(id(&view)), value.clone());
        for prefix in view.listed() {
            expect.insert(key::listed(&prefix, id(&view)), value.clone());
        }
    }
    assert_eq!(*rows, expect);
}

#[test]
fn a_row_is_what_the_stream_comes_to() {
    let mut day = departed();
    day.done("serve", "R1", json!({"stop": 0, "delivered": [{"parcel": "P1"}]}));
    let all = rows(&*projection("parcels"), &day.events, 3);
    let shown: ParcelView = serde_json::from_str(&all[&key::id("P1")]).unwrap();
    assert_eq!(shown.status, ParcelStatus::Delivered);
    assert_eq!(Some(shown.clone()), day.view(&stream::parcel(&id("P1"))));
    assert_eq!((shown.version, &*shown.updated_at), (4, "2026-07-14T03:33:20+00:00"));
    for prefix in [key::of_status("delivered"), key::of_plan("N1"), key::of_round("R1")] {
        assert!(all.contains_key(&key::listed(&prefix, "P1")), "{prefix}");
    }
    let orders = rows(&*projection("orders"), &day.events, 3);
    assert!(orders.contains_key(&key::listed(&key::of_scenario("s", "delivered"), "O1")));
    assert!(!orders.contains_key(&key::listed(&key::of_scenario("s", "open"), "O1")));
}

#[test]
fn an_event_of_no_known_type_stops_the_projection() {
    let mut events = full();
    let place = events.iter().position(|event| event.event_type == "parcel-packed").unwrap();
    let mut strange = events.remove(place);
    strange.event_type = "parcel-painted".into();
    let projection = projection("parcels");
    let mut rows = events::Rows::new(projection.keys(&strange), []);
    let fault = projection.apply(&strange, &mut rows).unwrap_err().to_string();
    assert!(fault.contains("`parcel-painted` 1: not known here"), "{fault}");
    strange.event_type = "parcel-loaded".into();
    assert!(projection.apply(&strange, &mut rows).is_err(), "its payload is another's");
}
