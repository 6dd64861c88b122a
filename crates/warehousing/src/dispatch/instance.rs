//! What is known of a site before its hours are scheduled.

use quantity::Carbon;

/// A site over `load_kwh.len()` steps of equal length. Energies are kWh in a step at the site's AC
/// bus, prices per kWh in `currency`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Instance {
    /// Its name.
    pub name: String,
    /// Currency of every price.
    pub currency: String,
    /// Length of a step in hours.
    pub step_h: f64,
    /// What a tonne of CO2e counts where cost and carbon are blended.
    pub carbon_price_per_t: f64,
    /// What the building uses.
    pub load_kwh: Vec<f64>,
    /// What its modules can give.
    pub pv_kwh: Vec<f64>,
    /// Price of a kWh from the grid.
    pub buy_price: Vec<f64>,
    /// What a kWh to the grid earns.
    pub sell_price: Vec<f64>,
    /// Emission of a kWh from the grid, kg CO2e.
    pub grid_kg_co2e_per_kwh: Vec<f64>,
    /// What a kWh to the grid is credited with, kg CO2e.
    pub export_credit_kg_co2e_per_kwh: Vec<f64>,
    /// Greatest power from the grid, kW.
    pub import_limit_kw: Option<f64>,
    /// Greatest power to the grid, kW.
    pub export_limit_kw: Option<f64>,
    /// Charges on the greatest import.
    pub demand_charges: Vec<DemandCharge>,
    /// The battery.
    pub battery: Option<Storage>,
    /// Vehicles at the plug.
    pub ev_sessions: Vec<EvSession>,
    /// Work that may be done earlier or later: a cold store's cooling, a sorter's run.
    pub shiftable_loads: Vec<ShiftableLoad>,
}

/// A charge on the greatest mean power of a step within its windows.
#[derive(Clone, Debug, PartialEq)]
pub struct DemandCharge {
    /// Its name.
    pub name: String,
    /// For each kW.
    pub price_per_kw: f64,
    /// Half-open ranges of steps.
    pub windows: Vec<[usize; 2]>,
    /// What the charge has been run up to before the first step, kW.
    pub peak_so_far_kw: f64,
}

/// A battery; energies charged and discharged are at the AC bus, its state is inside.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Storage {
    /// Greatest charging power, kW.
    pub charge_kw: f64,
    /// Greatest discharging power, kW.
    pub discharge_kw: f64,
    /// Stored for each kWh charged, above 0 and up to 1.
    pub charge_efficiency: f64,
    /// Given for each kWh taken from the store, above 0 and up to 1.
    pub discharge_efficiency: f64,
    /// Share lost in an hour.
    pub self_discharge_per_h: f64,
    /// Least state, kWh.
    pub soc_min_kwh: f64,
    /// Greatest state, kWh.
    pub soc_max_kwh: f64,
    /// State before the first step, kWh.
    pub soc_initial_kwh: f64,
    /// Least state after the last step, kWh.
    pub soc_final_min_kwh: f64,
    /// Wear of a kWh discharged.
    pub wear_cost_per_kwh: f64,
}

/// A vehicle at the plug from a step until before another.
#[derive(Clone, Debug, PartialEq)]
pub struct EvSession {
    /// Its name.
    pub id: String,
    /// First step at the plug.
    pub arrival_step: usize,
    /// First step away.
    pub departure_step: usize,
    /// Wanted in its battery by then, kWh.
    pub energy_kwh: f64,
    /// Greatest power at the plug, kW.
    pub max_kw: f64,
    /// In its battery for each kWh at the plug.
    pub efficiency: f64,
    /// Share of its first step that is over when it comes. [`read()`](super::read()) leaves it at zero:
    /// in JSON a stay is of whole steps.
    pub missed_at_arrival: f64,
    /// Share of its last step that is left when it goes; zero as read from JSON.
    pub missed_at_departure: f64,
}

/// Work whose energy is to be used between two steps.
#[derive(Clone, Debug, PartialEq)]
pub struct ShiftableLoad {
    /// Its name.
    pub id: String,
    /// First step in which it may run.
    pub earliest_step: usize,
    /// First step in which it may not.
    pub latest_step: usize,
    /// What it uses in all, kWh.
    pub energy_kwh: f64,
    /// Greatest power, kW.
    pub max_kw: f64,
}

/// What is to be least.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Objective {
    /// Purchases less sales, demand charges, wear.
    Cost,
    /// Grid emissions less credits.
    Carbon,
    /// Cost with carbon at the instance's price.
    Blend,
}

/// What a site does in each step, kWh; as [`Instance`] has them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Schedule {
    /// From the grid.
    pub import_kwh: Vec<f64>,
    /// To the grid.
    pub export_kwh: Vec<f64>,
    /// Generation not taken.
    pub curtailed_kwh: Vec<f64>,
    /// Into the battery, at the AC bus.
    pub charge_kwh: Vec<f64>,
    /// Out of the battery, at the AC bus.
    pub discharge_kwh: Vec<f64>,
    /// In the battery at the end of the step.
    pub soc_kwh: Vec<f64>,
    /// Of each session, at the plug.
    pub ev_kwh: Vec<Vec<f64>>,
    /// Of each shiftable load.
    pub shiftable_kwh: Vec<Vec<f64>>,
}

/// What a schedule costs and emits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figures {
    /// What the objective counts.
    pub objective: f64,
    /// In the instance's currency.
    pub cost: f64,
    /// Of what is bought, less credits.
    pub carbon: Carbon,
}

impl Instance {
    /// Steps.
    pub fn steps(&self) -> usize {
        self.load_kwh.len()
    }

    /// What `schedule` costs and emits, as it stands; see [`super::check()`] for whether it may.
    pub fn figures(&self, schedule: &Schedule, objective: Objective) -> Figures {
        let (mut cost, mut kilograms) = (0.0, 0.0);
        for step in 0..self.steps() {
            let (import, export) = (schedule.import_kwh[step], schedule.export_kwh[step]);
            cost += self.buy_price[step] * import - self.sell_price[step] * export;
            kilograms += self.grid_kg_co2e_per_kwh[step] * import
                - self.export_credit_kg_co2e_per_kwh[step] * export;
        }
        for charge in &self.demand_charges {
            let steps = charge.windows.iter().flat_map(|&[from, until]| from..until);
            let peak = steps.fold(charge.peak_so_far_kw, |most, step| {
                most.max(schedule.import_kwh[step] / self.step_h)
            });
            cost += charge.price_per_kw * peak;
        }
        if let Some(battery) = &self.battery {
            cost += battery.wear_cost_per_kwh * schedule.discharge_kwh.iter().sum::<f64>();
        }
        let weights = Weights::of(self, objective);
        Figures {
            objective: weights.cost * cost + weights.carbon * kilograms,
            cost,
            carbon: Carbon::from_kilograms_f64(kilograms),
        }
    }
}

/// How much cost and kilograms of carbon count.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weights {
    pub(super) cost: f64,
    pub(super) carbon: f64,
}

impl Weights {
    pub(super) fn of(instance: &Instance, objective: Objective) -> Self {
        match objective {
            Objective::Cost => Self { cost: 1.0, carbon: 0.0 },
            Objective::Carbon => Self { cost: 0.0, carbon: 1.0 },
            Objective::Blend => Self { cost: 1.0, carbon: instance.carbon_price_per_t / 1_000.0 },
        }
    }
    /// Of a kWh from the grid.
    pub(super) fn import(self, instance: &Instance, step: usize) -> f64 {
        self.cost * instance.buy_price[step] + self.carbon * instance.grid_kg_co2e_per_kwh[step]
    }
    /// What a kWh to the grid takes off.
    pub(super) fn export(self, instance: &Instance, step: usize) -> f64 {
        self.cost * instance.sell_price[step]
            + self.carbon * instance.export_credit_kg_co2e_per_kwh[step]
    }
}
