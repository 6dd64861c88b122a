//! Places of a document, and the ways between them.

use super::node::{Node, table};
use crate::rich::problem::{Profile, SECONDS_MAX};
use quantity::Point;
use serde_json::Value;
use std::collections::HashMap;

/// Places between which a great circle is drawn, at most: a table has as many squared.
pub(crate) const PLACES_MAX: usize = 10_000;

/// The places named so far.
#[derive(Default)]
pub(crate) struct Places {
    by_id: HashMap<String, u32>,
    by_point: HashMap<Point, u32>,
    /// A point a place, where it is known.
    points: Vec<Option<Point>>,
    /// How each is called.
    pub(crate) names: Vec<String>,
    /// Whether tables are given: then a place has a row there.
    pub(crate) tabled: bool,
}

impl Places {
    /// The list `places`.
    pub(crate) fn declare(&mut self, items: &[Node<'_>]) {
        for item in items {
            let Some(place) = item.object(&["id", "lat", "lon"]) else { continue };
            let id = place.id();
            let point = if place.has("lat") || place.has("lon") { point(item) } else { None };
            let idx = self.add(id.clone(), point);
            if self.by_id.insert(id, idx).is_some() {
                item.fault("has the id of another place", "Give each an id of its own");
            }
        }
    }

    fn add(&mut self, name: String, point: Option<Point>) -> u32 {
        self.names.push(name);
        self.points.push(point);
        (self.points.len() - 1) as u32
    }

    pub(crate) fn count(&self) -> usize {
        self.points.len()
    }

    /// A place by its id, or by its latitude and longitude.
    pub(crate) fn read(&mut self, node: &Node<'_>) -> u32 {
        match node.value() {
            Value::String(id) => self.by_id.get(id).copied().unwrap_or_else(|| {
                node.fault("is no place", "Name one of places, or write {\"lat\": …, \"lon\": …}");
                0
            }),
            Value::Object(_) if self.tabled => {
                node.fault("has no row in the tables", "Add it to places and name it by its id");
                0
            }
            _ => {
                if node.object(&["lat", "lon"]).is_none() {
                    return 0;
                }
                point(node).map_or(0, |point| self.at(point))
            }
        }
    }

    /// The place at a point.
    pub(crate) fn at(&mut self, point: Point) -> u32 {
        if let Some(&idx) = self.by_point.get(&point) {
            return idx;
        }
        let idx = self.add(point.to_string(), Some(point));
        self.by_point.insert(point, idx);
        idx
    }

    /// Great circles times a factor, at a speed; none where a point is not known, or too many are.
    pub(crate) fn great_circles(&self, detour: f64, speed_kmh: f64) -> Result<Profile, String> {
        if self.count() > PLACES_MAX {
            return Err(format!("there are {} places, more than {PLACES_MAX}", self.count()));
        }
        if let Some(idx) = self.points.iter().position(Option::is_none) {
            return Err(format!("place {} has no lat and lon", self.names[idx]));
        }
        let points: Vec<Point> = self.points.iter().copied().flatten().collect();
        let mut profile = Profile::default();
        for from in &points {
            for to in &points {
                let metres = from.great_circle(*to).metres() as f64 * detour;
                let most = f64::from(SECONDS_MAX);
                profile.metres.push(metres.round().min(most) as i32);
                profile.seconds.push((metres * 3.6 / speed_kmh).round().min(most) as i32);
            }
        }
        Ok(profile)
    }
}

fn point(node: &Node<'_>) -> Option<Point> {
    let place = node.object(&["id", "lat", "lon"])?;
    let (lat, lon) =
        (place.needed("lat")?.real(-90.0, 90.0), place.needed("lon")?.real(-180.0, 180.0));
    Point::from_degrees(lat, lon).ok()
}

/// Tables by name, and the profiles made of great circles by speed.
#[derive(Default)]
pub(crate) struct Profiles {
    names: Vec<String>,
    speeds: Vec<(u64, usize)>,
    pub(crate) made: Vec<Profile>,
}

impl Profiles {
    /// The list `profiles`.
    pub(crate) fn declare(&mut self, items: &[Node<'_>], places: usize) {
        for item in items {
            let Some(profile) = item.object(&["id", "distances_m", "durations_s"]) else {
                continue;
            };
            let id = profile.id();
            if self.names.contains(&id) {
                item.fault("has the id of another profile", "Give each an id of its own");
            }
            let read = |key| profile.needed(key).map_or_else(Vec::new, |node| table(&node, places));
            self.made.push(Profile { metres: read("distances_m"), seconds: read("durations_s") });
            self.names.push(id);
        }
    }

    pub(crate) fn named(&self, node: &Node<'_>) -> usize {
        let id = node.text();
        self.names.iter().position(|name| *name == id).unwrap_or_else(|| {
            node.fault("is no profile", "Name one of profiles");
            0
        })
    }

    /// The index of the profile of a speed, to be filled once all places are known.
    pub(crate) fn at_speed(&mut self, speed_kmh: f64) -> usize {
        if let Some(&(_, idx)) = self.speeds.iter().find(|(bits, _)| *bits == speed_kmh.to_bits()) {
            return idx;
        }
        self.made.push(Profile::default());
        self.speeds.push((speed_kmh.to_bits(), self.made.len() - 1));
        self.made.len() - 1
    }

    /// Fills the profiles of speeds.
    pub(crate) fn fill(&mut self, places: &Places, detour: f64, node: &Node<'_>) {
        for &(speed, idx) in &self.speeds {
            match places.great_circles(detour, f64::from_bits(speed)) {
                Ok(profile) => self.made[idx] = profile,
                Err(fault) => {
                    node.fault(fault, "Give tables in profiles for all vehicles, or all points");
                    return;
                }
            }
        }
    }
}
