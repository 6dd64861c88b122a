//! Instances for the tests of the search's parts.

use crate::instance::{Draft, Instance, Pair, TIME_MAX, VehicleType, Window};
use crate::travel::{Precision, Travel};
use quantity::Seed;

/// 40 stops made by seed, on a plane or with a table that is not symmetric; vehicles hold 40, with
/// pairs 12.
pub(super) fn instance(timed: bool, paired: bool, symmetric: bool, seed: u64) -> Instance {
    let mut random = Seed::new(seed).sequence();
    let n = 41;
    let mut number = |below: usize| random.below(below) as i32;
    let points = (0..n).map(|_| [f64::from(number(100)), f64::from(number(100))]).collect();
    let travel = if symmetric {
        Travel::Plane { points, precision: Precision::Round }
    } else {
        let distance = (0..n * n).map(|_| 1 + number(100)).collect();
        Travel::Table { distance, duration: None }
    };
    let mut demand: Vec<i32> = (0..n).map(|_| 1 + number(9)).collect();
    let mut pairs = Vec::new();
    for pickup in (1..n - 1).step_by(2).filter(|_| paired) {
        demand[pickup + 1] = -demand[pickup];
        pairs.push(Pair { pickup: pickup as u32, delivery: pickup as u32 + 1 });
    }
    demand[0] = 0;
    let mut window = |node: usize| {
        let open = number(200);
        let ends = if timed && node > 0 { (open, open + 300) } else { (0, TIME_MAX) };
        Window { open: ends.0, close: ends.1 }
    };
    let parts = Draft {
        name: String::new(),
        depots: 1,
        travel,
        dimensions: 1,
        demand,
        windows: (0..n).map(&mut window).collect(),
        service: vec![0; n],
        pairs,
        vehicles: vec![VehicleType::plain(if paired { 12 } else { 40 }, 40)],
    };
    Instance::new(parts).unwrap()
}
