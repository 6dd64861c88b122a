//! A ruin that takes a route of another good plan over as it is: what several starts found is
//! combined so.

use super::anneal::Chain;
use super::arcs::Arcs;
use super::model::NONE;
use super::snapshot::Snapshot;

/// A route that some good plan had.
#[derive(Clone, Debug)]
pub(super) struct Recalled {
    kind: u32,
    stops: Vec<u32>,
}

impl<A: Arcs, const TIMED: bool> Chain<'_, A, TIMED> {
    /// Keeps the routes of a plan for [`Chain::recall`].
    pub(super) fn remember(&mut self, plan: &Snapshot) {
        let routes = plan.routes.iter().filter(|route| !route.is_empty());
        self.pool.extend(routes.map(|route| Recalled {
            kind: route.kind,
            stops: route.inner().iter().map(|stop| stop.node).collect(),
        }));
    }

    /// Takes a route of the pool over that the plan has not, in the place of the route that has
    /// most of its stops, and recreates; whether there was one. It can be rolled back.
    pub(super) fn recall(&mut self) -> bool {
        let state = &mut self.state;
        let Recalled { kind, stops } = &self.pool[self.random.below(self.pool.len())];
        let slots = stops.iter().map(|&stop| state.route_of[stop as usize]);
        let shared = |slot: u32| slots.clone().filter(|&other| other == slot).count();
        let Some(most) =
            slots.clone().filter(|&slot| slot != NONE).max_by_key(|&slot| shared(slot))
        else {
            return false;
        };
        let length = state.routes[most as usize].inner().len();
        if shared(most) == stops.len() && length == stops.len() {
            return false;
        }
        self.iterations += 1;
        state.begin();
        self.removed.clear();
        self.removed.extend_from_slice(&state.absent);
        state.remove(most, 1, length + 1, &mut self.removed);
        for &stop in stops {
            let slot = state.route_of[stop as usize];
            if slot != NONE {
                let at = state.position(slot, stop);
                state.remove(slot, at, at + 1, &mut self.removed);
            }
        }
        if !state.left(*kind as usize) {
            state.roll_back();
            return false;
        }
        let slot = state.open_route(*kind);
        for (place, &stop) in stops.iter().enumerate() {
            state.insert(slot, place + 1, stop);
        }
        let (model, route_of) = (state.model, &state.route_of);
        self.removed
            .retain(|&stop| route_of[stop as usize] == NONE && !model.delivers[stop as usize]);
        self.recreate.recreate(state, &mut self.removed, &mut self.random);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::super::arcs::AnyArcs;
    use super::super::model::Model;
    use super::super::recreate::Recreate;
    use super::super::ruin::Ruin;
    use super::super::samples::instance;
    use super::super::state::State;
    use super::super::tuning::Tuning;
    use super::*;
    use quantity::Seed;

    #[test]
    fn a_recalled_route_is_in_the_plan_and_can_be_taken_back() {
        for paired in [false, true] {
            let instance = instance(true, paired, true, 7);
            let mut model = Model::new(&instance);
            let AnyArcs::Short(arcs) = AnyArcs::new(&instance, &model.original) else {
                panic!("short distances")
            };
            model.measure(&instance, &arcs);
            let state = State::<_, true>::new(&model, &arcs);
            let recreate = Recreate::new(&state);
            let random = Seed::new(2).sequence();
            let mut chain = Chain::new(state, recreate, random, Tuning::of(&instance));
            let first = chain.best.clone();
            chain.remember(&first);
            for _ in 0..200 {
                chain.change(Ruin::STANDARD);
            }
            let mut recalled = 0;
            for turn in 0..200 {
                let before = (chain.state.cost, chain.state.route_of.clone());
                if chain.recall() {
                    recalled += 1;
                    assert!(chain.state.consistent());
                    let served =
                        model.stops().filter(|&s| chain.state.route_of[s as usize] != NONE);
                    let pairs_absent = if paired { 2 } else { 1 } * chain.state.absent.len();
                    assert_eq!(served.count() + pairs_absent, 40);
                    if turn % 2 == 0 {
                        chain.state.roll_back();
                        assert_eq!((chain.state.cost, chain.state.route_of.clone()), before);
                    }
                }
                chain.change(Ruin::STANDARD);
            }
            assert!(recalled > 20, "{recalled}");
        }
    }
}
