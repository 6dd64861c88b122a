//! Electricity of a site's vehicles: how much of what each round used was bought.
//!
//! A round is booked on its own day, with all that it used. What is bought is booked when it is bought,
//! at that hour's intensity, shared among the uses of the hour: what the battery stores of it is the
//! building's (`SiteEnergy::schedule`), so that stored power is booked once and no more when it is used.
//! What could not be charged by the morning is booked as bought, with the day that used it, and left
//! out of what is bought once it is charged.

use crate::way::Way;
use crate::{DayOutcome, Scenario, SiteEnergy};
use quantity::{Energy, apportion};
use std::collections::BTreeMap;

/// What a round used, at the plug.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Used {
    pub(crate) all: Energy,
    /// Of that; the rest is the site's own.
    pub(crate) bought: Energy,
}

/// What each electric round of a site used, by its index in the day's routing. The rounds' sums are the
/// site's, to the milliwatt-hour.
pub(crate) fn used(
    scenario: &Scenario,
    way: &Way,
    day: &DayOutcome,
    site: &SiteEnergy,
) -> BTreeMap<usize, Used> {
    let electric = |&index: &usize| {
        let round = &day.routing.rounds[index];
        round.site == site.site && way.fleet[round.vehicle].carrier.is_electric()
    };
    let rounds: Vec<usize> = (0..day.routing.rounds.len()).filter(electric).collect();
    let at_plug = |index: &usize| {
        let kwh = day.routing.rounds[*index].energy() / scenario.energy.charging_efficiency;
        Energy::from_kilowatt_hours(kwh).milliwatt_hours()
    };
    let weights: Vec<i64> = rounds.iter().map(at_plug).collect();
    let sessions = &site.schedule.sessions;
    let short: Energy = sessions.iter().map(|session| session.short).sum();
    let charged: Energy = site.schedule.hours.iter().map(|hour| hour.charging).sum();
    let bought: Energy = site.schedule.hours.iter().map(|hour| hour.charging_from_grid).sum();
    let all = charged + short - site.carried;
    let bought = (bought + short - site.carried).or_zero().min(all);
    let shares = apportion(all.milliwatt_hours(), &weights);
    let parts = parts(bought.milliwatt_hours(), &shares);
    let used = shares.into_iter().zip(parts);
    rounds
        .into_iter()
        .zip(used.map(|(all, bought)| Used { all: Energy::new(all), bought: Energy::new(bought) }))
        .collect()
}

/// A part of the whole of these shares, each share's own: they sum to it, and none is above its share.
fn parts(part: i64, shares: &[i64]) -> Vec<i64> {
    let whole = shares.iter().map(|&share| i128::from(share)).sum::<i128>().max(1);
    let (mut so_far, mut given) = (0, 0);
    shares
        .iter()
        .map(|&share| {
            so_far += i128::from(share);
            let until = (i128::from(part) * so_far / whole) as i64;
            until - std::mem::replace(&mut given, until)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn parts_sum_and_fit(shares in prop::collection::vec(0_i64..1 << 40, 1..20), of in 0.0..=1.0_f64) {
            let whole: i64 = shares.iter().sum();
            let part = (whole as f64 * of) as i64;
            let parts = parts(part, &shares);
            prop_assert_eq!(parts.iter().sum::<i64>(), part);
            prop_assert!(parts.iter().zip(&shares).all(|(part, share)| (0..=*share).contains(part)));
        }
    }
}
