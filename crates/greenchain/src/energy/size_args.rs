//! Arguments of `energy size`.

use super::args::between;
use clap::Args;
use std::path::PathBuf;

/// What `energy size --help` says below the options.
const HELP: &str = r#"Examples:
  greenchain energy size sites.json
  greenchain energy size sites.json --budget 750000 --json
  greenchain energy size depot.json --goal-kg 40000

SITES is JSON; paths are relative to it:
  {"parameters": {"lifetime_years": 20, "discount_rate": 0.05, "pv_per_kwp": 900, "battery_per_kwh": 350},
   "sites": [{"name": "depot", "instance": "depot-year.json", "roof_m2": 4000, "battery_kwh_max": 500},
             {"name": "hub", "roof_m2": 900, "battery_kwh_max": 0, "pv_fixed": 8000,
              "periods": [{"instance": "hub-summer-week.json", "times_a_year": 26},
                          {"instance": "hub-winter-week.json", "times_a_year": 26.14}]}]}
An instance is that of `energy schedule` without a battery; its pv_kwh is what 1 kWp gives. It counts as
often as it fits into a year of 8,760 hours; periods say how often each comes, and cover the year. A demand
charge counts as often as its period.
Parameters, for all sites or in a site for itself (money as in the instances; [default]):
  lifetime_years, discount_rate, pv_per_kwp, battery_per_kwh              must be there
  pv_fixed [0], pv_operating_per_kwp_year [0], pv_degradation_per_year [0.005]
  battery_fixed [0], battery_operating_per_kwh_year [0], battery_degradation_per_year [0.02]
  battery_kw_per_kwh [0.5], battery_charge_efficiency [0.95], battery_discharge_efficiency [0.95],
  battery_soc_min_share [0.1], battery_wear_cost_per_kwh [0]
  subsidy_share [0], carbon_price_per_t [0], m2_per_kwp [6]
Sizes are searched on a grid of --steps in each direction, then in steps halved three times around the best.
Each candidate's year is scheduled at least cost with carbon at its price, proven within 1e-5 of that cost,
beside the same year with nothing built. Net present value is over lifetime_years; nothing is replaced. What
modules and battery save shrinks each year by their degradation, which is an approximation. Investments are
counted in whole thousands for --budget, rounded up. --goal-kg is of the first year and of all sites together.
Exit status: 0 done, 1 the goal is out of reach or a site's load cannot be met; 2 refused, with the place of
each fault."#;

/// Arguments of `energy size`.
#[derive(Args)]
#[command(after_help = HELP)]
pub(crate) struct SizeArgs {
    /// Parameters and sites
    pub(crate) sites: PathBuf,
    /// Emission to be avoided in the first year by all sites together, at least cost
    #[arg(long, value_name = "KG", value_parser = between(0.0, 1e12), conflicts_with = "budget")]
    pub(crate) goal_kg: Option<f64>,
    /// Most that may be invested in all sites together, after subsidy
    #[arg(long, value_name = "MONEY", value_parser = between(0.0, 1e8))]
    pub(crate) budget: Option<f64>,
    /// Steps of the grid from nothing to the greatest size
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=20), default_value = "6")]
    pub(crate) steps: u32,
    /// Threads; without it as many as there are processors
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1_024))]
    pub(crate) threads: Option<u16>,
    /// Print JSON on standard output
    #[arg(long)]
    pub(crate) json: bool,
}
