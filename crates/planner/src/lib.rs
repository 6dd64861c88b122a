//! The day: takes a scenario through the five links and returns the plan, the same orders done the
//! ordinary way, and the ledger lines of both. No files, no clock.
//!
//! Read: [`scenario`] (what is planned), [`policy`] (by which weights), [`outcome`] (what comes
//! out); then [`run`] (both cases), `way` (what makes a case), `case` (its days in sequence),
//! `day` (the straight line through the links), `overnight` (rounds that leave time to charge), `material` (what
//! a parcel holds beside its goods), `coolant` (by the hours on the way), `plug` (what of the rounds' power was bought), `activity` (what each link did), `figures`,
//! [`measures`] (figures that are no emissions). What would be otherwise: [`lever`] (a change of a
//! scenario), [`whatif`](mod@whatif) (its effect), [`abatement`](mod@abatement) (all of them by cost
//! per tonne).

pub mod scenario;
pub mod policy;
pub mod outcome;
mod way;
mod hourly;
mod pack;
mod route;
mod energy;
mod overnight;
mod day;
mod case;
mod shares;
mod material;
mod coolant;
mod plug;
mod activity;
mod figures;
pub mod measures;
mod offering;
mod notes;
pub mod run;
pub mod lever;
mod lab;
pub mod whatif;
pub mod abatement;

pub use abatement::{Curve, abatement};
pub use lever::{Lever, LeverError};
pub use material::material_factor;
pub use measures::Measure;
pub use outcome::{
    CaseOutcome, DayOutcome, Figures, Note, Outcome, ParcelRecord, SiteEnergy, UnservedOrder,
};
pub use policy::{Baseline, CartonRule, EnergyPolicy, Policy, RecyclingPolicy};
pub use run::{PlanError, Step, run};
pub use scenario::{Grid, Order, OrderLine, Product, Scenario, Tariff};
pub use whatif::{Replanned, Tally, WhatIf, whatif};
