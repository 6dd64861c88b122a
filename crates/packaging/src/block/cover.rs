//! What is free, as the set of the largest free cuboids; they overlap.

use super::cuboid::Cuboid;
use super::reach::Reach;

/// Takes a cuboid out of the free ones.
///
/// - `reach`: a cuboid that holds none of the boxes still there is dropped.
/// - `fresh`: scratch.
pub(super) fn carve(
    free: &mut Vec<Cuboid>,
    taken: &Cuboid,
    reach: &Reach,
    fresh: &mut Vec<Cuboid>,
) {
    fresh.clear();
    let mut i = 0;
    while i < free.len() {
        if !free[i].meets(taken) {
            i += 1;
            continue;
        }
        let cut = free.swap_remove(i);
        for (axis, &least) in reach.least.iter().enumerate() {
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
    // An old one is never inside a new one: that is part of a cuboid which did not hold the old.
    let old = free.len();
    for (i, part) in fresh.iter().enumerate() {
        // No two new ones are equal, as each cut ends at another face of what was taken.
        let inside = |other: &Cuboid| other.contains(part);
        let covered = free[..old].iter().any(inside)
            || fresh.iter().enumerate().any(|(j, other)| j != i && other.contains(part));
        if !covered && reach.holds_any(part.size()) {
            free.push(*part);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::cuboid::Triple;
    use crate::block::instance::Instance;
    use crate::block::reach::Reaches;
    use crate::block::{BoxType, Container};
    use proptest::prelude::*;
    use quantity::{Length, Mass};

    const SIDE: i32 = 6;

    /// A cube of 6 with boxes that fit into every place.
    fn smallest_reach() -> std::rc::Rc<Reach> {
        let unit = BoxType {
            sides: [Length::new(1); 3],
            vertical: [true; 3],
            count: 1,
            mass: Mass::ZERO,
            fragile: false,
        };
        let sides = [Length::new(i64::from(SIDE)); 3];
        let container = Container { sides, overhang: Length::ZERO, max_load: None };
        Reaches::default().of(&Instance::new(&container, &[unit]), &[1])
    }

    fn cells() -> impl Iterator<Item = Cuboid> {
        let cell = |i: i32| Cuboid::at([i % SIDE, i / SIDE % SIDE, i / SIDE / SIDE], [1; 3]);
        (0..SIDE * SIDE * SIDE).map(cell)
    }

    /// Corner and sides.
    fn a_box() -> impl Strategy<Value = (Triple, Triple)> {
        (prop::array::uniform3(0_i32..5), prop::array::uniform3(1_i32..4))
    }

    proptest! {
        #[test]
        fn free_cuboids_cover_what_is_not_taken_and_none_is_in_another(
            boxes in prop::collection::vec(a_box(), 0..6)
        ) {
            let reach = smallest_reach();
            let mut free = vec![Cuboid::at([0; 3], [SIDE; 3])];
            let mut taken = Vec::new();
            for (low, size) in boxes {
                let high = std::array::from_fn(|axis: usize| (low[axis] + size[axis]).min(SIDE));
                let cuboid = Cuboid { low, high };
                carve(&mut free, &cuboid, &reach, &mut Vec::new());
                taken.push(cuboid);
            }
            for cell in cells() {
                let filled = taken.iter().any(|cuboid| cuboid.contains(&cell));
                let open = free.iter().any(|cuboid| cuboid.contains(&cell));
                prop_assert_ne!(filled, open, "{:?}", cell);
            }
            for (i, a) in free.iter().enumerate() {
                prop_assert!(free.iter().skip(i + 1).all(|b| !a.contains(b) && !b.contains(a)));
            }
        }
    }
}
