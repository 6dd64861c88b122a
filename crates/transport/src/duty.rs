//! A vehicle's day: the rounds it drives one after the other, loading in between.

use crate::instance::{Facts, Kind};
use crate::model::LOADING;
use crate::segment::Segment;

/// One round in a vehicle's day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Duty {
    pub(crate) time: Segment,
    pub(crate) metres: i64,
    pub(crate) energy: f64,
}

impl From<&Facts> for Duty {
    fn from(facts: &Facts) -> Self {
        Self { time: facts.time, metres: facts.metres, energy: facts.energy }
    }
}

/// One vehicle can drive these rounds within its shift, range and battery.
pub(crate) fn fit(duties: &[Duty], kind: &Kind, shift: i64) -> bool {
    let busy: i64 = duties.iter().map(|duty| duty.time.duration).sum();
    let loading = LOADING.seconds() * (duties.len() as i64 - 1).max(0);
    busy + loading <= shift
        && duties.iter().map(|duty| duty.metres).sum::<i64>() <= kind.range
        && duties.iter().map(|duty| duty.energy).sum::<f64>() <= kind.battery
        && order(duties, shift).is_some()
}

/// The order in which one vehicle can drive these rounds in its shift.
///
/// Tried are the order of the latest and of the earliest departures: a day has few rounds, and
/// most are free in time. What either order allows, it allows when a round is taken out.
pub(crate) fn order(duties: &[Duty], shift: i64) -> Option<Vec<usize>> {
    let mut order: Vec<usize> = (0..duties.len()).collect();
    let holds = |order: &[usize]| {
        let day = day(duties, order);
        day.warp == 0 && day.duration <= shift
    };
    // The shorter first between equals, so that the order of `duties` says nothing.
    let length = |i: usize| duties[i].time.duration;
    order.sort_by_key(|&i| (duties[i].time.late, duties[i].time.early, length(i)));
    if !holds(&order) {
        order.sort_by_key(|&i| (duties[i].time.early, duties[i].time.late, length(i)));
    }
    holds(&order).then_some(order)
}

/// The departure of each round, in this order: the first as late as the day allows without
/// waiting, the others as soon as the vehicle is loaded.
pub(crate) fn departures(duties: &[Duty], order: &[usize]) -> Vec<i64> {
    let mut departures = vec![0; duties.len()];
    let mut free = day(duties, order).early;
    for &i in order {
        departures[i] = free.max(duties[i].time.early);
        free = departures[i] + duties[i].time.duration + LOADING.seconds();
    }
    departures
}

/// From the first departure to the last return.
fn day(duties: &[Duty], order: &[usize]) -> Segment {
    let mut rounds = order.iter().map(|&i| duties[i].time);
    let first = rounds.next().unwrap_or(Segment::from(0));
    rounds.fold(first, |day, round| day.then(LOADING.seconds(), round))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn duty(early: i64, late: i64, duration: i64) -> Duty {
        Duty { time: Segment::visit(early, late, duration), metres: 0, energy: 0.0 }
    }

    #[test]
    fn rounds_one_after_the_other() {
        let far = 1 << 30;
        for (duties, shift, expect, why) in [
            (vec![], 0, Some(vec![]), "a day without rounds"),
            (vec![duty(0, far, 3_600)], 3_600, Some(vec![0]), "the shift exactly"),
            (
                vec![duty(0, far, 3_600), duty(0, 0, 900)],
                5_400,
                Some(vec![1, 0]),
                "what must go first",
            ),
            (vec![duty(0, far, 3_600), duty(0, 0, 901)], 5_400, None, "loading takes 15 minutes"),
            (vec![duty(0, 100, 900), duty(0, 99, 900)], far, None, "both at once"),
            (
                vec![duty(20_000, 20_100, 900), duty(0, 18_200, 900)],
                10_000,
                Some(vec![1, 0]),
                "the first waits for the second, not the vehicle in between",
            ),
            (
                vec![duty(0, 1_000, 600), duty(900, 950, 9_000)],
                far,
                None,
                "no time to load between the two, whichever goes first",
            ),
            (
                vec![duty(2_000, 2_100, 600), duty(0, 2_200, 600)],
                far,
                Some(vec![1, 0]),
                "by latest departure the first would be late: by earliest none is",
            ),
        ] {
            assert_eq!(order(&duties, shift), expect, "{why}");
        }
    }

    #[test]
    fn the_first_round_leaves_as_late_as_the_second_allows() {
        let duties = [duty(0, 30_000, 600), duty(9_000, 9_500, 600)];
        let order = order(&duties, 1 << 30).unwrap();
        assert_eq!((order.clone(), departures(&duties, &order)), (vec![1, 0], vec![10_500, 9_000]));
        let duties = [duty(0, 8_000, 600), duty(9_000, 9_500, 600)];
        assert_eq!(departures(&duties, &[0, 1]), [7_500, 9_000]);
    }
}
