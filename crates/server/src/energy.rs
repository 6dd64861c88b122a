//! A site's energy, live: what was measured and foreseen into days, schedules, alarms, a network.
//!
//! Read: `table` (readings as CSV), `known` (what the streams say of a site, as `warehousing` takes it),
//! `day` (a day by hour), `settling` (a day's sums, strings that are behind), `scheduling` (the next
//! hours), `network` (all sites since the beginning), `watch` (when what is done).

pub(crate) mod table;
pub(crate) mod known;
pub(crate) mod day;
pub(crate) mod settling;
pub(crate) mod scheduling;
pub(crate) mod network;
pub(crate) mod watch;
