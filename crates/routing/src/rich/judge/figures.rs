//! What a route comes to, each part rounded once to the nearest.

use super::Walk;
use super::load::Burden;
use crate::rich::plan::{Doing, Figures};
use crate::rich::problem::Visit;
use quantity::Carbon;

pub(super) fn of_route(walk: &Walk<'_>, burden: &Burden) -> Figures {
    let steps = &walk.route.steps;
    let seconds = match (steps.first(), steps.last()) {
        (Some(first), Some(last)) => i64::from(last.finish) - i64::from(first.arrive),
        _ => 0,
    };
    let vehicle = walk.vehicle;
    let time = i128::from(seconds);
    let mut money = i128::from(vehicle.fixed)
        + nearest(i128::from(vehicle.per_km) * i128::from(burden.metres), 1_000)
        + nearest(i128::from(vehicle.per_hour) * time, 3_600)
        + nearest(i128::from(vehicle.per_drive_hour) * i128::from(burden.driven), 3_600)
        + nearest(i128::from(walk.problem.balance_price) * time * time, 3_600 * 3_600)
        + choices(walk)
        + nearest(late(walk), 3_600);
    let mut carbon = Carbon::ZERO;
    if let (Some(units), Some(consumption)) = (burden.units(walk), vehicle.consumption) {
        money += (units * consumption.price as f64).round() as i128;
        let micrograms = (units * consumption.micrograms_co2e as f64).round() as i128;
        carbon = Carbon::from_micrograms(micrograms);
    }
    Figures { vehicles: 1, metres: burden.metres, seconds, money: narrow(money), carbon, moved: 0 }
}

pub(super) fn add(sum: &mut Figures, route: &Figures) {
    sum.vehicles += route.vehicles;
    sum.metres += route.metres;
    sum.seconds += route.seconds;
    sum.money = sum.money.saturating_add(route.money);
    sum.carbon += route.carbon;
}

/// Prices of the ways that were chosen.
fn choices(walk: &Walk<'_>) -> i128 {
    walk.visits()
        .map(|visit| match visit {
            Visit::First { order, alternative } => {
                i128::from(walk.alternative(order, alternative).cost)
            }
            _ => 0,
        })
        .sum()
}

/// Seconds late, each at its price of an hour.
fn late(walk: &Walk<'_>) -> i128 {
    let mut sum = 0;
    for step in &walk.route.steps {
        let Doing::Visit(visit) = step.doing else { continue };
        let Some(soft) = walk.problem.stop(visit).and_then(|stop| stop.lateness) else { continue };
        let late = i128::from(step.begin) - i128::from(soft.due);
        sum += late.max(0) * i128::from(soft.per_hour);
    }
    sum
}

/// The nearest whole number of a share; a half goes away from zero.
fn nearest(amount: i128, of: i128) -> i128 {
    (amount + amount.signum() * of / 2) / of
}

/// Within 64 bits; a sum beyond them is as dear as can be.
pub(super) fn narrow(money: i128) -> i64 {
    money.clamp(i64::MIN.into(), i64::MAX.into()) as i64
}
