//! Many pieces, or too few cartons: carton after carton, the most volume for its cost.

use crate::plan::{Filled, Job, Market, Plan};

/// Of equal pieces so many are offered to a carton at once.
const EQUAL_MAX: usize = 100;

/// Packs as much of the pieces as the stock allows.
pub(crate) fn plan(job: &mut Job, pieces: &[usize], counts: &[u32]) -> Plan {
    let mut counts = counts.to_vec();
    let mut rest = pieces.to_vec();
    let mut filled: Vec<Filled> = Vec::new();
    while let Some(next) = most_for_least(job, &rest, &counts) {
        counts[next.slot] -= 1;
        rest.retain(|piece| next.pieces.binary_search(piece).is_err());
        filled.push(next);
    }
    for one in &mut filled {
        counts[one.slot] += 1;
        // What was chosen for its share of volume may go into something cheaper.
        if let Some(cheaper) = job.cheapest(&one.pieces, Market::of(&counts), one.cost) {
            *one = cheaper;
        }
        counts[one.slot] -= 1;
    }
    Plan { filled, left_out: rest }
}

/// The carton with the least cost for the volume it takes of the rest; `None` where no carton in
/// stock takes a piece.
fn most_for_least(job: &mut Job, rest: &[usize], counts: &[u32]) -> Option<Filled> {
    let offer = job.offer;
    let at_hand: Vec<usize> = rest
        .chunk_by(|&a, &b| job.groups[a] == job.groups[b])
        .flat_map(|equal| &equal[..equal.len().min(EQUAL_MAX)])
        .copied()
        .collect();
    let mut best: Option<(f64, usize)> = None;
    for slot in job.prices(&at_hand).order.iter().copied().filter(|&slot| counts[slot] > 0) {
        let (loaded, _) = job.filled(&at_hand, offer.slots[slot].kind);
        let volume = job.volume(&loaded);
        let prices = job.prices(&loaded);
        let cost = prices.empty[slot] - prices.spared(volume);
        let ratio = cost as f64 / volume.max(1) as f64;
        if !loaded.is_empty() && best.is_none_or(|(least, _)| ratio < least) {
            best = Some((ratio, slot));
        }
    }
    let (_, slot) = best?;
    let kind = offer.slots[slot].kind;
    let (pieces, arrangement) = job.filled(&at_hand, kind);
    job.learn(&pieces, kind, arrangement);
    let cost = job.cost(&pieces, slot);
    Some(Filled { slot, pieces, cost })
}
