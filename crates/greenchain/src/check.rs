//! `greenchain check`: is this a scenario?

use crate::cli::CheckArgs;
use crate::{Answer, folder};
use anyhow::Result;
use intake::Fault;
use serde_json::json;
use std::io::Write;

pub(crate) fn check(args: &CheckArgs) -> Result<Answer> {
    let files = folder::read(&args.scenario)?;
    let verdict = intake::read(&folder::borrow(&files));
    let mut stdout = std::io::stdout();
    match verdict {
        Ok(checked) => {
            let mut warnings = folder::unread(&args.scenario)?;
            warnings.extend(checked.warnings.iter().map(ToString::to_string));
            if args.json {
                let verdict = json!({"valid": true, "faults": [], "warnings": warnings});
                writeln!(stdout, "{verdict}")?;
            } else {
                for warning in warnings {
                    writeln!(stdout, "warning: {warning}")?;
                }
                let scenario = &checked.scenario;
                writeln!(
                    stdout,
                    "valid: {} orders, {} products, {} cartons, {} sites, {} kinds of vehicle",
                    scenario.orders.len(),
                    scenario.products.len(),
                    scenario.cartons.len(),
                    scenario.sites.len(),
                    scenario.fleet.len()
                )?;
            }
            Ok(Answer::Yes)
        }
        Err(faults) => {
            if args.json {
                let list: Vec<_> = faults.first.iter().map(fault_json).collect();
                let verdict = json!({"valid": false, "faults": list, "fault_count": faults.total});
                writeln!(stdout, "{verdict}")?;
            } else {
                writeln!(stdout, "{faults}")?;
            }
            Ok(Answer::No)
        }
    }
}

/// A fault with its place in fields of its own; what a kind of fault has not is null.
fn fault_json(fault: &Fault) -> serde_json::Value {
    let place = fault.place();
    json!({
        "file": place.file,
        "row": place.row,
        "column": place.column,
        "value": place.value,
        "message": fault.to_string(),
    })
}
