//! Carbon: activity and factors in, ledger lines out. No files, no clock.
//!
//! Inventory first, valuation after: the links say what was done ([`Activity`]), [`account`] says
//! what it emitted. Read: [`factor`] (registry and its editions), [`factor_table`] (its text),
//! [`ids`] (built-in factors by name), [`activity`], [`mod@line`], [`allocate`] (a round's shares),
//! [`figures`] (totals).

pub mod factor;
pub mod factor_table;
pub mod ids;
pub mod activity;
pub mod line;
pub mod allocate;
pub mod figures;

pub use activity::{Activity, DataKind, Link, Unit};
pub use allocate::by_transport_activity;
pub use factor::{Factor, GwpSet, Registry, RegistryError, SCENARIO_EDITION};
pub use factor_table::TableFault;
pub use figures::{by_data_kind, by_link, data_kind_shares, total};
pub use ids::default_grid;
pub use line::{AccountError, Case, Line, account};
