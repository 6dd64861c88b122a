//! A contraction hierarchy: nodes by rank, from each the edges to higher ones. A shortest way climbs
//! from its source and climbs backwards from its target, and the two meet.

use crate::contract::{Edge, contract};
use crate::cost::{Cost, Goal};
use crate::graph::{Graph, offsets};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Edges of nodes to higher ones, as flat arrays. Nodes are numbered from the top: what every search
/// meets lies close together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Edges {
    /// Edges of node `v`: `first[v]..first[v + 1]`.
    pub(crate) first: Vec<u32>,
    /// The higher end, a smaller number.
    pub(crate) node: Vec<u32>,
    pub(crate) cost: Vec<Cost>,
    /// A segment, or [`crate::contract::SHORTCUT`] and the node between, which is lower than both.
    pub(crate) what: Vec<u32>,
}

impl Edges {
    pub(crate) fn of(&self, node: u32) -> std::ops::Range<usize> {
        self.first[node as usize] as usize..self.first[node as usize + 1] as usize
    }

    /// The lower end of an edge.
    pub(crate) fn owner(&self, edge: usize) -> u32 {
        self.first.partition_point(|&first| first as usize <= edge) as u32 - 1
    }

    fn new(order: &[u32], rank_of: &[u32], edges: &[Vec<Edge>]) -> Self {
        let from_top = || order.iter().rev();
        let first = offsets(
            order.len(),
            (0_u32..)
                .zip(from_top())
                .flat_map(|(rank, &node)| std::iter::repeat_n(rank, edges[node as usize].len())),
        );
        let mut result = Self { first, ..Self::default() };
        for &node in from_top() {
            let mut of_node: Vec<(u32, Edge)> = edges[node as usize]
                .iter()
                .map(|&edge| (rank_of[edge.node as usize], edge))
                .collect();
            of_node.sort_unstable_by_key(|&(rank, _)| rank);
            for (rank, edge) in of_node {
                result.node.push(rank);
                result.cost.push(edge.cost);
                result.what.push(translated(edge.what, rank_of));
            }
        }
        result
    }
}

fn translated(what: u32, rank_of: &[u32]) -> u32 {
    use crate::contract::SHORTCUT;
    if what & SHORTCUT == 0 { what } else { SHORTCUT | rank_of[(what & !SHORTCUT) as usize] }
}

/// The hierarchy of a [`Graph`] for one goal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hierarchy {
    pub(crate) goal: Goal,
    /// The rank of each node of the graph, 0 at the top.
    pub(crate) rank_of: Vec<u32>,
    /// Edges that lead upwards.
    pub(crate) up: Edges,
    /// Edges that come from above.
    pub(crate) down: Edges,
}

impl Hierarchy {
    /// Prepares a graph. Takes seconds for a city; the same graph gives the same hierarchy.
    pub fn new(graph: &Graph, goal: Goal) -> Self {
        let contracted = contract(graph, goal);
        let mut rank_of = vec![0; graph.nodes()];
        for (rank, &node) in (0..).zip(contracted.order.iter().rev()) {
            rank_of[node as usize] = rank;
        }
        Self {
            goal,
            up: Edges::new(&contracted.order, &rank_of, &contracted.up),
            down: Edges::new(&contracted.order, &rank_of, &contracted.down),
            rank_of,
        }
    }
    /// What its ways are best in.
    pub fn goal(&self) -> Goal {
        self.goal
    }
    /// How many edges it has, shortcuts among them.
    pub fn edges(&self) -> usize {
        self.up.node.len() + self.down.node.len()
    }
    pub(crate) fn nodes(&self) -> usize {
        self.rank_of.len()
    }
}

/// An upward search, with its arrays kept from one to the next.
pub(crate) struct Climb {
    cost: Vec<Cost>,
    /// The edge by which each node was reached.
    pub(crate) parent: Vec<u32>,
    touched: Vec<u32>,
    queue: BinaryHeap<Reverse<(Cost, u32)>>,
    /// Nodes that may be the top of a shortest way, with their costs.
    pub(crate) settled: Vec<(u32, Cost)>,
}

/// No edge: a search began here.
pub(crate) const START: u32 = u32::MAX;

impl Climb {
    pub(crate) fn new(n: usize) -> Self {
        Self {
            cost: vec![Cost::NONE; n],
            parent: vec![START; n],
            touched: Vec::new(),
            queue: BinaryHeap::new(),
            settled: Vec::new(),
        }
    }

    pub(crate) fn cost(&self, node: u32) -> Cost {
        self.cost[node as usize]
    }

    /// Climbs by `edges` from all of `seeds`. `back` are the edges of the other direction: a node that
    /// is reached cheaper over a higher one is no part of a shortest way (stall on demand).
    pub(crate) fn search(
        &mut self,
        edges: &Edges,
        back: &Edges,
        seeds: impl Iterator<Item = (u32, Cost)>,
    ) {
        for node in self.touched.drain(..) {
            self.cost[node as usize] = Cost::NONE;
        }
        self.settled.clear();
        for (node, cost) in seeds {
            self.reach(node, cost, START);
        }
        while let Some(Reverse((cost, node))) = self.queue.pop() {
            if cost > self.cost[node as usize] {
                continue;
            }
            let stalled = back
                .of(node)
                .any(|at| self.cost[back.node[at] as usize].then(back.cost[at]) < cost);
            if stalled {
                continue;
            }
            self.settled.push((node, cost));
            for at in edges.of(node) {
                self.reach(edges.node[at], cost.then(edges.cost[at]), at as u32);
            }
        }
    }

    fn reach(&mut self, node: u32, cost: Cost, parent: u32) {
        let known = &mut self.cost[node as usize];
        if cost < *known {
            if !known.is_some() {
                self.touched.push(node);
            }
            *known = cost;
            self.parent[node as usize] = parent;
            self.queue.push(Reverse((cost, node)));
        }
    }
}
