//! `dispatch` against known optima, against enumeration, and before its own judge.
#![expect(clippy::disallowed_methods, reason = "tests read the shared instances")]

use proptest::prelude::*;
use std::path::PathBuf;
use warehousing::dispatch::{
    DemandCharge, EvSession, Forecast, Instance, Lack, Objective, Search, ShiftableLoad, Storage,
    check, read, rolling, solve,
};

const SEARCH: Search = Search { gap: 1e-7, threads: 1, enough: &|| false };
const OBJECTIVES: [(Objective, &str); 3] =
    [(Objective::Cost, "cost"), (Objective::Carbon, "carbon"), (Objective::Blend, "blend")];

#[expect(clippy::print_stderr, reason = "a test that checks nothing says so")]
fn shared() -> Option<PathBuf> {
    let folder = PathBuf::from("../../../shared/data/energy/schedule");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: ../shared/data/energy/schedule is not there");
    None
}

#[test]
fn known_optima() {
    let Some(folder) = shared() else { return };
    let text = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let optima: serde_json::Value = serde_json::from_str(&text("optima.json")).unwrap();
    for name in ["day-tou", "day-depot", "day-negative", "week-depot", "week-quarter", "year"] {
        let instance = read(&text(&format!("{name}.json"))).unwrap().instance;
        for (objective, key) in OBJECTIVES {
            if name == "year" && objective == Objective::Cost {
                continue; // Minutes without optimisation: `bench/schedule` shows it.
            }
            let expected = optima["optima"][name][key]["objective"].as_f64().unwrap();
            let found = solve(&instance, objective, SEARCH).unwrap();
            assert_eq!(check(&instance, &found.schedule), [], "{name} {key}");
            assert!(found.proven, "{name} {key}: {}", found.gap());
            let error = (found.figures.objective - expected).abs() / expected.abs();
            assert!(error < 2e-7, "{name} {key}: {} is not {expected}", found.figures.objective);
        }
    }
}

/// A battery of whole kWh without losses, at a site whose flows are whole too.
#[derive(Debug, Clone)]
struct Small {
    instance: Instance,
    capacity: i64,
    power: i64,
    start: i64,
}

fn small() -> impl Strategy<Value = Small> {
    let step = (0_i64..5, 0_i64..5, -4_i64..8, -4_i64..8, 0_i64..6);
    (
        prop::collection::vec(step, 1..7),
        1_i64..5,
        1_i64..4,
        0_i64..5,
        prop::option::of(3_i64..9),
        0_i64..3,
    )
        .prop_map(|(steps, capacity, power, start, limit, wear)| {
            let column = |of: fn(&(i64, i64, i64, i64, i64)) -> i64| -> Vec<f64> {
                steps.iter().map(|step| of(step) as f64).collect()
            };
            let start = start.min(capacity);
            let instance = Instance {
                step_h: 1.0,
                load_kwh: column(|step| step.0),
                pv_kwh: column(|step| step.1),
                buy_price: column(|step| step.2),
                sell_price: column(|step| step.3),
                grid_kg_co2e_per_kwh: column(|step| step.4),
                export_credit_kg_co2e_per_kwh: vec![0.0; steps.len()],
                import_limit_kw: limit.map(|kw| kw as f64),
                export_limit_kw: Some(5.0),
                battery: Some(Storage {
                    charge_kw: power as f64,
                    discharge_kw: power as f64,
                    charge_efficiency: 1.0,
                    discharge_efficiency: 1.0,
                    self_discharge_per_h: 0.0,
                    soc_min_kwh: 0.0,
                    soc_max_kwh: capacity as f64,
                    soc_initial_kwh: start as f64,
                    soc_final_min_kwh: 0.0,
                    wear_cost_per_kwh: wear as f64,
                }),
                ..Instance::default()
            };
            Small { instance, capacity, power, start }
        })
}

/// The least cost by trying each state, import, export and curtailment in whole kWh; whole numbers are
/// enough, since every corner of such a site is whole.
fn enumerated(small: &Small) -> Option<f64> {
    let instance = &small.instance;
    let mut best: Vec<Option<f64>> = vec![None; small.capacity as usize + 1];
    best[small.start as usize] = Some(0.0);
    for step in 0..instance.steps() {
        let mut next = vec![None; best.len()];
        for (state, cost) in best.iter().enumerate() {
            let Some(cost) = cost else { continue };
            for flow in -small.power..=small.power {
                let to = state as i64 + flow;
                if !(0..=small.capacity).contains(&to) {
                    continue;
                }
                for cut in 0..=instance.pv_kwh[step] as i64 {
                    let net =
                        instance.load_kwh[step] as i64 - instance.pv_kwh[step] as i64 + cut + flow;
                    let limit = instance.import_limit_kw.map_or(i64::MAX, |kw| kw as i64);
                    if net > limit || net < -5 {
                        continue;
                    }
                    let price =
                        if net > 0 { instance.buy_price[step] } else { instance.sell_price[step] };
                    let wear = instance.battery.map_or(0.0, |battery| battery.wear_cost_per_kwh);
                    let wear = wear * (-flow).max(0) as f64;
                    let total = cost + price * net as f64 + wear;
                    let known: &mut Option<f64> = &mut next[to as usize];
                    *known = Some(known.map_or(total, |known| known.min(total)));
                }
            }
        }
        best = next;
    }
    best.into_iter().flatten().min_by(f64::total_cmp)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn small_sites_equal_enumeration(small in small()) {
        match (solve(&small.instance, Objective::Cost, SEARCH), enumerated(&small)) {
            (Ok(found), Some(expected)) => {
                prop_assert_eq!(check(&small.instance, &found.schedule), []);
                prop_assert!((found.figures.objective - expected).abs() < 1e-5,
                    "{} {}", found.figures.objective, expected);
                prop_assert!(found.bound <= expected + 1e-6);
            }
            (Err(_), None) => {}
            (found, expected) => prop_assert!(false, "{:?} {:?}", found, expected),
        }
    }

    #[test]
    fn any_site_stands_before_the_judge(
        steps in prop::collection::vec((0.0..50.0_f64, 0.0..60.0_f64, -0.2..0.4_f64, -0.2..0.4_f64), 2..30),
        stays in prop::collection::vec((0_usize..30, 1_usize..12, 0.0..60.0_f64, 1.0..22.0_f64), 0..6),
        (capacity, power, efficiency) in (1.0..100.0_f64, 1.0..60.0_f64, 0.7..=1.0_f64),
        (state, lost, wear) in (0.0..=1.0_f64, 0.0..0.05_f64, 0.0..0.05_f64),
        limit in prop::option::of(20.0..120.0_f64), charges in prop::collection::vec(0.0..5.0_f64, 0..3),
        step_h in prop::sample::select(vec![0.25, 0.5, 1.0]), which in 0_usize..3,
    ) {
        let n = steps.len();
        let instance = Instance {
            step_h,
            carbon_price_per_t: 120.0,
            load_kwh: steps.iter().map(|step| step.0 * step_h).collect(),
            pv_kwh: steps.iter().map(|step| step.1 * step_h).collect(),
            buy_price: steps.iter().map(|step| step.2).collect(),
            sell_price: steps.iter().map(|step| step.3).collect(),
            grid_kg_co2e_per_kwh: steps.iter().map(|step| step.0 / 100.0).collect(),
            export_credit_kg_co2e_per_kwh: steps.iter().map(|step| step.1 / 120.0).collect(),
            import_limit_kw: limit,
            export_limit_kw: limit.map(|kw| kw / 2.0),
            demand_charges: charges.iter().enumerate().map(|(index, &price_per_kw)| DemandCharge {
                name: String::new(), price_per_kw, windows: vec![[index.min(n), n]], peak_so_far_kw: 0.0,
            }).collect(),
            battery: Some(Storage {
                charge_kw: power, discharge_kw: power, charge_efficiency: efficiency,
                discharge_efficiency: efficiency, self_discharge_per_h: lost, soc_min_kwh: 0.1 * capacity,
                soc_max_kwh: capacity, soc_initial_kwh: (0.1 + 0.9 * state) * capacity,
                soc_final_min_kwh: 0.3 * capacity, wear_cost_per_kwh: wear,
            }),
            ev_sessions: stays.iter().enumerate().map(|(index, &(from, long, energy, max_kw))| {
                let arrival_step = from % n;
                EvSession {
                    id: index.to_string(), arrival_step, departure_step: (arrival_step + long).min(n),
                    energy_kwh: energy, max_kw, efficiency: 0.9,
                    missed_at_arrival: (energy / 120.0).fract(), missed_at_departure: (max_kw / 50.0).fract(),
                }
            }).collect(),
            ..Instance::default()
        };
        let objective = OBJECTIVES[which].0;
        match solve(&instance, objective, SEARCH) {
            Ok(found) => {
                prop_assert_eq!(check(&instance, &found.schedule), []);
                prop_assert!(found.proven, "gap {}", found.gap());
            }
            Err(lacks) => prop_assert!(!lacks.is_empty()),
        }
    }
}

/// Four hours of 10 kWh without sun.
fn plain() -> Instance {
    Instance {
        step_h: 1.0,
        load_kwh: vec![10.0; 4],
        pv_kwh: vec![0.0; 4],
        buy_price: vec![0.3, 0.1, 0.2, 0.4],
        sell_price: vec![0.0; 4],
        grid_kg_co2e_per_kwh: vec![0.4; 4],
        export_credit_kg_co2e_per_kwh: vec![0.0; 4],
        ..Instance::default()
    }
}

fn session(energy_kwh: f64) -> EvSession {
    EvSession {
        id: "van".to_owned(),
        arrival_step: 0,
        departure_step: 2,
        energy_kwh,
        max_kw: 11.0,
        efficiency: 1.0,
        missed_at_arrival: 0.0,
        missed_at_departure: 0.0,
    }
}

#[test]
fn a_vehicle_that_comes_within_a_step_has_the_rest_of_it() {
    let late = EvSession { missed_at_arrival: 0.5, missed_at_departure: 0.25, ..session(13.0) };
    let instance = Instance { ev_sessions: vec![late.clone()], ..plain() };
    let found = solve(&instance, Objective::Cost, SEARCH).unwrap();
    assert_eq!(check(&instance, &found.schedule), []);
    assert!((found.schedule.ev_kwh[0][1] - 8.25).abs() < 1e-6, "{:?}", found.schedule.ev_kwh);
    assert!((found.schedule.ev_kwh[0][0] - 4.75).abs() < 1e-6, "{:?}", found.schedule.ev_kwh);

    let full = EvSession { energy_kwh: 13.75, ..late.clone() };
    let instance = Instance { ev_sessions: vec![full], ..plain() };
    let found = solve(&instance, Objective::Cost, SEARCH).unwrap();
    assert_eq!(check(&instance, &found.schedule), []);

    let beyond = EvSession { energy_kwh: 14.0, ..late };
    let instance = Instance { ev_sessions: vec![beyond], ..plain() };
    assert!(solve(&instance, Objective::Cost, SEARCH).is_err());
}

#[test]
fn what_makes_a_schedule_impossible_is_named() {
    let fast = Instance { ev_sessions: vec![session(30.0)], ..plain() };
    let narrow = Instance { import_limit_kw: Some(8.0), ..plain() };
    let shared =
        Instance { import_limit_kw: Some(12.0), ev_sessions: vec![session(9.0)], ..plain() };
    let reach = Instance {
        battery: Some(Storage {
            charge_kw: 1.0,
            discharge_kw: 1.0,
            charge_efficiency: 1.0,
            discharge_efficiency: 1.0,
            self_discharge_per_h: 0.0,
            soc_min_kwh: 0.0,
            soc_max_kwh: 50.0,
            soc_initial_kwh: 0.0,
            soc_final_min_kwh: 20.0,
            wear_cost_per_kwh: 0.0,
        }),
        ..plain()
    };
    for (instance, expected) in [
        (fast, "van wants 30.000 kWh at the plug and can be given 22.000"),
        (narrow, "step 0 lacks 2.000 kWh"),
        (shared, "van wants 9.000 kWh at the plug and can be given 4.000"),
        (reach, "kWh outside of its range after step"),
    ] {
        let lacks = solve(&instance, Objective::Cost, SEARCH).unwrap_err();
        let text: Vec<String> = lacks.iter().map(Lack::to_string).collect();
        assert!(text.iter().any(|lack| lack.contains(expected)), "{text:?} has no {expected:?}");
    }
}

#[test]
fn of_equal_costs_the_cleaner_is_taken() {
    let mut instance = Instance { ev_sessions: vec![session(5.0)], ..plain() };
    instance.buy_price = vec![0.2; 4];
    instance.grid_kg_co2e_per_kwh = vec![0.5, 0.1, 0.5, 0.5];
    let found = solve(&instance, Objective::Cost, SEARCH).unwrap();
    assert!((found.schedule.ev_kwh[0][1] - 5.0).abs() < 1e-4, "{:?}", found.schedule.ev_kwh);
}

#[test]
fn work_that_may_wait_goes_to_the_cheapest_step() {
    let load = ShiftableLoad {
        id: "cold store".to_owned(),
        earliest_step: 0,
        latest_step: 4,
        energy_kwh: 6.0,
        max_kw: 4.0,
    };
    let instance = Instance { shiftable_loads: vec![load], ..plain() };
    let found = solve(&instance, Objective::Cost, SEARCH).unwrap();
    assert_eq!(check(&instance, &found.schedule), []);
    let expected = [0.0, 4.0, 2.0, 0.0];
    for (is, expected) in found.schedule.shiftable_kwh[0].iter().zip(expected) {
        assert!((is - expected).abs() < 1e-6, "{:?}", found.schedule.shiftable_kwh);
    }
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let Some(folder) = shared() else { return };
    let text = std::fs::read_to_string(folder.join("week-depot.json")).unwrap();
    let instance = read(&text).unwrap().instance;
    let [one, three] = [1, 3]
        .map(|threads| solve(&instance, Objective::Cost, Search { threads, ..SEARCH }).unwrap());
    assert_eq!(one.schedule, three.schedule);
}

#[test]
fn a_rolling_horizon_keeps_every_rule_and_knows_no_more_than_foresight() {
    let Some(folder) = shared() else { return };
    for name in ["day-tou", "day-depot", "day-negative"] {
        let text = std::fs::read_to_string(folder.join(format!("{name}.json"))).unwrap();
        let instance = read(&text).unwrap().instance;
        let best = solve(&instance, Objective::Cost, SEARCH).unwrap().figures.objective;
        for (ahead, forecast) in [(12, Forecast::Persistence), (200, Forecast::Perfect)] {
            let (schedule, found) =
                rolling(&instance, Objective::Cost, ahead, forecast, SEARCH).unwrap();
            assert_eq!(check(&instance, &schedule), [], "{name}");
            assert!(
                found.objective >= best - 1e-5 * best.abs(),
                "{name}: {} {best}",
                found.objective
            );
        }
    }
}

#[test]
fn what_is_known_before_costs_nothing_however_short_the_windows() {
    let Some(folder) = shared() else { return };
    for (name, ahead) in [("day-depot", 32), ("week-depot", 24)] {
        let text = std::fs::read_to_string(folder.join(format!("{name}.json"))).unwrap();
        let instance = read(&text).unwrap().instance;
        let best = solve(&instance, Objective::Cost, SEARCH).unwrap().figures.objective;
        let (_, found) =
            rolling(&instance, Objective::Cost, ahead, Forecast::Perfect, SEARCH).unwrap();
        let regret = found.objective / best - 1.0;
        assert!(regret < 1e-4, "{name}: {regret}");
    }
}

/// The rest of a day whose peaks so far are what is best for it: nearly every step has several ways
/// that cost the same, and what tells them apart is lost where products are rounded.
#[test]
fn a_rest_in_which_most_ways_cost_the_same_is_proven() {
    let Some(folder) = shared() else { return };
    let text = std::fs::read_to_string(folder.join("day-depot.json")).unwrap();
    let mut rest = read(&text).unwrap().instance;
    const BEGIN: usize = 47;
    for column in [
        &mut rest.load_kwh,
        &mut rest.pv_kwh,
        &mut rest.buy_price,
        &mut rest.sell_price,
        &mut rest.grid_kg_co2e_per_kwh,
        &mut rest.export_credit_kg_co2e_per_kwh,
    ] {
        column.drain(..BEGIN);
    }
    rest.ev_sessions.clear();
    rest.battery.as_mut().unwrap().soc_initial_kwh = 73.055_620_415_996_37;
    let peaks = [37.702_727_668_163_68, 37.702_727_668_066_21];
    for (charge, peak) in rest.demand_charges.iter_mut().zip(peaks) {
        charge.peak_so_far_kw = peak;
        for window in &mut charge.windows {
            *window = window.map(|step| step.saturating_sub(BEGIN));
        }
    }
    let found = solve(&rest, Objective::Cost, SEARCH).unwrap();
    assert!(found.proven, "gap {}", found.gap());
    assert_eq!(check(&rest, &found.schedule), []);
}
