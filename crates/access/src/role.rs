//! Roles: what a person does in the house.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a person does. Which permissions that gives stands in [`crate::permission::TABLE`].
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Takes orders in, plans the day, releases it.
    Planner,
    /// Packs parcels and counts cartons.
    Packer,
    /// Loads a vehicle and drives its round.
    Driver,
    /// Keeps a station: receives parcels and cartons that come back.
    StationKeeper,
    /// Answers for the figures: meters, ledger, reports.
    Sustainability,
    /// Sees everything, changes nothing.
    Auditor,
    /// Another house in the chain: sees parcels, stations and reports.
    Partner,
    /// Lets people and keys in; may do everything.
    Administrator,
}

impl Role {
    /// All of them, in the order of the table.
    pub const ALL: [Self; 8] = [
        Self::Planner,
        Self::Packer,
        Self::Driver,
        Self::StationKeeper,
        Self::Sustainability,
        Self::Auditor,
        Self::Partner,
        Self::Administrator,
    ];

    /// Its name, as in events and in the interface.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Planner => "planner",
            Self::Packer => "packer",
            Self::Driver => "driver",
            Self::StationKeeper => "station-keeper",
            Self::Sustainability => "sustainability",
            Self::Auditor => "auditor",
            Self::Partner => "partner",
            Self::Administrator => "administrator",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_written_by_its_name() {
        for role in Role::ALL {
            let json = serde_json::to_string(&role).unwrap();
            assert_eq!(json, format!("\"{}\"", role.name()));
        }
    }
}
