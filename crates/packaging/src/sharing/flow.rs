//! Cartons exchanged among blocks of pieces until no exchange saves.
//!
//! Each block is in one slot of the stock. Slots are nodes, and the move of a block from one slot to
//! another is an edge between them; a cycle of negative cost is an exchange that saves (Klein 1967).
//! When there is none, the shortest ways say what a carton of each slot is worth: at these prices no
//! block would be elsewhere.

use crate::offer::{Cost, NEVER};
use std::collections::BTreeSet;
use std::rc::Rc;

/// Pieces that share a carton: what each slot would cost, and the slot they are in.
#[derive(Clone, Debug)]
struct Block {
    costs: Rc<[Cost]>,
    slot: usize,
}

/// Blocks in the slots of a stock.
#[derive(Clone, Debug)]
pub(super) struct Flow<'a> {
    stock: &'a [u32],
    blocks: Vec<Option<Block>>,
    /// By slot: the blocks in it.
    inside: Vec<BTreeSet<usize>>,
    /// By slot left, then by slot entered: the cheapest move and the block that makes it.
    moves: Vec<Vec<(Cost, usize)>>,
    /// Slots whose moves are to be found anew.
    changed: BTreeSet<usize>,
}

impl<'a> Flow<'a> {
    pub(super) fn new(stock: &'a [u32]) -> Self {
        let slots = stock.len();
        let inside = vec![BTreeSet::new(); slots];
        let moves = vec![vec![(NEVER, 0); slots]; slots];
        Self { stock, blocks: Vec::new(), inside, moves, changed: BTreeSet::new() }
    }

    /// Adds a block in a slot, full or not; its number.
    pub(super) fn add(&mut self, costs: Rc<[Cost]>, slot: usize) -> usize {
        debug_assert!(costs[slot] < NEVER, "the slot holds the block");
        let block = self.blocks.len();
        self.blocks.push(Some(Block { costs, slot }));
        self.inside[slot].insert(block);
        self.changed.insert(slot);
        block
    }

    /// Takes a block out.
    pub(super) fn remove(&mut self, block: usize) {
        if let Some(Block { slot, .. }) = self.blocks[block].take() {
            self.inside[slot].remove(&block);
            self.changed.insert(slot);
        }
    }

    /// The slot that a block is in.
    pub(super) fn slot(&self, block: usize) -> usize {
        self.blocks[block].as_ref().map_or(usize::MAX, |block| block.slot)
    }

    /// What a block costs where it is.
    pub(super) fn cost_of(&self, block: usize) -> Cost {
        self.blocks[block].as_ref().map_or(NEVER, |block| block.costs[block.slot])
    }

    /// Of all blocks.
    pub(super) fn cost(&self) -> Cost {
        self.blocks.iter().flatten().map(|block| block.costs[block.slot]).sum()
    }

    /// Makes every exchange that saves, and empties what is too full. False where that cannot be,
    /// or where `work` has run out, which each block looked at takes one of.
    pub(super) fn settle(&mut self, work: &mut u64) -> bool {
        for slot in std::mem::take(&mut self.changed) {
            self.look_at(slot, work);
        }
        loop {
            while let Some(cycle) = self.saving_cycle() {
                if *work == 0 {
                    return false;
                }
                self.walk(&cycle, work);
            }
            let Some(full) =
                (0..self.stock.len()).find(|&slot| self.inside[slot].len() > self.room(slot))
            else {
                return true;
            };
            match self.way_out(full) {
                Some(way) if *work > 0 => self.walk(&way, work),
                _ => return false,
            }
        }
    }

    /// What a carton of each slot is worth, not below zero; zero where some are left. Only after
    /// the flow is settled.
    pub(super) fn prices(&self) -> Vec<Cost> {
        let (lengths, _) = self.lengths_from(self.stock.len());
        lengths[..self.stock.len()].iter().map(|length| -length).collect()
    }

    fn room(&self, slot: usize) -> usize {
        self.stock[slot] as usize
    }

    /// Finds the cheapest moves out of a slot.
    fn look_at(&mut self, slot: usize, work: &mut u64) {
        let moves = &mut self.moves[slot];
        moves.fill((NEVER, 0));
        for &number in &self.inside[slot] {
            let block = self.blocks[number].as_ref().expect("what is inside is there");
            for (entered, best) in moves.iter_mut().enumerate() {
                if block.costs[entered] < NEVER {
                    let cost = block.costs[entered] - block.costs[slot];
                    *best = (*best).min((cost, number));
                }
            }
        }
        *work = work.saturating_sub(1 + self.inside[slot].len() as u64);
    }

    /// Cost of an edge. The node past the slots stands for what is left: a slot may always give a
    /// carton back, and take one where there is one.
    fn edge(&self, from: usize, to: usize) -> Cost {
        let left = self.stock.len();
        match (from == left, to == left) {
            (true, _) => 0,
            (_, true) if self.inside[from].len() < self.room(from) => 0,
            (_, true) => NEVER,
            _ => self.moves[from][to].0,
        }
    }

    /// A cycle with a negative sum, from any node on it.
    fn saving_cycle(&self) -> Option<Vec<usize>> {
        let nodes = self.stock.len() + 1;
        let mut lengths = vec![0; nodes];
        let mut before = vec![0; nodes];
        let mut changed = None;
        for _ in 0..nodes {
            changed = self.relax(&mut lengths, &mut before);
            changed?;
        }
        // So many steps back from what still changes lies a node of a cycle.
        let mut node = changed?;
        for _ in 0..nodes {
            node = before[node];
        }
        let mut cycle = vec![node];
        let mut back = before[node];
        while back != node {
            cycle.push(back);
            back = before[back];
        }
        cycle.push(node);
        cycle.reverse();
        Some(cycle)
    }

    /// One round over all edges (Bellman 1958); a node that came nearer.
    fn relax(&self, lengths: &mut [Cost], before: &mut [usize]) -> Option<usize> {
        let mut changed = None;
        for from in 0..lengths.len() {
            for to in 0..lengths.len() {
                let edge = self.edge(from, to);
                if from != to && edge < NEVER && lengths[from] < NEVER {
                    let length = lengths[from] + edge;
                    if length < lengths[to] {
                        (lengths[to], before[to]) = (length, from);
                        changed = Some(to);
                    }
                }
            }
        }
        changed
    }

    fn lengths_from(&self, source: usize) -> (Vec<Cost>, Vec<usize>) {
        let nodes = self.stock.len() + 1;
        let (mut lengths, mut before) = (vec![NEVER; nodes], vec![source; nodes]);
        lengths[source] = 0;
        for _ in 0..nodes {
            if self.relax(&mut lengths, &mut before).is_none() {
                break;
            }
        }
        (lengths, before)
    }

    /// The cheapest way from a slot to one that has some left.
    fn way_out(&self, full: usize) -> Option<Vec<usize>> {
        let left = self.stock.len();
        let (lengths, before) = self.lengths_from(full);
        if lengths[left] >= NEVER {
            return None;
        }
        let mut way = vec![left];
        while way[way.len() - 1] != full {
            way.push(before[way[way.len() - 1]]);
        }
        way.reverse();
        Some(way)
    }

    /// Moves a block along each edge.
    fn walk(&mut self, nodes: &[usize], work: &mut u64) {
        let left = self.stock.len();
        let steps: Vec<(usize, usize)> = nodes.windows(2).map(|step| (step[0], step[1])).collect();
        for &(from, to) in steps.iter().filter(|&&(from, to)| from != left && to != left) {
            let (_, number) = self.moves[from][to];
            let block = self.blocks[number].as_mut().expect("the cheapest move is of a block");
            block.slot = to;
            self.inside[from].remove(&number);
            self.inside[to].insert(number);
        }
        for slot in nodes.iter().copied().filter(|&node| node != left).collect::<BTreeSet<_>>() {
            self.look_at(slot, work);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn flow<'a>(stock: &'a [u32], costs: &[Vec<Cost>], slot: usize) -> Flow<'a> {
        let mut flow = Flow::new(stock);
        for costs in costs {
            flow.add(costs.clone().into(), slot);
        }
        flow
    }

    #[test]
    fn the_carton_goes_to_whom_it_saves_the_most() {
        // The first slot is dear and without end, of the second there is one.
        let costs = [vec![50, 10], vec![90, 10], vec![70, 10]];
        let mut flow = flow(&[9, 1], &costs, 0);
        assert!(flow.settle(&mut 1_000));
        assert_eq!((flow.cost(), flow.slot(1), flow.prices()), (130, 1, vec![0, 60]));
        flow.remove(1);
        assert!(flow.settle(&mut 1_000));
        assert_eq!((flow.cost(), flow.slot(2), flow.prices()), (60, 1, vec![0, 40]));
    }

    #[test]
    fn what_is_too_full_is_emptied_or_it_is_said() {
        let costs = [vec![1, 5], vec![1, 7], vec![1, NEVER]];
        let mut full = flow(&[2, 1], &costs, 0);
        assert!(full.settle(&mut 1_000));
        assert_eq!((full.cost(), full.slot(0)), (7, 1));
        assert!(!flow(&[2, 0], &costs, 0).settle(&mut 1_000), "there is no carton for the third");
        assert!(!flow(&[2, 1], &costs, 0).settle(&mut 1), "the work does not suffice");
    }

    /// The least cost of the blocks from one on, by trying everything.
    fn least(costs: &[Vec<Cost>], stock: &mut [u32]) -> Cost {
        let Some((first, rest)) = costs.split_first() else { return 0 };
        let mut best = NEVER;
        for slot in 0..stock.len() {
            if stock[slot] > 0 && first[slot] < NEVER {
                stock[slot] -= 1;
                best = best.min(first[slot] + least(rest, stock));
                stock[slot] += 1;
            }
        }
        best
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn is_the_best_and_its_prices_show_it(
            costs in prop::collection::vec(prop::collection::vec(0_i64..20, 4), 0..6),
            // The first slot is without end.
            stock in prop::collection::vec(0_u32..3, 3),
        ) {
            let mut stock = [&[99], &stock[..]].concat();
            let best = least(&costs, &mut stock);
            let mut flow = flow(&stock, &costs, 0);
            prop_assert!(flow.settle(&mut 100_000));
            prop_assert_eq!(flow.cost(), best);
            let prices = flow.prices();
            prop_assert!(prices.iter().all(|&price| price >= 0));
            let priced = |costs: &Vec<Cost>| {
                costs.iter().zip(&prices).map(|(cost, price)| cost + price).min().unwrap_or(0)
            };
            let worth: Cost = prices.iter().zip(&stock).map(|(p, &n)| p * i64::from(n)).sum();
            prop_assert_eq!(costs.iter().map(priced).sum::<Cost>() - worth, best, "no gap");
        }
    }
}
