//! Distance on the X instances (Uchoa et al. 2017), where their folder lies beside the repository.
#![expect(clippy::disallowed_methods, reason = "a test reads the instances it is about")]
#![expect(clippy::unwrap_used, reason = "the instances are as their source gives them")]
#![expect(clippy::print_stderr, reason = "the gaps are what the test is for")]

use network::{Consumption, EnergyCarrier, Metric, Site, SiteKind, VehicleType};
use quantity::{Distance, Duration, Energy, Instant, Mass, Money, Point, TimeWindow, Volume};
use std::path::PathBuf;
use transport::{Objective, Problem, Stop, check, route_day};

/// Mean gap that a day's search may leave, in percent.
const GAP_MAX: f64 = 8.0;

struct Instance {
    capacity: i64,
    /// The depot first; rounded coordinates, demand.
    nodes: Vec<(f64, f64, i64)>,
}

fn folder() -> PathBuf {
    PathBuf::from("../../../shared/data/routing/cvrp-x")
}

fn parse(text: &str) -> Instance {
    let mut instance = Instance { capacity: 0, nodes: Vec::new() };
    let mut section = "";
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["CAPACITY", ":", capacity] => instance.capacity = capacity.parse().unwrap(),
            ["NODE_COORD_SECTION"] => section = "coordinates",
            ["DEMAND_SECTION"] => section = "demands",
            ["DEPOT_SECTION"] => break,
            [_, x, y] if section == "coordinates" => {
                instance.nodes.push((x.parse().unwrap(), y.parse().unwrap(), 0));
            }
            [node, demand] if section == "demands" => {
                instance.nodes[node.parse::<usize>().unwrap() - 1].2 = demand.parse().unwrap();
            }
            _ => {}
        }
    }
    instance
}

/// Least distance found, in the instance's rounded units.
fn distance(instance: &Instance) -> i64 {
    let id = |node: usize| format!("{node}");
    let mut metric = Metric::great_circle(1.0);
    for (i, a) in instance.nodes.iter().enumerate() {
        for (j, b) in instance.nodes.iter().enumerate() {
            let way = (a.0 - b.0).hypot(a.1 - b.1).round() as i64;
            metric.table.insert((id(i), id(j)), Distance::new(way));
        }
    }
    let nowhere = Point::from_degrees(0.0, 0.0).unwrap();
    let site = Site {
        id: id(0),
        kind: SiteKind::Warehouse,
        point: nowhere,
        solar: None,
        battery: None,
        load_per_day: Energy::ZERO,
    };
    let free = Money::zero("EUR".parse().unwrap());
    let vehicle = VehicleType {
        name: "van".into(),
        carrier: EnergyCarrier::Diesel,
        count: instance.nodes.len() as u32,
        site: 0,
        capacity: Mass::from_grams(instance.capacity),
        volume: Volume::new(1),
        consumption: Consumption { empty_per_100km: 0.0, full_per_100km: 0.0 },
        battery: None,
        charge_power: None,
        speed_kmh: 100.0,
        cost_per_km: free,
        cost_per_h: free,
        range: None,
    };
    let start = Instant::from_unix(0);
    let stops: Vec<Stop> = (instance.nodes.iter().enumerate().skip(1))
        .map(|(node, &(_, _, demand))| Stop {
            id: id(node),
            point: nowhere,
            origin: 0,
            mass: Mass::from_grams(demand),
            volume: Volume::ZERO,
            window: TimeWindow { open: start, close: Instant::from_unix(1 << 30) },
            service: Duration::ZERO,
        })
        .collect();
    let problem = Problem {
        sites: &[site],
        fleet: &[vehicle],
        metric: &metric,
        stops: &stops,
        shift_start: start,
        shift: Duration::from_seconds(1 << 30),
        transfer: Duration::ZERO,
        charging_loss: 1.0,
        missing: &std::collections::BTreeMap::new(),
        objective: Objective::Distance,
        by_hubs: false,
    };
    let routing = route_day(&problem);
    assert_eq!(check(&problem, &routing), []);
    assert_eq!(routing.unserved, []);
    routing.rounds.iter().map(|round| round.distance().metres()).sum()
}

#[test]
fn distance_is_near_the_best_known() {
    let Ok(table) = std::fs::read_to_string(folder().join("bks.csv")) else {
        eprintln!("skipped: no X instances beside the repository");
        return;
    };
    let mut gaps = Vec::new();
    for name in ["X-n101-k25", "X-n148-k46", "X-n251-k28"] {
        let text = std::fs::read_to_string(folder().join(format!("{name}.vrp"))).unwrap();
        let row = table.lines().find(|row| row.starts_with(name)).unwrap();
        let best: f64 = row.split(',').nth(1).unwrap().parse().unwrap();
        let found = distance(&parse(&text));
        gaps.push((found as f64 / best - 1.0) * 100.0);
        eprintln!("{name}: {found}, best known {best}, gap {:.2} %", gaps[gaps.len() - 1]);
    }
    let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
    assert!(mean < GAP_MAX, "mean gap {mean:.2} %");
}
