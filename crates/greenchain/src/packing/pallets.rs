//! `greenchain pack --pallet`: the pieces of each order onto pallets. Prints a JSON line for each order.

use super::args::PackArgs;
use super::{DEFAULT_SUPPORT, placed, table, warn};
use crate::Answer;
use crate::progress::Progress;
use anyhow::{Result, anyhow, bail};
use intake::File;
use intake::packing::{PackOrder, read_items};
use packaging::block::{BoxType, Container, Loading, Pallets, Rules, load_pallets};
use packaging::check_loading;
use quantity::{Length, Mass};
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;

const DEFAULT_SECONDS: f64 = 5.0;

pub(super) fn load(args: &PackArgs, items: &Path, sides: [f64; 3]) -> Result<Answer> {
    let progress = Progress::start();
    let (name, bytes) = table(items)?;
    let read = read_items(File { name: &name, bytes: &bytes })
        .map_err(|faults| anyhow!("the table cannot be loaded from\n{faults}"))?;
    warn(&read.warnings)?;
    let pallet = Container {
        sides: sides.map(Length::from_centimetres),
        overhang: Length::from_centimetres(args.overhang),
        max_load: args.max_load.map(Mass::from_kilograms),
    };
    let rules = Rules { support: args.support.unwrap_or(DEFAULT_SUPPORT) };
    let seconds = args.time.unwrap_or(DEFAULT_SECONDS);
    let mut stdout = std::io::stdout();
    for (place, order) in read.orders.iter().enumerate() {
        let boxes: Vec<BoxType> = order.lines.iter().map(box_type).collect();
        let (mut clock, mut on) = (Progress::start(), 0);
        let pallets = load_pallets(&pallet, &boxes, &rules, &mut |number| {
            if number != on {
                (clock, on) = (Progress::start(), number);
            }
            let (of, orders) = (place + 1, read.orders.len());
            progress.tell(&format!("order {of} of {orders}, pallet {}", number + 1));
            clock.seconds() < seconds
        });
        judge(order, &pallet, &boxes, rules, &pallets)?;
        progress.end();
        writeln!(stdout, "{}", as_json(order, &boxes, &pallets))?;
    }
    Ok(Answer::Yes)
}

fn box_type(line: &intake::packing::Line) -> BoxType {
    BoxType {
        sides: line.piece.sides,
        vertical: if line.piece.upright { [false, false, true] } else { [true; 3] },
        count: line.quantity,
        mass: line.piece.mass,
        fragile: line.piece.fragile,
    }
}

/// No load is printed that the independent judge does not accept.
fn judge(
    order: &PackOrder,
    pallet: &Container,
    boxes: &[BoxType],
    rules: Rules,
    pallets: &Pallets,
) -> Result<()> {
    for load in &pallets.loads {
        if let Some(fault) = check_loading(pallet, boxes, &rules, load).first() {
            bail!(
                "order `{}` was loaded wrongly: {fault}. It is not printed; please report this with the table",
                order.id
            );
        }
    }
    for (kind, (box_, &left)) in boxes.iter().zip(&pallets.left).enumerate() {
        let placements = pallets.loads.iter().flat_map(|load| &load.placements);
        let loaded = placements.filter(|placement| placement.kind == kind).count();
        if loaded + left as usize != box_.count as usize {
            bail!("order `{}`: pieces of `{}` were lost", order.id, order.lines[kind].sku);
        }
    }
    Ok(())
}

fn as_json(order: &PackOrder, boxes: &[BoxType], pallets: &Pallets) -> Value {
    let sku = |kind: usize| &order.lines[kind].sku;
    let pallet = |load: &Loading| {
        let items: Vec<Value> = load
            .placements
            .iter()
            .map(|box_| placed(("sku", json!(sku(box_.kind))), box_.at, box_.size))
            .collect();
        let mass: Mass = load.placements.iter().map(|placement| boxes[placement.kind].mass).sum();
        json!({"items": items, "weight_g": mass.grams(), "fill": load.utilisation()})
    };
    let unpacked: Vec<Value> = (pallets.left.iter().enumerate())
        .filter(|&(_, &left)| left > 0)
        .map(|(kind, left)| json!({"sku": sku(kind), "quantity": left, "reason": "no empty pallet takes it, turned as it may be"}))
        .collect();
    let loaded: Vec<Value> = pallets.loads.iter().map(pallet).collect();
    json!({"order_id": order.id, "pallets": loaded, "unpacked": unpacked})
}
