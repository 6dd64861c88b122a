//! `order_items`: what is in each order.

use crate::fault::{Fault, shown};
use crate::findings::Findings;
use crate::listed::Listed;
use crate::table::Layout;
use crate::wrong::{Span, Wrong};
use crate::{File, cell, folder};
use planner::{Order, Product};
use std::collections::BTreeMap;

const LAYOUT: Layout = Layout {
    csv: "order_items.csv",
    parquet: "order_items.parquet",
    needed: &["order_id", "sku", "quantity"],
    optional: &[],
    needs_rows: false,
};
/// Pieces of one product in one order.
const QUANTITY: Span = Span { least: 1.0, most: 10_000.0 };

/// For each order by id: pieces by index of product.
pub(crate) type Lines = Vec<BTreeMap<usize, u32>>;

/// The lines of all orders. Rows of one order and sku add up.
pub(crate) fn read(
    files: &[File],
    orders: &Listed<Order>,
    products: &Listed<Product>,
    findings: &mut Findings,
) -> Lines {
    let mut lines = vec![BTreeMap::new(); orders.len()];
    let Ok(table) = folder::needed(files, &LAYOUT, findings) else { return lines };
    let mut ordered = vec![false; orders.len()];
    let mut complete = table.complete;
    table.each(findings, |row| {
        let named = row.needed("order_id", Ok);
        let order = named.and_then(|_| row.refer("order_id", "order", orders));
        let product = row.refer("sku", "sku", products);
        let quantity = row.needed("quantity", cell::whole(QUANTITY));
        // A row of no order may be meant for one that seems to have none.
        complete &= named.is_ok();
        let Ok(order) = order else { return };
        ordered[order] = true;
        if let (Ok(product), Ok(quantity)) = (product, quantity) {
            let pieces: &mut u32 = lines[order].entry(product).or_default();
            *pieces = pieces.saturating_add(quantity);
            if f64::from(*pieces) > QUANTITY.most {
                row.wrong("quantity", Wrong::TooManyTogether(QUANTITY));
            }
        }
    });
    for place in (0..orders.len()).filter(|&place| complete && !ordered[place]) {
        let (id, row, _) = orders.at(place);
        findings.fault(Fault::Cell {
            file: orders.file.clone(),
            row,
            column: "order_id",
            value: shown(id),
            wrong: Wrong::NoItems { file: table.file.clone() },
        });
    }
    lines
}
