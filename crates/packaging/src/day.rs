//! All jobs of a day on one stock of cartons.

use crate::fit::{has_room_for, sorted_shapes};
use crate::offer::Offer;
use crate::plan::{Job, Plan};
use crate::shape::Shape;
use crate::{CartonKind, Packing, Parcel, Piece, Placed, Rules, Stock, Unpackable, Wrapping};
use quantity::{Length, Mass, Volume};

/// The parcels of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayPacking {
    /// One for each job, in their order.
    pub packings: Vec<Packing>,
    /// What is left in the evening, before anything is handed back.
    pub stock_left: Stock,
}

/// Packs every job; a job is the pieces of one shipment.
///
/// Each job has its best cartons as long as the stock lasts. Where a kind runs short, those jobs
/// have it whose next best choice costs the most more (regret); of equal regret the earlier job.
/// So the caller lists the jobs in an order that means something, and always the same. The order
/// of the pieces within a job does not matter. A count that `stock` does not list is zero.
pub fn pack_day(
    jobs: &[Vec<Piece>],
    cartons: &[CartonKind],
    stock: &Stock,
    rules: &Rules,
) -> DayPacking {
    let offer = Offer::new(cartons, rules);
    let mut sorted: Vec<Sorted> = jobs.iter().map(|job| Sorted::new(job, &offer)).collect();
    let mut left = offer.counts(stock);
    let plans = assign(&mut sorted, &mut left);
    let packings = (jobs.iter().zip(&mut sorted).zip(&plans))
        .map(|((pieces, sorted), plan)| sorted.packing(pieces, cartons, plan))
        .collect();
    DayPacking { packings, stock_left: offer.stock_left(stock, &left) }
}

/// A job's pieces by what becomes of them.
struct Sorted<'a> {
    /// Ship in their own package.
    own: Vec<usize>,
    /// Go into no carton, whatever the stock.
    unpackable: Vec<(usize, Unpackable)>,
    /// Index of each of the job's shapes.
    boxed: Vec<usize>,
    job: Job<'a>,
}

impl<'a> Sorted<'a> {
    fn new(pieces: &[Piece], offer: &'a Offer) -> Self {
        let (order, shapes) = sorted_shapes(pieces);
        let (mut own, mut unpackable, mut boxed) = (Vec::new(), Vec::new(), Vec::new());
        let mut kept = Vec::new();
        for (piece, shape) in order.into_iter().zip(shapes) {
            if pieces[piece].own_package {
                own.push(piece);
            } else if let Some(reason) = misfit(&shape, offer) {
                unpackable.push((piece, reason));
            } else {
                boxed.push(piece);
                kept.push(shape);
            }
        }
        Self { own, unpackable, boxed, job: Job::new(offer, kept) }
    }

    fn packing(&mut self, pieces: &[Piece], cartons: &[CartonKind], plan: &Plan) -> Packing {
        let mut parcels: Vec<Parcel> =
            self.own.iter().map(|&piece| own_parcel(piece, &pieces[piece])).collect();
        for filled in &plan.filled {
            let slot = &self.job.offer.slots[filled.slot];
            let carton = &cartons[slot.kind];
            let found = self.job.arrangement(&filled.pieces, slot.kind);
            let found = found.expect("a plan only fills cartons that hold the pieces");
            let stance = &self.job.offer.insides[slot.kind].stances[found.stance];
            let mut placed: Vec<Placed> = (filled.pieces.iter().zip(&found.lying))
                .map(|(&position, lying)| stance.placed(self.boxed[position], lying))
                .collect();
            placed.sort_by_key(|placed| [placed.at[2], placed.at[1], placed.at[0]]);
            let net: Mass = placed.iter().map(|placed| pieces[placed.piece].mass).sum();
            parcels.push(Parcel {
                wrapping: Wrapping::Carton { kind: slot.kind, reused: slot.reused },
                placed,
                gross: net + carton.tare,
                volume: Volume::of_sides(carton.inner),
            });
        }
        let left_out = plan.left_out.iter().map(|&i| (self.boxed[i], Unpackable::OutOfStock));
        let mut unpacked = self.unpackable.clone();
        unpacked.extend(left_out);
        unpacked.sort_by_key(|&(piece, _)| piece);
        Packing { parcels, unpacked }
    }
}

fn own_parcel(index: usize, piece: &Piece) -> Parcel {
    Parcel {
        wrapping: Wrapping::Own,
        placed: vec![Placed { piece: index, at: [Length::ZERO; 3], sides: piece.sides }],
        gross: piece.mass,
        volume: Volume::of_sides(piece.sides),
    }
}

/// Why no kind holds the piece; `None` where one does.
fn misfit(shape: &Shape, offer: &Offer) -> Option<Unpackable> {
    let large = offer.insides.iter().filter(|inside| has_room_for(inside, shape));
    match large.map(|inside| inside.max_load).max() {
        None => Some(Unpackable::TooLarge),
        Some(most) if most < shape.mass => Some(Unpackable::TooHeavy),
        Some(_) => None,
    }
}

/// A plan for each job; `left` is the stock, and afterwards what is left of it.
fn assign(sorted: &mut [Sorted], left: &mut [u32]) -> Vec<Plan> {
    // How many of each slot a job may count on: the stock, less what it lost to others.
    let mut allowed = vec![left.to_vec(); sorted.len()];
    let mut plans: Vec<Plan> = sorted.iter_mut().map(|sorted| sorted.job.best(left)).collect();
    while let Some(slot) = (0..left.len())
        .find(|&slot| plans.iter().map(|plan| plan.takes(slot)).sum::<u32>() > left[slot])
    {
        ration(slot, left[slot], sorted, &mut allowed, &mut plans);
    }
    let short: Vec<usize> = (0..sorted.len())
        .filter(|&job| allowed[job] != *left || !plans[job].left_out.is_empty())
        .collect();
    for plan in &plans {
        take(plan, left);
    }
    reclaim(&short, sorted, left, &mut plans);
    plans
}

/// Gives the slot to the jobs that would lose the most without it; the others do without.
fn ration(
    slot: usize,
    count: u32,
    sorted: &mut [Sorted],
    allowed: &mut [Vec<u32>],
    plans: &mut [Plan],
) {
    let mut wanting: Vec<(usize, Plan)> = Vec::new();
    for job in (0..plans.len()).filter(|&job| plans[job].takes(slot) > 0) {
        let mut without = allowed[job].clone();
        without[slot] = 0;
        wanting.push((job, sorted[job].job.best(&without)));
    }
    // A stable sort: of equal regret the earlier job.
    wanting.sort_by(|(a, without_a), (b, without_b)| {
        let more_left_out = |job: usize, without: &Plan| {
            without.left_out.len() as i64 - plans[job].left_out.len() as i64
        };
        let dearer = |job: usize, without: &Plan| without.score - plans[job].score;
        more_left_out(*b, without_b)
            .cmp(&more_left_out(*a, without_a))
            .then(dearer(*b, without_b).total_cmp(&dearer(*a, without_a)))
    });
    let mut left = count;
    for (job, without) in wanting {
        let taken = plans[job].takes(slot);
        if taken <= left {
            left -= taken;
        } else {
            allowed[job][slot] = 0;
            plans[job] = without;
        }
    }
}

/// Offers what is left to the jobs that came short, until none is better off with it.
fn reclaim(short: &[usize], sorted: &mut [Sorted], left: &mut [u32], plans: &mut [Plan]) {
    let mut changed = true;
    while changed {
        changed = false;
        for &index in short {
            let (job, plan) = (&mut sorted[index].job, &mut plans[index]);
            give_back(plan, left);
            let other = job.best(left);
            if other.compare(plan).is_lt() {
                *plan = other;
                changed = true;
            }
            take(plan, left);
            // A plan made anew may leave out other pieces than this one, and no fewer.
            let more = plan.top_up(job, left);
            take(&more, left);
            changed |= !more.filled.is_empty();
        }
    }
}

fn take(plan: &Plan, left: &mut [u32]) {
    for filled in &plan.filled {
        left[filled.slot] -= 1;
    }
}

fn give_back(plan: &Plan, left: &mut [u32]) {
    for filled in &plan.filled {
        left[filled.slot] += 1;
    }
}
