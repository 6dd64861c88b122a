//! The judge finds what is wrong with a routing that was right.

mod sample;

use quantity::{Distance, Duration, Mass, Volume};
use sample::{COST, Day, bike, site, stop, van};
use transport::{End, Fault, RoundKind, Routing, Stop, Unserved, check, route_day};

type Harm = fn(&mut Routing);
type Change = fn(&mut Day);
type Shows = fn(&Fault) -> bool;

const HOUR: Duration = Duration::from_seconds(3_600);

/// A far town with bikes at its hub, fed by a van.
fn town() -> Day {
    Day {
        sites: vec![site("W", 0.0, 0.0), site("H", 20.0, 0.0)],
        fleet: vec![van(0, 2), bike(1, 9)],
        metric: network::Metric::great_circle(1.0),
        stops: (0..40).map(|i| stop(i, 20.0 + i as f64 * 0.1, 0.5)).collect(),
        shift_h: 10.0,
        objective: COST,
        by_hubs: true,
    }
}

/// Harms a right routing in each way and looks for the fault: a feeder, then bikes' rounds.
fn assert_found(cases: &[(&str, Harm, Shows)]) {
    let day = town();
    let right = route_day(&day.problem());
    assert_eq!(check(&day.problem(), &right), []);
    assert!(matches!(right.rounds[0].kind, RoundKind::Feeder { .. }) && right.rounds.len() > 2);
    for (why, harm, shows) in cases {
        let mut wrong = right.clone();
        harm(&mut wrong);
        let faults = check(&day.problem(), &wrong);
        assert!(faults.iter().any(shows), "{why}: {faults:?}");
    }
}

#[test]
fn who_drives_where_with_what() {
    assert_found(&[
        ("no such vehicle", |r| r.rounds[1].vehicle = 9, |f| matches!(f, Fault::Unknown { .. })),
        (
            "a round forgotten",
            |r| r.rounds.truncate(r.rounds.len() - 1),
            |f| matches!(f, Fault::Times { times: 0, .. }),
        ),
        (
            "a round twice",
            |r| r.rounds.push(r.rounds[1].clone()),
            |f| matches!(f, Fault::Times { times: 2, .. }),
        ),
        ("a bike too many", |r| r.rounds[1].number = 9, |f| matches!(f, Fault::Vehicle { .. })),
        ("not back home", |r| r.rounds[1].legs.truncate(3), |f| matches!(f, Fault::Path { .. })),
        (
            "a shorter way",
            |r| r.rounds[1].legs[0].distance = Distance::ZERO,
            |f| matches!(f, Fault::Distance { .. }),
        ),
        (
            "empty at the start",
            |r| r.rounds[1].legs[0].load = Mass::ZERO,
            |f| matches!(f, Fault::Load { .. }),
        ),
        ("no energy", |r| r.rounds[0].legs[0].energy = 0.0, |f| matches!(f, Fault::Energy { .. })),
    ]);
}

#[test]
fn when_and_whence() {
    assert_found(&[
        (
            "faster than it drives",
            |r| r.rounds[0].legs[0].arrive = r.rounds[0].legs[0].depart,
            |f| matches!(f, Fault::TooFast { .. }),
        ),
        (
            "before the feeder is there",
            |r| r.rounds[1].legs[0].depart = sample::START,
            |f| matches!(f, Fault::TooEarly { .. }),
        ),
        (
            "no feeder",
            |r| r.rounds.retain(|round| round.kind == RoundKind::Delivery),
            |f| matches!(f, Fault::NotFed { .. }),
        ),
        (
            "on a feeder, on no round",
            |r| r.rounds.truncate(r.rounds.len() - 1),
            |f| matches!(f, Fault::Astray { .. }),
        ),
        (
            "an hour before the vehicle is back",
            |r| {
                for leg in &mut r.rounds[2].legs {
                    (leg.depart, leg.arrive) = (leg.depart - HOUR, leg.arrive - HOUR);
                }
            },
            |f| matches!(f, Fault::Overlap { .. }),
        ),
        (
            "ten hours on the way back",
            |r| {
                let last = r.rounds[1].legs.last_mut().unwrap();
                last.arrive = last.arrive + Duration::from_hours(10.0);
            },
            |f| matches!(f, Fault::Shift { .. }),
        ),
        (
            "to another stop than its feeder says",
            |r| r.rounds[1].legs[0].to = End::Site(0),
            |f| matches!(f, Fault::Path { .. }),
        ),
    ]);
}

#[test]
fn limits_are_the_problems() {
    let day = town();
    let right = route_day(&day.problem());
    let cases: [(&str, Change, Shows); 6] = [
        (
            "less mass",
            |d| d.fleet[1].capacity = Mass::from_kilograms(20.0),
            |f| matches!(f, Fault::Overloaded { .. }),
        ),
        (
            "less room",
            |d| d.fleet[1].volume = Volume::from_litres(60.0),
            |f| matches!(f, Fault::Overloaded { .. }),
        ),
        (
            "less range",
            |d| d.fleet[1].range = Some(Distance::new(500)),
            |f| matches!(f, Fault::Range { .. }),
        ),
        (
            "less battery",
            |d| d.fleet[1].battery = Some(quantity::Energy::new(10)),
            |f| matches!(f, Fault::Battery { .. }),
        ),
        (
            "an early close",
            |d| d.stops[3].window.close = d.stops[3].window.open,
            |f| matches!(f, Fault::Late { stop: 3, .. }),
        ),
        ("no hubs", |d| d.by_hubs = false, |f| matches!(f, Fault::Path { .. })),
    ];
    for (why, change, shows) in cases {
        let mut other = day.clone();
        change(&mut other);
        let faults = check(&other.problem(), &right);
        assert!(faults.iter().any(shows), "{why}: {faults:?}");
    }
}

#[test]
fn a_reason_must_be_true() {
    let day = Day { by_hubs: false, ..town() };
    let problem = day.problem();
    let Stop { mass, volume, .. } = problem.stops[0];
    for reason in [
        Unserved::NoVehicle,
        Unserved::TooLarge { mass, volume },
        Unserved::TooFar { distance: Distance::ZERO },
        Unserved::TooLate { earliest: problem.shift_start },
    ] {
        let unserved = (0..40).map(|stop| (stop, reason.clone())).collect();
        let faults = check(&problem, &Routing { rounds: Vec::new(), unserved });
        assert_eq!(faults.len(), 40, "{reason:?}");
    }
}
