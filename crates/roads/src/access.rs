//! Who may go where: which way and direction of it are open to a vehicle, what a barrier stops.

use crate::class::Class;
use crate::osm::Tags;
use crate::profile::Vehicle;

/// What tags say to a vehicle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Say {
    /// Come.
    Yes,
    /// Stay out.
    No,
    /// Nothing that is known here.
    Nothing,
}

/// Speeds of a way in both directions, in km/h; `None` where a direction is closed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Ways {
    pub(crate) class: Class,
    pub(crate) forward: Option<f64>,
    pub(crate) backward: Option<f64>,
}

fn said(vehicle: Vehicle, tags: &Tags) -> Say {
    let value = vehicle.access_keys().iter().find_map(|key| tags.of(key));
    match value {
        // Deliveries reach what is for customers and residents' deliveries, not what is private.
        Some(
            "yes" | "designated" | "permissive" | "destination" | "delivery" | "customers"
            | "official" | "permit",
        ) => Say::Yes,
        Some(
            "no"
            | "private"
            | "agricultural"
            | "forestry"
            | "agricultural;forestry"
            | "emergency"
            | "military"
            | "psv"
            | "bus"
            | "use_sidepath"
            | "dismount"
            | "residents",
        ) => Say::No,
        _ => Say::Nothing,
    }
}

/// Whether tags of the kind `access=yes` open to the vehicle what is closed by its class.
fn is_asked(vehicle: Vehicle, tags: &Tags) -> bool {
    if vehicle == Vehicle::Robot {
        let beside = ["sidewalk", "sidewalk:both", "sidewalk:left", "sidewalk:right"];
        let has = |key: &str| {
            tags.of(key).is_some_and(|value| matches!(value, "yes" | "both" | "left" | "right"))
        };
        return beside.into_iter().any(has) || opens(tags, "foot");
    }
    // A general `access=yes` does not turn a footway into a road.
    let own = vehicle.access_keys();
    own.iter().take(own.len() - 1).any(|key| opens(tags, key))
}

fn opens(tags: &Tags, key: &str) -> bool {
    tags.of(key).is_some_and(|value| {
        matches!(value, "yes" | "designated" | "permissive" | "delivery" | "destination")
    })
}

/// The way as the vehicle may use it; `None` where it may not at all.
pub(crate) fn of_way(vehicle: Vehicle, tags: &Tags) -> Option<Ways> {
    let class = Class::of_highway(tags.of("highway")?)?;
    // The outline of a square is no way across it.
    if tags.is("area", "yes") || said(vehicle, tags) == Say::No || !vehicle.fits(tags) {
        return None;
    }
    if !vehicle.is_motor() && tags.is("motorroad", "yes") {
        return None;
    }
    let asked = is_asked(vehicle, tags);
    let (forward, backward) = directions(vehicle, class, tags);
    let speed = |open: bool, forward| {
        if open { vehicle.speed(class, tags, forward, asked) } else { None }
    };
    let ways = Ways { class, forward: speed(forward, true), backward: speed(backward, false) };
    (ways.forward.is_some() || ways.backward.is_some()).then_some(ways)
}

/// Forward and backward are open. Roundabouts and motorways are one-way without a tag that says it.
fn directions(vehicle: Vehicle, class: Class, tags: &Tags) -> (bool, bool) {
    if vehicle == Vehicle::Robot {
        return (true, true);
    }
    let both_for_bikes = tags.is("oneway:bicycle", "no")
        || tags.of("cycleway").is_some_and(|value| value.starts_with("opposite"));
    if vehicle == Vehicle::CargoBike && both_for_bikes {
        return (true, true);
    }
    match tags.of("oneway") {
        Some("yes" | "true" | "1") => (true, false),
        Some("-1" | "reverse") => (false, true),
        Some("no" | "false" | "0" | "alternating") => (true, true),
        // The direction changes by the hour, and no tag says when.
        Some("reversible") => (false, false),
        _ => {
            let round = tags.is("junction", "roundabout") || tags.is("junction", "circular");
            (true, !(round || class == Class::Motorway))
        }
    }
}

/// A vehicle cannot pass the node.
pub(crate) fn is_blocked(vehicle: Vehicle, tags: &Tags) -> bool {
    if !vehicle.fits(tags) {
        return true;
    }
    let Some(barrier) = tags.of("barrier") else { return said(vehicle, tags) == Say::No };
    match said(vehicle, tags) {
        Say::Yes => false,
        Say::No => true,
        Say::Nothing => match barrier {
            "bollard" | "bus_trap" | "sump_buster" | "block" | "jersey_barrier" | "log"
            | "debris" | "chain" | "planter" | "cycle_barrier" | "motorcycle_barrier" => {
                vehicle.is_motor()
            }
            "kissing_gate" | "turnstile" | "stile" | "full-height_turnstile" => true,
            _ => false,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(vehicle: Vehicle, tags: &[(&str, &str)]) -> (bool, bool) {
        of_way(vehicle, &Tags::new(tags.iter().copied()))
            .map_or((false, false), |ways| (ways.forward.is_some(), ways.backward.is_some()))
    }

    #[test]
    fn ways_and_their_directions() {
        use Vehicle::{CargoBike, Robot, Truck, Van};
        const BOTH: (bool, bool) = (true, true);
        const AHEAD: (bool, bool) = (true, false);
        const NONE: (bool, bool) = (false, false);
        let street = ("highway", "residential");
        for (vehicle, tags, expect, why) in [
            (Van, &[street][..], BOTH, "a street"),
            (Van, &[street, ("oneway", "yes")], AHEAD, "one way"),
            (Van, &[street, ("oneway", "-1")], (false, true), "against its drawing"),
            (Van, &[street, ("junction", "roundabout")], AHEAD, "implied"),
            (Van, &[("highway", "motorway")], AHEAD, "implied"),
            (Van, &[("highway", "motorway"), ("oneway", "no")], BOTH, "unless told"),
            (Van, &[street, ("oneway", "reversible")], NONE, "by the hour"),
            (CargoBike, &[street, ("oneway", "yes")], AHEAD, "binds bicycles too"),
            (CargoBike, &[street, ("oneway", "yes"), ("oneway:bicycle", "no")], BOTH, "but here"),
            (Robot, &[street, ("oneway", "yes")], BOTH, "walkers know no one-way"),
            (Van, &[street, ("access", "private")], NONE, "private"),
            (Van, &[street, ("access", "no"), ("goods", "yes")], BOTH, "the nearer key wins"),
            (Van, &[street, ("motor_vehicle", "destination")], BOTH, "a delivery is one"),
            (Truck, &[street, ("hgv", "no")], NONE, "no trucks"),
            (Van, &[street, ("hgv", "no")], BOTH, "which a van is not"),
            (Truck, &[street, ("maxweight", "7.5")], NONE, "a weak bridge"),
            (Van, &[("highway", "footway")], NONE, "no road"),
            (CargoBike, &[("highway", "footway")], NONE, "no cycling"),
            (CargoBike, &[("highway", "footway"), ("bicycle", "yes")], BOTH, "where it is allowed"),
            (CargoBike, &[("highway", "footway"), ("access", "yes")], NONE, "too general"),
            (Robot, &[("highway", "footway")], BOTH, "its home"),
            (Robot, &[("highway", "secondary")], NONE, "no sidewalk"),
            (Robot, &[("highway", "secondary"), ("sidewalk", "both")], BOTH, "a sidewalk"),
            (Robot, &[("highway", "steps")], NONE, "it does not climb"),
            (Robot, &[("highway", "pedestrian"), ("area", "yes")], NONE, "an outline"),
            (Van, &[("highway", "construction")], NONE, "not built yet"),
        ] {
            assert_eq!(open(vehicle, tags), expect, "{vehicle:?} {tags:?}: {why}");
        }
    }

    #[test]
    fn barriers() {
        for (vehicle, tags, expect, why) in [
            (Vehicle::Van, &[("barrier", "bollard")][..], true, "too wide for a van"),
            (Vehicle::CargoBike, &[("barrier", "bollard")], false, "a bicycle passes"),
            (Vehicle::Van, &[("barrier", "bollard"), ("motor_vehicle", "yes")], false, "told"),
            (Vehicle::Van, &[("barrier", "gate")], false, "open unless told"),
            (Vehicle::Van, &[("barrier", "gate"), ("access", "private")], true, "locked"),
            (Vehicle::Robot, &[("barrier", "stile")], true, "it does not climb"),
            (
                Vehicle::Truck,
                &[("barrier", "height_restrictor"), ("maxheight", "2.1")],
                true,
                "low",
            ),
            (Vehicle::Van, &[("highway", "crossing")], false, "no barrier"),
        ] {
            assert_eq!(is_blocked(vehicle, &Tags::new(tags.iter().copied())), expect, "{why}");
        }
    }
}
