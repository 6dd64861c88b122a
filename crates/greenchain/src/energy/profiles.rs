//! `energy profiles`: a schedule as messages for a charging station, OCPP 2.0.1.

use super::charging_args::ProfilesArgs;
use super::sessions::{self, Instance};
use crate::Answer;
use anyhow::{Context, Result, anyhow, bail};
use quantity::{Duration, Energy, Instant, Power, TimeError, Zone};
use serde_json::{Value, json};
use std::io::{BufWriter, Write};
use warehousing::charge_point::profile::{Period, ProfileRequest, Session, requests};

pub(super) fn run(args: &ProfilesArgs) -> Result<Answer> {
    let (instance, _) = sessions::instance(&args.instance)?;
    let name = args.instance.display().to_string();
    let start = start(&instance.start, args.utc_offset).with_context(|| name.clone())?;
    let schedule = sessions::json(&args.schedule)?;
    let evse_ids = evse_ids(args, &instance)?;
    let step = Duration::from_hours(instance.step_h);
    let mut planned = Vec::new();
    for (session, evse_id) in instance.ev_sessions.iter().zip(evse_ids) {
        let energy = planned_energy(&schedule, session, &instance)
            .with_context(|| args.schedule.display().to_string())?;
        if energy.is_empty() {
            continue;
        }
        let before = Duration::from_seconds(step.seconds() * session.arrival_step as i64);
        planned.push(Session {
            transaction_id: session.id.clone(),
            evse_id,
            start: start + before,
            energy,
            power_max: Power::from_kilowatts(session.max_kw),
            phases: args.phases,
        });
    }
    let found = requests(&planned, step, args.periods_max, args.first_id).context(name)?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    for request in &found {
        writeln!(out, "{}", as_json(request))?;
    }
    out.flush()?;
    Ok(Answer::Yes)
}

/// A start with its offset, or on the clock that is given.
fn start(text: &str, utc_offset_s: Option<i32>) -> Result<Instant> {
    let wrong =
        || format!("start is `{text}`: not a date and time. Write 2025-04-11T00:00:00+02:00");
    match Instant::parse(text) {
        Ok(instant) => Ok(instant),
        Err(TimeError::Naive) => {
            let Some(offset_s) = utc_offset_s else {
                bail!("start is `{text}`: has no offset from UTC. Write it, or give --utc-offset");
            };
            let clock = Instant::parse(&format!("{text}Z")).map_err(|_| anyhow!(wrong()))?;
            Ok(clock - Duration::from_seconds(i64::from(offset_s)))
        }
        Err(_) => bail!(wrong()),
    }
}

/// The plug of each session.
fn evse_ids(args: &ProfilesArgs, instance: &Instance) -> Result<Vec<u32>> {
    let Some(file) = &args.queue else {
        return Ok((1..).take(instance.ev_sessions.len()).collect());
    };
    let queue = sessions::json(file)?;
    let windows = queue["windows"].as_array().map_or(&[][..], Vec::as_slice);
    let plug = |session: &sessions::Session| {
        let window = windows.iter().find(|window| window["id"] == session.id.as_str());
        let plug = window.and_then(|window| window["plug"].as_u64());
        plug.and_then(|plug| u32::try_from(plug).ok()).with_context(|| {
            format!("{}: has no plug for `{}`. Make it anew", file.display(), session.id)
        })
    };
    instance.ev_sessions.iter().map(plug).collect()
}

/// At the plug in each step of the session's stay.
fn planned_energy(
    schedule: &Value,
    session: &sessions::Session,
    instance: &Instance,
) -> Result<Vec<Energy>> {
    let path = format!("schedule.ev_kwh.{}", session.id);
    let steps = schedule["schedule"]["ev_kwh"][&session.id].as_array();
    let steps = steps.with_context(|| format!("{path}: missing. Schedule the instance anew"))?;
    if steps.len() != instance.n {
        bail!("{path}: has {} steps, the instance {}. Schedule it anew", steps.len(), instance.n);
    }
    steps[session.arrival_step..session.departure_step]
        .iter()
        .map(|kwh| {
            // A solver's tolerance may leave a hair above the most or below zero.
            let most = session.max_kw * instance.step_h;
            let kwh = kwh.as_f64().filter(|kwh| (-1e-6..=most + 1e-6).contains(kwh));
            let kwh = kwh.with_context(|| format!("{path}: a step is not from 0 to {most} kWh"))?;
            Ok(Energy::from_kilowatt_hours(kwh.clamp(0.0, most)))
        })
        .collect()
}

fn as_json(request: &ProfileRequest) -> Value {
    let utc = Zone::parse("UTC").expect("the zone of all zones");
    let period = |period: &Period| {
        // A whole number where the limit is one: some stations read nothing else.
        let watts = period.limit_deciwatts;
        let limit = if watts % 10 == 0 { json!(watts / 10) } else { json!(watts as f64 / 10.0) };
        let mut value = json!({"startPeriod": period.start_s, "limit": limit});
        if let Some(phases) = period.phases {
            value["numberPhases"] = json!(phases);
        }
        value
    };
    let start = utc.rfc3339(request.start).replace("+00:00", "Z");
    let periods: Vec<Value> = request.periods.iter().map(period).collect();
    let mut profile = json!({
        "id": request.id,
        "stackLevel": request.stack_level,
        "chargingProfilePurpose": request.purpose.name(),
        "chargingProfileKind": "Absolute",
        "chargingSchedule": [{
            "id": request.id,
            "startSchedule": start,
            "duration": request.duration.seconds(),
            "chargingRateUnit": "W",
            "chargingSchedulePeriod": periods,
        }],
    });
    if let Some(transaction_id) = &request.transaction_id {
        profile["transactionId"] = json!(transaction_id);
    }
    json!({"evseId": request.evse_id, "chargingProfile": profile})
}
