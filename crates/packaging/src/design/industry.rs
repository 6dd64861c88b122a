//! A set for each industry, out of one number of cartons.

use super::carton_set::{CartonSet, Path, Wish};
use super::demand::{Demands, demands};
use super::maker::Maker;
use super::median::Cost;
use super::order::Order;
use std::collections::BTreeMap;

/// The cartons of one industry.
#[derive(Clone, Debug, PartialEq)]
pub struct IndustrySet {
    /// As its orders name it.
    pub industry: String,
    /// Its set; the locked cartons are in every one.
    pub set: CartonSet,
}

/// Sets that together hold at most `wish.count` cartons, the locked ones counted once, so that the
/// industries together take least material, each of them packed from its own set. By name of the industry.
///
/// How many each gets is exact for the sets that [`super::design`] finds for each number. Orders are
/// left out where there are too few cartons for all industries.
pub fn design_by_industry(
    orders: &[Order],
    maker: &Maker,
    wish: &Wish,
    go_on: &mut dyn FnMut() -> bool,
) -> Vec<IndustrySet> {
    let mut by_industry: BTreeMap<&str, Vec<&Order>> = BTreeMap::new();
    for order in orders {
        by_industry.entry(&order.industry).or_default().push(order);
    }
    // Serving comes first, so without locked cartons each takes one before any takes two.
    let others = if wish.locked.is_empty() { by_industry.len().saturating_sub(1) } else { 0 };
    let most = wish.count.saturating_sub(others).max(1);
    let mut paths = Vec::new();
    for (industry, orders) in by_industry {
        let Demands { all, without_carton, too_large } =
            demands(orders.iter().copied(), maker, wish.support);
        let mut path = Path::new(all, maker, wish);
        path.grow(most, go_on);
        paths.push((industry, path, without_carton, too_large));
    }
    let free = wish.count.saturating_sub(wish.locked.len());
    let costs: Vec<&[Cost]> = paths.iter().map(|(_, path, ..)| &path.costs[..]).collect();
    let numbers = shared_out(&costs, free);
    let set =
        |((industry, path, without_carton, too_large), number): ((&str, Path, _, _), usize)| {
            let set = path.set(wish.locked.len() + number, go_on);
            IndustrySet {
                industry: industry.into(),
                set: CartonSet { too_large, without_carton, ..set },
            }
        };
    paths.into_iter().zip(numbers).map(set).collect()
}

/// How many each gets of `free` so that the sum is least; of equal sums, the earlier ones get less.
///
/// - `costs`: for each, what it costs with none, with one, and so on.
fn shared_out(costs: &[&[Cost]], free: usize) -> Vec<usize> {
    // By how many are left to it and all before it: the least sum, and how many it takes of them.
    let mut sums = vec![Cost::default(); free + 1];
    let mut taken: Vec<Vec<usize>> = Vec::new();
    for costs in costs {
        let choose = |left: usize| {
            let sum = |&number: &usize| {
                let mut sum = sums[left - number];
                sum += costs[number];
                sum
            };
            let most = left.min(costs.len() - 1);
            (0..=most).rev().map(|number| (sum(&number), number)).min_by_key(|&(sum, _)| sum)
        };
        let (next, numbers): (Vec<Cost>, Vec<usize>) =
            (0..=free).map(|left| choose(left).expect("none at all is a number")).unzip();
        sums = next;
        taken.push(numbers);
    }
    let mut left = free;
    let mut numbers = vec![0; costs.len()];
    for (number, taken) in numbers.iter_mut().zip(&taken).rev() {
        *number = taken[left];
        left -= *number;
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn material(material: i64) -> Cost {
        Cost { left_out: 0, material }
    }

    #[test]
    fn cartons_go_where_they_save_most() {
        let none = Cost { left_out: 5, material: 0 };
        let toys = [none, material(100), material(60), material(50)];
        let books = [none, material(90), material(80), material(75)];
        for (free, expect, why) in [
            (0, [0, 0], "none for anyone"),
            (2, [1, 1], "serving every industry comes first"),
            (3, [2, 1], "40 for the toys, 10 for the books"),
            (4, [2, 2], "10 either way: of equal sums the earlier gets less"),
            (9, [3, 3], "more would save nothing"),
        ] {
            assert_eq!(shared_out(&[&toys, &books], free), expect, "{why}");
        }
    }

    proptest! {
        #[test]
        fn no_other_way_to_share_is_better(
            costs in prop::collection::vec(prop::collection::vec(0_i64..100, 1..5), 1..4), free in 0_usize..6,
        ) {
            let costs: Vec<Vec<Cost>> =
                costs.into_iter().map(|path| path.into_iter().map(material).collect()).collect();
            let paths: Vec<&[Cost]> = costs.iter().map(|path| &path[..]).collect();
            let sum = |numbers: &[usize]| -> i64 {
                paths.iter().zip(numbers).map(|(path, &n)| path[n].material).sum()
            };
            let found = shared_out(&paths, free);
            prop_assert!(found.iter().sum::<usize>() <= free);
            let mut ways = vec![vec![]];
            for path in &paths {
                ways = ways
                    .into_iter()
                    .flat_map(|way: Vec<usize>| {
                        (0..path.len()).map(move |n| [&way[..], &[n]].concat())
                    })
                    .collect();
            }
            let best = ways.iter().filter(|way| way.iter().sum::<usize>() <= free);
            prop_assert_eq!(Some(sum(&found)), best.map(|way| sum(way)).min());
        }
    }
}
