//! The store as its users see it: each test on a SQLite file and on a PostgreSQL database of its own.
//!
//! `GREENCHAIN_TEST_POSTGRES` is the URL of a server's owner, who may make databases; `./test` starts one.
//! Where it is absent, the half on PostgreSQL says that it is skipped.
#![expect(
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "tests say why they skip, and fail by panic"
)]

mod bed;
mod appending;
mod tenants;
mod outbox;
mod persons;
mod projecting;
mod backing_up;
mod checking;
mod commanding;
mod migrating;
mod model;
mod killing;
