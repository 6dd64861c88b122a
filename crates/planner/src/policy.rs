//! The weights and rules of a plan, with their defaults. Every default is listed in the report.

use quantity::{Distance, Duration};

/// Weights and rules of the plan.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Policy {
    /// Currency units per kg CO2e: `carbon_price_per_t / 1000`.
    pub carbon_price_per_kg: f64,
    /// One customer's open orders travel together.
    pub consolidation: bool,
    /// A green order waits, within its promise, until a stop this near is served anyway.
    pub join_radius: Distance,
    /// A customer without a chosen option is offered a station this near.
    pub station_radius: Distance,
    /// Road length over great circle where no table says better.
    pub detour_factor: f64,
    /// Vehicles leave from then on, since local midnight.
    pub shift_start: Duration,
    /// Longest duty of a vehicle in a day.
    pub shift: Duration,
    /// To hand over at a stop.
    pub service: Duration,
    /// To unload, sort and load again at a hub.
    pub transfer: Duration,
    /// Parcels may change vehicles at hubs.
    pub hubs: bool,
    /// Share of a piece's base that is supported.
    pub support: f64,
    /// A delivery is short and urban up to this direct distance from the last site.
    pub short_urban: Distance,
}

/// Rules of the energy day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EnergyPolicy {
    /// Modules, batteries and charging by the sun.
    pub solar: bool,
    /// Price of a kWh sold over the price of a kWh bought.
    pub export_price_share: f64,
    /// Stored per taken in, and given out per taken from the store.
    pub battery_efficiency: f64,
    /// Into a vehicle's battery per kWh at the plug.
    pub charging_efficiency: f64,
    /// The energy day begins then, since local midnight: a night belongs to the day before.
    pub day_start: Duration,
}

/// Rules of the cartons' return.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RecyclingPolicy {
    /// Consumers leave cartons at stations.
    pub stations: bool,
    /// Share of delivered cartons that are handed back at a station.
    pub return_rate: f64,
    /// Share of those that are fit for use again.
    pub reuse_share: f64,
    /// Share of cartons kept by consumers that reach paper recycling.
    pub household_recycling: f64,
}

/// How a carton is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CartonRule {
    /// The smallest new carton by volume.
    SmallestNewByVolume,
    /// The least carbon, reused stock included.
    LeastCarbon,
}

/// The ordinary way.
#[derive(Clone, Debug, PartialEq)]
pub struct Baseline {
    /// One customer's open orders travel together.
    pub consolidation: bool,
    /// How a carton is chosen.
    pub carton: CartonRule,
    /// Name of the vehicle type that drives every round.
    pub vehicle_type: String,
    /// Modules, batteries and charging by the sun.
    pub solar: bool,
    /// Cartons are handed back.
    pub recycling: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            carbon_price_per_kg: 0.0,
            consolidation: true,
            join_radius: Distance::new(1_000),
            station_radius: Distance::new(800),
            detour_factor: 1.3,
            shift_start: Duration::from_seconds(8 * 3_600),
            shift: Duration::from_seconds(9 * 3_600),
            service: Duration::from_seconds(180),
            transfer: Duration::from_seconds(1_800),
            hubs: true,
            support: 0.75,
            short_urban: Distance::new(30_000),
        }
    }
}

impl Default for EnergyPolicy {
    fn default() -> Self {
        Self {
            solar: true,
            export_price_share: 0.5,
            battery_efficiency: 0.95,
            charging_efficiency: 0.9,
            day_start: Duration::from_seconds(6 * 3_600),
        }
    }
}

impl Default for RecyclingPolicy {
    fn default() -> Self {
        Self { stations: true, return_rate: 0.3, reuse_share: 0.7, household_recycling: 0.7 }
    }
}

impl Default for Baseline {
    fn default() -> Self {
        Self {
            consolidation: false,
            carton: CartonRule::SmallestNewByVolume,
            vehicle_type: "diesel_van".into(),
            solar: false,
            recycling: false,
        }
    }
}
