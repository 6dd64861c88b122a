//! The ground floor: quantities that cannot be mixed up. No I/O, no clock, no domain rule.
//!
//! Whatever must add exactly in any order is an integer inside: [`Mass`] in milligrams,
//! [`Energy`] in milliwatt-hours, [`Carbon`] in micrograms of CO2e, [`Distance`] in metres,
//! [`Length`] in tenths of a millimetre, [`Money`] in millionths of its currency. A type has only
//! the operators that mean something: a mass plus an energy does not compile.
//!
//! ```compile_fail
//! use quantity::{Energy, Mass};
//! let nonsense = Mass::from_grams(1) + Energy::from_kilowatt_hours(1.0);
//! ```
//! ```compile_fail
//! use quantity::{Carbon, Emission};
//! // A well-to-tank figure alone is not an emission: the tank-to-wheel half must be said.
//! let half: Emission = Carbon::from_kilograms_f64(1.0);
//! ```
//!
//! Read: [`scalar`] (mass, energy, lengths, volume), [`fixed`] (exact decimals), [`carbon`]
//! (WTT and TTW), [`money`], [`time`] (instants, zones, windows), [`point`], [`apportion`]
//! (shares that add up), [`seed`] (randomness by seed).

pub mod scalar;
pub mod fixed;
pub mod carbon;
pub mod money;
pub mod time;
pub mod point;
pub mod apportion;
pub mod seed;

pub use apportion::{apportion, apportion_ranked};
pub use carbon::{Carbon, Emission};
pub use fixed::{Fixed, FixedError};
pub use money::{Currency, CurrencyError, Money};
pub use point::{Point, PointError};
pub use scalar::{Distance, Energy, Length, Mass, Power, Volume};
pub use seed::Seed;
pub use time::{Day, Duration, Instant, TimeError, TimeWindow, Zone};
