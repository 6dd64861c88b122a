//! What is known of a site before it is built on. Money is in the instances' currency, real (without
//! inflation); shares and rates are 0.05 for 5 %.

use crate::dispatch::Instance;
use quantity::Carbon;

/// What one kind of plant costs; its unit is a kWp of modules or a kWh of battery.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Technology {
    /// Investment as soon as there is any.
    pub fixed: f64,
    /// Investment for each unit.
    pub per_unit: f64,
    /// Operation of a unit in a year.
    pub operating_per_unit: f64,
    /// Share of its yearly value that is lost with each year.
    pub degradation_per_year: f64,
}

/// Terms of an investment.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Terms {
    /// Modules, by the kWp.
    pub pv: Technology,
    /// Battery, by the kWh.
    pub battery: Technology,
    /// Years that are counted; nothing is replaced and nothing is worth anything afterwards.
    pub lifetime_years: u32,
    /// A year later counts this much less.
    pub discount_rate: f64,
    /// Share of the investment that somebody else pays.
    pub subsidy_share: f64,
    /// What a tonne of CO2e avoided is worth; the schedule counts it too.
    pub carbon_price_per_t: f64,
}

/// A kWh of battery. It begins and ends each period at its least state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatteryUnit {
    /// Greatest power, in and out, kW for each kWh.
    pub kw_per_kwh: f64,
    /// Stored for each kWh charged, above 0 and up to 1.
    pub charge_efficiency: f64,
    /// Given for each kWh taken from the store, above 0 and up to 1.
    pub discharge_efficiency: f64,
    /// Least state, as a share of the capacity.
    pub soc_min_share: f64,
    /// Wear of a kWh discharged.
    pub wear_cost_per_kwh: f64,
}

/// A part of the year: all of it once, or a typical week many times.
#[derive(Clone, Debug, PartialEq)]
pub struct Period {
    /// Its steps; `pv_kwh` is what 1 kWp gives, `battery` is not looked at. A demand charge counts
    /// `times_a_year`: its price in a typical week is the week's part.
    pub instance: Instance,
    /// How often it comes in a year.
    pub times_a_year: f64,
}

/// A site to be built on.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// Its name.
    pub name: String,
    /// Its year.
    pub periods: Vec<Period>,
    /// A kWh of its battery.
    pub battery: BatteryUnit,
    /// Modules that the roof bears, kWp.
    pub kwp_max: f64,
    /// Greatest battery, kWh.
    pub battery_kwh_max: f64,
    /// Terms.
    pub terms: Terms,
}

/// What is built.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Size {
    /// Modules, kWp.
    pub kwp: f64,
    /// Battery, kWh.
    pub battery_kwh: f64,
}

/// A year's cost and emission by the schedule of least cost with carbon at its price.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Yearly {
    /// Purchases less sales, demand charges, wear; without carbon.
    pub cost: f64,
    /// Of what is bought, less credits.
    pub carbon: Carbon,
}

/// Modules that fit on a roof of `roof_m2`, kWp; `m2_per_kwp` is with aisles and edges.
pub fn kwp_on_roof(roof_m2: f64, m2_per_kwp: f64) -> f64 {
    if m2_per_kwp > 0.0 { roof_m2.max(0.0) / m2_per_kwp } else { 0.0 }
}
