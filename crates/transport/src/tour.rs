//! A round being built: its stops in order, and what an insertion anywhere would make of it.

use crate::instance::{Facts, Instance, Kind};
use crate::load::Load;
use crate::segment::Segment;

/// A round of one vehicle.
#[derive(Clone, Debug)]
pub(crate) struct Tour {
    pub(crate) kind: usize,
    /// Which vehicle of the plan drives it.
    pub(crate) unit: usize,
    pub(crate) stops: Vec<u32>,
    /// Before each stop, and before the return.
    gaps: Vec<Gap>,
    /// Not leaving before: when what comes by feeder is there.
    pub(crate) release: i64,
    pub(crate) facts: Facts,
    moment: f64,
    /// Seconds that it waits for windows.
    waits: i64,
}

/// Between two places of a round.
#[derive(Clone, Copy, Debug)]
struct Gap {
    before: u32,
    after: u32,
    /// Metres and seconds across.
    way: i64,
    drive: i64,
    /// From the departure to the place before, that included.
    lead: Segment,
    /// From the place after to the return.
    tail: Segment,
    /// Metres from the departure to the place before.
    driven: i64,
    /// Milligrams on board across the gap.
    on_board: i64,
}

impl Tour {
    /// No stops, no vehicle.
    pub(crate) fn empty() -> Self {
        let time = Segment::from(0);
        Self {
            kind: 0,
            unit: usize::MAX,
            stops: Vec::new(),
            gaps: Vec::new(),
            release: 0,
            facts: Facts { load: Load::NONE, metres: 0, energy: 0.0, time, cost: 0.0 },
            moment: 0.0,
            waits: 0,
        }
    }
    /// `vehicle`: its type and its unit.
    pub(crate) fn new(
        instance: &Instance,
        vehicle: (usize, usize),
        stops: Vec<u32>,
        release: i64,
    ) -> Self {
        let depot = instance.kinds[vehicle.0].depot as u32;
        let nodes = || stops.iter().copied().chain([depot]);
        let ways = std::iter::once(depot).chain(nodes()).zip(nodes());
        let ways =
            ways.map(|(before, after)| instance.way(before as usize, after as usize)).collect();
        Self::of_ways(instance, vehicle, (stops, ways), release)
    }
    /// The same round with a stop at place `at`. Known ways are kept: looked up in the table anew
    /// they would take most of the search's time.
    pub(crate) fn and(&self, instance: &Instance, stop: u32, at: usize, release: i64) -> Self {
        let mut stops = Vec::with_capacity(self.stops.len() + 1);
        stops.extend_from_slice(&self.stops[..at]);
        stops.push(stop);
        stops.extend_from_slice(&self.stops[at..]);
        let mut ways = Vec::with_capacity(self.gaps.len() + 1);
        ways.extend(self.gaps[..at].iter().map(|gap| gap.way));
        ways.push(instance.way_in(self.gaps[at].before as usize, stop as usize));
        ways.push(instance.way(stop as usize, self.gaps[at].after as usize));
        ways.extend(self.gaps[at + 1..].iter().map(|gap| gap.way));
        let vehicle = (self.kind, self.unit);
        Self::of_ways(instance, vehicle, (stops, ways), release.max(self.release))
    }
    /// The same round with only the stops marked in `kept`, at least one.
    pub(crate) fn only(&self, instance: &Instance, kept: &[bool], release: i64) -> Self {
        let mut stops = Vec::with_capacity(self.stops.len());
        let mut ways = Vec::with_capacity(self.gaps.len());
        let (mut before, mut skipped) = (self.gaps[0].before, false);
        for (i, gap) in self.gaps.iter().enumerate() {
            if kept.get(i) == Some(&false) {
                skipped = true;
                continue;
            }
            ways.push(if skipped {
                instance.way(before as usize, gap.after as usize)
            } else {
                gap.way
            });
            (before, skipped) = (gap.after, false);
            stops.extend(self.stops.get(i));
        }
        Self::of_ways(instance, (self.kind, self.unit), (stops, ways), release)
    }

    fn of_ways(
        instance: &Instance,
        (kind_idx, unit): (usize, usize),
        (stops, ways): (Vec<u32>, Vec<i64>),
        release: i64,
    ) -> Self {
        let kind = &instance.kinds[kind_idx];
        let load: Load = stops.iter().map(|&stop| instance.visits[stop as usize].load).sum();
        let mut gaps = Vec::with_capacity(stops.len() + 1);
        let (mut before, mut lead) = (kind.depot, Segment::from(0));
        let (mut driven, mut on_board, mut moment, mut busy) = (0, load.mass, 0.0, 0);
        let nodes = stops.iter().map(|&stop| stop as usize).chain([kind.depot]);
        for (after, way) in nodes.zip(ways) {
            let drive = kind.drive(way);
            gaps.push(Gap {
                before: before as u32,
                after: after as u32,
                way,
                drive,
                lead,
                tail: Segment::from(0),
                driven,
                on_board,
            });
            driven += way;
            busy += drive;
            moment += way as f64 * on_board as f64;
            if let Some(visit) = instance.visits.get(after) {
                lead = lead.then(drive, visit.time);
                busy += visit.time.duration;
                on_board -= visit.load.mass;
            }
            before = after;
        }
        let time = lead.then(gaps[stops.len()].drive, Segment::from(0)).not_before(release);
        let mut tail = Segment::from(0);
        for (i, &stop) in stops.iter().enumerate().rev() {
            tail = instance.visits[stop as usize].time.then(gaps[i + 1].drive, tail);
            gaps[i].tail = tail;
        }
        let facts = kind.facts(load, driven, moment, time);
        let waits = facts.time.duration - busy;
        Self { kind: kind_idx, unit, stops, gaps, release, facts, moment, waits }
    }
    /// What the round would be with `stop`, not there before `release`, at place `at`; room is not
    /// looked at.
    #[inline]
    pub(crate) fn with(
        &self,
        instance: &Instance,
        kind: &Kind,
        (stop, release): (usize, i64),
        at: usize,
    ) -> Facts {
        let gap = &self.gaps[at];
        let (before, after) = (gap.before as usize, gap.after as usize);
        let visit = &instance.visits[stop];
        let (to, on) = (instance.way_in(before, stop), instance.way(stop, after));
        let metres = self.facts.metres + to + on - gap.way;
        let mass = visit.load.mass as f64;
        let moment = self.moment
            + mass * (gap.driven + to) as f64
            + gap.on_board as f64 * (to + on - gap.way) as f64;
        let time = gap
            .lead
            .then(kind.drive(to), visit.time)
            .then(kind.drive(on), gap.tail)
            .not_before(release.max(self.release));
        kind.facts(self.facts.load + visit.load, metres, moment, time)
    }
    /// At least so much `stop` at place `at` would cost: its detour, and its time beyond what the
    /// round waits anyway. Rounded driving times may be off by a second each.
    #[inline]
    pub(crate) fn costs_at_least(
        &self,
        instance: &Instance,
        kind: &Kind,
        stop: usize,
        at: usize,
    ) -> f64 {
        let gap = &self.gaps[at];
        let (before, after) = (gap.before as usize, gap.after as usize);
        let detour = instance.way_in(before, stop) + instance.way(stop, after) - gap.way;
        let seconds = kind.drive(detour) + instance.visits[stop].time.duration - 2 - self.waits;
        kind.price.metre * detour as f64 + kind.price.second * seconds.max(0) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{Day, any_day};
    use proptest::prelude::*;

    /// A round of the first stops by the first usable type, which need not be feasible.
    fn round<'a>(instance: &'a Instance, length: usize) -> Option<(&'a Kind, Tour)> {
        let kind = instance.kinds.iter().position(|kind| kind.usable)?;
        let stops = (0..length.min(instance.len().saturating_sub(1)) as u32).collect();
        Some((&instance.kinds[kind], Tour::new(instance, (kind, 0), stops, 600)))
    }

    fn assert_same(a: &Facts, b: &Facts) {
        assert_eq!((a.load, a.metres, a.time), (b.load, b.metres, b.time));
        assert!((a.energy - b.energy).abs() <= 1e-9 * b.energy.abs().max(1.0), "{a:?} {b:?}");
        assert!((a.cost - b.cost).abs() <= 1e-9 * b.cost.abs().max(1.0), "{a:?} {b:?}");
    }

    fn each_insertion(
        day: &Day,
        length: usize,
        look: impl Fn(&Instance, &Kind, &Tour, u32, usize),
    ) {
        let problem = day.problem();
        let instance = Instance::new(&problem);
        let Some((kind, tour)) = round(&instance, length) else { return };
        if let Some(stop) = (instance.len() as u32).checked_sub(1) {
            (0..=tour.stops.len()).for_each(|at| look(&instance, kind, &tour, stop, at));
        }
    }

    proptest! {
        #[test]
        fn an_insertion_is_what_the_whole_round_says(day in any_day(), length in 1_usize..12) {
            each_insertion(&day, length, |instance, kind, tour, stop, at| {
                let mut stops = tour.stops.clone();
                stops.insert(at, stop);
                let whole = Tour::new(instance, (tour.kind, 0), stops, 900);
                let inserted = tour.with(instance, kind, (stop as usize, 900), at);
                assert_same(&inserted, &whole.facts);
                assert_same(&tour.and(instance, stop, at, 900).facts, &whole.facts);
            });
        }

        #[test]
        fn no_insertion_costs_less_than_its_bound(mut day in any_day(), length in 1_usize..12) {
            // The bound is for ways that keep the triangle inequality.
            day.metric.table.clear();
            each_insertion(&day, length, |instance, kind, tour, stop, at| {
                let more = tour.with(instance, kind, (stop as usize, 0), at);
                let bound = tour.costs_at_least(instance, kind, stop as usize, at);
                if more.time.warp == 0 && tour.facts.time.warp == 0 {
                    assert!(bound <= more.cost - tour.facts.cost + 1e-6);
                }
            });
        }

        #[test]
        fn leaving_stops_out_is_what_the_rest_says(
            day in any_day(), kept in prop::collection::vec(any::<bool>(), 12)
        ) {
            let problem = day.problem();
            let instance = Instance::new(&problem);
            if let Some((_, tour)) = round(&instance, 12) {
                let kept = &kept[..tour.stops.len()];
                let rest: Vec<u32> =
                    (0..tour.stops.len() as u32).filter(|&i| kept[i as usize]).collect();
                if !rest.is_empty() {
                    let whole = Tour::new(&instance, (tour.kind, 0), rest, 0);
                    let only = tour.only(&instance, kept, 0);
                    prop_assert_eq!(&only.stops, &whole.stops);
                    assert_same(&only.facts, &whole.facts);
                }
            }
        }
    }
}
