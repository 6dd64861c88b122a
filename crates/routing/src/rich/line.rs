//! A plain route in constant time: one window a stop, no breaks, no lateness, no limited rides. Then an
//! insertion is the piece before, the stop, and the piece behind (Vidal and others 2013).

use super::burden::{Burden, Worth};
use super::model::{Model, NONE, Node, Part};
use super::point::{Amounts, Of};
use super::problem::DIMENSIONS_MAX;
use super::settle::ready;
use crate::search::Span;

/// A plain route as pieces.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// What is known on leaving the start and each node.
    knots: Vec<Knot>,
    /// Of each knot, a number a dimension: on board on the way to the next, most on board of this trip
    /// up to here, and from here on.
    loads: Vec<i64>,
    /// The whole route, and what it is worth; nothing where it is idle.
    whole: Burden,
    value: i64,
    pub(super) stops: u32,
    pub(super) trips: u32,
    /// Whether a shipment is among the nodes.
    shipments: bool,
}

#[derive(Clone, Copy, Debug)]
struct Knot {
    /// The route up to here; from the next node, or the end, on.
    until: Span,
    since: Span,
    /// The earliest end of service.
    leave: i32,
    place: u32,
    metres: i64,
    driven: i64,
    /// Where the trip was loaded, and when.
    depot: u32,
    loaded: i32,
    /// On board of the first dimension on the way to the next.
    load: i64,
    /// Metres at which the trip was loaded and is unloaded.
    loaded_at: i64,
    unloaded_at: i64,
    /// Metres and seconds to the next.
    arc: (i64, i32),
}

impl Node {
    /// Whether the node leaves its route plain.
    pub(super) fn is_plain(&self) -> bool {
        self.windows.len() == 1 && self.late_per_hour == 0 && self.ride_max.is_none()
    }
    /// Whether its delivery can be on a trip that was loaded there and then.
    pub(super) fn is_ready(&self, depot: u32, loaded: i32) -> bool {
        self.part != Part::Alone || self.source(depot).is_some_and(|source| source.ready <= loaded)
    }
    fn span(&self, not_before: i32) -> Span {
        Span::new(self.service, self.first.open.max(not_before), self.first.close)
    }
}

/// Rows of loads a knot.
const LOADS: usize = 3;

/// What a knot carries, and twice what it carries at the most: the second is looked at on the way back.
fn push(loads: &mut Vec<i64>, load: &[i64], most: &[i64]) {
    loads.extend_from_slice(load);
    loads.extend_from_slice(most);
    loads.extend_from_slice(most);
}

/// Whether a route is plain; one that has begun is not.
pub(super) fn is_plain(model: &Model<'_>, of: Of, nodes: &[u32]) -> bool {
    let vehicle = &model.problem.vehicles[of.vehicle];
    vehicle.break_rule.is_none()
        && vehicle.breaks.is_empty()
        && vehicle.start.is_some()
        && !model.slots[of.slot as usize].left
        && nodes.iter().all(|&node| model.nodes[node as usize].is_plain())
}

/// A route to be cut into pieces.
struct Cut<'a> {
    model: &'a Model<'a>,
    of: Of,
    nodes: &'a [u32],
    not_before: Vec<i32>,
    ready: i32,
}

impl Line {
    /// A plain route; none where a rule is broken.
    pub(super) fn new(model: &Model<'_>, of: Of, nodes: &[u32]) -> Option<Self> {
        let (ready, not_before) = ready(model, of, nodes);
        let cut = Cut { model, of, nodes, not_before, ready };
        let part =
            |part: Part| nodes.iter().filter(move |&&n| model.nodes[n as usize].part == part);
        let reloads = part(Part::Reload).count();
        let (knots, loads) = cut.forth()?;
        let mut line = Self {
            knots,
            loads,
            whole: Burden::default(),
            value: 0,
            stops: (nodes.len() - reloads) as u32,
            trips: reloads as u32 + 1,
            shipments: part(Part::Taken).next().is_some(),
        };
        cut.back(&mut line.knots, &mut line.loads);
        line.whole = cut.whole(&line.knots);
        let vehicle = &model.problem.vehicles[of.vehicle];
        let holds = line.whole.holds(vehicle)
            && line.stops <= vehicle.stops_max.unwrap_or(u32::MAX)
            && line.trips <= vehicle.trips_max.max(1)
            && line.knots[nodes.len()].leave + line.knots[nodes.len()].arc.1 <= vehicle.shift.close;
        if !holds {
            return None;
        }
        line.value = line.whole.worth(model, of)?.value;
        if nodes.is_empty() {
            line.value = 0;
        }
        Some(line)
    }
    pub(super) const fn worth(&self) -> Worth {
        Worth { value: self.value }
    }
    /// The route up to behind a node.
    pub(super) fn here(&self, at: usize) -> Here {
        let Knot { leave, place, depot, loaded, .. } = self.knots[at];
        Here { leave, place, depot, loaded }
    }

    /// The cheapest place of a plain stop from knot `from` on that is better than `best`: its worth and
    /// position. `per_metre` is what a metre is worth at the least.
    pub(super) fn best(
        &self,
        model: &Model<'_>,
        of: Of,
        (node, cost): (&Node, i64),
        latest: &[i32],
        (from, per_metre, mut best): (usize, f64, i64),
    ) -> Option<(Worth, usize)> {
        let (to, on) = model.rows(of.vehicle, node.place);
        let end = model.end(of);
        let mut found = None;
        for (at, knot) in self.knots.iter().enumerate().skip(from) {
            let next = self.knots.get(at + 1).map(|knot| knot.place).or(end);
            let onward = next.map_or(0, |next| on.metres[next as usize]);
            let detour = i64::from(to.metres[knot.place as usize]) + i64::from(onward) - knot.arc.0;
            if (per_metre * detour as f64) as i64 >= best {
                continue;
            }
            let ready = knot.leave + to.seconds[knot.place as usize];
            let leave = ready.max(node.first.open) + node.service;
            let onward = next.map_or(0, |next| on.seconds[next as usize]);
            if ready > node.first.close
                || leave + onward > latest[at]
                || !node.is_ready(knot.depot, knot.loaded)
            {
                continue;
            }
            let worth = self.with(model, of, (node, cost), at);
            if let Some(worth) = worth.filter(|worth| worth.value - self.value < best) {
                best = worth.value - self.value;
                found = Some((worth, at));
            }
        }
        found
    }

    /// The route with a plain stop behind knot `at`, where that is in time.
    pub(super) fn with(
        &self,
        model: &Model<'_>,
        of: Of,
        (node, cost): (&Node, i64),
        at: usize,
    ) -> Option<Worth> {
        let vehicle = &model.problem.vehicles[of.vehicle];
        let knot = &self.knots[at];
        let dimensions = model.problem.dimensions;
        let loads = &self.loads[at * LOADS * dimensions..][..LOADS * dimensions];
        let fits = |k: usize| {
            loads[dimensions + k] + node.delivery[k] <= vehicle.capacity[k]
                && loads[2 * dimensions + k] + node.pickup[k] <= vehicle.capacity[k]
        };
        if !(0..dimensions).all(fits) {
            return None;
        }
        let arc = |from: u32, to: u32| {
            let (metres, seconds) = model.arc(of.vehicle, from, to);
            (i64::from(metres), seconds)
        };
        let to = arc(knot.place, node.place);
        let next = self.knots.get(at + 1).map(|knot| knot.place).or_else(|| model.end(of));
        let on = next.map_or((0, 0), |next| arc(node.place, next));
        let span = knot.until.then(to.1, node.span(0)).then(on.1, knot.since);
        let whole = Burden {
            metres: self.whole.metres + to.0 + on.0 - knot.arc.0,
            driven: self.whole.driven + i64::from(to.1 + on.1 - knot.arc.1),
            moment: self.whole.moment + knot.moment(node, to.0, on.0),
            duration: span.duration,
            late: 0,
            extra: self.whole.extra + cost,
        };
        if whole.holds(vehicle) { whole.worth(model, of) } else { None }
    }

    /// The route with a trip for one plain stop at the end of a trip; none where that is not seen so
    /// quickly.
    pub(super) fn with_trip(
        &self,
        model: &Model<'_>,
        of: Of,
        (node, cost): (&Node, i64),
        (reload, ready): (&Node, i32),
        at: usize,
    ) -> Option<Worth> {
        let vehicle = &model.problem.vehicles[of.vehicle];
        let knot = &self.knots[at];
        let holds = |k: usize| node.delivery[k].max(node.pickup[k]) <= vehicle.capacity[k];
        if !(0..model.problem.dimensions).all(holds) {
            return None;
        }
        let arc = |from: u32, to: u32| {
            let (metres, seconds) = model.arc(of.vehicle, from, to);
            (i64::from(metres), seconds)
        };
        let (to, out) = (arc(knot.place, reload.place), arc(reload.place, node.place));
        let next = self.knots.get(at + 1).map(|knot| knot.place).or_else(|| model.end(of));
        let on = next.map_or((0, 0), |next| arc(node.place, next));
        let (loading, service) = (reload.span(ready - reload.service), node.span(0));
        let back = service.then(on.1, knot.since);
        let leave = (knot.leave + to.1).max(loading.early()) + reload.service;
        let window = &reload.first;
        let begin = (leave + out.1).max(service.early());
        if leave - reload.service > window.close || begin > back.late() {
            return None;
        }
        let span = knot.until.then(to.1, loading).then(out.1, back);
        let amount = |of: &[i64]| i128::from(of.first().copied().unwrap_or(0));
        let whole = Burden {
            metres: self.whole.metres + to.0 + out.0 + on.0 - knot.arc.0,
            driven: self.whole.driven + i64::from(to.1 + out.1 + on.1 - knot.arc.1),
            moment: self.whole.moment
                + i128::from(knot.load) * i128::from(to.0 - knot.arc.0)
                + amount(&node.delivery) * i128::from(out.0)
                + amount(&node.pickup) * i128::from(on.0),
            duration: span.duration,
            late: 0,
            extra: self.whole.extra + cost,
        };
        if whole.holds(vehicle) { whole.worth(model, of) } else { None }
    }
    /// Whether [`Line::with_trip`] can be asked.
    pub(super) const fn may_ask(&self) -> bool {
        !self.shipments
    }
}

/// Where a route is, when it may leave, and where its trip was loaded when.
#[derive(Clone, Copy, Debug)]
pub(super) struct Here {
    pub(super) leave: i32,
    pub(super) place: u32,
    pub(super) depot: u32,
    pub(super) loaded: i32,
}

impl Knot {
    /// Metres times load more with a stop behind, `to` metres away and `on` from the next.
    fn moment(&self, node: &Node, to: i64, on: i64) -> i128 {
        let amount = |of: &[i64]| i128::from(of.first().copied().unwrap_or(0));
        let (delivery, pickup) = (amount(&node.delivery), amount(&node.pickup));
        let load = i128::from(self.load);
        let carried = self.metres - self.loaded_at + to;
        let taken = self.unloaded_at - self.metres - self.arc.0;
        delivery * i128::from(carried)
            + load * i128::from(to + on - self.arc.0)
            + pickup * i128::from(on + taken)
    }
}

impl Cut<'_> {
    fn not_before(&self, at: usize) -> i32 {
        self.not_before.get(at).copied().unwrap_or(0)
    }

    /// None where a window or the capacity does not hold.
    fn forth(&self) -> Option<(Vec<Knot>, Vec<i64>)> {
        let Self { model, of, nodes, .. } = *self;
        let vehicle = &model.problem.vehicles[of.vehicle];
        let dimensions = model.problem.dimensions;
        let mut load = self.loaded(0, &[0; DIMENSIONS_MAX]);
        let mut most = load;
        let begin = vehicle.shift.open.max(self.ready);
        let start = vehicle.start.unwrap_or(NONE);
        let mut knot = Knot {
            until: Span::new(0, begin, vehicle.shift.close),
            since: Span::default(),
            leave: begin,
            place: start,
            metres: 0,
            driven: 0,
            depot: start,
            loaded: begin,
            load: load[0],
            loaded_at: 0,
            unloaded_at: 0,
            arc: (0, 0),
        };
        let fits = |most: &Amounts| (0..dimensions).all(|k| most[k] <= vehicle.capacity[k]);
        let mut knots = Vec::with_capacity(nodes.len() + 1);
        let mut loads = Vec::with_capacity((nodes.len() + 1) * LOADS * dimensions);
        let mut shipped = [0; DIMENSIONS_MAX];
        for (at, &node) in nodes.iter().enumerate() {
            let facts = &model.nodes[node as usize];
            let (metres, seconds) = model.arc(of.vehicle, knot.place, facts.place);
            knot.arc = (metres.into(), seconds);
            if !fits(&most) || !facts.is_ready(knot.depot, knot.loaded) {
                return None;
            }
            knots.push(knot);
            push(&mut loads, &load[..dimensions], &most[..dimensions]);
            let own = facts.span(self.not_before(at));
            let begin = (knot.leave + seconds).max(own.early());
            if begin > own.late() {
                return None;
            }
            knot.leave = begin + facts.service;
            knot.until = knot.until.then(seconds, own);
            knot.place = facts.place;
            knot.metres += i64::from(metres);
            knot.driven += i64::from(seconds);
            for k in 0..dimensions {
                shipped[k] += facts.change[k];
                load[k] += facts.change[k] + facts.pickup[k] - facts.delivery[k];
                most[k] = most[k].max(load[k]);
            }
            if facts.part == Part::Reload {
                if !fits(&most) {
                    return None;
                }
                load = self.loaded(at + 1, &shipped);
                (knot.loaded_at, most) = (knot.metres, load);
                (knot.depot, knot.loaded) = (facts.place, knot.leave);
            }
            knot.load = load[0];
        }
        let end = model.end(of).map_or((0, 0), |end| model.arc(of.vehicle, knot.place, end));
        knot.arc = (end.0.into(), end.1);
        knots.push(knot);
        push(&mut loads, &load[..dimensions], &most[..dimensions]);
        fits(&most).then_some((knots, loads))
    }

    fn back(&self, knots: &mut [Knot], loads: &mut [i64]) {
        let Self { model, of, nodes, .. } = *self;
        let vehicle = &model.problem.vehicles[of.vehicle];
        let dimensions = model.problem.dimensions;
        let last = knots.len() - 1;
        let mut unloaded_at = knots[last].metres + knots[last].arc.0;
        let mut span = Span::new(0, 0, vehicle.shift.close);
        let mut most = [i64::MIN; DIMENSIONS_MAX];
        for at in (0..=last).rev() {
            let loads = &mut loads[at * LOADS * dimensions..][..LOADS * dimensions];
            for k in 0..dimensions {
                most[k] = most[k].max(loads[k]);
                loads[2 * dimensions + k] = most[k];
            }
            let knot = &mut knots[at];
            (knot.since, knot.unloaded_at) = (span, unloaded_at);
            if at > 0 {
                let facts = &model.nodes[nodes[at - 1] as usize];
                span = facts.span(self.not_before(at - 1)).then(knot.arc.1, span);
                if facts.part == Part::Reload {
                    (unloaded_at, most) = (knot.metres, [i64::MIN; DIMENSIONS_MAX]);
                }
            }
        }
    }

    fn whole(&self, knots: &[Knot]) -> Burden {
        let Self { model, of, nodes, .. } = *self;
        let last = &knots[nodes.len()];
        let moment = knots.iter().map(|knot| i128::from(knot.load) * i128::from(knot.arc.0));
        let cost = |&node: &u32| model.cost(&model.nodes[node as usize], of.slot);
        Burden {
            metres: last.metres + last.arc.0,
            driven: last.driven + i64::from(last.arc.1),
            moment: moment.sum(),
            duration: last.until.then(last.arc.1, last.since).duration,
            late: 0,
            extra: nodes.iter().map(cost).sum(),
        }
    }

    /// On board when the trip from a node on leaves: its deliveries, and shipments that stay.
    fn loaded(&self, from: usize, shipped: &Amounts) -> Amounts {
        let mut load = *shipped;
        for &node in &self.nodes[from..] {
            let facts = &self.model.nodes[node as usize];
            if facts.part == Part::Reload {
                break;
            }
            for (load, delivery) in load.iter_mut().zip(&facts.delivery) {
                *load += delivery;
            }
        }
        load
    }
}
