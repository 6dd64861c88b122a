//! The judge against a day reckoned by hand, and against every rule broken once.

use super::{Verdict, check};
use crate::rich::fixture::{MILLION, day, deliver, first, road, second, step, unit, window};
use crate::rich::{
    Break, BreakRule, Doing, Plan, Problem, Reload, Route, Skills, Step, Underway, Visit, Work,
    delayed, timetable,
};
use proptest::prelude::*;
use quantity::Carbon;

fn told(verdict: &Verdict) -> String {
    verdict.faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_right_day_costs_what_it_costs_by_hand() {
    let (problem, plan) = day();
    assert_eq!(problem.check(), Ok(()));
    let verdict = check(&problem, &plan);
    assert!(verdict.feasible(), "{}", told(&verdict));
    let figures = verdict.figures;
    assert_eq!((figures.vehicles, figures.metres, figures.seconds), (1, 8_000, 1_180));
    // Kilometres at 9.6, 8, 9.2, 11.2 and four at 10 a hundred: 0.78 units.
    assert_eq!(figures.carbon, Carbon::from_micrograms(2_340_000_000));
    // Van 10, way 8, time 11.80, energy 1.56, choice 0.50, 300 s late 1, unserved 7.
    assert_eq!(figures.money, 39_860_000);
}

#[test]
fn levelling_moving_and_driving_have_their_price() {
    let (mut problem, plan) = day();
    let before = check(&problem, &plan).figures.money;
    problem.vehicles[0].per_drive_hour = 3_600 * 3;
    problem.balance_price = 3_600 * 3_600;
    problem.moved_price = 5;
    problem.underway = vec![Underway {
        unit: unit(1),
        done: Vec::new(),
        visits: vec![first(2), first(3)],
        locked: 0,
        over: false,
    }];
    let figures = check(&problem, &plan).figures;
    assert_eq!(figures.moved, 1, "c moved, d is unserved and not moved");
    assert_eq!(figures.money - before, 1_180 * 1_180 + 480 * 3 + 5);
}

type Spoil = fn(&mut Problem, &mut Plan);

fn at(plan: &mut Plan, idx: usize) -> &mut Step {
    &mut plan.routes[0].steps[idx]
}

fn work(problem: &mut Problem, order: usize) -> &mut Work {
    &mut problem.orders[order].alternatives[0].work
}

/// Each case spoils a right day and says what the judge is to name.
fn named(day: fn() -> (Problem, Plan), cases: &[(&str, Spoil)]) {
    let (problem, plan) = day();
    assert_eq!(told(&check(&problem, &plan)), "");
    for (expect, spoil) in cases {
        let (mut problem, mut plan) = day();
        spoil(&mut problem, &mut plan);
        let verdict = check(&problem, &plan);
        assert!(told(&verdict).contains(expect), "{expect}:\n{}", told(&verdict));
        assert!(!verdict.feasible());
    }
}

#[test]
fn a_plan_that_is_none_is_named() {
    named(
        day,
        &[
            ("order c is planned 0 times", |_, plan| {
                plan.routes[0].steps.remove(3);
            }),
            ("order d is planned 0 times", |_, plan| plan.unserved.clear()),
            ("order a is planned 2 times", |_, plan| plan.unserved = vec![0, 3]),
            ("order b: it is picked up and never", |_, plan| {
                plan.routes[0].steps.remove(4);
            }),
            ("order b: it is delivered before", |_, plan| {
                at(plan, 2).doing = Doing::Visit(second(1));
                at(plan, 4).doing = Doing::Visit(first(1));
            }),
            ("order b: its stops are on two vehicles", |_, plan| {
                let step = plan.routes[0].steps.remove(4);
                plan.routes.push(Route { unit: unit(1), steps: vec![step] });
            }),
            ("order b: its stops are of two alternatives", |problem, plan| {
                let way = problem.orders[1].alternatives[0].clone();
                problem.orders[1].alternatives.push(way);
                at(plan, 4).doing = Doing::Visit(Visit::Second { order: 1, alternative: 1 });
            }),
            ("order 9 is unknown", |_, plan| at(plan, 1).doing = Doing::Visit(first(9))),
            ("reload 0 is unknown", |_, plan| at(plan, 1).doing = Doing::Visit(Visit::Reload(0))),
            ("vehicle number 2 is unknown", |_, plan| plan.routes[0].unit = unit(2)),
            ("van no. 1 has 2 routes", |_, plan| plan.routes.push(plan.routes[0].clone())),
            ("visits nothing", |_, plan| {
                let steps = [Doing::Start, Doing::End].map(|doing| step(doing, 0, 0, 0)).to_vec();
                plan.routes.push(Route { unit: unit(1), steps });
            }),
            ("does not begin where", |_, plan| {
                plan.routes[0].steps.remove(0);
            }),
            ("does not end where", |_, plan| {
                plan.routes[0].steps.pop();
            }),
        ],
    );
}

#[test]
fn a_rule_broken_once_is_named() {
    named(
        day,
        &[
            ("van no. 1 has not the skills", |problem, _| {
                problem.vehicles[0].skills = Skills(0b10);
            }),
            ("a at 599, the way there ends at 600", |_, plan| at(plan, 1).arrive = 599),
            ("a begins at 600 and ends at 900: that is in none", |problem, _| {
                let Work::Stop { at, .. } = work(problem, 0) else { unreachable!() };
                at.windows = vec![window(0, 599), window(601, 700)];
            }),
            ("that is before it is there", |_, plan| at(plan, 3).begin = 1_119),
            ("it lasts another time", |_, plan| at(plan, 3).finish = 1_310),
            ("there is nothing to wait for", |_, plan| {
                at(plan, 5).begin = 1_730;
                at(plan, 5).finish = 1_730;
            }),
            ("leaves at 540, its shift begins at 541", |problem, _| {
                problem.vehicles[0].shift.open = 541;
            }),
            ("within the shift is 1720 at the end, at most 1719", |problem, _| {
                problem.vehicles[0].shift.close = 1_719;
            }),
            ("to end in s is 1180", |problem, _| problem.vehicles[0].duration_max = Some(1_179)),
            ("the driving in s is 480", |problem, _| problem.vehicles[0].drive_max = Some(479)),
            ("the way in m is 8000", |problem, _| problem.vehicles[0].metres_max = Some(7_999)),
            ("the number of stops is 4", |problem, _| problem.vehicles[0].stops_max = Some(3)),
            ("time on board in s is 320", |problem, _| {
                let Work::Shipment { ride_max, .. } = work(problem, 1) else { unreachable!() };
                *ride_max = Some(319);
            }),
            ("leaves c with 8 of dimension 0, holds 7", |problem, _| {
                problem.vehicles[0].capacity = vec![7];
            }),
            ("leaves the start with 4 of dimension 0, holds 3", |problem, _| {
                problem.vehicles[0].capacity = vec![3];
            }),
            ("takes 0.780 units of energy, has 0.779", |problem, _| {
                problem.vehicles[0].consumption.as_mut().unwrap().most = Some(0.779);
            }),
            ("work without a break in s is 1180", |problem, _| {
                problem.vehicles[0].break_rule = Some(BreakRule { work_max: 1_179, lasts: 60 });
            }),
            ("break lunch is not taken", |problem, _| {
                let windows = vec![window(0, 100), window(1_719, 9_000)];
                problem.vehicles[0].breaks = vec![Break { id: "lunch".into(), windows, lasts: 60 }];
            }),
            ("has no route", |problem, _| {
                let done = vec![step(Doing::Start, 0, 0, 0)];
                let unit = unit(1);
                problem.underway =
                    vec![Underway { unit, done, visits: Vec::new(), locked: 0, over: false }];
            }),
            ("order 4 is planned 1 times", |_, plan| plan.unserved.push(4)),
            ("goes on after its end", |_, plan| {
                let end = *at(plan, 5);
                plan.routes[0].steps.insert(5, end);
            }),
        ],
    );
}

#[test]
fn what_must_be_served_and_is_not_is_no_fault_and_not_feasible() {
    let (mut problem, plan) = day();
    problem.orders[3].penalty = None;
    let verdict = check(&problem, &plan);
    assert_eq!((verdict.faults.len(), verdict.missed, verdict.feasible()), (0, 1, false));
}

#[test]
fn a_break_that_no_window_asks_for_is_not_needed() {
    for (windows, needed, why) in [
        (vec![window(0, 539), window(1_720, 9_000)], false, "before the start, after the end"),
        (vec![window(0, 540)], true, "at the start"),
        (vec![window(1_719, 1_719)], true, "just before the end"),
    ] {
        let (mut problem, plan) = day();
        problem.vehicles[0].breaks = vec![Break { id: "lunch".into(), windows, lasts: 60 }];
        assert_eq!(check(&problem, &plan).faults.len(), usize::from(needed), "{why}");
    }
}

/// A day of two breaks: 300 s of service at place 1 and 3, lunch on the way, the rule at the stop.
fn broken() -> (Problem, Plan) {
    let mut problem = road(vec![deliver("a", 1, 4), deliver("c", 3, 4)]);
    let van = &mut problem.vehicles[0];
    let lunch = Break { id: "lunch".into(), windows: vec![window(150, 160)], lasts: 20 };
    van.breaks = vec![lunch];
    van.break_rule = Some(BreakRule { work_max: 240, lasts: 40 });
    let steps = vec![
        step(Doing::Start, 0, 0, 0),
        step(Doing::Visit(first(0)), 60, 60, 120),
        // 30 of the 120 s to the next place are driven.
        step(Doing::Break(Some(0)), 150, 150, 170),
        // 90 more; the work is 240 on arrival, nothing more may be done.
        step(Doing::Break(None), 260, 260, 300),
        step(Doing::Visit(first(1)), 300, 300, 360),
        step(Doing::End, 540, 540, 540),
    ];
    (problem, Plan { routes: vec![Route { unit: unit(0), steps }], unserved: Vec::new() })
}

#[test]
fn breaks_interrupt_the_drive_and_not_the_service() {
    named(
        broken,
        &[
            ("without a break in s is 300 at c", |_, plan| {
                plan.routes[0].steps.remove(3);
                for (idx, [arrive, finish]) in [(3, [260, 320]), (4, [500, 500])] {
                    let doing = at(plan, idx).doing;
                    *at(plan, idx) = step(doing, arrive, arrive, finish);
                }
            }),
            ("break lunch begins at 149 and ends at 169: that is in none", |_, plan| {
                *at(plan, 2) = step(Doing::Break(Some(0)), 149, 149, 169);
            }),
            ("break lunch begins at 150 and ends at 180: it lasts another", |_, plan| {
                at(plan, 2).finish = 180;
            }),
            ("a break begins at 260 and ends at 299: it lasts another", |_, plan| {
                at(plan, 3).finish = 299;
            }),
            ("at a break at 250, the way there ends at 260", |_, plan| at(plan, 3).arrive = 250),
            ("break lunch is not taken in its turn", |_, plan| {
                at(plan, 3).doing = Doing::Break(Some(0));
            }),
        ],
    );
}

/// Two trips of a van for 10: deliveries of 6 and 6, a shipment of 3 that stays on board between.
fn trips() -> (Problem, Plan) {
    let shipment = day().0.orders[1].clone();
    let mut problem = road(vec![deliver("a", 1, 6), deliver("e", 5, 6), shipment]);
    if let Work::Shipment { ride_max, .. } = &mut problem.orders[2].alternatives[0].work {
        *ride_max = None;
    }
    let van = &mut problem.vehicles[0];
    van.reloads = vec![Reload { place: 0, window: window(0, 5_000), service: 30 }];
    van.trips_max = 2;
    let visits = [first(0), first(2), Visit::Reload(0), first(1), second(2)];
    let route = timetable(&problem, unit(0), &visits);
    (problem, Plan { routes: vec![route], unserved: Vec::new() })
}

#[test]
fn a_trip_carries_its_own_deliveries_and_shipments_in_between() {
    named(
        trips,
        &[
            ("leaves reload 0 with 9 of dimension 0, holds 8", |problem, _| {
                problem.vehicles[0].capacity = vec![8];
            }),
            ("number of trips is 2", |problem, _| problem.vehicles[0].trips_max = 1),
            ("reload 0 begins at 400", |problem, _| {
                problem.vehicles[0].reloads[0].window = window(0, 300);
            }),
            ("leaves the start with 12 of", |problem, plan| {
                let visits = [first(0), first(2), first(1), second(2)];
                plan.routes[0] = timetable(problem, unit(0), &visits);
            }),
        ],
    );
}

/// The day at 1 000 s: a is done, the van drives to b, d is on board.
fn running() -> (Problem, Plan) {
    let (mut problem, plan) = day();
    let done = plan.routes[0].steps[..2].to_vec();
    let visits = vec![first(1), first(2), second(1), first(3)];
    let under = Underway { unit: unit(0), done, visits, locked: 1, over: false };
    problem.underway = vec![under];
    (problem, plan)
}

#[test]
fn what_is_under_way_stays() {
    named(
        running,
        &[
            ("what is done has been changed", |_, plan| at(plan, 1).begin = 700),
            ("what is locked has been changed", |problem, plan| {
                let visits = [first(2), first(1), second(1)];
                plan.routes[0] = timetable(problem, unit(0), &visits);
            }),
            ("could not load any more: new", |problem, plan| {
                problem.orders.push(deliver("new", 4, 1));
                let visits = [first(1), first(2), second(1), first(4)];
                plan.routes[0] = timetable(problem, unit(0), &visits);
            }),
            ("has it on board, another delivers it: d", |problem, plan| {
                plan.unserved.clear();
                plan.routes.push(timetable(problem, unit(1), &[first(3)]));
            }),
            ("does more than it can", |problem, _| {
                problem.underway[0].over = true;
                problem.underway[0].visits.clear();
                problem.underway[0].locked = 0;
            }),
            ("is under way and has no route", |_, plan| plan.routes.clear()),
        ],
    );
}

#[test]
fn what_has_happened_is_not_judged_and_who_is_over_need_not_return() {
    let (mut problem, mut plan) = running();
    for step in [&mut plan.routes[0].steps[1], &mut problem.underway[0].done[1]] {
        (step.arrive, step.begin) = (700, 770);
    }
    assert_eq!(told(&check(&problem, &plan)), "", "late, and quick");
    // Broken down with b on board: b is stranded, c is served by another.
    problem.underway[0].done.push(plan.routes[0].steps[2]);
    problem.underway[0].visits.clear();
    (problem.underway[0].locked, problem.underway[0].over) = (0, true);
    assert_eq!(problem.check(), Ok(()));
    plan.routes[0].steps.truncate(3);
    plan.routes.push(timetable(&problem, unit(1), &[first(2)]));
    plan.unserved = vec![1, 3];
    let verdict = check(&problem, &plan);
    assert_eq!((told(&verdict).as_str(), verdict.missed), ("", 1));
}

#[test]
fn open_routes_begin_and_end_at_their_stops() {
    let mut problem = road(vec![deliver("a", 1, 4), deliver("c", 3, 4)]);
    (problem.vehicles[0].start, problem.vehicles[0].end) = (None, None);
    let steps =
        vec![step(Doing::Visit(first(0)), 0, 0, 60), step(Doing::Visit(first(1)), 180, 180, 240)];
    let plan = Plan { routes: vec![Route { unit: unit(0), steps }], unserved: Vec::new() };
    let verdict = check(&problem, &plan);
    assert_eq!(told(&verdict), "");
    assert_eq!((verdict.figures.metres, verdict.figures.seconds), (2_000, 240));
}

proptest! {
    /// Where no limit binds, any order of visits is a plan whose way is the sum of its arcs, and any
    /// step moved by a second is found.
    #[test]
    fn a_second_more_or_less_is_found(
        places in prop::collection::vec(0_u32..6, 1..8),
        spoilt in any::<prop::sample::Index>(),
        field in 0_usize..3,
        by in prop::sample::select(vec![-1, 1]),
    ) {
        let orders = places.iter().enumerate();
        let orders = orders.map(|(idx, &place)| deliver(&idx.to_string(), place, 1)).collect();
        let problem = road(orders);
        let visits: Vec<Visit> = (0..places.len()).map(first).collect();
        let mut plan = Plan { routes: vec![timetable(&problem, unit(0), &visits)], unserved: vec![] };
        let verdict = check(&problem, &plan);
        prop_assert_eq!(told(&verdict), "");
        let ends = std::iter::once(&0).chain(&places).chain(std::iter::once(&0));
        let way: Vec<u32> = ends.copied().collect();
        let metres: u32 = way.windows(2).map(|leg| leg[0].abs_diff(leg[1]) * 1_000).sum();
        prop_assert_eq!(verdict.figures.metres, i64::from(metres));
        let spoilt = spoilt.index(plan.routes[0].steps.len() - 1) + 1;
        let step = &mut plan.routes[0].steps[spoilt];
        let times: [&mut i32; 3] = [&mut step.arrive, &mut step.begin, &mut step.finish];
        for (idx, time) in times.into_iter().enumerate() {
            *time += if idx == field { by } else { 0 };
        }
        prop_assert!(!check(&problem, &plan).feasible());
    }

    /// The plain timetable keeps the break rule and its breaks whatever the stops, where nothing closes.
    #[test]
    fn a_timetable_with_breaks_stands_before_the_judge(
        places in prop::collection::vec(0_u32..6, 1..12),
        work_max in 301..900,
        service in 0..300,
        lunch in prop::option::of(0..3_000),
        opens in prop::collection::vec(0..9_000, 12),
    ) {
        let orders = places.iter().enumerate();
        let orders = orders.map(|(idx, &place)| deliver(&idx.to_string(), place, 0)).collect();
        let mut problem = road(orders);
        for (order, open) in problem.orders.iter_mut().zip(opens) {
            if let Work::Stop { at, .. } = &mut order.alternatives[0].work {
                at.service = service;
                at.windows = vec![window(open, 36_000)];
            }
        }
        problem.vehicles[0].break_rule = Some(BreakRule { work_max, lasts: 45 });
        let breaks = lunch.map(|open| {
            Break { id: "lunch".into(), windows: vec![window(open, 80_000)], lasts: 30 }
        });
        problem.vehicles[0].breaks = breaks.into_iter().collect();
        let visits: Vec<Visit> = (0..places.len()).map(first).collect();
        let early = timetable(&problem, unit(0), &visits);
        let late = delayed(&problem, &early);
        prop_assert_eq!(early.steps.last(), late.steps.last(), "it ends when it ended");
        for route in [early, late] {
            let plan = Plan { routes: vec![route], unserved: vec![] };
            prop_assert_eq!(told(&check(&problem, &plan)), "");
        }
    }

    /// Amounts fit exactly as often as their highest load says.
    #[test]
    fn a_load_fits_exactly_up_to_its_highest(
        amounts in prop::collection::vec((0_i64..5, 0_i64..5), 1..8)
    ) {
        let orders = amounts.iter().enumerate().map(|(idx, &(delivery, pickup))| {
            let mut order = deliver(&idx.to_string(), 1, delivery);
            if let Work::Stop { pickup: picked, .. } = &mut order.alternatives[0].work {
                *picked = vec![pickup];
            }
            order
        });
        let mut problem = road(orders.collect());
        let highest = (0..=amounts.len()).map(|at| {
            let after = amounts[at..].iter().map(|amount| amount.0).sum::<i64>();
            after + amounts[..at].iter().map(|amount| amount.1).sum::<i64>()
        });
        let highest = highest.max().unwrap_or(0);
        let visits: Vec<Visit> = (0..amounts.len()).map(first).collect();
        let plan = Plan { routes: vec![timetable(&problem, unit(0), &visits)], unserved: vec![] };
        problem.vehicles[0].capacity = vec![highest];
        prop_assert_eq!(told(&check(&problem, &plan)), "");
        problem.vehicles[0].capacity = vec![highest - 1];
        prop_assert!(highest == 0 || !check(&problem, &plan).feasible());
    }
}

#[test]
fn money_beyond_all_bounds_is_as_dear_as_can_be() {
    let (mut problem, plan) = day();
    problem.vehicles[0].per_hour = 1 << 50;
    problem.balance_price = 1 << 50;
    problem.orders[3].penalty = Some(1 << 50);
    assert!(check(&problem, &plan).figures.money > 100 * MILLION);
}
