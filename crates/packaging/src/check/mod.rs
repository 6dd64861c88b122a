//! An independent judge of packings: it shares the types of [`crate::model`] with the packer and
//! none of its arithmetic.

mod fault;
mod parcel;
mod day;
mod order;

pub use day::check;
pub use fault::Fault;
pub use order::check_order;
