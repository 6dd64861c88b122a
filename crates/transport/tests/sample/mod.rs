//! Days to be routed, made for the tests.
#![allow(dead_code, reason = "each test takes what it needs")]
#![allow(unreachable_pub, missing_docs, reason = "shared by the crate's tests")]
#![allow(clippy::unwrap_used, reason = "the constants are right")]

use network::{Consumption, EnergyCarrier, Metric, Site, SiteKind, VehicleType};
use proptest::prelude::*;
use quantity::{Distance, Duration, Energy, Instant, Mass, Money, Point, TimeWindow, Volume};
use std::collections::BTreeMap;
use transport::{Objective, Problem, Stop};

/// A day that owns what a [`Problem`] borrows.
#[derive(Clone, Debug)]
pub struct Day {
    pub sites: Vec<Site>,
    pub fleet: Vec<VehicleType>,
    pub metric: Metric,
    pub stops: Vec<Stop>,
    pub shift_h: f64,
    pub objective: Objective,
    pub by_hubs: bool,
}

pub const START: Instant = Instant::from_unix(1_700_000_000);

/// What batteries lack, by type and number.
pub type Missing = BTreeMap<(usize, u32), Energy>;

static NOTHING: Missing = BTreeMap::new();

impl Day {
    pub fn problem(&self) -> Problem<'_> {
        self.lacking(&NOTHING)
    }

    /// The same with batteries that are not full in the morning.
    pub fn lacking<'a>(&'a self, missing: &'a Missing) -> Problem<'a> {
        Problem {
            sites: &self.sites,
            fleet: &self.fleet,
            metric: &self.metric,
            stops: &self.stops,
            shift_start: START,
            shift: Duration::from_hours(self.shift_h),
            transfer: Duration::from_seconds(1_200),
            charging_loss: 1.1,
            missing,
            objective: self.objective,
            by_hubs: self.by_hubs,
        }
    }
}

pub const COST: Objective = Objective::Cost {
    carbon_price_per_kg: 0.4,
    diesel_kg_per_l: 3.2,
    petrol_kg_per_l: 2.8,
    electricity_kg_per_kwh: 0.1,
};

pub fn point(east_km: f64, north_km: f64) -> Point {
    Point::from_degrees(north_km / 111.195, east_km / 111.195).unwrap()
}

pub fn site(id: &str, east_km: f64, north_km: f64) -> Site {
    Site {
        id: id.into(),
        kind: SiteKind::Warehouse,
        point: point(east_km, north_km),
        solar: None,
        battery: None,
        load_per_day: Energy::ZERO,
    }
}

/// A diesel van of 1,000 kg and 10 m3.
pub fn van(site: usize, count: u32) -> VehicleType {
    let money = |units| Money::from_units(units, "EUR".parse().unwrap());
    VehicleType {
        name: "van".into(),
        carrier: EnergyCarrier::Diesel,
        count,
        site,
        capacity: Mass::from_kilograms(1_000.0),
        volume: Volume::from_litres(10_000.0),
        consumption: Consumption { empty_per_100km: 9.0, full_per_100km: 12.0 },
        battery: None,
        charge_power: None,
        speed_kmh: 30.0,
        cost_per_km: money(1.0),
        cost_per_h: money(30.0),
        range: None,
    }
}

/// A cargo bike of 100 kg and 1 m3, cheap and slow, 40 km on a charge.
pub fn bike(site: usize, count: u32) -> VehicleType {
    let money = |units| Money::from_units(units, "EUR".parse().unwrap());
    VehicleType {
        name: "bike".into(),
        carrier: EnergyCarrier::Electric,
        capacity: Mass::from_kilograms(100.0),
        volume: Volume::from_litres(1_000.0),
        consumption: Consumption { empty_per_100km: 1.5, full_per_100km: 2.5 },
        battery: Some(Energy::from_kilowatt_hours(1.0)),
        speed_kmh: 15.0,
        cost_per_km: money(0.1),
        cost_per_h: money(20.0),
        range: Some(Distance::from_kilometres(40.0)),
        ..van(site, count)
    }
}

/// A parcel of 10 kg and 50 l, at any time of the day.
pub fn stop(id: usize, east_km: f64, north_km: f64) -> Stop {
    Stop {
        id: format!("stop {id}"),
        point: point(east_km, north_km),
        origin: 0,
        mass: Mass::from_kilograms(10.0),
        volume: Volume::from_litres(50.0),
        window: TimeWindow { open: START, close: START + Duration::from_hours(24.0) },
        service: Duration::from_seconds(180),
    }
}

fn any_vehicle(sites: usize) -> impl Strategy<Value = VehicleType> {
    let size = (10.0..1_500.0_f64, 50.0..10_000.0_f64, 5.0..60.0_f64);
    let price = (0.0..2.0_f64, 0.0..40.0_f64);
    let power = (prop::bool::ANY, prop::option::of(5.0..200.0_f64), 0.2..60.0_f64);
    (0..sites, 0_u32..4, size, price, power).prop_map(
        |(site, count, (kg, litres, speed_kmh), (per_km, per_h), (electric, range, kwh))| {
            let money = |units| Money::from_units(units, "EUR".parse().unwrap());
            VehicleType {
                carrier: if electric { EnergyCarrier::Electric } else { EnergyCarrier::Petrol },
                capacity: Mass::from_kilograms(kg),
                volume: Volume::from_litres(litres),
                battery: electric.then(|| Energy::from_kilowatt_hours(kwh)),
                speed_kmh,
                cost_per_km: money(per_km),
                cost_per_h: money(per_h),
                range: range.map(Distance::from_kilometres),
                ..van(site, count)
            }
        },
    )
}

fn any_stop(sites: usize) -> impl Strategy<Value = Stop> {
    let place = (-20.0..20.0_f64, -20.0..20.0_f64);
    let size = (0.0..200.0_f64, 0.0..800.0_f64);
    let window = prop::option::of((-1.0..10.0_f64, 0.0..4.0_f64));
    (0..sites, place, size, window, 0_i64..1_200).prop_map(
        |(origin, (east, north), (kg, litres), window, service)| Stop {
            origin,
            mass: Mass::from_kilograms(kg),
            volume: Volume::from_litres(litres),
            window: match window {
                Some((open_h, width_h)) => TimeWindow {
                    open: START + Duration::from_hours(open_h),
                    close: START + Duration::from_hours(open_h + width_h),
                },
                None => stop(0, 0.0, 0.0).window,
            },
            service: Duration::from_seconds(service),
            ..stop(0, east, north)
        },
    )
}

/// Any small day: mixed fleets, several origins, windows, short ranges, hubs or none, and
/// sometimes a table of distances that breaks the triangle inequality.
pub fn any_day() -> impl Strategy<Value = Day> {
    (1_usize..4).prop_flat_map(|sites| {
        (
            prop::collection::vec((-15.0..15.0_f64, -15.0..15.0_f64), sites),
            prop::collection::vec(any_vehicle(sites), 0..6),
            prop::collection::vec(any_stop(sites), 0..30),
            (2.0..12.0_f64, prop::bool::ANY, prop::bool::ANY),
            prop::option::of(prop::collection::vec(0_i64..30_000, 49)),
        )
            .prop_map(|(places, fleet, mut stops, (shift_h, cost, by_hubs), table)| {
                for (i, stop) in stops.iter_mut().enumerate() {
                    stop.id = format!("stop {i}");
                }
                let mut metric = Metric::great_circle(1.3);
                // Ways among the first site and the first six stops.
                let name = |i: usize| match i {
                    0 => "site 0".to_owned(),
                    i => format!("stop {}", i - 1),
                };
                for (i, metres) in table.into_iter().flatten().enumerate() {
                    metric.table.insert((name(i % 7), name(i / 7)), Distance::new(metres));
                }
                Day {
                    sites: (places.iter().enumerate())
                        .map(|(i, &(east, north))| site(&format!("site {i}"), east, north))
                        .collect(),
                    fleet,
                    metric,
                    stops,
                    shift_h,
                    objective: if cost { COST } else { Objective::Distance },
                    by_hubs,
                }
            })
    })
}
