//! A tenant in memory, by the store's own rules of appending; and a small scenario to begin with.

use events::plan::{Head, Known, plan};
use events::{
    Append, Command, Event, EventsError, History, Payload, Projection, Refusal, Rows, StreamId,
    Tenant, Timestamp,
};
use operations as ops;
use operations::{Amount, Carrier, Id, LocalDay, Package, RoundKind, RoundStop};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) struct Day {
    tenant: Tenant,
    known: Known,
    pub(crate) events: Vec<Event>,
    pub(crate) persons: BTreeMap<String, Payload>,
}

impl Day {
    pub(crate) fn new() -> Self {
        let known = Known {
            head: Head::EMPTY,
            versions: BTreeMap::new(),
            kept: BTreeMap::new(),
            erased: BTreeSet::new(),
        };
        let tenant = Tenant::new("acme").unwrap();
        Self { tenant, known, events: Vec::new(), persons: BTreeMap::new() }
    }

    /// The history of some streams, as it was when there were so many events.
    pub(crate) fn history(&self, streams: &[StreamId], seen: usize) -> History {
        let wanted: BTreeSet<&StreamId> = streams.iter().collect();
        let events = self.events[..seen].iter().filter(|event| wanted.contains(&event.stream));
        History::of(events.cloned())
    }

    /// Asks and records, as the store does: how many events were written.
    pub(crate) fn ask(&mut self, command: &dyn Command) -> Result<usize, Refusal> {
        self.ask_late(command, self.events.len())
    }

    /// The same by one who had last looked when there were `seen` events: refused for that, he looks
    /// again; overtaken, too.
    pub(crate) fn ask_late(
        &mut self,
        command: &dyn Command,
        seen: usize,
    ) -> Result<usize, Refusal> {
        let streams = command.streams()?;
        for seen in [seen, self.events.len()] {
            let history = self.history(&streams, seen);
            let decision = match command.decide(&history) {
                Ok(decision) => decision,
                Err(_) if seen < self.events.len() => continue,
                Err(refusal) => return Err(refusal),
            };
            let n_events: usize = decision.writes.iter().map(|write| write.events.len()).sum();
            if n_events == 0 {
                assert_eq!(decision, events::Decision::default(), "guards alone are no decision");
                return Ok(0);
            }
            let at = Timestamp::from_micros(1_784_000_000_000_000 + self.events.len() as i64);
            let mut append = Append::new(self.tenant.clone(), "test", at);
            append.writes = decision.writes;
            append.persons = decision.persons;
            let (planned, mut answers) = plan(&self.tenant, self.known.clone(), vec![append]);
            match answers.remove(0) {
                Err(EventsError::Conflict { .. }) => continue,
                Err(error) => panic!("{error}"),
                Ok(_) => {}
            }
            self.known.head = planned.head;
            for (stream, moved) in planned.moved {
                self.known.versions.insert(stream, moved.version);
            }
            self.events.extend(planned.events);
            let persons = planned.persons.into_iter();
            self.persons.extend(persons.map(|(id, (_, person))| (id, person.data)));
            return Ok(n_events);
        }
        panic!("who looks at all of it is not overtaken")
    }

    pub(crate) fn done(&mut self, name: &str, id: &str, body: Value) {
        if let Err(refusal) = self.ask(&*command(name, id, body.clone())) {
            panic!("{name} {id} {body}: {refusal}");
        }
    }

    pub(crate) fn view<V: ops::view::View>(&self, stream: &StreamId) -> Option<V> {
        let history = self.history(std::slice::from_ref(stream), self.events.len());
        ops::view::fold(history.stream(stream)).unwrap()
    }
}

/// The rows of a projection after some events, a few events at a time.
pub(crate) fn rows(
    projection: &dyn Projection,
    events: &[Event],
    at_a_time: usize,
) -> BTreeMap<String, String> {
    let mut all: BTreeMap<String, String> = BTreeMap::new();
    for part in events.chunks(at_a_time) {
        let part: Vec<&Event> =
            part.iter().filter(|event| projection.takes(event.stream.kind())).collect();
        let keys: BTreeSet<String> = part.iter().flat_map(|event| projection.keys(event)).collect();
        let known = keys.iter().filter_map(|key| Some((key.clone(), all.get(key)?.clone())));
        let unread = part.iter().flat_map(|event| projection.unread_keys(event));
        let mut rows = Rows::new(keys.clone(), known.collect::<Vec<_>>()).with_unread(unread);
        for event in part {
            projection.apply(event, &mut rows).unwrap();
        }
        let (set, removed) = rows.changes();
        all.extend(set.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())));
        for key in removed {
            // What one event puts in a list another of the same part may take out.
            let was_there = all.remove(key).is_some();
            assert!(was_there || at_a_time > 1, "`{key}` leaves a list that it is not in");
        }
    }
    all
}

pub(crate) fn projection(name: &str) -> std::sync::Arc<dyn Projection> {
    let mut all = ops::projections().into_iter();
    all.find(|one| one.name() == name).unwrap()
}

pub(crate) fn id(text: &str) -> Id {
    Id::new(text).unwrap()
}

fn read<T: DeserializeOwned>(body: Value) -> T {
    serde_json::from_value(body).unwrap()
}

/// A command by its name, as the server makes it of path and body.
pub(crate) fn command(name: &str, of: &str, body: Value) -> Box<dyn Command> {
    let id = id(of);
    match name {
        "set scenario" => Box::new(ops::SetScenario { id, body: read(body) }),
        "receive" => {
            let salt = ops::Salt::from_bytes([7; 16]);
            Box::new(ops::ReceiveOrder { id, salt, keep_until: None, body: read(body) })
        }
        "cancel" => Box::new(ops::CancelOrder { id, body: read(body) }),
        "ask plan" => Box::new(ops::AskPlan { id, orders: 5, body: read(body) }),
        "start" => Box::new(ops::StartPlan { id, attempt: read(body) }),
        "finish" => {
            Box::new(ops::FinishPlan { id, summary: read(body), files: vec![read(file())] })
        }
        "fail" => Box::new(ops::FailPlan { id, reason: read(body) }),
        "cancel plan" => Box::new(ops::CancelPlan { id }),
        "ask release" => Box::new(ops::AskRelease { id }),
        "end release" => Box::new(ops::EndRelease { id }),
        "pack" => Box::new(ops::PackParcel { id, body: read(body) }),
        "load" => Box::new(ops::LoadParcel { id, body: read(body) }),
        "unload" => Box::new(ops::UnloadParcel { id, body: read(body) }),
        "depart" => Box::new(ops::DepartRound { id, body: read(body) }),
        "serve" => Box::new(ops::ServeStop { id, body: read(body) }),
        "return" => Box::new(ops::ReturnRound { id, body: read(body) }),
        "refuel" => Box::new(ops::RefuelVehicle { id, body: read(body) }),
        "charge" => Box::new(ops::EndCharging { id, body: read(body) }),
        "hand back" => Box::new(ops::HandBackCarton { station: id, body: read(body) }),
        "count" => Box::new(ops::CountStock { site: id, body: read(body) }),
        "read meters" => {
            let day = LocalDay::new("2026-07-14").unwrap();
            Box::new(ops::ReadMeters { site: id, day, body: read(body) })
        }
        _ => energy_command(name, id, body),
    }
}

/// A command on a site's energy; the day is 2026-07-14.
fn energy_command(name: &str, site: Id, body: Value) -> Box<dyn Command> {
    let day = LocalDay::new("2026-07-14").unwrap();
    match name {
        "describe" => Box::new(ops::DescribeSite { site, body: read(body) }),
        "set outlook" => Box::new(ops::SetOutlook { site, day, body: read(body) }),
        "take readings" => {
            let now = quantity::Instant::parse("2026-07-15T12:00:00Z").unwrap();
            Box::new(ops::TakeReadings { site, now, body: read(body) })
        }
        "make schedule" => {
            Box::new(ops::MakeSchedule { site, day, made: read(body), is_anew: false })
        }
        "make anew" => Box::new(ops::MakeSchedule { site, day, made: read(body), is_anew: true }),
        "settle" => Box::new(ops::SettleDay { site, settled: read(body) }),
        "judge" => Box::new(ops::JudgeStrings { site, day, behind: read(body) }),
        _ => panic!("no command {name}"),
    }
}

fn file() -> Value {
    json!({"name": "orders.csv", "sha256": "0".repeat(64), "bytes": 5_120})
}

pub(crate) fn scenario() -> Value {
    json!({
        "name": "Downtown", "files": [file()], "zone": "America/Denver", "currency": "USD",
        "sites": [
            {"site": "W1", "kind": "warehouse"}, {"site": "W2", "kind": "warehouse"},
            {"site": "H1", "kind": "hub"}, {"site": "S1", "kind": "station"},
        ],
        "vehicles": [
            {"site": "W1", "vehicle_type": "evan", "carrier": "electric", "count": 2},
            {"site": "W1", "vehicle_type": "dvan", "carrier": "diesel", "count": 1},
            {"site": "W2", "vehicle_type": "evan", "carrier": "electric", "count": 1},
            {"site": "H1", "vehicle_type": "bike", "carrier": "electric", "count": 1},
        ],
        "cartons": [{"carton": "M", "new": 5, "reused": 2}],
    })
}

pub(crate) fn order() -> Value {
    json!({
        "scenario": "s", "placed_at": "2026-07-14T08:12:00-06:00", "origin_site": "W1",
        "promised_by": "2026-07-15T23:59:59-06:00", "option": "green",
        "recipient": {"customer_id": "ann", "dest_lat": 39.7412, "dest_lon": -104.9815},
        "items": [{"sku": "LAMP-3", "quantity": 2}],
    })
}

pub(crate) fn parcel(
    name: &str,
    orders: &[&str],
    round: &str,
    package: Package,
) -> ops::PlannedParcel {
    ops::PlannedParcel {
        id: id(name),
        name: id(name),
        day: LocalDay::new("2026-07-14").unwrap(),
        site: id("W1"),
        orders: orders.iter().map(|order| id(order)).collect(),
        round: id(round),
        package,
        gross_g: Amount::new(1_500).unwrap(),
        volume_ml: Amount::new(9_000).unwrap(),
    }
}

pub(crate) fn carton(reused: bool) -> Package {
    Package::Carton { carton: id("M"), reused }
}

/// A round of a type of vehicle; its stops by their parcels, or by the site where all get off.
pub(crate) fn round(name: &str, site: &str, vehicle: &str, stops: &[&[&str]]) -> ops::PlannedRound {
    let carrier = if vehicle == "dvan" { Carrier::Diesel } else { Carrier::Electric };
    let amount = Amount::new(4_000).unwrap();
    let stop = |parcels: &&[&str]| RoundStop {
        parcels: parcels.iter().map(|parcel| id(parcel)).collect(),
        site: name.starts_with('F').then(|| id("H1")),
    };
    ops::PlannedRound {
        id: id(name),
        name: id(name),
        day: LocalDay::new("2026-07-14").unwrap(),
        site: id(site),
        kind: if name.starts_with('F') { RoundKind::Feeder } else { RoundKind::Delivery },
        vehicle_type: id(vehicle),
        carrier,
        stops: stops.iter().map(stop).collect(),
        distance_m: Amount::new(14_000).unwrap(),
        fuel_ml: (!carrier.is_electric()).then_some(amount),
        energy_wh: carrier.is_electric().then_some(amount),
    }
}

/// Three parcels of four orders on one round; others are empty.
pub(crate) fn chunk(plan: &str) -> ops::ReleaseChunk {
    ops::ReleaseChunk {
        id: id(plan),
        orders: ["O1", "O2", "O3", "O4"].map(id).into(),
        parcels: vec![
            parcel("P1", &["O1"], "R1", carton(true)),
            parcel("P2", &["O2", "O3"], "R1", carton(false)),
            parcel("P3", &["O4"], "R1", Package::Bag { bag: id("B") }),
        ],
        rounds: vec![
            round("R1", "W1", "evan", &[&["P1"], &["P2"], &["P3"]]),
            round("R2", "W1", "dvan", &[&[]]),
            round("R3", "W2", "evan", &[&[]]),
            round("F1", "W1", "dvan", &[&[]]),
            round("R4", "H1", "bike", &[&[]]),
            round("R5", "W1", "evan", &[&[]]),
        ],
    }
}

/// Five orders came in.
pub(crate) fn received() -> Day {
    let mut day = Day::new();
    day.done("set scenario", "s", scenario());
    for name in ["O1", "O2", "O3", "O4", "O5"] {
        day.done("receive", name, order());
    }
    day
}

/// A plan of them is there.
pub(crate) fn finish_plan(day: &mut Day, plan: &str) {
    day.done("ask plan", plan, json!({"scenario": "s"}));
    day.done("start", plan, json!(1));
    day.done("finish", plan, json!({"orders": 4}));
}

/// The plan is carried out.
pub(crate) fn released() -> Day {
    let mut day = received();
    finish_plan(&mut day, "N1");
    day.done("ask release", "N1", Value::Null);
    day.ask(&chunk("N1")).unwrap();
    day.done("end release", "N1", Value::Null);
    day
}

pub(crate) fn packed_in(reused: bool) -> Value {
    let package = json!({"kind": "carton", "carton": "M", "reused": reused});
    json!({"site": "W1", "package": package, "gross_g": 1_480})
}

/// All is on its round.
pub(crate) fn loaded() -> Day {
    let mut day = released();
    day.done("pack", "P1", packed_in(true));
    day.done("pack", "P2", packed_in(false));
    day.done("pack", "P3", json!({"site": "W1", "package": {"kind": "bag", "bag": "B"}}));
    for name in ["P1", "P2", "P3"] {
        day.done("load", name, json!({"round": "R1"}));
    }
    day
}

/// And the round is on the road.
pub(crate) fn departed() -> Day {
    let mut day = loaded();
    day.done("depart", "R1", json!({"vehicle": "W1-evan-1", "odometer_m": 1000}));
    day
}

/// The example of a type's schema.
pub(crate) fn example<T: utoipa::PartialSchema>() -> Value {
    let schema = serde_json::to_value(T::schema()).unwrap();
    schema.get("example").or(schema.pointer("/examples/0")).unwrap().clone()
}

/// Readings of one channel at moments of 14 July.
pub(crate) fn measured(device: &str, quantity: &str, of: &[(&str, f64)]) -> Value {
    let one = |&(clock, value): &(&str, f64)| json!({"at": format!("2026-07-14T{clock}:00Z"), "value": value});
    let readings: Vec<Value> = of.iter().map(one).collect();
    let channel =
        json!({"device": device, "quantity": quantity, "form": "mean", "readings": readings});
    json!({"channels": [channel]})
}
