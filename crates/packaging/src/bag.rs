//! Goods in a bag: one pile, which the bag must reach around.

use crate::goods::Goods;
use crate::shape::{Shape, Sides, tenths};
use crate::solution::BagKind;
use crate::space::{Lying, stands};
use crate::stack::bears;
use std::cmp::Reverse;

/// Where the pieces lie when they are piled up: each on its flattest side, the largest base below,
/// those that bear less above, all with one corner in common. `None` where the pile does not stand,
/// or the bag does not hold it.
pub(crate) fn pile(goods: &Goods, bag: &BagKind, support: f64) -> Option<Vec<Lying>> {
    if goods.mass > bag.max_load.milligrams() {
        return None;
    }
    let mut order: Vec<usize> = (0..goods.len()).collect();
    let flat = |i: usize| goods.turns[i].as_slice()[0];
    order.sort_by_key(|&i| {
        let Shape { fragile, stacking_max, .. } = goods.shapes[i];
        let [length, width, _] = flat(i).map(i64::from);
        (fragile, Reverse(stacking_max), Reverse(length * width), i)
    });
    let mut lying = vec![None; goods.len()];
    let mut height = 0;
    for i in order {
        let size = flat(i);
        lying[i] = Some(Lying { at: [0, 0, height], size, fragile: goods.shapes[i].fragile });
        height += size[2];
    }
    let lying: Vec<Lying> = lying.into_iter().flatten().collect();
    let sound = stands(&lying, support) && (!goods.graded || bears(&goods.shapes, &lying));
    (sound && reaches_around(bag, cuboid(&lying))).then_some(lying)
}

/// The sides of the cuboid around a pile.
pub(crate) fn cuboid(lying: &[Lying]) -> Sides {
    std::array::from_fn(|axis| lying.iter().map(|piece| piece.end(axis)).max().unwrap_or(0))
}

/// A flat bag of length L and width W holds a cuboid of a x b x c where a + c is at most L and b + c
/// at most W: its two sheets reach around the height by half of it at either end.
fn reaches_around(bag: &BagKind, [a, b, c]: Sides) -> bool {
    let [length, width] = bag.sides.map(tenths);
    let lies = |a: i32, b: i32| a + c <= length && b + c <= width;
    lies(a, b) || lies(b, a)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stack::UNLIMITED;
    use quantity::{Length, Mass};

    fn bag(length: i64, width: i64) -> BagKind {
        BagKind {
            id: "B".into(),
            material: crate::solution::Material::Paper,
            sides: [length, width].map(Length::new),
            max_load: Mass::new(100),
            tare: Mass::new(1),
        }
    }

    fn shape(sides: Sides, mass: i64) -> Shape {
        Shape { sides, upright: false, fragile: false, stacking_max: UNLIMITED, mass }
    }

    #[test]
    fn a_bag_reaches_around_length_width_and_height() {
        for (bag, holds, why) in [
            (bag(35, 25), true, "30 + 5 and 20 + 5"),
            (bag(25, 35), true, "the other way round"),
            (bag(34, 25), false, "too short by one"),
            (bag(35, 24), false, "too narrow by one"),
        ] {
            let goods = Goods::of(vec![shape([5, 20, 30], 100)]);
            assert_eq!(pile(&goods, &bag, 1.0).is_some(), holds, "{why}");
        }
    }

    #[test]
    fn a_pile_stands_and_the_bag_bears_it() {
        let fragile = |sides| Shape { fragile: true, ..shape(sides, 1) };
        for (mut shapes, holds, why) in [
            (vec![shape([2, 20, 30], 50), shape([3, 20, 30], 50)], true, "5 high"),
            (vec![shape([2, 20, 30], 50), shape([4, 20, 30], 50)], false, "6 high"),
            (vec![shape([2, 20, 30], 51), shape([3, 20, 30], 50)], false, "too heavy by one"),
            (vec![shape([2, 20, 20], 1), shape([2, 10, 30], 1)], false, "two thirds are borne"),
            (vec![fragile([2, 20, 30]), shape([2, 10, 10], 1)], false, "the larger one on top"),
            (vec![fragile([2, 20, 10]), shape([2, 20, 20], 1)], true, "the fragile one on top"),
        ] {
            shapes.sort_unstable();
            let found = pile(&Goods::of(shapes), &bag(35, 25), 0.75);
            assert_eq!(found.is_some(), holds, "{why}");
        }
    }
}
