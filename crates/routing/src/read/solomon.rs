//! Solomon's and Gehring and Homberger's format: one depot, time windows, vehicles that are alike.
//!
//! A line a node: number, x, y, demand, ready, due, service; row 0 is the depot. Due is the latest
//! start of service, at the depot the latest return.

use super::fault::{Faults, ReadError, scaled};
use crate::instance::{Draft, Instance, TIME_MAX, VehicleType, Window};
use crate::travel::{ARC_MAX, Precision, Travel};

/// Reads an instance; distances are of the precision that is asked for.
pub fn read(text: &str, precision: Precision) -> Result<Instance, ReadError> {
    let mut faults = Faults::default();
    let name = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim();
    let mut vehicles = None;
    let mut rows = Vec::new();
    for (line, words) in numbered(text) {
        if !words.iter().all(|word| word.parse::<f64>().is_ok()) {
            if vehicles.is_some() && words.len() == 7 && words[0].parse::<f64>().is_ok() {
                let bad = words.iter().find(|word| word.parse::<f64>().is_err());
                let bad = bad.copied().unwrap_or_default();
                faults.add(line, "customer", bad, "not a number", "Write seven numbers.");
            }
            continue;
        }
        match (words.len(), vehicles) {
            (2, None) => {
                let count = faults.number(line, "NUMBER", words[0], "Write a whole number.");
                let capacity = faults.number(line, "CAPACITY", words[1], "Write a whole number.");
                vehicles = Some((count, capacity));
            }
            (7, Some(_)) => rows.push(row(&mut faults, line, &words, rows.len())),
            _ => faults.add(line, "row", &words.join(" "), "neither vehicles nor a customer", MEND),
        }
    }
    let (count, capacity) = vehicles.unwrap_or_else(|| {
        let last = text.lines().count();
        faults.add(last, "NUMBER CAPACITY", "", "missing", "Write both below the line VEHICLE.");
        (0, 0)
    });
    faults.finish()?;
    let vehicle = VehicleType::plain(capacity, count);
    Ok(Instance::new(draft(name, &rows, precision, vehicle))?)
}

const MEND: &str = "Write number, x, y, demand, ready, due and service.";

/// One node of the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) point: [f64; 2],
    pub(super) demand: i32,
    pub(super) ready: f64,
    pub(super) due: f64,
    pub(super) service: f64,
}

/// The lines that hold anything, with their numbers and words.
pub(super) fn numbered(text: &str) -> impl Iterator<Item = (usize, Vec<&str>)> {
    let lines = text.lines().enumerate();
    lines
        .map(|(idx, line)| (idx + 1, line.split_whitespace().collect::<Vec<_>>()))
        .filter(|(_, words)| !words.is_empty())
}

/// The first seven columns of a node, which both formats share.
pub(super) fn row(faults: &mut Faults, line: usize, words: &[&str], expect: usize) -> Row {
    let number = faults.whole(line, "number", words[0]);
    if number != expect as i64 {
        faults.add(line, "number", words[0], "out of order", "Number the rows from 0.");
    }
    let mut real =
        |column, idx: usize| faults.number::<f64>(line, column, words[idx], "Write a number.");
    let point = [real("x", 1), real("y", 2)];
    let [ready, due, service] = [("ready", 4), ("due", 5), ("service", 6)].map(|(c, i)| real(c, i));
    for (column, value, word) in [("due", due, words[5]), ("service", service, words[6])] {
        if value.is_nan() || value < 0.0 {
            faults.add(line, column, word, "negative", "Write a number from 0.");
        }
    }
    let demand = faults.whole(line, "demand", words[3]);
    let demand = faults.narrow(line, "demand", demand);
    Row { point, demand, ready, due, service }
}

/// The parts that both formats share.
pub(super) fn draft(name: &str, rows: &[Row], precision: Precision, vehicle: VehicleType) -> Draft {
    let scale = precision.scale();
    let window = |row: &Row| Window {
        // A start is rounded up where the scale cannot hold it, so that none is too early.
        open: (-scaled(-row.ready.max(0.0), scale, 0)).max(scaled(
            row.ready.max(0.0),
            scale,
            TIME_MAX,
        )),
        close: scaled(row.due, scale, TIME_MAX),
    };
    Draft {
        name: name.to_owned(),
        depots: 1,
        travel: Travel::Plane { points: rows.iter().map(|row| row.point).collect(), precision },
        dimensions: 1,
        demand: rows.iter().map(|row| row.demand).collect(),
        windows: rows.iter().map(window).collect(),
        service: rows.iter().map(|row| scaled(row.service, scale, ARC_MAX)).collect(),
        pairs: Vec::new(),
        vehicles: vec![vehicle],
    }
}
