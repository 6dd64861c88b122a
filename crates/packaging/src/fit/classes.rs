//! A complete search for few pieces, over all arrangements without regard to support.
//!
//! Two pieces do not overlap where some axis separates them. The search chooses for each pair one
//! axis that does (packing classes: Fekete and Schepers 2004, Fekete, Schepers and van der Veen
//! 2007). Pieces that one axis separates from each other lie in a row along it, so the heaviest
//! clique of that axis must not be longer than the carton. When every pair has its axis, each axis
//! is lined up by itself. What cannot be put in one after another is found too.

use crate::fit::budget::Budget;
use crate::goods::Goods;
use crate::shape::{Sides, Turns};
use crate::space::Lying;
use std::cmp::Reverse;

/// Most pieces of the search: their sets are bits of a byte.
pub(crate) const FEW: usize = 8;

/// What came of a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// Where each piece lies, in the order of the goods.
    Arrangement(Vec<Lying>),
    /// There is no arrangement.
    Nothing,
    /// The budget ran out first.
    Unknown,
}

struct Search<'a> {
    count: usize,
    room: Sides,
    turns: [&'a [Sides]; FEW],
    /// The first of the pieces alike that each belongs to.
    run: [usize; FEW],
    /// Which of its turns each piece has.
    turn: [usize; FEW],
    size: [Sides; FEW],
    /// The axis that separates a piece from each earlier one.
    axis: [[u8; FEW]; FEW],
    /// By axis, then by set of pieces: the longest row in it.
    row: [[i32; 1 << FEW]; 3],
    at: [Sides; FEW],
}

/// Where the pieces may lie when support and fragility do not count.
///
/// - `turns`: the ways of each that are inside.
/// - `room`: the sides of the carton that can be reached.
pub(crate) fn search(goods: &Goods, turns: &[Turns], room: Sides, budget: &mut Budget) -> Found {
    let count = goods.len();
    debug_assert!(count <= FEW, "sets of pieces are bits of a byte");
    // Large ones first: they leave the fewest choices.
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by_key(|&i| (Reverse(goods.shapes[i].volume()), i));
    let mut search = Search {
        count,
        room,
        turns: [&[]; FEW],
        run: [0; FEW],
        turn: [0; FEW],
        size: [[0; 3]; FEW],
        axis: [[0; FEW]; FEW],
        row: [[0; 1 << FEW]; 3],
        at: [[0; 3]; FEW],
    };
    for (k, &piece) in order.iter().enumerate() {
        search.turns[k] = turns[piece].as_slice();
        let follows = k > 0 && goods.shapes[piece].alike(&goods.shapes[order[k - 1]]);
        search.run[k] = if follows { search.run[k - 1] } else { k };
    }
    if search.place(0, budget) {
        let mut lying = vec![None; count];
        for (k, &piece) in order.iter().enumerate() {
            let fragile = goods.shapes[piece].fragile;
            lying[piece] = Some(Lying { at: search.at[k], size: search.size[k], fragile });
        }
        Found::Arrangement(lying.into_iter().flatten().collect())
    } else if budget.is_spent() {
        Found::Unknown
    } else {
        Found::Nothing
    }
}

impl Search<'_> {
    /// Gives piece `k` and the later ones their turns and axes; true as soon as all lie.
    fn place(&mut self, k: usize, budget: &mut Budget) -> bool {
        if k == self.count {
            return (0..3).all(|axis| self.line_up(axis, 0, 0, budget));
        }
        let in_run = k > 0 && self.run[k] < k;
        let first = if in_run { self.turn[k - 1] } else { 0 };
        for turn in first..self.turns[k].len() {
            self.turn[k] = turn;
            self.size[k] = self.turns[k][turn];
            if self.separate(k, 0, [0; 3], in_run && turn == first, budget) {
                return true;
            }
            if budget.is_spent() {
                return false;
            }
        }
        false
    }

    /// Chooses the axes between piece `k` and the earlier ones from `j` on.
    ///
    /// - `masks`: by axis, the earlier pieces it has been chosen for.
    /// - `tied`: the choices are so far those of the piece before, which is alike. Of such two the
    ///   one with the lower turn and axes goes first: exchanging them changes nothing else.
    fn separate(
        &mut self,
        k: usize,
        j: usize,
        masks: [usize; 3],
        tied: bool,
        budget: &mut Budget,
    ) -> bool {
        if j == k {
            if !budget.spend() {
                return false;
            }
            self.extend_rows(k, masks);
            return self.place(k + 1, budget);
        }
        let bound = tied && j < self.run[k];
        let least = if bound { self.axis[k - 1][j] } else { 0 };
        for axis in usize::from(least)..3 {
            let mask = masks[axis] | 1 << j;
            if self.size[k][axis] + self.row[axis][mask] > self.room[axis] {
                continue;
            }
            self.axis[k][j] = axis as u8;
            let mut masks = masks;
            masks[axis] = mask;
            let tied = tied && (!bound || axis as u8 == least);
            if self.separate(k, j + 1, masks, tied, budget) {
                return true;
            }
            if budget.is_spent() {
                return false;
            }
        }
        false
    }

    /// The longest row in each set that has piece `k` and none later.
    fn extend_rows(&mut self, k: usize, masks: [usize; 3]) {
        for (axis, mask) in masks.into_iter().enumerate() {
            let (size, row) = (self.size[k][axis], &mut self.row[axis]);
            for set in 0..1 << k {
                row[set | 1 << k] = row[set].max(size + row[set & mask]);
            }
        }
    }

    /// Gives the pieces not in `done` their places along an axis, each at the end of those it must
    /// not overlap, in the order of their places from `from` on.
    fn line_up(&mut self, axis: usize, done: usize, from: i32, budget: &mut Budget) -> bool {
        if done.count_ones() as usize == self.count {
            return true;
        }
        for k in (0..self.count).filter(|&k| done & 1 << k == 0) {
            let place = (0..self.count)
                .filter(|&j| done & 1 << j != 0 && self.separates(axis, k, j))
                .map(|j| self.at[j][axis] + self.size[j][axis])
                .max()
                .unwrap_or(0);
            if place < from || place + self.size[k][axis] > self.room[axis] || !budget.spend() {
                continue;
            }
            self.at[k][axis] = place;
            if self.line_up(axis, done | 1 << k, place, budget) {
                return true;
            }
        }
        false
    }

    fn separates(&self, axis: usize, k: usize, j: usize) -> bool {
        usize::from(self.axis[k.max(j)][k.min(j)]) == axis
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::bound::{exceeds_scaled, reach, turns_inside};
    use crate::shape::Shape;
    use crate::stack::UNLIMITED;
    use proptest::prelude::*;

    fn fixed(sides: &[Sides]) -> (Goods, Vec<Turns>) {
        let shape = |&sides: &Sides| Shape {
            sides,
            upright: true,
            fragile: false,
            stacking_max: UNLIMITED,
            mass: 1,
        };
        let mut shapes: Vec<Shape> = sides.iter().map(shape).collect();
        shapes.sort_unstable();
        let goods = Goods::of(shapes);
        let turns = goods.turns.clone();
        (goods, turns)
    }

    /// Nothing stands out, nothing overlaps.
    fn is_sound(lying: &[Lying], inner: Sides) -> bool {
        lying.iter().enumerate().all(|(i, a)| {
            let apart = |b: &Lying| (0..3).any(|x| a.end(x) <= b.at[x] || b.end(x) <= a.at[x]);
            (0..3).all(|x| 0 <= a.at[x] && a.end(x) <= inner[x]) && lying[..i].iter().all(apart)
        })
    }

    #[test]
    fn finds_the_pinwheel() {
        // No straight cut divides it.
        let (goods, turns) = fixed(&[[1, 2, 1], [1, 2, 1], [1, 2, 1], [1, 2, 1], [1, 1, 1]]);
        let found = search(&goods, &turns, [3, 3, 1], &mut Budget::of(100_000));
        let Found::Arrangement(lying) = found else { panic!("the pinwheel is the one way") };
        assert!(is_sound(&lying, [3, 3, 1]), "{lying:?}");
        let found = search(&goods, &turns, [4, 2, 1], &mut Budget::of(100_000));
        assert_eq!(found, Found::Nothing, "an area of nine on eight");
    }

    /// The puzzle of Slothouber and Graatsma: six slabs of 1 x 2 x 2 in a cube of 3. The one way
    /// leaves three single cells along a diagonal.
    #[test]
    fn finds_the_one_way_into_the_cube() {
        let shape = Shape {
            sides: [1, 2, 2],
            upright: false,
            fragile: false,
            stacking_max: UNLIMITED,
            mass: 1,
        };
        let goods = Goods::of(vec![shape; 6]);
        let found = search(&goods, &goods.turns, [3, 3, 3], &mut Budget::of(100_000));
        let Found::Arrangement(lying) = found else { panic!("{found:?}") };
        assert!(is_sound(&lying, [3, 3, 3]), "{lying:?}");
        let goods = Goods::of([vec![shape; 7]].concat());
        let found = search(&goods, &goods.turns, [3, 3, 3], &mut Budget::of(1_000_000));
        assert_eq!(found, Found::Nothing, "28 cells of 27");
    }

    #[test]
    fn says_when_the_budget_ran_out() {
        let sides: Vec<Sides> = (0..8).map(|i| [20 - i, 13 - i, 9]).collect();
        let (goods, _) = fixed(&sides);
        let turns = turns_inside(&goods, &[40, 26, 11]).expect("each lies alone");
        let room = reach(&turns, &[40, 26, 11]);
        assert_eq!(search(&goods, &turns, room, &mut Budget::of(3)), Found::Unknown);
    }

    /// Whether the pieces go in somehow, by trying all places of a grid. Sides and places are whole,
    /// which loses nothing where the sides are.
    fn goes_in(turns: &[Turns], inner: Sides, taken: u128) -> bool {
        let Some((first, rest)) = turns.split_first() else { return true };
        first.within(&inner).as_slice().iter().any(|size| {
            let ranges = [0, 1, 2].map(|axis| 0..=inner[axis] - size[axis]);
            let [xs, ys, zs] = ranges;
            zs.into_iter().any(|z| {
                ys.clone().any(|y| {
                    xs.clone().any(|x| {
                        let cells = cells([x, y, z], *size, inner);
                        cells & taken == 0 && goes_in(rest, inner, cells | taken)
                    })
                })
            })
        })
    }

    fn cells(at: Sides, size: Sides, inner: Sides) -> u128 {
        let mut cells = 0;
        for z in at[2]..at[2] + size[2] {
            for y in at[1]..at[1] + size[1] {
                for x in at[0]..at[0] + size[0] {
                    cells |= 1 << (x + inner[0] * (y + inner[1] * z));
                }
            }
        }
        cells
    }

    fn some_pieces() -> impl Strategy<Value = (Vec<Shape>, Sides)> {
        prop::array::uniform3(2_i32..=5).prop_flat_map(|inner| {
            let longest = inner.into_iter().max().unwrap_or(1);
            let shape = (prop::array::uniform3(1..=longest), any::<bool>()).prop_map(
                |(mut sides, upright)| {
                    sides[..if upright { 2 } else { 3 }].sort_unstable();
                    Shape { sides, upright, fragile: false, stacking_max: UNLIMITED, mass: 1 }
                },
            );
            let room: i64 = inner.iter().map(|&side| i64::from(side)).product();
            let runs = prop::collection::vec((shape, 1_usize..=3), 1..=4);
            let shapes = runs.prop_map(move |runs| {
                let equal = |(shape, count)| std::iter::repeat_n(shape, count);
                let mut shapes: Vec<Shape> = runs.into_iter().flat_map(equal).take(6).collect();
                // Those that the volume allows: tight, and not refuted at once.
                let mut left = room;
                shapes.retain(|shape: &Shape| {
                    let goes = shape.volume() <= left;
                    left -= if goes { shape.volume() } else { 0 };
                    goes
                });
                shapes.sort_unstable_by_key(|shape| (shape.volume(), *shape));
                shapes
            });
            (shapes, Just(inner))
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn agrees_with_trying_every_place((shapes, inner) in some_pieces()) {
            let mut goods = Goods::of(shapes);
            // For the search by places the largest come first, else it takes too long.
            let by_size: Vec<Turns> = goods.turns.iter().rev().copied().collect();
            goods.shapes.sort_unstable();
            let goods = Goods::of(goods.shapes);
            let expect = goes_in(&by_size, inner, 0);
            let Some(turns) = turns_inside(&goods, &inner) else {
                prop_assert!(!expect, "ruled out by a bound");
                return Ok(());
            };
            prop_assert!(!(expect && exceeds_scaled(&turns, &inner)), "ruled out by scales");
            let room = reach(&turns, &inner);
            match search(&goods, &turns, room, &mut Budget::of(1_000_000)) {
                Found::Arrangement(lying) => {
                    prop_assert!(expect && is_sound(&lying, inner), "{:?}", lying);
                    for (lying, turns) in lying.iter().zip(&goods.turns) {
                        prop_assert!(turns.as_slice().contains(&lying.size));
                    }
                }
                Found::Nothing => prop_assert!(!expect, "an arrangement was missed"),
                Found::Unknown => prop_assert!(false, "so few need fewer nodes"),
            }
        }
    }
}
