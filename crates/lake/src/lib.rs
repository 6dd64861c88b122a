//! The ledger lake: lines in columns, Parquet, SQL, audit.
//!
//! Read: [`columns`] (activities and lines as structs of arrays), [`activity`] (files of activity),
//! [`feed`] (a file for several threads),
//! [`calc`] (activities into lines, over [`kernel`] and [`interner`]), [`part`] (lines into files,
//! over [`coded_chunk`]), [`manifest`] (what a ledger's files are, and their [`seal`]), [`totals`]
//! (sums, and the columns of the tables), [`query`] (SQL over a ledger, [`scoped`] for an entity)
//! with its [`answer`], [`ledger`] (a batch put into a ledger), [`verify`] (an independent judge of a ledger), [`fault`].

pub mod columns;
pub mod interner;
pub mod kernel;
pub mod activity;
pub mod feed;
pub mod coded_chunk;
pub mod part;
pub mod calc;
pub mod fault;
pub mod seal;
pub mod manifest;
pub mod totals;
pub mod answer;
pub mod query;
mod scoped;
pub mod ledger;
pub mod verify;
#[cfg(test)]
mod made_up;

pub use answer::{Answer, Cell, Kind};
pub use fault::LakeError;
pub use manifest::{BatchKind, Listed, Manifest, ManifestFault, Note, Part};
pub use query::{Lake, Limits};
pub use scoped::quoted;
pub use totals::{Totals, TotalsRow};
pub use verify::{Finding, Progress, Verdict, verify};
