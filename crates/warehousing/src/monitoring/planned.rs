//! What was planned for the hours of a day, by schedules that were made one after another.

use super::series::QUARTER_S;
use crate::Hour;
use quantity::{Duration, Energy, Instant};

const HOUR_QUARTERS: i64 = 4;

/// A schedule of a site, as it was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// From when it counts.
    pub made_at: Instant,
    /// When its last step ends.
    pub until: Instant,
    /// In the battery when it was made.
    pub stored: Energy,
    /// Steps of whole quarter hours, one after another.
    pub steps: Vec<Hour>,
}

/// The plan of all sites together for hours that begin at `starts`: for each quarter hour that of the
/// last schedule made by its beginning. An hour is left out unless it is planned wholly for each
/// site that has a schedule.
///
/// - `sites`: schedules of each, in the order in which they were made.
pub fn planned_by_hour(sites: &[Vec<Published>], starts: &[Instant]) -> Vec<Hour> {
    let scheduled: Vec<&[Published]> =
        sites.iter().map(Vec::as_slice).filter(|site| !site.is_empty()).collect();
    if scheduled.is_empty() {
        return Vec::new();
    }
    let all = |&start: &Instant| {
        scheduled
            .iter()
            .map(|site| of_hour(site, start))
            .try_fold(nothing(start), |sum, hour| Some(together(sum, hour?)))
    };
    starts.iter().filter_map(all).collect()
}

fn nothing(start: Instant) -> Hour {
    Hour {
        start,
        pv: Energy::ZERO,
        load: Energy::ZERO,
        charging: Energy::ZERO,
        charging_from_grid: Energy::ZERO,
        battery_in: Energy::ZERO,
        battery_out: Energy::ZERO,
        stored: Energy::ZERO,
        import: Energy::ZERO,
        export: Energy::ZERO,
    }
}

/// Energies of both, from the begin of the first.
fn together(one: Hour, other: Hour) -> Hour {
    Hour {
        start: one.start,
        pv: one.pv + other.pv,
        load: one.load + other.load,
        charging: one.charging + other.charging,
        charging_from_grid: one.charging_from_grid + other.charging_from_grid,
        battery_in: one.battery_in + other.battery_in,
        battery_out: one.battery_out + other.battery_out,
        stored: one.stored + other.stored,
        import: one.import + other.import,
        export: one.export + other.export,
    }
}

fn of_hour(schedules: &[Published], start: Instant) -> Option<Hour> {
    (0..HOUR_QUARTERS).try_fold(nothing(start), |sum, quarter| {
        let at = start + Duration::from_seconds(quarter * QUARTER_S);
        let found = of_quarter(schedules, at)?;
        // What is stored is that of the end, not of all quarters.
        Some(Hour { stored: found.stored, ..together(sum, found) })
    })
}

/// A quarter of a step; the parts of a step add up to it.
fn of_quarter(schedules: &[Published], at: Instant) -> Option<Hour> {
    let made = schedules.partition_point(|schedule| schedule.made_at <= at);
    let schedule = &schedules[made.checked_sub(1)?];
    let place = schedule.steps.partition_point(|step| step.start <= at).checked_sub(1)?;
    let step = &schedule.steps[place];
    let end = schedule.steps.get(place + 1).map_or(schedule.until, |next| next.start);
    let [part, parts] = [at, end].map(|at| (at - step.start).seconds() / QUARTER_S);
    if part >= parts {
        return None;
    }
    let until = |energy: Energy, part: i64| {
        Energy::new((energy.milliwatt_hours() * part).div_euclid(parts))
    };
    let of = |energy: Energy| until(energy, part + 1) - until(energy, part);
    let before = match place.checked_sub(1) {
        Some(before) => schedule.steps[before].stored,
        None => schedule.stored,
    };
    Some(Hour {
        start: at,
        pv: of(step.pv),
        load: of(step.load),
        charging: of(step.charging),
        charging_from_grid: of(step.charging_from_grid),
        battery_in: of(step.battery_in),
        battery_out: of(step.battery_out),
        stored: before + until(step.stored - before, part + 1),
        import: of(step.import),
        export: of(step.export),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(quarter: i64) -> Instant {
        Instant::from_unix(QUARTER_S * quarter)
    }

    /// Steps of so many kWh into vehicles, from a quarter hour on; each leaves ten times that stored.
    fn schedule(from: i64, kwh: &[f64]) -> Published {
        let step = |(place, &kwh): (i64, &f64)| Hour {
            charging: Energy::from_kilowatt_hours(kwh),
            stored: Energy::from_kilowatt_hours(10.0 * kwh),
            ..nothing(at(from + 4 * place))
        };
        let steps = (0..).zip(kwh).map(step).collect();
        let until = at(from + 4 * kwh.len() as i64);
        Published { made_at: at(from), until, stored: Energy::ZERO, steps }
    }

    fn told(hours: &[Hour]) -> Vec<(i64, f64, f64)> {
        let of = |hour: &Hour| {
            let kwh = [hour.charging, hour.stored].map(Energy::kilowatt_hours);
            (hour.start.unix() / QUARTER_S, kwh[0], kwh[1])
        };
        hours.iter().map(of).collect()
    }

    #[test]
    fn each_quarter_is_planned_by_the_last_schedule_before_it() {
        let site = vec![schedule(0, &[4.0, 8.0, 12.0]), schedule(6, &[2.0, 1.0])];
        let starts: Vec<Instant> = (0..4).map(|hour| at(4 * hour)).collect();
        let found = planned_by_hour(std::slice::from_ref(&site), &starts);
        assert_eq!(
            told(&found),
            [
                (0, 4.0, 40.0),
                // Half of 8 kWh, then half of 2 of the second, which began empty.
                (4, 5.0, 10.0),
                // Half of 2, half of 1; the second fills from 20 to 10 kWh.
                (8, 1.5, 15.0),
            ],
            "the last hour is planned by half"
        );
        let other = vec![schedule(4, &[1.0, 1.0])];
        let both = planned_by_hour(&[site, other, Vec::new()], &starts);
        assert_eq!(told(&both), [(4, 6.0, 20.0), (8, 2.5, 25.0)], "only what both have");
        assert_eq!(planned_by_hour(&[Vec::new()], &starts), []);
        assert_eq!(planned_by_hour(&[vec![schedule(99, &[1.0])]], &starts), []);
    }

    #[test]
    fn a_step_may_be_a_quarter_hour() {
        let mut schedule = schedule(0, &[1.0, 2.0, 3.0]);
        for (quarter, step) in (0..).zip(&mut schedule.steps) {
            step.start = at(quarter);
        }
        let found = |until| {
            let schedule = Published { until: at(until), ..schedule.clone() };
            told(&planned_by_hour(&[vec![schedule]], &[at(0)]))
        };
        assert_eq!(found(4), [(0, 1.0 + 2.0 + 1.5 + 1.5, 30.0)], "the last step is half an hour");
        assert_eq!(found(3), [], "a quarter is not planned");
    }

    proptest! {
        #[test]
        fn quarters_add_up_to_their_step(mwh in -1_000_i64..1_000, from in 0_i64..4) {
            let mut schedule = schedule(from, &[0.0, 0.0]);
            schedule.steps[0].pv = Energy::new(mwh);
            schedule.steps[0].stored = Energy::new(mwh);
            let parts: Vec<Hour> = (from..from + 4)
                .map(|quarter| of_quarter(std::slice::from_ref(&schedule), at(quarter)).unwrap())
                .collect();
            prop_assert_eq!(parts.iter().map(|part| part.pv).sum::<Energy>(), Energy::new(mwh));
            prop_assert_eq!(parts[3].stored, Energy::new(mwh));
        }
    }
}
