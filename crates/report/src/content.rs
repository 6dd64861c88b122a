//! The whole report in the order of reading.

use crate::Lang;
use crate::document::Document;
use crate::{carbon, energy, methods, orders, overview, packaging, recycling, transport};
use planner::{Outcome, Scenario};

/// The document that both forms print.
pub(crate) fn document(scenario: &Scenario, outcome: &Outcome) -> Document {
    Document {
        lang: Lang::En,
        title: scenario.name.clone(),
        scope: overview::scope(scenario, outcome),
        finding: overview::finding(outcome),
        footer:
            "Made by greenchain from the scenario named above. Numbers in tables are rounded; the \
                 ledger beside this file has them to the last digit."
                .into(),
        sections: vec![
            overview::section(scenario, outcome),
            carbon::section(outcome),
            transport::section(scenario, outcome),
            energy::section(scenario, outcome),
            packaging::section(scenario, outcome),
            orders::section(scenario, outcome),
            recycling::section(scenario, outcome),
            methods::section(scenario, outcome),
        ],
    }
}
