//! The boxes that an order asks for: of those around arrangements of its pieces, the ones that no
//! other lies inside.

use super::maker::{Maker, Sides, inside, on_floor, surface};
use crate::{CartonKind, Piece, pack_carton};
use quantity::{Length, Mass};

/// Up to so many pieces all ways of joining them side by side are tried.
const FEW: usize = 6;
/// Most boxes kept of a part of an order.
const PART_BOXES_MAX: usize = 16;
/// Most boxes of an order, and most that are tried.
const BOXES_MAX: usize = 12;
const TRIES_MAX: usize = 48;

/// A piece as its boxes know it; those of equal form are interchangeable.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Form {
    /// The ways to lie, the longer side of the floor first.
    turns: Vec<Sides>,
    mass: i64,
    fragile: bool,
    stacking_max: Option<Mass>,
}

impl Form {
    pub(crate) fn of(piece: &Piece) -> Self {
        let [l, w, h] = piece.sides.map(Length::tenths_mm);
        let mut turns = vec![on_floor([l, w, h])];
        if !piece.upright {
            turns.extend([on_floor([l, h, w]), on_floor([w, h, l])]);
        }
        turns.sort_unstable();
        turns.dedup();
        let Piece { mass, fragile, stacking_max, .. } = *piece;
        Self { turns, mass: mass.milligrams(), fragile, stacking_max }
    }

    fn volume(&self) -> i128 {
        self.turns[0].iter().map(|&side| i128::from(side)).product()
    }
}

/// Boxes on the maker's grid that hold the pieces, from the least surface up, none inside another;
/// empty where the largest carton does not hold them. Mass is not looked at.
///
/// - `support`: share of each base that is borne, as in [`pack_carton`].
pub(crate) fn tight_boxes(pieces: &[Piece], maker: &Maker, support: f64) -> Vec<Sides> {
    let mut forms: Vec<Form> = pieces.iter().map(Form::of).collect();
    forms.sort();
    let rounded = |boxes: Vec<Sides>| {
        let mut boxes: Vec<Sides> =
            boxes.into_iter().filter_map(|sides| maker.round_up(sides)).collect();
        boxes.sort_unstable_by_key(|&sides| (surface(sides), sides));
        boxes.dedup();
        boxes
    };
    let holds = |sides: Sides| pack_carton(pieces, &of_any_load(sides), support).is_some();
    if forms.is_empty() || !holds(maker.largest()) {
        return Vec::new();
    }
    let mut boxes: Vec<Sides> = Vec::new();
    for sides in rounded(joined(&forms)).into_iter().take(TRIES_MAX) {
        if boxes.len() < BOXES_MAX
            && !boxes.iter().any(|&other| inside(other, sides))
            && holds(sides)
        {
            boxes.push(sides);
        }
    }
    if boxes.is_empty() {
        boxes.push(shrunk(maker, holds));
    }
    boxes
}

fn of_any_load(sides: Sides) -> CartonKind {
    CartonKind {
        id: String::new(),
        inner: sides.map(Length::new),
        max_load: Mass::new(i64::MAX),
        tare: Mass::ZERO,
        material: String::new(),
    }
}

/// The largest carton made smaller along one side after the other, as long as it holds.
fn shrunk(maker: &Maker, holds: impl Fn(Sides) -> bool) -> Sides {
    let grid = maker.grid();
    let mut sides = maker.largest();
    // The height first: a low carton leaves the least room above the pieces.
    for axis in [2, 0, 1] {
        // Steps of the grid at which it does not hold, and at which it does.
        let (mut below, mut above) = (0, (sides[axis] + grid - 1) / grid);
        while above - below > 1 {
            let middle = i64::midpoint(below, above);
            let mut less = sides;
            less[axis] = middle * grid;
            if holds(less) {
                above = middle;
                sides = less;
            } else {
                below = middle;
            }
        }
    }
    on_floor(sides)
}

/// Boxes around the pieces joined side by side and on top of each other.
fn joined(forms: &[Form]) -> Vec<Sides> {
    let groups: Vec<&[Form]> = forms.chunk_by(|a, b| a == b).collect();
    if forms.len() <= FEW { joined_every_way(&groups) } else { joined_in_turn(&groups) }
}

/// Every way to join: for each choice of how many of each group, from two smaller choices.
fn joined_every_way(groups: &[&[Form]]) -> Vec<Sides> {
    // A choice is a number whose digits count the pieces of each group.
    let mut place = Vec::with_capacity(groups.len());
    let mut choices = 1;
    for group in groups {
        place.push(choices);
        choices *= group.len() + 1;
    }
    let digit = |choice: usize, group: usize| choice / place[group] % (groups[group].len() + 1);
    let part_of =
        |part: usize, choice: usize| (0..groups.len()).all(|g| digit(part, g) <= digit(choice, g));
    let mut boxes: Vec<Vec<Sides>> = vec![Vec::new(); choices];
    for choice in 1..choices {
        let mut found: Vec<Sides> = match place.iter().position(|&one| one == choice) {
            Some(group) => groups[group][0].turns.clone(),
            None => Vec::new(),
        };
        for part in 1..choice {
            // The other part is `choice - part`: each pair once.
            if 2 * part <= choice && part_of(part, choice) {
                join(&boxes[part], &boxes[choice - part], &mut found);
            }
        }
        found.sort_unstable_by_key(|&sides| (surface(sides), sides));
        found.dedup();
        if choice + 1 == choices {
            // Of the whole order none is dropped: an arrangement may lack support in the best.
            return found;
        }
        boxes[choice] = undominated(found, PART_BOXES_MAX);
    }
    Vec::new()
}

/// Equal pieces as blocks, then the blocks joined one after another, the largest volume first.
fn joined_in_turn(groups: &[&[Form]]) -> Vec<Sides> {
    let mut groups: Vec<&[Form]> = groups.to_vec();
    groups.sort_by_key(|group| std::cmp::Reverse(group[0].volume() * group.len() as i128));
    let mut boxes: Vec<Sides> = Vec::new();
    for group in groups {
        let blocks = blocks(&group[0], group.len() as i64);
        let mut found = Vec::new();
        if boxes.is_empty() {
            found = blocks;
        } else {
            join(&boxes, &blocks, &mut found);
        }
        found.sort_unstable_by_key(|&sides| (surface(sides), sides));
        found.dedup();
        boxes = undominated(found, PART_BOXES_MAX);
    }
    boxes
}

/// Grids of equal pieces with no layer more than needed.
fn blocks(form: &Form, count: i64) -> Vec<Sides> {
    let mut blocks = Vec::new();
    for &[l, w, h] in &form.turns {
        for along in 1..=count {
            for across in 1..=(count + along - 1) / along {
                let base = along * across;
                blocks.push(on_floor([l * along, w * across, h * ((count + base - 1) / base)]));
            }
        }
    }
    blocks.sort_unstable_by_key(|&sides| (surface(sides), sides));
    blocks.dedup();
    undominated(blocks, PART_BOXES_MAX)
}

/// Adds the boxes around one of the first and one of the second, in every way to put them together.
fn join(first: &[Sides], second: &[Sides], found: &mut Vec<Sides>) {
    for &[l, w, h] in first {
        for &[a, b, c] in second {
            for [a, b] in [[a, b], [b, a]] {
                found.push(on_floor([l + a, w.max(b), h.max(c)]));
                found.push(on_floor([l.max(a), w + b, h.max(c)]));
                found.push(on_floor([l.max(a), w.max(b), h + c]));
            }
        }
    }
}

/// Those that no earlier one lies inside, at most so many.
fn undominated(boxes: Vec<Sides>, most: usize) -> Vec<Sides> {
    let mut kept: Vec<Sides> = Vec::new();
    for sides in boxes {
        if kept.len() == most {
            break;
        }
        if !kept.iter().any(|&other| inside(other, sides)) {
            kept.push(sides);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::super::maker::tests::maker;
    use super::*;
    use proptest::prelude::*;

    fn piece(sides: Sides, upright: bool) -> Piece {
        Piece {
            order: 0,
            product: 0,
            sides: sides.map(Length::new),
            mass: Mass::from_grams(100),
            upright,
            fragile: false,
            own_package: false,
            stacking_max: None,
            rule: None,
        }
    }

    #[test]
    fn the_boxes_of_one_piece_are_its_ways_to_lie() {
        let boxes = |upright| tight_boxes(&[piece([3_000, 1_990, 1_000], upright)], &maker(), 1.0);
        assert_eq!(boxes(true), [[3_000, 2_000, 1_000]]);
        assert_eq!(
            boxes(false),
            [[2_000, 1_000, 3_000], [3_000, 1_000, 2_000], [3_000, 2_000, 1_000]]
        );
    }

    #[test]
    fn two_pieces_lie_side_by_side_or_stacked() {
        let pieces = [piece([3_000, 2_000, 500], true), piece([3_000, 2_000, 500], true)];
        let boxes = tight_boxes(&pieces, &maker(), 1.0);
        assert!(boxes.contains(&[3_000, 2_000, 1_000]), "stacked");
        assert!(boxes.contains(&[4_000, 3_000, 500]), "side by side");
        assert!(!boxes.contains(&[6_000, 4_000, 4_000]), "the largest is not tight");
    }

    #[test]
    fn nine_equal_pieces_make_a_block() {
        let pieces = vec![piece([1_000, 1_000, 1_000], false); 9];
        assert!(tight_boxes(&pieces, &maker(), 1.0).contains(&[3_000, 3_000, 1_000]));
    }

    #[test]
    fn pieces_that_only_the_search_puts_together() {
        // On a fragile piece nothing is put, and side by side in a row they are too long.
        let pieces: Vec<Piece> = (0..8)
            .map(|i| Piece { fragile: true, ..piece([1_500 + i, 1_500, 3_000], true) })
            .collect();
        let boxes = tight_boxes(&pieces, &maker(), 1.0);
        assert!(!boxes.is_empty(), "the largest carton holds four by two");
        for sides in boxes {
            assert!(pack_carton(&pieces, &of_any_load(sides), 1.0).is_some());
        }
    }

    #[test]
    fn what_the_largest_does_not_hold_has_no_box() {
        for (pieces, why) in [
            (vec![piece([6_001, 100, 100], true)], "too long"),
            (vec![piece([4_000, 4_000, 4_000], true); 2], "two of more than half"),
            (vec![], "nothing is packed"),
        ] {
            assert!(tight_boxes(&pieces, &maker(), 1.0).is_empty(), "{why}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn every_box_holds_the_order(
            sides in prop::collection::vec((prop::array::uniform3(100_i64..2_500), any::<bool>()), 1..5),
            support in prop::sample::select(vec![0.0, 0.75, 1.0]),
        ) {
            let pieces: Vec<Piece> = sides.into_iter().map(|(s, upright)| piece(s, upright)).collect();
            let boxes = tight_boxes(&pieces, &maker(), support);
            for &sides in &boxes {
                prop_assert!(pack_carton(&pieces, &of_any_load(sides), support).is_some());
                prop_assert!(boxes.iter().all(|&other| other == sides || !inside(other, sides)));
            }
            // Rounding to the grid never makes an order infeasible.
            let largest = of_any_load(maker().largest());
            prop_assert_eq!(boxes.is_empty(), pack_carton(&pieces, &largest, support).is_none());
        }
    }
}
