//! The ESG report: what a ledger's queries gave, as a document and as figures. No files, no clock,
//! no database: [`queries`] says what to ask of the ledger, the caller asks, [`report`] reads the
//! [`Answers`]. Whoever has the ledger can ask the same again and recompute every figure.
//!
//! Read: [`meta`] (what is reported), [`query`] (the questions), `definition` and `values` (the
//! figures), then the sections, then `index` (what each standard asks for and where it stands).

pub mod meta;
pub mod query;
mod answers;
mod definition;
mod values;
pub mod datapoint;
mod text;
mod view;
mod chart;
mod overview;
mod emissions;
mod operations;
mod targets;
mod evidence;
mod index;
mod figures_csv;
#[cfg(test)]
mod made_up;
#[cfg(test)]
mod tests;

pub use answers::Answers;
pub use datapoint::Datapoint;
pub use meta::{
    BaseYear, CarbonPrice, Case, Interval, Meta, Note, Revenue, Running, Span, Standard, Target,
    TargetKind,
};
pub use query::{Query, queries};

use crate::PdfError;
use crate::document::{Document, Section};
use crate::font::Fonts;
use datapoint::Datapoints;
use quantity::{Fixed, FixedError};
use text::Text;
use view::View;

/// Why a report cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EsgError {
    /// A query was not answered.
    #[error("query `{query}` has no answer. Ask the ledger every query of the report")]
    NoAnswer {
        /// Which.
        query: &'static str,
    },
    /// A row of an answer has more or fewer cells than its query has columns.
    #[error("a row of `{query}` has {cells} cells, not {expected}. Give the columns as they come")]
    Row {
        /// Which query.
        query: &'static str,
        /// Columns of the query.
        expected: usize,
        /// Cells of the row.
        cells: usize,
    },
    /// A cell that is to be a number is none.
    #[error("`{query}` gave `{cell}`: {fault}. Give decimals as the ledger writes them")]
    Number {
        /// Which query.
        query: &'static str,
        /// What it gave.
        cell: String,
        /// Why that is no number.
        fault: FixedError,
    },
    /// The last period is before the first.
    #[error("the report ends in {to}, before it begins in {from}. Name the earlier one first")]
    Span {
        /// The first.
        from: String,
        /// The last.
        to: String,
    },
    /// An intensity per revenue needs a revenue.
    #[error("the net revenue is {millions} million. Give one above zero, or none")]
    Revenue {
        /// In millions.
        millions: Fixed,
    },
}

/// A report.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Its figures in their order; those that the ledger does not hold have no value.
    pub figures: Vec<Datapoint>,
    meta: Meta,
    document: Document,
}

impl Report {
    /// As one HTML file: no script, nothing from elsewhere.
    pub fn html(&self) -> String {
        crate::html::print(&self.document)
    }
    /// As a tagged PDF on A4.
    ///
    /// - `font`: has the letters that the built-in font lacks, such as Chinese.
    pub fn pdf(&self, font: Option<&Fonts>) -> Result<Vec<u8>, PdfError> {
        crate::pdf::print_whole(&self.document, font)
    }
    /// The figures as CSV: `figure_id, name, value, unit, period, entity, low_95, high_95, query,
    /// factor_editions, method, standards`.
    pub fn figures_csv(&self) -> String {
        figures_csv::write(&self.meta, &self.figures)
    }
}

/// The report of what the queries gave.
pub fn report(meta: &Meta, answers: &Answers) -> Result<Report, EsgError> {
    if meta.span.to < meta.span.from {
        let [from, to] = [meta.span.from, meta.span.to].map(|period| period.to_string());
        return Err(EsgError::Span { from, to });
    }
    if let Some(revenue) = meta.revenue.as_ref().filter(|revenue| revenue.millions <= Fixed::ZERO) {
        return Err(EsgError::Revenue { millions: revenue.millions });
    }
    let text = Text::new(meta.lang);
    let points = Datapoints::read(meta, answers, &text)?;
    let view = View::new(meta, answers, &points, &text);
    let mut sections = sections(&view)?;
    let titles: Vec<(&str, &str)> =
        sections.iter().map(|section| (section.id, section.title)).collect();
    sections.extend(index::sections(&view, &titles));
    let document = Document {
        lang: meta.lang,
        title: meta.name.clone(),
        scope: overview::scope(&view),
        finding: overview::finding(&view),
        footer: view.say("footer").into(),
        sections,
    };
    Ok(Report { figures: points.into_vec(), meta: meta.clone(), document })
}

/// Every section but the indexes, in the order of reading.
fn sections(view: &View<'_>) -> Result<Vec<Section>, EsgError> {
    Ok(vec![
        overview::section(view),
        emissions::scopes(view),
        emissions::categories(view),
        emissions::links(view),
        emissions::trend(view)?,
        operations::transport(view)?,
        operations::energy(view),
        operations::packaging(view),
        operations::plain(view, "waste"),
        operations::plain(view, "fleet"),
        operations::plain(view, "solar"),
        operations::plain(view, "avoided"),
        targets::section(view),
        targets::base_year(view),
        targets::price(view),
        evidence::uncertainty(view),
        evidence::quality(view)?,
        operations::plain(view, "biogenic"),
        evidence::methods(view)?,
        evidence::factors(view)?,
        evidence::figures(view, &queries(view.meta)),
    ])
}
