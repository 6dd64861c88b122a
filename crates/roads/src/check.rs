//! The judge: the same question answered by plain Dijkstra over the graph, without a hierarchy.

use crate::cost::Goal;
use crate::graph::Graph;
use crate::snap::Snap;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Time in milliseconds and length in centimetres of the best way from a source to each target.
pub fn row(graph: &Graph, goal: Goal, source: Snap, targets: &[Snap]) -> Vec<Option<(u64, u64)>> {
    let key = |(millis, centimetres): (u64, u64)| match goal {
        Goal::Fastest => (millis, centimetres),
        Goal::Shortest => (centimetres, millis),
    };
    let wide = |(millis, centimetres): (u32, u32)| (u64::from(millis), u64::from(centimetres));
    let sum = |a: (u64, u64), b: (u64, u64)| (a.0 + b.0, a.1 + b.1);
    let mut known: Vec<Option<(u64, u64)>> = vec![None; graph.nodes()];
    let mut queue = BinaryHeap::new();
    let reach = |known: &mut Vec<Option<(u64, u64)>>, queue: &mut BinaryHeap<_>, node: u32, way| {
        let at = &mut known[node as usize];
        if at.is_none_or(|before| key(way) < key(before)) {
            *at = Some(way);
            queue.push(Reverse((key(way), way, node)));
        }
    };
    for (segment, rest) in source.leaving(graph) {
        reach(&mut known, &mut queue, graph.segments.head[segment as usize], wide(rest));
    }
    while let Some(Reverse((_, way, node))) = queue.pop() {
        if known[node as usize] != Some(way) {
            continue;
        }
        for arc in graph.out(node) {
            let segment = graph.segment[arc] as usize;
            let step = (graph.segments.millis[segment], graph.segments.centimetres[segment]);
            reach(&mut known, &mut queue, graph.head[arc], sum(way, wide(step)));
        }
    }
    let to = |&target: &Snap| {
        let through = target.arriving(graph).flat_map(|(segment, first)| {
            let ways = graph.tails(segment).iter().filter_map(|&tail| known[tail as usize]);
            ways.map(move |way| sum(way, wide(first)))
        });
        let along = source.ahead(graph, target).map(|(_, figures)| wide(figures));
        through.chain(along).min_by_key(|&way| key(way))
    };
    targets.iter().map(to).collect()
}
