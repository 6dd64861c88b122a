//! Moves that ruin and recreate hardly makes: two routes exchange their tails (2-opt*, Potvin and
//! Rousseau 1995), or a piece of a route, or of two, is turned round (2-opt, Croes 1958). They are
//! judged before anything is changed.

use super::arcs::{Arcs, Row};
use super::model::NONE;
use super::state::{Route, State, Stop};
use quantity::seed::Sequence;

/// Neighbours that a stop may be joined to.
const NEAR: usize = 20;

/// Tries to join a random stop to those near it, instead of to the next or the one before: to each
/// that is nearer, for one of the two new arcs is shorter than one of the old where anything is
/// gained. The first that lets the cost rise by less than `rise_max` is done; whether there was one.
pub(crate) fn join<A: Arcs, const TIMED: bool>(
    state: &mut State<'_, A, TIMED>,
    rise_max: f64,
    random: &mut Sequence,
) -> bool {
    let (model, arcs) = (state.model, state.arcs);
    let stop = model.first as u32 + random.below(model.n - model.first) as u32;
    let slot = state.route_of[stop as usize];
    if slot == NONE {
        return false;
    }
    let kind = state.routes[slot as usize].kind;
    let per_distance = model.kinds[kind as usize].per_distance.max(1);
    let most = (rise_max / per_distance as f64).min(1e9) as i32;
    let at = state.position(slot, stop);
    // Whether the arc behind the stop is given up, or the one before it.
    let behind = random.draw() & 1 == 1;
    let cut = if behind { at } else { at - 1 };
    let edge = state.routes[slot as usize].stops[cut + 1].edge;
    let row = arcs.row(stop);
    for &other in &model.near(stop)[..NEAR.min(model.near(stop).len())] {
        let distance = if behind { row.to(other) } else { row.from(other) };
        if distance >= edge + most {
            return false;
        }
        let other_slot = state.route_of[other as usize];
        if other_slot == NONE || state.routes[other_slot as usize].kind != kind {
            continue;
        }
        let other_at = state.position(other_slot, other);
        let slots = [slot, other_slot];
        if A::SYMMETRIC && !model.paired && (!TIMED || slot == other_slot) {
            let cuts = [cut, if behind { other_at } else { other_at - 1 }];
            let done = state.rise(slots, cuts, true) < most
                && if slot == other_slot {
                    state.turn(slot, cuts[0].min(cuts[1]), cuts[0].max(cuts[1]))
                } else {
                    state.exchange_turned(slots, cuts)
                };
            if done {
                return true;
            }
        }
        if slot != other_slot {
            let cuts = [cut, if behind { other_at - 1 } else { other_at }];
            if state.rise(slots, cuts, false) < most && state.exchange_tails(slots, cuts) {
                return true;
            }
        }
    }
    false
}

impl<A: Arcs, const TIMED: bool> State<'_, A, TIMED> {
    /// How much longer the routes become that are cut behind these positions and joined head to
    /// tail, or, `turned`, head to head and tail to tail.
    fn rise(&self, slots: [u32; 2], cuts: [usize; 2], turned: bool) -> i32 {
        let stops = slots.map(|slot| &self.routes[slot as usize].stops);
        let heads = [0, 1].map(|k| stops[k][cuts[k]].node);
        let tails = [0, 1].map(|k| stops[k][cuts[k] + 1]);
        let [a, b] = tails;
        let joined = if turned {
            self.arcs.row(heads[0]).to(heads[1]) + self.arcs.row(a.node).to(b.node)
        } else {
            self.arcs.row(heads[0]).to(b.node) + self.arcs.row(heads[1]).to(a.node)
        };
        joined - a.edge - b.edge
    }

    /// What is loaded at the positions up to `at`.
    fn load_until(&self, slot: u32, at: usize, dimension: usize) -> i32 {
        let stops = &self.routes[slot as usize].stops[1..=at];
        stops.iter().map(|stop| self.model.demands(stop.node)[dimension]).sum()
    }

    /// Whether each of two heads has room for the other's tail.
    fn tails_fit(&self, slots: [u32; 2], at: [usize; 2]) -> bool {
        let [a, b] = slots.map(|slot| &self.routes[slot as usize]);
        let capacity = &self.model.kinds[a.kind as usize].capacity;
        (0..self.model.dimensions).all(|k| {
            let heads = [0, 1].map(|idx| self.load_until(slots[idx], at[idx], k));
            let tails = [a.load[k] - heads[0], b.load[k] - heads[1]];
            heads[0] + tails[1] <= capacity[k] && heads[1] + tails[0] <= capacity[k]
        })
    }

    /// Whether of every pair up to a position both are there, and nothing else is.
    fn all_delivered(&self, slot: u32, at: usize) -> bool {
        let model = self.model;
        let open = self.routes[slot as usize].stops[1..=at].iter().try_fold(0, |open, stop| {
            let paired = model.partner[stop.node as usize] != NONE;
            paired.then(|| if model.delivers[stop.node as usize] { open - 1 } else { open + 1 })
        });
        open == Some(0)
    }

    /// Exchanges what follows the positions `at`, if loads and times allow it.
    fn exchange_tails(&mut self, slots: [u32; 2], at: [usize; 2]) -> bool {
        let [a, b] = slots.map(|slot| &self.routes[slot as usize]);
        let fits = if self.model.paired {
            self.all_delivered(slots[0], at[0]) && self.all_delivered(slots[1], at[1])
        } else {
            self.tails_fit(slots, at)
        };
        if !fits {
            return false;
        }
        if TIMED {
            let reach = |from: &Route, at: usize, to: &Route, next: usize| {
                let (node, next_node) = (from.stops[at].node, to.stops[next].node);
                from.times[at].leave + self.arcs.row(node).time_to(next_node) <= to.times[next].late
            };
            if !reach(a, at[0], b, at[1] + 1) || !reach(b, at[1], a, at[0] + 1) {
                return false;
            }
        }
        self.begin();
        let [mut first, mut second] = slots.map(|slot| self.take_stops(slot));
        let tail = first.split_off(at[0] + 1);
        first.extend_from_slice(&second[at[1] + 1..]);
        second.truncate(at[1] + 1);
        second.extend(tail);
        self.set_stops(slots[0], first);
        self.set_stops(slots[1], second);
        true
    }

    /// Joins the heads of two routes, the second turned round, and so their tails; where time does
    /// not matter.
    fn exchange_turned(&mut self, slots: [u32; 2], at: [usize; 2]) -> bool {
        let [a, b] = slots.map(|slot| &self.routes[slot as usize]);
        let kind = &self.model.kinds[a.kind as usize];
        if kind.start != kind.end {
            return false;
        }
        for k in 0..self.model.dimensions {
            let heads = self.load_until(slots[0], at[0], k) + self.load_until(slots[1], at[1], k);
            if heads > kind.capacity[k] || a.load[k] + b.load[k] - heads > kind.capacity[k] {
                return false;
            }
        }
        self.begin();
        let [mut first, mut second] = slots.map(|slot| self.take_stops(slot));
        let tail = first.split_off(at[0] + 1);
        let other_tail = second.split_off(at[1] + 1);
        first.extend(second.drain(..).rev());
        second.extend(tail.into_iter().rev());
        second.extend(other_tail);
        self.set_stops(slots[0], first);
        self.set_stops(slots[1], second);
        true
    }

    /// Turns round what lies between two positions, the second included.
    fn turn(&mut self, slot: u32, from: usize, to: usize) -> bool {
        if TIMED && !self.turned_in_time(slot, from, to) {
            return false;
        }
        self.begin();
        let mut stops = self.take_stops(slot);
        stops[from + 1..=to].reverse();
        self.set_stops(slot, stops);
        true
    }

    fn turned_in_time(&self, slot: u32, from: usize, to: usize) -> bool {
        let (model, route) = (self.model, &self.routes[slot as usize]);
        let (mut leave, mut node) = (route.times[from].leave, route.stops[from].node);
        for stop in route.stops[from + 1..=to].iter().rev() {
            let arrive = leave + self.arcs.row(node).time_to(stop.node);
            if arrive > model.close[stop.node as usize] {
                return false;
            }
            node = stop.node;
            leave = arrive.max(model.open[node as usize]) + model.service[node as usize];
        }
        let next = route.stops[to + 1].node;
        leave + self.arcs.row(node).time_to(next) <= route.times[to + 1].late
    }

    fn take_stops(&mut self, slot: u32) -> Vec<Stop> {
        std::mem::take(&mut self.routes[slot as usize].stops)
    }
}

#[cfg(test)]
mod tests {
    use super::super::arcs::AnyArcs;
    use super::super::model::Model;
    use super::super::recreate::Recreate;
    use super::super::samples::instance;
    use super::*;
    use quantity::Seed;

    fn join_much<A: Arcs, const TIMED: bool>(model: &Model, arcs: &A) -> usize {
        let mut random = Seed::new(3).sequence();
        let mut state = State::<A, TIMED>::new(model, arcs);
        let mut recreate = Recreate::new(&state);
        let mut stops = state.absent.clone();
        recreate.recreate(&mut state, &mut stops, &mut random);
        let mut joined = 0;
        for _ in 0..2_000 {
            let before = state.cost;
            if join(&mut state, 20.0, &mut random) {
                joined += 1;
                assert!(state.cost < before + 20, "{} from {before}", state.cost);
                assert!(state.consistent());
                for route in &state.routes {
                    let load: i32 = route.inner().iter().map(|s| model.demand(s.node)).sum();
                    assert_eq!(route.load.first().copied().unwrap_or(0), load);
                    assert!(load <= 40);
                    let mut aboard = std::collections::BTreeSet::new();
                    for stop in route.inner() {
                        let partner = model.partner[stop.node as usize];
                        if model.delivers[stop.node as usize] {
                            assert!(aboard.remove(&partner), "delivered before picked up");
                        } else if partner != NONE {
                            aboard.insert(stop.node);
                        }
                    }
                    assert!(aboard.is_empty(), "picked up and not delivered");
                }
            }
        }
        joined
    }

    #[test]
    fn what_is_joined_holds_all_rules() {
        for timed in [false, true] {
            for paired in [false, true] {
                for symmetric in [false, true] {
                    let mut joined = 0;
                    for seed in 0..10 {
                        let instance = instance(timed, paired, symmetric, seed);
                        let mut model = Model::new(&instance);
                        joined += match AnyArcs::new(&instance, &model.original) {
                            AnyArcs::Short(arcs) => {
                                model.measure(&instance, &arcs);
                                if timed {
                                    join_much::<_, true>(&model, &arcs)
                                } else {
                                    join_much::<_, false>(&model, &arcs)
                                }
                            }
                            AnyArcs::General(arcs) => {
                                model.measure(&instance, &arcs);
                                if timed {
                                    join_much::<_, true>(&model, &arcs)
                                } else {
                                    join_much::<_, false>(&model, &arcs)
                                }
                            }
                            _ => panic!("short distances or a table"),
                        };
                    }
                    // Without windows all pairs share one long route: it has no other to exchange with.
                    let some = timed || !paired;
                    assert!(!some || joined > 4, "timed {timed} paired {paired}: {joined}");
                }
            }
        }
    }
}
