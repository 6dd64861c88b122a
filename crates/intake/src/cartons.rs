//! `cartons`: kinds and stock.

use crate::findings::{Findings, Told};
use crate::listed::Listed;
use crate::table::{Layout, Table};
use crate::wrong::{Span, Wrong};
use crate::{File, cell, folder};
use packaging::{CartonKind, Stock};

pub(crate) const LAYOUT: Layout = Layout {
    csv: "cartons.csv",
    parquet: "cartons.parquet",
    needed: &[
        "carton_id",
        "length_cm",
        "width_cm",
        "height_cm",
        "max_weight_g",
        "tare_g",
        "material",
    ],
    optional: &["stock_new", "stock_reused"],
    needs_rows: false,
};
const COUNT: Span = Span { least: 0.0, most: 1e9 };
/// New cartons where the scenario does not count them: more than any of its plans uses.
const STOCK_UNLIMITED: u32 = 1_000_000;
/// What `parcels.csv` names in the place of a carton where a product travels as it is.
pub(crate) const OWN_PACKAGE: &str = "own";

/// A kind of carton with its stock on the first morning.
#[derive(Clone)]
pub(crate) struct Stocked {
    kind: CartonKind,
    new: u32,
    reused: u32,
}

/// The kinds of carton by id.
pub(crate) fn read(files: &[File], findings: &mut Findings) -> Listed<Stocked> {
    listed(folder::needed(files, &LAYOUT, findings).as_ref(), findings)
}

/// The kinds of a table by id.
pub(crate) fn listed(table: Result<&Table, &Told>, findings: &mut Findings) -> Listed<Stocked> {
    Listed::read(table, LAYOUT.csv, "carton_id", findings, |row, id| {
        let id = match id {
            Ok(id) if id.eq_ignore_ascii_case(OWN_PACKAGE) => {
                Err(row.wrong("carton_id", Wrong::Reserved))
            }
            id => id,
        };
        let length = row.needed("length_cm", cell::inner_side);
        let width = row.needed("width_cm", cell::inner_side);
        let height = row.needed("height_cm", cell::inner_side);
        let max_load = row.needed("max_weight_g", cell::load);
        let tare = row.needed("tare_g", cell::weight);
        let material = row.needed("material", cell::words);
        let new = row.optional("stock_new", cell::whole(COUNT));
        let reused = row.optional("stock_reused", cell::whole(COUNT));
        Ok(Stocked {
            kind: CartonKind {
                id: id?.into(),
                inner: [length?, width?, height?],
                max_load: max_load?,
                tare: tare?,
                material: material?,
            },
            new: new?.unwrap_or(STOCK_UNLIMITED),
            reused: reused?.unwrap_or(0),
        })
    })
}

/// Kinds and stock, each in the order of ids.
pub(crate) fn with_stock(cartons: &Listed<Stocked>) -> Result<(Vec<CartonKind>, Stock), Told> {
    let cartons = cartons.values()?;
    let stock = Stock {
        new: cartons.iter().map(|carton| carton.new).collect(),
        reused: cartons.iter().map(|carton| carton.reused).collect(),
    };
    Ok((cartons.into_iter().map(|carton| carton.kind).collect(), stock))
}
