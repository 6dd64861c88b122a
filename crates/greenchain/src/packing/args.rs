//! Arguments of `pack` and `cartons`.

use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// What `pack` saves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Objective {
    /// Surface 2(LW + LH + WH) of the inner sides
    Surface,
    /// The cartons' own mass
    Tare,
}

/// Arguments of `pack`.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  greenchain pack --items items.csv --cartons cartons.csv\n  greenchain pack --items items.parquet --cartons cartons.csv --objective tare --max-parcels 1 --json\n  greenchain pack --items items.csv --cartons cartons.csv --svg drawings\n  greenchain pack --thpack thpack1.txt --instance 7 --time 30 --support 1\n  greenchain pack --items items.csv --pallet 120,80,180 --overhang 2.5 --max-load 1000\n\nitems: order_id, sku, quantity, length_cm, width_cm, height_cm, weight_g, and fragile, upright,\nstacking_weight_max_g (what may rest on a piece) where wanted.\ncartons: carton_id, length_cm, width_cm, height_cm (inner sides), max_weight_g, tare_g, material.\nLeast material, then fewest parcels; the same for any order of rows, any number of threads and any\norder of the sides of a piece. A carton stands on its length and width; with --support 0 and\nwithout upright or fragile pieces or such limits any of its sides may be the height. weight_g is that of what is\ninside.\nExit status: 0 done, pieces that fit no carton are listed with the reason; 2 refused."
)]
pub(crate) struct PackArgs {
    /// Orders with their pieces, CSV or Parquet
    #[arg(long, value_name = "FILE", required_unless_present = "thpack")]
    pub(crate) items: Option<PathBuf>,
    /// Kinds of carton, CSV or Parquet
    #[arg(long, value_name = "FILE", required_unless_present_any = ["thpack", "pallet"], conflicts_with = "thpack")]
    pub(crate) cartons: Option<PathBuf>,
    /// What is saved
    #[arg(long, value_enum, default_value = "surface")]
    pub(crate) objective: Objective,
    /// Share of each piece's base that lies on the floor or on pieces below; 0 is no matter, 1 all
    /// of it. Without it 0.75, with --thpack 0
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub(crate) support: Option<f64>,
    /// Parcels of an order at the most; 1 forbids splitting
    #[arg(long, value_name = "N")]
    pub(crate) max_parcels: Option<usize>,
    /// Material that a parcel more must save, in cm2 (surface) or g (tare)
    #[arg(long, value_name = "P", default_value = "0", value_parser = penalty)]
    pub(crate) parcel_penalty: i64,
    /// Threads; without it, one a core
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<usize>,
    /// Search for each order at the most, in milliseconds of a usual core; without it, enough for most
    #[arg(long, value_name = "N")]
    pub(crate) time_ms_per_order: Option<u64>,
    /// Write a drawing of each order, step by step, to this folder
    #[arg(long, value_name = "DIR", conflicts_with = "thpack")]
    pub(crate) svg: Option<PathBuf>,
    /// Load the pieces of each order onto pallets instead: length and width of the deck and height of
    /// the load, in cm. Prints a JSON line for each
    #[arg(long, value_name = "L,W,H", value_parser = largest, conflicts_with_all = ["thpack", "cartons", "svg"], requires = "items")]
    pub(crate) pallet: Option<[f64; 3]>,
    /// By how much the load may stand out over each edge of the pallet, in cm
    #[arg(long, value_name = "CM", default_value = "0", value_parser = overhang, requires = "pallet")]
    pub(crate) overhang: f64,
    /// Greatest mass of the load of a pallet, in kg
    #[arg(long, value_name = "KG", value_parser = kilograms, requires = "pallet")]
    pub(crate) max_load: Option<f64>,
    /// Load containers of an OR-Library file instead; prints a JSON line for each
    #[arg(long, value_name = "FILE")]
    pub(crate) thpack: Option<PathBuf>,
    /// The container to load, from 1; without it all of the file
    #[arg(long, value_name = "I", requires = "thpack")]
    pub(crate) instance: Option<usize>,
    /// Seconds for each container, without it 30, or for each pallet, without it 5
    #[arg(long, value_name = "S", value_parser = seconds)]
    pub(crate) time: Option<f64>,
    /// Print JSON lines, one an order
    #[arg(long)]
    pub(crate) json: bool,
}

fn share(text: &str) -> Result<f64, String> {
    let known = text.parse::<f64>().ok().filter(|share| (0.0..=1.0).contains(share));
    known.ok_or_else(|| "write a share from 0 to 1".to_owned())
}

fn seconds(text: &str) -> Result<f64, String> {
    let known = text.parse::<f64>().ok().filter(|time| (0.0..=86_400.0).contains(time));
    known.ok_or_else(|| "write seconds from 0 to 86400".to_owned())
}

fn overhang(text: &str) -> Result<f64, String> {
    let known = text.parse::<f64>().ok().filter(|cm| (0.0..=100.0).contains(cm));
    known.ok_or_else(|| "write centimetres from 0 to 100".to_owned())
}

fn kilograms(text: &str) -> Result<f64, String> {
    let known = text.parse::<f64>().ok().filter(|kg| (0.001..=100_000.0).contains(kg));
    known.ok_or_else(|| "write kilograms from 0.001 to 100000".to_owned())
}

/// In thousandths of the unit.
fn penalty(text: &str) -> Result<i64, String> {
    let fixed = text.parse::<quantity::Fixed>().ok();
    let thousandths = fixed.map(|penalty| penalty.billionths() / 1_000_000);
    let known = thousandths.filter(|penalty| (0..=1_000_000_000_000).contains(penalty));
    known.map(|penalty| penalty as i64).ok_or_else(|| "write a number from 0 to 10^9".to_owned())
}

/// `greenchain cartons …`.
#[derive(Subcommand)]
pub(crate) enum CartonsVerb {
    /// The set of cartons that serves a history of orders with least material
    Design(DesignArgs),
}

/// Arguments of `cartons design`.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  greenchain cartons design --orders items.csv --count 16\n  greenchain cartons design --orders items.csv --count 16 --until 2017-09 --against cartons.csv --out designed\n  greenchain cartons design --orders items.csv --count 12 --per-industry --locked stay.csv --json\n\norders: the columns of `pack --items`; industry and month where wanted.\nThe set is designed on the orders before --until and judged, packed one by one, on the later ones."
)]
pub(crate) struct DesignArgs {
    /// History of orders, CSV or Parquet
    #[arg(long, value_name = "FILE")]
    pub(crate) orders: PathBuf,
    /// Cartons in the set
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u16).range(1..=500))]
    pub(crate) count: u16,
    /// A set for each industry, of so many cartons together
    #[arg(long)]
    pub(crate) per_industry: bool,
    /// Cartons that must stay, as the table of cartons
    #[arg(long, value_name = "FILE")]
    pub(crate) locked: Option<PathBuf>,
    /// Design on the orders before this month, judge by those of it and after
    #[arg(long, value_name = "MONTH")]
    pub(crate) until: Option<String>,
    /// A set to compare with, as the table of cartons
    #[arg(long, value_name = "FILE")]
    pub(crate) against: Option<PathBuf>,
    /// What is saved
    #[arg(long, value_enum, default_value = "surface")]
    pub(crate) objective: Objective,
    /// Share of each piece's base that lies on the floor or on pieces below
    #[arg(long, value_name = "SHARE", default_value = "0.75", value_parser = share)]
    pub(crate) support: f64,
    /// The maker's grid: inner sides are multiples of it
    #[arg(long, value_name = "MM", default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=500))]
    pub(crate) grid_mm: u16,
    /// Inner length, width and height of the largest carton that can be made, in cm
    #[arg(long, value_name = "L,W,H", default_value = "120,80,80", value_parser = largest)]
    pub(crate) largest: [f64; 3],
    /// Write cartons.csv, or one for each industry, and curve.csv to this folder
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Seconds for the search at the most
    #[arg(long, value_name = "S", default_value_t = 300.0, value_parser = seconds)]
    pub(crate) time: f64,
    /// Print the sets as JSON on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

fn largest(text: &str) -> Result<[f64; 3], String> {
    let sides: Option<Vec<f64>> = text
        .split(',')
        .map(|side| side.trim().parse().ok().filter(|side| (1.0..=1_000.0).contains(side)))
        .collect();
    let sides = sides.and_then(|sides| <[f64; 3]>::try_from(sides).ok());
    sides.ok_or_else(|| "write three sides from 1 to 1000 cm, as in 120,80,80".to_owned())
}
