//! What makes a case: the same line of the day is walked by the plan's way and by the ordinary way.

use crate::material::material_factor;
use crate::{CartonRule, Grid, Scenario};
use carbon::{Case, Registry, ids};
use network::{EnergyCarrier, SiteKind, VehicleType};
use packaging::Choice;
use packaging::solution::{Material, PerKilogram};
use std::collections::BTreeMap;
use transport::Objective;

/// The choices of a case.
#[expect(clippy::struct_excessive_bools, reason = "five switches, each of its own rule")]
pub(crate) struct Way {
    pub(crate) case: Case,
    pub(crate) consolidation: bool,
    pub(crate) choice: Choice,
    /// Goods go into bags where their rules have them and that emits less.
    pub(crate) bags: bool,
    pub(crate) fleet: Vec<VehicleType>,
    pub(crate) objective: Objective,
    pub(crate) by_hubs: bool,
    pub(crate) solar: bool,
    pub(crate) stations: bool,
    /// The packaging rule of each product, by index.
    pub(crate) product_rules: Vec<Option<usize>>,
}

/// kg CO2e per unit, well to wheel, as the searches weigh them.
struct Weights {
    diesel_kg_per_l: f64,
    petrol_kg_per_l: f64,
    electricity_kg_per_kwh: f64,
    per_kg: PerKilogram,
    backhaul_kg_per_tkm: f64,
}

impl Way {
    /// The plan's way: by the policy's weights.
    pub(crate) fn planned(scenario: &Scenario, registry: &Registry) -> Self {
        let weights = Weights::of(scenario, registry);
        Self {
            case: Case::Plan,
            consolidation: scenario.policy.consolidation,
            choice: weights.least_carbon(scenario),
            bags: true,
            fleet: scenario.fleet.clone(),
            objective: weights.cost(scenario),
            by_hubs: scenario.policy.hubs,
            solar: scenario.energy.solar,
            stations: scenario.recycling.stations,
            product_rules: product_rules(scenario),
        }
    }

    /// The ordinary way: as the scenario's baseline says, rounds by distance from the origin.
    pub(crate) fn ordinary(scenario: &Scenario, registry: &Registry) -> Self {
        let weights = Weights::of(scenario, registry);
        let baseline = &scenario.baseline;
        Self {
            case: Case::Baseline,
            consolidation: baseline.consolidation,
            choice: match baseline.carton {
                CartonRule::SmallestNewByVolume => Choice::SmallestNewByVolume,
                CartonRule::LeastCarbon => weights.least_carbon(scenario),
            },
            bags: false,
            fleet: ordinary_fleet(scenario),
            objective: Objective::Distance,
            by_hubs: false,
            solar: baseline.solar,
            stations: baseline.recycling,
            product_rules: product_rules(scenario),
        }
    }
}

impl Weights {
    fn of(scenario: &Scenario, registry: &Registry) -> Self {
        let kg = |id| kg_per_unit(registry, id);
        let mut per_kg = PerKilogram::default();
        for material in Material::ALL {
            per_kg.set(material, material_factor(material).map_or(0.0, kg) / 1_000.0);
        }
        let electricity_kg_per_kwh = match &scenario.grid {
            Grid::Hourly(hours) if !hours.is_empty() => {
                hours.iter().map(|&(_, kg)| kg).sum::<f64>() / hours.len() as f64
            }
            _ => kg(carbon::default_grid(&scenario.country).0),
        };
        Self {
            diesel_kg_per_l: kg(ids::DIESEL),
            petrol_kg_per_l: kg(ids::PETROL),
            electricity_kg_per_kwh,
            per_kg,
            backhaul_kg_per_tkm: kg(ids::BACKHAUL_TKM),
        }
    }

    fn least_carbon(&self, scenario: &Scenario) -> Choice {
        Choice::LeastCarbon {
            per_kg: self.per_kg,
            reuse: self.reuse(scenario),
            per_litre: self.per_litre(scenario),
        }
    }

    fn cost(&self, scenario: &Scenario) -> Objective {
        Objective::Cost {
            carbon_price_per_kg: scenario.policy.carbon_price_per_kg,
            diesel_kg_per_l: self.diesel_kg_per_l,
            petrol_kg_per_l: self.petrol_kg_per_l,
            electricity_kg_per_kwh: self.electricity_kg_per_kwh,
        }
    }

    /// A reused carton's way home: the mean carton over the mean way from a station to a warehouse.
    fn reuse(&self, scenario: &Scenario) -> f64 {
        let of_kind = |kind| scenario.sites.iter().filter(move |site| site.kind == kind);
        let ways: Vec<f64> = of_kind(SiteKind::Station)
            .flat_map(|station| {
                of_kind(SiteKind::Warehouse)
                    .map(|warehouse| station.point.great_circle(warehouse.point).kilometres())
            })
            .collect();
        let tares: Vec<f64> =
            scenario.cartons.iter().map(|carton| carton.tare.kilograms()).collect();
        self.backhaul_kg_per_tkm * mean(&tares) / 1_000.0 * mean(&ways)
    }

    /// A litre's share of a vehicle's day: the mean way out and back over the vehicle's volume.
    fn per_litre(&self, scenario: &Scenario) -> f64 {
        let ways: Vec<f64> = scenario
            .orders
            .iter()
            .map(|order| {
                scenario.sites[order.origin].point.great_circle(order.destination).kilometres()
            })
            .collect();
        let out_and_back = 2.0 * scenario.policy.detour_factor * mean(&ways);
        let per_km_litre: Vec<f64> = scenario
            .fleet
            .iter()
            .filter(|vehicle| vehicle.count > 0)
            .map(|vehicle| {
                let mean_use = (vehicle.consumption.empty_per_100km
                    + vehicle.consumption.full_per_100km)
                    / 200.0;
                mean_use * self.kg_per_unit(vehicle.carrier) / vehicle.volume.litres()
            })
            .collect();
        // The vehicles differ by a factor of ten; the frugal ones fill first.
        out_and_back * per_km_litre.into_iter().reduce(f64::min).unwrap_or(0.0)
    }

    fn kg_per_unit(&self, carrier: EnergyCarrier) -> f64 {
        match carrier {
            EnergyCarrier::Diesel => self.diesel_kg_per_l,
            EnergyCarrier::Petrol => self.petrol_kg_per_l,
            EnergyCarrier::Electric | EnergyCarrier::Robot => self.electricity_kg_per_kwh,
        }
    }
}

/// kg CO2e per unit of a factor, well to wheel; zero without it, which [`carbon::account`] refuses
/// once it is needed.
pub(crate) fn kg_per_unit(registry: &Registry, id: &str) -> f64 {
    registry.get(id).map_or(0.0, |factor| factor.wtw().to_f64())
}

/// Every vehicle of the fleet replaced by one of the baseline's type, standing where orders start.
/// Where no vehicle stands today, none stands in the baseline: it must not serve what the plan cannot.
fn ordinary_fleet(scenario: &Scenario) -> Vec<VehicleType> {
    let Some(ordinary) =
        scenario.fleet.iter().find(|vehicle| vehicle.name == scenario.baseline.vehicle_type)
    else {
        return Vec::new();
    };
    let count = scenario.fleet.iter().map(|vehicle| vehicle.count).sum();
    let mut origins: Vec<usize> = scenario.orders.iter().map(|order| order.origin).collect();
    origins.sort_unstable();
    origins.dedup();
    origins.retain(|&site| scenario.fleet.iter().any(|kind| kind.site == site && kind.count > 0));
    origins.into_iter().map(|site| VehicleType { site, count, ..ordinary.clone() }).collect()
}

/// The rule of each product, each industry looked up once.
fn product_rules(scenario: &Scenario) -> Vec<Option<usize>> {
    let mut known: BTreeMap<&str, Option<usize>> = BTreeMap::new();
    let industries = scenario.products.iter().map(|product| product.industry.as_str());
    industries
        .map(|name| *known.entry(name).or_insert_with(|| scenario.solution.rule_of(name)))
        .collect()
}

fn mean(values: &[f64]) -> f64 {
    if values.is_empty() { 0.0 } else { values.iter().sum::<f64>() / values.len() as f64 }
}
