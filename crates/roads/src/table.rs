//! Tables from many sources to many targets. Source: Knopp, Sanders, Schultes, Schulz, Wagner 2007:
//! each target leaves its costs in the buckets of the nodes above it, each source collects them.

use crate::cost::{Cost, Goal};
use crate::graph::{Graph, offsets};
use crate::hierarchy::{Climb, Hierarchy};
use crate::snap::Snap;
use quantity::{Distance, Duration};

/// No way leads there.
const NONE: u32 = u32::MAX;

/// Time and length of the best way from each source to each target, row by row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    columns: usize,
    seconds: Vec<u32>,
    metres: Vec<u32>,
}

impl Table {
    /// Without rows yet.
    pub(crate) fn with_columns(columns: usize) -> Self {
        Self { columns, ..Self::default() }
    }
    /// A cell more, from milliseconds and centimetres, both rounded to the nearest.
    pub(crate) fn push(&mut self, way: Option<(u64, u32)>) {
        let rounded = |value: u64, unit: u64| {
            u32::try_from((value + unit / 2) / unit).map_or(NONE - 1, |value| value.min(NONE - 1))
        };
        let (seconds, metres) = way.map_or((NONE, NONE), |(millis, centimetres)| {
            (rounded(millis, 1_000), rounded(u64::from(centimetres), 100))
        });
        self.seconds.push(seconds);
        self.metres.push(metres);
    }
    /// How many sources.
    pub fn rows(&self) -> usize {
        self.seconds.len().checked_div(self.columns).unwrap_or(0)
    }
    /// How many targets.
    pub fn columns(&self) -> usize {
        self.columns
    }
    /// Time of the way from source `row` to target `column`; `None` where there is no way.
    pub fn time(&self, row: usize, column: usize) -> Option<Duration> {
        let seconds = self.seconds[row * self.columns + column];
        (seconds != NONE).then(|| Duration::from_seconds(i64::from(seconds)))
    }
    /// Length of the same way.
    pub fn length(&self, row: usize, column: usize) -> Option<Distance> {
        let metres = self.metres[row * self.columns + column];
        (metres != NONE).then(|| Distance::new(i64::from(metres)))
    }
    /// Times in seconds, row by row; `u32::MAX` where there is no way.
    pub fn seconds(&self) -> &[u32] {
        &self.seconds
    }
    /// Lengths of the same ways in metres, row by row; `u32::MAX` where there is no way.
    pub fn metres(&self) -> &[u32] {
        &self.metres
    }
    /// Source and target of every pair without a way.
    pub fn unreachable(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        let columns = self.columns;
        (0..self.seconds.len())
            .filter(|&at| self.seconds[at] == NONE)
            .map(move |at| (at / columns, at % columns))
    }
    /// Rows of further sources to the same targets, below those that are here.
    pub fn append(&mut self, below: Self) {
        assert_eq!(self.columns, below.columns, "tables to the same targets");
        self.seconds.extend(below.seconds);
        self.metres.extend(below.metres);
    }
}

/// Targets that have left their costs in the hierarchy. Shared by all threads: each asks for the
/// rows of its own sources.
pub struct Targets<'a> {
    graph: &'a Graph,
    hierarchy: &'a Hierarchy,
    ends: &'a [Snap],
    /// Entries of the node of rank `v`: `first[v]..first[v + 1]`.
    first: Vec<u32>,
    target: Vec<u32>,
    cost: Vec<Cost>,
}

impl<'a> Targets<'a> {
    /// Fills the buckets. `hierarchy` is that of `graph`; the targets are snapped to it.
    pub fn new(graph: &'a Graph, hierarchy: &'a Hierarchy, targets: &'a [Snap]) -> Self {
        assert_eq!(graph.nodes(), hierarchy.nodes(), "the hierarchy of this graph");
        let goal = hierarchy.goal;
        let mut climb = Climb::new(hierarchy.nodes());
        let mut entries: Vec<(u32, u32, Cost)> = Vec::new();
        for (at, target) in (0_u32..).zip(targets) {
            let seeds = target.targets(graph, goal);
            let ranked = seeds.map(|(node, cost)| (hierarchy.rank_of[node as usize], cost));
            climb.search(&hierarchy.down, &hierarchy.up, ranked);
            entries.extend(climb.settled.iter().map(|&(node, cost)| (node, at, cost)));
        }
        entries.sort_unstable_by_key(|&(node, target, _)| (node, target));
        Self {
            graph,
            hierarchy,
            ends: targets,
            first: offsets(hierarchy.nodes(), entries.iter().map(|entry| entry.0)),
            target: entries.iter().map(|entry| entry.1).collect(),
            cost: entries.iter().map(|entry| entry.2).collect(),
        }
    }

    /// The rows of these sources.
    pub fn rows(&self, sources: &[Snap]) -> Table {
        let mut climb = Climb::new(self.hierarchy.nodes());
        let mut best = vec![Cost::NONE; self.ends.len()];
        let mut table = Table::with_columns(self.ends.len());
        for &source in sources {
            self.row(source, &mut climb, &mut best);
            for &cost in &best {
                let (millis, centimetres) = cost.split(self.hierarchy.goal);
                table.push(cost.is_some().then_some((u64::from(millis), centimetres)));
            }
        }
        table
    }

    fn row(&self, source: Snap, climb: &mut Climb, best: &mut [Cost]) {
        let Hierarchy { goal, up, down, rank_of } = self.hierarchy;
        let seeds = source.sources(self.graph, *goal);
        climb.search(up, down, seeds.map(|(node, cost)| (rank_of[node as usize], cost)));
        best.fill(Cost::NONE);
        for &(node, cost) in &climb.settled {
            let entries =
                self.first[node as usize] as usize..self.first[node as usize + 1] as usize;
            for (&target, &rest) in self.target[entries.clone()].iter().zip(&self.cost[entries]) {
                let known = &mut best[target as usize];
                *known = cost.then(rest).min(*known);
            }
        }
        for (known, &target) in best.iter_mut().zip(self.ends) {
            for (_, (millis, centimetres)) in source.ahead(self.graph, target) {
                *known = Cost::new(*goal, millis, centimetres).min(*known);
            }
        }
    }
}

/// The whole table on one thread.
pub fn table(graph: &Graph, hierarchy: &Hierarchy, sources: &[Snap], targets: &[Snap]) -> Table {
    Targets::new(graph, hierarchy, targets).rows(sources)
}

/// Time in milliseconds and length in centimetres of a way, as searches hold it.
pub(crate) fn exact(goal: Goal, cost: Cost) -> Option<(u32, u32)> {
    cost.is_some().then(|| cost.split(goal))
}
