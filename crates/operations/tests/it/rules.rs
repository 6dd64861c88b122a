//! Every rule, refused once.

use crate::day::*;
use events::{Command, RefusalKind};
use operations as ops;
use operations::{FinishPlan, Package, SetScenario};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Name, id and body of a command.
type Asked = (&'static str, &'static str, Value);

fn reason() -> Value {
    json!({"reason": "so"})
}

fn serve(stop: u32, delivered: &[&str], failed: &[&str]) -> Value {
    let delivered: Vec<Value> = delivered.iter().map(|one| json!({"parcel": one})).collect();
    let failed: Vec<Value> =
        failed.iter().map(|one| json!({"parcel": one, "reason": "nobody at home"})).collect();
    json!({"stop": stop, "delivered": delivered, "failed": failed})
}

fn charge(from: &str, until: &str) -> Value {
    let [from, until] = [from, until].map(|hour| format!("2026-07-14T{hour}:00:00Z"));
    json!({"site": "W1", "from": from, "until": until, "energy_wh": 10})
}

fn readings(of: &[(&str, &str, u64)]) -> Value {
    let one = |&(from, until, energy_wh): &(&str, &str, u64)| {
        let [from, until] = [from, until].map(|hour| format!("2026-07-14T{hour}:00:00Z"));
        json!({
            "meter": "M1", "kind": "import", "from": from, "until": until, "energy_wh": energy_wh,
        })
    };
    json!({"readings": of.iter().map(one).collect::<Vec<_>>()})
}

fn changed(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

/// Of orders and scenarios, on a day when orders came in.
fn before_the_plan() -> Vec<(Vec<Asked>, Asked, &'static str)> {
    let vehicle = |site: &str, kind: &str, count: u32| json!({"site": site, "vehicle_type": kind, "carrier": "diesel", "count": count});
    let vehicles = |of: Vec<Value>| changed(scenario(), "vehicles", json!(of));
    let many: Vec<Value> = (0..6).map(|n| vehicle("W1", &format!("t{n}"), 1_000)).collect();
    let mut twins = vehicles(vec![vehicle("W1", "a", 1), vehicle("W1", "a", 1)]);
    let site = json!({"site": "W1", "kind": "hub"});
    let cartons =
        json!([{"carton": "M", "new": 1, "reused": 0}, {"carton": "M", "new": 1, "reused": 0}]);
    let sites = vec![site.clone(), site];
    twins["vehicles"][1]["carrier"] = json!("petrol");
    vec![
        (vec![], ("set scenario", "t", vehicles(many)), "too-many-vehicles"),
        (vec![], ("set scenario", "t", twins), "vehicle-twice"),
        (
            vec![],
            ("set scenario", "t", vehicles(vec![vehicle("W1", &"x".repeat(60), 1)])),
            "vehicle-name-too-long",
        ),
        (vec![], ("set scenario", "t", vehicles(vec![vehicle("W9", "a", 1)])), "site-unknown"),
        (vec![], ("set scenario", "t", changed(scenario(), "sites", json!(sites))), "site-twice"),
        (
            vec![],
            ("set scenario", "t", changed(scenario(), "cartons", cartons.clone())),
            "carton-twice",
        ),
        (vec![], ("count", "W1", json!({"cartons": cartons})), "carton-twice"),
        (vec![], ("receive", "O9", changed(order(), "scenario", json!("t"))), "scenario-unknown"),
        (vec![], ("receive", "O9", changed(order(), "origin_site", json!("W9"))), "site-unknown"),
        (
            vec![],
            ("receive", "O9", changed(order(), "option", json!("slot:18-8"))),
            "slot-backwards",
        ),
        (vec![], ("receive", "O1", changed(order(), "option", json!("station"))), "order-differs"),
        (
            vec![],
            ("receive", "O1", changed(order(), "recipient", json!({"dest_lat": 1, "dest_lon": 2}))),
            "order-differs",
        ),
        (vec![], ("cancel", "O9", reason()), "order-unknown"),
        (vec![], ("ask plan", "N1", json!({"scenario": "t"})), "scenario-unknown"),
        (vec![], ("start", "N9", json!(1)), "plan-unknown"),
    ]
}

/// Of plans.
fn around_the_plan() -> Vec<(Vec<Asked>, Asked, &'static str)> {
    let ask = || ("ask plan", "N2", json!({"scenario": "s"}));
    let start = || ("start", "N2", json!(1));
    let finish = || ("finish", "N2", json!({}));
    let release = || ("ask release", "N2", Value::Null);
    vec![
        (
            vec![ask()],
            ("ask plan", "N2", json!({"scenario": "s", "options": {"a": 1}})),
            "plan-differs",
        ),
        (vec![ask(), start()], ("start", "N2", json!(1)), "plan-attempt-made"),
        (vec![ask()], finish(), "plan-not-started"),
        (vec![ask(), start(), finish()], finish(), "plan-ended"),
        (vec![ask(), start(), finish()], ("fail", "N2", json!("why")), "plan-ended"),
        (vec![ask(), start(), finish()], ("cancel plan", "N2", Value::Null), "plan-ended"),
        (vec![ask(), start(), finish()], ("start", "N2", json!(2)), "plan-ended"),
        (vec![ask(), ("fail", "N2", json!("why"))], ("fail", "N2", json!("why")), "plan-ended"),
        (vec![ask()], release(), "plan-not-finished"),
        (vec![ask(), ("cancel plan", "N2", Value::Null)], release(), "plan-not-finished"),
        (
            vec![
                ask(),
                start(),
                finish(),
                release(),
                ("ask plan", "N3", json!({"scenario": "s"})),
                ("start", "N3", json!(1)),
                ("finish", "N3", json!({})),
            ],
            ("ask release", "N3", Value::Null),
            "release-under-way",
        ),
        (vec![ask(), start(), finish()], ("end release", "N2", Value::Null), "plan-not-releasing"),
    ]
}

/// Of parcels, on a day when a plan is carried out and nothing is packed.
fn at_the_bench() -> Vec<(Vec<Asked>, Asked, &'static str)> {
    let pack = || ("pack", "P1", packed_in(true));
    let on = |round: &str| json!({"round": round});
    let cancel = || ("cancel", "O1", reason());
    vec![
        (vec![], ("pack", "P9", packed_in(true)), "parcel-unknown"),
        (vec![cancel()], pack(), "order-cancelled"),
        (vec![cancel()], ("load", "P1", on("R1")), "order-cancelled"),
        (vec![pack()], pack(), "parcel-packed"),
        (vec![pack()], cancel(), "order-packed"),
        (vec![], ("pack", "P1", changed(packed_in(true), "site", json!("W2"))), "parcel-elsewhere"),
        (vec![pack()], ("pack", "P2", packed_in(true)), "no-carton-left"),
        (
            vec![("count", "W1", json!({"cartons": []}))],
            ("pack", "P2", packed_in(false)),
            "no-carton-left",
        ),
        (vec![], ("load", "P1", on("R1")), "parcel-not-packed"),
        (vec![pack(), ("load", "P1", on("R1"))], ("load", "P1", on("R2")), "parcel-loaded"),
        (vec![pack()], ("load", "P1", on("R9")), "round-unknown"),
        (vec![pack()], ("load", "P1", on("R3")), "round-elsewhere"),
        (vec![pack()], ("unload", "P1", on("R1")), "parcel-not-on-round"),
        (vec![], ("depart", "R1", json!({"vehicle": "W1-evan-1"})), "round-empty"),
        (vec![], ("depart", "R9", json!({"vehicle": "W1-evan-1"})), "round-unknown"),
        (vec![], ("refuel", "W1-evan-1", json!({"fuel_ml": 1})), "wrong-carrier"),
        (vec![], ("charge", "W1-dvan-1", charge("10", "11")), "wrong-carrier"),
        (vec![], ("charge", "W1-evan-1", charge("11", "11")), "span-backwards"),
        (
            vec![("charge", "W1-evan-1", charge("10", "12"))],
            ("charge", "W1-evan-1", charge("11", "13")),
            "charging-overlaps",
        ),
        (vec![], ("hand back", "W1", json!({"carton": "M", "grade": "reuse"})), "station-unknown"),
        (
            vec![],
            ("hand back", "S1", json!({"carton": "M", "grade": "reuse", "parcel": "P1"})),
            "parcel-not-delivered",
        ),
        (vec![], ("read meters", "W1", readings(&[("11", "10", 5)])), "span-backwards"),
        (
            vec![("read meters", "W1", readings(&[("10", "11", 5)]))],
            ("read meters", "W1", readings(&[("10", "11", 6)])),
            "reading-differs",
        ),
        (
            vec![("read meters", "W1", readings(&[("10", "12", 5), ("14", "15", 5)]))],
            ("read meters", "W1", readings(&[("11", "13", 6)])),
            "reading-overlaps",
        ),
        (
            vec![],
            ("read meters", "W1", readings(&[("10", "12", 5), ("09", "13", 5)])),
            "reading-overlaps",
        ),
    ]
}

/// Of rounds, on a day when one is loaded.
fn on_the_road() -> Vec<(Vec<Asked>, Asked, &'static str)> {
    let depart = || ("depart", "R1", json!({"vehicle": "W1-evan-1"}));
    let with = |vehicle: &str| ("depart", "R1", json!({"vehicle": vehicle}));
    let on = |round: &str| json!({"round": round});
    let home = || ("return", "R1", json!({"distance_m": 5}));
    let all = || ("serve", "R1", serve(0, &["P1", "P2", "P3"], &[]));
    let back = |carton: &str| json!({"carton": carton, "grade": "reuse", "parcel": "P1"});
    vec![
        (vec![], with("W9-evan-1"), "vehicle-unknown"),
        (vec![], with("W1-dvan-1"), "vehicle-of-another-type"),
        (vec![], with("W2-evan-1"), "vehicle-of-another-site"),
        (vec![depart()], depart(), "round-departed"),
        (
            vec![("unload", "P1", on("R1")), ("load", "P1", on("R5")), depart()],
            ("depart", "R5", json!({"vehicle": "W1-evan-1"})),
            "vehicle-away",
        ),
        (vec![("unload", "P1", on("R1")), depart()], ("load", "P1", on("R1")), "round-departed"),
        (vec![depart()], ("unload", "P1", on("R1")), "round-departed"),
        (vec![], all(), "round-not-departed"),
        (vec![], home(), "round-not-departed"),
        (vec![depart()], ("serve", "R1", serve(3, &[], &[])), "stop-unknown"),
        (vec![depart(), ("serve", "R1", serve(0, &[], &[]))], all(), "stop-served"),
        (vec![depart()], ("serve", "R1", serve(0, &["P1"], &["P1"])), "parcel-twice"),
        (vec![depart(), all()], ("serve", "R1", serve(1, &["P1"], &[])), "parcel-handed-over"),
        (vec![depart()], ("serve", "R1", serve(0, &["P9"], &[])), "parcel-not-on-round"),
        (vec![depart()], home(), "parcels-on-board"),
        (vec![depart(), all()], ("load", "P1", on("R5")), "parcel-delivered"),
        (
            vec![depart(), all()],
            ("return", "R1", json!({"distance_m": 5, "fuel_ml": 1})),
            "wrong-carrier",
        ),
        (vec![depart(), all(), home()], home(), "round-returned"),
        (vec![depart(), all(), home()], ("serve", "R1", serve(1, &[], &[])), "round-returned"),
        (vec![depart(), all()], ("hand back", "S1", back("L")), "carton-differs"),
        (
            vec![depart(), all(), ("hand back", "S1", back("M"))],
            ("hand back", "S1", back("M")),
            "carton-handed-back",
        ),
    ]
}

/// Of a site's energy, once it is described.
fn at_the_roof() -> Vec<(Vec<Asked>, Asked, &'static str)> {
    let site = example::<ops::SiteEnergy>;
    let read = |of: &[(&str, f64)]| ("take readings", "W1", measured("inv-1", "load", of));
    let (once, other) = (read(&[("12:00", 5.0)]), read(&[("12:00", 6.0)]));
    let string = json!({"device": "S", "peak_w": 1});
    let strings = |n_twins: usize| changed(site(), "strings", json!(vec![&string; n_twins]));
    let outlook = |starts: &[&str]| {
        let hour = |start: &&str| changed(example::<ops::OutlookHour>(), "start", json!(start));
        let hours: Vec<Value> = starts.iter().map(hour).collect();
        ("set outlook", "W1", json!({"hours": hours, "vehicles": []}))
    };
    let noon = "2026-07-14T12:00:00-06:00";
    let vehicle = changed(example::<ops::ExpectedVehicle>(), "until", json!(noon));
    let leaves_early = changed(outlook(&[noon]).2, "vehicles", json!([vehicle]));
    let far = |at: &str| {
        let mut body = measured("inv-1", "load", &[("12:00", 5.0)]);
        body["channels"][0]["readings"][0]["at"] = json!(at);
        ("take readings", "W1", body)
    };
    let many_days: Vec<Value> = (0..401)
        .map(|n| json!({"at": format!("{}-{:02}-01T00:00:00Z", 2025 + n / 12, n % 12 + 1), "value": 1}))
        .collect();
    let mut days = measured("inv-1", "load", &[]);
    days["channels"][0]["readings"] = json!(many_days);
    let one = json!({"at": "2026-07-14T12:00:00Z", "value": 1});
    let channel = |n: usize| json!({"device": format!("d{n}"), "quantity": "load", "form": "mean", "readings": vec![&one; 5_000]});
    let many = json!({"channels": (0..5).map(channel).collect::<Vec<_>>()});
    let crowd = |from: usize| {
        let channel = |n: usize| json!({"device": format!("d{n}"), "quantity": "load", "form": "mean", "readings": [one]});
        let channels: Vec<Value> = (from..from + 500).map(channel).collect();
        ("take readings", "W1", json!({"channels": channels}))
    };
    let crowds: Vec<Asked> = (0..4).map(|n| crowd(500 * n)).collect();
    let mut register = measured("b", "soc", &[("12:00", 5.0)]);
    register["channels"][0]["form"] = json!("register");
    vec![
        (vec![], ("describe", "W1", changed(site(), "zone", json!("Moon"))), "zone-unknown"),
        (vec![], ("describe", "W1", changed(site(), "lat", json!(91))), "number-out-of-bounds"),
        (vec![], ("describe", "W1", strings(2)), "string-twice"),
        (vec![], ("take readings", "W2", once.2.clone()), "energy-site-unknown"),
        (vec![], ("set outlook", "W2", outlook(&[noon]).2), "energy-site-unknown"),
        (
            vec![],
            ("take readings", "W1", measured("S9", "string_generation", &[("12:00", 5.0)])),
            "string-unknown",
        ),
        (vec![], ("take readings", "W1", register), "form-unfit"),
        (vec![], read(&[("12:00", 1e10)]), "reading-out-of-range"),
        (vec![], far("2026-07-16T12:00:01Z"), "reading-in-future"),
        (vec![], far("2024-04-30T05:59:59Z"), "reading-too-early"),
        (vec![], far("2199-12-31T12:00:00Z"), "reading-far-away"),
        (vec![], ("take readings", "W1", days), "too-many-days"),
        (vec![], ("take readings", "W1", many), "too-many-readings"),
        (crowds, crowd(2_000), "too-many-channels"),
        (vec![once], other, "reading-differs"),
        (vec![], read(&[("12:00", 5.0), ("12:00", 6.0)]), "reading-differs"),
        (vec![], outlook(&["2026-07-15T12:00:00-06:00"]), "hour-of-another-day"),
        (vec![], outlook(&["2026-07-14T12:20:00-06:00"]), "hour-uneven"),
        (vec![], outlook(&[noon, "2026-07-14T14:00:00-06:00"]), "hours-uneven"),
        (vec![], ("set outlook", "W1", leaves_early), "span-backwards"),
    ]
}

/// A day whose site's energy is described.
fn described() -> Day {
    let mut day = Day::new();
    day.done("describe", "W1", example::<ops::SiteEnergy>());
    day
}

fn refused(day: &mut Day, command: &dyn Command, rule: &str) {
    let before = day.events.len();
    let refusal = day.ask(command).expect_err(rule);
    assert_eq!(refusal.rule, rule, "{refusal}");
    assert!(refusal.detail.contains(". "), "{rule} says no mend: {refusal}");
    assert_eq!(day.events.len(), before, "{rule}: a refusal writes nothing");
    let content = ["list-out-of-bounds", "no-place", "number-out-of-bounds"];
    assert_eq!(refusal.kind == RefusalKind::Content, content.contains(&rule), "{rule}");
}

/// What only the machines send, or no table holds.
fn others() -> Vec<(Day, Box<dyn Command>, &'static str)> {
    let releasing = || {
        let mut day = released();
        finish_plan(&mut day, "N2");
        day.done("ask release", "N2", Value::Null);
        day
    };
    let part = |orders: &[&str], parcels: Vec<ops::PlannedParcel>, rounds| ops::ReleaseChunk {
        id: id("N2"),
        orders: orders.iter().map(|order| id(order)).collect(),
        parcels,
        rounds,
    };
    let own = |orders: &[&str]| parcel("P9", orders, "R9", Package::OwnPackage {});
    let files = vec![
        ops::FileEntry {
            name: ops::Text::new("a").unwrap(),
            sha256: ops::Sha256::new("0".repeat(64)).unwrap(),
            bytes: ops::Amount::ZERO,
        };
        1_001
    ];
    let finish = FinishPlan { id: id("N2"), summary: serde_json::Map::new(), files };
    let long = json!({"x": "y".repeat(1 << 20)});
    let mut running = received();
    running.done("ask plan", "N2", json!({"scenario": "s"}));
    running.done("start", "N2", json!(1));
    let body: ops::ScenarioBody = serde_json::from_value(scenario()).unwrap();
    let mut fleet = body;
    fleet.vehicles[0].count = 1_001;
    let far = changed(order(), "recipient", json!({"dest_lat": 91, "dest_lon": 0}));
    vec![
        (releasing(), Box::new(part(&[], vec![own(&["O5"])], vec![])), "order-not-in-chunk"),
        (releasing(), Box::new(part(&["O5"], vec![], vec![])), "order-without-parcel"),
        (releasing(), Box::new(part(&["O9"], vec![own(&["O9"])], vec![])), "order-unknown"),
        (
            releasing(),
            Box::new(part(&[], vec![], vec![round("R1", "W1", "evan", &[])])),
            "id-of-another-plan",
        ),
        (released(), Box::new(chunk("N1")), "plan-not-releasing"),
        (received(), Box::new(finish), "list-out-of-bounds"),
        (running, command("finish", "N2", long), "too-large"),
        (received(), Box::new(SetScenario { id: id("t"), body: fleet }), "list-out-of-bounds"),
        (received(), command("receive", "O9", far), "no-place"),
        (
            received(),
            command("receive", "O9", changed(order(), "items", json!([]))),
            "list-out-of-bounds",
        ),
    ]
}

#[test]
fn every_rule_refuses() {
    let mut seen = BTreeSet::new();
    for (start, rows) in [
        (received as fn() -> Day, before_the_plan()),
        (received, around_the_plan()),
        (released, at_the_bench()),
        (loaded, on_the_road()),
        (described, at_the_roof()),
    ] {
        for (first, (name, of, body), rule) in rows {
            let mut day = start();
            for (name, of, body) in first {
                day.done(name, of, body);
            }
            refused(&mut day, &*command(name, of, body), rule);
            seen.insert(rule);
        }
    }
    for (mut day, command, rule) in others() {
        refused(&mut day, &*command, rule);
        seen.insert(rule);
    }
    let mut known = named_in_the_code();
    // No store holds what no version wrote; recipients are always texts and numbers.
    for rare in ["stream-unreadable", "recipient-unreadable"] {
        assert!(known.remove(rare), "{rare}");
    }
    let known: BTreeSet<&str> = known.iter().map(String::as_str).collect();
    let untested: Vec<_> = known.difference(&seen).collect();
    assert!(untested.is_empty(), "rules without a test: {untested:?}");
}

/// Rules as the code names them: kebab-case literals of the commands.
fn named_in_the_code() -> BTreeSet<String> {
    let sources = [
        include_str!("../../src/command.rs"),
        include_str!("../../src/fact.rs"),
        include_str!("../../src/command/scenario.rs"),
        include_str!("../../src/command/order.rs"),
        include_str!("../../src/command/plan.rs"),
        include_str!("../../src/command/release.rs"),
        include_str!("../../src/command/pack.rs"),
        include_str!("../../src/command/load.rs"),
        include_str!("../../src/command/drive.rs"),
        include_str!("../../src/command/vehicle.rs"),
        include_str!("../../src/command/recycle.rs"),
        include_str!("../../src/command/stock.rs"),
        include_str!("../../src/command/meter.rs"),
        include_str!("../../src/command/energy.rs"),
        include_str!("../../src/command/reading.rs"),
        include_str!("../../src/command/settle.rs"),
    ];
    let is_rule = |text: &&str| {
        text.contains('-') && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
    };
    let literals = sources.iter().flat_map(|source| source.split('"'));
    literals.filter(is_rule).map(String::from).collect()
}
