//! The judge of one order's packing.

use super::parcel;
use crate::{CartonKind, Fault, Left, OrderPacking, OrderRules, Piece};
use quantity::Mass;

/// All faults of an order's packing; none means that it may be packed so. Whether it is the best
/// is not judged.
pub fn check_order(
    pieces: &[Piece],
    cartons: &[CartonKind],
    rules: &OrderRules,
    packing: &OrderPacking,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    let packed = packing.parcels.iter().flat_map(|parcel| &parcel.placed);
    let packed = packed.map(|placed| placed.piece);
    let left = packing.unpacked.iter().map(|&(piece, _)| piece);
    parcel::count(0, pieces.len(), packed.chain(left), &mut faults);
    if let Some(most) = rules.parcels_max.filter(|&most| packing.parcels.len() > most) {
        faults.push(Fault::Parcels { parcels: packing.parcels.len(), most });
    }
    for (index, packed) in packing.parcels.iter().enumerate() {
        let place = (0, index);
        let named = parcel::named(&packed.placed, pieces);
        parcel::turns(place, &named, &mut faults);
        if named.is_empty() {
            faults.push(Fault::Wrapped { job: 0, parcel: index });
        }
        let found: Mass = named.iter().map(|(_, piece)| piece.mass).sum();
        if packed.mass != found {
            faults.push(Fault::Gross { job: 0, parcel: index, given: packed.mass, found });
        }
        match cartons.get(packed.kind) {
            Some(carton) => {
                let support = rules.support;
                parcel::carton(place, carton, &named, support, &mut faults);
            }
            None => faults.push(Fault::NoSuchKind { job: 0, parcel: index, kind: packed.kind }),
        }
    }
    for &(piece, given) in &packing.unpacked {
        let Some(known) = pieces.get(piece) else { continue };
        let found = reason(known, cartons);
        // That the order does not go into so many parcels is not judged, but where the number is
        // not limited one more carton would hold the piece.
        if given != found || (given == Left::TooMany && rules.parcels_max.is_none()) {
            faults.push(Fault::Left { piece, given, found });
        }
    }
    faults
}

/// Why no carton holds the piece alone; else it is left out for the number of parcels.
fn reason(piece: &Piece, cartons: &[CartonKind]) -> Left {
    let mut large = cartons.iter().filter(|carton| parcel::holds_alone(carton, piece)).peekable();
    if large.peek().is_none() {
        Left::TooLarge
    } else if large.all(|carton| carton.max_load < piece.mass) {
        Left::TooHeavy
    } else {
        Left::TooMany
    }
}
