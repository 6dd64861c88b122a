//! An instance as the search sees it: one price for a kWh, every box finite.

use super::instance::{Instance, Weights};

/// A session or a shiftable load: energy wanted at the plug within a range of steps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Task {
    pub(super) from: usize,
    pub(super) until: usize,
    /// In all, kWh at the plug.
    pub(super) energy: f64,
    /// In a whole step, kWh at the plug.
    most: f64,
    /// Shares of the first step and of the last in which it is not there.
    missed: [f64; 2],
}

impl Task {
    /// In one of its steps at most, kWh at the plug.
    pub(super) fn most_in(&self, step: usize) -> f64 {
        let at = |step: usize, here: usize, missed: f64| if step == here { missed } else { 0.0 };
        let missed = at(step, self.from, self.missed[0]) + at(step + 1, self.until, self.missed[1]);
        self.most * (1.0 - missed).max(0.0)
    }
    /// In all its steps at most.
    pub(super) fn most(&self) -> f64 {
        (self.from..self.until).map(|step| self.most_in(step)).sum()
    }
}

/// A battery in kWh a step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Battery {
    pub(super) most_in: f64,
    pub(super) most_out: f64,
    pub(super) charge: f64,
    pub(super) discharge: f64,
    /// Share of the state that a step leaves.
    pub(super) kept: f64,
    low: f64,
    low_at_end: f64,
    pub(super) most: f64,
    /// Between the least and the greatest state.
    pub(super) room: f64,
    pub(super) initial: f64,
    pub(super) wear: f64,
}

impl Battery {
    /// In and out at the AC bus that change the state so, one of them nothing.
    pub(super) fn one_way(&self, change: f64) -> (f64, f64) {
        if change > 0.0 { (change / self.charge, 0.0) } else { (0.0, -change * self.discharge) }
    }
    /// Least state after a step.
    pub(super) fn least(&self, step: usize, steps: usize) -> f64 {
        if step + 1 == steps { self.low_at_end } else { self.low }
    }
}

/// What the search asks of an instance.
#[derive(Debug)]
pub(super) struct Site<'a> {
    pub(super) instance: &'a Instance,
    pub(super) steps: usize,
    pub(super) step_h: f64,
    /// What the building uses, and tasks that leave no choice.
    pub(super) load: Vec<f64>,
    /// Of each task that leaves no choice, the share of what it can take: it runs as fast as it can, or
    /// not at all.
    pub(super) forced: Vec<Option<f64>>,
    pub(super) pv: &'a [f64],
    pub(super) import_cost: Vec<f64>,
    pub(super) export_gain: Vec<f64>,
    pub(super) battery: Option<Battery>,
    /// Sessions first, then shiftable loads.
    pub(super) tasks: Vec<Task>,
    pub(super) tasks_at: Vec<Vec<usize>>,
    /// Tasks whose last step is before this one.
    pub(super) tasks_until: Vec<Vec<usize>>,
    /// Objective's price of a kW, by demand charge.
    pub(super) peak_price: Vec<f64>,
    /// Demand charges that count in a step, those of most steps first.
    pub(super) charges_at: Vec<Vec<usize>>,
    /// Greatest import of a step that does not export.
    pub(super) most_import: Vec<f64>,
    /// Greatest export of a step that does not import.
    pub(super) most_export: Vec<f64>,
    /// Steps in which to import and export at once could pay.
    pub(super) loops_at_grid: Vec<bool>,
    /// Steps in which to charge and discharge at once could pay.
    pub(super) loops_in_battery: Vec<bool>,
}

impl<'a> Site<'a> {
    pub(super) fn new(instance: &'a Instance, weights: Weights) -> Self {
        let (steps, step_h) = (instance.steps(), instance.step_h);
        let battery = battery(instance, weights);
        let (tasks, forced) = tasks(instance);
        let mut load = instance.load_kwh.clone();
        for (task, forced) in tasks.iter().zip(&forced) {
            let Some(share) = forced else { continue };
            (task.from..task.until).for_each(|step| load[step] += share * task.most_in(step));
        }
        let (mut tasks_at, mut tasks_until) =
            (vec![Vec::new(); steps], vec![Vec::new(); steps + 1]);
        let mut plugged = vec![0.0; steps];
        for (index, task) in tasks.iter().enumerate() {
            if forced[index].is_none() {
                tasks_until[task.until].push(index);
            }
            let free = if forced[index].is_none() { task.from..task.until } else { 0..0 };
            for step in free {
                tasks_at[step].push(index);
                plugged[step] += task.most_in(step);
            }
        }
        let peak_price: Vec<f64> = instance
            .demand_charges
            .iter()
            .map(|charge| weights.cost * charge.price_per_kw)
            .collect();
        let charges_at = charges_at(instance, &peak_price);
        let (most_in, most_out) =
            battery.map_or((0.0, 0.0), |battery| (battery.most_in, battery.most_out));
        let limit = |kw: Option<f64>| kw.map_or(f64::INFINITY, |kw| kw * step_h);
        let pv = &instance.pv_kwh[..];
        let most_import = (0..steps)
            .map(|step| (load[step] + plugged[step] + most_in).min(limit(instance.import_limit_kw)))
            .collect();
        let most_export = (0..steps)
            .map(|step| {
                (pv[step] + most_out - load[step]).clamp(0.0, limit(instance.export_limit_kw))
            })
            .collect();
        let import_cost: Vec<f64> = (0..steps).map(|step| weights.import(instance, step)).collect();
        let export_gain: Vec<f64> = (0..steps).map(|step| weights.export(instance, step)).collect();
        let loops = |step: usize| export_gain[step] > import_cost[step];
        Self {
            loops_at_grid: (0..steps).map(loops).collect(),
            loops_in_battery: import_cost.iter().map(|&cost| cost < 0.0).collect(),
            instance,
            steps,
            step_h,
            load,
            forced,
            pv,
            import_cost,
            export_gain,
            battery,
            tasks,
            tasks_at,
            tasks_until,
            peak_price,
            charges_at,
            most_import,
            most_export,
        }
    }

    /// Each demand charge's widest box: from what it has been to what the steps can import.
    pub(super) fn widest_peaks(&self) -> Vec<[f64; 2]> {
        let so_far = self.instance.demand_charges.iter().map(|charge| charge.peak_so_far_kw);
        let mut boxes: Vec<[f64; 2]> = so_far.map(|kw| [kw, kw]).collect();
        for (charges, import) in self.charges_at.iter().zip(&self.most_import) {
            for &charge in charges {
                boxes[charge][1] = boxes[charge][1].max(import / self.step_h);
            }
        }
        boxes
    }
}

/// A task whose slack is below this leaves no choice, kWh.
const NO_SLACK: f64 = 1e-7;

/// Sessions, then shiftable loads; and for each that leaves no choice the share that it takes.
fn tasks(instance: &Instance) -> (Vec<Task>, Vec<Option<f64>>) {
    let step_h = instance.step_h;
    let sessions = instance.ev_sessions.iter().map(|session| Task {
        from: session.arrival_step,
        until: session.departure_step,
        energy: session.energy_kwh / session.efficiency,
        most: session.max_kw * step_h,
        missed: [session.missed_at_arrival, session.missed_at_departure],
    });
    let loads = instance.shiftable_loads.iter().map(|load| Task {
        from: load.earliest_step,
        until: load.latest_step,
        energy: load.energy_kwh,
        most: load.max_kw * step_h,
        missed: [0.0; 2],
    });
    let tasks: Vec<Task> = sessions.chain(loads).collect();
    let forced = |task: &Task| {
        let most = task.most();
        let no_choice = task.energy < NO_SLACK || task.energy > most - NO_SLACK;
        no_choice.then(|| if most > 0.0 { task.energy / most } else { 0.0 })
    };
    let forced = tasks.iter().map(forced).collect();
    (tasks, forced)
}

fn battery(instance: &Instance, weights: Weights) -> Option<Battery> {
    let step_h = instance.step_h;
    instance.battery.map(|battery| Battery {
        most_in: battery.charge_kw * step_h,
        most_out: battery.discharge_kw * step_h,
        charge: battery.charge_efficiency,
        discharge: battery.discharge_efficiency,
        kept: (1.0 - battery.self_discharge_per_h).powf(step_h),
        low: battery.soc_min_kwh,
        low_at_end: battery.soc_min_kwh.max(battery.soc_final_min_kwh),
        most: battery.soc_max_kwh,
        room: battery.soc_max_kwh - battery.soc_min_kwh,
        initial: battery.soc_initial_kwh,
        wear: weights.cost * battery.wear_cost_per_kwh,
    })
}

/// Demand charges that cost something in each step, those of most steps first.
fn charges_at(instance: &Instance, price: &[f64]) -> Vec<Vec<usize>> {
    let mut charges_at = vec![Vec::new(); instance.steps()];
    let length = |index: usize| -> usize {
        instance.demand_charges[index].windows.iter().map(|[from, until]| until - from).sum()
    };
    let mut widest_first: Vec<usize> = (0..price.len()).collect();
    widest_first.sort_by_key(|&index| (std::cmp::Reverse(length(index)), index));
    for index in widest_first.into_iter().filter(|&index| price[index] > 0.0) {
        let windows = &instance.demand_charges[index].windows;
        for step in windows.iter().flat_map(|&[from, until]| from..until) {
            if charges_at[step].last() != Some(&index) {
                charges_at[step].push(index);
            }
        }
    }
    charges_at
}
