//! What is carried where, by whom.

use network::{Metric, Site, VehicleType};
use quantity::{Distance, Duration, Energy, Instant, Mass, Money, Point, TimeWindow, Volume};
use std::collections::BTreeMap;

/// Time to load a vehicle between two rounds, or to unload a feeder at a hub.
pub const LOADING: Duration = Duration::from_seconds(15 * 60);

/// A place to deliver to, with all that is delivered there at once.
#[derive(Clone, Debug, PartialEq)]
pub struct Stop {
    /// Name by which a distance table may know it: an `order_id` or a `site_id`.
    pub id: String,
    /// Where.
    pub point: Point,
    /// Index of the site where its parcels are in the morning.
    pub origin: usize,
    /// Gross mass of its parcels.
    pub mass: Mass,
    /// Room its parcels take.
    pub volume: Volume,
    /// When service may begin.
    pub window: TimeWindow,
    /// Time to hand over.
    pub service: Duration,
}

/// What a good plan is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Objective {
    /// Least distance.
    Distance,
    /// Least cost, carbon included at its price.
    Cost {
        /// Units of the currency per kg CO2e, well to wheel.
        carbon_price_per_kg: f64,
        /// kg CO2e per litre of diesel, well to wheel.
        diesel_kg_per_l: f64,
        /// kg CO2e per litre of petrol, well to wheel.
        petrol_kg_per_l: f64,
        /// kg CO2e per kWh at the plug, well to wheel.
        electricity_kg_per_kwh: f64,
    },
}

/// A day to be routed.
#[derive(Clone, Debug)]
pub struct Problem<'a> {
    /// All sites; `Stop::origin` and `VehicleType::site` index them.
    pub sites: &'a [Site],
    /// Vehicles by type and site.
    pub fleet: &'a [VehicleType],
    /// Distances on the road.
    pub metric: &'a Metric,
    /// What is to be delivered.
    pub stops: &'a [Stop],
    /// When vehicles may leave their sites at the earliest.
    pub shift_start: Instant,
    /// Longest time from a vehicle's first departure to its last return.
    pub shift: Duration,
    /// Time to unload, sort and load again at a hub.
    pub transfer: Duration,
    /// Energy at the plug per energy out of a vehicle's battery, at least 1.
    pub charging_loss: f64,
    /// What a vehicle's battery lacks in the morning, by its type and number; full where there is none.
    /// A lacking battery shortens the range in proportion.
    pub missing: &'a BTreeMap<(usize, u32), Energy>,
    /// What a good plan is.
    pub objective: Objective,
    /// Parcels may change vehicles at hubs; otherwise every round starts at the origin.
    pub by_hubs: bool,
}

/// What a leg leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// A stop, by index in the problem.
    Stop(usize),
    /// A site, by index in the problem.
    Site(usize),
}

/// From one place to the next.
#[derive(Clone, Debug, PartialEq)]
pub struct Leg {
    /// Where it leads.
    pub to: End,
    /// On the road.
    pub distance: Distance,
    /// On board while driving.
    pub load: Mass,
    /// Litres, or kWh out of the battery, by the vehicle's carrier.
    pub energy: f64,
    /// When driving begins.
    pub depart: Instant,
    /// When it ends; service begins then or when the window opens.
    pub arrive: Instant,
}

/// What a round is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoundKind {
    /// Ends at consumers and stations.
    Delivery,
    /// Carries parcels from an origin to hubs; with the stops whose parcels are on board, by hub.
    Feeder {
        /// Site index of each hub visited and the stops whose parcels are unloaded there.
        drops: Vec<(usize, Vec<usize>)>,
    },
}

impl RoundKind {
    /// As files and pages name it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Delivery => "delivery",
            Self::Feeder { .. } => "feeder",
        }
    }
}

/// One tour of one vehicle, from its site and back.
#[derive(Clone, Debug, PartialEq)]
pub struct Round {
    /// Index of the vehicle type in the fleet.
    pub vehicle: usize,
    /// Which of the type's vehicles, from 0; one vehicle may drive several rounds in its shift.
    pub number: u32,
    /// Index of the site where it starts and ends.
    pub site: usize,
    /// What it is for.
    pub kind: RoundKind,
    /// In order; the last leads back to the site.
    pub legs: Vec<Leg>,
}

impl Round {
    /// On the road, in all.
    pub fn distance(&self) -> Distance {
        self.legs.iter().map(|leg| leg.distance).sum()
    }
    /// Litres, or kWh out of the battery.
    pub fn energy(&self) -> f64 {
        self.legs.iter().map(|leg| leg.energy).sum()
    }
    /// When it leaves its site.
    pub fn depart(&self) -> Instant {
        self.legs.first().expect("a round has legs").depart
    }
    /// When it is back.
    pub fn arrive(&self) -> Instant {
        self.legs.last().expect("a round has legs").arrive
    }
    /// Distance and time on duty at the vehicle's rates.
    pub fn cost(&self, vehicle: &VehicleType) -> Money {
        let hours = (self.arrive() - self.depart()).hours();
        let units = vehicle.cost_per_km.units() * self.distance().kilometres()
            + vehicle.cost_per_h.units() * hours;
        Money::from_units(units, vehicle.cost_per_km.currency())
    }
    /// The stops in order of service.
    pub fn stops(&self) -> impl Iterator<Item = usize> + '_ {
        self.legs.iter().filter_map(|leg| match leg.to {
            End::Stop(stop) => Some(stop),
            End::Site(_) => None,
        })
    }
}

/// Why a stop is on no round, with the numbers.
#[derive(Clone, Debug, PartialEq)]
pub enum Unserved {
    /// No vehicle stands at its origin or at a hub that is fed from it.
    NoVehicle,
    /// Heavier or larger than every vehicle takes.
    TooLarge {
        /// Of the stop.
        mass: Mass,
        /// Of the stop.
        volume: Volume,
    },
    /// There and back is beyond every vehicle's range, battery or shift.
    TooFar {
        /// There and back, from the nearest vehicle.
        distance: Distance,
    },
    /// The window closes before any vehicle can be there.
    TooLate {
        /// Earliest possible arrival.
        earliest: Instant,
    },
    /// Every vehicle that could is full for the day.
    FleetFull,
}

/// The rounds of a day.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Routing {
    /// Feeders first, then by site, vehicle, number, departure.
    pub rounds: Vec<Round>,
    /// Stops on no round, by index, each with its reason.
    pub unserved: Vec<(usize, Unserved)>,
}
