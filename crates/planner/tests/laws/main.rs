//! What must hold of any scenario: nothing is lost, nothing is counted twice, nothing depends on
//! chance.
#![expect(clippy::unwrap_used, reason = "a test fails by panic")]

mod levers;
mod made;
mod measured;

use carbon::{Link, Registry, Unit};
use made::{any_scenario, scenario};
use packaging::solution::Part;
use packaging::{Stock, Wrapping};
use planner::{CaseOutcome, Outcome, Scenario, run};
use proptest::prelude::*;
use quantity::{Carbon, Energy, Fixed, Mass, Volume};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

fn planned(scenario: &Scenario) -> Outcome {
    run(scenario, Registry::built_in(), &|_| ControlFlow::Continue(())).unwrap()
}

fn cases(outcome: &Outcome) -> [&CaseOutcome; 2] {
    [&outcome.plan, &outcome.baseline]
}

/// How often each order is shipped or given up.
fn ends(scenario: &Scenario, case: &CaseOutcome) -> Vec<usize> {
    let mut ends = vec![0; scenario.orders.len()];
    let shipped = case.days.iter().flat_map(|day| &day.shipments).flat_map(|s| &s.orders);
    for &order in shipped.chain(case.unserved.iter().map(|unserved| &unserved.order)) {
        ends[order] += 1;
    }
    ends
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_order_ends_once_and_travels_whole(scenario in any_scenario()) {
        let outcome = planned(&scenario);
        for case in cases(&outcome) {
            prop_assert!(ends(&scenario, case).iter().all(|&times| times == 1));
            for day in &case.days {
                let mut pieces: BTreeMap<usize, u32> = BTreeMap::new();
                let mut rounds: BTreeMap<usize, usize> = BTreeMap::new();
                for parcel in &day.parcels {
                    for &order in &parcel.piece_orders {
                        *pieces.entry(order).or_default() += 1;
                        let round = *rounds.entry(order).or_insert(parcel.round);
                        prop_assert_eq!(round, parcel.round, "an order is on one round");
                    }
                }
                for &order in day.shipments.iter().flat_map(|shipment| &shipment.orders) {
                    let wanted: u32 =
                        scenario.orders[order].lines.iter().map(|line| line.quantity).sum();
                    prop_assert_eq!(pieces.get(&order), Some(&wanted));
                }
            }
        }
    }

    #[test]
    fn the_ledger_holds_what_the_days_did(scenario in any_scenario()) {
        let outcome = planned(&scenario);
        for case in cases(&outcome) {
            let total: Carbon = case.lines.iter().map(|line| line.emission().wtw()).sum();
            prop_assert_eq!(total, case.figures.total.wtw());
            let links: Carbon = case.figures.by_link.iter().map(|(_, e)| e.wtw()).sum();
            prop_assert_eq!(links, total);

            // What parcels hold beside their goods, to the milligram; what no factor values is left out.
            let booked: Fixed = amounts(case, Link::Packaging, Unit::Tonne);
            let materials = case.days.iter().flat_map(|day| &day.parcels).flat_map(|p| &p.materials);
            let valued = materials.filter(|used| planner::material_factor(used.material).is_some());
            let used: Mass = valued.map(|used| used.mass).sum();
            prop_assert_eq!(booked, Fixed::from_billionths(used.milligrams().into()));

            // Buildings, to the milliwatt-hour: what they use is bought or their own; a day on which
            // the battery stores more of the grid's than is used is booked as it is bought.
            let booked: Fixed = amounts(case, Link::Warehousing, Unit::KilowattHour);
            let sites = case.days.iter().flat_map(|day| &day.energy);
            let used: Energy = sites.map(|site| {
                let hours = &site.schedule.hours;
                let load: Energy = hours.iter().map(|hour| hour.load).sum();
                load.max(hours.iter().map(warehousing::Hour::building_from_grid).sum())
            }).sum();
            prop_assert_eq!(booked, kilowatt_hours(used));
        }
    }

    #[test]
    fn what_is_bought_is_booked_once_in_its_hour(scenario in any_scenario()) {
        let outcome = planned(&scenario);
        for case in cases(&outcome) {
            let sites = || case.days.iter().flat_map(|day| &day.energy);
            let sessions = || sites().flat_map(|site| &site.schedule.sessions);
            prop_assert!(sessions().all(|session| session.short == Energy::ZERO), "charged in time");
            let hours = sites().flat_map(|site| site.schedule.hours.iter().zip(&site.grid_kg_per_kwh));
            let import: Energy = hours.clone().map(|(hour, _)| hour.import).sum();
            let lines = case.lines.iter().filter(|line| {
                line.activity.unit == Unit::KilowattHour && &*line.activity.factor_id != "own_solar_kwh"
            });
            let booked: Fixed = lines.clone().map(|line| line.activity.amount).sum();
            prop_assert_eq!(booked, kilowatt_hours(import));
            let last = case.days.last().into_iter().flat_map(|day| &day.energy);
            for hour in last.filter_map(|site| site.schedule.hours.last()) {
                prop_assert!(hour.stored < Energy::from_kilowatt_hours(0.01), "nothing is left over");
            }
            let kg: f64 = hours.map(|(hour, kg)| hour.import.kilowatt_hours() * kg).sum();
            let emitted: Carbon = lines.clone().map(|line| line.emission().wtw()).sum();
            // A line is rounded to the milligram or finer, a mean intensity to the billionth.
            let rounding = 1e-6 * (1.0 + lines.count() as f64);
            prop_assert!((emitted.kilograms_f64() - kg).abs() < rounding, "{:?} {}", emitted, kg);
        }
    }

    #[test]
    fn the_energy_of_rounds_is_shared_to_the_last_digit(scenario in any_scenario()) {
        let outcome = planned(&scenario);
        // The baseline drives diesel alone: litres of its rounds are litres of its lines.
        let rounds = outcome.baseline.days.iter().flat_map(|day| &day.routing.rounds);
        let litres: Fixed = rounds.map(|round| Fixed::from_f64(round.energy()).unwrap()).sum();
        prop_assert_eq!(amounts(&outcome.baseline, Link::Transportation, Unit::Litre), litres);
    }

    #[test]
    fn no_carton_appears_or_vanishes(scenario in any_scenario()) {
        let outcome = planned(&scenario);
        for case in cases(&outcome) {
            let mut stock = scenario.stock.clone();
            for day in &case.days {
                for parcel in &day.parcels {
                    match parcel.wrapping {
                        Wrapping::Own | Wrapping::Bag { .. } => {}
                        Wrapping::Carton { kind, reused: true } => stock.reused[kind] -= 1,
                        Wrapping::Carton { kind, reused: false } => stock.new[kind] -= 1,
                    }
                }
                for carton in &day.handed_back {
                    let reuse = carton.grade == recycling::Grade::Reuse;
                    stock.reused[carton.kind] += u32::from(reuse);
                }
                let Stock { new, reused } = &day.stock_left;
                prop_assert_eq!((&stock.new, &stock.reused), (new, reused));
            }
        }
    }

    #[test]
    fn goods_that_are_kept_apart_share_no_parcel(scenario in any_scenario()) {
        let outcome = planned(&scenario);
        for case in cases(&outcome) {
            for parcel in case.days.iter().flat_map(|day| &day.parcels) {
                let industries = parcel.products.iter().map(|&p| &*scenario.products[p].industry);
                prop_assert_eq!(industries.collect::<BTreeSet<_>>().len(), 1);
            }
        }
    }

    #[test]
    fn every_carton_has_its_materials_and_an_own_package_none(scenario in any_scenario()) {
        let outcome = planned(&scenario);
        for case in cases(&outcome) {
            for parcel in case.days.iter().flat_map(|day| &day.parcels) {
                let mass = |part| -> Mass {
                    let of_part = parcel.materials.iter().filter(|used| used.part == part);
                    of_part.map(|used| used.mass).sum()
                };
                let (board, carton) = match parcel.wrapping {
                    Wrapping::Own | Wrapping::Bag { .. } => (Mass::ZERO, false),
                    Wrapping::Carton { reused: true, .. } => (Mass::ZERO, true),
                    Wrapping::Carton { kind, .. } => (scenario.cartons[kind].tare, true),
                };
                let books = scenario.products[parcel.products[0]].industry == "books";
                prop_assert_eq!(mass(Part::Board), board);
                prop_assert_eq!(mass(Part::Tape) > Mass::ZERO, carton);
                prop_assert_eq!(mass(Part::Insulation) > Mass::ZERO, carton && books);
                prop_assert_eq!(mass(Part::Coolant) > Mass::ZERO, carton && books);
            }
        }
    }

    #[test]
    fn parcels_weigh_all_that_travels(scenario in any_scenario()) {
        let outcome = planned(&scenario);
        for case in cases(&outcome) {
            for parcel in case.days.iter().flat_map(|day| &day.parcels) {
                let goods: Mass = parcel.products.iter().map(|&p| scenario.products[p].mass).sum();
                let materials: Mass = parcel.materials.iter().map(|used| used.mass).sum();
                let used_before = match parcel.wrapping {
                    Wrapping::Carton { kind, reused: true } => scenario.cartons[kind].tare,
                    _ => Mass::ZERO,
                };
                prop_assert_eq!(parcel.gross, goods + materials + used_before);
            }
        }
    }

    #[test]
    fn only_the_plan_uses_bags_and_only_where_a_rule_has_them(scenario in any_scenario()) {
        let outcome = planned(&scenario);
        let bagged = |parcel: &&planner::ParcelRecord| {
            matches!(parcel.wrapping, Wrapping::Bag { .. })
        };
        let of = |case: &planner::CaseOutcome| {
            let parcels = case.days.iter().flat_map(|day| &day.parcels);
            parcels.filter(bagged).cloned().collect::<Vec<_>>()
        };
        prop_assert!(of(&outcome.baseline).is_empty());
        for parcel in of(&outcome.plan) {
            for &product in &parcel.products {
                prop_assert_eq!(&*scenario.products[product].industry, "home");
            }
            prop_assert_eq!(parcel.materials.len(), 1, "a bag and nothing else");
        }
    }

    #[test]
    fn plan_and_baseline_are_open_on_the_same_days(scenario in any_scenario()) {
        let outcome = planned(&scenario);
        let [plan, baseline] = cases(&outcome).map(|case| {
            case.days.iter().map(|day| day.day).collect::<Vec<_>>()
        });
        prop_assert_eq!(plan, baseline);
    }

    #[test]
    fn the_same_scenario_gives_the_same_outcome(scenario in any_scenario()) {
        prop_assert!(planned(&scenario) == planned(&scenario));
    }
}

fn kilowatt_hours(energy: Energy) -> Fixed {
    Fixed::from_billionths(i128::from(energy.milliwatt_hours()) * 1_000)
}

fn amounts(case: &CaseOutcome, link: Link, unit: Unit) -> Fixed {
    let of_link = case.lines.iter().filter(|line| line.activity.link == link);
    of_link.filter(|line| line.activity.unit == unit).map(|line| line.activity.amount).sum()
}

#[test]
fn cartons_handed_back_are_packed_again_on_a_later_day() {
    let mut scenario = scenario(7, 40);
    for vehicle in &mut scenario.fleet {
        vehicle.count = 3;
    }
    scenario.stock = Stock { new: vec![1_000; 3], reused: vec![0; 3] };
    scenario.recycling.return_rate = 1.0;
    scenario.recycling.reuse_share = 1.0;
    let outcome = planned(&scenario);
    let first = &outcome.plan.days[0];
    assert!(!first.handed_back.is_empty(), "the first day hands cartons back");
    assert!(outcome.plan.figures.reused_cartons > 0, "a later day packs into them");
    let used_first =
        first.parcels.iter().any(|p| matches!(p.wrapping, Wrapping::Carton { reused: true, .. }));
    assert!(!used_first, "on the first morning there is none");
    assert_eq!(outcome.baseline.figures.reused_cartons, 0);
}

#[test]
fn what_is_cooled_is_cooled_until_the_hand_over() {
    let mut scenario = scenario(7, 40);
    for vehicle in &mut scenario.fleet {
        vehicle.count = 3;
    }
    scenario.stock = Stock { new: vec![1_000; 3], reused: vec![9; 3] };
    let outcome = planned(&scenario);
    let mut cooled = 0;
    for day in cases(&outcome).into_iter().flat_map(|case| &case.days) {
        for parcel in &day.parcels {
            let Wrapping::Carton { kind, .. } = parcel.wrapping else { continue };
            let coolant = parcel.materials.iter().find(|used| used.part == Part::Coolant);
            let Some(coolant) = coolant else { continue };
            cooled += 1;
            // With a feeder before it the way is longer still.
            let legs = &day.routing.rounds[parcel.round].legs;
            let arrives = legs.iter().find(|leg| match leg.to {
                transport::End::Stop(stop) => day.stop_shipments[stop].contains(&parcel.shipment),
                transport::End::Site(_) => false,
            });
            let hours = (arrives.unwrap().arrive - legs[0].depart).seconds() as f64 / 3_600.0;
            let litres = Volume::of_sides(scenario.cartons[kind].inner).litres();
            assert!(coolant.mass.grams() >= 7.0 * litres * hours - 0.001, "{}", parcel.id);
        }
    }
    assert!(cooled > 10, "{cooled} parcels");
}

/// Orders of the made scenario for so many electric vans alone, at plugs that hardly charge.
fn on_slow_plugs(vans: u32, plug_kw: f64) -> Scenario {
    let mut scenario = scenario(11, 40);
    for vehicle in &mut scenario.fleet {
        let alone = vehicle.name == "e-van" && vehicle.site == 3;
        vehicle.count = if alone { vans } else { 0 };
        vehicle.battery = vehicle.battery.map(|_| Energy::from_kilowatt_hours(60.0));
        vehicle.range = vehicle.range.map(|_| quantity::Distance::new(240_000));
        vehicle.charge_power = Some(quantity::Power::from_kilowatts(plug_kw));
    }
    scenario.policy.hubs = false;
    scenario
}

#[test]
fn a_van_that_was_not_charged_drives_less_on_the_next_day() {
    let scenario = on_slow_plugs(1, 1.0);
    let outcome = planned(&scenario);
    let plan = &outcome.plan;
    let battery = Energy::from_kilowatt_hours(60.0);
    let (mut missing, mut held_back) = (Energy::ZERO, 0);
    for day in &plan.days {
        let kwh: f64 = day.routing.rounds.iter().map(transport::Round::energy).sum();
        let left = battery - Energy::from_kilowatt_hours(missing.kilowatt_hours() * 0.9);
        assert!(kwh <= left.kilowatt_hours() + 1e-6, "{}: {kwh} of {left:?}", day.day);
        let sites = || day.energy.iter().filter(|site| site.site == 3);
        assert_eq!(sites().map(|site| site.carried).sum::<Energy>(), missing);
        missing = sites().flat_map(|site| &site.schedule.sessions).map(|s| s.short).sum();
        held_back += usize::from(missing > Energy::from_kilowatt_hours(10.0));
    }
    assert!(held_back > 0, "a plug of 1 kW leaves it short");
    // What is still missing in the end is booked as bought, what was carried over once.
    let import: Energy = (plan.days.iter().flat_map(|day| &day.energy))
        .flat_map(|site| &site.schedule.hours)
        .map(|hour| hour.import)
        .sum();
    let bought = plan.lines.iter().filter(|line| {
        line.activity.unit == Unit::KilowattHour && &*line.activity.factor_id != "own_solar_kwh"
    });
    let booked: Fixed = bought.map(|line| line.activity.amount).sum();
    assert_eq!(booked, kilowatt_hours(import + missing));
}

#[test]
fn rounds_are_spread_where_one_van_could_not_be_charged() {
    // So small that each drives several rounds: another van costs nothing more.
    let nights = |vans: u32| -> Vec<(usize, Energy)> {
        let mut scenario = on_slow_plugs(vans, 3.0);
        for vehicle in &mut scenario.fleet {
            vehicle.capacity = Mass::from_kilograms(25.0);
        }
        let of_day = |day: &planner::DayOutcome| {
            let sessions = || day.energy.iter().flat_map(|site| &site.schedule.sessions);
            (sessions().count(), sessions().map(|session| session.short).sum())
        };
        planned(&scenario).plan.days.iter().map(of_day).collect()
    };
    let (one, four) = (nights(1), nights(4));
    assert!(one[1].1 > Energy::ZERO, "a night is too short for all rounds of a day: {one:?}");
    assert!(four.iter().all(|night| night.1 == Energy::ZERO), "{four:?}");
    assert!(four[1].0 > 1, "other vans drive too: {four:?}");
}

#[test]
fn a_full_fleet_takes_orders_on_the_next_day_while_their_promise_lasts() {
    let mut scenario = scenario(3, 30);
    for order in &mut scenario.orders {
        order.placed_at = scenario.zone.at(made::first_day(), quantity::Duration::from_hours(10.0));
        order.promised_by = None;
    }
    // One small van at the warehouse takes some ten orders a day.
    scenario.fleet.truncate(1);
    scenario.fleet[0].count = 1;
    scenario.fleet[0].capacity = Mass::from_kilograms(20.0);
    scenario.policy.shift = quantity::Duration::from_hours(2.0);
    let outcome = planned(&scenario);
    assert!(outcome.plan.days.len() > 1, "what finds no room waits");
    assert!(ends(&scenario, &outcome.plan).iter().all(|&times| times == 1));
}
