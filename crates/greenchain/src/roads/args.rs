//! Arguments of `roads`.

use super::time_of_day;
use clap::{Args, Subcommand, ValueEnum};
use quantity::Duration;
use std::path::PathBuf;

/// `greenchain roads …`.
#[derive(Subcommand)]
pub(crate) enum RoadsVerb {
    /// How far it is by road among the sites and orders of a scenario: its distances.csv
    Distances(DistancesArgs),
}

/// Who drives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Vehicle {
    /// A delivery van
    Van,
    /// A truck
    Truck,
    /// A cargo bike
    CargoBike,
    /// A delivery robot on footways
    Robot,
}

/// Which way is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Goal {
    /// The fastest
    Fastest,
    /// The shortest: ISO 14083's shortest feasible distance
    Shortest,
}

/// Arguments of `roads distances`.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  greenchain roads distances my-city --extract city.osm.pbf --out my-city/distances.csv\n  greenchain roads distances my-city --extract city.osm.pbf --prepare city.roads\n  greenchain roads distances my-city --extract city.roads --depart 8:30\n\nExtracts are OpenStreetMap files: .osm.pbf, .osm, .osm.gz, or what --prepare kept.\nColumns: from_id, to_id, distance_km, duration_s. Speeds by class of road and by the hour are assumptions;\nwithout --depart the roads are free.\nExit status: 0 done, 2 refused: a place too far from any road, or no way."
)]
pub(crate) struct DistancesArgs {
    /// Scenario folder
    pub(crate) scenario: PathBuf,
    /// Roads
    #[arg(long, value_name = "FILE")]
    pub(crate) extract: PathBuf,
    /// Who drives
    #[arg(long, value_enum, default_value = "van")]
    pub(crate) vehicle: Vehicle,
    /// Which way is taken
    #[arg(long, value_enum, default_value = "fastest")]
    pub(crate) goal: Goal,
    /// When everyone sets out, by the local clock, in the traffic of that hour
    #[arg(long, value_name = "H:MM", value_parser = time_of_day, conflicts_with = "goal")]
    pub(crate) depart: Option<Duration>,
    /// How far a place may be from the next road, in km
    #[arg(long, value_name = "KM", default_value_t = 1.0)]
    pub(crate) away_max: f64,
    /// Keep the prepared roads in this file: they are read again at once
    #[arg(long, value_name = "FILE")]
    pub(crate) prepare: Option<PathBuf>,
    /// Write to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}
