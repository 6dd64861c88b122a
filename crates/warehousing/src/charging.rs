//! Vehicles at their plugs, in whole milliwatt-hours.

use crate::{ChargingWindow, HourAhead, Session, SiteAhead};
use quantity::{Duration, Energy};

/// What a window's plug can give in each step, and what is asked of it.
pub(crate) struct Plug {
    /// The plug's power for as long as the vehicle is there.
    pub(crate) limits: Vec<Energy>,
    /// What the vehicle wants, or all that it can be given.
    pub(crate) energy: Energy,
}

impl Plug {
    pub(crate) fn of(window: &ChargingWindow, ahead: &SiteAhead) -> Self {
        let limits: Vec<Energy> =
            ahead.hours.iter().map(|step| limit(window, step, ahead.step)).collect();
        let most = limits.iter().copied().sum();
        Self { limits, energy: window.energy.or_zero().min(most) }
    }

    /// The steps in which it can give anything: the first, and the first behind the last.
    pub(crate) fn stay(&self) -> Option<(usize, usize)> {
        let gives = |limit: &Energy| *limit > Energy::ZERO;
        let from = self.limits.iter().position(gives)?;
        Some((from, self.limits.iter().rposition(gives)? + 1))
    }

    /// The planned kWh of each step as a session. What rounding leaves goes first to steps in which
    /// the vehicle charges anyway, then to the earliest.
    pub(crate) fn session(&self, window: &ChargingWindow, planned_kwh: &[f64]) -> Session {
        let mut left = self.energy;
        let mut energy = vec![Energy::ZERO; self.limits.len()];
        for ((energy, &limit), &kwh) in energy.iter_mut().zip(&self.limits).zip(planned_kwh) {
            *energy = Energy::from_kilowatt_hours(kwh).or_zero().min(limit).min(left);
            left -= *energy;
        }
        for charges in [true, false] {
            for (energy, &limit) in energy.iter_mut().zip(&self.limits) {
                if (*energy > Energy::ZERO) == charges {
                    let more = left.min(limit - *energy);
                    *energy += more;
                    left -= more;
                }
            }
        }
        let short = window.energy.or_zero() - self.energy;
        Session { vehicle: window.vehicle.clone(), energy, short }
    }
}

/// The plug's power for as long as the vehicle is there in a step.
fn limit(window: &ChargingWindow, step: &HourAhead, length: Duration) -> Energy {
    let from = window.from.max(step.start);
    let until = window.until.min(step.start + length);
    window.power.or_zero().over((until - from).max(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example::{hours, kwh, site, window};

    /// kWh of each step and what is short, of a vehicle at a plug of 10 kW.
    fn charged(from: f64, until: f64, wanted: f64, planned_kwh: &[f64]) -> (Vec<f64>, f64) {
        let hours = hours(&[0.1; 3]);
        let window = window("a", from, until, wanted, 10.0);
        let session = Plug::of(&window, &site(&hours)).session(&window, planned_kwh);
        let energy = session.energy.into_iter().map(Energy::kilowatt_hours).collect();
        (energy, session.short.kilowatt_hours())
    }

    #[test]
    fn a_plug_gives_what_is_wanted_or_all_it_can() {
        for (from, until, wanted, planned, expect, short, why) in [
            (0.0, 3.0, 8.0, [0.0, 8.0, 0.0], [0.0, 8.0, 0.0], 0.0, "as planned"),
            (0.0, 3.0, 8.0, [0.0, 7.0, 0.0], [0.0, 8.0, 0.0], 0.0, "the rest where it charges"),
            (0.0, 3.0, 15.0, [0.0, 9.0, 0.0], [5.0, 10.0, 0.0], 0.0, "then the earliest"),
            (0.0, 3.0, 8.0, [5.0, 5.0, 5.0], [5.0, 3.0, 0.0], 0.0, "no more than wanted"),
            (0.5, 1.25, 9.0, [9.0, 9.0, 9.0], [5.0, 2.5, 0.0], 1.5, "there for 45 min"),
            (5.0, 9.0, 9.0, [9.0, 9.0, 9.0], [0.0; 3], 9.0, "comes after the last step"),
            (2.0, 1.0, 9.0, [9.0, 9.0, 9.0], [0.0; 3], 9.0, "leaves before it comes"),
            (0.0, 3.0, 5.0, [f64::NAN, -1.0, 5.0], [0.0, 0.0, 5.0], 0.0, "numbers that are none"),
        ] {
            let found = charged(from, until, wanted, &planned);
            assert_eq!(found, (expect.to_vec(), short), "{why}");
        }
    }

    #[test]
    fn a_quarter_hour_is_a_quarter() {
        let hours = hours(&[0.1; 3]);
        let window = window("a", 0.0, 3.0, 90.0, 10.0);
        let ahead = SiteAhead { step: Duration::from_hours(0.25), ..site(&hours) };
        assert_eq!(Plug::of(&window, &ahead).limits, [kwh(2.5); 3]);
    }
}
