//! One way from a source to a target, with the segments it takes: its line on the map, its climb.

use crate::contract::SHORTCUT;
use crate::cost::{Cost, Goal};
use crate::graph::Graph;
use crate::hierarchy::{Climb, Edges, Hierarchy, START};
use crate::snap::Snap;
use crate::table::exact;
use quantity::{Distance, Duration, Point};

/// A way on the road.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// Segments that are driven whole, between the first and the last, which are driven in part.
    pub segments: Vec<u32>,
    /// From the source's point on the road over every bend to the target's.
    pub line: Vec<Point>,
    /// Free-flow time, rounded to the second.
    pub time: Duration,
    /// Length, rounded to the metre.
    pub length: Distance,
}

impl Path {
    /// What the whole segments climb, in decimetres; `None` where one of their heights is not
    /// known.
    pub fn climb_dm(&self, graph: &Graph) -> Option<u32> {
        let climbs = self.segments.iter().map(|&segment| graph.climb_dm(segment));
        climbs.map(|climb| climb.map(u32::from)).sum()
    }
}

/// The best way from `source` to `target`; `None` where there is none.
pub fn path(graph: &Graph, hierarchy: &Hierarchy, source: Snap, target: Snap) -> Option<Path> {
    let goal = hierarchy.goal;
    let along = source
        .ahead(graph, target)
        .map(|(_, (millis, centimetres))| Cost::new(goal, millis, centimetres))
        .min();
    let (mut forth, mut back) = (Climb::new(hierarchy.nodes()), Climb::new(hierarchy.nodes()));
    let ranked = |(node, cost): (u32, Cost)| (hierarchy.rank_of[node as usize], cost);
    forth.search(&hierarchy.up, &hierarchy.down, source.sources(graph, goal).map(ranked));
    back.search(&hierarchy.down, &hierarchy.up, target.targets(graph, goal).map(ranked));
    let over = |&(node, cost): &(u32, Cost)| (cost.then(back.cost(node)), node);
    let (cost, top) = forth.settled.iter().map(over).min().unwrap_or((Cost::NONE, 0));
    if let Some(along) = along.filter(|&along| along <= cost) {
        return Some(Path::new(graph, goal, along, Vec::new(), (source, target)));
    }
    exact(goal, cost)?;
    let mut segments = Vec::new();
    for (edge, from) in climbed(&hierarchy.up, &forth, top).into_iter().rev() {
        unpack(hierarchy, hierarchy.up.what[edge], (from, hierarchy.up.node[edge]), &mut segments);
    }
    for (edge, to) in climbed(&hierarchy.down, &back, top) {
        unpack(
            hierarchy,
            hierarchy.down.what[edge],
            (hierarchy.down.node[edge], to),
            &mut segments,
        );
    }
    Some(Path::new(graph, goal, cost, segments, (source, target)))
}

/// The edges of a climb from its top down to where it began, each with its lower end.
fn climbed(edges: &Edges, climb: &Climb, top: u32) -> Vec<(usize, u32)> {
    let (mut steps, mut node) = (Vec::new(), top);
    while climb.parent[node as usize] != START {
        let edge = climb.parent[node as usize] as usize;
        node = edges.owner(edge);
        steps.push((edge, node));
    }
    steps
}

/// The segments of an edge between two ranks, in driving order.
fn unpack(hierarchy: &Hierarchy, what: u32, ends: (u32, u32), segments: &mut Vec<u32>) {
    let mut stack = vec![(what, ends)];
    while let Some((what, (from, to))) = stack.pop() {
        if what & SHORTCUT == 0 {
            segments.push(what);
            continue;
        }
        let middle = what & !SHORTCUT;
        let part = |edges: &Edges, end: u32| {
            let at = edges.of(middle).find(|&at| edges.node[at] == end);
            edges.what[at.expect("a shortcut is made of two edges of its middle")]
        };
        stack.push((part(&hierarchy.up, to), (middle, to)));
        stack.push((part(&hierarchy.down, from), (from, middle)));
    }
}

impl Path {
    fn new(graph: &Graph, goal: Goal, cost: Cost, segments: Vec<u32>, ends: (Snap, Snap)) -> Self {
        let (millis, centimetres) = cost.split(goal);
        let mut line = vec![ends.0.point];
        if let Some(&first) = segments.first() {
            line.push(graph.ends(first).0);
            line.extend(segments.iter().map(|&segment| graph.ends(segment).1));
        } else if ends.0.segment != ends.1.segment {
            line.extend(meeting(graph, ends));
        }
        line.push(ends.1.point);
        line.dedup();
        Self {
            segments,
            line,
            time: Duration::from_seconds((i64::from(millis) + 500) / 1_000),
            length: Distance::new((i64::from(centimetres) + 50) / 100),
        }
    }
}

/// The place where the source's segment meets the target's, when no segment lies between.
fn meeting(graph: &Graph, (source, target): (Snap, Snap)) -> Option<Point> {
    let heads = source.leaving(graph).map(|(segment, _)| graph.segments.head[segment as usize]);
    let mut tails = target.arriving(graph).flat_map(|(segment, _)| graph.tails(segment).iter());
    let heads: Vec<u32> = heads.collect();
    tails.find(|tail| heads.contains(tail)).map(|&node| graph.points[node as usize])
}
