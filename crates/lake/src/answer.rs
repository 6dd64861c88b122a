//! The answer to a question, and its forms: CSV, JSON, and a table for people.

mod cells;
mod table;

use crate::LakeError;
use std::fmt::Write;

pub(crate) use cells::{columns, rows};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text, and whatever has only a written form: dates, lists.
    Text,
    /// Integers.
    Integer,
    /// Exact decimals.
    Decimal,
    /// Binary numbers.
    Number,
    /// True or false.
    Truth,
}

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Not known.
    Null,
    /// Text.
    Text(String),
    /// An integer.
    Integer(i128),
    /// An exact decimal: digits with at most one point and a leading minus, no trailing zeros.
    Decimal(String),
    /// A binary number.
    Number(f64),
    /// True or false.
    Truth(bool),
}

/// Rows in columns that have a name and a kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Name and kind of each column.
    pub columns: Vec<(String, Kind)>,
    /// A cell per column.
    pub rows: Vec<Vec<Cell>>,
}

impl Cell {
    /// As people and CSV see it; nothing for null.
    pub fn text(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Text(text) | Self::Decimal(text) => text.clone(),
            Self::Integer(value) => value.to_string(),
            Self::Number(value) => value.to_string(),
            Self::Truth(value) => value.to_string(),
        }
    }
    /// As JSON. A decimal is written digit by digit, never by way of a binary number.
    fn json(&self, text: &mut String) {
        match self {
            Self::Null => text.push_str("null"),
            Self::Number(value) if !value.is_finite() => text.push_str("null"),
            Self::Text(value) => text.push_str(&json_text(value)),
            _ => text.push_str(&self.text()),
        }
    }
}

impl Answer {
    /// CSV with a header (RFC 4180); null is an empty cell.
    pub fn to_csv(&self) -> Result<String, LakeError> {
        let refused = |fault: &dyn ToString| LakeError::Engine(fault.to_string());
        let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
        let header = self.columns.iter().map(|(name, _)| name);
        writer.write_record(header).map_err(|fault| refused(&fault))?;
        for row in &self.rows {
            let cells = row.iter().map(Cell::text);
            writer.write_record(cells).map_err(|fault| refused(&fault))?;
        }
        let bytes = writer.into_inner().map_err(|fault| refused(&fault))?;
        String::from_utf8(bytes).map_err(|fault| refused(&fault))
    }
    /// An object a line.
    pub fn to_json_lines(&self) -> String {
        self.objects().fold(String::new(), |text, object| text + &object + "\n")
    }
    /// An array of objects, one a line.
    pub fn to_json(&self) -> String {
        let objects: Vec<String> = self.objects().collect();
        if objects.is_empty() {
            return "[]\n".to_owned();
        }
        format!("[\n{}\n]\n", objects.join(",\n"))
    }
    /// Columns aligned for people, with the number of rows below.
    pub fn to_table(&self) -> String {
        table::draw(self)
    }

    fn objects(&self) -> impl Iterator<Item = String> {
        let names: Vec<String> = self.columns.iter().map(|(name, _)| json_text(name)).collect();
        self.rows.iter().map(move |row| {
            let mut text = String::from("{");
            for (n, (name, cell)) in names.iter().zip(row).enumerate() {
                let comma = if n == 0 { "" } else { "," };
                write!(text, "{comma}{name}:").expect("a string takes all that is written");
                cell.json(&mut text);
            }
            text.push('}');
            text
        })
    }
}

fn json_text(text: &str) -> String {
    serde_json::to_string(text).expect("text has a form in JSON")
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn answer() -> Answer {
        Answer {
            columns: vec![
                ("name".to_owned(), Kind::Text),
                ("kg".to_owned(), Kind::Decimal),
                ("n".to_owned(), Kind::Integer),
            ],
            rows: vec![
                vec![
                    Cell::Text("a, \"b\"".to_owned()),
                    Cell::Decimal("12345678901234567890.123456789".to_owned()),
                    Cell::Integer(-3),
                ],
                vec![Cell::Text("包装".to_owned()), Cell::Null, Cell::Integer(12)],
            ],
        }
    }

    #[test]
    fn csv_quotes_what_must_be_quoted() {
        assert_eq!(
            answer().to_csv().unwrap(),
            "name,kg,n\n\"a, \"\"b\"\"\",12345678901234567890.123456789,-3\n包装,,12\n"
        );
    }

    #[test]
    fn json_keeps_every_digit() {
        let lines = answer().to_json_lines();
        assert_eq!(
            lines,
            "{\"name\":\"a, \\\"b\\\"\",\"kg\":12345678901234567890.123456789,\"n\":-3}\n\
             {\"name\":\"包装\",\"kg\":null,\"n\":12}\n"
        );
        let array: serde_json::Value = serde_json::from_str(&answer().to_json()).unwrap();
        assert_eq!(array[1]["n"], 12);
        let none = Answer { rows: Vec::new(), ..answer() };
        assert_eq!(none.to_json(), "[]\n");
    }

    #[test]
    fn what_json_has_no_number_for_is_null() {
        for value in [f64::NAN, f64::INFINITY] {
            let mut text = String::new();
            Cell::Number(value).json(&mut text);
            assert_eq!(text, "null");
        }
    }
}
