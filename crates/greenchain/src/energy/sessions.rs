//! The sessions of an instance of `energy schedule`, as JSON has them.

use crate::folder;
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::Value;
use std::path::Path;

/// What of an instance concerns its plugs.
#[derive(Deserialize)]
pub(super) struct Instance {
    /// Beginning of the first step.
    pub(super) start: String,
    /// Length of a step in hours.
    pub(super) step_h: f64,
    /// How many steps.
    pub(super) n: usize,
    /// Vehicles.
    #[serde(default)]
    pub(super) ev_sessions: Vec<Session>,
}

/// A vehicle's stay.
#[derive(Deserialize)]
pub(super) struct Session {
    pub(super) id: String,
    pub(super) arrival_step: usize,
    pub(super) departure_step: usize,
    /// Into its battery.
    pub(super) energy_kwh: f64,
    pub(super) max_kw: f64,
    /// Energy in the battery per energy at the plug.
    pub(super) efficiency: f64,
}

/// A file as JSON.
pub(super) fn json(path: &Path) -> Result<Value> {
    let text = folder::text(path)?;
    serde_json::from_str(&text)
        .with_context(|| format!("{}: is not JSON. Write it again", path.display()))
}

/// The instance in a file, and all of its JSON.
pub(super) fn instance(path: &Path) -> Result<(Instance, Value)> {
    let value = json(path)?;
    let name = path.display();
    let instance: Instance = serde_json::from_value(value.clone())
        .with_context(|| format!("{name}: is not an instance of `energy schedule`"))?;
    let seconds = instance.step_h * 3_600.0;
    if !(1.0..=86_400.0).contains(&seconds) || (seconds - seconds.round()).abs() > 1e-6 {
        bail!(
            "{name}: step_h is `{}`: not whole seconds of a day. Write 0.25 or 1",
            instance.step_h
        );
    }
    for (place, session) in instance.ev_sessions.iter().enumerate() {
        let fault = |key: &str, value: &dyn std::fmt::Display, fault: &str| {
            format!("{name}: ev_sessions[{place}].{key} is `{value}`: {fault}")
        };
        let Session { arrival_step, departure_step, energy_kwh, max_kw, efficiency, .. } = session;
        if departure_step < arrival_step || *departure_step > instance.n {
            let until = instance.n;
            let why = format!("not from arrival_step to {until}. Correct the step");
            bail!(fault("departure_step", departure_step, &why));
        }
        for (key, value, most) in [("energy_kwh", energy_kwh, 1e6), ("max_kw", max_kw, 1e5)] {
            if !(0.0..=most).contains(value) {
                bail!(fault(key, value, &format!("not from 0 to {most}. Look at the unit")));
            }
        }
        if !(*efficiency > 0.0 && *efficiency <= 1.0) {
            bail!(fault("efficiency", efficiency, "not above 0 and at most 1. Write a share"));
        }
    }
    Ok((instance, value))
}
