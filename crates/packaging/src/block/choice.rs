//! Which block goes into a place.

use super::blocks::Blocks;
use super::contact::contact;
use super::cuboid::{Cuboid, Triple};
use super::instance::Instance;
use super::reach::{Reach, Reaches};
use super::state::{State, Support};
use std::collections::HashMap;
use std::rc::Rc;

/// Numbers kept in lists of blocks by size of place; past that they are made anew.
const LISTED_MAX: usize = 8 << 20;

/// A block and where it goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Choice {
    /// More is better.
    pub(super) score: f64,
    /// Number of the block.
    pub(super) block: u32,
    /// Its low corner.
    pub(super) low: Triple,
}

/// A free cuboid and the corner of it where a block goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Its index among the free ones.
    pub(super) index: usize,
    /// Itself.
    pub(super) cuboid: Cuboid,
    /// Along which axes the block goes to the high end.
    pub(super) high: [bool; 3],
}

/// An instance, its blocks, and what is computed once for many states.
pub(super) struct Search<'a> {
    /// What is asked.
    pub(super) instance: &'a Instance,
    /// What may be put in.
    pub(super) blocks: &'a Blocks,
    /// The rule for what lies below a box.
    pub(super) support: Support,
    reaches: Reaches,
    /// For each axis the different sides of blocks, ascending.
    sides: [Vec<i32>; 3],
    lists: HashMap<[u32; 3], Rc<[u32]>>,
    listed: usize,
}

impl<'a> Search<'a> {
    /// With nothing tried yet.
    pub(super) fn new(instance: &'a Instance, blocks: &'a Blocks, support: Support) -> Self {
        let sides = std::array::from_fn(|axis| {
            let mut sides: Vec<i32> = blocks.size.iter().map(|size| size[axis]).collect();
            sides.sort_unstable();
            sides.dedup();
            sides
        });
        let (reaches, lists) = (Reaches::default(), HashMap::new());
        Self { instance, blocks, support, reaches, sides, lists, listed: 0 }
    }

    /// Lengths that can still be filled.
    pub(super) fn reach(&mut self, state: &State) -> Rc<Reach> {
        self.reaches.of(self.instance, &state.left)
    }

    /// The best `width` blocks for a place, the best first.
    pub(super) fn choices(
        &mut self,
        state: &State,
        place: &Place,
        reach: &Reach,
        width: usize,
        choices: &mut Vec<Choice>,
    ) {
        choices.clear();
        let size = place.cuboid.size();
        let list = self.fitting(size);
        let inverse = 1.0 / place.cuboid.volume() as f64;
        // No score below this gets in.
        let mut floor = 0.0;
        for &number in &*list {
            // Descending, and the other factors are at most 1.
            let worth = self.blocks.worth[number as usize];
            if worth <= floor {
                break;
            }
            let block = self.blocks.size[number as usize];
            let useful: f64 = (0..3)
                .map(|axis| {
                    let rest = size[axis] - block[axis];
                    f64::from(block[axis] + reach.within(axis, rest))
                })
                .product();
            let kept = useful * inverse;
            let bound = worth * (kept * kept) * (kept * kept);
            if bound <= floor || !self.there(state, number) {
                continue;
            }
            let Some(low) = self.corner(state, place, number) else {
                continue;
            };
            let cuboid = Cuboid::at(low, block);
            let score = bound * contact(&cuboid, &self.instance.room, &state.placed);
            if score > floor || (choices.len() < width && score >= floor) {
                let at = choices.partition_point(|other: &Choice| other.score >= score);
                choices.insert(at, Choice { score, block: number, low });
                choices.truncate(width);
                if choices.len() == width {
                    floor = choices[width - 1].score;
                }
            }
        }
    }

    /// Boxes and mass are left for the block.
    fn there(&self, state: &State, number: u32) -> bool {
        let enough = |&(kind, count): &(u32, u32)| count <= state.left[kind as usize];
        self.blocks.needs(number).iter().all(enough)
            && self.blocks.block(number).mass <= state.mass_left
    }

    /// Where in the place the block goes, if the rules allow it there.
    fn corner(&self, state: &State, place: &Place, number: u32) -> Option<Triple> {
        let size = self.blocks.size[number as usize];
        let end = |high: [bool; 3]| {
            std::array::from_fn(|axis| {
                if high[axis] {
                    place.cuboid.high[axis] - size[axis]
                } else {
                    place.cuboid.low[axis]
                }
            })
        };
        let room = &self.instance.room;
        if self.blocks.block(number).fragile && place.cuboid.high[2] < room.high[2] {
            return None;
        }
        let Support::Share(share) = self.support else {
            return Some(end(place.high));
        };
        let (near, far) = (end(place.high), end(place.high.map(|high| !high)));
        let along = |axis: usize| {
            // At the ends of the place, or flush with the deck where that is within the place.
            let deck = &self.instance.deck;
            let flush = [deck.low[axis], deck.high[axis] - size[axis]];
            let within = near[axis].min(far[axis])..=near[axis].max(far[axis]);
            let flush = flush.into_iter().filter(move |at| within.contains(at));
            [near[axis], far[axis]].into_iter().chain(flush)
        };
        along(0)
            .flat_map(|x| along(1).map(move |y| [x, y, near[2]]))
            .find(|&low| self.borne(state, number, low, share))
    }

    /// Enough of the base of each box of the block lies on the deck or on boxes.
    fn borne(&self, state: &State, number: u32, low: Triple, share: f64) -> bool {
        let mut borne = true;
        self.blocks.boxes(number, low, &mut |_, box_| {
            if box_.low[2] == low[2] && borne {
                let on = |below: &Cuboid| box_.common(below, 0) * box_.common(below, 1);
                let size = box_.size();
                let area = i64::from(size[0]) * i64::from(size[1]);
                let carried = if low[2] == 0 {
                    on(&self.instance.deck)
                } else {
                    state.placed.iter().filter(|below| below.high[2] == low[2]).map(on).sum()
                };
                borne = carried as f64 >= share * area as f64;
            }
        });
        borne
    }

    /// The blocks that fit into a place of this size.
    fn fitting(&mut self, size: Triple) -> Rc<[u32]> {
        let key = std::array::from_fn(|axis| {
            self.sides[axis].partition_point(|&side| side <= size[axis]) as u32
        });
        if let Some(list) = self.lists.get(&key) {
            return Rc::clone(list);
        }
        let list = self.narrowed(key);
        if self.listed > LISTED_MAX {
            self.lists.clear();
            self.listed = 0;
        }
        list
    }

    /// From the list without the last limit, which most often is there already.
    ///
    /// - `limits`: how many of the different sides along each axis are short enough.
    fn narrowed(&mut self, limits: [u32; 3]) -> Rc<[u32]> {
        if let Some(list) = self.lists.get(&limits) {
            return Rc::clone(list);
        }
        let limited = |axis: &usize| (limits[*axis] as usize) < self.sides[*axis].len();
        let list: Rc<[u32]> = match (0..3).rev().find(limited) {
            None => (0..self.blocks.len() as u32).collect(),
            // Not even the shortest.
            Some(axis) if limits[axis] == 0 => Rc::default(),
            Some(axis) => {
                let longest = self.sides[axis][limits[axis] as usize - 1];
                let mut wider = limits;
                wider[axis] = self.sides[axis].len() as u32;
                let list = self.narrowed(wider);
                let fits = |number: &u32| self.blocks.size[*number as usize][axis] <= longest;
                list.iter().copied().filter(fits).collect()
            }
        };
        self.listed += list.len() + 16;
        self.lists.insert(limits, Rc::clone(&list));
        list
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::{BoxType, Container};
    use quantity::{Length, Mass};

    fn instance(boxes: &[([i64; 3], u32, bool)]) -> Instance {
        let box_type = |&(sides, count, fragile): &([i64; 3], u32, bool)| BoxType {
            sides: sides.map(Length::new),
            vertical: [false, false, true],
            count,
            mass: Mass::ZERO,
            fragile,
        };
        let boxes: Vec<BoxType> = boxes.iter().map(box_type).collect();
        let sides = [Length::new(10); 3];
        Instance::new(&Container { sides, overhang: Length::ZERO, max_load: None }, &boxes)
    }

    /// Sizes of the blocks for the first place of a state, the best first.
    fn sizes(search: &mut Search, state: &State, width: usize) -> Vec<Triple> {
        let (reach, mut choices) = (search.reach(state), Vec::new());
        let place = state.nearest(search).unwrap();
        search.choices(state, &place, &reach, width, &mut choices);
        assert!(choices.is_sorted_by(|a, b| a.score >= b.score));
        choices.iter().map(|choice| search.blocks.size[choice.block as usize]).collect()
    }

    #[test]
    fn the_block_that_wastes_no_length_comes_first() {
        let instance =
            instance(&[([7, 10, 10], 1, false), ([6, 10, 10], 1, false), ([4, 10, 10], 1, false)]);
        let blocks = Blocks::new(&instance);
        let mut search = Search::new(&instance, &blocks, Support::None);
        let state = State::empty(&search);
        let all = sizes(&mut search, &state, 20);
        assert_eq!(all[0], [10, 10, 10], "6 and 4 are one block");
        let seven = all.iter().position(|size| *size == [7, 10, 10]).unwrap();
        let six = all.iter().position(|size| *size == [6, 10, 10]).unwrap();
        assert!(six < seven, "beside 6 there is room for 4, beside 7 for nothing");
        assert_eq!(
            sizes(&mut search, &state, 1),
            all[..1],
            "the first of one is the first of many"
        );
    }

    #[test]
    fn a_fragile_block_goes_under_nothing() {
        let instance = instance(&[([10, 10, 5], 1, false), ([10, 10, 4], 1, true)]);
        let blocks = Blocks::new(&instance);
        let mut search = Search::new(&instance, &blocks, Support::None);
        let mut state = State::empty(&search);
        let slab = (0..search.blocks.len() as u32)
            .find(|&block| search.blocks.size[block as usize][2] == 5);
        let above = Choice { score: 1.0, block: slab.unwrap(), low: [0, 0, 5] };
        let reach = search.reach(&state);
        state.put(&search, &above, &reach);
        assert_eq!(sizes(&mut search, &state, 9), [] as [Triple; 0]);
    }
}
