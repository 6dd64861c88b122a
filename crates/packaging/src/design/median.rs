//! The choice of a given number of candidates: adding the best, then swapping one for another.
//!
//! Swaps are found by what each candidate would gain, what each chosen one would lose, and a
//! correction for pairs, all kept up to date. Source: Resende & Werneck, A fast swap-based local search
//! procedure for location problems (2007), after Whitaker (1983).

use super::candidate::{Candidate, Pool};
use std::ops::{AddAssign, Mul, Sub};

/// What a set costs: an order left out weighs more than any material.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cost {
    /// Orders that nothing chosen serves.
    pub(crate) left_out: i64,
    /// As the measure counts it.
    pub(crate) material: i64,
}

impl AddAssign for Cost {
    fn add_assign(&mut self, other: Self) {
        self.left_out += other.left_out;
        self.material += other.material;
    }
}

impl Sub for Cost {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self { left_out: self.left_out - other.left_out, material: self.material - other.material }
    }
}

impl Mul<i64> for Cost {
    type Output = Self;
    fn mul(self, times: i64) -> Self {
        Self { left_out: self.left_out * times, material: self.material * times }
    }
}

/// No candidate.
const NONE: u32 = u32::MAX;

/// A set of candidates, and for each demand the two of them that serve it with least material.
#[derive(Clone, Debug)]
pub(crate) struct Median<'a> {
    pool: &'a Pool,
    /// In the order in which they came in; the locked ones first.
    chosen: Vec<u32>,
    /// Position in `chosen`, by candidate.
    slot_of: Vec<Option<u32>>,
    first: Vec<u32>,
    second: Vec<u32>,
    /// What adding a candidate would save.
    gain: Vec<Cost>,
    /// What removing a chosen one would cost.
    loss: Vec<Cost>,
    /// By chosen one, then candidate: what of the gain and the loss does not count when the one is
    /// swapped for the other.
    common: Vec<Vec<Cost>>,
}

impl<'a> Median<'a> {
    /// These candidates, the locked ones first.
    fn of(pool: &'a Pool, chosen: Vec<u32>) -> Self {
        let (candidates, demands) = (pool.candidates.len(), pool.counts.len());
        let mut median = Self {
            pool,
            slot_of: vec![None; candidates],
            first: vec![NONE; demands],
            second: vec![NONE; demands],
            gain: vec![Cost::default(); candidates],
            loss: vec![Cost::default(); chosen.len()],
            common: vec![vec![Cost::default(); candidates]; chosen.len()],
            chosen,
        };
        for (slot, &candidate) in (0..).zip(&median.chosen) {
            median.slot_of[candidate as usize] = Some(slot);
        }
        for demand in 0..demands {
            median.serve(demand);
            median.count(demand, 1);
        }
        median
    }

    /// The locked candidates alone.
    pub(crate) fn new(pool: &'a Pool) -> Self {
        Self::of(pool, pool.locked.clone())
    }

    /// The locked candidates and these, or as many others where the pool has not kept one of them
    /// because another is as good.
    pub(crate) fn with(pool: &'a Pool, set: &[Candidate]) -> Self {
        let mut chosen = pool.locked.clone();
        for wanted in set {
            let found = pool.candidates.iter().position(|candidate| candidate == wanted);
            chosen.extend(found.map(|found| found as u32).filter(|found| !chosen.contains(found)));
        }
        let mut median = Self::of(pool, chosen);
        while median.chosen.len() < set.len() && median.add_best() {}
        median
    }

    /// The chosen candidates.
    pub(crate) fn candidates(&self) -> Vec<Candidate> {
        self.chosen.iter().map(|&index| self.pool.candidates[index as usize].clone()).collect()
    }

    /// What is chosen, in the order in which it came in.
    pub(crate) fn chosen(&self) -> &[u32] {
        &self.chosen
    }

    /// What the set costs.
    pub(crate) fn cost(&self) -> Cost {
        let mut cost = Cost::default();
        for (demand, &first) in self.first.iter().enumerate() {
            cost += self.unit(first) * self.pool.counts[demand];
        }
        cost
    }

    /// Orders that each of the chosen serves.
    pub(crate) fn used(&self) -> Vec<i64> {
        let mut used = vec![0; self.chosen.len()];
        for (demand, &first) in self.first.iter().enumerate() {
            if first != NONE {
                used[self.slot(first)] += self.pool.counts[demand];
            }
        }
        used
    }

    /// By demand: its material from the second best of the set, or else from the best. A start for
    /// the multipliers of the bound.
    pub(crate) fn multipliers(&self) -> Vec<i64> {
        let material = |demand: usize| {
            let best = self.second[demand] == NONE;
            let serving = if best { self.first[demand] } else { self.second[demand] };
            self.unit(serving).material * self.pool.counts[demand]
        };
        (0..self.first.len()).map(material).collect()
    }

    /// Adds the candidate that saves most; false where none saves anything.
    pub(crate) fn add_best(&mut self) -> bool {
        let open = (0..self.gain.len()).filter(|&c| self.slot_of[c].is_none());
        // Of equals the last by `max_by_key`: turned around, so that the first wins.
        match open.rev().max_by_key(|&c| self.gain[c]) {
            Some(best) if self.gain[best] > Cost::default() => {
                self.add(best as u32);
                true
            }
            _ => false,
        }
    }

    /// Swaps as long as that saves anything and `go_on` says so.
    pub(crate) fn swap_all(&mut self, go_on: &mut dyn FnMut() -> bool) {
        while go_on() {
            let Some((out, candidate)) = self.best_swap() else { return };
            self.swap(out, candidate);
        }
    }

    /// Puts in one more.
    fn add(&mut self, candidate: u32) {
        self.slot_of[candidate as usize] = Some(self.chosen.len() as u32);
        self.chosen.push(candidate);
        self.loss.push(Cost::default());
        self.common.push(vec![Cost::default(); self.gain.len()]);
        for demand in 0..self.first.len() {
            let serves = || self.pool.serving[demand].binary_search(&candidate).is_ok();
            if candidate < self.second[demand] && serves() {
                self.count(demand, -1);
                self.serve(demand);
                self.count(demand, 1);
            }
        }
    }

    /// The swap that saves most, if any does: the slot that is given up, and what takes it.
    fn best_swap(&self) -> Option<(usize, u32)> {
        let mut best = (Cost::default(), None);
        for slot in self.pool.locked.len()..self.chosen.len() {
            for candidate in 0..self.gain.len() {
                let mut saved = self.gain[candidate] - self.loss[slot];
                saved += self.common[slot][candidate];
                if saved > best.0 && self.slot_of[candidate].is_none() {
                    best = (saved, Some((slot, candidate as u32)));
                }
            }
        }
        best.1
    }

    fn swap(&mut self, slot: usize, candidate: u32) {
        let out = self.chosen[slot];
        // The sums of the demands that change are taken back under the old set, so the slot is
        // renamed only in between.
        let changed: Vec<usize> = (0..self.first.len())
            .filter(|&demand| {
                let (first, second) = (self.first[demand], self.second[demand]);
                let serves = || self.pool.serving[demand].binary_search(&candidate).is_ok();
                first == out || second == out || (candidate < second && serves())
            })
            .collect();
        for &demand in &changed {
            self.count(demand, -1);
        }
        self.slot_of[out as usize] = None;
        self.slot_of[candidate as usize] = Some(slot as u32);
        self.chosen[slot] = candidate;
        for demand in changed {
            self.serve(demand);
            self.count(demand, 1);
        }
    }

    /// Finds the two that serve a demand with least material.
    fn serve(&mut self, demand: usize) {
        let serving = self.pool.serving[demand].iter().copied();
        let mut of_chosen = serving.filter(|&c| self.slot_of[c as usize].is_some());
        self.first[demand] = of_chosen.next().unwrap_or(NONE);
        self.second[demand] = of_chosen.next().unwrap_or(NONE);
    }

    /// Adds (`sign` 1) or takes back (-1) what a demand contributes to the sums.
    fn count(&mut self, demand: usize, sign: i64) {
        let (first, second) = (self.first[demand], self.second[demand]);
        let times = sign * self.pool.counts[demand];
        let (at_first, at_second) = (self.unit(first), self.unit(second));
        let slot = (first != NONE).then(|| self.slot(first));
        if let Some(slot) = slot {
            self.loss[slot] += (at_second - at_first) * times;
        }
        for &candidate in &self.pool.serving[demand] {
            if candidate >= second {
                break;
            }
            let at = self.unit(candidate);
            if candidate < first {
                self.gain[candidate as usize] += (at_first - at) * times;
            }
            if let Some(slot) = slot {
                let better = if candidate < first { at_first } else { at };
                self.common[slot][candidate as usize] += (at_second - better) * times;
            }
        }
    }

    fn slot(&self, candidate: u32) -> usize {
        self.slot_of[candidate as usize].expect("only chosen candidates serve") as usize
    }

    /// What an order costs that this candidate serves.
    fn unit(&self, candidate: u32) -> Cost {
        match self.pool.candidates.get(candidate as usize) {
            Some(candidate) => Cost { left_out: 0, material: candidate.material },
            None => Cost { left_out: 1, material: 0 },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::bound::lower_bound;
    use super::super::candidate::boxes_of;
    use super::super::candidate::tests::demand;
    use super::super::demand::Demand;
    use super::super::maker::Measure;
    use super::super::maker::tests::{board, maker};
    use super::*;
    use crate::design::Maker;
    use proptest::prelude::*;

    /// What a set costs, counted from the demands alone.
    fn cost_of(pool: &Pool, set: &[u32]) -> Cost {
        let mut cost = Cost::default();
        for (serving, &count) in pool.serving.iter().zip(&pool.counts) {
            let best = serving.iter().filter(|c| set.contains(c)).min();
            let material = best.map(|&c| pool.candidates[c as usize].material);
            let left_out = i64::from(material.is_none());
            cost += Cost { left_out, material: material.unwrap_or(0) } * count;
        }
        cost
    }

    /// The least cost of any set of at most `count` candidates that holds the locked.
    fn optimum(pool: &Pool, count: usize) -> Cost {
        let candidates = pool.candidates.len() as u32;
        let sets = (0_u32..1 << candidates).filter(|set| set.count_ones() as usize <= count);
        let members = |set: u32| (0..candidates).filter(|c| set >> c & 1 == 1).collect::<Vec<_>>();
        sets.map(members)
            .filter(|set| pool.locked.iter().all(|locked| set.contains(locked)))
            .map(|set| cost_of(pool, &set))
            .min()
            .expect("there is room for the locked")
    }

    fn demands() -> impl Strategy<Value = Vec<Demand>> {
        let side = || 1_i64..6;
        let one =
            (side(), side(), side(), 0_i64..3, 1_i64..5).prop_map(|(l, w, h, heavy, count)| {
                let sides = [l.max(w) * 500, l.min(w) * 500, h * 500];
                demand(sides, heavy * 6_000_000, count)
            });
        prop::collection::vec(one, 1..7)
    }

    fn two_boards() -> Maker {
        Maker {
            boards: vec![board("single", 500, 10_000), board("double", 800, 20_000)],
            ..maker()
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(192))]
        #[test]
        fn between_the_bound_and_what_brute_force_finds(
            demands in demands(), count in 1_usize..5, locks in any::<bool>(), by_mass in any::<bool>(),
        ) {
            let maker = two_boards();
            let measure = if by_mass { Measure::Mass } else { Measure::Surface };
            let stays = maker.carton("L".into(), [2_000, 1_500, 1_000], &maker.boards[0]);
            let locked = if locks { vec![stays] } else { vec![] };
            let pool = Pool::new(&demands, &boxes_of(&demands, &maker), &locked, &maker, measure);
            let count = count.max(locked.len());
            let mut median = Median::new(&pool);
            while median.chosen().len() < count && median.add_best() {
                median.swap_all(&mut || true);
            }
            prop_assert_eq!(median.cost(), cost_of(&pool, median.chosen()), "the sums are kept");
            prop_assert!(median.chosen().starts_with(&pool.locked), "the locked stay");
            let orders: i64 = pool.counts.iter().sum();
            let used: i64 = median.used().iter().sum();
            prop_assert_eq!(used + median.cost().left_out, orders);
            for slot in locked.len()..median.chosen().len() {
                for candidate in 0..pool.candidates.len() as u32 {
                    let mut other = median.chosen().to_vec();
                    other[slot] = candidate;
                    prop_assert!(cost_of(&pool, &other) >= median.cost(), "no swap is left");
                }
            }
            let best = optimum(&pool, count);
            prop_assert!(median.cost() >= best);
            if best.left_out == 0 {
                let start = Median::with(&pool, &median.candidates()).multipliers();
                let upper = median.cost();
                prop_assert_eq!(upper.left_out, 0, "serving all comes before material");
                // Whatever set is known, candidates of a better one are not dropped.
                for known in [upper.material, upper.material * 3 / 2] {
                    let bound = lower_bound(&pool, count, known, start.clone(), &mut || true);
                    prop_assert!(bound <= best.material, "{} above {}", bound, best.material);
                }
            }
        }

        #[test]
        fn a_set_put_together_costs_as_one_that_grew(demands in demands(), count in 1_usize..5) {
            let boxes = boxes_of(&demands, &maker());
            let pool = Pool::new(&demands, &boxes, &[], &two_boards(), Measure::Mass);
            let mut grown = Median::new(&pool);
            while grown.chosen().len() < count && grown.add_best() {
                grown.swap_all(&mut || true);
            }
            let together = Median::with(&pool, &grown.candidates());
            prop_assert_eq!(together.chosen(), grown.chosen());
            prop_assert_eq!(together.cost(), grown.cost());
            prop_assert_eq!(&together.gain, &grown.gain);
            prop_assert_eq!(&together.loss, &grown.loss);
        }
    }

    #[test]
    fn a_swap_mends_what_adding_spoilt() {
        // Cubes of 1, 2 and 3 dm, asked for 3, 2 and 1 times. The first added is the largest; with two,
        // the one in the middle is the best company.
        let demands = [1, 2, 3].map(|dm| demand([dm * 1_000; 3], 0, 4 - dm));
        let pool =
            Pool::new(&demands, &boxes_of(&demands, &maker()), &[], &maker(), Measure::Surface);
        let mut median = Median::of(&pool, vec![0, 2]);
        assert!(median.cost().material > cost_of(&pool, &[1, 2]).material);
        median.swap_all(&mut || false);
        assert_eq!(median.chosen(), [0, 2], "not when it is told to stop");
        median.swap_all(&mut || true);
        assert_eq!(median.chosen(), [1, 2]);
        assert!(median.add_best());
        assert!(!median.add_best(), "a fourth carton saves nothing");
    }
}
