//! What can be wrong with a cell of an activity file, and how it is mended.

use quantity::Fixed;

/// What is wrong with a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Wrong {
    /// A cell that is needed.
    #[error("empty")]
    Empty,
    /// No link of the chain.
    #[error("not a link")]
    Link,
    /// No case.
    #[error("not a case")]
    Case,
    /// No kind of data.
    #[error("not a kind of data")]
    DataKind,
    /// No unit.
    #[error("not a unit")]
    Unit,
    /// No period.
    #[error("not a period")]
    Period,
    /// Text that is no decimal number.
    #[error("not a decimal number")]
    NotANumber,
    /// Bytes that are no text.
    #[error("not UTF-8")]
    NotUtf8,
    /// More places than the ledger holds.
    #[error("more than nine decimal places")]
    TooFine,
    /// More digits before the point than the ledger holds.
    #[error("too large")]
    TooLarge,
    /// Below zero.
    #[error("negative")]
    Negative,
    /// Beyond a pole.
    #[error("not a latitude")]
    Latitude,
    /// Beyond the date line.
    #[error("not a longitude")]
    Longitude,
    /// Twice the way.
    #[error("a second distance")]
    SecondDistance,
    /// One of four coordinates.
    #[error("one of four coordinates, not all")]
    Coordinates,
    /// A way without a mass.
    #[error("empty, with a distance")]
    NoMass,
    /// A mass without a way.
    #[error("empty, where transport activity is counted")]
    NoDistance,
    /// The driven distance alone.
    #[error("the driven distance, never transport activity (ISO 14083)")]
    OnlyActual,
    /// A mode by which the driven distance cannot be adjusted.
    #[error("no mode of distance_adjustment.csv")]
    NoAdjustment,
    /// A driven distance that the adjustment takes all of.
    #[error("not longer than what the adjustment takes off")]
    NothingLeft,
    /// Nothing that values the row.
    #[error("empty, as are toc_id and hoc_id")]
    NoFactor,
    /// Two things that value the row.
    #[error("a second factor or category")]
    SecondFactor,
    /// A round's consignment with a factor.
    #[error("on a consignment of a round, which has no factor of its own")]
    OnConsignment,
    /// A category on what a round used.
    #[error("on a row of what a round used, which takes a factor")]
    OnUse,
    /// A unit that a transport operation category does not have.
    #[error("not the unit of a transport operation category or of a round's consignment")]
    NotTonneKilometre,
    /// A unit that a hub does not have.
    #[error("not the unit of a hub operation category")]
    NotTonne,
    /// Transport activity on what a round used.
    #[error("transport activity, on a row of what a round used")]
    UseInTonneKilometres,
    /// A way through a hub.
    #[error("a distance, on a row of a hub")]
    HubDistance,
    /// An amount that is not mass by distance, which is this, in billionths.
    #[error("not mass by distance, which is {}", Fixed::from_billionths((*.0).into()))]
    NotMassByDistance(i64),
    /// An amount that is not the mass in tonnes, which is this, in billionths.
    #[error("not the mass in tonnes, which is {}", Fixed::from_billionths((*.0).into()))]
    NotMass(i64),
    /// An id for the second time.
    #[error("on an earlier row too")]
    Repeated,
    /// A round that nobody shares.
    #[error("a round without consignments")]
    NoConsignments,
    /// A round that used nothing.
    #[error("a round of consignments alone, which used nothing")]
    NoUses,
    /// A round that counts ways by both kinds.
    #[error("a round with both kinds of distance")]
    MixedDistances,
}

impl Wrong {
    /// How it is mended.
    pub const fn mend(self) -> &'static str {
        match self {
            Self::Empty => "Fill it in.",
            Self::Link => "Write ordering, packaging, transportation, warehousing or recycling.",
            Self::Case => "Write actual, plan or baseline.",
            Self::DataKind => "Write primary, modelled or default.",
            Self::Unit => "Write l, m3, kWh, kWh gross, GJ, kg, t, tkm or km.",
            Self::Period => "Write a year, a month or a day, as in 2025, 2025-07 or 2025-07-14.",
            Self::NotANumber => "Write digits and a point: no exponent, no separators.",
            Self::NotUtf8 => "Write the column as UTF-8 text.",
            Self::TooFine => "Round it to nine places.",
            Self::TooLarge => "Keep it below 1000000000.",
            Self::Negative => {
                "Write zero or more; a line that was wrong is taken back by a reversal."
            }
            Self::Latitude => "Write degrees from -90 to 90.",
            Self::Longitude => "Write degrees from -180 to 180.",
            Self::SecondDistance => "Keep one of sfd_km, gcd_km and the coordinates.",
            Self::Coordinates => "Give origin_lat, origin_lon, dest_lat and dest_lon.",
            Self::NoMass => "Give mass_kg, the gross mass of the freight.",
            Self::NoDistance => {
                "Give sfd_km, gcd_km or the coordinates of both ends; of a hub write the unit t."
            }
            Self::OnlyActual => {
                "Give sfd_km, gcd_km or the coordinates of both ends too; or the mode, and distance_adjustment.csv among the factors."
            }
            Self::NoAdjustment => "Add it there, or give sfd_km or gcd_km.",
            Self::NothingLeft => "Correct it, or give sfd_km or gcd_km.",
            Self::NoFactor => "Give one of the three.",
            Self::SecondFactor => "Keep one of factor_id, toc_id and hoc_id.",
            Self::OnConsignment => "Remove it; what the round used stands on rows without mass_kg.",
            Self::OnUse => "Give factor_id instead.",
            Self::NotTonneKilometre => "Write tkm, or leave it out.",
            Self::NotTonne => "Write t, or leave it out.",
            Self::UseInTonneKilometres => "Write what was used: litres, kWh, kg.",
            Self::HubDistance => "Remove it; a hub is counted by mass.",
            Self::NotMassByDistance(_) | Self::NotMass(_) => {
                "Correct one of them, or leave out the amount."
            }
            Self::Repeated => "Give each row an id of its own.",
            Self::NoConsignments => "Add rows with the round_id, mass_kg and a distance.",
            Self::NoUses => "Add rows with the round_id, amount, unit and factor_id.",
            Self::MixedDistances => "Give sfd_km on all of its rows, or gcd_km on all.",
        }
    }
}
