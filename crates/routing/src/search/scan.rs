//! The best place of a stop, or of a pair, on one route: the loops in which the time goes.

use super::arcs::{Arcs, Row};
use super::model::{Model, NONE};
use super::paid::{Span, scan_paid};
use super::state::State;
use quantity::seed::Sequence;

/// A place that is none.
pub(crate) const NO_PLACE: i32 = i32::MAX;

/// Where a stop can go on a route; for a pair, where both can.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    /// Longer by so much, or [`NO_PLACE`].
    pub(crate) longer: i32,
    /// Takes longer by so much; 0 where time is not paid.
    pub(crate) later: i32,
    /// Before this position.
    pub(crate) at: u32,
    /// The delivery goes before this position of the route as it was.
    pub(crate) delivery_at: u32,
}

impl Found {
    /// No place.
    pub(crate) const NONE: Self = Self { longer: NO_PLACE, later: 0, at: 0, delivery_at: 0 };
}

/// The best place on a route.
pub(crate) fn scan<A: Arcs, const TIMED: bool>(
    state: &State<'_, A, TIMED>,
    stop: u32,
    slot: usize,
) -> Found {
    if state.model.paid {
        return scan_paid(state, stop, slot, 1..state.routes[slot].stops.len());
    }
    if !state.model.paired {
        return scan_stop(state, stop, slot);
    }
    if state.model.partner[stop as usize] == NONE {
        return scan_collected(state, stop, slot);
    }
    scan_pair(state, stop, slot, 1..state.routes[slot].stops.len())
}

/// Another place than the best, for the few times that that is overlooked: of a stop the best but for
/// position `at`, of a pair the best with its pickup before a random one.
#[cold]
pub(crate) fn scan_beside<A: Arcs, const TIMED: bool>(
    state: &State<'_, A, TIMED>,
    stop: u32,
    slot: usize,
    at: u32,
    random: &mut Sequence,
) -> Found {
    let model = state.model;
    if model.partner[stop as usize] == NONE {
        return scan_but(state, stop, slot, at);
    }
    let at = 1 + random.below(state.routes[slot].stops.len() - 1);
    if model.paid {
        scan_paid(state, stop, slot, at..at + 1)
    } else {
        scan_pair(state, stop, slot, at..at + 1)
    }
}

/// What the loops read of a stop.
#[derive(Clone, Copy)]
pub(crate) struct Asked<R> {
    pub(crate) row: R,
    open: i32,
    close: i32,
    service: i32,
    /// A route that is left later than this before the stop reaches it too late.
    pub(crate) leave_max: i32,
}

impl<R: Row> Asked<R> {
    pub(crate) fn new<'a, A: Arcs<Row<'a> = R>>(model: &Model, arcs: &'a A, stop: u32) -> Self {
        let idx = stop as usize;
        let (open, close, service) = (model.open[idx], model.close[idx], model.service[idx]);
        Self { row: arcs.row(stop), open, close, service, leave_max: close - model.least_in[idx] }
    }
    /// When the stop is left that is reached from a node left at `leave`; none if too late.
    #[inline]
    pub(crate) fn left_after(&self, leave: i32, node: u32) -> Option<i32> {
        let start = (leave + self.row.time_from(node)).max(self.open);
        (start <= self.close).then_some(start + self.service)
    }
}

#[inline]
fn scan_stop<A: Arcs, const TIMED: bool>(
    state: &State<'_, A, TIMED>,
    stop: u32,
    slot: usize,
) -> Found {
    let mut found = Found::NONE;
    let route = &state.routes[slot];
    let stops = route.stops.as_slice();
    if TIMED {
        let asked = Asked::new(state.model, state.arcs, stop);
        let row = asked.row;
        let times = &route.times[..stops.len()];
        // Before this position whatever follows would be late.
        let done = asked.open + asked.service + state.model.least_out[stop as usize];
        let first = 1 + times[1..].partition_point(|times| times.late < done);
        for at in first..stops.len() {
            let leave = times[at - 1].leave;
            if leave > asked.leave_max {
                break;
            }
            let (before, Found { longer, .. }) = (stops[at - 1].node, found);
            let next = stops[at];
            let delta = row.from(before) + row.to(next.node) - next.edge;
            if delta < longer {
                let Some(left) = asked.left_after(leave, before) else { continue };
                if left + row.time_to(next.node) <= times[at].late {
                    found = Found { longer: delta, later: 0, at: at as u32, delivery_at: 0 };
                }
            }
        }
    } else {
        let row = state.arcs.row(stop);
        let mut from = row.from(stops[0].node);
        for (idx, next) in stops[1..].iter().enumerate() {
            let delta = from + row.to(next.node) - next.edge;
            if delta < found.longer {
                found = Found { longer: delta, later: 0, at: idx as u32 + 1, delivery_at: 0 };
            }
            from = row.from(next.node);
        }
    }
    found
}

/// The best place of a stop without a partner but for one position.
fn scan_but<A: Arcs, const TIMED: bool>(
    state: &State<'_, A, TIMED>,
    stop: u32,
    slot: usize,
    except: u32,
) -> Found {
    let mut found = Found::NONE;
    let (model, route) = (state.model, &state.routes[slot]);
    let asked = Asked::new(model, state.arcs, stop);
    for at in (1..route.stops.len()).filter(|&at| at as u32 != except) {
        let (before, next) = (route.stops[at - 1].node, route.stops[at]);
        let delta = asked.row.from(before) + asked.row.to(next.node) - next.edge;
        if delta >= found.longer {
            continue;
        }
        let aboard = at - 1..route.stops.len();
        if model.paired && !room_aboard(state, slot, aboard, model.demands(stop)) {
            continue;
        }
        let onward = asked.row.time_to(next.node);
        if TIMED {
            let left = asked.left_after(route.times[at - 1].leave, before);
            if left.is_none_or(|left| left + onward > route.times[at].late) {
                continue;
            }
        }
        let mut later = 0;
        if model.paid {
            let head =
                route.until[at - 1].then(asked.row.time_from(before), Span::node(model, stop));
            later = head.then(onward, route.since[at]).duration - route.duration;
        }
        found = Found { longer: delta, later, at: at as u32, delivery_at: 0 };
    }
    found
}

/// Whether `demand` fits on top of what is on board after each of the positions.
pub(crate) fn room_aboard<A: Arcs, const TIMED: bool>(
    state: &State<'_, A, TIMED>,
    slot: usize,
    positions: std::ops::Range<usize>,
    demand: &[i32],
) -> bool {
    let route = &state.routes[slot];
    let capacity = &state.model.kinds[route.kind as usize].capacity;
    let dimensions = demand.len();
    route.aboard[positions.start * dimensions..positions.end * dimensions]
        .chunks_exact(dimensions)
        .all(|aboard| (0..dimensions).all(|k| aboard[k] + demand[k] <= capacity[k]))
}

/// A stop without a partner among pairs: its load stays on board to the end.
fn scan_collected<A: Arcs, const TIMED: bool>(
    state: &State<'_, A, TIMED>,
    stop: u32,
    slot: usize,
) -> Found {
    let mut found = Found::NONE;
    let route = &state.routes[slot];
    let asked = Asked::new(state.model, state.arcs, stop);
    for at in (1..route.stops.len()).rev() {
        if !room_aboard(state, slot, at - 1..at, state.model.demands(stop)) {
            break;
        }
        let (before, next) = (route.stops[at - 1].node, route.stops[at]);
        let delta = asked.row.from(before) + asked.row.to(next.node) - next.edge;
        if delta >= found.longer {
            continue;
        }
        let in_time = !TIMED
            || asked
                .left_after(route.times[at - 1].leave, before)
                .is_some_and(|left| left + asked.row.time_to(next.node) <= route.times[at].late);
        if in_time {
            found = Found { longer: delta, later: 0, at: at as u32, delivery_at: 0 };
        }
    }
    found
}

fn scan_pair<A: Arcs, const TIMED: bool>(
    state: &State<'_, A, TIMED>,
    pickup: u32,
    slot: usize,
    positions: std::ops::Range<usize>,
) -> Found {
    let model = state.model;
    let delivery = model.partner[pickup as usize];
    let route = &state.routes[slot];
    let (stops, times) = (&route.stops, &route.times);
    let demand = model.demands(pickup);
    let (from, to) =
        (Asked::new(model, state.arcs, pickup), Asked::new(model, state.arcs, delivery));
    let (direct, direct_time) = (from.row.to(delivery), from.row.time_to(delivery));
    let mut found = Found::NONE;
    for at in positions {
        let (before, next) = (stops[at - 1].node, stops[at]);
        let mut left = 0;
        if TIMED {
            let leave = times[at - 1].leave;
            if leave > from.leave_max {
                break;
            }
            let Some(leave) = from.left_after(leave, before) else { continue };
            left = leave;
        }
        if !room_aboard(state, slot, at - 1..at, demand) {
            continue;
        }
        let reach = from.row.from(before) - next.edge;
        let delta = reach + direct + to.row.to(next.node);
        if delta < found.longer {
            let start = (left + direct_time).max(to.open);
            let in_time = !TIMED
                || start <= to.close
                    && start + to.service + to.row.time_to(next.node) <= times[at].late;
            if in_time {
                found = Found { longer: delta, later: 0, at: at as u32, delivery_at: at as u32 };
            }
        }
        let apart = reach + from.row.to(next.node);
        if apart < found.longer {
            let arrive = left + from.row.time_to(next.node);
            let known = Apart { slot, at, longer: apart, arrive };
            scan_delivery(state, &to, known, demand, &mut found);
        }
    }
    found
}

/// A pickup before position `at` whose delivery comes later.
#[derive(Clone, Copy)]
struct Apart {
    slot: usize,
    at: usize,
    /// What the pickup alone adds.
    longer: i32,
    /// When the stop at `at` is reached then.
    arrive: i32,
}

/// Looks for the delivery's place behind a pickup's.
fn scan_delivery<A: Arcs, const TIMED: bool>(
    state: &State<'_, A, TIMED>,
    to: &Asked<A::Row<'_>>,
    pickup: Apart,
    demand: &[i32],
    found: &mut Found,
) {
    let Apart { slot, at, longer, mut arrive } = pickup;
    let model = state.model;
    let route = &state.routes[slot];
    let (stops, times) = (&route.stops, &route.times);
    for behind in at..stops.len() - 1 {
        let node = stops[behind].node;
        let mut leave = 0;
        if TIMED {
            if arrive > times[behind].late {
                return;
            }
            leave = arrive.max(model.open[node as usize]) + model.service[node as usize];
            if leave > to.leave_max {
                return;
            }
        }
        if !room_aboard(state, slot, behind..behind + 1, demand) {
            return;
        }
        let next = stops[behind + 1];
        let delta = longer + to.row.from(node) + to.row.to(next.node) - next.edge;
        if delta < found.longer {
            let in_time = !TIMED
                || to
                    .left_after(leave, node)
                    .is_some_and(|left| left + to.row.time_to(next.node) <= times[behind + 1].late);
            if in_time {
                *found = Found {
                    longer: delta,
                    later: 0,
                    at: at as u32,
                    delivery_at: behind as u32 + 1,
                };
            }
        }
        if TIMED {
            arrive = leave + state.arcs.time_of(node, next.node, next.edge);
        }
    }
}

/// What a route of its own costs; none where there can be none.
pub(crate) fn cost_alone<A: Arcs>(model: &Model, arcs: &A, stop: u32, kind: usize) -> Option<i64> {
    let kind = &model.kinds[kind];
    let partner = model.partner[stop as usize];
    let fits = model.demands(stop).iter().zip(&kind.capacity).all(|(demand, most)| demand <= most);
    let mut nodes = vec![kind.start, stop];
    if partner != NONE {
        nodes.push(partner);
    }
    nodes.push(kind.end);
    let (mut time, mut length) = (kind.begin, 0);
    let mut in_time = kind.begin <= kind.begin_late;
    let mut span = Span::new(0, kind.begin, kind.begin_late);
    for pair in nodes.windows(2) {
        let row = arcs.row(pair[0]);
        length += i64::from(row.to(pair[1]));
        time += row.time_to(pair[1]);
        let next = if pair[1] == kind.end {
            Span::new(0, 0, kind.back)
        } else {
            Span::node(model, pair[1])
        };
        span = span.then(row.time_to(pair[1]), next);
        if pair[1] != kind.end {
            let node = pair[1] as usize;
            in_time &= time <= model.close[node];
            time = time.max(model.open[node]) + model.service[node];
        }
    }
    in_time &= time <= kind.back;
    (fits && in_time).then_some(
        kind.fixed + kind.per_distance * length + kind.per_time * i64::from(span.duration),
    )
}
