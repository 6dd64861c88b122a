//! Readers of the field's formats: text in, an instance or all faults out.
//!
//! Read: [`vrplib`], [`solomon`], [`lilim`], [`solution`]; `fault` says what a line is refused for.
//! [`json`] is our own format of the rich problem and its plans, [`vroom`] reads VROOM's.

mod fault;
pub mod json;
pub mod lilim;
pub mod solomon;
pub mod solution;
pub mod vroom;
pub mod vrplib;

pub use fault::{FAULTS_MAX, ReadError, ReadFault};
