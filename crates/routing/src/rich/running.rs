//! A plan that is running, as the routes under way of a problem that has changed.
//!
//! What begins before the moment of the change has happened. A vehicle between two stops goes on to the
//! next; one that serves or rests at a stop is free after that. Three cases are simpler than life, and
//! never too hopeful:
//!
//! - a vehicle on its way home goes home and does nothing more;
//! - where the stop that a vehicle drives to has been taken out, it is taken to be at its last stop;
//! - a parcel that was loaded for an order that has been taken out weighs nothing any more.

use super::plan::{Doing, Plan, Route, Step};
use super::problem::{Problem, Underway, Unit, Visit};
use super::valid::ProblemError;
use crate::instance::Window;

/// What changed beside the problem itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// When.
    pub now: i32,
    /// Orders of the plan that the problem does not have any more: id, vehicle, begin of the visit.
    pub gone: Vec<(String, Unit, i32)>,
    /// Vehicles that drive no more, and since when.
    pub out_of_service: Vec<(Unit, i32)>,
}

/// A plan cannot be running.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum RunningError {
    /// An order that was visited is not in the problem.
    #[error(
        "order {order} was visited by {unit} before now and is not in the problem. Keep it there until its route has ended"
    )]
    Visited {
        /// Its id.
        order: String,
        /// Who visited it.
        unit: String,
    },
    /// A vehicle breaks down in the future.
    #[error(
        "{unit} is out of service from {from} s on, now is {now} s. Replan when it is, or end its shift then"
    )]
    Later {
        /// The vehicle.
        unit: String,
        /// From then on.
        from: i32,
        /// The moment of the change.
        now: i32,
    },
    /// The plan does not fit the problem.
    #[error(transparent)]
    Problem(#[from] ProblemError),
}

/// The problem with a plan as what is under way at the change: what has happened, what is locked, what
/// was to come. No vehicle sets out before now.
pub fn resume(problem: Problem, plan: &Plan, change: &Change) -> Result<Problem, RunningError> {
    let mut problem = problem;
    let now = change.now;
    for (order, unit, begin) in &change.gone {
        if *begin < now {
            let (order, unit) = (order.clone(), problem.unit_name(*unit));
            return Err(RunningError::Visited { order, unit });
        }
    }
    for &(unit, from) in &change.out_of_service {
        if from > now {
            return Err(RunningError::Later { unit: problem.unit_name(unit), from, now });
        }
    }
    problem.underway = plan.routes.iter().map(|route| under_way(route, change)).collect();
    for &(unit, _) in &change.out_of_service {
        if plan.routes.iter().all(|route| route.unit != unit) {
            let (done, visits) = (Vec::new(), Vec::new());
            problem.underway.push(Underway { unit, done, visits, locked: 0, over: true });
        }
    }
    for vehicle in &mut problem.vehicles {
        vehicle.shift.open = vehicle.shift.open.max(now).min(vehicle.shift.close);
        for rest in &mut vehicle.breaks {
            not_before(&mut rest.windows, now);
        }
    }
    problem.check()?;
    Ok(problem)
}

/// The problem with a plan to begin from, of which nothing has happened yet.
pub fn begin_from(problem: Problem, plan: &Plan) -> Result<Problem, ProblemError> {
    let mut problem = problem;
    let under = |route: &Route| {
        let (done, visits) = (Vec::new(), visits(&route.steps));
        Underway { unit: route.unit, done, visits, locked: 0, over: false }
    };
    problem.underway = plan.routes.iter().map(under).collect();
    problem.check()?;
    Ok(problem)
}

fn visits(steps: &[Step]) -> Vec<Visit> {
    let visit = |step: &Step| if let Doing::Visit(visit) = step.doing { Some(visit) } else { None };
    steps.iter().filter_map(visit).collect()
}

/// A break that is not taken yet is not taken before now; one that nobody took in time stays as it was.
fn not_before(windows: &mut Vec<Window>, now: i32) {
    if windows.iter().any(|window| window.close >= now) {
        windows.retain(|window| window.close >= now);
        windows[0].open = windows[0].open.max(now);
    }
}

fn under_way(route: &Route, change: &Change) -> Underway {
    let (unit, now) = (route.unit, change.now);
    let happened = route.steps.iter().take_while(|step| step.begin < now).count();
    let (done, to_come) = route.steps.split_at(happened);
    let mut done = done.to_vec();
    let mut under = Underway { unit, done: Vec::new(), visits: Vec::new(), locked: 0, over: false };
    if change.out_of_service.iter().any(|&(broken, _)| broken == unit) {
        (under.done, under.over) = (done, true);
        return under;
    }
    under.visits = visits(to_come);
    if let Some(last) = done.last_mut() {
        let resting = matches!(last.doing, Doing::Break(_));
        let on_the_way = resting || last.finish <= now;
        let next = to_come.iter().find(|step| matches!(step.doing, Doing::Visit(_)));
        let next = next.map(|step| step.begin);
        let of_unit = change.gone.iter().filter(|(_, by, _)| *by == unit);
        let lost = of_unit.map(|&(_, _, begin)| begin).min();
        let lost = lost.is_some_and(|lost| next.is_none_or(|next| lost < next));
        if on_the_way && lost {
            last.finish = last.finish.max(now);
        } else if on_the_way && next.is_some() {
            under.locked = 1;
        } else if on_the_way {
            done.extend_from_slice(to_come);
            under.over = true;
        }
    }
    under.done = done;
    under
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rich::fixture::{day, deliver, first, second, unit};
    use crate::rich::{check, timetable};
    use proptest::prelude::*;

    fn at(now: i32) -> Change {
        Change { now, ..Change::default() }
    }

    fn under(now: i32) -> Underway {
        let (problem, plan) = day();
        resume(problem, &plan, &at(now)).unwrap().underway[0].clone()
    }

    #[test]
    fn what_begins_before_now_has_happened() {
        for (now, done, locked, over, why) in [
            (540, 0, 0, false, "it leaves now"),
            (541, 1, 1, false, "on the way to a"),
            (601, 2, 0, false, "serves a"),
            (900, 2, 1, false, "leaves a"),
            (1_381, 5, 0, false, "serves the last: it may still get more"),
            (1_480, 6, 0, true, "on the way home"),
            (9_999, 6, 0, true, "home"),
        ] {
            let under = under(now);
            assert_eq!((under.done.len(), under.locked, under.over), (done, locked, over), "{why}");
        }
        assert_eq!(under(900).visits, [first(1), first(2), second(1)]);
    }

    #[test]
    fn a_break_on_the_way_keeps_the_next_stop() {
        let (problem, mut plan) = day();
        let steps = &mut plan.routes[0].steps;
        let rest = Step { doing: Doing::Break(None), arrive: 570, begin: 570, finish: 700 };
        steps.insert(1, rest);
        let resumed = resume(problem, &plan, &at(600)).unwrap();
        assert_eq!((resumed.underway[0].done.len(), resumed.underway[0].locked), (2, 1));
    }

    #[test]
    fn who_breaks_down_is_over_and_leaves_the_rest_to_others() {
        let (problem, plan) = day();
        let out_of_service = vec![(unit(0), 1_000), (unit(1), 0)];
        let change = Change { out_of_service, ..at(1_200) };
        let resumed = resume(problem.clone(), &plan, &change).unwrap();
        let [first, idle] = &resumed.underway[..] else { panic!("both vehicles") };
        assert_eq!((first.done.len(), first.visits.len(), first.over), (4, 0, true));
        assert_eq!((idle.unit, idle.done.len(), idle.over), (unit(1), 0, true));
        let later = Change { out_of_service: vec![(unit(0), 1_201)], ..at(1_200) };
        let refused = resume(problem, &plan, &later).unwrap_err();
        assert!(refused.to_string().starts_with("van no. 1 is out of service from 1201 s"));
    }

    #[test]
    fn an_order_taken_out_is_not_driven_to_and_one_visited_must_stay() {
        let (problem, mut plan) = day();
        // The stop at a was of an order that is gone; the van is 30 s on its way there.
        plan.routes[0].steps.remove(1);
        let gone = vec![("old".to_owned(), unit(0), 600)];
        let change = Change { gone, ..at(570) };
        let resumed = resume(problem.clone(), &plan, &change).unwrap();
        let under = &resumed.underway[0];
        assert_eq!((under.locked, under.done[0].finish), (0, 570), "at its start until now");
        let error = resume(problem, &plan, &Change { now: 601, ..change }).unwrap_err();
        assert!(error.to_string().contains("order old was visited by van no. 1"), "{error}");
    }

    #[test]
    fn nobody_sets_out_before_now() {
        let (mut problem, _) = day();
        problem.orders.push(deliver("new", 1, 1));
        let resumed = resume(problem, &Plan::default(), &at(5_000)).unwrap();
        let route = timetable(&resumed, unit(0), &[first(4)]);
        assert_eq!(route.steps[0].begin, 5_000);
    }

    proptest! {
        /// Whatever the moment, to go on as planned is a plan, and the same one.
        #[test]
        fn the_plan_itself_can_be_gone_on_with(now in 0..2_000) {
            let (problem, plan) = day();
            let resumed = resume(problem, &plan, &at(now)).unwrap();
            let route = timetable(&resumed, unit(0), &resumed.underway[0].visits);
            if now <= 540 {
                prop_assert!(route.steps[0].begin >= now);
            } else {
                prop_assert_eq!(&route, &plan.routes[0]);
            }
            let gone_on = Plan { routes: vec![route], unserved: vec![3] };
            prop_assert_eq!(check(&resumed, &gone_on).faults, vec![]);
        }
    }
}
