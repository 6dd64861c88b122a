//! Encoded pages into a column chunk: headers, compression, metadata, all by the library.

use bytes::Bytes;
use parquet::basic::{Compression, Encoding, Type as Physical, ZstdLevel};
use parquet::column::page::{CompressedPage, Page as ParquetPage, PageWriteSpec, PageWriter};
use parquet::column::writer::{ColumnCloseResult, get_column_writer, get_typed_column_writer};
use parquet::data_type::{ByteArray, FixedLenByteArray, FixedLenByteArrayType};
use parquet::errors::Result;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::statistics::Statistics;
use parquet::file::writer::{SerializedPageWriter, TrackedWrite};
use parquet::schema::types::{ColumnDescPtr, ColumnDescriptor, ColumnPath, Type};
use std::sync::Arc;

/// Pages of fewer bytes than this together are not compressed: a column of one word has ten, and
/// making ready to compress takes longer than encoding a thousand rows.
const COMPRESSED_BYTES_MIN: usize = 256;
/// So many bytes are tried; a page that does not lose an eighth of them is left as it is. Packed
/// figures and codes are mostly like that; they are written and read faster so.
const TRIED_BYTES: usize = 1 << 14;

/// zstd at level 1, the library's default level.
fn zstd() -> Compression {
    Compression::ZSTD(ZstdLevel::default())
}

/// A column of a row group, ready to be appended.
pub struct ColumnChunk {
    /// Pages with their headers.
    pub bytes: Bytes,
    /// What the file's footer says of it.
    pub close: ColumnCloseResult,
}

/// The different values of a column.
pub(super) struct Dictionary {
    /// Each with its length before it.
    pub(super) plain: Vec<u8>,
    /// How many.
    pub(super) words: u32,
}

/// The values of a column.
pub(super) struct Page {
    /// Definition levels and values, encoded.
    pub(super) data: Vec<u8>,
    /// Values, with those that are not there.
    pub(super) rows: u32,
    /// How the values are encoded.
    pub(super) encoding: Encoding,
    /// Least, greatest, how many are not there.
    pub(super) statistics: Statistics,
}

/// Puts a chunk together.
pub(super) fn chunk(
    column: &ColumnDescPtr,
    dictionary: Option<Dictionary>,
    page: Page,
) -> Result<ColumnChunk> {
    let mut sink = TrackedWrite::new(Vec::new());
    let mut encodings = vec![Encoding::RLE, page.encoding];
    let n_bytes = page.data.len() + dictionary.as_ref().map_or(0, |words| words.plain.len());
    let compression = if n_bytes >= COMPRESSED_BYTES_MIN && shrinks(&page.data)? {
        zstd()
    } else {
        Compression::UNCOMPRESSED
    };
    let mut uncompressed = 0;
    let mut dictionary_at = None;
    if let Some(Dictionary { plain, words }) = dictionary {
        encodings.push(Encoding::PLAIN);
        let size = plain.len();
        let buf = compressed(plain, compression)?;
        let encoding = Encoding::PLAIN;
        let page =
            ParquetPage::DictionaryPage { buf, num_values: words, encoding, is_sorted: false };
        let written = write(&mut sink, page, size)?;
        uncompressed += written.uncompressed_size;
        dictionary_at = Some(written.offset as i64);
    }
    let size = page.data.len();
    let data = ParquetPage::DataPage {
        buf: compressed(page.data, compression)?,
        num_values: page.rows,
        encoding: page.encoding,
        def_level_encoding: Encoding::RLE,
        rep_level_encoding: Encoding::RLE,
        statistics: None,
    };
    let written = write(&mut sink, data, size)?;
    uncompressed += written.uncompressed_size;
    let bytes = Bytes::from(sink.into_inner()?);
    let metadata = ColumnChunkMetaData::builder(column.clone())
        .set_compression(compression)
        .set_encodings(encodings)
        .set_num_values(page.rows.into())
        .set_total_compressed_size(bytes.len() as i64)
        .set_total_uncompressed_size(uncompressed as i64)
        .set_dictionary_page_offset(dictionary_at)
        .set_data_page_offset(written.offset as i64)
        .set_statistics(page.statistics)
        .build()?;
    let close = ColumnCloseResult {
        bytes_written: bytes.len() as u64,
        rows_written: page.rows.into(),
        metadata,
        bloom_filter: None,
        column_index: None,
        offset_index: None,
    };
    Ok(ColumnChunk { bytes, close })
}

fn write(
    sink: &mut TrackedWrite<Vec<u8>>,
    page: ParquetPage,
    uncompressed: usize,
) -> Result<PageWriteSpec> {
    SerializedPageWriter::new(sink).write_page(CompressedPage::new(page, uncompressed))
}

/// Whether it pays to compress a page, by a piece from its middle.
fn shrinks(data: &[u8]) -> Result<bool> {
    if data.len() <= 4 * TRIED_BYTES {
        return Ok(true);
    }
    let from = data.len() / 2;
    let piece = data[from..from + TRIED_BYTES].to_vec();
    Ok(compressed(piece, zstd())?.len() < TRIED_BYTES - TRIED_BYTES / 8)
}

/// Compresses some bytes.
///
/// The library's codecs are private. They are reached through a writer of a column of one value
/// as long as the bytes, whose page is then nothing but the bytes, compressed.
fn compressed(bytes: Vec<u8>, compression: Compression) -> Result<Bytes> {
    if compression == Compression::UNCOMPRESSED {
        return Ok(bytes.into());
    }
    let physical = Physical::FIXED_LEN_BYTE_ARRAY;
    let value =
        Type::primitive_type_builder("page", physical).with_length(bytes.len() as i32).build()?;
    let column =
        Arc::new(ColumnDescriptor::new(Arc::new(value), 0, 0, ColumnPath::new(Vec::new())));
    let properties = WriterProperties::builder()
        .set_compression(compression)
        .set_dictionary_enabled(false)
        .set_statistics_enabled(EnabledStatistics::None)
        .set_offset_index_disabled(true)
        .build();
    let mut page = Bytes::new();
    let writer = get_column_writer(column, Arc::new(properties), Box::new(Caught(&mut page)));
    let mut writer = get_typed_column_writer::<FixedLenByteArrayType>(writer);
    writer.write_batch(&[FixedLenByteArray::from(ByteArray::from(bytes))], None, None)?;
    writer.close()?;
    Ok(page)
}

/// Keeps the one page that is written.
struct Caught<'a>(&'a mut Bytes);

impl PageWriter for Caught<'_> {
    fn write_page(&mut self, page: CompressedPage) -> Result<PageWriteSpec> {
        *self.0 = page.compressed_page().buffer().clone();
        Ok(PageWriteSpec::new())
    }
    fn close(&mut self) -> Result<()> {
        Ok(())
    }
}
