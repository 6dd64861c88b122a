//! From the search's plan to the rounds that are driven, with every leg's load, energy and times.

use crate::duty::{self, Duty};
use crate::feeder::Feeder;
use crate::instance::{Instance, Kind};
use crate::load::Load;
use crate::model::{End, LOADING, Leg, Round, RoundKind, Routing, Unserved};
use crate::plan::{Plan, Unit};
use crate::segment::{FAR, Segment};
use quantity::{Distance, Duration, Mass};

/// Of each feeder and each of its calls, the stops whose parcels it brings.
pub(crate) type Drops = Vec<Vec<Vec<usize>>>;

/// A place on a round, and what happens there.
struct Halt {
    end: End,
    node: usize,
    load: Load,
    time: Segment,
}

/// The routing, and its cost by the objective.
pub(crate) fn write(plan: &Plan, drops: &Drops) -> (Routing, f64) {
    let instance = plan.instance;
    let mut routing = Routing::default();
    let (mut cost, mut in_use_before) = (0.0, 0);
    for (idx, unit) in plan.units.iter().enumerate() {
        if idx == plan.units_of(unit.kind).start {
            in_use_before = 0;
        }
        let kind = &instance.kinds[unit.kind];
        let mut in_use = false;
        for (depart, round_kind, halts) in day(plan, unit, drops) {
            let (legs, price) = legs(instance, kind, depart, &halts);
            cost += price;
            in_use = true;
            let (vehicle, number) = (kind.fleet_idx, kind.numbers[in_use_before]);
            let site = kind.site;
            routing.rounds.push(Round { vehicle, number, site, kind: round_kind, legs });
        }
        in_use_before += usize::from(in_use);
    }
    routing.rounds.sort_by_key(|round| {
        let delivery = round.kind == RoundKind::Delivery;
        (delivery, round.site, round.vehicle, round.number, round.depart())
    });
    for (stop, reason) in instance.hopeless.iter().enumerate() {
        match reason {
            Some(reason) => routing.unserved.push((stop, reason.clone())),
            None if plan.place_of(stop).is_none() => {
                routing.unserved.push((stop, Unserved::FleetFull));
            }
            None => {}
        }
    }
    (routing, cost)
}

/// The rounds of a vehicle: departure, kind, halts.
fn day(plan: &Plan, unit: &Unit, drops: &Drops) -> Vec<(i64, RoundKind, Vec<Halt>)> {
    let instance = plan.instance;
    let feeders: Vec<(&Feeder, &Vec<Vec<usize>>)> = (plan.feeders.rounds.iter().zip(drops))
        .filter(|(feeder, _)| feeder.kind == unit.kind && feeder.number == unit.number)
        .collect();
    let tours = unit.tours.iter().map(|&tour| &plan.tours[tour]);
    let duties: Vec<Duty> = (feeders.iter().map(|(feeder, _)| feeder.duty))
        .chain(tours.clone().map(|tour| Duty::from(&tour.facts)))
        .collect();
    let order = duty::order(&duties, instance.shift)
        .expect("a vehicle takes a round only where its day holds it");
    let departures = duty::departures(&duties, &order);
    let mut rounds: Vec<(i64, RoundKind, Vec<Halt>)> = Vec::new();
    for (&depart, (feeder, drops)) in departures.iter().zip(&feeders) {
        let halts = calls(instance, feeder, drops);
        let drops = feeder.calls.iter().map(|call| call.site).zip(drops.iter().cloned());
        if !halts.is_empty() {
            rounds.push((depart, RoundKind::Feeder { drops: drops.collect() }, halts));
        }
    }
    for (&depart, tour) in departures[feeders.len()..].iter().zip(tours) {
        let halts = tour.stops.iter().map(|&stop| {
            let visit = &instance.visits[stop as usize];
            let (stop, load) = (stop as usize, visit.load);
            Halt { end: End::Stop(stop), node: stop, load, time: visit.time }
        });
        rounds.push((depart, RoundKind::Delivery, halts.collect()));
    }
    rounds.sort_by_key(|&(depart, ..)| depart);
    rounds
}

/// The calls of a feeder, none where it brings nothing to any. One call without parcels stays: what
/// is delivered elsewhere hangs on the feeder's times.
fn calls(instance: &Instance, feeder: &Feeder, drops: &[Vec<usize>]) -> Vec<Halt> {
    if drops.iter().all(Vec::is_empty) {
        return Vec::new();
    }
    (feeder.calls.iter().zip(drops))
        .map(|(call, stops)| Halt {
            end: End::Site(call.site),
            node: instance.node_of_site(call.site),
            load: stops.iter().map(|&stop| instance.visits[stop].load).sum(),
            time: Segment::visit(0, FAR, LOADING.seconds()),
        })
        .collect()
}

/// The legs of a round and its cost by the objective.
fn legs(instance: &Instance, kind: &Kind, depart: i64, halts: &[Halt]) -> (Vec<Leg>, f64) {
    let problem = instance.problem;
    let vehicle = &problem.fleet[kind.fleet_idx];
    let instant = |seconds| problem.shift_start + Duration::from_seconds(seconds);
    let home = Halt {
        end: End::Site(kind.site),
        node: kind.depot,
        load: Load::NONE,
        time: Segment::from(0),
    };
    let all: Load = halts.iter().map(|halt| halt.load).sum();
    let (mut before, mut clock, mut on_board) = (kind.depot, depart, all.mass);
    let (mut metres, mut moment, mut back) = (0, 0.0, depart);
    let mut legs = Vec::with_capacity(halts.len() + 1);
    for halt in halts.iter().chain([&home]) {
        let way = instance.way(before, halt.node);
        let distance = Distance::new(way);
        let load = Mass::new(on_board);
        let share = on_board as f64 / vehicle.capacity.milligrams().max(1) as f64;
        back = clock + kind.drive(way);
        legs.push(Leg {
            to: halt.end,
            distance,
            load,
            energy: vehicle.consumption.of_leg(distance, share),
            depart: instant(clock),
            arrive: instant(back),
        });
        metres += way;
        moment += way as f64 * on_board as f64;
        clock = back.max(halt.time.early) + halt.time.duration;
        on_board -= halt.load.mass;
        before = halt.node;
    }
    let time = Segment { duration: back - depart, ..Segment::from(depart) };
    (legs, kind.facts(all, metres, moment, time).cost)
}
