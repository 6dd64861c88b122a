//! Whose mass is in a parcel and on a round.

use crate::{DayOutcome, ParcelRecord, Scenario};
use carbon::by_transport_activity;
use quantity::{Distance, Fixed, Mass, apportion};
use std::collections::BTreeMap;
use transport::{Round, RoundKind};

/// The orders in a parcel with the mass of their pieces.
fn order_masses(scenario: &Scenario, parcel: &ParcelRecord) -> Vec<(usize, Mass)> {
    let mut masses: BTreeMap<usize, Mass> = BTreeMap::new();
    for (&order, &product) in parcel.piece_orders.iter().zip(&parcel.products) {
        *masses.entry(order).or_default() += scenario.products[product].mass;
    }
    masses.into_iter().collect()
}

/// A mass of a parcel shared among its orders, by the mass of their pieces.
pub(crate) fn by_order(
    scenario: &Scenario,
    parcel: &ParcelRecord,
    mass: Mass,
) -> impl Iterator<Item = (usize, Mass)> {
    let masses = order_masses(scenario, parcel);
    let weights: Vec<i64> = masses.iter().map(|&(_, mass)| mass.milligrams()).collect();
    let shares = apportion(mass.milligrams(), &weights);
    masses.into_iter().zip(shares).map(|((order, _), share)| (order, Mass::new(share)))
}

/// Order, gross mass and direct distance from the round's site for all that a round carries.
pub(crate) fn consignments(
    scenario: &Scenario,
    day: &DayOutcome,
    round: &Round,
) -> Vec<(usize, Mass, Distance)> {
    let site = scenario.sites[round.site].point;
    match &round.kind {
        RoundKind::Delivery => round
            .stops()
            .flat_map(|stop| &day.stop_shipments[stop])
            .flat_map(|&shipment| {
                let direct = site.great_circle(day.shipments[shipment].destination);
                gross_by_order(scenario, day, shipment)
                    .into_iter()
                    .map(move |(order, mass)| (order, mass, direct))
            })
            .collect(),
        RoundKind::Feeder { drops } => drops
            .iter()
            .flat_map(|(hub, stops)| {
                let direct = site.great_circle(scenario.sites[*hub].point);
                stops
                    .iter()
                    .flat_map(|&stop| &day.stop_shipments[stop])
                    .flat_map(|&shipment| gross_by_order(scenario, day, shipment))
                    .map(move |(order, mass)| (order, mass, direct))
            })
            .collect(),
    }
}

/// An amount of a round shared among what it carries, by order.
pub(crate) fn transport_shares(
    carried: &[(usize, Mass, Distance)],
    amount: Fixed,
) -> impl Iterator<Item = (usize, Fixed)> {
    let activity: Vec<(Mass, Distance)> =
        carried.iter().map(|&(_, mass, direct)| (mass, direct)).collect();
    carried.iter().map(|&(order, ..)| order).zip(by_transport_activity(amount, &activity))
}

/// Gross mass of each order of a shipment: pieces, and what is around them by the mass of the
/// pieces inside.
fn gross_by_order(scenario: &Scenario, day: &DayOutcome, shipment: usize) -> Vec<(usize, Mass)> {
    let mut gross: BTreeMap<usize, Mass> = BTreeMap::new();
    for parcel in &day.parcels[parcels_of(day, shipment)] {
        for (order, share) in by_order(scenario, parcel, parcel.gross) {
            *gross.entry(order).or_default() += share;
        }
    }
    gross.into_iter().collect()
}

/// The parcels of a shipment; they stand together, by shipment.
fn parcels_of(day: &DayOutcome, shipment: usize) -> std::ops::Range<usize> {
    let from = day.parcels.partition_point(|parcel| parcel.shipment < shipment);
    let until = day.parcels.partition_point(|parcel| parcel.shipment <= shipment);
    from..until
}
