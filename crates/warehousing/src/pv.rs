//! Photovoltaics hour by hour: weather in, generation out.
//!
//! Read: [`spa`] (the sun from the earth's centre), [`ephemeris`] (the same at many moments),
//! [`observer`] (from a site), [`test_point()`](test_point::test_point) (the report's own), [`irradiance`] (on the modules), [`module`] (to AC), [`simulate`] (all
//! of it, by columns), [`horizon`] (shade from
//! afar), [`derate`] (dirt, snow, age), [`read()`](read::read) (weather files).

pub mod spa;
pub mod ephemeris;
pub mod observer;
pub mod test_point;
pub mod irradiance;
pub mod module;
pub mod simulate;
pub mod horizon;
pub mod derate;
pub mod read;
