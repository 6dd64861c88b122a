//! An answer to an instance.

use crate::instance::Instance;

/// What one vehicle drives.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route {
    /// Index of its type among the instance's.
    pub vehicle: usize,
    /// Nodes in the order of visit, without depots.
    pub stops: Vec<u32>,
}

/// Routes, and the stops that are on none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// None is empty.
    pub routes: Vec<Route>,
    /// Ascending.
    pub unserved: Vec<u32>,
}

impl Plan {
    /// A plan of these routes; empty ones are left out, stops on none are unserved.
    pub fn new(instance: &Instance, mut routes: Vec<Route>) -> Self {
        routes.retain(|route| !route.stops.is_empty());
        let mut served = vec![false; instance.nodes()];
        for &stop in routes.iter().flat_map(|route| &route.stops) {
            if let Some(served) = served.get_mut(stop as usize) {
                *served = true;
            }
        }
        let stops = instance.parts().depots..instance.nodes();
        let unserved = stops.filter(|&stop| !served[stop]).map(|stop| stop as u32).collect();
        Self { routes, unserved }
    }
}
