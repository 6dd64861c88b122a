//! The first plan: savings (Clarke and Wright 1964), site by site, over near stops only.

use crate::insertion::{alone, insert_all};
use crate::instance::Instance;
use crate::load::Load;
use crate::plan::Plan;
use crate::tour::Tour;
use quantity::seed::Sequence;

/// A stop may be joined to so many of its nearest.
const JOINED_TO: usize = 40;

/// Puts the stops on rounds, each from its site where it can.
pub(crate) fn build(plan: &mut Plan, site_of: &[usize], random: &mut Sequence) {
    let sites = plan.instance.problem.sites.len();
    for site in 0..sites {
        let mut bound = vec![Load::NONE; sites];
        let mut group = Vec::new();
        for &stop in &plan.absent {
            let visit = &plan.instance.visits[stop as usize];
            let room = plan.feeders.room(visit.origin, site);
            if site_of[stop as usize] == site
                && (visit.origin == site || visit.load.fits(room - bound[visit.origin]))
            {
                bound[visit.origin] += visit.load;
                group.push(stop);
            }
        }
        let mut rounds = joined(plan, site, &group);
        // Large rounds choose first among the vehicles.
        rounds.sort_by_key(|round| {
            let size: i64 =
                round.iter().map(|&stop| plan.instance.visits[stop as usize].size).sum();
            (std::cmp::Reverse(size), round[0])
        });
        for round in rounds {
            if let Some((kind, unit)) = cheapest_vehicle(plan, site, &round) {
                plan.open(kind, unit, round);
            }
        }
    }
    let left = (plan.absent.iter().copied())
        .filter(|&stop| plan.place_of(stop as usize).is_none())
        .collect::<Vec<_>>();
    plan.absent.clear();
    insert_all(plan, &left, random);
}

/// The vehicle at a site that drives these stops cheapest.
fn cheapest_vehicle(plan: &Plan, site: usize, stops: &[u32]) -> Option<(usize, usize)> {
    let release = plan.release_of(stops.iter().copied(), site)?;
    let mut best: Option<(f64, usize, usize)> = None;
    for kind in plan.instance.kinds_at(site) {
        let tour = Tour::new(plan.instance, (kind, usize::MAX), stops.to_vec(), release);
        if best.is_none_or(|(cost, _, _)| tour.facts.cost < cost)
            && let Some(unit) = plan.unit_for(kind, &tour.facts, usize::MAX)
        {
            best = Some((tour.facts.cost, kind, unit));
        }
    }
    best.map(|(_, kind, unit)| (kind, unit))
}

/// Rounds of the type that can carry most in all from the site; stops it cannot serve are left.
fn joined(plan: &Plan, site: usize, group: &[u32]) -> Vec<Vec<u32>> {
    let instance = plan.instance;
    let carries = |&kind: &usize| {
        let kind = &instance.kinds[kind];
        (kind.count.min(group.len()) as i64).saturating_mul(kind.room.volume)
    };
    let Some(kind_idx) = instance.kinds_at(site).max_by_key(carries) else { return Vec::new() };
    let kind = &instance.kinds[kind_idx];
    let mut rounds: Vec<(f64, Vec<u32>)> = Vec::new();
    let mut round_of = vec![usize::MAX; instance.len()];
    for &stop in group {
        let Some(release) = plan.release_of([stop], site) else { continue };
        let time = instance.visits[stop as usize].time;
        let facts = alone(instance, kind, (stop as usize, time), release);
        if kind.can_drive(&facts, instance.shift) {
            round_of[stop as usize] = rounds.len();
            rounds.push((facts.cost, vec![stop]));
        }
    }
    for (from, to) in pairs(instance, kind.depot, group) {
        let (a, b) = (round_of[from as usize], round_of[to as usize]);
        if a == usize::MAX || b == usize::MAX || a == b {
            continue;
        }
        let Some(stops) = end_to_end(&rounds[a].1, from, &rounds[b].1, to) else { continue };
        let load: Load = stops.iter().map(|&stop| instance.visits[stop as usize].load).sum();
        let Some(release) = plan.release_of(stops.iter().copied(), site) else { continue };
        if !load.fits(kind.room) {
            continue;
        }
        let tour = Tour::new(instance, (kind_idx, usize::MAX), stops, release);
        let apart = rounds[a].0 + rounds[b].0;
        if tour.facts.cost <= apart && kind.can_drive(&tour.facts, instance.shift) {
            for &stop in &tour.stops {
                round_of[stop as usize] = a;
            }
            rounds[a] = (tour.facts.cost, tour.stops);
            rounds[b].1.clear();
        }
    }
    rounds.into_iter().map(|(_, stops)| stops).filter(|stops| !stops.is_empty()).collect()
}

/// Pairs of near stops in the group, by the metres saved if the second follows the first.
fn pairs(instance: &Instance, depot: usize, group: &[u32]) -> Vec<(u32, u32)> {
    let mut pairs: Vec<(i64, u32, u32)> = (group.iter())
        .flat_map(|&from| {
            let near = instance.near[from as usize].iter().take(JOINED_TO);
            near.map(move |&to| {
                let (i, j) = (from as usize, to as usize);
                let saved = instance.way(i, depot) + instance.way(depot, j) - instance.way(i, j);
                (-saved, from, to)
            })
        })
        .collect();
    pairs.sort_unstable();
    pairs.into_iter().map(|(_, from, to)| (from, to)).collect()
}

/// Both rounds as one in which `to` follows `from`, either turned round if need be; none where one
/// of the two lies inside its round.
fn end_to_end(first: &[u32], from: u32, second: &[u32], to: u32) -> Option<Vec<u32>> {
    let mut stops = first.to_vec();
    if first.last() != Some(&from) {
        if first[0] != from {
            return None;
        }
        stops.reverse();
    }
    if second[0] == to {
        stops.extend_from_slice(second);
    } else if second.last() == Some(&to) {
        stops.extend(second.iter().rev());
    } else {
        return None;
    }
    Some(stops)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_are_joined_at_their_ends() {
        for (first, from, second, to, expect, why) in [
            (vec![1, 2], 2, vec![3, 4], 3, Some(vec![1, 2, 3, 4]), "end to start"),
            (vec![2, 1], 2, vec![3, 4], 3, Some(vec![1, 2, 3, 4]), "the first turned round"),
            (vec![1, 2], 2, vec![4, 3], 3, Some(vec![1, 2, 3, 4]), "the second turned round"),
            (vec![1, 2, 5], 2, vec![3, 4], 3, None, "inside the first"),
            (vec![1, 2], 2, vec![4, 3, 5], 3, None, "inside the second"),
        ] {
            assert_eq!(end_to_end(&first, from, &second, to), expect, "{why}");
        }
    }
}
