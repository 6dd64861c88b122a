//! What holds for every problem: the plan stands before the judge, and is worth what the judge says.

use super::judge::{Verdict, check};
use super::model::Model;
use super::plan::{Doing, Plan};
use super::problem::{
    Alternative, Break, BreakRule, Consumption, Goal, Lateness, Order, Problem, Profile, Reload,
    Skills, Source, Stop, Underway, Unit, Vehicle, Visit, Work,
};
use super::schedule::schedule;
use super::search::Search;
use super::solve::{Options, solve};
use crate::instance::Window;
use crate::search::Iterations;
use proptest::prelude::*;
use quantity::Seed;
use quantity::seed::Sequence;

const HOUR: i32 = 3_600;

struct Maker {
    random: Sequence,
    places: usize,
}

impl Maker {
    fn chance(&mut self, percent: usize) -> bool {
        self.random.below(100) < percent
    }
    fn between(&mut self, low: i32, high: i32) -> i32 {
        low + self.random.below((high - low + 1) as usize) as i32
    }
    fn place(&mut self) -> u32 {
        self.random.below(self.places) as u32
    }
    fn windows(&mut self) -> Vec<Window> {
        let open = self.between(0, 8 * HOUR);
        let close = self.between(open, 10 * HOUR);
        let mut windows = vec![Window { open, close }];
        if self.chance(30) {
            let open = close + self.between(1, 2 * HOUR);
            windows.push(Window { open, close: open + self.between(0, 2 * HOUR) });
        }
        if self.chance(40) { vec![Window { open: 0, close: 24 * HOUR }] } else { windows }
    }
    fn stop(&mut self) -> Stop {
        let lateness = self.chance(20).then(|| Lateness {
            due: self.random.below(6 * HOUR as usize) as i32,
            per_hour: 7_000_000,
        });
        let (place, windows) = (self.place(), self.windows());
        Stop { place, windows, service: self.between(0, 900), lateness }
    }
    fn amounts(&mut self) -> Vec<i64> {
        vec![self.between(0, 4).into(), self.between(0, 3).into()]
    }
    fn alternative(&mut self) -> Alternative {
        let work = if self.chance(30) {
            let ride_max = self.chance(40).then(|| self.between(1_200, 2 * HOUR));
            let (from, to) = (self.stop(), self.stop());
            Work::Shipment { from, to, amount: self.amounts(), ride_max }
        } else {
            let pickup = if self.chance(30) { self.amounts() } else { vec![0, 0] };
            let source = |place, maker: &mut Self| Source {
                place,
                ready: maker.between(0, 3 * HOUR),
                stock: maker.chance(50).then_some(0),
            };
            // Vehicles start and reload at places 0 to 2.
            let sources = match self.random.below(4) {
                0 => vec![source(0, self), source(1, self)],
                1 => vec![source(2, self)],
                _ => Vec::new(),
            };
            Work::Stop { at: self.stop(), delivery: self.amounts(), pickup, sources }
        };
        let skills = Skills(u64::from(self.chance(20)));
        Alternative { work, skills, cost: self.between(0, 3).into() }
    }
    fn order(&mut self, idx: usize) -> Order {
        let count = if self.chance(25) { 2 } else { 1 };
        let alternatives = (0..count).map(|_| self.alternative()).collect();
        let penalty = self.chance(25).then(|| i64::from(self.between(1, 40)) * 1_000_000);
        Order { id: format!("o{idx}"), alternatives, penalty }
    }
    fn vehicle(&mut self, idx: usize) -> Vehicle {
        let open = self.between(0, 2 * HOUR);
        let lunch = Break {
            id: "lunch".into(),
            windows: vec![Window { open: 4 * HOUR, close: 5 * HOUR }],
            lasts: self.between(600, 2_400),
        };
        let reload = Reload {
            place: self.random.below(3) as u32,
            window: Window { open: 0, close: 20 * HOUR },
            service: self.between(0, 900),
        };
        let reloads = if self.chance(50) { vec![reload] } else { Vec::new() };
        Vehicle {
            id: format!("v{idx}"),
            count: self.between(1, 3) as u32,
            profile: self.random.below(2),
            start: (!self.chance(15)).then(|| self.random.below(3) as u32),
            end: (!self.chance(25)).then(|| self.place()),
            capacity: vec![self.between(5, 12).into(), self.between(4, 12).into()],
            skills: Skills(self.random.draw() & 1),
            shift: Window { open, close: open + self.between(4, 14) * HOUR },
            duration_max: self.chance(20).then(|| self.between(4, 10) * HOUR),
            drive_max: self.chance(10).then_some(5 * HOUR),
            metres_max: self.chance(20).then(|| i64::from(self.between(40_000, 200_000))),
            stops_max: self.chance(20).then(|| self.between(2, 8) as u32),
            break_rule: self.chance(40).then(|| BreakRule {
                work_max: self.between(2, 6) * HOUR,
                lasts: self.between(900, 2_700),
            }),
            breaks: if self.chance(30) { vec![lunch] } else { Vec::new() },
            trips_max: if reloads.is_empty() { 1 } else { self.between(1, 3) as u32 },
            reloads,
            fixed: i64::from(self.between(0, 20)) * 1_000_000,
            per_km: 300_000,
            per_hour: if self.chance(50) { 20_000_000 } else { 0 },
            per_drive_hour: if self.chance(20) { 5_000_000 } else { 0 },
            consumption: self.chance(60).then(|| Consumption {
                empty_per_100km: 10.0,
                full_per_100km: 15.0,
                price: 1_700_000,
                micrograms_co2e: 3_200_000_000,
                most: self.chance(30).then_some(18.0),
            }),
        }
    }
    fn profile(&mut self) -> Profile {
        let n = self.places;
        let at: Vec<(i32, i32)> =
            (0..n).map(|_| (self.between(0, 20_000), self.between(0, 20_000))).collect();
        let seconds_per_km = self.between(60, 150);
        let mut profile = Profile::default();
        for a in 0..n {
            for b in 0..n {
                let metres = (at[a].0 - at[b].0).abs() + (at[a].1 - at[b].1).abs();
                profile.metres.push(metres);
                profile.seconds.push((metres * seconds_per_km + 999) / 1_000);
            }
        }
        profile
    }
}

fn problem(seed: u64, orders: usize) -> Problem {
    let mut maker = Maker { random: Seed::new(seed).sequence(), places: 12 };
    Problem {
        name: String::new(),
        places: maker.places,
        profiles: vec![maker.profile(), maker.profile()],
        dimensions: 2,
        orders: (0..orders).map(|idx| maker.order(idx)).collect(),
        vehicles: (0..3).map(|idx| maker.vehicle(idx)).collect(),
        underway: Vec::new(),
        stocks: vec![vec![12, 15]],
        moved_price: 2_000_000,
        carbon_price_per_kg: 50_000,
        balance_price: if maker.chance(20) { 300_000 } else { 0 },
    }
}

fn solved(problem: &Problem, seed: u64, goal: Goal, iterations: u64) -> Plan {
    let options = Options { seed: Seed::new(seed), goal };
    solve(problem, options, &mut Iterations(iterations)).plan
}

fn judged(problem: &Problem, plan: &Plan) -> Verdict {
    let verdict = check(problem, plan);
    assert!(verdict.faults.is_empty(), "{:#?}\n{plan:#?}\n{problem:#?}", verdict.faults);
    verdict
}

/// The first steps up to a time have happened; the next visit is locked.
fn running(plan: &Plan, now: i32) -> Vec<Underway> {
    let of = |route: &super::plan::Route| {
        let done: Vec<_> = route.steps.iter().copied().filter(|step| step.begin < now).collect();
        let visits: Vec<Visit> = (route.steps[done.len()..].iter())
            .filter_map(
                |step| if let Doing::Visit(visit) = step.doing { Some(visit) } else { None },
            )
            .collect();
        let locked = usize::from(!done.is_empty() && !visits.is_empty());
        Underway { unit: route.unit, done, visits, locked, over: false }
    };
    let ended = |under: &Underway| under.done.iter().any(|step| step.doing == Doing::End);
    plan.routes.iter().map(of).filter(|under| !ended(under)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn a_plan_stands_before_the_judge(seed in any::<u64>(), orders in 0_usize..25, goal in 0_usize..4) {
        let problem = problem(seed, orders);
        prop_assert_eq!(problem.check(), Ok(()));
        let goal = [Goal::Cost, Goal::Distance, Goal::Carbon, Goal::Vehicles][goal];
        let plan = solved(&problem, seed, goal, 120);
        judged(&problem, &plan);
        prop_assert_eq!(plan, solved(&problem, seed, goal, 120), "the same seed, the same plan");
    }

    #[test]
    fn a_plan_is_worth_what_the_judge_says(seed in any::<u64>(), orders in 1_usize..25) {
        let problem = problem(seed, orders);
        let model = Model::new(&problem, Goal::Cost);
        let mut search = Search::new(&model, Seed::new(seed).sequence());
        search.anneal(1e6, &mut Iterations(60));
        let figures = judged(&problem, &schedule(&search.state)).figures;
        let out: i64 = (search.state.absent.iter())
            .map(|&order| problem.orders[order as usize].penalty.unwrap_or(0)).sum();
        let carbon = figures.carbon.micrograms() as f64 * problem.carbon_price_per_kg as f64 * 1e-9;
        let expect = figures.money as f64 + carbon;
        let is = (search.state.value + out) as f64;
        prop_assert!((is - expect).abs() <= 2.0 * orders as f64, "{is} {expect}");
    }

    #[test]
    fn what_is_under_way_stays(seed in any::<u64>(), orders in 2_usize..20, hour in 0_i32..8) {
        let mut problem = problem(seed, orders);
        let new = problem.orders.split_off(orders - orders / 4);
        let plan = solved(&problem, seed, Goal::Cost, 60);
        problem.underway = running(&plan, hour * HOUR);
        let before = problem.orders.len();
        let ended = |order: usize| {
            let served = plan.routes.iter().find(|route| route.steps.iter().any(|step| {
                matches!(step.doing, Doing::Visit(Visit::First { order: of, .. }) if of == order)
            }));
            served.is_some_and(|route| problem.underway.iter().all(|under| under.unit != route.unit))
        };
        // A route that is over is history: its orders are no part of the new day.
        let gone: Vec<usize> = (0..before).filter(|&order| ended(order)).collect();
        prop_assume!(gone.is_empty());
        problem.orders.extend(new);
        prop_assert_eq!(problem.check(), Ok(()));
        judged(&problem, &solved(&problem, seed, Goal::Cost, 60));
    }
}

#[test]
fn a_small_day_is_solved_to_the_optimum() {
    // Every way of putting five orders on two vehicles, by the plain timetable.
    for seed in 0..20 {
        let mut small = problem(seed, 5);
        for order in &mut small.orders {
            order.alternatives.truncate(1);
            if let Work::Stop { sources, .. } = &mut order.alternatives[0].work {
                sources.clear();
            }
            if let Work::Shipment { from, .. } = &order.alternatives[0].work {
                let (at, zero) = (from.clone(), vec![0, 0]);
                order.alternatives[0].work =
                    Work::Stop { at, delivery: zero.clone(), pickup: zero, sources: Vec::new() };
            }
        }
        for vehicle in &mut small.vehicles {
            (vehicle.count, vehicle.per_hour) = (1, 0);
            (vehicle.break_rule, vehicle.breaks, vehicle.trips_max) = (None, Vec::new(), 1);
        }
        small.vehicles.truncate(2);
        small.balance_price = 0;
        let cost = |plan: &Plan| {
            let verdict = check(&small, plan);
            let carbon = verdict.figures.carbon.micrograms() as f64 * 5e-5;
            verdict
                .faults
                .is_empty()
                .then_some((verdict.missed, verdict.figures.money as f64 + carbon))
        };
        let found = cost(&solved(&small, seed, Goal::Cost, 400)).expect("no fault");
        let mut best = (usize::MAX, f64::INFINITY);
        let mut rows = vec![Vec::new(); 3];
        every(&small, &mut rows, 0, &mut |plan| {
            if let Some(cost) = cost(plan).filter(|cost| *cost < best) {
                best = cost;
            }
        });
        assert!(found.0 == best.0 && found.1 <= best.1 + 10.0, "seed {seed}: {found:?} {best:?}");
    }
}

/// Each sharing of orders among two rows and those left out, in each order.
fn every(problem: &Problem, rows: &mut Vec<Vec<usize>>, order: usize, look: &mut dyn FnMut(&Plan)) {
    if order == problem.orders.len() {
        let mut plan = Plan { routes: Vec::new(), unserved: rows[2].clone() };
        for (vehicle, row) in rows[..2].iter().enumerate().filter(|(_, row)| !row.is_empty()) {
            let visits: Vec<Visit> =
                row.iter().map(|&order| Visit::First { order, alternative: 0 }).collect();
            let unit = Unit { vehicle, number: 0 };
            plan.routes.push(super::timetable(problem, unit, &visits));
        }
        plan.unserved.sort_unstable();
        look(&plan);
        return;
    }
    for row in 0..3 {
        let most = if row == 2 { 0 } else { rows[row].len() };
        for at in 0..=most {
            rows[row].insert(at, order);
            every(problem, rows, order + 1, look);
            rows[row].remove(at);
        }
    }
}
