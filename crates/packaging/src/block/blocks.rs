//! Blocks: boxes glued together without a gap, put in as if they were one box.
//!
//! First grids of one type lying one way, then pairs of blocks whose faces are equal, side by side
//! or one on the other. As there is no gap, every box of a block lies wholly on boxes of it or on
//! the block's base, and the whole upper face bears. Blocks with gaps of up to 2 %, as in Zhu, Lim
//! 2012, were tried: they crowd out better ones and cost half a point of utilisation.

use super::cuboid::{Cuboid, Triple};
use super::instance::Instance;
use std::collections::{HashMap, HashSet};

/// Blocks of one instance. Araya, Riff 2014 take as many.
const BLOCKS_MAX: usize = 10_000;
/// Grids of one instance: the rest is for mixed blocks.
const GRIDS_MAX: usize = 5_000;

/// Pairs tried for an instance: many types with equal faces would be joined for seconds. The
/// published instances need 40,000.
const JOINS_MAX: usize = 250_000;

/// What a block is made of.
#[derive(Clone, Copy, Debug)]
enum Made {
    /// So many boxes of a kind along each axis, lying so.
    Grid { kind: u32, turn: Triple, times: Triple },
    /// Two blocks, the second behind the first along an axis.
    Pair { first: u32, second: u32, axis: usize },
}

/// Boxes glued together.
#[derive(Clone, Debug)]
pub(super) struct Block {
    /// Sides of its cuboid.
    pub(super) size: Triple,
    /// Of its boxes and of its cuboid.
    pub(super) volume: i64,
    /// Of its boxes, in milligrams.
    pub(super) mass: i64,
    /// Count of its boxes.
    count: u32,
    /// A box of it is fragile, so that nothing may stand on the block.
    pub(super) fragile: bool,
    /// Kinds and how many of each, by kind.
    pub(super) needs: Vec<(u32, u32)>,
    made: Made,
}

/// The blocks of an instance, the most worth first.
pub(super) struct Blocks {
    all: Vec<Block>,
    /// Volume, less where it takes many boxes, by block.
    pub(super) worth: Vec<f64>,
    /// Sides, by block.
    pub(super) size: Vec<Triple>,
    /// Kinds and how many of each: all blocks' in one row, which is read in the innermost loop.
    needs: Vec<(u32, u32)>,
    /// Where in the row each block's end.
    ends: Vec<u32>,
}

impl Blocks {
    /// All grids and pairs, or as many as there may be.
    pub(super) fn new(instance: &Instance) -> Self {
        let mut making = Making { instance, seen: HashSet::new(), all: Vec::new() };
        making.grids();
        making.pairs();
        let worth = |block: &Block| {
            let eighth = f64::from(block.count).sqrt().sqrt().sqrt();
            block.volume as f64 / (eighth * eighth.sqrt())
        };
        let mut order: Vec<(f64, u32)> = making.all.iter().map(worth).zip(0..).collect();
        order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut rank = vec![0; order.len()];
        for (new, &(_, old)) in order.iter().enumerate() {
            rank[old as usize] = new as u32;
        }
        let ranked = |&(_, old): &(f64, u32)| {
            let mut block = making.all[old as usize].clone();
            if let Made::Pair { first, second, .. } = &mut block.made {
                *first = rank[*first as usize];
                *second = rank[*second as usize];
            }
            block
        };
        let all: Vec<Block> = order.iter().map(ranked).collect();
        let size = all.iter().map(|block| block.size).collect();
        let needs: Vec<(u32, u32)> =
            all.iter().flat_map(|block| block.needs.iter().copied()).collect();
        let ends = all.iter().scan(0, |end, block| {
            *end += block.needs.len() as u32;
            Some(*end)
        });
        let ends = ends.collect();
        Self { all, worth: order.into_iter().map(|(worth, _)| worth).collect(), size, needs, ends }
    }

    /// A block by its number.
    pub(super) fn block(&self, number: u32) -> &Block {
        &self.all[number as usize]
    }

    /// Kinds and how many of each it takes, by kind.
    pub(super) fn needs(&self, number: u32) -> &[(u32, u32)] {
        let number = number as usize;
        let begin = if number == 0 { 0 } else { self.ends[number - 1] };
        &self.needs[begin as usize..self.ends[number] as usize]
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// Hands each box of a block put at `low` to `take`, with its kind.
    pub(super) fn boxes(&self, number: u32, low: Triple, take: &mut impl FnMut(usize, Cuboid)) {
        match self.block(number).made {
            Made::Grid { kind, turn, times } => {
                for x in 0..times[0] {
                    for y in 0..times[1] {
                        for z in 0..times[2] {
                            let step = [x, y, z];
                            let at =
                                std::array::from_fn(|axis| low[axis] + step[axis] * turn[axis]);
                            take(kind as usize, Cuboid::at(at, turn));
                        }
                    }
                }
            }
            Made::Pair { first, second, axis } => {
                self.boxes(first, low, take);
                let mut behind = low;
                behind[axis] += self.size[first as usize][axis];
                self.boxes(second, behind, take);
            }
        }
    }
}

/// Blocks while they are made.
struct Making<'a> {
    instance: &'a Instance,
    seen: HashSet<(Triple, Vec<(u32, u32)>)>,
    all: Vec<Block>,
}

impl Making<'_> {
    fn grids(&mut self) {
        let ways: usize = self.instance.kinds.iter().map(|kind| kind.turns.len()).sum();
        let share = GRIDS_MAX / ways.max(1);
        for (number, kind) in self.instance.kinds.iter().enumerate() {
            for &turn in &kind.turns {
                let mut most: Triple = std::array::from_fn(|axis| {
                    let room = self.instance.room.size()[axis] / turn[axis];
                    room.min(i32::try_from(kind.count).unwrap_or(i32::MAX))
                });
                if kind.fragile {
                    most[2] = most[2].min(1);
                }
                for times in grids(most, kind.count, share) {
                    let boxes = times.iter().product::<i32>();
                    self.add(Block {
                        size: std::array::from_fn(|axis| turn[axis] * times[axis]),
                        volume: kind.volume * i64::from(boxes),
                        mass: kind.mass.saturating_mul(i64::from(boxes)),
                        count: boxes as u32,
                        fragile: kind.fragile,
                        needs: vec![(number as u32, boxes as u32)],
                        made: Made::Grid { kind: number as u32, turn, times },
                    });
                }
            }
        }
    }

    /// Joins each new block with all, round by round, until none comes of it or there are enough.
    fn pairs(&mut self) {
        // Blocks by the two sides that they share with a neighbour along an axis.
        let mut faces: HashMap<(usize, i32, i32), Vec<u32>> = HashMap::new();
        let (mut next, mut joins) = (0, 0);
        while next < self.all.len() {
            let size = self.all[next].size;
            for axis in 0..3 {
                let face = (axis, size[(axis + 1) % 3], size[(axis + 2) % 3]);
                let alike = faces.entry(face).or_default();
                alike.push(next as u32);
                for &first in alike.iter() {
                    if self.all.len() >= BLOCKS_MAX || joins >= JOINS_MAX {
                        return;
                    }
                    joins += 1;
                    let block = self.join(first, next as u32, axis);
                    let turned = self.join(next as u32, first, axis);
                    if let Some(block) = block.or(turned) {
                        self.add(block);
                    }
                }
            }
            next += 1;
        }
    }

    fn add(&mut self, block: Block) {
        if self.seen.insert((block.size, block.needs.clone())) {
            self.all.push(block);
        }
    }

    /// The second behind, beside or upon the first, where the rules and the counts allow it.
    fn join(&self, first: u32, second: u32, axis: usize) -> Option<Block> {
        let (a, b) = (&self.all[first as usize], &self.all[second as usize]);
        let mut size = a.size;
        size[axis] += b.size[axis];
        let bears = axis < 2 || !a.fragile;
        let inside = size[axis] <= self.instance.room.size()[axis];
        (bears && inside).then_some(())?;
        Some(Block {
            size,
            volume: a.volume + b.volume,
            mass: a.mass.saturating_add(b.mass),
            count: a.count.saturating_add(b.count),
            fragile: a.fragile || b.fragile,
            needs: self.sum(a, b)?,
            made: Made::Pair { first, second, axis },
        })
    }

    /// The boxes of two blocks, unless there are not as many.
    fn sum(&self, a: &Block, b: &Block) -> Option<Vec<(u32, u32)>> {
        let mut needs = a.needs.clone();
        for &(kind, count) in &b.needs {
            match needs.binary_search_by_key(&kind, |need| need.0) {
                Ok(at) => needs[at].1 += count,
                Err(at) => needs.insert(at, (kind, count)),
            }
        }
        let there = |&(kind, count): &(u32, u32)| count <= self.instance.kinds[kind as usize].count;
        needs.iter().all(there).then_some(needs)
    }
}

/// How many boxes along each axis: all counts, some, or 1 and the most, as long as these are no more
/// than `share` grids; else the single box.
fn grids(most: Triple, count: u32, share: usize) -> Vec<Triple> {
    let ends = |most| if most > 1 { vec![1, most] } else { vec![1] };
    grids_of(&most.map(|most| (1..=most).collect()), count, share)
        .or_else(|| grids_of(&most.map(some), count, share))
        .or_else(|| grids_of(&most.map(ends), count, share))
        .unwrap_or_else(|| vec![[1; 3]])
}

/// 1, 2, 3, then each half as much again, and the most.
fn some(most: i32) -> Vec<i32> {
    let mut times = Vec::new();
    let mut next = 1;
    while next < most {
        times.push(next);
        next = (next + next / 2).max(next + 1);
    }
    times.push(most);
    times
}

/// Grids of at most `count` boxes; none where there are more than `share` of them.
fn grids_of(times: &[Vec<i32>; 3], count: u32, share: usize) -> Option<Vec<Triple>> {
    let mut grids = Vec::new();
    for &x in &times[0] {
        for &y in times[1].iter().take_while(|&&y| within(&[x, y], count)) {
            for &z in times[2].iter().take_while(|&&z| within(&[x, y, z], count)) {
                if grids.len() >= share {
                    return None;
                }
                grids.push([x, y, z]);
            }
        }
    }
    Some(grids)
}

fn within(times: &[i32], count: u32) -> bool {
    times.iter().map(|&times| i128::from(times)).product::<i128>() <= i128::from(count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::{BoxType, Container};
    use quantity::{Length, Mass};

    fn instance(boxes: &[([i64; 3], u32, bool)]) -> Instance {
        let boxes: Vec<BoxType> = boxes
            .iter()
            .map(|&(sides, count, fragile)| BoxType {
                sides: sides.map(Length::new),
                vertical: [false, false, true],
                count,
                mass: Mass::from_grams(1),
                fragile,
            })
            .collect();
        let sides = [Length::new(30); 3];
        Instance::new(&Container { sides, overhang: Length::ZERO, max_load: None }, &boxes)
    }

    fn sizes(blocks: &Blocks) -> Vec<Triple> {
        let mut sizes = blocks.size.clone();
        sizes.sort_unstable();
        sizes
    }

    #[test]
    fn boxes_of_a_block_fill_it_exactly() {
        let instance =
            instance(&[([6, 4, 5], 7, false), ([6, 8, 5], 3, false), ([4, 4, 10], 5, true)]);
        let blocks = Blocks::new(&instance);
        assert!(blocks.len() > 100);
        for number in 0..blocks.len() as u32 {
            let block = blocks.block(number);
            let mut boxes = Vec::new();
            blocks.boxes(number, [3, 2, 1], &mut |kind, box_| boxes.push((kind, box_)));
            let cuboid = Cuboid::at([3, 2, 1], block.size);
            assert_eq!(boxes.iter().map(|(_, box_)| box_.volume()).sum::<i64>(), cuboid.volume());
            for (i, (_, box_)) in boxes.iter().enumerate() {
                assert!(cuboid.contains(box_));
                assert!(boxes[..i].iter().all(|(_, other)| !box_.meets(other)));
            }
            for &(kind, count) in blocks.needs(number) {
                assert_eq!(
                    boxes.iter().filter(|box_| box_.0 == kind as usize).count(),
                    count as usize
                );
                assert!(count <= instance.kinds[kind as usize].count);
            }
            let tops = boxes.iter().filter(|(kind, _)| *kind == 2);
            assert!(tops.into_iter().all(|(_, box_)| box_.high[2] == cuboid.high[2]), "fragile");
        }
    }

    #[test]
    fn only_equal_faces_are_joined() {
        let blocks = Blocks::new(&instance(&[([6, 4, 5], 1, false), ([7, 4, 5], 1, false)]));
        let expect = [[4, 6, 5], [4, 7, 5], [4, 13, 5], [6, 4, 5], [7, 4, 5], [13, 4, 5]];
        assert_eq!(sizes(&blocks), expect);
    }

    #[test]
    fn many_boxes_make_few_enough_grids() {
        let blocks =
            Blocks::new(&instance(&[([1, 1, 1], 1_000_000, false), ([1, 1, 2], 9, false)]));
        assert!(blocks.len() <= BLOCKS_MAX);
        assert!(blocks.size.contains(&[30, 30, 30]), "the largest grid is among them");
        assert_eq!(grids([30, 30, 30], 900, 8).len(), 7, "all ends but 27,000 boxes");
        assert_eq!(grids([30, 30, 30], 900, 0), [[1; 3]]);
    }
}
