//! The day's stock shared among its jobs for the least cost, with a bound from below.
//!
//! A plan is blocks of pieces in slots of the stock. For given blocks the best slots are a flow of
//! least cost, whose prices relax the stock: at these prices each job parts its pieces as is best
//! for it alone, and the sum, less what the stock is worth, is a bound (Lagrange). Jobs whose blocks
//! are not the best at these prices try others. Where few ways to part remain below the gap, all of
//! them are tried: then the sharing is the best there is.
//!
//! Read: [`flow`] (slots for given blocks), [`parts`] (blocks of a job at given prices), `branch`
//! (all that is left).

mod flow;
mod parts;
mod branch;

use crate::fit::FEW;
use crate::offer::{Cost, NEVER};
use crate::plan::{Filled, Job, Market, Plan, SHARED_MAX};
use flow::Flow;
use parts::{Parts, parts};
use std::rc::Rc;

/// Blocks looked at while exchanging: enough for a day of a hundred thousand jobs.
const WORK: u64 = 50_000_000;
/// Rounds of new prices, and other ways to part that are tried in each.
const ROUNDS: usize = 6;
const TRIES: usize = 400;

/// A job that takes part, and its blocks by their numbers in the flow.
struct Sharer<'j, 'a> {
    job: &'j mut Job<'a>,
    /// Index among all jobs.
    index: usize,
    blocks: Vec<(usize, Vec<usize>)>,
}

/// A state of the sharing: flow, and each sharer's blocks in it.
struct Shared<'j, 'a, 's> {
    stock: &'s [u32],
    /// The slots that have any: without end, as the prices see to the rest.
    open: Vec<u32>,
    sharers: Vec<Sharer<'j, 'a>>,
    flow: Flow<'s>,
    work: u64,
    bound: Cost,
}

/// Exchanges cartons among the plans as long as that saves; no sharing of the stock costs less than
/// the bound. Plans that leave out pieces stay as they are.
pub(crate) fn share(jobs: &mut [&mut Job], plans: &mut [Plan], stock: &[u32]) -> Cost {
    let mut stock = stock.to_vec();
    let mut fixed = 0;
    let mut sharers = Vec::new();
    for (index, job) in jobs.iter_mut().enumerate() {
        if plans[index].left_out.is_empty() && !plans[index].filled.is_empty() {
            sharers.push(Sharer { job, index, blocks: Vec::new() });
        } else {
            fixed += plans[index].cost();
            for filled in &plans[index].filled {
                stock[filled.slot] -= 1;
            }
        }
    }
    let flow = Flow::new(&stock);
    let open = stock.iter().map(|&count| if count > 0 { u32::MAX } else { 0 }).collect();
    let mut shared = Shared { stock: &stock, open, sharers, flow, work: WORK, bound: 0 };
    shared.enter(plans);
    shared.flow.settle(&mut shared.work);
    shared.improve();
    shared.leave(plans);
    fixed + shared.bound
}

impl Shared<'_, '_, '_> {
    /// Puts the plans' blocks into the flow.
    fn enter(&mut self, plans: &[Plan]) {
        for sharer in &mut self.sharers {
            for filled in &plans[sharer.index].filled {
                let costs = costs(sharer.job, &filled.pieces, filled.slot);
                let block = self.flow.add(costs, filled.slot);
                sharer.blocks.push((block, filled.pieces.clone()));
            }
        }
    }

    /// Makes plans of what the flow says.
    fn leave(&mut self, plans: &mut [Plan]) {
        for sharer in &mut self.sharers {
            let flow = &self.flow;
            let fill = |(block, pieces): &(usize, Vec<usize>)| {
                let slot = flow.slot(*block);
                let cost = flow.cost_of(*block);
                Filled { slot, pieces: pieces.clone(), cost }
            };
            plans[sharer.index].filled = sharer.blocks.iter().map(fill).collect();
        }
    }

    fn improve(&mut self) {
        for round in 1..=ROUNDS {
            let prices = self.flow.prices();
            let here = self.bound_at(&prices);
            self.bound = self.bound.max(here).max(0);
            if self.flow.cost() <= self.bound || self.work == 0 {
                return;
            }
            let others = self.others(&prices, self.flow.cost() - here);
            if round < ROUNDS && self.try_others(&others) {
                continue;
            }
            branch::finish(self, &others, here);
            return;
        }
    }

    /// The bound at some prices of the slots.
    fn bound_at(&mut self, prices: &[Cost]) -> Cost {
        let market = Market { counts: &self.open, prices };
        let each: Cost = self.sharers.iter_mut().map(|sharer| least(sharer.job, market)).sum();
        let worth: i128 = (prices.iter().zip(self.stock))
            .map(|(&price, &count)| i128::from(price) * i128::from(count))
            .sum();
        (i128::from(each) - worth).clamp(i128::from(-NEVER), i128::from(NEVER)) as Cost
    }

    /// By sharer: the ways to part its pieces that may be in a better sharing, the cheapest first;
    /// none where it has no choice, or too many pieces.
    fn others(&mut self, prices: &[Cost], gap: Cost) -> Vec<Vec<Parts>> {
        let market = Market { counts: &self.open, prices };
        let of = |sharer: &mut Sharer| match sharer.job.shapes.len() {
            2..=SHARED_MAX => {
                let limit = least(sharer.job, market).saturating_add(gap);
                parts(sharer.job, market, limit)
            }
            _ => Vec::new(),
        };
        self.sharers.iter_mut().map(of).collect()
    }

    /// Parts jobs otherwise, one after another, where that saves; whether it did.
    fn try_others(&mut self, others: &[Vec<Parts>]) -> bool {
        let mut found = false;
        let mut tries = 0;
        for (sharer, ways) in others.iter().enumerate() {
            for way in ways {
                if tries == TRIES || self.work == 0 {
                    return found;
                }
                let now: Vec<&Vec<usize>> =
                    self.sharers[sharer].blocks.iter().map(|(_, pieces)| pieces).collect();
                if way.blocks.iter().eq(now) {
                    continue;
                }
                tries += 1;
                found |= self.parted(&[(sharer, way)], self.flow.cost());
            }
        }
        found
    }

    /// Parts some jobs so, if that costs less than `limit`.
    fn parted(&mut self, ways: &[(usize, &Parts)], limit: Cost) -> bool {
        let mut flow = self.flow.clone();
        let mut changed = Vec::with_capacity(ways.len());
        for &(index, way) in ways {
            let sharer = &mut self.sharers[index];
            for (block, _) in &sharer.blocks {
                flow.remove(*block);
            }
            let market = Market::of(&self.open);
            let mut blocks = Vec::with_capacity(way.blocks.len());
            for pieces in &way.blocks {
                let Some(filled) = sharer.job.cheapest(pieces, market, NEVER) else { return false };
                let costs = costs(sharer.job, pieces, filled.slot);
                blocks.push((flow.add(costs, filled.slot), pieces.clone()));
            }
            changed.push((index, blocks));
        }
        if !flow.settle(&mut self.work) || flow.cost() >= limit {
            return false;
        }
        self.flow = flow;
        for (index, blocks) in changed {
            self.sharers[index].blocks = blocks;
        }
        true
    }
}

/// What a block costs in each slot. Many pieces are looked for only where they are known to fit.
fn costs(job: &mut Job, pieces: &[usize], known: usize) -> Rc<[Cost]> {
    let offer = job.offer;
    let kind = offer.slots[known].kind;
    let cost = |slot: usize| {
        let other = offer.slots[slot].kind;
        let fits = match (offer.insides.get(other), offer.insides.get(kind)) {
            (Some(other), Some(inside)) => other.covers(inside),
            _ => other == kind,
        };
        if pieces.len() > FEW && !fits { NEVER } else { job.cost(pieces, slot) }
    };
    (0..offer.slots.len()).map(cost).collect()
}

/// What the job costs at least, prices included.
fn least(job: &mut Job, market: Market) -> Cost {
    let all: Vec<usize> = (0..job.shapes.len()).collect();
    if all.len() > SHARED_MAX {
        return least_of_many(job, market);
    }
    let single = job.cheapest(&all, market, NEVER);
    let single = single.map_or(NEVER, |filled| filled.cost + market.price(filled.slot));
    let split = if all.len() > 1 { crate::partition::best(job, market, single) } else { None };
    split.map_or(single, |plan| {
        plan.filled.iter().map(|filled| filled.cost + market.price(filled.slot)).sum()
    })
}

/// What many pieces cost at least. In one carton: as it is found. In several: the dearest piece alone
/// and the cheapest carton; or their volume, in the cartons that cost the least for theirs.
fn least_of_many(job: &mut Job, market: Market) -> Cost {
    let all: Vec<usize> = (0..job.shapes.len()).collect();
    // Goods of several rules may cost less together than alone: nothing is known before.
    let Some(spared) = all.iter().map(|&piece| job.spared(piece)).sum::<Option<Cost>>() else {
        return 0;
    };
    let prices = job.prices(&all);
    let priced = |slot: usize| prices.empty[slot] + market.price(slot);
    let open = |slots: &[usize]| -> Vec<usize> {
        slots.iter().copied().filter(|&slot| market.counts[slot] > 0).collect()
    };
    let (cartons, bags) = (open(&prices.order), open(&prices.bags));
    let mut dearest = 0;
    for (at, &piece) in all.iter().enumerate() {
        if at > 0 && job.groups[piece] == job.groups[all[at - 1]] {
            continue;
        }
        if let Some(filled) = job.cheapest(&[piece], market, NEVER) {
            let cost = filled.cost + market.price(filled.slot);
            dearest = dearest.max(cost + job.spared(piece).unwrap_or(0));
        }
    }
    let cheapest = cartons.iter().chain(&bags).map(|&slot| priced(slot)).min().unwrap_or(0);
    let mut several = dearest + cheapest;
    if bags.is_empty() {
        let volume = job.volume(&all) as f64;
        let per_volume = |&slot: &usize| {
            let inside = &job.offer.insides[job.offer.slots[slot].kind];
            priced(slot) as f64 / inside.volume.max(1) as f64
        };
        let ratio = cartons.iter().map(per_volume).fold(f64::INFINITY, f64::min);
        // Rounded down, with room for what binary numbers lose.
        several = several.max((ratio * volume * (1.0 - 1e-12)) as Cost - 1);
    }
    let single = job.cheapest(&all, market, NEVER);
    let single = single.map_or(NEVER, |filled| filled.cost + market.price(filled.slot));
    single.min((several - spared).max(0))
}

#[cfg(test)]
mod tests;
