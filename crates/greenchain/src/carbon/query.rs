//! `greenchain carbon query`: SQL over a ledger.

use super::args::{Format, QueryArgs};
use crate::Answer;
use anyhow::Result;
use lake::Lake;
use std::io::Write;

pub(crate) fn query(args: &QueryArgs) -> Result<Answer> {
    let lake = Lake::open(&args.ledger)?;
    if let Some(entity) = args.entity.as_deref().or(lake.manifest().entity.as_deref()) {
        lake.scope_for(entity)?;
    }
    let answer = lake.query(&args.sql)?;
    let format = if args.json { Format::Json } else { args.format };
    let text = match format {
        Format::Table => answer.to_table(),
        Format::Csv => answer.to_csv()?,
        Format::Json => answer.to_json(),
    };
    writeln!(std::io::stdout(), "{}", text.trim_end())?;
    Ok(Answer::Yes)
}
