//! A section of a TOML file, key by key.

use crate::fault::{Fault, shown};
use crate::findings::{Findings, Told};
use crate::warning::Warning;
use crate::wrong::{Span, Wrong};
use crate::{cell, delimited};
use quantity::Duration;
use std::str::FromStr;
use toml::Value;

/// Keys and values under one heading; without a heading those at the top.
pub(crate) struct Section<'a> {
    file: &'static str,
    /// Of the heading: `policy`, `industry[2].tape`.
    path: Option<String>,
    values: Option<&'a toml::Table>,
    asked: Vec<&'static str>,
    findings: &'a mut Findings,
}

impl<'a> Section<'a> {
    /// The keys above the first heading.
    pub(crate) fn top(
        file: &'static str,
        values: &'a toml::Table,
        findings: &'a mut Findings,
    ) -> Self {
        Self { file, path: None, values: Some(values), asked: Vec::new(), findings }
    }

    /// The keys under a heading; none where it is not there.
    pub(crate) fn under(
        file: &'static str,
        name: &'static str,
        top: &'a toml::Table,
        findings: &'a mut Findings,
    ) -> Self {
        let values = match top.get(name) {
            None => None,
            Some(Value::Table(values)) => Some(values),
            Some(other) => {
                let wrong = Wrong::NotASection { name };
                let value = shown(&text_of(other));
                findings.fault(Fault::Setting { file, key: name.into(), value, wrong });
                None
            }
        };
        Self { file, path: Some(name.into()), values, asked: Vec::new(), findings }
    }

    /// The keys of a table that is the value of a key; `None` where it is not there, or after a fault.
    pub(crate) fn table(&mut self, key: &'static str) -> Option<Section<'_>> {
        let table = |value: &'a Value| value.as_table().ok_or(Wrong::NotATable);
        let values = Some(self.value(key, table)?);
        let path = Some(self.path(key));
        Some(Section { file: self.file, path, values, asked: Vec::new(), findings: self.findings })
    }

    /// Does so with the keys of each table of a list, by its place from 1.
    pub(crate) fn each(&mut self, key: &'static str, mut with: impl FnMut(Section)) {
        let tables = |value: &'a Value| -> Result<Vec<&'a toml::Table>, Wrong> {
            let list = value.as_array().ok_or(Wrong::NotTables { key })?.iter();
            list.map(|value| value.as_table().ok_or(Wrong::NotTables { key })).collect()
        };
        for (values, place) in self.value(key, tables).into_iter().flatten().zip(1..) {
            with(Section {
                file: self.file,
                path: Some(format!("{}[{place}]", self.path(key))),
                values: Some(values),
                asked: Vec::new(),
                findings: self.findings,
            });
        }
    }

    /// The value of a key; `None` where it is not there, or after a fault.
    pub(crate) fn value<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&'a Value) -> Result<T, Wrong>,
    ) -> Option<T> {
        self.asked.push(key);
        let value = self.values?.get(key)?;
        let (file, key) = (self.file, self.path(key));
        read(value)
            .map_err(|wrong| {
                let value = shown(&text_of(value));
                self.findings.fault(Fault::Setting { file, key, value, wrong });
            })
            .ok()
    }

    /// The value of a key that must be there.
    pub(crate) fn needed<T>(
        &mut self,
        key: &'static str,
        example: &'static str,
        read: impl FnOnce(&'a Value) -> Result<T, Wrong>,
    ) -> Result<T, Told> {
        if self.values.is_some_and(|values| !values.contains_key(key)) {
            let (file, path) = (self.file, self.path(key));
            self.findings.fault(Fault::MissingSetting { file, path, key, example });
        }
        self.value(key, read).ok_or(Told)
    }

    /// Puts the value of a key in the place of its default.
    pub(crate) fn set<T>(
        &mut self,
        key: &'static str,
        default: &mut T,
        read: impl FnOnce(&'a Value) -> Result<T, Wrong>,
    ) {
        if let Some(value) = self.value(key, read) {
            *default = value;
        }
    }

    /// Warns of the keys that were not asked for, save the headings.
    pub(crate) fn end(self, headings: &[&str]) {
        for key in self.values.into_iter().flat_map(toml::Table::keys) {
            if !self.asked.contains(&key.as_str()) && !headings.contains(&key.as_str()) {
                let (file, key) = (self.file, shown(&self.path(key)));
                self.findings.warn(Warning::UnknownKey { file, key });
            }
        }
    }

    fn path(&self, key: &str) -> String {
        let path = self.path.as_ref();
        path.map_or_else(|| key.to_string(), |path| format!("{path}.{key}"))
    }
}

/// The keys and values of a file; `needed` is what it holds at least.
pub(crate) fn parsed(
    file: &'static str,
    bytes: &[u8],
    needed: &str,
    findings: &mut Findings,
) -> Result<toml::Table, Told> {
    if delimited::unmarked(bytes).trim_ascii().is_empty() {
        return Err(findings.fault(Fault::Empty { file: file.into(), needed: needed.into() }));
    }
    let source = delimited::text(file, bytes, findings)?;
    source.parse().map_err(|error| findings.fault(syntax(file, source, &error)))
}

/// The place and words of the parser's complaint.
fn syntax(file: &'static str, source: &str, error: &toml::de::Error) -> Fault {
    let at = error.span().map_or(0, |span| span.start.min(source.len()));
    let before = source.get(..at).unwrap_or(source);
    let line = before.rsplit('\n').next().unwrap_or(before);
    Fault::Toml {
        file,
        row: before.matches('\n').count() + 1,
        column: line.chars().count() + 1,
        message: shown(error.message()),
    }
}

/// A value as the file has it, text without its quotes.
fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_string)
}

/// Text.
pub(crate) fn text(value: &Value) -> Result<&str, Wrong> {
    value.as_str().ok_or(Wrong::NotText)
}

/// `true` or `false`.
pub(crate) fn truth(value: &Value) -> Result<bool, Wrong> {
    value.as_bool().ok_or_else(|| quoted::<bool>(value).unwrap_or(Wrong::NotTrueOrFalse))
}

/// A number of a span; an integer is one too.
pub(crate) fn number(span: Span) -> impl Fn(&Value) -> Result<f64, Wrong> {
    move |value| {
        let number = value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64));
        let wrong = || quoted::<f64>(value).unwrap_or(Wrong::NotANumber);
        cell::within(number.ok_or_else(wrong)?, span)
    }
}

/// The fault of a text that would be what is wanted without its quotes.
pub(crate) fn quoted<T: FromStr>(value: &Value) -> Option<Wrong> {
    value.as_str()?.trim().parse::<T>().ok().map(|_| Wrong::Quoted)
}

/// `"08:30"`: since midnight.
pub(crate) fn clock(value: &Value) -> Result<Duration, Wrong> {
    let two = |text: &str, below: i64| {
        let digits = text.len() == 2 && text.bytes().all(|digit| digit.is_ascii_digit());
        text.parse().ok().filter(|&number: &i64| digits && number < below)
    };
    value
        .as_str()
        .and_then(|text| text.split_once(':'))
        .and_then(|(hour, minute)| Some((two(hour, 24)?, two(minute, 60)?)))
        .map(|(hour, minute)| Duration::from_seconds(hour * 3_600 + minute * 60))
        .ok_or(Wrong::NotAClock)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_day() {
        for (text, expect, why) in [
            ("00:00", Ok(0), "midnight"),
            ("23:59", Ok(86_340), "the last minute"),
            ("24:00", Err(Wrong::NotAClock), "the next day"),
            ("08:60", Err(Wrong::NotAClock), "no such minute"),
            ("8:00", Err(Wrong::NotAClock), "one digit"),
            ("+8:00", Err(Wrong::NotAClock), "a sign is no digit"),
            ("0800", Err(Wrong::NotAClock), "no colon"),
        ] {
            let found = clock(&Value::String(text.into())).map(Duration::seconds);
            assert_eq!(found, expect, "{why}");
        }
        assert_eq!(clock(&Value::Integer(8)), Err(Wrong::NotAClock), "a number");
    }
}
