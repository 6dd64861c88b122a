//! Warehousing's step of the day: the hours of each site, from its weather, load and vehicles.

use crate::hourly::Hourly;
use crate::overnight::Night;
use crate::run::{PlanError, acquit};
use crate::{Grid, Scenario, SiteEnergy, Tariff};
use network::{Site, VehicleType};
use quantity::{Day, Duration, Energy, Instant, Point, Power};
use std::collections::BTreeMap;
use transport::Routing;
use warehousing::{
    ChargingWindow, HOUR, HourAhead, Losses, SiteAhead, Weather, WeatherHour, default_weather,
    load_profile, schedule_day,
};

/// At the plug, for a vehicle whose charger the scenario does not name: one phase of 32 A.
const CHARGE_POWER_DEFAULT: Power = Power::new(7_400_000);

/// What a scenario says of the hours.
pub(crate) struct Hours {
    weather: Weather,
    tariff: Option<Hourly>,
    grid: Option<Hourly>,
    default_grid_kg: f64,
}

impl Hours {
    /// - `default_grid_kg`: kg CO2e per kWh where the scenario has no grid file.
    pub(crate) fn new(scenario: &Scenario, default_grid_kg: f64) -> Self {
        let zone = &scenario.zone;
        Self {
            weather: Weather::new(scenario.weather.clone()),
            tariff: match &scenario.tariff {
                Tariff::Hourly(rows) => Some(Hourly::new(rows, zone)),
                Tariff::TwoStep { .. } => None,
            },
            grid: match &scenario.grid {
                Grid::Hourly(rows) => Some(Hourly::new(rows, zone)),
                Grid::Default => None,
            },
            default_grid_kg,
        }
    }

    /// Of each hour: the scenario's, or a clear sky where it says nothing.
    fn weather(&self, point: Point, starts: &[Instant]) -> Vec<WeatherHour> {
        let known: Vec<Option<WeatherHour>> =
            starts.iter().map(|&start| self.weather.hour(start)).collect();
        if known.iter().all(Option::is_some) {
            return known.into_iter().flatten().collect();
        }
        let clear = default_weather(point, starts);
        known.into_iter().zip(clear).map(|(known, clear)| known.unwrap_or(clear)).collect()
    }

    fn buy_price(&self, scenario: &Scenario, start: Instant) -> f64 {
        match (&self.tariff, &scenario.tariff) {
            (Some(hourly), _) => hourly.at(start, &scenario.zone),
            (None, Tariff::TwoStep { day, night }) => {
                if (6.0..22.0).contains(&scenario.zone.hour_of(start)) { *day } else { *night }
            }
            (None, Tariff::Hourly(_)) => unreachable!("an hourly tariff has been read"),
        }
    }

    fn grid_kg(&self, scenario: &Scenario, start: Instant) -> f64 {
        self.grid.as_ref().map_or(self.default_grid_kg, |hourly| hourly.at(start, &scenario.zone))
    }

    /// What a site knows of an energy day's hours; of the weather only where it has modules.
    fn ahead(
        &self,
        scenario: &Scenario,
        site: &Site,
        sunny: bool,
        starts: &[Instant],
    ) -> Vec<HourAhead> {
        let local: Vec<f64> = starts.iter().map(|&start| scenario.zone.hour_of(start)).collect();
        let weather = if sunny {
            self.weather(site.point, starts).into_iter().map(Some).collect()
        } else {
            vec![None; starts.len()]
        };
        let load = load_profile(site.load_per_day, &local);
        let hour = |((&start, load), weather)| {
            let buy_price = self.buy_price(scenario, start);
            HourAhead {
                start,
                weather,
                buy_price,
                sell_price: buy_price * scenario.energy.export_price_share,
                grid_kg_per_kwh: self.grid_kg(scenario, start),
                load,
            }
        };
        starts.iter().zip(load).zip(weather).map(hour).collect()
    }
}

/// The energy day of all sites.
pub(crate) struct EnergyDay {
    pub(crate) sites: Vec<SiteEnergy>,
    /// In each site's battery at the end.
    pub(crate) stored: Vec<Energy>,
    /// What each vehicle was given and what it still wants in the morning, at the plug, by type and
    /// number.
    pub(crate) charged: BTreeMap<(usize, u32), Charged>,
}

/// A vehicle's night at the plug.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Charged {
    pub(crate) given: Energy,
    pub(crate) short: Energy,
}

/// The energy day of every site that has one, after these rounds. A site with a battery foresees the
/// next day by the same rules; behind the run's last day nothing is foreseen, so that a battery ends
/// as it began: what it held would be paid for and never used.
pub(crate) fn schedule(night: &Night, routing: &Routing) -> Result<EnergyDay, PlanError> {
    let &Night { scenario, way, hours, day, before, .. } = night;
    let (today, tomorrow) = (starts(scenario, day), starts(scenario, day.next()));
    let mut plugged = plugged(scenario, &way.fleet, routing, day, &before.owed);
    let mut energy =
        EnergyDay { sites: Vec::new(), stored: before.stored.clone(), charged: BTreeMap::new() };
    for (index, site) in scenario.sites.iter().enumerate() {
        let vehicles = plugged.remove(&index).unwrap_or_default();
        let charging: Vec<ChargingWindow> = vehicles.iter().map(|v| v.window.clone()).collect();
        let solar = site.solar.filter(|_| way.solar);
        let battery = site.battery.filter(|_| way.solar);
        let idle = solar.is_none() && battery.is_none();
        if idle && charging.is_empty() && site.load_per_day == Energy::ZERO {
            continue;
        }
        let ahead = hours.ahead(scenario, site, solar.is_some(), &today);
        let foreseen = match battery {
            Some(_) if !night.last => hours.ahead(scenario, site, solar.is_some(), &tomorrow),
            _ => Vec::new(),
        };
        let efficiency = scenario.energy.battery_efficiency;
        let site_ahead = SiteAhead {
            point: site.point,
            solar,
            battery,
            losses: Losses { charge: efficiency, discharge: efficiency },
            stored: before.stored[index],
            step: HOUR,
            hours: &ahead,
            foreseen: &foreseen,
            charging: &charging,
            carbon_price_per_kg: scenario.policy.carbon_price_per_kg,
        };
        let schedule = schedule_day(&site_ahead);
        acquit("warehousing", day, &warehousing::check(&site_ahead, &schedule))?;
        if let Some(hour) = schedule.hours.last() {
            energy.stored[index] = hour.stored;
        }
        for (vehicle, session) in vehicles.iter().zip(&schedule.sessions) {
            let given = session.energy.iter().copied().sum();
            energy.charged.insert(vehicle.who, Charged { given, short: session.short });
        }
        energy.sites.push(SiteEnergy {
            site: index,
            schedule,
            carried: vehicles.iter().map(|vehicle| vehicle.owed).sum(),
            buy_price: ahead.iter().map(|hour| hour.buy_price).collect(),
            grid_kg_per_kwh: ahead.iter().map(|hour| hour.grid_kg_per_kwh).collect(),
        });
    }
    Ok(energy)
}

/// When the hours of an energy day begin.
fn starts(scenario: &Scenario, day: Day) -> Vec<Instant> {
    let begin = scenario.zone.at(day, scenario.energy.day_start);
    let end = scenario.zone.at(day.next(), scenario.energy.day_start);
    (0..(end - begin).seconds() / 3_600)
        .map(|hour| begin + Duration::from_seconds(hour * 3_600))
        .collect()
}

/// A vehicle at its site's plug.
struct Plugged {
    /// Its type and number.
    who: (usize, u32),
    window: ChargingWindow,
    /// Of what it wants, what it lacked in the morning.
    owed: Energy,
}

/// What each electric vehicle needs at its site's plug between its last return, or the beginning of the
/// energy day if it stays, and the next energy day.
fn plugged(
    scenario: &Scenario,
    fleet: &[VehicleType],
    routing: &Routing,
    day: Day,
    owed: &BTreeMap<(usize, u32), Energy>,
) -> BTreeMap<usize, Vec<Plugged>> {
    let begin = scenario.zone.at(day, scenario.energy.day_start);
    let until = scenario.zone.at(day.next(), scenario.energy.day_start);
    let mut driven: BTreeMap<(usize, u32), (f64, Instant)> =
        owed.keys().map(|&who| (who, (0.0, begin))).collect();
    for round in &routing.rounds {
        if fleet[round.vehicle].carrier.is_electric() {
            let (kwh, back) =
                driven.entry((round.vehicle, round.number)).or_insert((0.0, round.arrive()));
            *kwh += round.energy();
            *back = (*back).max(round.arrive());
        }
    }
    let mut by_site: BTreeMap<usize, Vec<Plugged>> = BTreeMap::new();
    for (who, (kwh, back)) in driven {
        let kind = &fleet[who.0];
        let owed = owed.get(&who).copied().unwrap_or(Energy::ZERO);
        let used = Energy::from_kilowatt_hours(kwh / scenario.energy.charging_efficiency);
        let window = ChargingWindow {
            vehicle: format!("{} {} {}", scenario.sites[kind.site].id, kind.name, who.1 + 1),
            from: back,
            until,
            energy: used + owed,
            power: kind.charge_power.unwrap_or(CHARGE_POWER_DEFAULT),
        };
        by_site.entry(kind.site).or_default().push(Plugged { who, window, owed });
    }
    by_site
}
