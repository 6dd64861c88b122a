//! Weather files and tables of sites: text in, hours or sites or all faults out.
//!
//! Read: [`Format`], [`read`], [`Wrong`]; a file a format below; `rows` has what they share. Each
//! row is an hour by its first moment, except where the format says an instant. [`sites()`] reads a
//! network.

mod rows;
mod csv;
mod epw;
mod tmy3;
mod pvgis;
mod sites;

use super::simulate::Hours;
use rows::Rows;
pub use sites::{SiteRow, sites};
use std::fmt;

/// How a weather file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `timestamp, ghi_w_m2, dni_w_m2, dhi_w_m2, temp_air_c, wind_speed_m_s`; the sun at the stamp.
    Csv,
    /// EnergyPlus weather: 8 lines of header, hours 1 to 24.
    Epw,
    /// NREL TMY3: 2 lines of header, a stamp at the end of its hour.
    Tmy3,
    /// PVGIS typical year as CSV: UTC.
    Pvgis,
}

impl Format {
    /// By the first lines of a text.
    pub fn of(text: &str) -> Self {
        let mut lines = text.trim_start_matches('\u{feff}').lines();
        let (first, second) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
        if first.starts_with("LOCATION") {
            Self::Epw
        } else if second.starts_with("Date (MM/DD/YYYY)") {
            Self::Tmy3
        } else if first.starts_with("Latitude") || first.starts_with("time(") {
            Self::Pvgis
        } else {
            Self::Csv
        }
    }
}

/// What a file says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WeatherFile {
    /// Its rows.
    pub hours: Hours,
    /// Their time stamps: as the file writes them, of EPW and TMY3 the beginning of the hour.
    pub stamps: Vec<String>,
    /// Months of the stamps on the file's own clock; January is 1.
    pub months: Vec<u8>,
    /// From row to row, in seconds.
    pub step_s: i64,
    /// North positive, in degrees, where the file says it.
    pub lat_deg: Option<f64>,
    /// East positive, in degrees, where the file says it.
    pub lon_deg: Option<f64>,
    /// Above the sea in m, where the file says it.
    pub altitude_m: Option<f64>,
    /// From a stamp to the moment of its irradiance, in minutes, as the format has it.
    pub sun_offset_min: f64,
    /// Columns that were not read.
    pub unread: Vec<String>,
}

/// Why a cell or a row cannot be taken.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Fault {
    /// Not a number.
    #[error("not a number")]
    NotANumber,
    /// Empty, NaN, or a number that stands for a missing one.
    #[error("stands for a missing value")]
    Missing,
    /// A number that no weather has.
    #[error("outside {0} to {1}")]
    Outside(f64, f64),
    /// Not a time in the way of the format.
    #[error("not a time")]
    NotATime,
    /// A time without an offset from UTC.
    #[error("has no offset from UTC")]
    Naive,
    /// Another offset than the rows before.
    #[error("has another offset from UTC than row {0}")]
    OtherOffset(u32),
    /// A stamp that the row before has.
    #[error("stands in the row before too")]
    Doubled,
    /// A stamp before that of the row before.
    #[error("lies before the row above")]
    Backwards,
    /// Rows are missing before this one.
    #[error("comes {0} rows too late")]
    Gap(i64),
    /// Nearer to the row before than all others.
    #[error("is not on the step of {0} minutes")]
    OffStep(i64),
    /// A column that the header lacks.
    #[error("no such column")]
    NoColumn,
    /// A row that ends before this column.
    #[error("the row ends before it")]
    Short,
    /// Not a word that is known here.
    #[error("unknown")]
    Unknown,
    /// What an earlier row says already.
    #[error("stands in row {0} too")]
    Again(u32),
    /// Another word than in an earlier row of the same thing.
    #[error("differs from row {0}")]
    Differs(u32),
    /// No row at all.
    #[error("no rows")]
    Empty,
}

/// A fault with its place and how to mend it.
#[derive(Clone, Debug, PartialEq)]
pub struct Wrong {
    /// Name of the file as given.
    pub file: String,
    /// Line of the file, from 1.
    pub row: u32,
    /// Name of the column.
    pub column: String,
    /// The text found.
    pub value: String,
    /// What is wrong.
    pub fault: Fault,
    /// What to do.
    pub mend: &'static str,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, row, column, value, fault, mend } = self;
        write!(f, "{file}:{row}: {column} is `{value}`: {fault}. {mend}")
    }
}

impl std::error::Error for Wrong {}

/// The hours of a file, or all its faults, by row.
///
/// - `name`: of the file, for its faults.
/// - `utc_offset_s`: of stamps that say none; only CSV may have such.
pub fn read(
    name: &str,
    text: &str,
    format: Format,
    utc_offset_s: Option<i32>,
) -> Result<WeatherFile, Vec<Wrong>> {
    let text = text.trim_start_matches('\u{feff}');
    let mut rows = Rows::new(name);
    match format {
        Format::Csv => csv::read(text, utc_offset_s, &mut rows),
        Format::Epw => epw::read(text, &mut rows),
        Format::Tmy3 => tmy3::read(text, &mut rows),
        Format::Pvgis => pvgis::read(text, &mut rows),
    }
    rows.finish()
}

#[cfg(test)]
mod tests;
