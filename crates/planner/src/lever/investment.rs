//! What a lever's hardware costs in a year: capital spread over its life.
//!
//! Prices are assumptions in US dollars, of the order of published surveys; a lever may carry its
//! own (`solar=x2@900/25`), in the scenario's currency.

use super::{Lever, LeverError};
use crate::Scenario;
use network::{EnergyCarrier, VehicleType};
use quantity::{Currency, Energy, Money, Power};

/// Interest on capital, a year. An assumption.
pub const DISCOUNT_RATE: f64 = 0.05;

/// What is bought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hardware {
    /// Modules on a roof, by kWp.
    Modules,
    /// A stationary battery, by kWh.
    Battery,
    /// An electric vehicle in place of a combustion one, by kWh of its battery.
    ElectricVehicle,
    /// A delivery robot.
    Robot,
}

/// Capital cost of a unit of hardware.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Price {
    /// In units of the scenario's currency, not negative.
    pub capital: f64,
    /// Years of life, more than zero.
    pub life_years: f64,
}

impl Hardware {
    /// Unit, default price in US dollars, and where it comes from.
    pub const fn default_price(self) -> (&'static str, Price, &'static str) {
        match self {
            Self::Modules => (
                "kWp",
                Price { capital: 1_500.0, life_years: 25.0 },
                "assumption: a commercial roof, installed",
            ),
            Self::Battery => (
                "kWh",
                Price { capital: 400.0, life_years: 15.0 },
                "assumption: a commercial battery, installed, converter included",
            ),
            Self::ElectricVehicle => (
                "kWh of vehicle battery",
                Price { capital: 200.0, life_years: 8.0 },
                "assumption: a pack at 115 USD/kWh (BloombergNEF survey 2024), the rest for power electronics and plug; nothing off for the engine spared",
            ),
            Self::Robot => {
                ("robot", Price { capital: 5_500.0, life_years: 5.0 }, "assumption: a street robot")
            }
        }
    }

    /// More of it is written with its unit.
    pub(super) const fn has_unit(self) -> bool {
        matches!(self, Self::Modules | Self::Battery)
    }

    /// How much of it a scenario has, in units.
    fn held(self, scenario: &Scenario) -> f64 {
        let sites = scenario.sites.iter();
        match self {
            Self::Modules => sites
                .filter_map(|site| site.solar)
                .map(|solar| solar.peak)
                .sum::<Power>()
                .kilowatts(),
            Self::Battery => {
                let capacity = sites.filter_map(|site| site.battery).map(|store| store.capacity);
                capacity.sum::<Energy>().kilowatt_hours()
            }
            Self::ElectricVehicle => of_carrier(scenario, EnergyCarrier::Electric)
                .map(|kind| f64::from(kind.count) * battery_kwh(kind))
                .sum(),
            Self::Robot => {
                of_carrier(scenario, EnergyCarrier::Robot).map(|kind| f64::from(kind.count)).sum()
            }
        }
    }
}

fn of_carrier(scenario: &Scenario, carrier: EnergyCarrier) -> impl Iterator<Item = &VehicleType> {
    scenario.fleet.iter().filter(move |kind| kind.carrier == carrier)
}

/// Of a vehicle that does not say: what 200 km take with a full load.
fn battery_kwh(kind: &VehicleType) -> f64 {
    let full = 2.0 * kind.consumption.full_per_100km;
    kind.battery.map_or(full, Energy::kilowatt_hours)
}

impl Price {
    /// Reads `900/25`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (capital, life_years) = text.split_once('/')?;
        let number = |text: &str| text.trim().parse::<f64>().ok();
        let price = Self { capital: number(capital)?, life_years: number(life_years)? };
        let sound =
            (0.0..=1e9).contains(&price.capital) && (0.1..=100.0).contains(&price.life_years);
        sound.then_some(price)
    }

    /// The same amount in every year of life that pays capital and interest (annuity).
    pub fn yearly(self) -> f64 {
        let growth = (1.0 + DISCOUNT_RATE).powf(-self.life_years);
        self.capital * DISCOUNT_RATE / (1.0 - growth)
    }
}

/// Units of a currency for a US dollar, to a digit or two: assumptions for default prices alone.
fn per_dollar(currency: Currency) -> Option<f64> {
    const RATES: [(&str, f64); 10] = [
        ("AUD", 1.5),
        ("BRL", 5.5),
        ("CAD", 1.4),
        ("CHF", 0.85),
        ("CNY", 7.2),
        ("EUR", 0.9),
        ("GBP", 0.8),
        ("INR", 85.0),
        ("JPY", 150.0),
        ("USD", 1.0),
    ];
    let code = currency.to_string();
    RATES.iter().find(|(known, _)| *known == code).map(|&(_, rate)| rate)
}

impl Lever {
    /// What a year of its hardware costs: what `after` has more than `before`. Nothing comes back
    /// for hardware that a lever switches off: it is bought already.
    pub fn yearly_cost(&self, before: &Scenario, after: &Scenario) -> Result<Money, LeverError> {
        let currency = before.currency;
        let Some(hardware) = self.kind.hardware else {
            return Ok(Money::zero(currency));
        };
        let more = hardware.held(after) - hardware.held(before);
        if more <= 0.0 {
            return Ok(Money::zero(currency));
        }
        let price = self.price.or_else(|| {
            let (_, Price { capital, life_years }, _) = hardware.default_price();
            per_dollar(currency).map(|rate| Price { capital: capital * rate, life_years })
        });
        let price =
            price.ok_or_else(|| LeverError::NoPrice { lever: self.to_string(), currency })?;
        Ok(Money::from_units(more * price.yearly(), currency))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_annuity_pays_capital_and_interest() {
        for (capital, life_years, expect, why) in [
            (1_000.0, 1.0, 1_050.0, "one year: capital and its interest"),
            (1_000.0, 10.0, 129.504_575, "the textbook's factor 0.1295 for ten years at 5 %"),
            (0.0, 10.0, 0.0, "free"),
        ] {
            let yearly = Price { capital, life_years }.yearly();
            assert!((yearly - expect).abs() < 1e-6, "{why}: {yearly}");
        }
    }
}
