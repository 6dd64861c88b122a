//! Feeder rounds: parcels from where they are in the morning to the sites that deliver them.
//!
//! Feeders are planned before the deliveries, from a first guess of which site delivers what. Each
//! hub then has a compartment in each feeder that calls there: as much as is guessed and its share
//! of the room that is left, so that the search may move stops between sites without touching a
//! feeder's times.

use crate::duty::{self, Duty};
use crate::instance::{Facts, Instance};
use crate::load::Load;
use crate::model::LOADING;
use crate::segment::{FAR, Segment};
use quantity::apportion;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// The feeder rounds of a day.
pub(crate) struct Feeders {
    sites: usize,
    pub(crate) rounds: Vec<Feeder>,
    /// By origin and site: when parcels may leave the site, and how much gets there.
    links: Vec<Option<(i64, Load)>>,
}

/// A feeder round.
#[derive(Clone, Debug)]
pub(crate) struct Feeder {
    pub(crate) kind: usize,
    /// Which of its type.
    pub(crate) number: usize,
    pub(crate) origin: usize,
    pub(crate) calls: Vec<Call>,
    /// What it takes of its vehicle at the most, the departure fixed.
    pub(crate) duty: Duty,
}

/// A site on a feeder round.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call {
    pub(crate) site: usize,
    /// Its compartment.
    pub(crate) room: Load,
    pub(crate) arrive: i64,
}

/// Sites that one vehicle calls at, with what it brings.
type Tour = Vec<(usize, Load)>;

impl Feeders {
    /// No feeders.
    pub(crate) fn none(instance: &Instance) -> Self {
        let sites = instance.problem.sites.len();
        Self { sites, rounds: Vec::new(), links: vec![None; sites * sites] }
    }
    /// Feeders for stops that are delivered from the given sites; what no feeder can carry is left.
    pub(crate) fn new(instance: &Instance, site_of: &[usize]) -> Self {
        let mut feeders = Self::none(instance);
        let mut flows: BTreeMap<usize, BTreeMap<usize, Vec<Load>>> = BTreeMap::new();
        for stop in instance.hopeful() {
            let visit = &instance.visits[stop as usize];
            let site = site_of[stop as usize];
            if visit.origin != site {
                flows.entry(visit.origin).or_default().entry(site).or_default().push(visit.load);
            }
        }
        for (origin, flows) in flows {
            // The type that leaves least behind, then the cheapest, sets the size of loads.
            let plans = instance.kinds_at(origin).map(|kind| {
                let (tours, too_large) = tours(instance, origin, kind, &flows);
                let (rounds, cost, left) = crew(instance, origin, &tours);
                (too_large + left, cost, rounds)
            });
            let best = plans.min_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
            feeders.rounds.extend(best.into_iter().flat_map(|(_, _, rounds)| rounds));
        }
        let transfer = instance.problem.transfer.seconds();
        for feeder in &feeders.rounds {
            for call in &feeder.calls {
                let link = &mut feeders.links[feeder.origin * feeders.sites + call.site];
                let (release, room) = link.unwrap_or((0, Load::NONE));
                *link = Some((release.max(call.arrive + transfer), room + call.room));
            }
        }
        feeders
    }
    /// When parcels from an origin may leave a site; none where no feeder brings them.
    #[inline]
    pub(crate) fn release(&self, origin: usize, site: usize) -> Option<i64> {
        self.link(origin, site).map(|(release, _)| release)
    }
    /// How much from an origin gets to a site.
    #[inline]
    pub(crate) fn room(&self, origin: usize, site: usize) -> Load {
        self.link(origin, site).map_or(Load::NONE, |(_, room)| room)
    }
    /// The feeder rounds of a vehicle.
    pub(crate) fn duties(&self, kind: usize, number: usize) -> Vec<Duty> {
        (self.rounds.iter())
            .filter(|feeder| feeder.kind == kind && feeder.number == number)
            .map(|feeder| feeder.duty)
            .collect()
    }

    fn link(&self, origin: usize, site: usize) -> Option<(i64, Load)> {
        self.links.get(origin * self.sites + site).copied().flatten()
    }
}

/// Loads of at most a vehicle of this type, bound for one site or several; and how many stops are
/// too large for it.
fn tours(
    instance: &Instance,
    origin: usize,
    kind: usize,
    flows: &BTreeMap<usize, Vec<Load>>,
) -> (Vec<Tour>, usize) {
    let room = instance.kinds[kind].room;
    let (mut full, mut last, mut too_large) = (Vec::new(), Vec::new(), 0);
    for (&site, loads) in flows {
        let mut fitting: Vec<Load> = loads.iter().copied().filter(|load| load.fits(room)).collect();
        too_large += loads.len() - fitting.len();
        fitting.sort_by_key(|load| std::cmp::Reverse((load.volume, load.mass)));
        let mut bins: Vec<Load> = Vec::new();
        for load in fitting {
            match bins.iter_mut().find(|bin| load.fits(room - **bin)) {
                Some(bin) => *bin += load,
                None => bins.push(load),
            }
        }
        // First fit fills the early ones: only the last has room for another site's.
        last.extend(bins.pop().map(|bin| vec![(site, bin)]));
        full.extend(bins.into_iter().map(|bin| vec![(site, bin)]));
    }
    while let Some((i, j, joined)) = best_joint(instance, origin, kind, &last) {
        last[i] = joined;
        last.remove(j);
    }
    full.extend(last);
    (full, too_large)
}

/// The two tours that are cheapest to join, and how: one behind the other, either turned round.
fn best_joint(
    instance: &Instance,
    origin: usize,
    kind: usize,
    tours: &[Tour],
) -> Option<(usize, usize, Tour)> {
    let facts = &instance.kinds[kind];
    let cost = |tour: &Tour| drive(instance, origin, kind, tour).0.cost;
    let mut best: Option<(f64, usize, usize, Tour)> = None;
    for (j, second) in tours.iter().enumerate() {
        for (i, first) in tours[..j].iter().enumerate() {
            let apart = cost(first) + cost(second);
            for turns in 0..4 {
                let mut first = first.clone();
                let mut second = second.clone();
                if turns & 1 == 1 {
                    first.reverse();
                }
                if turns & 2 == 2 {
                    second.reverse();
                }
                first.append(&mut second);
                let joint = drive(instance, origin, kind, &first).0;
                let saving = apart - joint.cost;
                if saving > best.as_ref().map_or(0.0, |best| best.0)
                    && facts.can_drive(&joint, instance.shift)
                {
                    best = Some((saving, i, j, first));
                }
            }
        }
    }
    best.map(|(_, i, j, tour)| (i, j, tour))
}

/// Gives each tour to the vehicle that can leave first, the cheapest of those; also the cost of
/// all and how many calls are left without.
fn crew(instance: &Instance, origin: usize, tours: &[Tour]) -> (Vec<Feeder>, f64, usize) {
    let mut days: BTreeMap<(usize, usize), Vec<Duty>> = BTreeMap::new();
    let (mut rounds, mut total, mut left) = (Vec::new(), 0.0, 0);
    for tour in tours {
        let best = instance
            .kinds_at(origin)
            .filter_map(|kind| first_free(instance, origin, kind, tour, &days))
            .min_by(|a, b| {
                (a.0.duty.time.late, a.1)
                    .partial_cmp(&(b.0.duty.time.late, b.1))
                    .unwrap_or(Ordering::Equal)
            });
        let Some((feeder, cost)) = best else {
            left += tour.len();
            continue;
        };
        total += cost;
        days.entry((feeder.kind, feeder.number)).or_default().push(feeder.duty);
        rounds.push(feeder);
    }
    (rounds, total, left)
}

/// The vehicle of a type that can drive a tour first, and the cost.
fn first_free(
    instance: &Instance,
    origin: usize,
    kind: usize,
    tour: &Tour,
    days: &BTreeMap<(usize, usize), Vec<Duty>>,
) -> Option<(Feeder, f64)> {
    let facts = &instance.kinds[kind];
    let (driven, calls) = drive(instance, origin, kind, tour);
    if !facts.can_drive(&driven, instance.shift) {
        return None;
    }
    let mut best: Option<(Duty, usize)> = None;
    for number in 0..facts.count {
        let day = days.get(&(kind, number)).map_or(&[][..], Vec::as_slice);
        let depart =
            day.last().map_or(0, |last| last.time.late + last.time.duration + LOADING.seconds());
        let time = Segment::visit(depart, depart, driven.time.duration);
        let duty = Duty { time, ..Duty::from(&driven) };
        if best.is_none_or(|(best, _)| depart < best.time.late)
            && duty::fit(&[day, &[duty]].concat(), facts, instance.shift)
        {
            best = Some((duty, number));
        }
        if day.is_empty() {
            break;
        }
    }
    let (duty, number) = best?;
    let later = |call: &Call| Call { arrive: call.arrive + duty.time.late, ..*call };
    let calls = calls.iter().map(later).collect();
    Some((Feeder { kind, number, origin, calls, duty }, driven.cost))
}

/// What a tour takes of its vehicle, all compartments full, and its calls, departing at 0.
fn drive(instance: &Instance, origin: usize, kind: usize, tour: &Tour) -> (Facts, Vec<Call>) {
    let facts = &instance.kinds[kind];
    let depot = instance.node_of_site(origin);
    let rooms = compartments(facts.room, tour);
    let load: Load = rooms.iter().copied().sum();
    let (mut before, mut metres, mut moment) = (depot, 0, 0.0);
    let (mut time, mut on_board) = (Segment::from(0), load.mass);
    let mut calls = Vec::new();
    for (&(site, _), &room) in tour.iter().zip(&rooms) {
        let node = instance.node_of_site(site);
        let way = instance.way(before, node);
        metres += way;
        moment += way as f64 * on_board as f64;
        on_board -= room.mass;
        calls.push(Call { site, room, arrive: time.duration + facts.drive(way) });
        time = time.then(facts.drive(way), Segment::visit(0, FAR, LOADING.seconds()));
        before = node;
    }
    let back = instance.way(before, depot);
    let time = time.then(facts.drive(back), Segment::from(0));
    (facts.facts(load, metres + back, moment, time), calls)
}

/// A vehicle's room shared among the sites: what is bound for each, and the rest in proportion.
fn compartments(room: Load, tour: &Tour) -> Vec<Load> {
    let bound: Load = tour.iter().map(|&(_, load)| load).sum();
    let rest = room - bound;
    let masses: Vec<i64> = tour.iter().map(|(_, load)| load.mass).collect();
    let volumes: Vec<i64> = tour.iter().map(|(_, load)| load.volume).collect();
    // A joint that is too much for the vehicle shows in the load, which then does not fit.
    let masses = masses.iter().zip(apportion(rest.mass.max(0), &masses));
    let volumes = volumes.iter().zip(apportion(rest.volume.max(0), &volumes));
    masses
        .zip(volumes)
        .map(|((&mass, more_mass), (&volume, more))| Load {
            mass: mass + more_mass,
            volume: volume + more,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{COST, Day, bike, site, stop, van};
    use network::VehicleType;
    use quantity::Volume;

    /// Stops of 4 m3 each, `n` for each of two hubs on one road; vans take 10 m3.
    fn day(n: usize, fleet: Vec<VehicleType>) -> Day {
        let large =
            |i| transport::Stop { volume: Volume::from_litres(4_000.0), ..stop(i, 20.0, 0.0) };
        Day {
            sites: vec![site("W", 0.0, 0.0), site("H", 10.0, 0.0), site("I", 20.0, 0.0)],
            fleet,
            metric: network::Metric::great_circle(1.0),
            stops: (0..2 * n).map(large).collect(),
            shift_h: 10.0,
            objective: COST,
            by_hubs: true,
        }
    }

    #[test]
    fn loads_go_on_as_few_feeders_as_is_cheapest() {
        for (n, fleet, expect, why) in [
            (0, vec![van(0, 3)], vec![], "nothing to feed"),
            (1, vec![van(0, 3), bike(1, 1)], vec![vec![1, 2]], "both hubs on one van"),
            (2, vec![van(0, 3), bike(1, 1)], vec![vec![1], vec![2]], "a van for each hub"),
            (
                3,
                vec![van(0, 3), bike(1, 1)],
                vec![vec![1], vec![2], vec![1, 2]],
                "what is left over rides together",
            ),
            (1, vec![bike(0, 3)], vec![], "too large for a bike"),
        ] {
            let day = day(n, fleet);
            let problem = day.problem();
            let instance = Instance::new(&problem);
            let site_of: Vec<usize> = (0..2 * n).map(|i| 1 + i % 2).collect();
            let feeders = Feeders::new(&instance, &site_of);
            let calls: Vec<Vec<usize>> = (feeders.rounds.iter())
                .map(|round| round.calls.iter().map(|call| call.site).collect())
                .collect();
            assert_eq!(calls, expect, "{why}");
        }
    }

    #[test]
    fn a_feeder_that_drives_twice_brings_the_second_load_later() {
        // One van: 20 minutes to the hub, 15 there, 20 back, 15 to load, 20 to the hub again.
        let day = day(2, vec![van(0, 1), bike(1, 1)]);
        let problem = day.problem();
        let instance = Instance::new(&problem);
        let feeders = Feeders::new(&instance, &[1, 1, 1, 1]);
        let arrivals: Vec<i64> = feeders.rounds.iter().map(|round| round.calls[0].arrive).collect();
        assert_eq!(arrivals, [1_200, 5_400]);
        assert_eq!(feeders.release(0, 1), Some(5_400 + 1_200));
        assert_eq!(feeders.release(0, 2), None);
    }
}
