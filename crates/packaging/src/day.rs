//! All jobs of a day on one stock of cartons.

use crate::bag::cuboid;
use crate::fit::{Arrangement, has_room_for, sorted_shapes};
use crate::offer::{Cost, Offer};
use crate::plan::{Filled, Job, Plan};
use crate::shape::Shape;
use crate::sharing;
use crate::solution;
use crate::{CartonKind, Packing, Parcel, Piece, Placed, Rules, Stock, Unpackable, Wrapping};
use quantity::{Carbon, Duration, Length, Mass, Volume};

/// The parcels of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayPacking {
    /// One for each job, in their order.
    pub packings: Vec<Packing>,
    /// What is left in the evening, before anything is handed back.
    pub stock_left: Stock,
    /// How near the best sharing of the stock they are. `None` where carbon is not what is chosen by,
    /// or where pieces are left out: then fewest go before least carbon.
    pub sharing: Option<Sharing>,
}

/// How well the day's stock is shared, by what [`crate::Choice::LeastCarbon`] weighs.
///
/// The bound is over all ways to share pieces and stock, where a carton holds what the search finds
/// it to hold: jobs of up to six pieces in all their partitions, of more pieces in one carton, or at
/// least what their volume or their dearest piece costs in several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sharing {
    /// Of all cartons and bags of the day.
    pub cost: Carbon,
    /// No sharing costs less.
    pub bound: Carbon,
}

impl Sharing {
    /// What the cost may be above the least, as a share of the bound.
    pub fn gap(&self) -> f64 {
        let over = (self.cost - self.bound).kilograms_f64();
        if over > 0.0 { over / self.bound.kilograms_f64() } else { 0.0 }
    }
}

/// Packs every job; a job is the pieces of one shipment.
///
/// Each job has its best cartons as long as the stock lasts. Where a kind runs short, those jobs
/// have it whose next best choice costs the most more (regret); of equal regret the earlier job.
/// Where carbon is to be least, the cartons are then exchanged among the jobs as long as that saves.
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
    let (plans, bound) = assign(&mut sorted, &mut left);
    let carbon = |cost: Cost| Carbon::from_micrograms(cost.into());
    let sharing = bound.map(|bound| Sharing {
        cost: carbon(plans.iter().map(Plan::cost).sum()),
        bound: carbon(bound),
    });
    let packings = (jobs.iter().zip(&mut sorted).zip(&plans))
        .map(|((pieces, sorted), plan)| sorted.packing(pieces, plan))
        .collect();
    DayPacking { packings, stock_left: offer.stock_left(stock, &left), sharing }
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
    fn new(pieces: &[Piece], offer: &'a Offer<'a>) -> Self {
        let (order, shapes) = sorted_shapes(pieces);
        let (mut own, mut unpackable, mut boxed) = (Vec::new(), Vec::new(), Vec::new());
        let (mut kept, mut rules) = (Vec::new(), Vec::new());
        for (piece, shape) in order.into_iter().zip(shapes) {
            if pieces[piece].own_package {
                own.push(piece);
            } else if let Some(reason) = misfit(&shape, offer) {
                unpackable.push((piece, reason));
            } else {
                boxed.push(piece);
                kept.push(shape);
                rules.push(offer.rule_of(&pieces[piece]));
            }
        }
        Self { own, unpackable, boxed, job: Job::new(offer, kept, rules) }
    }

    fn packing(&mut self, pieces: &[Piece], plan: &Plan) -> Packing {
        let mut parcels: Vec<Parcel> =
            self.own.iter().map(|&piece| own_parcel(piece, &pieces[piece])).collect();
        parcels.extend(plan.filled.iter().map(|filled| self.parcel(pieces, filled)));
        let left_out = plan.left_out.iter().map(|&i| (self.boxed[i], Unpackable::OutOfStock));
        let mut unpacked = self.unpackable.clone();
        unpacked.extend(left_out);
        unpacked.sort_by_key(|&(piece, _)| piece);
        Packing { parcels, unpacked }
    }
}

impl Sorted<'_> {
    /// A carton or bag with its pieces.
    fn parcel(&mut self, pieces: &[Piece], filled: &Filled) -> Parcel {
        let offer = self.job.offer;
        let slot = offer.slots[filled.slot];
        let found = self.job.arrangement(&filled.pieces, slot.kind);
        let found = found.expect("a plan only fills what holds the pieces");
        let inside: Vec<&Piece> =
            filled.pieces.iter().map(|&position| &pieces[self.boxed[position]]).collect();
        let net: Mass = inside.iter().map(|piece| piece.mass).sum();
        let goods = inside.iter().map(|piece| Volume::of_sides(piece.sides)).sum();
        let bag = slot.kind.checked_sub(offer.cartons.len());
        let (wrapping, volume, around) = if let Some(kind) = bag {
            let sides = cuboid(&found.lying).map(|side| Length::new(side.into()));
            let bag = offer.rules.solution.bag_material(kind);
            (Wrapping::Bag { kind }, Volume::of_sides(sides), bag.mass)
        } else {
            let carton = &offer.cartons[slot.kind];
            let rules: Vec<Option<usize>> =
                inside.iter().map(|piece| offer.rule_of(piece)).collect();
            let wrapping = Wrapping::Carton { kind: slot.kind, reused: slot.reused };
            let beside = beside(carton, offer.rules, &rules, goods);
            (wrapping, Volume::of_sides(carton.inner), carton.tare + beside)
        };
        let gross = net + around;
        Parcel { wrapping, placed: self.placed(filled, slot.kind, &found), gross, volume }
    }

    /// Where the pieces lie, from the floor up.
    fn placed(&self, filled: &Filled, kind: usize, found: &Arrangement) -> Vec<Placed> {
        let stance = self.job.offer.insides.get(kind).map(|inside| &inside.stances[found.stance]);
        let lengths = |sides: [i32; 3]| sides.map(|side| Length::new(side.into()));
        let mut placed: Vec<Placed> = (filled.pieces.iter().zip(&found.lying))
            .map(|(&position, lying)| {
                let piece = self.boxed[position];
                match stance {
                    Some(stance) => stance.placed(piece, lying),
                    None => Placed { piece, at: lengths(lying.at), sides: lengths(lying.size) },
                }
            })
            .collect();
        placed.sort_by_key(|placed| [placed.at[2], placed.at[1], placed.at[0]]);
        placed
    }
}

/// What a carton holds beside its goods, its own board apart.
fn beside(
    carton: &CartonKind,
    rules: &Rules,
    goods_rules: &[Option<usize>],
    goods: Volume,
) -> Mass {
    let used = rules.solution.materials(&solution::Filled {
        inner: carton.inner,
        new_board: None,
        void: (Volume::of_sides(carton.inner) - goods).or_zero(),
        rules: goods_rules,
        on_the_way: Duration::ZERO,
    });
    used.iter().map(|used| used.mass).sum()
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

/// A plan for each job, and what no sharing is below; `left` is the stock, and afterwards what is
/// left of it.
fn assign(sorted: &mut [Sorted], left: &mut [u32]) -> (Vec<Plan>, Option<Cost>) {
    let stock = left.to_vec();
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
    if sorted.first().is_none_or(|sorted| !sorted.job.offer.splits()) {
        return (plans, None);
    }
    let mut jobs: Vec<&mut Job> = sorted.iter_mut().map(|sorted| &mut sorted.job).collect();
    let bound = sharing::share(&mut jobs, &mut plans, &stock);
    left.copy_from_slice(&stock);
    for plan in &plans {
        take(plan, left);
    }
    // What the exchange set free may hold what was left out.
    reclaim(&short, sorted, left, &mut plans);
    let all_packed = plans.iter().all(|plan| plan.left_out.is_empty());
    (plans, all_packed.then_some(bound))
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
        let dearer = |job: usize, without: &Plan| without.cost() - plans[job].cost();
        more_left_out(*b, without_b)
            .cmp(&more_left_out(*a, without_a))
            .then(dearer(*b, without_b).cmp(&dearer(*a, without_a)))
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
