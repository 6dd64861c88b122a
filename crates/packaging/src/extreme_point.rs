//! Loading a carton piece by piece at extreme points.
//!
//! Source: Crainic, Perboli, Tadei 2008, "Extreme Point-Based Heuristics for Three-Dimensional Bin
//! Packing", INFORMS Journal on Computing 20(3).

use crate::shape::{Shape, Sides};
use crate::space::{Lying, Space};

/// Which of the admitted places is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Score {
    /// The lowest top, then the farthest back and left.
    Lowest,
    /// The least room left between the piece and what faces it (residual space).
    Tightest,
}

/// A carton that is being loaded.
#[derive(Clone, Debug)]
pub(crate) struct Loader {
    space: Space,
    /// Where the next piece's nearest corner may go, lowest first.
    points: Vec<Sides>,
}

impl Loader {
    /// An empty carton.
    pub(crate) fn new(inner: Sides, support: f64) -> Self {
        Self { space: Space::new(inner, support), points: vec![[0; 3]] }
    }

    /// Puts the piece at the best admitted extreme point, if there is one.
    pub(crate) fn place(&mut self, shape: &Shape, score: Score) -> Option<Lying> {
        let mut best: Option<([i64; 4], Lying)> = None;
        for &at in &self.points {
            let room = match score {
                Score::Lowest => [0; 3],
                Score::Tightest => self.room(at),
            };
            for &size in &shape.turns {
                let piece = Lying { at, size, fragile: shape.fragile };
                let first = match score {
                    Score::Lowest => piece.end(2),
                    Score::Tightest => (0..3).map(|axis| room[axis] - size[axis]).sum(),
                };
                let key = [first, at[2], at[1], at[0]];
                if best.is_none_or(|(least, _)| key < least) && self.space.admits(&piece) {
                    best = Some((key, piece));
                }
            }
        }
        let (_, piece) = best?;
        self.put(piece);
        Some(piece)
    }

    fn put(&mut self, piece: Lying) {
        self.points.retain(|point| {
            !(0..3).all(|axis| piece.at[axis] <= point[axis] && point[axis] < piece.end(axis))
        });
        for axis in 0..3 {
            let mut corner = piece.at;
            corner[axis] = piece.end(axis);
            if corner[axis] < self.space.inner[axis] {
                for along in (0..3).filter(|&along| along != axis) {
                    self.points.push(self.slid(corner, along));
                }
            }
        }
        self.points.sort_unstable_by_key(|&[x, y, z]| [z, y, x]);
        self.points.dedup();
        self.space.lying.push(piece);
    }

    /// The point moved towards the wall until it meets a piece.
    fn slid(&self, point: Sides, along: usize) -> Sides {
        let beside = |piece: &&Lying| {
            (0..3).all(|axis| {
                axis == along || (piece.at[axis] <= point[axis] && point[axis] < piece.end(axis))
            })
        };
        let ends = self.space.lying.iter().filter(beside).map(|piece| piece.end(along));
        let mut slid = point;
        slid[along] = ends.filter(|&end| end <= point[along]).max().unwrap_or(0);
        slid
    }

    /// Free length from the point along each axis, to the next piece or wall.
    fn room(&self, point: Sides) -> Sides {
        std::array::from_fn(|along| {
            let ahead = |piece: &&Lying| {
                piece.at[along] >= point[along]
                    && (0..3).all(|axis| {
                        axis == along
                            || (piece.at[axis] <= point[axis] && point[axis] < piece.end(axis))
                    })
            };
            let starts = self.space.lying.iter().filter(ahead).map(|piece| piece.at[along]);
            starts.min().unwrap_or(self.space.inner[along]) - point[along]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cube(side: i64) -> Shape {
        Shape { turns: vec![[side; 3]], mass: 1, fragile: false }
    }

    #[test]
    fn points_are_projected_on_what_lies_there() {
        let mut loader = Loader::new([10, 10, 10], 0.0);
        loader.place(&cube(4), Score::Lowest);
        assert_eq!(loader.points, [[4, 0, 0], [0, 4, 0], [0, 0, 4]]);
        loader.place(&cube(3), Score::Lowest);
        // The second stands at the first's right: its top's corner slides left onto the first.
        assert_eq!(
            loader.points,
            [[7, 0, 0], [4, 3, 0], [0, 4, 0], [4, 0, 3], [0, 0, 4]],
            "{:?}",
            loader.space.lying
        );
    }

    #[test]
    fn the_two_scores_take_different_places() {
        // A niche of 4 x 4 x 4 behind a block that leaves it free.
        for (score, expect) in [(Score::Lowest, [6, 0, 0]), (Score::Tightest, [0, 6, 0])] {
            let mut loader = Loader::new([20, 10, 10], 0.0);
            loader.put(Lying { at: [0, 0, 0], size: [6, 6, 10], fragile: false });
            loader.put(Lying { at: [4, 6, 0], size: [2, 4, 10], fragile: false });
            assert_eq!(loader.place(&cube(4), score).map(|piece| piece.at), Some(expect));
        }
    }

    #[test]
    fn eight_cubes_fill_a_cube() {
        for score in [Score::Lowest, Score::Tightest] {
            let mut loader = Loader::new([8, 8, 8], 1.0);
            assert!((0..8).all(|_| loader.place(&cube(4), score).is_some()));
            assert_eq!(loader.place(&cube(1), score), None);
        }
    }
}
