//! Black-box tests: commands and the projection, in a world without a database.
#![expect(clippy::unwrap_used, reason = "tests fail by panic")]

mod golden;
mod laws;
mod oidc;
mod permissions;
mod refusals;
mod store;
mod story;
mod world;
