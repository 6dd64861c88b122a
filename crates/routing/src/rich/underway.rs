//! Whether routes under way are routes: known things, in the order of time, each order once.

use super::plan::{Doing, Step};
use super::problem::{Problem, Underway, Visit, Work};
use super::valid::ProblemError;
use std::collections::BTreeSet;

pub(super) fn check(problem: &Problem) -> Result<(), ProblemError> {
    let mut units = BTreeSet::new();
    let mut seen = Seen::new(problem);
    for route in &problem.underway {
        let wrong = wrong(problem, route);
        let unit = route.unit;
        let count = problem.vehicles.get(unit.vehicle).map_or(0, |vehicle| vehicle.count);
        if unit.number >= count {
            return Err(wrong(None, "is a vehicle that is not there", "Name one of the fleet"));
        }
        if !units.insert(unit) {
            return Err(wrong(None, "is there twice", "Join the two"));
        }
        if route.locked > route.visits.len() {
            return Err(wrong(None, "locks more visits than it has", "Lock at most all"));
        }
        if route.over && !route.visits.is_empty() {
            return Err(wrong(None, "is over and has visits", "Take the visits out"));
        }
        check_done(problem, route)?;
        let done = route.done.iter().filter_map(|step| match step.doing {
            Doing::Visit(visit) => Some(visit),
            _ => None,
        });
        for visit in done.chain(route.visits.iter().copied()) {
            seen.visit(problem, route, visit)?;
        }
        seen.complete(problem, route)?;
    }
    Ok(())
}

fn wrong<'a>(
    problem: &'a Problem,
    route: &'a Underway,
) -> impl Fn(Option<Doing>, &'static str, &'static str) -> ProblemError + 'a {
    move |doing, fault, mend| {
        let unit = problem.unit_name(route.unit);
        let at =
            doing.map_or_else(|| "it".to_owned(), |doing| problem.step_name(route.unit, doing));
        ProblemError::Underway { unit, at, fault, mend }
    }
}

/// What has happened: in the order of time, the start first, nothing after the end.
fn check_done(problem: &Problem, route: &Underway) -> Result<(), ProblemError> {
    let wrong = wrong(problem, route);
    let vehicle = &problem.vehicles[route.unit.vehicle];
    let mut time = 0;
    for (idx, &Step { doing, arrive, begin, finish }) in route.done.iter().enumerate() {
        let wrong = |fault, mend| Err(wrong(Some(doing), fault, mend));
        if !(time <= arrive && arrive <= begin && begin <= finish) {
            return wrong("goes back in time", "Sort the steps by time");
        }
        if finish > super::problem::SECONDS_MAX {
            return wrong("is too late", "Count times from the day itself");
        }
        time = finish;
        let first = idx == 0;
        if first == (doing != Doing::Start) && vehicle.start.is_some() {
            return wrong("is not in its place", "Begin with the start, and start once");
        }
        let ended = doing == Doing::End && !(route.over && idx + 1 == route.done.len());
        if ended || doing == Doing::Start && vehicle.start.is_none() {
            return wrong("is not in its place", "End only a route that is over");
        }
        if matches!(doing, Doing::Break(Some(idx)) if idx >= vehicle.breaks.len()) {
            return wrong("is unknown", "Name a break of the vehicle");
        }
    }
    Ok(())
}

/// Who has been visited, over all routes.
struct Seen {
    /// Alternative of each order that is begun.
    first: Vec<Option<usize>>,
    second: Vec<bool>,
    /// Shipments begun on the route at hand.
    open: Vec<usize>,
}

impl Seen {
    fn new(problem: &Problem) -> Self {
        let orders = problem.orders.len();
        Self { first: vec![None; orders], second: vec![false; orders], open: Vec::new() }
    }

    fn visit(
        &mut self,
        problem: &Problem,
        route: &Underway,
        visit: Visit,
    ) -> Result<(), ProblemError> {
        let wrong = wrong(problem, route);
        let wrong = |fault, mend| Err(wrong(Some(Doing::Visit(visit)), fault, mend));
        let (order, alternative) = match visit {
            Visit::Reload(idx) => {
                let known = idx < problem.vehicles[route.unit.vehicle].reloads.len();
                return if known { Ok(()) } else { wrong("is unknown", "Name one of its reloads") };
            }
            Visit::First { order, alternative } | Visit::Second { order, alternative } => {
                (order, alternative)
            }
        };
        let way = problem.orders.get(order).and_then(|of| of.alternatives.get(alternative));
        let Some(way) = way else {
            return wrong("is unknown", "Name an order and one of its alternatives");
        };
        let shipment = matches!(way.work, Work::Shipment { .. });
        if matches!(visit, Visit::First { .. }) {
            if self.first[order].replace(alternative).is_some() {
                return wrong("is there twice", "Visit it once");
            }
            if shipment {
                self.open.push(order);
            }
            return Ok(());
        }
        if !shipment || self.second[order] {
            return wrong("has no second stop here", "Leave a shipment once");
        }
        if self.first[order] != Some(alternative) || !self.open.contains(&order) {
            return wrong("comes before its pickup", "Pick it up first, on the same vehicle");
        }
        self.second[order] = true;
        self.open.retain(|&open| open != order);
        Ok(())
    }

    /// Every shipment that the route takes it also leaves, unless it is over.
    fn complete(&mut self, problem: &Problem, route: &Underway) -> Result<(), ProblemError> {
        let left = std::mem::take(&mut self.open);
        let Some(&order) = left.first().filter(|_| !route.over) else { return Ok(()) };
        let alternative = self.first[order].unwrap_or_default();
        let doing = Doing::Visit(Visit::First { order, alternative });
        let mend = "Visit its delivery on the same vehicle";
        Err(wrong(problem, route)(Some(doing), "is never delivered", mend))
    }
}
