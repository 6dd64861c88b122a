//! A route up to some node: what is known of time, way, load and energy. A route is a fold over its
//! nodes; an insertion folds again from where it is.

use super::burden::{Burden, Worth};
use super::drive::{Label, Labels, Target, after, begin, drive, may_end};
use super::line::Here;
use super::model::{ANY, Model, NONE, Node, Part};
use super::plan::Doing;
use super::problem::DIMENSIONS_MAX;

/// A number a dimension.
pub(super) type Amounts = [i64; DIMENSIONS_MAX];

/// A route up to the end of a service.
#[derive(Clone, Copy, Debug)]
pub(super) struct Point {
    pub(super) labels: Labels,
    /// The node; none before the first of a route without a start.
    place: u32,
    pub(super) metres: i64,
    /// Seconds of driving.
    driven: i64,
    /// Where this trip was loaded, not before when, and at which metre.
    depot: u32,
    loaded: i32,
    loaded_at: i64,
    /// Metres times what is on board of the first dimension, as far as it is settled: deliveries are
    /// settled when left, pickups when unloaded.
    moment: i128,
    picked_moment: i128,
    /// On board beyond what the trip's deliveries are in all, now and at the most in this trip.
    now: Amounts,
    most: Amounts,
    /// Deliveries and pickups of this trip so far.
    delivered: Amounts,
    picked: Amounts,
    pub(super) stops: u32,
    pub(super) trips: u32,
    /// Money for choices and moved orders.
    extra: i64,
}

/// The slot a route is of, and its vehicle type.
#[derive(Clone, Copy, Debug)]
pub(super) struct Of {
    pub(super) slot: u32,
    pub(super) vehicle: usize,
}

impl Point {
    /// Before the first node that is still to be visited; who has not left leaves no sooner than `ready`.
    pub(super) fn start(model: &Model<'_>, of: Of, ready: i32) -> Self {
        let vehicle = &model.problem.vehicles[of.vehicle];
        let loaded = vehicle.shift.open.max(ready);
        let mut point = Self {
            labels: Labels::one(Label::at(loaded)),
            depot: vehicle.start.unwrap_or(ANY),
            loaded,
            place: vehicle.start.unwrap_or(NONE),
            metres: 0,
            driven: 0,
            loaded_at: 0,
            moment: 0,
            picked_moment: 0,
            now: [0; DIMENSIONS_MAX],
            most: [0; DIMENSIONS_MAX],
            delivered: [0; DIMENSIONS_MAX],
            picked: [0; DIMENSIONS_MAX],
            stops: 0,
            trips: 1,
            extra: 0,
        };
        let Some(underway) = model.slots[of.slot as usize].underway else { return point };
        let done = &model.problem.underway[underway].done;
        if done.is_empty() {
            return point;
        }
        let mut places: Vec<u32> = Vec::with_capacity(done.len());
        for step in done {
            if let Doing::Visit(visit) = step.doing {
                let node = model.node_of(of.vehicle, visit);
                point.be_at(model, of, node);
                point.act(model, of, node);
            }
            places.push(point.place);
        }
        let seconds = |idx: usize| {
            let to = (idx + 1..done.len()).find(|&i| !matches!(done[i].doing, Doing::Break(_)));
            to.map_or(i32::MAX, |to| model.arc(of.vehicle, places[idx], places[to]).1)
        };
        point.labels = Labels::one(after(done, seconds, vehicle));
        point.depot = ANY;
        point
    }

    /// Drives to a node and serves it; false where that breaks a rule.
    #[inline]
    pub(super) fn go_on(&mut self, model: &Model<'_>, of: Of, node: u32, not_before: i32) -> bool {
        let vehicle = &model.problem.vehicles[of.vehicle];
        let facts = &model.nodes[node as usize];
        if !facts.is_ready(self.depot, self.loaded) {
            return false;
        }
        let first = self.place == NONE;
        let seconds = self.be_at(model, of, node);
        let target = Target::node(facts, (not_before, model.not_after(facts)));
        self.labels = if first {
            begin(vehicle, &self.labels, target)
        } else {
            drive(vehicle, &self.labels, seconds, target)
        };
        self.act(model, of, node);
        if facts.part == Part::Reload {
            (self.depot, self.loaded) = (facts.place, self.labels.earliest());
        }
        !self.labels.all().is_empty() && self.holds(model, of)
    }
    /// As [`Point::go_on`], from here.
    pub(super) fn then(
        &self,
        model: &Model<'_>,
        of: Of,
        node: u32,
        not_before: i32,
    ) -> Option<Self> {
        let mut next = *self;
        next.go_on(model, of, node, not_before).then_some(next)
    }

    /// Metres and seconds to a place.
    pub(super) fn arc_to(&self, model: &Model<'_>, of: Of, place: u32) -> (i64, i32) {
        if self.place == NONE {
            return (0, 0);
        }
        let (metres, seconds) = model.arc(of.vehicle, self.place, place);
        (metres.into(), seconds)
    }

    /// Whether a stop can be added to the trip that ends here, by what is loaded and unloaded at its depots.
    pub(super) fn has_room(&self, model: &Model<'_>, of: Of, node: &Node) -> bool {
        let capacity = &model.problem.vehicles[of.vehicle].capacity;
        (0..model.problem.dimensions).all(|k| {
            self.delivered[k] + node.delivery[k] <= capacity[k]
                && self.picked[k] + node.pickup[k] <= capacity[k]
        })
    }

    pub(super) fn here(&self) -> Here {
        let Self { place, depot, loaded, .. } = *self;
        Here { leave: self.labels.earliest(), place, depot, loaded }
    }
    /// Seconds already driven towards the next.
    pub(super) fn ahead(&self) -> i32 {
        self.labels.all().first().map_or(0, Label::ahead)
    }
    pub(super) const fn place(&self) -> u32 {
        self.place
    }
    pub(super) const fn go_to(&mut self, place: u32) {
        self.place = place;
    }

    /// Seconds on the way there.
    fn be_at(&mut self, model: &Model<'_>, of: Of, node: u32) -> i32 {
        let place = model.nodes[node as usize].place;
        let (metres, seconds) = self.arc_to(model, of, place);
        self.metres += metres;
        self.driven += i64::from(seconds);
        self.place = place;
        seconds
    }

    /// What is loaded, taken and left.
    fn act(&mut self, model: &Model<'_>, of: Of, node: u32) {
        let facts: &Node = &model.nodes[node as usize];
        if facts.part == Part::Reload {
            self.unload();
            self.loaded_at = self.metres;
            self.trips += 1;
            return;
        }
        self.stops += 1;
        for k in 0..model.problem.dimensions {
            let (delivery, pickup) = (facts.delivery[k], facts.pickup[k]);
            self.now[k] += facts.change[k] + pickup - delivery;
            self.most[k] = self.most[k].max(self.now[k]);
            self.delivered[k] += delivery;
            self.picked[k] += pickup;
        }
        if let (Some(&delivery), Some(&pickup), Some(&change)) =
            (facts.delivery.first(), facts.pickup.first(), facts.change.first())
        {
            let metres = i128::from(self.metres);
            self.moment += i128::from(delivery) * i128::from(self.metres - self.loaded_at);
            self.moment -= i128::from(change) * metres;
            self.picked_moment += i128::from(pickup) * metres;
        }
        self.extra += model.cost(facts, of.slot);
    }

    /// Pickups go; a shipment stays on board.
    fn unload(&mut self) {
        self.moment += i128::from(self.picked[0]) * i128::from(self.metres) - self.picked_moment;
        self.picked_moment = 0;
        for k in 0..DIMENSIONS_MAX {
            self.now[k] += self.delivered[k] - self.picked[k];
            self.most[k] = self.now[k];
        }
        self.delivered = [0; DIMENSIONS_MAX];
        self.picked = [0; DIMENSIONS_MAX];
    }

    /// Within capacity, way, stops and trips so far; each only grows.
    fn holds(&self, model: &Model<'_>, of: Of) -> bool {
        let vehicle = &model.problem.vehicles[of.vehicle];
        let fits = |k: usize| self.most[k] + self.delivered[k] <= vehicle.capacity[k];
        (0..model.problem.dimensions).all(fits)
            && self.metres <= vehicle.metres_max.unwrap_or(i64::MAX)
            && self.driven <= vehicle.drive_max.map_or(i64::MAX, i64::from)
            && self.stops <= vehicle.stops_max.unwrap_or(u32::MAX)
            && self.trips <= vehicle.trips_max.max(1)
    }

    /// The whole route, ending here, by the label that is best for it.
    pub(super) fn finish(&self, model: &Model<'_>, of: Of) -> Option<(Worth, Label)> {
        let vehicle = &model.problem.vehicles[of.vehicle];
        let over = model.slots[of.slot as usize].over;
        let mut last = *self;
        if let Some(end) = model.end(of) {
            let (metres, seconds) = self.arc_to(model, of, end);
            last.metres += metres;
            last.driven += i64::from(seconds);
            let shift = [vehicle.shift];
            last.labels = drive(vehicle, &self.labels, seconds, Target::end(&shift));
        }
        last.unload();
        if !over && !last.holds(model, of) {
            return None;
        }
        let ends = |label: &&Label| {
            over || label.time <= vehicle.shift.close
                && may_end(vehicle, label)
                && label.duration() <= vehicle.duration_max.unwrap_or(i32::MAX)
        };
        let labels = last.labels.all().iter().filter(ends);
        let worths =
            labels.filter_map(|label| Some((last.burden(label).worth(model, of)?, *label)));
        worths.min_by_key(|(worth, label)| (worth.value, label.time))
    }

    fn burden(&self, label: &Label) -> Burden {
        let Self { metres, driven, moment, extra, .. } = *self;
        let (duration, late) = (label.duration(), label.late);
        Burden { metres, driven, moment, duration, late, extra }
    }
}
