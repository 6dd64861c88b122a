//! What every parcel must keep, whoever packed it.

use crate::{CartonKind, Fault, Piece, Placed};
use quantity::{Length, Mass};

/// Job and parcel.
pub(super) type Place = (usize, usize);

/// A parcel's pieces, with what is known of them. Indices beyond the pieces are left out: they are
/// faults of the count.
pub(super) fn named<'a>(placed: &'a [Placed], pieces: &'a [Piece]) -> Vec<(&'a Placed, &'a Piece)> {
    placed.iter().filter_map(|placed| Some((placed, pieces.get(placed.piece)?))).collect()
}

/// Each piece is in exactly one of the places listed.
pub(super) fn count(
    job: usize,
    pieces: usize,
    listed: impl Iterator<Item = usize>,
    faults: &mut Vec<Fault>,
) {
    let mut times = vec![0; pieces];
    for piece in listed {
        match times.get_mut(piece) {
            Some(times) => *times += 1,
            None => faults.push(Fault::NoSuchPiece { job, piece }),
        }
    }
    for (piece, times) in times.into_iter().enumerate() {
        match times {
            0 => faults.push(Fault::Missing { job, piece }),
            1 => {}
            _ => faults.push(Fault::Repeated { job, piece, times }),
        }
    }
}

/// Each piece keeps its sides, and its height where it is upright.
pub(super) fn turns((job, parcel): Place, named: &[(&Placed, &Piece)], faults: &mut Vec<Fault>) {
    for &(placed, piece) in named {
        if !may_lie(piece, placed.sides) {
            faults.push(Fault::Turned { job, parcel, piece: placed.piece });
        }
    }
}

/// The carton bears the pieces, and they lie in it as they may.
pub(super) fn carton(
    (job, parcel): Place,
    carton: &CartonKind,
    named: &[(&Placed, &Piece)],
    support: f64,
    faults: &mut Vec<Fault>,
) {
    let load: Mass = named.iter().map(|(_, piece)| piece.mass).sum();
    if load > carton.max_load {
        faults.push(Fault::TooHeavy { job, parcel, load, max_load: carton.max_load });
    }
    for (i, &(upper, _)) in named.iter().enumerate() {
        let piece = upper.piece;
        if (0..3).any(|axis| {
            upper.at[axis] < Length::ZERO || upper.at[axis] + upper.sides[axis] > carton.inner[axis]
        }) {
            faults.push(Fault::Outside { job, parcel, piece });
        }
        let mut borne = 0.0;
        for (j, &(lower, below)) in named.iter().enumerate() {
            let seen_from_above = shared(upper, lower, 0) * shared(upper, lower, 1);
            if i < j && seen_from_above * shared(upper, lower, 2) > 0.0 {
                faults.push(Fault::Overlap { job, parcel, a: piece, b: lower.piece });
            }
            let rests = i != j && lower.at[2] + lower.sides[2] == upper.at[2];
            if rests && seen_from_above > 0.0 {
                borne += seen_from_above;
                if below.fragile {
                    let fragile = lower.piece;
                    faults.push(Fault::OnFragile { job, parcel, piece, fragile });
                }
            }
        }
        let base = upper.sides[0].centimetres() * upper.sides[1].centimetres();
        let share = if upper.at[2] == Length::ZERO { 1.0 } else { borne / base };
        if share < support - 1e-9 {
            faults.push(Fault::Unsupported { job, parcel, piece, share });
        }
    }
    if named.iter().any(|(_, piece)| piece.stacking_max.is_some()) {
        loads((job, parcel), named, faults);
    }
}

/// No piece bears more than it may: from the top, each hands its mass and its load to those it
/// touches below, by the area of contact.
fn loads((job, parcel): Place, named: &[(&Placed, &Piece)], faults: &mut Vec<Fault>) {
    let mut grams = vec![0.0; named.len()];
    let mut from_top: Vec<usize> = (0..named.len()).collect();
    from_top.sort_by_key(|&i| std::cmp::Reverse(named[i].0.at[2]));
    for i in from_top {
        let (upper, piece) = named[i];
        let touched: Vec<(usize, f64)> = (0..named.len())
            .filter(|&j| named[j].0.at[2] + named[j].0.sides[2] == upper.at[2] && i != j)
            .map(|j| (j, shared(upper, named[j].0, 0) * shared(upper, named[j].0, 1)))
            .collect();
        let contact: f64 = touched.iter().map(|&(_, area)| area).sum();
        let handed_down = grams[i] + piece.mass.grams();
        for (j, area) in touched.into_iter().filter(|&(_, area)| area > 0.0) {
            grams[j] += handed_down * (area / contact);
        }
    }
    for (&(placed, piece), grams) in named.iter().zip(grams) {
        let Some(limit) = piece.stacking_max else { continue };
        // A share is a broken number: far below a milligram is no load.
        if grams > limit.grams() * (1.0 + 1e-9) + 1e-6 {
            let load = Mass::from_kilograms(grams / 1_000.0);
            faults.push(Fault::Overloaded { job, parcel, piece: placed.piece, load, limit });
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
    sorted(sides) == sorted(piece.sides) && (!piece.upright || sides[2] == piece.sides[2])
}

fn sorted(mut sides: [Length; 3]) -> [Length; 3] {
    sides.sort_unstable();
    sides
}

/// The carton holds the piece, whatever it weighs.
pub(super) fn holds_alone(carton: &CartonKind, piece: &Piece) -> bool {
    let [x, y, z] = piece.sides;
    let mut turns = vec![[x, y, z], [y, x, z]];
    if !piece.upright {
        turns.extend([[x, z, y], [z, x, y], [y, z, x], [z, y, x]]);
    }
    turns.iter().any(|turn| turn.iter().zip(&carton.inner).all(|(side, room)| side <= room))
}
