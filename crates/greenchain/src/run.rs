//! `greenchain run`: a scenario through all five links.

use crate::cli::RunArgs;
use crate::progress::Progress;
use crate::{Answer, folder};
use anyhow::{Result, bail};
use carbon::Registry;
use planner::{Outcome, Scenario, Step};
use std::io::Write;
use std::ops::ControlFlow;
use store::OutputFolder;

pub(crate) fn run(args: &RunArgs) -> Result<Answer> {
    let progress = Progress::start();
    let files = match &args.scenario {
        Some(path) => folder::read(path)?,
        None => folder::built_in(),
    };
    let checked = match intake::read(&folder::borrow(&files)) {
        Ok(checked) => checked,
        Err(faults) => bail!("the scenario cannot be planned\n{faults}"),
    };
    let mut stderr = std::io::stderr();
    let unread = args.scenario.as_deref().map(folder::unread).transpose()?.unwrap_or_default();
    for warning in unread.into_iter().chain(checked.warnings.iter().map(ToString::to_string)) {
        writeln!(stderr, "warning: {warning}")?;
    }
    // Before the work: could its end be put in place?
    drop(OutputFolder::begin(&args.out)?);

    let mut outcome =
        planner::run(&checked.scenario, Registry::built_in(), &|step| tell(&progress, step))?;
    progress.tell("writing the ledger and the report");
    let target = OutputFolder::begin(&args.out)?;
    let summary = output::write(&checked.scenario, &mut outcome, &files, &target)?;
    target.commit()?;
    progress.end();

    if args.json {
        writeln!(std::io::stdout(), "{}", summary.trim_end())?;
    }
    for note in outcome.notes.iter().filter(|note| note.stands_in) {
        writeln!(stderr, "note: {}: {}", note.subject, note.text)?;
    }
    for line in finding(&checked.scenario, &outcome) {
        writeln!(stderr, "{line}")?;
    }
    writeln!(stderr, "{:.1} s", progress.seconds())?;
    writeln!(stderr, "report: {}", args.out.join("report.html").display())?;
    Ok(Answer::Yes)
}

fn tell(progress: &Progress, step: Step) -> ControlFlow<()> {
    progress.tell(&format!(
        "{}: {} planned, orders until {}",
        step.case.name(),
        step.day,
        step.last
    ));
    ControlFlow::Continue(())
}

/// The plan beside the baseline in a few lines.
fn finding(scenario: &Scenario, outcome: &Outcome) -> Vec<String> {
    let (plan, baseline) = (&outcome.plan, &outcome.baseline);
    let carbon = |case: &planner::CaseOutcome| case.figures.total.wtw().kilograms_f64();
    let (served, ordinary) = (plan.figures.orders_served, baseline.figures.orders_served);
    let difference = if served != ordinary {
        format!("not to be compared: it delivers {ordinary} orders, the plan {served}")
    } else if carbon(baseline) > 0.0 {
        format!("{:+.1} %", (carbon(plan) / carbon(baseline) - 1.0) * 100.0)
    } else {
        "no baseline emission".into()
    };
    vec![
        format!(
            "{}: {} of {} orders in {} parcels on {} rounds, {} unserved",
            scenario.name,
            plan.figures.orders_served,
            scenario.orders.len(),
            plan.figures.parcels,
            plan.figures.rounds,
            plan.unserved.len()
        ),
        format!(
            "kg CO2e {:.1}, the ordinary way {:.1} ({difference})",
            carbon(plan),
            carbon(baseline)
        ),
        format!(
            "distance {:.1} km beside {:.1}, new board {:.1} kg beside {:.1}, cost {} beside {}",
            plan.figures.distance.kilometres(),
            baseline.figures.distance.kilometres(),
            plan.figures.carton_material.kilograms(),
            baseline.figures.carton_material.kilograms(),
            plan.figures.cost_total(),
            baseline.figures.cost_total()
        ),
    ]
}
