//! Scenarios made by seed.

use network::{Battery, Consumption, EnergyCarrier, Metric, Site, SiteKind, Solar, VehicleType};
use ordering::DeliveryOption;
use packaging::solution::{BagKind, Dose, IndustryRule, Material, SolutionRules};
use packaging::{CartonKind, Stock};
use planner::{
    Baseline, EnergyPolicy, Grid, Order, OrderLine, Policy, Product, RecyclingPolicy, Scenario,
    Tariff,
};
use proptest::prelude::*;
use quantity::seed::Sequence;
use quantity::{
    Currency, Day, Distance, Duration, Energy, Length, Mass, Money, Point, Power, Seed, Volume,
    Zone,
};

/// Any of them.
pub(crate) fn any_scenario() -> impl Strategy<Value = Scenario> {
    (any::<u64>(), 0_usize..25).prop_map(|(seed, orders)| scenario(seed, orders))
}

pub(crate) fn first_day() -> Day {
    Day::parse("2025-03-28").unwrap()
}

/// A small operation over three days and a change of the clock.
pub(crate) fn scenario(seed: u64, orders: usize) -> Scenario {
    let mut draw = Seed::new(seed).sequence();
    let currency: Currency = "EUR".parse().unwrap();
    let zone = Zone::parse("Europe/Berlin").unwrap();
    let products = products(&mut draw);
    let mut scenario = Scenario {
        name: format!("made {seed}"),
        currency,
        seed: Seed::new(seed),
        country: "DE".into(),
        policy: Policy { carbon_price_per_kg: draw.unit(), ..Policy::default() },
        energy: EnergyPolicy::default(),
        recycling: RecyclingPolicy { return_rate: draw.unit(), ..RecyclingPolicy::default() },
        baseline: Baseline { vehicle_type: "van".into(), ..Baseline::default() },
        sites: sites(),
        orders: made_orders(&mut draw, orders, products.len(), &zone),
        products,
        cartons: cartons(),
        stock: Stock {
            new: vec![1_000, 1_000, draw.below(20) as u32],
            reused: (0..3).map(|_| draw.below(10) as u32).collect(),
        },
        solution: solution(),
        fleet: fleet(&mut draw, currency),
        metric: Metric::great_circle(1.3),
        weather: Vec::new(),
        tariff: Tariff::TwoStep { day: 0.3, night: 0.2 },
        grid: Grid::Default,
        absent: vec!["weather.csv"],
        zone,
    };
    if draw.below(2) == 0 {
        let begin = scenario.zone.at(first_day(), Duration::ZERO);
        let hours = (0..48).map(|hour| begin + Duration::from_seconds(hour * 3_600));
        scenario.grid = Grid::Hourly(hours.map(|start| (start, draw.unit())).collect());
    }
    scenario.orders.sort_by(|a, b| (a.placed_at, &a.id).cmp(&(b.placed_at, &b.id)));
    scenario
}

fn point(lat: f64, lon: f64) -> Point {
    Point::from_degrees(lat, lon).unwrap()
}

fn sites() -> Vec<Site> {
    let solar = Solar { peak: Power::from_kilowatts(50.0), tilt_deg: 10.0, azimuth_deg: 180.0 };
    let battery =
        Battery { capacity: Energy::from_kilowatt_hours(40.0), power: Power::from_kilowatts(20.0) };
    let site = |id: &str, kind, point, load| Site {
        id: id.into(),
        kind,
        point,
        solar: (load > 0.0).then_some(solar),
        battery: (load > 100.0).then_some(battery),
        load_per_day: Energy::from_kilowatt_hours(load),
    };
    vec![
        site("H", SiteKind::Hub, point(52.52, 13.40), 60.0),
        site("S1", SiteKind::Station, point(52.50, 13.35), 0.0),
        site("S2", SiteKind::Station, point(52.55, 13.45), 0.0),
        site("W", SiteKind::Warehouse, point(52.40, 13.10), 300.0),
    ]
}

fn products(draw: &mut Sequence) -> Vec<Product> {
    (0..12)
        .map(|n| Product {
            sku: format!("P{n:02}"),
            industry: if n % 2 == 0 { "books".into() } else { "home".into() },
            // The last is larger than every carton.
            sides: [0; 3]
                .map(|_| Length::new(if n == 11 { 9_000 } else { 200 + draw.below(2_500) as i64 })),
            mass: Mass::from_grams(50 + draw.below(4_000) as i64),
            fragile: draw.below(5) == 0,
            own_package: n == 10,
            upright: draw.below(5) == 0,
            stacking_max: (n % 4 == 3).then(|| Mass::from_grams(draw.below(4_000) as i64)),
        })
        .collect()
}

fn cartons() -> Vec<CartonKind> {
    [(2_000, 1_500, 1_000, 80), (3_500, 3_000, 2_500, 250), (6_000, 4_000, 4_000, 900)]
        .iter()
        .enumerate()
        .map(|(n, &(length, width, height, tare))| CartonKind {
            id: format!("C{n}"),
            inner: [Length::new(length), Length::new(width), Length::new(height)],
            max_load: Mass::from_kilograms(20.0),
            tare: Mass::from_grams(tare),
            material: "corrugated".into(),
        })
        .collect()
}

/// Books are cooled and kept from what is for the home.
fn solution() -> SolutionRules {
    let dose = |material, grams| Some(Dose { material, per_unit: Mass::from_grams(grams) });
    let rule = |name: &str| IndustryRule {
        name: name.into(),
        words: vec![name.into()],
        recycled_content: 0.6,
        filler: dose(Material::Paper, 10),
        tape: dose(Material::Polypropylene, 2),
        ..IndustryRule::default()
    };
    let books = IndustryRule {
        insulation: dose(Material::Polystyrene, 600),
        coolant: dose(Material::Gel, 7),
        ..rule("books")
    };
    let home = IndustryRule { bags: vec![0], ..rule("home") };
    let bag = BagKind {
        id: "B".into(),
        material: Material::Paper,
        sides: [4_000, 3_000].map(Length::new),
        max_load: Mass::from_kilograms(3.0),
        tare: Mass::from_grams(25),
    };
    SolutionRules { industries: vec![books, home], bags: vec![bag], apart: vec![vec![0, 1]] }
}

fn made_orders(draw: &mut Sequence, count: usize, products: usize, zone: &Zone) -> Vec<Order> {
    (0..count)
        .map(|n| {
            let day = (0..draw.below(3)).fold(first_day(), |day, _| day.next());
            let placed_at = zone.at(day, Duration::from_seconds(draw.below(86_400) as i64));
            let promise = placed_at + Duration::from_hours(10.0 + 70.0 * draw.unit());
            // Few places, so that customers meet themselves and each other.
            let place = draw.below(8) as f64;
            Order {
                id: format!("O{n:03}"),
                placed_at,
                origin: 3,
                destination: point(52.45 + place / 50.0, 13.25 + place / 40.0),
                promised_by: (draw.below(4) > 0).then_some(promise),
                option: match draw.below(5) {
                    0 => None,
                    1 => Some(DeliveryOption::Door),
                    2 => Some(DeliveryOption::Green),
                    3 => Some(DeliveryOption::Station(None)),
                    _ => Some(DeliveryOption::Slot { from_h: 14, until_h: 18 }),
                },
                customer: (draw.below(3) > 0).then(|| format!("K{place}")),
                lines: (0..=draw.below(3))
                    .map(|line| OrderLine {
                        product: (n * 5 + line) % products,
                        quantity: 1 + draw.below(3) as u32,
                    })
                    .collect(),
            }
        })
        .collect()
}

fn fleet(draw: &mut Sequence, currency: Currency) -> Vec<VehicleType> {
    let money = |units| Money::from_units(units, currency);
    let mut vehicle = |name: &str, carrier, site, kg: f64, litres: f64, per_100km: f64| {
        let electric = EnergyCarrier::is_electric(carrier);
        VehicleType {
            name: name.into(),
            carrier,
            count: draw.below(4) as u32,
            site,
            capacity: Mass::from_kilograms(kg),
            volume: Volume::from_litres(litres),
            consumption: Consumption {
                empty_per_100km: per_100km,
                full_per_100km: per_100km * 1.3,
            },
            battery: electric.then(|| Energy::from_kilowatt_hours(per_100km)),
            charge_power: electric.then(|| Power::from_kilowatts(per_100km / 3.0)),
            speed_kmh: if carrier == EnergyCarrier::Robot { 6.0 } else { 30.0 },
            cost_per_km: money(0.5),
            cost_per_h: money(if carrier == EnergyCarrier::Robot { 3.0 } else { 25.0 }),
            range: electric.then(|| Distance::new(80_000)),
        }
    };
    vec![
        vehicle("van", EnergyCarrier::Diesel, 3, 900.0, 9_000.0, 10.0),
        vehicle("e-van", EnergyCarrier::Electric, 3, 800.0, 9_000.0, 25.0),
        vehicle("e-van", EnergyCarrier::Electric, 0, 800.0, 9_000.0, 25.0),
        vehicle("robot", EnergyCarrier::Robot, 0, 15.0, 80.0, 2.0),
    ]
}
