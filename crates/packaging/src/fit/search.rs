//! Exhaustive search over where few pieces lie, each borne.
//!
//! Each piece starts, along each axis, at the wall or where a piece ends. Two placements that are
//! both open commute, so only one order of the two is followed: a placement that was open before
//! the last one and was passed over is not tried again. Reaches the arrangements in which pieces
//! can be put in one after another, not all there are (den Boef et al. 2005).

use crate::fit::budget::Budget;
use crate::goods::Goods;
use crate::shape::{Shape, Sides, Turns};
use crate::space::{Lying, Space};
use crate::stack::Stack;

/// A place that is open to a piece.
#[derive(Clone, Copy, Debug)]
struct Opening {
    group: usize,
    piece: Lying,
}

struct Search<'a> {
    /// Those that take the same room, and load alike where that matters.
    groups: Vec<&'a Shape>,
    /// The ways of each to lie that are inside.
    turns: Vec<Turns>,
    /// How many of each are still to be placed.
    left: Vec<usize>,
    space: Space,
    /// Group of each piece in `space.lying`.
    placed: Vec<usize>,
    /// The loads, where some piece says what it bears.
    stack: Option<Stack>,
}

/// Where each piece lies, in the order of the goods. A node is a placement.
pub(crate) fn search(
    goods: &Goods,
    inner: Sides,
    support: f64,
    budget: &mut Budget,
) -> Option<Vec<Lying>> {
    let alike = |a: &Shape, b: &Shape| if goods.graded { a == b } else { a.alike(b) };
    let runs: Vec<&[Shape]> = goods.shapes.chunk_by(alike).collect();
    let mut search = Search {
        groups: runs.iter().map(|run| &run[0]).collect(),
        turns: runs.iter().map(|run| run[0].turns().within(&inner)).collect(),
        left: runs.iter().map(|run| run.len()).collect(),
        space: Space::new(inner, support),
        placed: Vec::new(),
        stack: goods.graded.then(Stack::default),
    };
    let mut first = Vec::new();
    for (group, shape) in search.groups.iter().enumerate() {
        for &size in search.turns[group].as_slice() {
            let piece = Lying { at: [0; 3], size, fragile: shape.fragile };
            first.push(Opening { group, piece });
        }
    }
    search.descend(&first, budget).then(|| {
        let mut found: Vec<(usize, Lying)> =
            search.placed.iter().copied().zip(search.space.lying).collect();
        found.sort_by_key(|&(group, _)| group);
        found.into_iter().map(|(_, piece)| piece).collect()
    })
}

impl Search<'_> {
    /// True as soon as everything is placed.
    fn descend(&mut self, open: &[Opening], budget: &mut Budget) -> bool {
        if self.left.iter().all(|&left| left == 0) {
            return true;
        }
        for (i, &Opening { group, piece }) in open.iter().enumerate() {
            if !budget.spend() {
                return false;
            }
            if !self.put(group, &piece) {
                continue;
            }
            self.left[group] -= 1;
            self.placed.push(group);
            self.space.lying.push(piece);
            let still =
                |other: &&Opening| self.left[other.group] > 0 && !other.piece.clashes(&piece);
            let mut next: Vec<Opening> = open[i + 1..].iter().filter(still).copied().collect();
            self.opened(&mut next);
            if self.descend(&next, budget) {
                return true;
            }
            self.space.lying.pop();
            self.placed.pop();
            if let Some(stack) = &mut self.stack {
                stack.take();
            }
            self.left[group] += 1;
        }
        false
    }

    /// Adds the piece to the loads, if nothing below bears too much.
    fn put(&mut self, group: usize, piece: &Lying) -> bool {
        let Some(stack) = &mut self.stack else { return true };
        stack.put(self.groups[group], piece, &self.space.lying);
        if !stack.holds() {
            stack.take();
            return false;
        }
        true
    }

    /// Adds the places that the last placement opened.
    fn opened(&self, next: &mut Vec<Opening>) {
        let starts: [Vec<(i32, bool)>; 3] = std::array::from_fn(|axis| self.starts(axis));
        for (group, shape) in self.groups.iter().enumerate().filter(|&(g, _)| self.left[g] > 0) {
            for &size in self.turns[group].as_slice() {
                for &(z, z_new) in &starts[2] {
                    if z + size[2] > self.space.inner[2] {
                        break;
                    }
                    for &(y, y_new) in &starts[1] {
                        if y + size[1] > self.space.inner[1] {
                            break;
                        }
                        for &(x, x_new) in &starts[0] {
                            if x + size[0] > self.space.inner[0] {
                                break;
                            }
                            let piece = Lying { at: [x, y, z], size, fragile: shape.fragile };
                            if self.opens(&piece, x_new || y_new || z_new) {
                                next.push(Opening { group, piece });
                            }
                        }
                    }
                }
            }
        }
    }

    /// The place is open now and was not before the last placement.
    fn opens(&self, piece: &Lying, new_start: bool) -> bool {
        let (last, before) = self.space.lying.split_last().expect("called after a placement");
        let borne_by = |other: &Lying| {
            if other.end(2) == piece.at[2] { piece.common_base(other) } else { 0 }
        };
        if self.space.lying.iter().any(|other| piece.clashes(other)) {
            return false;
        }
        let area_before: i64 = before.iter().map(borne_by).sum();
        let was_open = !new_start && piece.borne(area_before, self.space.support);
        !was_open && piece.borne(area_before + borne_by(last), self.space.support)
    }

    /// Where a piece may start along an axis, ascending; true where only the last placement ends.
    fn starts(&self, axis: usize) -> Vec<(i32, bool)> {
        let (last, before) = self.space.lying.split_last().expect("called after a placement");
        let mut starts: Vec<(i32, bool)> =
            before.iter().map(|piece| (piece.end(axis), false)).collect();
        starts.push((0, false));
        starts.push((last.end(axis), true));
        starts.sort_unstable();
        starts.dedup_by_key(|&mut (start, _)| start);
        starts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stack::UNLIMITED;

    /// Flat pieces, which may only be turned on the floor.
    fn flat(sides: [[i32; 2]; 5]) -> Goods {
        let shape = |[a, b]: [i32; 2]| Shape {
            sides: [a.min(b), a.max(b), 1],
            upright: true,
            fragile: false,
            stacking_max: UNLIMITED,
            mass: 1,
        };
        let mut shapes: Vec<Shape> = sides.into_iter().map(shape).collect();
        shapes.sort();
        Goods::of(shapes)
    }

    #[test]
    fn finds_the_pinwheel() {
        // No straight cut divides it; all five coordinates are needed at once.
        let goods = flat([[2, 1], [2, 1], [2, 1], [2, 1], [1, 1]]);
        let found = search(&goods, [3, 3, 1], 1.0, &mut Budget::of(2_000));
        for (turns, lying) in goods.turns.iter().zip(&found.expect("the pinwheel is the one way")) {
            assert!(turns.as_slice().contains(&lying.size), "each piece has its own sides");
        }
        let found = search(&goods, [3, 2, 1], 1.0, &mut Budget::of(2_000));
        assert_eq!(found, None, "an area of 9 on 6");
    }

    #[test]
    fn gives_up_at_the_limit() {
        let goods = flat([[20, 13], [19, 12], [18, 11], [17, 10], [16, 9]]);
        let mut budget = Budget::of(3);
        assert_eq!(search(&goods, [100; 3], 0.0, &mut budget), None, "three of five placed");
        assert!(budget.is_spent());
        assert!(search(&goods, [100; 3], 0.0, &mut Budget::of(5)).is_some(), "five are enough");
    }
}
