//! A set of cartons for a history of orders.

use super::bound::lower_bound;
use super::candidate::{Candidate, Pool, Source, boxes_of};
use super::demand::{Demand, Demands, demands};
use super::maker::{Maker, Measure, Sides};
use super::median::{Cost, Median};
use super::order::Order;
use super::refine::refined;
use crate::CartonKind;

/// Most rounds of refining and growing again.
const ROUNDS_MAX: usize = 4;

/// What is wished for.
#[derive(Clone, Debug, PartialEq)]
pub struct Wish {
    /// Most cartons in the set, the locked ones among them.
    pub count: usize,
    /// What is to be saved.
    pub measure: Measure,
    /// Share of each piece's base, `0.0..=1.0`, that lies on the floor or on pieces below.
    pub support: f64,
    /// Cartons that must stay.
    pub locked: Vec<CartonKind>,
}

/// What a set of some size takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Cartons in the set.
    pub count: usize,
    /// Orders that it does not hold, though the largest carton would.
    pub left_out: i64,
    /// Material of the others, as the measure counts it.
    pub material: i64,
}

/// A set of cartons, and what it takes for the orders it was designed on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CartonSet {
    /// From the least material up. The new ones are `D01`, `D02`, …; fewer than wished where one more
    /// would save nothing.
    pub cartons: Vec<CartonKind>,
    /// Orders in each of them.
    pub used: Vec<i64>,
    /// What it takes: the last of `steps`. Orders are put where their tight boxes say so; packing may
    /// find them a smaller carton.
    pub material: i64,
    /// No set of that size made of the same candidates takes less; `None` where it leaves out an
    /// order.
    pub lower_bound: Option<i64>,
    /// Orders that it does not hold, though the largest carton would.
    pub left_out: i64,
    /// Orders that no carton of the maker holds in one parcel.
    pub too_large: i64,
    /// Orders that ship in their own package.
    pub without_carton: i64,
    /// Smaller sets on the way to this one, from the locked cartons alone.
    pub steps: Vec<Step>,
}

/// The set of at most `wish.count` cartons that takes least material for the orders.
///
/// The same orders in any order give the same set. Once their boxes are found it is asked often whether
/// to `go_on`; if not, the set is the best so far, and its bound lower than it could be.
pub fn design(
    orders: &[Order],
    maker: &Maker,
    wish: &Wish,
    go_on: &mut dyn FnMut() -> bool,
) -> CartonSet {
    let Demands { all, without_carton, too_large } = demands(orders, maker, wish.support);
    let mut path = Path::new(all, maker, wish);
    path.grow(wish.count, go_on);
    CartonSet { too_large, without_carton, ..path.set(wish.count, go_on) }
}

/// Sets of growing size.
pub(crate) struct Path<'a> {
    demands: Vec<Demand>,
    boxes: Vec<Sides>,
    maker: &'a Maker,
    wish: &'a Wish,
    /// The chosen candidates, the locked alone at first, then one more each.
    sets: Vec<Vec<Candidate>>,
    /// What they cost.
    pub(crate) costs: Vec<Cost>,
}

impl<'a> Path<'a> {
    pub(crate) fn new(demands: Vec<Demand>, maker: &'a Maker, wish: &'a Wish) -> Self {
        let boxes = boxes_of(&demands, maker);
        Self { demands, boxes, maker, wish, sets: Vec::new(), costs: Vec::new() }
    }

    fn pool(&self) -> Pool {
        let Wish { locked, measure, .. } = self.wish;
        Pool::new(&self.demands, &self.boxes, locked, self.maker, *measure)
    }

    /// Adds and swaps, one carton after another, until there are `count`; then refines each of the
    /// sets, and again from the boxes found, as long as that makes the largest set better.
    pub(crate) fn grow(&mut self, count: usize, go_on: &mut dyn FnMut() -> bool) {
        self.walk(count, go_on);
        for _ in 0..ROUNDS_MAX {
            let before = self.costs.last().copied();
            if !go_on() || !self.refine() {
                return;
            }
            self.walk(count, go_on);
            if self.costs.last().copied() == before {
                return;
            }
        }
    }

    /// One round: each set grown from the one before, or swapped from the last round's.
    fn walk(&mut self, count: usize, go_on: &mut dyn FnMut() -> bool) {
        let pool = self.pool();
        let known = std::mem::take(&mut self.sets);
        self.costs.clear();
        let mut median = Median::new(&pool);
        loop {
            self.costs.push(median.cost());
            self.sets.push(median.candidates());
            let full = self.sets.len() + self.wish.locked.len() > count;
            if full || !median.add_best() {
                return;
            }
            median.swap_all(go_on);
            if let Some(known) = known.get(self.sets.len()) {
                let mut other = Median::with(&pool, known);
                other.swap_all(go_on);
                if other.cost() < median.cost() {
                    median = other;
                }
            }
        }
    }

    /// Puts among the boxes those by which the sets would be better; false where there are none.
    fn refine(&mut self) -> bool {
        let mut found = false;
        for set in &mut self.sets {
            let better = refined(set.clone(), &self.demands, self.maker, self.wish.measure);
            if better != *set {
                self.boxes.extend(better.iter().map(|candidate| candidate.sides));
                *set = better;
                found = true;
            }
        }
        found
    }

    /// The set of at most `count` cartons, with its bound.
    pub(crate) fn set(&self, count: usize, go_on: &mut dyn FnMut() -> bool) -> CartonSet {
        let locked = self.wish.locked.len();
        let last = count.saturating_sub(locked).min(self.sets.len() - 1);
        let pool = self.pool();
        let median = Median::with(&pool, &self.sets[last]);
        let cost = median.cost();
        let mut set = CartonSet {
            material: cost.material,
            left_out: cost.left_out,
            lower_bound: (cost.left_out == 0).then(|| {
                let (count, start) = (count.max(locked), median.multipliers());
                lower_bound(&pool, count, cost.material, start, go_on)
            }),
            ..CartonSet::default()
        };
        let mut chosen: Vec<(u32, i64)> =
            median.chosen().iter().copied().zip(median.used()).collect();
        chosen.sort_unstable();
        let taken = |id: &String| self.wish.locked.iter().any(|carton| carton.id == *id);
        let mut ids = (1..).map(|number| format!("D{number:02}")).filter(|id| !taken(id));
        for (index, used) in chosen {
            let candidate = &pool.candidates[index as usize];
            set.used.push(used);
            set.cartons.push(match candidate.source {
                Source::Locked(index) => self.wish.locked[index].clone(),
                Source::Board(board) => {
                    let id = ids.next().expect("numbers do not end");
                    self.maker.carton(id, candidate.sides, &self.maker.boards[board])
                }
            });
        }
        set.steps = self.costs[..=last].iter().zip(locked..).map(Step::of).collect();
        set
    }
}

impl Step {
    fn of((cost, count): (&Cost, usize)) -> Self {
        Self { count, left_out: cost.left_out, material: cost.material }
    }
}

#[cfg(test)]
mod tests {
    use super::super::maker::inside;
    use super::super::maker::tests::maker;
    use super::*;
    use crate::{Piece, design::evaluate};
    use proptest::prelude::*;
    use quantity::{Length, Mass};

    fn order(pieces: Vec<[i64; 3]>, count: u32) -> Order {
        let piece = |sides: [i64; 3]| Piece {
            order: 0,
            product: 0,
            sides: sides.map(Length::new),
            mass: Mass::from_grams(500),
            upright: false,
            fragile: false,
            own_package: false,
            stacking_max: None,
            rule: None,
        };
        let pieces = pieces.into_iter().map(piece).collect();
        Order { pieces, count, industry: "toys".into(), month: "2017-01".into() }
    }

    fn wish(count: usize, locked: Vec<CartonKind>) -> Wish {
        Wish { count, measure: Measure::Surface, support: 0.75, locked }
    }

    fn orders() -> impl Strategy<Value = Vec<Order>> {
        let piece = prop::array::uniform3(200_i64..3_500);
        let one = (prop::collection::vec(piece, 1..4), 1_u32..6)
            .prop_map(|(pieces, count)| order(pieces, count));
        prop::collection::vec(one, 1..12)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn what_holds_of_every_set(orders in orders(), count in 1_usize..6, locks in any::<bool>()) {
            let maker = maker();
            let stays = maker.carton("D01".into(), [2_500, 1_500, 1_500], &maker.boards[0]);
            let locked = if locks { vec![stays] } else { vec![] };
            let wish = wish(count, locked.clone());
            let set = design(&orders, &maker, &wish, &mut || true);
            prop_assert!(set.cartons.len() <= count.max(locked.len()));
            prop_assert!(locked.iter().all(|carton| set.cartons.contains(carton)), "the locked stay");
            let mut ids: Vec<&str> = set.cartons.iter().map(|carton| &carton.id[..]).collect();
            ids.sort_unstable();
            ids.dedup();
            prop_assert_eq!(ids.len(), set.cartons.len(), "no id twice");
            for carton in &set.cartons {
                prop_assert!(inside(carton.inner.map(Length::tenths_mm), maker.largest()));
            }
            let last = set.steps.last().expect("the locked alone are a step");
            prop_assert_eq!((last.left_out, last.material), (set.left_out, set.material));
            for pair in set.steps.windows(2) {
                let cost = |step: &Step| (step.left_out, step.material);
                prop_assert!(cost(&pair[1]) < cost(&pair[0]), "one more costs less");
            }
            if count > locked.len() {
                prop_assert_eq!(set.left_out, 0, "the largest carton is among the candidates");
            }
            prop_assert!(set.lower_bound.is_none_or(|bound| bound <= set.material));
            // Packing finds a carton for every order that the design has put in one.
            let packed = evaluate(&set.cartons, &orders, Measure::Surface, 0.75);
            prop_assert!(packed.orders_not_served <= set.left_out + set.too_large);
            if packed.orders_not_served == set.too_large {
                prop_assert!(packed.material <= set.material);
            }
        }

        #[test]
        fn the_order_of_the_history_does_not_matter(orders in orders(), count in 1_usize..5) {
            let set = |orders: &[Order]| design(orders, &maker(), &wish(count, vec![]), &mut || true);
            let mut other = orders.clone();
            other.reverse();
            // An order that came five times is five orders.
            let one = other[0].clone();
            other[0].count = 1;
            other.extend((1..one.count).map(|_| Order { count: 1, ..one.clone() }));
            prop_assert_eq!(set(&orders), set(&other));
        }
    }

    #[test]
    fn no_orders_or_no_cartons() {
        let one = order(vec![[1_000; 3]], 2);
        let boardless = Maker { boards: vec![], ..maker() };
        for (orders, maker, count, left_out, too_large, why) in [
            (vec![], maker(), 3, 0, 0, "nothing to pack needs no carton"),
            (vec![one.clone()], maker(), 0, 2, 0, "no carton packs nothing"),
            (vec![one.clone()], boardless, 3, 0, 2, "of no board nothing can be made"),
            (vec![order(vec![[7_000; 3]], 2)], maker(), 3, 0, 2, "larger than the largest"),
        ] {
            let set = design(&orders, &maker, &wish(count, vec![]), &mut || true);
            assert_eq!((set.left_out, set.too_large), (left_out, too_large), "{why}");
            assert!(set.cartons.is_empty(), "{why}");
        }
    }

    #[test]
    fn without_time_there_is_still_a_whole_set() {
        let locked = maker().carton("L".into(), [1_200; 3], &maker().boards[0]);
        let orders = [1, 2, 3].map(|dm| order(vec![[dm * 1_000; 3]], 4 - dm as u32));
        let wish = wish(3, vec![locked.clone()]);
        let hasty = design(&orders, &maker(), &wish, &mut || false);
        assert_eq!((hasty.cartons.len(), hasty.left_out), (3, 0));
        assert!(hasty.cartons.contains(&locked));
        let set = design(&orders, &maker(), &wish, &mut || true);
        assert!(set.material <= hasty.material && set.lower_bound >= hasty.lower_bound);
    }
}
