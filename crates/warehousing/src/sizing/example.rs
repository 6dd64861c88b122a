//! Sites for tests.

use super::model::{BatteryUnit, Period, Site, Technology, Terms};
use crate::dispatch::{Instance, Search};
use quantity::Seed;

pub(super) const SEARCH: Search = Search { gap: 1e-9, threads: 1, enough: &|| false };

/// A day of two hours, sun in the first, 10 kWh of load in each, 0.2 and 0.5 kg a kWh; nothing is sold.
/// 500 a kWp and 200 a kWh over 20 years at 5 %, at most 20 kWp and 20 kWh, a battery without loss.
pub(super) fn two_hours() -> Site {
    let instance = Instance {
        step_h: 1.0,
        load_kwh: vec![10.0; 2],
        pv_kwh: vec![1.0, 0.0],
        buy_price: vec![0.2; 2],
        sell_price: vec![0.0; 2],
        grid_kg_co2e_per_kwh: vec![0.5; 2],
        export_credit_kg_co2e_per_kwh: vec![0.0; 2],
        ..Instance::default()
    };
    Site {
        name: "two hours".to_owned(),
        periods: vec![Period { instance, times_a_year: 365.0 }],
        battery: BatteryUnit {
            kw_per_kwh: 1.0,
            charge_efficiency: 1.0,
            discharge_efficiency: 1.0,
            soc_min_share: 0.0,
            wear_cost_per_kwh: 0.0,
        },
        kwp_max: 20.0,
        battery_kwh_max: 20.0,
        terms: Terms {
            pv: Technology { per_unit: 500.0, ..Technology::default() },
            battery: Technology { per_unit: 200.0, ..Technology::default() },
            lifetime_years: 20,
            discount_rate: 0.05,
            ..Terms::default()
        },
    }
}

/// A site of `hours` steps and of terms drawn by `seed`; buying costs more than selling earns, so that
/// nothing needs a binary choice.
pub(super) fn drawn(seed: u64, hours: usize) -> Site {
    let mut draws = Seed::new(seed).named("sizing").sequence();
    let mut between = |low: f64, high: f64| low + (high - low) * draws.unit();
    let mut column =
        |low: f64, high: f64| (0..hours).map(|_| between(low, high)).collect::<Vec<_>>();
    let instance = Instance {
        step_h: 1.0,
        load_kwh: column(5.0, 30.0),
        pv_kwh: column(-0.5, 0.9).into_iter().map(|kwh| kwh.max(0.0)).collect(),
        buy_price: column(0.1, 0.5),
        sell_price: column(0.0, 0.09),
        grid_kg_co2e_per_kwh: column(0.05, 0.7),
        export_credit_kg_co2e_per_kwh: vec![0.0; hours],
        ..Instance::default()
    };
    let mut site = two_hours();
    site.periods = vec![Period { instance, times_a_year: 8_760.0 / hours as f64 }];
    site.battery.charge_efficiency = between(0.85, 1.0);
    site.battery.soc_min_share = between(0.0, 0.2);
    site.battery.kw_per_kwh = between(0.2, 1.0);
    site.battery.wear_cost_per_kwh = between(0.0, 0.05);
    site.kwp_max = between(10.0, 60.0);
    site.battery_kwh_max = between(10.0, 60.0);
    site.terms.pv.fixed = between(0.0, 3_000.0);
    site.terms.pv.per_unit = between(300.0, 1_500.0);
    site.terms.battery.fixed = between(0.0, 1_000.0);
    site.terms.battery.per_unit = between(50.0, 400.0);
    site.terms.battery.degradation_per_year = between(0.01, 0.03);
    site.terms.pv.degradation_per_year = 0.005;
    site.terms.carbon_price_per_t = between(0.0, 150.0);
    site
}
