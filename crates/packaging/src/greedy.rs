//! Many pieces, or too few cartons: carton after carton, the most volume for its score.

use crate::plan::{Filled, Job, Plan};

/// Of equal pieces so many are offered to a carton at once.
const EQUAL_MAX: usize = 100;

/// Packs as much of the pieces as the stock allows.
pub(crate) fn plan(job: &mut Job, pieces: &[usize], counts: &[u32]) -> Plan {
    let mut counts = counts.to_vec();
    let mut rest = pieces.to_vec();
    let mut filled = Vec::new();
    while let Some(next) = most_for_least(job, &rest, &counts) {
        counts[next.slot] -= 1;
        rest.retain(|piece| next.pieces.binary_search(piece).is_err());
        filled.push(next);
    }
    for Filled { slot, pieces } in &mut filled {
        counts[*slot] += 1;
        // What was chosen for its share of volume may go into something cheaper.
        if let Some(cheaper) = job.cheapest(pieces, &counts, job.offer.slots[*slot].score) {
            *slot = cheaper;
        }
        counts[*slot] -= 1;
    }
    let score = filled.iter().map(|carton| job.offer.slots[carton.slot].score).sum();
    Plan { filled, left_out: rest, score }
}

/// The carton with the least score for the volume it takes of the rest; `None` where no carton in
/// stock takes a piece.
fn most_for_least(job: &mut Job, rest: &[usize], counts: &[u32]) -> Option<Filled> {
    let offer = job.offer;
    let at_hand: Vec<usize> = rest
        .chunk_by(|&a, &b| job.groups[a] == job.groups[b])
        .flat_map(|equal| &equal[..equal.len().min(EQUAL_MAX)])
        .copied()
        .collect();
    let mut best: Option<(f64, usize)> = None;
    for (slot, _) in counts.iter().enumerate().filter(|&(_, &count)| count > 0) {
        let kind = offer.slots[slot].kind;
        let (loaded, _) = job.filled(&at_hand, kind);
        let volume: i64 = loaded.iter().map(|&piece| job.shapes[piece].volume()).sum();
        let price = offer.slots[slot].score / volume.max(1) as f64;
        if !loaded.is_empty() && best.is_none_or(|(least, _)| price < least) {
            best = Some((price, slot));
        }
    }
    let (_, slot) = best?;
    let kind = offer.slots[slot].kind;
    let (pieces, arrangement) = job.filled(&at_hand, kind);
    job.learn(&pieces, kind, arrangement);
    Some(Filled { slot, pieces })
}
