//! An independent judge of a routing: shares the types with the search, none of its arithmetic.

use crate::fault::Fault;
use crate::model::{End, LOADING, Problem, Round, RoundKind, Routing, Stop, Unserved};
use network::{Place, VehicleType};
use quantity::{Distance, Duration, Instant, Mass, Volume};
use std::collections::BTreeMap;

/// Energy is summed in binary numbers: within so much of its size it is the same.
const ENERGY_TOLERANCE: f64 = 1e-6;
/// Driving times are rounded to the second.
const SECOND: Duration = Duration::from_seconds(1);

/// All faults of a routing; none if it is right.
pub fn check(problem: &Problem, routing: &Routing) -> Vec<Fault> {
    let unknown: Vec<Fault> = (routing.rounds.iter().enumerate())
        .filter(|(_, round)| !known(problem, round))
        .map(|(round, _)| Fault::Unknown { round })
        .collect();
    if !unknown.is_empty() {
        return unknown;
    }
    let mut faults = Vec::new();
    let mut times = vec![0; problem.stops.len()];
    let delivered = routing.rounds.iter().filter(|round| round.kind == RoundKind::Delivery);
    let unserved = routing.unserved.iter().map(|&(stop, _)| stop);
    for stop in delivered.flat_map(Round::stops).chain(unserved) {
        if let Some(times) = times.get_mut(stop) {
            *times += 1;
        }
    }
    for (stop, &times) in times.iter().enumerate() {
        if times != 1 {
            faults.push(Fault::Times { stop, times });
        }
    }
    for (idx, round) in routing.rounds.iter().enumerate() {
        check_path(problem, idx, round, &mut faults);
        check_legs(problem, idx, round, &mut faults);
    }
    check_feeding(problem, routing, &mut faults);
    check_days(problem, routing, &mut faults);
    for (stop, reason) in &routing.unserved {
        if problem.stops.get(*stop).is_none_or(|stop| !holds(problem, stop, reason)) {
            faults.push(Fault::Reason { stop: *stop });
        }
    }
    faults
}

fn known(problem: &Problem, round: &Round) -> bool {
    let (sites, stops) = (problem.sites.len(), problem.stops.len());
    let ends = round.legs.iter().all(|leg| match leg.to {
        End::Stop(stop) => stop < stops && problem.stops[stop].origin < sites,
        End::Site(site) => site < sites,
    });
    let drops = match &round.kind {
        RoundKind::Delivery => true,
        RoundKind::Feeder { drops } => {
            (drops.iter()).all(|(site, on)| *site < sites && on.iter().all(|&stop| stop < stops))
        }
    };
    round.vehicle < problem.fleet.len() && round.site < sites && ends && drops
}

/// Where it starts, where it leads, what it carries.
fn check_path(problem: &Problem, idx: usize, round: &Round, faults: &mut Vec<Fault>) {
    let vehicle = &problem.fleet[round.vehicle];
    if vehicle.site != round.site || round.number >= vehicle.count {
        faults.push(Fault::Vehicle { round: idx });
    }
    let mut expect: Vec<End> = match &round.kind {
        RoundKind::Delivery => round.stops().map(End::Stop).collect(),
        RoundKind::Feeder { drops } => drops.iter().map(|&(site, _)| End::Site(site)).collect(),
    };
    let empty = expect.is_empty() || (!problem.by_hubs && round.kind != RoundKind::Delivery);
    expect.push(End::Site(round.site));
    if empty || !round.legs.iter().map(|leg| leg.to).eq(expect) {
        faults.push(Fault::Path { round: idx });
    }
    let on_board = parcels(round);
    let mass: Mass = on_board.iter().flatten().map(|&stop| problem.stops[stop].mass).sum();
    let volume: Volume = on_board.iter().flatten().map(|&stop| problem.stops[stop].volume).sum();
    if mass > vehicle.capacity || volume > vehicle.volume {
        faults.push(Fault::Overloaded { round: idx });
    }
}

/// The stops whose parcels leave the vehicle at the end of each leg.
fn parcels(round: &Round) -> Vec<Vec<usize>> {
    match &round.kind {
        RoundKind::Delivery => (round.legs.iter())
            .map(|leg| match leg.to {
                End::Stop(stop) => vec![stop],
                End::Site(_) => Vec::new(),
            })
            .collect(),
        RoundKind::Feeder { drops } => drops.iter().map(|(_, stops)| stops.clone()).collect(),
    }
}

/// Distance, load, energy and times of each leg.
fn check_legs(problem: &Problem, round_idx: usize, round: &Round, faults: &mut Vec<Fault>) {
    let vehicle = &problem.fleet[round.vehicle];
    let parcels = parcels(round);
    let place = |end: End| match end {
        End::Stop(stop) => place(&problem.stops[stop].id, problem.stops[stop].point),
        End::Site(site) => place(&problem.sites[site].id, problem.sites[site].point),
    };
    let mut from = End::Site(round.site);
    let mut ready = problem.shift_start;
    for (leg_idx, leg) in round.legs.iter().enumerate() {
        let (round, leg_no) = (round_idx, leg_idx);
        let way = problem.metric.between(&place(from), &place(leg.to));
        let way = if from == leg.to { Distance::ZERO } else { way };
        if leg.distance != way {
            faults.push(Fault::Distance { round, leg: leg_no, expect: way });
        }
        let still = parcels.iter().skip(leg_idx).flatten();
        let load: Mass = still.map(|&stop| problem.stops[stop].mass).sum();
        if leg.load != load {
            faults.push(Fault::Load { round, leg: leg_no, expect: load });
        }
        let capacity = vehicle.capacity.kilograms();
        let share = if capacity > 0.0 { load.kilograms() / capacity } else { 0.0 };
        let expect = vehicle.consumption.of_leg(way, share);
        if (leg.energy - expect).abs() > ENERGY_TOLERANCE * expect.abs().max(1.0) {
            faults.push(Fault::Energy { round, leg: leg_no, expect });
        }
        let drive = Duration::from_hours(way.kilometres() / vehicle.speed_kmh);
        if leg.depart < ready || leg.arrive - leg.depart + SECOND < drive {
            faults.push(Fault::TooFast { round, leg: leg_no });
        }
        ready = match leg.to {
            End::Stop(stop) => {
                let Stop { window, service, .. } = &problem.stops[stop];
                let begins = leg.arrive.max(window.open);
                if begins > window.close {
                    faults.push(Fault::Late { stop, begins });
                }
                begins + *service
            }
            End::Site(_) => leg.arrive + LOADING,
        };
        from = leg.to;
    }
}

fn place(id: &str, point: quantity::Point) -> Place {
    Place { id: id.to_owned(), point }
}

/// Every stop leaves from where its parcels are, not before they are there.
fn check_feeding(problem: &Problem, routing: &Routing, faults: &mut Vec<Fault>) {
    // Where and when feeders bring the parcels of each stop.
    let mut brought: BTreeMap<usize, (usize, Instant)> = BTreeMap::new();
    for round in &routing.rounds {
        let RoundKind::Feeder { drops } = &round.kind else { continue };
        for ((site, stops), leg) in drops.iter().zip(&round.legs) {
            for &stop in stops {
                let twice = brought.insert(stop, (*site, leg.arrive)).is_some();
                if twice || problem.stops[stop].origin != round.site {
                    faults.push(Fault::Astray { stop });
                }
            }
        }
    }
    for (idx, round) in routing.rounds.iter().enumerate() {
        let mut earliest = problem.shift_start;
        for stop in round.stops() {
            let site = match brought.remove(&stop) {
                None => problem.stops[stop].origin,
                Some((site, arrive)) => {
                    earliest = earliest.max(arrive + problem.transfer);
                    site
                }
            };
            if site != round.site {
                faults.push(Fault::NotFed { stop });
            }
        }
        if round.legs.first().is_some_and(|leg| leg.depart < earliest) {
            faults.push(Fault::TooEarly { round: idx, earliest });
        }
    }
    faults.extend(brought.into_keys().map(|stop| Fault::Astray { stop }));
}

/// Each vehicle's rounds one after the other, within its shift, range and battery.
fn check_days(problem: &Problem, routing: &Routing, faults: &mut Vec<Fault>) {
    let mut days: BTreeMap<(usize, u32), Vec<(usize, &Round)>> = BTreeMap::new();
    for (idx, round) in routing.rounds.iter().enumerate() {
        if !round.legs.is_empty() {
            days.entry((round.vehicle, round.number)).or_default().push((idx, round));
        }
    }
    for ((vehicle, number), mut day) in days {
        day.sort_by_key(|(_, round)| round.depart());
        for pair in day.windows(2) {
            if pair[1].1.depart() < pair[0].1.arrive() + LOADING {
                faults.push(Fault::Overlap { round: pair[1].0 });
            }
        }
        let first = day.iter().map(|(_, round)| round.depart()).min();
        let last = day.iter().map(|(_, round)| round.arrive()).max();
        let (Some(first), Some(last)) = (first, last) else { continue };
        if last - first > problem.shift {
            faults.push(Fault::Shift { vehicle, number, duration: last - first });
        }
        let distance: Distance = day.iter().map(|(_, round)| round.distance()).sum();
        let facts = &problem.fleet[vehicle];
        let battery = facts.battery.filter(|_| facts.carrier.is_electric());
        let missing = problem.missing.get(&(vehicle, number));
        let missing = missing.map_or(0.0, |missing| missing.or_zero().kilowatt_hours());
        let left = battery.map(|battery| (battery.kilowatt_hours() - missing).max(0.0));
        let reach = |range: Distance| match (battery, left) {
            (Some(battery), Some(left)) if missing > 0.0 => {
                let share = left / battery.kilowatt_hours();
                Distance::from_kilometres(range.kilometres() * share)
            }
            _ => range,
        };
        if facts.range.is_some_and(|range| distance > reach(range)) {
            faults.push(Fault::Range { vehicle, number, distance });
        }
        let energy: f64 = day.iter().map(|(_, round)| round.energy()).sum();
        if left.is_some_and(|left| energy > left * (1.0 + ENERGY_TOLERANCE)) {
            faults.push(Fault::Battery { vehicle, number, energy });
        }
    }
}

/// The reason is true of the vehicles at the stop's origin, and has the stop's numbers.
fn holds(problem: &Problem, stop: &Stop, reason: &Unserved) -> bool {
    let moves = |vehicle: &&VehicleType| {
        vehicle.count > 0 && vehicle.speed_kmh > 0.0 && vehicle.site < problem.sites.len()
    };
    let here: Vec<&VehicleType> =
        problem.fleet.iter().filter(moves).filter(|vehicle| vehicle.site == stop.origin).collect();
    let holds =
        |vehicle: &&&VehicleType| stop.mass <= vehicle.capacity && stop.volume <= vehicle.volume;
    let Some(site) = problem.sites.get(stop.origin) else { return *reason == Unserved::NoVehicle };
    let (site, there) = (place(&site.id, site.point), place(&stop.id, stop.point));
    let out = problem.metric.between(&site, &there);
    let back = problem.metric.between(&there, &site);
    let too_far = |vehicle: &VehicleType| {
        let hours = (out + back).kilometres() / vehicle.speed_kmh;
        let share = stop.mass.kilograms() / vehicle.capacity.kilograms();
        let energy = vehicle.consumption.of_leg(out, if share.is_finite() { share } else { 0.0 })
            + vehicle.consumption.of_leg(back, 0.0);
        vehicle.range.is_some_and(|range| out + back > range)
            || Duration::from_hours(hours) + stop.service + SECOND > problem.shift
            || (vehicle.carrier.is_electric()
                && vehicle.battery.is_some_and(|battery| {
                    energy >= battery.kilowatt_hours() * (1.0 - ENERGY_TOLERANCE)
                }))
    };
    let arrive = |vehicle: &VehicleType| {
        problem.shift_start + Duration::from_hours(out.kilometres() / vehicle.speed_kmh)
    };
    let close = stop.window.close;
    match reason {
        Unserved::NoVehicle => here.is_empty(),
        Unserved::TooLarge { mass, volume } => {
            (*mass, *volume) == (stop.mass, stop.volume)
                && !here.iter().any(|vehicle| holds(&vehicle))
        }
        Unserved::TooFar { .. } => here.iter().filter(holds).all(|vehicle| too_far(vehicle)),
        Unserved::TooLate { .. } => (here.iter().filter(holds)).all(|vehicle| {
            too_far(vehicle) || arrive(vehicle) + SECOND > close || stop.window.open > close
        }),
        Unserved::FleetFull => here.iter().any(|vehicle| holds(&vehicle)) || problem.by_hubs,
    }
}
