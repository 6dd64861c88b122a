//! Arguments of `energy actual`.

use super::args::between;
use super::feed_args::zone;
use clap::Args;
use quantity::Zone;
use std::path::PathBuf;

/// Arguments of `energy actual`.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  greenchain energy actual --readings 2024.csv 2025.csv --sites sites.csv --grid grid.csv --zone Europe/Berlin --json\n  greenchain energy actual --readings all.csv --sites sites.csv --expected north=north.csv --strings strings.csv --page day.html\n\nREADINGS has timestamp, site_id, device, quantity, value, unit. quantity is generation (AC, of an\ninverter), string_generation (DC, of a string), load, import, export, charging, battery_in, battery_out,\nsoc, irradiance (W/m2) or module_temperature (C). In W, kW or MW a value is the mean from its stamp to\nthe next, in Wh, kWh or MWh the energy; with _register behind the quantity it is the register at the\nstamp. EXPECTED is what `energy pv --csv` printed for the site's modules. Without --strings a site's\nstrings are equal parts of its pv_kwp.\nWhat is odd about readings (doubled and missing stamps, registers reset, clocks set) is named.\nExit status: 0 done, 2 refused: every fault with row, column, value and mend."
)]
pub(crate) struct ActualArgs {
    /// Readings, in any order of files
    #[arg(long, value_name = "FILE", num_args = 1.., required = true)]
    pub(crate) readings: Vec<PathBuf>,
    /// The sites' places and modules, as in a scenario
    #[arg(long, value_name = "FILE", required = true)]
    pub(crate) sites: PathBuf,
    /// Expected generation of a site
    #[arg(long, value_name = "SITE=FILE", num_args = 1.., value_parser = site_file)]
    pub(crate) expected: Vec<(String, PathBuf)>,
    /// DC power of each string: site_id, device, kwp
    #[arg(long, value_name = "FILE")]
    pub(crate) strings: Option<PathBuf>,
    /// kg CO2e per kWh of the grid by time, as in a scenario
    #[arg(long, value_name = "FILE")]
    pub(crate) grid: Option<PathBuf>,
    /// Prices by time, as in a scenario
    #[arg(long, value_name = "FILE")]
    pub(crate) tariff: Option<PathBuf>,
    /// Currency of the prices
    #[arg(long, value_name = "CODE", default_value = "EUR")]
    pub(crate) currency: String,
    /// Local time zone: where days begin
    #[arg(long, value_name = "ZONE", default_value = "UTC", value_parser = zone)]
    pub(crate) zone: Zone,
    /// Change of power per °C of the modules, as a share
    #[arg(long, value_name = "SHARE", value_parser = between(-0.02, 0.02), allow_negative_numbers = true)]
    #[arg(default_value = "-0.0035")]
    pub(crate) temp_coeff: f64,
    /// Certificates cancelled for this use, in MWh
    #[arg(long, value_name = "MWH", value_parser = between(0.0, 1e9), default_value = "0")]
    pub(crate) cancelled_mwh: f64,
    /// Residual mix, for what no certificate covers
    #[arg(long, value_name = "KG", value_parser = between(0.0, 10.0))]
    pub(crate) residual_kg_per_kwh: Option<f64>,
    /// What the page and the JSON call all of it
    #[arg(long, value_name = "NAME", default_value = "Energy of all sites")]
    pub(crate) name: String,
    /// Write a page of it: one file, nothing from elsewhere
    #[arg(long, value_name = "FILE")]
    pub(crate) page: Option<PathBuf>,
    /// Print JSON on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

/// `north=north.csv`.
fn site_file(text: &str) -> Result<(String, PathBuf), String> {
    let parts = text.split_once('=').filter(|(site, file)| !site.is_empty() && !file.is_empty());
    let (site, file) = parts.ok_or("write SITE=FILE, as in north=north.csv")?;
    Ok((site.to_owned(), PathBuf::from(file)))
}
