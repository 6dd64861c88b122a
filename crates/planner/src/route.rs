//! Transportation's step of the day: parcels become stops, stops become rounds.

use crate::Scenario;
use crate::pack::Packed;
use crate::run::{PlanError, acquit};
use crate::way::Way;
use ordering::Shipment;
use quantity::{Day, Duration, Energy, Mass, TimeWindow, Volume};
use std::collections::{BTreeMap, BTreeSet};
use transport::{Problem, Routing, Stop, Unserved, route_day};

/// The rounds of a day.
pub(crate) struct Routed {
    pub(crate) stops: Vec<Stop>,
    /// Indexes of the shipments handed over at each stop.
    pub(crate) stop_shipments: Vec<Vec<usize>>,
    pub(crate) routing: Routing,
}

/// What the batteries of vehicles lack, by type and number.
pub(crate) type Missing = BTreeMap<(usize, u32), Energy>;

/// Routes the day's parcels, on what is in the batteries.
pub(crate) fn route(
    scenario: &Scenario,
    way: &Way,
    day: Day,
    packed: &Packed,
    apart: &BTreeSet<usize>,
    missing: &Missing,
) -> Result<Routed, PlanError> {
    let (stops, stop_shipments) = stops(scenario, way, packed, apart);
    let problem = Problem {
        sites: &scenario.sites,
        fleet: &way.fleet,
        metric: &scenario.metric,
        stops: &stops,
        shift_start: scenario.zone.at(day, scenario.policy.shift_start),
        shift: scenario.policy.shift,
        transfer: scenario.policy.transfer,
        charging_loss: 1.0 / scenario.energy.charging_efficiency,
        missing,
        objective: way.objective,
        by_hubs: way.by_hubs,
    };
    let routing = route_day(&problem);
    acquit("transport", day, &transport::check(&problem, &routing))?;
    Ok(Routed { stops, stop_shipments, routing })
}

/// A stop for each shipment; where orders are consolidated, one for all shipments to a station.
fn stops(
    scenario: &Scenario,
    way: &Way,
    packed: &Packed,
    apart: &BTreeSet<usize>,
) -> (Vec<Stop>, Vec<Vec<usize>>) {
    // Half of the largest vehicle: a fuller stop would leave no choice of vehicle or round.
    let vehicles = || way.fleet.iter().filter(|vehicle| vehicle.count > 0);
    let mass_max = Mass::new(vehicles().map(|v| v.capacity.milligrams()).max().unwrap_or(0) / 2);
    let volume_max =
        Volume::new(vehicles().map(|v| v.volume.cubic_millimetres()).max().unwrap_or(0) / 2);
    let shared = |shipment: &Shipment| {
        way.consolidation
            && shipment.station.is_some()
            && !shipment.orders.iter().any(|order| apart.contains(order))
    };
    let mut stops: Vec<Stop> = Vec::new();
    let mut stop_shipments: Vec<Vec<usize>> = Vec::new();
    for (index, shipment) in packed.shipments.iter().enumerate() {
        let parcels = &packed.packing.packings[index].parcels;
        let stop = Stop {
            id: match shipment.station {
                Some(station) => scenario.sites[station].id.clone(),
                None => scenario.orders[shipment.orders[0]].id.clone(),
            },
            point: shipment.destination,
            origin: shipment.origin,
            mass: parcels.iter().map(|parcel| parcel.gross).sum(),
            volume: parcels.iter().map(|parcel| parcel.volume).sum(),
            window: shipment.window,
            service: scenario.policy.service,
        };
        let partner = shared(shipment)
            .then(|| {
                stops.iter().enumerate().position(|(place, other)| {
                    other.id == stop.id
                        && shared(&packed.shipments[stop_shipments[place][0]])
                        && other.origin == stop.origin
                        && other.mass + stop.mass <= mass_max
                        && other.volume + stop.volume <= volume_max
                        && common(other.window, stop.window).is_some()
                })
            })
            .flatten();
        if let Some(other) = partner {
            let into = &mut stops[other];
            into.mass += stop.mass;
            into.volume += stop.volume;
            into.window = common(into.window, stop.window).expect("partners have a time in common");
            stop_shipments[other].push(index);
        } else {
            stops.push(stop);
            stop_shipments.push(vec![index]);
        }
    }
    (stops, stop_shipments)
}

fn common(a: TimeWindow, b: TimeWindow) -> Option<TimeWindow> {
    let both = TimeWindow { open: a.open.max(b.open), close: a.close.min(b.close) };
    (both.open <= both.close).then_some(both)
}

/// Why a stop is on no round, in words and numbers.
pub(crate) fn reason(scenario: &Scenario, stop: &Stop, why: &Unserved) -> String {
    match why {
        Unserved::NoVehicle => format!(
            "no vehicle stands at {} or at a hub fed from it",
            scenario.sites[stop.origin].id
        ),
        Unserved::TooLarge { mass, volume } => format!(
            "{:.1} kg and {:.1} l in one delivery is more than any vehicle takes",
            mass.kilograms(),
            volume.litres()
        ),
        Unserved::TooFar { distance } => format!(
            "{:.1} km there and back is beyond every vehicle's range, battery or shift",
            distance.kilometres()
        ),
        Unserved::TooLate { earliest } => format!(
            "the earliest arrival is {}, the hand-over ends at {}",
            scenario.zone.rfc3339(*earliest),
            scenario.zone.rfc3339(stop.window.close)
        ),
        Unserved::FleetFull => "every vehicle is full until the promise ends".into(),
    }
}

/// The longest an order without a promise is tried again.
pub(crate) const RETRY_MAX: Duration = Duration::from_seconds(7 * 24 * 3_600);
