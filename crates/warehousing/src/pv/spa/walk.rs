//! The periodic terms at evenly spaced times: each term is a pointer that turns by the same angle from
//! time to time, so that a step takes a multiplication where [`series`](super::series) takes a cosine.

use super::terms::{DISTANCE, LATITUDE, LONGITUDE, Term};
use super::{Heliocentric, TERM_SCALE};

/// Steps after which the pointers are set anew, before rounding adds up.
pub(super) const STEPS_MAX: usize = 512;

/// One table: its terms by power of time, one after another.
struct Table {
    terms: Vec<Term>,
    /// Where each power of time ends.
    ends: Vec<usize>,
    cos: Vec<f64>,
    sin: Vec<f64>,
    turn_cos: Vec<f64>,
    turn_sin: Vec<f64>,
}

impl Table {
    fn new(table: &[&[Term]], step_jme: f64) -> Self {
        let terms = table.concat();
        let ends = table.iter().scan(0, |end, row| {
            *end += row.len();
            Some(*end)
        });
        let turns = terms.iter().map(|[_, _, rate]| (rate * step_jme).sin_cos());
        let (turn_sin, turn_cos) = turns.unzip();
        Self { ends: ends.collect(), turn_cos, turn_sin, cos: Vec::new(), sin: Vec::new(), terms }
    }

    fn set(&mut self, jme: f64) {
        let pointers = self.terms.iter().map(|[amplitude, phase, rate]| {
            let (sin, cos) = (phase + rate * jme).sin_cos();
            (amplitude * sin, amplitude * cos)
        });
        (self.sin, self.cos) = pointers.unzip();
    }

    /// The sum at `jme`, by powers of it.
    fn sum(&self, jme: f64) -> f64 {
        let mut end = self.terms.len();
        let powers = self.ends.iter().rev().skip(1).copied().chain([0]);
        let sum = powers.fold(0.0, |sum, begin| {
            let row = sum_of(&self.cos[begin..end]);
            end = begin;
            sum * jme + row
        });
        TERM_SCALE * sum
    }

    fn step(&mut self) {
        let pointers = self.cos.iter_mut().zip(&mut self.sin);
        for ((cos, sin), (turn_cos, turn_sin)) in
            pointers.zip(self.turn_cos.iter().zip(&self.turn_sin))
        {
            (*cos, *sin) = (*cos * turn_cos - *sin * turn_sin, *sin * turn_cos + *cos * turn_sin);
        }
    }
}

/// The sum of numbers in four strands, which do not wait for one another.
fn sum_of(numbers: &[f64]) -> f64 {
    let (fours, rest) = numbers.as_chunks::<4>();
    let strands =
        fours.iter().fold([0.0; 4], |[a, b, c, d], [e, f, g, h]| [a + e, b + f, c + g, d + h]);
    strands.iter().chain(rest).sum()
}

/// The earth around the sun at `count` times from `first_jme`, in Julian ephemeris millennia.
pub(super) fn walk(first_jme: f64, step_jme: f64, count: usize) -> Vec<Heliocentric> {
    let new = |table| Table::new(table, step_jme);
    let mut tables = [new(&LONGITUDE[..]), new(&LATITUDE[..]), new(&DISTANCE[..])];
    let mut found = Vec::with_capacity(count);
    for idx in 0..count {
        let jme = first_jme + idx as f64 * step_jme;
        for table in &mut tables {
            if idx % STEPS_MAX == 0 {
                table.set(jme);
            } else {
                table.step();
            }
        }
        let [longitude, latitude, distance_au] = [0, 1, 2].map(|table| tables[table].sum(jme));
        found.push(Heliocentric { longitude, latitude, distance_au });
    }
    found
}
