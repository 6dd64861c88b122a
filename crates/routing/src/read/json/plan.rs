//! A plan of a rich problem as JSON: what a planner shows, and what a later run starts from.

use super::node::{Faults, Node, Object};
use super::{Input, JsonError, parse};
use crate::rich::judge::{Verdict, check_route, loads};
use crate::rich::plan::{Doing, Plan, Route, Step};
use crate::rich::problem::{Unit, Visit, Work};
use quantity::Carbon;
use serde_json::{Map, Value, json};

const MILLION: f64 = 1e6;

/// A plan with what it comes to: the keys of every `route` answer, and `plan` with the steps.
///
/// `unserved` gives the reason of each unserved order.
pub fn write(input: &Input, plan: &Plan, verdict: &Verdict, unserved: &[(usize, String)]) -> Value {
    let figures = verdict.figures;
    let problem = &input.problem;
    let ids = |route: &Route| -> Vec<&str> {
        let steps = route.steps.iter();
        steps
            .filter_map(|step| order_of(step.doing))
            .map(|order| &*problem.orders[order].id)
            .collect()
    };
    let faults: Vec<String> = verdict.faults.iter().map(ToString::to_string).collect();
    let mut value = json!({
        "feasible": verdict.feasible(),
        "vehicles": figures.vehicles,
        "distance": metres(input, figures.metres),
        "duration_s": figures.seconds,
        "cost": figures.money as f64 / MILLION,
        "kg_co2e": kilograms(input, &plan.routes, figures.carbon),
        "moved": figures.moved,
        "routes": plan.routes.iter().map(ids).collect::<Vec<_>>(),
        "unserved": unserved
            .iter()
            .map(|(order, reason)| json!({"id": problem.orders[*order].id, "reason": reason}))
            .collect::<Vec<_>>(),
        "faults": faults,
    });
    value["plan"] = plan.routes.iter().map(|route| route_json(input, route)).collect();
    value
}

/// Nothing where the document has no distances: a zero would be one.
fn metres(input: &Input, metres: i64) -> Value {
    if input.names.no_distances { Value::Null } else { metres.into() }
}

/// Nothing where a vehicle of these routes says not what energy it takes: a zero would say it takes none.
fn kilograms(input: &Input, routes: &[Route], carbon: Carbon) -> Value {
    if !energy_known(input, routes) {
        return Value::Null;
    }
    // To a milligram: more digits would only be noise of the consumption's model.
    ((carbon.kilograms_f64() * 1e6).round() / 1e6).into()
}

/// Whether all vehicles of these routes say what energy they take.
pub fn energy_known(input: &Input, routes: &[Route]) -> bool {
    let vehicles = &input.problem.vehicles;
    routes.iter().all(|route| vehicles[route.unit.vehicle].consumption.is_some())
}

fn order_of(doing: Doing) -> Option<usize> {
    match doing {
        Doing::Visit(Visit::First { order, .. } | Visit::Second { order, .. }) => Some(order),
        _ => None,
    }
}

fn route_json(input: &Input, route: &Route) -> Value {
    let problem = &input.problem;
    let (_, figures) = check_route(problem, route);
    let loads = loads(problem, route);
    let mut so_far = 0;
    let mut from = None;
    let mut steps = Vec::with_capacity(route.steps.len());
    for (step, load) in route.steps.iter().zip(loads) {
        let place = input.problem.place(&input.problem.vehicles[route.unit.vehicle], step.doing);
        if let (Some(from), Some(place)) = (from, place) {
            let profile = &problem.profiles[problem.vehicles[route.unit.vehicle].profile];
            so_far += i64::from(profile.metres[from as usize * problem.places + place as usize]);
        }
        from = place.or(from);
        let mut value = step_json(input, route.unit, *step);
        if let Some(place) = place {
            value.insert("place".into(), input.names.places[place as usize].clone().into());
            value.insert("distance".into(), metres(input, so_far));
        }
        value.insert("load".into(), load.into());
        steps.push(Value::Object(value));
    }
    let (vehicle, number) = unit_name(input, route.unit);
    json!({
        "vehicle": vehicle,
        "number": number,
        "distance": metres(input, figures.metres),
        "duration_s": figures.seconds,
        "cost": figures.money as f64 / MILLION,
        "kg_co2e": kilograms(input, std::slice::from_ref(route), figures.carbon),
        "steps": steps,
    })
}

/// How a vehicle is called: its own id, or the type's and a number from 1.
fn unit_name(input: &Input, unit: Unit) -> (&str, u32) {
    let own = input.names.units.get(unit.vehicle).and_then(|ids| ids.get(unit.number as usize));
    own.map_or((&input.problem.vehicles[unit.vehicle].id, unit.number + 1), |id| (id, 1))
}

fn step_json(input: &Input, unit: Unit, step: Step) -> Map<String, Value> {
    let mut value = Map::new();
    let mut put = |key: &str, of: Value| value.insert(key.to_owned(), of);
    match step.doing {
        Doing::Start => put("type", "start".into()),
        Doing::End => put("type", "end".into()),
        Doing::Break(None) => put("type", "break".into()),
        Doing::Break(Some(idx)) => {
            put("type", "break".into());
            put("break", input.problem.vehicles[unit.vehicle].breaks[idx].id.clone().into())
        }
        Doing::Visit(Visit::Reload(idx)) => {
            put("type", "reload".into());
            put("reload", idx.into())
        }
        Doing::Visit(Visit::First { order, alternative }) => {
            let of = &input.problem.orders[order];
            let shipment = matches!(of.alternatives[alternative].work, Work::Shipment { .. });
            put("type", if shipment { "pickup" } else { "stop" }.into());
            put("order", of.id.clone().into());
            put("alternative", alternative.into())
        }
        Doing::Visit(Visit::Second { order, alternative }) => {
            put("type", "delivery".into());
            put("order", input.problem.orders[order].id.clone().into());
            put("alternative", alternative.into())
        }
    };
    for (key, time) in [("arrive", step.arrive), ("begin", step.begin), ("finish", step.finish)] {
        value.insert(key.to_owned(), input.names.times.write(time));
    }
    value
}

/// A printed plan as it stands, with the orders of it that the problem does not have any more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Printed {
    /// The plan; of unknown orders there is no step.
    pub plan: Plan,
    /// Ids of orders that are not in the problem, with the vehicle that was to visit them and when
    /// it was to begin.
    pub gone: Vec<(String, Unit, i32)>,
}

/// Reads a plan that [`write()`] wrote. Of other keys only `plan` and `unserved` are looked at; orders
/// that it does not name are unserved.
pub fn read(text: &str, input: &Input) -> Result<Printed, JsonError> {
    let document = parse(text)?;
    let faults = Faults::default();
    let printed = Reader { input }.plan(&Node::root(&document, &faults));
    let faults = faults.into_vec();
    match printed {
        Some(printed) if faults.is_empty() => Ok(printed),
        _ => Err(JsonError::Faults(faults)),
    }
}

const TOP: [&str; 15] = [
    "feasible",
    "vehicles",
    "distance",
    "duration_s",
    "cost",
    "kg_co2e",
    "moved",
    "routes",
    "unserved",
    "faults",
    "plan",
    "iterations",
    "seconds",
    "$schema",
    "front",
];
const ROUTE: [&str; 7] =
    ["vehicle", "number", "distance", "duration_s", "cost", "kg_co2e", "steps"];
const STEP: [&str; 11] = [
    "type",
    "order",
    "alternative",
    "break",
    "reload",
    "arrive",
    "begin",
    "finish",
    "place",
    "distance",
    "load",
];

struct Reader<'a> {
    input: &'a Input,
}

impl Reader<'_> {
    fn plan(&self, root: &Node<'_>) -> Option<Printed> {
        let top = root.object(&TOP)?;
        let mut printed = Printed::default();
        let mut named = vec![false; self.input.problem.orders.len()];
        for node in top.needed("plan")?.list() {
            let Some(route) = self.route(&node, &mut printed.gone) else { continue };
            for order in route.steps.iter().filter_map(|step| order_of(step.doing)) {
                named[order] = true;
            }
            printed.plan.routes.push(route);
        }
        for node in top.items("unserved") {
            let Some(id) = node.object(&["id", "reason"]).map(|of| of.id()) else { continue };
            if let Some(order) = self.input.problem.orders.iter().position(|order| order.id == id) {
                printed.plan.unserved.push(order);
                named[order] = true;
            }
        }
        printed.plan.unserved.extend((0..named.len()).filter(|&order| !named[order]));
        printed.plan.unserved.sort_unstable();
        Some(printed)
    }

    fn route(&self, node: &Node<'_>, gone: &mut Vec<(String, Unit, i32)>) -> Option<Route> {
        let of = node.object(&ROUTE)?;
        let unit = self.unit(&of)?;
        let mut steps = Vec::new();
        for node in of.needed("steps")?.list() {
            let Some(step) = node.object(&STEP) else { continue };
            let time = |key| step.needed(key).map_or(0, |time| self.input.names.times.read(&time));
            let (arrive, begin, finish) = (time("arrive"), time("begin"), time("finish"));
            match self.doing(&step, unit) {
                Some(Ok(doing)) => steps.push(Step { doing, arrive, begin, finish }),
                Some(Err(id)) => gone.push((id, unit, begin)),
                None => {}
            }
        }
        Some(Route { unit, steps })
    }

    fn unit(&self, of: &Object<'_>) -> Option<Unit> {
        let node = of.needed("vehicle")?;
        let id = node.text();
        for (vehicle, ids) in self.input.names.units.iter().enumerate() {
            if let Some(number) = ids.iter().position(|own| *own == id) {
                return Some(Unit { vehicle, number: number as u32 });
            }
        }
        let vehicles = &self.input.problem.vehicles;
        let Some(vehicle) = vehicles.iter().position(|vehicle| vehicle.id == id) else {
            node.fault("is no vehicle of the problem", "Add it to vehicles, or take its route out");
            return None;
        };
        let most = i64::from(vehicles[vehicle].count);
        let number = of.get("number").map_or(1, |number| number.whole(1, most));
        Some(Unit { vehicle, number: (number - 1).max(0) as u32 })
    }

    /// What a step does; the id of an order that is not in the problem.
    fn doing(&self, step: &Object<'_>, unit: Unit) -> Option<Result<Doing, String>> {
        let vehicle = &self.input.problem.vehicles[unit.vehicle];
        let kind = step.needed("type")?;
        Some(Ok(match kind.text().as_str() {
            "start" => Doing::Start,
            "end" => Doing::End,
            "break" => Doing::Break(match step.get("break") {
                None => None,
                Some(node) => {
                    let id = node.text();
                    let found = vehicle.breaks.iter().position(|rest| rest.id == id);
                    if found.is_none() {
                        node.fault("is no break of the vehicle", "Name one of its breaks");
                    }
                    Some(found?)
                }
            }),
            "reload" => {
                let most = vehicle.reloads.len() as i64 - 1;
                Doing::Visit(Visit::Reload(step.needed("reload")?.whole(0, most) as usize))
            }
            kind @ ("stop" | "pickup" | "delivery") => {
                let id = step.needed("order")?.text();
                let orders = &self.input.problem.orders;
                let Some(order) = orders.iter().position(|order| order.id == id) else {
                    return Some(Err(id));
                };
                let most = orders[order].alternatives.len() as i64 - 1;
                let alternative =
                    step.get("alternative").map_or(0, |node| node.whole(0, most)) as usize;
                Doing::Visit(match kind {
                    "delivery" => Visit::Second { order, alternative },
                    _ => Visit::First { order, alternative },
                })
            }
            _ => {
                let mend = "Write start, stop, pickup, delivery, reload, break or end";
                kind.fault("is no step", mend);
                return None;
            }
        }))
    }
}
