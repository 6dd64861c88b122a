//! `greenchain route`: an instance in, routes out, or a plan judged.
//!
//! Read: [`args`], `files` (instances and solutions), `search` (clock, threads, trace), `answer`; `rich` does
//! the same for the JSON formats.

pub(crate) mod args;
mod files;
mod search;
mod answer;
mod rich;

use crate::Answer;
use crate::progress::Progress;
use anyhow::{Result, bail};
use args::RouteArgs;
use routing::{Instance, Plan, check, reasons};
use std::io::Write;
use std::path::Path;

pub(crate) fn route(args: &RouteArgs) -> Result<Answer> {
    let text = crate::folder::text(&args.file)?;
    let format = files::format(args, &text)?;
    let Some(instance) = files::instance(args, &text, format)? else {
        return rich::route(args, &text, format);
    };
    refuse_rich(args)?;
    if let Some(file) = &args.check {
        let plan = files::plan(file, &instance)?;
        let verdict = check(&instance, &plan);
        let text = answer::judged(&plan, &verdict, args.json);
        writeln!(std::io::stdout(), "{text}")?;
        return Ok(if verdict.feasible() { Answer::Yes } else { Answer::No });
    }
    let initial = args.initial.as_deref().map(|file| initial(file, &instance)).transpose()?;
    let progress = Progress::start();
    let found = search::run(&instance, args, &initial.unwrap_or_default(), &progress)?;
    progress.end();
    let verdict = check(&instance, &found.plan);
    if let Some(fault) = verdict.faults.first() {
        bail!(
            "the plan found is wrong: {fault}. It is not printed; please report this with the instance"
        );
    }
    if let Some(file) = &args.out {
        files::write(file, &instance, &found.plan, verdict.cost)?;
    }
    let why = reasons(&instance, &found.plan);
    let text = answer::found(&found, &verdict, &why, args.json);
    writeln!(std::io::stdout(), "{text}")?;
    Ok(if verdict.feasible() { Answer::Yes } else { Answer::No })
}

/// A solution to start from.
fn initial(file: &Path, instance: &Instance) -> Result<Plan> {
    let plan = files::plan(file, instance)?;
    if let Some(fault) = check(instance, &plan).faults.first() {
        bail!(
            "{}: cannot be started from: {fault}. Mend it, or leave --initial out",
            file.display()
        );
    }
    Ok(plan)
}

/// What only the JSON formats can answer.
fn refuse_rich(args: &RouteArgs) -> Result<()> {
    let given = [
        ("--objective carbon", args.objective == Some(args::Goal::Carbon)),
        ("--carbon-price", args.carbon_price.is_some()),
        ("--moved-price", args.moved_price.is_some()),
        ("--running", args.running.is_some()),
        ("--front", args.front.is_some()),
    ];
    if let Some((flag, _)) = given.iter().find(|(_, given)| *given) {
        bail!(
            "{}: {flag} needs vehicles that say what energy they take. Write the problem as JSON, see docs/ROUTING.md",
            args.file.display()
        );
    }
    Ok(())
}
