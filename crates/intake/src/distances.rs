//! `distances`: given road lengths among sites and orders.

use crate::findings::{Findings, Told};
use crate::listed::{Found, Listed};
use crate::table::Layout;
use crate::wrong::{Span, Wrong};
use crate::{File, cell, folder};
use network::Site;
use planner::Order;
use quantity::Distance;
use std::collections::HashMap;

const LAYOUT: Layout = Layout {
    csv: "distances.csv",
    parquet: "distances.parquet",
    needed: &["from_id", "to_id", "distance_km"],
    optional: &[],
    needs_rows: false,
};
/// Up to once around the earth.
const KM: Span = Span { least: 0.0, most: 40_000.0 };

/// The lengths by ids, empty where absent.
pub(crate) fn read(
    files: &[File],
    sites: &Listed<Site>,
    orders: &Listed<Order>,
    findings: &mut Findings,
) -> Result<HashMap<(String, String), Distance>, Told> {
    let mut lengths = HashMap::new();
    let Some(table) = folder::optional(files, &LAYOUT, findings)? else { return Ok(lengths) };
    let mut first: HashMap<(&str, &str), u64> = HashMap::new();
    let place = |id| match (sites.find(id), orders.find(id)) {
        (Found::Nowhere, Found::Nowhere) => {
            let file = format!("{} or {}", sites.file, orders.file);
            Err(Wrong::NoSuch { thing: "site or order", file })
        }
        _ => Ok(id),
    };
    table.each(findings, |row| {
        let from = row.needed("from_id", place);
        let to = row.needed("to_id", place);
        let km = row.needed("distance_km", cell::number(KM));
        let (Ok(from), Ok(to)) = (from, to) else { return };
        if let Some(earlier) = first.insert((from, to), row.number) {
            row.wrong("to_id", Wrong::Duplicate { row: earlier });
        }
        if let Ok(km) = km {
            lengths.insert((from.into(), to.into()), Distance::from_kilometres(km));
        }
    });
    Ok(lengths)
}
