//! Which sites besides the origins deliver: opened one after the other while the day gets better.

use crate::draft::{Budget, Draft, Score};
use crate::insertion::alone;
use crate::instance::{Instance, Kind};
use crate::segment::Segment;

/// Most sites that are opened.
const OPEN_MAX: usize = 5;

/// The best day found, with whatever sites are open in it.
///
/// Greedy: of all sites with vehicles the one that lowers the objective most in a short search, as
/// long as one does; a site that once does not is not tried again. In the end the full search
/// decides between these sites and none.
pub(crate) fn best_day(instance: &Instance) -> Draft {
    let sites = instance.problem.sites.len();
    let closed = vec![false; sites];
    let open = if instance.problem.by_hubs { opened(instance) } else { closed.clone() };
    let direct = Draft::new(instance, &assign(instance, &closed), Budget::Full);
    if open == closed {
        return direct;
    }
    let by_hubs = Draft::new(instance, &assign(instance, &open), Budget::Full);
    if by_hubs.score.order(direct.score).is_lt() { by_hubs } else { direct }
}

fn opened(instance: &Instance) -> Vec<bool> {
    let sites = instance.problem.sites.len();
    let score = |open: &[bool]| Draft::new(instance, &assign(instance, open), Budget::Short).score;
    let mut open = vec![false; sites];
    let mut best = score(&open);
    let mut candidates: Vec<usize> =
        (0..sites).filter(|&site| instance.kinds_at(site).next().is_some()).collect();
    for _ in 0..OPEN_MAX {
        let scores: Vec<(Score, usize)> = (candidates.iter())
            .map(|&site| {
                let mut wider = open.clone();
                wider[site] = true;
                (score(&wider), site)
            })
            .filter(|(score, _)| score.order(best).is_lt())
            .collect();
        let Some(&(least, site)) = scores.iter().min_by(|a, b| a.0.order(b.0)) else { break };
        best = least;
        open[site] = true;
        candidates = scores.into_iter().map(|(_, other)| other).filter(|&o| o != site).collect();
    }
    open
}

/// The site that would deliver each stop cheapest, by estimate; a first guess for the search.
fn assign(instance: &Instance, open: &[bool]) -> Vec<usize> {
    let n = instance.len().max(1) as f64;
    let mass = instance.visits.iter().map(|visit| visit.load.mass as f64).sum::<f64>() / n;
    let volume = instance.visits.iter().map(|visit| visit.load.volume as f64).sum::<f64>() / n;
    let mean = [mass.max(1.0), volume.max(1.0)];
    (0..instance.len())
        .map(|stop| {
            let origin = instance.visits[stop].origin;
            if instance.hopeless[stop].is_some() {
                return origin;
            }
            let fed = instance.kinds_at(origin).next().is_some();
            let mut best = (f64::INFINITY, origin);
            for kind in instance.kinds.iter().filter(|kind| kind.usable) {
                if kind.site == origin || (fed && open[kind.site]) {
                    let cost = estimate(instance, kind, stop, mean);
                    if cost < best.0 {
                        best = (cost, kind.site);
                    }
                }
            }
            best.1
        })
        .collect()
}

/// Cost of a stop on a full round of a vehicle type: its share of the way out and back, the way
/// from its neighbour, its service (the shape of Daganzo 1984). `mean`: milligrams and cubic
/// millimetres of a stop.
fn estimate(instance: &Instance, kind: &Kind, stop: usize, mean: [f64; 2]) -> f64 {
    let visit = &instance.visits[stop];
    let any_time = Segment::visit(0, crate::segment::FAR, visit.time.duration);
    let facts = alone(instance, kind, (stop, any_time), 0);
    if !kind.can_drive(&facts, instance.shift) {
        return f64::INFINITY;
    }
    let local = instance.near[stop].first().map_or(0, |&other| instance.way(other as usize, stop));
    let each = |left: i64, taken: i64| left as f64 / taken.max(1) as f64;
    let stops = (kind.room.mass as f64 / mean[0])
        .min(kind.room.volume as f64 / mean[1])
        .min(1.0 + each(kind.range.saturating_sub(facts.metres), local))
        .min(
            1.0 + each(
                instance.shift - facts.time.duration,
                kind.drive(local) + visit.time.duration,
            ),
        )
        .max(1.0);
    let service = kind.price.second * visit.time.duration as f64;
    let per_metre = (facts.cost - service) / facts.metres.max(1) as f64;
    per_metre * (facts.metres as f64 / stops + local as f64) + service
}
