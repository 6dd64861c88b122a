//! Rounds and charging, each with the other in mind: the two links do not know each other.

use crate::Scenario;
use crate::coolant::route_cooled;
use crate::day::State;
use crate::energy::{self, EnergyDay, Hours};
use crate::pack::Packed;
use crate::route::{Missing, Routed};
use crate::run::PlanError;
use crate::way::Way;
use quantity::{Day, Energy};
use std::collections::{BTreeMap, BTreeSet};

/// Most times that the rounds are planned anew because vehicles could not be charged in time.
const AGAIN_MAX: u32 = 2;

/// What batteries lack, of what is owed to them at the plug.
pub(crate) fn missing(scenario: &Scenario, owed: &BTreeMap<(usize, u32), Energy>) -> Missing {
    owed.iter().map(|(&who, &owed)| (who, into_battery(scenario, owed))).collect()
}

/// What comes into a battery of an energy at the plug.
fn into_battery(scenario: &Scenario, at_plug: Energy) -> Energy {
    Energy::from_kilowatt_hours(at_plug.kilowatt_hours() * scenario.energy.charging_efficiency)
}

/// A day and the night behind it.
pub(crate) struct Night<'a> {
    pub(crate) scenario: &'a Scenario,
    pub(crate) way: &'a Way,
    pub(crate) hours: &'a Hours,
    pub(crate) day: Day,
    /// No day of the run may follow.
    pub(crate) last: bool,
    /// Orders that travel apart.
    pub(crate) apart: &'a BTreeSet<usize>,
    pub(crate) before: &'a State,
}

impl Night<'_> {
    /// The energy day after these rounds. Where it leaves vehicles short, the rounds are planned anew,
    /// no vehicle of their types driving further than a night charges: kept where no stop is left behind,
    /// and rounds and power cost no more than what is charged instead would in the dearest hour.
    pub(crate) fn charged(
        &self,
        packed: Packed,
        routed: Routed,
        missing: &Missing,
    ) -> Result<(Packed, Routed, EnergyDay), PlanError> {
        let energy = self.schedule(&routed)?;
        let mut best = (packed, routed, energy);
        let mut held = missing.clone();
        for _ in 0..AGAIN_MAX {
            if !self.hold(&mut held, &best.2, missing) {
                break;
            }
            let mut packed = best.0.clone();
            let (scenario, way) = (self.scenario, self.way);
            let routed = route_cooled(scenario, way, self.day, &mut packed, self.apart, &held)?;
            let energy = self.schedule(&routed)?;
            let served =
                routed.routing.unserved.iter().all(|(stop, _)| {
                    best.1.routing.unserved.iter().any(|(before, _)| before == stop)
                });
            let gained = (short(&best.2) - short(&energy)).kilowatt_hours();
            let dearer = self.cost(&routed, &energy) - self.cost(&best.1, &best.2);
            if served && gained > 0.0 && dearer <= gained * dearest(&energy) {
                best = (packed, routed, energy);
            } else {
                break;
            }
        }
        Ok(best)
    }

    fn schedule(&self, routed: &Routed) -> Result<EnergyDay, PlanError> {
        energy::schedule(self, &routed.routing)
    }

    /// Holds every vehicle of the types that came short to what the best served of them was given in
    /// the night; false where that changes nothing.
    fn hold(&self, held: &mut Missing, energy: &EnergyDay, missing: &Missing) -> bool {
        let mut given: BTreeMap<usize, Energy> = BTreeMap::new();
        for (&(vehicle, _), charged) in &energy.charged {
            if charged.short > Energy::ZERO {
                let most = given.entry(vehicle).or_insert(Energy::ZERO);
                *most = (*most).max(charged.given);
            }
        }
        let before = held.clone();
        for (vehicle, given) in given {
            let kind = &self.way.fleet[vehicle];
            let Some(battery) = kind.battery else { continue };
            let left = (battery - into_battery(self.scenario, given)).or_zero();
            for number in 0..kind.count {
                // What a battery lacks already is to be charged in the same night.
                let lacks = missing.get(&(vehicle, number)).copied().unwrap_or(Energy::ZERO);
                let held = held.entry((vehicle, number)).or_insert(Energy::ZERO);
                *held = (*held).max(left + lacks);
            }
        }
        *held != before
    }

    /// Of the rounds and of the buildings' power, in units of the currency.
    fn cost(&self, routed: &Routed, energy: &EnergyDay) -> f64 {
        let rounds = routed.routing.rounds.iter();
        let rounds: f64 =
            rounds.map(|round| round.cost(&self.way.fleet[round.vehicle]).units()).sum();
        let share = self.scenario.energy.export_price_share;
        rounds + energy.sites.iter().map(|site| site.bill(share)).sum::<f64>()
    }
}

fn short(energy: &EnergyDay) -> Energy {
    energy.charged.values().map(|charged| charged.short).sum()
}

/// The highest price of a kWh bought.
fn dearest(energy: &EnergyDay) -> f64 {
    let prices = energy.sites.iter().flat_map(|site| &site.buy_price);
    prices.copied().fold(0.0, f64::max)
}
