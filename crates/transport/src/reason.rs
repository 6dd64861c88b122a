//! Why no vehicle can serve a stop, were there no other stop.

use crate::insertion::alone;
use crate::instance::{Instance, Kind};
use crate::model::{LOADING, Unserved};
use crate::segment::{FAR, Segment};
use quantity::{Distance, Duration};

/// Why no vehicle can; none where one can.
///
/// Batteries count as full: one that lacks something today is charged on another day. A vehicle at
/// another site than the origin counts where a vehicle at the origin can feed it. The
/// reason is that of the vehicles that come furthest: one that is large enough but too far off
/// makes the stop [`Unserved::TooFar`], whatever smaller ones would say.
pub(crate) fn hopeless(instance: &Instance, stop: usize) -> Option<Unserved> {
    let visit = &instance.visits[stop];
    let problem = instance.problem;
    let feeders: Vec<&Kind> = instance.standing_at(visit.origin).collect();
    let fed = problem.by_hubs && !feeders.is_empty();
    let at_any_time = Segment::visit(0, FAR, visit.time.duration);
    let (mut any, mut distance, mut earliest) = (false, None, None);
    // From sites that no vehicle at the origin can feed: told only where nothing nearer the truth is.
    let mut unfed = None;
    for kind in instance.kinds.iter().filter(|kind| kind.stands) {
        let direct = kind.site == visit.origin;
        if !direct && !fed {
            continue;
        }
        any = true;
        if !visit.load.fits(kind.room)
            || !(direct || feeders.iter().any(|feeder| visit.load.fits(feeder.room)))
        {
            continue;
        }
        let there_and_back = alone(instance, kind, (stop, at_any_time), 0);
        let Some(release) = earliest_release(instance, stop, kind.site) else {
            least(&mut unfed, there_and_back.metres);
            continue;
        };
        least(&mut distance, there_and_back.metres);
        if !kind.could_drive(&there_and_back, instance.shift) {
            continue;
        }
        if alone(instance, kind, (stop, visit.time), release).time.warp == 0 {
            return None;
        }
        least(&mut earliest, release + kind.drive(instance.way(kind.depot, stop)));
    }
    Some(match (any, distance.or(unfed), earliest) {
        (false, _, _) => Unserved::NoVehicle,
        (true, None, _) => Unserved::TooLarge {
            mass: problem.stops[stop].mass,
            volume: problem.stops[stop].volume,
        },
        (true, Some(metres), None) => Unserved::TooFar { distance: Distance::new(metres) },
        (true, Some(_), Some(seconds)) => {
            Unserved::TooLate { earliest: problem.shift_start + Duration::from_seconds(seconds) }
        }
    })
}

/// When a stop's parcels may leave `site`, were they alone on the fastest feeder.
fn earliest_release(instance: &Instance, stop: usize, site: usize) -> Option<i64> {
    let visit = &instance.visits[stop];
    if visit.origin == site {
        return Some(0);
    }
    let transfer = instance.problem.transfer.seconds();
    (instance.standing_at(visit.origin))
        .filter(|kind| visit.load.fits(kind.room))
        .filter(|kind| kind.could_drive(&shuttle(instance, kind, site), instance.shift))
        .map(|kind| kind.drive(instance.way(kind.depot, instance.node_of_site(site))) + transfer)
        .min()
}

/// A full vehicle from its site to another and back.
fn shuttle(instance: &Instance, kind: &Kind, site: usize) -> crate::instance::Facts {
    let node = instance.node_of_site(site);
    let (to, back) = (instance.way(kind.depot, node), instance.way(node, kind.depot));
    let time = Segment::from(0)
        .then(kind.drive(to), Segment::visit(0, FAR, LOADING.seconds()))
        .then(kind.drive(back), Segment::from(0));
    kind.facts(kind.room, to + back, to as f64 * kind.room.mass as f64, time)
}

fn least(least: &mut Option<i64>, value: i64) {
    *least = Some(least.map_or(value, |least| least.min(value)));
}
