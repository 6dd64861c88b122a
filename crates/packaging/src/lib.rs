//! Packaging: pieces and cartons in, parcels out. No files, no clock, no chance.
//!
//! The third side of a carton is its height, always: a carton may be turned on the floor, never
//! laid on its side, so that `upright` and the support of each piece mean the same to the packer
//! and to whoever packs.
//!
//! Read: [`model`] (pieces, cartons, parcels), `shape` (how a piece may lie), `space` (what a
//! place asks for), `extreme_point` and `loading` (pieces put in by rule), `search` (every way for
//! few pieces), [`fit`] (does a carton hold them), `offer` (cartons by score), `plan` (which
//! cartons for a job), `partition` and `greedy` (several cartons), [`day`] (all jobs of a day on
//! one stock), [`mod@check`] (an independent judge).

pub mod model;
mod shape;
mod space;
mod extreme_point;
mod loading;
mod search;
pub mod fit;
mod offer;
mod plan;
mod partition;
mod greedy;
pub mod day;
pub mod check;

pub use check::{Fault, check};
pub use day::{DayPacking, pack_day};
pub use fit::pack_carton;
pub use model::*;
