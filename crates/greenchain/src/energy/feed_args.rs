//! Arguments of `energy feed`.

use super::args::between;
use clap::{Args, ValueEnum};
use quantity::{Currency, Instant, Zone};
use std::path::PathBuf;

/// Whose answer it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Source {
    /// Carbon Intensity API of Great Britain, national or of a region (JSON)
    UkCarbonIntensity,
    /// Electricity Maps carbon intensity: history, past range, forecast (JSON)
    ElectricityMaps,
    /// ENTSO-E Transparency Platform, day-ahead prices A44 (XML)
    Entsoe,
    /// Octopus Energy unit rates (JSON)
    Octopus,
    /// aWATTar market data (JSON)
    Awattar,
}

/// Arguments of `energy feed`.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  greenchain energy feed --format entsoe monday.xml tuesday.xml --out tariff.csv --zone Europe/Brussels\n  greenchain energy feed --format uk-carbon-intensity day.json --out grid.csv\n\nANSWER is what the source sent, saved before: nothing is fetched here. Prices become tariff.csv\n(timestamp, price_per_kwh), intensities grid.csv (timestamp, kg_co2e_per_kwh) of a scenario. A step\nbegins at its stamp. Time that no answer covers is named on standard error.\nExit status: 0 done, 2 refused: every fault with its place, value and mend."
)]
pub(crate) struct FeedArgs {
    /// Answers of one source, in any order
    #[arg(value_name = "ANSWER", required = true)]
    pub(crate) answers: Vec<PathBuf>,
    /// Whose answers they are
    #[arg(long, value_enum)]
    pub(crate) format: Source,
    /// tariff.csv or grid.csv; without it standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Time zone in which stamps are written
    #[arg(long, value_name = "ZONE", default_value = "UTC", value_parser = zone)]
    pub(crate) zone: Zone,
    /// Length of a row: 60, 30, 15 or 5; without it the longest that loses nothing
    #[arg(long, value_name = "MIN", value_parser = between(5.0, 60.0))]
    pub(crate) step_min: Option<f64>,
    /// ENTSO-E: only series of this resolution, where the answer has several
    #[arg(long, value_name = "MIN", value_parser = between(5.0, 60.0))]
    pub(crate) resolution_min: Option<f64>,
    /// Octopus: where a rate without an end ends, as in 2025-07-01T00:00:00+01:00
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub(crate) until: Option<Instant>,
    /// Octopus: rates without value added tax
    #[arg(long)]
    pub(crate) without_vat: bool,
    /// Refuse prices in another currency
    #[arg(long, value_name = "CODE", value_parser = currency)]
    pub(crate) currency: Option<Currency>,
    /// Print what was read as JSON on standard output; needs --out
    #[arg(long, requires = "out")]
    pub(crate) json: bool,
}

/// A name of the IANA list.
pub(super) fn zone(text: &str) -> Result<Zone, String> {
    Zone::parse(text).map_err(|_| "write a name of the IANA list, as in Europe/Berlin".to_owned())
}

fn instant(text: &str) -> Result<Instant, String> {
    Instant::parse(text).map_err(|_| "write it as 2025-07-01T00:00:00+01:00".to_owned())
}

fn currency(text: &str) -> Result<Currency, String> {
    text.parse().map_err(|_| "write three capital letters of ISO 4217, as in EUR".to_owned())
}
