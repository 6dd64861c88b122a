//! What measured energy means in CO2e, with factors passed in.
//!
//! Self-consumed and exported energy are two lines: the first avoids buying and shows in a smaller
//! scope 2, the second avoids nothing of one's own and is never taken from it (GHG Protocol Scope 2
//! Guidance, 6.9; Corporate Standard, chapter 8). Use is valued twice: location-based by the grid of
//! the hour, market-based by certificates cancelled and the residual mix (Scope 2 Guidance, 6.11).

use super::as_json;
use super::balance::Balance;
use super::storage::Carried;
use quantity::{Carbon, Energy, Fixed};
use serde::{Deserialize, Serialize};
use std::iter::Sum;
use std::ops::Add;

/// kg CO2e per kWh of the grid in an hour, and the energies of that hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HourOfFlows {
    /// Energies.
    pub balance: Balance,
    /// kg CO2e per kWh bought; none where it is not known.
    pub grid_kg_per_kwh: Option<Fixed>,
}

/// What is bought besides: contracts and certificates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Market {
    /// Certificates cancelled for this use (guarantees of origin, RECs), without emissions.
    pub cancelled: Energy,
    /// kg CO2e per kWh of what no certificate covers; none where it is not known.
    pub residual_kg_per_kwh: Option<Fixed>,
}

/// What adds up over hours, days and sites.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lines {
    /// Not bought, because generated and used: at the grid of the hour of use.
    #[serde(with = "as_json::carbon")]
    pub self_consumed: Carbon,
    /// Generated and sold: what others did not buy, at the grid of the hour of sale.
    #[serde(with = "as_json::carbon")]
    pub exported: Carbon,
    /// Bought, location-based.
    #[serde(with = "as_json::carbon")]
    pub location_based: Carbon,
    /// Generated or bought in hours whose grid is not known; in no line above.
    #[serde(with = "as_json::energy")]
    pub without_factor: Energy,
}

impl Lines {
    /// Of hours, each rounded half to even to the microgram.
    pub fn of(hours: &[HourOfFlows]) -> Self {
        let of_own = |hour: &HourOfFlows| {
            let flows = &hour.balance.flows;
            Self::own(flows.self_consumed, flows.exported_own(), hour.grid_kg_per_kwh)
        };
        let bought = |HourOfFlows { balance, grid_kg_per_kwh }: &HourOfFlows| {
            let imported = balance.flows.imported;
            match *grid_kg_per_kwh {
                Some(factor) => {
                    Self { location_based: valued(imported, factor), ..Self::default() }
                }
                None => Self { without_factor: imported, ..Self::default() },
            }
        };
        hours.iter().map(|hour| of_own(hour) + bought(hour)).sum()
    }

    /// Of what came out of the battery and went in on earlier days, were all of it own.
    pub(super) fn carried(hours: &[HourOfFlows]) -> Self {
        let of = |HourOfFlows { balance, grid_kg_per_kwh }: &HourOfFlows| {
            let Carried { used, sold, .. } = balance.carried;
            Self::own(used, sold, *grid_kg_per_kwh)
        };
        hours.iter().map(of).sum()
    }

    fn own(used: Energy, sold: Energy, kg_per_kwh: Option<Fixed>) -> Self {
        match kg_per_kwh {
            Some(factor) => Self {
                self_consumed: valued(used, factor),
                exported: valued(sold, factor),
                ..Self::default()
            },
            None => Self { without_factor: used + sold, ..Self::default() },
        }
    }
}

impl Add for Lines {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            self_consumed: self.self_consumed + other.self_consumed,
            exported: self.exported + other.exported,
            location_based: self.location_based + other.location_based,
            without_factor: self.without_factor + other.without_factor,
        }
    }
}

impl Sum for Lines {
    fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
        items.fold(Self::default(), Add::add)
    }
}

/// The lines of a time, with the market-based one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Footprint {
    /// Not bought, because generated and used: at the grid of each hour.
    pub self_consumed: Carbon,
    /// Generated and sold: what others did not buy, at the grid of each hour.
    pub exported: Carbon,
    /// Bought, location-based.
    pub location_based: Carbon,
    /// Bought, market-based; none without a factor for what no certificate covers.
    pub market_based: Option<Carbon>,
    /// Generated or bought in hours whose grid is not known; in no line above.
    pub without_factor: Energy,
}

/// The lines of a time in which so much was bought.
pub fn footprint(lines: Lines, imported: Energy, market: Market) -> Footprint {
    let uncovered = (imported - market.cancelled).or_zero();
    let market_based = match market.residual_kg_per_kwh {
        Some(factor) => Some(valued(uncovered, factor)),
        None => (uncovered == Energy::ZERO).then_some(Carbon::ZERO),
    };
    let Lines { self_consumed, exported, location_based, without_factor } = lines;
    Footprint { self_consumed, exported, location_based, market_based, without_factor }
}

/// Energy by a factor, rounded half to even to the microgram.
fn valued(energy: Energy, kg_per_kwh: Fixed) -> Carbon {
    let kwh = Fixed::from_billionths(i128::from(energy.milliwatt_hours()) * 1_000);
    Carbon::from_kilograms(kwh.checked_mul(kg_per_kwh).expect("energies are far below overflow"))
}

/// Own generation at hand for use at a site, which adds up over days and sites.
///
/// A network's is the sum of its sites': what one roof sells in an hour meets no use of another.
/// Behind the meter is where own generation is used without anybody's certificate; from site to
/// site it goes through the grid, where contracts and certificates say whose it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matched {
    /// What was generated, less what of it went into the battery, with what of it came out.
    #[serde(with = "as_json::energy")]
    pub own_supply: Energy,
    /// Of that, what was used in the hour.
    #[serde(with = "as_json::energy")]
    pub in_the_hour: Energy,
}

impl Matched {
    /// Of a site's hours.
    pub fn of(hours: &[HourOfFlows]) -> Self {
        hours.iter().map(|hour| Self::in_hour(hour.balance).0).sum()
    }

    /// Of what came out of the battery and went in on earlier days, were all of it own.
    pub(super) fn carried(hours: &[HourOfFlows]) -> Self {
        hours.iter().map(|hour| Self::in_hour(hour.balance).1).sum()
    }

    /// The day's own, and what is carried for the use that it leaves.
    fn in_hour(Balance { flows, own_supply, carried }: Balance) -> (Self, Self) {
        let met = own_supply.min(flows.used);
        let carried_met = carried.drawn.min(flows.used - met);
        (
            Self { own_supply, in_the_hour: met },
            Self { own_supply: carried.drawn, in_the_hour: carried_met },
        )
    }
}

impl Add for Matched {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            own_supply: self.own_supply + other.own_supply,
            in_the_hour: self.in_the_hour + other.in_the_hour,
        }
    }
}

impl Sum for Matched {
    fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
        items.fold(Self::default(), Add::add)
    }
}

/// Shares of use met by own generation.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Matching {
    /// Hour by hour (24/7), at each site: only what is generated there, or comes out of its battery,
    /// in the hour of use.
    pub hourly: Option<f64>,
    /// Over the whole time: what is generated at noon counts for the night.
    pub annual: Option<f64>,
    /// Over the whole time, certificates cancelled included.
    pub annual_with_certificates: Option<f64>,
}

/// Shares of a time; none where nothing was used.
pub fn matching(matched: Matched, used: Energy, cancelled: Energy) -> Matching {
    let share = |part: Energy| {
        let used = used.kilowatt_hours();
        (used > 0.0).then(|| (part.kilowatt_hours() / used).min(1.0))
    };
    Matching {
        hourly: share(matched.in_the_hour),
        annual: share(matched.own_supply),
        annual_with_certificates: share(matched.own_supply + cancelled),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitoring::balance::Flows;
    use proptest::prelude::*;

    fn kwh(kwh: f64) -> Energy {
        Energy::from_kilowatt_hours(kwh)
    }

    /// kWh generated and used; the rest is bought or sold.
    fn hour(generated: f64, used: f64) -> Balance {
        let flows = Flows {
            generation: kwh(generated),
            used: kwh(used),
            self_consumed: kwh(generated.min(used)),
            exported: kwh((generated - used).max(0.0)),
            imported: kwh((used - generated).max(0.0)),
            ..Flows::default()
        };
        Balance { flows, own_supply: flows.generation, carried: Carried::default() }
    }

    fn of(hours: &[HourOfFlows], market: Market) -> Footprint {
        let imported = hours.iter().map(|hour| hour.balance.flows.imported).sum();
        footprint(Lines::of(hours), imported, market)
    }

    fn shares_of(hours: &[Balance], cancelled: Energy) -> Matching {
        let used = hours.iter().map(|balance| balance.flows.used).sum();
        let hours: Vec<HourOfFlows> =
            hours.iter().map(|&balance| HourOfFlows { balance, grid_kg_per_kwh: None }).collect();
        matching(Matched::of(&hours), used, cancelled)
    }

    #[test]
    fn two_lines_and_two_methods() {
        let noon =
            HourOfFlows { balance: hour(10.0, 4.0), grid_kg_per_kwh: Some("0.1".parse().unwrap()) };
        let night =
            HourOfFlows { balance: hour(0.0, 8.0), grid_kg_per_kwh: Some("0.5".parse().unwrap()) };
        let unknown = HourOfFlows { balance: hour(1.0, 3.0), grid_kg_per_kwh: None };
        let market =
            Market { cancelled: kwh(6.0), residual_kg_per_kwh: Some("0.4".parse().unwrap()) };
        let found = of(&[noon, night, unknown], market);
        let kg = |carbon: Carbon| carbon.kilograms().to_string();
        assert_eq!(kg(found.self_consumed), "0.4");
        assert_eq!(kg(found.exported), "0.6");
        assert_eq!(kg(found.location_based), "4");
        assert_eq!(found.market_based.map(kg).as_deref(), Some("1.6"), "4 of 10 kWh uncovered");
        assert_eq!(found.without_factor, kwh(3.0));
        let none = of(&[night], Market::default());
        assert_eq!(none.market_based, None, "no factor is no figure");
        let all = of(&[night], Market { cancelled: kwh(8.0), ..Market::default() });
        assert_eq!(all.market_based, Some(Carbon::ZERO));
    }

    #[test]
    fn the_hour_counts_in_one_share_and_not_in_the_other() {
        let day = [hour(10.0, 4.0), hour(0.0, 8.0)];
        let found = shares_of(&day, kwh(2.0));
        let shares = [found.hourly, found.annual, found.annual_with_certificates];
        let expect = [4.0 / 12.0, 10.0 / 12.0, 1.0];
        for (share, expect) in shares.into_iter().zip(expect) {
            assert!((share.unwrap() - expect).abs() < 1e-12, "{share:?} is not {expect}");
        }
        let stored = [
            Balance { own_supply: kwh(4.0), ..hour(10.0, 4.0) },
            Balance { own_supply: kwh(5.0), ..hour(0.0, 8.0) },
        ];
        assert!((shares_of(&stored, Energy::ZERO).hourly.unwrap() - 9.0 / 12.0).abs() < 1e-12);
        assert_eq!(shares_of(&[], Energy::ZERO), Matching::default());
    }

    proptest! {
        #[test]
        fn the_hourly_share_is_at_most_the_annual(
            hours in prop::collection::vec((0.0..50.0_f64, 0.0..50.0_f64), 1..40)
        ) {
            let hours: Vec<Balance> =
                hours.iter().map(|&(made, used)| hour(made, used)).collect();
            let found = shares_of(&hours, Energy::ZERO);
            prop_assert!(found.hourly <= found.annual && found.annual <= Some(1.0));
        }
    }
}
