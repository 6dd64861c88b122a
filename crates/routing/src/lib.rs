//! Routing: an instance in, a plan out. No files, no clock; randomness by seed.

#![forbid(unsafe_code)]

pub mod travel;
pub mod instance;
pub mod plan;
pub mod read;
mod search;
pub mod reason;
pub mod check;
pub mod rich;

pub use check::{Fault, Verdict, check};
pub use instance::{Draft, Instance, InstanceError, Pair, VehicleType, Window};
pub use plan::{Plan, Route};
pub use reason::{Reason, reasons};
pub use search::{
    Iterations, Objective, Options, Solved, Tuning, Watch, solve, solve_from, solve_several,
    solve_tuned,
};
pub use travel::{Precision, Travel};
