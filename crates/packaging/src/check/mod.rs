//! An independent judge of packings: it shares the types of [`crate::model`] and
//! [`crate::block`] with the packer and
//! none of its arithmetic.

mod fault;
mod parcel;
mod beside;
mod day;
mod order;
mod loading;

pub use day::check;
pub use fault::Fault;
pub use loading::{LoadingFault, check_loading};
pub use order::check_order;
