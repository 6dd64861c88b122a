//! Transportation: stops and vehicles in, rounds out. No files, no clock; randomness by seed.
//!
//! The method: savings (Clarke and Wright 1964) for a first plan, then ruin and recreate by string
//! removal (Christiaens and Vanden Berghe 2020) on a mixed fleet, several rounds a vehicle, with
//! time windows, range and load-dependent energy; hubs are opened greedily.
//!
//! Read: [`model`] (stops, rounds), `day` (the whole), `hubs` (which sites deliver), `draft` (one
//! attempt), `feeder`, `plan`, `ruin` (the search), `insertion`, then what these stand on: `tour`,
//! `duty`, `segment`, `instance`; `reason` says why a stop is hopeless; `loading` and
//! `timetable` write the answer; [`mod@check`] is an independent judge of any answer.

pub mod model;
mod day;
mod hubs;
mod draft;
mod feeder;
mod savings;
mod ruin;
mod insertion;
mod plan;
mod tour;
mod duty;
mod segment;
mod load;
mod instance;
mod reason;
mod loading;
mod timetable;
pub mod fault;
pub mod check;

#[cfg(test)]
extern crate self as transport;
#[cfg(test)]
#[path = "../tests/sample/mod.rs"]
mod sample;

pub use check::check;
pub use day::route_day;
pub use fault::Fault;
pub use model::*;
