//! `energy pv --check-spa`: the worked example of the SPA report.

use crate::Answer;
use anyhow::Result;
use serde_json::{Value, json};
use std::io::Write;
use warehousing::pv::test_point::{TestValue, test_point};

/// The report's own example: yes if every figure agrees to the digits published.
pub(super) fn check_spa(as_json: bool) -> Result<Answer> {
    let values = test_point();
    let holds = values.iter().all(TestValue::holds);
    let mut out = std::io::stdout();
    if as_json {
        let rows: Vec<Value> = values
            .iter()
            .map(|value| json!({"name": value.name, "found": value.found, "published": value.published, "holds": value.holds()}))
            .collect();
        writeln!(out, "{}", json!({"holds": holds, "values": rows}))?;
    } else {
        for value in &values {
            let verdict = if value.holds() { "" } else { "  differs" };
            let (name, found, published) = (value.name, value.found, value.published);
            writeln!(out, "{name:<32} {found:>18.10}  published {published}{verdict}")?;
        }
    }
    Ok(if holds { Answer::Yes } else { Answer::No })
}
