//! What is free with full support: cuboids up to the roof whose base lies wholly on deck or boxes.
//!
//! Nothing is ever above such a cuboid, as whatever stands there would have to stand in it.

use super::cuboid::Cuboid;
use super::reach::Reach;

/// Takes a block out of the free cuboids, and adds what can stand on it.
///
/// - `roof`: where the room ends; a block on which nothing may stand is taken out up to there.
/// - `reach`: a base with a side shorter than that of any box still there is dropped. One that is
///   only too small as a whole may yet be joined with another.
pub(super) fn carve(free: &mut Vec<Cuboid>, taken: &Cuboid, roof: i32, reach: &Reach) {
    let mut fresh = Vec::new();
    let mut i = 0;
    while i < free.len() {
        if !free[i].meets(taken) {
            i += 1;
            continue;
        }
        let cut = free.swap_remove(i);
        for (axis, &least) in reach.least[..2].iter().enumerate() {
            if taken.low[axis] - cut.low[axis] >= least {
                let mut part = cut;
                part.high[axis] = taken.low[axis];
                fresh.push(part);
            }
            if cut.high[axis] - taken.high[axis] >= least {
                let mut part = cut;
                part.low[axis] = taken.high[axis];
                fresh.push(part);
            }
        }
    }
    for part in fresh {
        add(free, part);
    }
    if roof - taken.high[2] >= reach.least[2] {
        let mut top = *taken;
        (top.low[2], top.high[2]) = (taken.high[2], roof);
        widen(free, top);
    }
}

/// Adds a cuboid unless it is inside another; those inside it go.
fn add(free: &mut Vec<Cuboid>, part: Cuboid) -> bool {
    if free.iter().any(|other| other.contains(&part)) {
        return false;
    }
    free.retain(|other| !part.contains(other));
    free.push(part);
    true
}

/// Adds a cuboid and all that comes of joining it with others on the same level beside it.
fn widen(free: &mut Vec<Cuboid>, top: Cuboid) {
    let mut open = vec![top];
    while let Some(part) = open.pop() {
        if !add(free, part) {
            continue;
        }
        for other in free.iter().filter(|other| other.low[2] == part.low[2]) {
            for (along, across) in [(0, 1), (1, 0)] {
                let touch =
                    part.low[along] <= other.high[along] && other.low[along] <= part.high[along];
                if touch && part.common(other, across) > 0 {
                    let mut joined = part;
                    joined.low[along] = part.low[along].min(other.low[along]);
                    joined.high[along] = part.high[along].max(other.high[along]);
                    joined.low[across] = part.low[across].max(other.low[across]);
                    joined.high[across] = part.high[across].min(other.high[across]);
                    if !part.contains(&joined) && !other.contains(&joined) {
                        open.push(joined);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::instance::Instance;
    use crate::block::reach::Reaches;
    use crate::block::{BoxType, Container};
    use quantity::{Length, Mass};

    fn reach(least: i64) -> std::rc::Rc<Reach> {
        let cube = BoxType {
            sides: [Length::new(least); 3],
            vertical: [true; 3],
            count: 1,
            mass: Mass::ZERO,
            fragile: false,
        };
        // A second type of side 1 keeps the unit at 1; none of it is left.
        let unit = BoxType { sides: [Length::new(1); 3], ..cube.clone() };
        let container =
            Container { sides: [Length::new(10); 3], overhang: Length::ZERO, max_load: None };
        Reaches::default().of(&Instance::new(&container, &[cube, unit]), &[1, 0])
    }

    fn after(blocks: &[Cuboid], least: i64) -> Vec<Cuboid> {
        let mut free = vec![Cuboid::at([0; 3], [10; 3])];
        for block in blocks {
            carve(&mut free, block, 10, &reach(least));
        }
        free.sort();
        free
    }

    #[test]
    fn equal_tops_are_one_floor() {
        let left = Cuboid::at([0, 0, 0], [4, 10, 5]);
        let right = Cuboid::at([4, 0, 0], [6, 8, 5]);
        let free = after(&[left, right], 2);
        let expect = [
            Cuboid::at([0, 0, 5], [4, 10, 5]),
            Cuboid::at([0, 0, 5], [10, 8, 5]),
            Cuboid::at([4, 8, 0], [6, 2, 10]),
        ];
        assert_eq!(free, expect, "the left top, both tops as far as both go, the floor behind");
    }

    #[test]
    fn tops_of_other_height_are_apart() {
        let left = Cuboid::at([0, 0, 0], [4, 10, 5]);
        let right = Cuboid::at([4, 0, 0], [6, 10, 6]);
        let free = after(&[left, right], 2);
        assert_eq!(free, [Cuboid::at([0, 0, 5], [4, 10, 5]), Cuboid::at([4, 0, 6], [6, 10, 4])]);
    }

    #[test]
    fn what_holds_no_box_is_dropped() {
        let block = Cuboid::at([0, 0, 0], [8, 10, 8]);
        assert_eq!(after(&[block], 3), [], "two units beside and two above");
        assert_eq!(after(&[block], 2).len(), 2);
    }

    #[test]
    fn nothing_stands_on_a_block_taken_out_up_to_the_roof() {
        let fragile = Cuboid::at([0, 0, 0], [4, 10, 10]);
        assert_eq!(after(&[fragile], 1), [Cuboid::at([4, 0, 0], [6, 10, 10])]);
    }
}
