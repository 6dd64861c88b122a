//! Weather files by name.

use super::args::{Format, PvArgs};
use crate::folder;
use anyhow::{Result, bail};
use std::fmt::Display;
use std::io::Write;
use std::path::Path;
use warehousing::pv::read::{self, WeatherFile};

/// Faults of a file that are told; the rest are counted.
const FAULTS_TOLD: usize = 20;

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

/// Faults by the line, as many as one can read.
pub(super) fn told<F: Display>(faults: &[F]) -> String {
    let told: Vec<String> = faults.iter().take(FAULTS_TOLD).map(ToString::to_string).collect();
    let more = faults.len().saturating_sub(FAULTS_TOLD);
    let rest = if more > 0 { format!("\nand {more} more faults") } else { String::new() };
    told.join("\n") + &rest
}

/// Warns of columns that a file has and nobody reads.
pub(super) fn warn_unread(file: &Path, columns: &[String]) -> Result<()> {
    for column in columns {
        let file = file.display();
        writeln!(std::io::stderr(), "warning: {file}: column `{column}` is not read")?;
    }
    Ok(())
}
