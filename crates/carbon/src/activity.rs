//! What was done, before anyone says what it emitted.

use crate::{Leg, Period};
use quantity::Fixed;
use std::fmt;
use std::sync::Arc;

/// The five links of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Link {
    /// Orders and delivery options.
    Ordering,
    /// Cartons and what is in them.
    Packaging,
    /// Feeder and delivery rounds.
    Transportation,
    /// Buildings' energy.
    Warehousing,
    /// Cartons handed back or thrown away.
    Recycling,
}

impl Link {
    /// All five, in the order of the chain.
    pub const ALL: [Self; 5] =
        [Self::Ordering, Self::Packaging, Self::Transportation, Self::Warehousing, Self::Recycling];
    /// As files and pages name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ordering => "ordering",
            Self::Packaging => "packaging",
            Self::Transportation => "transportation",
            Self::Warehousing => "warehousing",
            Self::Recycling => "recycling",
        }
    }
}

/// The unit in which an activity is counted and a factor is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// Litres of fuel.
    Litre,
    /// Cubic metres of gas.
    CubicMetre,
    /// Kilowatt-hours: of electricity, or of fuel by net calorific value.
    KilowattHour,
    /// Kilowatt-hours of fuel by gross calorific value.
    KilowattHourGross,
    /// Gigajoules of fuel.
    Gigajoule,
    /// Kilograms: of refrigerant, of a gaseous fuel.
    Kilogram,
    /// Tonnes of material, waste, fuel or throughput of a hub.
    Tonne,
    /// Tonne-kilometres of freight.
    TonneKilometre,
    /// Kilometres of a vehicle.
    Kilometre,
}

impl Unit {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Litre,
        Self::CubicMetre,
        Self::KilowattHour,
        Self::KilowattHourGross,
        Self::Gigajoule,
        Self::Kilogram,
        Self::Tonne,
        Self::TonneKilometre,
        Self::Kilometre,
    ];
    /// As files name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Litre => "l",
            Self::CubicMetre => "m3",
            Self::KilowattHour => "kWh",
            Self::KilowattHourGross => "kWh gross",
            Self::Gigajoule => "GJ",
            Self::Kilogram => "kg",
            Self::Tonne => "t",
            Self::TonneKilometre => "tkm",
            Self::Kilometre => "km",
        }
    }
}

/// Which way between two places is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DistanceKind {
    /// Shortest feasible distance.
    Sfd,
    /// Great circle distance.
    Gcd,
}

impl DistanceKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Sfd, Self::Gcd];
    /// As files name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sfd => "sfd",
            Self::Gcd => "gcd",
        }
    }
}

/// How the amount is known (ISO 14083: primary, modelled, default).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DataKind {
    /// Measured or weighed.
    Primary,
    /// Computed from what is known of the operation.
    Modelled,
    /// Assumed for want of better.
    Default,
}

impl DataKind {
    /// All three, the best known first.
    pub const ALL: [Self; 3] = [Self::Primary, Self::Modelled, Self::Default];
    /// As files name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Modelled => "modelled",
            Self::Default => "default",
        }
    }
}

/// Where, when and for whom something was done. All of it is optional but the period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// In which month, or year.
    pub period: Period,
    /// For which order, where it is one order's.
    pub order: Option<Arc<str>>,
    /// At which site, where it is one site's.
    pub site: Option<Arc<str>>,
    /// Of which shipment, whose transport chain it is.
    pub shipment: Option<Arc<str>>,
    /// Which transport chain element of the shipment.
    pub tce: Option<Arc<str>>,
    /// Of which round a share.
    pub round: Option<Arc<str>>,
    /// Who runs the vehicle, site or machine; `None` is somebody outside.
    pub operator: Option<Arc<str>>,
    /// Who pays for the service or the goods; `None` is somebody outside.
    pub payer: Option<Arc<str>>,
}

impl Context {
    /// A period, and nothing else known.
    pub const fn of(period: Period) -> Self {
        Self {
            period,
            order: None,
            site: None,
            shipment: None,
            tce: None,
            round: None,
            operator: None,
            payer: None,
        }
    }
}

/// One thing that was done and may have emitted something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// In which link.
    pub link: Link,
    /// What: `diesel, delivery round R20171125-004`.
    pub name: Arc<str>,
    /// Where, when and for whom.
    pub context: Context,
    /// The freight moved by it; on one activity only where several move it together, so that
    /// transport activity is counted once.
    pub leg: Option<Leg>,
    /// How much, in `unit`.
    pub amount: Fixed,
    /// The amount's unit; the factor's must be the same.
    pub unit: Unit,
    /// Which factor values it.
    pub factor_id: Arc<str>,
    /// Which edition of the factor; `None` takes the one that is valid in the period.
    pub factor_edition: Option<Arc<str>>,
    /// How the amount came about: `round energy by tkm share`.
    pub method: Arc<str>,
    /// How well the amount is known.
    pub data_kind: DataKind,
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
