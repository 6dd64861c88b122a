//! The handlers, a file for each kind of thing.

pub(crate) mod health;
pub(crate) mod session;
pub(crate) mod oidc;
pub(crate) mod accounts;
pub(crate) mod keys;
pub(crate) mod audit;
pub(crate) mod webhooks;
pub(crate) mod scenarios;
pub(crate) mod orders;
pub(crate) mod plans;
pub(crate) mod shown;
pub(crate) mod day;
pub(crate) mod ledger;
pub(crate) mod actual;
pub(crate) mod energy;
