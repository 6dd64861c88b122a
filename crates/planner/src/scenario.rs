//! What is planned: a checked scenario. Tables are sorted by id, so that the order of rows in a
//! file changes nothing.

use crate::policy::{Baseline, EnergyPolicy, Policy, RecyclingPolicy};
use network::{Metric, Site, VehicleType};
use ordering::DeliveryOption;
use packaging::CartonKind;
use packaging::solution::SolutionRules;
use quantity::{Currency, Instant, Length, Mass, Point, Seed, Zone};
use warehousing::WeatherHour;

/// A product.
#[derive(Clone, Debug, PartialEq)]
pub struct Product {
    /// `sku` of the scenario.
    pub sku: String,
    /// Industry, as the scenario names it.
    pub industry: String,
    /// Length, width, height as it stands.
    pub sides: [Length; 3],
    /// Mass of one piece.
    pub mass: Mass,
    /// Nothing may rest on it.
    pub fragile: bool,
    /// Ships in the package it came in.
    pub own_package: bool,
    /// The height stays vertical.
    pub upright: bool,
    /// Most mass that may rest on it; `None` is no limit.
    pub stacking_max: Option<Mass>,
}

/// So many pieces of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderLine {
    /// Index of the product.
    pub product: usize,
    /// Pieces, at least one.
    pub quantity: u32,
}

/// An order.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// `order_id` of the scenario.
    pub id: String,
    /// When it was placed.
    pub placed_at: Instant,
    /// Index of the site that ships it.
    pub origin: usize,
    /// Where it goes.
    pub destination: Point,
    /// Delivered by then, where a promise was given.
    pub promised_by: Option<Instant>,
    /// What the customer chose, where one did.
    pub option: Option<DeliveryOption>,
    /// Who ordered.
    pub customer: Option<String>,
    /// What; never empty, by product.
    pub lines: Vec<OrderLine>,
}

/// Prices of electricity.
#[derive(Clone, Debug, PartialEq)]
pub enum Tariff {
    /// By the hour, sorted by start; beyond the file the same hour of the day, then the mean.
    Hourly(Vec<(Instant, f64)>),
    /// The scenario has none: `day` from 06:00 to 22:00, else `night`, per kWh.
    TwoStep {
        /// Price by day.
        day: f64,
        /// Price by night.
        night: f64,
    },
}

/// Carbon intensity of the grid.
#[derive(Clone, Debug, PartialEq)]
pub enum Grid {
    /// kg CO2e per kWh by the hour, sorted by start; beyond the file the same hour, then the mean.
    Hourly(Vec<(Instant, f64)>),
    /// The scenario has none: the registry's factor for the country.
    Default,
}

/// A scenario, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// What it is called.
    pub name: String,
    /// Currency of every cost and price.
    pub currency: Currency,
    /// Seed of every draw.
    pub seed: Seed,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// Zone of local days and hours.
    pub zone: Zone,
    /// Weights and rules of the plan.
    pub policy: Policy,
    /// Energy's share of them.
    pub energy: EnergyPolicy,
    /// Recycling's share of them.
    pub recycling: RecyclingPolicy,
    /// The ordinary way.
    pub baseline: Baseline,
    /// Sites by id.
    pub sites: Vec<Site>,
    /// Products by sku.
    pub products: Vec<Product>,
    /// Kinds of carton by id.
    pub cartons: Vec<CartonKind>,
    /// Cartons in stock on the first morning.
    pub stock: packaging::Stock,
    /// What goes into a parcel beside its goods, by industry.
    pub solution: SolutionRules,
    /// Vehicles by site and type.
    pub fleet: Vec<VehicleType>,
    /// Orders by time of placing, then id.
    pub orders: Vec<Order>,
    /// Distances on the road.
    pub metric: Metric,
    /// Weather by the hour; empty where the scenario has none.
    pub weather: Vec<WeatherHour>,
    /// Prices of electricity.
    pub tariff: Tariff,
    /// Carbon intensity of the grid.
    pub grid: Grid,
    /// Optional files that the folder lacks: `weather.csv`.
    pub absent: Vec<&'static str>,
}
