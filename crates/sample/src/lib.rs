//! Two scenarios as files: the built-in one, made by seed on a real city's geography, and a small
//! one to start from. No files are read or written, no clock; `DATA.md` says what is fact and what
//! is assumption.
//!
//! Read: `city` (where people live), `catalogue` (what they buy), `cartons`, `orders` (who
//! orders what when), `fleet` (sites and vehicles), `energy` (weather, tariff, grid),
//! `starter` (the small scenario), `draw` (draws from a range and by weight).

mod city;
mod catalogue;
mod cartons;
mod orders;
mod fleet;
mod energy;
mod starter;
mod draw;

use quantity::Seed;

/// Seed of the built-in scenario, also the `seed` in its `greenchain.toml`.
const SEED: u64 = 20260714;

/// A Tuesday: the orders' day. They are delivered on the next.
const ORDER_DAY: &str = "2026-07-14";
/// Days that a promise can end on, from the day after the orders' day.
const PROMISE_DAYS: [&str; 3] = ["2026-07-15", "2026-07-16", "2026-07-17"];
/// Mountain daylight time, in force on all these days.
const UTC_OFFSET: &str = "-06:00";

/// Settings of the built-in scenario; what they leave out takes its default.
const SETTINGS: &str = r#"name = "Denver, one summer day"
currency = "USD"
seed = 20260714
country = "US"
timezone = "America/Denver"

[policy]
carbon_price_per_t = 190.0

[baseline]
consolidation = false
carton = "smallest_new_by_volume"
vehicle_type = "diesel_van"
solar = false
recycling = false
"#;

/// The built-in scenario: name and content of each file of its folder.
///
/// One day's 2,300 orders of a warehouse at Denver, with two hubs, ten stations, a mixed fleet and
/// 48 hours of weather, tariff and grid from the delivery day's midnight. The same on every call.
pub fn builtin() -> Vec<(&'static str, String)> {
    let seed = Seed::new(SEED);
    let products = catalogue::products(seed);
    let orders = orders::orders(seed, &products);
    vec![
        ("greenchain.toml", SETTINGS.into()),
        ("orders.csv", orders::orders_csv(&orders)),
        ("order_items.csv", orders::items_csv(&orders, &products)),
        ("products.csv", catalogue::csv(&products)),
        ("cartons.csv", cartons::csv()),
        ("sites.csv", fleet::sites_csv()),
        ("vehicles.csv", fleet::vehicles_csv()),
        ("weather.csv", energy::weather_csv(seed)),
        ("tariff.csv", energy::tariff_csv()),
        ("grid.csv", energy::grid_csv()),
    ]
}

/// A small scenario to edit: name and content of each file of its folder.
///
/// Twelve orders, three sites, three types of vehicle, every key of `greenchain.toml` with its
/// default, and a `README.md` of every file and column.
pub fn starter() -> Vec<(&'static str, String)> {
    starter::files()
}

#[cfg(test)]
mod tests;
