//! What a trip takes is loaded where it can be, when it is ready, and from a stock that has it.

use super::{Fault, Walk};
use crate::rich::plan::{Doing, Plan};
use crate::rich::problem::{Problem, Source, Visit, Work};

/// A source for each delivery of a route that says where it is loaded.
fn sources(walk: &Walk<'_>, mut look: impl FnMut(Option<Source>, i32, usize, &[i64])) {
    // What is on board of a vehicle that begins at its first stop, or has left, was loaded somewhere.
    let mut depot = None;
    for (idx, step) in walk.route.steps.iter().enumerate() {
        match step.doing {
            Doing::Start if walk.done == 0 => depot = walk.place(step.doing).zip(Some(step.finish)),
            Doing::Visit(Visit::Reload(_)) => {
                depot = walk.place(step.doing).zip(Some(step.finish));
            }
            Doing::Visit(Visit::First { order, alternative }) if idx >= walk.done => {
                let work = &walk.alternative(order, alternative).work;
                let (Work::Stop { sources, delivery, .. }, Some((place, leaves))) = (work, depot)
                else {
                    continue;
                };
                if !sources.is_empty() && delivery.iter().any(|&amount| amount > 0) {
                    let source = sources.iter().find(|source| source.place == place);
                    look(source.copied(), leaves, order, delivery);
                }
            }
            _ => {}
        }
    }
}

pub(super) fn check(walk: &Walk<'_>, faults: &mut Vec<Fault>) {
    sources(walk, |source, leaves, order, _| {
        let fault = match source {
            None => "cannot be loaded at the depot of its trip",
            Some(source) if source.ready > leaves => "is not ready when its trip leaves",
            Some(_) => return,
        };
        faults.push(Fault::Torn { order: walk.problem.order_name(order), fault });
    });
}

/// No stock gives more than there is.
pub(super) fn check_stocks(problem: &Problem, plan: &Plan, faults: &mut Vec<Fault>) {
    let mut loaded = vec![vec![0; problem.dimensions]; problem.stocks.len()];
    for route in &plan.routes {
        if super::unknown(problem, route).is_empty() {
            sources(&Walk::new(problem, route), |source, _, _, delivery| {
                let stock = source.and_then(|source| source.stock);
                let Some(sum) = stock.and_then(|stock| loaded.get_mut(stock)) else { return };
                for (sum, amount) in sum.iter_mut().zip(delivery) {
                    *sum += amount;
                }
            });
        }
    }
    for (stock, (loaded, there)) in loaded.iter().zip(&problem.stocks).enumerate() {
        for (dimension, (&loaded, &there)) in loaded.iter().zip(there).enumerate() {
            if loaded > there {
                faults.push(Fault::Stock { stock, dimension, loaded, there });
            }
        }
    }
}
