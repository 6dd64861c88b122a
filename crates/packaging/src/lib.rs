//! Packaging: pieces and cartons in, parcels out. No files, no clock; what is drawn by chance is
//! drawn from fixed seeds.
//!
//! A carton may stand on any of its faces. It keeps its height vertical where that holds as much:
//! which carton is chosen does not depend on the order in which its sides are given.
//!
//! Read: [`model`] (pieces, cartons, parcels), `shape` (how a piece may lie), `space` (what a place
//! asks for), `inside` (how a carton may stand), `goods` (pieces for one carton), [`fit`] (does a
//! carton hold some pieces, or is it shown that it does not), [`order`] (orders by themselves),
//! `offer` (cartons by score), `plan` (which cartons for a job), `partition` and `greedy` (several
//! cartons), [`day`] (all jobs of a day on one stock), [`mod@check`] (an independent judge). Beside:
//! [`block`] (containers and pallets), [`design`] (sets of cartons).

pub mod model;
mod shape;
mod space;
mod inside;
mod goods;
pub mod fit;
pub mod order;
mod offer;
mod plan;
mod partition;
mod greedy;
pub mod day;
pub mod check;
pub mod block;
pub mod design;

pub use check::{Fault, check, check_order};
pub use day::{DayPacking, pack_day};
pub use fit::pack_carton;
pub use model::*;
pub use order::Packer;
