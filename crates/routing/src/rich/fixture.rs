//! A small day for tests: a depot and five places on a road, a kilometre and a minute apart.

use super::{
    Alternative, Consumption, Doing, Lateness, Order, Plan, Problem, Profile, Route, Skills, Step,
    Stop, Unit, Vehicle, Visit, Work,
};
use crate::instance::Window;

pub(crate) const PLACES: usize = 6;
pub(crate) const MILLION: i64 = 1_000_000;

pub(crate) const fn window(open: i32, close: i32) -> Window {
    Window { open, close }
}

pub(crate) fn stop(place: u32, service: i32) -> Stop {
    Stop { place, windows: vec![window(0, 86_400)], service, lateness: None }
}

pub(crate) fn order(id: &str, work: Work) -> Order {
    let way = Alternative { work, skills: Skills::default(), cost: 0 };
    Order { id: id.to_owned(), alternatives: vec![way], penalty: None }
}

pub(crate) fn deliver(id: &str, place: u32, amount: i64) -> Order {
    let at = stop(place, 60);
    order(id, Work::Stop { at, delivery: vec![amount], pickup: vec![0], sources: Vec::new() })
}

pub(crate) const fn first(order: usize) -> Visit {
    Visit::First { order, alternative: 0 }
}

pub(crate) const fn second(order: usize) -> Visit {
    Visit::Second { order, alternative: 0 }
}

pub(crate) const fn unit(number: u32) -> Unit {
    Unit { vehicle: 0, number }
}

pub(crate) const fn step(doing: Doing, arrive: i32, begin: i32, finish: i32) -> Step {
    Step { doing, arrive, begin, finish }
}

pub(crate) fn van() -> Vehicle {
    Vehicle {
        id: "van".to_owned(),
        count: 2,
        profile: 0,
        start: Some(0),
        end: Some(0),
        capacity: vec![10],
        skills: Skills(0b1),
        shift: window(0, 36_000),
        duration_max: None,
        drive_max: None,
        metres_max: None,
        stops_max: None,
        break_rule: None,
        breaks: Vec::new(),
        reloads: Vec::new(),
        trips_max: 1,
        fixed: 10 * MILLION,
        per_km: MILLION,
        per_hour: 36 * MILLION,
        per_drive_hour: 0,
        consumption: Some(Consumption {
            empty_per_100km: 8.0,
            full_per_100km: 12.0,
            price: 2 * MILLION,
            micrograms_co2e: 3_000_000_000,
            most: None,
        }),
    }
}

/// The road with these orders.
pub(crate) fn road(orders: Vec<Order>) -> Problem {
    let apart = |unit: i32| {
        let places = 0..PLACES as i32;
        let row = |from: i32| places.clone().map(move |to| (from - to).abs() * unit);
        places.clone().flat_map(row).collect::<Vec<i32>>()
    };
    Problem {
        name: "road".to_owned(),
        places: PLACES,
        profiles: vec![Profile { metres: apart(1_000), seconds: apart(60) }],
        dimensions: 1,
        orders,
        vehicles: vec![van()],
        underway: Vec::new(),
        stocks: Vec::new(),
        moved_price: 0,
        carbon_price_per_kg: 0,
        balance_price: 0,
    }
}

/// A delivery, a shipment around a pickup, and an order that nobody serves.
pub(crate) fn day() -> (Problem, Plan) {
    let mut a = deliver("a", 1, 4);
    a.alternatives[0].cost = MILLION / 2;
    a.alternatives[0].skills = Skills(0b1);
    if let Work::Stop { at, .. } = &mut a.alternatives[0].work {
        at.windows = vec![window(600, 1_200), window(3_000, 4_000)];
        at.service = 300;
        at.lateness = Some(Lateness { due: 300, per_hour: 12 * MILLION });
    }
    let b = Work::Shipment {
        from: stop(2, 100),
        to: stop(4, 100),
        amount: vec![3],
        ride_max: Some(320),
    };
    let c =
        Work::Stop { at: stop(3, 200), delivery: vec![0], pickup: vec![5], sources: Vec::new() };
    let mut d = deliver("d", 5, 1);
    d.penalty = Some(7 * MILLION);
    let problem = road(vec![a, order("b", b), order("c", c), d]);
    let steps = vec![
        step(Doing::Start, 540, 540, 540),
        step(Doing::Visit(first(0)), 600, 600, 900),
        step(Doing::Visit(first(1)), 960, 960, 1_060),
        step(Doing::Visit(first(2)), 1_120, 1_120, 1_320),
        step(Doing::Visit(second(1)), 1_380, 1_380, 1_480),
        step(Doing::End, 1_720, 1_720, 1_720),
    ];
    (problem, Plan { routes: vec![Route { unit: unit(0), steps }], unserved: vec![3] })
}
