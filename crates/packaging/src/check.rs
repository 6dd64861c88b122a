//! An independent judge of a day's packing: it shares the types of [`crate::model`] with the
//! packer and none of its arithmetic.

use crate::{
    CartonKind, Choice, DayPacking, Packing, Parcel, Piece, Placed, Rules, Stock, Unpackable,
    Wrapping,
};
use quantity::{Length, Mass, Volume};

/// What is wrong with a packing. Jobs, parcels and pieces by index.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Fault {
    /// Not one packing for each job.
    #[error("{packings} packings for {jobs} jobs")]
    Jobs {
        /// How many were given.
        jobs: usize,
        /// How many came back.
        packings: usize,
    },
    /// A piece of the job is neither in a parcel nor left out.
    #[error("job {job}: piece {piece} is missing")]
    Missing {
        /// The job.
        job: usize,
        /// The piece.
        piece: usize,
    },
    /// A piece is packed or left out more than once.
    #[error("job {job}: piece {piece} is there {times} times")]
    Repeated {
        /// The job.
        job: usize,
        /// The piece.
        piece: usize,
        /// How often.
        times: usize,
    },
    /// An index beyond the job's pieces.
    #[error("job {job}: there is no piece {piece}")]
    NoSuchPiece {
        /// The job.
        job: usize,
        /// The index.
        piece: usize,
    },
    /// An index beyond the kinds of carton.
    #[error("job {job}, parcel {parcel}: there is no kind {kind}")]
    NoSuchKind {
        /// The job.
        job: usize,
        /// The parcel.
        parcel: usize,
        /// The index.
        kind: usize,
    },
    /// A piece is left out for a reason that does not hold.
    #[error("job {job}: piece {piece} is left out as {given:?}, but it is {found:?}")]
    Reason {
        /// The job.
        job: usize,
        /// The piece.
        piece: usize,
        /// The reason given.
        given: Unpackable,
        /// The reason found; `None` where a carton that holds it is left in stock.
        found: Option<Unpackable>,
    },
    /// Two pieces are in the same place.
    #[error("job {job}, parcel {parcel}: pieces {a} and {b} overlap")]
    Overlap {
        /// The job.
        job: usize,
        /// The parcel.
        parcel: usize,
        /// One piece.
        a: usize,
        /// The other.
        b: usize,
    },
    /// A piece stands out of the carton.
    #[error("job {job}, parcel {parcel}: piece {piece} is not inside")]
    Outside {
        /// The job.
        job: usize,
        /// The parcel.
        parcel: usize,
        /// The piece.
        piece: usize,
    },
    /// A piece has other sides than given, or its upright height does not stand.
    #[error("job {job}, parcel {parcel}: piece {piece} may not be turned so")]
    Turned {
        /// The job.
        job: usize,
        /// The parcel.
        parcel: usize,
        /// The piece.
        piece: usize,
    },
    /// Too little of a base is borne.
    #[error("job {job}, parcel {parcel}: only {share:.3} of piece {piece} is borne")]
    Unsupported {
        /// The job.
        job: usize,
        /// The parcel.
        parcel: usize,
        /// The piece.
        piece: usize,
        /// The share of its base that is borne.
        share: f64,
    },
    /// A piece rests on a fragile one.
    #[error("job {job}, parcel {parcel}: piece {piece} rests on {fragile}, which is fragile")]
    OnFragile {
        /// The job.
        job: usize,
        /// The parcel.
        parcel: usize,
        /// The upper piece.
        piece: usize,
        /// The lower one.
        fragile: usize,
    },
    /// The pieces are heavier than the carton bears.
    #[error("job {job}, parcel {parcel}: {} g in a carton that bears {} g", load.grams(), max_load.grams())]
    TooHeavy {
        /// The job.
        job: usize,
        /// The parcel.
        parcel: usize,
        /// Pieces together.
        load: Mass,
        /// What the carton bears.
        max_load: Mass,
    },
    /// The gross mass is not that of pieces and carton.
    #[error("job {job}, parcel {parcel}: gross {} g, not {} g", given.grams(), found.grams())]
    Gross {
        /// The job.
        job: usize,
        /// The parcel.
        parcel: usize,
        /// As the parcel says.
        given: Mass,
        /// As the pieces and the carton weigh.
        found: Mass,
    },
    /// The volume is not that of the carton or the own package.
    #[error("job {job}, parcel {parcel}: {} l, not {} l", given.litres(), found.litres())]
    Room {
        /// The job.
        job: usize,
        /// The parcel.
        parcel: usize,
        /// As the parcel says.
        given: Volume,
        /// As the sides say.
        found: Volume,
    },
    /// A piece with its own package is in a carton or left out, one without is not in a carton, or
    /// a parcel holds nothing or more than its one own package.
    #[error("job {job}, parcel {parcel}: wrapped in the wrong way")]
    Wrapped {
        /// The job.
        job: usize,
        /// The parcel.
        parcel: usize,
    },
    /// A reused carton where the choice is among new ones.
    #[error("job {job}, parcel {parcel}: a reused carton, but only new ones are on offer")]
    Reused {
        /// The job.
        job: usize,
        /// The parcel.
        parcel: usize,
    },
    /// More cartons are used than there were, or the stock left does not follow.
    #[error("kind {kind}, reused {reused}: {used} of {stock} used, {left} left")]
    Stock {
        /// The kind.
        kind: usize,
        /// Which stock.
        reused: bool,
        /// Used in the parcels.
        used: u32,
        /// In stock before.
        stock: u32,
        /// In stock after, as the packing says.
        left: u32,
    },
}

/// All faults of a day's packing; none means that it may be packed so.
pub fn check(
    jobs: &[Vec<Piece>],
    cartons: &[CartonKind],
    stock: &Stock,
    rules: &Rules,
    packing: &DayPacking,
) -> Vec<Fault> {
    let mut judge = Judge { cartons, rules, left: &packing.stock_left, faults: Vec::new() };
    if jobs.len() != packing.packings.len() {
        judge.faults.push(Fault::Jobs { jobs: jobs.len(), packings: packing.packings.len() });
    }
    for (job, (pieces, packing)) in jobs.iter().zip(&packing.packings).enumerate() {
        judge.count(job, pieces, packing);
        for (parcel, packed) in packing.parcels.iter().enumerate() {
            judge.parcel((job, parcel), pieces, packed);
        }
        for (piece, given) in &packing.unpacked {
            if let Some(known) = pieces.get(*piece) {
                judge.reason(job, *piece, known, given);
            }
        }
    }
    judge.stock(stock, packing);
    judge.faults
}

/// Job and parcel.
type Place = (usize, usize);

struct Judge<'a> {
    cartons: &'a [CartonKind],
    rules: &'a Rules,
    left: &'a Stock,
    faults: Vec<Fault>,
}

impl Judge<'_> {
    fn count(&mut self, job: usize, pieces: &[Piece], packing: &Packing) {
        let mut times = vec![0; pieces.len()];
        let packed = packing.parcels.iter().flat_map(|parcel| &parcel.placed);
        let named = packed.map(|placed| placed.piece);
        for piece in named.chain(packing.unpacked.iter().map(|&(piece, _)| piece)) {
            match times.get_mut(piece) {
                Some(times) => *times += 1,
                None => self.faults.push(Fault::NoSuchPiece { job, piece }),
            }
        }
        for (piece, times) in times.into_iter().enumerate() {
            match times {
                0 => self.faults.push(Fault::Missing { job, piece }),
                1 => {}
                _ => self.faults.push(Fault::Repeated { job, piece, times }),
            }
        }
    }

    fn parcel(&mut self, (job, parcel): Place, pieces: &[Piece], packed: &Parcel) {
        let named: Vec<(&Placed, &Piece)> = packed
            .placed
            .iter()
            .filter_map(|placed| Some((placed, pieces.get(placed.piece)?)))
            .collect();
        for &(placed, piece) in &named {
            if !may_lie(piece, placed.sides) {
                self.faults.push(Fault::Turned { job, parcel, piece: placed.piece });
            }
        }
        let load: Mass = named.iter().map(|(_, piece)| piece.mass).sum();
        let (own, found, room) = match &packed.wrapping {
            Wrapping::Own => {
                let room = named.iter().map(|(_, piece)| Volume::of_sides(piece.sides)).sum();
                (true, load, room)
            }
            Wrapping::Carton { kind, reused } => {
                let Some(carton) = self.cartons.get(*kind) else {
                    self.faults.push(Fault::NoSuchKind { job, parcel, kind: *kind });
                    return;
                };
                if *reused && self.rules.choice == Choice::SmallestNewByVolume {
                    self.faults.push(Fault::Reused { job, parcel });
                }
                if load > carton.max_load {
                    let max_load = carton.max_load;
                    self.faults.push(Fault::TooHeavy { job, parcel, load, max_load });
                }
                self.geometry((job, parcel), carton, &named);
                (false, load + carton.tare, Volume::of_sides(carton.inner))
            }
        };
        let count_is_right = if own { named.len() == 1 } else { !named.is_empty() };
        if !count_is_right || named.iter().any(|(_, piece)| piece.own_package != own) {
            self.faults.push(Fault::Wrapped { job, parcel });
        }
        if packed.gross != found {
            self.faults.push(Fault::Gross { job, parcel, given: packed.gross, found });
        }
        if packed.volume != room {
            self.faults.push(Fault::Room { job, parcel, given: packed.volume, found: room });
        }
    }

    fn geometry(&mut self, (job, parcel): Place, carton: &CartonKind, named: &[(&Placed, &Piece)]) {
        for (i, &(upper, _)) in named.iter().enumerate() {
            let piece = upper.piece;
            if (0..3).any(|axis| {
                upper.at[axis] < Length::ZERO
                    || upper.at[axis] + upper.sides[axis] > carton.inner[axis]
            }) {
                self.faults.push(Fault::Outside { job, parcel, piece });
            }
            let mut borne = 0.0;
            for (j, &(lower, below)) in named.iter().enumerate() {
                let seen_from_above = shared(upper, lower, 0) * shared(upper, lower, 1);
                if i < j && seen_from_above * shared(upper, lower, 2) > 0.0 {
                    self.faults.push(Fault::Overlap { job, parcel, a: piece, b: lower.piece });
                }
                let rests = i != j && lower.at[2] + lower.sides[2] == upper.at[2];
                if rests && seen_from_above > 0.0 {
                    borne += seen_from_above;
                    if below.fragile {
                        let fragile = lower.piece;
                        self.faults.push(Fault::OnFragile { job, parcel, piece, fragile });
                    }
                }
            }
            let base = upper.sides[0].centimetres() * upper.sides[1].centimetres();
            let share = if upper.at[2] == Length::ZERO { 1.0 } else { borne / base };
            if share < self.rules.support - 1e-9 {
                self.faults.push(Fault::Unsupported { job, parcel, piece, share });
            }
        }
    }

    fn reason(&mut self, job: usize, index: usize, piece: &Piece, given: &Unpackable) {
        let large: Vec<usize> = (0..self.cartons.len())
            .filter(|&kind| holds_alone(&self.cartons[kind], piece))
            .collect();
        let strong: Vec<usize> = large
            .iter()
            .copied()
            .filter(|&kind| self.cartons[kind].max_load >= piece.mass)
            .collect();
        let any =
            |counts: &[u32]| strong.iter().any(|&kind| counts.get(kind).is_some_and(|&n| n > 0));
        let reuses = self.rules.choice != Choice::SmallestNewByVolume;
        let found = if large.is_empty() {
            Some(Unpackable::TooLarge)
        } else if strong.is_empty() {
            Some(Unpackable::TooHeavy)
        } else if any(&self.left.new) || (reuses && any(&self.left.reused)) {
            None
        } else {
            Some(Unpackable::OutOfStock)
        };
        if piece.own_package || found.as_ref() != Some(given) {
            self.faults.push(Fault::Reason { job, piece: index, given: given.clone(), found });
        }
    }

    fn stock(&mut self, before: &Stock, packing: &DayPacking) {
        for kind in 0..self.cartons.len() {
            for reused in [false, true] {
                let wrapping = Wrapping::Carton { kind, reused };
                let parcels = packing.packings.iter().flat_map(|packing| &packing.parcels);
                let used = parcels.filter(|parcel| parcel.wrapping == wrapping).count() as u32;
                let of = |stock: &Stock| {
                    let counts = if reused { &stock.reused } else { &stock.new };
                    counts.get(kind).copied().unwrap_or(0)
                };
                let (stock, left) = (of(before), of(&packing.stock_left));
                if used.checked_add(left) != Some(stock) {
                    self.faults.push(Fault::Stock { kind, reused, used, stock, left });
                }
            }
        }
    }
}

/// Length in cm that two pieces have in common along an axis.
fn shared(a: &Placed, b: &Placed, axis: usize) -> f64 {
    let end = (a.at[axis] + a.sides[axis]).min(b.at[axis] + b.sides[axis]);
    (end - a.at[axis].max(b.at[axis])).or_zero().centimetres()
}

/// The sides are the piece's own, in an order that is allowed.
fn may_lie(piece: &Piece, sides: [Length; 3]) -> bool {
    let sorted = |mut sides: [Length; 3]| {
        sides.sort_unstable();
        sides
    };
    sorted(sides) == sorted(piece.sides) && (!piece.upright || sides[2] == piece.sides[2])
}

/// The carton's inner sides hold the piece, whatever it weighs.
fn holds_alone(carton: &CartonKind, piece: &Piece) -> bool {
    let within = |mut sides: Vec<Length>, mut inner: Vec<Length>| {
        sides.sort_unstable();
        inner.sort_unstable();
        sides.iter().zip(&inner).all(|(side, room)| side <= room)
    };
    if piece.upright {
        piece.sides[2] <= carton.inner[2]
            && within(piece.sides[..2].to_vec(), carton.inner[..2].to_vec())
    } else {
        within(piece.sides.to_vec(), carton.inner.to_vec())
    }
}
