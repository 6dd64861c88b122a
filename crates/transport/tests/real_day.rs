//! A real day of 274 orders, where its folder lies beside the repository.
#![expect(clippy::disallowed_methods, reason = "a test reads the day it is about")]
#![expect(clippy::unwrap_used, reason = "the tables are as their source gives them")]
#![expect(clippy::print_stderr, reason = "the figures are for the reader")]

mod sample;

use network::{Consumption, EnergyCarrier, Metric, VehicleType};
use quantity::{Distance, Energy, Mass, Money, Point, Volume};
use sample::{COST, Day, site, stop, van};
use std::collections::HashMap;
use std::path::PathBuf;
use transport::{Objective, Stop, check, route_day};

/// Rows by column.
fn table(name: &str) -> Option<Vec<HashMap<String, String>>> {
    let folder = PathBuf::from("../../../shared/data/orders/day");
    let text = std::fs::read_to_string(folder.join(name)).ok()?;
    let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned));
    let header: Vec<String> = lines.next()?.collect();
    Some(lines.map(|cells| header.iter().cloned().zip(cells).collect()).collect())
}

fn number(row: &HashMap<String, String>, column: &str) -> Option<f64> {
    row[column].parse().ok()
}

fn real_day() -> Option<Day> {
    let size: HashMap<String, (f64, f64)> = (table("products.csv")?.iter())
        .map(|row| {
            let side = |column| number(row, column).unwrap();
            let litres = side("length_cm") * side("width_cm") * side("height_cm") / 1e3;
            (row["sku"].clone(), (side("weight_g") / 1e3, litres))
        })
        .collect();
    let mut parcels: HashMap<String, (f64, f64)> = HashMap::new();
    for row in table("order_items.csv")? {
        let (kg, litres) = size[&row["sku"]];
        let pieces = number(&row, "quantity")?;
        let parcel = parcels.entry(row["order_id"].clone()).or_default();
        *parcel = (parcel.0 + kg * pieces, parcel.1 + litres * pieces);
    }
    let sites_csv = table("sites.csv")?;
    let point = |row: &HashMap<String, String>, lat: &str, lon: &str| {
        Point::from_degrees(number(row, lat).unwrap(), number(row, lon).unwrap()).unwrap()
    };
    let stops = table("orders.csv")?.into_iter().map(|row| Stop {
        id: row["order_id"].clone(),
        point: point(&row, "dest_lat", "dest_lon"),
        mass: Mass::from_kilograms(parcels[&row["order_id"]].0),
        volume: Volume::from_litres(parcels[&row["order_id"]].1),
        ..stop(0, 0.0, 0.0)
    });
    let money = |units: f64| Money::from_units(units, "BRL".parse().unwrap());
    let vehicles = table("vehicles.csv")?;
    let fleet = vehicles.iter().map(|row| VehicleType {
        name: row["vehicle_type"].clone(),
        carrier: match row["energy"].as_str() {
            "electric" => EnergyCarrier::Electric,
            "robot" => EnergyCarrier::Robot,
            _ => EnergyCarrier::Diesel,
        },
        count: number(row, "count").unwrap() as u32,
        site: sites_csv.iter().position(|site| site["site_id"] == row["site_id"]).unwrap(),
        capacity: Mass::from_kilograms(number(row, "capacity_kg").unwrap()),
        volume: Volume::from_litres(number(row, "capacity_l").unwrap()),
        consumption: Consumption {
            empty_per_100km: number(row, "kwh_or_l_per_100km_empty").unwrap(),
            full_per_100km: number(row, "kwh_or_l_per_100km_full").unwrap(),
        },
        battery: number(row, "battery_kwh").map(Energy::from_kilowatt_hours),
        speed_kmh: number(row, "speed_kmh").unwrap(),
        cost_per_km: money(number(row, "cost_per_km").unwrap()),
        cost_per_h: money(number(row, "cost_per_h").unwrap()),
        range: number(row, "range_km").map(Distance::from_kilometres),
        ..van(0, 1)
    });
    Some(Day {
        stops: stops.collect(),
        fleet: fleet.collect(),
        sites: (sites_csv.iter())
            .map(|row| network::Site {
                point: point(row, "lat", "lon"),
                ..site(&row["site_id"], 0.0, 0.0)
            })
            .collect(),
        metric: Metric::great_circle(1.3),
        shift_h: 9.0,
        objective: COST,
        by_hubs: false,
    })
}

#[test]
fn a_real_day_is_served_whole_and_hubs_never_cost_more() {
    let Some(direct) = real_day() else {
        eprintln!("skipped: no real day beside the repository");
        return;
    };
    let vans = direct.fleet.iter().filter(|vehicle| vehicle.name == "diesel_van").cloned();
    let shortest = Day { fleet: vans.collect(), objective: Objective::Distance, ..direct.clone() };
    let by_hubs = Day { by_hubs: true, ..direct.clone() };
    let mut costs = Vec::new();
    for (name, day) in [("diesel vans", shortest), ("direct", direct), ("by hubs", by_hubs)] {
        let routing = route_day(&day.problem());
        assert_eq!(check(&day.problem(), &routing), []);
        assert_eq!(routing.unserved, []);
        let cost: f64 = (routing.rounds.iter())
            .map(|round| {
                let vehicle = &day.fleet[round.vehicle];
                let kg = if vehicle.carrier.is_electric() { 0.1 * 1.1 } else { 3.2 };
                round.cost(vehicle).units() + 0.4 * kg * round.energy()
            })
            .sum();
        let km: f64 = routing.rounds.iter().map(|round| round.distance().kilometres()).sum();
        let mut rounds: HashMap<&str, usize> = HashMap::new();
        for round in &routing.rounds {
            *rounds.entry(&day.fleet[round.vehicle].name).or_default() += 1;
        }
        let mut rounds: Vec<_> = rounds.into_iter().collect();
        rounds.sort_unstable();
        eprintln!("{name}: {km:.0} km, cost {cost:.0}, {rounds:?}");
        costs.push(cost);
    }
    assert!(costs[2] <= costs[1] + 1e-6 && costs[1] <= costs[0], "{costs:?}");
}
