//! Arrow columns into cells. Words of a dictionary keep their codes: no row needs a string.

use super::cells::Cells;
use super::growing::{Columns, Growing, Words};
use super::layout::{COLUMNS, Column, Kind, Layout};
use super::numbers::{PLACES_MAX, numbers};
use super::wrong::Wrong;
use crate::columns::NONE;
use arrow_array::builder::StringBuilder;
use arrow_array::cast::AsArray;
use arrow_array::types as t;
use arrow_array::{Array, ArrowPrimitiveType, StringArray};
use arrow_schema::{ArrowError, DataType, TimeUnit};
use carbon::Period;
use quantity::{Instant, Zone};
use std::collections::HashMap;

/// Seconds whose day has a text: the years 1 to 9998.
const DATED_SECONDS: std::ops::Range<i64> = -62_135_596_800..253_370_764_800;
/// Seconds of a day.
const DAY_SECONDS: i64 = 86_400;

/// Whether a column may be of a type, among those that Parquet's own types become: dictionaries and
/// long texts are plain texts in the file.
pub(super) fn holds(column: Column, kind: &DataType) -> bool {
    match (column.kind(), kind) {
        (_, DataType::Null | DataType::Utf8 | DataType::Binary)
        | (Kind::Number, DataType::Float64) => true,
        (Kind::Number, DataType::Decimal128(_, places)) => (0..=PLACES_MAX).contains(places),
        (Kind::Word, DataType::Date32 | DataType::Timestamp(_, _)) => column == Column::Period,
        (_, kind) => kind.is_integer(),
    }
}

/// Columns that grow by a batch of rows.
pub(super) struct Decoder {
    columns: Columns,
    /// By column, the dictionary of the batch before, and the codes of its words here.
    dictionaries: [Option<(StringArray, Vec<u32>)>; COLUMNS],
}

impl Decoder {
    /// The columns of a layout among `wanted`, with room for so many rows.
    pub(super) fn new(layout: &Layout, wanted: &[Column], rows: usize) -> Self {
        let columns = Columns::new(layout, wanted, rows);
        Self { columns, dictionaries: [const { None }; COLUMNS] }
    }

    /// Adds the rows of a batch, of whose columns `array` gives one by its place in the file.
    /// Each is of a type that the column [`holds`].
    pub(super) fn append<'a>(
        &mut self,
        rows: usize,
        array: impl Fn(usize) -> Option<&'a dyn Array>,
    ) -> Result<(), ArrowError> {
        let (first, spots) = (self.columns.rows, &mut self.columns.cells.spots);
        for (column, place, growing) in &mut self.columns.growing {
            let Some(array) = array(*place) else { continue };
            let mut told = |row: usize, wrong: Wrong, text: &str| {
                spots.push_text(first + row, *column, wrong, text);
            };
            not_utf8(array).for_each(|row| told(row, Wrong::NotUtf8, ""));
            match growing {
                Growing::Words(into) if matches!(array.data_type(), DataType::Dictionary(_, _)) => {
                    dictionary(into, array, &mut self.dictionaries[*column as usize]);
                }
                Growing::Words(into) => words(into, array),
                Growing::Ids(into) => ids(into, array)?,
                Growing::Numbers(into) => into.extend(numbers(array, told)),
            }
        }
        self.columns.rows += rows;
        Ok(())
    }

    /// The cells; the first stands on this row of the file.
    pub(super) fn finish(self, first_row: u64) -> Cells {
        self.columns.finish(first_row)
    }
}

/// Rows of bytes that are no text.
fn not_utf8(array: &dyn Array) -> impl Iterator<Item = usize> {
    let bytes = array.as_binary_opt::<i32>().into_iter().flatten();
    let is_text = |bytes: &[u8]| std::str::from_utf8(bytes).is_ok();
    bytes.enumerate().filter(move |(_, bytes)| !bytes.is_none_or(is_text)).map(|(row, _)| row)
}

/// Hands each value of an integer array to a function, by row; `None` is null.
pub(super) fn each_integer(array: &dyn Array, mut read: impl FnMut(Option<i128>)) {
    macro_rules! integers {
        ($kind:ty) => {
            array.as_primitive::<$kind>().iter().for_each(|value| read(value.map(i128::from)))
        };
    }
    match array.data_type() {
        DataType::Int8 => integers!(t::Int8Type),
        DataType::Int16 => integers!(t::Int16Type),
        DataType::Int32 => integers!(t::Int32Type),
        DataType::Int64 => integers!(t::Int64Type),
        DataType::UInt8 => integers!(t::UInt8Type),
        DataType::UInt16 => integers!(t::UInt16Type),
        DataType::UInt32 => integers!(t::UInt32Type),
        DataType::UInt64 => integers!(t::UInt64Type),
        // All null.
        _ => (0..array.len()).for_each(|_| read(None)),
    }
}

/// Hands each text of an array to a function, by row; `None` is null, or bytes that are no text.
pub(super) fn each_text<'a>(array: &'a dyn Array, mut read: impl FnMut(Option<&'a str>)) {
    if let Some(texts) = array.as_string_opt::<i32>() {
        texts.iter().for_each(read);
    } else if let Some(bytes) = array.as_binary_opt::<i32>() {
        let text = |bytes: &'a [u8]| std::str::from_utf8(bytes).ok();
        bytes.iter().for_each(|bytes| read(bytes.and_then(text)));
    }
}

fn words(into: &mut Words, array: &dyn Array) {
    match array.data_type() {
        DataType::Utf8 | DataType::Binary => {
            each_text(array, |text| into.push(text.unwrap_or_default()));
        }
        DataType::Date32 => {
            let days = array.as_primitive::<t::Date32Type>();
            by_value(into, days.iter(), |day| period(i64::from(day) * DAY_SECONDS));
        }
        DataType::Timestamp(unit, _) => timestamps(into, array, *unit),
        _ => {
            let mut values = Vec::with_capacity(array.len());
            each_integer(array, |value| values.push(value));
            by_value(into, values.into_iter(), |value| value.to_string());
        }
    }
}

/// The month of a moment in UTC, or what no reader takes for a period.
fn period(seconds: i64) -> String {
    if !DATED_SECONDS.contains(&seconds) {
        return format!("{seconds} s");
    }
    let utc = Zone::parse("UTC").expect("every table of zones has UTC");
    Period::of(utc.day_of(Instant::from_unix(seconds))).to_string()
}

fn timestamps(into: &mut Words, array: &dyn Array, unit: TimeUnit) {
    fn days<T>(into: &mut Words, array: &dyn Array, per_second: i64)
    where
        T: ArrowPrimitiveType<Native = i64>,
    {
        let day = |count: i64| count.div_euclid(per_second * DAY_SECONDS);
        let days = array.as_primitive::<T>().iter().map(|count| count.map(day));
        by_value(into, days, |day| period(day * DAY_SECONDS));
    }
    match unit {
        TimeUnit::Second => days::<t::TimestampSecondType>(into, array, 1),
        TimeUnit::Millisecond => days::<t::TimestampMillisecondType>(into, array, 1_000),
        TimeUnit::Microsecond => days::<t::TimestampMicrosecondType>(into, array, 1_000_000),
        TimeUnit::Nanosecond => days::<t::TimestampNanosecondType>(into, array, 1_000_000_000),
    }
}

/// Words by a value that repeats: the text of each value is made once.
fn by_value<V: Copy + Eq + std::hash::Hash>(
    into: &mut Words,
    values: impl Iterator<Item = Option<V>>,
    text: impl Fn(V) -> String,
) {
    let mut known: HashMap<V, u32> = HashMap::new();
    for value in values {
        let code = value
            .map_or(NONE, |value| *known.entry(value).or_insert_with(|| into.code(&text(value))));
        into.push_code(code);
    }
}

/// The codes of a dictionary, by those that its words have here. Batches of a row group share the
/// dictionary: its words are looked up once.
fn dictionary(into: &mut Words, array: &dyn Array, last: &mut Option<(StringArray, Vec<u32>)>) {
    let dictionary = array.as_dictionary::<t::Int32Type>();
    let words = dictionary.values().as_string::<i32>();
    // While the last one is held nothing else can stand where its text stands.
    let same = |last: &StringArray| {
        last.len() == words.len() && last.values().as_ptr() == words.values().as_ptr()
    };
    if last.as_ref().is_none_or(|(last, _)| !same(last)) {
        let codes = words.iter().map(|word| into.code(word.unwrap_or_default())).collect();
        *last = Some((words.clone(), codes));
    }
    let codes = last.as_ref().map_or(&[][..], |(_, codes)| codes);
    let code = |key: i32| codes.get(key as usize).copied().unwrap_or(NONE);
    let keys = dictionary.keys();
    if keys.null_count() == 0 {
        into.extend(keys.values().iter().map(|&key| code(key)));
    } else {
        into.extend(keys.iter().map(|key| key.map_or(NONE, code)));
    }
}

fn ids(into: &mut StringBuilder, array: &dyn Array) -> Result<(), ArrowError> {
    if let Some(texts) = array.as_string_opt::<i32>()
        && texts.iter().flatten().all(is_trimmed)
    {
        return into.append_array(texts);
    }
    if matches!(array.data_type(), DataType::Utf8 | DataType::Binary) {
        each_text(array, |text| {
            let text = text.unwrap_or_default().trim();
            into.append_option((!text.is_empty()).then_some(text));
        });
    } else {
        each_integer(array, |value| match value {
            Some(value) => append_number(into, value),
            None => into.append_null(),
        });
    }
    Ok(())
}

/// Not empty, and no blank on either side.
fn is_trimmed(text: &str) -> bool {
    let plain = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    let bytes = text.as_bytes();
    (plain(bytes.first()) && plain(bytes.last())) || (!text.is_empty() && text.trim() == text)
}

/// Appends a number's digits; three times as fast as by its `Display`.
pub(super) fn append_number(ids: &mut StringBuilder, number: i128) {
    let Ok(mut left) = u64::try_from(number) else {
        return ids.append_value(number.to_string());
    };
    let mut digits = [b'0'; 20];
    let mut first = digits.len() - 1;
    while left > 9 {
        digits[first] = b'0' + (left % 10) as u8;
        left /= 10;
        first -= 1;
    }
    digits[first] = b'0' + left as u8;
    ids.append_value(std::str::from_utf8(&digits[first..]).expect("digits are ASCII"));
}
