//! Sites: where goods are kept, sorted, handed over and brought back.

use quantity::{Energy, Point, Power};

/// What a site is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SiteKind {
    /// Keeps stock, packs orders.
    Warehouse,
    /// Passes parcels from one vehicle to another; vehicles may start here.
    Hub,
    /// Where consumers collect parcels and leave cartons.
    Station,
}

impl SiteKind {
    /// As files and pages name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Warehouse => "warehouse",
            Self::Hub => "hub",
            Self::Station => "station",
        }
    }
}

/// Photovoltaic modules of a site, as one plane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Solar {
    /// DC power at standard test conditions (kWp).
    pub peak: Power,
    /// Tilt from the horizontal, in degrees.
    pub tilt_deg: f64,
    /// Azimuth clockwise from north, in degrees.
    pub azimuth_deg: f64,
}

/// A stationary battery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Battery {
    /// Usable capacity.
    pub capacity: Energy,
    /// Greatest power in or out, at the AC side.
    pub power: Power,
}

/// A site.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// `site_id` of the scenario.
    pub id: String,
    /// What it is for.
    pub kind: SiteKind,
    /// Where it is.
    pub point: Point,
    /// Its roof's modules.
    pub solar: Option<Solar>,
    /// Its battery.
    pub battery: Option<Battery>,
    /// The building's own use in a day, without charging.
    pub load_per_day: Energy,
}
