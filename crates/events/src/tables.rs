//! The tables of the store, as a backup holds them.

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    Text,
    Number,
    Bytes,
}

/// A column: its name, what it holds, and whether it may be empty.
pub(crate) type Column = (&'static str, Holds, bool);

pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) columns: &'static [Column],
    /// The columns by which rows are in order.
    pub(crate) order: &'static str,
}

use Holds::{Bytes, Number, Text};

/// In the order in which they are restored.
pub(crate) const TABLES: [Table; 11] = [
    Table {
        name: "tenants",
        columns: &[
            ("tenant", Text, false),
            ("position", Number, false),
            ("outbox_seq", Number, false),
            ("month", Number, false),
            ("recorded_at", Number, false),
            ("digest", Bytes, false),
        ],
        order: "tenant",
    },
    Table {
        name: "months",
        columns: &[
            ("tenant", Text, false),
            ("month", Number, false),
            ("first_position", Number, false),
        ],
        order: "tenant, month",
    },
    Table {
        name: "streams",
        columns: &[
            ("tenant", Text, false),
            ("kind", Text, false),
            ("id", Text, false),
            ("version", Number, false),
            ("first_month", Number, false),
            ("last_month", Number, false),
        ],
        order: "tenant, kind, id",
    },
    Table {
        name: "events",
        columns: &[
            ("tenant", Text, false),
            ("position", Number, false),
            ("month", Number, false),
            ("kind", Text, false),
            ("id", Text, false),
            ("version", Number, false),
            ("event_type", Text, false),
            ("schema_version", Number, false),
            ("recorded_at", Number, false),
            ("actor", Text, false),
            ("correlation", Text, true),
            ("causation", Bytes, true),
            ("payload", Text, false),
            ("digest", Bytes, false),
        ],
        order: "tenant, position",
    },
    Table {
        name: "idempotency",
        columns: &[
            ("tenant", Text, false),
            ("key", Text, false),
            ("request", Bytes, false),
            ("answer", Text, false),
            ("first_position", Number, false),
            ("last_position", Number, false),
            ("recorded_at", Number, false),
        ],
        order: "tenant, key",
    },
    Table {
        name: "outbox",
        columns: &[
            ("tenant", Text, false),
            ("seq", Number, false),
            ("topic", Text, false),
            ("key", Text, false),
            ("payload", Text, false),
            ("recorded_at", Number, false),
            ("attempts", Number, false),
            ("due_at", Number, false),
            ("dead", Number, false),
            ("fault", Text, true),
        ],
        order: "tenant, seq",
    },
    Table {
        name: "persons",
        columns: &[
            ("tenant", Text, false),
            ("person", Text, false),
            ("data", Text, false),
            ("recorded_at", Number, false),
            ("keep_until", Number, true),
        ],
        order: "tenant, person",
    },
    Table {
        name: "erasures",
        columns: &[("tenant", Text, false), ("person", Text, false), ("erased_at", Number, false)],
        order: "tenant, person",
    },
    Table {
        name: "snapshots",
        columns: &[
            ("tenant", Text, false),
            ("kind", Text, false),
            ("id", Text, false),
            ("version", Number, false),
            ("schema_version", Number, false),
            ("state", Text, false),
        ],
        order: "tenant, kind, id",
    },
    Table {
        name: "projections",
        columns: &[
            ("tenant", Text, false),
            ("name", Text, false),
            ("generation", Number, false),
            ("revision", Number, false),
            ("position", Number, false),
            ("live", Number, false),
        ],
        order: "tenant, name, generation",
    },
    Table {
        name: "projection_rows",
        columns: &[
            ("tenant", Text, false),
            ("name", Text, false),
            ("generation", Number, false),
            ("key", Text, false),
            ("value", Text, false),
        ],
        order: "tenant, name, generation, key",
    },
];

impl Table {
    pub(crate) fn names(&self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|(name, _, _)| *name).collect();
        names.join(", ")
    }

    /// Where the month stands, in the one table that is divided by it.
    pub(crate) fn month(&self) -> Option<usize> {
        let divided = self.name == "events";
        self.columns.iter().position(|(name, _, _)| divided && *name == "month")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_table_and_no_column_is_forgotten() {
        let mut created = String::new();
        for file in ["0001_streams", "0002_outbox_persons", "0003_projections"] {
            let path = format!("migrations/sqlite/{file}.sql");
            created += &std::io::read_to_string(std::fs::File::open(path).unwrap()).unwrap();
        }
        assert_eq!(created.matches("CREATE TABLE").count(), TABLES.len());
        let columns = created.lines().filter(|line| {
            let typed = [" TEXT", " INTEGER", " BLOB"].iter().any(|kind| line.contains(kind));
            typed && (line.starts_with("  ") || line.contains("ADD COLUMN"))
        });
        let ours: usize = TABLES.iter().map(|table| table.columns.len()).sum();
        assert_eq!(columns.count(), ours);
    }
}
