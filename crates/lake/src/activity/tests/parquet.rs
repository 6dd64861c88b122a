//! Parquet: the types of columns, and that it says what CSV says.

use super::*;
use ::parquet::arrow::ArrowWriter;
use ::parquet::file::properties::WriterProperties;
use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, Date32Array, Decimal128Array, DictionaryArray, Float64Array, Int32Array, Int64Array,
    LargeStringArray, NullArray, RecordBatch, StringArray, StringViewArray,
    TimestampMillisecondArray,
};
use std::sync::Arc;

/// A file of these columns beside the needed ones; row groups of so many rows.
fn bytes(columns: &[(&str, ArrayRef)], group_rows: usize) -> Bytes {
    let rows = columns[0].1.len();
    let same = |text: &str| -> ArrayRef { Arc::new(StringArray::from(vec![text; rows])) };
    let mut all: Vec<(&str, ArrayRef)> = vec![
        ("link", same("transportation")),
        ("activity", same("van")),
        ("data_kind", same("primary")),
    ];
    if columns.iter().all(|(name, _)| *name != "period") {
        all.push(("period", same("2025-07")));
    }
    all.extend(columns.iter().cloned());
    let batch = RecordBatch::try_from_iter(all).unwrap();
    let properties =
        WriterProperties::builder().set_max_row_group_row_count(Some(group_rows)).build();
    let mut file = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut file, batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    file.into()
}

fn file(columns: &[(&str, ArrayRef)]) -> ActivityFile {
    ActivityFile::from_bytes("a.parquet", bytes(columns, 1_000)).unwrap()
}

fn strings(values: &[Option<&str>]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

fn fuel(amounts: ArrayRef) -> Vec<(&'static str, ArrayRef)> {
    let rows = amounts.len();
    vec![
        ("amount", amounts),
        ("unit", strings(&vec![Some("l"); rows])),
        ("factor_id", strings(&vec![Some("diesel"); rows])),
    ]
}

#[test]
fn numbers_of_any_type() {
    let decimal = |value: i128, places: i8| -> ArrayRef {
        let array = Decimal128Array::from(vec![value]);
        Arc::new(array.with_precision_and_scale(18, places).unwrap())
    };
    let cases: [(ArrayRef, Result<i64, &str>, &str); 10] = [
        (decimal(15, 1), Ok(1_500_000_000), "one place"),
        (decimal(1_500_000_000, 9), Ok(1_500_000_000), "nine places"),
        (Arc::new(Int32Array::from(vec![2])), Ok(2_000_000_000), "an integer"),
        (Arc::new(Int64Array::from(vec![i64::MAX])), Err("too large"), "a long integer"),
        (Arc::new(Float64Array::from(vec![0.1 + 0.2])), Ok(300_000_000), "rounded to nine places"),
        (Arc::new(Float64Array::from(vec![f64::NAN])), Err("not a decimal"), "no number"),
        (Arc::new(Float64Array::from(vec![1e30])), Err("too large"), "beyond all"),
        (strings(&[Some(" 1.5 ")]), Ok(1_500_000_000), "text"),
        (Arc::new(StringViewArray::from(vec!["1.5"])), Ok(1_500_000_000), "text of another kind"),
        (strings(&[Some("1,5")]), Err("not a decimal"), "text that is no number"),
    ];
    for (amounts, expect, why) in cases {
        match (read(file(&fuel(amounts))), expect) {
            (Ok((chunks, _)), Ok(billionths)) => {
                assert_eq!(chunks[0].amounts, [billionths], "{why}");
            }
            (Err(faults), Err(part)) => {
                assert!(faults.to_string().contains(part), "{why}: {faults}");
            }
            (found, _) => panic!("{why}: {:?}", found.map(|(chunks, _)| chunks)),
        }
    }
}

#[test]
fn periods_of_any_type() {
    let cases: [(ArrayRef, Option<&str>, &str); 7] = [
        (strings(&[Some("2025-07-14")]), Some("2025-07"), "text"),
        (Arc::new(Int32Array::from(vec![2025])), Some("2025"), "a year as a number"),
        (Arc::new(Date32Array::from(vec![20_283])), Some("2025-07"), "14 July 2025"),
        (
            Arc::new(TimestampMillisecondArray::from(vec![1_752_451_200_000])),
            Some("2025-07"),
            "the same as a moment",
        ),
        (Arc::new(Date32Array::from(vec![i32::MAX])), None, "beyond the calendar"),
        (Arc::new(TimestampMillisecondArray::from(vec![i64::MIN])), None, "before it"),
        (Arc::new(NullArray::new(1)), None, "a needed column without values"),
    ];
    for (periods, expect, why) in cases {
        let mut columns = fuel(Arc::new(Int32Array::from(vec![1])));
        columns.push(("period", periods));
        let found = read(file(&columns)).ok();
        let period = found.as_ref().and_then(|(chunks, _)| chunks[0].word(Word::Period).get(0));
        assert_eq!(period, expect, "{why}");
    }
}

#[test]
fn words_and_ids_of_any_type() {
    let dictionary: DictionaryArray<Int32Type> =
        [Some(" S1 "), None, Some("")].into_iter().collect();
    let mut columns = fuel(Arc::new(Int32Array::from(vec![1, 2, 3])));
    columns.push(("site_id", Arc::new(dictionary)));
    columns.push(("tce_id", Arc::new(Int64Array::from(vec![Some(7), None, Some(-7)]))));
    columns.push(("activity_id", Arc::new(Int64Array::from(vec![Some(11), None, Some(12)]))));
    columns
        .push(("order_id", Arc::new(LargeStringArray::from(vec![Some(" O1"), None, Some(" ")]))));
    let (chunks, _) = read(file(&columns)).unwrap();
    let words = |word: Word| -> Vec<Option<&str>> {
        (0..3).map(|row| chunks[0].word(word).get(row)).collect()
    };
    assert_eq!(words(Word::SiteId), [Some("S1"), None, None]);
    assert_eq!(words(Word::TceId), [Some("7"), None, Some("-7")]);
    assert_eq!(chunks[0].ids.iter().collect::<Vec<_>>(), [Some("11"), Some("3"), Some("12")]);
    assert_eq!(chunks[0].order_ids.iter().collect::<Vec<_>>(), [Some("O1"), None, None]);
}

#[test]
fn bytes_without_a_type_are_text_if_they_are_utf8() {
    let site = |bytes: &[u8]| {
        let mut columns = fuel(Arc::new(Int32Array::from(vec![1])));
        columns.push(("site_id", Arc::new(arrow_array::BinaryArray::from(vec![bytes]))));
        let read = read(file(&columns)).map_err(|faults| faults.to_string())?;
        Ok::<_, String>(read.0[0].word(Word::SiteId).get(0).map(str::to_owned))
    };
    assert_eq!(site("Zürich".as_bytes()), Ok(Some("Zürich".to_owned())));
    assert_eq!(
        site(b"Z\xfcrich").unwrap_err(),
        "a.parquet:2: site_id is ``: not UTF-8. Write the column as UTF-8 text."
    );
}

#[test]
fn types_that_are_refused() {
    let mut columns = fuel(Arc::new(arrow_array::Float32Array::from(vec![1.0])));
    columns.push(("site_id", Arc::new(Float64Array::from(vec![1.0]))));
    let told = ActivityFile::from_bytes("a.parquet", bytes(&columns, 1)).map(|_| ()).unwrap_err();
    assert_eq!(
        told.to_string(),
        "a.parquet: column `amount` is of type Float32. Write it as decimal of at most nine places, \
         integer, double or text.\n\
         a.parquet: column `site_id` is of type Float64. Write it as text or integer."
    );
}

#[test]
fn row_groups_small_and_large_are_divided_into_chunks() {
    let rows = 2 * CHUNK_ROWS_MIN + 10;
    let amounts: ArrayRef = Arc::new(Int64Array::from_iter_values(0..rows as i64));
    for (group_rows, expect, why) in [
        (1_000, vec![66_000, 65_082], "small ones are read together"),
        (CHUNK_ROWS_MIN, vec![CHUNK_ROWS_MIN, CHUNK_ROWS_MIN, 10], "each by itself"),
        (rows, vec![rows], "one"),
    ] {
        let bytes = bytes(&fuel(amounts.clone()), group_rows);
        let (chunks, _) = read(ActivityFile::from_bytes("a.parquet", bytes).unwrap()).unwrap();
        let lengths: Vec<usize> = chunks.iter().map(Activities::len).collect();
        assert_eq!(lengths, expect, "{why}");
        let all = chunks.iter().flat_map(|chunk| &chunk.amounts).copied();
        assert!(all.eq((0..rows as i64).map(|amount| amount * 1_000_000_000)), "{why}");
        let next: Vec<u64> =
            chunks.iter().map(|chunk| chunk.first_row + chunk.len() as u64).collect();
        assert!(
            chunks[1..]
                .iter()
                .map(|chunk| chunk.first_row)
                .eq(next[..next.len() - 1].iter().copied())
        );
    }
}

#[test]
fn a_row_group_larger_than_a_chunk_is_read_in_parts() {
    let rows = CHUNK_ROWS_MAX + 10;
    let amounts: ArrayRef = Arc::new(Int64Array::from_iter_values(0..rows as i64));
    let file = ActivityFile::from_bytes("a.parquet", bytes(&fuel(amounts), rows)).unwrap();
    let ActivityFile::Parquet(file) = file else { panic!("it is Parquet") };
    assert_eq!(file.chunks(), 2);
    let (rest, _) = file.chunk(1).unwrap();
    assert_eq!((rest.len(), rest.first_row), (10, CHUNK_ROWS_MAX as u64 + 2));
    assert_eq!(rest.amounts[0], CHUNK_ROWS_MAX as i64 * 1_000_000_000);
}

/// Rows are decoded some ten thousand at a time, and each row group has words of its own.
#[test]
fn words_and_faults_keep_their_rows_across_row_groups() {
    let (rows, group_rows) = (50_000, 20_000);
    let site = |row: usize| format!("S{}", (row / group_rows) * 2 + row % 2);
    let sites = StringArray::from_iter_values((0..rows).map(site));
    let amounts: ArrayRef = Arc::new(Int64Array::from_iter_values(0..rows as i64));
    let mut columns = fuel(amounts);
    columns.push(("site_id", Arc::new(sites)));
    let file = |columns: &[(&str, ArrayRef)]| {
        ActivityFile::from_bytes("a.parquet", bytes(columns, group_rows)).unwrap()
    };
    let (chunks, _) = read(file(&columns)).unwrap();
    let found = chunks[0].word(Word::SiteId);
    assert_eq!(found.words.len(), 6, "each word is held once");
    assert!((0..rows).all(|row| found.get(row) == Some(&site(row))));

    let texts = (0..rows).map(|row| if row == 45_000 { "x" } else { "1" });
    columns[0].1 = Arc::new(StringArray::from_iter_values(texts));
    let told = read(file(&columns)).unwrap_err().to_string();
    assert!(told.starts_with("a.parquet:45002: amount is `x`"), "{told}");
}

#[test]
fn empty_decimals_are_unknown() {
    let decimals = Decimal128Array::from(vec![None, Some(15)]);
    let amounts: ArrayRef = Arc::new(decimals.with_precision_and_scale(18, 1).unwrap());
    let told = read(file(&fuel(amounts))).unwrap_err().to_string();
    assert_eq!(told, "a.parquet:2: amount is ``: empty. Fill it in.");
}

#[test]
fn faults_name_the_row_counted_from_the_header() {
    let units = strings(&[Some("l"), Some("barrel"), None]);
    let mut columns = fuel(Arc::new(Int32Array::from(vec![1, 2, 3])));
    columns[1].1 = units;
    assert_eq!(
        read(file(&columns)).unwrap_err().to_string(),
        "a.parquet:3: unit is `barrel`: not a unit. Write l, m3, kWh, kWh gross, GJ, kg, t, tkm or km.\n\
         a.parquet:4: unit is ``: empty. Fill it in."
    );
}

#[test]
fn a_damaged_file_is_a_fault_and_never_a_panic() {
    let good = bytes(&fuel(Arc::new(Int32Array::from_iter_values(0..50))), 25).to_vec();
    for place in 4..good.len() {
        let mut damaged = good.clone();
        damaged[place] ^= 0x15;
        if let Ok(file) = ActivityFile::from_bytes("a.parquet", damaged.into()) {
            let _ = read(file);
        }
    }
    let cut = Bytes::from(good).slice(..200);
    let told = ActivityFile::from_bytes("a.parquet", cut).map(|_| ()).unwrap_err().to_string();
    assert!(told.starts_with("a.parquet: not readable as Parquet"), "{told}");
}

/// A file read from the disk by two threads, chunk by chunk.
#[test]
fn chunks_are_read_side_by_side() {
    let amounts: ArrayRef = Arc::new(Int64Array::from_iter_values(0..200_000));
    let path = std::env::temp_dir().join(format!("greenchain-side-{}.parquet", std::process::id()));
    std::io::Write::write_all(
        &mut std::fs::File::create(&path).unwrap(),
        &bytes(&fuel(amounts), CHUNK_ROWS_MIN),
    )
    .unwrap();
    let file = ActivityFile::open(&path).unwrap();
    let ActivityFile::Parquet(file) = file else { panic!("it is Parquet") };
    let read = |from: usize| -> i64 {
        let numbers = (from..file.chunks()).step_by(2);
        let amounts = numbers.flat_map(|number| file.chunk(number).unwrap().0.amounts);
        amounts.map(|amount| amount / 1_000_000_000).sum()
    };
    let (even, odd) = std::thread::scope(|scope| {
        let odd = scope.spawn(|| read(1));
        (read(0), odd.join().unwrap())
    });
    std::fs::remove_file(&path).unwrap();
    assert_eq!(even + odd, 199_999 * 200_000 / 2);
}
