//! Pieces that are to go into one carton, prepared for the search.

use crate::shape::{Shape, Turns};

/// Pieces that are to go into one carton.
#[derive(Clone, Debug)]
pub(crate) struct Goods {
    /// Sorted.
    pub(crate) shapes: Vec<Shape>,
    /// The ways each may lie.
    pub(crate) turns: Vec<Turns>,
    /// In thousandths of a cubic millimetre.
    pub(crate) volume: i64,
    /// In milligrams.
    pub(crate) mass: i64,
    /// How many there are that take different room.
    pub(crate) kinds: usize,
    /// The shortest side of any.
    pub(crate) least: i32,
    /// No piece is upright.
    pub(crate) turns_freely: bool,
    /// Some piece says how much may rest on it.
    pub(crate) graded: bool,
    /// No piece minds which way is up.
    pub(crate) indifferent: bool,
}

impl Goods {
    /// `shapes` is sorted.
    pub(crate) fn of(shapes: Vec<Shape>) -> Self {
        let mut turns: Vec<Turns> = Vec::with_capacity(shapes.len());
        for (i, shape) in shapes.iter().enumerate() {
            let again = i > 0 && shape.alike(&shapes[i - 1]);
            turns.push(if again { turns[i - 1] } else { shape.turns() });
        }
        let graded = shapes.iter().any(Shape::is_graded);
        Self {
            turns,
            volume: shapes.iter().map(Shape::volume).fold(0, i64::saturating_add),
            mass: shapes.iter().map(|shape| shape.mass).fold(0, i64::saturating_add),
            kinds: shapes.chunk_by(Shape::alike).count(),
            least: shapes.iter().flat_map(|shape| shape.sides).min().unwrap_or(0),
            turns_freely: shapes.iter().all(|shape| !shape.upright),
            indifferent: !graded && shapes.iter().all(|shape| !shape.upright && !shape.fragile),
            graded,
            shapes,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.shapes.len()
    }
}
