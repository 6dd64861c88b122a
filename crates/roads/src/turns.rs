//! Turn restrictions of an extract as pairs of pieces of road: from this one not into that one.

use crate::graph::Piece;
use crate::osm::{Extract, Restriction, RestrictionKind};
use crate::profile::Vehicle;
use std::collections::HashMap;
use std::ops::Range;

/// Whom a restriction binds and what it forbids.
fn kind(vehicle: Vehicle, restriction: &Restriction) -> Option<RestrictionKind> {
    // A robot walks.
    if vehicle == Vehicle::Robot {
        return None;
    }
    let keys = vehicle.access_keys();
    let tags = &restriction.tags;
    let excepted = tags.of("except").unwrap_or_default();
    if excepted.split(';').any(|word| keys.contains(&word.trim())) {
        return None;
    }
    let own: &[&str] = match vehicle {
        Vehicle::Van => &["restriction:goods", "restriction:motorcar"],
        Vehicle::Truck => &["restriction:hgv"],
        Vehicle::CargoBike | Vehicle::Robot => &["restriction:bicycle"],
    };
    let value = own.iter().find_map(|key| tags.of(key)).or_else(|| tags.of("restriction"))?;
    if value.starts_with("no_") {
        Some(RestrictionKind::No)
    } else if value.starts_with("only_") {
        Some(RestrictionKind::Only)
    } else {
        None
    }
}

/// Turns that are forbidden, and how many restrictions could not be kept because a way passes
/// through the node and does not say from which side it is meant.
///
/// - `pieces_of`: the pieces of each way by its place in [`Extract::ways`].
/// - `place_of`: the place of each node of the extract, where it has one.
pub(crate) fn forbidden(
    extract: &Extract,
    vehicle: Vehicle,
    pieces: &[Piece],
    pieces_of: &[Range<u32>],
    place_of: &[u32],
) -> (Vec<(u32, u32)>, usize) {
    let mut leaving: HashMap<u32, Vec<u32>> = HashMap::new();
    let bound: Vec<(&Restriction, RestrictionKind)> = extract
        .restrictions()
        .iter()
        .filter_map(|restriction| Some((restriction, kind(vehicle, restriction)?)))
        .collect();
    for (restriction, _) in &bound {
        leaving.insert(place_of[restriction.via as usize], Vec::new());
    }
    for (at, piece) in (0_u32..).zip(pieces) {
        if let Some(list) = leaving.get_mut(&piece.from) {
            list.push(at);
        }
    }
    let of_way = |id: i64| {
        let at = extract.ways().binary_search_by_key(&id, |way| way.id).ok();
        at.map_or(0..0, |at| pieces_of[at].clone())
    };
    let (mut turns, mut unclear) = (Vec::new(), 0);
    for (restriction, kind) in bound {
        let place = place_of[restriction.via as usize];
        let mut from = of_way(restriction.from).filter(|&at| pieces[at as usize].to == place);
        let mut into = of_way(restriction.to).filter(|&at| pieces[at as usize].from == place);
        let (Some(from), other_from) = (from.next(), from.next()) else { continue };
        let (Some(into), other_into) = (into.next(), into.next()) else { continue };
        if other_from.is_some() || other_into.is_some() {
            unclear += 1;
            continue;
        }
        match kind {
            RestrictionKind::No => turns.push((from, into)),
            RestrictionKind::Only => {
                let others = leaving[&place].iter().filter(|&&other| other != into);
                turns.extend(others.map(|&other| (from, other)));
            }
        }
    }
    (turns, unclear)
}
