//! A candidate's year.

use super::model::{BatteryUnit, Site, Size, Yearly};
use crate::dispatch::{Instance, Lack, Objective, Search, Storage, solve};
use quantity::Carbon;
use std::fmt;

/// A period in which a site's load cannot be met.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub struct Unserved {
    /// Place of the period.
    pub period: usize,
    /// What is missing.
    pub lacks: Vec<Lack>,
}

impl fmt::Display for Unserved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "period {} has no schedule", self.period)?;
        self.lacks.iter().take(3).try_for_each(|lack| write!(f, "; {lack}"))
    }
}

/// The year of `site` with `size`: each period's best schedule, times how often it comes.
pub fn yearly(site: &Site, size: Size, search: Search) -> Result<Yearly, Unserved> {
    let price = site.terms.carbon_price_per_t;
    // Without a price the solver breaks ties by carbon.
    let objective = if price == 0.0 { Objective::Cost } else { Objective::Blend };
    let (mut cost, mut kilograms) = (0.0, 0.0);
    for (place, period) in site.periods.iter().enumerate() {
        let instance = built(&period.instance, site.battery, size, price);
        let found = solve(&instance, objective, search)
            .map_err(|lacks| Unserved { period: place, lacks })?;
        cost += period.times_a_year * found.figures.cost;
        kilograms += period.times_a_year * found.figures.carbon.kilograms_f64();
    }
    Ok(Yearly { cost, carbon: Carbon::from_kilograms_f64(kilograms) })
}

fn built(period: &Instance, unit: BatteryUnit, size: Size, carbon_price_per_t: f64) -> Instance {
    let mut instance = Instance { carbon_price_per_t, battery: None, ..period.clone() };
    instance.pv_kwh.iter_mut().for_each(|kwh| *kwh *= size.kwp);
    if size.battery_kwh > 0.0 {
        let (power, least) =
            (unit.kw_per_kwh * size.battery_kwh, unit.soc_min_share * size.battery_kwh);
        instance.battery = Some(Storage {
            charge_kw: power,
            discharge_kw: power,
            charge_efficiency: unit.charge_efficiency,
            discharge_efficiency: unit.discharge_efficiency,
            self_discharge_per_h: 0.0,
            soc_min_kwh: least,
            soc_max_kwh: size.battery_kwh,
            soc_initial_kwh: least,
            soc_final_min_kwh: least,
            wear_cost_per_kwh: unit.wear_cost_per_kwh,
        });
    }
    instance
}
