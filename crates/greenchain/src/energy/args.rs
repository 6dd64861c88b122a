//! Arguments of `energy`.

use super::actual_args::ActualArgs;
use super::charging_args::{ProfilesArgs, QueueArgs};
use super::feed_args::FeedArgs;
use super::schedule_args::ScheduleArgs;
use super::size_args::SizeArgs;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// `greenchain energy …`.
#[derive(Subcommand)]
pub(crate) enum EnergyVerb {
    /// What photovoltaics give, hour by hour, from weather
    Pv(PvArgs),
    /// The best schedule of a site's imports, battery and vehicles, proven
    Schedule(ScheduleArgs),
    /// How much photovoltaics and battery to build, and at which site first
    Size(SizeArgs),
    /// Share a depot's plugs among its vehicles
    Queue(QueueArgs),
    /// A schedule as charging profiles of OCPP 2.0.1
    Profiles(ProfilesArgs),
    /// Prices and grid intensities of public sources as tables of a scenario
    Feed(FeedArgs),
    /// What meters, inverters and batteries measured: sums, carbon, alarms, a page
    Actual(ActualArgs),
}

/// How a weather file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// timestamp, ghi_w_m2, dni_w_m2, dhi_w_m2, temp_air_c, wind_speed_m_s
    Csv,
    /// EnergyPlus weather
    Epw,
    /// NREL TMY3
    Tmy3,
    /// PVGIS typical year as CSV
    Pvgis,
}

/// The model of the sky.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Transposition {
    /// Hay and Davies 1980
    #[value(name = "haydavies")]
    HayDavies,
    /// Perez et al. 1990, all sites
    Perez,
}

/// How modules are mounted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum Racking {
    /// Free behind, a polymer back
    OpenRackGlassPolymer,
    /// Free behind, a glass back
    OpenRackGlassGlass,
    /// Close to the roof, a glass back
    CloseMountGlassGlass,
    /// In the roof, a polymer back without air
    InsulatedBackGlassPolymer,
}

/// What `energy pv --help` says below the options.
const PV_HELP: &str = "\
Examples:
  greenchain energy pv --weather year.csv --lat 36.1 --lon -79.95 --altitude 273 --tilt 25 --azimuth 180 --kwp 100
  greenchain energy pv --weather USA_IL_Chicago.epw --tilt 10 --azimuth 90 --kwp 500 --transposition perez --csv
  greenchain energy pv --weather USA_IL_Chicago.epw --plane 10:90:250 --plane 10:270:250 --inverter-ac-kw 400
  greenchain energy pv --weather typical.epw --tilt 25 --azimuth 180 --kwp 100 --years 25 --degradation-pct 0.5
  greenchain energy pv --weather a.csv --lat 36.1 --lon -79.95 --altitude 273 --tilt 25 --azimuth 180 --kwp 100 --horizon 0:0,90:15,180:3,270:8 --soiling-pct 3
  greenchain energy pv --sites network.csv --threads 2
  greenchain energy pv --check-spa

Weather is CSV, EPW, TMY3 or a PVGIS typical year; EPW, TMY3 and PVGIS bring their place along. Several
files are years one after another. A stamp of EPW and TMY3 is the beginning of its hour, the sun that of
its middle; of CSV the sun is that of the stamp: give --sun-offset-min 30 where a stamp begins an hour of
mean irradiance. Azimuth is clockwise from north: 90 east, 180 south (PVGIS counts from south).
Columns: timestamp, apparent_zenith_deg, azimuth_deg, poa_w_m2, cell_temp_c, dc_w, ac_w. Of several planes
poa_w_m2 and cell_temp_c are means by kWp.
Models: NREL SPA, Hay-Davies or Perez, Sandia cell temperature, PVWatts.

--sites is a CSV with a row for each plane: site_id, weather_file (beside it), tilt, azimuth, kwp; lat, lon,
altitude where the weather does not say them; plane_id where a site has several planes, which share an
inverter; and where wanted inverter_ac_kw, albedo, bifaciality, racking. What a row leaves empty is as the
options say, or as an earlier row of its site. Prints a row a site and the total, with --csv all hours with
site_id before them. Output is the same for any number of threads.

--bifaciality: light on the back counts by this share. The back sees an even sky and unshaded ground (Liu
and Jordan 1963), as of modules that stand free and high; near the ground, in rows or close to a roof give
less than the data sheet does, flat on a roof none.

Exit status: 0 done, 1 --check-spa fails, 2 refused: every fault with row, column, value and mend.";

/// Arguments of `energy pv`.
#[derive(Args)]
#[command(after_help = PV_HELP)]
pub(crate) struct PvArgs {
    /// Weather
    #[arg(long, value_name = "FILE", num_args = 1..)]
    #[arg(required_unless_present_any = ["check_spa", "sites"])]
    pub(crate) weather: Vec<PathBuf>,
    /// A network: a CSV with a row for each plane of each site
    #[arg(long, value_name = "FILE")]
    #[arg(conflicts_with_all = ["weather", "lat", "lon", "altitude", "tilt", "azimuth", "kwp", "plane"])]
    #[arg(conflicts_with_all = ["inverter_ac_kw", "horizon", "check_spa"])]
    pub(crate) sites: Option<PathBuf>,
    /// Threads for --sites; without it, one a core
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<usize>,
    /// How weather is written; without it, as its first lines look
    #[arg(long, value_enum)]
    pub(crate) format: Option<Format>,
    /// Offset from UTC of stamps that say none, as in -05:00
    #[arg(long, value_name = "OFFSET", value_parser = utc_offset, allow_hyphen_values = true)]
    pub(crate) utc_offset: Option<i32>,
    /// Latitude in degrees, north positive
    #[arg(long, value_name = "DEG", value_parser = between(-90.0, 90.0), allow_negative_numbers = true)]
    pub(crate) lat: Option<f64>,
    /// Longitude in degrees, east positive
    #[arg(long, value_name = "DEG", value_parser = between(-180.0, 180.0), allow_negative_numbers = true)]
    pub(crate) lon: Option<f64>,
    /// Metres above the sea
    #[arg(long, value_name = "M", value_parser = between(-500.0, 9_000.0), allow_negative_numbers = true)]
    pub(crate) altitude: Option<f64>,
    /// Tilt of the modules from the horizontal in degrees
    #[arg(long, value_name = "DEG", value_parser = between(0.0, 180.0))]
    #[arg(required_unless_present_any = ["check_spa", "sites", "plane"])]
    pub(crate) tilt: Option<f64>,
    /// Where they look, in degrees clockwise from north
    #[arg(long, value_name = "DEG", value_parser = between(-360.0, 360.0), allow_negative_numbers = true)]
    #[arg(required_unless_present_any = ["check_spa", "sites", "plane"])]
    pub(crate) azimuth: Option<f64>,
    /// DC power at standard test conditions in kW
    #[arg(long, value_name = "KW", value_parser = between(1e-6, 1e7))]
    #[arg(required_unless_present_any = ["check_spa", "sites", "plane"])]
    pub(crate) kwp: Option<f64>,
    /// In the place of these three, once for each plane of one inverter
    #[arg(long, value_name = "TILT:AZIMUTH:KWP", value_parser = plane)]
    #[arg(conflicts_with_all = ["tilt", "azimuth", "kwp"])]
    pub(crate) plane: Vec<[f64; 3]>,
    /// How many times a typical year follows itself while the modules age
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=100))]
    #[arg(conflicts_with = "csv")]
    pub(crate) years: Option<u16>,
    /// The model of the sky
    #[arg(long, value_enum, default_value = "haydavies")]
    pub(crate) transposition: Transposition,
    /// How the modules are mounted
    #[arg(long, value_enum, default_value = "open_rack_glass_polymer")]
    pub(crate) racking: Racking,
    /// Change of power per °C of the cell, as a share
    #[arg(long, value_name = "SHARE", value_parser = between(-0.02, 0.02), allow_negative_numbers = true)]
    #[arg(default_value = "-0.0035")]
    pub(crate) temp_coeff: f64,
    /// DC losses in percent; without it PVWatts' 14.08
    #[arg(long, value_name = "PCT", value_parser = between(0.0, 100.0))]
    pub(crate) losses_pct: Option<f64>,
    /// The horizon, as azimuth:elevation in degrees; behind it the sun has no beam
    #[arg(long, value_name = "AZ:EL,…", value_parser = horizon_point, value_delimiter = ',')]
    pub(crate) horizon: Vec<[f64; 2]>,
    /// DC losses by dirt in percent: one number, or twelve from January
    #[arg(long, value_name = "PCT,…", value_parser = between(0.0, 100.0), value_delimiter = ',')]
    pub(crate) soiling_pct: Vec<f64>,
    /// DC losses by snow in percent: one number, or twelve from January
    #[arg(long, value_name = "PCT,…", value_parser = between(0.0, 100.0), value_delimiter = ',')]
    pub(crate) snow_pct: Vec<f64>,
    /// DC losses a year of operation in percent, from the first hour on
    #[arg(long, value_name = "PCT", value_parser = between(0.0, 100.0), default_value = "0")]
    pub(crate) degradation_pct: f64,
    /// AC rating of the inverter in kW; without it kwp / 1.2
    #[arg(long, value_name = "KW", value_parser = between(1e-6, 1e7))]
    pub(crate) inverter_ac_kw: Option<f64>,
    /// Nominal efficiency of the inverter
    #[arg(long, value_name = "SHARE", value_parser = between(0.01, 1.0), default_value = "0.96")]
    pub(crate) eta_nom: f64,
    /// Reference efficiency of PVWatts' inverter
    #[arg(long, value_name = "SHARE", value_parser = between(0.01, 1.0), default_value = "0.9637")]
    pub(crate) eta_ref: f64,
    /// What share of the light the ground throws back
    #[arg(long, value_name = "SHARE", value_parser = between(0.0, 1.0), default_value = "0.25")]
    pub(crate) albedo: f64,
    /// What light on the modules' backs counts, as a share; 0 for modules of one face
    #[arg(long, value_name = "SHARE", value_parser = between(0.0, 1.0), default_value = "0")]
    pub(crate) bifaciality: f64,
    /// From a stamp to the moment of the sun, in minutes; without it as the format has it
    #[arg(long, value_name = "MIN", value_parser = between(-1_440.0, 1_440.0), allow_negative_numbers = true)]
    pub(crate) sun_offset_min: Option<f64>,
    /// Yearly mean pressure; without it that of the altitude
    #[arg(long, value_name = "PA", value_parser = between(1_000.0, 120_000.0))]
    pub(crate) pressure_pa: Option<f64>,
    /// Yearly mean temperature in °C, for refraction
    #[arg(long, value_name = "C", value_parser = between(-90.0, 60.0), allow_negative_numbers = true)]
    #[arg(default_value = "12")]
    pub(crate) spa_temperature_c: f64,
    /// Terrestrial less universal time in seconds
    #[arg(long, value_name = "S", value_parser = between(-8_000.0, 8_000.0), allow_negative_numbers = true)]
    #[arg(default_value = "67")]
    pub(crate) delta_t: f64,
    /// Print every hour as CSV
    #[arg(long, conflicts_with = "json")]
    pub(crate) csv: bool,
    /// Print JSON on standard output
    #[arg(long)]
    pub(crate) json: bool,
    /// Only show the worked example of the NREL SPA report beside what is computed
    #[arg(long)]
    #[arg(conflicts_with_all = ["weather", "csv"])]
    pub(crate) check_spa: bool,
}

/// A number from `low` to `high`.
pub(super) fn between(
    low: f64,
    high: f64,
) -> impl Fn(&str) -> Result<f64, String> + Clone + Send + Sync {
    move |text| {
        let known = text.parse::<f64>().ok().filter(|number| (low..=high).contains(number));
        known.ok_or_else(|| format!("write a number from {low} to {high}"))
    }
}

/// `10:90:250`: tilt and azimuth in degrees, kWp.
fn plane(text: &str) -> Result<[f64; 3], String> {
    let numbers: Option<Vec<f64>> = text.split(':').map(|part| part.parse().ok()).collect();
    let known = numbers.and_then(|numbers| <[f64; 3]>::try_from(numbers).ok());
    known
        .filter(|[tilt, azimuth, kwp]| {
            (0.0..=180.0).contains(tilt)
                && (-360.0..=360.0).contains(azimuth)
                && (1e-6..=1e7).contains(kwp)
        })
        .ok_or_else(|| "write tilt:azimuth:kwp in degrees and kW, as in 10:90:250".to_owned())
}

/// `-05:00`, `+5:30`, `Z` in seconds.
pub(super) fn utc_offset(text: &str) -> Result<i32, String> {
    if text == "Z" {
        return Ok(0);
    }
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let (hours, minutes) = digits.split_once(':').unwrap_or((digits, "0"));
    let known = hours.parse::<u8>().ok().zip(minutes.parse::<u8>().ok());
    known
        .filter(|&(hours, minutes)| hours <= 14 && minutes < 60)
        .map(|(hours, minutes)| sign * (i32::from(hours) * 3_600 + i32::from(minutes) * 60))
        .ok_or_else(|| "write an offset from -14:00 to +14:00, as in -05:00".to_owned())
}

/// `90:12.5`: azimuth and elevation in degrees.
fn horizon_point(text: &str) -> Result<[f64; 2], String> {
    let known = text.split_once(':').and_then(|(azimuth, elevation)| {
        let (azimuth, elevation) = (azimuth.parse::<f64>().ok()?, elevation.parse::<f64>().ok()?);
        let bounded = (-360.0..=360.0).contains(&azimuth) && (0.0..=90.0).contains(&elevation);
        bounded.then_some([azimuth, elevation])
    });
    known.ok_or_else(|| "write azimuth:elevation in degrees, as in 90:12.5".to_owned())
}
