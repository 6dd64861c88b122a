//! A day from end to end, and what changes nothing.

use crate::day::*;
use events::{Payload, StreamId};
use operations::{
    Grade, OrderStatus, OrderView, Package, ParcelStatus, ParcelView, PlanStatus, PlanView,
    RoundStatus, RoundView, StationView, StockView, VehicleView, stream,
};
use serde_json::{Value, json};

fn status(day: &Day, order: &str) -> OrderStatus {
    day.view::<OrderView>(&stream::order(&id(order))).unwrap().status
}

fn parcel_view(day: &Day, parcel: &str) -> ParcelView {
    day.view(&stream::parcel(&id(parcel))).unwrap()
}

#[test]
fn a_day_from_order_to_carton() {
    let mut day = departed();
    assert_eq!(status(&day, "O1"), OrderStatus::Loaded);
    day.done("serve", "R1", json!({"stop": 0, "delivered": [{"parcel": "P1", "proof": "s"}]}));
    let failed = json!([{"parcel": "P2", "reason": "nobody at home"}]);
    day.done("serve", "R1", json!({"stop": 1, "failed": failed}));
    assert_eq!([status(&day, "O2"), status(&day, "O3")], [OrderStatus::Failed; 2]);
    day.done("serve", "R1", json!({"stop": 2, "delivered": [{"parcel": "P3"}]}));
    day.done("return", "R1", json!({"distance_m": 14_900, "energy_wh": 4_100}));
    let round: RoundView = day.view(&stream::round(&id("R1"))).unwrap();
    assert_eq!((round.status, round.energy_wh.unwrap().get()), (RoundStatus::Returned, 4_100));
    let van: VehicleView = day.view(&stream::vehicle(&id("W1-evan-1"))).unwrap();
    assert_eq!((van.round, van.rounds), (None, 1));

    assert_eq!(parcel_view(&day, "P2").status, ParcelStatus::BroughtBack);
    day.done("load", "P2", json!({"round": "R2"}));
    day.done("unload", "P2", json!({"round": "R2"}));
    assert_eq!(parcel_view(&day, "P2").status, ParcelStatus::BroughtBack, "it was out before");
    day.done("load", "P2", json!({"round": "R2"}));
    day.done("depart", "R2", json!({"vehicle": "W1-dvan-1"}));
    day.done("serve", "R2", json!({"stop": 0, "delivered": [{"parcel": "P2"}]}));
    day.done("return", "R2", json!({"distance_m": 3_000, "fuel_ml": 400}));
    for order in ["O1", "O2", "O3", "O4"] {
        assert_eq!(status(&day, order), OrderStatus::Delivered, "{order}");
    }
    assert_eq!(status(&day, "O5"), OrderStatus::Open, "no plan had it");

    let back = json!({"carton": "M", "parcel": "P2", "grade": "reuse", "mass_g": 270});
    day.done("hand back", "S1", back);
    day.done("hand back", "S1", json!({"carton": "M", "grade": "refuse"}));
    let station: StationView = day.view(&stream::station(&id("S1"))).unwrap();
    assert_eq!((station.reuse, station.recycle, station.refuse), (1, 0, 1));
    let stock: StockView = day.view(&stream::stock(&id("S1"))).unwrap();
    assert_eq!(stock.left(&id("M"), true), 1);
    assert_eq!(parcel_view(&day, "P2").returned.unwrap().grade, Grade::Reuse);
}

#[test]
fn a_parcel_goes_on_from_a_hub() {
    let mut day = released();
    day.done("pack", "P1", packed_in(true));
    day.done("load", "P1", json!({"round": "F1"}));
    day.done("depart", "F1", json!({"vehicle": "W1-dvan-1"}));
    day.done("serve", "F1", json!({"stop": 0, "delivered": [{"parcel": "P1"}]}));
    let at_hub = parcel_view(&day, "P1");
    assert_eq!((at_hub.status, &*at_hub.site), (ParcelStatus::Packed, "H1"));
    day.done("load", "P1", json!({"round": "R4"}));
    day.done("depart", "R4", json!({"vehicle": "H1-bike-1"}));
    day.done("serve", "R4", json!({"stop": 0, "delivered": [{"parcel": "P1"}]}));
    assert_eq!(status(&day, "O1"), OrderStatus::Delivered);
}

#[test]
fn a_parcel_not_handed_over_may_be_tried_at_a_later_stop() {
    let mut day = departed();
    let failed = json!([{"parcel": "P1", "reason": "nobody at home"}]);
    day.done("serve", "R1", json!({"stop": 0, "failed": failed}));
    day.done("serve", "R1", json!({"stop": 2, "delivered": [{"parcel": "P1"}]}));
    assert_eq!(parcel_view(&day, "P1").status, ParcelStatus::Delivered);
}

#[test]
fn a_cancelled_order_is_left_out_of_its_parcel() {
    let mut day = released();
    day.done("cancel", "O2", json!({"reason": "ordered twice"}));
    day.done("pack", "P2", packed_in(false));
    let parcel = parcel_view(&day, "P2");
    assert_eq!((parcel.orders, parcel.withdrawn), (vec![id("O3")], vec![id("O2")]));
    assert_eq!(
        [status(&day, "O2"), status(&day, "O3")],
        [OrderStatus::Cancelled, OrderStatus::Packed]
    );
    day.done("cancel", "O1", json!({"reason": "ordered twice"}));
    assert_eq!(parcel_view(&day, "P1").status, ParcelStatus::Cancelled);
}

#[test]
fn what_is_there_is_not_written_again() {
    let mut day = released();
    let again = ["set scenario", "receive", "ask plan", "ask release", "end release", "count"];
    let counted = json!({"cartons": [{"carton": "M", "new": 3, "reused": 1}]});
    let bodies = [scenario(), order(), json!({"scenario": "s"}), Value::Null, Value::Null, counted];
    let ids = ["s", "O1", "N1", "N1", "N1", "W1"];
    for ((name, of), body) in again.into_iter().zip(ids).zip(bodies) {
        assert_eq!(day.ask(&*command(name, of, body)), Ok(0), "{name}");
    }
    let cancel = || command("cancel", "O5", json!({"reason": "so"}));
    assert_eq!((day.ask(&*cancel()), day.ask(&*cancel())), (Ok(1), Ok(0)));
    let span = json!({
        "site": "W1", "from": "2026-07-14T10:00:00Z", "until": "2026-07-14T11:00:00Z",
        "energy_wh": 3,
    });
    let charge = || command("charge", "W1-evan-1", span.clone());
    assert_eq!((day.ask(&*charge()), day.ask(&*charge())), (Ok(1), Ok(0)));
    let mut read = span.clone();
    read["meter"] = json!("M1");
    read["kind"] = json!("import");
    read.as_object_mut().unwrap().remove("site");
    let read = || command("read meters", "W1", json!({"readings": [read, read]}));
    assert_eq!((day.ask(&*read()), day.ask(&*read())), (Ok(1), Ok(0)), "twice at once is once");
}

#[test]
fn the_stock_of_a_network_is_shared_among_its_warehouses() {
    let day = received();
    let at = |site: &str| {
        let stock: StockView = day.view(&stream::stock(&id(site))).unwrap();
        (stock.left(&id("M"), false), stock.left(&id("M"), true))
    };
    assert_eq!((at("W1"), at("W2")), ((3, 1), (2, 1)), "the odd one to the earlier");
}

#[test]
fn a_scenario_set_anew_registers_what_is_new() {
    let mut day = received();
    let mut larger = scenario();
    larger["vehicles"][1]["count"] = json!(2);
    larger["vehicles"][3]["carrier"] = json!("robot");
    larger["cartons"][0]["new"] = json!(900);
    let set = command("set scenario", "s", larger);
    assert_eq!(day.ask(&*set), Ok(3), "the scenario, one van, one bike that is a robot now");
    let stock: StockView = day.view(&stream::stock(&id("W1"))).unwrap();
    assert_eq!(stock.left(&id("M"), false), 3, "what was counted is not counted anew");
}

#[test]
fn a_release_skips_orders_that_are_gone_and_their_parcels() {
    let mut day = received();
    finish_plan(&mut day, "N1");
    day.done("cancel", "O1", json!({"reason": "so"}));
    day.done("cancel", "O2", json!({"reason": "so"}));
    day.done("ask release", "N1", Value::Null);
    assert_eq!(day.ask(&chunk("N1")), Ok(2 + 2 + 6), "O3 and O4 in P2 and P3, six rounds");
    assert_eq!(day.ask(&chunk("N1")), Ok(0), "again it is all there");
    assert_eq!(day.view::<ParcelView>(&stream::parcel(&id("P1"))), None);
    assert_eq!(parcel_view(&day, "P2").orders, [id("O3")]);
    day.done("cancel", "O4", json!({"reason": "so"}));
    assert_eq!(day.ask(&chunk("N1")), Ok(0), "one that was cancelled after it came is not renewed");
    day.done("end release", "N1", Value::Null);

    finish_plan(&mut day, "N2");
    day.done("ask release", "N2", Value::Null);
    let mut other = chunk("N2");
    other.orders.push(id("O5"));
    other.rounds.clear();
    other.parcels = vec![
        parcel("N2-P1", &["O1", "O2", "O3", "O4"], "N2-R1", carton(false)),
        parcel("N2-P2", &["O5"], "N2-R1", carton(false)),
    ];
    assert_eq!(day.ask(&other), Ok(2), "O5 alone is open");
    let plan: PlanView = day.view(&stream::plan(&id("N2"))).unwrap();
    assert_eq!(plan.status, PlanStatus::Releasing);
}

#[test]
fn personal_data_stands_beside_the_events() {
    let day = received();
    let person = &day.persons["order/O1"];
    assert_eq!(operations::Salt::of(person), Some(operations::Salt::from_bytes([7; 16])));
    assert_eq!(operations::Recipient::of(person).unwrap().customer_id, Some(id("ann")));
    assert_eq!(operations::Salt::of(&Payload::new("{}").unwrap()), None);
    for event in &day.events {
        let text = event.payload.as_str();
        assert!(!text.contains("ann") && !text.contains("39.7"), "{text}");
    }
    let digest = |salt: u8| {
        let mut day = received();
        let body = serde_json::from_value(order()).unwrap();
        let salt = operations::Salt::from_bytes([salt; 16]);
        let receive = operations::ReceiveOrder { id: id("O9"), salt, keep_until: None, body };
        day.ask(&receive).unwrap();
        day.view::<OrderView>(&stream::order(&id("O9"))).unwrap().recipient_digest
    };
    assert_ne!(digest(1), digest(2), "without its salt a digest cannot be guessed");
}

#[test]
fn who_cancels_while_another_packs_is_refused() {
    let mut day = released();
    let seen = day.events.len();
    day.done("pack", "P2", packed_in(false));
    let cancel = command("cancel", "O2", json!({"reason": "so"}));
    assert_eq!(day.ask_late(&*cancel, seen).unwrap_err().rule, "order-packed");

    let mut day = released();
    let seen = day.events.len();
    day.ask(&*cancel).unwrap();
    day.ask_late(&*command("pack", "P2", packed_in(false)), seen).unwrap();
    assert_eq!(parcel_view(&day, "P2").orders, [id("O3")], "packed without it");
}

#[test]
fn names_of_streams_are_the_events_own() {
    let day = departed();
    let mut kinds: Vec<&str> = day.events.iter().map(|event| event.stream.kind()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let expect =
        ["order", "parcel", "plan", "release", "round", "scenario", "station", "stock", "vehicle"];
    assert_eq!(kinds, expect);
    assert_eq!(stream::release(), StreamId::new("release", "current").unwrap());
    assert_eq!(
        parcel_view(&day, "P1").package,
        Some(Package::Carton { carton: id("M"), reused: true })
    );
}
