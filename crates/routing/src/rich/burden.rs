//! What a whole route takes, and what that is worth by the objective.

use super::model::Model;
use super::point::Of;
use super::problem::{Consumption, Vehicle};

/// What a route takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Burden {
    pub(super) metres: i64,
    /// Seconds of driving.
    pub(super) driven: i64,
    /// Metres times what is on board of the first dimension.
    pub(super) moment: i128,
    /// Seconds from start to end.
    pub(super) duration: i32,
    /// Money for lateness, for choices and moved orders.
    pub(super) late: i64,
    pub(super) extra: i64,
}

/// What a whole route comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Worth {
    /// By the objective.
    pub(super) value: i64,
}

impl Burden {
    /// Within the limits of way and time.
    pub(super) fn holds(&self, vehicle: &Vehicle) -> bool {
        self.metres <= vehicle.metres_max.unwrap_or(i64::MAX)
            && self.driven <= vehicle.drive_max.map_or(i64::MAX, i64::from)
            && self.duration <= vehicle.duration_max.unwrap_or(i32::MAX)
    }
    /// None where the battery does not hold out.
    pub(super) fn worth(&self, model: &Model<'_>, of: Of) -> Option<Worth> {
        let problem = model.problem;
        let vehicle = &problem.vehicles[of.vehicle];
        let hours = f64::from(self.duration) / 3_600.0;
        let kilometres = self.metres as f64 / 1e3;
        let mut money = vehicle.fixed
            + self.late
            + self.extra
            + (vehicle.per_km as f64 * kilometres).round() as i64
            + (vehicle.per_hour as f64 * hours).round() as i64
            + (vehicle.per_drive_hour as f64 * (self.driven as f64 / 3_600.0)).round() as i64
            + (problem.balance_price as f64 * hours * hours).round() as i64;
        let mut micrograms = 0;
        if let Some(consumption) = &vehicle.consumption {
            let energy = self.energy(consumption, vehicle.capacity.first().copied().unwrap_or(0));
            if consumption.most.is_some_and(|most| energy > most) {
                return None;
            }
            money += (energy * consumption.price as f64).round() as i64;
            micrograms = (energy * consumption.micrograms_co2e as f64).round() as i64;
        }
        let value = model.weights.value(money, micrograms, self.metres)
            + model.weights.vehicle.round() as i64;
        Some(Worth { value })
    }

    fn energy(&self, consumption: &Consumption, full: i64) -> f64 {
        let more = consumption.full_per_100km - consumption.empty_per_100km;
        let share = if full > 0 { self.moment as f64 / full as f64 } else { 0.0 };
        (consumption.empty_per_100km * self.metres as f64 + more * share) / 1e5
    }
}
