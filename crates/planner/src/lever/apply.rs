//! A lever applied: scenario in, scenario out.

use super::electric::{combustion_count, electrify};
use super::{Change, Key, Lever, LeverError};
use crate::{Grid, RecyclingPolicy, Scenario};
use network::{Battery, EnergyCarrier, Site, SiteKind, Solar};
use quantity::{Distance, Energy, Power, apportion};

/// Tilt of modules where a site had none, in degrees: a flat roof. An assumption.
const TILT_DEG: f64 = 10.0;
/// Power of a battery where a site had none, in kW per kWh. An assumption.
const BATTERY_C_RATE: f64 = 0.5;

impl Lever {
    /// The scenario with the lever turned; what it does not touch is as it was.
    pub fn apply(&self, scenario: &Scenario) -> Result<Scenario, LeverError> {
        let mut changed = scenario.clone();
        let on = self.change == Change::On;
        match (self.kind.key, self.change) {
            (Key::Consolidation, _) => changed.policy.consolidation = on,
            (Key::Hubs, _) => {
                self.needs_site(scenario, SiteKind::Hub, "hub")?;
                changed.policy.hubs = on;
            }
            (Key::Stations, _) => {
                self.needs_site(scenario, SiteKind::Station, "station")?;
                changed.recycling.stations = on;
            }
            (Key::Reuse, change) => reuse(&mut changed, change),
            (Key::Solar, change) => self.solar(&mut changed, change)?,
            (Key::Battery, change) => self.battery(&mut changed, change)?,
            (Key::GridFactor, Change::Times(factor)) => match &mut changed.grid {
                Grid::Hourly(hours) => hours.iter_mut().for_each(|(_, kg)| *kg *= factor),
                Grid::Default => return Err(self.absent("grid file to scale")),
            },
            (Key::BuildingLoad, Change::Times(factor)) => {
                for site in &mut changed.sites {
                    site.load_per_day = scaled_energy(site.load_per_day, factor);
                }
            }
            (Key::ElectricFleet, Change::To(count)) => {
                let there = combustion_count(&scenario.fleet);
                if count as u32 > there {
                    return Err(LeverError::TooMany { lever: self.to_string(), there });
                }
                changed.fleet = electrify(&scenario.fleet, count as u32);
            }
            (Key::Robots, Change::More(count)) => {
                let robots =
                    changed.fleet.iter_mut().filter(|kind| kind.carrier == EnergyCarrier::Robot);
                // The first of the most: `max_by_key` alone would take the last.
                let most = robots.rev().max_by_key(|kind| kind.count);
                most.ok_or_else(|| self.absent("robot to add to"))?.count += count as u32;
            }
            (Key::CarbonPrice, Change::To(per_t)) => {
                changed.policy.carbon_price_per_kg = per_t / 1_000.0;
            }
            (Key::JoinRadius, Change::To(km)) => {
                changed.policy.join_radius = Distance::from_kilometres(km);
            }
            (Key::ReturnRate, Change::To(share)) => changed.recycling.return_rate = share,
            (Key::HouseholdRecycling, Change::To(share)) => {
                changed.recycling.household_recycling = share;
            }
            (key, change) => unreachable!("{key:?} is not parsed with {change:?}"),
        }
        Ok(changed)
    }

    fn absent(&self, what: &'static str) -> LeverError {
        LeverError::Absent { lever: self.to_string(), what }
    }

    /// Switching off what is not there is no change; switching it on is a mistake.
    fn needs_site(
        &self,
        scenario: &Scenario,
        kind: SiteKind,
        what: &'static str,
    ) -> Result<(), LeverError> {
        let there = scenario.sites.iter().any(|site| site.kind == kind);
        if there || self.change == Change::Off { Ok(()) } else { Err(self.absent(what)) }
    }

    fn solar(&self, scenario: &mut Scenario, change: Change) -> Result<(), LeverError> {
        scenario.energy.solar = change != Change::Off;
        let sites = &mut scenario.sites;
        let any = sites.iter().any(|site| site.solar.is_some());
        match change {
            Change::Off => {}
            Change::On if any || sites.iter().any(|site| site.battery.is_some()) => {}
            Change::Times(factor) if any => {
                for solar in sites.iter_mut().filter_map(|site| site.solar.as_mut()) {
                    solar.peak = scaled_power(solar.peak, factor);
                }
            }
            Change::More(kilowatts) => {
                let more = Power::from_kilowatts(kilowatts).milliwatts();
                if any {
                    let modules: Vec<&mut Solar> =
                        sites.iter_mut().filter_map(|site| site.solar.as_mut()).collect();
                    let peaks: Vec<i64> = modules.iter().map(|s| s.peak.milliwatts()).collect();
                    for (solar, share) in modules.into_iter().zip(apportion(more, &peaks)) {
                        solar.peak += Power::new(share);
                    }
                } else {
                    let site = self.largest(sites)?;
                    let azimuth_deg = if site.point.lat() < 0.0 { 0.0 } else { 180.0 };
                    site.solar =
                        Some(Solar { peak: Power::new(more), tilt_deg: TILT_DEG, azimuth_deg });
                }
            }
            _ => return Err(self.absent("modules")),
        }
        Ok(())
    }

    fn battery(&self, scenario: &mut Scenario, change: Change) -> Result<(), LeverError> {
        let sites = &mut scenario.sites;
        let any = sites.iter().any(|site| site.battery.is_some());
        match change {
            Change::Off => sites.iter_mut().for_each(|site| site.battery = None),
            Change::Times(factor) if any => {
                for battery in sites.iter_mut().filter_map(|site| site.battery.as_mut()) {
                    battery.capacity = scaled_energy(battery.capacity, factor);
                    battery.power = scaled_power(battery.power, factor);
                }
            }
            Change::More(kwh) if any => {
                let stores: Vec<&mut Battery> =
                    sites.iter_mut().filter_map(|site| site.battery.as_mut()).collect();
                let held: Vec<i64> = stores.iter().map(|s| s.capacity.milliwatt_hours()).collect();
                let more = Energy::from_kilowatt_hours(kwh).milliwatt_hours();
                for (store, share) in stores.into_iter().zip(apportion(more, &held)) {
                    let before = store.capacity;
                    store.capacity += Energy::new(share);
                    let growth = store.capacity.kilowatt_hours() / before.kilowatt_hours();
                    // An empty battery has no rate of its own to grow by.
                    if growth.is_finite() {
                        store.power = scaled_power(store.power, growth);
                    }
                }
            }
            Change::More(kwh) => {
                self.largest(sites)?.battery = Some(Battery {
                    capacity: Energy::from_kilowatt_hours(kwh),
                    power: Power::from_kilowatts(kwh * BATTERY_C_RATE),
                });
            }
            _ => return Err(self.absent("battery")),
        }
        Ok(())
    }

    /// The warehouse of the largest load; of equal ones the first.
    fn largest<'a>(&self, sites: &'a mut [Site]) -> Result<&'a mut Site, LeverError> {
        let warehouses = sites.iter_mut().filter(|site| site.kind == SiteKind::Warehouse);
        let largest = warehouses.rev().max_by_key(|site| site.load_per_day);
        largest.ok_or_else(|| self.absent("warehouse"))
    }
}

fn reuse(scenario: &mut Scenario, change: Change) {
    let share = &mut scenario.recycling.reuse_share;
    match change {
        Change::To(to) => *share = to,
        Change::On if *share <= 0.0 => *share = RecyclingPolicy::default().reuse_share,
        Change::Off => {
            *share = 0.0;
            scenario.stock.reused.fill(0);
        }
        _ => {}
    }
}

fn scaled_power(power: Power, factor: f64) -> Power {
    Power::new((power.milliwatts() as f64 * factor).round() as i64)
}

fn scaled_energy(energy: Energy, factor: f64) -> Energy {
    Energy::new((energy.milliwatt_hours() as f64 * factor).round() as i64)
}
