//! Readers of the field's formats: text in, an instance or all faults out.
//!
//! Read: [`vrplib`], [`solomon`], [`lilim`], [`solution`]; `fault` says what a line is refused for.

mod fault;
pub mod lilim;
pub mod solomon;
pub mod solution;
pub mod vrplib;

pub use fault::{FAULTS_MAX, ReadError, ReadFault};
