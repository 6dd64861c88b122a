//! After the search: which parcels ride on which feeder, which rounds share a vehicle.

use crate::insertion::insert_all;
use crate::load::Load;
use crate::plan::Plan;
use crate::timetable::Drops;
use quantity::seed::Sequence;

/// Loads the feeders, largest parcels first, each into the first compartment that holds it.
///
/// The search counts only the room of all compartments for a site together. A stop that then fits
/// none is delivered without a feeder, if at all.
pub(crate) fn onto_feeders(plan: &mut Plan, random: &mut Sequence) -> Drops {
    plan.feeders_closed = true;
    loop {
        let (drops, left) = packed(plan);
        if left.is_empty() {
            return drops;
        }
        // With feeders closed each turn has fewer stops to feed: the loop ends.
        let mut out = Vec::new();
        for stop in left {
            let Some((idx, _)) = plan.place_of(stop) else { continue };
            let stops = plan.tours[idx].stops.iter();
            let kept: Vec<bool> = stops.map(|&other| other as usize != stop).collect();
            plan.keep(idx, &kept);
            out.push(stop as u32);
            let rest = &plan.tours[idx];
            if !rest.stops.is_empty() && !plan.fits(rest.unit, &rest.facts, idx) {
                out.extend_from_slice(&rest.stops);
                plan.clear(idx);
            }
        }
        insert_all(plan, &out, random);
    }
}

/// The stops in compartments, and those that fit none.
fn packed(plan: &Plan) -> (Drops, Vec<usize>) {
    let instance = plan.instance;
    let mut drops: Drops =
        plan.feeders.rounds.iter().map(|feeder| vec![Vec::new(); feeder.calls.len()]).collect();
    let mut rooms: Vec<Vec<Load>> = (plan.feeders.rounds.iter())
        .map(|feeder| feeder.calls.iter().map(|call| call.room).collect())
        .collect();
    let mut fed: Vec<(usize, usize)> = (0..instance.len())
        .filter_map(|stop| {
            let site = instance.kinds[plan.tours[plan.place_of(stop)?.0].kind].site;
            (site != instance.visits[stop].origin).then_some((stop, site))
        })
        .collect();
    fed.sort_by_key(|&(stop, _)| std::cmp::Reverse(instance.visits[stop].size));
    let mut left = Vec::new();
    for (stop, site) in fed {
        let visit = &instance.visits[stop];
        let place = plan.feeders.rounds.iter().enumerate().find_map(|(round, feeder)| {
            let fits = |call: &usize| {
                feeder.calls[*call].site == site && visit.load.fits(rooms[round][*call])
            };
            let call = (0..feeder.calls.len()).find(fits)?;
            (feeder.origin == visit.origin).then_some((round, call))
        });
        match place {
            Some((round, call)) => {
                rooms[round][call] -= visit.load;
                drops[round][call].push(stop);
            }
            None => left.push(stop),
        }
    }
    (drops, left)
}

/// Moves the rounds of one vehicle after the other, the last first, to vehicles before it that
/// drive already: as few as possible are in use.
pub(crate) fn onto_few_vehicles(plan: &mut Plan) {
    for kind in 0..plan.instance.kinds.len() {
        for unit in plan.units_of(kind).rev() {
            if plan.units[unit].feeding.is_empty() {
                plan.mark();
                if !moved_away(plan, unit) {
                    plan.take_back();
                }
            }
        }
    }
}

fn moved_away(plan: &mut Plan, unit: usize) -> bool {
    for idx in plan.units[unit].tours.clone() {
        let in_use = |&other: &usize| {
            let other = &plan.units[other];
            !other.tours.is_empty() || !other.feeding.is_empty()
        };
        let mut others = (plan.units_of(plan.units[unit].kind).start..unit).filter(in_use);
        let Some(other) =
            others.find(|&other| plan.fits(other, &plan.tours[idx].facts, usize::MAX))
        else {
            return false;
        };
        let mut tour = plan.tours[idx].clone();
        tour.unit = other;
        plan.put(idx, tour);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feeder::Feeders;
    use crate::instance::Instance;
    use crate::sample::{COST, Day, site, stop, van};
    use quantity::{Seed, Volume};

    /// Five stops of 4 m3 near a hub; vans of 10 m3 at the warehouse and at the hub.
    fn day() -> Day {
        let large =
            |i| transport::Stop { volume: Volume::from_litres(4_000.0), ..stop(i, 21.0, 0.0) };
        Day {
            sites: vec![site("W", 0.0, 0.0), site("H", 20.0, 0.0)],
            fleet: vec![van(0, 9), van(1, 9)],
            metric: network::Metric::great_circle(1.0),
            stops: (0..5).map(large).collect(),
            shift_h: 10.0,
            objective: COST,
            by_hubs: true,
        }
    }

    #[test]
    fn what_fits_no_compartment_is_delivered_directly() {
        let day = day();
        let problem = day.problem();
        let instance = Instance::new(&problem);
        // Two feeders of 10 m3 for four stops: room for five in all, for two in each.
        let feeders = Feeders::new(&instance, &[1, 1, 1, 1, 0]);
        let mut plan = Plan::new(&instance, &feeders);
        plan.absent.clear();
        for (unit, stops) in [vec![0, 1], vec![2, 3], vec![4]].into_iter().enumerate() {
            let unit = plan.units_of(1).start + unit;
            plan.open(1, unit, stops);
        }
        let drops = onto_feeders(&mut plan, &mut Seed::new(1).sequence());
        assert_eq!(drops.iter().flatten().map(Vec::len).collect::<Vec<_>>(), [2, 2]);
        let left = (0..5).find(|stop| !drops.iter().flatten().flatten().any(|fed| fed == stop));
        let (tour, _) = plan.place_of(left.unwrap()).unwrap();
        assert_eq!(plan.tours[tour].kind, 0, "from the warehouse");
    }

    #[test]
    fn rounds_that_one_vehicle_can_drive_share_it() {
        for (shift_h, in_use, why) in [
            (10.0, 1, "three rounds of an hour and a half, loading in between, in ten hours"),
            (4.0, 2, "two in four hours"),
            (2.0, 3, "one in two"),
        ] {
            let day = Day { shift_h, ..day() };
            let problem = day.problem();
            let instance = Instance::new(&problem);
            let feeders = Feeders::none(&instance);
            let mut plan = Plan::new(&instance, &feeders);
            for (unit, stops) in [vec![0, 1], vec![2, 3], vec![4]].into_iter().enumerate() {
                plan.open(0, unit, stops);
            }
            onto_few_vehicles(&mut plan);
            let used = plan.units.iter().filter(|unit| !unit.tours.is_empty()).count();
            assert_eq!(used, in_use, "{why}");
        }
    }
}
