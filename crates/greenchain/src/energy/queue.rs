//! `energy queue`: more vehicles than plugs; who is plugged in when.

use super::charging_args::QueueArgs;
use super::sessions::{self, Instance};
use crate::Answer;
use anyhow::{Context, Result};
use quantity::{Duration, Energy, Power};
use serde_json::{Value, json};
use std::io::Write;
use store::write_whole;
use warehousing::charge_point::queue::{Queue, Stay, queue};

pub(super) fn run(args: &QueueArgs) -> Result<Answer> {
    let (instance, mut value) = sessions::instance(&args.instance)?;
    let plugs: Vec<Power> = args.plugs.iter().map(|&kw| Power::from_kilowatts(kw)).collect();
    let stays: Vec<Stay> = instance.ev_sessions.iter().map(stay).collect();
    let step = Duration::from_hours(instance.step_h);
    let found = queue(&stays, &plugs, step);
    if let Some(file) = &args.out {
        let windowed = windowed(&instance, &value, &found, &args.plugs);
        let sessions = value.get_mut("ev_sessions").context("an instance with sessions")?;
        *sessions = windowed;
        write_whole(file, format!("{value}\n").as_bytes())?;
    }
    let mut out = std::io::stdout();
    if args.json {
        writeln!(out, "{}", as_json(&instance, &found))?;
    } else {
        write!(out, "{}", as_text(&instance, &found))?;
    }
    Ok(if found.short.is_empty() { Answer::Yes } else { Answer::No })
}

/// What the plug must give: the battery's energy before the charger's losses, rounded up.
fn stay(session: &sessions::Session) -> Stay {
    let at_plug_mwh = session.energy_kwh / session.efficiency * 1e6;
    // Below a thousandth of a milliwatt-hour is the division's own rounding.
    let energy = Energy::new((at_plug_mwh - 1e-3).ceil() as i64);
    Stay {
        id: session.id.clone(),
        arrival: session.arrival_step,
        departure: session.departure_step,
        energy,
        power: Power::from_kilowatts(session.max_kw),
    }
}

/// The sessions with their windows for stays, and what can be had in them.
fn windowed(instance: &Instance, value: &Value, found: &Queue, plugs_kw: &[f64]) -> Value {
    let rows = found.windows.iter().map(|window| {
        let session = &instance.ev_sessions[window.stay];
        let had_kwh = (window.energy.kilowatt_hours() * session.efficiency).min(session.energy_kwh);
        let is_short = found.short.iter().any(|short| short.stay == window.stay);
        let mut row = value["ev_sessions"][window.stay].clone();
        row["arrival_step"] = json!(window.from);
        row["departure_step"] = json!(window.until);
        row["max_kw"] = json!(session.max_kw.min(plugs_kw[window.plug]));
        row["energy_kwh"] = json!(if is_short { had_kwh } else { session.energy_kwh });
        row
    });
    Value::Array(rows.collect())
}

fn as_json(instance: &Instance, found: &Queue) -> Value {
    let id = |stay: usize| &instance.ev_sessions[stay].id;
    let windows: Vec<Value> = found
        .windows
        .iter()
        .map(|window| {
            json!({
                "id": id(window.stay), "plug": window.plug + 1, "from_step": window.from,
                "until_step": window.until, "energy_kwh": window.energy.kilowatt_hours(),
            })
        })
        .collect();
    let short: Vec<Value> = found
        .short
        .iter()
        .map(|short| {
            let (kwh, reason) = (short.missing.kilowatt_hours(), short.reason.to_string());
            json!({"id": id(short.stay), "missing_kwh": kwh, "reason": reason})
        })
        .collect();
    json!({"feasible": short.is_empty(), "windows": windows, "short": short})
}

fn as_text(instance: &Instance, found: &Queue) -> String {
    let id = |stay: usize| &instance.ev_sessions[stay].id;
    let windows = found.windows.iter().map(|window| {
        let (plug, kwh) = (window.plug + 1, window.energy.kilowatt_hours());
        let (id, from, until) = (id(window.stay), window.from, window.until);
        format!("{id:<20} plug {plug:>3}  steps {from:>5} to {until:>5}  {kwh:>8.2} kWh\n")
    });
    let short = found.short.iter().map(|short| {
        let (id, kwh) = (id(short.stay), short.missing.kilowatt_hours());
        format!("{id:<20} lacks {kwh:.2} kWh at the plug: {}\n", short.reason)
    });
    windows.chain(short).collect()
}
