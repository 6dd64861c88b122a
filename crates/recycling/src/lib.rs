//! Recycling: delivered cartons in, cartons handed back out. No files, no clock; chance by seed.
//!
//! Read: [`returns`] (who hands back what, where, and how it is graded).

pub mod returns;

pub use returns::{Delivered, Grade, HandedBack, Rates, return_day};
