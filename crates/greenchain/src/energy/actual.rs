//! `energy actual`: what meters, inverters and batteries measured, summed up.
//!
//! Read: `gather` (files into what is known of each site), `show` (JSON and text).

mod gather;
mod show;

use super::actual_args::ActualArgs;
use crate::Answer;
use anyhow::Result;
use gather::Known;
use quantity::{Energy, Fixed};
use report::live::Live;
use std::io::Write;
use store::write_whole;
use warehousing::monitoring::footprint::Market;
use warehousing::monitoring::overview::overview;

pub(super) fn run(args: &ActualArgs) -> Result<Answer> {
    let known = Known::gather(args)?;
    let market = Market {
        cancelled: Energy::from_kilowatt_hours(args.cancelled_mwh * 1e3),
        residual_kg_per_kwh: args.residual_kg_per_kwh.and_then(Fixed::from_f64),
    };
    let found = overview(&known.roofs(args), &args.zone, &known.grid, market);
    let live = Live {
        name: &args.name,
        currency: &args.currency,
        zone: &args.zone,
        overview: &found,
        notices: &known.notices,
        sites: &known.sites,
        prices: &known.prices,
        grid: &known.grid,
        cancelled: market.cancelled,
        planned: &[],
        exact: "energy actual --json",
    };
    if let Some(file) = &args.page {
        write_whole(file, report::live::html(&live).as_bytes())?;
    }
    let mut out = std::io::stdout();
    if args.json {
        writeln!(out, "{}", show::as_json(args, &known, &found))?;
    } else {
        write!(out, "{}", show::as_text(args, &known, &found))?;
    }
    Ok(Answer::Yes)
}
