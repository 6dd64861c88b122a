//! VRPLIB: `KEY : value` lines and sections, one depot, nodes numbered from 1.
//!
//! Known: `EUC_2D` (rounded, as the format says, unless another precision is asked for), explicit
//! full, lower and upper tables, time windows, service times, and a type a vehicle with capacity,
//! fixed cost and cost of distance. Explicit tables may be asymmetric; they are distance and time.

use super::fault::{Faults, ReadError, scaled};
use super::solomon::numbered;
use crate::instance::{Draft, Instance, NODES_MAX, TIME_MAX, VehicleType, Window};
use crate::travel::{ARC_MAX, Precision, Travel};

/// Reads an instance. `precision` is for `EUC_2D`; none is the format's own, whole numbers.
pub fn read(text: &str, precision: Option<Precision>) -> Result<Instance, ReadError> {
    let mut faults = Faults::default();
    let mut file = File::default();
    for (line, words) in numbered(text) {
        file.line(&mut faults, line, &words);
    }
    let draft = file.draft(&mut faults, precision.unwrap_or(Precision::Round));
    faults.finish()?;
    Ok(Instance::new(draft)?)
}

const SECTIONS: [&str; 9] = [
    "NODE_COORD_SECTION",
    "DEMAND_SECTION",
    "DEPOT_SECTION",
    "EDGE_WEIGHT_SECTION",
    "SERVICE_TIME_SECTION",
    "TIME_WINDOW_SECTION",
    "CAPACITY_SECTION",
    "VEHICLES_FIXED_COST_SECTION",
    "VEHICLES_UNIT_DISTANCE_COST_SECTION",
];

/// A row of a section: its line, its number and the values behind it.
type Row = (usize, usize, Vec<f64>);

#[derive(Debug, Default)]
struct File {
    name: String,
    dimension: usize,
    capacity: Option<i64>,
    vehicles: Option<u32>,
    service: f64,
    weight_type: String,
    weight_format: String,
    section: Option<usize>,
    rows: [Vec<Row>; SECTIONS.len()],
    weights: Vec<i64>,
    last: usize,
}

impl File {
    fn line(&mut self, faults: &mut Faults, line: usize, words: &[&str]) {
        self.last = line;
        if words[0] == "EOF" {
            self.section = None;
        } else if let Some(section) = SECTIONS.iter().position(|name| *name == words[0]) {
            self.section = Some(section);
        } else if let Some((key, value)) = key(words) {
            self.section = None;
            self.key(faults, line, &key, &value);
        } else if self.section == Some(3) {
            for word in words {
                let weight = faults.whole(line, "EDGE_WEIGHT_SECTION", word);
                self.weights.push(weight);
            }
        } else if let Some(section) = self.section {
            let name = SECTIONS[section];
            let number = faults.whole(line, name, words[0]);
            let values = words[1..].iter();
            let values =
                values.map(|word| faults.number(line, name, word, "Write a number.")).collect();
            let number = usize::try_from(number).unwrap_or(usize::MAX);
            self.rows[section].push((line, number, values));
        } else {
            let value = words.join(" ");
            faults.add(line, "line", &value, "in no section", "Write KEY : value or a section.");
        }
    }

    fn key(&mut self, faults: &mut Faults, line: usize, key: &str, value: &str) {
        let mend = "Write a whole number.";
        match key {
            "NAME" => value.clone_into(&mut self.name),
            "DIMENSION" => {
                self.dimension = faults.number(line, "DIMENSION", value, mend);
                if self.dimension == 0 || self.dimension > NODES_MAX {
                    faults.add(line, "DIMENSION", value, "not in 1 to 60000", mend);
                    self.dimension = 1;
                }
            }
            "CAPACITY" => self.capacity = Some(faults.whole(line, "CAPACITY", value)),
            "VEHICLES" => self.vehicles = Some(faults.number(line, "VEHICLES", value, mend)),
            "SERVICE_TIME" => self.service = faults.number(line, "SERVICE_TIME", value, mend),
            "EDGE_WEIGHT_TYPE" => {
                value.clone_into(&mut self.weight_type);
                if !["EUC_2D", "EXPLICIT"].contains(&value) {
                    let mend = "Write EUC_2D or EXPLICIT.";
                    faults.add(line, "EDGE_WEIGHT_TYPE", value, "not known", mend);
                }
            }
            "EDGE_WEIGHT_FORMAT" => value.clone_into(&mut self.weight_format),
            "DISTANCE" => {
                faults.add(
                    line,
                    "DISTANCE",
                    value,
                    "a limit of length",
                    "Use time windows instead.",
                );
            }
            _ => {}
        }
    }

    /// One value a node of a section, in nodes' order; `default` where the section is absent.
    fn column(
        &self,
        faults: &mut Faults,
        section: usize,
        width: usize,
        rows: usize,
    ) -> Option<Vec<&[f64]>> {
        let name = SECTIONS[section];
        let of = &self.rows[section];
        if of.is_empty() {
            return None;
        }
        let mut column: Vec<Option<&[f64]>> = vec![None; rows];
        for (line, number, values) in of {
            let place = number.checked_sub(1).and_then(|idx| column.get_mut(idx));
            match place {
                _ if values.len() != width => {
                    let value = format!("{} values", values.len());
                    faults.add(*line, name, &value, "not as many as needed", "See the format.");
                }
                Some(place @ None) => *place = Some(values),
                Some(_) => {
                    faults.add(
                        *line,
                        name,
                        &number.to_string(),
                        "twice",
                        "Write each number once.",
                    );
                }
                None => {
                    let mend = "Number from 1 to DIMENSION, vehicles from 1 to VEHICLES.";
                    faults.add(*line, name, &number.to_string(), "not a number of this file", mend);
                }
            }
        }
        let found = column.iter().flatten().count();
        if found != rows {
            let value = format!("{found} of {rows} rows");
            faults.add(self.last, name, &value, "incomplete", "Write a row for each.");
            return None;
        }
        Some(column.into_iter().flatten().collect())
    }

    fn draft(&self, faults: &mut Faults, precision: Precision) -> Draft {
        let n = self.dimension;
        let scale = if self.weight_type == "EXPLICIT" { 1 } else { precision.scale() };
        if n == 0 {
            faults.add(self.last, "DIMENSION", "", "missing", "Write how many nodes there are.");
        }
        let depot = self.rows[2].first().map_or(1, |row| row.1);
        let depots = self.rows[2].iter().filter(|row| row.1 != usize::MAX).count();
        if depot != 1 || depots > 1 {
            let value = format!("{depots} depots, the first {depot}");
            faults.add(
                self.last,
                SECTIONS[2],
                &value,
                "not known",
                "Let node 1 be the only depot.",
            );
        }
        let travel = self.travel(faults, precision);
        let demand = self.column(faults, 1, 1, n);
        let demand = demand.map_or_else(|| vec![0; n], |rows| whole(faults, self.last, &rows));
        let service = self.column(faults, 4, 1, n).map_or_else(
            || vec![self.service; n],
            |rows| rows.iter().map(|row| row[0]).collect::<Vec<f64>>(),
        );
        let windows = self.column(faults, 5, 2, n).map_or_else(
            || vec![Window::ALWAYS; n],
            |rows| {
                let of = |row: &&[f64]| Window {
                    open: scaled(row[0], scale, TIME_MAX),
                    close: scaled(row[1], scale, TIME_MAX),
                };
                rows.iter().map(of).collect()
            },
        );
        let mut service: Vec<i32> =
            service.into_iter().map(|time| scaled(time, scale, ARC_MAX)).collect();
        if let Some(depot) = service.first_mut() {
            *depot = 0;
        }
        Draft {
            name: self.name.clone(),
            depots: 1,
            travel,
            dimensions: 1,
            demand,
            windows,
            service,
            pairs: Vec::new(),
            vehicles: self.fleet(faults, scale),
        }
    }

    fn travel(&self, faults: &mut Faults, precision: Precision) -> Travel {
        let n = self.dimension;
        if self.weight_type != "EXPLICIT" {
            let points = self.column(faults, 0, 2, n);
            if self.rows[0].is_empty() {
                faults.add(self.last, SECTIONS[0], "", "missing", "Write number, x and y.");
            }
            let points = points.map_or_else(Vec::new, |rows| {
                rows.iter().map(|row| [row[0], row[1]]).collect::<Vec<_>>()
            });
            return Travel::Plane { points, precision };
        }
        // How many values a row has, and the column of its first.
        let shape: fn(usize, usize) -> (usize, usize) = match self.weight_format.as_str() {
            "FULL_MATRIX" => |_, n| (n, 0),
            "LOWER_ROW" => |row, _| (row, 0),
            "LOWER_DIAG_ROW" => |row, _| (row + 1, 0),
            "UPPER_ROW" => |row, n| (n - row - 1, row + 1),
            "UPPER_DIAG_ROW" => |row, n| (n - row, row),
            other => {
                let mend =
                    "Write FULL_MATRIX, LOWER_ROW, LOWER_DIAG_ROW, UPPER_ROW or UPPER_DIAG_ROW.";
                faults.add(self.last, "EDGE_WEIGHT_FORMAT", other, "not known", mend);
                return Travel::Table { distance: Vec::new(), duration: None };
            }
        };
        let expect: usize = (0..n).map(|row| shape(row, n).0).sum();
        if self.weights.len() != expect {
            let value = format!("{} values of {expect}", self.weights.len());
            faults.add(self.last, SECTIONS[3], &value, "incomplete", "Write the whole table.");
            return Travel::Table { distance: Vec::new(), duration: None };
        }
        let full = self.weight_format == "FULL_MATRIX";
        let mut distance = vec![0; n * n];
        let mut weights = self.weights.iter();
        for row in 0..n {
            let (count, first) = shape(row, n);
            for (column, &weight) in (first..first + count).zip(weights.by_ref()) {
                let weight = faults.narrow(self.last, SECTIONS[3], weight);
                distance[row * n + column] = weight;
                if !full {
                    distance[column * n + row] = weight;
                }
            }
        }
        Travel::Table { distance, duration: None }
    }

    /// Vehicles that are alike become one type.
    fn fleet(&self, faults: &mut Faults, scale: i32) -> Vec<VehicleType> {
        let rows: Vec<usize> = [6, 7, 8].map(|section| self.rows[section].len()).to_vec();
        let stops = self.dimension.saturating_sub(1).max(1);
        let count = self.vehicles.unwrap_or(stops as u32);
        let vehicle = |capacity: i32, fixed: i64, per_distance: i64, count| VehicleType {
            fixed: fixed.saturating_mul(scale.into()),
            per_distance,
            ..VehicleType::plain(capacity, count)
        };
        if rows.iter().all(|&rows| rows == 0) {
            let capacity = self.capacity.unwrap_or_else(|| {
                faults.add(self.last, "CAPACITY", "", "missing", "Write what a vehicle holds.");
                0
            });
            return vec![vehicle(faults.narrow(self.last, "CAPACITY", capacity), 0, 1, count)];
        }
        let many = rows.iter().copied().max().unwrap_or(0);
        if self.vehicles.is_some_and(|count| count as usize != many) {
            let value = many.to_string();
            faults.add(self.last, "VEHICLES", &value, "not as many rows", "Write a row for each.");
        }
        let mut one = |section, default: i64| {
            let column = self.column(faults, section, 1, many);
            column.map_or_else(
                || vec![default; many],
                |rows| rows.iter().map(|row| row[0] as i64).collect(),
            )
        };
        let capacity = one(6, self.capacity.unwrap_or(0));
        let (fixed, unit) = (one(7, 0), one(8, 1));
        let mut fleet: Vec<VehicleType> = Vec::new();
        for ((capacity, fixed), unit) in capacity.into_iter().zip(fixed).zip(unit) {
            let mut next = vehicle(faults.narrow(self.last, SECTIONS[6], capacity), fixed, unit, 1);
            match fleet.last_mut() {
                Some(last) if VehicleType { count: 1, ..last.clone() } == next => last.count += 1,
                _ => {
                    next.count = 1;
                    fleet.push(next);
                }
            }
        }
        fleet
    }
}

/// `KEY : value`, `KEY: value`, or none where the line starts with a number.
fn key(words: &[&str]) -> Option<(String, String)> {
    if !words[0].starts_with(|letter: char| letter.is_ascii_alphabetic()) {
        return None;
    }
    let line = words.join(" ");
    let (key, value) = line.split_once(':').unwrap_or((&line, ""));
    Some((key.trim().to_owned(), value.trim().to_owned()))
}

fn whole(faults: &mut Faults, line: usize, rows: &[&[f64]]) -> Vec<i32> {
    let one = |row: &&[f64]| {
        if row[0].fract() != 0.0 || row[0].abs() > 1e9 {
            faults.add(line, SECTIONS[1], &row[0].to_string(), "not a whole number", "Scale it.");
        }
        row[0] as i32
    };
    rows.iter().map(one).collect()
}
