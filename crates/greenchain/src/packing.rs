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
use std::io::Write;
use std::path::Path;

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
