//! The store: what a run computed, put on disk whole or not at all.
//!
//! No domain rule: lines come from `carbon`, figures are not computed here. Read: [`error`],
//! [`output`] (the folder of a run), [`ledger`] (lines as Parquet, factors as a table).

pub mod error;
pub mod output;
pub mod ledger;

#[cfg(test)]
mod scratch;

pub use error::StoreError;
pub use ledger::{write_factors, write_ledger};
pub use output::OutputFolder;
