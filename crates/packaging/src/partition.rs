//! Few pieces: every way to share them among cartons.

use crate::offer::{Cost, NEVER};
use crate::plan::{Filled, Job, Market, Plan};

struct Partition<'j, 'a, 'm> {
    job: &'j mut Job<'a>,
    counts: Vec<u32>,
    prices: &'m [Cost],
    /// What no carton with the piece in it is below, less what the others in it spare.
    alone: Vec<Cost>,
    /// What a piece spares of the filler.
    spared: Vec<Cost>,
    filled: Vec<Filled>,
    bound: Cost,
    best: Option<Plan>,
}

/// The cheapest partition that packs everything for less than `bound`, prices included; of equal
/// cost the one with fewer cartons. Where a slot runs short the carton of the earlier piece has it.
pub(crate) fn best(job: &mut Job, market: Market, bound: Cost) -> Option<Plan> {
    let pieces = job.shapes.len();
    let (mut alone, mut spared) = (Vec::with_capacity(pieces), Vec::with_capacity(pieces));
    for piece in 0..pieces {
        let cheapest = job.cheapest(&[piece], market, NEVER)?;
        // Goods of several rules may cost less together than alone: then nothing is known before.
        let spares = job.spared(piece);
        let cost = cheapest.cost + market.price(cheapest.slot);
        alone.push(spares.map_or(0, |spares| cost + spares));
        // Rounded up, as the sum of several is rounded once.
        spared.push(spares.map_or(0, |spares| spares + 1));
    }
    let rest: Vec<usize> = (0..pieces).collect();
    let (counts, prices) = (market.counts.to_vec(), market.prices);
    let (filled, best) = (Vec::new(), None);
    let mut partition = Partition { job, counts, prices, alone, spared, filled, bound, best };
    partition.share(&rest, 0);
    partition.best
}

/// Another block of equal pieces stands for this one: of equal pieces the earlier go first.
pub(crate) fn repeats(groups: &[usize], block: &[usize], without: &[usize]) -> bool {
    without.iter().any(|&i| block.iter().any(|&b| b > i && groups[b] == groups[i]))
}

impl Partition<'_, '_, '_> {
    fn share(&mut self, rest: &[usize], spent: Cost) {
        let Some((&first, others)) = rest.split_first() else {
            self.keep(spent);
            return;
        };
        // Large blocks first: a good bound early, and fewer cartons where costs are equal.
        for mask in (0..1_u32 << others.len()).rev() {
            let (within, without): (Vec<usize>, Vec<usize>) =
                (0..others.len()).partition(|&i| mask & (1 << i) != 0);
            let piece = |i: usize| others[i];
            let without: Vec<usize> = without.into_iter().map(piece).collect();
            let mut block = vec![first];
            block.extend(within.into_iter().map(piece));
            if repeats(&self.job.groups, &block, &without) {
                continue;
            }
            let limit = self.bound - spent - self.least(&without);
            let market = Market { counts: &self.counts, prices: self.prices };
            let Some(filled) = self.job.cheapest(&block, market, limit) else {
                continue;
            };
            let (slot, cost) = (filled.slot, filled.cost + market.price(filled.slot));
            self.counts[slot] -= 1;
            self.filled.push(filled);
            self.share(&without, spent + cost);
            self.filled.pop();
            self.counts[slot] += 1;
        }
    }

    /// What the pieces cost at least.
    fn least(&self, pieces: &[usize]) -> Cost {
        let dearest = pieces.iter().map(|&i| self.alone[i]).max().unwrap_or(0);
        let spared: Cost = pieces.iter().map(|&i| self.spared[i]).sum();
        (dearest - spared).max(0)
    }

    fn keep(&mut self, cost: Cost) {
        let best = self.best.as_ref();
        if cost < self.bound || best.is_some_and(|plan| self.filled.len() < plan.filled.len()) {
            self.bound = cost;
            self.best = Some(Plan { filled: self.filled.clone(), left_out: Vec::new() });
        }
    }
}
