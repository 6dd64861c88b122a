//! An answer to a rich problem: who is where when.

use super::problem::{Unit, Visit};
use quantity::Carbon;

/// What happens at a step of a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// Leaves its start: there, begun and over at once.
    Start,
    /// Serves, or loads between trips.
    Visit(Visit),
    /// Rests; by the rule, or the break of that index. Before it the vehicle has driven straight on from the
    /// step before, at most to the next place, and it drives the rest afterwards.
    Break(Option<usize>),
    /// Is at its end: there, begun and over at once.
    End,
}

/// A step of a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// What happens.
    pub doing: Doing,
    /// When the vehicle is there, which is when it has driven on from the step before; of a break when it
    /// begins.
    pub arrive: i32,
    /// When it begins what it does; until then it waits.
    pub begin: i32,
    /// When that is over.
    pub finish: i32,
}

/// What one vehicle does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// Who.
    pub unit: Unit,
    /// In the order of time: a start where the vehicle has one, visits and breaks, an end where it has one.
    pub steps: Vec<Step>,
}

/// Routes, and the orders that are on none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// By unit; none without a visit.
    pub routes: Vec<Route>,
    /// Indexes of orders, ascending.
    pub unserved: Vec<usize>,
}

/// What a plan, or a route of it, comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figures {
    /// Vehicles used.
    pub vehicles: usize,
    /// Way in metres.
    pub metres: i64,
    /// Time from start to end, all vehicles.
    pub seconds: i64,
    /// Money in millionths: vehicles, way, time, driving, energy, lateness, choices, moved orders, levelling,
    /// penalties of what is unserved; carbon's price not. Each part of a route is rounded to the nearest.
    pub money: i64,
    /// Carbon of the energy, well to wheel.
    pub carbon: Carbon,
    /// Orders served by another vehicle than before.
    pub moved: usize,
}
