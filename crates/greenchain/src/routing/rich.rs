//! `route` of a problem as JSON: read, search or judge, tell.

mod search;
mod answer;

use super::args::{Format, Goal, RouteArgs};
use super::search::listen;
use crate::Answer;
use crate::folder;
use crate::progress::Progress;
use anyhow::{Context, Result, anyhow, bail};
use carbon::{Registry, default_grid, ids};
use quantity::Carbon;
use routing::read::json::{Carrier, Input, JsonError, plan::Printed, plan::read as read_plan};
use routing::read::{json, vroom};
use routing::rich::{Change, Plan, begin_from, check, reasons, resume};
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use store::write_whole;

/// Millionths in a unit of money.
const MILLION: f64 = 1e6;
/// A time that is shown as an example: half past ten.
const SUCH: i32 = 37_800;

pub(super) fn route(args: &RouteArgs, text: &str, format: Format) -> Result<Answer> {
    if args.precision.is_some() {
        bail!("--precision is of the other formats: JSON has its own tables. Leave it out");
    }
    // Reading counts: who gives ten seconds has an answer in ten seconds.
    let progress = Progress::start();
    let input = started(args, input(args, text, format)?)?;
    if let Some(file) = &args.check {
        let plan = plan(file, &input)?.plan;
        let verdict = check(&input.problem, &plan);
        let text = answer::judged(&input, &plan, &verdict, args.json);
        writeln!(std::io::stdout(), "{text}")?;
        return Ok(if verdict.feasible() { Answer::Yes } else { Answer::No });
    }
    listen()?;
    let found = match args.front {
        Some(points) => search::front(&input.problem, args, points, &progress),
        None => vec![search::run(&input.problem, args, &progress)?],
    };
    progress.end();
    let seconds = progress.seconds();
    let mut told = Vec::new();
    let mut feasible = true;
    for found in &found {
        let verdict = check(&input.problem, &found.plan);
        if let Some(fault) = verdict.faults.first() {
            if args.running.is_some() {
                bail!(
                    "what is under way cannot go on like that: {fault}. Widen the window or the shift, or take the order out"
                );
            }
            bail!(
                "the plan found is wrong: {fault}. It is not printed; please report this with the problem"
            );
        }
        feasible &= verdict.feasible();
        told.push(answer::Told {
            input: &input,
            plan: &found.plan,
            verdict,
            iterations: found.iterations,
        });
    }
    let value = document(&told, seconds, args.front.is_some());
    if let Some(file) = &args.out {
        write_whole(file, format!("{value:#}\n").as_bytes())?;
    }
    let text = if args.json { value.to_string() } else { answer::text(&told, seconds) };
    writeln!(std::io::stdout(), "{text}")?;
    Ok(if feasible { Answer::Yes } else { Answer::No })
}

/// One plan, or the plans of a front.
fn document(told: &[answer::Told<'_>], seconds: f64, front: bool) -> Value {
    if front {
        let plans: Vec<Value> = told.iter().map(|told| told.json(seconds)).collect();
        return json!({"front": plans, "seconds": seconds});
    }
    told.first().map_or(Value::Null, |told| told.json(seconds))
}

fn input(args: &RouteArgs, text: &str, format: Format) -> Result<Input> {
    let read = match format {
        Format::Vroom => vroom::read(text),
        _ => json::read(text, &factor),
    };
    let mut input = read.map_err(|error| at(&args.file, &error))?;
    let price = |price: f64| (price * MILLION).round() as i64;
    if let Some(given) = args.carbon_price {
        input.problem.carbon_price_per_kg = price(given);
    }
    if let Some(given) = args.moved_price {
        input.problem.moved_price = price(given);
    }
    check_energy(args, &input)?;
    Ok(input)
}

/// Where carbon counts, a vehicle that says nothing of its energy would seem to be without any.
fn check_energy(args: &RouteArgs, input: &Input) -> Result<()> {
    let counts = input.problem.carbon_price_per_kg > 0
        || args.objective == Some(Goal::Carbon)
        || args.front.is_some();
    let silent = input.problem.vehicles.iter().find(|vehicle| vehicle.consumption.is_none());
    match silent.filter(|_| counts) {
        Some(vehicle) => bail!(
            "{}: vehicle {} does not say what energy it takes. Add energy, or let carbon have no price and be no objective",
            args.file.display(),
            vehicle.id
        ),
        None => Ok(()),
    }
}

/// The file before each fault.
fn at(file: &Path, error: &JsonError) -> anyhow::Error {
    let file = file.display();
    anyhow!("{file}: {}", error.to_string().replace('\n', &format!("\n{file}: ")))
}

/// The built-in factor of a carrier, well to wheel; of electricity where the country has one of its own.
fn factor(carrier: Carrier, country: &str) -> Option<Carbon> {
    let id = match carrier {
        Carrier::Diesel => ids::DIESEL,
        Carrier::Petrol => ids::PETROL,
        Carrier::Electric => {
            let (id, stand_in) = default_grid(country);
            if stand_in {
                return None;
            }
            id
        }
    };
    Registry::built_in().get(id).map(|factor| Carbon::from_kilograms(factor.wtw()))
}

/// The problem with what is under way: a running plan, one to start from, or nothing.
fn started(args: &RouteArgs, input: Input) -> Result<Input> {
    let Input { problem, names, out_of_service } = input;
    if let (Some(file), Some(now)) = (&args.running, &args.now) {
        let Some(now) = names.times.parse(now) else {
            let such = names.times.write(SUCH).to_string().replace('"', "");
            bail!("--now {now}: is no time as the problem writes them. Write one such as {such}");
        };
        let input = Input { problem, names, out_of_service };
        let Printed { plan, gone } = plan(file, &input)?;
        let change = Change { now, gone, out_of_service: input.out_of_service.clone() };
        let problem =
            resume(input.problem, &plan, &change).with_context(|| file.display().to_string())?;
        return Ok(Input { problem, ..input });
    }
    if !out_of_service.is_empty() {
        bail!(
            "{}: out_of_service_from is of a running day. Name its plan with --running and the moment with --now",
            args.file.display()
        );
    }
    let input = Input { problem, names, out_of_service };
    let Some(file) = &args.initial else { return Ok(input) };
    let Printed { plan, .. } = plan(file, &input)?;
    if let Some(fault) = check(&input.problem, &plan).faults.first() {
        bail!(
            "{}: cannot be started from: {fault}. Mend it, or leave --initial out",
            file.display()
        );
    }
    let problem = begin_from(input.problem, &plan).with_context(|| file.display().to_string())?;
    Ok(Input { problem, ..input })
}

fn plan(file: &Path, input: &Input) -> Result<Printed> {
    read_plan(&folder::text(file)?, input).map_err(|error| at(file, &error))
}

/// Why each order is on no route.
fn unserved(input: &Input, plan: &Plan) -> Vec<(usize, String)> {
    let all = reasons(&input.problem, plan, &input.names.skills);
    all.into_iter().map(|(order, reason)| (order, reason.to_string())).collect()
}
