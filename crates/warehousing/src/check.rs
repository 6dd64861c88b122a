//! An independent judge: what a schedule must hold, whoever made it. Shares the types of the
//! planner and none of its arithmetic.

use crate::pv::module::DC_AC_RATIO;
use crate::{ChargingWindow, Hour, HourAhead, Schedule, Session, SiteAhead};
use quantity::Energy;

/// What is wrong with a schedule. Hours count from zero.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Fault {
    /// Another number of hours than ahead.
    #[error("{planned} hours are planned of {ahead}")]
    HourCount {
        /// In the schedule.
        planned: usize,
        /// Known.
        ahead: usize,
    },
    /// An hour that is not the one known.
    #[error("hour {hour} does not begin or does not use what is known of it")]
    Given {
        /// Which.
        hour: usize,
    },
    /// Less than nothing.
    #[error("hour {hour}: {what} is negative")]
    Negative {
        /// Which.
        hour: usize,
        /// Field of the hour.
        what: &'static str,
    },
    /// Supply is not use.
    #[error("hour {hour}: supply exceeds use by {} mWh", .excess.milliwatt_hours())]
    Balance {
        /// Which.
        hour: usize,
        /// Supply less use.
        excess: Energy,
    },
    /// Two flows that exclude each other.
    #[error("hour {hour}: {one} and {other} at once")]
    Both {
        /// Which.
        hour: usize,
        /// Field of the hour.
        one: &'static str,
        /// Field of the hour.
        other: &'static str,
    },
    /// More than allowed.
    #[error("hour {hour}: {what} is {} mWh, at most {} mWh", .amount.milliwatt_hours(), .limit.milliwatt_hours())]
    Limit {
        /// Which.
        hour: usize,
        /// Field of the hour, or the vehicle.
        what: String,
        /// Planned.
        amount: Energy,
        /// Allowed.
        limit: Energy,
    },
    /// The store does not follow from the hour before.
    #[error("hour {hour}: stored {} mWh, expected {expected_mwh} mWh", .stored.milliwatt_hours())]
    Stored {
        /// Which.
        hour: usize,
        /// Planned.
        stored: Energy,
        /// By the hour before, flows and losses, in mWh.
        expected_mwh: f64,
    },
    /// The sessions are not those of the windows.
    #[error("sessions do not match the charging windows")]
    Sessions,
    /// Given and short are not what was wanted.
    #[error("{vehicle} wants {} mWh and is given or denied {} mWh", .wanted.milliwatt_hours(), .told.milliwatt_hours())]
    Wanted {
        /// Which.
        vehicle: String,
        /// By its window.
        wanted: Energy,
        /// By its session.
        told: Energy,
    },
    /// Short although the plug could have given more.
    #[error("{vehicle} is short although its plug had time left")]
    NeedlesslyShort {
        /// Which.
        vehicle: String,
    },
    /// The hour's charging is not the sum of the sessions.
    #[error("hour {hour}: charging is not what the sessions take")]
    Charging {
        /// Which.
        hour: usize,
    },
}

/// All that is wrong with a schedule; nothing where it stands.
pub fn check(ahead: &SiteAhead, schedule: &Schedule) -> Vec<Fault> {
    let (planned, known) = (schedule.hours.len(), ahead.hours.len());
    if planned != known {
        return vec![Fault::HourCount { planned, ahead: known }];
    }
    let fits = |session: &Session, window: &ChargingWindow| {
        session.vehicle == window.vehicle && session.energy.len() == known
    };
    let (sessions, windows) = (&schedule.sessions, ahead.charging);
    let matched = sessions.iter().zip(windows).all(|(session, window)| fits(session, window));
    if sessions.len() != windows.len() || !matched {
        return vec![Fault::Sessions];
    }
    let mut faults = Vec::new();
    for (i, (hour, known)) in schedule.hours.iter().zip(ahead.hours).enumerate() {
        check_known(i, hour, known, &mut faults);
        check_flows(i, hour, &mut faults);
        check_limits(i, hour, ahead, &mut faults);
        let sessions: Energy = sessions.iter().map(|session| session.energy[i]).sum();
        if sessions != hour.charging {
            faults.push(Fault::Charging { hour: i });
        }
    }
    check_stored(ahead, &schedule.hours, &mut faults);
    for (session, window) in sessions.iter().zip(windows) {
        check_session(session, window, ahead, &mut faults);
    }
    faults
}

fn check_known(i: usize, hour: &Hour, known: &HourAhead, faults: &mut Vec<Fault>) {
    if hour.start != known.start || hour.load != known.load.or_zero() {
        faults.push(Fault::Given { hour: i });
    }
}

fn check_flows(i: usize, hour: &Hour, faults: &mut Vec<Fault>) {
    let named = [
        ("pv", hour.pv),
        ("charging", hour.charging),
        ("charging_from_grid", hour.charging_from_grid),
        ("battery_in", hour.battery_in),
        ("battery_out", hour.battery_out),
        ("stored", hour.stored),
        ("import", hour.import),
        ("export", hour.export),
    ];
    for (what, _) in named.into_iter().filter(|&(_, amount)| amount < Energy::ZERO) {
        faults.push(Fault::Negative { hour: i, what });
    }
    let supply = hour.pv + hour.import + hour.battery_out;
    let excess = supply - hour.load - hour.charging - hour.battery_in - hour.export;
    if excess != Energy::ZERO {
        faults.push(Fault::Balance { hour: i, excess });
    }
    // The battery may store the grid's power and sell what it stored, but neither grid nor battery
    // goes both ways at once.
    for (one, a, other, b) in [
        ("import", hour.import, "export", hour.export),
        ("battery_in", hour.battery_in, "battery_out", hour.battery_out),
    ] {
        if a > Energy::ZERO && b > Energy::ZERO {
            faults.push(Fault::Both { hour: i, one, other });
        }
    }
}

fn check_limits(i: usize, hour: &Hour, ahead: &SiteAhead, faults: &mut Vec<Fault>) {
    // Power over a step, in milliwatt-hours; one begun may be rounded up.
    let over_step =
        |milliwatts: f64| Energy::new((milliwatts * ahead.step.hours()).ceil() as i64).or_zero();
    let inverter = match (ahead.solar, ahead.hours[i].weather) {
        (Some(solar), Some(_)) => over_step(solar.peak.milliwatts() as f64 / DC_AC_RATIO),
        _ => Energy::ZERO,
    };
    let (capacity, power) = match ahead.battery {
        Some(battery) => (battery.capacity.or_zero(), over_step(battery.power.milliwatts() as f64)),
        None => (Energy::ZERO, Energy::ZERO),
    };
    let building = hour.import - hour.charging_from_grid;
    for (what, amount, limit) in [
        ("pv", hour.pv, inverter),
        ("stored", hour.stored, capacity),
        ("battery_in", hour.battery_in, power),
        ("battery_out", hour.battery_out, power),
        ("charging_from_grid", hour.charging_from_grid, hour.import.min(hour.charging)),
        ("import for the building", building, hour.load + hour.battery_in),
    ] {
        if amount > limit {
            faults.push(Fault::Limit { hour: i, what: what.to_owned(), amount, limit });
        }
    }
}

/// Each level follows from the one before within a milliwatt-hour of rounding.
fn check_stored(ahead: &SiteAhead, hours: &[Hour], faults: &mut Vec<Fault>) {
    let Some(battery) = ahead.battery else { return };
    let mut before = ahead.stored.or_zero().min(battery.capacity.or_zero());
    for (i, hour) in hours.iter().enumerate() {
        // Nothing in or out changes nothing, even where the losses are not a number.
        let mut expected_mwh = before.milliwatt_hours() as f64;
        if hour.battery_in > Energy::ZERO {
            expected_mwh += hour.battery_in.milliwatt_hours() as f64 * ahead.losses.charge;
        }
        if hour.battery_out > Energy::ZERO {
            expected_mwh -= hour.battery_out.milliwatt_hours() as f64 / ahead.losses.discharge;
        }
        let off = (hour.stored.milliwatt_hours() as f64 - expected_mwh).abs();
        // Floats of these sizes keep a thousandth of a milliwatt-hour.
        if off.is_nan() || off > 1.001 {
            faults.push(Fault::Stored { hour: i, stored: hour.stored, expected_mwh });
        }
        before = hour.stored;
    }
}

fn check_session(
    session: &Session,
    window: &ChargingWindow,
    ahead: &SiteAhead,
    faults: &mut Vec<Fault>,
) {
    let vehicle = &window.vehicle;
    let given: Energy = session.energy.iter().copied().sum();
    let (wanted, told) = (window.energy.or_zero(), given + session.short);
    if wanted != told || session.short < Energy::ZERO {
        faults.push(Fault::Wanted { vehicle: vehicle.clone(), wanted, told });
    }
    let mut certain = Energy::ZERO;
    for (i, (&amount, hour)) in session.energy.iter().zip(ahead.hours).enumerate() {
        let begin = hour.start.unix().max(window.from.unix());
        let end = (hour.start.unix() + ahead.step.seconds()).min(window.until.unix());
        let plugged = (end - begin).max(0);
        let milliwatt_seconds = i128::from(window.power.milliwatts().max(0)) * i128::from(plugged);
        // A milliwatt-hour begun may be rounded up, but is not certain to be had.
        let limit = Energy::new(((milliwatt_seconds + 3_599) / 3_600) as i64);
        certain += Energy::new((milliwatt_seconds / 3_600) as i64);
        if amount < Energy::ZERO || amount > limit {
            faults.push(Fault::Limit { hour: i, what: vehicle.clone(), amount, limit });
        }
    }
    if session.short > Energy::ZERO && given < certain {
        faults.push(Fault::NeedlesslyShort { vehicle: vehicle.clone() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example::{at, dull, hours, kwh, site, window};
    use crate::schedule_day;
    use network::{Battery, Solar};
    use quantity::Power;

    /// What is found once a schedule that stands is spoilt: sun in the first hour, a vehicle in the
    /// first two, which then is 3 kWh short, a battery for the second.
    fn found(spoil: impl FnOnce(&mut Schedule)) -> Vec<Fault> {
        let mut hours = hours(&[0.10, 0.20]);
        hours[0].weather = Some(dull(at(0.0), 500.0));
        hours[1].load = kwh(10.0);
        let charging = [window("van", 0.0, 1.5, 18.0, 10.0)];
        let battery = Battery { capacity: kwh(8.0), power: Power::from_kilowatts(6.0) };
        let peak = Power::from_kilowatts(100.0);
        let solar = Some(Solar { peak, tilt_deg: 0.0, azimuth_deg: 180.0 });
        let ahead =
            SiteAhead { solar, battery: Some(battery), charging: &charging, ..site(&hours) };
        let mut schedule = schedule_day(&ahead);
        assert_eq!(check(&ahead, &schedule), []);
        spoil(&mut schedule);
        check(&ahead, &schedule)
    }

    fn both(hour: usize, one: &'static str, other: &'static str) -> Fault {
        Fault::Both { hour, one, other }
    }
    fn limit(hour: usize, what: &str, amount: f64, limit: f64) -> Fault {
        Fault::Limit { hour, what: what.to_owned(), amount: kwh(amount), limit: kwh(limit) }
    }

    #[test]
    fn other_hours_or_sessions_than_asked_for() {
        assert_eq!(found(|s| s.hours.truncate(1)), [Fault::HourCount { planned: 1, ahead: 2 }]);
        assert_eq!(found(|s| s.hours[1].start = at(2.0)), [Fault::Given { hour: 1 }]);
        assert_eq!(found(|s| s.sessions.clear()), [Fault::Sessions]);
        assert_eq!(found(|s| s.sessions[0].vehicle.clear()), [Fault::Sessions]);
        assert_eq!(found(|s| s.sessions[0].energy.push(Energy::ZERO)), [Fault::Sessions]);
    }

    #[test]
    fn an_hour_that_does_not_close() {
        let excess = Energy::new(1);
        assert_eq!(found(|s| s.hours[0].pv += excess), [Fault::Balance { hour: 0, excess }]);
        let faults = found(|s| {
            s.hours[1].load -= excess;
            s.hours[1].import -= excess;
        });
        assert_eq!(faults, [Fault::Given { hour: 1 }]);
    }

    #[test]
    fn flows_that_exclude_each_other() {
        let faults = found(|s| {
            s.hours[0].import += kwh(1.0);
            s.hours[0].export += kwh(1.0);
        });
        assert_eq!(faults, [both(0, "import", "export")]);
        let faults = found(|s| {
            s.hours[1].battery_in += kwh(1.0);
            s.hours[1].import += kwh(1.0);
        });
        assert!(faults.contains(&both(1, "battery_in", "battery_out")), "{faults:?}");
    }

    #[test]
    fn flows_beyond_their_limits() {
        let faults = found(|s| {
            s.hours[0].pv += kwh(60.0);
            s.hours[0].export += kwh(60.0);
        });
        assert!(matches!(&faults[..], [Fault::Limit { hour: 0, what, .. }] if what == "pv"));
        let faults = found(|s| {
            s.hours[0].battery_in += kwh(1.0);
            s.hours[0].export -= kwh(1.0);
        });
        assert_eq!(faults[0], limit(0, "battery_in", 7.0, 6.0));
        let faults = found(|s| s.hours[1].charging_from_grid = kwh(6.0));
        assert_eq!(faults, [limit(1, "charging_from_grid", 6.0, 5.0)]);
        let faults = found(|s| s.hours[0].charging_from_grid = -kwh(1.0));
        assert_eq!(faults[0], Fault::Negative { hour: 0, what: "charging_from_grid" });
    }

    #[test]
    fn a_store_that_gains_or_forgets() {
        for change in [2, -2] {
            let faults = found(|s| s.hours[0].stored += Energy::new(change));
            let at_hour = |hour| {
                faults.iter().any(|f| matches!(f, Fault::Stored { hour: h, .. } if *h == hour))
            };
            assert!(at_hour(0) && at_hour(1), "{faults:?}");
        }
        let faults = found(|s| s.hours[0].stored = kwh(8.5));
        assert_eq!(faults[0], limit(0, "stored", 8.5, 8.0));
    }

    #[test]
    fn sessions_that_break_their_windows() {
        let vehicle = || "van".to_owned();
        let faults = found(|s| s.sessions[0].short = Energy::ZERO);
        let (wanted, told) = (kwh(18.0), kwh(15.0));
        assert_eq!(faults, [Fault::Wanted { vehicle: vehicle(), wanted, told }]);
        let faults = found(|s| {
            s.sessions[0].energy[1] += kwh(3.0);
            s.sessions[0].short = Energy::ZERO;
        });
        assert_eq!(faults, [Fault::Charging { hour: 1 }, limit(1, "van", 8.0, 5.0)]);
        let faults = found(|s| {
            s.sessions[0].energy[1] -= kwh(1.0);
            s.sessions[0].short += kwh(1.0);
        });
        let needless = Fault::NeedlesslyShort { vehicle: vehicle() };
        assert_eq!(faults, [Fault::Charging { hour: 1 }, needless]);
    }
}
