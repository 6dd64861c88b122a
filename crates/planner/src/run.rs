//! Both cases, side by side.

use crate::case::{Walked, walk};
use crate::figures::figures;
use crate::measures::measures;
use crate::notes::notes;
use crate::offering::offer_all;
use crate::way::Way;
use crate::{CaseOutcome, LeverError, Outcome, Scenario};
use carbon::{AccountError, Case, Registry, RegistryError, account};
use quantity::Day;
use std::ops::ControlFlow;

/// A day has been planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Of which case.
    pub case: Case,
    /// Which day.
    pub day: Day,
    /// The first day of the run.
    pub first: Day,
    /// The last day on which orders arrive.
    pub last: Day,
}

/// Why there is no plan.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// An engine's own judge refuses what the engine planned: our fault, and better told than
    /// written.
    #[error(
        "{engine} planned {day} wrongly: {fault} ({count} in all). This is a fault of greenchain, not of the scenario"
    )]
    Refuted {
        /// Which crate.
        engine: &'static str,
        /// Which day.
        day: Day,
        /// The first thing that is wrong.
        fault: String,
        /// How many there are.
        count: usize,
    },
    /// Whoever was told of the progress wanted no more of it.
    #[error("the run was stopped")]
    Stopped,
    /// An activity has no value.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// Two factors under one id.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// A lever that the scenario cannot be changed by.
    #[error(transparent)]
    Lever(#[from] LeverError),
}

/// Says no where a judge found a fault.
pub(crate) fn acquit<F: std::fmt::Debug>(
    engine: &'static str,
    day: Day,
    faults: &[F],
) -> Result<(), PlanError> {
    match faults.first() {
        None => Ok(()),
        Some(fault) => Err(PlanError::Refuted {
            engine,
            day,
            fault: format!("{fault:?}"),
            count: faults.len(),
        }),
    }
}

/// Plans the scenario and does its orders the ordinary way, with the same code and factors.
///
/// `progress` is told of each day, from two threads, and may end the run; it changes nothing else.
pub fn run(
    scenario: &Scenario,
    registry: Registry,
    progress: &(dyn Fn(Step) -> ControlFlow<()> + Sync),
) -> Result<Outcome, PlanError> {
    let planned = Way::planned(scenario, &registry);
    let ordinary = Way::ordinary(scenario, &registry);
    let (plan, baseline) = std::thread::scope(|scope| {
        let baseline = scope.spawn(|| walk(scenario, &ordinary, &registry, None, progress));
        let plan = walk(scenario, &planned, &registry, None, progress);
        (plan, baseline.join().expect("a case does not panic"))
    });
    let (mut plan, mut baseline) = (plan?, baseline?);
    // One of them may need a day more for what found no room: the other's sites are open then too.
    let through = plan.last_day().max(baseline.last_day());
    if plan.last_day() < through {
        plan = walk(scenario, &planned, &registry, through, progress)?;
    }
    if baseline.last_day() < through {
        baseline = walk(scenario, &ordinary, &registry, through, progress)?;
    }
    let mut registry = registry;
    for factor in plan.booked.factors.values().chain(baseline.booked.factors.values()) {
        registry.add(factor.clone())?;
    }
    let plan = close(scenario, &planned, plan, &registry)?;
    let baseline = close(scenario, &ordinary, baseline, &registry)?;
    let offers = offer_all(scenario, &plan.days, &plan.lines, plan.figures.cost_transport);
    let notes = notes(scenario, &registry, &plan.days);
    let measures = measures(scenario, (&planned, &plan), (&ordinary, &baseline));
    let factors = used(&registry, [&plan, &baseline]);
    Ok(Outcome { plan, baseline, factors, offers, notes, measures })
}

/// Plans the scenario without its baseline, its sites open as far as `through`.
pub(crate) fn plan(
    scenario: &Scenario,
    registry: &Registry,
    through: Option<Day>,
) -> Result<CaseOutcome, PlanError> {
    let way = Way::planned(scenario, registry);
    let walked = walk(scenario, &way, registry, through, &|_| ControlFlow::Continue(()))?;
    let mut registry = registry.clone();
    for factor in walked.booked.factors.values() {
        registry.add(factor.clone())?;
    }
    close(scenario, &way, walked, &registry)
}

/// Values a case's activities and adds up its figures.
fn close(
    scenario: &Scenario,
    way: &Way,
    walked: Walked,
    registry: &Registry,
) -> Result<CaseOutcome, PlanError> {
    let lines = account(way.case, walked.booked.activities, registry)?;
    let figures = figures(scenario, way, &walked.days, &lines);
    Ok(CaseOutcome { case: way.case, days: walked.days, unserved: walked.unserved, lines, figures })
}

/// The factors that a line names.
fn used(registry: &Registry, cases: [&CaseOutcome; 2]) -> Registry {
    let mut used = Registry::default();
    for line in cases.into_iter().flat_map(|case| &case.lines) {
        let (id, edition) = (&line.activity.factor_id, &line.factor_edition);
        if used.edition(id, edition).is_none() {
            let factor = registry.edition(id, edition).expect("a valued line has a factor");
            used.add(factor.clone()).expect("one registry has one factor of an id and edition");
        }
    }
    used
}
