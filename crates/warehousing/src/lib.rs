//! Warehousing: sites' hours in, energy schedules out. No files, no clock, no chance.
//!
//! Read: [`model`] (hours, charging windows, schedules), [`pv`] (sun, modules and inverters to the
//! reference's last digits), [`generation`] (a site's hours of it), [`weather`] (the hours of a file),
//! [`clear_sky`] (weather where there is no file), [`load`] (a building's day), [`dispatch`] (the
//! best schedule and its proof), [`schedule`] (a site's day by it, in whole milliwatt-hours: `outlook`
//! before, `charging` and `battery` after), [`check()`] (an independent judge), [`charge_point`] (queues at plugs, messages for charging
//! stations), [`monitoring`] (what was measured), [`sizing`] (how much to build, and where first).

pub mod model;
mod calendar;
pub mod pv;
pub mod generation;
pub mod weather;
pub mod clear_sky;
pub mod load;
pub mod dispatch;
mod outlook;
mod charging;
mod battery;
pub mod schedule;
pub mod sizing;
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
