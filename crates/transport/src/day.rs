//! The routing of a day.

use crate::hubs;
use crate::instance::Instance;
use crate::model::{Problem, Routing};

/// Routes a day: every stop on a round, or unserved with its reason.
///
/// Stops are served before anything is saved. The answer depends on the problem alone; in which
/// order its stops come matters only between equals. Time grows with the square of the stops (the
/// table of distances), so callers split days of more than some 10,000.
pub fn route_day(problem: &Problem) -> Routing {
    hubs::best_day(&Instance::new(problem)).routing
}
