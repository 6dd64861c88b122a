//! The schedule of a site's day, week or year that costs or emits least, and the proof.
//!
//! Read: [`instance`] (what is known), [`read()`] (as JSON), `site` (one price for a kWh), `program` (a
//! range of steps as a linear programme), `lp` (solving it), `settle` (from its point to what may be
//! done), `tree` (what a step may not do at once), `blocks` (a long horizon in parts that are priced
//! against each other), `prices` (those prices), `infeasible` (why there is no schedule), [`solve()`] (all
//! of it), [`check()`] (an independent judge).

pub mod instance;
mod read;
mod site;
mod lp;
mod program;
mod settle;
mod tree;
mod prices;
mod blocks;
mod infeasible;
mod solve;
mod judge;
mod rolling;

pub use infeasible::Lack;
pub use instance::*;
pub use judge::{Breach, check};
pub use read::{ReadFault, ReadInstance, read};
pub use rolling::{Forecast, rolling};
pub use solve::{Search, Solution, solve};
