//! What `route` prints of a rich plan.

use super::{MILLION, unserved};
use routing::read::json::Input;
use routing::read::json::plan::{energy_known, write};
use routing::rich::{Doing, Plan, Route, Verdict, Visit};
use serde_json::Value;
use std::fmt::Write;

const METRES_PER_KM: f64 = 1_000.0;

/// A plan that was found, and what is said of it.
pub(super) struct Told<'a> {
    pub(super) input: &'a Input,
    pub(super) plan: &'a Plan,
    pub(super) verdict: Verdict,
    pub(super) iterations: u64,
}

impl Told<'_> {
    pub(super) fn json(&self, seconds: f64) -> Value {
        let unserved = unserved(self.input, self.plan);
        let mut value = write(self.input, self.plan, &self.verdict, &unserved);
        value["iterations"] = self.iterations.into();
        value["seconds"] = seconds.into();
        value
    }
}

/// Routes, reasons and figures for a person; of several plans one after another.
pub(super) fn text(told: &[Told<'_>], seconds: f64) -> String {
    let mut text = String::new();
    for told in told {
        let problem = &told.input.problem;
        for route in &told.plan.routes {
            let _ =
                writeln!(text, "{}: {}", problem.unit_name(route.unit), orders(told.input, route));
        }
        for (order, reason) in unserved(told.input, told.plan) {
            let _ = writeln!(text, "{} is not served: {reason}", problem.order_name(order));
        }
        let _ = writeln!(
            text,
            "{}; {} iterations",
            figures(told.input, told.plan, &told.verdict),
            told.iterations
        );
    }
    let _ = write!(text, "{seconds:.1} s");
    text
}

/// A plan that was only judged.
pub(super) fn judged(input: &Input, plan: &Plan, verdict: &Verdict, as_json: bool) -> String {
    if as_json {
        return write(input, plan, verdict, &unserved(input, plan)).to_string();
    }
    let mut text = String::new();
    for fault in &verdict.faults {
        let _ = writeln!(text, "{fault}");
    }
    for &order in &plan.unserved {
        let _ = writeln!(text, "{} is not served", input.problem.order_name(order));
    }
    let feasible = if verdict.feasible() { "feasible" } else { "not feasible" };
    let _ = write!(text, "{feasible}: {}", figures(input, plan, verdict));
    text
}

fn orders(input: &Input, route: &Route) -> String {
    let names = route.steps.iter().filter_map(|step| match step.doing {
        Doing::Visit(Visit::First { order, .. } | Visit::Second { order, .. }) => {
            Some(input.problem.order_name(order))
        }
        Doing::Visit(Visit::Reload(_)) => Some("|".to_owned()),
        _ => None,
    });
    names.collect::<Vec<String>>().join(" ")
}

fn figures(input: &Input, plan: &Plan, verdict: &Verdict) -> String {
    let figures = verdict.figures;
    let km = if input.names.no_distances {
        String::new()
    } else {
        format!(", {:.1} km", figures.metres as f64 / METRES_PER_KM)
    };
    let cost = figures.money as f64 / MILLION;
    let carbon = if energy_known(input, &plan.routes) {
        format!(", {:.2} kg CO2e", figures.carbon.kilograms_f64())
    } else {
        String::new()
    };
    let moved = match figures.moved {
        0 => String::new(),
        moved => format!(", {moved} orders moved"),
    };
    let vehicles = figures.vehicles;
    format!("{vehicles} vehicles{km}, cost {cost:.2}{carbon}{moved}")
}
