//! The store: what a run computed, put on disk whole or not at all.
//!
//! No domain rule. Read: [`error`], [`output`] (the folder of a run).

pub mod error;
pub mod output;

#[cfg(test)]
mod scratch;

pub use error::StoreError;
pub use output::OutputFolder;
