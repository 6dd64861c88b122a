//! Cities made by seed: for tests with a known answer and for measurements that anybody can repeat.

use crate::class::Class;
use crate::graph::Piece;
use quantity::{Point, Seed};

/// Streets as a grid.
#[derive(Clone, Copy, Debug)]
pub struct Grid {
    /// Crossings from west to east.
    pub columns: u32,
    /// Crossings from south to north.
    pub rows: u32,
    /// Distance between crossings, in centimetres.
    pub block_cm: u32,
    /// Time for a block on a side street, in milliseconds.
    pub block_ms: u32,
}

/// A place at the equator, where a degree is equally long both ways.
fn crossing(grid: Grid, column: u32, row: u32) -> Point {
    let degrees = |count: u32| {
        let metres = f64::from(count) * f64::from(grid.block_cm) / 100.0;
        (metres / quantity::point::EARTH_RADIUS_M).to_degrees()
    };
    Point::from_degrees(degrees(row), degrees(column)).expect("a city is smaller than the earth")
}

/// Crossings and two-way streets between them, all alike: the way from one crossing to another is as
/// many blocks as their columns and rows differ.
pub fn plain(grid: Grid) -> (Vec<Point>, Vec<Piece>) {
    let of = |column, row| row * grid.columns + column;
    let mut places = Vec::new();
    let mut pieces = Vec::new();
    for row in 0..grid.rows {
        for column in 0..grid.columns {
            places.push(crossing(grid, column, row));
            let mut street = |to| both(&mut pieces, of(column, row), to, grid, Class::Residential);
            if column + 1 < grid.columns {
                street(of(column + 1, row));
            }
            if row + 1 < grid.rows {
                street(of(column, row + 1));
            }
        }
    }
    (places, pieces)
}

fn both(pieces: &mut Vec<Piece>, from: u32, to: u32, grid: Grid, class: Class) {
    let at = pieces.len() as u32;
    let piece = |from, to, reverse| Piece {
        from,
        to,
        millis: grid.block_ms,
        centimetres: grid.block_cm,
        class,
        reverse: Some(reverse),
    };
    pieces.extend([piece(from, to, at + 1), piece(to, from, at)]);
}

/// A city: every eighth street is a main road, every 32nd a fast one; some blocks are one-way, some
/// are missing, all differ in length and time; some turns are forbidden. Pieces and turns.
pub fn city(grid: Grid, seed: Seed) -> (Vec<Point>, Vec<Piece>, Vec<(u32, u32)>) {
    let (places, plain) = plain(grid);
    let mut draws = seed.named("city").sequence();
    let mut pieces: Vec<Piece> = Vec::new();
    for pair in plain.chunks(2) {
        let (from, to) = (pair[0].from, pair[0].to);
        // The line of the street: its row where it runs from west to east, else its column.
        let line = if to == from + 1 { from / grid.columns } else { from % grid.columns };
        let (class, speed) = match line {
            line if line % 32 == 16 => (Class::Trunk, 3.0),
            line if line % 8 == 4 => (Class::Secondary, 2.0),
            _ => (Class::Residential, 1.0),
        };
        let is_side = class == Class::Residential;
        if is_side && draws.unit() < 0.08 {
            continue;
        }
        let centimetres = (f64::from(grid.block_cm) * (1.0 + 0.3 * draws.unit())) as u32;
        let drive = f64::from(grid.block_ms) / speed * (0.8 + 0.4 * draws.unit());
        let millis = (drive * f64::from(centimetres) / f64::from(grid.block_cm)) as u32;
        let at = pieces.len() as u32;
        if is_side && draws.unit() < 0.25 {
            let (from, to) = if draws.unit() < 0.5 { (from, to) } else { (to, from) };
            pieces.push(Piece { from, to, millis, centimetres, class, reverse: None });
        } else {
            let piece = Piece { from, to, millis, centimetres, class, reverse: Some(at + 1) };
            pieces.push(piece);
            pieces.push(Piece { from: to, to: from, reverse: Some(at), ..piece });
        }
    }
    let mut leaving: Vec<Vec<u32>> = vec![Vec::new(); places.len()];
    for (at, piece) in (0_u32..).zip(&pieces) {
        leaving[piece.from as usize].push(at);
    }
    let mut turns = Vec::new();
    for (at, piece) in (0_u32..).zip(&pieces) {
        let choices = &leaving[piece.to as usize];
        if choices.len() > 2 && draws.unit() < 0.03 {
            turns.push((at, choices[draws.below(choices.len())]));
        }
    }
    (places, pieces, turns)
}

/// Places drawn evenly over the city.
pub fn places(grid: Grid, count: usize, seed: Seed) -> Vec<Point> {
    let mut draws = seed.named("places").sequence();
    let east = crossing(grid, grid.columns - 1, 0).lon();
    let north = crossing(grid, 0, grid.rows - 1).lat();
    (0..count)
        .map(|_| Point::from_degrees(north * draws.unit(), east * draws.unit()))
        .map(|point| point.expect("inside the city"))
        .collect()
}
