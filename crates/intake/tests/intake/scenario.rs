//! What a good folder says is in the scenario.

use crate::good::Folder;
use intake::Warning;
use network::SiteKind;
use ordering::DeliveryOption;
use planner::{
    Baseline, CartonRule, EnergyPolicy, Grid, OrderLine, Policy, RecyclingPolicy, Tariff,
};
use quantity::{Distance, Duration, Energy, Instant, Length, Mass, Power, Seed};

#[test]
fn tables_are_sorted_and_rows_of_one_sku_add_up() {
    let scenario = Folder::good().checked().scenario;
    let ids = |ids: Vec<&str>| ids.join(" ");
    assert_eq!(ids(scenario.sites.iter().map(|site| site.id.as_str()).collect()), "H1 S1 W1");
    assert_eq!(ids(scenario.products.iter().map(|p| p.sku.as_str()).collect()), "p1 p2");
    assert_eq!(ids(scenario.cartons.iter().map(|c| c.id.as_str()).collect()), "C1 C2");
    assert_eq!(
        ids(scenario.fleet.iter().map(|v| v.name.as_str()).collect()),
        "cargo_bike diesel_van electric_van",
        "by site, then type"
    );
    assert_eq!(
        ids(scenario.orders.iter().map(|order| order.id.as_str()).collect()),
        "o2 o1 o3",
        "by time of placing"
    );
    let lines = [OrderLine { product: 0, quantity: 3 }, OrderLine { product: 1, quantity: 5 }];
    assert_eq!(scenario.orders[1].lines, lines);
    assert!(scenario.weather[0].start < scenario.weather[1].start);
    assert_eq!(scenario.absent, ["packaging_rules.toml"]);
}

#[test]
fn values_are_read_into_their_units() {
    let scenario = Folder::good().checked().scenario;
    let [hub, station, warehouse] = &scenario.sites[..] else { panic!("three sites") };
    assert_eq!((hub.kind, station.kind), (SiteKind::Hub, SiteKind::Station));
    assert_eq!(station.solar, None);
    assert_eq!(station.battery, None);
    let solar = hub.solar.unwrap();
    assert_eq!(solar.peak, Power::from_kilowatts(150.0));
    assert_eq!((solar.tilt_deg, solar.azimuth_deg), (10.0, 0.0), "flat, to the equator: north");
    let battery = hub.battery.unwrap();
    assert_eq!(battery.power, Power::from_kilowatts(150.0), "filled in two hours");
    assert_eq!(warehouse.load_per_day, Energy::from_kilowatt_hours(9_000.0));

    assert_eq!(scenario.products[1].sides[2], Length::new(1_501), "a piece's side goes up");
    assert_eq!(scenario.products[1].mass, Mass::from_grams(350));
    assert!(scenario.products[1].fragile && scenario.products[1].upright);
    assert!(!scenario.products[1].own_package && !scenario.products[0].upright);
    assert_eq!(scenario.cartons[1].inner[0], Length::new(2_700), "an inner side goes down");
    assert_eq!(scenario.stock.new, [500, 1_000_000], "no count is no limit");
    assert_eq!(scenario.stock.reused, [0, 7]);

    let van = &scenario.fleet[2];
    assert_eq!((van.count, van.site), (12, 2));
    assert_eq!(van.range, Some(Distance::new(220_000)));
    assert_eq!(scenario.fleet[1].battery, None);
    assert_eq!(van.cost_per_km.to_string(), "BRL 0.70");

    let [second, first, third] = &scenario.orders[..] else { panic!("three orders") };
    assert_eq!(first.placed_at, Instant::parse("2017-11-24T11:00:00Z").unwrap());
    assert_eq!(first.origin, 2);
    assert_eq!(first.customer.as_deref(), Some("anna"));
    assert_eq!((&second.customer, second.promised_by), (&None, None));
    assert_eq!(second.option, Some(DeliveryOption::Station(Some("S1".into()))));
    assert_eq!(third.option, Some(DeliveryOption::Slot { from_h: 18, until_h: 20 }));
    let given = scenario.metric.table[&("W1".to_string(), "o1".to_string())];
    assert_eq!(given, Distance::new(12_500));
    let Tariff::Hourly(prices) = &scenario.tariff else { panic!("a tariff is given") };
    assert!(prices[1].1 < 0.0, "a price may be negative");
}

#[test]
fn modules_without_azimuth_look_to_the_equator() {
    let north =
        Folder::good().edited("sites.csv", "H1,hub,-23.529,-46.74", "H1,hub,52.5,13.4").checked();
    assert_eq!(north.scenario.sites[0].solar.map(|solar| solar.azimuth_deg), Some(180.0));
}

#[test]
fn without_a_word_the_defaults_hold() {
    let mut folder = Folder::good();
    for name in ["weather.csv", "tariff.csv", "grid.csv", "distances.csv"] {
        folder = folder.without(name);
    }
    let scenario = folder.edited("greenchain.toml", "name = \"Two days\"\n", "").checked().scenario;
    assert_eq!(scenario.name, "unnamed");
    assert_eq!(scenario.seed, Seed::new(1));
    assert_eq!(scenario.policy, Policy::default());
    assert_eq!(scenario.energy, EnergyPolicy::default());
    assert_eq!(scenario.recycling, RecyclingPolicy::default());
    assert_eq!(scenario.baseline, Baseline::default());
    assert_eq!(scenario.tariff, Tariff::TwoStep { day: 0.20, night: 0.12 });
    assert_eq!(scenario.grid, Grid::Default);
    assert!(scenario.weather.is_empty() && scenario.metric.table.is_empty());
    assert_eq!(
        scenario.absent,
        ["weather.csv", "tariff.csv", "grid.csv", "distances.csv", "packaging_rules.toml"]
    );
}

/// No value is its default.
const EVERY_SETTING: &str = r#"
seed = 7
[policy]
carbon_price_per_t = 80
consolidation = false
join_radius_km = 2
station_radius_km = 1.5
detour_factor = 1.4
shift_start = "06:30"
shift_h = 8
service_min = 2.5
transfer_min = 20
hubs = false
support = 1
short_urban_km = 25
[energy]
solar = false
export_price_share = 0.4
battery_efficiency = 0.9
charging_efficiency = 0.85
day_start = "05:00"
[recycling]
stations = false
return_rate = 0.2
reuse_share = 0.6
household_recycling = 0.5
[baseline]
consolidation = true
carton = "least_carbon"
vehicle_type = "cargo_bike"
solar = true
recycling = true
"#;

#[test]
fn every_setting_is_read() {
    let checked = Folder::good().longer("greenchain.toml", EVERY_SETTING).checked();
    assert_eq!(checked.warnings, []);
    let scenario = checked.scenario;
    assert_eq!(scenario.seed, Seed::new(7));
    let policy = Policy {
        carbon_price_per_kg: 0.08,
        consolidation: false,
        join_radius: Distance::new(2_000),
        station_radius: Distance::new(1_500),
        detour_factor: 1.4,
        shift_start: Duration::from_seconds(23_400),
        shift: Duration::from_seconds(28_800),
        service: Duration::from_seconds(150),
        transfer: Duration::from_seconds(1_200),
        hubs: false,
        support: 1.0,
        short_urban: Distance::new(25_000),
    };
    assert_eq!(scenario.policy, policy);
    assert_eq!(scenario.metric.detour_factor.to_bits(), 1.4_f64.to_bits());
    let energy = EnergyPolicy {
        solar: false,
        export_price_share: 0.4,
        battery_efficiency: 0.9,
        charging_efficiency: 0.85,
        day_start: Duration::from_seconds(18_000),
    };
    assert_eq!(scenario.energy, energy);
    let recycling = RecyclingPolicy {
        stations: false,
        return_rate: 0.2,
        reuse_share: 0.6,
        household_recycling: 0.5,
    };
    assert_eq!(scenario.recycling, recycling);
    let baseline = Baseline {
        consolidation: true,
        carton: CartonRule::LeastCarbon,
        vehicle_type: "cargo_bike".into(),
        solar: true,
        recycling: true,
    };
    assert_eq!(scenario.baseline, baseline);
}

#[test]
fn a_header_alone_is_enough_where_a_scenario_may_have_none() {
    let mut folder = Folder::good().without("distances.csv");
    for name in ["orders.csv", "order_items.csv", "products.csv", "cartons.csv", "vehicles.csv"] {
        let header = folder.text(name).lines().next().unwrap().to_string();
        folder = folder.with(name, header);
    }
    let scenario = folder.checked().scenario;
    assert!(scenario.orders.is_empty() && scenario.fleet.is_empty());
}

#[test]
fn what_was_left_out_or_mended_is_told() {
    let folder = Folder::good()
        .edited("orders.csv", "customer_id\n", "customer_id,note\n")
        .edited("orders.csv", "standard,anna\n", "standard,anna,x\n")
        .edited("orders.csv", "station:S1,\n", "station:S1,,\n")
        .edited("orders.csv", "slot:18-20,bert\n", "slot:18-20,bert,\n")
        .longer("greenchain.toml", "colour = 1\n[policy]\nspeed = 2\n")
        .edited("weather.csv", "900,700,200,27,2.5", "-0.5,700,-5,27,2.5")
        .edited("weather.csv", "800,600,200", "-3,600,200")
        .edited("sites.csv", "-46.59,,,,,,", "-46.59,,,,,4,")
        .with("notes.txt", "no part of the scenario");
    let checked = folder.checked();
    let told: Vec<String> = checked.warnings.iter().map(Warning::to_string).collect();
    let expect = [
        "greenchain.toml: colour is not known and was ignored",
        "greenchain.toml: policy.speed is not known and was ignored",
        "sites.csv:4: battery_kw without battery_kwh was ignored: the site has no battery",
        "orders.csv: column `note` is not known and was ignored",
        "weather.csv: 1 small negative values of dhi_w_m2 were set to 0, the first in row 3",
        "weather.csv: 2 small negative values of ghi_w_m2 were set to 0, the first in row 2",
    ];
    assert_eq!(told, expect);
    assert_eq!(checked.scenario.weather[0].ghi.to_bits(), 0.0_f64.to_bits());
}

#[test]
fn orders_over_a_year_apart_are_looked_at() {
    let placed = |at| {
        let folder = Folder::good().edited("orders.csv", "2017-11-24T07:00:00-03:00", at);
        folder.checked().warnings.iter().map(Warning::to_string).collect::<Vec<_>>()
    };
    assert_eq!(placed("2018-12-29T09:00:00-03:00"), [""; 0], "400 days and an hour");
    assert_eq!(placed("2018-12-30T08:00:00-03:00").len(), 1, "401 days");
    assert_eq!(
        placed("2071-11-24T23:00:00-03:00"),
        [
            "orders.csv: placed_at spans 19723 days, from 2017-11-24 (row 2) to 2071-11-24 (row 3): every day between is planned. Check the years."
        ],
        "days of the scenario's zone"
    );
}
