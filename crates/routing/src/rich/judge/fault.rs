//! What can be wrong with a plan, in the words of who reads it.

/// A rule that a plan breaks. Times are seconds as in the problem.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Fault {
    /// The route names something that is not there.
    #[error("{unit}: {what} {index} is unknown")]
    Unknown {
        /// The vehicle.
        unit: String,
        /// What is named.
        what: &'static str,
        /// By this index.
        index: usize,
    },
    /// A vehicle has more than one route.
    #[error("{unit} has {times} routes")]
    Routes {
        /// The vehicle.
        unit: String,
        /// So many.
        times: usize,
    },
    /// A route is none: without a visit, or start and end not in their places.
    #[error("{unit}: {fault}")]
    Shape {
        /// The vehicle.
        unit: String,
        /// What is wrong.
        fault: &'static str,
    },
    /// An order is not exactly once on a route or unserved.
    #[error("order {order} is planned {times} times")]
    Times {
        /// The order.
        order: String,
        /// So often.
        times: usize,
    },
    /// The stops of an order do not belong together.
    #[error("order {order}: {fault}")]
    Torn {
        /// The order.
        order: String,
        /// What is wrong.
        fault: &'static str,
    },
    /// The vehicle cannot do it.
    #[error("{unit} has not the skills that order {order} needs")]
    Skills {
        /// The vehicle.
        unit: String,
        /// The order.
        order: String,
    },
    /// A step is at another time than the way there takes.
    #[error("{unit}: at {at} at {arrive}, the way there ends at {expect}")]
    Arrival {
        /// The vehicle.
        unit: String,
        /// The step.
        at: String,
        /// When the plan has it there.
        arrive: i32,
        /// When it is there.
        expect: i64,
    },
    /// It begins before it is there, in no window, or ends at another time than it lasts.
    #[error("{unit}: {at} begins at {begin} and ends at {finish}: {fault}")]
    Service {
        /// The vehicle.
        unit: String,
        /// The step.
        at: String,
        /// When it begins.
        begin: i32,
        /// When it ends.
        finish: i32,
        /// What is wrong.
        fault: &'static str,
    },
    /// It begins after its last window.
    #[error("{unit}: {at} begins at {begin}, {by} s after its last window")]
    Late {
        /// The vehicle.
        unit: String,
        /// The step.
        at: String,
        /// When it begins.
        begin: i32,
        /// Seconds too late.
        by: i64,
    },
    /// A break by the clock is missing or out of order.
    #[error("{unit}: break {id} {fault}")]
    Break {
        /// The vehicle.
        unit: String,
        /// The break.
        id: String,
        /// What is wrong.
        fault: &'static str,
    },
    /// More than is allowed.
    #[error("{unit}: {limit} is {value} at {at}, at most {most}")]
    Limit {
        /// The vehicle.
        unit: String,
        /// Which.
        limit: Limit,
        /// Where.
        at: String,
        /// How much.
        value: i64,
        /// Most.
        most: i64,
    },
    /// It leaves before its shift begins.
    #[error("{unit}: leaves at {leaves}, its shift begins at {open}")]
    Early {
        /// The vehicle.
        unit: String,
        /// When it leaves.
        leaves: i32,
        /// Earliest.
        open: i32,
    },
    /// The vehicle does not hold it.
    #[error("{unit}: leaves {at} with {load} of dimension {dimension}, holds {capacity}")]
    Load {
        /// The vehicle.
        unit: String,
        /// After which step.
        at: String,
        /// Dimension.
        dimension: usize,
        /// Load on leaving.
        load: i64,
        /// Most.
        capacity: i64,
    },
    /// The battery is too small.
    #[error("{unit}: takes {units:.3} units of energy, has {most:.3}")]
    Energy {
        /// The vehicle.
        unit: String,
        /// Units taken.
        units: f64,
        /// Units there are.
        most: f64,
    },
    /// More is loaded than there is.
    #[error("stock {stock} gives {loaded} of dimension {dimension}, has {there}")]
    Stock {
        /// Index of the stock.
        stock: usize,
        /// Dimension.
        dimension: usize,
        /// Loaded.
        loaded: i64,
        /// There is.
        there: i64,
    },
    /// What is under way is not kept.
    #[error("{unit}: {fault}{}{at}", if at.is_empty() { "" } else { ": " })]
    Underway {
        /// The vehicle.
        unit: String,
        /// What is wrong.
        fault: &'static str,
        /// Which order; empty where the route as a whole is meant.
        at: String,
    },
}

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// The end of the shift.
    ShiftEnd,
    /// Seconds from start to end.
    Duration,
    /// Seconds of driving.
    Drive,
    /// Metres.
    Way,
    /// Stops.
    Stops,
    /// Trips.
    Trips,
    /// Seconds on board.
    Ride,
    /// Seconds of driving and service without a break.
    Work,
}

impl std::fmt::Display for Limit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::ShiftEnd => "the time within the shift",
            Self::Duration => "the time from start to end in s",
            Self::Drive => "the driving in s",
            Self::Way => "the way in m",
            Self::Stops => "the number of stops",
            Self::Trips => "the number of trips",
            Self::Ride => "the time on board in s",
            Self::Work => "the work without a break in s",
        })
    }
}
