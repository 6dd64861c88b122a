//! What each customer could have chosen, by the rates of the operation as planned.

use crate::{DayOutcome, Scenario};
use carbon::{Line, Link};
use network::SiteKind;
use ordering::{Offer, Rates, offers};
use quantity::{Carbon, Distance, Money, Point};
use transport::RoundKind;

/// The offers of every order, as the scenario counts orders.
pub(crate) fn offer_all(
    scenario: &Scenario,
    days: &[DayOutcome],
    lines: &[Line],
    cost: Money,
) -> Vec<Vec<Offer>> {
    let started = delivery_sites(scenario, days);
    if started.is_empty() {
        // Nothing was driven: there is nothing to estimate from.
        return vec![Vec::new(); scenario.orders.len()];
    }
    let rates = rates(scenario, days, lines, cost);
    scenario
        .orders
        .iter()
        .map(|order| {
            let nearest = |point: Point| {
                let ways =
                    started.iter().map(|&site| scenario.sites[site].point.great_circle(point));
                ways.min().expect("a round started somewhere")
            };
            let line_haul = nearest(order.destination);
            let station = scenario
                .sites
                .iter()
                .filter(|site| site.kind == SiteKind::Station)
                .map(|site| site.point)
                .min_by_key(|point| point.great_circle(order.destination))
                .filter(|point| {
                    point.great_circle(order.destination) <= scenario.policy.station_radius
                });
            offers(line_haul, station.map(nearest), &rates)
        })
        .collect()
}

/// Sites from which delivery rounds started.
fn delivery_sites(scenario: &Scenario, days: &[DayOutcome]) -> Vec<usize> {
    let rounds = || days.iter().flat_map(|day| &day.routing.rounds);
    (0..scenario.sites.len())
        .filter(|&site| {
            rounds().any(|round| round.site == site && round.kind == RoundKind::Delivery)
        })
        .collect()
}

fn rates(scenario: &Scenario, days: &[DayOutcome], lines: &[Line], cost: Money) -> Rates {
    let busy = days.iter().filter(|day| !day.parcels.is_empty()).count().max(1) as f64;
    let rounds: Vec<_> = days.iter().flat_map(|day| &day.routing.rounds).collect();
    let delivery = rounds.iter().filter(|round| round.kind == RoundKind::Delivery);
    let stops = delivery.clone().map(|round| round.stops().count()).sum::<usize>() as f64;
    let driven = rounds.iter().map(|round| round.distance()).sum::<Distance>().kilometres();
    let carbon: Carbon = lines
        .iter()
        .filter(|line| line.activity.link == Link::Transportation)
        .map(|line| line.emission().wtw())
        .sum();
    let stations = days.iter().flat_map(|day| {
        day.stop_shipments.iter().filter(|shipments| {
            shipments.first().is_some_and(|&first| day.shipments[first].station.is_some())
        })
    });
    let (at_stations, station_stops) =
        stations.fold((0, 0), |(orders, stops), shipments| (orders + shipments.len(), stops + 1));
    let per_km = |amount: f64| if driven > 0.0 { amount / driven } else { 0.0 };
    Rates {
        detour_factor: scenario.policy.detour_factor,
        stops_per_km2: stops / busy / area_km2(scenario).max(1.0),
        stops_per_round: stops / (delivery.count().max(1) as f64),
        kg_per_km: per_km(carbon.kilograms_f64()),
        cost_per_km: Money::from_units(per_km(cost.units()), scenario.currency),
        carbon_price_per_kg: scenario.policy.carbon_price_per_kg,
        shift_h: scenario.policy.shift.hours(),
        orders_per_station_stop: if station_stops > 0 {
            at_stations as f64 / f64::from(station_stops)
        } else {
            1.0
        },
        green_saving: GREEN_SAVING,
    }
}

/// An order that waits rides along with a neighbour: half of its way from stop to stop is saved.
/// An assumption, listed in the report.
pub(crate) const GREEN_SAVING: f64 = 0.5;

/// Area of the box around nine tenths of the destinations in each direction, in km2.
fn area_km2(scenario: &Scenario) -> f64 {
    let span = |values: Vec<f64>| {
        let mut values = values;
        values.sort_by(f64::total_cmp);
        let at = |share: f64| {
            values.get((share * (values.len().saturating_sub(1)) as f64) as usize).copied()
        };
        at(0.95).unwrap_or(0.0) - at(0.05).unwrap_or(0.0)
    };
    let points = || scenario.orders.iter().map(|order| order.destination);
    // Longitudes east of the first order's, so that a city on the date line is as small as any.
    let first = points().next().map_or(0.0, Point::lon);
    let east = |point: Point| (point.lon() - first + 540.0).rem_euclid(360.0) - 180.0;
    let mean_lat = points().map(Point::lat).sum::<f64>() / (scenario.orders.len().max(1) as f64);
    let km_per_degree = quantity::point::EARTH_RADIUS_M * std::f64::consts::PI / 180.0 / 1_000.0;
    let north_south = span(points().map(Point::lat).collect()) * km_per_degree;
    let east_west =
        span(points().map(east).collect()) * km_per_degree * mean_lat.to_radians().cos();
    north_south * east_west
}
