//! The day: takes a scenario through the five links and returns the plan, the same orders done the
//! ordinary way, and the ledger lines of both. No files, no clock.
//!
//! Read: [`scenario`] (what is planned), [`policy`] (by which weights), [`outcome`] (what comes
//! out); then [`run`] (both cases), `way` (what makes a case), `case` (its days in sequence),
//! `day` (the straight line through the links), `activity` (what each link did), `figures`.

pub mod scenario;
pub mod policy;
pub mod outcome;
mod way;
mod hourly;
mod pack;
mod route;
mod energy;
mod day;
mod case;
mod shares;
mod activity;
mod figures;
mod offering;
mod notes;
pub mod run;

pub use outcome::{
    CaseOutcome, DayOutcome, Figures, Note, Outcome, ParcelRecord, SiteEnergy, UnservedOrder,
};
pub use policy::{Baseline, CartonRule, EnergyPolicy, Policy, RecyclingPolicy};
pub use run::{PlanError, Step, run};
pub use scenario::{Grid, Order, OrderLine, Product, Scenario, Tariff};
