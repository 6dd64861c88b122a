//! The report: an outcome in, one page for the browser and one for print out. No files, no clock:
//! the same outcome gives the same bytes.
//!
//! One content, two forms. The sections fill a `document`, which knows nothing of either form;
//! `html` and `pdf` print it and know nothing of orders. Read: `document`, then a section
//! (`overview`, `carbon`, `map`, …), then `html` and `pdf`.

mod lang;
mod document;
mod number;
mod words;
pub mod font;
mod palette;
mod drawing;
mod bars;
mod overview;
mod carbon;
mod map;
mod transport;
mod energy_day;
mod energy;
mod packaging;
mod orders;
mod recycling;
mod settings;
mod methods;
mod content;
mod html;
mod pdf;
mod packing_steps;
pub mod esg;
pub mod live;
#[cfg(test)]
mod made_up;

pub use lang::Lang;
pub use packing_steps::{DrawnParcel, DrawnPiece, packing_steps};
pub use pdf::PdfError;

use planner::{Outcome, Scenario};

/// Why a report cannot be printed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReportError {
    /// A figure is not the SVG that the printer reads.
    #[error(
        "figure `{figure}` cannot be printed: {fault}. This is a fault of greenchain: report it"
    )]
    Figure {
        /// Which figure.
        figure: String,
        /// What the printer says of it.
        fault: String,
    },
    /// The PDF writer refuses the document.
    #[error("the PDF cannot be written: {0}. This is a fault of greenchain: report it")]
    Writer(String),
}

/// The report as one HTML file: no script, nothing from elsewhere, for phone, desktop and print.
pub fn html(scenario: &Scenario, outcome: &Outcome) -> String {
    html::print(&content::document(scenario, outcome))
}

/// The report as a tagged PDF on A4, fonts embedded.
pub fn pdf(scenario: &Scenario, outcome: &Outcome) -> Result<Vec<u8>, ReportError> {
    pdf::print(&content::document(scenario, outcome))
}

#[cfg(test)]
mod tests {
    use crate::made_up;
    use std::path::Path;

    /// To look at what the tests judge: `REPORT_DUMP=folder cargo test -p report dump`.
    #[test]
    #[expect(clippy::disallowed_methods, reason = "files for a person to look at, when asked for")]
    fn dump_for_the_eye() {
        let Some(folder) = std::env::var_os("REPORT_DUMP") else { return };
        let mut busy = made_up::many_parcels(900);
        busy.plan.days.truncate(1);
        for (name, outcome) in [("small", made_up::outcome()), ("busy", busy)] {
            let file = |kind: &str| Path::new(&folder).join(format!("{name}.{kind}"));
            let scenario = made_up::scenario();
            std::fs::write(file("html"), crate::html(&scenario, &outcome)).unwrap();
            std::fs::write(file("pdf"), crate::pdf(&scenario, &outcome).unwrap()).unwrap();
        }
    }

    #[test]
    fn three_thousand_parcels_stay_a_small_report() {
        let (scenario, outcome) = (made_up::scenario(), made_up::many_parcels(3_000));
        let page = crate::html(&scenario, &outcome);
        let file = crate::pdf(&scenario, &outcome).unwrap();
        assert!(page.len() < 2_000_000 && file.len() < 2_000_000, "{} {}", page.len(), file.len());
    }
}
