//! Li and Lim's format: pickups and deliveries by pair, with time windows.
//!
//! First line: vehicles, capacity, speed. Then a line a node: task, x, y, demand, earliest, latest,
//! service, sibling that is picked up, sibling that is delivered (0 is none). Row 0 is the depot.

use super::fault::{Faults, ReadError};
use super::solomon::{Row, draft, numbered, row};
use crate::instance::{Draft, Instance, Pair, VehicleType};
use crate::travel::Precision;

/// Reads an instance; distances are of the precision that is asked for.
pub fn read(text: &str, precision: Precision) -> Result<Instance, ReadError> {
    let mut faults = Faults::default();
    let mut vehicles = None;
    let mut rows: Vec<Row> = Vec::new();
    let mut siblings = Vec::new();
    for (line, words) in numbered(text) {
        match (words.len(), vehicles) {
            (3, None) => {
                let count: u32 = faults.number(line, "vehicles", words[0], "Write a whole number.");
                let capacity: i32 =
                    faults.number(line, "capacity", words[1], "Write a whole number.");
                // The speed is written as 0 or 1 and never used: a unit of distance takes one of time.
                faults.number::<f64>(line, "speed", words[2], "Write 1.");
                vehicles = Some((count, capacity));
            }
            (9, Some(_)) => {
                rows.push(row(&mut faults, line, &words, rows.len()));
                let sibling =
                    |faults: &mut Faults, idx: usize| faults.whole(line, "sibling", words[idx]);
                siblings.push((line, sibling(&mut faults, 7), sibling(&mut faults, 8)));
            }
            _ => {
                let row = words.join(" ");
                faults.add(line, "row", &row, "neither vehicles nor a task", MEND);
            }
        }
    }
    let pairs = pairs(&mut faults, &siblings);
    let (count, capacity) = vehicles.unwrap_or_else(|| {
        faults.add(1, "vehicles", "", "missing", "Write vehicles, capacity and speed.");
        (0, 0)
    });
    faults.finish()?;
    let vehicle = VehicleType::plain(capacity, count);
    Ok(Instance::new(Draft { pairs, ..draft("", &rows, precision, vehicle) })?)
}

const MEND: &str = "Write task, x, y, demand, earliest, latest, service and both siblings.";

/// Each pair once; both halves must name each other.
fn pairs(faults: &mut Faults, siblings: &[(usize, i64, i64)]) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for (node, &(line, pickup, delivery)) in siblings.iter().enumerate() {
        let sibling = pickup.max(delivery);
        if sibling == 0 && pickup.min(delivery) == 0 {
            continue;
        }
        let other = usize::try_from(sibling).ok().and_then(|other| siblings.get(other));
        let back =
            other.map(|&(_, pickup, delivery)| if delivery == 0 { pickup } else { delivery });
        if pickup.min(delivery) != 0 || back != Some(node as i64) {
            let value = format!("{pickup} {delivery}");
            faults.add(line, "sibling", &value, "does not name this task back", "Name each other.");
        } else if delivery != 0 {
            pairs.push(Pair { pickup: node as u32, delivery: delivery as u32 });
        }
    }
    pairs
}
