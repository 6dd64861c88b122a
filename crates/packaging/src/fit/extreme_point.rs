//! Loading a carton piece by piece, or block by block of pieces alike, at extreme points.
//!
//! Source: Crainic, Perboli, Tadei 2008, "Extreme Point-Based Heuristics for Three-Dimensional Bin
//! Packing", INFORMS Journal on Computing 20(3).

use crate::goods::Goods;
use crate::shape::{Shape, Sides, volume};
use crate::space::{Lying, Space};
use crate::stack::Stack;
use std::cmp::Reverse;

/// Which of the admitted places is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Score {
    /// The lowest top, then the farthest back and left.
    Lowest,
    /// The least room left between the piece and what faces it (residual space).
    Tightest,
}

/// Where the next piece's nearest corner may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Point {
    at: Sides,
    /// Free length along each axis, to the next piece or wall.
    room: Sides,
}

/// A carton that is being loaded.
#[derive(Clone, Debug)]
pub(crate) struct Loader {
    space: Space,
    /// Lowest first, then the farthest back and left.
    points: Vec<Point>,
    /// The least side of any piece: points with less room are dropped.
    least: i32,
    /// Where some piece says what it bears: the loads, and the piece that is put next.
    graded: Option<(Stack, Shape)>,
}

/// Pieces alike in rows and layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    /// As one piece.
    pub(crate) whole: Lying,
    /// How many along each axis.
    pub(crate) counts: [i32; 3],
}

impl Block {
    /// Its pieces, layer by layer.
    pub(crate) fn pieces(self) -> impl Iterator<Item = Lying> {
        let [nx, ny, nz] = self.counts;
        let size: Sides = std::array::from_fn(|axis| self.whole.size[axis] / self.counts[axis]);
        (0..nx * ny * nz).map(move |i| {
            let step = [i % nx, i / nx % ny, i / (nx * ny)];
            let at = std::array::from_fn(|axis| self.whole.at[axis] + step[axis] * size[axis]);
            Lying { at, size, fragile: self.whole.fragile }
        })
    }
}

impl Loader {
    /// An empty carton for pieces with no side below `least`.
    pub(crate) fn new(inner: Sides, support: f64, least: i32) -> Self {
        let points = vec![Point { at: [0; 3], room: inner }];
        Self { space: Space::new(inner, support), points, least, graded: None }
    }

    /// An empty carton for some goods.
    pub(crate) fn of(goods: &Goods, inner: Sides, support: f64) -> Self {
        let graded = goods.graded.then(|| (Stack::default(), goods.shapes[0]));
        Self { graded, ..Self::new(inner, support, goods.least) }
    }

    /// The piece that is put next.
    pub(crate) fn take_up(&mut self, shape: &Shape) {
        if let Some((_, next)) = &mut self.graded {
            *next = *shape;
        }
    }

    /// Takes everything out and sets other inner sides.
    pub(crate) fn reset(&mut self, inner: Sides) {
        self.space.inner = inner;
        self.space.lying.clear();
        self.points.clear();
        self.points.push(Point { at: [0; 3], room: inner });
        if let Some((stack, _)) = &mut self.graded {
            stack.clear();
        }
    }

    /// Puts a piece that may lie in one of these ways at the best admitted extreme point, if there
    /// is one.
    pub(crate) fn place(&mut self, turns: &[Sides], fragile: bool, score: Score) -> Option<Lying> {
        let mut best: Option<([i32; 4], Lying)> = None;
        for &Point { at, room } in &self.points {
            // The points are sorted: those to come are higher.
            if score == Score::Lowest && best.is_some_and(|(least, _)| least[0] < at[2]) {
                break;
            }
            for &size in turns {
                if (0..3).any(|axis| size[axis] > room[axis]) {
                    continue;
                }
                let piece = Lying { at, size, fragile };
                let first = match score {
                    Score::Lowest => piece.end(2),
                    Score::Tightest => (0..3).map(|axis| room[axis] - size[axis]).sum(),
                };
                let key = [first, at[2], at[1], at[0]];
                if best.is_none_or(|(least, _)| key < least)
                    && self.space.admits(&piece, self.space.support)
                    && self
                        .graded
                        .as_mut()
                        .is_none_or(|(stack, shape)| stack.admits(shape, &piece, &self.space.lying))
                {
                    best = Some((key, piece));
                }
            }
        }
        let (_, piece) = best?;
        self.put(piece);
        Some(piece)
    }

    /// Puts as many of `count` pieces alike as make the largest admitted block, the lowest of
    /// equals.
    pub(crate) fn place_block(
        &mut self,
        turns: &[Sides],
        fragile: bool,
        count: usize,
    ) -> Option<Block> {
        let mut best: Option<((Reverse<i64>, i32), Block)> = None;
        for &Point { at, room } in &self.points {
            for &size in turns {
                if (0..3).any(|axis| size[axis] > room[axis]) {
                    continue;
                }
                for order in [[0, 1, 2], [1, 0, 2], [2, 0, 1]] {
                    let mut counts = grown(order, &size, &room, count, fragile);
                    // Shorter rows where the longest have no place, as long as that is the best.
                    while counts[order[0]] > 0 {
                        let size = std::array::from_fn(|axis| size[axis] * counts[axis]);
                        let block = Block { whole: Lying { at, size, fragile }, counts };
                        let key = (Reverse(volume(&size)), at[2]);
                        if best.is_some_and(|(least, _)| least <= key) {
                            break;
                        }
                        if self.admits(&block) {
                            best = Some((key, block));
                            break;
                        }
                        counts[order[0]] -= 1;
                    }
                }
            }
        }
        let (_, block) = best?;
        self.put(block.whole);
        Some(block)
    }

    /// What bears a part of the base of several pieces may bear nothing of one of them.
    fn admits(&self, block: &Block) -> bool {
        let support = self.space.support;
        let together = block.counts[0] * block.counts[1] > 1 && support > 0.0;
        self.space.admits(&block.whole, if together { 1.0 } else { support })
    }

    fn put(&mut self, piece: Lying) {
        let covers =
            |at: &Sides, axis: usize| piece.at[axis] <= at[axis] && at[axis] < piece.end(axis);
        let least = self.least;
        self.points.retain_mut(|point| {
            let within = [covers(&point.at, 0), covers(&point.at, 1), covers(&point.at, 2)];
            for axis in 0..3 {
                let ahead = piece.at[axis] - point.at[axis];
                if ahead >= 0 && within[(axis + 1) % 3] && within[(axis + 2) % 3] {
                    point.room[axis] = point.room[axis].min(ahead);
                }
            }
            within != [true; 3] && point.room.iter().all(|&room| room >= least)
        });
        if let Some((stack, shape)) = &mut self.graded {
            stack.put(shape, &piece, &self.space.lying);
        }
        self.space.lying.push(piece);
        for axis in 0..3 {
            let mut corner = piece.at;
            corner[axis] = piece.end(axis);
            if corner[axis] < self.space.inner[axis] {
                for along in (0..3).filter(|&along| along != axis) {
                    self.open(self.slid(corner, along));
                }
                // A corner of its top slides over lower pieces, where nothing bears it.
                if axis == 2 {
                    self.open(corner);
                }
            }
        }
    }

    /// Adds a point, each once, where there is room.
    fn open(&mut self, at: Sides) {
        let key = |at: &Sides| [at[2], at[1], at[0]];
        if let Err(place) = self.points.binary_search_by_key(&key(&at), |point| key(&point.at)) {
            let room = self.room(at);
            if room.iter().all(|&room| room >= self.least) {
                self.points.insert(place, Point { at, room });
            }
        }
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
        let mut room: Sides = std::array::from_fn(|axis| self.space.inner[axis] - point[axis]);
        for piece in &self.space.lying {
            let within: [bool; 3] = std::array::from_fn(|axis| {
                piece.at[axis] <= point[axis] && point[axis] < piece.end(axis)
            });
            for axis in 0..3 {
                let ahead = piece.at[axis] - point[axis];
                if ahead >= 0 && within[(axis + 1) % 3] && within[(axis + 2) % 3] {
                    room[axis] = room[axis].min(ahead);
                }
            }
        }
        room
    }
}

/// How many pieces go into the room along each axis when the axes are filled in this order.
/// Fragile ones are not stacked.
fn grown(order: [usize; 3], size: &Sides, room: &Sides, count: usize, fragile: bool) -> [i32; 3] {
    let mut left = i32::try_from(count).unwrap_or(i32::MAX);
    let mut counts = [1; 3];
    for axis in order.into_iter().filter(|&axis| !(fragile && axis == 2)) {
        counts[axis] = left.min(room[axis] / size[axis].max(1)).max(1);
        left /= counts[axis];
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cube(loader: &mut Loader, side: i32, score: Score) -> Option<Lying> {
        loader.place(&[[side; 3]], false, score)
    }

    fn points(loader: &Loader) -> Vec<Sides> {
        loader.points.iter().map(|point| point.at).collect()
    }

    #[test]
    fn points_are_projected_on_what_lies_there() {
        let mut loader = Loader::new([10, 10, 10], 0.0, 1);
        cube(&mut loader, 4, Score::Lowest);
        assert_eq!(points(&loader), [[4, 0, 0], [0, 4, 0], [0, 0, 4]]);
        cube(&mut loader, 3, Score::Lowest);
        // The second stands at the first's right: its top's corner slides left onto the first.
        assert_eq!(
            points(&loader),
            [[7, 0, 0], [4, 3, 0], [0, 4, 0], [4, 0, 3], [0, 0, 4]],
            "{:?}",
            loader.space.lying
        );
    }

    #[test]
    fn points_know_their_room() {
        let mut loader = Loader::new([10, 10, 10], 0.0, 1);
        for (at, size) in [([0, 0, 0], [4, 4, 4]), ([7, 0, 0], [3, 10, 4]), ([0, 6, 0], [7, 4, 4])]
        {
            loader.put(Lying { at, size, fragile: false });
        }
        for point in &loader.points {
            assert_eq!(point.room, loader.room(point.at), "kept up to date at {:?}", point.at);
        }
        let niche = loader.points.iter().find(|point| point.at == [4, 0, 0]);
        assert_eq!(niche.map(|point| point.room), Some([3, 6, 10]), "between the three");
    }

    #[test]
    fn the_two_scores_take_different_places() {
        // A niche of 4 x 4 x 4 behind a block that leaves it free.
        for (score, expect) in [(Score::Lowest, [6, 0, 0]), (Score::Tightest, [0, 6, 0])] {
            let mut loader = Loader::new([20, 10, 10], 0.0, 1);
            loader.put(Lying { at: [0, 0, 0], size: [6, 6, 10], fragile: false });
            loader.put(Lying { at: [4, 6, 0], size: [2, 4, 10], fragile: false });
            assert_eq!(cube(&mut loader, 4, score).map(|piece| piece.at), Some(expect));
        }
    }

    #[test]
    fn eight_cubes_fill_a_cube() {
        for score in [Score::Lowest, Score::Tightest] {
            let mut loader = Loader::new([8, 8, 8], 1.0, 1);
            assert!((0..8).all(|_| cube(&mut loader, 4, score).is_some()));
            assert_eq!(cube(&mut loader, 1, score), None);
        }
    }

    #[test]
    fn blocks_take_as_many_as_go_in() {
        for (inner, count, fragile, expect, why) in [
            ([8, 8, 8], 8, false, [2, 2, 2], "all in one"),
            ([8, 8, 8], 5, false, [2, 2, 1], "a layer, the fifth comes later"),
            ([8, 8, 8], 8, true, [2, 2, 1], "fragile ones are not stacked"),
            ([4, 4, 9], 8, false, [1, 1, 2], "one on the other"),
        ] {
            let mut loader = Loader::new(inner, 1.0, 1);
            let block = loader.place_block(&[[4; 3]], fragile, count).expect("one goes in");
            assert_eq!(block.counts, expect, "{why}");
            let pieces: Vec<Lying> = block.pieces().collect();
            assert_eq!(pieces.len() as i32, expect.iter().product::<i32>(), "{why}");
            assert!(pieces.iter().all(|piece| loader.space.contains(piece)), "{why}");
        }
    }

    #[test]
    fn several_pieces_together_are_borne_in_full() {
        let mut loader = Loader::new([20, 10, 10], 0.75, 1);
        loader.put(Lying { at: [0, 0, 0], size: [15, 10, 5], fragile: false });
        loader.put(Lying { at: [15, 0, 0], size: [5, 10, 4], fragile: false });
        // Of four in a row three lie on the lower piece; the fourth would float.
        let block = loader.place_block(&[[5, 10, 5]], false, 4).expect("three are borne");
        assert_eq!((block.whole.at, block.counts), ([0, 0, 5], [3, 1, 1]));
    }
}
