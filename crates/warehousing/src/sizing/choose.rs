//! Which size for each of several sites: a multiple-choice knapsack, exact by dynamic programme.

use super::worth::Candidate;
use quantity::Carbon;

/// Money is counted in whole units of this size, each investment rounded up.
pub const BUDGET_UNIT: f64 = 1_000.0;
/// A goal is counted in so many parts, what each site avoids rounded down to whole ones: the goal is
/// reached, and missed by no more than a part a site where it is said to be out of reach.
pub const GOAL_PARTS: u32 = 10_000;

/// The option of each site, by its place, with which the sum of net present values is greatest and the
/// investments fit in `budget`. Each site's options hold one without investment, as
/// [`Sized::tried`](super::Sized) does; otherwise there may be no answer.
pub fn within_budget(sites: &[Vec<Candidate>], budget: f64) -> Option<Vec<usize>> {
    // A thousand that is one but for rounding is one.
    let units = |of: &Candidate| (of.investment / BUDGET_UNIT - 1e-9).ceil().max(0.0) as usize;
    let dearest = |options: &Vec<Candidate>| options.iter().map(units).max().unwrap_or(0);
    let all = sites.iter().map(dearest).sum();
    let last = ((budget / BUDGET_UNIT + 1e-9).floor().max(0.0) as usize).min(all);
    let steps = Steps::of(sites, last, |spent, option| {
        Some(spent + units(option)).filter(|spent| *spent <= last)
    });
    let end =
        (0..=last).reduce(|best, at| if steps.worth[at] > steps.worth[best] { at } else { best });
    steps.back(end?)
}

/// The option of each site with which the sum of net present values is greatest and the first years
/// avoid `goal` together; none if that is out of reach. Options that emit more than nothing built are
/// left out.
pub fn for_goal(sites: &[Vec<Candidate>], goal: Carbon) -> Option<Vec<usize>> {
    let part = goal.kilograms_f64().max(0.0) / f64::from(GOAL_PARTS);
    let last = if part > 0.0 { GOAL_PARTS as usize } else { 0 };
    let steps = Steps::of(sites, last, |reached, option| {
        let kilograms = option.avoided.kilograms_f64();
        let parts = if last > 0 { (kilograms / part + 1e-9).floor() as usize } else { 0 };
        (kilograms >= 0.0).then(|| reached.saturating_add(parts).min(last))
    });
    steps.back(last)
}

/// Sites by net present value for each unit of money invested, the greatest first; those without
/// investment are left out.
pub fn ranked(chosen: &[Candidate]) -> Vec<usize> {
    let ratio = |site: &usize| chosen[*site].npv / chosen[*site].investment;
    let mut order: Vec<usize> =
        (0..chosen.len()).filter(|site| chosen[*site].investment > 0.0).collect();
    order.sort_by(|one, other| ratio(other).total_cmp(&ratio(one)));
    order
}

/// The best way to each state after all sites.
struct Steps {
    /// Sum of net present values; below all where there is no way.
    worth: Vec<f64>,
    /// Of each site and state: the state before and the option.
    from: Vec<Vec<(u32, u32)>>,
}

impl Steps {
    /// States are 0 to `last`; `to` is the state after one and an option.
    fn of(
        sites: &[Vec<Candidate>],
        last: usize,
        to: impl Fn(usize, &Candidate) -> Option<usize>,
    ) -> Self {
        let nowhere = vec![f64::NEG_INFINITY; last + 1];
        let mut worth = nowhere.clone();
        worth[0] = 0.0;
        let mut from = Vec::new();
        for options in sites {
            let mut next = nowhere.clone();
            let mut ways = vec![(0, 0); last + 1];
            for (place, option) in options.iter().enumerate() {
                for (state, before) in worth.iter().enumerate() {
                    let Some(after) = to(state, option) else { continue };
                    if before + option.npv > next[after] {
                        next[after] = before + option.npv;
                        ways[after] = (state as u32, place as u32);
                    }
                }
            }
            from.push(ways);
            worth = next;
        }
        Self { worth, from }
    }

    /// Each site's option on the way to `state`.
    fn back(&self, mut state: usize) -> Option<Vec<usize>> {
        if self.worth[state] == f64::NEG_INFINITY {
            return None;
        }
        let mut options: Vec<usize> = Vec::new();
        for ways in self.from.iter().rev() {
            let (before, option) = ways[state];
            options.push(option as usize);
            state = before as usize;
        }
        options.reverse();
        Some(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sizing::{Size, Yearly};
    use proptest::prelude::*;

    fn option(thousands: f64, npv: f64, kilograms: f64) -> Candidate {
        Candidate {
            size: Size::default(),
            yearly: Yearly::default(),
            investment: 1_000.0 * thousands,
            npv,
            payback_year: None,
            discounted_payback_year: None,
            avoided: Carbon::from_kilograms_f64(kilograms),
            avoided_lifetime: Carbon::default(),
        }
    }

    /// Every combination of options.
    fn combinations(sites: &[Vec<Candidate>]) -> Vec<Vec<usize>> {
        sites.iter().fold(vec![Vec::new()], |all, options| {
            let longer = |one: &Vec<usize>| {
                let one = one.clone();
                (0..options.len()).map(move |at| [&one[..], &[at]].concat()).collect::<Vec<_>>()
            };
            all.iter().flat_map(longer).collect()
        })
    }

    fn sum(sites: &[Vec<Candidate>], chosen: &[usize], of: fn(&Candidate) -> f64) -> f64 {
        sites.iter().zip(chosen).map(|(options, at)| of(&options[*at])).sum()
    }

    fn sites() -> impl Strategy<Value = Vec<Vec<Candidate>>> {
        let one = (0_u32..9, -20_i32..50, 0_u32..30);
        let options = prop::collection::vec(one, 0..4);
        prop::collection::vec(options, 1..5).prop_map(|sites| {
            let options = |options: Vec<(u32, i32, u32)>| {
                let some = options.into_iter().map(|(thousands, npv, kilograms)| {
                    option(f64::from(thousands), f64::from(npv), f64::from(kilograms))
                });
                [option(0.0, 0.0, 0.0)].into_iter().chain(some).collect()
            };
            sites.into_iter().map(options).collect()
        })
    }

    proptest! {
        #[test]
        fn a_budget_is_spent_as_enumeration_spends_it(sites in sites(), budget in 0_u32..30) {
            let budget = 1_000.0 * f64::from(budget);
            let chosen = within_budget(&sites, budget).unwrap();
            prop_assert!(sum(&sites, &chosen, |of| of.investment) <= budget);
            let fit = combinations(&sites)
                .into_iter()
                .filter(|one| sum(&sites, one, |of| of.investment) <= budget);
            let best = fit.map(|one| sum(&sites, &one, |of| of.npv)).fold(f64::MIN, f64::max);
            prop_assert!((sum(&sites, &chosen, |of| of.npv) - best).abs() < 1e-9);
        }

        #[test]
        fn a_goal_is_reached_as_enumeration_reaches_it(sites in sites(), kilograms in prop::sample::select(vec![1_u32, 2, 4, 5, 8, 10, 16, 20, 25, 40, 50, 80])) {
            // Whole kilograms are whole parts of these goals.
            let goal = f64::from(kilograms);
            let reach = combinations(&sites)
                .into_iter()
                .filter(|one| sum(&sites, one, |of| of.avoided.kilograms_f64()) >= goal - 1e-9);
            let best = reach.map(|one| sum(&sites, &one, |of| of.npv)).reduce(f64::max);
            let chosen = for_goal(&sites, Carbon::from_kilograms_f64(goal));
            prop_assert_eq!(chosen.map(|one| sum(&sites, &one, |of| of.npv)), best);
        }
    }

    #[test]
    fn the_greatest_ratio_first_is_not_the_best_use_of_a_budget() {
        // 3 thousand at ratio 2 leave no room; 5 and 5 at ratio 1.8 fill ten.
        let nothing = option(0.0, 0.0, 0.0);
        let of = |thousands, npv| vec![nothing, option(thousands, npv, 0.0)];
        let sites = [of(3.0, 6_000.0), of(5.0, 9_000.0), of(5.0, 9_000.0)];
        assert_eq!(within_budget(&sites, 10_000.0), Some(vec![0, 1, 1]));
        assert_eq!(within_budget(&sites, 9_999.0), Some(vec![1, 1, 0]));
        assert_eq!(ranked(&sites.map(|options| options[1])), [0, 1, 2]);
    }

    #[test]
    fn a_goal_above_all_roofs_has_no_answer() {
        let sites = [vec![option(0.0, 0.0, 0.0), option(1.0, -5.0, 10.0)]];
        assert_eq!(for_goal(&sites, Carbon::from_kilograms_f64(10.0)), Some(vec![1]));
        assert_eq!(for_goal(&sites, Carbon::from_kilograms_f64(10.1)), None);
        assert_eq!(for_goal(&sites, Carbon::default()), Some(vec![0]));
    }
}
