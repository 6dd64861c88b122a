//! Weather files by name.

use super::args::{Format, PvArgs};
use super::faults::told;
use crate::folder;
use anyhow::{Result, bail};
use std::io::Write;
use std::path::Path;
use warehousing::pv::read::{self, WeatherFile};

/// The hours of a file, or all its faults.
pub(super) fn weather(file: &Path, args: &PvArgs) -> Result<WeatherFile> {
    let bytes = folder::bytes(file)?;
    // Figures are ASCII; a name or a comment above them may be Latin-1.
    let text = String::from_utf8(bytes)
        .unwrap_or_else(|error| error.as_bytes().iter().copied().map(char::from).collect());
    let format = match args.format {
        None => read::Format::of(&text),
        Some(Format::Csv) => read::Format::Csv,
        Some(Format::Epw) => read::Format::Epw,
        Some(Format::Tmy3) => read::Format::Tmy3,
        Some(Format::Pvgis) => read::Format::Pvgis,
    };
    match read::read(&file.display().to_string(), &text, format, args.utc_offset) {
        Ok(weather) => Ok(weather),
        Err(faults) => bail!("the weather is not valid\n{}", told(&faults)),
    }
}

/// Warns of columns that a file has and nobody reads.
pub(super) fn warn_unread(file: &Path, columns: &[String]) -> Result<()> {
    for column in columns {
        let file = file.display();
        writeln!(std::io::stderr(), "warning: {file}: column `{column}` is not read")?;
    }
    Ok(())
}
