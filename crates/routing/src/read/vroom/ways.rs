//! Matrices of profiles, or coordinates.

use super::{MOST, SPEED_KMH};
use crate::read::json::DETOUR;
use crate::read::json::node::{Node, Object, table};
use crate::read::json::place::Places;
use crate::rich::problem::{Profile, SECONDS_MAX};
use quantity::Point;

const MILLION: i64 = 1_000_000;
/// VROOM's price of an hour where none is given: a second costs 1.
const PER_HOUR: i64 = 3_600;
/// VROOM keeps a speed factor's inverse in hundredths.
const HUNDREDTHS: f64 = 100.0;

/// The matrices of one of VROOM's profiles.
struct Matrices {
    name: String,
    durations: Vec<i32>,
    distances: Option<Vec<i32>>,
    costs: Option<Vec<i32>>,
}

/// What a vehicle drives by, and at what price.
pub(super) struct Drive {
    pub(super) profile: usize,
    pub(super) per_km: i64,
    pub(super) per_hour: i64,
}

/// Where a profile of ours comes from.
#[derive(Clone, PartialEq)]
struct Source {
    /// Index of its matrices; none where ways are great circles.
    matrices: Option<usize>,
    /// Hundredths of the durations that the vehicle takes.
    hundredths: i32,
}

/// The ways of a document.
pub(super) struct Ways {
    /// None where there are no matrices.
    matrices: Option<Vec<Matrices>>,
    rows: usize,
    points: Places,
    sources: Vec<Source>,
}

impl Ways {
    pub(super) fn read(top: &Object<'_>, vehicles: &[Node<'_>]) -> Self {
        let mut ways =
            Self { matrices: None, rows: 0, points: Places::default(), sources: Vec::new() };
        let Some(node) = top.get("matrices") else { return ways };
        let Some(map) = node.value().as_object() else {
            node.fault("is not an object", "Write {\"car\": {\"durations\": [[…]]}}");
            return ways;
        };
        let names: Vec<&str> = map.keys().map(String::as_str).collect();
        let rows = |of: &serde_json::Value| {
            of.get("durations").and_then(|rows| rows.as_array()).map_or(0, Vec::len)
        };
        ways.rows = map.values().map(rows).max().unwrap_or(0);
        let used = |name: &str| {
            vehicles.iter().any(|vehicle| {
                vehicle.value().get("profile").and_then(|own| own.as_str()).unwrap_or("car") == name
            })
        };
        let Some(all) = node.object(&names) else { return ways };
        let mut matrices = Vec::new();
        for name in names.into_iter().filter(|name| used(name)) {
            let keys = ["durations", "distances", "costs"];
            let Some(of) = all.get(name).and_then(|node| node.object(&keys)) else { continue };
            let read = |key| of.get(key).map(|node| table(&node, ways.rows));
            let zeros = || {
                of.node().fault("has no durations", "Add them");
                vec![0; ways.rows * ways.rows]
            };
            let durations = read("durations").unwrap_or_else(zeros);
            let (distances, costs) = (read("distances"), read("costs"));
            matrices.push(Matrices { name: name.to_owned(), durations, distances, costs });
        }
        ways.matrices = Some(matrices);
        ways
    }

    /// A place by its row, or by its coordinates `[lon, lat]`.
    pub(super) fn place(&mut self, of: &Object<'_>, key: &str, index: &str) -> Option<u32> {
        if self.matrices.is_some() {
            let node = of.needed(index)?;
            return Some(node.whole(0, self.rows as i64 - 1).max(0) as u32);
        }
        let node = of.needed(key)?;
        let pair = node.list();
        if pair.len() != 2 {
            node.fault("are no coordinates", "Write [lon, lat]");
            return None;
        }
        let (lon, lat) = (pair[0].real(-180.0, 180.0), pair[1].real(-90.0, 90.0));
        Point::from_degrees(lat, lon).ok().map(|point| self.points.at(point))
    }

    /// The profile of a vehicle with its prices.
    pub(super) fn profile(&mut self, of: &Object<'_>, hour: Option<i64>, km: i64) -> Drive {
        let factor = of.get("speed_factor").map_or(1.0, |node| node.real(0.01, 5.0));
        let hundredths = (HUNDREDTHS / factor).round() as i32;
        let name = of.get("profile").map_or_else(|| "car".to_owned(), |name| name.text());
        let found = self.matrices.as_ref().map(|all| all.iter().position(|own| own.name == name));
        let node = of.node();
        if found == Some(None) {
            node.fault(format!("has no matrices of profile {name}"), "Add them to matrices");
        }
        let matrices = found.flatten();
        let mut drive = Drive {
            profile: 0,
            per_km: km * MILLION,
            per_hour: hour.unwrap_or(PER_HOUR) * MILLION,
        };
        if let Some(own) = matrices.zip(self.matrices.as_ref()).map(|(idx, all)| &all[idx]) {
            if own.costs.is_some() {
                if hour.is_some_and(|hour| hour != PER_HOUR) || km > 0 || of.has("max_distance") {
                    let mend = "Leave per_hour, per_km and max_distance out";
                    node.fault("has prices or max_distance beside a costs matrix", mend);
                }
                // A unit of its costs is driven as a metre that costs 1.
                (drive.per_km, drive.per_hour) = (1_000 * MILLION, 0);
            } else if own.distances.is_none() && (km > 0 || of.has("max_distance")) {
                node.fault("needs distances, and the matrices have none", "Add distances");
            }
        }
        let source = Source { matrices, hundredths };
        let known = self.sources.iter().position(|known| *known == source);
        drive.profile = known.unwrap_or(self.sources.len());
        if known.is_none() {
            self.sources.push(source);
        }
        drive
    }

    /// How many places there are, and how each is called.
    pub(super) fn places(&self) -> (usize, Vec<String>) {
        if self.matrices.is_some() {
            return (self.rows, (0..self.rows).map(|row| row.to_string()).collect());
        }
        (self.points.count(), self.points.names.clone())
    }

    /// Whether some profile has no distances.
    pub(super) fn no_distances(&self) -> bool {
        let without = |own: &Matrices| own.distances.is_none() || own.costs.is_some();
        self.matrices.as_ref().is_some_and(|all| all.iter().any(without))
    }

    /// The profiles, in the order in which vehicles asked for them.
    pub(super) fn finish(self, root: &Node<'_>) -> Vec<Profile> {
        let scaled = |seconds: &[i32], hundredths: i32| {
            let scale = |&seconds: &i32| {
                let whole = i64::from(seconds) * i64::from(hundredths);
                ((whole + 50) / 100).min(SECONDS_MAX.into()) as i32
            };
            seconds.iter().map(scale).collect::<Vec<i32>>()
        };
        let mut profiles = Vec::with_capacity(self.sources.len());
        for source in &self.sources {
            if let (Some(idx), Some(all)) = (source.matrices, &self.matrices) {
                let own = &all[idx];
                let metres = own.costs.clone().or_else(|| own.distances.clone());
                let metres = metres.unwrap_or_else(|| vec![0; own.durations.len()]);
                profiles
                    .push(Profile { metres, seconds: scaled(&own.durations, source.hundredths) });
                continue;
            }
            match self.points.great_circles(DETOUR, SPEED_KMH) {
                Ok(mut profile) => {
                    profile.seconds = scaled(&profile.seconds, source.hundredths);
                    profiles.push(profile);
                }
                Err(fault) => root.fault(fault, "Give matrices"),
            }
        }
        debug_assert!(i64::from(SECONDS_MAX) < MOST, "a time of ours is one of VROOM's");
        profiles
    }
}
