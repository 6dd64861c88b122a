//! Where a stop goes: the cheapest place in a round nearby, or a round of its own.

use crate::instance::{Facts, Instance, Kind};
use crate::plan::Plan;
use crate::segment::Segment;
use crate::tour::Tour;
use quantity::seed::Sequence;

/// So many of the nearest stops are looked at for a place beside them.
const BESIDE: usize = 40;
/// One place in so many is passed over ("blink", Christiaens and Vanden Berghe 2020): always
/// taking the best leads to the same plan again.
const BLINK: u64 = 100;

/// A place for a stop.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Spot {
    Beside { tour: usize, at: usize },
    Alone { kind: usize, unit: usize },
}

/// Puts each stop in its cheapest place, in this order; those without one stay absent.
pub(crate) fn insert_all(plan: &mut Plan, stops: &[u32], random: &mut Sequence) {
    for &stop in stops {
        match cheapest(plan, stop as usize, random) {
            Some(Spot::Beside { tour, at }) => plan.insert(stop, tour, at),
            Some(Spot::Alone { kind, unit }) => plan.open(kind, unit, vec![stop]),
            None => plan.absent.push(stop),
        }
    }
}

fn cheapest(plan: &Plan, stop: usize, random: &mut Sequence) -> Option<Spot> {
    let instance = plan.instance;
    let load = instance.visits[stop].load;
    let mut least = f64::INFINITY;
    let mut spot = None;
    for &neighbour in instance.near[stop].iter().take(BESIDE) {
        let Some((tour_idx, place)) = plan.place_of(neighbour as usize) else { continue };
        let tour = &plan.tours[tour_idx];
        let kind = &instance.kinds[tour.kind];
        if !load.fits(kind.room - tour.facts.load) {
            continue;
        }
        let Some(release) = plan.release(stop, kind.site) else { continue };
        // Behind each neighbour; before it too where that is behind no stop.
        for at in (if place == 0 { 0 } else { place + 1 })..place + 2 {
            if tour.costs_at_least(instance, kind, stop, at) >= least {
                continue;
            }
            let facts = tour.with(instance, kind, (stop, release), at);
            let more = facts.cost - tour.facts.cost;
            if more < least
                && facts.time.warp == 0
                && !blinks(random)
                && plan.fits(tour.unit, &facts, tour_idx)
            {
                least = more;
                spot = Some(Spot::Beside { tour: tour_idx, at });
            }
        }
    }
    for (kind_idx, kind) in instance.kinds.iter().enumerate() {
        if !kind.usable || !load.fits(kind.room) {
            continue;
        }
        let Some(release) = plan.release(stop, kind.site) else { continue };
        let facts = alone(instance, kind, (stop, instance.visits[stop].time), release);
        if facts.cost < least
            && !blinks(random)
            && let Some(unit) = plan.unit_for(kind_idx, &facts, usize::MAX)
        {
            least = facts.cost;
            spot = Some(Spot::Alone { kind: kind_idx, unit });
        }
    }
    spot
}

fn blinks(random: &mut Sequence) -> bool {
    random.draw().is_multiple_of(BLINK)
}

/// A round with one stop, visited in `time`, not leaving before `release`.
pub(crate) fn alone(
    instance: &Instance,
    kind: &Kind,
    (stop, time): (usize, Segment),
    release: i64,
) -> Facts {
    let load = instance.visits[stop].load;
    let (to, back) = (instance.way(kind.depot, stop), instance.way(stop, kind.depot));
    let time =
        Segment::from(release).then(kind.drive(to), time).then(kind.drive(back), Segment::from(0));
    kind.facts(load, to + back, to as f64 * load.mass as f64, time)
}

/// Gives a round to the vehicle that drives it cheapest; true where that is another.
pub(crate) fn refit(plan: &mut Plan, idx: usize) -> bool {
    let instance = plan.instance;
    let tour = &plan.tours[idx];
    let mut least = tour.facts.cost - 1e-9;
    let mut best: Option<Tour> = None;
    for (kind_idx, kind) in instance.kinds.iter().enumerate() {
        if kind_idx == tour.kind || !kind.usable || !tour.facts.load.fits(kind.room) {
            continue;
        }
        let same_site = kind.site == instance.kinds[tour.kind].site;
        let release = if same_site {
            Some(tour.release)
        } else {
            plan.release_of_more(&tour.stops, kind.site)
        };
        let Some(release) = release else { continue };
        let mut other = Tour::new(instance, (kind_idx, usize::MAX), tour.stops.clone(), release);
        if other.facts.cost < least
            && let Some(unit) = plan.unit_for(kind_idx, &other.facts, idx)
        {
            least = other.facts.cost;
            other.unit = unit;
            best = Some(other);
        }
    }
    let Some(best) = best else { return false };
    plan.put(idx, best);
    true
}
