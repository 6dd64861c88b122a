//! Permissions, and the one table of who holds which.

use crate::role::Role::{
    self, Administrator, Auditor, Driver, Packer, Partner, Planner, StationKeeper, Sustainability,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt::{self, Write as _};
use utoipa::ToSchema;

/// The right to do one kind of thing.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Permission {
    /// See orders.
    OrdersRead,
    /// Take orders in, change and cancel them.
    OrdersWrite,
    /// See scenarios.
    ScenariosRead,
    /// Load and change scenarios.
    ScenariosWrite,
    /// See plans.
    PlansRead,
    /// Make plans.
    PlansWrite,
    /// Release a plan: from then on it is worked.
    PlansRelease,
    /// See parcels and where they are.
    ParcelsRead,
    /// Pack parcels.
    ParcelsPack,
    /// Load parcels onto a vehicle.
    ParcelsLoad,
    /// See rounds.
    RoundsRead,
    /// Drive a round: start it, deliver, report failures.
    RoundsDrive,
    /// See vehicles.
    VehiclesRead,
    /// Add, change and take out vehicles.
    VehiclesWrite,
    /// See stations.
    StationsRead,
    /// Receive parcels and returned cartons at a station.
    StationsReceive,
    /// See the stock of cartons.
    StockRead,
    /// Count the stock of cartons.
    StockCount,
    /// See readings of meters.
    MetersRead,
    /// Record readings of meters.
    MetersWrite,
    /// Ask the carbon ledger.
    LedgerRead,
    /// See reports.
    ReportsRead,
    /// Set up webhooks.
    WebhooksManage,
    /// Invite people, change their roles, close accounts.
    PeopleManage,
    /// Make and revoke keys.
    KeysManage,
    /// See the audit trail.
    AuditRead,
    /// Erase the personal data of a person.
    PersonsErase,
}

/// Who holds what. The only place where this is said.
pub const TABLE: [(Permission, &[Role]); 27] = {
    use Permission as P;
    [
        (P::OrdersRead, &[Planner, Packer, Sustainability, Auditor, Administrator]),
        (P::OrdersWrite, &[Planner, Administrator]),
        (P::ScenariosRead, &[Planner, Sustainability, Auditor, Administrator]),
        (P::ScenariosWrite, &[Planner, Administrator]),
        (P::PlansRead, &[Planner, Packer, Driver, Sustainability, Auditor, Administrator]),
        (P::PlansWrite, &[Planner, Administrator]),
        (P::PlansRelease, &[Planner, Administrator]),
        (
            P::ParcelsRead,
            &[Planner, Packer, Driver, StationKeeper, Auditor, Partner, Administrator],
        ),
        (P::ParcelsPack, &[Packer, Administrator]),
        (P::ParcelsLoad, &[Packer, Driver, Administrator]),
        (P::RoundsRead, &[Planner, Packer, Driver, Sustainability, Auditor, Administrator]),
        (P::RoundsDrive, &[Driver, Administrator]),
        (P::VehiclesRead, &[Planner, Driver, Sustainability, Auditor, Administrator]),
        (P::VehiclesWrite, &[Planner, Administrator]),
        (
            P::StationsRead,
            &[Planner, Driver, StationKeeper, Sustainability, Auditor, Partner, Administrator],
        ),
        (P::StationsReceive, &[StationKeeper, Administrator]),
        (P::StockRead, &[Planner, Packer, StationKeeper, Sustainability, Auditor, Administrator]),
        (P::StockCount, &[Packer, StationKeeper, Administrator]),
        (P::MetersRead, &[Planner, Sustainability, Auditor, Administrator]),
        (P::MetersWrite, &[Sustainability, Administrator]),
        (P::LedgerRead, &[Planner, Sustainability, Auditor, Administrator]),
        (P::ReportsRead, &[Planner, Sustainability, Auditor, Partner, Administrator]),
        (P::WebhooksManage, &[Administrator]),
        (P::PeopleManage, &[Administrator]),
        (P::KeysManage, &[Administrator]),
        (P::AuditRead, &[Auditor, Administrator]),
        (P::PersonsErase, &[Administrator]),
    ]
};

impl Permission {
    /// Its name, as in events and in the interface: `orders-read`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OrdersRead => "orders-read",
            Self::OrdersWrite => "orders-write",
            Self::ScenariosRead => "scenarios-read",
            Self::ScenariosWrite => "scenarios-write",
            Self::PlansRead => "plans-read",
            Self::PlansWrite => "plans-write",
            Self::PlansRelease => "plans-release",
            Self::ParcelsRead => "parcels-read",
            Self::ParcelsPack => "parcels-pack",
            Self::ParcelsLoad => "parcels-load",
            Self::RoundsRead => "rounds-read",
            Self::RoundsDrive => "rounds-drive",
            Self::VehiclesRead => "vehicles-read",
            Self::VehiclesWrite => "vehicles-write",
            Self::StationsRead => "stations-read",
            Self::StationsReceive => "stations-receive",
            Self::StockRead => "stock-read",
            Self::StockCount => "stock-count",
            Self::MetersRead => "meters-read",
            Self::MetersWrite => "meters-write",
            Self::LedgerRead => "ledger-read",
            Self::ReportsRead => "reports-read",
            Self::WebhooksManage => "webhooks-manage",
            Self::PeopleManage => "people-manage",
            Self::KeysManage => "keys-manage",
            Self::AuditRead => "audit-read",
            Self::PersonsErase => "persons-erase",
        }
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// What these roles may do together.
pub fn permissions_of<'a>(roles: impl IntoIterator<Item = &'a Role>) -> BTreeSet<Permission> {
    let roles: BTreeSet<&Role> = roles.into_iter().collect();
    let held = TABLE.iter().filter(|(_, holders)| holders.iter().any(|role| roles.contains(role)));
    held.map(|(permission, _)| *permission).collect()
}

/// Names, joined by commas.
pub(crate) fn names<'a>(permissions: impl IntoIterator<Item = &'a Permission>) -> String {
    let names: Vec<&str> = permissions.into_iter().map(|permission| permission.name()).collect();
    names.join(", ")
}

/// The table in Markdown: a row each permission, a column each role.
pub fn markdown() -> String {
    let mut text = String::from("| permission |");
    for role in Role::ALL {
        write!(text, " {} |", role.name()).expect("a string takes all that is written");
    }
    text.push_str("\n|---|");
    text.push_str(&":-:|".repeat(Role::ALL.len()));
    for (permission, holders) in TABLE {
        write!(text, "\n| `{permission}` |").expect("a string takes all that is written");
        for role in Role::ALL {
            text.push_str(if holders.contains(&role) { " x |" } else { "  |" });
        }
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permission_is_written_by_its_name_and_stands_in_the_table_once() {
        let all: BTreeSet<Permission> = TABLE.iter().map(|(permission, _)| *permission).collect();
        assert_eq!(all.len(), TABLE.len());
        for permission in all {
            let json = serde_json::to_string(&permission).unwrap();
            assert_eq!(json, format!("\"{permission}\""));
        }
    }

    #[test]
    fn every_permission_has_a_holder_and_the_administrator_has_all() {
        for (permission, holders) in TABLE {
            assert!(!holders.is_empty(), "{permission}");
            assert!(holders.contains(&Administrator), "{permission}");
        }
    }

    #[test]
    fn the_auditor_reads_everything_and_changes_nothing() {
        for (permission, holders) in TABLE {
            let reads = permission.name().ends_with("-read");
            assert_eq!(holders.contains(&Auditor), reads, "{permission}");
        }
    }

    #[test]
    fn who_may_do_a_thing_to_parcels_may_see_them() {
        for (permission, holders) in TABLE {
            let (thing, _) = permission.name().split_once('-').unwrap();
            for (read, readers) in TABLE {
                if read.name() == format!("{thing}-read") {
                    assert!(
                        holders.iter().all(|role| readers.contains(role)),
                        "{permission} without {read}"
                    );
                }
            }
        }
    }

    #[test]
    fn roles_add_up() {
        let both = permissions_of(&[Packer, Driver]);
        let apart: BTreeSet<Permission> =
            permissions_of(&[Packer]).union(&permissions_of(&[Driver])).copied().collect();
        assert_eq!(both, apart);
        assert_eq!(permissions_of([]), BTreeSet::new());
    }
}
