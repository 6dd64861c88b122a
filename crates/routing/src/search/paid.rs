//! Where a driver's time is paid: how long a piece of a route takes, waiting included.

use super::arcs::{Arcs, Row};
use super::model::{Model, NONE};
use super::scan::{Asked, Found, room_aboard};
use super::state::{Route, State};

/// A piece of a route that can be driven in time (Vidal and others 2013, without time warp).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    /// From the start of its first service to the end of its last, at the least.
    pub(crate) duration: i32,
    /// Starting earlier than this only waits longer.
    early: i32,
    /// Starting later than this is too late for some stop.
    late: i32,
}

impl Span {
    pub(crate) const fn new(duration: i32, early: i32, late: i32) -> Self {
        Self { duration, early, late }
    }
    /// The earliest start that waits for nothing.
    pub(crate) const fn early(self) -> i32 {
        self.early
    }
    /// The latest start.
    pub(crate) const fn late(self) -> i32 {
        self.late
    }
    pub(crate) fn node(model: &Model, node: u32) -> Self {
        let idx = node as usize;
        Self::new(model.service[idx], model.open[idx], model.close[idx])
    }
    /// This piece, an arc of `time`, then `next`.
    pub(crate) fn then(self, time: i32, next: Self) -> Self {
        let offset = self.duration + time;
        let wait = (next.early - offset - self.late).max(0);
        Self {
            duration: offset + wait + next.duration,
            early: self.early.max(next.early - offset) - wait,
            late: self.late.min(next.late - offset),
        }
    }
}

/// The pieces up to and from each node of a route; returns how long the whole takes.
pub(crate) fn refresh_spans<A: Arcs>(model: &Model, arcs: &A, route: &mut Route) -> i32 {
    let kind = &model.kinds[route.kind as usize];
    let last = route.stops.len() - 1;
    let span = |at: usize, node: u32| match at {
        0 => Span::new(0, kind.begin, kind.begin_late),
        _ if at == last => Span::new(0, 0, kind.back),
        _ => Span::node(model, node),
    };
    route.until.clear();
    route.since.clear();
    route.since.resize(last + 1, Span::default());
    let mut piece = span(0, 0);
    for (at, &stop) in route.stops.iter().enumerate() {
        if at > 0 {
            let before = route.stops[at - 1].node;
            piece = piece.then(arcs.time_of(before, stop.node, stop.edge), span(at, stop.node));
        }
        route.until.push(piece);
    }
    piece = span(last, 0);
    route.since[last] = piece;
    for at in (0..last).rev() {
        let (node, next) = (route.stops[at].node, route.stops[at + 1]);
        piece = span(at, node).then(arcs.time_of(node, next.node, next.edge), piece);
        route.since[at] = piece;
    }
    piece.duration
}

/// The cheapest place on one route by the price of the vehicle that then drives it cheapest: another place
/// may be the best for another vehicle.
struct Cheapest<P> {
    price: P,
    cost: i64,
    found: Found,
}

impl<P: Fn(Found) -> i64> Cheapest<P> {
    fn offer(&mut self, found: Found) {
        let cost = (self.price)(found);
        if cost < self.cost {
            (self.cost, self.found) = (cost, found);
        }
    }
}

/// As `scan`, where time is paid.
pub(crate) fn scan_paid<A: Arcs, const TIMED: bool>(
    state: &State<'_, A, TIMED>,
    stop: u32,
    slot: usize,
    positions: std::ops::Range<usize>,
) -> Found {
    let model = state.model;
    let route = &state.routes[slot];
    let (demand, partner) = (model.demands(stop), model.partner[stop as usize]);
    let price =
        |found: Found| state.price_with(slot as u32, found.longer.into(), found.later, demand);
    let mut cheapest = Cheapest { price, cost: i64::MAX, found: Found::NONE };
    let asked = Asked::new(model, state.arcs, stop);
    for at in positions {
        let (before, next) = (route.stops[at - 1].node, route.stops[at]);
        if route.times[at - 1].leave > asked.leave_max {
            break;
        }
        let Some(left) = asked.left_after(route.times[at - 1].leave, before) else { continue };
        // What has no partner stays on board to the end.
        let aboard = if partner == NONE { at - 1..route.stops.len() } else { at - 1..at };
        if model.paired && !room_aboard(state, slot, aboard, demand) {
            continue;
        }
        let time = asked.row.time_from(before);
        let head = Head { left, span: route.until[at - 1].then(time, Span::node(model, stop)) };
        if partner != NONE {
            deliver(state, stop, (slot, at), head, &mut cheapest);
            continue;
        }
        let onward = asked.row.time_to(next.node);
        if left + onward <= route.times[at].late {
            let whole = head.span.then(onward, route.since[at]);
            let found = Found {
                longer: asked.row.from(before) + asked.row.to(next.node) - next.edge,
                later: whole.duration - route.duration,
                at: at as u32,
                delivery_at: 0,
            };
            cheapest.offer(found);
        }
    }
    cheapest.found
}

/// A route up to some node, with a stop inserted.
#[derive(Clone, Copy)]
struct Head {
    left: i32,
    span: Span,
}

/// Offers each place of a delivery behind a pickup before position `at`.
fn deliver<A: Arcs, const TIMED: bool, P: Fn(Found) -> i64>(
    state: &State<'_, A, TIMED>,
    pickup: u32,
    (slot, at): (usize, usize),
    mut head: Head,
    cheapest: &mut Cheapest<P>,
) {
    let model = state.model;
    let route = &state.routes[slot];
    let delivery = model.partner[pickup as usize];
    let (from, to) = (state.arcs.row(pickup), Asked::new(model, state.arcs, delivery));
    let mut longer = from.from(route.stops[at - 1].node) - route.stops[at].edge;
    let mut here = pickup;
    for behind in at - 1..route.stops.len() - 1 {
        if behind >= at {
            let stop = route.stops[behind];
            let time = if behind == at {
                longer += from.to(stop.node);
                from.time_to(stop.node)
            } else {
                state.arcs.time_of(here, stop.node, stop.edge)
            };
            let arrive = head.left + time;
            let demand = model.demands(pickup);
            if arrive > route.times[behind].late
                || !room_aboard(state, slot, behind..behind + 1, demand)
            {
                return;
            }
            here = stop.node;
            head.span = head.span.then(time, Span::node(model, here));
            head.left = arrive.max(model.open[here as usize]) + model.service[here as usize];
        }
        let next = route.stops[behind + 1];
        let Some(left) = to.left_after(head.left, here) else { return };
        let onward = to.row.time_to(next.node);
        if left + onward > route.times[behind + 1].late {
            continue;
        }
        let span = head.span.then(to.row.time_from(here), Span::node(model, delivery));
        let edge = if behind < at { 0 } else { next.edge };
        let found = Found {
            longer: longer + to.row.from(here) + to.row.to(next.node) - edge,
            later: span.then(onward, route.since[behind + 1]).duration - route.duration,
            at: at as u32,
            delivery_at: behind as u32 + 1,
        };
        cheapest.offer(found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joining_pieces_is_associative() {
        let pieces = [Span::new(2, 10, 40), Span::new(3, 30, 60), Span::new(1, 5, 80)];
        let [a, b, c] = pieces;
        assert_eq!(a.then(7, b).then(4, c), a.then(7, b.then(4, c)));
    }
}
