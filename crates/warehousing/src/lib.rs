//! Warehousing: sites' hours in, energy schedules out. No files, no clock, no chance.
//!
//! Read: [`model`] (hours, charging windows, schedules), [`pv`] (generation to the reference's last
//! digits), [`sun`] (where it stands), [`plane`] (irradiance on the modules), [`modules`] (from
//! irradiance to AC), [`weather`] (the hours of a file), [`clear_sky`] (weather where there is no
//! file), [`load`] (a building's day), [`charging`] (vehicles into the cheapest hours), [`battery`]
//! (the sun kept for the dearest hours), [`schedule`] (all of it), [`check()`] (an independent judge).

pub mod model;
mod calendar;
pub mod pv;
pub mod sun;
pub mod plane;
pub mod modules;
pub mod weather;
pub mod clear_sky;
pub mod load;
pub mod charging;
pub mod battery;
pub mod schedule;
pub mod check;
#[cfg(test)]
mod example;

pub use check::{Fault, check};
pub use clear_sky::default_weather;
pub use load::load_profile;
pub use model::*;
pub use schedule::schedule_day;
pub use weather::Weather;
