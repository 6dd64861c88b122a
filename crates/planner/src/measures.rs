//! Figures that are no emissions, of plan and baseline, by month and site: what `measures.csv`
//! holds. What is avoided or saved stands beside the ledger and is never subtracted.

#[rustfmt::skip] // a row a measure
mod definition;

use crate::shares::by_order;
use crate::way::Way;
use crate::{CaseOutcome, DayOutcome, Scenario, SiteEnergy};
use carbon::{Case, DataKind, Link, Period};
use network::EnergyCarrier;
use packaging::Wrapping;
use packaging::solution::Part;
use quantity::{Distance, Energy, Fixed, Mass, Money, apportion};
use recycling::Grade;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use warehousing::Hour;

use definition::Definition;

/// A figure of a month that is no emission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    /// The month of the days that it is of.
    pub period: Period,
    /// Whose days.
    pub case: Case,
    /// Of which link.
    pub link: Link,
    /// At which site, where it is one site's.
    pub site: Option<Arc<str>>,
    /// Which figure: `pv_generated`.
    pub name: &'static str,
    /// Its unit: `kWh`, the scenario's currency, or `1` for a count.
    pub unit: Arc<str>,
    /// How much; negative where a saving is none.
    pub amount: Fixed,
    /// How it came about.
    pub method: &'static str,
    /// How well it is known.
    pub data_kind: DataKind,
}

/// The measures of both cases, sorted by case, month, link, name and site.
pub(crate) fn measures(
    scenario: &Scenario,
    plan: (&Way, &CaseOutcome),
    baseline: (&Way, &CaseOutcome),
) -> Vec<Measure> {
    let mut sums = Sums::of_case(scenario, plan);
    sums.save_board(plan.1, baseline.1);
    for (part, saved) in definition::SAVED_PARTS {
        sums.save_part(part, saved, plan.1, baseline.1);
    }
    let mut measures =
        sums.measures(Case::Plan, &[&definition::ALWAYS[..], &definition::SAVED].concat());
    measures
        .extend(Sums::of_case(scenario, baseline).measures(Case::Baseline, &definition::ALWAYS));
    measures
}

/// Sums of one case by month, measure and site.
struct Sums<'a> {
    scenario: &'a Scenario,
    months: BTreeSet<Period>,
    amounts: BTreeMap<(Period, Definition, usize), Fixed>,
}

impl<'a> Sums<'a> {
    fn of_case(scenario: &'a Scenario, (way, outcome): (&Way, &CaseOutcome)) -> Self {
        let months = outcome.days.iter().map(|day| Period::of(day.day)).collect();
        let mut sums = Self { scenario, months, amounts: BTreeMap::new() };
        for day in &outcome.days {
            sums.add_parcels(way, day);
            sums.add_rounds(way, day);
            for site in &day.energy {
                sums.add_energy(Period::of(day.day), site);
            }
        }
        if way.solar {
            sums.add_modules();
        }
        sums
    }

    fn add(&mut self, month: Period, kind: Definition, site: usize, amount: Fixed) {
        *self.amounts.entry((month, kind, site)).or_default() += amount;
    }

    fn count(&mut self, month: Period, kind: Definition, site: usize, number: usize) {
        self.add(month, kind, site, Fixed::from_integer(number as i64));
    }

    fn add_parcels(&mut self, way: &Way, day: &DayOutcome) {
        let month = Period::of(day.day);
        for shipment in &day.shipments {
            self.count(month, definition::ORDERS, shipment.origin, shipment.orders.len());
        }
        for parcel in &day.parcels {
            let shipment = &day.shipments[parcel.shipment];
            let reused = matches!(parcel.wrapping, Wrapping::Carton { reused: true, .. });
            self.count(month, definition::PARCELS, shipment.origin, 1);
            self.count(month, definition::CARTONS_REUSED, shipment.origin, usize::from(reused));
            for used in &parcel.materials {
                let kind = definition::of_part(used.part);
                self.add(month, kind, shipment.origin, kilograms_of(used.mass));
            }
            let round = &day.routing.rounds[parcel.round];
            let carrier = way.fleet[round.vehicle].carrier;
            let direct = self.scenario.sites[round.site].point.great_circle(shipment.destination);
            let short = direct <= self.scenario.policy.short_urban;
            let short_electric = short && carrier.is_electric();
            let by_robot = carrier == EnergyCarrier::Robot;
            self.count(month, definition::DELIVERIES, round.site, 1);
            self.count(month, definition::SHORT_URBAN, round.site, usize::from(short));
            self.count(
                month,
                definition::SHORT_URBAN_ELECTRIC,
                round.site,
                usize::from(short_electric),
            );
            self.count(month, definition::ROBOT_DELIVERIES, round.site, usize::from(by_robot));
        }
        for carton in &day.handed_back {
            let milled = carton.grade == Grade::Recycle;
            self.count(month, definition::HANDED_BACK, carton.station, 1);
            self.count(month, definition::TO_MILL, carton.station, usize::from(milled));
        }
    }

    fn add_rounds(&mut self, way: &Way, day: &DayOutcome) {
        let month = Period::of(day.day);
        for round in &day.routing.rounds {
            self.add(month, definition::DISTANCE, round.site, kilometres(round.distance()));
            let cost = round.cost(&way.fleet[round.vehicle]);
            self.add(month, definition::COST_ROUNDS, round.site, units(cost));
        }
    }

    fn add_energy(&mut self, month: Period, site: &SiteEnergy) {
        let hours = &site.schedule.hours;
        let sum = |of: fn(&Hour) -> Energy| kilowatt_hours(hours.iter().map(of).sum());
        // What a battery loses was never used, so it avoided nothing; what it bought in one hour for
        // another counts with both.
        let own = |hour: &Hour| hour.load + hour.charging - hour.import;
        let avoided = |of: &dyn Fn(&Hour) -> Energy| {
            let hourly = hours.iter().zip(&site.grid_kg_per_kwh);
            hourly.map(|(hour, &kg)| kilograms(of(hour), kg)).sum::<Fixed>()
        };
        let bill = site.bill(self.scenario.energy.export_price_share);
        for (kind, amount) in [
            (definition::PV_GENERATED, sum(|hour| hour.pv)),
            (definition::PV_SELF_USED, sum(|hour| hour.pv - hour.export)),
            (definition::PV_EXPORTED, sum(|hour| hour.export)),
            (definition::ELECTRICITY_BOUGHT, sum(|hour| hour.import)),
            (definition::AVOIDED_SELF_USED, avoided(&own)),
            (definition::AVOIDED_EXPORTED, avoided(&|hour| hour.export)),
            (definition::COST_POWER, units(Money::from_units(bill, self.scenario.currency))),
        ] {
            self.add(month, kind, site.site, amount);
        }
    }

    fn add_modules(&mut self) {
        for month in self.months.clone() {
            for (index, site) in self.scenario.sites.iter().enumerate() {
                if let Some(solar) = site.solar {
                    let kilowatts = i128::from(solar.peak.milliwatts()) * 1_000;
                    self.add(
                        month,
                        definition::PV_INSTALLED,
                        index,
                        Fixed::from_billionths(kilowatts),
                    );
                }
            }
        }
    }

    /// The board that each order saves, shared by how its pieces travel in the plan.
    fn save_board(&mut self, plan: &CaseOutcome, baseline: &CaseOutcome) {
        let travelled = travelled(self.scenario, plan);
        for Saving { order, month, mass } in self.savings(Part::Board, plan, baseline) {
            let (kinds, masses) = match travelled.get(&order) {
                Some(by_kind) => by_kind.iter().map(|(&kind, &mass)| (kind, mass)).unzip(),
                None => (vec![definition::SAVED_RIGHT_SIZED], vec![1]),
            };
            let origin = self.scenario.orders[order].origin;
            let shares = apportion(mass.milligrams(), &masses);
            for (kind, share) in kinds.into_iter().zip(shares) {
                self.add(month, kind, origin, kilograms_of(Mass::new(share)));
            }
        }
    }

    /// What of a part each order saves.
    fn save_part(
        &mut self,
        part: Part,
        saved: Definition,
        plan: &CaseOutcome,
        baseline: &CaseOutcome,
    ) {
        for Saving { order, month, mass } in self.savings(part, plan, baseline) {
            self.add(month, saved, self.scenario.orders[order].origin, kilograms_of(mass));
        }
    }

    /// Each order's part in the baseline less the plan's, in the month in which the plan delivers
    /// it, or else the baseline does.
    fn savings(&self, part: Part, plan: &CaseOutcome, baseline: &CaseOutcome) -> Vec<Saving> {
        let months = [months(plan), months(baseline)];
        let [after, before] = [plan, baseline].map(|case| part_by_order(self.scenario, case, part));
        let saving = |order: usize| {
            let month = *months.iter().find_map(|months| months.get(&order))?;
            let of =
                |masses: &BTreeMap<usize, Mass>| masses.get(&order).copied().unwrap_or_default();
            Some(Saving { order, month, mass: of(&before) - of(&after) })
        };
        (0..self.scenario.orders.len()).filter_map(saving).collect()
    }

    fn measures(mut self, case: Case, kinds: &[Definition]) -> Vec<Measure> {
        let known: BTreeSet<(Period, Definition)> =
            self.amounts.keys().map(|&(month, kind, _)| (month, kind)).collect();
        // Zero is a figure, a missing row is none: what no site has is said of all of them.
        for &month in &self.months {
            for &kind in kinds.iter().filter(|&&kind| !known.contains(&(month, kind))) {
                self.amounts.insert((month, kind, ALL_SITES), Fixed::ZERO);
            }
        }
        let currency: Arc<str> = self.scenario.currency.to_string().into();
        let measure =
            |((period, kind, site), amount): ((Period, Definition, usize), Fixed)| Measure {
                period,
                case,
                link: kind.link,
                site: self.scenario.sites.get(site).map(|site| site.id.as_str().into()),
                name: kind.name,
                unit: if kind.unit == definition::CURRENCY {
                    currency.clone()
                } else {
                    kind.unit.into()
                },
                amount,
                method: kind.method,
                data_kind: kind.data_kind,
            };
        self.amounts.into_iter().map(measure).collect()
    }
}

/// What an order saves.
struct Saving {
    order: usize,
    month: Period,
    mass: Mass,
}

/// In place of a site's index.
const ALL_SITES: usize = usize::MAX;

/// The month in which each order is delivered.
fn months(case: &CaseOutcome) -> BTreeMap<usize, Period> {
    let of_day = |day: &DayOutcome| {
        let month = Period::of(day.day);
        let orders = day.shipments.iter().flat_map(|shipment| shipment.orders.clone());
        orders.map(|order| (order, month)).collect::<Vec<_>>()
    };
    case.days.iter().flat_map(of_day).collect()
}

/// Mass in mg of each order's pieces by how they travel.
fn travelled(
    scenario: &Scenario,
    case: &CaseOutcome,
) -> BTreeMap<usize, BTreeMap<Definition, i64>> {
    let mut travelled: BTreeMap<usize, BTreeMap<Definition, i64>> = BTreeMap::new();
    for parcel in case.days.iter().flat_map(|day| &day.parcels) {
        let kind = match parcel.wrapping {
            Wrapping::Own => definition::SAVED_ORIGINAL,
            Wrapping::Bag { .. } => definition::SAVED_BAGGED,
            Wrapping::Carton { reused: true, .. } => definition::SAVED_REUSED,
            Wrapping::Carton { reused: false, .. } => definition::SAVED_RIGHT_SIZED,
        };
        for (&order, &product) in parcel.piece_orders.iter().zip(&parcel.products) {
            let mass: Mass = scenario.products[product].mass;
            *travelled.entry(order).or_default().entry(kind).or_default() += mass.milligrams();
        }
    }
    travelled
}

/// The mass of a part of their parcels by order.
fn part_by_order(scenario: &Scenario, case: &CaseOutcome, part: Part) -> BTreeMap<usize, Mass> {
    let mut masses: BTreeMap<usize, Mass> = BTreeMap::new();
    for parcel in case.days.iter().flat_map(|day| &day.parcels) {
        for used in parcel.materials.iter().filter(|used| used.part == part) {
            for (order, share) in by_order(scenario, parcel, used.mass) {
                *masses.entry(order).or_default() += share;
            }
        }
    }
    masses
}

/// A milligram is a thousand billionths of a kilogram: exact.
fn kilograms_of(mass: Mass) -> Fixed {
    Fixed::from_billionths(i128::from(mass.milligrams()) * 1_000)
}

fn kilowatt_hours(energy: Energy) -> Fixed {
    Fixed::from_billionths(i128::from(energy.milliwatt_hours()) * 1_000)
}

fn kilometres(distance: Distance) -> Fixed {
    Fixed::from_billionths(i128::from(distance.metres()) * 1_000_000)
}

/// An amount is whole millionths: rounding to them first undoes what binary numbers lose.
fn units(money: Money) -> Fixed {
    Fixed::from_billionths((money.units() * 1e6).round() as i128 * 1_000)
}

/// kg CO2e of energy at so many kg per kWh.
fn kilograms(energy: Energy, per_kwh: f64) -> Fixed {
    let per_kwh = Fixed::from_f64(per_kwh).expect("a checked scenario has finite numbers");
    kilowatt_hours(energy).checked_mul(per_kwh).expect("an hour's energy is far from the limit")
}
