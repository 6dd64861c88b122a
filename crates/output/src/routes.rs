//! `routes.geojson`: a line for each round of the plan, a point for each stop and site (RFC 7946).

use anyhow::Result;
use planner::{DayOutcome, Outcome, Scenario};
use quantity::{Instant, Point};
use serde_json::{Value, json};
use transport::{End, Round, RoundKind};

/// Renders the collection, a feature a line.
pub(crate) fn routes(scenario: &Scenario, outcome: &Outcome) -> Result<Vec<u8>> {
    let mut features: Vec<Value> = scenario
        .sites
        .iter()
        .map(|site| {
            feature(
                &json!({"type": "Point", "coordinates": position(site.point)}),
                &json!({"site_id": site.id, "kind": site.kind.name()}),
            )
        })
        .collect();
    for day in &outcome.plan.days {
        for (index, round) in day.routing.rounds.iter().enumerate() {
            features.push(line(scenario, day, index, round));
            features.extend(stops(scenario, day, index, round));
            features.extend(drops(scenario, day, index, round));
        }
    }
    let mut text = b"{\"type\":\"FeatureCollection\",\"features\":[".to_vec();
    for (index, feature) in features.iter().enumerate() {
        text.extend_from_slice(if index == 0 { b"\n" } else { b",\n" });
        serde_json::to_writer(&mut text, feature)?;
    }
    text.extend_from_slice(b"\n]}\n");
    Ok(text)
}

fn line(scenario: &Scenario, day: &DayOutcome, index: usize, round: &Round) -> Value {
    let vehicle = &scenario.fleet[round.vehicle];
    let mut way = vec![position(scenario.sites[round.site].point)];
    way.extend(round.legs.iter().map(|leg| match leg.to {
        End::Site(site) => position(scenario.sites[site].point),
        End::Stop(stop) => position(stop_point(day, stop)),
    }));
    feature(
        &json!({"type": "LineString", "coordinates": way}),
        &json!({
            "route_id": day.round_ids[index],
            "day": day.day.to_string(),
            "kind": round.kind.name(),
            "vehicle_type": vehicle.name,
            "vehicle": format!("{}-{}-{}", scenario.sites[round.site].id, vehicle.name, round.number + 1),
            "site_id": scenario.sites[round.site].id,
            "stops": round.stops().count(),
            "distance_km": round.distance().kilometres(),
            "load_kg": round.legs[0].load.kilograms(),
            "energy": round.energy(),
            "energy_unit": vehicle.carrier.unit(),
            "depart": scenario.zone.rfc3339(round.depart()),
            "return": scenario.zone.rfc3339(round.arrive()),
        }),
    )
}

fn stops<'a>(
    scenario: &'a Scenario,
    day: &'a DayOutcome,
    index: usize,
    round: &'a Round,
) -> impl Iterator<Item = Value> + 'a {
    let stops = round.legs.iter().filter_map(|leg| match leg.to {
        End::Stop(stop) => Some((stop, leg.arrive)),
        End::Site(_) => None,
    });
    stops.enumerate().map(move |(place, (stop, arrive))| {
        let orders: Vec<&str> = orders_at(scenario, day, stop).collect();
        feature(
            &json!({"type": "Point", "coordinates": position(stop_point(day, stop))}),
            &json!({
                "route_id": day.round_ids[index],
                "sequence": place + 1,
                "arrive": scenario.zone.rfc3339(arrive),
                "service_begin": scenario.zone.rfc3339(service_begin(day, stop, arrive)),
                "order_ids": orders,
            }),
        )
    })
}

/// A point for each hub at which a feeder unloads.
fn drops<'a>(
    scenario: &'a Scenario,
    day: &'a DayOutcome,
    index: usize,
    round: &'a Round,
) -> impl Iterator<Item = Value> + 'a {
    let drops = match &round.kind {
        RoundKind::Feeder { drops } => drops.as_slice(),
        RoundKind::Delivery => &[],
    };
    drops.iter().enumerate().map(move |(place, (hub, dropped))| {
        let arrive = round.legs.iter().find(|leg| leg.to == End::Site(*hub)).map(|leg| leg.arrive);
        let orders: Vec<&str> =
            dropped.iter().flat_map(|&stop| orders_at(scenario, day, stop)).collect();
        feature(
            &json!({"type": "Point", "coordinates": position(scenario.sites[*hub].point)}),
            &json!({
                "route_id": day.round_ids[index],
                "sequence": place + 1,
                "site_id": scenario.sites[*hub].id,
                "arrive": arrive.map(|arrive| scenario.zone.rfc3339(arrive)),
                "order_ids": orders,
            }),
        )
    })
}

/// The orders handed over at a stop.
fn orders_at<'a>(
    scenario: &'a Scenario,
    day: &'a DayOutcome,
    stop: usize,
) -> impl Iterator<Item = &'a str> {
    day.stop_shipments[stop]
        .iter()
        .flat_map(|&shipment| &day.shipments[shipment].orders)
        .map(|&order| scenario.orders[order].id.as_str())
}

/// On arrival, or when the last of the windows opens.
fn service_begin(day: &DayOutcome, stop: usize, arrive: Instant) -> Instant {
    let opens =
        day.stop_shipments[stop].iter().map(|&shipment| day.shipments[shipment].window.open);
    opens.fold(arrive, Instant::max)
}

fn stop_point(day: &DayOutcome, stop: usize) -> Point {
    day.shipments[day.stop_shipments[stop][0]].destination
}

/// Longitude first.
fn position(point: Point) -> [f64; 2] {
    [point.lon(), point.lat()]
}

fn feature(geometry: &Value, properties: &Value) -> Value {
    json!({"type": "Feature", "geometry": geometry, "properties": properties})
}
