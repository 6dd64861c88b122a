//! Two pieces: side by side or one on the other, all there is.

use crate::goods::Goods;
use crate::shape::Sides;
use crate::space::Lying;

/// Where the two lie, in their order; `None` where no arrangement exists, under any support.
pub(crate) fn arrange(goods: &Goods, inner: &Sides, support: f64) -> Option<Vec<Lying>> {
    let turns = [goods.turns[0].within(inner), goods.turns[1].within(inner)];
    // The axis up comes last: side by side each stands on the floor.
    for axis in 0..3 {
        for &first in turns[0].as_slice() {
            for &second in turns[1].as_slice() {
                if first[axis] + second[axis] > inner[axis] {
                    continue;
                }
                for (lower, sizes) in [(0, [first, second]), (1, [second, first])] {
                    let pair = beside(goods, axis, lower, sizes);
                    // With a corner in common no other place bears the upper one better.
                    let rests = axis == 2 && (pair[0].fragile || !bears(goods, lower));
                    let area = pair[0].common_base(&pair[1]);
                    if axis < 2 || (!rests && pair[1].borne(area, support)) {
                        return Some(if lower == 0 {
                            pair.to_vec()
                        } else {
                            vec![pair[1], pair[0]]
                        });
                    }
                }
            }
        }
    }
    None
}

/// The piece may have the other on it.
fn bears(goods: &Goods, lower: usize) -> bool {
    goods.shapes[1 - lower].mass <= goods.shapes[lower].stacking_max
}

/// The nearer or lower piece and the other after it.
fn beside(goods: &Goods, axis: usize, lower: usize, sizes: [Sides; 2]) -> [Lying; 2] {
    let fragile = |piece: usize| goods.shapes[piece].fragile;
    let mut at = [0; 3];
    at[axis] = sizes[0][axis];
    [
        Lying { at: [0; 3], size: sizes[0], fragile: fragile(lower) },
        Lying { at, size: sizes[1], fragile: fragile(1 - lower) },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::Shape;
    use crate::stack::UNLIMITED;

    #[test]
    fn two_pieces_go_together_or_not() {
        let shape = |sides| Shape {
            sides,
            upright: true,
            fragile: false,
            stacking_max: UNLIMITED,
            mass: 1,
        };
        let fragile = |sides| Shape { fragile: true, ..shape(sides) };
        // Bears one.
        let graded = |mass| Shape { stacking_max: 1, mass, ..shape([8, 8, 5]) };
        for (pieces, support, expect, why) in [
            ([shape([5, 10, 10]), shape([5, 10, 10])], 1.0, true, "side by side"),
            ([shape([8, 8, 5]), shape([8, 8, 5])], 1.0, true, "one on the other"),
            ([shape([8, 8, 5]), shape([8, 8, 6])], 0.0, false, "too high and too wide"),
            ([shape([9, 7, 5]), shape([8, 8, 5])], 1.0, false, "neither base carries the other"),
            ([shape([9, 7, 5]), shape([8, 8, 5])], 0.875, true, "56 of 64 is enough"),
            ([fragile([8, 8, 5]), shape([8, 8, 5])], 1.0, true, "the fragile one on top"),
            ([fragile([8, 8, 5]), fragile([8, 8, 5])], 0.0, false, "nothing on either"),
            ([graded(2), graded(1)], 1.0, true, "the one that weighs one on the other"),
            ([graded(3), graded(2)], 1.0, false, "either is too heavy for the other"),
            ([graded(9), shape([8, 8, 5])], 1.0, true, "the heavy one below"),
        ] {
            let goods = Goods::of(pieces.to_vec());
            let found = arrange(&goods, &[10; 3], support);
            assert_eq!(found.is_some(), expect, "{why}");
            for (lying, shape) in found.iter().flatten().zip(&goods.shapes) {
                assert!(shape.turns().as_slice().contains(&lying.size), "{why}: in their order");
            }
        }
    }
}
