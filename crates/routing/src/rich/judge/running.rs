//! What is under way stays: what has happened, what is locked, what is on board.

use super::{Fault, visits};
use crate::rich::plan::{Doing, Plan, Route};
use crate::rich::problem::{Problem, Underway, Visit, Work};

pub(super) fn check(problem: &Problem, plan: &Plan, faults: &mut Vec<Fault>) {
    for under in &problem.underway {
        let mut fault = |fault, at: String| {
            let unit = problem.unit_name(under.unit);
            faults.push(Fault::Underway { unit, fault, at });
        };
        let Some(route) = plan.routes.iter().find(|route| route.unit == under.unit) else {
            if !under.done.is_empty() || under.locked > 0 {
                fault("is under way and has no route", String::new());
            }
            continue;
        };
        if !route.steps.starts_with(&under.done) {
            fault("what is done has been changed", String::new());
            continue;
        }
        if under.over && route.steps.len() > under.done.len() {
            fault("does more than it can", String::new());
        }
        let to_do = to_do(route, under);
        if !to_do.starts_with(&under.visits[..under.locked]) {
            fault("what is locked has been changed", String::new());
        }
        for order in not_loaded(problem, under, &to_do) {
            fault("could not load any more", problem.order_name(order));
        }
    }
    for (order, under) in on_board_elsewhere(problem, plan) {
        let (unit, at) = (problem.unit_name(under.unit), problem.order_name(order));
        let fault = "has it on board, another delivers it";
        faults.push(Fault::Underway { unit, fault, at });
    }
}

/// Visits of a route that are not done.
fn to_do(route: &Route, under: &Underway) -> Vec<Visit> {
    let steps = route.steps[under.done.len()..].iter();
    let visit = |doing| if let Doing::Visit(visit) = doing { Some(visit) } else { None };
    steps.filter_map(|step| visit(step.doing)).collect()
}

/// Orders delivered on the trip that these visits begin with.
fn delivered<'a>(problem: &'a Problem, visits: &'a [Visit]) -> impl Iterator<Item = usize> + 'a {
    let trip = visits.iter().take_while(|visit| !matches!(visit, Visit::Reload(_)));
    trip.filter_map(|visit| {
        let Visit::First { order, alternative } = *visit else { return None };
        let work = &problem.orders.get(order)?.alternatives.get(alternative)?.work;
        let Work::Stop { delivery, .. } = work else { return None };
        delivery.iter().any(|&amount| amount > 0).then_some(order)
    })
}

/// Deliveries of the trip under way that were not on it when it left.
fn not_loaded(problem: &Problem, under: &Underway, to_do: &[Visit]) -> Vec<usize> {
    if under.done.is_empty() {
        return Vec::new();
    }
    let loaded: Vec<usize> = delivered(problem, &under.visits).collect();
    delivered(problem, to_do).filter(|order| !loaded.contains(order)).collect()
}

/// Deliveries that are on board of one vehicle and that another makes.
fn on_board_elsewhere<'a>(problem: &'a Problem, plan: &Plan) -> Vec<(usize, &'a Underway)> {
    let mut found = Vec::new();
    for under in problem.underway.iter().filter(|under| !under.done.is_empty()) {
        for order in delivered(problem, &under.visits) {
            let serves = |route: &&Route| visits(route).any(|visit| first_of(visit) == Some(order));
            let by = plan.routes.iter().find(serves);
            if by.is_some_and(|route| route.unit != under.unit) {
                found.push((order, under));
            }
        }
    }
    found
}

fn first_of(visit: Visit) -> Option<usize> {
    if let Visit::First { order, .. } = visit { Some(order) } else { None }
}

/// Whether an order was picked up by a vehicle that drives no more, and not left by it.
pub(in crate::rich) fn stranded(problem: &Problem, order: usize) -> bool {
    let over = problem.underway.iter().filter(|under| under.over);
    let mut done = over.flat_map(|under| &under.done).map(|step| step.doing);
    let picked = done.clone().any(|doing| {
        let Doing::Visit(Visit::First { order: of, alternative }) = doing else { return false };
        let work = &problem.orders[of].alternatives[alternative].work;
        of == order && matches!(work, Work::Shipment { .. })
    });
    let left =
        |doing| matches!(doing, Doing::Visit(Visit::Second { order: of, .. }) if of == order);
    picked && !done.any(left)
}

/// Orders that another vehicle serves than before.
pub(super) fn moved(problem: &Problem, plan: &Plan) -> usize {
    let mut now = vec![None; problem.orders.len()];
    for route in &plan.routes {
        for order in visits(route).filter_map(first_of) {
            if let Some(now) = now.get_mut(order) {
                *now = Some(route.unit);
            }
        }
    }
    let before = problem.underway.iter().flat_map(|under| {
        under.visits.iter().filter_map(|&visit| first_of(visit)).map(|order| (order, under.unit))
    });
    before.filter(|&(order, unit)| now[order].is_some_and(|by| by != unit)).count()
}
