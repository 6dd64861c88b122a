//! Which stream tells of which thing.

use crate::field::{Id, LocalDay};
use events::StreamId;

fn of(kind: &str, id: &str) -> StreamId {
    StreamId::new(kind, id).expect("60 characters are 240 bytes, and none is a control")
}

/// A scenario's.
pub fn scenario(id: &Id) -> StreamId {
    of("scenario", id)
}
/// An order's.
pub fn order(id: &Id) -> StreamId {
    of("order", id)
}
/// A plan's.
pub fn plan(id: &Id) -> StreamId {
    of("plan", id)
}
/// The tenant's one release that may be under way.
pub fn release() -> StreamId {
    of("release", "current")
}
/// A parcel's.
pub fn parcel(id: &Id) -> StreamId {
    of("parcel", id)
}
/// A round's.
pub fn round(id: &Id) -> StreamId {
    of("round", id)
}
/// A vehicle's.
pub fn vehicle(id: &Id) -> StreamId {
    of("vehicle", id)
}
/// A station's, by its site.
pub fn station(site: &Id) -> StreamId {
    of("station", site)
}
/// Of the cartons at a site.
pub fn stock(site: &Id) -> StreamId {
    of("stock", site)
}
/// Of a site's meters on a day.
pub fn meter(site: &Id, day: &LocalDay) -> StreamId {
    of("meter", &format!("{site}/{day}"))
}
/// Of what a site has for its energy.
pub fn energy_site(site: &Id) -> StreamId {
    of("energy-site", site)
}
/// Of what a site's devices measured on a day of UTC.
pub fn readings(site: &Id, day: &LocalDay) -> StreamId {
    of("readings", &format!("{site}/{day}"))
}
/// Of what is known ahead of a site's day.
pub fn outlook(site: &Id, day: &LocalDay) -> StreamId {
    of("outlook", &format!("{site}/{day}"))
}
/// Of the schedules that were made for a site on a day.
pub fn schedule(site: &Id, day: &LocalDay) -> StreamId {
    of("schedule", &format!("{site}/{day}"))
}
/// Of the settled days of a site's month.
pub fn energy_month(site: &Id, day: &LocalDay) -> StreamId {
    of("energy-month", &format!("{site}/{}", day.month()))
}
/// Of a site's strings that fell behind.
pub fn string_alarm(site: &Id) -> StreamId {
    of("string-alarm", site)
}
