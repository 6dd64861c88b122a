//! What `pack` prints: an order a line, and the sums.

use super::pack::carton;
use super::placed;
use anyhow::Result;
use intake::packing::{PackOrder, ToPack};
use packaging::{CartonKind, Left, OrderPacking, OrderParcel, Piece};
use quantity::Volume;
use report::{DrawnParcel, packing_steps};
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::Path;
use store::OutputFolder;

/// One order as JSON.
pub(super) fn as_json(order: &PackOrder, packing: &OrderPacking, cartons: &[CartonKind]) -> String {
    let pieces = order.pieces();
    let sku = |piece: usize| &order.lines[pieces[piece].product].sku;
    let parcels: Vec<Value> = packing
        .parcels
        .iter()
        .map(|parcel| {
            let items: Vec<Value> = parcel
                .placed
                .iter()
                .map(|piece| placed(("sku", json!(sku(piece.piece))), piece.at, piece.sides))
                .collect();
            json!({
                "carton_id": carton(cartons, parcel.kind),
                "items": items,
                "weight_g": parcel.mass.grams(),
                "fill": fill(parcel, &pieces, cartons),
                "surface_cm2": surface_mm2_hundredths(&cartons[parcel.kind]) as f64 / 1e4,
                "tare_g": cartons[parcel.kind].tare.grams(),
            })
        })
        .collect();
    let unpacked: Vec<Value> = packing
        .unpacked
        .iter()
        .map(|&(piece, why)| json!({"sku": sku(piece), "reason": reason(why)}))
        .collect();
    json!({"order_id": order.id, "parcels": parcels, "unpacked": unpacked, "proven_optimal": packing.proven_optimal})
        .to_string()
}

/// One order for people: `o1: C03 (0.62) + C05 (0.81)`.
pub(super) fn as_text(order: &PackOrder, packing: &OrderPacking, cartons: &[CartonKind]) -> String {
    let pieces = order.pieces();
    let mut parts: Vec<String> = packing
        .parcels
        .iter()
        .map(|parcel| {
            let full = fill(parcel, &pieces, cartons) * 100.0;
            format!(
                "{} ({} pieces, {full:.0} % full)",
                carton(cartons, parcel.kind),
                parcel.placed.len()
            )
        })
        .collect();
    parts.extend(packing.unpacked.iter().map(|&(piece, why)| {
        format!("{} is left out: {}", order.lines[pieces[piece].product].sku, reason(why))
    }));
    let proven = if packing.proven_optimal { "" } else { "; not proven the best" };
    format!("{}: {}{proven}", order.id, parts.join(" + "))
}

/// Orders, seconds and material of all.
pub(super) fn summary(packings: &[OrderPacking], cartons: &[CartonKind], seconds: f64) -> Value {
    let parcels = || packings.iter().flat_map(|packing| &packing.parcels);
    let surface: i128 = parcels().map(|parcel| surface_mm2_hundredths(&cartons[parcel.kind])).sum();
    let tare: i64 = parcels().map(|parcel| cartons[parcel.kind].tare.milligrams()).sum();
    json!({
        "orders": packings.len(),
        "seconds_packing": seconds,
        "orders_per_s": if seconds > 0.0 { packings.len() as f64 / seconds } else { 0.0 },
        "surface_cm2": surface as f64 / 1e4,
        "tare_g": tare as f64 / 1e3,
        "parcels": parcels().count(),
        "pieces_unpacked": packings.iter().map(|packing| packing.unpacked.len()).sum::<usize>(),
        "proven_optimal": packings.iter().filter(|packing| packing.proven_optimal).count(),
    })
}

/// A drawing of each order, named by it.
pub(super) fn draw(folder: &Path, read: &ToPack, packings: &[OrderPacking]) -> Result<()> {
    let target = OutputFolder::begin(folder)?;
    for (order, packing) in read.orders.iter().zip(packings) {
        let pieces = order.pieces();
        let drawn = packing.parcels.iter().map(|parcel| {
            let name = |piece: usize| &*order.lines[pieces[piece].product].sku;
            let placed = parcel.placed.iter().map(|placed| (name(placed.piece), placed));
            DrawnParcel::new(&read.cartons[parcel.kind], placed)
        });
        let drawn: Vec<DrawnParcel<'_>> = drawn.collect();
        let svg = packing_steps(&format!("Order {}", order.id), &drawn);
        target.write(&format!("{}.svg", file_name(&order.id)), svg.as_bytes())?;
    }
    target.commit()?;
    Ok(())
}

/// An order's id as a file's name: what no file system takes becomes its code.
fn file_name(id: &str) -> String {
    id.chars().fold(String::new(), |mut name, letter| {
        if letter.is_alphanumeric() || "-_.".contains(letter) && !name.is_empty() {
            name.push(letter);
        } else {
            let _ = write!(name, "%{:X}", u32::from(letter));
        }
        name
    })
}

fn fill(parcel: &OrderParcel, pieces: &[Piece], cartons: &[CartonKind]) -> f64 {
    let inside: f64 = parcel
        .placed
        .iter()
        .map(|placed| Volume::of_sides(pieces[placed.piece].sides).litres())
        .sum();
    inside / Volume::of_sides(cartons[parcel.kind].inner).litres()
}

/// Of the inner sides, in hundredths of a square millimetre.
fn surface_mm2_hundredths(carton: &CartonKind) -> i128 {
    let [l, w, h] = carton.inner.map(|side| i128::from(side.tenths_mm()));
    2 * (l * w + l * h + w * h)
}

fn reason(why: Left) -> &'static str {
    match why {
        Left::TooLarge => "no carton holds it, turned as it may be",
        Left::TooHeavy => "every carton large enough bears less",
        Left::TooMany => "the order does not go into so many parcels",
    }
}
