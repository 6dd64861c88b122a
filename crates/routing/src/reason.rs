//! Why a stop is on no route, with numbers.

use crate::instance::{Instance, VehicleType};
use crate::plan::Plan;

/// What stands against serving a stop; numbers in units of the instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// No vehicle holds it, even empty.
    #[error("demand {demand} of dimension {dimension} is more than any vehicle holds: {most}")]
    TooLarge {
        /// Dimension.
        dimension: usize,
        /// What the stop, or its pair, asks for.
        demand: i32,
        /// Most that a vehicle holds.
        most: i32,
    },
    /// Even a vehicle for it alone comes too late.
    #[error("a vehicle for it alone is at node {node} at {arrive}, closed after {close}")]
    TooFar {
        /// The stop, its other half, or the depot.
        node: u32,
        /// Earliest.
        arrive: i32,
        /// Latest.
        close: i32,
    },
    /// All vehicles are out and none has room: the one with the most.
    #[error(
        "no vehicle is left, and route {route} with the most room lacks {lacks} of dimension {dimension}"
    )]
    Full {
        /// Index of the route.
        route: usize,
        /// Dimension.
        dimension: usize,
        /// So much more room is needed.
        lacks: i32,
    },
    /// All vehicles are out; at its best place on a route with room someone is served late.
    #[error(
        "no vehicle is left, and on route {route} node {node} would be reached {late} too late"
    )]
    Late {
        /// Index of the route.
        route: usize,
        /// Who would be reached late first.
        node: u32,
        /// By so much.
        late: i32,
    },
    /// There is a place for it: the search has not found it.
    #[error("it fits on route {route}")]
    Fits {
        /// Index of the route; one beyond the last is a vehicle of its own.
        route: usize,
    },
}

/// The reason for each unserved stop of a plan.
pub fn reasons(instance: &Instance, plan: &Plan) -> Vec<(u32, Reason)> {
    plan.unserved.iter().map(|&stop| (stop, reason(instance, plan, stop))).collect()
}

/// The stop, or both halves of its pair in order.
fn request(instance: &Instance, stop: u32) -> Vec<u32> {
    let pairs = &instance.parts().pairs;
    pairs
        .iter()
        .find(|pair| pair.pickup == stop || pair.delivery == stop)
        .map_or_else(|| vec![stop], |pair| vec![pair.pickup, pair.delivery])
}

fn reason(instance: &Instance, plan: &Plan, stop: u32) -> Reason {
    let request = request(instance, stop);
    let types = &instance.parts().vehicles;
    let demand = instance.demand(request[0] as usize);
    for (dimension, &demand) in demand.iter().enumerate() {
        let most = types.iter().map(|kind| kind.capacity[dimension]).max().unwrap_or(0);
        if demand > most {
            return Reason::TooLarge { dimension, demand, most };
        }
    }
    let alone = types.iter().map(|kind| late(instance, kind, &request));
    let alone: Vec<Option<Lateness>> = alone.collect();
    let least = alone.iter().copied().collect::<Option<Vec<_>>>();
    let least = least.and_then(|all| all.into_iter().min_by_key(Lateness::by));
    if let Some(Lateness { node, arrive, close }) = least {
        return Reason::TooFar { node, arrive, close };
    }
    let used = |kind: usize| plan.routes.iter().filter(|route| route.vehicle == kind).count();
    let idle = (0..types.len())
        .any(|kind| alone[kind].is_none() && used(kind) < types[kind].count as usize);
    if idle {
        return Reason::Fits { route: plan.routes.len() };
    }
    in_routes(instance, plan, &request)
}

/// Against every route: the least that is broken.
fn in_routes(instance: &Instance, plan: &Plan, request: &[u32]) -> Reason {
    let demand = instance.demand(request[0] as usize);
    let mut fullest: Option<(i32, Reason)> = None;
    let mut latest: Option<(i32, Reason)> = None;
    for (route, of) in plan.routes.iter().enumerate() {
        let kind = &instance.parts().vehicles[of.vehicle];
        for at in 0..=of.stops.len() {
            let ends = if request.len() == 2 { at..=of.stops.len() } else { at..=at };
            for delivery_at in ends {
                let mut stops = of.stops.clone();
                stops.insert(at, request[0]);
                if let Some(&delivery) = request.get(1) {
                    stops.insert(delivery_at + 1, delivery);
                }
                let over = (0..demand.len()).map(|k| (over(instance, kind, &stops, k), k)).max();
                let (lacks, dimension) = over.unwrap_or((0, 0));
                if lacks > 0 {
                    if fullest.is_none_or(|(least, _)| lacks < least) {
                        fullest = Some((lacks, Reason::Full { route, dimension, lacks }));
                    }
                    continue;
                }
                let Some(lateness) = late(instance, kind, &stops) else {
                    return Reason::Fits { route };
                };
                if latest.is_none_or(|(least, _)| lateness.by() < least) {
                    let (node, late) = (lateness.node, lateness.by());
                    latest = Some((late, Reason::Late { route, node, late }));
                }
            }
        }
    }
    let found = latest.or(fullest).map(|(_, reason)| reason);
    found.unwrap_or(Reason::Fits { route: plan.routes.len() })
}

/// By how much the load exceeds the vehicle at its highest.
fn over(instance: &Instance, kind: &VehicleType, stops: &[u32], dimension: usize) -> i32 {
    let mut load = 0;
    let mut most = 0;
    for &stop in stops {
        load += instance.demand(stop as usize)[dimension];
        most = most.max(load);
    }
    most - kind.capacity[dimension]
}

#[derive(Clone, Copy, Debug)]
struct Lateness {
    node: u32,
    arrive: i32,
    close: i32,
}

impl Lateness {
    fn by(&self) -> i32 {
        self.arrive - self.close
    }
}

/// Who is reached late first when the vehicle drives these stops; none if all are in time.
fn late(instance: &Instance, kind: &VehicleType, stops: &[u32]) -> Option<Lateness> {
    let windows = &instance.parts().windows;
    let start = kind.start as usize;
    let mut time = windows[start].open.max(kind.shift.open);
    if time > windows[start].close {
        return Some(Lateness { node: kind.start, arrive: time, close: windows[start].close });
    }
    let mut from = start;
    for &stop in stops {
        let node = stop as usize;
        let arrive = time + instance.duration(from, node);
        if arrive > windows[node].close {
            return Some(Lateness { node: stop, arrive, close: windows[node].close });
        }
        time = arrive.max(windows[node].open) + instance.parts().service[node];
        from = node;
    }
    let (node, close, arrive) = kind.end.map_or((from as u32, kind.shift.close, time), |end| {
        let close = windows[end as usize].close.min(kind.shift.close);
        (end, close, time + instance.duration(from, end as usize))
    });
    (arrive > close).then_some(Lateness { node, arrive, close })
}
