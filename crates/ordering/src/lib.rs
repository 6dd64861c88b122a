//! Ordering: orders in, shipments and offers out. No files, no clock, no chance.
//!
//! Read: [`model`] (orders, options, shipments), [`consolidate`] (whose orders travel together
//! today), [`offer`] (what else a customer may choose, with its carbon).

pub mod model;
pub mod consolidate;
pub mod offer;

pub use consolidate::{Refusal, Wave, consolidate};
pub use model::{DeliveryOption, OpenOrder, Rules, Shipment};
pub use offer::{Offer, Rates, offers};
