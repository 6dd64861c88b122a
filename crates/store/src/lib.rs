//! The store: what a run computed, put on disk whole or not at all.
//!
//! No domain rule. Read: [`error`], [`output`] (the folder of a run), `whole` (a single file).

pub mod error;
pub mod output;
mod whole;

#[cfg(test)]
mod scratch;

pub use error::StoreError;
pub use output::OutputFolder;
pub use whole::write_whole;
