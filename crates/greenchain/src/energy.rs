//! `greenchain energy`: what a site's roof gives, and who charges when.

pub(crate) mod args;
pub(crate) mod charging_args;
pub(crate) mod feed_args;
pub(crate) mod actual_args;
pub(crate) mod schedule_args;
pub(crate) mod size_args;
mod sessions;
mod queue;
mod profiles;
mod feed;
mod actual;
mod schedule;
mod size;
mod size_read;
mod check_spa;
mod faults;
mod network;
mod pv;
mod sums;
mod system;
mod weather;

use crate::Answer;
use anyhow::Result;
use args::EnergyVerb;

pub(crate) fn energy(verb: &EnergyVerb) -> Result<Answer> {
    match verb {
        EnergyVerb::Pv(args) => pv::pv(args),
        EnergyVerb::Schedule(args) => schedule::run(args),
        EnergyVerb::Size(args) => size::run(args),
        EnergyVerb::Queue(args) => queue::run(args),
        EnergyVerb::Profiles(args) => profiles::run(args),
        EnergyVerb::Feed(args) => feed::run(args),
        EnergyVerb::Actual(args) => actual::run(args),
    }
}
