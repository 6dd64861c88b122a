//! What each parcel of a day holds beside its goods, by the scenario's packaging rules.

use crate::Scenario;
use crate::way::Way;
use carbon::ids;
use packaging::Wrapping;
use packaging::solution::{Filled, Material, Used};
use quantity::{Duration, Instant, Volume};
use std::collections::BTreeMap;
use transport::{End, RoundKind, Routing};

/// The factor that values a tonne of a material; `None` where no source has one.
pub const fn material_factor(material: Material) -> Option<&'static str> {
    match material {
        Material::NewBoard => Some(ids::BOARD_NEW),
        Material::RecycledBoard => Some(ids::BOARD_CLOSED_LOOP),
        Material::Paper => Some(ids::PAPER_NEW),
        Material::PlasticFilm => Some(ids::PLASTIC_FILM_NEW),
        Material::Polypropylene => Some(ids::POLYPROPYLENE_NEW),
        Material::Polystyrene => Some(ids::POLYSTYRENE_NEW),
        Material::Gel => None,
    }
}

/// What a parcel holds beside its goods; an own package holds nothing more.
///
/// - `products`: the product of each piece inside.
/// - `on_the_way`: what it is cooled for.
pub(crate) fn materials(
    scenario: &Scenario,
    way: &Way,
    wrapping: &Wrapping,
    products: &[usize],
    on_the_way: Duration,
) -> Vec<Used> {
    let (kind, reused) = match *wrapping {
        Wrapping::Own => return Vec::new(),
        Wrapping::Bag { kind } => return vec![scenario.solution.bag_material(kind)],
        Wrapping::Carton { kind, reused } => (kind, reused),
    };
    let carton = &scenario.cartons[kind];
    let goods = products.iter().map(|&product| scenario.products[product].sides);
    let rules: Vec<Option<usize>> =
        products.iter().map(|&product| way.product_rules[product]).collect();
    scenario.solution.materials(&Filled {
        inner: carton.inner,
        new_board: (!reused).then_some(carton.tare),
        void: (Volume::of_sides(carton.inner) - goods.map(Volume::of_sides).sum()).or_zero(),
        rules: &rules,
        on_the_way,
    })
}

/// From the first departure with a shipment's parcels to their arrival, by shipment.
pub(crate) fn times_on_the_way(
    routing: &Routing,
    stop_shipments: &[Vec<usize>],
    shipments: usize,
) -> Vec<Duration> {
    let mut fed: BTreeMap<usize, Instant> = BTreeMap::new();
    for round in &routing.rounds {
        if let RoundKind::Feeder { drops } = &round.kind {
            for &stop in drops.iter().flat_map(|(_, stops)| stops) {
                fed.insert(stop, round.legs[0].depart);
            }
        }
    }
    let mut times = vec![Duration::ZERO; shipments];
    for round in routing.rounds.iter().filter(|round| round.kind == RoundKind::Delivery) {
        for leg in &round.legs {
            let End::Stop(stop) = leg.to else { continue };
            let left = fed.get(&stop).copied().unwrap_or(round.legs[0].depart);
            for &shipment in &stop_shipments[stop] {
                times[shipment] = leg.arrive - left;
            }
        }
    }
    times
}
