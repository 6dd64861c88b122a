//! What a site generated, used, bought and sold.

use super::as_json;
use super::reading::Measured;
use super::site::SiteMeters;
use super::storage::{Bus, Carried, Today};
use quantity::Energy;
use serde::{Deserialize, Serialize};
use std::iter::Sum;
use std::ops::Add;

/// How the exchange with the grid is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GridMeter {
    /// Import or export is metered.
    Metered,
    /// Neither is; both follow from load and generation of each quarter hour.
    FromLoad,
    /// Neither is, and no load: nothing is known of own use and export.
    Unknown,
}

/// Energies of a time; each is zero or more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flows {
    /// AC out of the inverters.
    #[serde(with = "as_json::energy")]
    pub generation: Energy,
    /// Own generation used at the site, at once or out of the battery; zero where the exchange with
    /// the grid is not known.
    #[serde(with = "as_json::energy")]
    pub self_consumed: Energy,
    /// Sold.
    #[serde(with = "as_json::energy")]
    pub exported: Energy,
    /// Of that, not generated here: bought before, of unknown origin, or more than there was to sell.
    #[serde(with = "as_json::energy", default)]
    pub resold: Energy,
    /// Bought.
    #[serde(with = "as_json::energy")]
    pub imported: Energy,
    /// Used by building and vehicles.
    #[serde(with = "as_json::energy")]
    pub used: Energy,
    /// Of that, by vehicles.
    #[serde(with = "as_json::energy")]
    pub charging: Energy,
    /// Into the battery.
    #[serde(with = "as_json::energy")]
    pub battery_in: Energy,
    /// Out of the battery.
    #[serde(with = "as_json::energy")]
    pub battery_out: Energy,
    /// What does not add up where everything is metered and known, either way.
    #[serde(with = "as_json::energy")]
    pub unexplained: Energy,
}

impl Flows {
    /// Own generation sold, at once or out of the battery.
    pub fn exported_own(&self) -> Energy {
        self.exported - self.resold
    }
}

impl Add for Flows {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            generation: self.generation + other.generation,
            self_consumed: self.self_consumed + other.self_consumed,
            exported: self.exported + other.exported,
            resold: self.resold + other.resold,
            imported: self.imported + other.imported,
            used: self.used + other.used,
            charging: self.charging + other.charging,
            battery_in: self.battery_in + other.battery_in,
            battery_out: self.battery_out + other.battery_out,
            unexplained: self.unexplained + other.unexplained,
        }
    }
}

impl Sum for Flows {
    fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
        items.fold(Self::default(), Add::add)
    }
}

/// Energies of a time, and what is known of own generation in them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    /// Energies; of what the battery gives, own is what went in on the same day.
    pub flows: Flows,
    /// Own generation at hand: what goes into the battery counts when it comes out.
    pub own_supply: Energy,
    /// Out of the battery, put in on earlier days: in no own generation above.
    pub carried: Carried,
}

impl Add for Balance {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            flows: self.flows + other.flows,
            own_supply: self.own_supply + other.own_supply,
            carried: self.carried + other.carried,
        }
    }
}

impl Sum for Balance {
    fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
        items.fold(Self::default(), Add::add)
    }
}

/// How a site's exchange with the grid is known.
pub fn grid_meter(site: &SiteMeters) -> GridMeter {
    let has = |measured| site.measured(measured).is_some();
    if has(Measured::Import) || has(Measured::Export) {
        GridMeter::Metered
    } else if has(Measured::Load) {
        GridMeter::FromLoad
    } else {
        GridMeter::Unknown
    }
}

/// A site's energies in a quarter hour, by its number. What is not metered follows from the rest,
/// or is zero; use without a meter of the building is what the others leave.
///
/// - `today`: what the quarter hours of the same day before it left in the battery.
pub(super) fn balance(site: &SiteMeters, number: i64, today: &mut Today) -> Balance {
    let of = |measured| {
        site.measured(measured).map_or(Energy::ZERO, |found| found.energy(number)).or_zero()
    };
    let [generation, charging, battery_in, battery_out] =
        [Measured::Generation, Measured::Charging, Measured::BatteryIn, Measured::BatteryOut]
            .map(of);
    let load = site.measured(Measured::Load).map(|found| found.energy(number).or_zero());
    let metered = [of(Measured::Import), of(Measured::Export)];
    let supply = generation + battery_out;
    let [imported, exported] = match (grid_meter(site), load) {
        (GridMeter::FromLoad, Some(load)) => {
            let bought = load + charging + battery_in - supply;
            [bought.or_zero(), (-bought).or_zero()]
        }
        _ => metered,
    };
    let left = supply + imported - exported - battery_in;
    let used = match (grid_meter(site), load) {
        (GridMeter::Unknown, _) => charging,
        (_, Some(load)) => load + charging,
        (_, None) => left.or_zero(),
    };
    let is_known = grid_meter(site) != GridMeter::Unknown;
    let is_compared = is_known && load.is_some() && site.is_known(number);
    let gap = if is_compared { left - used } else { Energy::ZERO };
    let own = today.quarter(Bus { generation, imported, exported, battery_in, battery_out });
    let flows = Flows {
        generation,
        self_consumed: if is_known { own.used } else { Energy::ZERO },
        exported,
        resold: exported - own.sold,
        imported,
        used,
        charging,
        battery_in,
        battery_out,
        unexplained: gap.max(-gap),
    };
    let drawn = Carried { drawn: own.carried.drawn, ..Carried::default() };
    let carried = if is_known { own.carried } else { drawn };
    Balance { flows, own_supply: own.supply, carried }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitoring::made_up::{amounts, meters};
    use Measured::{BatteryIn, BatteryOut, Charging, Export, Generation, Import, Load};
    use proptest::prelude::*;

    /// Generation, self-consumed, exported, imported, used, unexplained of the first quarter.
    fn told(site: &SiteMeters) -> [Energy; 6] {
        let f = balance(site, site.numbers().start, &mut Today::default()).flows;
        [f.generation, f.self_consumed, f.exported, f.imported, f.used, f.unexplained]
    }

    #[test]
    fn what_is_not_metered_follows_from_the_rest() {
        for (metered, meter, expect, why) in [
            (
                vec![(Generation, 10.0), (Export, 4.0), (Import, 1.0)],
                GridMeter::Metered,
                [10.0, 6.0, 4.0, 1.0, 7.0, 0.0],
                "use is what the meters leave",
            ),
            (
                vec![(Generation, 10.0), (Load, 3.0), (Charging, 2.0)],
                GridMeter::FromLoad,
                [10.0, 5.0, 5.0, 0.0, 5.0, 0.0],
                "export follows from the load",
            ),
            (
                vec![(Generation, 1.0), (Load, 3.0), (BatteryIn, 2.0)],
                GridMeter::FromLoad,
                [1.0, 0.6, 0.0, 4.0, 3.0, 0.0],
                "the battery is filled from sun and grid, as they are supplied",
            ),
            (
                vec![(Generation, 10.0), (Load, 5.0), (Export, 4.0), (BatteryOut, 1.0)],
                GridMeter::Metered,
                [10.0, 6.363_637, 4.0, 0.0, 5.0, 2.0],
                "two kWh went nowhere; a part of what is sold is the battery's",
            ),
            (
                vec![(Generation, 10.0)],
                GridMeter::Unknown,
                [10.0, 0.0, 0.0, 0.0, 0.0, 0.0],
                "nobody knows where it went",
            ),
            (
                vec![(Generation, 1.0), (Export, 3.0), (BatteryOut, 4.0)],
                GridMeter::Metered,
                [1.0, 0.4, 3.0, 0.0, 2.0, 0.0],
                "sold from the battery for the most part",
            ),
        ] {
            let channels: Vec<_> =
                metered.iter().map(|&(of, kwh)| amounts("A", "m", of, &[kwh])).collect();
            let site = meters(&channels);
            assert_eq!(grid_meter(&site), meter, "{why}");
            assert_eq!(told(&site), expect.map(Energy::from_kilowatt_hours), "{why}");
        }
    }

    proptest! {
        #[test]
        fn without_a_grid_meter_the_balance_closes(
            kwh in prop::array::uniform5(0_i64..50)
        ) {
            let of = [Generation, Load, Charging, BatteryIn, BatteryOut];
            let channels: Vec<_> = of.iter().zip(kwh)
                .map(|(&of, kwh)| amounts("A", "m", of, &[kwh as f64])).collect();
            let site = meters(&channels);
            let f = balance(&site, site.numbers().start, &mut Today::default()).flows;
            prop_assert_eq!(
                f.generation + f.imported + f.battery_out, f.used + f.exported + f.battery_in
            );
            prop_assert!(f.imported == Energy::ZERO || f.exported == Energy::ZERO);
            prop_assert!(f.self_consumed <= f.generation);
        }
    }
}
