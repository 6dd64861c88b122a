//! Whose orders travel together, and when.

use crate::{DeliveryOption, OpenOrder, Rules, Shipment};
use network::{Site, SiteKind};
use quantity::{Day, Duration, Point, TimeWindow, Zone};

/// What a day ships, keeps and refuses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wave {
    /// Goes today.
    pub shipments: Vec<Shipment>,
    /// Waits for a later day, within its promise: places in the list of open orders.
    pub held: Vec<usize>,
    /// Cannot be delivered: places in the list of open orders, with the reason.
    pub refused: Vec<(usize, Refusal)>,
}

/// Why an order cannot be shipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The promise ends before the order could be handed over on the day on which it travels.
    PromiseTooEarly,
    /// It wants a station and the network has none, or not this one.
    NoStation,
}

/// The shipments of a day.
///
/// - `open`: orders not yet shipped that may travel today, in a fixed order.
/// - `last`: nothing is expected to come after today, so nothing waits.
///
/// An order waits only if it is green, its promise leaves all of tomorrow's shift and no stop of
/// today lies within the join radius. Orders of one customer from one origin to one place and hand-over
/// become one shipment.
pub fn consolidate(
    day: Day,
    open: &[OpenOrder],
    sites: &[Site],
    rules: &Rules,
    zone: &Zone,
    last: bool,
) -> Wave {
    let mut wave = Wave::default();
    let mut going: Vec<(usize, Shipment)> = Vec::new();
    let mut waiting: Vec<(usize, Shipment)> = Vec::new();
    // A whole shift must be left: an order that waits into the last hours may find every vehicle gone.
    let tomorrow = zone.at(day.next(), rules.shift_start) + rules.shift;
    for (place, order) in open.iter().enumerate() {
        let shipment = match alone(day, order, sites, rules, zone) {
            Ok(shipment) => shipment,
            Err(refusal) => {
                wave.refused.push((place, refusal));
                continue;
            }
        };
        let may_wait = rules.consolidation
            && !last
            && order.option == DeliveryOption::Green
            && order.promised_by.is_some_and(|promise| promise >= tomorrow);
        if may_wait { waiting.push((place, shipment)) } else { going.push((place, shipment)) }
    }
    // Green orders join what goes anyway, never each other: two that wait may still wait together.
    let stops: Vec<Point> = going.iter().map(|(_, shipment)| shipment.destination).collect();
    for (place, shipment) in waiting {
        let near = |stop: &Point| stop.great_circle(shipment.destination) <= rules.join_radius;
        if stops.iter().any(near) {
            going.push((place, shipment));
        } else {
            wave.held.push(place);
        }
    }
    going.sort_by_key(|&(place, _)| place);
    wave.shipments = merge(going, open, rules);
    wave
}

/// The shipment of one order for itself.
fn alone(
    day: Day,
    order: &OpenOrder,
    sites: &[Site],
    rules: &Rules,
    zone: &Zone,
) -> Result<Shipment, Refusal> {
    let shift_open = zone.at(day, rules.shift_start);
    let mut window = TimeWindow { open: shift_open, close: shift_open + rules.shift };
    if let DeliveryOption::Slot { from_h, until_h } = order.option {
        let hour = |hour: u8| zone.at(day, Duration::from_seconds(i64::from(hour) * 3_600));
        window = TimeWindow { open: hour(from_h), close: hour(until_h) };
    }
    if let Some(promise) = order.promised_by {
        window.close = window.close.min(promise);
    }
    if window.close < window.open {
        return Err(Refusal::PromiseTooEarly);
    }
    let station = match &order.option {
        DeliveryOption::Station(wanted) => {
            Some(station(order.destination, wanted.as_deref(), sites).ok_or(Refusal::NoStation)?)
        }
        _ => None,
    };
    let destination = station.map_or(order.destination, |station| sites[station].point);
    Ok(Shipment { orders: vec![order.order], origin: order.origin, destination, station, window })
}

/// The station of this name, or the nearest.
fn station(near: Point, wanted: Option<&str>, sites: &[Site]) -> Option<usize> {
    let stations = sites.iter().enumerate().filter(|(_, site)| site.kind == SiteKind::Station);
    match wanted {
        Some(id) => stations.into_iter().find(|(_, site)| site.id == id).map(|(index, _)| index),
        None => {
            stations.min_by_key(|(_, site)| near.great_circle(site.point)).map(|(index, _)| index)
        }
    }
}

/// One shipment per customer, origin and place, where one window lies within the other.
fn merge(going: Vec<(usize, Shipment)>, open: &[OpenOrder], rules: &Rules) -> Vec<Shipment> {
    let mut merged: Vec<(Option<&str>, Shipment)> = Vec::new();
    for (place, shipment) in going {
        let customer = open[place].customer.as_deref();
        let joined = rules.consolidation && customer.is_some() && !open[place].apart;
        let partner = joined
            .then(|| {
                merged
                    .iter_mut()
                    .find(|(other, with)| *other == customer && goes_with(with, &shipment))
            })
            .flatten();
        match partner {
            Some((_, with)) => {
                with.orders.extend(shipment.orders);
                with.orders.sort_unstable();
                with.window = common(with.window, shipment.window);
            }
            None => merged.push((customer.filter(|_| joined), shipment)),
        }
    }
    merged.into_iter().map(|(_, shipment)| shipment).collect()
}

/// The same place, and no waiting: the common window is all of one of them, not a moment in which
/// two slots touch.
fn goes_with(a: &Shipment, b: &Shipment) -> bool {
    let window = common(a.window, b.window);
    a.origin == b.origin
        && a.destination == b.destination
        && a.station == b.station
        && (window == a.window || window == b.window)
}

fn common(a: TimeWindow, b: TimeWindow) -> TimeWindow {
    TimeWindow { open: a.open.max(b.open), close: a.close.min(b.close) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quantity::{Distance, Energy, Instant};

    fn zone() -> Zone {
        Zone::parse("UTC").unwrap()
    }

    fn point(lat: f64, lon: f64) -> Point {
        Point::from_degrees(lat, lon).unwrap()
    }

    fn rules(consolidation: bool) -> Rules {
        Rules {
            consolidation,
            join_radius: Distance::new(1_000),
            shift_start: Duration::from_hours(8.0),
            shift: Duration::from_hours(9.0),
        }
    }

    fn order(
        order: usize,
        customer: &str,
        lon: f64,
        option: DeliveryOption,
        promise: &str,
    ) -> OpenOrder {
        OpenOrder {
            order,
            placed_at: Instant::parse("2025-06-01T10:00:00Z").unwrap(),
            origin: 0,
            destination: point(0.0, lon),
            promised_by: Some(Instant::parse(promise).unwrap()),
            option,
            customer: Some(customer.into()),
            apart: false,
        }
    }

    fn wave(open: &[OpenOrder], consolidation: bool, last: bool) -> Wave {
        let day = Day::parse("2025-06-02").unwrap();
        let station = Site {
            id: "S1".into(),
            kind: SiteKind::Station,
            point: point(0.0, 0.5),
            solar: None,
            battery: None,
            load_per_day: Energy::ZERO,
        };
        consolidate(day, open, &[station], &rules(consolidation), &zone(), last)
    }

    const LATE: &str = "2025-06-05T23:59:59Z";

    #[test]
    fn one_customers_orders_to_one_place_travel_together() {
        let open = [
            order(0, "a", 0.1, DeliveryOption::Door, LATE),
            order(1, "b", 0.1, DeliveryOption::Door, LATE),
            order(2, "a", 0.1, DeliveryOption::Door, LATE),
            order(3, "a", 0.2, DeliveryOption::Door, LATE),
        ];
        let together: Vec<_> =
            wave(&open, true, false).shipments.into_iter().map(|s| s.orders).collect();
        assert_eq!(together, [vec![0, 2], vec![1], vec![3]]);
        assert_eq!(
            wave(&open, false, false).shipments.len(),
            4,
            "the ordinary way ships each alone"
        );
    }

    #[test]
    fn what_cannot_be_delivered_together_travels_apart() {
        let slot = |from_h, until_h| DeliveryOption::Slot { from_h, until_h };
        let mut open = [
            order(0, "a", 0.1, slot(9, 10), LATE),
            order(1, "a", 0.1, slot(10, 12), LATE),
            order(2, "a", 0.1, DeliveryOption::Door, LATE),
        ];
        let together = |open: &[OpenOrder]| -> Vec<_> {
            wave(open, true, false).shipments.into_iter().map(|s| s.orders).collect()
        };
        assert_eq!(together(&open), [vec![0, 2], vec![1]], "two slots that touch are two visits");
        open[2].apart = true;
        assert_eq!(together(&open), [vec![0], vec![1], vec![2]]);
    }

    #[test]
    fn a_green_order_waits_for_a_stop_nearby_and_never_beyond_its_promise() {
        let far = order(0, "a", 0.1, DeliveryOption::Green, LATE);
        let near = order(1, "b", 0.2001, DeliveryOption::Green, LATE);
        // Past midnight, and yet before tomorrow's vehicles: it must go today.
        let due = order(2, "c", 0.9, DeliveryOption::Green, "2025-06-03T00:59:59Z");
        let door = order(3, "d", 0.2, DeliveryOption::Door, LATE);
        let open = [far, near, due, door];
        let wave_now = wave(&open, true, false);
        assert_eq!(wave_now.held, [0], "only the one with nobody near");
        assert_eq!(wave_now.shipments.len(), 3);
        assert!(wave(&open, true, true).held.is_empty(), "nothing comes any more: nothing waits");
        assert!(wave(&open, false, false).held.is_empty(), "the ordinary way holds nothing");
    }

    #[test]
    fn a_station_order_is_handed_over_there() {
        let wanted = |id: Option<&str>| DeliveryOption::Station(id.map(Into::into));
        let open = [
            order(0, "a", 0.1, wanted(None), LATE),
            order(1, "b", 0.1, wanted(Some("S1")), LATE),
            order(2, "c", 0.1, wanted(Some("S9")), LATE),
        ];
        let wave = wave(&open, true, false);
        assert!(
            wave.shipments.iter().all(|s| s.station == Some(0) && s.destination == point(0.0, 0.5))
        );
        assert_eq!(wave.refused, [(2, Refusal::NoStation)]);
    }

    #[test]
    fn slots_and_promises_narrow_the_window() {
        let slot = DeliveryOption::Slot { from_h: 18, until_h: 20 };
        let open = [
            order(0, "a", 0.1, slot, LATE),
            order(1, "b", 0.1, DeliveryOption::Door, "2025-06-02T09:00:00Z"),
            order(2, "c", 0.1, DeliveryOption::Door, "2025-06-02T07:00:00Z"),
        ];
        let wave = wave(&open, true, false);
        let zone = zone();
        let hours: Vec<_> = wave
            .shipments
            .iter()
            .map(|s| (zone.hour_of(s.window.open) as u8, zone.hour_of(s.window.close) as u8))
            .collect();
        assert_eq!(hours, [(18, 20), (8, 9)]);
        assert_eq!(wave.refused, [(2, Refusal::PromiseTooEarly)]);
    }
}
