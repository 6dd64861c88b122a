//! A whole route from its start: points, labels, worth. Where rides are limited, pickups wait until the
//! ride is short enough.

use super::burden::Worth;
use super::drive::Label;
use super::line::{Line, is_plain};
use super::model::{ANY, Model, NONE, Part};
use super::point::{Of, Point};

/// A route that can be driven.
#[derive(Clone, Debug)]
pub(super) struct Settled {
    /// Before the first node and after each.
    pub(super) points: Vec<Point>,
    pub(super) worth: Worth,
    /// At the end.
    pub(super) last: Label,
}

/// Drives the nodes one after the other; none where a rule is broken.
pub(super) fn settle(model: &Model<'_>, of: Of, nodes: &[u32]) -> Option<Settled> {
    let limited = model.rides && nodes.iter().any(|&n| model.nodes[n as usize].ride_max.is_some());
    let (ready, mut not_before) = ready(model, of, nodes);
    if limited {
        not_before.resize(nodes.len(), 0);
    }
    loop {
        let points = drive_on(model, of, nodes, (ready, &not_before))?;
        let (worth, last) = points[nodes.len()].finish(model, of)?;
        let settled = Settled { points, worth, last };
        if !limited || !postpone(model, of, nodes, &settled, &mut not_before) {
            return Some(settled);
        }
    }
}

impl Settled {
    /// The labels on the way to the end: one a point.
    pub(super) fn labels(&self, model: &Model<'_>, of: Of) -> Vec<Label> {
        let mut labels: Vec<Label> = Vec::with_capacity(self.points.len());
        let points = self.points.iter().rev();
        if model.end(of).is_none() {
            labels.push(self.last);
        }
        for point in points.skip(labels.len()) {
            let from = labels.last().unwrap_or(&self.last).from;
            labels.push(point.labels.all()[usize::from(from)]);
        }
        labels.reverse();
        labels
    }
}

/// The points of a route in which no ride is limited.
pub(super) fn points(model: &Model<'_>, of: Of, nodes: &[u32]) -> Option<Vec<Point>> {
    let (ready, not_before) = ready(model, of, nodes);
    drive_on(model, of, nodes, (ready, &not_before))
}

fn drive_on(
    model: &Model<'_>,
    of: Of,
    nodes: &[u32],
    (ready, not_before): (i32, &[i32]),
) -> Option<Vec<Point>> {
    let mut points = Vec::with_capacity(nodes.len() + 1);
    points.push(Point::start(model, of, ready));
    for (at, &node) in nodes.iter().enumerate() {
        let wait = not_before.get(at).copied().unwrap_or(0);
        points.push(points[at].then(model, of, node, wait)?);
    }
    Some(points)
}

/// What a route is worth; none where a rule is broken.
pub(super) fn worth(model: &Model<'_>, of: Of, nodes: &[u32]) -> Option<Worth> {
    if is_plain(model, of, nodes) {
        return Line::new(model, of, nodes).map(|line| line.worth());
    }
    settle(model, of, nodes).map(|settled| settled.worth)
}

/// When all that the first trip takes is ready; and for each node, where any must wait, when it may begin:
/// later trips are loaded no sooner than what they take is ready.
pub(super) fn ready(model: &Model<'_>, of: Of, nodes: &[u32]) -> (i32, Vec<i32>) {
    if !model.sourced {
        return (0, Vec::new());
    }
    let start = model.problem.vehicles[of.vehicle].start;
    let left = model.slots[of.slot as usize].left;
    let (mut depot, mut reload) = (start.filter(|_| !left).unwrap_or(ANY), None);
    let (mut first, mut not_before) = (0, vec![0; nodes.len()]);
    for (at, &node) in nodes.iter().enumerate() {
        let facts = &model.nodes[node as usize];
        if facts.part == Part::Reload {
            (depot, reload) = (facts.place, Some(at));
        } else if let Some(source) = facts.source(depot) {
            match reload {
                Some(at) => {
                    let service = model.nodes[nodes[at] as usize].service;
                    not_before[at] = not_before[at].max(source.ready - service);
                }
                None => first = first.max(source.ready),
            }
        }
    }
    (first, not_before)
}

/// Lets pickups wait whose goods would ride too long; whether any must wait longer than before.
///
/// The least times that meet all differences grow by this to a fixed point, or past a window, where
/// the route cannot be driven (Bellman 1958 on a simple temporal network).
fn postpone(
    model: &Model<'_>,
    of: Of,
    nodes: &[u32],
    settled: &Settled,
    not_before: &mut [i32],
) -> bool {
    let labels = settled.labels(model, of);
    let begin = |at: usize| labels[at + 1].time - model.nodes[nodes[at] as usize].service;
    let mut later = false;
    for (at, &node) in nodes.iter().enumerate() {
        let facts = &model.nodes[node as usize];
        let Some(ride_max) = facts.ride_max else { continue };
        let same = |&other: &u32| {
            let other = &model.nodes[other as usize];
            other.part == Part::Taken && other.order == facts.order && other.order != NONE
        };
        // Where it is done already, the point before looks to it.
        let Some(pickup) = nodes[..at].iter().position(same) else { continue };
        let wait = begin(at) - ride_max - model.nodes[nodes[pickup] as usize].service;
        if wait > begin(pickup) {
            not_before[pickup] = wait;
            later = true;
        }
    }
    later
}
