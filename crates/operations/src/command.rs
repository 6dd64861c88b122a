//! What people, and the machines for them, want done.
//!
//! A body is what comes over HTTP; the command adds what the server knows beside it: the id in the
//! path, a salt. A refusal of kind `Content` is only ever of a body that breaks its own schema.

pub mod scenario;
pub mod order;
pub mod plan;
pub mod release;
pub mod pack;
pub mod load;
pub mod drive;
pub mod vehicle;
pub mod recycle;
pub mod stock;
pub mod meter;
pub mod energy;
pub mod reading;
pub mod settle;

use crate::field::Id;
use crate::parcel::ParcelView;
use crate::round::RoundView;
use crate::vehicle::VehicleView;
use crate::view::find;
use crate::{order::OrderView, plan::PlanView, stream};
use events::{History, Refusal};

fn missing(rule: &'static str, what: &str, id: &Id) -> Refusal {
    Refusal::missing(rule, format!("There is no {what} `{id}`. Look it up in the list"))
}

fn order(history: &History, id: &Id) -> Result<OrderView, Refusal> {
    find(history, &stream::order(id))?.ok_or_else(|| missing("order-unknown", "order", id))
}

fn plan(history: &History, id: &Id) -> Result<PlanView, Refusal> {
    find(history, &stream::plan(id))?.ok_or_else(|| missing("plan-unknown", "plan", id))
}

fn parcel(history: &History, id: &Id) -> Result<ParcelView, Refusal> {
    find(history, &stream::parcel(id))?.ok_or_else(|| missing("parcel-unknown", "parcel", id))
}

fn round(history: &History, id: &Id) -> Result<RoundView, Refusal> {
    find(history, &stream::round(id))?.ok_or_else(|| missing("round-unknown", "round", id))
}

fn vehicle(history: &History, id: &Id) -> Result<VehicleView, Refusal> {
    find(history, &stream::vehicle(id))?.ok_or_else(|| missing("vehicle-unknown", "vehicle", id))
}

/// Refuses a list that its schema does not allow.
fn bounded(field: &str, n_items: usize, least: usize, most: usize) -> Result<(), Refusal> {
    if (least..=most).contains(&n_items) {
        return Ok(());
    }
    let detail = format!("`{field}` holds {n_items}. Give {least} to {most}");
    Err(Refusal::content("list-out-of-bounds", detail))
}
