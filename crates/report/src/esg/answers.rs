//! What the queries gave: rows of text.

use super::EsgError;
use quantity::Fixed;
use std::collections::BTreeMap;

/// Rows of each query by its id. A cell is text, an exact decimal, or empty for null.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers(BTreeMap<String, Vec<Vec<String>>>);

impl Answers {
    /// Keeps the rows of a query; those given before are forgotten.
    pub fn insert(&mut self, query: impl Into<String>, rows: Vec<Vec<String>>) {
        self.0.insert(query.into(), rows);
    }
    /// The rows of a query, each of so many cells.
    pub(super) fn rows<const CELLS: usize>(
        &self,
        query: &'static str,
    ) -> Result<Vec<[&str; CELLS]>, EsgError> {
        let rows = self.0.get(query).ok_or(EsgError::NoAnswer { query })?;
        rows.iter()
            .map(|row| {
                let cells: Vec<&str> = row.iter().map(String::as_str).collect();
                cells.try_into().map_err(|cells: Vec<&str>| EsgError::Row {
                    query,
                    expected: CELLS,
                    cells: cells.len(),
                })
            })
            .collect()
    }
}

/// The exact decimal in a cell.
pub(super) fn decimal(query: &'static str, cell: &str) -> Result<Fixed, EsgError> {
    cell.parse().map_err(|fault| EsgError::Number { query, cell: cell.to_owned(), fault })
}

#[cfg(test)]
mod tests {
    use super::*;
    use quantity::FixedError;

    #[test]
    fn what_is_no_answer_says_why() {
        let mut answers = Answers::default();
        answers.insert("links", vec![vec!["plan".into(), "1".into()]]);
        assert_eq!(answers.rows::<2>("scopes"), Err(EsgError::NoAnswer { query: "scopes" }));
        assert_eq!(
            answers.rows::<3>("links"),
            Err(EsgError::Row { query: "links", expected: 3, cells: 2 })
        );
        assert_eq!(answers.rows::<2>("links"), Ok(vec![["plan", "1"]]));
        assert_eq!(
            decimal("links", "1e3"),
            Err(EsgError::Number {
                query: "links",
                cell: "1e3".into(),
                fault: FixedError::NotANumber
            })
        );
    }
}
