//! What `route` prints.

use super::search::Found;
use routing::{Plan, Reason, Verdict};
use serde_json::{Value, json};
use std::fmt::Write;

pub(super) fn found(
    found: &Found,
    verdict: &Verdict,
    why: &[(u32, Reason)],
    as_json: bool,
) -> String {
    if as_json {
        let mut value = judged_json(&found.plan, verdict);
        value["unserved"] = why
            .iter()
            .map(|(stop, reason)| json!({"id": stop, "reason": reason.to_string()}))
            .collect();
        value["iterations"] = found.iterations.into();
        value["seconds"] = found.seconds.into();
        return value.to_string();
    }
    let mut text = String::new();
    for (number, route) in found.plan.routes.iter().enumerate() {
        let stops: Vec<String> = route.stops.iter().map(u32::to_string).collect();
        let _ = writeln!(text, "Route #{}: {}", number + 1, stops.join(" "));
    }
    for (stop, reason) in why {
        let _ = writeln!(text, "{stop} is not served: {reason}");
    }
    let (vehicles, distance, cost) = (verdict.vehicles, verdict.distance, verdict.cost);
    let (iterations, seconds) = (found.iterations, found.seconds);
    let _ = write!(
        text,
        "{vehicles} vehicles, distance {distance:.2}, cost {cost:.2}; {iterations} iterations in {seconds:.1} s"
    );
    text
}

/// A solution that was only judged.
pub(super) fn judged(plan: &Plan, verdict: &Verdict, as_json: bool) -> String {
    if as_json {
        return judged_json(plan, verdict).to_string();
    }
    let mut text = String::new();
    for fault in &verdict.faults {
        let _ = writeln!(text, "{fault}");
    }
    for stop in &plan.unserved {
        let _ = writeln!(text, "{stop} is not served");
    }
    let feasible = if verdict.feasible() { "feasible" } else { "not feasible" };
    let (vehicles, distance, cost) = (verdict.vehicles, verdict.distance, verdict.cost);
    let _ = write!(text, "{feasible}: {vehicles} vehicles, distance {distance:.4}, cost {cost:.4}");
    text
}

fn judged_json(plan: &Plan, verdict: &Verdict) -> Value {
    let routes: Vec<&Vec<u32>> = plan.routes.iter().map(|route| &route.stops).collect();
    let faults: Vec<String> = verdict.faults.iter().map(ToString::to_string).collect();
    json!({
        "feasible": verdict.feasible(),
        "vehicles": verdict.vehicles,
        "distance": verdict.distance,
        "cost": verdict.cost,
        "kg_co2e": Value::Null,
        "routes": routes,
        "unserved": plan.unserved,
        "faults": faults,
    })
}
