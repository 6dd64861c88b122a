//! The living day, through its public door: commands in, events and rows out.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends")]
#![expect(clippy::needless_pass_by_value, reason = "bodies are made where they are sent")]

mod day;
mod rules;
mod whole;
mod laws;
mod shown;
mod golden;
mod schema;
mod actual;
mod energy;
