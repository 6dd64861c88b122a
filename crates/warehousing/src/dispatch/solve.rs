//! From an instance to its best schedule and the proof.

use super::blocks::Whole;
use super::infeasible::{Lack, lacks, lacks_alone};
use super::instance::{Figures, Instance, Objective, Schedule, Weights};
use super::lp::interior::End;
use super::program::Program;
use super::settle::Settlement;
use super::site::Site;
use super::tree::Effort;

/// How much to ask of a search.
#[derive(Clone, Copy)]
pub struct Search<'a> {
    /// Objective less bound that counts as none, beside the objective's size.
    pub gap: f64,
    /// Threads; their number changes no answer.
    pub threads: usize,
    /// Whether to stop with what is known.
    pub enough: &'a (dyn Fn() -> bool + Sync),
}

/// A schedule and how near to the best it is known to be.
#[derive(Clone, Debug)]
pub struct Solution {
    /// The schedule.
    pub schedule: Schedule,
    /// What it costs and emits.
    pub figures: Figures,
    /// No schedule has a smaller objective.
    pub bound: f64,
    /// Whether the gap that was asked for is shown.
    pub proven: bool,
    /// Linear programmes solved.
    pub programmes: u64,
}

impl Solution {
    /// Objective less bound, beside the objective's size or 1.
    pub fn gap(&self) -> f64 {
        (self.figures.objective - self.bound).max(0.0) / self.figures.objective.abs().max(1.0)
    }
}

/// The schedule of least `objective`; of several, by cost and carbon, one that is least in the other too
/// as long as each step does the same. Otherwise what makes every schedule impossible.
pub fn solve(
    instance: &Instance,
    objective: Objective,
    search: Search,
) -> Result<Solution, Vec<Lack>> {
    let plain = lacks_alone(instance);
    if !plain.is_empty() {
        return Err(plain);
    }
    let site = Site::new(instance, Weights::of(instance, objective));
    let mut whole = Whole::new(&site, site.widest_peaks());
    let root = whole.relaxed();
    if root.end != End::Optimal {
        let lacks = lacks(instance);
        if !lacks.is_empty() {
            return Err(lacks);
        }
    }
    let mut proof = whole.begin(&root);
    let effort = Effort { gap: search.gap, enough: search.enough, known: f64::INFINITY };
    whole.prove(&root, &mut proof, effort, search.threads);
    let Some((settled, x)) = &proof.best else {
        let lacks = lacks(instance);
        return Err(if lacks.is_empty() { vec![Lack::OneWay] } else { lacks });
    };
    let mut schedule = write(&site, whole.program(), settled, x);
    let mut figures = instance.figures(&schedule, objective);
    if let Some((better, other)) = among_equals(instance, objective, &site, settled, &figures) {
        (schedule, figures) = (better, other);
    }
    let bound = proof.bound.min(figures.objective);
    let proven = figures.objective - bound <= search.gap * (1.0 + figures.objective.abs());
    Ok(Solution { schedule, figures, bound, proven, programmes: proof.programmes })
}

/// Shares of the second objective that are tried, the largest first: the first that leaves the first
/// objective as it is wins.
const SECOND: [f64; 3] = [1e-4, 1e-6, 1e-8];
/// What the first objective may lose beside its size.
const LOST: f64 = 1e-9;

/// A schedule that is as good, and better in what the objective does not count.
fn among_equals(
    instance: &Instance,
    objective: Objective,
    site: &Site,
    settled: &Settlement,
    figures: &Figures,
) -> Option<(Schedule, Figures)> {
    let second = |figures: &Figures| match objective {
        Objective::Cost => Some(figures.carbon.kilograms_f64()),
        Objective::Carbon => Some(figures.cost),
        Objective::Blend => None,
    };
    let (first, other) = (figures.objective, second(figures)?);
    let ratio = (1.0 + first.abs()) / (1.0 + other.abs());
    SECOND.into_iter().find_map(|share| {
        let weights = match objective {
            Objective::Carbon => Weights { cost: share * ratio, carbon: 1.0 },
            _ => Weights { cost: 1.0, carbon: share * ratio },
        };
        let mixed = Site::new(instance, weights);
        let whole = Whole::new(&mixed, mixed.widest_peaks());
        let (settled, x) = whole.as_settled(settled, site)?;
        let schedule = write(&mixed, whole.program(), &settled, &x);
        let found = instance.figures(&schedule, objective);
        let kept = found.objective <= first + LOST * (1.0 + first.abs());
        (kept && second(&found)? < other).then_some((schedule, found))
    })
}

/// Amounts below this are rounding, kWh.
const NOTHING: f64 = 1e-9;

fn write(site: &Site, program: &Program, settled: &Settlement, x: &[f64]) -> Schedule {
    let clean = |amount: f64| if amount.abs() < NOTHING { 0.0 } else { amount };
    let steps = settled.steps.iter();
    let mut tasks = vec![vec![0.0; site.steps]; site.tasks.len()];
    for (step, columns) in program.columns.iter().enumerate() {
        for &(task, column) in &columns.tasks {
            tasks[task][step] = clean(x[column]);
        }
    }
    for (index, (task, amounts)) in site.tasks.iter().zip(&mut tasks).enumerate() {
        if let Some(share) = site.forced[index] {
            (task.from..task.until).for_each(|step| amounts[step] = share * task.most_in(step));
            continue;
        }
        let served: f64 = amounts.iter().sum();
        if served > 0.0 {
            for amount in amounts.iter_mut() {
                *amount *= task.energy / served;
            }
        }
    }
    let sessions = site.instance.ev_sessions.len();
    let soc = |battery: super::site::Battery| {
        let states = program.columns.iter().enumerate();
        states
            .map(|(step, columns)| {
                battery.least(step, site.steps) + Program::amount(x, columns.soc)
            })
            .collect()
    };
    Schedule {
        import_kwh: steps.clone().map(|step| clean(step.import)).collect(),
        export_kwh: steps.clone().map(|step| clean(step.export)).collect(),
        curtailed_kwh: steps.map(|step| clean(step.curtailed)).collect(),
        charge_kwh: settled.battery.iter().map(|&(into, _)| clean(into)).collect(),
        discharge_kwh: settled.battery.iter().map(|&(_, out)| clean(out)).collect(),
        soc_kwh: site.battery.map_or_else(|| vec![0.0; site.steps], soc),
        shiftable_kwh: tasks.split_off(sessions),
        ev_kwh: tasks,
    }
}
