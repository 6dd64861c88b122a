//! Scenario folders: read whole, judged by `intake`.

use anyhow::{Context, Result, bail};
use std::path::Path;

/// Tables that a scenario may have, without their ending.
const TABLES: [&str; 10] = [
    "orders",
    "order_items",
    "products",
    "cartons",
    "sites",
    "vehicles",
    "weather",
    "tariff",
    "grid",
    "distances",
];

/// Rules and settings that a scenario may have, and the settings that it must.
const SETTINGS: [&str; 2] = ["greenchain.toml", "packaging_rules.toml"];

/// The scenario's files by name.
pub(crate) fn read(folder: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    if !folder.is_dir() {
        bail!(
            "{}: no such scenario folder. Name a folder with greenchain.toml and its tables, or write one with `greenchain new {}`",
            folder.display(),
            folder.display()
        );
    }
    let tables =
        TABLES.iter().flat_map(|table| [format!("{table}.csv"), format!("{table}.parquet")]);
    let mut files = Vec::new();
    for name in SETTINGS.map(str::to_owned).into_iter().chain(tables) {
        let path = folder.join(&name);
        if path.exists() {
            let bytes = bytes(&path)?;
            files.push((name, bytes));
        }
    }
    Ok(files)
}

/// A file's bytes.
#[expect(clippy::disallowed_methods, reason = "the binary is the edge where files are read")]
pub(crate) fn bytes(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("{}: cannot be read", path.display()))
}

/// A file's text.
pub(crate) fn text(path: &Path) -> Result<String> {
    String::from_utf8(bytes(path)?)
        .with_context(|| format!("{}: is not UTF-8. Save it as UTF-8", path.display()))
}

/// A warning for each table that no scenario has: a misspelt optional one would go unnoticed.
pub(crate) fn unread(folder: &Path) -> Result<Vec<String>> {
    let entries =
        folder.read_dir().with_context(|| format!("{}: cannot be read", folder.display()))?;
    let mut unread = Vec::new();
    for entry in entries {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let table = name.strip_suffix(".csv").or_else(|| name.strip_suffix(".parquet"));
        if table.is_some_and(|table| !TABLES.contains(&table)) {
            unread.push(format!("{name}: no table of a scenario has this name; it was not read"));
        }
    }
    unread.sort();
    Ok(unread)
}

/// The built-in scenario's files by name.
pub(crate) fn built_in() -> Vec<(String, Vec<u8>)> {
    sample::builtin()
        .into_iter()
        .map(|(name, text)| (name.to_string(), text.into_bytes()))
        .collect()
}

/// As `intake` takes them.
pub(crate) fn borrow(files: &[(String, Vec<u8>)]) -> Vec<intake::File<'_>> {
    files.iter().map(|(name, bytes)| intake::File { name, bytes }).collect()
}
