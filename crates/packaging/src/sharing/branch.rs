//! All ways to part that may be in a better sharing, job by job.

use super::Shared;
use super::parts::Parts;
use crate::offer::Cost;

/// Flows settled at most.
const LEAVES: usize = 300;
/// Choices followed at most.
const NODES: usize = 100_000;

struct Branch<'o> {
    /// Jobs with a choice: their ways to part, and the first one's cost.
    open: Vec<(usize, &'o [Parts])>,
    chosen: Vec<usize>,
    leaves: usize,
    nodes: usize,
    /// Not everything was tried.
    cut: bool,
}

/// Tries every choice of the ways to part, each with the flow that is best for it. Where it comes to
/// its end, nothing is better than what is there then, and the bound says so.
///
/// - `others`: by sharer, as far as they cost less than the gap above its cheapest.
/// - `bound`: at the same prices.
pub(super) fn finish(shared: &mut Shared, others: &[Vec<Parts>], bound: Cost) {
    // Of many pieces not all ways to part are known.
    if shared.sharers.iter().any(|sharer| sharer.job.shapes.len() > super::SHARED_MAX) {
        return;
    }
    let open = others.iter().map(Vec::as_slice).enumerate().filter(|(_, ways)| ways.len() > 1);
    let (open, chosen) = (open.collect(), Vec::new());
    let mut branch = Branch { open, chosen, leaves: 0, nodes: 0, cut: false };
    // Jobs with one way left have it, wherever they were.
    let only: Vec<(usize, &Parts)> = others
        .iter()
        .enumerate()
        .filter_map(|(sharer, ways)| Some((sharer, ways.first().filter(|_| ways.len() == 1)?)))
        .collect();
    branch.follow(shared, &only, bound);
    if !branch.cut {
        shared.bound = shared.flow.cost();
    }
}

impl Branch<'_> {
    /// - `spent`: the bound, with what the choices made so far cost above the cheapest.
    fn follow(&mut self, shared: &mut Shared, only: &[(usize, &Parts)], spent: Cost) {
        self.nodes += 1;
        if self.nodes > NODES || self.leaves > LEAVES || shared.work == 0 {
            self.cut = true;
            return;
        }
        let Some(&(_, ways)) = self.open.get(self.chosen.len()) else {
            self.leaves += 1;
            let chosen = self.open.iter().zip(&self.chosen);
            let mut all: Vec<(usize, &Parts)> =
                chosen.map(|(&(sharer, ways), &way)| (sharer, &ways[way])).collect();
            all.extend_from_slice(only);
            shared.parted(&all, shared.flow.cost());
            self.cut |= shared.work == 0;
            return;
        };
        for (way, parts) in ways.iter().enumerate() {
            let spent = spent + parts.priced - ways[0].priced;
            if spent >= shared.flow.cost() {
                break;
            }
            self.chosen.push(way);
            self.follow(shared, only, spent);
            self.chosen.pop();
        }
    }
}
