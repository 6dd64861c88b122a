//! Coolant: by the hours on the way, which are known once parcels are on rounds, and whose mass the
//! rounds carry.

use crate::Scenario;
use crate::material::{materials, times_on_the_way};
use crate::pack::Packed;
use crate::route::{self, Missing, Routed};
use crate::run::PlanError;
use crate::way::Way;
use quantity::{Day, Duration, Mass};
use std::collections::BTreeSet;

/// Routes the day's parcels; where some are cooled, once more with the coolant for the hours they were
/// on the way. What was packed for the first rounds stays: the second hardly differ, and each routing takes
/// as long as the rest of the day.
pub(crate) fn route_cooled(
    scenario: &Scenario,
    way: &Way,
    day: Day,
    packed: &mut Packed,
    apart: &BTreeSet<usize>,
    missing: &Missing,
) -> Result<Routed, PlanError> {
    let routed = route::route(scenario, way, day, packed, apart, missing)?;
    let cooled: Vec<usize> =
        (0..packed.shipments.len()).filter(|&index| is_cooled(scenario, packed, index)).collect();
    if cooled.is_empty() {
        return Ok(routed);
    }
    let times = times_on_the_way(&routed.routing, &routed.stop_shipments, packed.shipments.len());
    for &index in &cooled {
        cool(scenario, way, packed, index, times[index]);
    }
    route::route(scenario, way, day, packed, apart, missing)
}

fn is_cooled(scenario: &Scenario, packed: &Packed, shipment: usize) -> bool {
    let rules = packed.pieces[shipment].iter().filter_map(|piece| piece.rule);
    rules.into_iter().any(|rule| scenario.solution.industries[rule].coolant.is_some())
}

/// Puts in the coolant for so long, in the place of what was there.
fn cool(scenario: &Scenario, way: &Way, packed: &mut Packed, shipment: usize, time: Duration) {
    let before = std::mem::replace(&mut packed.cooled_for[shipment], time);
    for parcel in &mut packed.packing.packings[shipment].parcels {
        let pieces = parcel.placed.iter().map(|placed| &packed.pieces[shipment][placed.piece]);
        let products: Vec<usize> = pieces.map(|piece| piece.product).collect();
        let mass = |time| -> Mass {
            let used = materials(scenario, way, &parcel.wrapping, &products, time);
            used.iter().map(|used| used.mass).sum()
        };
        parcel.gross = parcel.gross + mass(time) - mass(before);
    }
}
