//! The reader as its callers see it: files in, a scenario or faults out.

mod good;
mod scenario;
mod faults;
mod packaging_rules;
mod gathering;
mod same;
mod parquet;
mod any_bytes;
mod real;
