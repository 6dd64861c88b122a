//! Planning again in each step with forecasts, as a site has to, beside knowing all before.

use super::infeasible::Lack;
use super::instance::{Figures, Instance, Objective, Schedule};
use super::solve::{Search, solve};

/// What is foreseen of the steps to come.
#[derive(Clone, Copy, Debug)]
pub enum Forecast<'a> {
    /// What will be.
    Perfect,
    /// What was a day before; on the first day what will be.
    Persistence,
    /// What another instance of the same steps says.
    Given(&'a Instance),
}

/// Plans `ahead` steps in each step, does the first of them, and goes on: what the site did.
///
/// Load, generation, prices and grid intensity of the step itself are known, those of later ones are
/// forecast; a session is known once its vehicle has come, with a perfect forecast as soon as the window
/// reaches its arrival; a shiftable load from the first step on. A
/// window that ends before the horizon leaves the battery no lower than the horizon's end wants, as far
/// as that can be reached. What a demand charge has been run up to is not paid twice.
pub fn rolling(
    instance: &Instance,
    objective: Objective,
    ahead: usize,
    forecast: Forecast,
    search: Search,
) -> Result<(Schedule, Figures), Vec<Lack>> {
    let steps = instance.steps();
    let mut now = instance.clone();
    let mut done = Schedule {
        ev_kwh: vec![vec![0.0; steps]; instance.ev_sessions.len()],
        shiftable_kwh: vec![vec![0.0; steps]; instance.shiftable_loads.len()],
        ..Schedule::default()
    };
    for step in 0..steps {
        let until = (step + ahead.max(1)).min(steps);
        let (mut window, sessions, loads) = window(&now, step, until, forecast);
        let solution = solve(&window, objective, search).or_else(|lacks| {
            // A state that cannot be kept until the window's end is no reason to stop.
            let battery = window.battery.as_mut().filter(|_| until < steps).ok_or(lacks)?;
            battery.soc_final_min_kwh = battery.soc_min_kwh;
            solve(&window, objective, search)
        })?;
        let plan = solution.schedule;
        done.import_kwh.push(plan.import_kwh[0]);
        done.export_kwh.push(plan.export_kwh[0]);
        done.curtailed_kwh.push(plan.curtailed_kwh[0]);
        done.charge_kwh.push(plan.charge_kwh[0]);
        done.discharge_kwh.push(plan.discharge_kwh[0]);
        done.soc_kwh.push(plan.soc_kwh[0]);
        for (&session, amounts) in sessions.iter().zip(&plan.ev_kwh) {
            done.ev_kwh[session][step] = amounts[0];
            let session = &mut now.ev_sessions[session];
            session.energy_kwh = (session.energy_kwh - amounts[0] * session.efficiency).max(0.0);
        }
        for (&load, amounts) in loads.iter().zip(&plan.shiftable_kwh) {
            done.shiftable_kwh[load][step] = amounts[0];
            let load = &mut now.shiftable_loads[load];
            load.energy_kwh = (load.energy_kwh - amounts[0]).max(0.0);
        }
        if let Some(battery) = &mut now.battery {
            battery.soc_initial_kwh = plan.soc_kwh[0];
        }
        for charge in &mut now.demand_charges {
            if charge.windows.iter().any(|&[from, until]| (from..until).contains(&step)) {
                let kw = plan.import_kwh[0] / instance.step_h;
                charge.peak_so_far_kw = charge.peak_so_far_kw.max(kw);
            }
        }
    }
    let figures = instance.figures(&done, objective);
    Ok((done, figures))
}

/// The steps from `step` until before `until` as they are foreseen, and which sessions and shiftable
/// loads are in it.
fn window(
    now: &Instance,
    step: usize,
    until: usize,
    forecast: Forecast,
) -> (Instance, Vec<usize>, Vec<usize>) {
    let day = (24.0 / now.step_h).round() as usize;
    let column = |of: fn(&Instance) -> &Vec<f64>| -> Vec<f64> {
        (step..until)
            .map(|at| match forecast {
                Forecast::Given(other) if at > step => of(other)[at],
                Forecast::Persistence if at > step && at >= day => {
                    // The last day that is known wholly.
                    let back = (at - step).div_ceil(day) * day;
                    of(now)[at.saturating_sub(back)]
                }
                _ => of(now)[at],
            })
            .collect()
    };
    let inside = |from: usize, to: usize| (from.max(step) - step, to.min(until).max(step) - step);
    let (mut sessions, mut ev_sessions) = (Vec::new(), Vec::new());
    for (index, session) in now.ev_sessions.iter().enumerate() {
        let foreseen = matches!(forecast, Forecast::Perfect) && session.arrival_step < until;
        if (session.arrival_step <= step || foreseen) && session.departure_step > step {
            sessions.push(index);
            let mut known = session.clone();
            (known.arrival_step, known.departure_step) =
                inside(session.arrival_step, session.departure_step);
            // Of a stay that goes on behind the window, what is left for there may wait.
            let later = (session.departure_step - until.min(session.departure_step)) as f64;
            let most = later * session.max_kw * now.step_h * session.efficiency;
            known.energy_kwh = (known.energy_kwh - most).max(0.0);
            ev_sessions.push(known);
        }
    }
    let (mut loads, mut shiftable_loads) = (Vec::new(), Vec::new());
    for (index, load) in now.shiftable_loads.iter().enumerate() {
        if load.latest_step > step && load.earliest_step < until {
            loads.push(index);
            let mut known = load.clone();
            (known.earliest_step, known.latest_step) = inside(load.earliest_step, load.latest_step);
            let later = (load.latest_step - until.min(load.latest_step)) as f64;
            known.energy_kwh = (known.energy_kwh - later * load.max_kw * now.step_h).max(0.0);
            shiftable_loads.push(known);
        }
    }
    let mut demand_charges = now.demand_charges.clone();
    for charge in &mut demand_charges {
        let windows = charge.windows.iter().filter(|&&[from, to]| to > step && from < until);
        charge.windows = windows.map(|&[from, to]| inside(from, to).into()).collect();
    }
    demand_charges.retain(|charge| !charge.windows.is_empty());
    let window = Instance {
        load_kwh: column(|of| &of.load_kwh),
        pv_kwh: column(|of| &of.pv_kwh),
        buy_price: column(|of| &of.buy_price),
        sell_price: column(|of| &of.sell_price),
        grid_kg_co2e_per_kwh: column(|of| &of.grid_kg_co2e_per_kwh),
        export_credit_kg_co2e_per_kwh: column(|of| &of.export_credit_kg_co2e_per_kwh),
        demand_charges,
        ev_sessions,
        shiftable_loads,
        name: now.name.clone(),
        currency: now.currency.clone(),
        ..*now
    };
    (window, sessions, loads)
}
