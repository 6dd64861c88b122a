//! What was done, before anyone says what it emitted.

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
    /// Kilowatt-hours of electricity.
    KilowattHour,
    /// Tonnes of material or waste.
    Tonne,
    /// Tonne-kilometres.
    TonneKilometre,
}

impl Unit {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Litre, Self::KilowattHour, Self::Tonne, Self::TonneKilometre];
    /// As files name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Litre => "l",
            Self::KilowattHour => "kWh",
            Self::Tonne => "t",
            Self::TonneKilometre => "tkm",
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

/// One thing that was done and may have emitted something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// In which link.
    pub link: Link,
    /// For which order, where it is one order's.
    pub order: Option<Arc<str>>,
    /// At which site, where it is one site's.
    pub site: Option<Arc<str>>,
    /// What: `diesel, delivery round R20171125-004`.
    pub name: Arc<str>,
    /// How much, in `unit`.
    pub amount: Fixed,
    /// The amount's unit; the factor's must be the same.
    pub unit: Unit,
    /// Which factor values it.
    pub factor_id: Arc<str>,
    /// How the amount came about: `round energy by tkm share`.
    pub method: &'static str,
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
