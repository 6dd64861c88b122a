//! `energy schedule`: the best schedule of a site with its proof, a check of one, a rolling horizon.

use super::schedule_args::{Objective, ScheduleArgs};
use super::sessions;
use crate::progress::Progress;
use crate::{Answer, folder};
use anyhow::{Context, Result, anyhow, bail};
use serde_json::{Map, Value, json};
use std::io::Write;
use std::path::Path;
use warehousing::dispatch::{
    self, Figures, Forecast, Instance, Lack, Schedule, Search, Solution, check, rolling, solve,
};

/// Faults of a file that are told; the rest are counted.
const FAULTS_TOLD: usize = 20;

pub(super) fn run(args: &ScheduleArgs) -> Result<Answer> {
    let instance = instance(&args.instance)?;
    if let Some(file) = &args.check {
        return checked(args, &instance, file);
    }
    let progress = Progress::start();
    let enough = || {
        progress.tell(&format!("proving: {:.0} s", progress.seconds()));
        args.time.is_some_and(|most| progress.seconds() > most)
    };
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    let threads = args.threads.map_or_else(cores, usize::from);
    let search = Search { gap: args.gap, threads, enough: &enough };
    let found = solve(&instance, objective(args), search);
    let answer = match found {
        Err(lacks) => infeasible(args, &lacks),
        Ok(solution) => match args.rolling {
            None => solved(args, &instance, &solution, progress.seconds()),
            Some(ahead) => rolled(args, &instance, &solution, ahead as usize, search)?,
        },
    };
    progress.end();
    Ok(answer)
}

fn objective(args: &ScheduleArgs) -> dispatch::Objective {
    match args.objective {
        Objective::Cost => dispatch::Objective::Cost,
        Objective::Carbon => dispatch::Objective::Carbon,
        Objective::Blend => dispatch::Objective::Blend,
    }
}

/// The instance in a file, or all its faults; keys that say nothing are told.
fn instance(file: &Path) -> Result<Instance> {
    let text = folder::text(file)?;
    let read = dispatch::read(&text).map_err(|faults| {
        let told =
            faults.iter().take(FAULTS_TOLD).map(|fault| format!("{}: {fault}", file.display()));
        let mut lines: Vec<String> = told.collect();
        if faults.len() > FAULTS_TOLD {
            lines.push(format!("and {} faults more", faults.len() - FAULTS_TOLD));
        }
        anyhow!(lines.join("\n"))
    })?;
    for key in &read.unknown {
        // Nobody listening is no reason to stop.
        let _ = writeln!(
            std::io::stderr(),
            "{}: {key} says nothing here and is passed over",
            file.display()
        );
    }
    Ok(read.instance)
}

#[expect(clippy::print_stdout, reason = "the answer")]
fn solved(args: &ScheduleArgs, instance: &Instance, solution: &Solution, seconds: f64) -> Answer {
    let Figures { objective, cost, carbon } = solution.figures;
    if args.json {
        let answer = json!({
            "status": if solution.proven { "optimal" } else { "feasible" },
            "objective": objective,
            "cost": cost,
            "kg_co2e": carbon.kilograms_f64(),
            "gap": solution.gap(),
            "bound": solution.bound,
            "seconds": seconds,
            "programmes": solution.programmes,
            "schedule": as_json(instance, &solution.schedule),
        });
        println!("{answer}");
    } else {
        let proof = if solution.proven { "the best" } else { "not proven to be the best" };
        println!(
            "{proof}: gap {:.1e}, {} programmes, {seconds:.2} s",
            solution.gap(),
            solution.programmes
        );
        figures(instance, &solution.figures);
        totals(&solution.schedule);
    }
    if solution.proven { Answer::Yes } else { Answer::No }
}

#[expect(clippy::print_stdout, reason = "the answer")]
fn figures(instance: &Instance, figures: &Figures) {
    println!("cost {:.2} {}", figures.cost, instance.currency);
    println!("emissions {:.2} kg CO2e", figures.carbon.kilograms_f64());
}

#[expect(clippy::print_stdout, reason = "the answer")]
fn totals(schedule: &Schedule) {
    let sum = |amounts: &[f64]| amounts.iter().sum::<f64>();
    let plugs: f64 = schedule.ev_kwh.iter().map(|amounts| sum(amounts)).sum();
    println!(
        "import {:.1} kWh, export {:.1}, curtailed {:.1}, charged {:.1}, discharged {:.1}, at plugs {plugs:.1}",
        sum(&schedule.import_kwh),
        sum(&schedule.export_kwh),
        sum(&schedule.curtailed_kwh),
        sum(&schedule.charge_kwh),
        sum(&schedule.discharge_kwh),
    );
}

fn as_json(instance: &Instance, schedule: &Schedule) -> Value {
    let sessions = instance.ev_sessions.iter().map(|session| session.id.clone());
    let ev: Map<String, Value> =
        sessions.zip(schedule.ev_kwh.iter().map(|amounts| json!(amounts))).collect();
    let mut value = json!({
        "import_kwh": schedule.import_kwh,
        "export_kwh": schedule.export_kwh,
        "curtailed_kwh": schedule.curtailed_kwh,
        "charge_kwh": schedule.charge_kwh,
        "discharge_kwh": schedule.discharge_kwh,
        "soc_kwh": schedule.soc_kwh,
        "ev_kwh": ev,
    });
    if !instance.shiftable_loads.is_empty() {
        let loads = instance.shiftable_loads.iter().map(|load| load.id.clone());
        let amounts = schedule.shiftable_kwh.iter().map(|amounts| json!(amounts));
        value["shiftable_kwh"] = loads.zip(amounts).collect::<Map<_, _>>().into();
    }
    value
}

#[expect(clippy::print_stdout, reason = "the answer")]
fn infeasible(args: &ScheduleArgs, lacks: &[Lack]) -> Answer {
    let lines: Vec<String> = lacks.iter().map(ToString::to_string).collect();
    if args.json {
        println!("{}", json!({"status": "infeasible", "reasons": lines}));
    } else {
        println!("no schedule exists:");
        for line in lines {
            println!("  {line}");
        }
    }
    Answer::No
}

#[expect(clippy::print_stdout, reason = "the answer")]
fn checked(args: &ScheduleArgs, instance: &Instance, file: &Path) -> Result<Answer> {
    let schedule = schedule(instance, file)?;
    let breaches = check(instance, &schedule);
    let lines: Vec<String> = breaches.iter().map(ToString::to_string).collect();
    let found = breaches.is_empty().then(|| instance.figures(&schedule, objective(args)));
    if args.json {
        let mut answer = json!({"feasible": breaches.is_empty(), "breaches": lines});
        if let Some(found) = &found {
            answer["objective"] = json!(found.objective);
            answer["cost"] = json!(found.cost);
            answer["kg_co2e"] = json!(found.carbon.kilograms_f64());
        }
        println!("{answer}");
    } else {
        lines.iter().take(FAULTS_TOLD).for_each(|line| println!("{line}"));
        match &found {
            Some(found) => figures(instance, found),
            None => println!("{} rules are broken", lines.len()),
        }
    }
    Ok(if found.is_some() { Answer::Yes } else { Answer::No })
}

/// A schedule as `--json` prints it, alone or within an answer.
fn schedule(instance: &Instance, file: &Path) -> Result<Schedule> {
    let value = sessions::json(file)?;
    let value = value.get("schedule").unwrap_or(&value);
    let list = |key: &str, value: &Value| -> Result<Vec<f64>> {
        let list =
            value.as_array().with_context(|| format!("{}: {key} is no list", file.display()))?;
        let numbers = list.iter().enumerate().map(|(step, value)| {
            value.as_f64().with_context(|| {
                format!("{}: {key}[{step}] is {value}. Write a number", file.display())
            })
        });
        numbers.collect()
    };
    let of = |key: &str| list(key, &value[key]);
    let each = |key: &str, ids: Vec<&str>| -> Result<Vec<Vec<f64>>> {
        if let Some(stranger) =
            value[key].as_object().and_then(|map| map.keys().find(|id| !ids.contains(&id.as_str())))
        {
            bail!("{}: {key} has {stranger}, which the instance does not know", file.display());
        }
        ids.into_iter().map(|id| list(&format!("{key}.{id}"), &value[key][id])).collect()
    };
    Ok(Schedule {
        import_kwh: of("import_kwh")?,
        export_kwh: of("export_kwh")?,
        curtailed_kwh: of("curtailed_kwh")?,
        charge_kwh: of("charge_kwh")?,
        discharge_kwh: of("discharge_kwh")?,
        soc_kwh: of("soc_kwh")?,
        ev_kwh: each(
            "ev_kwh",
            instance.ev_sessions.iter().map(|session| session.id.as_str()).collect(),
        )?,
        shiftable_kwh: each(
            "shiftable_kwh",
            instance.shiftable_loads.iter().map(|load| load.id.as_str()).collect(),
        )?,
    })
}

#[expect(clippy::print_stdout, reason = "the answer")]
fn rolled(
    args: &ScheduleArgs,
    instance: &Instance,
    best: &Solution,
    ahead: usize,
    search: Search,
) -> Result<Answer> {
    let given;
    let forecast = match args.forecast.as_str() {
        "perfect" => Forecast::Perfect,
        "persistence" => Forecast::Persistence,
        file => {
            given = self::instance(Path::new(file))?;
            if given.steps() != instance.steps() || (given.step_h - instance.step_h).abs() > 1e-9 {
                bail!(
                    "{file}: has other steps than {}. Forecast the same",
                    args.instance.display()
                );
            }
            Forecast::Given(&given)
        }
    };
    let (schedule, found) = match rolling(instance, objective(args), ahead, forecast, search) {
        Ok(done) => done,
        Err(lacks) => return Ok(infeasible(args, &lacks)),
    };
    // Within the gap of the proof it may seem to know more than foresight does.
    let regret = (found.objective - best.figures.objective).max(0.0);
    if args.json {
        let answer = json!({
            "status": "rolling",
            "objective": found.objective,
            "cost": found.cost,
            "kg_co2e": found.carbon.kilograms_f64(),
            "perfect_foresight": best.figures.objective,
            "regret": regret,
            "schedule": as_json(instance, &schedule),
        });
        println!("{answer}");
    } else {
        figures(instance, &found);
        totals(&schedule);
        let share = 100.0 * regret / best.figures.objective.abs().max(1e-9);
        println!("regret {regret:.2} beside knowing all before ({share:.2} %)");
    }
    Ok(Answer::Yes)
}
