//! Tables for a time of departure: the search walks the clock. Exact, by Dijkstra from each source;
//! a hierarchy cannot know at what hour a shortcut will be driven.

use crate::graph::Graph;
use crate::snap::Snap;
use crate::table::Table;
use crate::traffic::Traffic;
use quantity::Duration;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// When a node is reached, in milliseconds since midnight, and over how many centimetres.
type Label = (u64, u32);

const UNREACHED: Label = (u64::MAX, u32::MAX);

/// The rows of these sources for vehicles that set out at a time of the local day.
///
/// Times are of the earliest arrival, lengths of the same ways. A caller with threads divides the
/// sources among them.
pub fn timed_rows(
    graph: &Graph,
    traffic: &Traffic,
    departure: Duration,
    sources: &[Snap],
    targets: &[Snap],
) -> Table {
    let start_ms = departure.seconds().clamp(0, 1 << 40) as u64 * 1_000;
    let mut search = Search::new(graph, traffic, targets);
    let mut table = Table::with_columns(targets.len());
    for &source in sources {
        search.run(source, start_ms);
        for &target in targets {
            let way = search.arrival(source, start_ms, target);
            table.push(way.map(|(arrival, centimetres)| (arrival - start_ms, centimetres)));
        }
    }
    table
}

struct Search<'a> {
    graph: &'a Graph,
    traffic: &'a Traffic,
    labels: Vec<Label>,
    queue: BinaryHeap<Reverse<(u64, u32, u32)>>,
    /// Nodes from which a target's segment is entered.
    is_last: Vec<bool>,
    lasts: usize,
}

impl<'a> Search<'a> {
    fn new(graph: &'a Graph, traffic: &'a Traffic, targets: &[Snap]) -> Self {
        let mut is_last = vec![false; graph.nodes()];
        for target in targets {
            for (segment, _) in target.arriving(graph) {
                for &tail in graph.tails(segment) {
                    is_last[tail as usize] = true;
                }
            }
        }
        let lasts = is_last.iter().filter(|&&last| last).count();
        let labels = vec![UNREACHED; graph.nodes()];
        Self { graph, traffic, labels, queue: BinaryHeap::new(), is_last, lasts }
    }

    /// Drives a part of a segment.
    fn drive(
        &self,
        segment: u32,
        (millis, centimetres): (u32, u32),
        (start, before): Label,
    ) -> Label {
        let arrival = self.traffic.arrival(self.graph.class(segment), start, millis);
        (arrival, before.saturating_add(centimetres))
    }

    fn reach(&mut self, node: u32, label: Label) {
        let known = &mut self.labels[node as usize];
        if label < *known {
            *known = label;
            self.queue.push(Reverse((label.0, label.1, node)));
        }
    }

    /// Until every target's segments can be entered.
    fn run(&mut self, source: Snap, start_ms: u64) {
        self.labels.fill(UNREACHED);
        self.queue.clear();
        let graph = self.graph;
        for (segment, rest) in source.leaving(graph) {
            let label = self.drive(segment, rest, (start_ms, 0));
            self.reach(graph.segments.head[segment as usize], label);
        }
        let mut lasts = self.lasts;
        while let Some(Reverse((arrival, centimetres, node))) = self.queue.pop() {
            if self.labels[node as usize] != (arrival, centimetres) {
                continue;
            }
            lasts -= usize::from(self.is_last[node as usize]);
            if lasts == 0 {
                return;
            }
            for arc in graph.out(node) {
                let segment = graph.segment[arc];
                let whole = graph.figures(segment);
                let label = self.drive(segment, whole, (arrival, centimetres));
                self.reach(graph.head[arc], label);
            }
        }
    }

    fn arrival(&self, source: Snap, start_ms: u64, target: Snap) -> Option<Label> {
        let through = target.arriving(self.graph).flat_map(|(segment, first)| {
            let labels = self.graph.tails(segment).iter().map(|&tail| self.labels[tail as usize]);
            let reached = labels.filter(|&label| label != UNREACHED);
            reached.map(move |label| self.drive(segment, first, label))
        });
        let along = source
            .ahead(self.graph, target)
            .map(|(segment, part)| self.drive(segment, part, (start_ms, 0)));
        through.chain(along).min()
    }
}
