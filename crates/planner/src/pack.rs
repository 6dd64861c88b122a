//! Packaging's step of the day: shipments become parcels, as far as they can.

use crate::run::{PlanError, acquit};
use crate::way::Way;
use crate::{Order, Scenario, UnservedOrder};
use ordering::Shipment;
use packaging::{DayPacking, Packing, Piece, Rules, Stock, Unpackable, pack_day};
use quantity::{Day, Duration};
use std::collections::{BTreeMap, BTreeSet};

/// The parcels of a day.
#[derive(Clone)]
pub(crate) struct Packed {
    /// What is left of the shipments after taking out orders that cannot be packed.
    pub(crate) shipments: Vec<Shipment>,
    /// The pieces of each shipment, as its packing counts them.
    pub(crate) pieces: Vec<Vec<Piece>>,
    /// A packing for each shipment; nothing is unpacked.
    pub(crate) packing: DayPacking,
    /// How long the parcels of each shipment stay cool; zero where they need not.
    pub(crate) cooled_for: Vec<Duration>,
    /// Orders taken out for good.
    pub(crate) unpackable: Vec<UnservedOrder>,
    /// Orders taken out because cartons ran out: tomorrow some may have come back.
    pub(crate) out_of_stock: Vec<UnservedOrder>,
}

/// Packs the shipments. An order travels whole or not at all: one with a piece that cannot be
/// packed is taken out, and the rest is packed anew. Where cartons run out, those orders are taken
/// out first that lack the most, a few at a time: what they leave may be enough for the others.
pub(crate) fn pack(
    scenario: &Scenario,
    way: &Way,
    day: Day,
    shipments: Vec<Shipment>,
    stock: &Stock,
) -> Result<Packed, PlanError> {
    let rules = Rules {
        support: scenario.policy.support,
        choice: way.choice,
        solution: &scenario.solution,
        bags: way.bags,
    };
    let mut shipments = shipments;
    let (mut unpackable, mut out_of_stock) = (Vec::new(), Vec::new());
    loop {
        let pieces: Vec<Vec<Piece>> =
            shipments.iter().map(|shipment| pieces_of(scenario, way, shipment)).collect();
        let jobs = Jobs::new(scenario, way, &pieces);
        let packing = pack_day(&jobs.pieces, &scenario.cartons, stock, &rules);
        let lacking = lacking(&jobs.pieces, &packing);
        if lacking.is_empty() {
            let faults = packaging::check(&jobs.pieces, &scenario.cartons, stock, &rules, &packing);
            acquit("packaging", day, &faults)?;
            let packing = jobs.joined(packing, pieces.len());
            let cooled_for = vec![Duration::ZERO; shipments.len()];
            return Ok(Packed { shipments, pieces, packing, cooled_for, unpackable, out_of_stock });
        }
        let hopeless = lacking.iter().any(|lack| lack.why != Unpackable::OutOfStock);
        let few = if hopeless { lacking.len() } else { (lacking.len() / 8).max(1) };
        let mut taken = BTreeSet::new();
        for lack in &lacking[..few] {
            let reason = reason(scenario, lack.product, &lack.why);
            let unserved = UnservedOrder { order: lack.order, reason };
            match lack.why {
                Unpackable::OutOfStock if hopeless => continue,
                Unpackable::OutOfStock => out_of_stock.push(unserved),
                Unpackable::TooLarge | Unpackable::TooHeavy => unpackable.push(unserved),
            }
            taken.insert(lack.order);
        }
        for shipment in &mut shipments {
            shipment.orders.retain(|order| !taken.contains(order));
        }
        shipments.retain(|shipment| !shipment.orders.is_empty());
    }
}

/// What is packed by itself: goods of a shipment that may share a parcel.
struct Jobs {
    /// The pieces of each job.
    pieces: Vec<Vec<Piece>>,
    /// The shipment of each job, and where its pieces stand there.
    origins: Vec<(usize, Vec<usize>)>,
}

impl Jobs {
    /// A job for each shipment, or several where its goods are kept apart.
    fn new(scenario: &Scenario, way: &Way, shipments: &[Vec<Piece>]) -> Self {
        let mut jobs = Self { pieces: Vec::new(), origins: Vec::new() };
        for (shipment, pieces) in shipments.iter().enumerate() {
            let rules: Vec<Option<usize>> =
                pieces.iter().map(|piece| way.product_rules[piece.product]).collect();
            let groups = scenario.solution.groups(&rules);
            for group in 0..=groups.iter().copied().max().unwrap_or(0) {
                let places: Vec<usize> =
                    (0..pieces.len()).filter(|&piece| groups[piece] == group).collect();
                jobs.pieces.push(places.iter().map(|&piece| pieces[piece].clone()).collect());
                jobs.origins.push((shipment, places));
            }
        }
        jobs
    }

    /// A packing for each shipment; nothing is unpacked.
    fn joined(&self, mut packing: DayPacking, shipments: usize) -> DayPacking {
        let mut packings = vec![Packing::default(); shipments];
        for ((shipment, places), packed) in
            self.origins.iter().zip(std::mem::take(&mut packing.packings))
        {
            let into = &mut packings[*shipment];
            into.parcels.extend(packed.parcels.into_iter().map(|mut parcel| {
                for placed in &mut parcel.placed {
                    placed.piece = places[placed.piece];
                }
                parcel
            }));
        }
        DayPacking { packings, ..packing }
    }
}

/// An order with pieces that are in no parcel.
struct Lack {
    order: usize,
    pieces: usize,
    /// The first such piece's product, and why it is left out; a reason for good goes before.
    product: usize,
    why: Unpackable,
}

/// Orders with pieces left out, those that lack the most first.
fn lacking(pieces: &[Vec<Piece>], packing: &DayPacking) -> Vec<Lack> {
    let mut lacking: BTreeMap<usize, Lack> = BTreeMap::new();
    for (pieces, packing) in pieces.iter().zip(&packing.packings) {
        for (piece, why) in &packing.unpacked {
            let Piece { order, product, .. } = pieces[*piece];
            let first = Lack { order, pieces: 0, product, why: why.clone() };
            let lack = lacking.entry(order).or_insert(first);
            lack.pieces += 1;
            if lack.why == Unpackable::OutOfStock && *why != Unpackable::OutOfStock {
                (lack.product, lack.why) = (product, why.clone());
            }
        }
    }
    let mut lacking: Vec<Lack> = lacking.into_values().collect();
    lacking.sort_by_key(|lack| std::cmp::Reverse(lack.pieces));
    lacking
}

fn pieces_of(scenario: &Scenario, way: &Way, shipment: &Shipment) -> Vec<Piece> {
    let of_order = |&order: &usize| {
        let Order { lines, .. } = &scenario.orders[order];
        lines.iter().flat_map(move |line| {
            let product = &scenario.products[line.product];
            let piece = Piece {
                order,
                product: line.product,
                sides: product.sides,
                mass: product.mass,
                upright: product.upright,
                fragile: product.fragile,
                own_package: product.own_package,
                stacking_max: product.stacking_max,
                rule: way.product_rules[line.product],
            };
            std::iter::repeat_n(piece, line.quantity as usize)
        })
    };
    shipment.orders.iter().flat_map(of_order).collect()
}

fn reason(scenario: &Scenario, product: usize, why: &Unpackable) -> String {
    let product = &scenario.products[product];
    let [length, width, height] = product.sides.map(quantity::Length::centimetres);
    let largest =
        scenario.cartons.iter().max_by_key(|carton| quantity::Volume::of_sides(carton.inner));
    let largest = largest.map_or_else(
        || "there is no carton at all".to_string(),
        |carton| {
            let [length, width, height] = carton.inner.map(quantity::Length::centimetres);
            format!("the largest, {}, takes {length} x {width} x {height} cm", carton.id)
        },
    );
    match why {
        Unpackable::TooLarge => {
            format!("{} of {length} x {width} x {height} cm fits no carton: {largest}", product.sku)
        }
        Unpackable::TooHeavy => format!(
            "{} of {} kg is too heavy for every carton that holds it",
            product.sku,
            product.mass.kilograms()
        ),
        Unpackable::OutOfStock => {
            format!(
                "cartons that hold {} of {length} x {width} x {height} cm are out of stock",
                product.sku
            )
        }
    }
}
