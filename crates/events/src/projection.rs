//! Projections: what is shown, made from events.
//!
//! A projection is a pure function over rows of text by key. It says which rows an event touches, is
//! given these, and changes them. What a page asks for in an order is a key that sorts so.

use crate::event::Event;
use std::collections::{BTreeMap, BTreeSet};

/// Rows by key, as far as a projection asked for them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rows {
    /// Each row asked for, and its value where it is there; those set or removed unread, once they are.
    known: BTreeMap<String, Option<String>>,
    /// Rows that may be set or removed unread.
    unread: BTreeSet<String>,
    changed: BTreeSet<String>,
}

/// Why a projection cannot take an event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApplyFault {
    /// It touched a row that it had not asked for.
    #[error("row `{0}` is not among the keys of the event. Add it to keys()")]
    NotAsked(String),
    /// The event, or a row, is not what it can work with.
    #[error("{0}")]
    Content(String),
}

impl Rows {
    /// Rows of which those keys may be touched, with the values that are there.
    pub fn new(
        keys: impl IntoIterator<Item = String>,
        values: impl IntoIterator<Item = (String, String)>,
    ) -> Self {
        let mut known: BTreeMap<String, Option<String>> =
            keys.into_iter().map(|key| (key, None)).collect();
        for (key, value) in values {
            known.insert(key, Some(value));
        }
        Self { known, unread: BTreeSet::new(), changed: BTreeSet::new() }
    }

    /// Lets those be set or removed too, though nobody read what they hold.
    #[must_use]
    pub fn with_unread(mut self, keys: impl IntoIterator<Item = String>) -> Self {
        self.unread.extend(keys);
        self
    }

    /// The value of a row; `None` where it is absent.
    pub fn get(&self, key: &str) -> Result<Option<&str>, ApplyFault> {
        let row = self.known.get(key).ok_or_else(|| ApplyFault::NotAsked(key.into()))?;
        Ok(row.as_deref())
    }

    /// Sets a row.
    pub fn put(&mut self, key: &str, value: String) -> Result<(), ApplyFault> {
        self.set(key, Some(value))
    }

    /// Removes a row, if it is there.
    pub fn remove(&mut self, key: &str) -> Result<(), ApplyFault> {
        self.set(key, None)
    }

    fn set(&mut self, key: &str, value: Option<String>) -> Result<(), ApplyFault> {
        match self.known.get_mut(key) {
            Some(row) if *row == value => return Ok(()),
            Some(row) => *row = value,
            None if self.unread.contains(key) => drop(self.known.insert(key.into(), value)),
            None => return Err(ApplyFault::NotAsked(key.into())),
        }
        self.changed.insert(key.into());
        Ok(())
    }

    /// Rows that were set, and keys of those that were removed.
    pub fn changes(&self) -> (Vec<(&str, &str)>, Vec<&str>) {
        let (mut set, mut removed) = (Vec::new(), Vec::new());
        for key in &self.changed {
            match &self.known[key] {
                Some(value) => set.push((key.as_str(), value.as_str())),
                None => removed.push(key.as_str()),
            }
        }
        (set, removed)
    }
}

/// Something shown. Pure: the same events give the same rows, to the byte.
pub trait Projection: Send + Sync {
    /// Its name, which never changes: a name in the sense of [`crate::text`].
    fn name(&self) -> &str;

    /// Goes up with each change of what it makes of events; the rows are then made anew.
    fn revision(&self) -> u32;

    /// Whether events of streams of that kind may touch its rows; it is not asked about others.
    fn takes(&self, _kind: &str) -> bool {
        true
    }

    /// The rows that an event touches.
    fn keys(&self, event: &Event) -> Vec<String>;

    /// Rows that an event may set or remove whatever they hold: what is written then follows from the
    /// rows of [`Self::keys`] alone, and these need not be read.
    fn unread_keys(&self, _event: &Event) -> Vec<String> {
        Vec::new()
    }

    /// Takes an event. A fault stops the projection at this event.
    fn apply(&self, event: &Event, rows: &mut Rows) -> Result<(), ApplyFault>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_know_what_changed_and_refuse_what_was_not_asked_for() {
        let keys = ["a", "b", "c"].map(String::from);
        let mut rows = Rows::new(keys, [("a".into(), "1".into()), ("b".into(), "2".into())]);
        rows.put("a", "1".into()).unwrap();
        rows.remove("b").unwrap();
        rows.put("c", "3".into()).unwrap();
        assert_eq!(rows.changes(), (vec![("c", "3")], vec!["b"]), "a is as it was");
        assert_eq!(rows.get("d"), Err(ApplyFault::NotAsked("d".into())));
        assert_eq!(rows.put("d", String::new()), Err(ApplyFault::NotAsked("d".into())));
    }

    #[test]
    fn an_unread_row_is_written_whatever_it_holds() {
        let unread = ["a", "b", "c"].map(String::from);
        let mut rows = Rows::new(["x".to_owned()], []).with_unread(unread);
        assert_eq!(rows.get("a"), Err(ApplyFault::NotAsked("a".into())), "nobody read it");
        rows.put("a", "1".into()).unwrap();
        rows.put("b", "2".into()).unwrap();
        rows.remove("b").unwrap();
        assert_eq!(rows.changes(), (vec![("a", "1")], vec!["b"]), "c is as it was");
    }
}
