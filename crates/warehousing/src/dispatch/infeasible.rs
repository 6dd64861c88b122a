//! Why an instance has no schedule.

use super::instance::{Instance, Weights};
use super::lp::interior::{Interior, Stop};
use super::program::{Edges, Program};
use super::site::Site;
use std::fmt;

/// What is missing for any schedule to exist.
#[derive(Clone, Debug, PartialEq)]
pub enum Lack {
    /// A session or shiftable load gets less than it wants.
    Task {
        /// Its name.
        id: String,
        /// kWh wanted at the plug, and what can be given at most.
        wanted_kwh: f64,
        /// kWh at the plug.
        given_kwh: f64,
    },
    /// A step uses more than import, generation and battery can give.
    Step {
        /// Which.
        step: usize,
        /// kWh that are missing.
        missing_kwh: f64,
    },
    /// The battery cannot be in its range.
    State {
        /// At the end of which step.
        step: usize,
        /// kWh by which it is outside.
        by_kwh: f64,
    },
    /// Everything can be served, but only by importing and exporting, or charging and discharging, at
    /// once.
    OneWay,
}

impl fmt::Display for Lack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Task { id, wanted_kwh, given_kwh } => write!(
                f,
                "{id} wants {wanted_kwh:.3} kWh at the plug and can be given {given_kwh:.3}. Let it stay \
                 longer, want less or charge faster"
            ),
            Self::Step { step, missing_kwh } => write!(
                f,
                "step {step} lacks {missing_kwh:.3} kWh. Raise the import limit or lower the load"
            ),
            Self::State { step, by_kwh } => write!(
                f,
                "the battery is {by_kwh:.3} kWh outside of its range after step {step}. Widen the range \
                 or change the state that it begins or ends with"
            ),
            Self::OneWay => write!(
                f,
                "it can only be met by importing and exporting, or charging and discharging, in the same \
                 step. Widen the battery's range or the export limit"
            ),
        }
    }
}

/// A lack below this is rounding, kWh.
const NOTHING: f64 = 1e-5;

/// What is missing when steps may do two things at once; nothing where a schedule exists.
pub(super) fn lacks(instance: &Instance) -> Vec<Lack> {
    let site = Site::new(instance, Weights { cost: 0.0, carbon: 0.0 });
    let program = Program::new(&site, 0..site.steps, &Edges::whole(&site), &site.widest_peaks());
    let mut lp = program.lp.clone();
    let most: f64 = 1.0 + site.load.iter().chain(site.pv).sum::<f64>();
    let most = most + site.tasks.iter().map(|task| task.energy).sum::<f64>();
    let most = most + site.battery.map_or(0.0, |battery| battery.room + battery.initial);
    let first = lp.columns();
    let mut add = |rows: &[usize], sign: f64, dearer: f64| {
        for &row in rows {
            lp.push(1.0 + dearer, most, [(row as u32, sign)]);
        }
    };
    // What may be missing or too much: power in a step, a task's energy, the battery's state. Where one
    // of several could be blamed it is the task, then the step.
    let wants: Vec<usize> = program.task_rows.iter().map(|&(_, row)| row).collect();
    let states: Vec<usize> = program.soc_rows.iter().filter_map(|row| *row).collect();
    add(&program.balance_rows, 1.0, 0.1);
    add(&program.balance_rows, -1.0, 0.1);
    add(&wants, 1.0, 0.0);
    add(&states, 1.0, 0.2);
    add(&states, -1.0, 0.2);
    let found = Interior::new(&lp).solve(&lp, Stop { gap: 1e-9, cutoff: f64::INFINITY });
    if found.bound <= NOTHING {
        return Vec::new();
    }
    let mut lacks = Vec::new();
    let (steps, tasks) = (site.steps, program.task_rows.len());
    let amounts = &found.x[first..];
    for (&(task, _), &short) in program.task_rows.iter().zip(&amounts[2 * steps..]) {
        if short > NOTHING {
            let wanted_kwh = site.tasks[task].energy;
            let id = task_id(instance, task);
            lacks.push(Lack::Task { id, wanted_kwh, given_kwh: wanted_kwh - short });
        }
    }
    for step in 0..steps {
        let missing_kwh = amounts[step] + amounts[steps + step];
        if missing_kwh > NOTHING {
            lacks.push(Lack::Step { step, missing_kwh });
        }
    }
    let gifts = &amounts[2 * steps + tasks..];
    for step in 0..states.len() {
        let by_kwh = gifts[step] + gifts[states.len() + step];
        if by_kwh > NOTHING {
            lacks.push(Lack::State { step, by_kwh });
        }
    }
    lacks
}

/// What no schedule can mend, seen from each part alone.
pub(super) fn lacks_alone(instance: &Instance) -> Vec<Lack> {
    let site = Site::new(instance, Weights { cost: 0.0, carbon: 0.0 });
    let mut lacks = Vec::new();
    for (index, task) in site.tasks.iter().enumerate() {
        let given_kwh = task.most();
        if task.energy > given_kwh + NOTHING {
            let id = task_id(instance, index);
            lacks.push(Lack::Task { id, wanted_kwh: task.energy, given_kwh });
        }
    }
    if let Some(battery) = &instance.battery {
        let by_kwh = battery.soc_final_min_kwh - battery.soc_max_kwh;
        if by_kwh > 0.0 {
            lacks.push(Lack::State { step: instance.steps() - 1, by_kwh });
        }
    }
    lacks
}

fn task_id(instance: &Instance, task: usize) -> String {
    let sessions = &instance.ev_sessions;
    match sessions.get(task) {
        Some(session) => session.id.clone(),
        None => instance.shiftable_loads[task - sessions.len()].id.clone(),
    }
}
