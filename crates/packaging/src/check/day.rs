//! The judge of a day's packing.

use super::beside::{around, beside, goes_into, may_bag};
use super::parcel::{self, Place};
use crate::{
    CartonKind, Choice, DayPacking, Fault, Parcel, Piece, Placed, Rules, Stock, Unpackable,
    Wrapping,
};
use quantity::{Mass, Volume};

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
        let packed = packing.parcels.iter().flat_map(|parcel| &parcel.placed);
        let packed = packed.map(|placed| placed.piece);
        let left = packing.unpacked.iter().map(|&(piece, _)| piece);
        parcel::count(job, pieces.len(), packed.chain(left), &mut judge.faults);
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

struct Judge<'a> {
    cartons: &'a [CartonKind],
    rules: &'a Rules<'a>,
    left: &'a Stock,
    faults: Vec<Fault>,
}

/// A parcel as the judge finds it.
struct Weighed {
    gross: Mass,
    /// By how much the mass may be off.
    off: Mass,
    room: Volume,
}

impl Judge<'_> {
    fn parcel(&mut self, (job, parcel): Place, pieces: &[Piece], packed: &Parcel) {
        let named = parcel::named(&packed.placed, pieces);
        parcel::turns((job, parcel), &named, &mut self.faults);
        let place = (job, parcel);
        let own = packed.wrapping == Wrapping::Own;
        let Some(Weighed { gross: found, off, room }) =
            self.weighed(place, &packed.wrapping, &named)
        else {
            return;
        };
        let count_is_right = if own { named.len() == 1 } else { !named.is_empty() };
        if !count_is_right || named.iter().any(|(_, piece)| piece.own_package != own) {
            self.faults.push(Fault::Wrapped { job, parcel });
        }
        if packed.gross < found - off || packed.gross > found + off {
            self.faults.push(Fault::Gross { job, parcel, given: packed.gross, found });
        }
        if packed.volume != room {
            self.faults.push(Fault::Room { job, parcel, given: packed.volume, found: room });
        }
    }

    /// What the wrapping with its pieces weighs and takes; judges how they lie in it. `None` where
    /// there is no such wrapping.
    fn weighed(
        &mut self,
        (job, parcel): Place,
        wrapping: &Wrapping,
        named: &[(&Placed, &Piece)],
    ) -> Option<Weighed> {
        let load: Mass = named.iter().map(|(_, piece)| piece.mass).sum();
        let (support, solution) = (self.rules.support, self.rules.solution);
        match *wrapping {
            Wrapping::Own => {
                let room = named.iter().map(|(_, piece)| Volume::of_sides(piece.sides)).sum();
                Some(Weighed { gross: load, off: Mass::ZERO, room })
            }
            Wrapping::Carton { kind, reused } => {
                let Some(carton) = self.cartons.get(kind) else {
                    self.faults.push(Fault::NoSuchKind { job, parcel, kind });
                    return None;
                };
                if reused && self.rules.choice == Choice::SmallestNewByVolume {
                    self.faults.push(Fault::Reused { job, parcel });
                }
                parcel::carton((job, parcel), carton, named, support, &mut self.faults);
                let (mass, off) = beside(solution, carton, named);
                let gross = load + carton.tare + mass;
                Some(Weighed { gross, off, room: Volume::of_sides(carton.inner) })
            }
            Wrapping::Bag { kind } => {
                let Some(bag) = solution.bags.get(kind) else {
                    self.faults.push(Fault::NoSuchKind { job, parcel, kind });
                    return None;
                };
                let sides = around(named);
                let as_carton = CartonKind {
                    id: bag.id.clone(),
                    inner: sides,
                    max_load: bag.max_load,
                    tare: bag.tare,
                    material: bag.material.name().into(),
                };
                parcel::carton((job, parcel), &as_carton, named, support, &mut self.faults);
                if !goes_into(bag, sides) {
                    self.faults.push(Fault::Bag { job, parcel, kind });
                }
                if !may_bag(self.rules, named, kind) {
                    self.faults.push(Fault::Wrapped { job, parcel });
                }
                let (gross, room) = (load + bag.tare, Volume::of_sides(sides));
                Some(Weighed { gross, off: Mass::ZERO, room })
            }
        }
    }

    fn reason(&mut self, job: usize, index: usize, piece: &Piece, given: &Unpackable) {
        let large: Vec<usize> = (0..self.cartons.len())
            .filter(|&kind| parcel::holds_alone(&self.cartons[kind], piece))
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
