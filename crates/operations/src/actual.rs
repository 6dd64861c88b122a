//! The day as it happened: measured amounts in place of planned ones, to be valued by [`carbon`].
//!
//! A thing is booked once all of it is measured. Until then it is left out and named as open: a guess
//! beside measurements would be read as one.
//!
//! Read: [`facts`] (what events say), [`thing`] (which thing a line is of), `round`, `packaging`, `site`,
//! `ending` (a carton's end), [`mod@explain`] (the difference, split), [`view`] (the same over HTTP).

pub mod facts;
pub mod thing;
mod round;
mod packaging;
mod site;
mod ending;
pub mod explain;
pub mod view;

use crate::field::{Id, LocalDay};
use crate::parcel::ParcelView;
use crate::round::RoundView;
use carbon::{Activity, Context, Leg, Line, Link, Period, Unit, ids};
use quantity::{Distance, Fixed, Mass};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use explain::{Difference, Side, explain};
pub use facts::Facts;
pub use thing::Thing;
pub use view::{DifferenceView, SideView, ThingKind};

/// A kind of carton or bag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrapping {
    /// Its own mass.
    pub mass: Mass,
    /// What values a tonne of its material.
    pub factor_id: Arc<str>,
}

/// A plan as it was carried out, and what its scenario knows of things that may be taken instead.
#[derive(Clone, Debug)]
pub struct Planned<'a> {
    /// Its id.
    pub plan: &'a Id,
    /// Its ledger lines, [`carbon::Case::Plan`], in the ledger's order.
    pub lines: &'a [Line],
    /// The days that it covers.
    pub days: &'a [LocalDay],
    /// Kinds of carton.
    pub cartons: &'a BTreeMap<Id, Wrapping>,
    /// Kinds of bag.
    pub bags: &'a BTreeMap<Id, Wrapping>,
    /// The direct way from a station to a site that packs.
    pub ways_home: &'a BTreeMap<(Id, Id), Distance>,
    /// What values a kWh bought where the plan bought none.
    pub grid_factor: &'a str,
    /// Energy into a battery over energy at the plug, above 0 and up to 1.
    pub charging_efficiency: Fixed,
    /// The share of cartons that households recycle; `None` as long as cartons may still come back.
    pub household_recycling: Option<Fixed>,
}

/// Something that is not measured yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// What.
    pub thing: Thing,
    /// What is missing.
    pub reason: String,
}

/// The day as far as it is measured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Actual {
    /// What was done.
    pub activities: Vec<Activity>,
    /// What is left out of it, and why; in the order of things.
    pub open: Vec<Open>,
}

/// A plan's actual activities, and what is open. Each thing is either in one or in the other.
///
/// A round's measured energy is shared among the orders that it carried by mass and direct distance, as
/// the plan shared it; electricity is own and bought as the site's meters say, where they were read, and
/// as planned otherwise. A carton is the one really taken. A site's energy comes from its meters: own
/// and bought power divided between the building and the plugs in proportion to their use, what was
/// bought valued by the hour where the plan does so.
pub fn actual(planned: &Planned, facts: &Facts) -> Actual {
    let books = Books::new(planned, facts);
    let mut actual = Actual::default();
    for thing in books.things() {
        let done = match &thing {
            Thing::Round(name) => {
                books.rounds.get(&**name).map_or_else(not_released, |view| books.round(view))
            }
            Thing::Packaging(name) => {
                books.parcels.get(&**name).map_or_else(not_released, |view| books.packaging(view))
            }
            Thing::CartonEnd(name) => {
                books.parcels.get(&**name).map_or_else(not_released, |view| books.ending(view))
            }
            Thing::Site(site) => books.site(site),
            Thing::Other(_) => Err("is not measured".into()),
        };
        match done {
            Ok(activities) => actual.activities.extend(activities),
            Err(reason) => actual.open.push(Open { thing, reason }),
        }
    }
    actual
}

fn not_released() -> Result<Vec<Activity>, String> {
    Err("is not released".into())
}

/// A plan and the facts, looked at together.
struct Books<'a> {
    planned: &'a Planned<'a>,
    facts: &'a Facts,
    /// The plan's rounds by the names that it gives them.
    rounds: BTreeMap<&'a str, &'a RoundView>,
    /// Its parcels.
    parcels: BTreeMap<&'a str, &'a ParcelView>,
    /// Planned activities of each thing.
    by_thing: BTreeMap<Thing, Vec<&'a Activity>>,
    /// The longest leg of each order: of a feeder and the round behind it, that to the consumer.
    legs: BTreeMap<&'a str, Leg>,
    /// What values bought charging at a site.
    charging: BTreeMap<&'a str, &'a Arc<str>>,
    /// Sites at which the plan uses own sun.
    sunny: BTreeSet<&'a str>,
    /// Who runs and pays for what is ours, as the plan has it.
    company: Option<Arc<str>>,
    /// Of the plan's days, for what the plan did not have.
    period: Option<Period>,
}

impl<'a> Books<'a> {
    fn new(planned: &'a Planned, facts: &'a Facts) -> Self {
        let of_plan = |plan: &Id| plan == planned.plan;
        let rounds = facts.rounds.values().filter(|view| of_plan(&view.plan));
        let parcels = facts.parcels.values().filter(|view| of_plan(&view.plan));
        let mut books = Self {
            planned,
            facts,
            rounds: rounds.map(|view| (view.name.as_str(), view)).collect(),
            parcels: parcels.map(|view| (view.name.as_str(), view)).collect(),
            by_thing: BTreeMap::new(),
            legs: BTreeMap::new(),
            charging: BTreeMap::new(),
            sunny: BTreeSet::new(),
            company: planned.lines.iter().find_map(|line| line.activity.context.payer.clone()),
            period: planned.days.first().map(LocalDay::period),
        };
        for line in planned.lines {
            books.index(&line.activity);
        }
        books
    }

    fn index(&mut self, activity: &'a Activity) {
        let is_sun = &*activity.factor_id == ids::OWN_SOLAR;
        let is_ride = activity.link == Link::Transportation;
        if let Some(site) = activity.context.site.as_deref() {
            if is_sun {
                self.sunny.insert(site);
            } else if is_ride && activity.unit == Unit::KilowattHour {
                self.charging.entry(site).or_insert(&activity.factor_id);
            }
        }
        if let (true, Some(order), Some(leg)) = (is_ride, &activity.context.order, activity.leg) {
            let known = self.legs.entry(order).or_insert(leg);
            if leg.distance > known.distance {
                *known = leg;
            }
        }
        self.by_thing.entry(Thing::of(activity)).or_default().push(activity);
    }

    /// All that was planned or happened.
    fn things(&self) -> BTreeSet<Thing> {
        let mut things: BTreeSet<Thing> = self.by_thing.keys().cloned().collect();
        things.extend(self.rounds.keys().map(|&name| Thing::Round(name.into())));
        for &name in self.parcels.keys() {
            things.extend([Thing::Packaging(name.into()), Thing::CartonEnd(name.into())]);
        }
        let metered = self.planned.days.iter().flat_map(|day| self.facts.metered_sites(day));
        things.extend(metered.map(|site| Thing::Site(site.into())));
        things
    }

    fn planned_of(&self, thing: &Thing) -> &[&'a Activity] {
        self.by_thing.get(thing).map_or(&[], Vec::as_slice)
    }

    fn context(&self, day: Option<&LocalDay>) -> Context {
        let period = day.map(LocalDay::period).or(self.period);
        Context::of(period.expect("a thing that happened has a day, or the plan has"))
    }
}

/// Whole grams, exact in tonnes.
fn tonnes(mass: Mass) -> Fixed {
    Fixed::from_billionths(i128::from(mass.milligrams()))
}

/// Watt-hours, exact in kilowatt-hours.
fn kilowatt_hours(watt_hours: u64) -> Fixed {
    Fixed::from_billionths(i128::from(watt_hours) * 1_000_000)
}

/// Millilitres, exact in litres.
fn litres(millilitres: u64) -> Fixed {
    Fixed::from_billionths(i128::from(millilitres) * 1_000_000)
}

/// `amount * part / whole`, rounded half to even once; nothing where the whole is nothing.
///
/// Sums of a day stay below 10^18 billionths, so the product fits 128 bits; beyond that the quotient is
/// taken first.
fn portion(amount: i128, part: i128, whole: i128) -> i128 {
    if whole == 0 {
        return 0;
    }
    let Some(product) = amount.checked_mul(part) else {
        return (amount / whole).saturating_mul(part);
    };
    let (product, whole) = if whole < 0 { (-product, -whole) } else { (product, whole) };
    let (floor, rest) = (product.div_euclid(whole), product.rem_euclid(whole));
    match (rest * 2).cmp(&whole) {
        std::cmp::Ordering::Less => floor,
        std::cmp::Ordering::Greater => floor + 1,
        std::cmp::Ordering::Equal => floor + floor.rem_euclid(2),
    }
}
