//! The rounds of a day while they are searched: who drives what, which stops are on none.

use crate::duty::{self, Duty};
use crate::feeder::Feeders;
use crate::instance::{Facts, Instance};
use crate::load::Load;
use crate::tour::Tour;

/// Not on any round.
const NOWHERE: u32 = u32::MAX;

/// A day's rounds, one change after the other, each of which can be taken back.
pub(crate) struct Plan<'a> {
    pub(crate) instance: &'a Instance<'a>,
    pub(crate) feeders: &'a Feeders,
    /// Rounds; those without stops are free for use.
    pub(crate) tours: Vec<Tour>,
    pub(crate) units: Vec<Unit>,
    /// The first unit of each vehicle type, and the end.
    first_unit: Vec<usize>,
    /// Round and place of each stop.
    place: Vec<(u32, u32)>,
    /// On no round, though some vehicle could serve them.
    pub(crate) absent: Vec<u32>,
    /// On board of feeders, by origin and site.
    fed: Vec<Load>,
    /// No more stops for feeders.
    pub(crate) feeders_closed: bool,
    pub(crate) cost: f64,
    changes: Vec<(usize, Tour)>,
    changed: Vec<bool>,
    absent_before: Vec<u32>,
    cost_before: f64,
}

/// One vehicle.
pub(crate) struct Unit {
    pub(crate) kind: usize,
    /// Which of its type.
    pub(crate) number: usize,
    /// The feeder rounds it drives.
    pub(crate) feeding: Vec<Duty>,
    pub(crate) tours: Vec<usize>,
}

/// A plan's rounds by vehicle type, unit and stops.
pub(crate) type Outline = Vec<(usize, usize, Vec<u32>)>;

impl<'a> Plan<'a> {
    /// No stop on any round.
    pub(crate) fn new(instance: &'a Instance<'a>, feeders: &'a Feeders) -> Self {
        let mut units = Vec::new();
        let mut first_unit = vec![0];
        for (kind, facts) in instance.kinds.iter().enumerate() {
            let count = if facts.usable { facts.count } else { 0 };
            units.extend((0..count).map(|number| Unit {
                kind,
                number,
                feeding: feeders.duties(kind, number),
                tours: Vec::new(),
            }));
            first_unit.push(units.len());
        }
        Self {
            instance,
            feeders,
            tours: Vec::new(),
            units,
            first_unit,
            place: vec![(NOWHERE, 0); instance.len()],
            absent: instance.hopeful().collect(),
            fed: vec![Load::NONE; instance.problem.sites.len().pow(2)],
            feeders_closed: false,
            cost: 0.0,
            changes: Vec::new(),
            changed: Vec::new(),
            absent_before: Vec::new(),
            cost_before: 0.0,
        }
    }
    /// Round and place of a stop, or none.
    #[inline]
    pub(crate) fn place_of(&self, stop: usize) -> Option<(usize, usize)> {
        let (tour, at) = self.place[stop];
        (tour != NOWHERE).then_some((tour as usize, at as usize))
    }
    /// When a stop's parcels may leave a site at the earliest; none where they do not get there, or
    /// the feeders are full.
    #[inline]
    pub(crate) fn release(&self, stop: usize, site: usize) -> Option<i64> {
        let visit = &self.instance.visits[stop];
        if visit.origin == site {
            return Some(0);
        }
        if self.feeders_closed {
            return None;
        }
        let release = self.feeders.release(visit.origin, site)?;
        let pair = visit.origin * self.instance.problem.sites.len() + site;
        let room = self.feeders.room(visit.origin, site);
        visit.load.fits(room - self.fed[pair]).then_some(release)
    }
    /// The latest release among the stops, if all get to the site and the feeders have room.
    pub(crate) fn release_of_more(&self, stops: &[u32], site: usize) -> Option<i64> {
        let mut more: Vec<(usize, Load)> = Vec::new();
        for &stop in stops {
            let visit = &self.instance.visits[stop as usize];
            match more.iter_mut().find(|(origin, _)| *origin == visit.origin) {
                Some((_, load)) => *load += visit.load,
                None => more.push((visit.origin, visit.load)),
            }
        }
        let has_room = |&(origin, load): &(usize, Load)| {
            let room = self.feeders.room(origin, site) - self.fed(origin, site);
            origin == site || (!self.feeders_closed && load.fits(room))
        };
        if more.iter().all(has_room) { self.release_of(stops.iter().copied(), site) } else { None }
    }
    /// The latest release among the stops, if all get to the site at all.
    pub(crate) fn release_of(
        &self,
        stops: impl IntoIterator<Item = u32>,
        site: usize,
    ) -> Option<i64> {
        stops.into_iter().try_fold(0, |latest: i64, stop| {
            let origin = self.instance.visits[stop as usize].origin;
            let release = if origin == site { 0 } else { self.feeders.release(origin, site)? };
            Some(latest.max(release))
        })
    }
    /// A unit can drive the round besides what it drives already, round `instead` left out.
    #[inline]
    pub(crate) fn fits(&self, unit: usize, facts: &Facts, instead: usize) -> bool {
        let Unit { kind, feeding, tours, .. } = &self.units[unit];
        let kind = &self.instance.kinds[*kind];
        if !kind.can_drive(facts, self.instance.shift) {
            return false;
        }
        if feeding.is_empty() && tours.iter().all(|&tour| tour == instead) {
            return true;
        }
        let mut duties = feeding.clone();
        let others = tours.iter().filter(|&&tour| tour != instead);
        duties.extend(others.map(|&tour| Duty::from(&self.tours[tour].facts)));
        duties.push(facts.into());
        duty::fit(&duties, kind, self.instance.shift)
    }
    /// A unit of this type for one more round: an idle one, or the first that can.
    pub(crate) fn unit_for(&self, kind: usize, facts: &Facts, instead: usize) -> Option<usize> {
        if !self.instance.kinds[kind].can_drive(facts, self.instance.shift) {
            return None;
        }
        let mut units = self.units_of(kind);
        let idle = units.clone().find(|&unit| {
            let Unit { feeding, tours, .. } = &self.units[unit];
            feeding.is_empty() && tours.iter().all(|&tour| tour == instead)
        });
        idle.or_else(|| units.find(|&unit| self.fits(unit, facts, instead)))
    }
    /// The units of a vehicle type.
    pub(crate) fn units_of(&self, kind: usize) -> std::ops::Range<usize> {
        self.first_unit[kind]..self.first_unit[kind + 1]
    }
    /// An empty round.
    pub(crate) fn free_tour(&mut self) -> usize {
        self.tours.iter().position(|tour| tour.stops.is_empty()).unwrap_or_else(|| {
            self.tours.push(Tour::empty());
            self.changed.push(false);
            self.tours.len() - 1
        })
    }
    /// Puts another round in the place of one; its stops are on no other.
    pub(crate) fn put(&mut self, idx: usize, tour: Tour) {
        let old = self.exchange(idx, tour);
        if !std::mem::replace(&mut self.changed[idx], true) {
            self.changes.push((idx, old));
        }
    }
    /// Puts a stop into a round.
    pub(crate) fn insert(&mut self, stop: u32, idx: usize, at: usize) {
        let tour = &self.tours[idx];
        let site = self.instance.kinds[tour.kind].site;
        let release = self.release_of([stop], site).expect("only stops that get there go there");
        let tour = tour.and(self.instance, stop, at, release);
        self.put(idx, tour);
    }
    /// Opens a round, if the stops get to the vehicle's site.
    pub(crate) fn open(&mut self, kind: usize, unit: usize, stops: Vec<u32>) {
        let site = self.instance.kinds[kind].site;
        let release = self
            .release_of(stops.iter().copied(), site)
            .expect("only stops that get there go there");
        let tour = self.free_tour();
        self.put(tour, Tour::new(self.instance, (kind, unit), stops, release));
    }
    /// Leaves a round with only the stops marked in `kept`; what goes is for the caller to note.
    pub(crate) fn keep(&mut self, idx: usize, kept: &[bool]) {
        let tour = &self.tours[idx];
        if !kept.contains(&true) {
            self.clear(idx);
            return;
        }
        let site = self.instance.kinds[tour.kind].site;
        let stays = (tour.stops.iter().zip(kept)).filter(|(_, kept)| **kept);
        let release = self.release_of(stays.map(|(&stop, _)| stop), site);
        let release = release.expect("they were there before");
        self.put(idx, self.tours[idx].only(self.instance, kept, release));
    }
    /// Takes all stops from a round.
    pub(crate) fn clear(&mut self, idx: usize) {
        self.put(idx, Tour::empty());
    }
    /// From here on changes can be taken back.
    pub(crate) fn mark(&mut self) {
        for (idx, _) in self.changes.drain(..) {
            self.changed[idx] = false;
        }
        self.absent_before.clone_from(&self.absent);
        self.cost_before = self.cost;
    }
    /// The rounds changed since the mark.
    pub(crate) fn changed(&self) -> impl Iterator<Item = usize> + '_ {
        self.changes.iter().map(|&(idx, _)| idx)
    }
    /// Takes back all since the mark.
    pub(crate) fn take_back(&mut self) {
        let changes = std::mem::take(&mut self.changes);
        // First all out, then all in: a stop may have gone from one round to another.
        for &(idx, _) in &changes {
            self.exchange(idx, Tour::empty());
            self.changed[idx] = false;
        }
        for (idx, tour) in changes {
            self.exchange(idx, tour);
        }
        self.absent.clone_from(&self.absent_before);
        self.cost = self.cost_before;
    }
    /// The rounds in short.
    pub(crate) fn outline(&self) -> Outline {
        (self.tours.iter().filter(|tour| !tour.stops.is_empty()))
            .map(|tour| (tour.kind, tour.unit, tour.stops.clone()))
            .collect()
    }
    /// What feeders carry from an origin to a site.
    pub(crate) fn fed(&self, origin: usize, site: usize) -> Load {
        self.fed[origin * self.instance.problem.sites.len() + site]
    }

    fn exchange(&mut self, idx: usize, tour: Tour) -> Tour {
        let sites = self.instance.problem.sites.len();
        let old = std::mem::replace(&mut self.tours[idx], tour);
        if !old.stops.is_empty() {
            let site = self.instance.kinds[old.kind].site;
            for &stop in &old.stops {
                let visit = &self.instance.visits[stop as usize];
                self.place[stop as usize] = (NOWHERE, 0);
                self.fed[visit.origin * sites + site] -= visit.load;
            }
            self.units[old.unit].tours.retain(|&other| other != idx);
        }
        let new = &self.tours[idx];
        if !new.stops.is_empty() {
            let site = self.instance.kinds[new.kind].site;
            for (at, &stop) in new.stops.iter().enumerate() {
                let visit = &self.instance.visits[stop as usize];
                self.place[stop as usize] = (idx as u32, at as u32);
                self.fed[visit.origin * sites + site] += visit.load;
            }
            self.units[new.unit].tours.push(idx);
        }
        self.cost += new.facts.cost - old.facts.cost;
        old
    }
}
