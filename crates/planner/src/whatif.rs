//! What would be otherwise: the plan made anew with each lever alone and with all together, against
//! today's plan. Nothing is estimated; each figure is a plan's own.

use crate::lab::{Lab, Set};
use crate::lever::{Lever, applicable};
use crate::run::PlanError;
use crate::{CaseOutcome, Scenario};
use carbon::{Class, Link, Registry, Unit};
use quantity::{Carbon, Day, Distance, Fixed, Money};

pub use crate::lab::DAYS_PER_YEAR;

/// What a plan comes to over its days, or by how much two plans differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Emissions of each link, well to wheel.
    pub by_link: [(Link, Carbon); 5],
    /// Of vehicles and of buildings' electricity. Charging is in the vehicles' rates per km: own sun
    /// at the plug makes no round cheaper.
    pub operating: Money,
    /// The planned days' part of a year's cost of new hardware: days / [`DAYS_PER_YEAR`]. It is
    /// right as far as these days are like the year's.
    pub investment: Money,
    /// Bought, for buildings and vehicles, in kWh.
    pub electricity_kwh: Fixed,
    /// Burnt, in litres.
    pub fuel_l: Fixed,
    /// Driven.
    pub distance: Distance,
    /// Orders delivered. A plan that delivers fewer also emits less: that is no abatement.
    pub orders: i64,
}

impl Tally {
    pub(crate) fn of(plan: &CaseOutcome, investment: Money) -> Self {
        let figures = &plan.figures;
        let amount = |class, unit| {
            let of_class = plan.lines.iter().filter(|line| line.class == class);
            of_class
                .map(|line| &line.activity)
                .filter(|done| done.unit == unit)
                .map(|done| done.amount)
                .sum()
        };
        Self {
            by_link: figures.by_link.map(|(link, emission)| (link, emission.wtw())),
            operating: figures.cost_total(),
            investment,
            electricity_kwh: amount(Class::Electricity, Unit::KilowattHour),
            fuel_l: amount(Class::Fuel, Unit::Litre),
            distance: figures.distance,
            orders: figures.orders_served as i64,
        }
    }

    /// Emissions of all links, well to wheel.
    pub fn total(&self) -> Carbon {
        self.by_link.iter().map(|&(_, carbon)| carbon).sum()
    }

    /// Operation and investment.
    pub fn cost(&self) -> Money {
        self.operating.plus(self.investment).expect("a scenario has one currency")
    }

    /// By how much this is more than the other.
    #[must_use]
    pub fn less(&self, other: &Self) -> Self {
        let mut by_link = self.by_link;
        for ((_, carbon), (_, other)) in by_link.iter_mut().zip(other.by_link) {
            *carbon = *carbon - other;
        }
        Self {
            by_link,
            operating: difference(self.operating, other.operating),
            investment: difference(self.investment, other.investment),
            electricity_kwh: self.electricity_kwh - other.electricity_kwh,
            fuel_l: self.fuel_l - other.fuel_l,
            distance: self.distance - other.distance,
            orders: self.orders - other.orders,
        }
    }
}

pub(crate) fn difference(a: Money, b: Money) -> Money {
    Money::from_units(a.units() - b.units(), a.currency())
}

/// A lever by itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// Which.
    pub lever: Lever,
    /// What the plan comes to with it.
    pub tally: Tally,
    /// By how much that is more than today's plan.
    pub change: Tally,
}

/// The effects of levers.
#[derive(Clone, Debug, PartialEq)]
pub struct WhatIf {
    /// Today's plan.
    pub reference: Tally,
    /// Each lever alone, by its text.
    pub alone: Vec<Effect>,
    /// All levers together.
    pub together: Tally,
    /// By how much the change together is more than the sum of the changes alone. Levers that save
    /// the same kilogram save it once: then it is positive.
    pub interaction: Tally,
    /// The days of every plan here.
    pub days: Vec<Day>,
}

/// A plan has been made anew.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Replanned<'a> {
    /// With these levers; none is today's plan.
    pub levers: &'a [Lever],
    /// So many plans are made,
    pub done: usize,
    /// of so many that are known to be needed now.
    pub of: usize,
}

/// Plans the scenario as it is, with each lever alone, and with all of them.
///
/// - `levers`: each kind once; none takes those that [`applicable`] finds.
/// - `progress`: told of each plan, from two threads; it changes nothing.
///
/// All plans are open on the same days: where one needs a day more, all are made anew. The order of
/// the levers changes nothing.
pub fn whatif(
    scenario: &Scenario,
    registry: &Registry,
    levers: &[Lever],
    progress: &(dyn Fn(Replanned) + Sync),
) -> Result<WhatIf, PlanError> {
    let found = if levers.is_empty() { applicable(scenario) } else { levers.to_vec() };
    let mut lab = Lab::new(scenario, registry, &found, progress)?;
    let all: Set = (0..found.len()).collect();
    lab.plan_today()?;
    progress(Replanned { levers: &[], done: 1, of: 1 });
    lab.ask(all.iter().map(|&lever| vec![lever]).chain([all.clone()]))?;

    let reference = lab.tally(&[]).clone();
    let together = lab.tally(&all).clone();
    let mut interaction = together.less(&reference);
    let alone: Vec<Effect> = (lab.levers().iter().enumerate())
        .map(|(index, &lever)| {
            let tally = lab.tally(&[index]).clone();
            let change = tally.less(&reference);
            interaction = interaction.less(&change);
            Effect { lever, tally, change }
        })
        .collect();
    Ok(WhatIf { reference, alone, together, interaction, days: lab.days().to_vec() })
}
