//! The ways to part a job of few pieces into blocks, at given prices of the slots.

use crate::offer::{Cost, NEVER};
use crate::partition::repeats;
use crate::plan::{Job, Market};

/// A job's pieces in blocks that each go into one carton.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parts {
    /// Each block where it costs the least, prices included.
    pub(super) priced: Cost,
    pub(super) blocks: Vec<Vec<usize>>,
}

/// Pieces as bits of a number.
type Set = usize;

struct Parting<'j, 'a, 'm> {
    job: &'j mut Job<'a>,
    market: Market<'m>,
    /// By set: the cheapest carton for all of it.
    block: Vec<Option<Cost>>,
    /// By set: the cheapest way to part it.
    least: Vec<Option<Cost>>,
    limit: Cost,
    blocks: Vec<Vec<usize>>,
    found: Vec<Parts>,
}

/// All that cost less than `limit`, the cheapest first; of equal cost the one with fewer blocks.
pub(super) fn parts(job: &mut Job, market: Market, limit: Cost) -> Vec<Parts> {
    let pieces = job.shapes.len();
    let sets = 1 << pieces;
    let mut least = vec![None; sets];
    least[0] = Some(0);
    let (block, blocks, found) = (vec![None; sets], Vec::new(), Vec::new());
    let mut parting = Parting { job, market, block, least, limit, blocks, found };
    parting.share(sets - 1, 0);
    let mut found = parting.found;
    found.sort_by_key(|parts| (parts.priced, parts.blocks.len()));
    found
}

fn members(set: Set) -> Vec<usize> {
    (0..usize::BITS as usize).filter(|&piece| set >> piece & 1 == 1).collect()
}

/// The sets within another that have its first piece, the largest first.
fn with_first(set: Set) -> impl Iterator<Item = Set> {
    let first = set & set.wrapping_neg();
    let others = set & !first;
    let mut next = Some(others);
    std::iter::from_fn(move || {
        let part = next?;
        next = (part > 0).then(|| (part - 1) & others);
        Some(part | first)
    })
}

impl Parting<'_, '_, '_> {
    fn share(&mut self, rest: Set, spent: Cost) {
        if rest == 0 {
            self.found.push(Parts { priced: spent, blocks: self.blocks.clone() });
            return;
        }
        for set in with_first(rest) {
            let without = rest & !set;
            let pieces = members(set);
            if repeats(&self.job.groups, &pieces, &members(without)) {
                continue;
            }
            let cost = self.block(set);
            if cost >= NEVER || spent + cost + self.least(without) >= self.limit {
                continue;
            }
            self.blocks.push(pieces);
            self.share(without, spent + cost);
            self.blocks.pop();
        }
    }

    fn block(&mut self, set: Set) -> Cost {
        if let Some(known) = self.block[set] {
            return known;
        }
        let cheapest = self.job.cheapest(&members(set), self.market, NEVER);
        let cost = cheapest.map_or(NEVER, |filled| filled.cost + self.market.price(filled.slot));
        self.block[set] = Some(cost);
        cost
    }

    fn least(&mut self, set: Set) -> Cost {
        if let Some(known) = self.least[set] {
            return known;
        }
        let mut least = NEVER;
        for part in with_first(set) {
            least = least.min(self.block(part) + self.least(set & !part));
        }
        self.least[set] = Some(least.min(NEVER));
        least.min(NEVER)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_with_the_first_piece() {
        let found: Vec<Set> = with_first(0b1101).collect();
        assert_eq!(found, [0b1101, 0b1001, 0b0101, 0b0001]);
        assert_eq!(members(0b1101), [0, 2, 3]);
    }
}
