//! What replaces a combustion vehicle.

use network::{Consumption, EnergyCarrier, VehicleType};
use quantity::{Distance, Energy, Mass, Money, Power};

/// kWh out of the battery in place of a litre: an electric drive needs about a quarter of the
/// fuel's 10 kWh. An assumption.
const KWH_PER_LITRE: f64 = 2.4;
/// Load in place of a combustion vehicle's: the battery weighs. An assumption.
const CAPACITY_SHARE: f64 = 0.8;
/// Cost per km in place of a combustion vehicle's: energy and upkeep are cheaper. An assumption.
const COST_PER_KM_SHARE: f64 = 0.67;
/// On one charge with a full load. An assumption.
const RANGE_KM: f64 = 200.0;
/// Hours at the plug for a full charge. An assumption.
const CHARGE_H: f64 = 8.0;

/// How many vehicles run on fuel.
pub(super) fn combustion_count(fleet: &[VehicleType]) -> u32 {
    fleet.iter().filter(|kind| !kind.carrier.is_electric()).map(|kind| kind.count).sum()
}

/// The fleet with so many combustion vehicles replaced where they stand, the smallest first, for
/// those have an electric counterpart today. The types stay listed: the baseline names one.
pub(super) fn electrify(fleet: &[VehicleType], count: u32) -> Vec<VehicleType> {
    let mut order: Vec<usize> =
        (0..fleet.len()).filter(|&index| !fleet[index].carrier.is_electric()).collect();
    order.sort_by_key(|&index| (fleet[index].capacity, index));
    let mut changed = fleet.to_vec();
    let mut left = count;
    for index in order {
        let replaced = fleet[index].count.min(left);
        if replaced == 0 {
            continue;
        }
        left -= replaced;
        changed[index].count -= replaced;
        let electric = VehicleType { count: replaced, ..counterpart(&fleet[index], fleet) };
        let same = |kind: &&mut VehicleType| {
            kind.site == electric.site
                && kind.name == electric.name
                && kind.carrier == electric.carrier
        };
        match changed.iter_mut().find(same) {
            Some(kind) => kind.count += replaced,
            None => changed.push(electric),
        }
    }
    if changed.len() > fleet.len() {
        // As a scenario has it: by site and type.
        changed.sort_by(|a, b| (a.site, &a.name).cmp(&(b.site, &b.name)));
    }
    changed
}

/// The scenario's electric type of nearest capacity, from half to twice as much, at the replaced
/// vehicle's site; else one made from the replaced vehicle.
fn counterpart(replaced: &VehicleType, fleet: &[VehicleType]) -> VehicleType {
    let apart = |kind: &VehicleType| (kind.capacity - replaced.capacity).milligrams().abs();
    let alike = |kind: &&VehicleType| {
        kind.carrier == EnergyCarrier::Electric
            && kind.capacity * 2 >= replaced.capacity
            && kind.capacity <= replaced.capacity * 2
    };
    match fleet.iter().filter(alike).min_by_key(|kind| apart(kind)) {
        Some(kind) => VehicleType { site: replaced.site, ..kind.clone() },
        None => made_electric(replaced),
    }
}

fn made_electric(replaced: &VehicleType) -> VehicleType {
    let Consumption { empty_per_100km, full_per_100km } = replaced.consumption;
    let consumption = Consumption {
        empty_per_100km: empty_per_100km * KWH_PER_LITRE,
        full_per_100km: full_per_100km * KWH_PER_LITRE,
    };
    let battery_kwh = consumption.full_per_100km * RANGE_KM / 100.0;
    let cost_per_km = replaced.cost_per_km;
    VehicleType {
        name: format!("electric {}", replaced.name),
        carrier: EnergyCarrier::Electric,
        capacity: Mass::from_kilograms(replaced.capacity.kilograms() * CAPACITY_SHARE),
        consumption,
        battery: Some(Energy::from_kilowatt_hours(battery_kwh)),
        charge_power: Some(Power::from_kilowatts(battery_kwh / CHARGE_H)),
        cost_per_km: Money::from_units(
            cost_per_km.units() * COST_PER_KM_SHARE,
            cost_per_km.currency(),
        ),
        range: Some(Distance::from_kilometres(RANGE_KM)),
        ..replaced.clone()
    }
}
