//! How far it is: a table where one is given, else the great circle times a detour factor.

use quantity::{Distance, Point};
use std::collections::HashMap;

/// A place with a name by which a distance table may know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// A `site_id` or an `order_id`.
    pub id: String,
    /// Where it is.
    pub point: Point,
}

/// The rule for distances on the road.
#[derive(Clone, Debug, PartialEq)]
pub struct Metric {
    /// Road length over great circle, at least 1.
    pub detour_factor: f64,
    /// Given road lengths from one place to another, by id.
    pub table: HashMap<(String, String), Distance>,
}

impl Metric {
    /// Great circle times a detour factor, no table.
    pub fn great_circle(detour_factor: f64) -> Self {
        Self { detour_factor, table: HashMap::new() }
    }
    /// Road length from one place to another.
    pub fn between(&self, from: &Place, to: &Place) -> Distance {
        // Most scenarios have no table: no names are copied for them.
        if !self.table.is_empty()
            && let Some(&given) = self.table.get(&(from.id.clone(), to.id.clone()))
        {
            return given;
        }
        let direct = from.point.great_circle(to.point).metres() as f64;
        Distance::new((direct * self.detour_factor).round() as i64)
    }
    /// All road lengths among the places.
    pub fn matrix(&self, places: &[Place]) -> Matrix {
        let n = places.len();
        let mut metres = vec![0_u32; n * n];
        let symmetric = self.table.is_empty();
        for i in 0..n {
            for j in (if symmetric { i + 1 } else { 0 })..n {
                if i == j {
                    continue;
                }
                let length = u32::try_from(self.between(&places[i], &places[j]).metres())
                    .expect("no way on earth is 4 million km");
                metres[i * n + j] = length;
                if symmetric {
                    metres[j * n + i] = length;
                }
            }
        }
        Matrix { n, metres }
    }
}

/// Road lengths among `n` places, row-major, in metres.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matrix {
    n: usize,
    metres: Vec<u32>,
}

impl Matrix {
    /// How many places.
    pub const fn len(&self) -> usize {
        self.n
    }
    /// No places at all.
    pub const fn is_empty(&self) -> bool {
        self.n == 0
    }
    /// From place `from` to place `to`, in metres.
    #[inline]
    pub fn metres(&self, from: usize, to: usize) -> u32 {
        self.metres[from * self.n + to]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(id: &str, lat: f64, lon: f64) -> Place {
        Place { id: id.into(), point: Point::from_degrees(lat, lon).unwrap() }
    }

    #[test]
    fn a_given_length_goes_before_the_great_circle() {
        let (a, b) = (place("A", 0.0, 0.0), place("B", 0.0, 1.0));
        let mut metric = Metric::great_circle(1.3);
        assert_eq!(metric.between(&a, &b).metres(), 144_554);
        metric.table.insert(("A".into(), "B".into()), Distance::new(7));
        assert_eq!(metric.between(&a, &b).metres(), 7);
        assert_eq!(metric.between(&b, &a).metres(), 144_554, "a table may be one way");
        let matrix = metric.matrix(&[a, b]);
        assert_eq!(
            (matrix.metres(0, 1), matrix.metres(1, 0), matrix.metres(1, 1)),
            (7, 144_554, 0)
        );
    }
}
