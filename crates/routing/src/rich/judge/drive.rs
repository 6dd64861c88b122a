//! When the vehicle is where: ways, windows, breaks, limits of time and way.

use super::fault::{Fault, Limit};
use super::{Walk, visits};
use crate::instance::Window;
use crate::rich::plan::{Doing, Step};
use crate::rich::problem::{Visit, Work};

pub(super) fn check(walk: &Walk<'_>, faults: &mut Vec<Fault>) {
    times(walk, faults);
    breaks(walk, faults);
    rides(walk, faults);
    limits(walk, faults);
}

fn metres(walk: &Walk<'_>, from: u32, to: u32) -> i64 {
    let profile = &walk.problem.profiles[walk.vehicle.profile];
    profile.metres[from as usize * walk.problem.places + to as usize].into()
}

fn seconds(walk: &Walk<'_>, from: u32, to: u32) -> i64 {
    let profile = &walk.problem.profiles[walk.vehicle.profile];
    profile.seconds[from as usize * walk.problem.places + to as usize].into()
}

/// A way between two places, driven before the step of that index.
pub(super) struct Leg {
    pub(super) before: usize,
    pub(super) metres: i64,
    pub(super) seconds: i64,
}

/// The ways of a route.
pub(super) fn legs(walk: &Walk<'_>) -> Vec<Leg> {
    let mut at = None;
    let mut legs = Vec::new();
    for (before, step) in walk.route.steps.iter().enumerate() {
        let Some(place) = walk.place(step.doing) else { continue };
        if let Some(from) = at {
            let (metres, seconds) = (metres(walk, from, place), seconds(walk, from, place));
            legs.push(Leg { before, metres, seconds });
        }
        at = Some(place);
    }
    legs
}

/// The driver as the steps go by.
struct Driver {
    /// When the step before was over; none before the first.
    time: Option<i64>,
    /// What is left of the drive to the next place.
    left: i64,
    /// Driving and service since the last break.
    work: i64,
}

fn times(walk: &Walk<'_>, faults: &mut Vec<Fault>) {
    let mut driver = Driver { time: None, left: 0, work: 0 };
    let mut place = None;
    for (idx, step) in walk.route.steps.iter().enumerate() {
        let told = faults.len();
        if matches!(step.doing, Doing::Break(_)) {
            rest(walk, &mut driver, idx, faults);
        } else {
            work(walk, &mut driver, step, faults);
            place = walk.place(step.doing).or(place);
            let next = walk.route.steps[idx + 1..].iter().find_map(|next| walk.place(next.doing));
            driver.left = place.zip(next).map_or(0, |(place, next)| seconds(walk, place, next));
        }
        if idx < walk.done {
            // It has happened: there is nothing to mend.
            faults.truncate(told);
        }
    }
}

fn rest(walk: &Walk<'_>, driver: &mut Driver, idx: usize, faults: &mut Vec<Fault>) {
    let step = &walk.route.steps[idx];
    let begin = i64::from(step.begin);
    let free = driver.time.unwrap_or(begin);
    if step.arrive != step.begin || begin < free {
        let (at, arrive) = (walk.at(step.doing), step.arrive);
        let expect = free.max(begin);
        faults.push(Fault::Arrival { unit: walk.name.clone(), at, arrive, expect });
    }
    let driven = (begin - free).clamp(0, driver.left);
    driver.left -= driven;
    driver.work += driven;
    check_work(walk, driver, step, faults);
    let rule = walk.vehicle.break_rule;
    let (windows, lasts, exact) = match step.doing {
        Doing::Break(Some(idx)) => {
            let rest = &walk.vehicle.breaks[idx];
            (&rest.windows[..], i64::from(rest.lasts), true)
        }
        _ => (&[][..], rule.map_or(0, |rule| i64::from(rule.lasts)), false),
    };
    let length = i64::from(step.finish) - begin;
    if length < lasts || exact && length != lasts {
        service(walk, step, "it lasts another time than it should", faults);
    }
    if exact {
        check_windows(walk, step, windows, faults);
    }
    if rule.is_some_and(|rule| length >= i64::from(rule.lasts)) {
        driver.work = 0;
    }
    driver.time = Some(step.finish.into());
}

fn work(walk: &Walk<'_>, driver: &mut Driver, step: &Step, faults: &mut Vec<Fault>) {
    let expect = driver.time.map_or_else(|| i64::from(step.arrive), |time| time + driver.left);
    if i64::from(step.arrive) != expect {
        let (at, arrive) = (walk.at(step.doing), step.arrive);
        faults.push(Fault::Arrival { unit: walk.name.clone(), at, arrive, expect });
    }
    driver.work += driver.left;
    check_work(walk, driver, step, faults);
    let (windows, lasts) = match step.doing {
        Doing::Visit(Visit::Reload(idx)) => {
            let reload = &walk.vehicle.reloads[idx];
            (std::slice::from_ref(&reload.window), reload.service)
        }
        Doing::Visit(visit) => {
            walk.problem.stop(visit).map_or((&[][..], 0), |stop| (&stop.windows[..], stop.service))
        }
        _ => (&[][..], 0),
    };
    if step.begin < step.arrive {
        service(walk, step, "that is before it is there", faults);
    }
    check_windows(walk, step, windows, faults);
    if windows.is_empty() && step.begin != step.arrive {
        service(walk, step, "there is nothing to wait for", faults);
    }
    let length = i64::from(step.finish) - i64::from(step.begin);
    if length != i64::from(lasts) {
        service(walk, step, "it lasts another time than it should", faults);
    }
    driver.work += length;
    check_work(walk, driver, step, faults);
    driver.time = Some(step.finish.into());
}

/// It begins in a window, if there are any.
fn check_windows(walk: &Walk<'_>, step: &Step, windows: &[Window], faults: &mut Vec<Fault>) {
    let Some(last) = windows.last() else { return };
    let begin = step.begin;
    if begin > last.close {
        let by = i64::from(begin) - i64::from(last.close);
        let (unit, at) = (walk.name.clone(), walk.at(step.doing));
        faults.push(Fault::Late { unit, at, begin, by });
    } else if !windows.iter().any(|window| (window.open..=window.close).contains(&begin)) {
        service(walk, step, "that is in none of its windows", faults);
    }
}

fn service(walk: &Walk<'_>, step: &Step, fault: &'static str, faults: &mut Vec<Fault>) {
    let (at, begin, finish) = (walk.at(step.doing), step.begin, step.finish);
    faults.push(Fault::Service { unit: walk.name.clone(), at, begin, finish, fault });
}

fn check_work(walk: &Walk<'_>, driver: &Driver, step: &Step, faults: &mut Vec<Fault>) {
    if let Some(rule) = walk.vehicle.break_rule {
        limit(walk, Limit::Work, &walk.at(step.doing), driver.work, rule.work_max.into(), faults);
    }
}

fn limit(walk: &Walk<'_>, limit: Limit, at: &str, value: i64, most: i64, faults: &mut Vec<Fault>) {
    let (unit, at) = (walk.name.clone(), at.to_owned());
    let fault = Fault::Limit { unit, limit, at, value, most };
    // Driving and service of one step may both be beyond the limit: one word is enough.
    let told = matches!(faults.last(), Some(Fault::Limit { unit, limit: last, .. })
        if *last == limit && *unit == walk.name);
    if value > most && !told {
        faults.push(fault);
    }
}

/// Every break by the clock that the route's time asks for, once, in order.
fn breaks(walk: &Walk<'_>, faults: &mut Vec<Fault>) {
    let steps = &walk.route.steps;
    let taken: Vec<usize> = (steps.iter())
        .filter_map(|step| match step.doing {
            Doing::Break(Some(idx)) => Some(idx),
            _ => None,
        })
        .collect();
    let mut fault = |idx: usize, fault| {
        let id = walk.vehicle.breaks[idx].id.clone();
        faults.push(Fault::Break { unit: walk.name.clone(), id, fault });
    };
    for pair in taken.windows(2) {
        if pair[0] >= pair[1] {
            fault(pair[1], "is not taken in its turn");
        }
    }
    let (Some(first), Some(last)) = (steps.first(), steps.last()) else { return };
    if !walk.lives() {
        return;
    }
    for (idx, rest) in walk.vehicle.breaks.iter().enumerate() {
        let mut windows = rest.windows.iter();
        // A break that could begin only when the route is over is taken at home.
        let beside =
            windows.all(|window| window.close < first.arrive || window.open >= last.finish);
        if !beside && !taken.contains(&idx) {
            fault(idx, "is not taken");
        }
    }
}

fn rides(walk: &Walk<'_>, faults: &mut Vec<Fault>) {
    let steps = &walk.route.steps;
    for (idx, step) in steps.iter().enumerate().skip(walk.done) {
        let Doing::Visit(Visit::Second { order, alternative }) = step.doing else { continue };
        let Work::Shipment { ride_max: Some(most), .. } = walk.alternative(order, alternative).work
        else {
            continue;
        };
        let taken = Doing::Visit(Visit::First { order, alternative });
        let Some(from) = steps[..idx].iter().find(|step| step.doing == taken) else { continue };
        let ride = i64::from(step.begin) - i64::from(from.finish);
        limit(walk, Limit::Ride, &walk.at(step.doing), ride, most.into(), faults);
    }
}

fn limits(walk: &Walk<'_>, faults: &mut Vec<Fault>) {
    let steps = &walk.route.steps;
    let (Some(first), Some(last)) = (steps.first(), steps.last()) else { return };
    let vehicle = walk.vehicle;
    if !walk.lives() {
        return;
    }
    if walk.done == 0 && first.arrive < vehicle.shift.open {
        let (leaves, open) = (first.arrive, vehicle.shift.open);
        faults.push(Fault::Early { unit: walk.name.clone(), leaves, open });
    }
    let mut most = |kind, value, most: Option<i64>| {
        if let Some(most) = most {
            limit(walk, kind, "the end", value, most, faults);
        }
    };
    most(Limit::ShiftEnd, last.finish.into(), Some(vehicle.shift.close.into()));
    let duration = i64::from(last.finish) - i64::from(first.arrive);
    most(Limit::Duration, duration, vehicle.duration_max.map(i64::from));
    let legs = legs(walk);
    let drive = legs.iter().map(|leg| leg.seconds).sum();
    most(Limit::Drive, drive, vehicle.drive_max.map(i64::from));
    most(Limit::Way, legs.iter().map(|leg| leg.metres).sum(), vehicle.metres_max);
    let reload = |visit: &Visit| matches!(visit, Visit::Reload(_));
    let reloads = visits(walk.route).filter(reload).count() as i64;
    let stops = visits(walk.route).count() as i64 - reloads;
    most(Limit::Stops, stops, vehicle.stops_max.map(i64::from));
    most(Limit::Trips, reloads + 1, Some(vehicle.trips_max.into()));
}
