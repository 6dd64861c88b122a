//! Planning again in each step with forecasts, as a site has to, beside knowing all before.

use super::infeasible::Lack;
use super::instance::{
    DemandCharge, EvSession, Figures, Instance, Objective, Schedule, ShiftableLoad,
};
use super::solve::{Search, solve};
use std::collections::BTreeMap;

/// Hours of a day and of a week: load and vehicles go by the week, the sun and prices by the day.
const DAY_H: f64 = 24.0;
const WEEK_H: f64 = 7.0 * DAY_H;
/// A plan that is only aimed at needs no closer proof.
const AIM_GAP: f64 = 1e-4;

/// What is foreseen of the steps to come.
#[derive(Clone, Copy, Debug)]
pub enum Forecast<'a> {
    /// What will be.
    Perfect,
    /// What was: load and vehicles as a week before where that is known, else as the last day, the rest
    /// as the last day. The first day stands for the one before it, of which an instance says nothing.
    Persistence,
    /// What another instance of the same steps says, vehicles too.
    Given(&'a Instance),
}

/// Plans `ahead` steps in each step, does the first of them, and goes on: what the site did.
///
/// Load, generation, prices and grid intensity of the step itself are known, those of later ones are
/// forecast; a session is known once its vehicle has come, before that it is as foreseen; a shiftable load
/// is known from the first step on. A window that ends before the horizon leaves the battery no lower than
/// the horizon's end wants, as far as that can be reached.
///
/// A demand charge is owed once for all its steps, of which a window sees a few: weighed against these
/// alone it is dear, and the battery keeps the import low at any price of energy. So once a day all steps
/// of the charges that the window touches are planned as foreseen; the import that this plan runs up to,
/// and what has been run up to so far, costs the windows nothing more, and they end with what the plan
/// has stored and done by then.
pub fn rolling(
    instance: &Instance,
    objective: Objective,
    ahead: usize,
    forecast: Forecast,
    search: Search,
) -> Result<(Schedule, Figures), Vec<Lack>> {
    let steps = instance.steps();
    let mut run = Run { instance, now: instance.clone(), forecast, aim: None };
    let mut peaks: Vec<f64> =
        instance.demand_charges.iter().map(|charge| charge.peak_so_far_kw).collect();
    let mut done = Schedule {
        ev_kwh: vec![vec![0.0; steps]; instance.ev_sessions.len()],
        shiftable_kwh: vec![vec![0.0; steps]; instance.shiftable_loads.len()],
        ..Schedule::default()
    };
    for step in 0..steps {
        let until = (step + ahead.max(1)).min(steps);
        if step % run.steps_of(DAY_H) == 0 {
            run.aim(step, until, &peaks, objective, search);
        }
        let window = run.window(step, until);
        let plan = window.solve(until < steps, objective, search)?;
        run.take(&window, step, &plan, &mut done);
        for (charge, peak) in instance.demand_charges.iter().zip(&mut peaks) {
            if charge.windows.iter().any(|&[from, until]| (from..until).contains(&step)) {
                *peak = peak.max(plan.import_kwh[0] / instance.step_h);
            }
        }
    }
    let figures = instance.figures(&done, objective);
    Ok((done, figures))
}

/// A site as it goes through its steps.
struct Run<'a> {
    /// As it was before the first step.
    instance: &'a Instance,
    /// What is left to do; peaks of its charges are those that cost nothing more.
    now: Instance,
    forecast: Forecast<'a>,
    aim: Option<Aim>,
}

/// A plan of all steps of the charges that a window touches.
struct Aim {
    from: usize,
    plan: Schedule,
    /// Of each session and shiftable load of the whole its place in the plan, and what that leaves to be
    /// given behind its end, kWh.
    sessions: BTreeMap<usize, (usize, f64)>,
    loads: BTreeMap<usize, (usize, f64)>,
}

impl Aim {
    /// In the battery when a window ends before a step, kWh.
    fn stored(&self, until: usize) -> Option<f64> {
        self.plan.soc_kwh.get(until - 1 - self.from).copied()
    }
    /// What is planned from a step on, kWh; none behind the plan's end.
    fn later(&self, amounts: &[f64], until: usize) -> Option<f64> {
        Some(amounts.get(until - self.from..)?.iter().sum())
    }
}

/// The steps from one until before another as they are foreseen.
struct Window {
    instance: Instance,
    /// Of each of its sessions the place in the whole; none for one that is only foreseen.
    sessions: Vec<Option<usize>>,
    loads: Vec<usize>,
    charges: Vec<usize>,
}

impl Window {
    /// Asks for less where not all can be had, if it is not the horizon's end that asks: the battery
    /// ends with what it can, vehicles that are only foreseen go without.
    fn solve(
        &self,
        goes_on: bool,
        objective: Objective,
        search: Search,
    ) -> Result<Schedule, Vec<Lack>> {
        let mut asked = self.instance.clone();
        let last = self.instance.steps() - 1;
        for _ in 0..2 {
            let lacks = match solve(&asked, objective, search) {
                Ok(found) => return Ok(found.schedule),
                Err(lacks) => lacks,
            };
            let by = lacks.iter().find_map(|lack| match lack {
                &Lack::State { step, by_kwh } if step == last => Some(by_kwh),
                _ => None,
            });
            if let Some(battery) = asked.battery.as_mut().filter(|_| goes_on) {
                let least = by.map_or(battery.soc_min_kwh, |by| battery.soc_final_min_kwh - by);
                battery.soc_final_min_kwh = least.max(battery.soc_min_kwh);
            }
            for (session, known) in asked.ev_sessions.iter_mut().zip(&self.sessions) {
                if known.is_none() && by.is_none() {
                    session.energy_kwh = 0.0;
                }
            }
        }
        solve(&asked, objective, search).map(|found| found.schedule)
    }
}

impl Run<'_> {
    fn steps_of(&self, hours: f64) -> usize {
        ((hours / self.instance.step_h).round() as usize).max(1)
    }

    /// Plans all steps of the charges that the window touches, as they are foreseen: what that plan runs
    /// a charge up to costs nothing more, and a window ends with what it has stored and done by then.
    fn aim(
        &mut self,
        step: usize,
        until: usize,
        peaks: &[f64],
        objective: Objective,
        search: Search,
    ) {
        self.aim = None;
        for (charge, &peak) in self.now.demand_charges.iter_mut().zip(peaks) {
            charge.peak_so_far_kw = peak;
        }
        let touches = |window: &[usize; 2]| touches(*window, step, until);
        let charges = self.now.demand_charges.iter();
        let touched = charges.filter(|charge| charge.windows.iter().any(touches));
        let Some(end) = touched.flat_map(|charge| &charge.windows).map(|&[_, to]| to).max() else {
            return;
        };
        let end = end.clamp(until, self.now.steps());
        let period = self.window(step, end);
        let search = Search { gap: search.gap.max(AIM_GAP), ..search };
        // Without a plan nothing is aimed at: each window says itself what it lacks.
        let Ok(plan) = period.solve(end < self.now.steps(), objective, search) else { return };
        for (&charge, seen) in period.charges.iter().zip(&period.instance.demand_charges) {
            let steps = seen.windows.iter().flat_map(|&[from, to]| from..to);
            let kw = steps.map(|at| plan.import_kwh[at] / self.instance.step_h);
            let target = &mut self.now.demand_charges[charge].peak_so_far_kw;
            *target = kw.fold(*target, f64::max);
        }
        let left = |energy_kwh: f64, amounts: &[f64], efficiency: f64| {
            (energy_kwh - amounts.iter().sum::<f64>() * efficiency).max(0.0)
        };
        let sessions = period.sessions.iter().enumerate().filter_map(|(at, place)| {
            let (place, session) = (*place).map(|place| (place, &self.now.ev_sessions[place]))?;
            Some((place, (at, left(session.energy_kwh, &plan.ev_kwh[at], session.efficiency))))
        });
        let loads = period.loads.iter().enumerate().map(|(at, &place)| {
            let load = &self.now.shiftable_loads[place];
            (place, (at, left(load.energy_kwh, &plan.shiftable_kwh[at], 1.0)))
        });
        let (sessions, loads) = (sessions.collect(), loads.collect());
        self.aim = Some(Aim { from: step, plan, sessions, loads });
    }

    /// Does the first step of a window's plan.
    fn take(&mut self, window: &Window, step: usize, plan: &Schedule, done: &mut Schedule) {
        done.import_kwh.push(plan.import_kwh[0]);
        done.export_kwh.push(plan.export_kwh[0]);
        done.curtailed_kwh.push(plan.curtailed_kwh[0]);
        done.charge_kwh.push(plan.charge_kwh[0]);
        done.discharge_kwh.push(plan.discharge_kwh[0]);
        done.soc_kwh.push(plan.soc_kwh[0]);
        for (session, amounts) in window.sessions.iter().zip(&plan.ev_kwh) {
            let &Some(session) = session else { continue };
            done.ev_kwh[session][step] = amounts[0];
            let session = &mut self.now.ev_sessions[session];
            session.energy_kwh = (session.energy_kwh - amounts[0] * session.efficiency).max(0.0);
        }
        for (&load, amounts) in window.loads.iter().zip(&plan.shiftable_kwh) {
            done.shiftable_kwh[load][step] = amounts[0];
            let load = &mut self.now.shiftable_loads[load];
            load.energy_kwh = (load.energy_kwh - amounts[0]).max(0.0);
        }
        if let Some(battery) = &mut self.now.battery {
            battery.soc_initial_kwh =
                plan.soc_kwh[0].clamp(battery.soc_min_kwh, battery.soc_max_kwh);
        }
    }

    /// The last step that is known and as far into its day, or its week, as `at`; on the first day `at`
    /// itself.
    fn known_like(&self, at: usize, step: usize, period_h: f64) -> usize {
        let (day, period) = (self.steps_of(DAY_H), self.steps_of(period_h));
        let back = |length: usize| at.checked_sub((at - step).div_ceil(length) * length);
        back(period).or_else(|| back(day)).unwrap_or(at % day)
    }

    fn window(&self, step: usize, until: usize) -> Window {
        let column = |of: fn(&Instance) -> &Vec<f64>, period_h: f64| -> Vec<f64> {
            (step..until)
                .map(|at| match self.forecast {
                    Forecast::Given(other) if at > step => of(other)[at],
                    Forecast::Persistence if at > step => {
                        of(&self.now)[self.known_like(at, step, period_h)]
                    }
                    _ => of(&self.now)[at],
                })
                .collect()
        };
        let (sessions, ev_sessions) = self.sessions(step, until);
        let (loads, shiftable_loads) = self.loads(step, until);
        let (mut charges, mut demand_charges) = (Vec::new(), Vec::new());
        for (index, charge) in self.now.demand_charges.iter().enumerate() {
            let windows = charge.windows.iter().filter(|&&window| touches(window, step, until));
            let windows = windows.map(|&window| inside(window, step, until)).collect();
            let seen = DemandCharge { windows, ..charge.clone() };
            if !seen.windows.is_empty() {
                charges.push(index);
                demand_charges.push(seen);
            }
        }
        let mut battery = self.now.battery;
        let stored = self.aim.as_ref().and_then(|aim| aim.stored(until));
        if let (Some(battery), Some(stored)) = (&mut battery, stored) {
            battery.soc_final_min_kwh = stored;
        }
        let instance = Instance {
            load_kwh: column(|of| &of.load_kwh, WEEK_H),
            pv_kwh: column(|of| &of.pv_kwh, DAY_H),
            buy_price: column(|of| &of.buy_price, DAY_H),
            sell_price: column(|of| &of.sell_price, DAY_H),
            grid_kg_co2e_per_kwh: column(|of| &of.grid_kg_co2e_per_kwh, DAY_H),
            export_credit_kg_co2e_per_kwh: column(|of| &of.export_credit_kg_co2e_per_kwh, DAY_H),
            demand_charges,
            ev_sessions,
            shiftable_loads,
            name: self.now.name.clone(),
            currency: self.now.currency.clone(),
            battery,
            ..self.now
        };
        Window { instance, sessions, loads, charges }
    }

    fn sessions(&self, step: usize, until: usize) -> (Vec<Option<usize>>, Vec<EvSession>) {
        let (mut places, mut sessions) = (Vec::new(), Vec::new());
        let mut see = |place: Option<usize>, session: &EvSession| {
            let [arrival_step, departure_step] =
                inside([session.arrival_step, session.departure_step], step, until);
            let mut known = session.clone();
            if session.arrival_step < step {
                known.missed_at_arrival = 0.0;
            }
            // Of a stay that goes on behind the window, what is left for there may wait.
            let mut later = (session.departure_step - until.min(session.departure_step)) as f64;
            if later > 0.0 {
                later -= std::mem::take(&mut known.missed_at_departure);
            }
            let most = later * session.max_kw * self.now.step_h * session.efficiency;
            let aimed = place.zip(self.aim.as_ref()).and_then(|(place, aim)| {
                let &(at, left) = aim.sessions.get(&place)?;
                Some(aim.later(&aim.plan.ev_kwh[at], until)? * session.efficiency + left)
            });
            let most = aimed.map_or(most, |aimed| aimed.min(most));
            (known.arrival_step, known.departure_step) = (arrival_step, departure_step);
            known.energy_kwh = (session.energy_kwh - most).max(0.0);
            places.push(place);
            sessions.push(known);
        };
        let is_coming =
            |session: &EvSession| session.arrival_step > step && session.arrival_step < until;
        for (place, session) in self.now.ev_sessions.iter().enumerate() {
            let is_here = session.arrival_step <= step && session.departure_step > step;
            if is_here || (matches!(self.forecast, Forecast::Perfect) && is_coming(session)) {
                see(Some(place), session);
            }
        }
        match self.forecast {
            Forecast::Perfect => {}
            Forecast::Given(other) => {
                other.ev_sessions.iter().filter(|session| is_coming(session)).for_each(|session| {
                    see(None, session);
                });
            }
            Forecast::Persistence => {
                self.come_again(step, until).iter().for_each(|session| see(None, session));
            }
        }
        (places, sessions)
    }

    /// The vehicles that come before `until` if those of the last week, or of the last day, come again; on
    /// the first day those that will.
    fn come_again(&self, step: usize, until: usize) -> Vec<EvSession> {
        let [day, week] = [DAY_H, WEEK_H].map(|hours| self.steps_of(hours));
        let (length, known) = match step + 1 {
            passed if passed >= week => (week, passed - week..passed),
            passed if passed >= day => (day, passed - day..passed),
            _ => (day, 0..day),
        };
        let like = self.instance.ev_sessions.iter();
        let like = like.filter(|session| known.contains(&session.arrival_step));
        let mut coming = Vec::new();
        for session in like {
            let arrivals = (session.arrival_step..until).step_by(length).filter(|&at| at > step);
            coming.extend(arrivals.map(|arrival_step| EvSession {
                id: session.id.clone(),
                arrival_step,
                departure_step: arrival_step + session.departure_step - session.arrival_step,
                ..*session
            }));
        }
        coming
    }

    fn loads(&self, step: usize, until: usize) -> (Vec<usize>, Vec<ShiftableLoad>) {
        let (mut places, mut loads) = (Vec::new(), Vec::new());
        for (place, load) in self.now.shiftable_loads.iter().enumerate() {
            if load.latest_step > step && load.earliest_step < until {
                let [earliest_step, latest_step] =
                    inside([load.earliest_step, load.latest_step], step, until);
                let later = (load.latest_step - until.min(load.latest_step)) as f64;
                let most = later * load.max_kw * self.now.step_h;
                let aimed = self.aim.as_ref().and_then(|aim| {
                    let &(at, left) = aim.loads.get(&place)?;
                    Some(aim.later(&aim.plan.shiftable_kwh[at], until)? + left)
                });
                let energy_kwh =
                    (load.energy_kwh - aimed.map_or(most, |aimed| aimed.min(most))).max(0.0);
                places.push(place);
                let id = load.id.clone();
                loads.push(ShiftableLoad { id, earliest_step, latest_step, energy_kwh, ..*load });
            }
        }
        (places, loads)
    }
}

/// Whether a range of steps has any between `step` and `until`.
fn touches([from, to]: [usize; 2], step: usize, until: usize) -> bool {
    to > step && from < until
}

/// A range of steps as a window counts it.
fn inside([from, to]: [usize; 2], step: usize, until: usize) -> [usize; 2] {
    [from.max(step) - step, to.min(until).max(step) - step]
}
