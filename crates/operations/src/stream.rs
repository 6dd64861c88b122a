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
