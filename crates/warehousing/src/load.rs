//! A building's own use through the day.

use quantity::{Energy, apportion};

/// Local opening hours of a warehouse, in hours since midnight.
pub const OPEN: std::ops::Range<f64> = 6.0..22.0;

/// Weight per second of any hour: 40 % of the day, spread over 24 hours.
const BASE: i64 = 4;
/// Weight per second while open: 60 % of the day, spread over 16 hours; 60/16 is 9/4 of 40/24.
const WORK: i64 = 9;
/// Weight of a whole day.
const DAY: i64 = 3_600 * (24 * BASE + 16 * WORK);

/// Use in each hour, for hours that begin at these local times, `0.0..24.0`.
///
/// An assumption: 40 % runs day and night (cooling, servers, light), 60 % while the building is
/// [`OPEN`]. Each hour is used as its clock says: 24 hours sum to `load_per_day` exactly; on a day
/// of 23 or 25 hours the night hour that the clock skips or repeats is left out or counted twice.
pub fn load_profile(load_per_day: Energy, hours: &[f64]) -> Vec<Energy> {
    let weights: Vec<i64> = hours.iter().map(|&start| weight(start)).collect();
    let all: i64 = weights.iter().sum();
    let load = i128::from(load_per_day.or_zero().milliwatt_hours());
    let total = (load * i128::from(all) * 2 + i128::from(DAY)) / (i128::from(DAY) * 2);
    apportion(total as i64, &weights).into_iter().map(Energy::new).collect()
}

fn weight(start: f64) -> i64 {
    let start = start.rem_euclid(24.0);
    // An hour may begin before midnight and end after it, but the building is closed then.
    let open = (start + 1.0).min(OPEN.end) - start.max(OPEN.start);
    3_600 * BASE + (open.max(0.0) * 3_600.0).round() as i64 * WORK
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn days_of_every_length() {
        let day = Energy::from_kilowatt_hours(240.0);
        let clock = |skip: Option<usize>, repeat: Option<usize>| -> Vec<f64> {
            (0..24)
                .filter(|&hour| Some(hour) != skip)
                .flat_map(|hour| vec![hour as f64; if Some(hour) == repeat { 2 } else { 1 }])
                .collect()
        };
        for (hours, kwh, why) in [
            (clock(None, None), 240.0, "24 hours are the day"),
            (clock(Some(2), None), 236.0, "23 hours: a night hour less"),
            (clock(None, Some(2)), 244.0, "25 hours: a night hour more"),
            (vec![3.0], 4.0, "a night hour"),
            (vec![12.0], 13.0, "a working hour"),
            (vec![5.5, 21.5], 17.0, "half an hour of work in each"),
            (vec![], 0.0, "no hours"),
        ] {
            let total: Energy = load_profile(day, &hours).into_iter().sum();
            assert_eq!(total, Energy::from_kilowatt_hours(kwh), "{why}");
        }
    }

    proptest! {
        #[test]
        fn a_day_adds_up_wherever_it_begins(load in 0_i64..1 << 50, first in 0_u32..96) {
            let hours: Vec<f64> =
                (0..24).map(|hour| (f64::from(first) / 4.0 + f64::from(hour)) % 24.0).collect();
            let profile = load_profile(Energy::new(load), &hours);
            prop_assert_eq!(profile.iter().copied().sum::<Energy>(), Energy::new(load));
            prop_assert!(profile.iter().all(|&hour| hour >= Energy::ZERO));
        }
    }
}
