//! Warehousing: sites' hours in, energy schedules out. No files, no clock, no chance.
//!
//! Read: [`model`] (hours, charging windows, schedules), [`pv`] (sun, modules and inverters to the
//! reference's last digits), [`generation`] (a site's hours of it), [`weather`] (the hours of a file),
//! [`clear_sky`] (weather where there is no file), [`load`] (a building's day), [`charging`] (vehicles
//! into the cheapest hours), [`battery`] (the sun kept for the dearest hours), [`schedule`] (all of
//! it), [`check()`] (an independent judge), [`charge_point`] (queues at plugs, messages for charging
//! stations), [`monitoring`] (what was measured), [`sizing`] (how much to build, and where first).

pub mod model;
mod calendar;
pub mod pv;
pub mod generation;
pub mod weather;
pub mod clear_sky;
pub mod load;
pub mod charging;
pub mod battery;
pub mod dispatch;
pub mod sizing;
pub mod schedule;
pub mod check;
pub mod charge_point;
pub mod monitoring;
#[cfg(test)]
mod example;

pub use check::{Fault, check};
pub use clear_sky::default_weather;
pub use load::load_profile;
pub use model::*;
pub use schedule::schedule_day;
pub use weather::Weather;
