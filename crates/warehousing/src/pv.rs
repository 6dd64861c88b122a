//! Photovoltaics hour by hour: weather in, generation out.
//!
//! Read: [`spa`] (the sun from the earth's centre), `ephemeris` (the same at many moments),
//! [`observer`] (from a site), [`test_point()`](test_point::test_point) (the report's own),
//! [`irradiance`] (on the modules), [`module`] (to AC), [`system`] (planes behind an inverter),
//! [`simulate`] (all of it, by columns), [`horizon`] (shade from afar), [`derate`] (dirt, snow, age),
//! [`sums`] (over hours, sites and years), [`network`] (many sites), [`read()`](read::read) (weather
//! files, tables of sites). `block` and `elementary` make it fast.

mod block;
mod elementary;
pub mod spa;
mod ephemeris;
pub mod observer;
pub mod test_point;
pub mod irradiance;
pub mod module;
pub mod system;
pub mod simulate;
pub mod horizon;
pub mod derate;
pub mod sums;
pub mod network;
pub mod read;
