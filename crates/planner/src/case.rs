//! The days of a case in sequence: what one leaves, the next begins with.

use crate::activity::{Booked, Books};
use crate::day::{State, plan_day};
use crate::energy::Hours;
use crate::run::{PlanError, Step};
use crate::way::{Way, kg_per_unit};
use crate::{DayOutcome, Scenario, UnservedOrder};
use carbon::Registry;
use quantity::{Day, Energy};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

/// A case before its lines are valued.
pub(crate) struct Walked {
    pub(crate) days: Vec<DayOutcome>,
    pub(crate) unserved: Vec<UnservedOrder>,
    pub(crate) booked: Booked,
}

impl Walked {
    /// The last day that was planned.
    pub(crate) fn last_day(&self) -> Option<Day> {
        self.days.last().map(|day| day.day)
    }
}

/// Walks all days of a case, and as far as `through`: plan and baseline are open on the same days.
pub(crate) fn walk(
    scenario: &Scenario,
    way: &Way,
    registry: &Registry,
    through: Option<Day>,
    progress: &(dyn Fn(Step) -> ControlFlow<()> + Sync),
) -> Result<Walked, PlanError> {
    let arrivals = arrivals(scenario);
    let grid_id = carbon::default_grid(&scenario.country).0;
    let hours = Hours::new(scenario, kg_per_unit(registry, grid_id));
    let mut state = State {
        open: BTreeSet::new(),
        stock: scenario.stock.clone(),
        stored: vec![Energy::ZERO; scenario.sites.len()],
        owed: BTreeMap::new(),
    };
    let mut walked = Walked { days: Vec::new(), unserved: Vec::new(), booked: Booked::default() };
    let (Some(&first), Some(&last)) = (arrivals.keys().next(), arrivals.keys().next_back()) else {
        return Ok(walked);
    };
    let books = Books { scenario, way, default_grid: grid_id };
    let mut day = first;
    while day <= through.map_or(last, |through| through.max(last)) || !state.open.is_empty() {
        if let Some(orders) = arrivals.get(&day) {
            state.open.extend(orders);
        }
        let (outcome, unserved) = plan_day(scenario, way, &hours, day, day >= last, &mut state)?;
        books.book(&outcome, &mut walked.booked);
        walked.days.push(outcome);
        walked.unserved.extend(unserved);
        if progress(Step { case: way.case, day, first, last }).is_break() {
            return Err(PlanError::Stopped);
        }
        day = day.next();
    }
    walked.unserved.sort_by_key(|unserved| unserved.order);
    Ok(walked)
}

/// The first day on which each order may travel: the one after it was placed, or the same day where
/// only that keeps the promise and the vehicles have not left.
fn arrivals(scenario: &Scenario) -> BTreeMap<Day, Vec<usize>> {
    let zone = &scenario.zone;
    let mut arrivals: BTreeMap<Day, Vec<usize>> = BTreeMap::new();
    for (index, order) in scenario.orders.iter().enumerate() {
        let placed = zone.day_of(order.placed_at);
        let shift_start = |day| zone.at(day, scenario.policy.shift_start);
        let hurried = order.promised_by.is_some_and(|promise| promise < shift_start(placed.next()));
        let in_time = order.placed_at <= shift_start(placed);
        let day = if hurried && in_time { placed } else { placed.next() };
        arrivals.entry(day).or_default().push(index);
    }
    arrivals
}
