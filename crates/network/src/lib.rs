//! The network: sites, vehicle types, and how far it is from place to place. No I/O.
//!
//! Read: [`site`], [`vehicle`], [`metric`] (great circle with a detour factor, or a given table).

pub mod site;
pub mod vehicle;
pub mod metric;

pub use metric::{Matrix, Metric, Place};
pub use site::{Battery, Site, SiteKind, Solar};
pub use vehicle::{Consumption, EnergyCarrier, VehicleType};
