//! Vehicles of a document.

use super::node::{Node, Object};
use super::{Carrier, Factors, Reading};
use crate::instance::Window;
use crate::rich::problem::{Break, BreakRule, Consumption, Reload, SECONDS_MAX, Unit, Vehicle};
use crate::rich::valid::CONSUMPTION_MAX;

const KEYS: [&str; 24] = [
    "id",
    "count",
    "profile",
    "speed_kmh",
    "start",
    "end",
    "capacity",
    "skills",
    "shift",
    "duration_max_s",
    "drive_max_s",
    "distance_max_m",
    "stops_max",
    "break_rule",
    "breaks",
    "reloads",
    "trips_max",
    "cost_fixed",
    "cost_per_km",
    "cost_per_h",
    "cost_per_drive_h",
    "energy",
    "depot",
    "out_of_service_from",
];
const ENERGY: [&str; 6] = [
    "carrier",
    "empty_per_100km",
    "full_per_100km",
    "price_per_unit",
    "kg_co2e_per_unit",
    "most_units",
];
/// Trips of a vehicle that has reloads and says no number.
const TRIPS: u32 = 100;

impl Reading {
    pub(super) fn vehicle(
        &mut self,
        node: &Node<'_>,
        idx: usize,
        factors: Factors<'_>,
    ) -> Option<Vehicle> {
        let of = node.object(&KEYS)?;
        let place = |reading: &mut Self, key| of.get(key).map(|node| reading.places.read(&node));
        let depot = place(self, "depot");
        if depot.is_some() && (of.has("start") || of.has("end")) {
            node.fault("has a depot beside start or end", "depot is both; write it or them");
        }
        let reloads: Vec<Reload> =
            of.items("reloads").iter().filter_map(|item| self.reload(item)).collect();
        let trips = of.get("trips_max").map(|trips| trips.whole(1, i64::from(u32::MAX)) as u32);
        let trips_max = trips.unwrap_or(if reloads.is_empty() { 1 } else { TRIPS });
        let whole = |key, most: i64| of.get(key).map(|node| node.whole(0, most));
        let money = |key| of.get(key).map_or(0, |node| node.money());
        let seconds = |key| of.get(key).map(|node| node.seconds());
        let count = whole("count", 1_000_000).map_or(1, |count| count as u32);
        self.breakdowns(&of, idx, count);
        Some(Vehicle {
            id: of.id(),
            count,
            profile: self.profile(&of),
            start: place(self, "start").or(depot),
            end: place(self, "end").or(depot),
            capacity: self.amount(of.needed("capacity")),
            skills: self.skills.read(of.get("skills")),
            shift: of
                .get("shift")
                .map_or(Window { open: 0, close: SECONDS_MAX }, |shift| self.times.window(&shift)),
            duration_max: seconds("duration_max_s"),
            drive_max: seconds("drive_max_s"),
            metres_max: whole("distance_max_m", 1 << 40),
            stops_max: whole("stops_max", u32::MAX.into()).map(|stops| stops as u32),
            break_rule: break_rule(&of),
            breaks: of.items("breaks").iter().filter_map(|item| self.rest(item)).collect(),
            reloads,
            trips_max,
            fixed: money("cost_fixed"),
            per_km: money("cost_per_km"),
            per_hour: money("cost_per_h"),
            per_drive_hour: money("cost_per_drive_h"),
            consumption: of.get("energy").and_then(|node| self.energy(&node, factors)),
        })
    }

    /// When it drives no more: a time, or of several vehicles a list of times and nulls.
    fn breakdowns(&mut self, of: &Object<'_>, vehicle: usize, count: u32) {
        let Some(node) = of.get("out_of_service_from") else { return };
        let times = if node.value().is_array() { node.list() } else { vec![node.clone()] };
        if times.len() != count as usize {
            node.fault(
                format!("speaks of {} vehicles of {count}", times.len()),
                "Write a list, a time or null for each",
            );
            return;
        }
        for (number, time) in (0..).zip(&times).filter(|(_, time)| !time.value().is_null()) {
            self.out_of_service.push((Unit { vehicle, number }, self.times.read(time)));
        }
    }

    fn profile(&mut self, of: &Object<'_>) -> usize {
        match (of.get("profile"), of.get("speed_kmh")) {
            (Some(profile), None) => self.profiles.named(&profile),
            (None, Some(speed)) => {
                let speed = speed.real(0.1, 1_000.0);
                self.profiles.at_speed(speed)
            }
            _ => {
                of.node().fault(
                    "has not one of profile and speed_kmh",
                    "Name a profile of tables, or give a speed along great circles",
                );
                0
            }
        }
    }

    fn reload(&mut self, item: &Node<'_>) -> Option<Reload> {
        let of = item.object(&["place", "window", "service_s"])?;
        let window = of.get("window").map(|window| self.times.window(&window));
        Some(Reload {
            place: self.places.read(&of.needed("place")?),
            window: window.unwrap_or(Window { open: 0, close: SECONDS_MAX }),
            service: of.get("service_s").map_or(0, |service| service.seconds()),
        })
    }

    fn rest(&self, item: &Node<'_>) -> Option<Break> {
        let of = item.object(&["id", "windows", "lasts_s"])?;
        let lasts = of.needed("lasts_s").map_or(0, |lasts| lasts.seconds());
        let windows = of.needed("windows")?;
        Some(Break { id: of.id(), windows: self.times.windows(Some(windows)), lasts })
    }

    fn energy(&self, node: &Node<'_>, factors: Factors<'_>) -> Option<Consumption> {
        let of = node.object(&ENERGY)?;
        let use_of = |key| of.needed(key).map(|node| node.real(0.0, CONSUMPTION_MAX));
        let given = of.get("kg_co2e_per_unit").map(|kg| (kg.real(0.0, 1e6) * 1e9).round() as i64);
        let carrier = of.get("carrier").and_then(|node| carrier(&node).map(|c| (c, node)));
        let known = carrier.and_then(|(carrier, node)| {
            let factor = factors(carrier, &self.country);
            if factor.is_none() && given.is_none() {
                node.fault("has no factor in that country", "Write kg_co2e_per_unit");
            }
            factor.map(|carbon| i64::try_from(carbon.micrograms()).unwrap_or(i64::MAX))
        });
        if given.is_none() && !of.has("carrier") {
            node.fault(
                "has neither carrier nor kg_co2e_per_unit",
                "Write diesel, petrol or electric, or the factor",
            );
        }
        Some(Consumption {
            empty_per_100km: use_of("empty_per_100km")?,
            full_per_100km: use_of("full_per_100km")?,
            price: of.get("price_per_unit").map_or(0, |price| price.money()),
            micrograms_co2e: given.or(known).unwrap_or(0),
            most: of.get("most_units").map(|most| most.real(0.0, 1e9)),
        })
    }
}

fn carrier(node: &Node<'_>) -> Option<Carrier> {
    let name = node.text();
    let known =
        [("diesel", Carrier::Diesel), ("petrol", Carrier::Petrol), ("electric", Carrier::Electric)];
    let found = known.into_iter().find(|(known, _)| *known == name).map(|(_, carrier)| carrier);
    if found.is_none() && node.value().is_string() {
        node.fault("is no carrier", "Write diesel, petrol or electric, or kg_co2e_per_unit alone");
    }
    found
}

/// The usual rule where nothing is said, none where the key is `null`.
fn break_rule(of: &Object<'_>) -> Option<BreakRule> {
    let Some(node) = of.get("break_rule") else { return Some(BreakRule::DEFAULT) };
    if node.value().is_null() {
        return None;
    }
    let rule = node.object(&["work_max_s", "lasts_s"])?;
    Some(BreakRule {
        work_max: rule.needed("work_max_s")?.whole(1, SECONDS_MAX.into()) as i32,
        lasts: rule.needed("lasts_s")?.seconds(),
    })
}
