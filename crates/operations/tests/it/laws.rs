//! Whatever is asked, in whatever order, by whoever looked when: the same as a plain model says, and
//! no law of the house is broken.

use crate::day::*;
use events::Event;
use operations::parcel::ParcelFact;
use operations::round::RoundFact;
use operations::{
    Package, PlannedRound, ReleaseChunk, RoundKind, StockView, fact::Fact, order::OrderFact,
    stock::StockFact, stream,
};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Something asked; numbers choose among what there is.
#[derive(Clone, Debug)]
enum Step {
    AskRelease(usize),
    Chunk(usize),
    EndRelease(usize),
    Cancel(usize),
    Count(usize, u64),
    Pack(usize, usize, Option<bool>),
    Load(usize, usize),
    Unload(usize, usize),
    Depart(usize, usize),
    /// Round, stop, and parcels with whether they were handed over.
    Serve(usize, u32, Vec<(usize, bool)>),
    Return(usize),
    HandBack(Option<usize>, bool),
}

const PLANS: [&str; 2] = ["N1", "N2"];
const ORDERS: [&str; 4] = ["O1", "O2", "O3", "O4"];
const SITES: [&str; 4] = ["W1", "W2", "H1", "S1"];
const PARCELS: [(&str, usize, &[usize]); 6] = [
    ("P11", 0, &[0]),
    ("P12", 0, &[1, 2]),
    ("P13", 0, &[3]),
    ("P21", 1, &[0, 1]),
    ("P22", 1, &[2]),
    ("P23", 1, &[3]),
];
/// Name, plan, site, type of vehicle, stops; those of `F` are a hub.
const ROUNDS: [(&str, usize, &str, &str, usize); 6] = [
    ("R11", 0, "W1", "evan", 2),
    ("F12", 0, "W1", "dvan", 1),
    ("R13", 0, "H1", "bike", 2),
    ("R21", 1, "W1", "evan", 2),
    ("R22", 1, "W1", "dvan", 2),
    ("R23", 1, "W2", "evan", 1),
];
const VEHICLES: [(&str, &str, &str); 5] = [
    ("W1-evan-1", "W1", "evan"),
    ("W1-evan-2", "W1", "evan"),
    ("W1-dvan-1", "W1", "dvan"),
    ("W2-evan-1", "W2", "evan"),
    ("H1-bike-1", "H1", "bike"),
];

fn is_hub(round: usize) -> bool {
    ROUNDS[round].0.starts_with('F')
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum At {
    Planned,
    Ashore,
    Aboard(usize),
    Delivered,
}

#[derive(Clone, Debug)]
struct Parcel {
    at: At,
    site: &'static str,
    orders: BTreeSet<usize>,
    carton: Option<bool>,
    returned: bool,
}

#[derive(Clone, Debug, Default)]
struct Round {
    vehicle: Option<usize>,
    home: bool,
    served: BTreeSet<u32>,
    /// Parcels that were loaded, and whether something was said of them.
    loaded: BTreeMap<usize, bool>,
}

/// The day as one would keep it on paper.
#[derive(Debug)]
struct Model {
    /// Asked, under way, ended.
    releases: [u8; 2],
    plan_of: [Option<usize>; 4],
    cancelled: [bool; 4],
    parcels: BTreeMap<usize, Parcel>,
    rounds: BTreeMap<usize, Round>,
    /// By site and life.
    stock: BTreeMap<(&'static str, bool), i64>,
}

impl Model {
    fn new() -> Self {
        let stock = [(("W1", false), 3), (("W1", true), 1), (("W2", false), 2), (("W2", true), 1)];
        Self {
            releases: [0; 2],
            plan_of: [None; 4],
            cancelled: [false; 4],
            parcels: BTreeMap::new(),
            rounds: BTreeMap::new(),
            stock: stock.into(),
        }
    }

    /// Whether a step is right; if so it is done.
    fn take(&mut self, step: &Step) -> bool {
        match *step {
            Step::AskRelease(plan) => {
                let right = self.releases[plan] > 0 || self.releases[1 - plan] != 1;
                if right && self.releases[plan] == 0 {
                    self.releases[plan] = 1;
                }
                right
            }
            Step::Chunk(plan) => self.releases[plan] == 1 && self.release(plan),
            Step::EndRelease(plan) => {
                let right = self.releases[plan] > 0;
                self.releases[plan] = if right { 2 } else { 0 };
                right
            }
            Step::Cancel(order) => self.cancel(order),
            Step::Count(site, n_new) => {
                self.stock.insert((SITES[site], false), n_new as i64);
                self.stock.insert((SITES[site], true), 0);
                true
            }
            Step::Pack(parcel, site, carton) => self.pack(parcel, SITES[site], carton),
            Step::Load(parcel, round) => self.load(parcel, round),
            Step::Unload(parcel, round) => {
                let Some(one) = self.parcels.get_mut(&parcel) else { return false };
                let Some(on) = self.rounds.get_mut(&round) else { return false };
                let right = one.at == At::Aboard(round) && on.vehicle.is_none();
                if right {
                    one.at = At::Ashore;
                    on.loaded.remove(&parcel);
                }
                right
            }
            Step::Depart(round, vehicle) => self.depart(round, vehicle),
            Step::Serve(round, stop, ref what) => self.serve(round, stop, what),
            Step::Return(round) => self.come_home(round),
            Step::HandBack(parcel, reuse) => self.hand_back(parcel, reuse),
        }
    }

    fn release(&mut self, plan: usize) -> bool {
        for (round, of) in ROUNDS.iter().enumerate() {
            if of.1 == plan {
                self.rounds.entry(round).or_default();
            }
        }
        let free = |order: &usize| self.plan_of[*order].is_none() && !self.cancelled[*order];
        let gained: Vec<usize> = (0..4).filter(free).collect();
        for (parcel, of) in PARCELS.iter().enumerate() {
            let orders: BTreeSet<usize> =
                of.2.iter().copied().filter(|order| gained.contains(order)).collect();
            if of.1 == plan && !orders.is_empty() {
                let new =
                    Parcel { at: At::Planned, site: "W1", orders, carton: None, returned: false };
                assert!(self.parcels.insert(parcel, new).is_none());
            }
        }
        for order in gained {
            self.plan_of[order] = Some(plan);
        }
        true
    }

    fn cancel(&mut self, order: usize) -> bool {
        let has = |one: &Parcel| one.orders.contains(&order);
        let untouched = self.parcels.values().all(|one| !has(one) || one.at == At::Planned);
        if self.cancelled[order] {
            return true;
        }
        if untouched {
            self.cancelled[order] = true;
            for one in self.parcels.values_mut() {
                one.orders.remove(&order);
            }
        }
        untouched
    }

    fn pack(&mut self, parcel: usize, site: &'static str, carton: Option<bool>) -> bool {
        let Some(one) = self.parcels.get_mut(&parcel) else { return false };
        if one.at != At::Planned || one.orders.is_empty() || one.site != site {
            return false;
        }
        if let Some(reused) = carton {
            let left = self.stock.entry((site, reused)).or_default();
            if *left == 0 {
                return false;
            }
            *left -= 1;
        }
        (one.at, one.carton) = (At::Ashore, carton);
        true
    }

    fn load(&mut self, parcel: usize, round: usize) -> bool {
        let Some(one) = self.parcels.get_mut(&parcel) else { return false };
        let Some(on) = self.rounds.get_mut(&round) else { return false };
        let right = one.at == At::Ashore && on.vehicle.is_none() && one.site == ROUNDS[round].2;
        if right {
            one.at = At::Aboard(round);
            on.loaded.insert(parcel, false);
        }
        right
    }

    fn depart(&mut self, round: usize, vehicle: usize) -> bool {
        let out = |one: &Round| one.vehicle == Some(vehicle) && !one.home;
        let away = self.rounds.values().any(out);
        let Some(on) = self.rounds.get_mut(&round) else { return false };
        let (_, site, kind) = VEHICLES[vehicle];
        let fits = (ROUNDS[round].2, ROUNDS[round].3) == (site, kind);
        let right = on.vehicle.is_none() && !on.loaded.is_empty() && !away && fits;
        if right {
            on.vehicle = Some(vehicle);
        }
        right
    }

    fn serve(&mut self, round: usize, stop: u32, what: &[(usize, bool)]) -> bool {
        let Some(on) = self.rounds.get_mut(&round) else { return false };
        let twice = what.iter().map(|one| one.0).collect::<BTreeSet<_>>().len() < what.len();
        let aboard =
            |parcel: &usize| self.parcels.get(parcel).is_some_and(|p| p.at == At::Aboard(round));
        let right = on.vehicle.is_some()
            && !on.home
            && (stop as usize) < ROUNDS[round].4
            && !on.served.contains(&stop)
            && !twice
            && what.iter().all(|(parcel, _)| aboard(parcel));
        if right {
            on.served.insert(stop);
            for (parcel, handed_over) in what {
                on.loaded.insert(*parcel, true);
                let one = self.parcels.get_mut(parcel).unwrap();
                if *handed_over {
                    one.at = if is_hub(round) { At::Ashore } else { At::Delivered };
                    one.site = if is_hub(round) { "H1" } else { one.site };
                }
            }
        }
        right
    }

    fn come_home(&mut self, round: usize) -> bool {
        let Some(on) = self.rounds.get_mut(&round) else { return false };
        let right = on.vehicle.is_some() && !on.home && on.loaded.values().all(|&said| said);
        if right {
            on.home = true;
            for one in self.parcels.values_mut().filter(|one| one.at == At::Aboard(round)) {
                (one.at, one.site) = (At::Ashore, ROUNDS[round].2);
            }
        }
        right
    }

    fn hand_back(&mut self, parcel: Option<usize>, reuse: bool) -> bool {
        if let Some(parcel) = parcel {
            let Some(one) = self.parcels.get_mut(&parcel) else { return false };
            if one.at != At::Delivered || one.carton.is_none() || one.returned {
                return false;
            }
            one.returned = true;
        }
        if reuse {
            *self.stock.entry(("S1", true)).or_default() += 1;
        }
        true
    }
}

fn release_chunk(plan: usize) -> ReleaseChunk {
    let first = |parcel: usize| ROUNDS[if PARCELS[parcel].1 == 0 { 0 } else { 3 }].0;
    let own = PARCELS.iter().enumerate().filter(|(_, of)| of.1 == plan);
    let parcels = own.map(|(n, of)| {
        let orders: Vec<&str> = of.2.iter().map(|&order| ORDERS[order]).collect();
        parcel(of.0, &orders, first(n), carton(false))
    });
    let own = ROUNDS.iter().filter(|of| of.1 == plan);
    let rounds = own.map(|of| {
        let empty: &[&str] = &[];
        PlannedRound { kind: RoundKind::Delivery, ..round(of.0, of.2, of.3, &vec![empty; of.4]) }
    });
    ReleaseChunk {
        id: id(PLANS[plan]),
        orders: ORDERS.map(id).into(),
        parcels: parcels.collect(),
        rounds: rounds.collect(),
    }
}

fn to_command(step: &Step) -> Box<dyn events::Command> {
    let (name, of, body) = match step {
        Step::AskRelease(plan) => ("ask release", PLANS[*plan], Value::Null),
        Step::Chunk(plan) => return Box::new(release_chunk(*plan)),
        Step::EndRelease(plan) => ("end release", PLANS[*plan], Value::Null),
        Step::Cancel(order) => ("cancel", ORDERS[*order], json!({"reason": "so"})),
        Step::Count(site, n_new) => {
            let cartons = json!([{"carton": "M", "new": n_new, "reused": 0}]);
            ("count", SITES[*site], json!({"cartons": cartons}))
        }
        Step::Pack(parcel, site, wrapping) => {
            let wrapping = wrapping.map_or(Package::OwnPackage {}, carton);
            let body = json!({"site": SITES[*site], "package": wrapping});
            ("pack", PARCELS[*parcel].0, body)
        }
        Step::Load(parcel, round) => {
            ("load", PARCELS[*parcel].0, json!({"round": ROUNDS[*round].0}))
        }
        Step::Unload(parcel, round) => {
            ("unload", PARCELS[*parcel].0, json!({"round": ROUNDS[*round].0}))
        }
        Step::Depart(round, vehicle) => {
            ("depart", ROUNDS[*round].0, json!({"vehicle": VEHICLES[*vehicle].0}))
        }
        Step::Serve(round, stop, what) => {
            let of = |done: bool| what.iter().filter(move |one| one.1 == done);
            let delivered: Vec<Value> =
                of(true).map(|one| json!({"parcel": PARCELS[one.0].0})).collect();
            let failed: Vec<Value> = of(false)
                .map(|one| json!({"parcel": PARCELS[one.0].0, "reason": "nobody"}))
                .collect();
            let body = json!({"stop": stop, "delivered": delivered, "failed": failed});
            ("serve", ROUNDS[*round].0, body)
        }
        Step::Return(round) => ("return", ROUNDS[*round].0, json!({"distance_m": 9})),
        Step::HandBack(parcel, reuse) => {
            let grade = if *reuse { "reuse" } else { "recycle" };
            let mut body = json!({"carton": "M", "grade": grade});
            if let Some(parcel) = parcel {
                body["parcel"] = json!(PARCELS[*parcel].0);
            }
            ("hand back", "S1", body)
        }
    };
    command(name, of, body)
}

fn any_step() -> impl Strategy<Value = Step> {
    let (parcel, round) = (0..PARCELS.len(), 0..ROUNDS.len());
    let handed = prop::collection::vec((parcel.clone(), prop::bool::weighted(0.7)), 0..4);
    // One parcel and the rounds of its own plan more often than chance would have it.
    prop_oneof![
        1 => (0..2_usize).prop_map(Step::AskRelease),
        1 => (0..2_usize).prop_map(Step::Chunk),
        1 => (0..2_usize).prop_map(Step::EndRelease),
        1 => (0..4_usize).prop_map(Step::Cancel),
        1 => (0..2_usize, 0..4_u64).prop_map(|(site, new)| Step::Count(site, new)),
        6 => (parcel.clone(), prop::bool::weighted(0.1), prop::option::weighted(0.8, any::<bool>()))
            .prop_map(|(parcel, elsewhere, carton)| Step::Pack(parcel, elsewhere.into(), carton)),
        8 => (parcel.clone(), round.clone()).prop_map(|(parcel, round)| Step::Load(parcel, round)),
        1 => (parcel.clone(), round.clone()).prop_map(|(parcel, round)| Step::Unload(parcel, round)),
        5 => (round.clone(), 0..VEHICLES.len()).prop_map(|(round, with)| Step::Depart(round, with)),
        8 => (round.clone(), 0..3_u32, handed).prop_map(|(r, stop, what)| Step::Serve(r, stop, what)),
        4 => round.prop_map(Step::Return),
        3 => (prop::option::weighted(0.8, parcel), any::<bool>())
            .prop_map(|(parcel, reuse)| Step::HandBack(parcel, reuse)),
    ]
}

/// The first steps let something happen at all in most cases.
fn any_steps() -> impl Strategy<Value = Vec<(Step, u8)>> {
    let head = [Step::AskRelease(0), Step::Chunk(0)].map(|step| (step, 0));
    let tail =
        prop::collection::vec((any_step(), prop_oneof![3 => Just(0_u8), 1 => 0..12_u8]), 10..120);
    (any::<bool>(), tail).prop_map(move |(begun, tail)| {
        let head = if begun { head.to_vec() } else { Vec::new() };
        head.into_iter().chain(tail).collect()
    })
}

fn ready() -> Day {
    let mut day = received();
    for plan in PLANS {
        finish_plan(&mut day, plan);
    }
    day
}

/// What must hold of the events alone, by counting.
fn check_laws(events: &[Event]) {
    let mut plans: BTreeMap<&str, usize> = BTreeMap::new();
    let mut aboard: BTreeMap<String, String> = BTreeMap::new();
    let mut departed: BTreeSet<&str> = BTreeSet::new();
    let mut stock: BTreeMap<(&str, bool), i64> = BTreeMap::new();
    for event in events {
        let own = event.stream.id();
        match event.stream.kind() {
            "order" => {
                if let OrderFact::Planned(_) = OrderFact::read(event).unwrap() {
                    *plans.entry(own).or_default() += 1;
                }
            }
            "round" => {
                if let RoundFact::Departed(_) = RoundFact::read(event).unwrap() {
                    assert!(departed.insert(own), "{own} departs twice");
                }
            }
            "parcel" => match ParcelFact::read(event).unwrap() {
                ParcelFact::Loaded(said) => {
                    let twice = aboard.insert(own.into(), said.round.to_string());
                    assert_eq!(twice, None, "{own} is loaded twice");
                }
                ParcelFact::Delivered(said) => {
                    assert!(departed.contains(&*said.round), "{own} before {}", said.round);
                    assert_eq!(aboard.remove(own), Some(said.round.to_string()));
                }
                ParcelFact::Unloaded(_) | ParcelFact::Arrived(_) | ParcelFact::BroughtBack(_) => {
                    assert!(aboard.remove(own).is_some(), "{own} was on no vehicle");
                }
                _ => {}
            },
            "stock" => match StockFact::read(event).unwrap() {
                StockFact::Counted(said) => {
                    for reused in [false, true] {
                        let count = |one: &operations::CartonCount| {
                            if reused { one.reused } else { one.new }
                        };
                        let n: u64 = said.cartons.iter().map(|one| count(one).get()).sum();
                        stock.insert((own, reused), n as i64);
                    }
                }
                StockFact::Taken(said) => *stock.entry((own, said.reused)).or_default() -= 1,
                StockFact::Added(_) => *stock.entry((own, true)).or_default() += 1,
            },
            _ => {}
        }
        assert!(stock.values().all(|&left| left >= 0), "a carton out of nothing");
    }
    assert!(plans.values().all(|&n| n == 1), "an order is in two plans: {plans:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(160))]

    #[test]
    fn a_day_is_as_a_plain_model_says(steps in any_steps()) {
        let (mut day, mut model) = (ready(), Model::new());
        for (step, late) in steps {
            let seen = day.events.len().saturating_sub(late.into());
            let answer = day.ask_late(&*to_command(&step), seen);
            // There was nothing to do when he looked: right then, whatever came since.
            if late > 0 && answer == Ok(0) {
                continue;
            }
            prop_assert_eq!(answer.is_ok(), model.take(&step), "{:?}: {:?}", step, answer);
        }
        for (site, reused) in SITES.iter().flat_map(|site| [(site, false), (site, true)]) {
            let known: Option<StockView> = day.view(&stream::stock(&id(site)));
            let left = known.map_or(0, |stock| stock.left(&id("M"), reused));
            let model = model.stock.get(&(*site, reused)).copied().unwrap_or_default();
            prop_assert_eq!(left as i64, model, "{} {}", site, reused);
        }
        check_laws(&day.events);
    }

    /// Cartons are on a shelf, around a parcel, with a consumer, or ended at a station.
    #[test]
    fn no_carton_appears_or_vanishes(steps in any_steps()) {
        let mut day = ready();
        let counted = |step: &Step| matches!(step, Step::Count(..) | Step::HandBack(None, _));
        for (step, _) in steps.into_iter().filter(|(step, _)| !counted(step)) {
            let _: Result<usize, events::Refusal> = day.ask(&*to_command(&step));
        }
        let on_shelves: u64 = SITES
            .iter()
            .filter_map(|site| day.view::<StockView>(&stream::stock(&id(site))))
            .map(|stock| stock.left(&id("M"), false) + stock.left(&id("M"), true))
            .sum();
        let (mut taken, mut back) = (0, 0);
        for event in day.events.iter().filter(|event| event.stream.kind() == "parcel") {
            match ParcelFact::read(event).unwrap() {
                ParcelFact::Packed(said) if matches!(said.package, Package::Carton { .. }) => taken += 1,
                ParcelFact::CartonReturned(said) if said.grade == operations::Grade::Reuse => back += 1,
                _ => {}
            }
        }
        prop_assert_eq!(on_shelves + taken, 7 + back);
    }
}
