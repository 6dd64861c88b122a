//! The loads in a stack of pieces, where some say how much may rest on them.
//!
//! The mass of a piece, and of all that rests on it, is shared by the pieces it rests on in
//! proportion to the area of contact, and passes on downwards. Shares are rounded up to the
//! milligram: no limit is passed by rounding. What floats, where that is allowed, loads nothing.

use crate::shape::Shape;
use crate::space::Lying;

/// A piece that bears what the carton bears.
pub(crate) const UNLIMITED: i64 = i64::MAX;

/// A piece in the stack.
#[derive(Clone, Debug)]
struct Bearer {
    /// Height of its base.
    base: i32,
    /// In milligrams.
    mass: i64,
    /// Most that may rest on it, in milligrams.
    stacking_max: i64,
    /// The pieces below that it touches, with the area.
    rests_on: Vec<(usize, i64)>,
}

/// What rests on what, in a carton that is being loaded.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stack {
    /// In the order of loading.
    bearers: Vec<Bearer>,
    /// Their positions, the highest base first.
    top_down: Vec<usize>,
}

/// No piece of the arrangement bears more than it may; the shapes and where they lie, in one order.
pub(crate) fn bears(shapes: &[Shape], lying: &[Lying]) -> bool {
    let mut stack = Stack::default();
    for (i, (shape, piece)) in shapes.iter().zip(lying).enumerate() {
        stack.put(shape, piece, &lying[..i]);
    }
    stack.holds()
}

impl Stack {
    /// The piece may be put there now.
    pub(crate) fn admits(&mut self, shape: &Shape, piece: &Lying, lying: &[Lying]) -> bool {
        self.put(shape, piece, lying);
        let holds = self.holds();
        self.take();
        holds
    }

    /// Puts a piece to those that lie there, whatever they bear.
    pub(crate) fn put(&mut self, shape: &Shape, piece: &Lying, lying: &[Lying]) {
        let own = self.bearers.len();
        debug_assert_eq!(own, lying.len(), "the stack is of what lies there");
        let mut rests_on = Vec::new();
        for (i, other) in lying.iter().enumerate() {
            let area = piece.common_base(other);
            if area > 0 && other.end(2) == piece.at[2] {
                rests_on.push((i, area));
            }
            if area > 0 && piece.end(2) == other.at[2] {
                self.bearers[i].rests_on.push((own, area));
            }
        }
        let base = piece.at[2];
        let place = self.top_down.partition_point(|&i| self.bearers[i].base > base);
        self.top_down.insert(place, own);
        let Shape { mass, stacking_max, .. } = *shape;
        self.bearers.push(Bearer { base, mass, stacking_max, rests_on });
    }

    /// Takes out the piece that was put in last.
    pub(crate) fn take(&mut self) {
        self.bearers.pop();
        let gone = self.bearers.len();
        self.top_down.retain(|&i| i != gone);
        for bearer in &mut self.bearers {
            bearer.rests_on.retain(|&(below, _)| below != gone);
        }
    }

    /// Takes out everything.
    pub(crate) fn clear(&mut self) {
        self.bearers.clear();
        self.top_down.clear();
    }

    /// No piece bears more than it may.
    pub(crate) fn holds(&self) -> bool {
        let mut loads = vec![0_i128; self.bearers.len()];
        for &i in &self.top_down {
            let bearer = &self.bearers[i];
            if bearer.stacking_max != UNLIMITED && loads[i] > i128::from(bearer.stacking_max) {
                return false;
            }
            let passed_on = loads[i] + i128::from(bearer.mass);
            let contact: i128 = bearer.rests_on.iter().map(|&(_, area)| i128::from(area)).sum();
            for &(below, area) in &bearer.rests_on {
                loads[below] += (passed_on * i128::from(area) + contact - 1) / contact;
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::Sides;

    fn shape(mass: i64, stacking_max: i64) -> Shape {
        Shape { sides: [4; 3], upright: false, fragile: false, stacking_max, mass }
    }

    fn at(at: Sides, size: Sides) -> Lying {
        Lying { at, size, fragile: false }
    }

    #[test]
    fn loads_are_shared_by_contact_and_pass_on_downwards() {
        // A beam of 100 lies on two posts, three quarters on the first; a weight of 40 on the beam.
        let lying = [
            at([0, 0, 0], [6, 4, 4]),
            at([6, 0, 0], [2, 4, 4]),
            at([0, 0, 4], [8, 4, 1]),
            at([4, 0, 5], [4, 4, 4]),
        ];
        for (limits, expect, why) in [
            ([105, 35, 40], true, "exactly what each bears"),
            ([104, 35, 40], false, "the first post bears three quarters of 140"),
            ([105, 34, 40], false, "the second a quarter"),
            ([105, 35, 39], false, "the beam the weight"),
            ([UNLIMITED; 3], true, "no limits"),
        ] {
            let [first, second, beam] = limits;
            let shapes =
                [shape(10, first), shape(10, second), shape(100, beam), shape(40, UNLIMITED)];
            assert_eq!(bears(&shapes, &lying), expect, "{why}");
            let (mut turned, mut upside) = (shapes, lying);
            turned.reverse();
            upside.reverse();
            assert_eq!(bears(&turned, &upside), expect, "{why}, in any order");
        }
    }

    #[test]
    fn a_piece_under_an_overhang_takes_its_share() {
        let mut stack = Stack::default();
        let (post, beam) = (at([0, 0, 0], [4, 4, 4]), at([0, 0, 4], [8, 4, 1]));
        stack.put(&shape(1, UNLIMITED), &post, &[]);
        stack.put(&shape(100, UNLIMITED), &beam, &[post]);
        let under = at([4, 0, 0], [4, 4, 4]);
        assert!(!stack.admits(&shape(1, 49), &under, &[post, beam]), "half of the beam");
        assert!(stack.admits(&shape(1, 50), &under, &[post, beam]));
        stack.put(&shape(1, 50), &under, &[post, beam]);
        stack.take();
        assert!(stack.holds() && stack.bearers[1].rests_on == [(0, 16)], "as it was before");
    }

    #[test]
    fn odd_thirds_are_rounded_up() {
        let posts: Vec<Lying> = (0..3).map(|i| at([2 * i, 0, 0], [2, 2, 2])).collect();
        let lying = [&posts[..], &[at([0, 0, 2], [6, 2, 2])]].concat();
        let on = |limit| {
            let post = shape(1, limit);
            bears(&[post, post, post, shape(100, UNLIMITED)], &lying)
        };
        assert!(!on(33) && on(34), "a third of 100 is more than 33");
    }
}
