//! One day of one case: a straight line through the links.

use crate::coolant::route_cooled;
use crate::energy::Hours;
use crate::material::materials;
use crate::overnight::{self, Night};
use crate::pack::{self, Packed};
use crate::route::{self, RETRY_MAX, Routed};
use crate::run::PlanError;
use crate::way::Way;
use crate::{DayOutcome, Order, ParcelRecord, Scenario, UnservedOrder};
use network::SiteKind;
use ordering::{DeliveryOption, OpenOrder, Refusal, Shipment, Wave, consolidate};
use packaging::{Stock, Wrapping};
use quantity::{Day, Energy};
use recycling::{Delivered, Grade, HandedBack, Rates, return_day};
use std::collections::{BTreeMap, BTreeSet};
use transport::Unserved;

/// What a day leaves to the next.
pub(crate) struct State {
    /// Orders not yet delivered that may travel, ascending.
    pub(crate) open: BTreeSet<usize>,
    /// Cartons in stock.
    pub(crate) stock: Stock,
    /// In each site's battery.
    pub(crate) stored: Vec<Energy>,
    /// What could not be charged into vehicles by the morning, at the plug, by type and number.
    pub(crate) owed: BTreeMap<(usize, u32), Energy>,
}

/// Plans a day. Orders that are delivered or given up leave `state.open`; the others are tried again
/// tomorrow.
pub(crate) fn plan_day(
    scenario: &Scenario,
    way: &Way,
    hours: &Hours,
    day: Day,
    last: bool,
    state: &mut State,
) -> Result<(DayOutcome, Vec<UnservedOrder>), PlanError> {
    let missing = overnight::missing(scenario, &state.owed);
    let mut apart = BTreeSet::new();
    let (packed, routed, mut unserved) = loop {
        let (wave, unserved) = wave(scenario, way, day, last, state, &apart);
        let mut packed = pack::pack(scenario, way, day, wave.shipments, &state.stock)?;
        let routed = route_cooled(scenario, way, day, &mut packed, &apart, &missing)?;
        let joined = unserved_together(&packed, &routed);
        if joined.is_empty() {
            break (packed, routed, unserved);
        }
        // What stays behind together may travel apart: the day is planned again.
        apart.extend(joined);
    };
    let night = Night { scenario, way, hours, day, last, apart: &apart, before: state };
    let (packed, routed, energy) = night.charged(packed, routed, &missing)?;
    unserved.extend(give_up(scenario, day, &packed, &routed));

    let mut outcome = travel(scenario, way, day, packed, routed);
    for order in unserved.iter().map(|order| order.order) {
        state.open.remove(&order);
    }
    for order in outcome.shipments.iter().flat_map(|shipment| &shipment.orders) {
        state.open.remove(order);
    }

    let lacks = energy.charged.iter().filter(|(_, charged)| charged.short > Energy::ZERO);
    state.owed = lacks.map(|(&who, charged)| (who, charged.short)).collect();
    state.stored = energy.stored;
    outcome.energy = energy.sites;
    outcome.handed_back = if way.stations { hand_back(scenario, &outcome) } else { Vec::new() };
    for carton in outcome.handed_back.iter().filter(|carton| carton.grade == Grade::Reuse) {
        outcome.stock_left.reused[carton.kind] += 1;
    }
    state.stock = outcome.stock_left.clone();
    Ok((outcome, unserved))
}

/// Whose orders travel today.
fn wave(
    scenario: &Scenario,
    way: &Way,
    day: Day,
    last: bool,
    state: &State,
    apart: &BTreeSet<usize>,
) -> (Wave, Vec<UnservedOrder>) {
    let open: Vec<OpenOrder> =
        state.open.iter().map(|&order| open_order(scenario, order, apart)).collect();
    let rules = ordering::Rules {
        consolidation: way.consolidation,
        join_radius: scenario.policy.join_radius,
        shift_start: scenario.policy.shift_start,
        shift: scenario.policy.shift,
    };
    let wave = consolidate(day, &open, &scenario.sites, &rules, &scenario.zone, last);
    let refused = wave
        .refused
        .iter()
        .map(|&(place, refusal)| UnservedOrder {
            order: open[place].order,
            reason: refused(scenario, day, &open[place], refusal),
        })
        .collect();
    (wave, refused)
}

/// Why an order is refused, in words and numbers.
fn refused(scenario: &Scenario, day: Day, order: &OpenOrder, refusal: Refusal) -> String {
    let time = |instant| scenario.zone.rfc3339(instant);
    match refusal {
        Refusal::PromiseTooEarly => format!(
            "promised by {}, but placed at {} it travels on {day} at the earliest",
            order.promised_by.map_or("never".into(), time),
            time(order.placed_at)
        ),
        Refusal::NoStation => "it goes to a station, and the network has none".into(),
    }
}

fn open_order(scenario: &Scenario, index: usize, apart: &BTreeSet<usize>) -> OpenOrder {
    let order = &scenario.orders[index];
    // A customer who chose nothing but was given a date leaves the day to the operator.
    let unsaid =
        if order.promised_by.is_some() { DeliveryOption::Green } else { DeliveryOption::Door };
    OpenOrder {
        order: index,
        placed_at: order.placed_at,
        origin: order.origin,
        destination: order.destination,
        promised_by: order.promised_by,
        option: order.option.clone().unwrap_or(unsaid),
        customer: order.customer.clone(),
        apart: apart.contains(&index),
    }
}

/// Orders that stay behind because they were to be handed over with others.
fn unserved_together(packed: &Packed, routed: &Routed) -> Vec<usize> {
    let orders_of = |stop: usize| {
        let shipments = routed.stop_shipments[stop].iter();
        shipments.flat_map(|&index| packed.shipments[index].orders.iter().copied())
    };
    let stops = routed.routing.unserved.iter().filter(|(_, why)| *why != Unserved::NoVehicle);
    stops
        .map(|&(stop, _)| stop)
        .filter(|&stop| orders_of(stop).count() > 1)
        .flat_map(orders_of)
        .collect()
}

/// Orders that stay behind and cannot be tried again tomorrow, with their reason.
fn give_up(scenario: &Scenario, day: Day, packed: &Packed, routed: &Routed) -> Vec<UnservedOrder> {
    let tomorrow = scenario.zone.at(day.next(), scenario.policy.shift_start);
    let may_wait = |order: usize| {
        let Order { promised_by, placed_at, .. } = scenario.orders[order];
        tomorrow < promised_by.unwrap_or(placed_at + RETRY_MAX)
    };
    let short = packed.out_of_stock.iter().filter(|unserved| !may_wait(unserved.order));
    let mut given_up: Vec<UnservedOrder> = packed.unpackable.iter().chain(short).cloned().collect();
    for (stop, why) in &routed.routing.unserved {
        let orders =
            routed.stop_shipments[*stop].iter().flat_map(|&index| &packed.shipments[index].orders);
        for &order in orders {
            if *why != Unserved::FleetFull || !may_wait(order) {
                let reason = route::reason(scenario, &routed.stops[*stop], why);
                given_up.push(UnservedOrder { order, reason });
            }
        }
    }
    given_up
}

/// The day as it travels: shipments on rounds with their parcels; what stays behind gives its
/// cartons back.
fn travel(scenario: &Scenario, way: &Way, day: Day, packed: Packed, routed: Routed) -> DayOutcome {
    let Packed { shipments, pieces, packing, cooled_for, .. } = packed;
    let mut stock_left = packing.stock_left;
    let mut round_of: Vec<Option<usize>> = vec![None; shipments.len()];
    for (index, round) in routed.routing.rounds.iter().enumerate() {
        for shipment in round.stops().flat_map(|stop| &routed.stop_shipments[stop]) {
            round_of[*shipment] = Some(index);
        }
    }
    let behind: usize =
        routed.routing.unserved.iter().map(|(stop, _)| routed.stop_shipments[*stop].len()).sum();
    assert_eq!(
        round_of.iter().filter(|round| round.is_none()).count(),
        behind,
        "a shipment is at a stop, and a stop is on a round or unserved"
    );
    let digits: String = day.to_string().chars().filter(char::is_ascii_digit).collect();
    let mut kept: Vec<Shipment> = Vec::new();
    let mut new_index: Vec<Option<usize>> = Vec::new();
    let mut parcels: Vec<ParcelRecord> = Vec::new();
    for (index, shipment) in shipments.into_iter().enumerate() {
        let Some(round) = round_of[index] else {
            new_index.push(None);
            for parcel in &packing.packings[index].parcels {
                give_back(&parcel.wrapping, &mut stock_left);
            }
            continue;
        };
        for parcel in &packing.packings[index].parcels {
            let inside = parcel.placed.iter().map(|placed| &pieces[index][placed.piece]);
            let piece_orders: Vec<usize> = inside.clone().map(|piece| piece.order).collect();
            let products: Vec<usize> = inside.map(|piece| piece.product).collect();
            let orders: BTreeSet<usize> = piece_orders.iter().copied().collect();
            parcels.push(ParcelRecord {
                id: format!("P{digits}-{:05}", parcels.len() + 1),
                orders: orders.into_iter().collect(),
                shipment: kept.len(),
                wrapping: parcel.wrapping.clone(),
                materials: materials(scenario, way, &parcel.wrapping, &products, cooled_for[index]),
                products,
                piece_orders,
                placed: parcel.placed.clone(),
                gross: parcel.gross,
                volume: parcel.volume,
                round,
            });
        }
        new_index.push(Some(kept.len()));
        kept.push(shipment);
    }
    let stop_shipments = routed
        .stop_shipments
        .iter()
        .map(|shipments| shipments.iter().filter_map(|&shipment| new_index[shipment]).collect())
        .collect();
    let round_ids =
        (1..=routed.routing.rounds.len()).map(|n| format!("R{digits}-{n:03}")).collect();
    DayOutcome {
        day,
        shipments: kept,
        parcels,
        routing: routed.routing,
        round_ids,
        stop_shipments,
        energy: Vec::new(),
        handed_back: Vec::new(),
        stock_left,
    }
}

fn give_back(wrapping: &Wrapping, stock: &mut Stock) {
    match *wrapping {
        Wrapping::Own | Wrapping::Bag { .. } => {}
        Wrapping::Carton { kind, reused: true } => stock.reused[kind] += 1,
        Wrapping::Carton { kind, reused: false } => stock.new[kind] += 1,
    }
}

/// Cartons that consumers of the day leave at stations.
fn hand_back(scenario: &Scenario, outcome: &DayOutcome) -> Vec<HandedBack> {
    if scenario.sites.iter().all(|site| site.kind != SiteKind::Station) {
        return Vec::new();
    }
    let delivered: Vec<Delivered> = outcome
        .parcels
        .iter()
        .enumerate()
        .filter_map(|(index, parcel)| match parcel.wrapping {
            Wrapping::Own | Wrapping::Bag { .. } => None,
            Wrapping::Carton { kind, .. } => {
                let first = &scenario.orders[parcel.orders[0]];
                let key = format!("{} {}", first.id, kind);
                Some(Delivered { key, parcel: index, kind, point: first.destination })
            }
        })
        .collect();
    let rates = Rates {
        handed_back: scenario.recycling.return_rate,
        fit_for_use: scenario.recycling.reuse_share,
    };
    return_day(&delivered, &scenario.sites, rates, scenario.seed.named("recycling"))
}
