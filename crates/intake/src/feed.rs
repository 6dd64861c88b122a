//! Prices and grid intensities as public sources write them: an answer's text in, steps out.
//!
//! Read: [`Format`], [`read`], [`FeedFault`]; [`steps`] (missing time, other steps); a file a format
//! below. Nothing is fetched: the answer was saved before.

pub mod steps;
mod json;
mod uk_carbon_intensity;
mod electricity_maps;
mod octopus;
mod awattar;
mod entsoe;

use quantity::{Currency, Fixed, Instant};
use std::fmt;

/// Whose answer it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Carbon Intensity API of Great Britain's system operator, national or of one region: JSON,
    /// half hours, gCO2 per kWh; what was measured, else the forecast.
    UkCarbonIntensity,
    /// Electricity Maps, carbon intensity: history, past range or forecast; JSON, gCO2e per kWh.
    ElectricityMaps,
    /// ENTSO-E Transparency Platform, day-ahead prices (12.1.D): `Publication_MarketDocument`,
    /// XML, currency per MWh.
    Entsoe,
    /// Octopus Energy, unit rates of a tariff: JSON, pence per kWh.
    Octopus,
    /// aWATTar, market data: JSON, EUR per MWh.
    Awattar,
}

/// What a feed says of each step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A price per kWh.
    Price(Currency),
    /// kg CO2e per kWh.
    Intensity,
}

/// A value and the time for which it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// From here.
    pub from: Instant,
    /// Until here; after `from`.
    pub until: Instant,
    /// Per kWh: of a currency, or kg CO2e.
    pub value: Fixed,
}

/// An answer, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feed {
    /// What its values are.
    pub what: What,
    /// By time; none overlap.
    pub steps: Vec<Step>,
    /// What a reader should know: forecasts, estimates.
    pub notes: Vec<String>,
}

/// What the answer leaves open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// Octopus: without value added tax.
    pub without_vat: bool,
    /// Octopus: a rate without an end ends here.
    pub until: Option<Instant>,
    /// ENTSO-E: only series of steps of so many seconds.
    pub resolution_s: Option<i64>,
}

/// What is wrong with an answer, its place and mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedFault {
    /// Name of the file as given.
    pub file: String,
    /// JSON pointer, or line and element of XML.
    pub place: String,
    /// What is there.
    pub value: String,
    /// What is wrong with it.
    pub fault: &'static str,
    /// What to do.
    pub mend: &'static str,
}

impl fmt::Display for FeedFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, place, value, fault, mend } = self;
        write!(f, "{file}: {place} is `{value}`: {fault}. {mend}.")
    }
}

impl std::error::Error for FeedFault {}

/// Faults as they are found.
struct Faults<'a> {
    file: &'a str,
    found: Vec<FeedFault>,
}

impl Faults<'_> {
    fn add(&mut self, place: String, value: &str, fault: &'static str, mend: &'static str) {
        let (file, value) = (self.file.to_owned(), crate::fault::shown(value));
        self.found.push(FeedFault { file, place, value, fault, mend });
    }
}

/// The steps of an answer, or all its faults.
///
/// - `name`: of the file, for its faults.
pub fn read(
    name: &str,
    text: &str,
    format: Format,
    choice: Choice,
) -> Result<Feed, Vec<FeedFault>> {
    let mut faults = Faults { file: name, found: Vec::new() };
    let text = text.trim_start_matches('\u{feff}');
    let feed = match format {
        Format::Entsoe => entsoe::read(text, choice, &mut faults),
        _ => json::parse(text, &mut faults).and_then(|answer| match format {
            Format::UkCarbonIntensity => uk_carbon_intensity::read(&answer, &mut faults),
            Format::ElectricityMaps => electricity_maps::read(&answer, &mut faults),
            Format::Octopus => octopus::read(&answer, choice, &mut faults),
            _ => awattar::read(&answer, &mut faults),
        }),
    };
    if let Some(feed) = feed.filter(|_| faults.found.is_empty()) {
        let placed = steps::in_order(feed, &mut faults);
        if faults.found.is_empty() {
            return Ok(placed);
        }
    }
    debug_assert!(!faults.found.is_empty(), "what could not be read left a fault");
    Err(faults.found)
}

/// So many of something, as a note; nothing where there are none.
fn counted(count: usize, of: usize, what: &str) -> Option<String> {
    (count > 0).then(|| format!("{count} of {of} steps are {what}"))
}

#[cfg(test)]
mod tests;
