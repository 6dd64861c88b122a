//! Arguments of the `carbon` verbs.

use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// `greenchain carbon …`.
#[derive(Subcommand)]
pub(crate) enum CarbonVerb {
    /// Value activities by factors: a new ledger, or a batch more in one
    Calc(CalcArgs),
    /// Ask a ledger in SQL
    Query(QueryArgs),
    /// Recompute every line, sum and hash of a ledger
    Verify(VerifyArgs),
    /// Show how one line, or one round, was computed
    Explain(ExplainArgs),
    /// Take lines back by lines of their own
    Reverse(ReverseArgs),
    /// What changed between two ledgers by method, and what by performance
    Diff(DiffArgs),
    /// The ESG report: figures with their queries, an index for each standard
    Report(ReportArgs),
    /// Plan the ledger's scenario again with changes: what each abates, and at what cost
    Whatif(WhatifArgs),
    /// The factors known, what is wrong with them, and which are missing
    Factors(FactorsArgs),
}

/// Arguments of `carbon calc`.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  greenchain carbon calc activity.csv --factors factors --out ledger\n  greenchain carbon calc january.parquet --factors factors --out ledger      a batch more\n  greenchain carbon calc activity.csv --factors factors --explain 7          nothing is written\n\nThe columns of the activity file and of the factor files: docs/LEDGER.md.\nExit status: 0 written, 2 refused; then nothing is written."
)]
pub(crate) struct CalcArgs {
    /// Activity, CSV or Parquet
    pub(crate) activity: PathBuf,
    /// Folder with factors*.csv, and operations.csv, instruments.csv and the like where there are
    #[arg(long, value_name = "DIR")]
    pub(crate) factors: Option<PathBuf>,
    /// Folder of the ledger; an existing ledger gets a batch more
    #[arg(long, value_name = "LEDGER", required_unless_present = "explain")]
    pub(crate) out: Option<PathBuf>,
    /// Explain the line of this activity_id instead of writing
    #[arg(long, value_name = "LINE", conflicts_with = "out")]
    pub(crate) explain: Option<String>,
    /// Say why factors of unlike warming potentials may be added; the report shows it
    #[arg(long, value_name = "TEXT")]
    pub(crate) gwp_note: Option<String>,
    /// Figures that are no emissions, as measures.csv of docs/LEDGER.md
    #[arg(long, value_name = "FILE")]
    pub(crate) measures: Option<PathBuf>,
    /// Threads; without it, one a core. The ledger is the same for any number
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<usize>,
    /// Print what was written as JSON on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

/// How an answer is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Aligned columns
    Table,
    /// Comma-separated values
    Csv,
    /// An array of objects
    Json,
}

/// Arguments of `carbon query`.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  greenchain carbon query greenchain-out/ledger 'SELECT link, sum(wtt_kg_co2e + ttw_kg_co2e) AS kg FROM ledger WHERE \"case\" = '\\''plan'\\'' GROUP BY link'\n  greenchain carbon query ledger 'SELECT scope, category, sum(kg_co2e) FROM scoped GROUP BY 1, 2' --entity 'North Fleet'\n\nTables: ledger, totals, factors, measures and, with --entity, scoped (docs/LEDGER.md).\nSums of decimals are exact."
)]
pub(crate) struct QueryArgs {
    /// Folder of the ledger
    pub(crate) ledger: PathBuf,
    /// One SELECT
    pub(crate) sql: String,
    /// The reporting entity of the table `scoped`
    #[arg(long, value_name = "NAME")]
    pub(crate) entity: Option<String>,
    /// How the answer is printed
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: Format,
    /// The same as --format json
    #[arg(long)]
    pub(crate) json: bool,
}

/// Arguments of `carbon verify`.
#[derive(Args)]
#[command(
    after_help = "Example: greenchain carbon verify greenchain-out/ledger\n\nExit status: 0 all agrees, 1 something differs, 2 the folder cannot be read."
)]
pub(crate) struct VerifyArgs {
    /// Folder of the ledger
    pub(crate) ledger: PathBuf,
    /// Print the verdict as JSON on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

/// Arguments of `carbon explain`.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  greenchain carbon explain greenchain-out/ledger --line plan-00000042\n  greenchain carbon explain greenchain-out/ledger --round R20260714-001"
)]
pub(crate) struct ExplainArgs {
    /// Folder of the ledger
    pub(crate) ledger: PathBuf,
    /// The line
    #[arg(long, value_name = "LINE", required_unless_present = "round")]
    pub(crate) line: Option<String>,
    /// The round
    #[arg(long, value_name = "ROUND", conflicts_with = "line")]
    pub(crate) round: Option<String>,
}

/// Arguments of `carbon reverse`.
#[derive(Args)]
#[command(
    after_help = "Example: greenchain carbon reverse ledger b0001-000000007 --reason 'entered twice'"
)]
pub(crate) struct ReverseArgs {
    /// Folder of the ledger
    pub(crate) ledger: PathBuf,
    /// The lines
    #[arg(required = true)]
    pub(crate) lines: Vec<String>,
    /// Why; kept in the manifest
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
}

/// Arguments of `carbon diff`.
#[derive(Args)]
#[command(
    after_help = "Example: greenchain carbon diff ledger-2024 ledger-2025 --threshold 5\n\nBy method: the earlier amounts by the later factors, less the earlier emissions.\nBy performance: the rest. Both together are the change."
)]
pub(crate) struct DiffArgs {
    /// The earlier ledger, or the base year
    pub(crate) earlier: PathBuf,
    /// The later ledger
    pub(crate) later: PathBuf,
    /// Case to compare
    #[arg(long, default_value = "actual")]
    pub(crate) case: String,
    /// Percent of change by method from which the base year is recalculated
    #[arg(long, value_name = "PERCENT", default_value = "5")]
    pub(crate) threshold: String,
    /// Print the change as JSON on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

/// Language of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    /// English
    En,
    /// Chinese
    Zh,
}

/// A standard with a content index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Index {
    /// GHG Protocol
    Ghg,
    /// ISO 14083
    Iso14083,
    /// IFRS S2 of the ISSB
    Issb,
    /// ESRS E1 and E5
    Esrs,
    /// GRI 301, 302, 305, 306
    Gri,
    /// HKEX ESG code
    Hkex,
}

/// Arguments of `carbon report`.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  greenchain carbon report greenchain-out/ledger --index ghg,iso14083,issb,esrs,gri,hkex --html --pdf\n  greenchain carbon report ledger --entity 'North Fleet' --period 2025 --lang zh --targets targets.csv\n\nWithout --html and --pdf both are written; esg-figures.csv always is."
)]
pub(crate) struct ReportArgs {
    /// Folder of the ledger
    pub(crate) ledger: PathBuf,
    /// Standards whose content index is wanted
    #[arg(long, value_enum, value_delimiter = ',')]
    pub(crate) index: Vec<Index>,
    /// Write esg.html
    #[arg(long)]
    pub(crate) html: bool,
    /// Write esg.pdf
    #[arg(long)]
    pub(crate) pdf: bool,
    /// Folder for the report
    #[arg(long, value_name = "DIR", default_value = "greenchain-esg")]
    pub(crate) out: PathBuf,
    /// The reporting entity; without it the ledger's own, or its only operator
    #[arg(long, value_name = "NAME")]
    pub(crate) entity: Option<String>,
    /// Whose books; without it the only tenant
    #[arg(long, value_name = "NAME")]
    pub(crate) tenant: Option<String>,
    /// Year or month; without it all of the ledger
    #[arg(long, value_name = "PERIOD")]
    pub(crate) period: Option<String>,
    /// Case: actual, or plan beside baseline; without it what the ledger has
    #[arg(long)]
    pub(crate) case: Option<String>,
    /// Language
    #[arg(long, value_enum, default_value = "en")]
    pub(crate) lang: Lang,
    /// Targets, as targets.csv of docs/LEDGER.md
    #[arg(long, value_name = "FILE")]
    pub(crate) targets: Option<PathBuf>,
    /// What no ledger line knows: verification, revenue, carbon price, base year, exclusions, as
    /// disclosures.toml of docs/LEDGER.md
    #[arg(long, value_name = "FILE")]
    pub(crate) disclosures: Option<PathBuf>,
    /// Font with the language's letters for the PDF; without it one of the system's
    #[arg(long, value_name = "FILE")]
    pub(crate) font: Option<PathBuf>,
    /// Draws of the uncertainty simulation
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    pub(crate) draws: u32,
    /// Print the figures as JSON on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

/// Arguments of `carbon whatif`.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  greenchain carbon whatif greenchain-out/ledger                       the levers that apply\n  greenchain carbon whatif greenchain-out/ledger --change solar=x2 --change electric-fleet=3\n\nEvery figure is a plan made again, none a percentage."
)]
pub(crate) struct WhatifArgs {
    /// Folder of a ledger that `greenchain run` wrote
    pub(crate) ledger: PathBuf,
    /// A change, as in solar=x2; may be given again
    #[arg(long, value_name = "LEVER=VALUE")]
    pub(crate) change: Vec<String>,
    /// Write curve.csv and curve.svg to this folder
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Print the curve as JSON on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

/// Arguments of `carbon factors`.
#[derive(Args)]
#[command(after_help = "Example: greenchain carbon factors --factors my-factors")]
pub(crate) struct FactorsArgs {
    /// Folder with factors*.csv, beside the built-in ones
    #[arg(long, value_name = "DIR")]
    pub(crate) factors: Option<PathBuf>,
    /// Print them as JSON on standard output
    #[arg(long)]
    pub(crate) json: bool,
}
