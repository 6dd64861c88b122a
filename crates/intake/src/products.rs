//! `products`.

use crate::findings::Findings;
use crate::listed::Listed;
use crate::table::Layout;
use crate::{File, cell, folder};
use planner::Product;

const LAYOUT: Layout = Layout {
    csv: "products.csv",
    parquet: "products.parquet",
    needed: &["sku", "industry", "length_cm", "width_cm", "height_cm", "weight_g"],
    optional: &["fragile", "own_package", "upright", "stacking_weight_max_g"],
    needs_rows: false,
};

/// The products by sku.
pub(crate) fn read(files: &[File], findings: &mut Findings) -> Listed<Product> {
    let table = folder::needed(files, &LAYOUT, findings);
    Listed::read(table.as_ref(), LAYOUT.csv, "sku", findings, |row, sku| {
        let industry = row.needed("industry", cell::words);
        let length = row.needed("length_cm", cell::piece_side);
        let width = row.needed("width_cm", cell::piece_side);
        let height = row.needed("height_cm", cell::piece_side);
        let mass = row.needed("weight_g", cell::weight);
        let fragile = row.optional("fragile", cell::truth);
        let own_package = row.optional("own_package", cell::truth);
        let upright = row.optional("upright", cell::truth);
        let stacking_max = row.optional("stacking_weight_max_g", cell::stacking);
        Ok(Product {
            sku: sku?.into(),
            industry: industry?,
            sides: [length?, width?, height?],
            mass: mass?,
            fragile: fragile?.unwrap_or(false),
            own_package: own_package?.unwrap_or(false),
            upright: upright?.unwrap_or(false),
            stacking_max: stacking_max?,
        })
    })
}
