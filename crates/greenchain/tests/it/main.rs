//! Black-box tests of the binary, a file a verb, and the rules of the house.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "tests read and write files of their own, say why they skip, and fail by panic"
)]

mod stand;
mod actual;
mod carbon;
mod charge;
mod check;
mod edge;
mod energy;
mod energy_schedule;
mod energy_size;
mod feed;
mod new;
mod pack;
mod roads;
mod route;
mod route_rich;
mod run;
mod serve;
mod tidy;
