//! Which lengths can still be filled: a strip too narrow for any row of boxes is lost.

use super::cuboid::Triple;
use super::instance::Instance;
use std::collections::HashMap;
use std::rc::Rc;

/// Longest table, in steps; past that lengths are rounded, as they are only an estimate.
const STEPS_MAX: i32 = 1 << 13;
/// Numbers that are kept in tables; past that they are made anew.
const KEPT_MAX: usize = 4 << 20;

/// For each axis the longest row of boxes, of the types still there, that is within a length.
#[derive(Debug)]
pub(super) struct Reach {
    shift: u32,
    rows: [Vec<i32>; 3],
    /// The shortest side that a box still there has along each axis.
    pub(super) least: Triple,
    /// The ways to lie of boxes still there; without those that are nowhere shorter than another.
    smallest: Vec<Triple>,
}

impl Reach {
    /// The longest row within `length`, at most `length`.
    pub(super) fn within(&self, axis: usize, length: i32) -> i32 {
        self.rows[axis][(length >> self.shift) as usize]
    }

    /// A box that is still there fits into a cuboid of this size.
    pub(super) fn holds_any(&self, size: Triple) -> bool {
        self.smallest.iter().any(|turn| fits(turn, &size))
    }

    fn new(instance: &Instance, left: &[u32]) -> Self {
        let room = instance.room.size();
        let longest = room.into_iter().max().unwrap_or(0);
        let mut shift = 0;
        while longest >> shift > STEPS_MAX {
            shift += 1;
        }
        let there = || instance.kinds.iter().zip(left).filter(|(_, left)| **left > 0);
        let rows = std::array::from_fn(|axis| {
            let mut sides: Vec<i32> = there()
                .flat_map(|(kind, _)| kind.turns.iter().map(move |turn| turn[axis]))
                .collect();
            sides.sort_unstable();
            sides.dedup();
            let steps = (room[axis] >> shift) as usize + 1;
            let filled =
                sums(sides.into_iter().map(|side| ((side >> shift) as usize).max(1)), steps);
            let mut last = 0;
            let row = |length: usize| {
                if filled[length / 64] >> (length % 64) & 1 == 1 {
                    last = length as i32;
                }
                last << shift
            };
            (0..steps).map(row).collect()
        });
        let mut turns: Vec<Triple> =
            there().flat_map(|(kind, _)| kind.turns.iter().copied()).collect();
        turns.sort_unstable();
        turns.dedup();
        let least = std::array::from_fn(|axis| {
            turns.iter().map(|turn| turn[axis]).min().unwrap_or(i32::MAX)
        });
        let larger = |turn: &Triple| turns.iter().any(|other| other != turn && fits(other, turn));
        let smallest = turns.iter().filter(|turn| !larger(turn)).copied().collect();
        Self { shift, rows, least, smallest }
    }
}

/// Which lengths below `steps` are sums of the sides, each taken as often as one likes: a bit each.
fn sums(sides: impl Iterator<Item = usize>, steps: usize) -> Vec<u64> {
    let mut sums = vec![0; steps.div_ceil(64)];
    sums[0] = 1;
    for side in sides {
        // Up to once more, up to thrice more, up to seven times more.
        let mut by = side;
        while by < steps {
            let (words, bits) = (by / 64, by % 64);
            for word in (words..sums.len()).rev() {
                let carried = if bits > 0 && word > words {
                    sums[word - words - 1] >> (64 - bits)
                } else {
                    0
                };
                sums[word] |= sums[word - words] << bits | carried;
            }
            by *= 2;
        }
    }
    sums
}

/// No side is longer than that of the room.
fn fits(size: &Triple, room: &Triple) -> bool {
    (0..3).all(|axis| size[axis] <= room[axis])
}

/// Tables by which types of box are still there.
#[derive(Default)]
pub(super) struct Reaches {
    kept: HashMap<Vec<u64>, Rc<Reach>>,
    key: Vec<u64>,
    numbers: usize,
}

impl Reaches {
    /// For the counts that are left of each kind.
    pub(super) fn of(&mut self, instance: &Instance, left: &[u32]) -> Rc<Reach> {
        self.key.clear();
        for kinds in left.chunks(64) {
            let bits = kinds.iter().enumerate().map(|(bit, &left)| u64::from(left > 0) << bit);
            self.key.push(bits.sum());
        }
        if let Some(reach) = self.kept.get(&self.key) {
            return Rc::clone(reach);
        }
        let reach = Rc::new(Reach::new(instance, left));
        self.numbers += reach.rows.iter().map(Vec::len).sum::<usize>();
        if self.numbers > KEPT_MAX {
            self.kept.clear();
            self.numbers = 0;
        }
        self.kept.insert(self.key.clone(), Rc::clone(&reach));
        reach
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::{BoxType, Container};
    use quantity::{Length, Mass};

    fn instance(length: i64) -> Instance {
        let box_ = |sides: [i64; 3]| BoxType {
            sides: sides.map(Length::new),
            vertical: [false, false, true],
            count: 9,
            mass: Mass::ZERO,
            fragile: false,
        };
        let sides = [length, 20, 10].map(Length::new);
        let container = Container { sides, overhang: Length::ZERO, max_load: None };
        Instance::new(&container, &[box_([7, 5, 3]), box_([20, 11, 8])])
    }

    #[test]
    fn rows_that_fit_a_length() {
        let (both, first) = ([9, 9], [9, 0]);
        let instance = instance(100);
        let mut reaches = Reaches::default();
        for (left, axis, length, expect, why) in [
            (both, 0, 4, 0, "shorter than every side"),
            (both, 0, 13, 12, "7 and 5"),
            (both, 0, 11, 11, "the larger box"),
            (first, 0, 11, 10, "the larger box is gone"),
            (both, 0, 100, 100, "20 times 5"),
            (both, 2, 10, 9, "three times 3: the other is 8 high"),
            (first, 2, 2, 0, "height"),
        ] {
            let reach = reaches.of(&instance, &left);
            assert_eq!(reach.within(axis, length), expect, "{why}");
        }
    }

    #[test]
    fn places_that_hold_a_box_still_there() {
        let reach = Reaches::default().of(&instance(100), &[0, 9]);
        assert!(reach.holds_any([11, 20, 8]));
        assert!(!reach.holds_any([19, 19, 8]));
        assert_eq!(reach.least, [11, 11, 8]);
    }

    #[test]
    fn sums_are_those_found_one_by_one() {
        for sides in [vec![3, 70], vec![64], vec![65, 128], vec![1], vec![129]] {
            let bits = sums(sides.iter().copied(), 300);
            let mut expect = vec![true];
            for length in 1..300 {
                let sum = sides.iter().any(|&side| side <= length && expect[length - side]);
                expect.push(sum);
                assert_eq!(
                    bits[length / 64] >> (length % 64) & 1 == 1,
                    sum,
                    "{length} of {sides:?}"
                );
            }
        }
    }

    #[test]
    fn a_long_room_is_measured_in_coarser_steps() {
        let reach = Reaches::default().of(&instance(400_000), &[9, 9]);
        let within = reach.within(0, 399_999);
        assert!((399_900..=399_999).contains(&within), "{within}");
    }
}
