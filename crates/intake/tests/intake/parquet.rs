//! Parquet says the same as CSV.

use crate::good::Folder;
use arrow_array::types::{Int32Type, TimestampMicrosecondType, TimestampNanosecondType};
use arrow_array::{
    ArrayRef, BooleanArray, Decimal128Array, DictionaryArray, Float32Array, Float64Array,
    Int64Array, LargeStringArray, ListArray, PrimitiveArray, RecordBatch, StringArray,
    StringViewArray, UInt8Array,
};
use parquet::arrow::ArrowWriter;
use parquet::basic::{BrotliLevel, Compression, GzipLevel, ZstdLevel};
use parquet::file::properties::WriterProperties;
use quantity::Instant;
use std::sync::Arc;

/// A Parquet file of these columns.
pub(crate) fn file(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    compressed(columns, Compression::UNCOMPRESSED)
}

fn compressed(columns: Vec<(&str, ArrayRef)>, codec: Compression) -> Vec<u8> {
    let columns = columns.into_iter().map(|(name, column)| (name, column, true));
    let batch = RecordBatch::try_from_iter_with_nullable(columns).expect("columns of one length");
    let mut bytes = Vec::new();
    let properties = WriterProperties::builder().set_compression(codec).build();
    let mut writer =
        ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).expect("a known type");
    writer.write(&batch).expect("memory takes all");
    writer.close().expect("memory takes all");
    bytes
}

/// A CSV file's table as Parquet: every column text, empty cells null.
fn converted(csv: &str) -> Vec<u8> {
    let rows: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
    let column = |i: usize| {
        let cells = rows[1..].iter().map(|row| Some(row[i]).filter(|cell| !cell.is_empty()));
        Arc::new(cells.collect::<StringArray>()) as ArrayRef
    };
    file((0..rows[0].len()).map(|i| (rows[0][i], column(i))).collect())
}

/// The good folder with every table in Parquet.
pub(crate) fn all() -> Folder {
    let mut folder = Folder::good();
    for (csv, parquet) in [
        ("sites.csv", "sites.parquet"),
        ("products.csv", "products.parquet"),
        ("cartons.csv", "cartons.parquet"),
        ("vehicles.csv", "vehicles.parquet"),
        ("orders.csv", "orders.parquet"),
        ("order_items.csv", "order_items.parquet"),
        ("weather.csv", "weather.parquet"),
        ("tariff.csv", "tariff.parquet"),
        ("grid.csv", "grid.parquet"),
        ("distances.csv", "distances.parquet"),
    ] {
        folder = folder.clone().with(parquet, converted(&folder.text(csv))).without(csv);
    }
    folder
}

fn moments(texts: &[&str]) -> Vec<i64> {
    texts.iter().map(|text| Instant::parse(text).expect("a moment").unix() * 1_000_000).collect()
}

#[test]
fn tables_of_text_read_the_same() {
    assert_eq!(all().checked(), Folder::good().checked());
}

#[test]
fn columns_of_their_own_types_read_the_same() {
    let placed = moments(&["2017-11-24T11:00:00Z", "2017-11-24T10:00:00Z", "2017-11-24T12:00:00Z"]);
    let promised: Vec<Option<i64>> = vec![
        Some(moments(&["2017-11-28T02:59:59Z"])[0] * 1_000),
        None,
        Some(moments(&["2017-11-24T21:00:00Z"])[0] * 1_000),
    ];
    let sites: DictionaryArray<Int32Type> = ["W1", "W1", "W1"].into_iter().collect();
    let orders = file(vec![
        ("order_id", Arc::new(LargeStringArray::from(vec!["o1", "o2", "o3"]))),
        (
            "placed_at",
            Arc::new(
                PrimitiveArray::<TimestampMicrosecondType>::from(placed)
                    .with_timezone("America/Sao_Paulo"),
            ),
        ),
        ("origin_site", Arc::new(sites)),
        ("dest_lat", Arc::new(Float64Array::from(vec![-23.6, -23.5, -23.4]))),
        ("dest_lon", Arc::new(Float32Array::from(vec![-46.7, -46.6, -46.5]))),
        (
            "promised_by",
            Arc::new(
                PrimitiveArray::<TimestampNanosecondType>::from(promised).with_timezone("+00:00"),
            ),
        ),
        ("option", Arc::new(StringViewArray::from(vec!["standard", "station:S1", "slot:18-20"]))),
        ("customer_id", Arc::new(StringArray::from(vec![Some("anna"), None, Some("bert")]))),
    ]);
    let decimals = |hundredths: Vec<i128>| {
        let array = Decimal128Array::from(hundredths).with_precision_and_scale(10, 3);
        Arc::new(array.expect("ten digits")) as ArrayRef
    };
    let products = file(vec![
        ("sku", Arc::new(StringArray::from(vec!["p2", "p1"]))),
        ("industry", Arc::new(StringArray::from(vec!["toys", "books"]))),
        ("length_cm", Arc::new(UInt8Array::from(vec![17, 26]))),
        ("width_cm", Arc::new(Int64Array::from(vec![17, 22]))),
        ("height_cm", decimals(vec![15_001, 8_000])),
        ("weight_g", Arc::new(Float64Array::from(vec![350.0, 600.0]))),
        ("fragile", Arc::new(BooleanArray::from(vec![true, false]))),
        ("own_package", Arc::new(BooleanArray::from(vec![None, Some(false)]))),
        ("upright", Arc::new(StringArray::from(vec!["yes", "FALSE"]))),
    ]);
    let folder = Folder::good()
        .without("orders.csv")
        .with("orders.parquet", orders)
        .without("products.csv")
        .with("products.parquet", products);
    assert_eq!(folder.checked(), Folder::good().checked());
}

#[test]
fn every_codec_is_read() {
    for codec in [
        Compression::SNAPPY,
        Compression::ZSTD(ZstdLevel::default()),
        Compression::GZIP(GzipLevel::default()),
        Compression::BROTLI(BrotliLevel::default()),
        Compression::LZ4,
        Compression::LZ4_RAW,
    ] {
        let times = vec!["2017-11-24T00:00:00-03:00", "2017-11-24T01:00:00-03:00"];
        let grid = compressed(
            vec![
                ("timestamp", Arc::new(StringArray::from(times))),
                ("kg_co2e_per_kwh", Arc::new(Float64Array::from(vec![0.09, 0.0]))),
            ],
            codec,
        );
        let folder = Folder::good().without("grid.csv").with("grid.parquet", grid);
        assert_eq!(folder.checked(), Folder::good().checked(), "{codec}");
    }
}

#[test]
fn faults_are_told_by_row() {
    let naive =
        PrimitiveArray::<TimestampMicrosecondType>::from(moments(&["2017-11-24T11:00:00Z"]));
    let beyond = PrimitiveArray::<TimestampMicrosecondType>::from(vec![i64::MAX]);
    let list = ListArray::from_iter_primitive::<Int32Type, _, _>([Some([Some(1)])]);
    let grid = |time: ArrayRef, value: ArrayRef| {
        let bytes = file(vec![("timestamp", time), ("kg_co2e_per_kwh", value)]);
        Folder::good().without("grid.csv").with("grid.parquet", bytes).told()
    };
    let one = || Arc::new(Float64Array::from(vec![0.1])) as ArrayRef;
    let time = || Arc::new(StringArray::from(vec!["2017-11-24T11:00:00Z"])) as ArrayRef;
    assert_eq!(
        grid(Arc::new(naive), one()),
        "grid.parquet:1: timestamp is `2017-11-24T11:00:00`: has no offset from UTC. Add it, as in 2017-11-24T18:00:00-03:00."
    );
    assert_eq!(
        grid(Arc::new(beyond.with_timezone("UTC")), one()),
        "grid.parquet:1: timestamp is `9223372036854775807`: not a date and time. Write it as 2017-11-24T18:00:00-03:00."
    );
    assert_eq!(
        grid(time(), Arc::new(Float64Array::from(vec![f64::NAN]))),
        "grid.parquet:1: kg_co2e_per_kwh is `NaN`: not a finite number. Write a finite number, such as 12.5."
    );
    assert_eq!(
        grid(time(), Arc::new(list)),
        "grid.parquet: column `kg_co2e_per_kwh` is of type List(Int32). Write it as text, number, boolean or timestamp."
    );
}

#[test]
fn a_file_that_is_no_parquet_is_told() {
    let told = Folder::good().without("grid.csv").with("grid.parquet", "timestamp,x\n").told();
    assert!(told.starts_with("grid.parquet: not readable as Parquet: "), "{told}");
    assert_eq!(told.lines().count(), 1, "{told}");
}
