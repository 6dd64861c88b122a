//! How much photovoltaics and battery a site should have, and which of several sites first.
//!
//! A candidate's year is scheduled by [`dispatch`](super::dispatch) and set beside the same year with
//! nothing built. The least cost of a schedule is convex in both sizes where no step needs a binary
//! choice, as both only move right-hand sides of a linear programme; so net present value is concave as
//! long as both or neither of a pair of sizes are zero (fixed parts) and the battery ages no slower
//! than the modules ([`worth()`]). There a coarse grid and halved steps around its best come near to the
//! best of all; elsewhere the answer is the best of what was tried, and never worse than the grid.
//!
//! Read: [`model`] (what is known), `yearly` (a candidate's year), [`worth()`] (net present value,
//! payback), [`size()`] (the search), [`choose`] (several sites), [`sensitivity()`].

pub mod model;
mod yearly;
mod worth;
mod search;
pub mod choose;
mod sensitivity;
#[cfg(test)]
mod example;

pub use model::*;
pub use search::{Grid, Sized, size};
pub use sensitivity::{Swing, sensitivity};
pub use worth::{Candidate, worth};
pub use yearly::{Unserved, yearly};
