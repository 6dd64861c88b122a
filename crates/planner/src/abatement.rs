//! The marginal abatement cost curve: levers by cost per tonne, each planned on top of those before
//! it, so that the widths of the steps add up to the whole exactly.
//!
//! A curve of levers each measured alone counts twice what two of them save (Kesicki and Strachan
//! 2011, "Marginal abatement cost (MAC) curves: confronting theory and practice"). Here each step is
//! what its lever still saves after the cheaper ones; so its own cost per tonne may be higher than
//! the next step's.

use crate::Scenario;
use crate::lab::{Lab, Set};
use crate::lever::Lever;
use crate::run::PlanError;
use crate::whatif::{Replanned, Tally, WhatIf, difference};
use carbon::Registry;
use quantity::{Carbon, Money};
use std::collections::BTreeMap;

/// A lever on top of those before it.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Which.
    pub lever: Lever,
    /// Emitted less because of it, over the planned days; more than nothing.
    pub abated: Carbon,
    /// Operation and investment more because of it, over the same days; negative where it pays.
    pub cost: Money,
    /// `cost` over `abated`, in units of the currency per t CO2e.
    pub cost_per_tonne: f64,
    /// Abated by it and all before it.
    pub cumulative: Carbon,
}

/// Why a lever is not on the curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It emits as much or more.
    AbatesNothing,
    /// Fewer orders are delivered: what they would have emitted is not abated.
    DeliversFewer,
}

/// A lever that is not on the curve.
#[derive(Clone, Debug, PartialEq)]
pub struct Apart {
    /// Which.
    pub lever: Lever,
    /// Why: alone, or on top of the steps before it.
    pub why: Why,
    /// What it changes, there.
    pub change: Tally,
}

/// The marginal abatement cost curve.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// Emissions of today's plan.
    pub reference: Carbon,
    /// Levers by what a tonne costs with each alone, the cheapest first.
    pub steps: Vec<Step>,
    /// Abated by all steps: today's plan less the plan with all of them.
    pub total: Carbon,
    /// Levers that abate nothing, by their text.
    pub apart: Vec<Apart>,
}

/// The curve of the levers that `what_if` tried, on the same scenario and registry.
pub fn abatement(
    scenario: &Scenario,
    registry: &Registry,
    what_if: &WhatIf,
    progress: &(dyn Fn(Replanned) + Sync),
) -> Result<Curve, PlanError> {
    let mut lab = resume(scenario, registry, what_if, progress)?;
    let mut apart: BTreeMap<usize, (Why, Tally)> = BTreeMap::new();
    // A lever that abates alone may not do so on top of others: then the curve is made without it.
    loop {
        let order = by_cost_per_tonne(&lab, &mut apart);
        let days = lab.days().len();
        lab.ask((1..=order.len()).map(|count| first(&order, count)))?;
        if lab.days().len() != days {
            // All plans are open a day longer now: nothing found so far holds.
            apart.clear();
            continue;
        }
        let failed = order.iter().enumerate().find_map(|(place, &lever)| {
            let change =
                lab.tally(&first(&order, place + 1)).less(lab.tally(&first(&order, place)));
            why_apart(&change).map(|why| (lever, (why, change)))
        });
        let Some((lever, failed)) = failed else {
            return Ok(curve(&lab, &order, apart));
        };
        apart.insert(lever, failed);
    }
}

/// A lab that knows what `what_if` found.
fn resume<'a>(
    scenario: &'a Scenario,
    registry: &'a Registry,
    what_if: &WhatIf,
    progress: &'a (dyn Fn(Replanned) + Sync),
) -> Result<Lab<'a>, PlanError> {
    let levers: Vec<Lever> = what_if.alone.iter().map(|effect| effect.lever).collect();
    let mut known: BTreeMap<Set, Tally> = BTreeMap::new();
    known.insert(Set::new(), what_if.reference.clone());
    known.insert((0..levers.len()).collect(), what_if.together.clone());
    known.extend(
        what_if.alone.iter().enumerate().map(|(index, effect)| (vec![index], effect.tally.clone())),
    );
    Ok(Lab::new(scenario, registry, &levers, progress)?.knowing(what_if.days.clone(), known))
}

/// Levers that abate alone, the cheapest tonne first, a tie by text; the others are put apart.
fn by_cost_per_tonne(lab: &Lab, apart: &mut BTreeMap<usize, (Why, Tally)>) -> Vec<usize> {
    let mut costs: Vec<(f64, usize)> = Vec::new();
    for lever in 0..lab.levers().len() {
        if apart.contains_key(&lever) {
            continue;
        }
        let change = lab.tally(&[lever]).less(lab.tally(&[]));
        match why_apart(&change) {
            None => costs.push((cost_per_tonne(change.cost(), -change.total()), lever)),
            Some(why) => {
                apart.insert(lever, (why, change));
            }
        }
    }
    costs.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    costs.into_iter().map(|(_, lever)| lever).collect()
}

fn why_apart(change: &Tally) -> Option<Why> {
    if change.orders < 0 {
        Some(Why::DeliversFewer)
    } else if change.total() >= Carbon::ZERO {
        Some(Why::AbatesNothing)
    } else {
        None
    }
}

/// The set of the first levers of an order.
fn first(order: &[usize], count: usize) -> Set {
    let mut set = order[..count].to_vec();
    set.sort_unstable();
    set
}

fn cost_per_tonne(cost: Money, abated: Carbon) -> f64 {
    cost.units() / (abated.kilograms_f64() / 1_000.0)
}

fn curve(lab: &Lab, order: &[usize], apart: BTreeMap<usize, (Why, Tally)>) -> Curve {
    let reference = lab.tally(&[]);
    let steps = (order.iter().enumerate())
        .map(|(place, &lever)| {
            let before = lab.tally(&first(order, place));
            let after = lab.tally(&first(order, place + 1));
            let abated = before.total() - after.total();
            let cost = difference(after.cost(), before.cost());
            Step {
                lever: lab.levers()[lever],
                abated,
                cost,
                cost_per_tonne: cost_per_tonne(cost, abated),
                cumulative: reference.total() - after.total(),
            }
        })
        .collect();
    let total = reference.total() - lab.tally(&first(order, order.len())).total();
    let apart = apart
        .into_iter()
        .map(|(lever, (why, change))| Apart { lever: lab.levers()[lever], why, change })
        .collect();
    Curve { reference: reference.total(), steps, total, apart }
}
