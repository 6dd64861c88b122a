//! The plain timetable of a row of visits: as early as can be, breaks as soon as they are due.
//!
//! It keeps to the order of the visits and to no limit; whether it may be driven says the judge.
//! It leaves as late as the first stop's first window lets it.

use super::plan::{Doing, Route, Step};
use super::problem::{Break, Problem, Unit, Vehicle, Visit};
use crate::instance::Window;

/// The route of `unit` with these visits after what it has done.
pub fn timetable(problem: &Problem, unit: Unit, visits: &[Visit]) -> Route {
    let vehicle = &problem.vehicles[unit.vehicle];
    let under = problem.underway.iter().find(|under| under.unit == unit);
    let steps = under.map_or_else(Vec::new, |under| under.done.clone());
    let mut driver = Driver { problem, vehicle, steps, place: None, time: 0, work: 0, next: 0 };
    if driver.steps.is_empty() {
        driver.set_out(visits);
    } else {
        driver.catch_up(visits);
    }
    for &visit in visits {
        driver.visit(visit);
    }
    if let Some(end) = vehicle.end.filter(|_| !under.is_some_and(|under| under.over)) {
        driver.go(Doing::End, end, &[], 0);
    }
    Route { unit, steps: driver.steps }
}

/// The same route with every wait as early on it as can be: who would wait at a stop sets out later, and
/// serves later before it, as far as windows let him. Nobody is served after the end of his window, and
/// what has happened and where breaks lie stays.
pub fn delayed(problem: &Problem, route: &Route) -> Route {
    let vehicle = &problem.vehicles[route.unit.vehicle];
    let under = problem.underway.iter().find(|under| under.unit == route.unit);
    let done = under.map_or(0, |under| under.done.len());
    let mut steps = route.steps.clone();
    for idx in (done.max(1)..steps.len()).rev() {
        let wait = steps[idx].begin - steps[idx].arrive;
        let before = steps[idx - 1];
        let latest = match before.doing {
            Doing::Visit(visit) => {
                let windows = stop(problem, vehicle, visit).1;
                let open = windows.iter().find(|window| window.close >= before.begin);
                open.map_or(before.begin, |window| window.close)
            }
            Doing::Start => vehicle.shift.close,
            _ => before.begin,
        };
        let by = wait.min(latest - before.begin).max(0);
        if idx > done && by > 0 {
            steps[idx].arrive += by;
            let before = &mut steps[idx - 1];
            (before.begin, before.finish) = (before.begin + by, before.finish + by);
            if before.doing == Doing::Start {
                before.arrive += by;
            }
        }
    }
    Route { unit: route.unit, steps }
}

/// Where and when a visit is: place, windows, service.
fn stop(problem: &Problem, vehicle: &Vehicle, visit: Visit) -> (u32, Vec<Window>, i32) {
    if let Visit::Reload(idx) = visit {
        let reload = vehicle.reloads[idx];
        return (reload.place, vec![reload.window], reload.service);
    }
    let stop = problem.stop(visit).expect("what is no reload is a stop");
    (stop.place, stop.windows.clone(), stop.service)
}

/// The first moment from `time` on that is in a window.
fn soonest(windows: &[Window], time: i32) -> Option<i32> {
    windows.iter().find(|window| window.close >= time).map(|window| window.open.max(time))
}

struct Driver<'a> {
    problem: &'a Problem,
    vehicle: &'a Vehicle,
    steps: Vec<Step>,
    place: Option<u32>,
    time: i32,
    /// Driving and service since the last break.
    work: i32,
    /// The next break by the clock.
    next: usize,
}

impl Driver<'_> {
    fn drive(&self, place: u32) -> i32 {
        let Some(from) = self.place else { return 0 };
        let profile = &self.problem.profiles[self.vehicle.profile];
        profile.seconds[from as usize * self.problem.places + place as usize]
    }

    fn set_out(&mut self, visits: &[Visit]) {
        self.time = self.vehicle.shift.open;
        self.place = self.vehicle.start;
        if let Some(&first) = visits.first() {
            let (place, windows, _) = stop(self.problem, self.vehicle, first);
            let opens = windows.first().map_or(0, |window| window.open);
            self.time = self.time.max(opens - self.drive(place));
        }
        if self.vehicle.start.is_some() {
            self.push(Doing::Start, self.time, self.time, 0);
        }
        self.skip_breaks(self.time);
    }

    /// Breaks that are over when the route begins are not taken on it.
    fn skip_breaks(&mut self, begun: i32) {
        let over = |rest: &&Break| rest.windows.iter().all(|window| window.close < begun);
        self.next = self.vehicle.breaks.iter().take_while(over).count();
    }

    /// Time, place and work after what is done, before these visits.
    fn catch_up(&mut self, visits: &[Visit]) {
        self.skip_breaks(self.steps.first().map_or(0, |first| first.arrive));
        let to_come = visits.first().map(|&visit| stop(self.problem, self.vehicle, visit).0);
        let last = to_come.or(self.vehicle.end);
        let done = std::mem::take(&mut self.steps);
        for (idx, &step) in done.iter().enumerate() {
            if let Doing::Break(rest) = step.doing {
                let next = done[idx + 1..]
                    .iter()
                    .find_map(|next| self.problem.place(self.vehicle, next.doing));
                let left = next.or(last).map_or(0, |next| self.to_come(next));
                self.work += (step.begin - self.time).clamp(0, left);
                self.rested(step.finish - step.begin);
                self.next = rest.map_or(self.next, |rest| rest + 1);
            } else if let Some(place) = self.problem.place(self.vehicle, step.doing) {
                self.work += self.to_come(place) + step.finish - step.begin;
                self.place = Some(place);
            }
            self.time = step.finish;
            self.steps.push(step);
        }
    }

    /// Seconds of the drive to `place` that are still to come: after a break on the way, the rest.
    fn to_come(&self, place: u32) -> i32 {
        let mut left = self.drive(place);
        let mut free = None;
        for step in self.steps.iter().rev() {
            let Doing::Break(_) = step.doing else {
                free = Some(step.finish);
                break;
            };
        }
        let Some(mut free) = free else { return left };
        let resting = |step: &&Step| matches!(step.doing, Doing::Break(_));
        let breaks = self.steps.iter().rev().take_while(resting).count();
        for step in &self.steps[self.steps.len() - breaks..] {
            left -= (step.begin - free).clamp(0, left);
            free = step.finish;
        }
        left
    }

    fn visit(&mut self, visit: Visit) {
        let (place, windows, service) = stop(self.problem, self.vehicle, visit);
        self.go(Doing::Visit(visit), place, &windows, service);
    }

    /// Drives to `place` with the breaks that are due, and serves.
    fn go(&mut self, doing: Doing, place: u32, windows: &[Window], service: i32) {
        loop {
            let left = self.to_come(place);
            let arrive = self.time + left;
            let mut begin = soonest(windows, arrive).unwrap_or(arrive);
            if self.steps.is_empty() {
                // A route without a start begins when its first stop does.
                begin = begin.max(self.time);
                self.push(doing, begin, begin, service);
                break;
            }
            let finish = begin + service;
            let clock = self.clock_break(doing, begin, finish);
            let until = clock.map_or(arrive, |at| at.min(arrive));
            if let Some(at) = self.rule_break(until - self.time, left, service, clock.is_none()) {
                let lasts = self.vehicle.break_rule.map_or(0, |rule| rule.lasts);
                self.rest(None, at, lasts, left);
            } else if let Some(at) = clock {
                let lasts = self.vehicle.breaks[self.next].lasts;
                self.rest(Some(self.next), at, lasts, left);
                self.next += 1;
            } else {
                self.work += left;
                self.push(doing, arrive, begin, service);
                break;
            }
        }
        self.work += service;
        self.place = Some(place);
    }

    /// When the next break by the clock begins, if it is to be taken before this step.
    fn clock_break(&self, doing: Doing, begin: i32, finish: i32) -> Option<i32> {
        let rest = self.vehicle.breaks.get(self.next)?;
        let at = soonest(&rest.windows, self.time);
        if doing == Doing::End {
            return at.filter(|&at| at < begin);
        }
        let later = soonest(&rest.windows, finish).is_some();
        let at = at.unwrap_or(self.time);
        (at <= begin || !later).then_some(at)
    }

    /// When the rule asks for a break: on the way, or before service that would be too much.
    fn rule_break(&self, driven: i32, left: i32, service: i32, serves: bool) -> Option<i32> {
        let rule = self.vehicle.break_rule?;
        let free = rule.work_max - self.work;
        if driven.min(left) > free {
            return Some(self.time + free.max(0));
        }
        let work = self.work + left;
        let due = serves && work > 0 && work + service > rule.work_max;
        due.then_some(self.time + left)
    }

    fn rest(&mut self, rest: Option<usize>, at: i32, lasts: i32, left: i32) {
        self.work += (at - self.time).clamp(0, left);
        self.push(Doing::Break(rest), at, at, lasts);
        self.rested(lasts);
    }

    fn rested(&mut self, length: i32) {
        if self.vehicle.break_rule.is_some_and(|rule| length >= rule.lasts) {
            self.work = 0;
        }
    }

    fn push(&mut self, doing: Doing, arrive: i32, begin: i32, lasts: i32) {
        self.time = begin + lasts;
        self.steps.push(Step { doing, arrive, begin, finish: self.time });
    }
}
