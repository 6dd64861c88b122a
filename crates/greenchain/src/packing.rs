//! `greenchain pack` and `greenchain cartons …`: the packaging engines on tables of their own.
//!
//! Read: [`args`] (verbs and their arguments), one file a verb.

pub(crate) mod args;
mod pack;
mod lines;
mod pallets;
mod thpack;
mod design;

use crate::{Answer, folder};
use anyhow::Result;
use args::{CartonsVerb, PackArgs};
use quantity::Length;
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;

/// Share of each base that is borne, where --support does not say.
const DEFAULT_SUPPORT: f64 = 0.75;

pub(crate) fn pack(args: &PackArgs) -> Result<Answer> {
    match (&args.thpack, &args.items, args.pallet) {
        (Some(file), ..) => thpack::load(args, file),
        (None, Some(items), Some(pallet)) => pallets::load(args, items, pallet),
        _ => pack::pack(args),
    }
}

pub(crate) fn cartons(verb: &CartonsVerb) -> Result<Answer> {
    match verb {
        CartonsVerb::Design(args) => design::design(args),
    }
}

/// A piece where it lies, under its name.
fn placed((key, name): (&str, Value), at: [Length; 3], sides: [Length; 3]) -> Value {
    let [x, y, z] = at.map(Length::centimetres);
    let [dx, dy, dz] = sides.map(Length::centimetres);
    json!({key: name, "x_cm": x, "y_cm": y, "z_cm": z, "dx_cm": dx, "dy_cm": dy, "dz_cm": dz})
}

/// The bytes of a table, and its name as faults tell it.
fn table(path: &Path) -> Result<(String, Vec<u8>)> {
    Ok((path.display().to_string(), folder::bytes(path)?))
}

fn warn(warnings: &[intake::Warning]) -> Result<()> {
    for warning in warnings {
        writeln!(std::io::stderr(), "warning: {warning}")?;
    }
    Ok(())
}
