//! The figures of a case, from its days and its ledger lines.

use crate::shares::consignments;
use crate::way::Way;
use crate::{DayOutcome, Figures, Scenario};
use carbon::Line;
use network::EnergyCarrier;
use packaging::Wrapping;
use quantity::{Distance, Energy, Mass, Money};

/// Adds up a case.
pub(crate) fn figures(
    scenario: &Scenario,
    way: &Way,
    days: &[DayOutcome],
    lines: &[Line],
) -> Figures {
    let mut sum = Figures {
        orders_served: 0,
        parcels: 0,
        carton_material: Mass::ZERO,
        reused_cartons: 0,
        handed_back: 0,
        distance: Distance::ZERO,
        rounds: 0,
        short_urban: 0,
        short_urban_electric: 0,
        by_robot: 0,
        transport_activity_tkm: 0.0,
        pv: Energy::ZERO,
        pv_self_used: Energy::ZERO,
        import: Energy::ZERO,
        by_link: carbon::by_link(lines),
        total: carbon::total(lines),
        by_data_kind: carbon::by_data_kind(lines),
        cost_transport: Money::zero(scenario.currency),
        cost_energy: Money::zero(scenario.currency),
    };
    for day in days {
        sum.orders_served +=
            day.shipments.iter().map(|shipment| shipment.orders.len()).sum::<usize>();
        sum.parcels += day.parcels.len();
        sum.handed_back += day.handed_back.len();
        for parcel in &day.parcels {
            match parcel.wrapping {
                Wrapping::Own | Wrapping::Bag { .. } => {}
                Wrapping::Carton { reused: true, .. } => sum.reused_cartons += 1,
                Wrapping::Carton { kind, reused: false } => {
                    sum.carton_material += scenario.cartons[kind].tare;
                }
            }
        }
        add_rounds(scenario, way, day, &mut sum);
        add_energy(scenario, day, &mut sum);
    }
    sum
}

fn add_rounds(scenario: &Scenario, way: &Way, day: &DayOutcome, sum: &mut Figures) {
    for round in &day.routing.rounds {
        let vehicle = &way.fleet[round.vehicle];
        sum.rounds += 1;
        sum.distance += round.distance();
        let cost = round.cost(vehicle);
        sum.cost_transport = sum.cost_transport.plus(cost).expect("a scenario has one currency");
        for (_, mass, direct) in consignments(scenario, day, round) {
            sum.transport_activity_tkm += mass.kilograms() / 1_000.0 * direct.kilometres();
        }
    }
    for parcel in &day.parcels {
        let round = &day.routing.rounds[parcel.round];
        let carrier = way.fleet[round.vehicle].carrier;
        let destination = day.shipments[parcel.shipment].destination;
        let direct = scenario.sites[round.site].point.great_circle(destination);
        sum.by_robot += usize::from(carrier == EnergyCarrier::Robot);
        if direct <= scenario.policy.short_urban {
            sum.short_urban += 1;
            sum.short_urban_electric += usize::from(carrier.is_electric());
        }
    }
}

fn add_energy(scenario: &Scenario, day: &DayOutcome, sum: &mut Figures) {
    for site in &day.energy {
        for hour in &site.schedule.hours {
            sum.pv += hour.pv;
            sum.pv_self_used += hour.pv - hour.export;
            sum.import += hour.import;
        }
        let bill = site.bill(scenario.energy.export_price_share);
        sum.cost_energy = sum
            .cost_energy
            .plus(Money::from_units(bill, scenario.currency))
            .expect("a scenario has one currency");
    }
}
