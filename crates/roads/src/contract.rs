//! Contraction: nodes leave the graph one after another, and where a shortest way led through one, a
//! shortcut takes its place. Source: Geisberger, Sanders, Schultes, Delling 2008.

use crate::cost::{Cost, Goal};
use crate::graph::Graph;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Nodes that a search for a witness settles at most while a node's priority is estimated. Without a
/// witness a shortcut is only superfluous, never wrong.
const SETTLED_ESTIMATING: usize = 30;
/// The same when the node is contracted.
const SETTLED_CONTRACTING: usize = 200;
/// Set in [`Edge::what`] where it names the node that a shortcut leads over.
pub(crate) const SHORTCUT: u32 = 1 << 31;

/// An edge of the graph that is left, as one of its ends keeps it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edge {
    /// The other end.
    pub(crate) node: u32,
    /// A segment, or [`SHORTCUT`] and the node between.
    pub(crate) what: u32,
    /// Segments in it.
    hops: u32,
    pub(crate) cost: Cost,
}

/// What contraction leaves: for each node its edges to and from nodes contracted later.
pub(crate) struct Contracted {
    /// Nodes in the order of their contraction.
    pub(crate) order: Vec<u32>,
    pub(crate) up: Vec<Vec<Edge>>,
    pub(crate) down: Vec<Vec<Edge>>,
}

struct Shortcut {
    from: u32,
    to: u32,
    hops: u32,
    cost: Cost,
}

struct Contraction {
    out: Vec<Vec<Edge>>,
    into: Vec<Vec<Edge>>,
    level: Vec<u32>,
    witness: Witness,
    shortcuts: Vec<Shortcut>,
}

/// Contracts all nodes of a graph. The same graph gives the same order on every machine.
pub(crate) fn contract(graph: &Graph, goal: Goal) -> Contracted {
    let n = graph.nodes();
    let mut work = Contraction {
        out: vec![Vec::new(); n],
        into: vec![Vec::new(); n],
        level: vec![0; n],
        witness: Witness::new(n),
        shortcuts: Vec::new(),
    };
    for node in 0..n as u32 {
        for arc in graph.out(node) {
            let (head, segment) = (graph.head[arc], graph.segment[arc]);
            work.add(
                node,
                head,
                Edge { node: head, what: segment, hops: 1, cost: graph.cost(goal, segment) },
            );
        }
    }
    let mut queue: BinaryHeap<Reverse<(u64, u32)>> =
        (0..n as u32).map(|node| Reverse((work.priority(node), node))).collect();
    // A node beside one that was contracted: its priority is found anew when its turn comes. Most
    // only rise, and most of those that are found at once are out of date before they are used.
    let mut is_stale = vec![false; n];
    let mut result = Contracted {
        order: Vec::with_capacity(n),
        up: vec![Vec::new(); n],
        down: vec![Vec::new(); n],
    };
    while let Some(Reverse((_, node))) = queue.pop() {
        if std::mem::take(&mut is_stale[node as usize]) {
            let priority = work.priority(node);
            if queue.peek().is_some_and(|&Reverse(next)| next < (priority, node)) {
                queue.push(Reverse((priority, node)));
                continue;
            }
        }
        for neighbour in work.contract(node, &mut result) {
            is_stale[neighbour as usize] = true;
        }
    }
    result
}

impl Contraction {
    /// An edge from `from` to `to`, unless one as good is there; of two only the better is kept.
    fn add(&mut self, from: u32, to: u32, edge: Edge) {
        if from == to {
            return;
        }
        set(&mut self.out[from as usize], Edge { node: to, ..edge });
        set(&mut self.into[to as usize], Edge { node: from, ..edge });
    }

    /// Finds the shortcuts that would replace a node, and how many segments they hold.
    fn find_shortcuts(&mut self, node: u32, settled_max: usize) {
        self.shortcuts.clear();
        let v = node as usize;
        for at in 0..self.into[v].len() {
            let entering = self.into[v][at];
            let others = self.out[v].iter().filter(|leaving| leaving.node != entering.node);
            let Some(most) = others.map(|leaving| leaving.cost).max() else { continue };
            let limit = entering.cost.then(most);
            self.witness.search(&self.out, entering.node, node, limit, settled_max);
            for leaving in &self.out[v] {
                let cost = entering.cost.then(leaving.cost);
                if leaving.node != entering.node && self.witness.cost(leaving.node) > cost {
                    self.shortcuts.push(Shortcut {
                        from: entering.node,
                        to: leaving.node,
                        hops: entering.hops.saturating_add(leaving.hops),
                        cost,
                    });
                }
            }
        }
    }

    /// Lower goes first: what few shortcuts replace, made of few segments, low in the hierarchy.
    fn priority(&mut self, node: u32) -> u64 {
        self.find_shortcuts(node, SETTLED_ESTIMATING);
        let v = node as usize;
        let edges = || self.out[v].iter().chain(&self.into[v]);
        let removed = edges().count().max(1) as u64;
        let removed_hops = edges().map(|edge| u64::from(edge.hops)).sum::<u64>().max(1);
        let added = self.shortcuts.len() as u64;
        let added_hops: u64 = self.shortcuts.iter().map(|shortcut| u64::from(shortcut.hops)).sum();
        1_000 * u64::from(self.level[v])
            + 1_000 * added / removed
            + 1_000 * added_hops / removed_hops
    }

    /// Takes the node out and gives its neighbours, each once, sorted.
    fn contract(&mut self, node: u32, result: &mut Contracted) -> Vec<u32> {
        self.find_shortcuts(node, SETTLED_CONTRACTING);
        for Shortcut { from, to, hops, cost } in std::mem::take(&mut self.shortcuts) {
            self.add(from, to, Edge { node: to, what: SHORTCUT | node, hops, cost });
        }
        let v = node as usize;
        let (up, down) = (std::mem::take(&mut self.out[v]), std::mem::take(&mut self.into[v]));
        let mut neighbours: Vec<u32> = up.iter().chain(&down).map(|edge| edge.node).collect();
        neighbours.sort_unstable();
        neighbours.dedup();
        for &neighbour in &neighbours {
            let w = neighbour as usize;
            self.out[w].retain(|edge| edge.node != node);
            self.into[w].retain(|edge| edge.node != node);
            self.level[w] = self.level[w].max(self.level[v] + 1);
        }
        result.order.push(node);
        result.up[v] = up;
        result.down[v] = down;
        neighbours
    }
}

fn set(edges: &mut Vec<Edge>, edge: Edge) {
    match edges.iter_mut().find(|known| known.node == edge.node) {
        Some(known) if known.cost <= edge.cost => {}
        Some(known) => *known = edge,
        None => edges.push(edge),
    }
}

/// A search for ways around a node.
struct Witness {
    cost: Vec<Cost>,
    touched: Vec<u32>,
    queue: BinaryHeap<Reverse<(Cost, u32)>>,
}

impl Witness {
    fn new(n: usize) -> Self {
        Self { cost: vec![Cost::NONE; n], touched: Vec::new(), queue: BinaryHeap::new() }
    }

    /// The cost of some way to a node that the last search found.
    fn cost(&self, node: u32) -> Cost {
        self.cost[node as usize]
    }

    /// From `from` without `avoided`, no further than `limit`.
    fn search(
        &mut self,
        out: &[Vec<Edge>],
        from: u32,
        avoided: u32,
        limit: Cost,
        settled_max: usize,
    ) {
        for node in self.touched.drain(..) {
            self.cost[node as usize] = Cost::NONE;
        }
        self.queue.clear();
        self.cost[from as usize] = Cost::ZERO;
        self.touched.push(from);
        self.queue.push(Reverse((Cost::ZERO, from)));
        let mut settled = 0;
        while let Some(Reverse((cost, node))) = self.queue.pop() {
            if cost > self.cost[node as usize] {
                continue;
            }
            if cost > limit || settled == settled_max {
                return;
            }
            settled += 1;
            for edge in &out[node as usize] {
                let next = cost.then(edge.cost);
                let known = &mut self.cost[edge.node as usize];
                if edge.node != avoided && next < *known && next <= limit {
                    if !known.is_some() {
                        self.touched.push(edge.node);
                    }
                    *known = next;
                    self.queue.push(Reverse((next, edge.node)));
                }
            }
        }
    }
}
