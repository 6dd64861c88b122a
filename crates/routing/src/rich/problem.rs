//! A fleet's day with all its rules: the rich vehicle routing problem, checked once.
//!
//! Times are seconds from a start that the caller chooses, distances metres, amounts whole numbers
//! of what a dimension counts; money is millionths of the currency's unit, carbon micrograms CO2e.

use super::plan::{Doing, Step};
use crate::instance::Window;

/// Most dimensions of an amount.
pub const DIMENSIONS_MAX: usize = 8;
/// Most skills.
pub const SKILLS_MAX: usize = 64;
/// The latest time, the longest arc in time and distance.
pub const SECONDS_MAX: i32 = 1 << 28;
/// The largest amount; sums stay far within 64 bits.
pub const AMOUNT_MAX: i64 = 1 << 40;
/// The largest price, in millionths.
pub const PRICE_MAX: i64 = 1 << 50;

/// A set of skills, a bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Skills(pub u64);

impl Skills {
    /// Whether all of `needed` are among these.
    pub const fn have(self, needed: Self) -> bool {
        needed.0 & !self.0 == 0
    }
}

/// Ways between places by one kind of vehicle, row-major, from row to column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// Distances, metres.
    pub metres: Vec<i32>,
    /// Durations, seconds.
    pub seconds: Vec<i32>,
}

/// A place where a vehicle stops, and how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// Index of the place.
    pub place: u32,
    /// When service may start: in one of these, ascending and apart from each other; never empty.
    pub windows: Vec<Window>,
    /// Service, seconds.
    pub service: i32,
    /// What it costs to start service late though within a window.
    pub lateness: Option<Lateness>,
}

/// A soft end of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lateness {
    /// Service that starts later is late.
    pub due: i32,
    /// Price of an hour late.
    pub per_hour: i64,
}

/// A depot where something can be loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// Index of the place where a trip is loaded: a vehicle's start, or a reload.
    pub place: u32,
    /// A trip with it leaves there no sooner.
    pub ready: i32,
    /// Index of the stock it is taken from; none where there is enough.
    pub stock: Option<usize>,
}

/// What is done for an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Work {
    /// One stop.
    Stop {
        /// Where and when.
        at: Stop,
        /// Loaded at the depot before, left here; a number a dimension.
        delivery: Vec<i64>,
        /// Taken from here to the depot after; a number a dimension.
        pickup: Vec<i64>,
        /// Depots where the delivery can be loaded; where there are none, at any depot at any time.
        sources: Vec<Source>,
    },
    /// From one stop to another on the same vehicle.
    Shipment {
        /// Where it is taken.
        from: Stop,
        /// Where it is left.
        to: Stop,
        /// How much, a number a dimension.
        amount: Vec<i64>,
        /// Longest time from the end of service at `from` to the start of service at `to`.
        ride_max: Option<i32>,
    },
}

/// One way of serving an order: to the door, to a station.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alternative {
    /// What is done.
    pub work: Work,
    /// Skills that the vehicle must have.
    pub skills: Skills,
    /// Price of choosing this way.
    pub cost: i64,
}

/// Something to be served once, by one vehicle, in one of several ways.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// As the caller names it.
    pub id: String,
    /// Ways of serving it, of which one is taken; at least one.
    pub alternatives: Vec<Alternative>,
    /// Price of leaving it unserved; none where it must be served if it can be.
    pub penalty: Option<i64>,
}

/// A break that the work done asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BreakRule {
    /// After so much driving and service, waiting not counted, no more is done before a break that
    /// lasts at least `lasts`; service is not interrupted, driving is. Default 6 h (Directive
    /// 2002/15/EC, article 5).
    pub work_max: i32,
    /// Length of the break. Default 30 min (same article, for working times of 6 to 9 h).
    pub lasts: i32,
}

impl BreakRule {
    /// A break of 30 min after at most 6 h of work.
    pub const DEFAULT: Self = Self { work_max: 6 * 3_600, lasts: 30 * 60 };
}

/// A break by the clock. It is taken unless all its windows end before the route begins, or open when it is
/// over; where it lasts as long as the break rule asks, it satisfies that too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Break {
    /// As the caller names it.
    pub id: String,
    /// It starts in one of these, ascending and apart from each other; never empty.
    pub windows: Vec<Window>,
    /// Length, seconds.
    pub lasts: i32,
}

/// A depot where a vehicle may unload and load between two trips.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reload {
    /// Index of the place.
    pub place: u32,
    /// When it may start.
    pub window: Window,
    /// How long it takes, seconds.
    pub service: i32,
}

/// What a vehicle takes of energy, in a unit of the caller's: litres, kWh out of the battery.
///
/// Linear between empty and full (ISO 14083 leaves the model open; linear in mass is what the
/// mechanics of a flat road give).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Consumption {
    /// Units per 100 km without load.
    pub empty_per_100km: f64,
    /// Units per 100 km with the first dimension's capacity on board.
    pub full_per_100km: f64,
    /// Price of a unit.
    pub price: i64,
    /// Micrograms CO2e of a unit, well to wheel.
    pub micrograms_co2e: i64,
    /// Most units a day: the battery.
    pub most: Option<f64>,
}

/// Vehicles that are alike.
#[derive(Clone, Debug, PartialEq)]
pub struct Vehicle {
    /// As the caller names it.
    pub id: String,
    /// How many there are.
    pub count: u32,
    /// Index of the profile by which it drives.
    pub profile: usize,
    /// Where it starts; none where the route begins at its first stop.
    pub start: Option<u32>,
    /// Where it ends; none where the route ends at its last stop.
    pub end: Option<u32>,
    /// How much it holds, a number a dimension.
    pub capacity: Vec<i64>,
    /// Skills it has.
    pub skills: Skills,
    /// Earliest start, latest end.
    pub shift: Window,
    /// Longest time from start to end.
    pub duration_max: Option<i32>,
    /// Longest time of driving alone, seconds (Regulation (EC) 561/2006, article 6: 9 h a day).
    pub drive_max: Option<i32>,
    /// Longest way, metres.
    pub metres_max: Option<i64>,
    /// Most stops of orders, reloads not counted.
    pub stops_max: Option<u32>,
    /// Break that the work asks for.
    pub break_rule: Option<BreakRule>,
    /// Breaks by the clock, in the order in which they are taken.
    pub breaks: Vec<Break>,
    /// Depots between two trips; none where there is one trip only.
    pub reloads: Vec<Reload>,
    /// Most trips.
    pub trips_max: u32,
    /// Price of using one at all.
    pub fixed: i64,
    /// Price of a kilometre, energy not counted.
    pub per_km: i64,
    /// Price of an hour from start to end, waiting and breaks included.
    pub per_hour: i64,
    /// Price of an hour of driving alone, beside that of `per_hour`.
    pub per_drive_hour: i64,
    /// Energy; none where nothing is known of it.
    pub consumption: Option<Consumption>,
}

/// Where a vehicle is in a plan: its type and which of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unit {
    /// Index of the vehicle type.
    pub vehicle: usize,
    /// Which of its type, from 0.
    pub number: u32,
}

/// What is visited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visit {
    /// The stop of an order, or where a shipment is taken.
    First {
        /// Index of the order.
        order: usize,
        /// Index of the alternative.
        alternative: usize,
    },
    /// Where a shipment is left.
    Second {
        /// Index of the order.
        order: usize,
        /// Index of the alternative.
        alternative: usize,
    },
    /// One of the vehicle's depots between two trips, by index.
    Reload(usize),
}

/// A route that is there before the search: a plan of yesterday's, or a day that is running.
///
/// Once a vehicle has left (`done` is not empty) nothing more can be loaded for its trip: a delivery
/// that is among its `visits` is on board and stays with it, another waits for its next reload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Underway {
    /// Who drives it; no other entry names it.
    pub unit: Unit,
    /// What has happened, as it happened; begins with the start where the vehicle has one, ends with the
    /// end only if the route is over. It stays, and its windows are not asked about any more.
    pub done: Vec<Step>,
    /// What is still to be visited, in order.
    pub visits: Vec<Visit>,
    /// The first so many of `visits` stay as they are, and nothing comes between them.
    pub locked: usize,
    /// The vehicle does nothing more and does not return; `visits` is empty. A shipment that is on board
    /// then stays unserved.
    pub over: bool,
}

/// What a good plan is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// Least metres, then as [`Goal::Cost`].
    Distance,
    /// Least money: vehicles, way, time, energy, lateness, penalties, and carbon at its price.
    Cost,
    /// Least carbon, then as [`Goal::Cost`].
    Carbon,
    /// Fewest vehicles, then as [`Goal::Cost`].
    Vehicles,
}

/// The parts of a problem, checked by [`Problem::check`].
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// As the caller calls it.
    pub name: String,
    /// Number of places.
    pub places: usize,
    /// Tables of ways, at least one.
    pub profiles: Vec<Profile>,
    /// Number of dimensions of amounts.
    pub dimensions: usize,
    /// What is to be served.
    pub orders: Vec<Order>,
    /// What there is to be loaded in all, a number a dimension each; see [`Source`].
    pub stocks: Vec<Vec<i64>>,
    /// The fleet.
    pub vehicles: Vec<Vehicle>,
    /// Routes that are there already.
    pub underway: Vec<Underway>,
    /// Price of an order that another vehicle serves than the one it was on in `underway`.
    pub moved_price: i64,
    /// Price of a kilogram CO2e.
    pub carbon_price_per_kg: i64,
    /// Price of the square of a route's duration in hours: levels working times.
    pub balance_price: i64,
}

impl Problem {
    /// The stop of an order's visit; none of a reload.
    ///
    /// # Panics
    ///
    /// Where the visit names an order or an alternative that is not there.
    pub fn stop(&self, visit: Visit) -> Option<&Stop> {
        let (order, alternative, second) = match visit {
            Visit::First { order, alternative } => (order, alternative, false),
            Visit::Second { order, alternative } => (order, alternative, true),
            Visit::Reload(_) => return None,
        };
        Some(match &self.orders[order].alternatives[alternative].work {
            Work::Stop { at, .. } => at,
            Work::Shipment { from, .. } if !second => from,
            Work::Shipment { to, .. } => to,
        })
    }
    /// Where a vehicle is at a step; breaks are on the way.
    ///
    /// # Panics
    ///
    /// Where it names something that is not there.
    pub fn place(&self, vehicle: &Vehicle, doing: Doing) -> Option<u32> {
        match doing {
            Doing::Start => vehicle.start,
            Doing::End => vehicle.end,
            Doing::Break(_) => None,
            Doing::Visit(Visit::Reload(idx)) => Some(vehicle.reloads[idx].place),
            Doing::Visit(visit) => self.stop(visit).map(|stop| stop.place),
        }
    }
}
