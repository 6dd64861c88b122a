//! Vehicles: how fast on which class of road, and by which tags they are let in. The figures are
//! assumptions where no source is named; they are free-flow speeds, without other traffic.

use crate::class::Class;
use crate::limit::{limit_of, parse_measure};
use crate::osm::Tags;

/// A kind of vehicle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Vehicle {
    /// Delivery van up to 3.5 t.
    Van,
    /// Rigid truck of 12 t, 4.0 m high, 2.55 m wide.
    Truck,
    /// Cargo bicycle with electric assistance.
    CargoBike,
    /// Delivery robot on footways.
    Robot,
}

/// Speed in km/h on a class of road, and whether the class is open without a tag that says so.
#[derive(Clone, Copy, Debug)]
enum Use {
    /// Open unless a tag closes it.
    Open(f64),
    /// Closed unless a tag opens it.
    Asked(f64),
    /// Closed whatever tags say.
    Never,
}
use Use::{Asked, Never, Open};

/// Van, truck, cargo bike, robot on each class, in the order of [`Class::ALL`].
///
/// Assumptions: mean free-flow speeds of delivery traffic where no limit is tagged, for motor
/// vehicles somewhat below the limits usual in Europe; a cargo bike at 18 km/h on the road and
/// slower among walkers; a robot at 5 km/h, a walker's pace, on footways and quiet streets.
#[rustfmt::skip]
const USES: [[Use; 4]; 19] = [
    /* motorway       */ [Open(105.0), Open(80.0), Never,       Never],
    /* motorway_link  */ [Open(50.0),  Open(45.0), Never,       Never],
    /* trunk          */ [Open(85.0),  Open(75.0), Asked(18.0), Never],
    /* trunk_link     */ [Open(45.0),  Open(40.0), Asked(18.0), Never],
    /* primary        */ [Open(60.0),  Open(55.0), Open(18.0),  Asked(5.0)],
    /* primary_link   */ [Open(40.0),  Open(35.0), Open(18.0),  Asked(5.0)],
    /* secondary      */ [Open(50.0),  Open(45.0), Open(18.0),  Asked(5.0)],
    /* secondary_link */ [Open(35.0),  Open(30.0), Open(18.0),  Asked(5.0)],
    /* tertiary       */ [Open(40.0),  Open(35.0), Open(18.0),  Open(5.0)],
    /* tertiary_link  */ [Open(30.0),  Open(25.0), Open(18.0),  Open(5.0)],
    /* unclassified   */ [Open(35.0),  Open(30.0), Open(18.0),  Open(5.0)],
    /* residential    */ [Open(25.0),  Open(20.0), Open(17.0),  Open(5.0)],
    /* living_street  */ [Open(10.0),  Open(8.0),  Open(12.0),  Open(5.0)],
    /* service        */ [Open(12.0),  Open(10.0), Open(12.0),  Open(5.0)],
    /* track          */ [Open(12.0),  Asked(10.0), Open(12.0), Open(4.0)],
    /* pedestrian     */ [Asked(6.0),  Asked(6.0), Asked(8.0),  Open(5.0)],
    /* cycleway       */ [Never,       Never,      Open(18.0),  Open(5.0)],
    /* footway        */ [Never,       Never,      Asked(8.0),  Open(5.0)],
    /* path           */ [Never,       Never,      Asked(10.0), Open(4.0)],
];

/// Share of a tagged limit that motor traffic drives when the road is free. Assumption.
const SHARE_OF_LIMIT: f64 = 0.9;

impl Vehicle {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Van, Self::Truck, Self::CargoBike, Self::Robot];

    /// As files and pages name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Van => "van",
            Self::Truck => "truck",
            Self::CargoBike => "cargo_bike",
            Self::Robot => "robot",
        }
    }
    /// By its name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|vehicle| vehicle.name() == name)
    }
    /// Its greatest speed in km/h.
    ///
    /// Van: assumption. Truck: the limiter that Directive 92/6/EEC asks for, 90 km/h. Cargo bike: where
    /// assistance ends by Regulation (EU) 168/2013, 25 km/h. Robot: assumption, a brisk walk.
    pub(crate) const fn top_kmh(self) -> f64 {
        match self {
            Self::Van => 120.0,
            Self::Truck => 90.0,
            Self::CargoBike => 25.0,
            Self::Robot => 6.0,
        }
    }
    /// Mean wait at a traffic signal, in milliseconds. Assumption: it stands red half of the time of
    /// a cycle of 40 s, and who meets it red waits 10 s of that half on average.
    pub(crate) const fn signal_ms(self) -> u32 {
        match self {
            Self::Van | Self::Truck => 5_000,
            Self::CargoBike | Self::Robot => 4_000,
        }
    }
    /// Keys that let it in or keep it out, the most particular first.
    pub(crate) const fn access_keys(self) -> &'static [&'static str] {
        match self {
            Self::Van => &["goods", "motorcar", "motor_vehicle", "vehicle", "access"],
            Self::Truck => &["hgv", "motor_vehicle", "vehicle", "access"],
            Self::CargoBike => &["bicycle", "vehicle", "access"],
            Self::Robot => &["foot", "access"],
        }
    }
    /// A motor vehicle on the carriageway.
    pub(crate) const fn is_motor(self) -> bool {
        matches!(self, Self::Van | Self::Truck)
    }
    /// Height in m, width in m, gross weight in t: what a bridge or a gate may refuse.
    const fn measures(self) -> [(&'static str, f64); 3] {
        match self {
            Self::Van => [("maxheight", 2.8), ("maxwidth", 2.1), ("maxweight", 3.5)],
            Self::Truck => [("maxheight", 4.0), ("maxwidth", 2.55), ("maxweight", 12.0)],
            Self::CargoBike => [("maxheight", 2.0), ("maxwidth", 1.0), ("maxweight", 0.35)],
            Self::Robot => [("maxheight", 1.2), ("maxwidth", 0.7), ("maxweight", 0.1)],
        }
    }
    /// It passes under, between and over what the tags tell.
    pub(crate) fn fits(self, tags: &Tags) -> bool {
        self.measures()
            .into_iter()
            .all(|(key, own)| tags.of(key).and_then(parse_measure).is_none_or(|limit| own <= limit))
    }
    /// Speed in km/h in a direction of a way; `None` where the class is closed to it. `asked`: a tag
    /// says that it may be there.
    pub(crate) fn speed(
        self,
        class: Class,
        tags: &Tags,
        forward: bool,
        asked: bool,
    ) -> Option<f64> {
        let usual = match USES[class as usize][self as usize] {
            Open(kmh) => kmh,
            Asked(kmh) if asked => kmh,
            Asked(_) | Never => return None,
        };
        let limit = limit_of(tags, forward, self == Self::Truck);
        let kmh = match limit {
            Some(limit) if self.is_motor() => limit * SHARE_OF_LIMIT,
            Some(limit) => usual.min(limit),
            None => usual,
        };
        Some(kmh.min(self.top_kmh()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_driven_at_nine_tenths_and_never_beyond_the_vehicle() {
        let limit = |kmh: &str| Tags::new([("maxspeed", kmh)]);
        for (vehicle, class, tags, expect, why) in [
            (Vehicle::Van, Class::Residential, Tags::default(), Some(25.0), "no limit"),
            (Vehicle::Van, Class::Residential, limit("30"), Some(27.0), "nine tenths"),
            (Vehicle::Van, Class::Motorway, limit("none"), Some(120.0), "its own top"),
            (Vehicle::Truck, Class::Motorway, limit("130"), Some(90.0), "the limiter"),
            (Vehicle::CargoBike, Class::Residential, limit("50"), Some(17.0), "no faster"),
            (Vehicle::CargoBike, Class::Motorway, limit("50"), None, "never"),
            (Vehicle::Robot, Class::Primary, Tags::default(), None, "without a sidewalk"),
            (Vehicle::Robot, Class::Footway, Tags::default(), Some(5.0), "its home"),
        ] {
            assert_eq!(vehicle.speed(class, &tags, true, false), expect, "{why}");
        }
        assert_eq!(Vehicle::Robot.speed(Class::Primary, &Tags::default(), true, true), Some(5.0));
    }

    #[test]
    fn a_low_bridge_stops_the_truck_alone() {
        let bridge = Tags::new([("maxheight", "3.5")]);
        assert!(!Vehicle::Truck.fits(&bridge));
        assert!(Vehicle::Van.fits(&bridge));
        assert!(Vehicle::Truck.fits(&Tags::new([("maxheight", "4.0")])), "exactly as high passes");
    }
}
