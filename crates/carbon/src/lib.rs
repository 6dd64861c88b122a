//! Carbon: activity and factors in, ledger lines out. No files, no clock.
//!
//! Inventory first, valuation after: the links say what was done ([`Activity`]), [`account`] says
//! what it emitted.
//!
//! Read: [`factor`] (registry and its editions), [`factor_table`] (its text, in two layouts),
//! [`ids`] (built-in factors by name), [`gwp`], [`registry_report`] (what is to be said of them).
//! [`activity`], [`value`] (amount times factor), [`mod@line`], [`figures`] (totals). ISO 14083:
//! [`operation`] (intensities of categories), [`hub`] (areas of a hub), [`distance_adjustment`],
//! [`allocate`] and [`round`] (a round's shares), [`chain`] (a shipment's elements). GHG Protocol:
//! [`scope`], [`instrument`] (market-based electricity). Beside: [`packaging`] (lives of packaging).
//! Over lines: [`pedigree`] and [`uncertainty`] (how far off), [`compare`] (method apart from
//! performance), [`target`] (paths), [`explain_round`] and [`explain`] (to check by hand).

pub mod period;
pub mod factor;
pub mod factor_table;
mod published;
pub mod ids;
pub mod gwp;
pub mod registry_report;
pub mod activity;
pub mod value;
pub mod line;
pub mod figures;
pub mod operation;
pub mod hub;
pub mod distance_adjustment;
pub mod allocate;
pub mod round;
pub mod chain;
pub mod scope;
pub mod instrument;
pub mod purchase;
pub mod packaging;
pub mod pedigree;
pub mod uncertainty;
pub mod compare;
pub mod target;
pub mod explain_round;
pub mod explain;

pub use activity::{Activity, Context, DataKind, DistanceKind, Link, Unit};
pub use allocate::by_transport_activity;
pub use distance_adjustment::{DistanceAdjustment, read_distance_adjustments};
pub use factor::{Class, Factor, GwpSet, Registry, RegistryError, SCENARIO_EDITION};
pub use factor_table::TableFault;
pub use figures::{by_data_kind, by_link, data_kind_shares, total};
pub use gwp::{gwp100, refrigerant_gwp100};
pub use ids::default_grid;
pub use instrument::{
    Consumption, Instrument, Market, Rate, ResidualMix, read_instruments, read_residual_mix,
};
pub use line::{AccountError, Case, Line, account, line};
pub use operation::{CategoryKind, Operation, OperationFault, intensities};
pub use period::{Period, PeriodError};
pub use purchase::{MarketRates, Purchases};
pub use registry_report::unlike_gwp_sets;
pub use scope::{Scope, Scoped};
pub use value::{Leg, Valued, value};
