//! A container partly loaded.

use super::choice::{Choice, Place, Search};
use super::cuboid::Cuboid;
use super::reach::Reach;
use super::{cover, floor};

/// What has to lie below a box.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Support {
    /// Nothing.
    None,
    /// At least so much of its base.
    Share(f64),
    /// All of its base.
    Full,
}

/// A container partly loaded.
#[derive(Debug, Default)]
pub(super) struct State {
    /// The largest free cuboids.
    free: Vec<Cuboid>,
    /// Numbers of the blocks put in.
    pub(super) blocks: Vec<u32>,
    /// Where each of them lies.
    pub(super) placed: Vec<Cuboid>,
    /// Boxes left, by kind.
    pub(super) left: Vec<u32>,
    /// Mass that may still be loaded, in milligrams.
    pub(super) mass_left: i64,
    /// Volume loaded.
    pub(super) volume: i64,
    fresh: Vec<Cuboid>,
}

impl Clone for State {
    fn clone(&self) -> Self {
        let mut state = Self::default();
        state.clone_from(self);
        state
    }

    // One state is overwritten with another at every completion: the vectors keep their room.
    fn clone_from(&mut self, other: &Self) {
        self.free.clone_from(&other.free);
        self.blocks.clone_from(&other.blocks);
        self.placed.clone_from(&other.placed);
        self.left.clone_from(&other.left);
        self.mass_left = other.mass_left;
        self.volume = other.volume;
    }
}

impl State {
    /// Nothing loaded.
    pub(super) fn empty(search: &Search) -> Self {
        let full = search.support == Support::Full;
        Self {
            free: vec![if full { search.instance.deck } else { search.instance.room }],
            left: search.instance.kinds.iter().map(|kind| kind.count).collect(),
            mass_left: search.instance.mass_max,
            ..Self::default()
        }
    }

    /// The free cuboid nearest to a corner of the room, the largest of equals.
    pub(super) fn nearest(&self, search: &Search) -> Option<Place> {
        let full = search.support == Support::Full;
        let room = if full { &search.instance.deck } else { &search.instance.room };
        let upper = search.support == Support::None;
        let distance = |cuboid: &Cuboid, axis: usize| {
            let (low, high) =
                (cuboid.low[axis] - room.low[axis], room.high[axis] - cuboid.high[axis]);
            if axis < 2 || upper { (low.min(high), high < low) } else { (low, false) }
        };
        let key = |cuboid: &Cuboid| {
            let sum: i32 = (0..3).map(|axis| distance(cuboid, axis).0).sum();
            (sum, -cuboid.volume(), *cuboid)
        };
        let (index, cuboid) = self.free.iter().enumerate().min_by_key(|(_, cuboid)| key(cuboid))?;
        let high = std::array::from_fn(|axis| distance(cuboid, axis).1);
        Some(Place { index, cuboid: *cuboid, high })
    }

    /// Gives a place up: nothing that is left fits into it.
    pub(super) fn close(&mut self, place: &Place) {
        self.free.swap_remove(place.index);
    }

    /// Puts a block in.
    pub(super) fn put(&mut self, search: &Search, choice: &Choice, reach: &Reach) {
        let block = search.blocks.block(choice.block);
        let cuboid = Cuboid::at(choice.low, block.size);
        let roof = search.instance.room.high[2];
        let mut taken = cuboid;
        if block.fragile {
            taken.high[2] = roof;
        }
        if search.support == Support::Full {
            floor::carve(&mut self.free, &taken, roof, reach);
        } else {
            cover::carve(&mut self.free, &taken, reach, &mut self.fresh);
        }
        for &(kind, count) in &block.needs {
            self.left[kind as usize] -= count;
        }
        self.mass_left -= block.mass;
        self.volume += block.volume;
        self.blocks.push(choice.block);
        self.placed.push(cuboid);
    }
}
