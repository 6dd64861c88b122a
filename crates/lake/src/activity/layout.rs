//! The columns of an activity file, and where they stand in a header.

use super::fault::{Fault, Faults, shown};

/// So many unknown columns are named where one is missing.
const UNKNOWN_SHOWN: usize = 5;
/// Separators other than the comma that spreadsheets write, with their names.
const OTHER_SEPARATORS: [(char, &str); 3] = [(';', ";"), ('\t', "tab"), ('|', "|")];

/// What the cells of a column hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Words that repeat.
    Word,
    /// Texts of which most are different.
    Id,
    /// Decimals of nine places.
    Number,
}

/// A column of docs/LEDGER.md.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Column {
    ActivityId,
    Tenant,
    Case,
    Link,
    Activity,
    Period,
    Amount,
    Unit,
    MassKg,
    SfdKm,
    GcdKm,
    OriginLat,
    OriginLon,
    DestLat,
    DestLon,
    ActualKm,
    Mode,
    FactorId,
    FactorEdition,
    TocId,
    HocId,
    RoundId,
    OrderId,
    SiteId,
    ShipmentId,
    TceId,
    Operator,
    Payer,
    DataKind,
    Method,
}

/// How many columns there are.
pub(super) const COLUMNS: usize = Column::Method as usize + 1;

impl Column {
    /// All of them, in their order.
    pub(super) const ALL: [Self; COLUMNS] = [
        Self::ActivityId,
        Self::Tenant,
        Self::Case,
        Self::Link,
        Self::Activity,
        Self::Period,
        Self::Amount,
        Self::Unit,
        Self::MassKg,
        Self::SfdKm,
        Self::GcdKm,
        Self::OriginLat,
        Self::OriginLon,
        Self::DestLat,
        Self::DestLon,
        Self::ActualKm,
        Self::Mode,
        Self::FactorId,
        Self::FactorEdition,
        Self::TocId,
        Self::HocId,
        Self::RoundId,
        Self::OrderId,
        Self::SiteId,
        Self::ShipmentId,
        Self::TceId,
        Self::Operator,
        Self::Payer,
        Self::DataKind,
        Self::Method,
    ];
    /// Columns that every file has, with no cell empty.
    pub(super) const NEEDED: [Self; 4] = [Self::Link, Self::Activity, Self::Period, Self::DataKind];
    /// Latitude and longitude of both ends.
    pub(super) const COORDINATES: [Self; 4] =
        [Self::OriginLat, Self::OriginLon, Self::DestLat, Self::DestLon];

    /// As the header names it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::ActivityId => "activity_id",
            Self::Tenant => "tenant",
            Self::Case => "case",
            Self::Link => "link",
            Self::Activity => "activity",
            Self::Period => "period",
            Self::Amount => "amount",
            Self::Unit => "unit",
            Self::MassKg => "mass_kg",
            Self::SfdKm => "sfd_km",
            Self::GcdKm => "gcd_km",
            Self::OriginLat => "origin_lat",
            Self::OriginLon => "origin_lon",
            Self::DestLat => "dest_lat",
            Self::DestLon => "dest_lon",
            Self::ActualKm => "actual_km",
            Self::Mode => "mode",
            Self::FactorId => "factor_id",
            Self::FactorEdition => "factor_edition",
            Self::TocId => "toc_id",
            Self::HocId => "hoc_id",
            Self::RoundId => "round_id",
            Self::OrderId => "order_id",
            Self::SiteId => "site_id",
            Self::ShipmentId => "shipment_id",
            Self::TceId => "tce_id",
            Self::Operator => "operator",
            Self::Payer => "payer",
            Self::DataKind => "data_kind",
            Self::Method => "method",
        }
    }
    /// What its cells hold.
    pub(super) const fn kind(self) -> Kind {
        match self {
            Self::ActivityId | Self::OrderId | Self::ShipmentId => Kind::Id,
            Self::Amount
            | Self::MassKg
            | Self::SfdKm
            | Self::GcdKm
            | Self::OriginLat
            | Self::OriginLon
            | Self::DestLat
            | Self::DestLon
            | Self::ActualKm => Kind::Number,
            _ => Kind::Word,
        }
    }
}

/// Where the known columns stand in a file, and the columns that are not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Layout {
    /// By column, its place in the file.
    pub(super) places: [Option<usize>; COLUMNS],
    /// Names of the others, which are not read.
    pub(super) unknown: Vec<String>,
}

impl Layout {
    /// Finds the columns in a header. Missing and doubled ones are faults.
    pub(super) fn of(file: &str, header: &[&str]) -> Result<Self, Faults> {
        if let [only] = header
            && let Some((_, found)) = OTHER_SEPARATORS.iter().find(|(sign, _)| only.contains(*sign))
        {
            return Err(Fault::Separator { file: file.into(), found }.into());
        }
        let names: Vec<&str> = header.iter().map(|name| name.trim()).collect();
        let known = |name: &str| Column::ALL.iter().any(|column| column.name() == name);
        let mut layout = Self {
            places: [None; COLUMNS],
            unknown: names.iter().copied().filter(|name| !known(name)).map(shown).collect(),
        };
        let mut faults = Faults::default();
        for column in Column::ALL {
            let mut found = (0..names.len()).filter(|&place| names[place] == column.name());
            layout.places[column as usize] = found.next();
            if found.next().is_some() {
                let column = column.name();
                faults.push(Fault::DuplicateColumn { file: file.into(), column });
            }
        }
        for column in Column::NEEDED.into_iter().filter(|&column| layout.place(column).is_none()) {
            let unknown = layout.unknown.iter().filter(|name| !name.is_empty());
            let unknown = unknown.take(UNKNOWN_SHOWN).cloned().collect();
            let column = column.name();
            faults.push(Fault::MissingColumn { file: file.into(), column, unknown });
        }
        faults.or(layout)
    }

    /// Where a column stands.
    pub(super) const fn place(&self, column: Column) -> Option<usize> {
        self.places[column as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_in_their_order() {
        for (place, column) in Column::ALL.into_iter().enumerate() {
            assert_eq!(column as usize, place, "{}", column.name());
        }
    }

    #[test]
    fn headers_that_are_read_and_headers_that_are_not() {
        for (header, expect, why) in [
            ("link,activity,period,data_kind", "", "the least"),
            (" link , activity,period,data_kind,colour", "", "blanks; another column is told"),
            (
                "link,activity,period,kind",
                "f.csv: has no column `data_kind`. Add it (or rename one of: kind).",
                "a needed one is missing",
            ),
            (
                "link,activity,period,data_kind,link",
                "f.csv: has two columns `link`. Remove one of the two.",
                "which of the two?",
            ),
            (
                "link;activity;period;data_kind",
                "f.csv: columns are separated by `;`. Separate them by `,`.",
                "a spreadsheet of another country",
            ),
        ] {
            let header: Vec<&str> = header.split(',').collect();
            let told = Layout::of("f.csv", &header)
                .map_or_else(|faults| faults.to_string(), |_| String::new());
            assert_eq!(told, expect, "{why}");
        }
    }

    #[test]
    fn unknown_columns_are_named_once_each() {
        let header = ["link", "activity", "period", "data_kind", "colour", "Unit"];
        let layout = Layout::of("f.csv", &header).unwrap();
        assert_eq!(layout.unknown, ["colour", "Unit"]);
        assert_eq!(layout.place(Column::Unit), None);
    }
}
