//! Activities into the lines of a ledger: valued, written and summed by several threads.
//!
//! The same activities and factors give the same bytes, whatever the number of threads. Read:
//! [`mod@valuation`] (a chunk of activities into lines), [`round`] (those of a round), [`fault`], [`pool`] (who does what when),
//! [`planned`] (lines that exist already, in columns).

mod valuation;
mod round;
mod fault;
mod pool;
mod planned;

#[cfg(test)]
mod made_up;
#[cfg(test)]
mod tests;

pub use fault::{FAULTS_KEPT, Fault, Faults};
pub use valuation::MarketRate;

use crate::Part;
use crate::columns::{Activities, Lines};
use crate::part::{Parts, WriteError};
use crate::totals::Totals;
use carbon::{Line, Registry};
use pool::Limits;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use valuation::Valuation;

/// What a batch is made with.
#[derive(Clone, Copy)]
pub struct Batch<'a> {
    /// Its name, with which the ids of its lines begin: `b0001`.
    pub name: &'a str,
    /// Where its files go: a folder that is there and has none of this batch. On failure it is
    /// left with files that are not whole, so let it be one to throw away.
    pub folder: &'a Path,
    /// How many threads work, at least one.
    pub threads: usize,
    /// Told after each row group how many lines are encoded.
    pub progress: &'a (dyn Fn(u64) + Sync),
}

/// A batch that is written.
#[derive(Clone, Debug)]
pub struct Written {
    /// Its files, by tenant and period.
    pub parts: Vec<Part>,
    /// Its sums, by words.
    pub totals: Totals,
    /// The factors that its lines name.
    pub factors: Registry,
    /// How many lines it has.
    pub lines: u64,
}

/// Why there is no batch.
#[derive(Debug, thiserror::Error)]
pub enum CalcError<E> {
    /// Activities cannot be had.
    #[error("{0}")]
    Source(E),
    /// Activities cannot be valued.
    #[error("{0}")]
    Refused(Faults),
    /// Lines cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Values activities and writes them as the lines of a batch.
///
/// - `source`: chunks of activities by number from 0, up to the first `None`; asked by several
///   threads at once and in about the order of numbers. Rows count upwards from chunk to chunk, and
///   all shares of a round are in one chunk.
/// - `factors`: each activity takes the edition it names, else the one meant for its period.
/// - `market`: the market-based rate of electricity in place of the factor's `generation`; `None`
///   leaves the location-based one.
///
/// Without a tenant an activity is in the books of `main`, without a case it is `actual`. A line's
/// id is `BATCH-` and the activity's row in nine digits.
pub fn calculate<E: Send>(
    source: impl Fn(usize) -> Option<Result<Activities, E>> + Sync,
    factors: &Registry,
    market: MarketRate<'_>,
    batch: Batch<'_>,
) -> Result<Written, CalcError<E>> {
    let valuation = Valuation::new(factors, market, batch.name);
    let faults = Mutex::new(Faults::default());
    let lines = |number: usize| {
        let activities = match source(number)? {
            Ok(activities) => activities,
            Err(fault) => return Some(Err(CalcError::Source(fault))),
        };
        let row_of_first = activities.first_row;
        Some(valuation.lines(activities).or_else(|refused| {
            faults.lock().unwrap_or_else(PoisonError::into_inner).add(refused);
            Ok(Lines::none(row_of_first))
        }))
    };
    let written = write(lines, batch, Limits::DEFAULT)?;
    let faults = faults.into_inner().unwrap_or_else(PoisonError::into_inner);
    if faults.total > 0 {
        return Err(CalcError::Refused(faults));
    }
    Ok(Written { factors: valuation.into_used(), ..written })
}

/// Writes lines that exist already, such as a planned day's, as a batch; their ids are kept.
///
/// `factors` has every edition that they name; those are returned.
pub fn write_lines(
    lines: &[Line],
    factors: &Registry,
    batch: Batch<'_>,
) -> Result<Written, CalcError<std::convert::Infallible>> {
    let columns = |number: usize| {
        let chunk = lines.chunks(planned::LINES_PER_CHUNK).nth(number)?;
        let first_row = (number * planned::LINES_PER_CHUNK) as u64;
        Some(planned::in_columns(chunk, first_row).map_err(CalcError::Refused))
    };
    let written = write(columns, batch, Limits::DEFAULT)?;
    let mut used = BTreeMap::new();
    for line in lines {
        used.entry((&line.activity.factor_id, &line.factor_edition)).or_insert(line);
    }
    let mut registry = Registry::default();
    for factor in used.keys().filter_map(|(id, edition)| factors.edition(id, edition)) {
        registry.add(factor.clone()).expect("a registry has an edition once");
    }
    Ok(Written { factors: registry, ..written })
}

/// Writes chunks of lines; the factors are left to the caller.
fn write<E: Send>(
    lines: impl Fn(usize) -> Option<Result<Lines, CalcError<E>>> + Sync,
    batch: Batch<'_>,
    limits: Limits,
) -> Result<Written, CalcError<E>> {
    let parts = Parts::new(batch.folder, batch.name);
    let (parts, tally) = pool::run(lines, parts, batch, limits)?;
    let parts = parts.finish()?;
    let lines = parts.iter().map(|part| part.rows).sum();
    Ok(Written { parts, totals: tally.into_rows(), factors: Registry::default(), lines })
}
