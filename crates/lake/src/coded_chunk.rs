//! Parquet column chunks, encoded from codes and numbers that are in columns already.
//!
//! The library's own writer hashes every value again, even of a dictionary array; here a word is
//! looked at once. Each chunk is one page of values and, of words, a dictionary before it. The
//! library writes page headers and metadata and compresses. Read: [`hybrid`], [`delta`]
//! (encodings), [`page`] (pages into a chunk).
//!
//! Source: Apache Parquet format, Encodings.md.

mod hybrid;
mod delta;
mod page;

pub use page::ColumnChunk;

use crate::columns::{NONE, UNKNOWN};
use page::{Dictionary, Page};
use parquet::basic::Encoding;
use parquet::data_type::ByteArray;
use parquet::errors::Result;
use parquet::file::statistics::Statistics;
use parquet::schema::types::ColumnDescPtr;
use std::sync::Arc;

/// Encodes repeating words by dictionary.
///
/// - `words`: all different and each of them used, so that the least and the greatest of them are
///   those of the column.
/// - `codes`: by row, which word, or [`NONE`] if the column is optional.
pub fn of_words(column: &ColumnDescPtr, words: &[Arc<str>], codes: &[u32]) -> Result<ColumnChunk> {
    let known: Vec<u32>;
    let values = if is_optional(column) {
        known = codes.iter().copied().filter(|&code| code != NONE).collect();
        &known
    } else {
        codes
    };
    let mut data = levels(column, codes.iter().map(|&code| code != NONE), values.len());
    if !words.is_empty() {
        let width = hybrid::width_of(words.len() as u32 - 1);
        data.push(width as u8);
        hybrid::encode(values, width, &mut data);
    }
    let mut plain = Vec::with_capacity(words.iter().map(|word| word.len() + 4).sum());
    for word in words {
        plain.extend_from_slice(&(word.len() as u32).to_le_bytes());
        plain.extend_from_slice(word.as_bytes());
    }
    let bounds = words.iter().min().zip(words.iter().max());
    let statistics = text_statistics(bounds.map(|(a, b)| (&**a, &**b)), codes.len() - values.len());
    let dictionary = Dictionary { plain, words: words.len() as u32 };
    let encoding = if words.is_empty() { Encoding::PLAIN } else { Encoding::RLE_DICTIONARY };
    let page = Page { data, rows: codes.len() as u32, encoding, statistics };
    page::chunk(column, (!words.is_empty()).then_some(dictionary), page)
}

/// Encodes decimals in billionths, or [`UNKNOWN`] if the column is optional: each by its
/// difference from the one before, which takes as many bits as the figures of a block have. That
/// leaves zstd five bytes a figure instead of eight, and is read by all.
pub fn of_decimals(column: &ColumnDescPtr, decimals: &[i64]) -> Result<ColumnChunk> {
    let known: Vec<i64>;
    let values = if is_optional(column) {
        known = decimals.iter().copied().filter(|&decimal| decimal != UNKNOWN).collect();
        &known
    } else {
        decimals
    };
    let is_known = decimals.iter().map(|&decimal| decimal != UNKNOWN);
    let mut data = levels(column, is_known, values.len());
    delta::encode_numbers(values, &mut data);
    let bounds = bounds_of(values);
    let nulls = (decimals.len() - values.len()) as u64;
    let statistics =
        Statistics::int64(bounds.map(|b| b.0), bounds.map(|b| b.1), None, Some(nulls), false);
    let (rows, encoding) = (decimals.len() as u32, Encoding::DELTA_BINARY_PACKED);
    page::chunk(column, None, Page { data, rows, encoding, statistics })
}

/// Encodes texts that hardly repeat, such as ids: each by what it shares with the one before.
pub fn of_texts(column: &ColumnDescPtr, texts: &[Option<&str>]) -> Result<ColumnChunk> {
    let rows = texts.len();
    let known = || texts.iter().copied().flatten();
    let n_known = if is_optional(column) { known().count() } else { rows };
    let mut data = levels(column, texts.iter().map(Option::is_some), n_known);
    let bounds = delta::encode_texts(known(), &mut data);
    let statistics = text_statistics(bounds, rows - n_known);
    let encoding = Encoding::DELTA_BYTE_ARRAY;
    page::chunk(column, None, Page { data, rows: rows as u32, encoding, statistics })
}

/// Encodes texts that all begin alike and go on with a number in nine digits, `-` between them;
/// the column is not optional. The same bytes as [`of_texts`], without the texts.
pub fn of_numbers(column: &ColumnDescPtr, start: &str, numbers: &[u32]) -> Result<ColumnChunk> {
    let mut data = Vec::with_capacity(4 * numbers.len());
    delta::encode_numbered(start, numbers, &mut data);
    let text = |number: &u32| format!("{start}-{number:09}");
    let bounds = numbers.iter().min().map(text).zip(numbers.iter().max().map(text));
    let bounds = bounds.as_ref().map(|(least, greatest)| (least.as_str(), greatest.as_str()));
    let (rows, encoding) = (numbers.len() as u32, Encoding::DELTA_BYTE_ARRAY);
    let statistics = text_statistics(bounds, 0);
    page::chunk(column, None, Page { data, rows, encoding, statistics })
}

/// The least and the greatest, in one reading.
fn bounds_of(values: &[i64]) -> Option<(i64, i64)> {
    let &first = values.first()?;
    let widen =
        |(least, greatest): (i64, i64), &value: &i64| (least.min(value), greatest.max(value));
    Some(values.iter().fold((first, first), widen))
}

fn is_optional(column: &ColumnDescPtr) -> bool {
    column.max_def_level() > 0
}

/// Definition levels with their length before them, as a page of an optional column begins; of
/// any other it begins with the values.
fn levels(
    column: &ColumnDescPtr,
    is_known: impl ExactSizeIterator<Item = bool>,
    n_known: usize,
) -> Vec<u8> {
    if !is_optional(column) {
        return Vec::new();
    }
    let mut bytes = vec![0; 4];
    let rows = is_known.len();
    if n_known == rows || n_known == 0 {
        hybrid::encode_run(u32::from(n_known > 0), rows, 1, &mut bytes);
    } else {
        let levels: Vec<u32> = is_known.map(u32::from).collect();
        hybrid::encode(&levels, 1, &mut bytes);
    }
    let length = bytes.len() as u32 - 4;
    bytes[..4].copy_from_slice(&length.to_le_bytes());
    bytes
}

fn text_statistics(bounds: Option<(&str, &str)>, n_unknown: usize) -> Statistics {
    let [least, greatest] = [bounds.map(|b| b.0), bounds.map(|b| b.1)]
        .map(|bound| bound.map(|text| ByteArray::from(text.as_bytes().to_vec())));
    Statistics::byte_array(least, greatest, None, Some(n_unknown as u64), false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use parquet::column::reader::get_typed_column_reader;
    use parquet::data_type::{ByteArrayType, DataType, Int64Type};
    use parquet::file::properties::WriterProperties;
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::parser::parse_message_type;
    use proptest::prelude::*;

    /// A file of one column, read back by the library: values, and by row whether there is one;
    /// and the statistics.
    fn read_back<T: DataType>(
        column: &str,
        encode: impl Fn(&ColumnDescPtr) -> Result<ColumnChunk>,
    ) -> (Vec<T::T>, Vec<bool>, Statistics) {
        let schema = parse_message_type(&format!("message m {{ {column}; }}")).unwrap();
        let properties = Arc::new(WriterProperties::default());
        let mut file = SerializedFileWriter::new(Vec::new(), Arc::new(schema), properties).unwrap();
        let chunk = encode(&file.schema_descr().column(0)).unwrap();
        let rows = chunk.close.rows_written as usize;
        let mut group = file.next_row_group().unwrap();
        group.append_column(&chunk.bytes, chunk.close).unwrap();
        group.close().unwrap();
        let bytes = bytes::Bytes::from(file.into_inner().unwrap());
        let reader = SerializedFileReader::new(bytes).unwrap();
        let group = reader.get_row_group(0).unwrap();
        let mut column = get_typed_column_reader::<T>(group.get_column_reader(0).unwrap());
        let (mut values, mut levels) = (Vec::new(), Vec::new());
        let read = column.read_records(rows, Some(&mut levels), None, &mut values).unwrap();
        assert_eq!(read.0, rows, "all rows are there");
        let statistics = group.metadata().column(0).statistics().unwrap().clone();
        (values, levels.iter().map(|&level| level == 1).collect(), statistics)
    }

    /// Rows that repeat in runs, and rows that do not.
    fn rows<V: Clone + std::fmt::Debug>(
        value: impl Strategy<Value = V>,
    ) -> impl Strategy<Value = Vec<V>> {
        prop::collection::vec((value, 1_usize..40), 1..60)
            .prop_map(|runs| runs.into_iter().flat_map(|(v, n)| vec![v; n % 20 + 1]).collect())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100))]

        #[test]
        fn words_read_back(of_rows in rows(prop::option::of(0_u32..300))) {
            let mut interner = crate::interner::Interner::default();
            let code = |word: &Option<u32>| word.map_or(NONE, |w| interner.code(&w.to_string()));
            let codes: Vec<u32> = of_rows.iter().map(code).collect();
            let words = interner.into_words();
            let (values, known, statistics) =
                read_back::<ByteArrayType>("optional binary a (STRING)", |column| {
                    of_words(column, &words, &codes)
                });
            let texts: Vec<String> = of_rows.iter().flatten().map(u32::to_string).collect();
            let read: Vec<&str> = values.iter().map(|v| v.as_utf8().unwrap()).collect();
            prop_assert_eq!(&read, &texts);
            let expect: Vec<bool> = of_rows.iter().map(Option::is_some).collect();
            prop_assert_eq!(known, expect);
            prop_assert_eq!(statistics.min_bytes_opt(), texts.iter().min().map(String::as_bytes));
            prop_assert_eq!(statistics.max_bytes_opt(), texts.iter().max().map(String::as_bytes));
            let n_unknown = of_rows.len() - texts.len();
            prop_assert_eq!(statistics.null_count_opt(), Some(n_unknown as u64));
        }

        #[test]
        fn decimals_read_back(of_rows in rows((any::<i64>(), 0_u32..64).prop_map(|(n, b)| n >> b))) {
            // One of three is unknown in the optional column.
            let sparse: Vec<i64> =
                of_rows.iter().map(|&n| if n % 3 == 0 { UNKNOWN } else { n }).collect();
            let known: Vec<i64> = sparse.iter().copied().filter(|&n| n != UNKNOWN).collect();
            let (values, is_known, statistics) = read_back::<Int64Type>(
                "optional int64 a (DECIMAL(18,9))",
                |column| of_decimals(column, &sparse),
            );
            prop_assert_eq!(&values, &known);
            prop_assert_eq!(is_known, sparse.iter().map(|&n| n != UNKNOWN).collect::<Vec<_>>());
            let Statistics::Int64(statistics) = statistics else { panic!("of an INT64") };
            prop_assert_eq!(statistics.min_opt(), known.iter().min());
            prop_assert_eq!(statistics.max_opt(), known.iter().max());
            let (values, ..) = read_back::<Int64Type>(
                "required int64 a (DECIMAL(18,9))",
                |column| of_decimals(column, &of_rows),
            );
            prop_assert_eq!(values, of_rows);
        }

        #[test]
        fn texts_read_back(of_rows in rows(prop::option::of("[ab]{0,20}|O[0-9]{4}|.{0,5}"))) {
            let texts: Vec<Option<&str>> = of_rows.iter().map(Option::as_deref).collect();
            let (values, known, statistics) = read_back::<ByteArrayType>(
                "optional binary a (STRING)",
                |column| of_texts(column, &texts),
            );
            let expect: Vec<&str> = texts.iter().copied().flatten().collect();
            let read: Vec<&str> = values.iter().map(|v| v.as_utf8().unwrap()).collect();
            prop_assert_eq!(&read, &expect);
            prop_assert_eq!(known, texts.iter().map(Option::is_some).collect::<Vec<_>>());
            prop_assert_eq!(statistics.min_bytes_opt(), expect.iter().min().map(|t| t.as_bytes()));
            prop_assert_eq!(statistics.max_bytes_opt(), expect.iter().max().map(|t| t.as_bytes()));
        }
    }
}
