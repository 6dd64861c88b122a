//! From the search's routes to steps in time.

use super::drive::steps;
use super::model::{Model, NONE};
use super::plan::{Doing, Plan, Route, Step};
use super::point::{Of, Point};
use super::settle::{Settled, settle};
use super::state::State;

/// The plan, each route started as late as it need not wait.
pub(super) fn schedule(state: &State<'_>) -> Plan {
    let model = state.model;
    let mut plan = Plan::default();
    for (slot, route) in state.routes.iter().enumerate() {
        let of = state.of[slot];
        let done = done(model, of);
        if route.nodes.is_empty() && done.is_empty() {
            continue;
        }
        let mut all = done.to_vec();
        match settle(model, of, &route.nodes) {
            Some(settled) => drive(model, of, &route.nodes, &settled, &mut all),
            None => late(model, of, &route.nodes, &mut all),
        }
        plan.routes.push(Route { unit: model.slots[slot].unit, steps: all });
    }
    let orders = 0..model.ways.len();
    plan.unserved = orders.filter(|&o| state.slot_of[o] == NONE && !model.finished[o]).collect();
    plan
}

fn done<'a>(model: &Model<'a>, of: Of) -> &'a [Step] {
    let underway = model.slots[of.slot as usize].underway;
    underway.map_or(&[], |idx| &model.problem.underway[idx].done)
}

fn drive(model: &Model<'_>, of: Of, nodes: &[u32], settled: &Settled, out: &mut Vec<Step>) {
    let vehicle = &model.problem.vehicles[of.vehicle];
    let (labels, end) = (settled.labels(model, of), &settled.last);
    let mut delay = end.delay();
    let mut place = settled.points[0].place();
    if out.is_empty() && place != NONE {
        let begin = labels[0].time + delay;
        out.push(Step { doing: Doing::Start, arrive: begin, begin, finish: begin });
    }
    for (at, &node) in nodes.iter().enumerate() {
        let facts = &model.nodes[node as usize];
        let doing = Doing::Visit(model.visit_of(of.vehicle, node));
        if place == NONE {
            let begin = labels[at + 1].start + delay;
            delay = begin + facts.service - labels[at + 1].time;
            out.push(Step { doing, arrive: begin, begin, finish: begin + facts.service });
            place = facts.place;
            continue;
        }
        let (_, seconds) = model.arc(of.vehicle, place, facts.place);
        let leg = (seconds, facts.service, doing);
        steps(vehicle, &labels[at], &labels[at + 1], leg, &mut delay, out);
        place = facts.place;
    }
    if let Some(to) = model.end(of) {
        let seconds = if place == NONE { 0 } else { model.arc(of.vehicle, place, to).1 };
        let before = &labels[nodes.len()];
        steps(vehicle, before, end, (seconds, 0, Doing::End), &mut delay, out);
    }
}

/// What cannot be driven in time, driven as soon as it can be.
fn late(model: &Model<'_>, of: Of, nodes: &[u32], out: &mut Vec<Step>) {
    let vehicle = &model.problem.vehicles[of.vehicle];
    let mut point = Point::start(model, of, 0);
    let mut time = out.last().map_or(vehicle.shift.open, |step| step.finish);
    if out.is_empty() && point.place() != NONE {
        out.push(Step { doing: Doing::Start, arrive: time, begin: time, finish: time });
    }
    let ends = vehicle.end.map(|place| (place, 0, 0, Doing::End));
    let visits = nodes.iter().map(|&node| {
        let facts = &model.nodes[node as usize];
        let open = facts.windows.first().map_or(0, |window| window.open);
        (facts.place, open, facts.service, Doing::Visit(model.visit_of(of.vehicle, node)))
    });
    let mut ahead = point.ahead();
    for (place, open, service, doing) in visits.chain(ends) {
        let (_, seconds) = point.arc_to(model, of, place);
        let arrive = time + seconds - ahead.min(seconds);
        ahead = 0;
        let begin = arrive.max(open);
        time = begin + service;
        out.push(Step { doing, arrive, begin, finish: time });
        point.go_to(place);
    }
}
