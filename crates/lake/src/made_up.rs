//! Made-up ledgers for tests, written by ways of their own.

use crate::manifest::CASES;
use crate::{BatchKind, Listed, Manifest, Note, Part, TotalsRow, manifest, seal, totals};
use arrow_array::{ArrayRef, Decimal128Array, RecordBatch, StringArray};
use arrow_schema::DataType;
use carbon::{Registry, factor_table, value};
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;
use quantity::{Carbon, Emission, Fixed};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder that goes when the test ends.
pub(crate) struct Scratch(pub(crate) PathBuf);

impl Scratch {
    pub(crate) fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("greenchain lake {}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

/// A cell; one that is not known is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Text(String),
    Decimal(i128),
}

/// A line, with the number of its batch.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) batch: usize,
    pub(crate) cells: BTreeMap<&'static str, Value>,
}

/// The lines and files of a ledger to be.
#[derive(Clone, Debug)]
pub(crate) struct Books {
    pub(crate) rows: Vec<Row>,
    pub(crate) files: Vec<(String, String)>,
    pub(crate) registry: Registry,
}

pub(crate) fn decimal(text: &str) -> i128 {
    text.parse::<Fixed>().unwrap().billionths()
}

impl Row {
    pub(crate) fn new(
        id: &str,
        amount: &str,
        factor_id: &str,
        words: &[(&'static str, &str)],
    ) -> Self {
        let registry = Registry::built_in();
        let factor = registry.get(factor_id).unwrap();
        let mut row = Self { batch: 0, cells: BTreeMap::new() };
        for (column, text) in [
            ("line_id", id),
            ("tenant", "main"),
            ("period", "2025-07"),
            ("case", "actual"),
            ("link", "transportation"),
            ("class", factor.class.name()),
            ("activity", "made up"),
            ("unit", factor.unit.name()),
            ("factor_id", factor_id),
            ("factor_edition", &factor.edition),
            ("method", "measured"),
            ("data_kind", "primary"),
        ]
        .into_iter()
        .chain(words.iter().copied())
        {
            row.text(column, text);
        }
        let valued = value(amount.parse().unwrap(), factor).unwrap();
        for (column, figure) in [
            ("amount", decimal(amount)),
            ("wtt_kg_co2e", valued.emission.wtt.micrograms()),
            ("ttw_kg_co2e", valued.emission.ttw.micrograms()),
            ("generation_kg_co2e", valued.generation.micrograms()),
            ("market_kg_co2e", valued.generation.micrograms()),
            ("biogenic_kg_co2", valued.biogenic.micrograms()),
        ] {
            row.decimal(column, figure);
        }
        row
    }
    pub(crate) fn text(&mut self, column: &'static str, text: &str) {
        self.cells.insert(column, Value::Text(text.to_owned()));
    }
    pub(crate) fn decimal(&mut self, column: &'static str, billionths: i128) {
        self.cells.insert(column, Value::Decimal(billionths));
    }
    pub(crate) fn word(&self, column: &str) -> Option<&str> {
        match self.cells.get(column) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }
    pub(crate) fn figure(&self, column: &str) -> Option<i128> {
        match self.cells.get(column) {
            Some(Value::Decimal(value)) => Some(*value),
            _ => None,
        }
    }
    /// The line that takes this one back.
    pub(crate) fn reversal(&self, id: &str) -> Self {
        let mut row = self.clone();
        row.batch = 1;
        for (column, cell) in &mut row.cells {
            match cell {
                Value::Decimal(value) if *column != "distance_km" => *value = -*value,
                _ => {}
            }
        }
        row.text("reverses", self.word("line_id").unwrap());
        row.text("line_id", id);
        row
    }
}

impl Books {
    /// Six lines of three tenants and periods, all cases, one of them taking back another.
    pub(crate) fn sample() -> Self {
        let ours = [("operator", "acme"), ("payer", "acme")];
        let hired = [("operator", "carrier"), ("payer", "acme"), ("distance_kind", "sfd")];
        let bought = [("payer", "acme"), ("case", "plan"), ("link", "packaging")];
        let diesel = Row::new("b1-0", "60.123456789", "diesel_blend_l", &ours);
        let mut freight = Row::new("b1-1", "161", "hgv_all_tkm", &hired);
        freight.decimal("mass_kg", decimal("230"));
        freight.decimal("distance_km", decimal("700"));
        freight.decimal("tkm", decimal("161"));
        let mut power = Row::new("b1-2", "24", "grid_gb_kwh", &ours);
        power.text("period", "2025-08");
        power.text("site_id", "hub");
        let board = Row::new("b1-3", "1", "board_new_t", &bought);
        let mut waste = Row::new("b1-4", "0.5", "board_landfill_t", &[("case", "baseline")]);
        waste.text("tenant", "东 仓%20");
        let back = diesel.reversal("b2-0");
        let measures = "tenant,period,case,link,site_id,measure,unit,amount,method,data_kind\n\
                        main,2025-07,actual,packaging,,parcels,parcel,7.5,counted,primary\n";
        Self {
            rows: vec![diesel, freight, power, board, waste, back],
            files: vec![
                ("measures.csv".to_owned(), measures.to_owned()),
                ("scenario/orders.csv".to_owned(), "order_id\no1\n".to_owned()),
            ],
            registry: Registry::built_in(),
        }
    }
    pub(crate) fn write(&self) -> Scratch {
        self.write_with(|_, _| ())
    }
    /// Writes a ledger of which only what `tamper` does is wrong.
    pub(crate) fn write_with(&self, tamper: impl Fn(&mut Part, &mut Vec<TotalsRow>)) -> Scratch {
        let scratch = Scratch::new();
        let mut totals = self.totals();
        let mut batches = [Vec::new(), Vec::new()];
        for ((batch, tenant, period), rows) in self.parts() {
            let path = format!("{tenant}.{period}.b{batch}.parquet");
            let bytes = parquet(&rows);
            let mut part = Part {
                sha256: seal::of_bytes(&bytes),
                path,
                rows: rows.len() as u64,
                tenant,
                period,
                sums: sums(&rows),
            };
            put(&scratch.0, &part.path, &bytes);
            tamper(&mut part, &mut totals);
            batches[batch].push(part);
        }
        let mut made = Manifest::new("made up".to_owned(), Some("acme".to_owned()));
        let [calc, reversal] = batches;
        made.add_batch("b1".to_owned(), BatchKind::Calc, calc);
        made.add_batch("b2".to_owned(), BatchKind::Reversal, reversal);
        made.notes.push(Note { subject: "grid".to_owned(), text: "made up".to_owned() });
        let factors = factor_table::write(&self.registry).into_bytes();
        let sums = totals::write(&totals).unwrap();
        let others = self.files.iter().map(|(path, text)| (path.as_str(), text.clone().into()));
        for (path, bytes) in others.chain([("factors.csv", factors), (totals::FILE, sums)]) {
            let sha256 = seal::of_bytes(&bytes);
            made.files.push(Listed { path: path.to_owned(), sha256, bytes: bytes.len() as u64 });
            put(&scratch.0, path, &bytes);
        }
        put(&scratch.0, manifest::FILE, made.to_json().unwrap().as_bytes());
        scratch
    }

    fn parts(&self) -> BTreeMap<(usize, String, String), Vec<&Row>> {
        let mut parts: BTreeMap<_, Vec<&Row>> = BTreeMap::new();
        for row in &self.rows {
            let word = |column| row.word(column).unwrap().to_owned();
            parts.entry((row.batch, word("tenant"), word("period"))).or_default().push(row);
        }
        parts
    }
    fn totals(&self) -> Vec<TotalsRow> {
        let mut totals: BTreeMap<_, TotalsRow> = BTreeMap::new();
        for row in &self.rows {
            let groups = totals::GROUPS.map(|column| row.word(column).map(Arc::from));
            let sum = totals.entry(groups.clone()).or_default();
            sum.groups = groups;
            sum.lines += 1;
            for (sum, column) in sum.sums.iter_mut().zip(totals::SUMS) {
                *sum += row.figure(column).unwrap_or(0);
            }
        }
        totals.into_values().collect()
    }
}

pub(crate) fn put(folder: &Path, path: &str, bytes: &[u8]) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    #[expect(clippy::disallowed_methods, reason = "a test writes its own data")]
    fs::write(path, bytes).unwrap();
}

fn sums(rows: &[&Row]) -> BTreeMap<String, Emission> {
    let mut sums: BTreeMap<String, Emission> = BTreeMap::new();
    for row in rows {
        let case = row.word("case").unwrap();
        if CASES.iter().any(|known| known.name() == case) {
            let carbon = |column| Carbon::from_micrograms(row.figure(column).unwrap());
            *sums.entry(case.to_owned()).or_default() +=
                Emission { wtt: carbon("wtt_kg_co2e"), ttw: carbon("ttw_kg_co2e") };
        }
    }
    sums
}

fn parquet(rows: &[&Row]) -> Vec<u8> {
    let schema = totals::schema();
    let columns: Vec<ArrayRef> = schema
        .fields()
        .iter()
        .map(|field| -> ArrayRef {
            let name = field.name();
            match field.data_type() {
                DataType::Utf8 => {
                    Arc::new(rows.iter().map(|row| row.word(name)).collect::<StringArray>())
                }
                of => {
                    let values = rows.iter().map(|row| row.figure(name));
                    Arc::new(values.collect::<Decimal128Array>().with_data_type(of.clone()))
                }
            }
        })
        .collect();
    let batch = RecordBatch::try_new(schema.clone(), columns).unwrap();
    // Small row groups, so that a file has several.
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(2)).build();
    let mut writer = ArrowWriter::try_new(Vec::new(), schema, Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}
