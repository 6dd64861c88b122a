//! One attempt at a day: feeders, rounds, the search, and what it all costs.

use crate::feeder::Feeders;
use crate::insertion::insert_all;
use crate::instance::Instance;
use crate::loading;
use crate::model::Routing;
use crate::plan::{Outline, Plan};
use crate::ruin;
use crate::savings;
use crate::timetable;
use crate::tour::Tour;
use quantity::Seed;
use quantity::seed::Sequence;
use std::cmp::Ordering;

/// Iterations of the full search: so many, and so many for each stop.
const ITERATIONS: (usize, usize) = (3_000, 16);
/// A short search, which only compares, has this share of them.
const SHORT: usize = 10;
/// The search is the same on every run.
const SEED: Seed = Seed::new(0x5157);

/// How long to search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Budget {
    Full,
    Short,
}

/// A day, and how good it is.
pub(crate) struct Draft {
    pub(crate) routing: Routing,
    pub(crate) score: Score,
}

/// Serving a stop goes before any cost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Score {
    pub(crate) unserved: usize,
    pub(crate) cost: f64,
}

impl Score {
    pub(crate) fn order(self, other: Self) -> Ordering {
        self.unserved.cmp(&other.unserved).then(self.cost.total_cmp(&other.cost))
    }
}

impl Draft {
    /// `site_of`: a guess of the site that delivers each stop.
    pub(crate) fn new(instance: &Instance, site_of: &[usize], budget: Budget) -> Self {
        let full = ITERATIONS.0 + ITERATIONS.1 * instance.len();
        let iterations = match budget {
            Budget::Full => full,
            Budget::Short => full / SHORT,
        };
        let random = &mut SEED.sequence();
        let feeders = Feeders::new(instance, site_of);
        let mut plan = Plan::new(instance, &feeders);
        savings::build(&mut plan, site_of, random);
        if feeders.rounds.is_empty() {
            ruin::search(&mut plan, iterations, random);
            return Self::of(plan, random);
        }
        // Half of the search shows what feeders carry; the other half goes on with feeders for it.
        ruin::search(&mut plan, iterations / 2, random);
        let site_of: Vec<usize> = (0..instance.len())
            .map(|stop| match plan.place_of(stop) {
                Some((tour, _)) => instance.kinds[plan.tours[tour].kind].site,
                None => instance.visits[stop].origin,
            })
            .collect();
        let fitted = Feeders::new(instance, &site_of);
        let mut again = Plan::new(instance, &fitted);
        adopt(&mut again, &plan.outline(), random);
        ruin::search(&mut again, iterations / 2, random);
        let (first, second) = (Self::of(plan, random), Self::of(again, random));
        if second.score.order(first.score).is_lt() { second } else { first }
    }

    fn of(mut plan: Plan, random: &mut Sequence) -> Self {
        let drops = loading::onto_feeders(&mut plan, random);
        loading::onto_few_vehicles(&mut plan);
        let (routing, cost) = timetable::write(&plan, &drops);
        let score = Score { unserved: routing.unserved.len(), cost };
        Self { routing, score }
    }
}

/// Takes over rounds of another plan as far as this one's feeders allow.
fn adopt(plan: &mut Plan, outline: &Outline, random: &mut Sequence) {
    for (kind, unit, stops) in outline {
        let site = plan.instance.kinds[*kind].site;
        let Some(release) = plan.release_of_more(stops, site) else { continue };
        let tour = Tour::new(plan.instance, (*kind, *unit), stops.clone(), release);
        if plan.fits(*unit, &tour.facts, usize::MAX) {
            plan.open(*kind, *unit, stops.clone());
        }
    }
    let absent = std::mem::take(&mut plan.absent);
    let left: Vec<u32> =
        absent.into_iter().filter(|&stop| plan.place_of(stop as usize).is_none()).collect();
    insert_all(plan, &left, random);
}
