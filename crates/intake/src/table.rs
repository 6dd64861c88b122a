//! A table of text cells, whatever file it came from, and its rows.

use crate::cell;
use crate::fault::{Fault, shown};
use crate::findings::{Findings, Told};
use crate::listed::{Found, Listed};
use crate::warning::Warning;
use crate::wrong::Wrong;
use csv::StringRecord;
use quantity::Point;

/// So many unknown columns are named where one is missing.
const UNKNOWN_SHOWN: usize = 5;

/// The shape of a table.
pub(crate) struct Layout {
    /// Its name as CSV.
    pub(crate) csv: &'static str,
    /// Its name as Parquet.
    pub(crate) parquet: &'static str,
    /// Columns that it must have.
    pub(crate) needed: &'static [&'static str],
    /// Columns that it may have.
    pub(crate) optional: &'static [&'static str],
    /// A header alone is a fault.
    pub(crate) needs_rows: bool,
}

/// A table as read: every row has a field for each column of the header.
pub(crate) struct Table {
    /// The file it came from.
    pub(crate) file: String,
    /// Where each column of the layout stands in a row; `None` for one that is not there.
    pub(crate) places: Vec<(&'static str, Option<usize>)>,
    /// Rows with their number in the file.
    pub(crate) rows: Vec<(u64, StringRecord)>,
    /// No row had to be left out.
    pub(crate) complete: bool,
}

impl Table {
    /// Hands each row to `read`.
    pub(crate) fn each<'a>(
        &'a self,
        findings: &mut Findings,
        mut read: impl FnMut(&mut Row<'a, '_>),
    ) {
        for (number, record) in &self.rows {
            read(&mut Row { table: self, number: *number, record, findings });
        }
    }
}

/// Where the columns of a layout stand in a header. Missing, doubled and unknown ones are told.
pub(crate) fn places(
    file: &str,
    header: &[&str],
    layout: &Layout,
    findings: &mut Findings,
) -> Vec<(&'static str, Option<usize>)> {
    let known = || layout.needed.iter().chain(layout.optional).copied();
    let unknown: Vec<String> = (header.iter().copied())
        .filter(|&column| known().all(|name| name != column))
        .map(shown)
        .collect();
    let mut places = Vec::new();
    for column in known() {
        let mut found = (0..header.len()).filter(|&i| header[i] == column);
        let place = found.next();
        if found.next().is_some() {
            findings.fault(Fault::DuplicateColumn { file: file.into(), column });
        }
        if place.is_none() && layout.needed.contains(&column) {
            let unknown = unknown.iter().filter(|name| !name.is_empty());
            let unknown = unknown.take(UNKNOWN_SHOWN).cloned().collect();
            findings.fault(Fault::MissingColumn { file: file.into(), column, unknown });
        }
        places.push((column, place));
    }
    for column in unknown {
        findings.warn(Warning::UnknownColumn { file: file.into(), column });
    }
    places
}

/// A row, and where its faults are told.
pub(crate) struct Row<'a, 'f> {
    table: &'a Table,
    /// Its number in the file.
    pub(crate) number: u64,
    record: &'a StringRecord,
    findings: &'f mut Findings,
}

impl<'a> Row<'a, '_> {
    /// The text of a cell without the blanks around it; `None` where the column is not there.
    fn text(&self, column: &'static str) -> Option<&'a str> {
        let (_, place) = self
            .table
            .places
            .iter()
            .find(|(name, _)| *name == column)
            .expect("a module asks only for columns of its layout");
        self.record.get((*place)?).map(str::trim)
    }

    /// Tells a fault of a cell.
    pub(crate) fn wrong(&mut self, column: &'static str, wrong: Wrong) -> Told {
        let value = shown(self.text(column).unwrap_or_default());
        let (file, row) = (self.table.file.clone(), self.number);
        self.findings.fault(Fault::Cell { file, row, column, value, wrong })
    }

    /// Tells a warning; `warning` is given the file's name.
    pub(crate) fn warn(&mut self, warning: impl FnOnce(String) -> Warning) {
        self.findings.warn(warning(self.table.file.clone()));
    }

    /// The value of a cell that must not be empty.
    pub(crate) fn needed<T>(
        &mut self,
        column: &'static str,
        read: impl FnOnce(&'a str) -> Result<T, Wrong>,
    ) -> Result<T, Told> {
        // A column that is not there has been told once, for the header.
        let text = self.text(column).ok_or(Told)?;
        let value = if text.is_empty() { Err(Wrong::Empty) } else { read(text) };
        value.map_err(|wrong| self.wrong(column, wrong))
    }

    /// The value of a cell that may be empty.
    pub(crate) fn optional<T>(
        &mut self,
        column: &'static str,
        read: impl FnOnce(&'a str) -> Result<T, Wrong>,
    ) -> Result<Option<T>, Told> {
        match self.text(column) {
            None | Some("") => Ok(None),
            Some(text) => read(text).map(Some).map_err(|wrong| self.wrong(column, wrong)),
        }
    }

    /// The place, among what another table lists, of the id in a cell.
    pub(crate) fn refer<T>(
        &mut self,
        column: &'static str,
        thing: &'static str,
        listed: &Listed<T>,
    ) -> Result<usize, Told> {
        match self.needed(column, |id| Ok(listed.find(id)))? {
            Found::At(place) => Ok(place),
            Found::Nowhere => {
                Err(self.wrong(column, Wrong::NoSuch { thing, file: listed.file.clone() }))
            }
            Found::Unsure => Err(Told),
        }
    }

    /// A place on earth from two cells.
    pub(crate) fn point(&mut self, lat: &'static str, lon: &'static str) -> Result<Point, Told> {
        let lat = self.needed(lat, cell::latitude);
        let lon = self.needed(lon, cell::longitude);
        Ok(Point::from_degrees(lat?, lon?).expect("both were tried alone"))
    }
}
