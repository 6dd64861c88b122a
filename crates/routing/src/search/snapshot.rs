//! Plans worth keeping, and the way back to them.

use super::arcs::Arcs;
use super::model::NONE;
use super::state::{NO_ROOM, Route, State};

/// Routes that were worth keeping.
#[derive(Clone, Debug, Default)]
pub(crate) struct Snapshot {
    pub(crate) routes: Vec<Route>,
    versions: Vec<u32>,
    pub(crate) absent: Vec<u32>,
    pub(crate) cost: i64,
    pub(crate) open_routes: usize,
}

impl Snapshot {
    pub(crate) fn worse_than(&self, other: (usize, i64)) -> bool {
        other < self.worth()
    }
    /// Stops that are absent, then cost: less is better.
    pub(crate) fn worth(&self) -> (usize, i64) {
        (self.absent.len(), self.cost)
    }
    /// Keeps the state; routes that are kept already are not copied again.
    pub(crate) fn keep<A: Arcs, const TIMED: bool>(&mut self, state: &State<'_, A, TIMED>) {
        self.routes.resize_with(state.routes.len(), Route::default);
        self.versions.resize(state.versions.len(), 0);
        for (slot, &version) in state.versions.iter().enumerate() {
            if self.versions[slot] != version {
                self.versions[slot] = version;
                self.routes[slot].copy_from(&state.routes[slot]);
            }
        }
        self.absent.clone_from(&state.absent);
        (self.cost, self.open_routes) = (state.cost, state.open_routes);
    }
}

impl<A: Arcs, const TIMED: bool> State<'_, A, TIMED> {
    /// Puts other routes in the place of all.
    pub(crate) fn restore(&mut self, kept: &Snapshot) {
        self.routes.clone_from(&kept.routes);
        self.route_of.fill(NONE);
        self.used.fill(0);
        self.open_routes = 0;
        self.room.resize(self.routes.len(), NO_ROOM);
        self.versions.resize(self.routes.len(), 0);
        self.forget_changes();
        for slot in 0..self.routes.len() {
            let route = &self.routes[slot];
            if !route.is_empty() {
                self.used[route.kind as usize] += 1;
                self.open_routes += 1;
                for stop in route.inner() {
                    self.route_of[stop.node as usize] = slot as u32;
                }
            }
            self.set_room(slot as u32);
        }
        self.absent.clone_from(&kept.absent);
        self.cost = kept.cost;
    }

    /// Puts routes that another state has made in the place of all: their versions are its own.
    pub(crate) fn adopt(&mut self, kept: &mut Snapshot) {
        for (route, version) in kept.routes.iter_mut().zip(&mut kept.versions) {
            route.version = self.next_version();
            *version = route.version;
        }
        self.restore(kept);
    }
}
