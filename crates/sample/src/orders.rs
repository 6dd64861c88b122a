//! The orders of the day: who orders what, when, to where, by when.
//!
//! Shares and profiles are assumptions; each table says what it stands for.

use crate::catalogue::{INDUSTRIES, Product, UNPACKABLE};
use crate::city::address;
use crate::draw::weighted;
use crate::{ORDER_DAY, PROMISE_DAYS, UTC_OFFSET};
use quantity::seed::Sequence;
use quantity::{Point, Seed};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Orders of the day, those that cannot be delivered included.
const ORDERS: usize = 2_300;
/// Orders placed in each hour of the day, per 1000: a lunch-time and an evening peak.
const BY_HOUR: [u32; 24] =
    [12, 7, 4, 3, 3, 6, 14, 26, 39, 50, 56, 59, 64, 60, 55, 53, 52, 53, 57, 66, 78, 81, 65, 37];
/// Orders a customer places on the day: one, two, three; per 100 customers.
const BY_CUSTOMER: [u32; 3] = [92, 6, 2];
/// Pieces of an order of several, with their share per 100.
const SEVERAL: [(u32, u32); 6] = [(2, 54), (3, 23), (4, 11), (5, 6), (6, 4), (8, 2)];
/// Where a further piece comes from, per 100: the same product, the same industry, any industry.
const FURTHER: [u32; 3] = [28, 58, 14];
/// What customers choose, per 100.
const OPTIONS: [(&str, u32); 6] = [
    ("standard", 60),
    ("green", 25),
    ("station", 12),
    ("slot:09-12", 1),
    ("slot:11-14", 1),
    // Vehicles are back by 17:00, the end of the default shift.
    ("slot:13-16", 1),
];
/// Promised for one, two, three days after the order, per 100.
const PROMISES: [u32; 3] = [30, 45, 25];
/// 20:40, in seconds after midnight: the vehicles have been back for hours.
const EVENING_S: u32 = 20 * 3_600 + 40 * 60;
/// Where every order is shipped from.
const ORIGIN: &str = "W1";

/// An order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Order {
    /// Seconds after midnight of the orders' day.
    placed_s: u32,
    /// Number of the customer.
    customer: usize,
    /// Where it goes.
    destination: Point,
    /// The day on whose last second the promise ends.
    promised_by: &'static str,
    /// As `orders.csv` names it.
    option: &'static str,
    /// Index of the product and pieces of it.
    items: BTreeMap<usize, u32>,
}

/// The orders of the day, by the time of placing.
pub(crate) fn orders(seed: Seed, products: &[Product]) -> Vec<Order> {
    let mut orders = unservable(seed, products);
    let customers = orders.len() + 1..;
    for customer in customers.take_while(|&customer| customer <= ORDERS) {
        let mut draws = seed.named(&format!("customer {customer}")).sequence();
        let destination = address(&mut draws);
        let option = OPTIONS[weighted(&mut draws, &OPTIONS.map(|(_, share)| share))].0;
        for _ in 0..=weighted(&mut draws, &BY_CUSTOMER) {
            orders.push(order(customer, destination, option, products, &mut draws));
        }
    }
    // Every customer ordered, some more than once: the last ones are the surplus.
    orders.truncate(ORDERS);
    orders.sort_by_key(|order| (order.placed_s, order.customer));
    orders
}

/// The three orders of the day that nobody can deliver: a product larger than every carton, one
/// heavier than every carton bears, and one of the evening that is promised for the same day.
fn unservable(seed: Seed, products: &[Product]) -> Vec<Order> {
    let mut orders: Vec<Order> = (1..=3)
        .map(|customer| {
            let mut draws = seed.named(&format!("customer {customer}")).sequence();
            let destination = address(&mut draws);
            order(customer, destination, "standard", products, &mut draws)
        })
        .collect();
    for (order, (name, ..)) in orders.iter_mut().zip(UNPACKABLE) {
        let product = products.iter().position(|product| product.sku == name);
        order.items = BTreeMap::from([(product.expect("the catalogue ends with these"), 1)]);
    }
    (orders[2].placed_s, orders[2].promised_by) = (EVENING_S, ORDER_DAY);
    orders
}

/// One order of a customer.
fn order(
    customer: usize,
    destination: Point,
    option: &'static str,
    products: &[Product],
    draws: &mut Sequence,
) -> Order {
    let hour = weighted(draws, &BY_HOUR) as u32;
    let placed_s = hour * 3_600 + draws.below(3_600) as u32;
    let industry = weighted(draws, &INDUSTRIES.each_ref().map(|industry| industry.orders));
    let several = draws.below(100) < INDUSTRIES[industry].several as usize;
    let pieces =
        if several { SEVERAL[weighted(draws, &SEVERAL.map(|(_, share)| share))].0 } else { 1 };
    let mut last = product_of(industry, products, draws);
    let mut items = BTreeMap::from([(last, 1)]);
    for _ in 1..pieces {
        last = match weighted(draws, &FURTHER) {
            0 => last,
            1 => product_of(industry, products, draws),
            _ => product_of(draws.below(INDUSTRIES.len()), products, draws),
        };
        *items.entry(last).or_insert(0) += 1;
    }
    let promise = weighted(draws, &PROMISES);
    // Fresh food does not keep.
    let fresh = INDUSTRIES[industry].name == "fresh_food";
    let promised_by = PROMISE_DAYS[if fresh { 0 } else { promise }];
    Order { placed_s, customer, destination, promised_by, option, items }
}

/// Index of a product of the industry, by popularity.
fn product_of(industry: usize, products: &[Product], draws: &mut Sequence) -> usize {
    let weight = |product: &Product| {
        if product.industry == industry { product.popularity } else { 0 }
    };
    weighted(draws, &products.iter().map(weight).collect::<Vec<u32>>())
}

/// `order_id` of the order in this place.
fn id(place: usize) -> String {
    format!("O{:04}", place + 1)
}

/// `orders.csv`.
pub(crate) fn orders_csv(orders: &[Order]) -> String {
    let mut csv = String::from(
        "order_id,placed_at,origin_site,dest_lat,dest_lon,promised_by,option,customer_id\n",
    );
    for (place, order) in orders.iter().enumerate() {
        let (id, placed_s) = (id(place), order.placed_s);
        let (hour, minute, second) = (placed_s / 3_600, placed_s / 60 % 60, placed_s % 60);
        let (lat, lon) = (order.destination.lat(), order.destination.lon());
        let Order { promised_by, option, customer, .. } = order;
        writeln!(
            csv,
            "{id},{ORDER_DAY}T{hour:02}:{minute:02}:{second:02}{UTC_OFFSET},{ORIGIN},\
             {lat:.6},{lon:.6},{promised_by}T23:59:59{UTC_OFFSET},{option},K{customer:04}"
        )
        .expect("a string takes any text");
    }
    csv
}

/// `order_items.csv`.
pub(crate) fn items_csv(orders: &[Order], products: &[Product]) -> String {
    let mut csv = String::from("order_id,sku,quantity\n");
    for (place, order) in orders.iter().enumerate() {
        let id = id(place);
        for (&product, quantity) in &order.items {
            writeln!(csv, "{id},{},{quantity}", products[product].sku)
                .expect("a string takes any text");
        }
    }
    csv
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue;

    fn day(seed: u64) -> (Vec<Order>, Vec<Product>) {
        let seed = Seed::new(seed);
        let products = catalogue::products(seed);
        (orders(seed, &products), products)
    }

    #[test]
    fn shares_are_as_told() {
        let (orders, products) = day(11);
        let share = |is: &dyn Fn(&Order) -> bool| {
            orders.iter().filter(|order| is(order)).count() * 100 / orders.len()
        };
        let food = |order: &Order| {
            order.items.keys().all(|&item| INDUSTRIES[products[item].industry].name == "fresh_food")
        };
        for (percent, expect, why) in [
            (share(&|order| order.option == "green"), 22..=28, "a quarter waits"),
            (share(&|order| order.option == "station"), 10..=14, "an eighth fetches"),
            (share(&|order| order.option.starts_with("slot")), 2..=4, "few choose hours"),
            (share(&|order| order.items.values().sum::<u32>() > 1), 27..=36, "several pieces"),
            (share(&|order| order.items.len() > 1), 18..=30, "several lines"),
            (share(&|order| order.placed_s < 6 * 3_600), 2..=5, "the night is quiet"),
            (share(&food), 9..=14, "one order in eight is food alone"),
        ] {
            assert!(expect.contains(&percent), "{why}: {percent} %");
        }
    }

    #[test]
    fn a_customer_orders_to_one_place_by_one_option() {
        let (orders, _) = day(12);
        let mut customers = BTreeMap::new();
        for order in &orders {
            let (destination, option) = (order.destination, order.option);
            let first = customers.entry(order.customer).or_insert((destination, option, 0));
            assert_eq!((first.0, first.1), (destination, option));
            first.2 += 1;
        }
        let again = customers.values().filter(|(.., count)| *count > 1).count();
        assert!((100..300).contains(&again), "{again} customers with orders to travel together");
    }

    #[test]
    fn fresh_food_is_promised_for_the_next_day() {
        let (orders, products) = day(13);
        let later = orders
            .iter()
            .filter(|order| order.items.len() == 1 && order.promised_by != PROMISE_DAYS[0])
            .filter(|order| {
                order
                    .items
                    .keys()
                    .any(|&item| INDUSTRIES[products[item].industry].name == "fresh_food")
            });
        assert_eq!(later.count(), 0);
    }

    #[test]
    fn three_orders_cannot_be_delivered() {
        let (orders, products) = day(14);
        let holds = |name: &str| {
            orders
                .iter()
                .filter(|order| order.items.keys().any(|&item| products[item].sku == name))
                .count()
        };
        for (name, ..) in UNPACKABLE {
            assert_eq!(holds(name), 1, "{name}");
        }
        let same_day = |order: &&Order| order.promised_by == ORDER_DAY;
        let placed_s: Vec<u32> =
            orders.iter().filter(same_day).map(|order| order.placed_s).collect();
        assert_eq!(placed_s, [EVENING_S]);
    }
}
