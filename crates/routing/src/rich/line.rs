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
    /// The whole route.
    whole: Burden,
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
    /// On board on the way to the next.
    load: Amounts,
    /// Most on board of this trip: up to here, and from here on.
    most_before: Amounts,
    most_behind: Amounts,
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
        let window = &self.windows[0];
        Span::new(self.service, window.open.max(not_before), window.close)
    }
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
        let mut line = Self {
            knots: cut.forth()?,
            whole: Burden::default(),
            stops: (nodes.len() - reloads) as u32,
            trips: reloads as u32 + 1,
            shipments: part(Part::Taken).next().is_some(),
        };
        cut.back(&mut line.knots);
        line.whole = cut.whole(&line.knots);
        let vehicle = &model.problem.vehicles[of.vehicle];
        let holds = line.whole.holds(vehicle)
            && line.stops <= vehicle.stops_max.unwrap_or(u32::MAX)
            && line.trips <= vehicle.trips_max.max(1)
            && line.knots[nodes.len()].leave + line.knots[nodes.len()].arc.1 <= vehicle.shift.close;
        holds.then_some(line)
    }
    /// None where the battery does not hold out.
    pub(super) fn worth(&self, model: &Model<'_>, of: Of) -> Option<Worth> {
        self.whole.worth(model, of)
    }
    /// The route up to behind a node.
    pub(super) fn here(&self, at: usize) -> Here {
        let Knot { leave, place, depot, loaded, .. } = self.knots[at];
        Here { leave, place, depot, loaded }
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
        let fits = |k: usize| {
            knot.most_before[k] + node.delivery[k] <= vehicle.capacity[k]
                && knot.most_behind[k] + node.pickup[k] <= vehicle.capacity[k]
        };
        if !(0..model.problem.dimensions).all(fits) {
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
        let window = &reload.windows[0];
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
                + i128::from(knot.load[0]) * i128::from(to.0 - knot.arc.0)
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
        let load = i128::from(self.load[0]);
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
    fn forth(&self) -> Option<Vec<Knot>> {
        let Self { model, of, nodes, .. } = *self;
        let vehicle = &model.problem.vehicles[of.vehicle];
        let load = self.loaded(0, &[0; DIMENSIONS_MAX]);
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
            load,
            most_before: load,
            most_behind: load,
            loaded_at: 0,
            unloaded_at: 0,
            arc: (0, 0),
        };
        let fits = |load: &Amounts| load.iter().zip(&vehicle.capacity).all(|(l, most)| l <= most);
        let mut knots = Vec::with_capacity(nodes.len() + 1);
        let mut shipped = [0; DIMENSIONS_MAX];
        for (at, &node) in nodes.iter().enumerate() {
            let facts = &model.nodes[node as usize];
            let (metres, seconds) = model.arc(of.vehicle, knot.place, facts.place);
            knot.arc = (metres.into(), seconds);
            if !fits(&knot.most_before) || !facts.is_ready(knot.depot, knot.loaded) {
                return None;
            }
            knots.push(knot);
            let (open, close) =
                (facts.windows[0].open.max(self.not_before(at)), facts.windows[0].close);
            let begin = (knot.leave + seconds).max(open);
            if begin > close {
                return None;
            }
            knot.leave = begin + facts.service;
            knot.until = knot.until.then(seconds, facts.span(self.not_before(at)));
            knot.place = facts.place;
            knot.metres += i64::from(metres);
            knot.driven += i64::from(seconds);
            for (k, shipped) in shipped.iter_mut().enumerate().take(model.problem.dimensions) {
                *shipped += facts.change[k];
                knot.load[k] += facts.change[k] + facts.pickup[k] - facts.delivery[k];
                knot.most_before[k] = knot.most_before[k].max(knot.load[k]);
            }
            if facts.part == Part::Reload {
                if !fits(&knot.most_before) {
                    return None;
                }
                knot.load = self.loaded(at + 1, &shipped);
                (knot.loaded_at, knot.most_before) = (knot.metres, knot.load);
                (knot.depot, knot.loaded) = (facts.place, knot.leave);
            }
        }
        let end = model.end(of).map_or((0, 0), |end| model.arc(of.vehicle, knot.place, end));
        knot.arc = (end.0.into(), end.1);
        knots.push(knot);
        fits(&knot.most_before).then_some(knots)
    }

    fn back(&self, knots: &mut [Knot]) {
        let Self { model, of, nodes, .. } = *self;
        let vehicle = &model.problem.vehicles[of.vehicle];
        let last = knots.len() - 1;
        let mut unloaded_at = knots[last].metres + knots[last].arc.0;
        let mut span = Span::new(0, 0, vehicle.shift.close);
        let mut most = knots[last].load;
        for at in (0..=last).rev() {
            let knot = &mut knots[at];
            for (most, load) in most.iter_mut().zip(&knot.load) {
                *most = (*most).max(*load);
            }
            (knot.since, knot.unloaded_at, knot.most_behind) = (span, unloaded_at, most);
            let (metres, seconds) = (knot.metres, knot.arc.1);
            if at > 0 {
                let facts = &model.nodes[nodes[at - 1] as usize];
                span = facts.span(self.not_before(at - 1)).then(seconds, span);
                if facts.part == Part::Reload {
                    (unloaded_at, most) = (metres, knots[at - 1].load);
                }
            }
        }
    }

    fn whole(&self, knots: &[Knot]) -> Burden {
        let Self { model, of, nodes, .. } = *self;
        let last = &knots[nodes.len()];
        let moment = knots.iter().map(|knot| i128::from(knot.load[0]) * i128::from(knot.arc.0));
        let cost = |&node: &u32| {
            let facts = &model.nodes[node as usize];
            if matches!(facts.part, Part::Left | Part::Reload) {
                return 0;
            }
            let way = &model.ways[facts.order as usize][facts.alternative as usize];
            way.cost + model.moved(facts.order, of.slot)
        };
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
