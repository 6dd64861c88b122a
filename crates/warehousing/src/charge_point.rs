//! A depot's plugs: who is plugged in when, and what each charging station is told.
//!
//! Read: [`queue()`](queue::queue) (more vehicles than plugs), [`profile`] (a day's charging as
//! messages of OCPP 2.0.1). Which hours are cheap is decided elsewhere.

pub mod queue;
pub mod profile;
