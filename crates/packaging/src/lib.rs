//! Packaging: pieces and cartons in, parcels out. No files, no clock; what is drawn by chance is
//! drawn from fixed seeds.
//!
//! A carton stands on its length and width, which may be exchanged. Where neither support nor an
//! upright or fragile piece says which way is up, any of its sides may be the height, and the choice of carton
//! does not depend on which it is.
//!
//! Read: [`model`] (pieces, cartons, parcels), `shape` (how a piece may lie), `space` (what a place
//! asks for), `stack` (loads on pieces that bear only so much), `inside` (how a carton may stand), `goods` (pieces for one carton), [`fit`] (does a
//! carton hold some pieces, or is it shown that it does not), [`order`] (orders by themselves),
//! `offer` (cartons by cost), `bag` (a pile in a bag), `plan` (which cartons for a job), `partition`
//! and `greedy` (several cartons), `sharing` (one stock among jobs), [`day`] (all jobs of a day), [`mod@check`] (an independent judge). Beside:
//! [`block`] (containers and pallets), [`design`] (sets of cartons), [`solution`] (what a parcel holds
//! beside its goods).

pub mod model;
mod shape;
mod space;
mod stack;
mod inside;
mod goods;
pub mod fit;
pub mod order;
mod offer;
mod bag;
mod plan;
mod partition;
mod greedy;
mod sharing;
pub mod day;
pub mod check;
pub mod block;
pub mod design;
pub mod solution;

pub use check::{Fault, LoadingFault, check, check_loading, check_order};
pub use day::{DayPacking, Sharing, pack_day};
pub use fit::pack_carton;
pub use model::*;
pub use order::Packer;
