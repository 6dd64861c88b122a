//! An independent judge of a rich plan: walks the steps as they are given, second by second of what
//! the problem says, and shares only the types with the search.
//!
//! Read: `fault` (what can be wrong), `drive` (times, breaks, limits), `load` (what is on board,
//! energy), `supply` (where it is loaded), `running` (what is under way), `figures` (what it comes to).

mod fault;
mod drive;
mod load;
mod supply;
mod running;
mod figures;
#[cfg(test)]
mod tests;

pub use fault::{Fault, Limit};
pub(super) use running::stranded;

use super::plan::{Doing, Figures, Plan, Route};
use super::problem::{Alternative, Problem, Vehicle, Visit, Work};

/// What the judge says of a plan.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verdict {
    /// All that is wrong; none if the plan can be driven.
    pub faults: Vec<Fault>,
    /// What it comes to; of routes that name unknown things nothing.
    pub figures: Figures,
    /// Unserved orders that have no price of leaving them so.
    pub missed: usize,
}

impl Verdict {
    /// Whether it can be driven and serves all that must be served.
    pub fn feasible(&self) -> bool {
        self.faults.is_empty() && self.missed == 0
    }
}

/// Judges a plan of a checked problem.
pub fn check(problem: &Problem, plan: &Plan) -> Verdict {
    let mut verdict = Verdict::default();
    for route in &plan.routes {
        let (faults, figures) = check_route(problem, route);
        verdict.faults.extend(faults);
        figures::add(&mut verdict.figures, &figures);
    }
    count(problem, plan, &mut verdict.faults);
    supply::check_stocks(problem, plan, &mut verdict.faults);
    running::check(problem, plan, &mut verdict.faults);
    for order in plan.unserved.iter().filter_map(|&order| problem.orders.get(order)) {
        match order.penalty {
            Some(penalty) => verdict.figures.money = verdict.figures.money.saturating_add(penalty),
            None => verdict.missed += 1,
        }
    }
    let moved = running::moved(problem, plan);
    verdict.figures.moved = moved;
    let price = figures::narrow(moved as i128 * i128::from(problem.moved_price));
    verdict.figures.money = verdict.figures.money.saturating_add(price);
    verdict
}

/// Judges one route as if it were alone: all but who else serves its orders and what is under way
/// elsewhere.
pub fn check_route(problem: &Problem, route: &Route) -> (Vec<Fault>, Figures) {
    let mut faults = unknown(problem, route);
    if !faults.is_empty() {
        return (faults, Figures::default());
    }
    let walk = Walk::new(problem, route);
    shape(&walk, &mut faults);
    skills(&walk, &mut faults);
    drive::check(&walk, &mut faults);
    supply::check(&walk, &mut faults);
    let loads = load::check(&walk, &mut faults);
    (faults, figures::of_route(&walk, &loads))
}

/// A route whose names are all known.
struct Walk<'a> {
    problem: &'a Problem,
    vehicle: &'a Vehicle,
    route: &'a Route,
    /// The first so many steps have happened: their times are facts.
    done: usize,
    name: String,
}

impl<'a> Walk<'a> {
    fn new(problem: &'a Problem, route: &'a Route) -> Self {
        let under = problem.underway.iter().find(|under| under.unit == route.unit);
        let done = under.map_or(0, |under| under.done.len());
        let (vehicle, name) =
            (&problem.vehicles[route.unit.vehicle], problem.unit_name(route.unit));
        Self { problem, vehicle, route, done, name }
    }

    fn alternative(&self, order: usize, alternative: usize) -> &'a Alternative {
        &self.problem.orders[order].alternatives[alternative]
    }

    /// Where a step is; breaks are on the way.
    fn place(&self, doing: Doing) -> Option<u32> {
        self.problem.place(self.vehicle, doing)
    }

    fn at(&self, doing: Doing) -> String {
        self.problem.step_name(self.route.unit, doing)
    }

    /// Whether something is still to be done; a route that is history breaks no limit.
    fn lives(&self) -> bool {
        self.route.steps.len() > self.done
    }

    fn visits(&self) -> impl Iterator<Item = Visit> + 'a {
        visits(self.route)
    }
}

/// The visits of a route in order.
fn visits(route: &Route) -> impl Iterator<Item = Visit> {
    route.steps.iter().filter_map(|step| match step.doing {
        Doing::Visit(visit) => Some(visit),
        _ => None,
    })
}

/// Every index of a route names something.
fn unknown(problem: &Problem, route: &Route) -> Vec<Fault> {
    let unit = problem.unit_name(route.unit);
    let fault = |what, index| Fault::Unknown { unit: unit.clone(), what, index };
    let Some(vehicle) = problem.vehicles.get(route.unit.vehicle) else {
        return vec![fault("vehicle type", route.unit.vehicle)];
    };
    let mut faults = Vec::new();
    if route.unit.number >= vehicle.count {
        faults.push(fault("vehicle number", route.unit.number as usize));
    }
    for step in &route.steps {
        match step.doing {
            Doing::Visit(
                Visit::First { order, alternative } | Visit::Second { order, alternative },
            ) => match problem.orders.get(order) {
                None => faults.push(fault("order", order)),
                Some(of) if alternative >= of.alternatives.len() => {
                    faults.push(fault("alternative", alternative));
                }
                Some(_) => {}
            },
            Doing::Visit(Visit::Reload(idx)) if idx >= vehicle.reloads.len() => {
                faults.push(fault("reload", idx));
            }
            Doing::Break(Some(idx)) if idx >= vehicle.breaks.len() => {
                faults.push(fault("break", idx));
            }
            Doing::Start if vehicle.start.is_none() => faults.push(fault("start", 0)),
            Doing::End if vehicle.end.is_none() => faults.push(fault("end", 0)),
            _ => {}
        }
    }
    faults
}

/// Start and end are in their places, and there is something between them.
fn shape(walk: &Walk<'_>, faults: &mut Vec<Fault>) {
    let steps = &walk.route.steps;
    let over = !walk.lives() && walk.done > 0;
    let last = steps.len().wrapping_sub(1);
    let mut fault = |fault| faults.push(Fault::Shape { unit: walk.name.clone(), fault });
    if walk.visits().next().is_none() && walk.done == 0 {
        fault("the route visits nothing");
    }
    let starts = |idx: usize| steps[idx].doing == Doing::Start;
    if walk.vehicle.start.is_some() != (!steps.is_empty() && starts(0)) {
        fault("the route does not begin where the vehicle starts");
    }
    if (1..steps.len()).any(starts) {
        fault("the route starts twice");
    }
    let ends = |idx: usize| steps[idx].doing == Doing::End;
    if !over && walk.vehicle.end.is_some() != (!steps.is_empty() && ends(last)) {
        fault("the route does not end where the vehicle ends");
    }
    if (0..last.min(steps.len())).any(ends) {
        fault("the route goes on after its end");
    }
}

fn skills(walk: &Walk<'_>, faults: &mut Vec<Fault>) {
    for visit in walk.visits() {
        let Visit::First { order, alternative } = visit else { continue };
        if !walk.vehicle.skills.have(walk.alternative(order, alternative).skills) {
            let order = walk.problem.order_name(order);
            faults.push(Fault::Skills { unit: walk.name.clone(), order });
        }
    }
}

/// A visit of an order: which route, where on it, which alternative, whether it is the second.
#[derive(Clone, Copy, PartialEq)]
struct Mark {
    route: usize,
    alternative: usize,
    second: bool,
}

/// Each order once, whole, on one vehicle; each vehicle once.
fn count(problem: &Problem, plan: &Plan, faults: &mut Vec<Fault>) {
    let mut marks: Vec<Vec<Mark>> = vec![Vec::new(); problem.orders.len()];
    for (idx, route) in plan.routes.iter().enumerate() {
        for visit in visits(route) {
            let (order, alternative, second) = match visit {
                Visit::First { order, alternative } => (order, alternative, false),
                Visit::Second { order, alternative } => (order, alternative, true),
                Visit::Reload(_) => continue,
            };
            if let Some(marks) = marks.get_mut(order) {
                marks.push(Mark { route: idx, alternative, second });
            }
        }
        let times = plan.routes.iter().filter(|other| other.unit == route.unit).count();
        if times > 1 && plan.routes[..idx].iter().all(|other| other.unit != route.unit) {
            faults.push(Fault::Routes { unit: problem.unit_name(route.unit), times });
        }
    }
    let mut unserved = vec![0; problem.orders.len()];
    for &order in &plan.unserved {
        match unserved.get_mut(order) {
            Some(times) => *times += 1,
            None => faults.push(Fault::Times { order: problem.order_name(order), times: 1 }),
        }
    }
    for (order, marks) in marks.iter().enumerate() {
        let served = marks.iter().filter(|mark| !mark.second).count();
        // What a vehicle has on board that drives no more is served by none.
        let stranded = unserved[order] == 1 && running::stranded(problem, order);
        let times = unserved[order] + if stranded { 0 } else { served };
        if times != 1 {
            faults.push(Fault::Times { order: problem.order_name(order), times });
        }
        if !stranded && let Some(fault) = torn(problem, order, marks) {
            faults.push(Fault::Torn { order: problem.order_name(order), fault });
        }
    }
}

/// What is wrong with the visits of an order, in the order of the plan.
fn torn(problem: &Problem, order: usize, marks: &[Mark]) -> Option<&'static str> {
    let first = marks.first()?;
    if marks.iter().any(|mark| mark.route != first.route) {
        return Some("its stops are on two vehicles");
    }
    if marks.iter().any(|mark| mark.alternative != first.alternative) {
        return Some("its stops are of two alternatives");
    }
    let way = problem.orders[order].alternatives.get(first.alternative)?;
    let expect: &[bool] = match way.work {
        Work::Stop { .. } => &[false],
        Work::Shipment { .. } => &[false, true],
    };
    let seconds: Vec<bool> = marks.iter().map(|mark| mark.second).collect();
    (seconds != expect).then_some(match seconds[..] {
        [false] => "it is picked up and never delivered",
        [true, ..] => "it is delivered before it is picked up",
        _ => "its stops are not each visited once",
    })
}

/// What is on board on leaving each step of a route whose names are all known: a row a step, a
/// number a dimension.
pub fn loads(problem: &Problem, route: &Route) -> Vec<Vec<i64>> {
    load::on_board(&Walk::new(problem, route))
}
