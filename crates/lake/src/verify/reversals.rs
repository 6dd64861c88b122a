//! Lines that take back others: each names one that is there, is its exact negative, and is the
//! only one to do so.

use super::finding::{Finding, Findings};
use super::parts::RowGroup;
use super::workers;
use arrow_array::cast::AsArray;
use arrow_array::types::{Decimal128Type, Int32Type};
use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;
use quantity::Fixed;
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// The columns whose sign is turned; every other is the same, but the id and the line named.
const NEGATIVE: [&str; 8] = [
    "mass_kg",
    "tkm",
    "amount",
    "wtt_kg_co2e",
    "ttw_kg_co2e",
    "generation_kg_co2e",
    "market_kg_co2e",
    "biogenic_kg_co2",
];
/// The columns that differ.
const OWN: [&str; 2] = ["line_id", "reverses"];

/// Where a line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Place {
    /// Number of the file.
    pub(super) file: usize,
    /// Row in it, from 0.
    pub(super) row: u64,
}

/// A line that takes back another.
pub(super) struct Reversal {
    target: Box<str>,
    at: Place,
    /// SHA-256 of the line.
    own: Option<[u8; 32]>,
    /// Where the other stands, and the SHA-256 of its negative.
    other: Option<(Place, [u8; 32])>,
}

impl Reversal {
    pub(super) fn new(target: &str, at: Place) -> Self {
        Self { target: target.into(), at, own: None, other: None }
    }
}

/// Checks every reversal; reads the lines once more where there is any.
pub(super) fn check(
    groups: &[RowGroup<'_>],
    mut reversals: Vec<Reversal>,
    findings: &mut Findings,
) {
    if reversals.is_empty() {
        return;
    }
    reversals.sort_unstable_by(|a, b| (&a.target, a.at).cmp(&(&b.target, b.at)));
    let images = {
        let index = Index::of(&reversals);
        workers::map(groups, |group| images(group, &index), |_| ())
    };
    for (number, image) in images.into_iter().flatten() {
        match image {
            Image::Own(hash) => reversals[number].own = Some(hash),
            Image::Other(at, hash) => reversals[number].other = Some((at, hash)),
        }
    }
    let mut first: Option<&Reversal> = None;
    for reversal in &reversals {
        let again = first.filter(|first| first.target == reversal.target);
        if again.is_none() {
            first = Some(reversal);
        }
        let fault = match again.or(Some(reversal)).and_then(|first| first.other) {
            None => Some("names a line that is not there"),
            _ if again.is_some() => Some("names a line that was taken back already"),
            Some((_, hash)) if Some(hash) == reversal.own => None,
            Some(_) => Some("is not the exact negative of the line that it takes back"),
        };
        if let Some(fault) = fault {
            findings.push(finding(groups, reversal, fault));
        }
    }
}

/// Which reversals a line has to do with.
struct Index<'a> {
    by_target: HashMap<&'a str, usize>,
    by_place: HashMap<Place, usize>,
}

impl<'a> Index<'a> {
    /// Of several reversals of one line the first is in the index of targets.
    fn of(sorted: &'a [Reversal]) -> Self {
        let mut by_target = HashMap::new();
        for (number, reversal) in sorted.iter().enumerate() {
            by_target.entry(&*reversal.target).or_insert(number);
        }
        let places = sorted.iter().enumerate().map(|(number, reversal)| (reversal.at, number));
        Self { by_target, by_place: places.collect() }
    }
}

enum Image {
    Own([u8; 32]),
    Other(Place, [u8; 32]),
}

/// The lines of a row group that are reversals, or are taken back.
fn images(group: &RowGroup<'_>, index: &Index<'_>) -> Vec<(usize, Image)> {
    let mut images = Vec::new();
    let mut at = Place { file: group.number, row: group.first_row };
    // A group that cannot be read was found by the check of its lines.
    let batches = group.batches(None).into_iter().flatten().map_while(Result::ok);
    for batch in batches {
        let ids = batch.column(0).as_string::<i32>();
        for row in 0..batch.num_rows() {
            if let Some(&number) = index.by_place.get(&at) {
                images.push((number, Image::Own(image(&batch, row, 1))));
            }
            if let Some(&number) = index.by_target.get(ids.value(row)) {
                images.push((number, Image::Other(at, image(&batch, row, -1))));
            }
            at.row += 1;
        }
    }
    images
}

/// A line as bytes that are equal for equal lines only, hashed.
fn image(batch: &RecordBatch, row: usize, sign: i128) -> [u8; 32] {
    let mut hash = Sha256::new();
    for (field, column) in batch.schema_ref().fields().iter().zip(batch.columns()) {
        let name = field.name().as_str();
        if OWN.contains(&name) {
            continue;
        }
        let sign = if NEGATIVE.contains(&name) { sign } else { 1 };
        match cell(column, row, sign) {
            None => hash.update([0]),
            Some(text) => {
                hash.update([1]);
                hash.update((text.len() as u64).to_le_bytes());
                hash.update(text);
            }
        }
    }
    hash.finalize().into()
}

/// A cell as text; of a decimal with its sign turned where `sign` is -1.
fn cell(column: &dyn Array, row: usize, sign: i128) -> Option<String> {
    if column.is_null(row) {
        return None;
    }
    Some(match column.data_type() {
        DataType::Decimal128(..) => {
            let value = column.as_primitive::<Decimal128Type>().value(row);
            Fixed::from_billionths(sign * value).to_string()
        }
        DataType::Dictionary(..) => {
            let words = column.as_dictionary::<Int32Type>();
            let code = words.keys().value(row) as usize;
            words.values().as_string::<i32>().value(code).to_owned()
        }
        _ => column.as_string::<i32>().value(row).to_owned(),
    })
}

/// The finding, with the column that differs where both lines are there.
fn finding(groups: &[RowGroup<'_>], reversal: &Reversal, fault: &str) -> Finding {
    let line = |at: Place| {
        let inside = |group: &&RowGroup<'_>| {
            group.number == at.file
                && (group.first_row..group.first_row + group.rows).contains(&at.row)
        };
        groups.iter().find(inside).and_then(|group| group.line(at.row))
    };
    let file = groups.iter().find(|group| group.number == reversal.at.file);
    let own = line(reversal.at);
    let mut finding = Finding {
        row: Some(reversal.at.row + 1),
        line_id: own.as_ref().and_then(|own| cell(own.column(0), 0, 1)),
        column: Some("reverses"),
        stored: Some(reversal.target.to_string()),
        ..Finding::of_file(file.map_or("", |group| &group.file.part.path), fault)
    };
    let other = reversal.other.and_then(|(at, _)| line(at));
    let columns = crate::totals::schema();
    for (own, other) in own.iter().zip(&other) {
        for (column, field) in columns.fields().iter().enumerate() {
            let name = field.name().as_str();
            let sign = if NEGATIVE.contains(&name) { -1 } else { 1 };
            let stored = cell(own.column(column), 0, 1);
            let recomputed = cell(other.column(column), 0, sign);
            if !OWN.contains(&name) && stored != recomputed {
                finding.fault = format!("{fault} `{}`: {name} differs", reversal.target);
                (finding.stored, finding.recomputed) = (stored, recomputed);
                return finding;
            }
        }
    }
    finding
}
