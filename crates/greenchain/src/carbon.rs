//! `greenchain carbon …`: the ledger as an auditor and a sustainability team use it.
//!
//! Read: [`args`] (verbs and their arguments), `factor_folder` (what `--factors` holds), one file a
//! verb.

pub(crate) mod args;
mod factor_folder;
mod sums;
mod calc;
mod preview;
mod query;
mod verify;
mod explain;
mod reverse;
mod diff;
mod report;
mod font;
mod whatif;
mod curve;
mod factors;

use crate::Answer;
use anyhow::Result;
use args::CarbonVerb;

pub(crate) fn carbon(verb: &CarbonVerb) -> Result<Answer> {
    match verb {
        CarbonVerb::Calc(args) => calc::calc(args),
        CarbonVerb::Query(args) => query::query(args),
        CarbonVerb::Verify(args) => verify::verify(args),
        CarbonVerb::Explain(args) => explain::explain(args),
        CarbonVerb::Reverse(args) => reverse::reverse(args),
        CarbonVerb::Diff(args) => diff::diff(args),
        CarbonVerb::Report(args) => report::report(args),
        CarbonVerb::Whatif(args) => whatif::whatif(args),
        CarbonVerb::Factors(args) => factors::factors(args),
    }
}
