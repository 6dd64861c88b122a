//! A small run by hand: two days, four rounds, two sites with energy, both cases. For tests.

mod solution;

use carbon::{
    Activity, Case, Class, Context, DataKind, Factor, GwpSet, Line, Link, Registry, Unit, Valued,
};
use network::{Battery, Consumption, EnergyCarrier, Metric, Site, SiteKind, Solar, VehicleType};
use ordering::{DeliveryOption, Offer, Shipment};
use packaging::{CartonKind, Placed, Stock, Wrapping};
use planner::{
    Baseline, CaseOutcome, DayOutcome, EnergyPolicy, Figures, Grid, Note, Order, OrderLine,
    Outcome, ParcelRecord, Policy, Product, RecyclingPolicy, Scenario, SiteEnergy, Tariff,
    UnservedOrder,
};
use quantity::{
    Carbon, Currency, Day, Distance, Duration, Emission, Energy, Fixed, Instant, Length, Mass,
    Money, Point, Power, Seed, TimeWindow, Volume, Zone,
};
use recycling::{Grade, HandedBack};
use solution::{materials, solution};
use transport::{End, Leg, Round, RoundKind, Routing};
use warehousing::{Hour, Schedule};

fn currency() -> Currency {
    "BRL".parse().unwrap()
}

fn zone() -> Zone {
    Zone::parse("America/Sao_Paulo").unwrap()
}

fn day(number: u32) -> Day {
    Day::parse(&format!("2017-11-{:02}", 23 + number)).unwrap()
}

fn at(day: Day, hours: f64) -> Instant {
    zone().at(day, Duration::from_hours(hours))
}

fn point(lat: f64, lon: f64) -> Point {
    Point::from_degrees(lat, lon).unwrap()
}

fn kilograms(kg: f64) -> Carbon {
    Carbon::from_kilograms_f64(kg)
}

fn sites() -> Vec<Site> {
    let site = |id: &str, kind, point| Site {
        id: id.into(),
        kind,
        point,
        solar: None,
        battery: None,
        load_per_day: Energy::from_kilowatt_hours(240.0),
    };
    let mut sites = vec![
        site("W1", SiteKind::Warehouse, point(-23.5300, -46.7000)),
        site("H1", SiteKind::Hub, point(-23.5600, -46.6300)),
        site("S1", SiteKind::Station, point(-23.5550, -46.6500)),
        site("S2", SiteKind::Station, point(-23.5900, -46.6800)),
    ];
    sites[0].solar =
        Some(Solar { peak: Power::from_kilowatts(60.0), tilt_deg: 20.0, azimuth_deg: 0.0 });
    sites[0].battery = Some(Battery {
        capacity: Energy::from_kilowatt_hours(80.0),
        power: Power::from_kilowatts(30.0),
    });
    sites
}

fn vehicle(name: &str, carrier: EnergyCarrier, site: usize) -> VehicleType {
    VehicleType {
        name: name.into(),
        carrier,
        count: 3,
        site,
        capacity: Mass::from_grams(800_000),
        volume: Volume::from_litres(5_000.0),
        consumption: Consumption { empty_per_100km: 9.0, full_per_100km: 11.0 },
        battery: carrier.is_electric().then(|| Energy::from_kilowatt_hours(60.0)),
        charge_power: carrier.is_electric().then(|| Power::from_kilowatts(11.0)),
        speed_kmh: 30.0,
        cost_per_km: Money::from_units(1.5, currency()),
        cost_per_h: Money::from_units(20.0, currency()),
        range: None,
    }
}

fn product(sku: &str, industry: &str, side_cm: f64, own_package: bool) -> Product {
    Product {
        sku: sku.into(),
        industry: industry.into(),
        sides: [Length::from_centimetres(side_cm); 3],
        mass: Mass::from_grams(700),
        fragile: false,
        own_package,
        upright: false,
        stacking_max: None,
    }
}

fn orders() -> Vec<Order> {
    let places = [
        (-23.5480, -46.6350),
        (-23.5480, -46.6350),
        (-23.5560, -46.6520),
        (-23.5700, -46.6200),
        (-23.5820, -46.6900),
        (-22.9000, -43.2000),
    ];
    places
        .into_iter()
        .enumerate()
        .map(|(number, (lat, lon))| Order {
            id: format!("O{}", number + 1),
            placed_at: at(day(0), 9.0),
            origin: 0,
            destination: point(lat, lon),
            promised_by: None,
            option: (number == 2).then_some(DeliveryOption::Station(None)),
            customer: Some(format!("C{}", number / 2)),
            lines: vec![OrderLine { product: number % 3, quantity: 1 }],
        })
        .collect()
}

/// What was planned.
pub(crate) fn scenario() -> Scenario {
    let carton = |id: &str, side: f64, tare| CartonKind {
        id: id.into(),
        inner: [Length::from_centimetres(side); 3],
        max_load: Mass::from_grams(20_000),
        tare: Mass::from_grams(tare),
        material: "corrugated".into(),
    };
    Scenario {
        name: "Two days in São Paulo".into(),
        currency: currency(),
        seed: Seed::new(7),
        country: "BR".into(),
        zone: zone(),
        policy: Policy::default(),
        energy: EnergyPolicy::default(),
        recycling: RecyclingPolicy::default(),
        baseline: Baseline::default(),
        sites: sites(),
        products: vec![
            product("lamp", "housewares", 18.0, false),
            product("book", "books & media", 12.0, false),
            product("bicycle", "sports", 60.0, true),
        ],
        cartons: vec![carton("K20", 20.0, 140), carton("K40", 40.0, 420)],
        stock: Stock { new: vec![100, 100], reused: vec![0, 5] },
        solution: solution(),
        fleet: vec![
            vehicle("diesel_van", EnergyCarrier::Diesel, 0),
            vehicle("electric_van", EnergyCarrier::Electric, 1),
            vehicle("robot", EnergyCarrier::Robot, 1),
        ],
        orders: orders(),
        metric: Metric::great_circle(1.3),
        weather: Vec::new(),
        tariff: Tariff::TwoStep { day: 0.8, night: 0.5 },
        grid: Grid::Default,
        absent: vec!["weather.csv"],
    }
}

fn round(vehicle: usize, site: usize, kind: RoundKind, ends: &[End], leave: Instant) -> Round {
    let legs = ends
        .iter()
        .enumerate()
        .map(|(place, &to)| {
            let depart = leave + Duration::from_seconds(1_200 * place as i64);
            Leg {
                to,
                distance: Distance::new(7_400),
                load: Mass::from_grams(9_000 / (place as i64 + 1)),
                energy: 0.74,
                depart,
                arrive: depart + Duration::from_seconds(900),
            }
        })
        .collect();
    Round { vehicle, number: 0, site, kind, legs }
}

fn shipment(day: Day, orders: &[usize], station: Option<usize>) -> Shipment {
    let all = self::orders();
    let station_point = station.map(|station| sites()[station].point);
    Shipment {
        orders: orders.to_vec(),
        origin: 0,
        destination: station_point.unwrap_or(all[orders[0]].destination),
        station,
        window: TimeWindow { open: at(day, 8.0), close: at(day, 17.0) },
    }
}

fn parcel(number: usize, shipment: usize, orders: &[usize], wrapping: Wrapping) -> ParcelRecord {
    let side = [Length::from_centimetres(12.0); 3];
    let products: Vec<usize> = orders.iter().map(|order| order % 3).collect();
    ParcelRecord {
        materials: materials(&products, &wrapping),
        id: format!("P20171123-{number:05}"),
        orders: orders.to_vec(),
        shipment,
        wrapping,
        products,
        piece_orders: orders.to_vec(),
        placed: (0..orders.len())
            .map(|piece| Placed { piece, at: [Length::ZERO; 3], sides: side })
            .collect(),
        gross: Mass::from_grams(840),
        volume: Volume::from_litres(8.0),
        round: 1,
    }
}

/// A site's day; `scale` makes one day busier than another.
fn site_energy(site: usize, day: Day, scale: f64, with_sun: bool) -> SiteEnergy {
    let hours: Vec<Hour> = (0..24)
        .map(|hour| {
            let clock = f64::from((hour + 6) % 24);
            let sun = if with_sun { (1.0 - ((clock - 12.5) / 6.0).powi(2)).max(0.0) } else { 0.0 };
            let kwh = |value: f64| Energy::from_kilowatt_hours(value * scale);
            let (pv, load) = (kwh(48.0 * sun), kwh(10.0 + 4.0 * sun));
            let charging = if (5.0..=19.0).contains(&clock) { Energy::ZERO } else { kwh(7.5) };
            let battery_in = if sun > 0.8 { kwh(12.0) } else { Energy::ZERO };
            let wanted = load + charging + battery_in;
            Hour {
                start: at(day, f64::from(hour) + 6.0),
                pv,
                load,
                charging,
                charging_from_grid: charging,
                battery_in,
                battery_out: Energy::ZERO,
                stored: Energy::ZERO,
                import: (wanted - pv).or_zero(),
                export: (pv - wanted).or_zero(),
            }
        })
        .collect();
    let day_hours = |day: f64, night: f64| {
        (0..24).map(|hour| if hour < 16 { day } else { night }).collect::<Vec<f64>>()
    };
    SiteEnergy {
        site,
        schedule: Schedule { hours, sessions: Vec::new() },
        carried: Energy::ZERO,
        buy_price: day_hours(0.8, 0.5),
        grid_kg_per_kwh: vec![0.0617; 24],
    }
}

fn empty_day(day: Day) -> DayOutcome {
    DayOutcome {
        day,
        shipments: Vec::new(),
        parcels: Vec::new(),
        routing: Routing::default(),
        round_ids: Vec::new(),
        stop_shipments: Vec::new(),
        energy: Vec::new(),
        handed_back: Vec::new(),
        stock_left: Stock { new: vec![100, 100], reused: vec![0, 5] },
    }
}

fn planned_days() -> Vec<DayOutcome> {
    let (first, second) = (day(0), day(1));
    let new = |kind| Wrapping::Carton { kind, reused: false };
    let feeder = RoundKind::Feeder { drops: vec![(1, vec![0, 2])] };
    let delivery = || RoundKind::Delivery;
    let day_one = DayOutcome {
        shipments: vec![
            shipment(first, &[0, 1], None),
            shipment(first, &[2], Some(2)),
            shipment(first, &[3], None),
        ],
        parcels: vec![
            parcel(1, 0, &[0, 1], new(1)),
            parcel(2, 1, &[2], Wrapping::Own),
            parcel(3, 2, &[3], Wrapping::Carton { kind: 1, reused: true }),
        ],
        routing: Routing {
            rounds: vec![
                round(0, 0, feeder, &[End::Site(1), End::Site(0)], at(first, 8.0)),
                round(
                    1,
                    1,
                    delivery(),
                    &[End::Stop(0), End::Stop(2), End::Site(1)],
                    at(first, 9.5),
                ),
                round(2, 1, delivery(), &[End::Stop(1), End::Site(1)], at(first, 10.0)),
            ],
            unserved: Vec::new(),
        },
        round_ids: (1..=3).map(|n| format!("R20171123-{n:03}")).collect(),
        stop_shipments: vec![vec![0], vec![1], vec![2]],
        energy: vec![site_energy(0, first, 1.0, true), site_energy(1, first, 0.4, false)],
        handed_back: vec![
            HandedBack { parcel: 0, kind: 1, station: 2, grade: Grade::Reuse },
            HandedBack { parcel: 2, kind: 1, station: 2, grade: Grade::Recycle },
        ],
        ..empty_day(first)
    };
    let day_two = DayOutcome {
        shipments: vec![shipment(second, &[4], None)],
        parcels: vec![ParcelRecord { round: 0, ..parcel(4, 0, &[4], new(0)) }],
        routing: Routing {
            rounds: vec![round(1, 1, delivery(), &[End::Stop(0), End::Site(1)], at(second, 9.0))],
            unserved: Vec::new(),
        },
        round_ids: vec!["R20171124-001".into()],
        stop_shipments: vec![vec![0]],
        energy: vec![site_energy(0, second, 0.8, true), site_energy(1, second, 0.3, false)],
        ..empty_day(second)
    };
    vec![day_one, day_two]
}

fn baseline_days() -> Vec<DayOutcome> {
    let first = day(0);
    let shipments: Vec<Shipment> = (0..5).map(|order| shipment(first, &[order], None)).collect();
    let parcels = (0..5)
        .map(|order| {
            let wrapping = match order {
                2 => Wrapping::Own,
                _ => Wrapping::Carton { kind: order % 2, reused: false },
            };
            parcel(order + 1, order, &[order], wrapping)
        })
        .collect();
    let ends: Vec<End> = (0..5).map(End::Stop).chain([End::Site(0)]).collect();
    vec![DayOutcome {
        shipments,
        parcels,
        routing: Routing {
            rounds: vec![round(0, 0, RoundKind::Delivery, &ends, at(first, 8.0))],
            unserved: Vec::new(),
        },
        round_ids: vec!["R20171123-001".into()],
        stop_shipments: (0..5).map(|shipment| vec![shipment]).collect(),
        energy: vec![site_energy(0, first, 1.0, false), site_energy(1, first, 0.2, false)],
        ..empty_day(first)
    }]
}

fn factors() -> Registry {
    let mut registry = Registry::default();
    for (id, activity, unit, wtt, ttw) in [
        ("diesel-b10-br", "diesel with 10 % biodiesel", Unit::Litre, "0.61", "2.41"),
        ("electricity-br", "electricity, grid mean", Unit::KilowattHour, "0.0617", "0"),
        ("corrugated", "corrugated board, cradle to gate", Unit::Tonne, "590", "0"),
    ] {
        let added = registry.add(Factor {
            id: id.into(),
            edition: "2024".into(),
            activity: activity.into(),
            class: Class::Fuel,
            unit,
            wtt: wtt.parse().ok(),
            ttw: ttw.parse().ok(),
            generation: None,
            biogenic: None,
            gwp_set: GwpSet::Ar6,
            region: "BR".into(),
            valid_from: None,
            valid_to: None,
            distance: None,
            uncertainty_pct: None,
            source: "A publication with a long name, volume 3, table 12 (2024)".into(),
            licence: "public domain".into(),
            note: if id == "corrugated" {
                "Mean of recycled and virgin fibre.".into()
            } else {
                String::new()
            },
        });
        assert_eq!(added, Ok(()));
    }
    registry
}

fn lines(case: Case, of: &[(Link, &'static str, &str, f64, f64)]) -> Vec<Line> {
    of.iter()
        .enumerate()
        .map(|(number, &(link, method, factor, wtt, ttw))| Line {
            id: format!("{}-{number:08}", case.name()).into(),
            case,
            activity: Activity {
                link,
                name: method.into(),
                context: Context::of("2026-07".parse().unwrap()),
                leg: None,
                amount: Fixed::from_integer(1),
                unit: Unit::Litre,
                factor_id: factor.into(),
                factor_edition: None,
                method: method.into(),
                data_kind: if link == Link::Warehousing {
                    DataKind::Default
                } else {
                    DataKind::Modelled
                },
            },
            class: Class::Fuel,
            factor_edition: "2024".into(),
            valued: Valued {
                emission: Emission { wtt: kilograms(wtt), ttw: kilograms(ttw) },
                ..Valued::default()
            },
            market: Carbon::ZERO,
            reverses: None,
        })
        .collect()
}

fn case(case: Case, days: Vec<DayOutcome>, lines: Vec<Line>) -> CaseOutcome {
    let scenario = scenario();
    let by_link = Link::ALL.map(|link| {
        (link, lines.iter().filter(|l| l.activity.link == link).map(Line::emission).sum())
    });
    let by_data_kind = [DataKind::Primary, DataKind::Modelled, DataKind::Default].map(|kind| {
        (kind, lines.iter().filter(|l| l.activity.data_kind == kind).map(Line::emission).sum())
    });
    let parcels = || days.iter().flat_map(|day| &day.parcels);
    let rounds = || days.iter().flat_map(|day| &day.routing.rounds);
    let hours = || days.iter().flat_map(|day| &day.energy).flat_map(|e| &e.schedule.hours);
    let figures = Figures {
        orders_served: 5,
        parcels: parcels().count(),
        carton_material: parcels()
            .filter_map(|parcel| match parcel.wrapping {
                Wrapping::Carton { kind, reused: false } => Some(scenario.cartons[kind].tare),
                _ => None,
            })
            .sum(),
        reused_cartons: usize::from(case == Case::Plan),
        handed_back: days.iter().map(|day| day.handed_back.len()).sum(),
        distance: rounds().map(Round::distance).sum(),
        rounds: rounds().count(),
        short_urban: 5,
        short_urban_electric: if case == Case::Plan { 5 } else { 0 },
        by_robot: usize::from(case == Case::Plan),
        transport_activity_tkm: 1.25,
        pv: hours().map(|hour| hour.pv).sum(),
        pv_self_used: hours().map(|hour| hour.pv - hour.export).sum(),
        import: hours().map(|hour| hour.import).sum(),
        by_link,
        total: lines.iter().map(Line::emission).sum(),
        by_data_kind,
        cost_transport: Money::from_units(rounds().count() as f64 * 61.0, currency()),
        cost_energy: Money::from_units(212.4, currency()),
    };
    let unserved = vec![UnservedOrder {
        order: 5,
        reason: "there and back is 936 km, beyond every vehicle's shift of 9 h".into(),
    }];
    CaseOutcome { case, days, unserved, lines, figures }
}

/// What came out.
pub(crate) fn outcome() -> Outcome {
    let plan = lines(
        Case::Plan,
        &[
            (Link::Packaging, "new cartons by mass", "corrugated", 0.33, 0.0),
            (Link::Transportation, "round energy by tkm share", "diesel-b10-br", 0.9, 3.57),
            (Link::Transportation, "charging from the grid", "electricity-br", 1.4, 0.0),
            (Link::Warehousing, "building load from the grid", "electricity-br", 18.2, 0.0),
            (Link::Recycling, "cartons recycled by mass", "corrugated", 0.02, 0.01),
        ],
    );
    let baseline = lines(
        Case::Baseline,
        &[
            (Link::Packaging, "new cartons by mass", "corrugated", 0.57, 0.0),
            (Link::Transportation, "round energy by tkm share", "diesel-b10-br", 4.1, 16.2),
            (Link::Warehousing, "building load from the grid", "electricity-br", 24.9, 0.0),
            (Link::Recycling, "cartons thrown away by mass", "corrugated", 0.05, 0.03),
        ],
    );
    let offer = |option, metres, kg| Offer {
        option,
        distance: Distance::new(metres),
        carbon: kilograms(kg),
        cost: Money::from_units(metres as f64 / 500.0, currency()),
    };
    let offers = vec![
        vec![
            offer(DeliveryOption::Station(None), 700, 0.06),
            offer(DeliveryOption::Green, 2_000, 0.19),
            offer(DeliveryOption::Door, 2_800, 0.26),
        ];
        6
    ];
    Outcome {
        plan: case(Case::Plan, planned_days(), plan),
        baseline: case(Case::Baseline, baseline_days(), baseline),
        factors: factors(),
        offers,
        measures: Vec::new(),
        notes: vec![Note {
            subject: "weather".into(),
            text: "The scenario has no weather.csv: a clear day of the season was used.".into(),
            stands_in: true,
        }],
    }
}

/// A run in which nothing happened.
pub(crate) fn nothing() -> (Scenario, Outcome) {
    let mut scenario = scenario();
    scenario.orders.clear();
    let empty = |which| {
        let mut case = case(which, Vec::new(), Vec::new());
        case.unserved.clear();
        case.figures.orders_served = 0;
        case.figures.short_urban = 0;
        case.figures.short_urban_electric = 0;
        case.figures.by_robot = 0;
        case.figures.reused_cartons = 0;
        case.figures.cost_energy = Money::zero(currency());
        case
    };
    let outcome = Outcome {
        plan: empty(Case::Plan),
        baseline: empty(Case::Baseline),
        factors: Registry::default(),
        offers: Vec::new(),
        measures: Vec::new(),
        notes: Vec::new(),
    };
    (scenario, outcome)
}

/// The run with so many parcels, each at a stop of its own, on rounds of 40 stops.
pub(crate) fn many_parcels(count: usize) -> Outcome {
    let mut outcome = outcome();
    let days = &mut outcome.plan.days;
    days[1].parcels.clear();
    let first = &mut days[0];
    let (day, parcel) = (first.day, first.parcels[0].clone());
    let mut sequence = Seed::new(1).sequence();
    first.shipments = (0..count)
        .map(|_| {
            let mut near = || 0.12 * (sequence.below(10_000) as f64 / 10_000.0 - 0.5);
            let destination = point(-23.56 + near(), -46.64 + near());
            Shipment { destination, ..shipment(day, &[0], None) }
        })
        .collect();
    first.stop_shipments = (0..count).map(|shipment| vec![shipment]).collect();
    first.parcels = (0..count)
        .map(|n| ParcelRecord { id: format!("P20171123-{n:05}"), round: n / 40, ..parcel.clone() })
        .collect();
    let stops: Vec<End> = (0..count).map(End::Stop).collect();
    first.routing.rounds = stops
        .chunks(40)
        .enumerate()
        .map(|(n, chunk)| {
            let ends: Vec<End> = chunk.iter().copied().chain([End::Site(1)]).collect();
            round(n % 3, 1, RoundKind::Delivery, &ends, at(day, 8.0))
        })
        .collect();
    first.round_ids = (1..=count.div_ceil(40)).map(|n| format!("R20171123-{n:03}")).collect();
    outcome
}
