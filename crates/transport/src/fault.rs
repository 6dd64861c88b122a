//! What can be wrong with a routing.

use quantity::{Distance, Duration, Instant, Mass};

/// What is wrong with a routing: `round` counts in its rounds, `leg` in the round's legs.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// Names a vehicle, site or stop that the problem does not have.
    Unknown {
        /// The round.
        round: usize,
    },
    /// A stop is not exactly once on a delivery round or unserved.
    Times {
        /// The stop.
        stop: usize,
        /// So often it is.
        times: usize,
    },
    /// The vehicle does not stand at the site, or has a number beyond the count.
    Vehicle {
        /// The round.
        round: usize,
    },
    /// Does not end at its site, or leads where its kind of round does not.
    Path {
        /// The round.
        round: usize,
    },
    /// The distance is not that of the metric.
    Distance {
        /// The round.
        round: usize,
        /// The leg.
        leg: usize,
        /// By the metric.
        expect: Distance,
    },
    /// The load is not that of the parcels still on board.
    Load {
        /// The round.
        round: usize,
        /// The leg.
        leg: usize,
        /// The parcels'.
        expect: Mass,
    },
    /// The energy is not that of distance and load.
    Energy {
        /// The round.
        round: usize,
        /// The leg.
        leg: usize,
        /// Litres or kWh.
        expect: f64,
    },
    /// Leaves before it can, or drives faster than the vehicle.
    TooFast {
        /// The round.
        round: usize,
        /// The leg.
        leg: usize,
    },
    /// Service begins after the window closes.
    Late {
        /// The stop.
        stop: usize,
        /// When service begins.
        begins: Instant,
    },
    /// More mass or volume than the vehicle takes.
    Overloaded {
        /// The round.
        round: usize,
    },
    /// Leaves before the shift starts, or before what comes by feeder is unloaded and loaded.
    TooEarly {
        /// The round.
        round: usize,
        /// The earliest departure.
        earliest: Instant,
    },
    /// Delivered from another site than its origin, to which no feeder brings it.
    NotFed {
        /// The stop.
        stop: usize,
    },
    /// On a feeder that does not start at its origin, or to a site that does not deliver it.
    Astray {
        /// The stop.
        stop: usize,
    },
    /// Two rounds of one vehicle overlap, or there is no time to load between them.
    Overlap {
        /// The later round.
        round: usize,
    },
    /// A vehicle's day is longer than the shift.
    Shift {
        /// Index in the fleet.
        vehicle: usize,
        /// Which of the type.
        number: u32,
        /// First departure to last return.
        duration: Duration,
    },
    /// A vehicle drives further in the day than its range.
    Range {
        /// Index in the fleet.
        vehicle: usize,
        /// Which of the type.
        number: u32,
        /// All its rounds.
        distance: Distance,
    },
    /// A vehicle takes more energy in the day than its battery has in the morning.
    Battery {
        /// Index in the fleet.
        vehicle: usize,
        /// Which of the type.
        number: u32,
        /// All its rounds, in kWh.
        energy: f64,
    },
    /// The reason for not serving a stop is not true.
    Reason {
        /// The stop.
        stop: usize,
    },
}
