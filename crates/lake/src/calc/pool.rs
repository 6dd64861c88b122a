//! Who does what when: some threads make chunks of lines and encode row groups.
//!
//! Chunks are taken in the order of their numbers into a window. A full window is divided into row
//! groups, by tenant and period, which are encoded before the next window is. So the row groups
//! are the same whoever makes them, and no more than a window and a few chunks are in memory.

use super::{Batch, CalcError};
use crate::columns::{Coded, Lines, Word};
use crate::interner::{Codes, groups};
use crate::part::{self, OpenPart, PartKey, Parts, ROWS_MAX, Slice, Tally, WriteError};
use crate::totals;
use parquet::schema::types::SchemaDescPtr;
use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// What bounds the memory of a batch.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    /// Lines in a window at the least.
    pub(super) window_lines: usize,
    /// Sums that are kept at the most.
    pub(super) totals_rows: usize,
}

impl Limits {
    /// Some 400 MB of lines.
    pub(super) const DEFAULT: Self = Self { window_lines: 1 << 21, totals_rows: totals::ROWS_MAX };
}

/// Lines in the order of the parts that they are for: a chunk is divided while it is in the
/// processor's cache, so that encoding reads memory from front to back.
struct Chunk {
    lines: Lines,
    /// Whose they are, and which of the lines.
    parts: Vec<(PartKey, Range<usize>)>,
}

/// Some lines of a chunk.
type Piece = (Arc<Chunk>, Range<usize>);

/// Lines that become a row group.
struct RowGroup {
    part: Arc<Mutex<OpenPart>>,
    /// Its number in the part.
    number: u32,
    pieces: Vec<Piece>,
}

struct State<'a, E> {
    parts: Parts<'a>,
    /// The next chunk to be made.
    next: usize,
    /// Whether there are no more.
    at_end: bool,
    /// Chunks being made.
    making: usize,
    /// Chunks made before their turn.
    early: BTreeMap<usize, Chunk>,
    /// The next chunk of the window.
    turn: usize,
    window: Vec<Arc<Chunk>>,
    n_in_window: usize,
    /// Lines that fill a window.
    window_lines: usize,
    /// Row groups of the window before.
    waiting: VecDeque<RowGroup>,
    encoding: usize,
    tally: Tally,
    lines_encoded: u64,
    /// The fault of the earliest chunk.
    fault: Option<(usize, CalcError<E>)>,
}

enum Task {
    Make(usize),
    Encode(RowGroup),
}

struct Pool<'a, E> {
    state: Mutex<State<'a, E>>,
    changed: Condvar,
    schema: SchemaDescPtr,
    batch: Batch<'a>,
}

/// Makes all chunks, writes them, and gives back the files and the sums.
///
/// `limits`: [`Limits::DEFAULT`], or lower ones in a test.
pub(super) fn run<'a, E: Send>(
    make: impl Fn(usize) -> Option<Result<Lines, CalcError<E>>> + Sync,
    parts: Parts<'a>,
    batch: Batch<'a>,
    limits: Limits,
) -> Result<(Parts<'a>, Tally), CalcError<E>> {
    let schema = parts.schema().clone();
    let state = State {
        parts,
        next: 0,
        at_end: false,
        making: 0,
        early: BTreeMap::new(),
        turn: 0,
        window: Vec::new(),
        n_in_window: 0,
        window_lines: limits.window_lines,
        waiting: VecDeque::new(),
        encoding: 0,
        tally: Tally::new(limits.totals_rows),
        lines_encoded: 0,
        fault: None,
    };
    let pool = Pool { state: Mutex::new(state), changed: Condvar::new(), schema, batch };
    std::thread::scope(|scope| {
        for _ in 1..batch.threads {
            scope.spawn(|| pool.work(&make));
        }
        pool.work(&make);
    });
    let state = pool.state.into_inner().unwrap_or_else(PoisonError::into_inner);
    match state.fault {
        Some((_, fault)) => Err(fault),
        None => Ok((state.parts, state.tally)),
    }
}

impl<'a, E> Pool<'a, E> {
    fn work(&self, make: &impl Fn(usize) -> Option<Result<Lines, CalcError<E>>>) {
        let _guard = Guard(self);
        while let Some(task) = self.next_task() {
            match task {
                Task::Make(number) => {
                    let made = make(number).map(|lines| lines.map(Chunk::new));
                    self.state().arrive(number, made);
                }
                Task::Encode(group) => {
                    let encoded = self.encode(group);
                    let mut state = self.state();
                    state.encoding -= 1;
                    match encoded {
                        Ok(lines) => {
                            state.lines_encoded += lines;
                            (self.batch.progress)(state.lines_encoded);
                        }
                        Err(fault) => state.fail(usize::MAX, fault.into()),
                    }
                }
            }
            self.changed.notify_all();
        }
    }

    /// What to do next, as soon as there is something; `None` when all is done.
    fn next_task(&self) -> Option<Task> {
        let mut state = self.state();
        loop {
            if state.fault.is_some() {
                return None;
            }
            if let Some(group) = state.waiting.pop_front() {
                state.encoding += 1;
                return Some(Task::Encode(group));
            }
            if state.encoding == 0 && state.window_is_ready() {
                if let Err(fault) = state.divide_window() {
                    state.fail(usize::MAX, fault.into());
                }
                self.changed.notify_all();
                continue;
            }
            if state.is_done() {
                return None;
            }
            // A chunk that is slow to make holds up the window, not those after it for ever.
            let n_ahead = state.next - state.turn;
            if !state.at_end && !state.window_is_full() && n_ahead < 2 * self.batch.threads.max(1) {
                state.making += 1;
                state.next += 1;
                return Some(Task::Make(state.next - 1));
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn encode(&self, group: RowGroup) -> Result<u64, WriteError> {
        let RowGroup { part, number, pieces } = group;
        let slices: Vec<Slice<'_>> = pieces
            .iter()
            .map(|(chunk, rows)| Slice { lines: &chunk.lines, rows: rows.clone() })
            .collect();
        let lines = slices.iter().map(|slice| slice.rows.len() as u64).sum();
        let is_summed = self.state().tally.is_kept();
        let encoded = part::encode(&self.schema, &slices, is_summed);
        drop(slices);
        // The last row group of a chunk lets go of it.
        drop(pieces);
        let mut part = part.lock().unwrap_or_else(PoisonError::into_inner);
        let (encoded, sums) = encoded.map_err(|source| part.refused(source))?;
        part.append(number, encoded)?;
        drop(part);
        if let Some(sums) = sums {
            self.state().tally.add(&sums);
        }
        Ok(lines)
    }

    fn state(&self) -> MutexGuard<'_, State<'a, E>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<E> State<'_, E> {
    fn arrive(&mut self, number: usize, made: Option<Result<Chunk, CalcError<E>>>) {
        self.making -= 1;
        match made {
            Some(Ok(chunk)) => {
                self.early.insert(number, chunk);
                self.fill_window();
            }
            Some(Err(fault)) => self.fail(number, fault),
            None => self.at_end = true,
        }
    }
    fn fill_window(&mut self) {
        while !self.window_is_full()
            && let Some(chunk) = self.early.remove(&self.turn)
        {
            self.turn += 1;
            self.n_in_window += chunk.lines.len();
            self.window.push(Arc::new(chunk));
        }
    }
    fn window_is_full(&self) -> bool {
        self.n_in_window >= self.window_lines
    }
    fn window_is_ready(&self) -> bool {
        let is_last = self.at_end && self.making == 0 && self.early.is_empty();
        self.window_is_full() || (is_last && !self.window.is_empty())
    }
    fn is_done(&self) -> bool {
        let nothing_waits = self.early.is_empty() && self.window.is_empty();
        self.at_end && self.making == 0 && self.encoding == 0 && nothing_waits
    }
    /// Turns the window into row groups, part by part, and begins the next one.
    fn divide_window(&mut self) -> Result<(), WriteError> {
        let mut by_part: BTreeMap<PartKey, Vec<Piece>> = BTreeMap::new();
        for chunk in self.window.drain(..) {
            for (key, rows) in &chunk.parts {
                let pieces = by_part.entry(key.clone()).or_default();
                pieces.push((chunk.clone(), rows.clone()));
            }
        }
        self.n_in_window = 0;
        for (key, pieces) in by_part {
            for pieces in split(pieces) {
                let (part, number) = self.parts.promise(&key)?;
                self.waiting.push_back(RowGroup { part, number, pieces });
            }
        }
        self.fill_window();
        Ok(())
    }
    /// Keeps the fault of the earliest chunk: those before it are all being made already, so it is
    /// the same whoever is faster.
    fn fail(&mut self, number: usize, fault: CalcError<E>) {
        if self.fault.as_ref().is_none_or(|(earliest, _)| number < *earliest) {
            self.fault = Some((number, fault));
        }
    }
}

impl Chunk {
    fn new(lines: Lines) -> Self {
        let column = |word: Word| lines.activities.word(word);
        let (tenants, periods) = (column(Word::Tenant), column(Word::Period));
        let groups = groups(lines.len(), &[tenants, periods].map(Codes::of));
        let mut sizes = vec![0_usize; groups.first_rows.len()];
        for &group in &groups.of_row {
            sizes[group as usize] += 1;
        }
        let word = |of: &Coded, row: u32| of.words[of.codes[row as usize] as usize].clone();
        let mut from = 0;
        let mut parts = Vec::with_capacity(sizes.len());
        for (&size, &row) in sizes.iter().zip(&groups.first_rows) {
            parts.push(((word(tenants, row), word(periods, row)), from..from + size));
            from += size;
        }
        if parts.len() < 2 {
            return Self { lines, parts };
        }
        let mut next: Vec<usize> = parts.iter().map(|(_, rows)| rows.start).collect();
        let place = |&group: &u32| {
            let place = &mut next[group as usize];
            *place += 1;
            *place as u32 - 1
        };
        let places: Vec<u32> = groups.of_row.iter().map(place).collect();
        Self { lines: lines.in_parts(&groups, &places), parts }
    }
}

/// Divides the rows of a part into row groups of [`ROWS_MAX`].
fn split(pieces: Vec<Piece>) -> Vec<Vec<Piece>> {
    let (mut groups, mut last, mut room) = (Vec::new(), Vec::new(), ROWS_MAX);
    for (chunk, mut rows) in pieces {
        while rows.len() > room {
            let cut = rows.start + room;
            last.push((chunk.clone(), rows.start..cut));
            groups.push(std::mem::take(&mut last));
            (rows.start, room) = (cut, ROWS_MAX);
        }
        room -= rows.len();
        last.push((chunk, rows));
    }
    groups.push(last);
    groups
}

/// Lets the others go when a thread panics: they would wait for its work for ever.
struct Guard<'a, 'b, E>(&'a Pool<'b, E>);

impl<E> Drop for Guard<'_, '_, E> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let mut state = self.0.state();
            (state.at_end, state.making, state.encoding) = (true, 0, 0);
            state.early.clear();
            state.window.clear();
            state.waiting.clear();
            self.0.changed.notify_all();
        }
    }
}
