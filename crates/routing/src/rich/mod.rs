//! The rich vehicle routing problem: several windows, breaks, skills, trips, alternatives, shipments,
//! load-dependent energy, routes that are under way.
//!
//! Read: [`problem`], [`plan`], [`valid`] (is it a problem at all), [`judge`] (is it a plan), [`running`] (a
//! plan becomes what is under way), [`reason`] (why an order is on no route); then `front`, `solve` (the
//! whole), `search` (ruin and recreate), `place` (the best place of an order), `state` (routes and undo),
//! `line` (a plain route in pieces), `settle` (any route from its start), `point` (a route up to a node),
//! `drive` (a driver's time and breaks), `burden` (what it is worth), `model`, `schedule` (the answer in
//! time).

pub mod problem;
mod name;
pub mod valid;
mod underway;
pub mod plan;
pub mod judge;
mod timetable;
pub mod running;
pub mod reason;
mod front;
mod solve;
mod search;
mod place;
mod state;
mod line;
mod settle;
mod point;
mod drive;
mod burden;
mod model;
mod schedule;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod laws;

pub use front::front;
pub use judge::{Fault, Limit, Verdict, check, check_route};
pub use plan::{Doing, Figures, Plan, Route, Step};
pub use problem::{
    Alternative, Break, BreakRule, Consumption, Goal, Lateness, Order, Problem, Profile, Reload,
    Skills, Source, Stop, Underway, Unit, Vehicle, Visit, Work,
};
pub use reason::{Reason, reasons};
pub use running::{Change, RunningError, begin_from, resume};
pub use solve::{Options, Solved, solve};
pub use timetable::{delayed, timetable};
pub use valid::ProblemError;
