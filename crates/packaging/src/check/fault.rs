//! What can be wrong with a packing.

use crate::Unpackable;
use crate::model::Left;
use quantity::{Mass, Volume};

/// What is wrong with a packing. Jobs, parcels and pieces by index; an order by itself is job 0.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Fault {
    /// Not one packing for each job.
    #[error("{packings} packings for {jobs} jobs")]
    Jobs {
        /// How many were given.
        jobs: usize,
        /// How many came back.
        packings: usize,
    },
    /// A piece of the job is neither in a parcel nor left out.
    #[error("job {job}: piece {piece} is missing")]
    Missing {
        /// The job.
        job: usize,
        /// The piece.
        piece: usize,
    },
    /// A piece is packed or left out more than once.
    #[error("job {job}: piece {piece} is there {times} times")]
    Repeated {
        /// The job.
        job: usize,
        /// The piece.
        piece: usize,
        /// How often.
        times: usize,
    },
    /// An index beyond the job's pieces.
    #[error("job {job}: there is no piece {piece}")]
    NoSuchPiece {
        /// The job.
        job: usize,
        /// The index.
        piece: usize,
    },
    /// An index beyond the kinds of carton.
    #[error("job {job}, parcel {parcel}: there is no kind {kind}")]
    NoSuchKind {
        /// The job.
        job: usize,
        /// The parcel.
        parcel: usize,
        /// The index.
        kind: usize,
    },
    /// A piece is left out for a reason that does not hold.
    #[error("job {job}: piece {piece} is left out as {given:?}, but it is {found:?}")]
    Reason {
        /// The job.
        job: usize,
        /// The piece.
        piece: usize,
        /// The reason given.
        given: Unpackable,
        /// The reason found; `None` where a carton that holds it is left in stock.
        found: Option<Unpackable>,
    },
    /// A piece of an order is left out for a reason that does not hold.
    #[error("piece {piece} is left out as {given:?}, but it is {found:?}")]
    Left {
        /// The piece.
        piece: usize,
        /// The reason given.
        given: Left,
        /// The reason found.
        found: Left,
    },
    /// More parcels than allowed.
    #[error("{parcels} parcels, but at most {most} are allowed")]
    Parcels {
        /// How many there are.
        parcels: usize,
        /// How many are allowed.
        most: usize,
    },
    /// Two pieces are in the same place.
    #[error("job {job}, parcel {parcel}: pieces {a} and {b} overlap")]
    Overlap {
        /// The job.
        job: usize,
        /// The parcel.
        parcel: usize,
        /// One piece.
        a: usize,
        /// The other.
        b: usize,
    },
    /// A piece stands out of the carton.
    #[error("job {job}, parcel {parcel}: piece {piece} is not inside")]
    Outside {
        /// The job.
        job: usize,
        /// The parcel.
        parcel: usize,
        /// The piece.
        piece: usize,
    },
    /// A piece has other sides than given, or its upright height does not stand.
    #[error("job {job}, parcel {parcel}: piece {piece} may not be turned so")]
    Turned {
        /// The job.
        job: usize,
        /// The parcel.
        parcel: usize,
        /// The piece.
        piece: usize,
    },
    /// Too little of a base is borne.
    #[error("job {job}, parcel {parcel}: only {share:.3} of piece {piece} is borne")]
    Unsupported {
        /// The job.
        job: usize,
        /// The parcel.
        parcel: usize,
        /// The piece.
        piece: usize,
        /// The share of its base that is borne.
        share: f64,
    },
    /// A piece rests on a fragile one.
    #[error("job {job}, parcel {parcel}: piece {piece} rests on {fragile}, which is fragile")]
    OnFragile {
        /// The job.
        job: usize,
        /// The parcel.
        parcel: usize,
        /// The upper piece.
        piece: usize,
        /// The lower one.
        fragile: usize,
    },
    /// More rests on a piece than it bears.
    #[error("job {job}, parcel {parcel}: {} g rest on piece {piece}, which bears {} g", load.grams(), limit.grams())]
    Overloaded {
        /// The job.
        job: usize,
        /// The parcel.
        parcel: usize,
        /// The lower piece.
        piece: usize,
        /// What rests on it, rounded to the milligram.
        load: Mass,
        /// The most that may.
        limit: Mass,
    },
    /// The pieces are heavier than the carton bears.
    #[error("job {job}, parcel {parcel}: {} g in a carton that bears {} g", load.grams(), max_load.grams())]
    TooHeavy {
        /// The job.
        job: usize,
        /// The parcel.
        parcel: usize,
        /// Pieces together.
        load: Mass,
        /// What the carton bears.
        max_load: Mass,
    },
    /// The gross mass is not that of the pieces and of all that is around them.
    #[error("job {job}, parcel {parcel}: gross {} g, not {} g", given.grams(), found.grams())]
    Gross {
        /// The job.
        job: usize,
        /// The parcel.
        parcel: usize,
        /// As the parcel says.
        given: Mass,
        /// As they weigh.
        found: Mass,
    },
    /// The volume is not that of the carton, of the goods in the bag or of the own package.
    #[error("job {job}, parcel {parcel}: {} l, not {} l", given.litres(), found.litres())]
    Room {
        /// The job.
        job: usize,
        /// The parcel.
        parcel: usize,
        /// As the parcel says.
        given: Volume,
        /// As the sides say.
        found: Volume,
    },
    /// A bag does not reach around what is in it.
    #[error("job {job}, parcel {parcel}: bag {kind} does not reach around its goods")]
    Bag {
        /// The job.
        job: usize,
        /// The parcel.
        parcel: usize,
        /// The kind of bag.
        kind: usize,
    },
    /// A piece with its own package is in a carton or left out, one without is not in a carton, or
    /// a parcel holds nothing or more than its one own package, or goods are in a bag that may not be.
    #[error("job {job}, parcel {parcel}: wrapped in the wrong way")]
    Wrapped {
        /// The job.
        job: usize,
        /// The parcel.
        parcel: usize,
    },
    /// A reused carton where the choice is among new ones.
    #[error("job {job}, parcel {parcel}: a reused carton, but only new ones are on offer")]
    Reused {
        /// The job.
        job: usize,
        /// The parcel.
        parcel: usize,
    },
    /// More cartons are used than there were, or the stock left does not follow.
    #[error("kind {kind}, reused {reused}: {used} of {stock} used, {left} left")]
    Stock {
        /// The kind.
        kind: usize,
        /// Which stock.
        reused: bool,
        /// Used in the parcels.
        used: u32,
        /// In stock before.
        stock: u32,
        /// In stock after, as the packing says.
        left: u32,
    },
}
