//! A site's steps as the search for the best schedule knows them.

use crate::charging::Plug;
use crate::dispatch::{EvSession, Instance, Storage};
use crate::{HourAhead, SiteAhead};
use network::Battery;
use quantity::Energy;

/// Smallest share of energy that a store may keep or give back and is still used, as
/// [`crate::dispatch::read()`] has it.
const SHARE_LEAST: f64 = 1e-3;
/// What the search takes a store to lose in an hour, beside what it loses each way: of equal plans the
/// one that stores least, and no longer than it has to, is best. A hundredth of what cells lose.
const HELD_LOSS_PER_H: f64 = 1e-6;

/// The site over its planned and its foreseen steps; without a battery nothing reaches beyond the
/// planned ones. `pv` and `load` are of all those steps.
pub(crate) fn instance(
    ahead: &SiteAhead,
    plugs: &[Plug],
    pv: &[Energy],
    load: &[Energy],
) -> Instance {
    let steps: Vec<&HourAhead> = ahead.hours.iter().chain(ahead.foreseen).take(pv.len()).collect();
    let column = |of: fn(&HourAhead) -> f64| -> Vec<f64> {
        steps.iter().map(|step| number(of(step))).collect()
    };
    let kwh =
        |energy: &[Energy]| energy.iter().map(|energy| energy.kilowatt_hours()).collect::<Vec<_>>();
    Instance {
        step_h: ahead.step.hours(),
        carbon_price_per_t: 1_000.0 * number(ahead.carbon_price_per_kg),
        load_kwh: kwh(load),
        pv_kwh: kwh(pv),
        buy_price: column(|step| step.buy_price),
        sell_price: column(|step| step.sell_price),
        grid_kg_co2e_per_kwh: column(|step| step.grid_kg_per_kwh),
        export_credit_kg_co2e_per_kwh: vec![0.0; steps.len()],
        battery: battery(ahead).map(|battery| storage(ahead, battery)),
        ev_sessions: plugs.iter().map(|plug| session(plug, ahead)).collect(),
        ..Instance::default()
    }
}

/// What is no number counts as none.
pub(crate) fn number(value: f64) -> f64 {
    if value.is_finite() { value } else { 0.0 }
}

/// The battery, if it can give anything back.
pub(crate) fn battery(ahead: &SiteAhead) -> Option<Battery> {
    let battery = ahead.battery?;
    let moves =
        battery.capacity > Energy::ZERO && battery.power.or_zero().over(ahead.step) > Energy::ZERO;
    (moves && ahead.losses.discharge >= SHARE_LEAST).then_some(battery)
}

fn storage(ahead: &SiteAhead, battery: Battery) -> Storage {
    let power_kw = battery.power.kilowatts();
    let takes = ahead.losses.charge >= SHARE_LEAST;
    Storage {
        charge_kw: if takes { power_kw } else { 0.0 },
        discharge_kw: power_kw,
        charge_efficiency: if takes { ahead.losses.charge.min(1.0) } else { 1.0 },
        discharge_efficiency: ahead.losses.discharge.min(1.0),
        self_discharge_per_h: HELD_LOSS_PER_H,
        soc_min_kwh: 0.0,
        soc_max_kwh: battery.capacity.kilowatt_hours(),
        soc_initial_kwh: ahead.stored.or_zero().min(battery.capacity).kilowatt_hours(),
        soc_final_min_kwh: 0.0,
        wear_cost_per_kwh: 0.0,
    }
}

fn session(plug: &Plug, ahead: &SiteAhead) -> EvSession {
    let (from, until) = plug.stay().unwrap_or_default();
    let given = |step: usize| plug.limits[step].kilowatt_hours();
    // The plug's power is that of a step in which the vehicle is there throughout, if there is one.
    let most = (from..until).map(given).fold(0.0, f64::max);
    let missed = |step: usize| if most > 0.0 { 1.0 - given(step) / most } else { 0.0 };
    let single = until <= from + 1;
    EvSession {
        id: String::new(),
        arrival_step: from,
        departure_step: until,
        energy_kwh: plug.energy.kilowatt_hours(),
        max_kw: most / ahead.step.hours(),
        efficiency: 1.0,
        missed_at_arrival: if single { 0.0 } else { missed(from) },
        missed_at_departure: if single { 0.0 } else { missed(until - 1) },
    }
}
