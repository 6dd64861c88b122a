//! Levers: named changes of a scenario, written `solar=x2`. A lever changes settings or tables;
//! the plan is then made anew by the same code.
//!
//! Read: [`KINDS`] (all of them), [`parse`], `apply` (scenario in, scenario out), `electric`
//! (what replaces a combustion vehicle), [`investment`] (what hardware costs), `applicable` (the
//! levers of a scenario when none is named).

mod apply;
mod electric;
pub mod investment;
mod applicable;

pub use applicable::applicable;

use investment::{Hardware, Price};
use quantity::Currency;
use std::fmt;

/// What a lever turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    Battery,
    BuildingLoad,
    CarbonPrice,
    Consolidation,
    ElectricFleet,
    GridFactor,
    HouseholdRecycling,
    Hubs,
    JoinRadius,
    ReturnRate,
    Reuse,
    Robots,
    Solar,
    Stations,
}

/// A form in which a change may be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// `off`
    Off,
    /// `on`
    On,
    /// `x2`, from 0 to 100.
    Times,
    /// `+100kWp`, up to a million.
    More,
    /// `+5`, whole.
    MoreWhole,
    /// `5`, whole.
    Whole,
    /// `0.5`, from 0 to 1.
    Share,
    /// `100`, from 0 to a million.
    Amount,
}

/// What a lever does with what it turns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Change {
    Off,
    On,
    /// By so many times.
    Times(f64),
    /// By so much more.
    More(f64),
    /// To so much.
    To(f64),
}

/// A kind of lever.
#[derive(Debug, PartialEq)]
pub struct Kind {
    pub(crate) key: Key,
    /// As it is written before the `=`.
    pub name: &'static str,
    /// As the change may be written: `off, on, x2, +100kWp`.
    pub takes: &'static str,
    /// Unit of an amount; empty where it has none.
    pub unit: &'static str,
    /// What it does.
    pub description: &'static str,
    /// What must be bought for it.
    pub hardware: Option<Hardware>,
    forms: &'static [Form],
}

use Form::{Amount, More, MoreWhole, Off, On, Share, Times, Whole};

#[rustfmt::skip] // a row a lever
/// All kinds of lever, by name.
pub const KINDS: [Kind; 14] = [
    Kind { key: Key::Battery, name: "battery", takes: "off, x2, +100kWh", unit: "kWh", description: "capacity of the sites' batteries, power with it; shared like what is there, or at the warehouse of the largest load", hardware: Some(Hardware::Battery), forms: &[Off, Times, More] },
    Kind { key: Key::BuildingLoad, name: "building-load", takes: "x0.9", unit: "", description: "what the buildings use in a day", hardware: None, forms: &[Times] },
    Kind { key: Key::CarbonPrice, name: "carbon-price", takes: "100", unit: "currency per t CO2e", description: "weight of carbon when rounds and charging are planned; no part of any cost", hardware: None, forms: &[Amount] },
    Kind { key: Key::Consolidation, name: "consolidation", takes: "off, on", unit: "", description: "open orders of one customer travel together, green orders wait for a neighbour", hardware: None, forms: &[Off, On] },
    Kind { key: Key::ElectricFleet, name: "electric-fleet", takes: "5", unit: "vehicles", description: "so many combustion vehicles, the smallest first, are replaced by the scenario's electric type of nearest capacity, or by a stated default", hardware: Some(Hardware::ElectricVehicle), forms: &[Whole] },
    Kind { key: Key::GridFactor, name: "grid-factor", takes: "x0.5", unit: "", description: "the grid file's kg CO2e per kWh in every hour", hardware: None, forms: &[Times] },
    Kind { key: Key::HouseholdRecycling, name: "household-recycling", takes: "0.9", unit: "", description: "share of cartons kept by consumers that reach paper recycling", hardware: None, forms: &[Share] },
    Kind { key: Key::Hubs, name: "hubs", takes: "off, on", unit: "", description: "parcels may change vehicles at hubs", hardware: None, forms: &[Off, On] },
    Kind { key: Key::JoinRadius, name: "join-radius", takes: "2km", unit: "km", description: "a green order waits until a stop this near is served", hardware: None, forms: &[Amount] },
    Kind { key: Key::ReturnRate, name: "return-rate", takes: "0.5", unit: "", description: "share of delivered cartons that are handed back at a station", hardware: None, forms: &[Share] },
    Kind { key: Key::Reuse, name: "reuse", takes: "off, on, 0.9", unit: "", description: "share of cartons handed back that are fit for use; off also empties the stock of used cartons", hardware: None, forms: &[Off, On, Share] },
    Kind { key: Key::Robots, name: "robots", takes: "+5", unit: "robots", description: "more robots, where most stand today", hardware: Some(Hardware::Robot), forms: &[MoreWhole] },
    Kind { key: Key::Solar, name: "solar", takes: "off, on, x2, +100kWp", unit: "kWp", description: "the sites' modules; shared like what is there, or at the warehouse of the largest load; off and on hold for batteries too", hardware: Some(Hardware::Modules), forms: &[Off, On, Times, More] },
    Kind { key: Key::Stations, name: "stations", takes: "off, on", unit: "", description: "consumers leave cartons at stations", hardware: None, forms: &[Off, On] },
];

/// A named change of a scenario.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lever {
    /// What it turns.
    pub kind: &'static Kind,
    pub(crate) change: Change,
    /// What its hardware costs, where the lever says so.
    pub price: Option<Price>,
}

/// Why there is no such lever, or none for this scenario.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LeverError {
    /// No kind has this name.
    #[error("`{0}` is no lever. Known are {known}", known = known())]
    Unknown(String),
    /// The change is not written as the lever takes it.
    #[error("{name} is `{value}`: write it as {takes}")]
    Change {
        /// Of the lever.
        name: &'static str,
        /// As it was written.
        value: String,
        /// As it may be written.
        takes: &'static str,
    },
    /// Not `COST/YEARS` of hardware.
    #[error(
        "{name} costs `{value}`: write capital cost of a unit and years of life, as in 900/25, and only where something is bought"
    )]
    Price {
        /// Of the lever.
        name: &'static str,
        /// As it was written.
        value: String,
    },
    /// The lever's hardware has no price in the scenario's currency.
    #[error(
        "what {lever} costs in {currency} is not known. Add cost of a unit and years of life: {lever}@900/25"
    )]
    NoPrice {
        /// Which lever.
        lever: String,
        /// Of the scenario.
        currency: Currency,
    },
    /// The scenario has nothing for the lever to turn.
    #[error("{lever}: the scenario has no {what}")]
    Absent {
        /// Which lever.
        lever: String,
        /// What it lacks.
        what: &'static str,
    },
    /// More vehicles to be replaced than there are.
    #[error("{lever}: the scenario has {there} combustion vehicles")]
    TooMany {
        /// Which lever.
        lever: String,
        /// How many there are.
        there: u32,
    },
    /// One kind of lever twice: together they mean nothing.
    #[error("{0} is named twice. Compare its values one run after the other")]
    Twice(&'static str),
}

fn known() -> String {
    KINDS.map(|kind| format!("{}={}", kind.name, kind.takes)).join("; ")
}

/// Reads `solar=x2`; where something is bought, `solar=x2@900/25` says what a unit costs in the
/// scenario's currency and how many years it lasts.
pub fn parse(text: &str) -> Result<Lever, LeverError> {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    let (name, value) = (name.trim(), value.trim());
    let kind = KINDS.iter().find(|kind| kind.name == name);
    let kind = kind.ok_or_else(|| LeverError::Unknown(name.into()))?;
    let (change, price) = match value.split_once('@') {
        Some((change, price)) => (change.trim(), Some(price.trim())),
        None => (value, None),
    };
    let change = kind.forms.iter().find_map(|form| form.read(change, kind.unit));
    let change = change.ok_or_else(|| LeverError::Change {
        name: kind.name,
        value: value.into(),
        takes: kind.takes,
    })?;
    let price = match price {
        None => None,
        Some(text) => {
            let price = kind.hardware.and_then(|_| Price::parse(text));
            Some(price.ok_or_else(|| LeverError::Price { name: kind.name, value: text.into() })?)
        }
    };
    Ok(Lever { kind, change, price })
}

impl Form {
    fn read(self, text: &str, unit: &str) -> Option<Change> {
        let number = |text: &str, most: f64| {
            let text = text.strip_suffix(unit).unwrap_or(text).trim();
            text.parse::<f64>().ok().filter(|number| (0.0..=most).contains(number))
        };
        let whole = |text: &str| number(text, 10_000.0).filter(|number| number.fract() == 0.0);
        match self {
            Self::Off => (text == "off").then_some(Change::Off),
            Self::On => (text == "on").then_some(Change::On),
            Self::Times => {
                let factor = text.strip_prefix('x')?.parse::<f64>().ok();
                factor.filter(|factor| (0.0..=100.0).contains(factor)).map(Change::Times)
            }
            Self::More => number(text.strip_prefix('+')?, 1e6).map(Change::More),
            Self::MoreWhole => whole(text.strip_prefix('+')?).map(Change::More),
            // A sign would say "more", and this form does not.
            _ if text.starts_with('+') => None,
            Self::Whole => whole(text).map(Change::To),
            Self::Share => number(text, 1.0).map(Change::To),
            Self::Amount => number(text, 1e6).map(Change::To),
        }
    }
}

impl fmt::Display for Lever {
    /// As [`parse`] reads it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}=", self.kind.name)?;
        match self.change {
            Change::Off => f.write_str("off"),
            Change::On => f.write_str("on"),
            Change::Times(factor) => write!(f, "x{factor}"),
            Change::More(amount) => write!(f, "+{amount}"),
            Change::To(amount) => write!(f, "{amount}"),
        }?;
        if self.kind.hardware.is_some_and(Hardware::has_unit)
            && matches!(self.change, Change::More(_))
        {
            f.write_str(self.kind.unit)?;
        }
        match self.price {
            Some(Price { capital, life_years }) => write!(f, "@{capital}/{life_years}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levers_read_and_write() {
        for (text, written, why) in [
            ("reuse=off", "reuse=off", "a switch"),
            (" solar = x2 ", "solar=x2", "spaces"),
            ("solar=+100kWp", "solar=+100kWp", "with its unit"),
            ("battery=+50", "battery=+50kWh", "the unit may be left out"),
            ("solar=x2@900/25", "solar=x2@900/25", "with a price"),
            ("electric-fleet=3", "electric-fleet=3", "a count"),
            ("robots=+4", "robots=+4", "so many more"),
            ("return-rate=0.50", "return-rate=0.5", "a share"),
            ("join-radius=2km", "join-radius=2", "an amount with its unit"),
            ("carbon-price=0", "carbon-price=0", "nothing is an amount"),
        ] {
            let lever = parse(text).unwrap();
            assert_eq!(lever.to_string(), written, "{why}");
            assert_eq!(parse(written), Ok(lever), "{why}");
        }
    }

    #[test]
    fn what_is_no_lever_says_what_is() {
        for (text, expect, why) in [
            ("teleport=on", "`teleport` is no lever. Known are battery=off, x2, +100kWh; ", "name"),
            ("solar", "solar is ``: write it as off, on, x2, +100kWp", "no change at all"),
            ("solar=-1", "solar is `-1`: write it as off, on, x2, +100kWp", "less than nothing"),
            ("return-rate=1.1", "return-rate is `1.1`: write it as 0.5", "beyond a share"),
            ("return-rate=+0.1", "return-rate is `+0.1`: write it as 0.5", "more is not taken"),
            ("carbon-price=NaN", "carbon-price is `NaN`: write it as 100", "not a number"),
            ("electric-fleet=1.5", "electric-fleet is `1.5`: write it as 5", "half a vehicle"),
            ("solar=xinf", "solar is `xinf`: write it as off, on, x2, +100kWp", "endless"),
            ("reuse=off@3/4", "reuse costs `3/4`: write capital cost", "nothing is bought"),
            ("robots=+1@5000", "robots costs `5000`: write capital cost", "no life"),
            ("robots=+1@5000/0", "robots costs `5000/0`: write capital cost", "a life of nothing"),
        ] {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.starts_with(expect), "{why}: {error}");
        }
    }

    #[test]
    fn every_kind_takes_what_it_says() {
        for pair in KINDS.windows(2) {
            assert!(pair[0].name < pair[1].name, "sorted by name");
        }
        for kind in &KINDS {
            for change in kind.takes.split(", ") {
                let lever = parse(&format!("{}={change}", kind.name)).unwrap();
                assert_eq!(lever.kind, kind);
            }
        }
    }
}
