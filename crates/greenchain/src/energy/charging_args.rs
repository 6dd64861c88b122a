//! Arguments of `energy queue` and `energy profiles`.

use super::args::{between, utc_offset};
use clap::Args;
use std::path::PathBuf;

/// Arguments of `energy queue`.
#[derive(Args)]
#[command(
    after_help = "Example: greenchain energy queue depot.json --plugs 22,22,11 --out queued.json > queue.json\n\nINSTANCE is that of `energy schedule`. Who leaves first is plugged in first; where nobody follows, a\nvehicle stays plugged in until it leaves. The file written has the windows as arrival_step and\ndeparture_step, so that `energy schedule` chooses the hours within them.\nExit status: 0 all are served, 1 some lack energy (named), 2 refused."
)]
pub(crate) struct QueueArgs {
    /// Load, prices and sessions
    pub(crate) instance: PathBuf,
    /// Power of each plug
    #[arg(long, value_name = "KW,…", required = true, value_delimiter = ',')]
    #[arg(value_parser = between(0.1, 10_000.0))]
    pub(crate) plugs: Vec<f64>,
    /// The instance with the windows in place of the stays
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Print JSON on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

/// Arguments of `energy profiles`.
#[derive(Args)]
#[command(
    after_help = "Example: greenchain energy profiles queued.json --schedule schedule.json --queue queue.json --utc-offset +02:00 > profiles.jsonl\n\nINSTANCE and SCHEDULE are those of `energy schedule`, QUEUE is what `energy queue --json` prints. Each\nline is a SetChargingProfileRequest of OCPP 2.0.1: a TxProfile for each session, then a\nChargingStationMaxProfile with their sum. Limits are in W, schedules absolute in UTC. The session's id\nstands for the transaction's until the vehicle is plugged in."
)]
pub(crate) struct ProfilesArgs {
    /// Load, prices and sessions
    pub(crate) instance: PathBuf,
    /// What `energy schedule --json` printed for it
    #[arg(long, value_name = "FILE")]
    pub(crate) schedule: PathBuf,
    /// Which plug each session has; without it the first session has EVSE 1, the second 2, …
    #[arg(long, value_name = "FILE")]
    pub(crate) queue: Option<PathBuf>,
    /// Phases of AC plugs, told to the station; without it none are told
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=3))]
    pub(crate) phases: Option<u8>,
    /// Periods that the station takes in a schedule
    #[arg(long, value_name = "N", default_value = "1024")]
    pub(crate) periods_max: usize,
    /// Number of the first profile
    #[arg(long, value_name = "N", default_value = "1")]
    pub(crate) first_id: u32,
    /// Offset from UTC of a start that says none, as in -05:00
    #[arg(long, value_name = "OFFSET", value_parser = utc_offset, allow_hyphen_values = true)]
    pub(crate) utc_offset: Option<i32>,
}
