//! The electricity of a batch of activities, and what a kWh of it emitted by the market-based method.

use crate::instrument::{Consumption, Market};
use crate::{Factor, Period};
use quantity::Fixed;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Who used it where and when, and the location-based rate in 10^-9 kg CO2e per kWh.
type Key = (Arc<str>, Period, String, i128);

/// Electricity by case, tenant, period, region and location-based rate. Cases are alternatives: each
/// has all of the instruments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Purchases(BTreeMap<String, BTreeMap<Key, i128>>);

impl Purchases {
    /// Adds some of it; `factor` is the location-based one.
    ///
    /// - `kwh`: in billionths.
    pub fn add(&mut self, case: &str, tenant: &str, period: Period, factor: &Factor, kwh: i128) {
        if !self.0.contains_key(case) {
            self.0.insert(case.to_owned(), BTreeMap::new());
        }
        if let Some(used) = self.0.get_mut(case) {
            *used.entry(key(tenant, period, factor)).or_default() += kwh;
        }
    }
    /// Adds all of another.
    pub fn add_all(&mut self, other: Self) {
        for (case, more) in other.0 {
            let used = self.0.entry(case).or_default();
            for (key, kwh) in more {
                *used.entry(key).or_default() += kwh;
            }
        }
    }
    /// The rate of each; `None` where a figure is beyond the ledger's.
    pub fn rates(&self, market: &Market) -> Option<MarketRates> {
        let mut all = MarketRates::default();
        for (case, used) in &self.0 {
            let consumption: Vec<Consumption> = used
                .iter()
                .map(|((tenant, period, region, rate), kwh)| Consumption {
                    tenant: tenant.clone(),
                    region: region.clone(),
                    period: *period,
                    kwh: Fixed::from_billionths(*kwh),
                    location_rate: Fixed::from_billionths(*rate),
                })
                .collect();
            let rates = market.rates(&consumption)?.into_iter().map(|rate| rate.kg_per_kwh);
            all.0.insert(case.clone(), used.keys().cloned().zip(rates).collect());
        }
        Some(all)
    }
}

/// kg CO2e per kWh at the power stations, market-based.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MarketRates(BTreeMap<String, BTreeMap<Key, Fixed>>);

impl MarketRates {
    /// Of a purchase that was added; `None` of any other.
    pub fn get(&self, case: &str, tenant: &str, period: Period, factor: &Factor) -> Option<Fixed> {
        self.0.get(case)?.get(&key(tenant, period, factor)).copied()
    }
}

fn key(tenant: &str, period: Period, factor: &Factor) -> Key {
    let rate = factor.generation.unwrap_or_default().billionths();
    (tenant.into(), period, factor.region.clone(), rate)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Registry, read_instruments};

    #[test]
    fn each_case_has_all_of_the_instruments() {
        let rows = "instrument_id,region,period,kwh,generation_kg_per_kwh,kind,source\n\
                    wind,GB,2025,50,0,certificate,registry\n";
        let market = Market::new(read_instruments(rows).unwrap(), Vec::new());
        let grid = Registry::built_in().get("grid_gb_kwh").unwrap().clone();
        let period = "2025-07".parse().unwrap();
        let mut purchases = Purchases::default();
        for (case, kwh) in [("plan", 30), ("plan", 20), ("baseline", 100)] {
            purchases.add(case, "main", period, &grid, kwh * 1_000_000_000);
        }
        let rates = purchases.rates(&market).unwrap();
        let rate = |case| rates.get(case, "main", period, &grid).map(|rate| rate.to_string());
        assert_eq!(rate("plan").as_deref(), Some("0"), "50 of 50 kWh");
        assert_eq!(rate("baseline").as_deref(), Some("0.0885"), "50 of 100 at 0.177");
        assert_eq!(rate("actual"), None);
        let mut parts = Purchases::default();
        parts.add_all(purchases.clone());
        assert_eq!(parts, purchases);
    }
}
