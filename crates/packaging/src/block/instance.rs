//! What is asked, in whole units: the greatest length of which every side of a box is a multiple.

use super::cuboid::{Cuboid, Triple};
use super::{BoxType, COUNT_MAX, Container, Placement, SIDE_MAX};
use quantity::Length;

/// A type of box as the search sees it.
#[derive(Clone, Debug)]
pub(super) struct Kind {
    /// Index of the caller's type.
    pub(super) given: usize,
    /// The different ways to lie that are inside; never empty.
    pub(super) turns: Vec<Triple>,
    /// How many there are; at least one.
    pub(super) count: u32,
    /// Of one box.
    pub(super) volume: i64,
    /// Of one box, in milligrams.
    pub(super) mass: i64,
    /// Nothing may rest on it.
    pub(super) fragile: bool,
}

/// A container and the boxes that fit into it alone.
#[derive(Clone, Debug)]
pub(super) struct Instance {
    /// In tenths of a millimetre.
    unit: i64,
    /// Where boxes may be; its low corner is below zero where there is overhang.
    pub(super) room: Cuboid,
    /// What bears at height zero.
    pub(super) deck: Cuboid,
    /// Types of box.
    pub(super) kinds: Vec<Kind>,
    /// Greatest mass of the load in milligrams.
    pub(super) mass_max: i64,
}

impl Instance {
    /// Boxes that can never be loaded are left out.
    pub(super) fn new(container: &Container, boxes: &[BoxType]) -> Self {
        let sound =
            |box_: &&BoxType| box_.count > 0 && box_.sides.iter().all(|side| side.tenths_mm() > 0);
        let sides = boxes.iter().filter(sound).flat_map(|box_| box_.sides);
        let mut unit = sides.fold(0, |unit, side| divisor(unit, side.tenths_mm()));
        let over = used(container.overhang);
        if over > 0 {
            // Places are counted from the edge of the overhang and from the edge of the deck.
            let [length, width, _] = container.sides.map(used);
            unit = [over, length, width].into_iter().fold(unit, divisor);
        }
        let unit = unit.max(1);
        // Places are sums of sides, so that a rest of the container below a unit is never used.
        let units = |length: Length| (used(length) / unit) as i32;
        let [length, width, height] = container.sides.map(units);
        let over = units(container.overhang);
        let room = Cuboid { low: [-over, -over, 0], high: [length + over, width + over, height] };
        let mass_max = container.max_load.map_or(i64::MAX, quantity::Mass::milligrams);
        let kinds = boxes.iter().enumerate().filter(|(_, box_)| sound(box_));
        let kinds = kinds.filter_map(|(given, box_)| {
            let turns = turns(box_, unit, room.size());
            let fits = !turns.is_empty() && box_.mass.milligrams() <= mass_max;
            let volume = turns.first()?.iter().map(|&side| i64::from(side)).product();
            fits.then(|| Kind {
                given,
                turns,
                count: box_.count.min(COUNT_MAX),
                volume,
                mass: box_.mass.milligrams().max(0),
                fragile: box_.fragile,
            })
        });
        let deck = Cuboid { low: [0, 0, 0], high: [length, width, height] };
        Self { unit, room, deck, kinds: kinds.collect(), mass_max }
    }

    /// A box of a kind as the caller sees it.
    pub(super) fn placement(&self, kind: usize, place: &Cuboid) -> Placement {
        let lengths = |units: Triple| units.map(|side| Length::new(i64::from(side) * self.unit));
        Placement {
            kind: self.kinds[kind].given,
            at: lengths(place.low),
            size: lengths(place.size()),
        }
    }
}

/// A length of the container as far as it is used, in tenths of a millimetre.
pub(super) fn used(length: Length) -> i64 {
    length.tenths_mm().clamp(0, SIDE_MAX.tenths_mm())
}

/// The different ways a box may lie in a room of these sides.
fn turns(box_: &BoxType, unit: i64, room: Triple) -> Vec<Triple> {
    let sides = box_.sides.map(|side| side.tenths_mm() / unit);
    let mut turns = Vec::with_capacity(6);
    for up in (0..3).filter(|&side| box_.vertical[side]) {
        let (a, b) = (sides[(up + 1) % 3], sides[(up + 2) % 3]);
        turns.extend([[a, b, sides[up]], [b, a, sides[up]]]);
    }
    turns.retain(|turn| (0..3).all(|axis| turn[axis] <= i64::from(room[axis])));
    turns.sort_unstable();
    turns.dedup();
    turns.into_iter().map(|turn| turn.map(|side| side as i32)).collect()
}

/// Greatest common divisor of two numbers that are not negative.
fn divisor(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { divisor(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quantity::Mass;

    fn box_type(sides: [i64; 3], vertical: [bool; 3]) -> BoxType {
        let sides = sides.map(Length::new);
        BoxType { sides, vertical, count: 1, mass: Mass::from_grams(10), fragile: false }
    }

    fn container(overhang: i64) -> Container {
        let sides = [1_001, 900, 800].map(Length::new);
        Container { sides, overhang: Length::new(overhang), max_load: Some(Mass::from_grams(10)) }
    }

    #[test]
    fn ways_to_lie() {
        for (sides, vertical, expect, why) in [
            ([300, 200, 100], [true; 3], 6, "three sides"),
            ([300, 200, 100], [false, false, true], 2, "one side up"),
            ([300, 200, 200], [true; 3], 3, "two alike"),
            ([300, 200, 100], [false; 3], 0, "none may stand"),
            ([900, 1_000, 100], [false, false, true], 1, "too long across"),
            ([900, 900, 900], [true; 3], 0, "too high"),
            ([900, 0, 900], [true; 3], 0, "no box"),
        ] {
            let instance = Instance::new(&container(0), &[box_type(sides, vertical)]);
            let turns = instance.kinds.first().map_or(0, |kind| kind.turns.len());
            assert_eq!(turns, expect, "{why}");
        }
    }

    #[test]
    fn the_unit_divides_every_side_that_counts() {
        let boxes = [box_type([300, 200, 100], [true; 3]), box_type([500; 3], [true; 3])];
        let instance = Instance::new(&container(0), &boxes);
        assert_eq!((instance.unit, instance.room.high), (100, [10, 9, 8]));
        let over = Instance::new(&container(20), &boxes);
        assert_eq!(
            (over.unit, over.room.low, over.deck.high),
            (1, [-20, -20, 0], [1_001, 900, 800])
        );
    }

    #[test]
    fn a_box_heavier_than_the_limit_is_left_out() {
        let heavy = BoxType { mass: Mass::from_grams(11), ..box_type([300, 200, 100], [true; 3]) };
        let instance = Instance::new(&container(0), &[heavy, box_type([300, 200, 100], [true; 3])]);
        assert_eq!(instance.kinds.iter().map(|kind| kind.given).collect::<Vec<_>>(), [1]);
    }
}
