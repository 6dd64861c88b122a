//! Warehousing's step of the day: the hours of each site, from its weather, load and vehicles.

use crate::hourly::Hourly;
use crate::run::{PlanError, acquit};
use crate::way::Way;
use crate::{Grid, Scenario, SiteEnergy, Tariff};
use network::VehicleType;
use quantity::{Day, Duration, Energy, Instant, Point, Power};
use std::collections::BTreeMap;
use transport::Routing;
use warehousing::{
    ChargingWindow, HourAhead, Losses, SiteAhead, Weather, WeatherHour, default_weather,
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
}

/// The energy day of every site that has one. `stored` is what its battery holds, by site, and is
/// left as the day leaves it.
pub(crate) fn schedule(
    scenario: &Scenario,
    way: &Way,
    day: Day,
    routing: &Routing,
    hours: &Hours,
    stored: &mut [Energy],
) -> Result<Vec<SiteEnergy>, PlanError> {
    let zone = &scenario.zone;
    let begin = zone.at(day, scenario.energy.day_start);
    let end = zone.at(day.next(), scenario.energy.day_start);
    let starts: Vec<Instant> = (0..(end - begin).seconds() / 3_600)
        .map(|hour| begin + Duration::from_seconds(hour * 3_600))
        .collect();
    let local: Vec<f64> = starts.iter().map(|&start| zone.hour_of(start)).collect();
    let mut charging = windows(scenario, &way.fleet, routing, end);
    let mut sites = Vec::new();
    for (index, site) in scenario.sites.iter().enumerate() {
        let charging = charging.remove(&index).unwrap_or_default();
        let solar = site.solar.filter(|_| way.solar);
        let battery = site.battery.filter(|_| way.solar);
        if solar.is_none() && charging.is_empty() && site.load_per_day == Energy::ZERO {
            continue;
        }
        let load = load_profile(site.load_per_day, &local);
        let weather = match solar {
            Some(_) => hours.weather(site.point, &starts).into_iter().map(Some).collect(),
            None => vec![None; starts.len()],
        };
        let ahead: Vec<HourAhead> = starts
            .iter()
            .zip(load)
            .zip(weather)
            .map(|((&start, load), weather)| {
                let buy_price = hours.buy_price(scenario, start);
                HourAhead {
                    start,
                    weather,
                    buy_price,
                    sell_price: buy_price * scenario.energy.export_price_share,
                    grid_kg_per_kwh: hours.grid_kg(scenario, start),
                    load,
                }
            })
            .collect();
        let efficiency = scenario.energy.battery_efficiency;
        let site_ahead = SiteAhead {
            point: site.point,
            solar,
            battery,
            losses: Losses { charge: efficiency, discharge: efficiency },
            stored: stored[index],
            hours: &ahead,
            charging: &charging,
            carbon_price_per_kg: scenario.policy.carbon_price_per_kg,
        };
        let schedule = schedule_day(&site_ahead);
        acquit("warehousing", day, &warehousing::check(&site_ahead, &schedule))?;
        stored[index] = schedule.hours.last().map_or(stored[index], |hour| hour.stored);
        sites.push(SiteEnergy {
            site: index,
            schedule,
            buy_price: ahead.iter().map(|hour| hour.buy_price).collect(),
            grid_kg_per_kwh: ahead.iter().map(|hour| hour.grid_kg_per_kwh).collect(),
        });
    }
    Ok(sites)
}

/// What each electric vehicle needs at its site's plug between its last return and the next
/// energy day.
fn windows(
    scenario: &Scenario,
    fleet: &[VehicleType],
    routing: &Routing,
    until: Instant,
) -> BTreeMap<usize, Vec<ChargingWindow>> {
    let mut driven: BTreeMap<(usize, u32), (f64, Instant)> = BTreeMap::new();
    for round in &routing.rounds {
        if fleet[round.vehicle].carrier.is_electric() {
            let (kwh, back) =
                driven.entry((round.vehicle, round.number)).or_insert((0.0, round.arrive()));
            *kwh += round.energy();
            *back = (*back).max(round.arrive());
        }
    }
    let mut by_site: BTreeMap<usize, Vec<ChargingWindow>> = BTreeMap::new();
    for ((vehicle, number), (kwh, back)) in driven {
        let kind = &fleet[vehicle];
        by_site.entry(kind.site).or_default().push(ChargingWindow {
            vehicle: format!("{} {} {}", scenario.sites[kind.site].id, kind.name, number + 1),
            from: back,
            until,
            energy: Energy::from_kilowatt_hours(kwh / scenario.energy.charging_efficiency),
            power: kind.charge_power.unwrap_or(CHARGE_POWER_DEFAULT),
        });
    }
    by_site
}
