//! An independent judge: it shares only the types of an instance and a schedule.

use super::instance::{Instance, Schedule};
use std::fmt;

/// A rule that a schedule breaks.
#[derive(Clone, Debug, PartialEq)]
pub struct Breach {
    /// In which step; none for a rule over several.
    pub step: Option<usize>,
    /// Which rule, and by how much.
    pub rule: String,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.step {
            Some(step) => write!(f, "step {step}: {}", self.rule),
            None => write!(f, "{}", self.rule),
        }
    }
}

/// Error of an energy that counts as none, kWh, beside its own size.
const TOLERANCE: f64 = 1e-6;

struct Judge<'a> {
    instance: &'a Instance,
    schedule: &'a Schedule,
    breaches: Vec<Breach>,
}

/// Every rule of the model that `schedule` breaks: balance, limits, one way at a time, the battery's
/// state, sessions and shiftable loads.
pub fn check(instance: &Instance, schedule: &Schedule) -> Vec<Breach> {
    let mut judge = Judge { instance, schedule, breaches: Vec::new() };
    if judge.shape() {
        (0..instance.steps()).for_each(|step| judge.step(step));
        judge.battery();
        judge.tasks();
    }
    judge.breaches
}

impl Judge<'_> {
    fn breach(&mut self, step: Option<usize>, rule: String) {
        self.breaches.push(Breach { step, rule });
    }

    /// `amount` is at most `most`.
    fn at_most(&mut self, step: Option<usize>, what: &str, amount: f64, most: f64) {
        if amount > most + TOLERANCE * (1.0 + most.abs()) || amount.is_nan() {
            self.breach(step, format!("{what} is {amount:.9}, at most {most}"));
        }
    }

    /// Whether each list has an amount for each step.
    fn shape(&mut self) -> bool {
        let (steps, schedule) = (self.instance.steps(), self.schedule);
        let lists = [
            ("import_kwh", &schedule.import_kwh),
            ("export_kwh", &schedule.export_kwh),
            ("curtailed_kwh", &schedule.curtailed_kwh),
            ("charge_kwh", &schedule.charge_kwh),
            ("discharge_kwh", &schedule.discharge_kwh),
            ("soc_kwh", &schedule.soc_kwh),
        ];
        let sessions = self.instance.ev_sessions.iter().map(|session| session.id.as_str());
        let loads = self.instance.shiftable_loads.iter().map(|load| load.id.as_str());
        let tasks = sessions.zip(&schedule.ev_kwh).chain(loads.zip(&schedule.shiftable_kwh));
        let mut whole = true;
        for (name, list) in lists.into_iter().chain(tasks) {
            if list.len() != steps {
                self.breach(
                    None,
                    format!("{name} has {} amounts, there are {steps} steps", list.len()),
                );
                whole = false;
            }
        }
        for (name, has, wants) in [
            ("ev_kwh", schedule.ev_kwh.len(), self.instance.ev_sessions.len()),
            ("shiftable_kwh", schedule.shiftable_kwh.len(), self.instance.shiftable_loads.len()),
        ] {
            if has != wants {
                self.breach(None, format!("{name} has {has} lists, there are {wants}"));
                whole = false;
            }
        }
        whole
    }

    fn step(&mut self, step: usize) {
        let (instance, schedule) = (self.instance, self.schedule);
        let at = Some(step);
        let import = schedule.import_kwh[step];
        let export = schedule.export_kwh[step];
        let curtailed = schedule.curtailed_kwh[step];
        let (charge, discharge) = (schedule.charge_kwh[step], schedule.discharge_kwh[step]);
        for (what, amount) in [
            ("import_kwh", import),
            ("export_kwh", export),
            ("curtailed_kwh", curtailed),
            ("charge_kwh", charge),
            ("discharge_kwh", discharge),
        ] {
            self.at_most(at, &format!("less {what}"), -amount, 0.0);
        }
        let tasks = schedule.ev_kwh.iter().chain(&schedule.shiftable_kwh);
        let tasks: f64 = tasks.map(|amounts| amounts[step]).sum();
        let gives = instance.pv_kwh[step] - curtailed + import + discharge;
        let takes = instance.load_kwh[step] + export + charge + tasks;
        if (gives - takes).abs() > TOLERANCE * (1.0 + takes.abs()) || gives.is_nan() {
            self.breach(at, format!("balance: {gives:.6} comes and {takes:.6} goes"));
        }
        self.at_most(at, "curtailed_kwh", curtailed, instance.pv_kwh[step]);
        let limit = |kw: Option<f64>| kw.map_or(f64::INFINITY, |kw| kw * instance.step_h);
        self.at_most(at, "import_kwh", import, limit(instance.import_limit_kw));
        self.at_most(at, "export_kwh", export, limit(instance.export_limit_kw));
        self.at_most(at, "import_kwh beside export_kwh", import.min(export), 0.0);
        self.at_most(at, "charge_kwh beside discharge_kwh", charge.min(discharge), 0.0);
        let (most_in, most_out) = instance
            .battery
            .map_or((0.0, 0.0), |battery| (battery.charge_kw, battery.discharge_kw));
        self.at_most(at, "charge_kwh", charge, most_in * instance.step_h);
        self.at_most(at, "discharge_kwh", discharge, most_out * instance.step_h);
    }

    fn battery(&mut self) {
        let Some(battery) = self.instance.battery else { return };
        let kept = (1.0 - battery.self_discharge_per_h).powf(self.instance.step_h);
        let mut before = battery.soc_initial_kwh;
        for step in 0..self.instance.steps() {
            let state = self.schedule.soc_kwh[step];
            let into = battery.charge_efficiency * self.schedule.charge_kwh[step];
            let out = self.schedule.discharge_kwh[step] / battery.discharge_efficiency;
            let expected = kept * before + into - out;
            if (state - expected).abs() > TOLERANCE * (1.0 + expected.abs()) || state.is_nan() {
                self.breach(
                    Some(step),
                    format!("soc_kwh is {state:.6}, its flows make it {expected:.6}"),
                );
            }
            self.at_most(Some(step), "soc_kwh", state, battery.soc_max_kwh);
            self.at_most(Some(step), "less soc_kwh", -state, -battery.soc_min_kwh);
            before = state;
        }
        self.at_most(None, "less the last soc_kwh", -before, -battery.soc_final_min_kwh);
    }

    fn tasks(&mut self) {
        let (instance, schedule) = (self.instance, self.schedule);
        for (session, amounts) in instance.ev_sessions.iter().zip(&schedule.ev_kwh) {
            let stays = session.arrival_step..session.departure_step;
            let limit = |step: usize| {
                let before = if step == stays.start { session.missed_at_arrival } else { 0.0 };
                let after = if step + 1 == stays.end { session.missed_at_departure } else { 0.0 };
                if stays.contains(&step) { session.max_kw * (1.0 - before - after) } else { 0.0 }
            };
            self.task(&session.id, amounts, &limit, session.energy_kwh, session.efficiency);
        }
        for (load, amounts) in instance.shiftable_loads.iter().zip(&schedule.shiftable_kwh) {
            let runs = load.earliest_step..load.latest_step;
            let limit = |step: usize| if runs.contains(&step) { load.max_kw } else { 0.0 };
            self.task(&load.id, amounts, &limit, load.energy_kwh, 1.0);
        }
    }

    fn task(
        &mut self,
        id: &str,
        amounts: &[f64],
        limit_kw: &dyn Fn(usize) -> f64,
        wanted: f64,
        efficiency: f64,
    ) {
        for (step, &amount) in amounts.iter().enumerate() {
            self.at_most(Some(step), id, amount, limit_kw(step) * self.instance.step_h);
            self.at_most(Some(step), &format!("less {id}"), -amount, 0.0);
        }
        let got = efficiency * amounts.iter().sum::<f64>();
        if (got - wanted).abs() > TOLERANCE * (1.0 + wanted) || got.is_nan() {
            self.breach(None, format!("{id} gets {got:.6} kWh, it wants {wanted}"));
        }
    }
}
