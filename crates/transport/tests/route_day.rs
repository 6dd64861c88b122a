//! Whole days: always right, at known optima, with true reasons.

mod sample;

use network::{Consumption, EnergyCarrier, VehicleType};
use proptest::prelude::*;
use quantity::{Distance, Duration, Energy, Instant, Mass, TimeWindow};
use sample::{COST, Day, START, any_day, bike, site, stop, van};
use transport::{End, Fault, Objective, RoundKind, Routing, Stop, Unserved, check, route_day};

fn day(stops: Vec<Stop>) -> Day {
    Day {
        sites: vec![site("W", 0.0, 0.0)],
        fleet: vec![van(0, 10)],
        metric: network::Metric::great_circle(1.0),
        stops,
        shift_h: 10.0,
        objective: Objective::Distance,
        by_hubs: false,
    }
}

fn routed(day: &Day) -> Routing {
    let routing = route_day(&day.problem());
    assert_eq!(check(&day.problem(), &routing), []);
    routing
}

fn metres(routing: &Routing) -> i64 {
    routing.rounds.iter().map(|round| round.distance().metres()).sum()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_day_is_routed_without_fault_and_twice_the_same(day in any_day()) {
        let routing = route_day(&day.problem());
        prop_assert_eq!(check(&day.problem(), &routing), []);
        prop_assert_eq!(routing, route_day(&day.problem()));
    }

    #[test]
    fn any_day_is_driven_on_what_is_in_the_batteries(
        day in any_day(),
        lacks in prop::collection::btree_map((0_usize..6, 0_u32..4), -1.0..40.0_f64, 0..12)
    ) {
        let missing = lacks.into_iter().map(|(who, kwh)| (who, Energy::from_kilowatt_hours(kwh)));
        let missing = missing.collect();
        let problem = day.lacking(&missing);
        let routing = route_day(&problem);
        prop_assert_eq!(check(&problem, &routing), []);
        prop_assert_eq!(check(&day.problem(), &routing), []);
    }
}

/// Vans of 20 kWh, 100 km on a charge, 15 kWh for 100 km when empty.
fn electric(count: u32) -> VehicleType {
    VehicleType {
        carrier: EnergyCarrier::Electric,
        battery: Some(Energy::from_kilowatt_hours(20.0)),
        consumption: Consumption { empty_per_100km: 15.0, full_per_100km: 20.0 },
        range: Some(Distance::new(100_000)),
        ..van(0, count)
    }
}

#[test]
fn a_van_drives_as_far_as_its_battery_is_full() {
    let far = [stop(0, 20.0, 0.0), stop(1, -20.0, 0.0)];
    let lacks = |number: u32, kwh: f64| [((0, number), Energy::from_kilowatt_hours(kwh))].into();
    let day = |count| Day { fleet: vec![electric(count)], ..day(far.to_vec()) };
    let served = |day: &Day, missing: &sample::Missing| {
        let problem = day.lacking(missing);
        let routing = route_day(&problem);
        assert_eq!(check(&problem, &routing), []);
        let reasons = routing.unserved.iter().map(|(_, reason)| reason.clone());
        let numbers = routing.rounds.iter().map(|round| round.number);
        (numbers.collect::<Vec<_>>(), reasons.collect::<Vec<_>>())
    };
    let full = route_day(&day(1).problem());
    assert_eq!(full.unserved, [], "80 km on a full battery");
    let half = lacks(0, 10.0);
    assert_eq!(served(&day(1), &half).1, [Unserved::FleetFull], "40 km on half of it");
    assert_eq!(served(&day(1), &lacks(0, 20.0)).1.len(), 2, "an empty one stays");
    let (numbers, unserved) = served(&day(2), &half);
    assert_eq!(unserved, [], "another van is full");
    assert!(numbers.contains(&1), "{numbers:?}");
    let faults = check(&day(1).lacking(&half), &full);
    assert!(faults.iter().any(|fault| matches!(fault, Fault::Battery { .. })), "{faults:?}");
    assert!(faults.iter().any(|fault| matches!(fault, Fault::Range { .. })), "{faults:?}");
}

#[test]
fn days_that_are_hardly_days() {
    let everywhere = |n: usize, east| (0..n).map(|i| stop(i, east, 0.0)).collect::<Vec<_>>();
    let cases = [
        ("no stops", day(vec![]), 0, 0),
        ("one stop", day(everywhere(1, 5.0)), 1, 0),
        ("all stops on one point", day(everywhere(30, 5.0)), 1, 0),
        ("stops at the depot's own point", day(everywhere(3, 0.0)), 1, 0),
        ("no vehicles", Day { fleet: vec![], ..day(everywhere(2, 5.0)) }, 0, 2),
        (
            "a type of which there is none",
            Day { fleet: vec![van(0, 0)], ..day(everywhere(2, 5.0)) },
            0,
            2,
        ),
        ("a vehicle at no site", Day { fleet: vec![van(7, 1)], ..day(everywhere(2, 5.0)) }, 0, 2),
        (
            "a stop of no site",
            day(vec![Stop { origin: 9, ..stop(0, 5.0, 0.0) }, stop(1, 5.0, 0.0)]),
            1,
            1,
        ),
    ];
    for (why, day, rounds, unserved) in cases {
        for by_hubs in [false, true] {
            let routing = routed(&Day { by_hubs, ..day.clone() });
            assert_eq!((routing.rounds.len(), routing.unserved.len()), (rounds, unserved), "{why}");
        }
    }
}

#[test]
fn absurd_numbers_leave_a_stop_or_a_vehicle_out() {
    let eternal =
        TimeWindow { open: Instant::from_unix(i64::MIN), close: Instant::from_unix(i64::MAX) };
    let backwards = TimeWindow { open: START + Duration::from_hours(2.0), close: START };
    let sane = || stop(0, 5.0, 0.0);
    let stops = [
        ("a mass beyond all", Stop { mass: Mass::new(i64::MAX), ..sane() }, 1),
        ("a mass below nothing", Stop { mass: Mass::new(-5), ..sane() }, 0),
        ("a window without end", Stop { window: eternal, ..sane() }, 0),
        ("a window that closes first", Stop { window: backwards, ..sane() }, 1),
        ("service without end", Stop { service: Duration::from_seconds(i64::MAX), ..sane() }, 1),
        ("service that gives time back", Stop { service: Duration::from_seconds(-9), ..sane() }, 0),
    ];
    for (why, odd, unserved) in stops {
        let day = day(vec![odd, stop(1, 6.0, 0.0)]);
        assert_eq!(route_day(&day.problem()).unserved.len(), unserved, "{why}");
    }
    let vehicles = [
        ("speed 0", VehicleType { speed_kmh: 0.0, ..van(0, 1) }),
        ("speed backwards", VehicleType { speed_kmh: -30.0, ..van(0, 1) }),
        ("no speed", VehicleType { speed_kmh: f64::NAN, ..van(0, 1) }),
        ("capacity 0", VehicleType { capacity: Mass::ZERO, ..van(0, 1) }),
        ("range below nothing", VehicleType { range: Some(Distance::new(-1)), ..van(0, 1) }),
    ];
    for (why, vehicle) in vehicles {
        for by_hubs in [false, true] {
            let odd = Day { fleet: vec![vehicle.clone()], by_hubs, ..day(vec![sane()]) };
            assert_eq!(routed(&odd).unserved.len(), 1, "{why}");
            let many = Day { fleet: vec![vehicle.clone(), van(0, u32::MAX)], ..odd };
            assert_eq!(routed(&many).unserved, [], "{why}");
        }
    }
}

#[test]
fn a_line_is_driven_out_and_back() {
    let line = day((1..=20).map(|i| stop(i, f64::from(i as u32), 0.0)).collect());
    assert_eq!(metres(&routed(&line)), 2 * 20_000);
}

#[test]
fn a_circle_is_driven_round() {
    // 24 stops on a circle of 5 km around the depot: in, 23 chords, out.
    let angle = |i: usize| i as f64 / 24.0 * std::f64::consts::TAU;
    let circle =
        day((0..24).map(|i| stop(i, 5.0 * angle(i).cos(), 5.0 * angle(i).sin())).collect());
    let chord = 2.0 * 5_000.0 * (std::f64::consts::PI / 24.0).sin();
    let best = 2.0 * 5_000.0 + 23.0 * chord;
    assert!((metres(&routed(&circle)) as f64 - best).abs() < 30.0, "{best}");
}

#[test]
fn a_full_vehicle_loads_again() {
    // Half a van each, one van: three rounds, the loading time in between.
    let stops = (0..6).map(|i| Stop { mass: Mass::from_kilograms(500.0), ..stop(i, 10.0, 0.0) });
    let day = Day { fleet: vec![van(0, 1)], ..day(stops.collect()) };
    let routing = routed(&day);
    assert_eq!((routing.rounds.len(), metres(&routing)), (3, 60_000));
    let waits: Vec<i64> = (routing.rounds.windows(2))
        .map(|pair| (pair[1].depart() - pair[0].arrive()).seconds())
        .collect();
    assert_eq!(waits, [900, 900]);
}

#[test]
fn a_van_does_not_wait_at_its_first_stop() {
    let at_noon = TimeWindow {
        open: START + Duration::from_hours(4.0),
        close: START + Duration::from_hours(5.0),
    };
    let routing = routed(&day(vec![Stop { window: at_noon, ..stop(0, 15.0, 0.0) }]));
    assert_eq!(routing.rounds[0].legs[0].arrive, at_noon.open);
}

#[test]
fn reasons_say_what_is_in_the_way() {
    let closed = TimeWindow { open: START, close: START + Duration::from_seconds(600) };
    let heavy = Mass::from_kilograms(1_001.0);
    type Expect = fn(&Unserved) -> bool;
    let cases: [(&str, Stop, Expect); 4] = [
        (
            "heavier than a van takes",
            Stop { mass: heavy, ..stop(0, 1.0, 0.0) },
            |reason| matches!(reason, Unserved::TooLarge { mass, .. } if mass.kilograms() > 1_000.0),
        ),
        (
            "more than the shift there and back",
            stop(0, 151.0, 0.0),
            |reason| matches!(reason, Unserved::TooFar { distance } if distance.kilometres() > 300.0),
        ),
        (
            "closed on arrival",
            Stop { window: closed, ..stop(0, 15.0, 0.0) },
            |reason| matches!(reason, Unserved::TooLate { earliest } if (*earliest - START).seconds() == 1_800),
        ),
        ("at a site without vehicles", Stop { origin: 1, ..stop(0, 1.0, 0.0) }, |reason| {
            *reason == Unserved::NoVehicle
        }),
    ];
    for (why, stop, expect) in cases {
        let mut day = day(vec![stop]);
        day.sites.push(site("empty", 5.0, 5.0));
        let unserved = routed(&day).unserved;
        assert!(unserved.len() == 1 && expect(&unserved[0].1), "{why}: {unserved:?}");
    }
}

#[test]
fn what_comes_by_feeder_cannot_be_there_before_the_feeder() {
    // 20 km to the hub and 20 minutes to unload, then 2 km by bike: 40 + 20 + 8 minutes. The
    // van is too slow by itself: 44 minutes.
    let until = |minutes: i64| TimeWindow {
        open: START,
        close: START + Duration::from_seconds(60 * minutes),
    };
    let at = |minutes| Stop { window: until(minutes), ..stop(0, 22.0, 0.0) };
    for (minutes, served, why) in
        [(43, false, "nobody is there so soon"), (45, true, "the van, directly")]
    {
        let day = Day {
            sites: vec![site("W", 0.0, 0.0), site("H", 20.0, 0.0)],
            fleet: vec![van(0, 1), bike(1, 1)],
            by_hubs: true,
            ..day(vec![at(minutes)])
        };
        let unserved = routed(&day).unserved;
        assert_eq!(unserved.is_empty(), served, "{why}");
        for (_, reason) in unserved {
            let Unserved::TooLate { earliest } = reason else { panic!("{reason:?}") };
            assert_eq!((earliest - START).seconds() / 60, 44);
        }
    }
    let near_hub = VehicleType { range: Some(Distance::from_kilometres(42.0)), ..van(0, 1) };
    let day = Day {
        sites: vec![site("W", 0.0, 0.0), site("H", 20.0, 0.0)],
        fleet: vec![near_hub, bike(1, 1)],
        by_hubs: true,
        ..day(vec![at(60)])
    };
    let [(_, Unserved::TooLate { earliest })] = routed(&day).unserved[..] else { panic!() };
    assert_eq!((earliest - START).seconds() / 60, 68, "only by the hub");
}

#[test]
fn a_fleet_that_is_full_serves_as_many_as_it_can() {
    let stops = (0..12).map(|i| Stop { mass: Mass::from_kilograms(500.0), ..stop(i, 30.0, 0.0) });
    let day = Day { fleet: vec![van(0, 1)], ..day(stops.collect()) };
    // Two hours' drive and 6 minutes a round, 15 to load: four rounds in ten hours.
    let unserved = routed(&day).unserved;
    assert_eq!(unserved.len(), 4);
    assert!(unserved.iter().all(|(_, reason)| *reason == Unserved::FleetFull));
}

/// A warehouse 20 km from a town in which a hub has bikes.
fn town() -> Day {
    let at = |i: usize| (20.0 + (i % 8) as f64 * 0.4, (i / 8) as f64 * 0.4);
    Day {
        sites: vec![site("W", 0.0, 0.0), site("H", 21.0, 1.0)],
        fleet: vec![van(0, 10), bike(1, 10)],
        objective: COST,
        by_hubs: true,
        ..day((0..64).map(|i| stop(i, at(i).0, at(i).1)).collect())
    }
}

#[test]
fn a_hub_with_bikes_pays_off_in_a_far_town() {
    let day = town();
    let routing = routed(&day);
    let feeders = routing.rounds.iter().filter(|round| round.kind != RoundKind::Delivery);
    assert_eq!(feeders.clone().count(), 1);
    assert!(feeders.clone().all(|round| round.legs[0].to == End::Site(1)));
    assert!(routing.rounds.iter().any(|round| round.vehicle == 1), "bikes deliver");
    let direct = routed(&Day { by_hubs: false, ..day.clone() });
    let cost = |routing: &Routing| -> f64 {
        routing.rounds.iter().map(|round| round.cost(&day.fleet[round.vehicle]).units()).sum()
    };
    assert!(cost(&routing) < cost(&direct), "{} {}", cost(&routing), cost(&direct));
}

#[test]
fn a_hub_is_closed_where_nothing_at_the_origin_can_feed_it() {
    let short = VehicleType { range: Some(Distance::from_kilometres(10.0)), ..van(0, 10) };
    let day = Day { fleet: vec![short, bike(1, 10)], ..town() };
    let routing = routed(&day);
    assert_eq!((routing.rounds.len(), routing.unserved.len()), (0, 64));
}

#[test]
fn the_order_of_stops_matters_little() {
    let mut day = town();
    let forward = metres(&routed(&day)) as f64;
    day.stops.reverse();
    let backward = metres(&routed(&day)) as f64;
    assert!((forward / backward - 1.0).abs() < 0.05, "{forward} {backward}");
}
