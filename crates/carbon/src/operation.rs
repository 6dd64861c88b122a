//! Transport and hub operation categories: what they used in a period over what they moved.
//!
//! Empty trips need no rule of their own: their energy is in what the category used, and they move
//! nothing. Source: ISO 14083:2023, transport and hub operation categories (TOC, HOC).

mod intensity;

pub use intensity::{carriers, empty_distance_factor, intensities};

use crate::{DataKind, DistanceKind, Period, Unit};
use csv::StringRecord;
use quantity::Fixed;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Largest figure of the file, in its unit: more than the world moves in a year.
pub const FIGURE_MAX: Fixed = Fixed::from_integer(1_000_000_000_000_000);
/// What ends the edition of a category's intensity, after the period.
pub const EDITION_END: &str = " operations";

/// The columns, and whether a file must have them.
const COLUMNS: [(&str, bool); 16] = [
    ("category_id", true),
    ("kind", true),
    ("description", true),
    ("period", true),
    ("tenant", false),
    ("mode", false),
    ("factor_id", true),
    ("factor_edition", false),
    ("amount", true),
    ("unit", true),
    ("tkm", false),
    ("throughput_t", false),
    ("distance", false),
    ("loaded_km", false),
    ("empty_km", false),
    ("data_kind", true),
];

/// What a category is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CategoryKind {
    /// Transport: its activity is counted in tonne-kilometres.
    Toc,
    /// A hub: its activity is counted in tonnes of outbound throughput.
    Hoc,
}

impl CategoryKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Toc, Self::Hoc];
    /// As files name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Toc => "toc",
            Self::Hoc => "hoc",
        }
    }
}

/// What a category used of one energy carrier or refrigerant in a period: a row of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// Row of the file; the header is row 1.
    pub row: u64,
    /// Id of the category, and of the factor made of it.
    pub category: Arc<str>,
    /// Transport or hub.
    pub kind: CategoryKind,
    /// The category in words: mode, vehicle, route, load, temperature.
    pub description: String,
    /// The year or month over which both use and activity were counted.
    pub period: Period,
    /// Whose books; `None` is everybody's.
    pub tenant: Option<Arc<str>>,
    /// Mode of transport, in words.
    pub mode: Option<String>,
    /// What values the use.
    pub factor_id: Arc<str>,
    /// Its edition; `None` takes the one that is valid in the period.
    pub factor_edition: Option<Arc<str>>,
    /// How much was used, empty trips included, in `unit`.
    pub amount: Fixed,
    /// Unit of the amount.
    pub unit: Unit,
    /// Transport activity of the whole category, on one row of it.
    pub tkm: Option<Fixed>,
    /// Outbound throughput of the whole category in tonnes, on one row of it.
    pub throughput_t: Option<Fixed>,
    /// By which distance `tkm` is counted.
    pub distance: Option<DistanceKind>,
    /// Driven with freight in km, on one row of the category; for information.
    pub loaded_km: Option<Fixed>,
    /// Driven without freight in km, on the same row; for information.
    pub empty_km: Option<Fixed>,
    /// How well the amount is known.
    pub data_kind: DataKind,
}

/// A fault of `operations.csv`, with its place and its mend.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("operations.csv:{row}: {column} is `{value}`. {mend}")]
pub struct OperationFault {
    /// Row of the file; the header is row 1.
    pub row: u64,
    /// The column, or `columns` and `fields` of a whole row.
    pub column: &'static str,
    /// What stands there.
    pub value: String,
    /// What to write instead.
    pub mend: String,
}

fn fault(row: u64, column: &'static str, value: &str, mend: impl Into<String>) -> OperationFault {
    OperationFault { row, column, value: value.into(), mend: mend.into() }
}

/// Reads `operations.csv`; on failure, every fault of it in the order of rows.
pub fn read(text: &str) -> Result<Vec<Operation>, Vec<OperationFault>> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    // A text is read: neither input nor UTF-8 can fail.
    let mut rows = reader.records().map_while(Result::ok).zip(1..);
    let header = rows.next().map(|(header, _)| header).unwrap_or_default();
    let places = places(&header)?;
    let (mut operations, mut faults) = (Vec::new(), Vec::new());
    for (record, row) in rows {
        if record.len() != header.len() {
            let mend = format!("Write {} of them, as the header has", header.len());
            faults.push(fault(row, "fields", &record.len().to_string(), mend));
            continue;
        }
        // An open quotation mark would swallow the rows up to the next one.
        if let Some(cell) = record.iter().find(|cell| cell.contains(['\n', '\r'])) {
            let first = cell.lines().next().unwrap_or_default();
            faults.push(fault(row, "fields", first, "Close its quotation mark on the same line"));
            continue;
        }
        let mut cells = Cells { row, record: &record, places: &places, faults: Vec::new() };
        let operation = cells.operation();
        match operation {
            Some(operation) if cells.faults.is_empty() => operations.push(operation),
            _ => faults.extend(cells.faults),
        }
    }
    if faults.is_empty() { Ok(operations) } else { Err(faults) }
}

/// Where each column stands, or what is wrong with the header.
fn places(header: &StringRecord) -> Result<BTreeMap<&'static str, usize>, Vec<OperationFault>> {
    let (mut places, mut faults) = (BTreeMap::new(), Vec::new());
    for (place, name) in header.iter().map(str::trim).enumerate() {
        let known = COLUMNS.iter().find(|(column, _)| *column == name);
        if known.is_none_or(|&(column, _)| places.insert(column, place).is_some()) {
            let all = COLUMNS.map(|(column, _)| column).join(", ");
            faults.push(fault(1, "columns", name, format!("Write each once of {all}")));
        }
    }
    for (column, needed) in COLUMNS {
        if needed && !places.contains_key(column) {
            faults.push(fault(1, column, "", "Add the column"));
        }
    }
    if faults.is_empty() { Ok(places) } else { Err(faults) }
}

/// The cells of a row by column, and what is wrong with them.
struct Cells<'a> {
    row: u64,
    record: &'a StringRecord,
    places: &'a BTreeMap<&'static str, usize>,
    faults: Vec<OperationFault>,
}

impl Cells<'_> {
    /// What a cell holds; `None` where it is empty.
    fn cell(&self, column: &'static str) -> Option<&str> {
        let text = self.record.get(*self.places.get(column)?)?.trim();
        (!text.is_empty()).then_some(text)
    }

    /// A cell that may be empty, as what it must be.
    fn optional<T>(
        &mut self,
        column: &'static str,
        mend: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.cell(column)?.to_owned();
        let value = parse(&text);
        if value.is_none() {
            self.faults.push(fault(self.row, column, &text, mend));
        }
        value
    }

    /// A cell that must not be empty.
    fn needed<T>(
        &mut self,
        column: &'static str,
        mend: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        if self.cell(column).is_none() {
            self.faults.push(fault(self.row, column, "", mend));
        }
        self.optional(column, mend, parse)
    }

    /// The row; `None` where a needed cell is at fault.
    fn operation(&mut self) -> Option<Operation> {
        let text = |text: &str| Some(text.to_owned());
        let shared = |text: &str| Some(Arc::<str>::from(text));
        let category = self.needed("category_id", "Name the category", shared);
        let kinds = word(&CategoryKind::ALL, CategoryKind::name);
        let kind = self.needed("kind", "Write toc or hoc", kinds);
        let description = self.needed("description", "Say what the category is", text);
        let mend = "Write a year or a month, as in 2025 or 2025-07";
        let period = self.needed("period", mend, |text| text.parse().ok());
        let factor_id = self.needed("factor_id", "Name the factor of what was used", shared);
        let amount = self.needed("amount", FIGURE_MEND, figure);
        let units = Unit::ALL.map(Unit::name).join(", ");
        let mend = format!("Write one of {units}");
        let unit = self.needed("unit", &mend, word(&Unit::ALL, Unit::name));
        let mend = "Write primary, modelled or default";
        let data_kind = self.needed("data_kind", mend, word(&DataKind::ALL, DataKind::name));
        let tenant = self.optional("tenant", "", shared);
        let mode = self.optional("mode", "", text);
        let factor_edition = self.optional("factor_edition", "", shared);
        let kinds = word(&DistanceKind::ALL, DistanceKind::name);
        let distance = self.optional("distance", "Write sfd or gcd", kinds);
        let [tkm, throughput_t, loaded_km, empty_km] =
            ["tkm", "throughput_t", "loaded_km", "empty_km"]
                .map(|column| self.optional(column, FIGURE_MEND, figure));
        Some(Operation {
            row: self.row,
            category: category?,
            kind: kind?,
            description: description?,
            period: period?,
            tenant,
            mode,
            factor_id: factor_id?,
            factor_edition,
            amount: amount?,
            unit: unit?,
            tkm,
            throughput_t,
            distance,
            loaded_km,
            empty_km,
            data_kind: data_kind?,
        })
    }
}

const FIGURE_MEND: &str = "Write a number from 0 to 10^15 with at most nine decimal places";

fn figure(text: &str) -> Option<Fixed> {
    text.parse().ok().filter(|figure| (Fixed::ZERO..=FIGURE_MAX).contains(figure))
}

/// Reads a word of a closed list by its name.
fn word<T: Copy>(all: &[T], name: fn(T) -> &'static str) -> impl Fn(&str) -> Option<T> {
    move |text| all.iter().copied().find(|&one| name(one) == text)
}
