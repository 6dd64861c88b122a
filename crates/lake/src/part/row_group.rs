//! Rows picked from chunks of lines into the column chunks of a row group, and their sums.

use super::column::{COLUMNS, Values};
use super::tally::{Gathered, GroupTally};
use crate::coded_chunk::{self, ColumnChunk};
use crate::columns::{Coded, LineIds, Lines, NONE};
use crate::interner::Interner;
use arrow_array::{Array, StringArray};
use parquet::errors::Result;
use parquet::schema::types::{ColumnDescPtr, SchemaDescriptor};
use quantity::Emission;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// Lines in a row group at the most: some 15 MB, so that a file of one tenant and period is
/// encoded by several threads.
pub const ROWS_MAX: usize = 1 << 18;

/// Some lines of a chunk.
#[derive(Clone)]
pub(crate) struct Slice<'a> {
    /// The chunk.
    pub(crate) lines: &'a Lines,
    /// Which of them.
    pub(crate) rows: Range<usize>,
}

/// A row group, ready to be written.
pub(crate) struct Encoded {
    /// Column by column.
    pub(super) chunks: Vec<ColumnChunk>,
    /// Lines in it.
    pub(super) rows: u64,
    /// By case, what they emitted.
    pub(super) sums: BTreeMap<Arc<str>, Emission>,
}

/// Words of a row group, each once in the order in which they first come, and a code a row.
#[derive(Default)]
pub(super) struct Picked {
    pub(super) words: Vec<Arc<str>>,
    pub(super) codes: Vec<u32>,
}

/// Encodes a row group; `is_summed` also for the totals.
pub(crate) fn encode(
    schema: &SchemaDescriptor,
    slices: &[Slice<'_>],
    is_summed: bool,
) -> Result<(Encoded, Option<GroupTally>)> {
    let mut chunks = Vec::with_capacity(COLUMNS.len());
    let mut gathered = Gathered::default();
    for (column, descriptor) in COLUMNS.iter().zip(schema.columns()) {
        chunks.push(match column.values {
            Values::Ids(of) => ids(descriptor, slices, |lines| of(lines))?,
            Values::Texts(of) => {
                let texts = pick_texts(slices, |lines| of(lines));
                coded_chunk::of_texts(descriptor, &texts)?
            }
            Values::Words(of) => {
                let picked = pick_words(slices, |lines| of(lines));
                let chunk = coded_chunk::of_words(descriptor, &picked.words, &picked.codes)?;
                if column.in_totals {
                    gathered.words.push(picked);
                }
                chunk
            }
            Values::Decimals(of) => {
                let picked = pick_decimals(slices, |lines| of(lines));
                let chunk = coded_chunk::of_decimals(descriptor, &picked)?;
                if column.in_totals {
                    gathered.decimals.push(picked);
                }
                chunk
            }
        });
    }
    let rows = slices.iter().map(|slice| slice.rows.len() as u64).sum();
    let sums = gathered.by_case();
    Ok((Encoded { chunks, rows, sums }, is_summed.then(|| gathered.tally())))
}

/// Ids of lines; all chunks of a batch have them in the same form.
fn ids<'a>(
    column: &ColumnDescPtr,
    slices: &[Slice<'a>],
    of: impl Fn(&'a Lines) -> &'a LineIds,
) -> Result<ColumnChunk> {
    let mut numbers = Vec::with_capacity(n_rows(slices));
    let mut name = None;
    for slice in slices {
        match of(slice.lines) {
            LineIds::Numbered { batch, numbers: of_chunk } => {
                numbers.extend_from_slice(&of_chunk[slice.rows.clone()]);
                name = Some(batch);
            }
            LineIds::Texts(_) => {}
        }
    }
    if let Some(batch) = name {
        return coded_chunk::of_numbers(column, batch, &numbers);
    }
    let texts = pick_texts(slices, |lines| match of(lines) {
        LineIds::Texts(texts) => texts,
        LineIds::Numbered { .. } => unreachable!("no chunk has numbers"),
    });
    coded_chunk::of_texts(column, &texts)
}

fn pick_texts<'a>(
    slices: &[Slice<'a>],
    of: impl Fn(&'a Lines) -> &'a StringArray,
) -> Vec<Option<&'a str>> {
    let mut texts = Vec::with_capacity(n_rows(slices));
    for slice in slices {
        let column = of(slice.lines);
        if column.null_count() == 0 {
            texts.extend(slice.rows.clone().map(|row| Some(column.value(row))));
        } else {
            let text = |row| column.is_valid(row).then(|| column.value(row));
            texts.extend(slice.rows.clone().map(text));
        }
    }
    texts
}

fn pick_words<'a>(slices: &[Slice<'a>], of: impl Fn(&'a Lines) -> &'a Coded) -> Picked {
    /// Code of a word of the chunk that the row group has not yet.
    const UNSEEN: u32 = NONE - 1;
    let mut words = Interner::default();
    let mut codes = Vec::with_capacity(n_rows(slices));
    for slice in slices {
        let column = of(slice.lines);
        let local_codes = &column.codes[slice.rows.clone()];
        if let Some((&first, rest)) = local_codes.split_first()
            && rest.iter().all(|&local| local == first)
        {
            let code = column.words.get(first as usize).map_or(NONE, |word| words.code(word));
            codes.resize(codes.len() + local_codes.len(), code);
            continue;
        }
        let mut code_of = vec![UNSEEN; column.words.len()];
        codes.extend(local_codes.iter().map(|&local| match code_of.get_mut(local as usize) {
            Some(code) => {
                if *code == UNSEEN {
                    *code = words.code(&column.words[local as usize]);
                }
                *code
            }
            None => NONE,
        }));
    }
    Picked { words: words.into_words(), codes }
}

fn pick_decimals<'a>(slices: &[Slice<'a>], of: impl Fn(&'a Lines) -> &'a [i64]) -> Vec<i64> {
    let mut decimals = Vec::with_capacity(n_rows(slices));
    for slice in slices {
        decimals.extend_from_slice(&of(slice.lines)[slice.rows.clone()]);
    }
    decimals
}

fn n_rows(slices: &[Slice<'_>]) -> usize {
    slices.iter().map(|slice| slice.rows.len()).sum()
}
