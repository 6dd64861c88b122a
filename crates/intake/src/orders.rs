//! `orders`.

use crate::findings::{Findings, Told};
use crate::items::Lines;
use crate::listed::{Found, Listed};
use crate::table::Layout;
use crate::warning::Warning;
use crate::wrong::Wrong;
use crate::{File, cell, folder};
use network::{Site, SiteKind};
use ordering::DeliveryOption;
use planner::{Order, OrderLine};
use quantity::{Instant, Zone};

const LAYOUT: Layout = Layout {
    csv: "orders.csv",
    parquet: "orders.parquet",
    needed: &["order_id", "placed_at", "origin_site", "dest_lat", "dest_lon"],
    optional: &["promised_by", "option", "customer_id"],
    needs_rows: false,
};
/// Whole days from the first order to the last that are no slip of a year.
const SPAN_DAYS: i64 = 400;

/// The orders by id, still without lines.
///
/// - `zone`: to tell days that lie far apart.
pub(crate) fn read(
    files: &[File],
    sites: &Listed<Site>,
    zone: Option<&Zone>,
    findings: &mut Findings,
) -> Listed<Order> {
    let table = folder::needed(files, &LAYOUT, findings);
    let mut placed: Option<[(Instant, u64); 2]> = None;
    let orders = Listed::read(table.as_ref(), LAYOUT.csv, "order_id", findings, |row, id| {
        let placed_at = row.needed("placed_at", cell::instant);
        if let Ok(at) = placed_at {
            let this = (at, row.number);
            let [earliest, latest] = placed.unwrap_or([this; 2]);
            placed = Some([earliest.min(this), if at > latest.0 { this } else { latest }]);
        }
        let origin = row.refer("origin_site", "site", sites);
        let destination = row.point("dest_lat", "dest_lon");
        let promised_by = row.optional("promised_by", |text| {
            let promise = cell::instant(text)?;
            match placed_at {
                Ok(placed) if promise < placed => Err(Wrong::BeforePlaced),
                _ => Ok(promise),
            }
        });
        let option = row.optional("option", |text| option(text, sites));
        let customer = row.optional("customer_id", cell::words);
        Ok(Order {
            id: id?.into(),
            placed_at: placed_at?,
            origin: origin?,
            destination: destination?,
            promised_by: promised_by?,
            option: option?,
            customer: customer?,
            lines: Vec::new(),
        })
    });
    if let (Some([earliest, latest]), Some(zone)) = (placed, zone) {
        let days = (latest.0.unix() - earliest.0.unix()) / 86_400;
        if days > SPAN_DAYS {
            let [first, last] = [earliest, latest].map(|(at, row)| (zone.day_of(at), row));
            findings.warn(Warning::LongSpan { file: orders.file.clone(), days, first, last });
        }
    }
    orders
}

fn option(text: &str, sites: &Listed<Site>) -> Result<DeliveryOption, Wrong> {
    let option = text.parse().map_err(|()| {
        if text.starts_with("slot:") { Wrong::NotASlot } else { Wrong::NotAnOption }
    })?;
    if let DeliveryOption::Station(Some(id)) = &option {
        let station = match sites.find(id) {
            // A site with a fault may be a station.
            Found::At(place) => {
                sites.at(place).2.map_or(true, |site| site.kind == SiteKind::Station)
            }
            Found::Nowhere => false,
            Found::Unsure => true,
        };
        if !station {
            return Err(Wrong::NoSuch { thing: "station", file: sites.file.clone() });
        }
    }
    Ok(option)
}

/// The orders with their lines, by time of placing and id.
pub(crate) fn with_lines(orders: &Listed<Order>, lines: Lines) -> Result<Vec<Order>, Told> {
    let mut orders = orders.values()?;
    for (order, lines) in orders.iter_mut().zip(lines) {
        order.lines =
            lines.into_iter().map(|(product, quantity)| OrderLine { product, quantity }).collect();
    }
    orders.sort_by(|a, b| (a.placed_at, &a.id).cmp(&(b.placed_at, &b.id)));
    Ok(orders)
}
