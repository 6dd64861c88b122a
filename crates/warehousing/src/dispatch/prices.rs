//! The prices of what crosses between blocks, made better by what the blocks answer.
//!
//! Each answer of a block is a cut of its dual function: `least <= cost + sum price * amount`. The best
//! schedule so far is a point of every block too. The prices at which the cuts' least sum is greatest
//! (Kelley, 1960), near to those that are, are asked next.

use super::lp::Lp;
use super::lp::interior::{Interior, Stop};
use super::program::Edges;
use super::tree::Crossing;
use std::ops::Range;

/// What a block did at some prices: its cost without them, and what crossed its ends.
#[derive(Clone, Debug)]
pub(super) struct Cut {
    pub(super) block: usize,
    pub(super) cost: f64,
    pub(super) crossing: Crossing,
}

/// A price that may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Price {
    /// Of the state between a block and the next.
    State(usize),
    /// Of a task that crosses.
    Task(usize),
    /// Of a demand charge in a block.
    Peak { charge: usize, block: usize },
}

/// How far a price of a kWh may go in a round, as a share of the dearest kWh stored.
const REACH: f64 = 0.05;
/// How far a share of a demand charge may go in a round, beside its price.
const PEAK_REACH: f64 = 0.05;
/// What it must bring at the least to move a price by one.
const STILL: f64 = 0.5;

/// The prices that are, and what they are prices of.
pub(super) struct Prices<'a> {
    pub(super) ranges: &'a [Range<usize>],
    pub(super) edges: &'a [Edges],
    /// What the shares of each demand charge add up to.
    pub(super) peak_price: &'a [f64],
    /// What each task wants in all, and where it begins.
    pub(super) tasks: &'a [(f64, usize)],
}

impl Prices<'_> {
    /// Prices at which the cuts' least sum is greatest, and no less than that sum. Only what touches a
    /// block that is `open` changes.
    pub(super) fn better(&self, cuts: &[Cut], open: &[bool]) -> (Vec<Edges>, f64) {
        let free = self.free(open);
        if free.is_empty() {
            return (self.edges.to_vec(), f64::NEG_INFINITY);
        }
        let usual = self.edges.iter().map(|edges| edges.soc[1].abs()).fold(0.0, f64::max);
        let boxes: Vec<[f64; 2]> =
            free.iter().map(|&price| self.reach(price, REACH * usual.max(1e-3))).collect();
        let costs: Vec<f64> = cuts
            .iter()
            .map(|cut| {
                let all = self.every(cut.block).into_iter();
                cut.cost + all.map(|price| self.now(price) * self.amount(price, cut)).sum::<f64>()
            })
            .collect();
        let changes: Vec<f64> = cuts
            .iter()
            .map(|cut| {
                let all = free.iter().zip(&boxes);
                all.map(|(&price, [low, high])| (high - low) * self.amount(price, cut).abs()).sum()
            })
            .collect();
        let end = |sign: f64| -> Vec<f64> {
            let blocks = 0..self.edges.len();
            blocks
                .map(|block| {
                    let own = (0..cuts.len()).filter(|&cut| cuts[cut].block == block);
                    own.map(|cut| costs[cut] + sign * changes[cut]).fold(f64::INFINITY, f64::min)
                        + sign
                })
                .collect()
        };
        let (lowest, highest) = (end(-1.0), end(1.0));
        let mut lp = Lp { starts: vec![0], ..Lp::default() };
        lp.right = cuts.iter().zip(&costs).map(|(cut, cost)| cost - lowest[cut.block]).collect();
        // A demand charge's shares change by nothing together.
        lp.right.extend(self.peak_price.iter().map(|_| 0.0));
        self.lay(&mut lp, &free, &boxes, cuts);
        for block in 0..self.edges.len() {
            let own = (0..cuts.len()).filter(|&cut| cuts[cut].block == block);
            lp.push(-1.0, highest[block] - lowest[block], own.map(|row| (row as u32, 1.0)));
        }
        for (row, cut) in cuts.iter().enumerate() {
            let room = costs[row] + changes[row] - lowest[cut.block] + 1.0;
            lp.push(0.0, room, [(row as u32, 1.0)]);
        }
        let found = Interior::new(&lp).solve(&lp, Stop { gap: 1e-7, cutoff: f64::INFINITY });
        let promised = lowest.iter().sum::<f64>() - found.bound;
        let mut edges = self.edges.to_vec();
        for (&price, moved) in free.iter().zip(found.x.chunks(2)) {
            set(&mut edges, price, self.now(price) + moved[0] - moved[1]);
        }
        self.balance(&mut edges);
        (edges, promised)
    }

    /// Two columns for each price that may change: up and down.
    fn lay(&self, lp: &mut Lp, free: &[Price], boxes: &[[f64; 2]], cuts: &[Cut]) {
        for (&price, &[low, high]) in free.iter().zip(boxes) {
            for (sign, room) in [(1.0, high - self.now(price)), (-1.0, self.now(price) - low)] {
                let amounts = cuts.iter().map(|cut| self.amount(price, cut)).enumerate();
                let amounts = amounts.filter(|&(_, amount)| amount != 0.0);
                let mut entries: Vec<(u32, f64)> =
                    amounts.map(|(row, amount)| (row as u32, -sign * amount)).collect();
                if let Price::Peak { charge, .. } = price {
                    entries.push(((cuts.len() + charge) as u32, sign));
                }
                lp.push(STILL, room, entries);
            }
        }
    }

    fn now(&self, price: Price) -> f64 {
        match price {
            Price::State(block) => self.edges[block].soc[1],
            Price::Task(task) => {
                let tasks = self.edges.iter().flat_map(|edges| &edges.tasks);
                tasks.into_iter().find(|&&(of, _)| of == task).map_or(0.0, |&(_, price)| price)
            }
            Price::Peak { charge, block } => self.edges[block].peaks[charge],
        }
    }

    /// Where a price may go.
    fn reach(&self, price: Price, reach: f64) -> [f64; 2] {
        let now = self.now(price);
        match price {
            Price::Peak { charge, .. } => {
                let (most, reach) = (self.peak_price[charge], PEAK_REACH * self.peak_price[charge]);
                [(now - reach).max(now.min(0.0)), (now + reach).min(now.max(most))]
            }
            _ => [now - reach, now + reach],
        }
    }

    /// Of a price in a block's cut.
    fn amount(&self, price: Price, cut: &Cut) -> f64 {
        let Crossing { peaks, states, tasks } = &cut.crossing;
        match price {
            Price::State(block) if cut.block == block => states[1],
            Price::State(block) if cut.block == block + 1 => -states[0],
            Price::Task(task) => {
                let (energy, from) = self.tasks[task];
                let owed = if self.ranges[cut.block].contains(&from) { energy } else { 0.0 };
                let served = tasks.iter().find(|&&(of, _)| of == task);
                served.map_or(0.0, |&(_, served)| owed - served)
            }
            Price::Peak { charge, block } if cut.block == block => {
                peaks.iter().find(|&&(of, _)| of == charge).map_or(0.0, |&(_, kw)| kw)
            }
            _ => 0.0,
        }
    }

    /// Every price that a block pays.
    fn every(&self, block: usize) -> Vec<Price> {
        let edges = &self.edges[block];
        let before = block.checked_sub(1).map(Price::State);
        let after = (block + 1 < self.edges.len()).then_some(Price::State(block));
        let tasks = edges.tasks.iter().map(|&(task, _)| Price::Task(task));
        let peaks = edges.touches.iter().map(|&charge| Price::Peak { charge, block });
        before.into_iter().chain(after).chain(tasks).chain(peaks).collect()
    }

    /// The prices that touch an open block, each once; a demand charge with all its shares.
    fn free(&self, open: &[bool]) -> Vec<Price> {
        let mut free: Vec<Price> = Vec::new();
        for price in
            (0..open.len()).filter(|&block| open[block]).flat_map(|block| self.every(block))
        {
            let shares: Vec<Price> = match price {
                Price::Peak { charge, .. } => (0..open.len())
                    .filter(|&block| self.edges[block].touches.contains(&charge))
                    .map(|block| Price::Peak { charge, block })
                    .collect(),
                price => vec![price],
            };
            for price in shares {
                if !free.contains(&price) {
                    free.push(price);
                }
            }
        }
        free
    }

    /// Makes a demand charge's shares its price to the last digit, so that the parts' bounds add up.
    fn balance(&self, edges: &mut [Edges]) {
        for (charge, price) in self.peak_price.iter().enumerate() {
            let sum: f64 = edges.iter().map(|edges| edges.peaks[charge]).sum();
            let with = edges.iter_mut().filter(|edges| edges.touches.contains(&charge));
            let most = with.max_by(|one, other| one.peaks[charge].total_cmp(&other.peaks[charge]));
            if let Some(most) = most {
                most.peaks[charge] += price - sum;
            }
        }
    }
}

fn set(edges: &mut [Edges], price: Price, to: f64) {
    match price {
        Price::State(block) => {
            edges[block].soc[1] = to;
            edges[block + 1].soc[0] = -to;
        }
        Price::Task(task) => {
            let tasks = edges.iter_mut().flat_map(|edges| &mut edges.tasks);
            tasks.filter(|(of, _)| *of == task).for_each(|(_, price)| *price = to);
        }
        Price::Peak { charge, block } => edges[block].peaks[charge] = to,
    }
}
