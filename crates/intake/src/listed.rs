//! The rows of a table by their id.

use crate::cell;
use crate::findings::{Findings, Told};
use crate::table::{Row, Table};
use crate::wrong::Wrong;
use std::collections::HashMap;

/// What a table lists, sorted by id.
pub(crate) struct Listed<T> {
    /// The file it came from; the name as CSV where there is none.
    pub(crate) file: String,
    /// Sorted by id.
    entries: Vec<Entry<T>>,
    places: HashMap<String, usize>,
    /// Every id could be read, so an id that is not here is nowhere.
    complete: bool,
}

struct Entry<T> {
    id: String,
    row: u64,
    value: Result<T, Told>,
}

/// Where an id is listed.
pub(crate) enum Found {
    /// At this place in the order of ids.
    At(usize),
    /// Nowhere.
    Nowhere,
    /// Not among the rows that could be read.
    Unsure,
}

impl<T> Listed<T> {
    /// Reads each row; `read` is given the id.
    pub(crate) fn read(
        table: Result<&Table, &Told>,
        csv: &'static str,
        id_column: &'static str,
        findings: &mut Findings,
        mut read: impl FnMut(&mut Row, Result<&str, Told>) -> Result<T, Told>,
    ) -> Self {
        let file = table.map_or(csv.into(), |table| table.file.clone());
        let mut complete = table.is_ok_and(|table| table.complete);
        let mut entries: Vec<Entry<T>> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        if let Ok(table) = table {
            table.each(findings, |row| {
                let id = row.needed(id_column, cell::name);
                let value = read(row, id);
                let Ok(id) = id else {
                    complete = false;
                    return;
                };
                if let Some(&first) = places.get(id) {
                    row.wrong(id_column, Wrong::Duplicate { row: entries[first].row });
                    return;
                }
                places.insert(id.into(), entries.len());
                entries.push(Entry { id: id.into(), row: row.number, value });
            });
        }
        entries.sort_by(|a, b| a.id.cmp(&b.id));
        for (place, entry) in entries.iter().enumerate() {
            places.insert(entry.id.clone(), place);
        }
        Self { file, entries, places, complete }
    }

    /// How many.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Where an id is.
    pub(crate) fn find(&self, id: &str) -> Found {
        match self.places.get(id) {
            Some(&place) => Found::At(place),
            None if self.complete => Found::Nowhere,
            None => Found::Unsure,
        }
    }

    /// Id, row and value at a place.
    pub(crate) fn at(&self, place: usize) -> (&str, u64, Result<&T, &Told>) {
        let entry = &self.entries[place];
        (&entry.id, entry.row, entry.value.as_ref())
    }

    /// The values by id.
    pub(crate) fn values(&self) -> Result<Vec<T>, Told>
    where
        T: Clone,
    {
        self.entries.iter().map(|entry| entry.value.clone()).collect()
    }
}
