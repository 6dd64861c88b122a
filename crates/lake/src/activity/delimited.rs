//! An activity file as CSV (RFC 4180), read from its beginning to its end.

use super::cells::{Cells, decimal};
use super::fault::{Fault, Faults};
use super::growing::{Columns, Growing};
use super::layout::{Column, Layout};
use super::source::Source;
use super::wrong::Wrong;
use super::{CHUNK_ROWS_MIN, CSV_CHUNK_BYTES, RECORD_BYTES_MAX, ROWS_MAX};
use crate::columns::UNKNOWN;
use csv::StringRecord;
use std::io::{self, Read};

/// Rows of a CSV file, some ten thousand at a time.
pub(super) struct Delimited {
    file: String,
    reader: csv::Reader<Bounded>,
    pub(super) layout: Layout,
    fields: usize,
    /// Row of the file that comes next; the header is row 1.
    next_row: u64,
    ended: bool,
}

impl Delimited {
    /// Reads the header.
    pub(super) fn open(file: &str, source: &Source) -> Result<Self, Faults> {
        let inner = source.read_from(0).map_err(|error| unreadable(file, &error))?;
        let bounded = Bounded { inner, left: RECORD_BYTES_MAX };
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bounded);
        let mut header = StringRecord::new();
        let some = reader.read_record(&mut header).map_err(|error| fault(file, 1, &error))?;
        if !some {
            return Err(Fault::Empty { file: file.into() }.into());
        }
        let layout = Layout::of(file, &header.iter().collect::<Vec<_>>())?;
        let fields = header.len();
        Ok(Self { file: file.into(), reader, layout, fields, next_row: 2, ended: false })
    }

    /// The next rows; `None` at the end.
    pub(super) fn next(&mut self) -> Option<Cells> {
        let first_row = self.next_row;
        let mut columns = Columns::new(&self.layout, &Column::ALL, 0);
        let mut bytes = 0;
        let mut record = StringRecord::new();
        while !self.ended && columns.rows < CHUNK_ROWS_MIN && bytes < CSV_CHUNK_BYTES {
            self.reader.get_mut().left = RECORD_BYTES_MAX;
            let read = self.reader.read_record(&mut record);
            if matches!(read, Ok(false)) {
                self.ended = true;
                break;
            }
            match read.map_err(|error| self.unread(&error)).and_then(|_| self.check(&record)) {
                Ok(()) => {
                    bytes += record.as_slice().len();
                    columns.push(&record);
                }
                Err(fault) => columns.lose(fault),
            }
            self.next_row += 1;
        }
        (columns.rows > 0).then(|| columns.finish(first_row))
    }

    /// The fault of a row that could not be read. Only text that is not UTF-8 lets the next ones
    /// be read.
    fn unread(&mut self, error: &csv::Error) -> Fault {
        self.ended = !matches!(error.kind(), csv::ErrorKind::Utf8 { .. });
        fault(&self.file, self.next_row, error)
    }

    fn check(&mut self, record: &StringRecord) -> Result<(), Fault> {
        let (file, row) = (|| self.file.clone(), self.next_row);
        if row > ROWS_MAX {
            let fault = Fault::TooManyRows { file: file() };
            self.ended = true;
            return Err(fault);
        }
        if record.len() != self.fields {
            let (found, expected) = (record.len() as u64, self.fields as u64);
            return Err(Fault::Fields { file: file(), row, found, expected });
        }
        Ok(())
    }
}

fn unreadable(file: &str, error: &io::Error) -> Fault {
    Fault::Unreadable { file: file.into(), message: error.to_string() }
}

fn fault(file: &str, row: u64, error: &csv::Error) -> Fault {
    match error.kind() {
        csv::ErrorKind::Utf8 { .. } => Fault::NotUtf8 { file: file.into(), row },
        csv::ErrorKind::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => {
            Fault::RowTooLong { file: file.into(), row }
        }
        _ => Fault::Unreadable { file: file.into(), message: error.to_string() },
    }
}

/// A source that a single row cannot drain: one quote left open makes the rest of a file one row.
struct Bounded {
    inner: Box<dyn Read + Send>,
    left: usize,
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let count = self.inner.read(buffer)?;
        self.left = self.left.saturating_sub(count);
        Ok(count)
    }
}

/// Columns that grow by a record.
impl Columns {
    fn push(&mut self, record: &StringRecord) {
        for (column, place, growing) in &mut self.growing {
            let text = record[*place].trim();
            match growing {
                Growing::Words(words) => words.push(text),
                Growing::Ids(ids) => ids.append_option((!text.is_empty()).then_some(text)),
                Growing::Numbers(numbers) => {
                    let number = if text.is_empty() { Ok(UNKNOWN) } else { decimal(text) };
                    numbers.push(number.unwrap_or_else(|wrong: Wrong| {
                        self.cells.spots.push_text(self.rows, *column, wrong, text);
                        UNKNOWN
                    }));
                }
            }
        }
        self.rows += 1;
    }

    /// An empty row in the place of one that could not be read.
    fn lose(&mut self, fault: Fault) {
        for (_, _, growing) in &mut self.growing {
            match growing {
                Growing::Words(words) => words.push(""),
                Growing::Ids(ids) => ids.append_null(),
                Growing::Numbers(numbers) => numbers.push(UNKNOWN),
            }
        }
        self.cells.lost.push((self.rows, fault));
        self.rows += 1;
    }
}
