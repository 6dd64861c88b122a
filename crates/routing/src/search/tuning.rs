//! What was measured to be good: temperatures, shares, how often which move is tried.

use crate::instance::Instance;

/// How the search goes about an instance. Callers have no need of it but to measure what a part of
/// the search is worth: see `bench/routing`.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Tuning {
    /// Temperature at first, in mean arcs of the first plan.
    pub hot: f64,
    /// Temperature in the end.
    pub cold: f64,
    /// Where the best of several starts is heated to again.
    pub warm: f64,
    /// Share of large ruins at the start of a lone chain; several starts differ enough without.
    pub large: f64,
    /// Most starts.
    pub starts_max: usize,
    /// Joins tried with each ruin.
    pub joins: u32,
    /// Of the ruins behind several starts, those that recall a route of another.
    pub recalls: f64,
    /// With more stops a plan that leaves one out rarely is complete again in time: none is.
    pub left_out_stops_max: usize,
}

impl Tuning {
    const UNTIMED: Self = Self {
        hot: 1.0,
        cold: 0.01,
        warm: 0.1,
        large: 0.2,
        starts_max: 6,
        joins: 3,
        recalls: 0.03,
        left_out_stops_max: 250,
    };
    /// Where vehicles differ: what they cost is in the mean arc, so colder.
    const MIXED: Self = Self { cold: 0.003, large: 0.6, starts_max: 1, ..Self::UNTIMED };
    const TIMED: Self = Self { hot: 1.2, cold: 0.02, warm: 0.12, large: 0.0, ..Self::UNTIMED };

    /// What is used for an instance.
    pub fn of(instance: &Instance) -> Self {
        if instance.timed() {
            Self::TIMED
        } else if instance.parts().vehicles.len() > 1 {
            Self::MIXED
        } else {
            Self::UNTIMED
        }
    }
}
