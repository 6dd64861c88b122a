//! `greenchain energy`: what a site's roof gives.

pub(crate) mod args;
mod pv;

use crate::Answer;
use anyhow::Result;
use args::EnergyVerb;

pub(crate) fn energy(verb: &EnergyVerb) -> Result<Answer> {
    match verb {
        EnergyVerb::Pv(args) => pv::pv(args),
    }
}
