//! Plans of one scenario under sets of levers, two at a time, each made once.

use crate::lever::Lever;
use crate::run::{PlanError, plan, run};
use crate::whatif::{Replanned, Tally};
use crate::{LeverError, Scenario};
use carbon::Registry;
use quantity::{Day, Money};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Days of a year: a planned day bears this part of a year's investment.
pub const DAYS_PER_YEAR: f64 = 365.0;

/// A set of levers, ascending by index. The empty one is today's plan.
pub(crate) type Set = Vec<usize>;

/// What is known of a scenario's plans.
pub(crate) struct Lab<'a> {
    scenario: &'a Scenario,
    registry: &'a Registry,
    progress: &'a (dyn Fn(Replanned) + Sync),
    /// By text, so that the order in which they were named changes nothing.
    levers: Vec<Lever>,
    /// Cost of each lever's hardware in a year.
    yearly: Vec<Money>,
    /// All plans are open on these: one that needs a day more must not look worse for it.
    days: Vec<Day>,
    known: BTreeMap<Set, Tally>,
}

impl<'a> Lab<'a> {
    /// Nothing planned yet.
    pub(crate) fn new(
        scenario: &'a Scenario,
        registry: &'a Registry,
        levers: &[Lever],
        progress: &'a (dyn Fn(Replanned) + Sync),
    ) -> Result<Self, LeverError> {
        let mut levers = levers.to_vec();
        levers.sort_by_cached_key(ToString::to_string);
        if let Some(pair) = levers.windows(2).find(|pair| pair[0].kind == pair[1].kind) {
            return Err(LeverError::Twice(pair[0].kind.name));
        }
        let yearly = levers
            .iter()
            .map(|lever| lever.yearly_cost(scenario, &lever.apply(scenario)?))
            .collect::<Result<_, LeverError>>()?;
        let known = BTreeMap::new();
        Ok(Self { scenario, registry, progress, levers, yearly, days: Vec::new(), known })
    }

    /// With plans that are made already, all of them open on the same days.
    pub(crate) fn knowing(mut self, days: Vec<Day>, known: BTreeMap<Set, Tally>) -> Self {
        (self.days, self.known) = (days, known);
        self
    }

    pub(crate) fn levers(&self) -> &[Lever] {
        &self.levers
    }

    pub(crate) fn days(&self) -> &[Day] {
        &self.days
    }

    /// What a set that was asked for came to.
    pub(crate) fn tally(&self, set: &[usize]) -> &Tally {
        &self.known[set]
    }

    /// Today's plan, as [`run`] makes it beside its baseline: that decides how long sites are open.
    pub(crate) fn plan_today(&mut self) -> Result<(), PlanError> {
        let outcome = run(self.scenario, self.registry.clone(), &|_| ControlFlow::Continue(()))?;
        self.days = outcome.plan.days.iter().map(|day| day.day).collect();
        let investment = Money::zero(self.scenario.currency);
        self.known = [(Set::new(), Tally::of(&outcome.plan, investment))].into();
        Ok(())
    }

    /// Plans the sets that are not known yet.
    pub(crate) fn ask(&mut self, sets: impl IntoIterator<Item = Set>) -> Result<(), PlanError> {
        let mut wanted: BTreeSet<Set> = sets.into_iter().collect();
        loop {
            let missing: Vec<Set> =
                wanted.iter().filter(|set| !self.known.contains_key(*set)).cloned().collect();
            let done = AtomicUsize::new(0);
            let planned = two_at_a_time(missing.len(), |job| {
                let planned = self.plan(&missing[job]);
                let levers: Vec<Lever> = missing[job].iter().map(|&i| self.levers[i]).collect();
                let done = done.fetch_add(1, Ordering::Relaxed) + 1;
                (self.progress)(Replanned { levers: &levers, done, of: missing.len() });
                planned
            });
            let mut longest: Option<Vec<Day>> = None;
            for (set, planned) in missing.into_iter().zip(planned) {
                let (tally, days) = planned?;
                if days.last() > longest.as_ref().unwrap_or(&self.days).last() {
                    longest = Some(days);
                }
                self.known.insert(set, tally);
            }
            let Some(longest) = longest else {
                return Ok(());
            };
            // One of them needs a day more: all are made anew, open until then.
            wanted.extend(std::mem::take(&mut self.known).into_keys());
            self.days = longest;
        }
    }

    fn plan(&self, set: &[usize]) -> Result<(Tally, Vec<Day>), PlanError> {
        let mut scenario = self.scenario.clone();
        let mut yearly = 0.0;
        for &index in set {
            scenario = self.levers[index].apply(&scenario)?;
            yearly += self.yearly[index].units();
        }
        let outcome = plan(&scenario, self.registry, self.days.last().copied())?;
        let years = outcome.days.len() as f64 / DAYS_PER_YEAR;
        let investment = Money::from_units(yearly * years, scenario.currency);
        Ok((Tally::of(&outcome, investment), outcome.days.iter().map(|day| day.day).collect()))
    }
}

/// The results of so many jobs, in their order.
fn two_at_a_time<T: Send>(jobs: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut done = Vec::new();
        loop {
            let job = next.fetch_add(1, Ordering::Relaxed);
            if job >= jobs {
                return done;
            }
            done.push((job, work(job)));
        }
    };
    let mut done = std::thread::scope(|scope| {
        let other = scope.spawn(worker);
        let mut done = worker();
        done.extend(other.join().expect("a plan does not panic"));
        done
    });
    done.sort_by_key(|&(job, _)| job);
    done.into_iter().map(|(_, result)| result).collect()
}
