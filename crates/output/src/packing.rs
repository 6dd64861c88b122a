//! `packing.json`: where each piece lies in each parcel of the plan.

use anyhow::Result;
use packaging::Wrapping;
use planner::{Outcome, ParcelRecord, Scenario};
use quantity::Length;
use serde::Serialize;

#[derive(Serialize)]
struct View<'a> {
    parcel_id: &'a str,
    carton_id: &'a str,
    reused: bool,
    /// Inner length, width, height; of the goods in a bag; of the piece in its own package.
    inner_cm: [f64; 3],
    weight_g: f64,
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    order_id: &'a str,
    sku: &'a str,
    x_cm: f64,
    y_cm: f64,
    z_cm: f64,
    dx_cm: f64,
    dy_cm: f64,
    dz_cm: f64,
}

/// Renders the list, a parcel a line.
pub(crate) fn packing(scenario: &Scenario, outcome: &Outcome) -> Result<Vec<u8>> {
    let mut text = b"[".to_vec();
    let parcels = outcome.plan.days.iter().flat_map(|day| &day.parcels);
    for (index, parcel) in parcels.enumerate() {
        text.extend_from_slice(if index == 0 { b"\n" } else { b",\n" });
        serde_json::to_writer(&mut text, &view(scenario, parcel))?;
    }
    text.extend_from_slice(b"\n]\n");
    Ok(text)
}

/// The sides of the cuboid around what is in a bag.
fn around(parcel: &ParcelRecord) -> [Length; 3] {
    [0, 1, 2].map(|axis| {
        let ends = parcel.placed.iter().map(|placed| placed.at[axis] + placed.sides[axis]);
        ends.max().unwrap_or(Length::ZERO)
    })
}

fn view<'a>(scenario: &'a Scenario, parcel: &'a ParcelRecord) -> View<'a> {
    let (carton_id, reused, inner) = match parcel.wrapping {
        Wrapping::Own => ("own", false, parcel.placed[0].sides),
        Wrapping::Bag { kind } => (scenario.solution.bags[kind].id.as_str(), false, around(parcel)),
        Wrapping::Carton { kind, reused } => {
            (scenario.cartons[kind].id.as_str(), reused, scenario.cartons[kind].inner)
        }
    };
    let items = parcel.placed.iter().enumerate().map(|(index, placed)| {
        let [x_cm, y_cm, z_cm] = placed.at.map(Length::centimetres);
        let [dx_cm, dy_cm, dz_cm] = placed.sides.map(Length::centimetres);
        Item {
            order_id: &scenario.orders[parcel.piece_orders[index]].id,
            sku: &scenario.products[parcel.products[index]].sku,
            x_cm,
            y_cm,
            z_cm,
            dx_cm,
            dy_cm,
            dz_cm,
        }
    });
    View {
        parcel_id: &parcel.id,
        carton_id,
        reused,
        inner_cm: inner.map(Length::centimetres),
        weight_g: parcel.gross.grams(),
        items: items.collect(),
    }
}
