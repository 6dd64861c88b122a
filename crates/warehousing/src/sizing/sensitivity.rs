//! How far net present value moves when one assumption does.

use super::model::{Site, Size};
use super::worth::worth;
use super::yearly::{Unserved, yearly};
use crate::dispatch::Search;
use crate::pv::network::each;

/// Net present value with one assumption lower and higher.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Swing {
    /// Which.
    pub what: &'static str,
    /// With the assumption lower.
    pub low: f64,
    /// With the assumption higher.
    pub high: f64,
}

type Change = fn(&mut Site, f64);

/// Investment, prices of energy (bought, sold and demand), price of carbon, discount rate, yield.
const CHANGES: [(&str, Change); 5] = [
    ("investment", |site, factor| {
        for technology in [&mut site.terms.pv, &mut site.terms.battery] {
            technology.fixed *= factor;
            technology.per_unit *= factor;
        }
    }),
    ("energy price", |site, factor| {
        for period in &mut site.periods {
            let instance = &mut period.instance;
            let prices = instance.buy_price.iter_mut().chain(&mut instance.sell_price);
            prices.for_each(|price| *price *= factor);
            instance.demand_charges.iter_mut().for_each(|charge| charge.price_per_kw *= factor);
        }
    }),
    ("carbon price", |site, factor| site.terms.carbon_price_per_t *= factor),
    ("discount rate", |site, factor| site.terms.discount_rate *= factor),
    ("yield", |site, factor| {
        let periods = site.periods.iter_mut();
        periods.flat_map(|period| &mut period.instance.pv_kwh).for_each(|kwh| *kwh *= factor);
    }),
];

/// Net present value of `size` with each assumption `share` lower and higher, one at a time; schedules
/// are planned again, the size stays.
pub fn sensitivity(
    site: &Site,
    size: Size,
    share: f64,
    search: Search,
    threads: usize,
) -> Result<Vec<Swing>, Unserved> {
    let cases: Vec<(Change, f64)> = CHANGES
        .iter()
        .flat_map(|(_, change)| [(*change, 1.0 - share), (*change, 1.0 + share)])
        .collect();
    let values = each(&cases, threads, |(change, factor)| {
        let mut other = site.clone();
        change(&mut other, *factor);
        npv(&other, size, Search { threads: 1, ..search })
    });
    let values: Vec<f64> = values.into_iter().collect::<Result<_, _>>()?;
    let swings = CHANGES.iter().zip(values.chunks_exact(2));
    Ok(swings.map(|((what, _), pair)| Swing { what, low: pair[0], high: pair[1] }).collect())
}

fn npv(site: &Site, size: Size, search: Search) -> Result<f64, Unserved> {
    let nothing = yearly(site, Size::default(), search)?;
    let alone = yearly(site, Size { battery_kwh: 0.0, ..size }, search)?;
    let all = if size.battery_kwh > 0.0 { yearly(site, size, search)? } else { alone };
    Ok(worth(&site.terms, size, nothing, alone, all).npv)
}

#[cfg(test)]
mod tests {
    use super::super::example::{SEARCH, two_hours};
    use super::*;

    #[test]
    fn each_assumption_moves_the_worth_as_by_hand() {
        // 10 kWp save 10 kWh at 0.2 and 5 kg at 0.1 a kg, 365 times: 730 and 182.5 a year.
        let mut site = two_hours();
        site.terms.carbon_price_per_t = 100.0;
        let size = Size { kwp: 10.0, battery_kwh: 0.0 };
        let swings = sensitivity(&site, size, 0.2, SEARCH, 2).unwrap();
        let annuity = |rate: f64| (1.0 - (1.0 + rate).powi(-20)) / rate;
        let usual = annuity(0.05);
        let expected = [
            ("investment", 912.5 * usual - 4_000.0, 912.5 * usual - 6_000.0),
            ("energy price", 766.5 * usual - 5_000.0, 1_058.5 * usual - 5_000.0),
            ("carbon price", 876.0 * usual - 5_000.0, 949.0 * usual - 5_000.0),
            ("discount rate", 912.5 * annuity(0.04) - 5_000.0, 912.5 * annuity(0.06) - 5_000.0),
            // A fifth more than the load is curtailed.
            ("yield", 730.0 * usual - 5_000.0, 912.5 * usual - 5_000.0),
        ];
        assert_eq!(swings.len(), expected.len());
        for (swing, (what, low, high)) in swings.iter().zip(expected) {
            assert_eq!(swing.what, what);
            assert!(
                (swing.low - low).abs() < 0.01 && (swing.high - high).abs() < 0.01,
                "{swing:?}"
            );
        }
    }
}
