//! Whole problems made by seed, with every rule: what is found stands before the judge, is printed and read
//! back, and can be gone on with at any moment.

use proptest::prelude::*;
use quantity::Seed;
use routing::Iterations;
use routing::read::json::{Input, Names, Times, plan};
use routing::rich::{
    Alternative, Break, BreakRule, Change, Consumption, Doing, Goal, Lateness, Options, Order,
    Plan, Problem, Profile, Reload, Skills, Stop, Unit, Vehicle, Visit, Work, check, reasons,
    resume, solve,
};

/// Draws of a problem, one after another.
struct Dice(quantity::seed::Sequence);

impl Dice {
    fn below(&mut self, bound: usize) -> i32 {
        self.0.below(bound) as i32
    }
    fn chance(&mut self, percent: usize) -> bool {
        self.0.below(100) < percent
    }
    fn maybe<T>(&mut self, percent: usize, of: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.chance(percent).then(|| of(self))
    }
    fn window(&mut self) -> routing::Window {
        let open = self.below(8_000);
        routing::Window { open, close: open + 300 + self.below(5_000) }
    }
    fn amount(&mut self, dimensions: usize, most: usize) -> Vec<i64> {
        (0..dimensions).map(|_| i64::from(self.below(most))).collect()
    }
    fn stop(&mut self, places: usize) -> Stop {
        let mut windows = vec![routing::Window { open: 0, close: 30_000 }];
        if self.chance(50) {
            windows = vec![self.window()];
            if self.chance(30) {
                let open = windows[0].close + 1 + self.below(3_000);
                windows.push(routing::Window { open, close: open + self.below(4_000) });
            }
        }
        let due = |dice: &mut Self| Lateness { due: dice.below(9_000), per_hour: 5_000_000 };
        Stop {
            place: self.below(places) as u32,
            windows,
            service: self.below(400),
            lateness: self.maybe(20, due),
        }
    }
    fn way(&mut self, places: usize, dimensions: usize) -> Alternative {
        let work = if self.chance(30) {
            Work::Shipment {
                from: self.stop(places),
                to: self.stop(places),
                amount: self.amount(dimensions, 4),
                ride_max: self.maybe(30, |dice| 300 + dice.below(3_000)),
            }
        } else {
            let delivery = self.amount(dimensions, 4);
            let pickup =
                if self.chance(30) { self.amount(dimensions, 4) } else { vec![0; dimensions] };
            Work::Stop { at: self.stop(places), delivery, pickup, sources: Vec::new() }
        };
        let skills = Skills(if self.chance(20) { 1 << self.below(2) } else { 0 });
        Alternative { work, skills, cost: i64::from(self.below(3)) * 500_000 }
    }
    fn vehicle(&mut self, idx: usize, places: usize, dimensions: usize) -> Vehicle {
        let depot = self.below(places) as u32;
        let shift_open = self.below(1_000);
        let reload = |dice: &mut Self| Reload {
            place: depot,
            window: routing::Window { open: 0, close: 20_000 },
            service: dice.below(300),
        };
        let lunch = |dice: &mut Self| Break {
            id: "lunch".to_owned(),
            windows: vec![routing::Window { open: 3_000, close: 6_000 }],
            lasts: 100 + dice.below(900),
        };
        Vehicle {
            id: format!("v{idx}"),
            count: 1 + self.below(2) as u32,
            profile: 0,
            start: (!self.chance(10)).then_some(depot),
            end: (!self.chance(20)).then_some(depot),
            capacity: (0..dimensions).map(|_| 5 + i64::from(self.below(8))).collect(),
            skills: Skills(u64::from(self.0.below(4) as u32)),
            shift: routing::Window { open: shift_open, close: 12_000 + self.below(10_000) },
            duration_max: self.maybe(20, |dice| 4_000 + dice.below(6_000)),
            drive_max: self.maybe(20, |dice| 2_000 + dice.below(3_000)),
            metres_max: self.maybe(20, |dice| 20_000 + i64::from(dice.below(20_000))),
            stops_max: self.maybe(20, |dice| 2 + dice.below(6) as u32),
            break_rule: self
                .maybe(40, |dice| BreakRule { work_max: 1_500 + dice.below(3_000), lasts: 400 }),
            breaks: self.maybe(30, lunch).into_iter().collect(),
            reloads: self.maybe(40, reload).into_iter().collect(),
            trips_max: 3,
            fixed: i64::from(self.below(20)) * 1_000_000,
            per_km: i64::from(self.below(3)) * 400_000,
            per_hour: i64::from(self.below(3)) * 10_000_000,
            per_drive_hour: i64::from(self.below(3)) * 10_000_000,
            consumption: self.maybe(70, |dice| Consumption {
                empty_per_100km: 5.0 + f64::from(dice.below(10)),
                full_per_100km: 15.0 + f64::from(dice.below(10)),
                price: 1_500_000,
                micrograms_co2e: 2_500_000_000,
                most: dice.maybe(30, |dice| 3.0 + f64::from(dice.below(5))),
            }),
        }
    }
}

/// A problem of that many orders with every rule.
fn made(seed: u64, orders: usize) -> Problem {
    let mut dice = Dice(Seed::new(seed).sequence());
    let (places, dimensions) = (2 + dice.0.below(9), dice.0.below(3));
    let points: Vec<(i32, i32)> =
        (0..places).map(|_| (dice.below(5_000), dice.below(5_000))).collect();
    let mut profile = Profile::default();
    for from in &points {
        for to in &points {
            // Neither symmetric nor triangular.
            let metres = (from.0 - to.0).abs()
                + (from.1 - to.1).abs()
                + if from == to { 0 } else { dice.below(400) };
            profile.metres.push(metres);
            profile.seconds.push(metres / 8);
        }
    }
    let order = |dice: &mut Dice, idx: usize| {
        let count = if dice.chance(20) { 2 } else { 1 };
        Order {
            id: format!("o{idx}"),
            alternatives: (0..count).map(|_| dice.way(places, dimensions)).collect(),
            penalty: dice.maybe(30, |dice| i64::from(dice.below(60)) * 1_000_000),
        }
    };
    Problem {
        stocks: Vec::new(),
        name: String::new(),
        places,
        profiles: vec![profile],
        dimensions,
        orders: (0..orders).map(|idx| order(&mut dice, idx)).collect(),
        vehicles: (0..=dice.0.below(3)).map(|idx| dice.vehicle(idx, places, dimensions)).collect(),
        underway: Vec::new(),
        moved_price: i64::from(dice.below(3)) * 1_000_000,
        carbon_price_per_kg: i64::from(dice.below(3)) * 1_000_000,
        balance_price: i64::from(dice.below(2)) * 100_000,
    }
}

fn input(problem: Problem) -> Input {
    let places = (0..problem.places).map(|place| place.to_string()).collect();
    let names = Names { places, times: Times::Seconds, ..Names::default() };
    Input { problem, names, out_of_service: Vec::new() }
}

fn found(problem: &Problem, seed: u64, goal: Goal) -> Plan {
    solve(problem, Options { seed: Seed::new(seed), goal }, &mut Iterations(200)).plan
}

fn told(problem: &Problem, plan: &Plan) -> String {
    let faults = check(problem, plan).faults;
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_is_found_stands_before_the_judge_and_is_read_back(
        seed in any::<u64>(),
        orders in 0_usize..14,
        goal in prop::sample::select(vec![Goal::Cost, Goal::Distance, Goal::Carbon, Goal::Vehicles]),
    ) {
        let problem = made(seed, orders);
        prop_assert_eq!(problem.check(), Ok(()));
        let plan = found(&problem, seed, goal);
        prop_assert_eq!(told(&problem, &plan), "");
        let why = reasons(&problem, &plan, &[]);
        prop_assert_eq!(why.len(), plan.unserved.len());
        let input = input(problem);
        let verdict = check(&input.problem, &plan);
        let printed = plan::write(&input, &plan, &verdict, &[]);
        let metres: i64 = printed["plan"].as_array().unwrap().iter()
            .map(|route| route["steps"].as_array().unwrap().last().unwrap()["distance"].as_i64().unwrap())
            .sum();
        prop_assert_eq!(metres, verdict.figures.metres, "the last step has the whole way");
        let back = plan::read(&printed.to_string(), &input).unwrap();
        prop_assert_eq!(back, plan::Printed { plan, gone: Vec::new() });
    }

    /// At any moment, with a vehicle broken down or not, the day can be planned anew: what has begun
    /// stays, and what is found stands before the judge.
    #[test]
    fn a_running_day_is_planned_anew(
        seed in any::<u64>(),
        now in 0_i32..16_000,
        breakdown in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let problem = made(seed, 8);
        let plan = found(&problem, seed, Goal::Cost);
        let units: Vec<Unit> = plan.routes.iter().map(|route| route.unit).collect();
        let broken = breakdown.filter(|_| !units.is_empty()).map(|idx| *idx.get(&units));
        let out_of_service = broken.map(|unit| (unit, now)).into_iter().collect();
        let change = Change { now, gone: Vec::new(), out_of_service };
        let resumed = resume(problem, &plan, &change).unwrap();
        let again = found(&resumed, seed, Goal::Cost);
        let faults = told(&resumed, &again);
        prop_assert_eq!(faults, "");
        for route in &plan.routes {
            let begun = route.steps.iter().take_while(|step| step.begin < now).count();
            if begun == 0 {
                continue;
            }
            let of_unit = again.routes.iter().find(|other| other.unit == route.unit);
            let of_unit = of_unit.expect("what has begun stays");
            prop_assert_eq!(&of_unit.steps[..begun], &route.steps[..begun]);
            let visits = |steps: &[routing::rich::Step]| steps.iter()
                .filter(|step| matches!(step.doing, Doing::Visit(Visit::First { .. })))
                .count();
            if broken == Some(route.unit) {
                prop_assert_eq!(visits(&of_unit.steps), visits(&route.steps[..begun]));
            }
        }
    }
}
