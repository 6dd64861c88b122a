//! Vehicle types: what carries, how much, on what energy, at which cost.

use quantity::{Distance, Energy, Mass, Money, Power, Volume};

/// What a vehicle runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EnergyCarrier {
    /// Diesel with the market's average biodiesel blend; consumption in litres.
    Diesel,
    /// Petrol with the market's average bioethanol blend; consumption in litres.
    Petrol,
    /// Electricity from a battery; consumption in kWh.
    Electric,
    /// An autonomous last-mile robot; electricity from a battery, in kWh.
    Robot,
}

impl EnergyCarrier {
    /// As files and pages name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Diesel => "diesel",
            Self::Petrol => "petrol",
            Self::Electric => "electric",
            Self::Robot => "robot",
        }
    }
    /// Of consumption: litres, or kWh out of the battery.
    pub const fn unit(self) -> &'static str {
        if self.is_electric() { "kWh" } else { "l" }
    }
    /// Runs on electricity from a battery.
    pub const fn is_electric(self) -> bool {
        matches!(self, Self::Electric | Self::Robot)
    }
}

/// Consumption, linear in the load: litres or kWh (see [`EnergyCarrier`]) per 100 km.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Consumption {
    /// With nothing on board.
    pub empty_per_100km: f64,
    /// With `capacity` on board.
    pub full_per_100km: f64,
}

impl Consumption {
    /// Litres or kWh for a leg with a share `0.0..=1.0` of the capacity on board.
    pub fn of_leg(self, length: Distance, load_share: f64) -> f64 {
        let per_100km =
            self.empty_per_100km + (self.full_per_100km - self.empty_per_100km) * load_share;
        per_100km * length.kilometres() / 100.0
    }
}

/// A type of vehicle at a site; `count` of them stand there.
#[derive(Clone, Debug, PartialEq)]
pub struct VehicleType {
    /// `vehicle_type` of the scenario.
    pub name: String,
    /// What it runs on.
    pub carrier: EnergyCarrier,
    /// How many stand at the site.
    pub count: u32,
    /// Index of the site where rounds start and end.
    pub site: usize,
    /// Greatest load.
    pub capacity: Mass,
    /// Greatest volume on board.
    pub volume: Volume,
    /// Litres or kWh per 100 km.
    pub consumption: Consumption,
    /// Usable battery, for those that have one.
    pub battery: Option<Energy>,
    /// Greatest charging power at the plug.
    pub charge_power: Option<Power>,
    /// Mean speed on the road, in km/h.
    pub speed_kmh: f64,
    /// All that grows with distance, energy included.
    pub cost_per_km: Money,
    /// All that grows with time on duty.
    pub cost_per_h: Money,
    /// Furthest on one charge or tank.
    pub range: Option<Distance>,
}
