//! Orders to pack and the cartons for them, from a table each: what `pack` and `cartons design` read.

use crate::cartons::{self, Stocked};
use crate::fault::Faults;
use crate::findings::{Findings, Told};
use crate::listed::Listed;
use crate::table::{Layout, Row};
use crate::warning::Warning;
use crate::wrong::{Span, Wrong};
use crate::{File, cell, folder};
use packaging::{CartonKind, Piece};
use std::collections::BTreeMap;

const LAYOUT: Layout = Layout {
    csv: "items.csv",
    parquet: "items.parquet",
    needed: &["order_id", "sku", "quantity", "length_cm", "width_cm", "height_cm", "weight_g"],
    optional: &["fragile", "upright", "stacking_weight_max_g", "industry", "month"],
    needs_rows: false,
};
/// Pieces of one order.
const QUANTITY: Span = Span { least: 1.0, most: 10_000.0 };

/// Equal pieces of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Of the product.
    pub sku: String,
    /// One of them; its product is the place of the line in the order.
    pub piece: Piece,
    /// How many.
    pub quantity: u32,
    /// Whose goods they are, where the table says.
    pub industry: Option<String>,
}

/// An order to pack. The order of rows, split rows and exchangeable sides change nothing in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackOrder {
    /// `order_id` of the table.
    pub id: String,
    /// Year and month, where the table says: `2017-01`.
    pub month: Option<String>,
    /// By sku.
    pub lines: Vec<Line>,
}

impl PackOrder {
    /// Every piece, by line.
    pub fn pieces(&self) -> Vec<Piece> {
        let equal = |line: &Line| std::iter::repeat_n(line.piece.clone(), line.quantity as usize);
        self.lines.iter().flat_map(equal).collect()
    }
    /// The industry of most of its volume; of equal volume the first by name.
    pub fn industry(&self) -> Option<&str> {
        let mut volumes: BTreeMap<&str, i128> = BTreeMap::new();
        for line in &self.lines {
            let sides = line.piece.sides.iter().map(|side| i128::from(side.tenths_mm()));
            *volumes.entry(line.industry.as_deref()?).or_default() +=
                sides.product::<i128>() * i128::from(line.quantity);
        }
        volumes.into_iter().rev().max_by_key(|&(_, volume)| volume).map(|(industry, _)| industry)
    }
}

/// Orders and cartons, and what was left out or mended on the way.
#[derive(Clone, Debug)]
pub struct ToPack {
    /// By id.
    pub orders: Vec<PackOrder>,
    /// By id.
    pub cartons: Vec<CartonKind>,
    /// What a reader should know.
    pub warnings: Vec<Warning>,
}

/// Reads both tables, each CSV or Parquet; an error holds the faults of both.
pub fn read_to_pack(items: File, cartons: File) -> Result<ToPack, Faults> {
    let mut findings = Findings::default();
    let orders = orders(items, &mut findings);
    let cartons = kinds(cartons, &mut findings);
    whole(findings, orders, cartons)
}

/// Reads the table of items alone; no carton is asked for.
pub fn read_items(items: File) -> Result<ToPack, Faults> {
    let mut findings = Findings::default();
    let orders = orders(items, &mut findings);
    whole(findings, orders, Ok(Vec::new()))
}

fn whole(
    findings: Findings,
    orders: Result<Vec<PackOrder>, Told>,
    cartons: Result<Vec<CartonKind>, Told>,
) -> Result<ToPack, Faults> {
    let (warnings, faults) = findings.into_parts();
    match (orders, cartons, faults) {
        (Ok(orders), Ok(cartons), None) => Ok(ToPack { orders, cartons, warnings }),
        (.., faults) => Err(faults.expect("what could not be read left a fault")),
    }
}

fn kinds(file: File, findings: &mut Findings) -> Result<Vec<CartonKind>, Told> {
    let table = folder::read(file, &cartons::LAYOUT, findings, false);
    let listed: Listed<Stocked> = cartons::listed(table.as_ref(), findings);
    cartons::with_stock(&listed).map(|(kinds, _)| kinds)
}

/// Sku, sides with the exchangeable ones sorted, mass, upright, fragile, the load it bears, industry:
/// equal pieces have equal keys.
type Key = (String, [i64; 3], i64, bool, bool, Option<i64>, Option<String>);

/// An order as its rows are read.
#[derive(Default)]
struct Growing {
    month: Option<String>,
    pieces: u32,
    lines: BTreeMap<Key, Line>,
}

fn orders(file: File, findings: &mut Findings) -> Result<Vec<PackOrder>, Told> {
    let table = folder::read(file, &LAYOUT, findings, false)?;
    let mut orders: BTreeMap<String, Growing> = BTreeMap::new();
    let mut told = Ok(());
    table.each(findings, |row| {
        if let Err(fault) = add(row, &mut orders) {
            told = Err(fault);
        }
    });
    told?;
    Ok(orders.into_iter().map(|(id, order)| order.done(id)).collect())
}

fn add(row: &mut Row, orders: &mut BTreeMap<String, Growing>) -> Result<(), Told> {
    let id = row.needed("order_id", cell::name);
    let sku = row.needed("sku", cell::name);
    let quantity = row.needed("quantity", cell::whole(QUANTITY));
    let length = row.needed("length_cm", cell::piece_side);
    let width = row.needed("width_cm", cell::piece_side);
    let height = row.needed("height_cm", cell::piece_side);
    let mass = row.needed("weight_g", cell::weight);
    let fragile = row.optional("fragile", cell::truth);
    let upright = row.optional("upright", cell::truth);
    let stacking_max = row.optional("stacking_weight_max_g", cell::stacking);
    let industry = row.optional("industry", cell::words);
    let month = row.optional("month", cell::month);
    let (sku, quantity, industry) = (sku?.to_owned(), quantity?, industry?);
    let sides = [length?, width?, height?];
    let piece = Piece {
        order: 0,
        product: 0,
        sides,
        mass: mass?,
        upright: upright?.unwrap_or(false),
        fragile: fragile?.unwrap_or(false),
        own_package: false,
        stacking_max: stacking_max?,
        rule: None,
    };
    let order = orders.entry(id?.to_owned()).or_default();
    if let Some(month) = month? {
        // Rows of one order in two months: it left when the first did.
        order.month =
            order.month.take().map_or(Some(month.clone()), |known| Some(known.min(month)));
    }
    order.pieces = order.pieces.saturating_add(quantity);
    if f64::from(order.pieces) > QUANTITY.most {
        return Err(row.wrong("quantity", Wrong::TooManyInOrder(QUANTITY)));
    }
    let mut exchangeable = sides.map(quantity::Length::tenths_mm);
    exchangeable[..if piece.upright { 2 } else { 3 }].sort_unstable();
    let (milligrams, upright, fragile) = (piece.mass.milligrams(), piece.upright, piece.fragile);
    let bears = piece.stacking_max.map(quantity::Mass::milligrams);
    let key = (sku.clone(), exchangeable, milligrams, upright, fragile, bears, industry.clone());
    let line = Line { sku, piece, quantity: 0, industry };
    order.lines.entry(key).or_insert(line).quantity += quantity;
    Ok(())
}

impl Growing {
    fn done(self, id: String) -> PackOrder {
        let number = |(place, (key, mut line)): (usize, (Key, Line))| {
            let (_, sides, ..) = key;
            line.piece.product = place;
            line.piece.sides = sides.map(quantity::Length::new);
            line
        };
        let lines = self.lines.into_iter().enumerate().map(number).collect();
        PackOrder { id, month: self.month, lines }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "order_id,sku,quantity,length_cm,width_cm,height_cm,weight_g,fragile,upright,stacking_weight_max_g,industry,month\n";
    const CARTONS: &str = "carton_id,length_cm,width_cm,height_cm,max_weight_g,tare_g,material\n\
                           A,10,10,10,1000,50,board\n";

    fn read(rows: &str) -> Result<Vec<PackOrder>, String> {
        let text = format!("{HEADER}{rows}");
        let file = |name, text: &'static str| File { name, bytes: text.as_bytes() };
        let items = File { name: "my items.csv", bytes: text.as_bytes() };
        read_to_pack(items, file("my cartons.csv", CARTONS))
            .map(|read| read.orders)
            .map_err(|faults| faults.to_string())
    }

    #[test]
    fn the_order_of_rows_and_sides_and_split_rows_change_nothing() {
        let one = "o2,b,1,1,2,3,9,,,,,\no1,a,2,3,2,1,5,,,,books,2017-03\no1,b,1,4,4,4,7,1,1,,books,2017-02\n";
        let two = "o1,b,1,4,4,4,7,1,1,,books,2017-02\no1,a,1,1,2,3,5,,,,books,2017-03\n\
                   o1,a,1,2,3,1,5,0,no,,books,2017-03\no2,b,1,3,1,2,9,,,,,\n";
        let orders = read(one).unwrap();
        assert_eq!(read(two).unwrap(), orders);
        assert_eq!(orders[0].pieces().len(), 3);
        assert_eq!(orders[0].industry(), Some("books"));
        assert_eq!((orders[0].month.as_deref(), orders[1].industry()), (Some("2017-02"), None));
    }

    #[test]
    fn what_a_piece_bears_is_read_and_parts_lines() {
        let orders =
            read("o1,a,1,1,2,3,5,,,0,,\no1,a,2,3,2,1,5,,,,,\no1,a,1,1,2,3,5,,,12.3456,,\n");
        let lines = orders.unwrap().remove(0).lines;
        let bears: Vec<_> =
            lines.iter().map(|line| (line.piece.stacking_max, line.quantity)).collect();
        let most = |milligrams| Some(quantity::Mass::new(milligrams));
        assert_eq!(bears, [(None, 2), (most(0), 1), (most(12_345), 1)]);
    }

    #[test]
    fn a_fault_names_its_place_and_mend() {
        for (row, expect) in [
            ("o1,a,1,0,2,3,5,,,,,", "my items.csv:2: length_cm is `0`"),
            ("o1,a,1,-1,2,3,5,,,,,", "my items.csv:2: length_cm is `-1`"),
            ("o1,a,1,NaN,2,3,5,,,,,", "my items.csv:2: length_cm is `NaN`"),
            ("o1,a,1,1e-9,2,3,5,,,,,", "my items.csv:2: length_cm is `1e-9`"),
            ("o1,a,1,1e12,2,3,5,,,,,", "my items.csv:2: length_cm is `1e12`"),
            ("o1,a,0,1,2,3,5,,,,,", "my items.csv:2: quantity is `0`"),
            (
                "o1,a,6000,1,2,3,5,,,,,\no1,b,6000,1,2,3,5,,,,,",
                "my items.csv:3: quantity is `6000`",
            ),
            ("o1,a,1,1,2,3,5,,,,,2017-13", "my items.csv:2: month is `2017-13`"),
            ("o1,a,1,1,2,3,5,,,-1,,", "my items.csv:2: stacking_weight_max_g is `-1`"),
            (",a,1,1,2,3,5,,,,,", "my items.csv:2: order_id"),
        ] {
            let fault = read(&format!("{row}\n")).unwrap_err();
            assert!(fault.contains(expect), "{row}: {fault}");
        }
    }
}
