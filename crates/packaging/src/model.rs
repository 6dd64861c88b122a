//! What is packed into what.

use crate::solution::{NO_RULES, PerKilogram, SolutionRules};
use quantity::{Length, Mass, Volume};

/// One piece of an order line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Index of the order it belongs to, as the caller counts them.
    pub order: usize,
    /// Index of its product, as the caller counts them.
    pub product: usize,
    /// Length, width, height as given; the height is the last.
    pub sides: [Length; 3],
    /// Its mass.
    pub mass: Mass,
    /// The height stays vertical.
    pub upright: bool,
    /// Nothing may rest on it.
    pub fragile: bool,
    /// Ships in the package it came in: no carton, no other piece with it.
    pub own_package: bool,
    /// Most mass that may rest on it, what lies higher up included (GS1: stacking weight maximum);
    /// `None` is no limit.
    pub stacking_max: Option<Mass>,
    /// Index of the packaging rule of its industry; `None` where it has none.
    pub rule: Option<usize>,
}

/// A kind of carton.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CartonKind {
    /// `carton_id` of the scenario.
    pub id: String,
    /// Inner length, width, height. It stands on its length and width, which may be exchanged.
    pub inner: [Length; 3],
    /// Greatest mass of what is inside.
    pub max_load: Mass,
    /// Its own mass.
    pub tare: Mass,
    /// Board, as the scenario names it.
    pub material: String,
}

/// How many of each kind of carton there are, by index of kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stock {
    /// Never used.
    pub new: Vec<u32>,
    /// Handed back, graded fit for use.
    pub reused: Vec<u32>,
}

/// How a carton is chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Choice {
    /// The ordinary way: the smallest new carton by volume that holds everything.
    SmallestNewByVolume,
    /// Least carbon: a new carton by its board, a reused one by its handling, either by what it is
    /// filled and closed with and by the room it takes in the vehicle; a bag by its mass and room.
    LeastCarbon {
        /// kg CO2e per kg of each material.
        per_kg: PerKilogram,
        /// kg CO2e per reused carton, for collecting and grading it.
        reuse: f64,
        /// kg CO2e per litre of parcel carried.
        per_litre: f64,
    },
}

/// The rules of packing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rules<'a> {
    /// Share of each piece's base, `0.0..=1.0`, that lies on the floor or on pieces below.
    pub support: f64,
    /// How a carton is chosen.
    pub choice: Choice,
    /// What parcels hold beside their goods; pieces name their rule by index.
    pub solution: &'a SolutionRules,
    /// Where carbon is to be least, goods go into a bag that their rules have, if that emits less.
    pub bags: bool,
}

impl Rules<'static> {
    /// Goods and cartons alone: no packaging rules, no bags.
    pub fn plain(support: f64, choice: Choice) -> Self {
        Self { support, choice, solution: &NO_RULES, bags: false }
    }
}

/// Where a piece lies in its carton, from one corner of the floor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Index of the piece in the job.
    pub piece: usize,
    /// Its nearest corner: along the carton's length, its width, and up.
    pub at: [Length; 3],
    /// Its sides as it lies, along the same axes.
    pub sides: [Length; 3],
}

/// What a parcel is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrapping {
    /// The package the piece came in.
    Own,
    /// A carton.
    Carton {
        /// Index of the kind.
        kind: usize,
        /// From the reused stock.
        reused: bool,
    },
    /// A bag of the packaging rules. The pieces lie in it as one cuboid, which is the room that the
    /// parcel takes.
    Bag {
        /// Index of the kind.
        kind: usize,
    },
}

/// A parcel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    /// Carton, bag or own package.
    pub wrapping: Wrapping,
    /// Where each piece lies; for an own package the single piece at the origin.
    pub placed: Vec<Placed>,
    /// Pieces, carton or bag, filler, tape and insulation together. Coolant is not: it is by the hour.
    pub gross: Mass,
    /// Room it takes in a vehicle.
    pub volume: Volume,
}

/// Why a piece is in no parcel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unpackable {
    /// No carton's inner sides hold it, turned as it may be.
    TooLarge,
    /// Every carton large enough bears less.
    TooHeavy,
    /// Those that would hold it are out of stock.
    OutOfStock,
}

/// The parcels of one job.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Packing {
    /// Parcels; every piece of the job is in one or in `unpacked`.
    pub parcels: Vec<Parcel>,
    /// Pieces left out, by index in the job, each with the reason.
    pub unpacked: Vec<(usize, Unpackable)>,
}

/// What is saved when an order is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Objective {
    /// Surface 2(LW + LH + WH) of the inner sides, counted in hundredths of a square millimetre.
    Surface,
    /// The cartons' own mass, counted in milligrams.
    Tare,
}

/// The rules for packing orders one by one, from cartons without end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OrderRules {
    /// What is saved first; of equal material the fewest parcels.
    pub objective: Objective,
    /// Share of each piece's base, `0.0..=1.0`, that lies on the floor or on pieces below.
    pub support: f64,
    /// Most parcels of one order; `None` is no limit.
    pub parcels_max: Option<usize>,
    /// Added to the material of each parcel, in the unit in which the objective is counted: 1 cm2
    /// is 10,000, 1 g is 1,000. Not negative.
    pub parcel_penalty: i64,
    /// Search nodes for each order. More find and prove more; none leave the rules of thumb.
    pub effort: u64,
}

/// A parcel of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderParcel {
    /// Index of the kind of carton.
    pub kind: usize,
    /// Where each piece lies.
    pub placed: Vec<Placed>,
    /// The pieces together, without the carton.
    pub mass: Mass,
}

/// Why a piece of an order is in no parcel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// No carton's inner sides hold it, turned as it may be.
    TooLarge,
    /// Every carton large enough bears less.
    TooHeavy,
    /// For what is left of the order no way into so few parcels was found.
    TooMany,
}

/// The parcels of one order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrderPacking {
    /// Parcels; every piece is in one or in `unpacked`.
    pub parcels: Vec<OrderParcel>,
    /// Pieces left out, by index, each with the reason.
    pub unpacked: Vec<(usize, Left)>,
    /// No cheaper choice exists for what can be packed, over all placements.
    pub proven_optimal: bool,
    /// Search nodes spent.
    pub nodes: u64,
}
