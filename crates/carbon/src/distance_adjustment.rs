//! From the distance driven to the one by which freight is counted: a table, never a constant.

use crate::factor_table::{Column, FIGURE, FILL_IN, Row, distance_kind, figure, read_rows};
use crate::{DistanceKind, TableFault};
use quantity::Fixed;

const COLUMNS: [Column; 6] = [
    ("mode", true),
    ("from", true),
    ("to", true),
    ("percent", true),
    ("add_km", true),
    ("source", true),
];

/// By how much the actual distance of a mode is longer than the one that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DistanceAdjustment {
    /// Mode of transport, in words: `road`, `sea`, `air`.
    pub mode: String,
    /// The distance that counts.
    pub to: DistanceKind,
    /// Percent of the counted distance.
    pub percent: Fixed,
    /// Kilometres on top of that.
    pub add_km: Fixed,
    /// Publication, with year.
    pub source: String,
}

/// Reads `distance_adjustment.csv`; on failure, every fault of it in the order of lines.
pub fn read_distance_adjustments(text: &str) -> Result<Vec<DistanceAdjustment>, Vec<TableFault>> {
    let adjustment = |row: &mut Row| {
        let mode = row.needed("mode", FILL_IN);
        row.value("from", "Write actual: no other distance is adjusted", |text| {
            (text == "actual").then_some(())
        });
        let to = row.value("to", "Write sfd or gcd", distance_kind);
        let [percent, add_km] =
            ["percent", "add_km"].map(|column| row.value(column, FIGURE, figure));
        let source = row.needed("source", FILL_IN);
        Some(DistanceAdjustment { mode, to: to?, percent: percent?, add_km: add_km?, source })
    };
    read_rows(text, &COLUMNS, adjustment, |row| format!("{}, {}", row.mode, row.to.name()))
}

/// The counted distance in km behind an actual one: what is left of it without `add_km`, divided
/// by 1 + `percent` / 100, rounded half to even to nine places.
///
/// `None` where the table has no row of the mode and kind, or the way is not longer than `add_km`.
pub fn adjust(
    adjustments: &[DistanceAdjustment],
    mode: &str,
    to: DistanceKind,
    actual_km: Fixed,
) -> Option<Fixed> {
    let row = adjustments.iter().find(|row| row.mode == mode && row.to == to)?;
    let hundred = Fixed::from_integer(100);
    let rest = actual_km - row.add_km;
    if rest <= Fixed::ZERO {
        return None;
    }
    rest.checked_mul(hundred)?.checked_div(hundred + row.percent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HEADER: &str = "mode,from,to,percent,add_km,source\n";

    fn table() -> Vec<DistanceAdjustment> {
        let rows = "road,actual,sfd,5,0,contract\nair,actual,gcd,0,95,contract\n";
        read_distance_adjustments(&format!("{HEADER}{rows}")).unwrap()
    }

    #[test]
    fn an_actual_distance_becomes_the_counted_one() {
        for (mode, kind, actual, expect, why) in [
            ("road", DistanceKind::Sfd, "105", Some("100"), "five percent of the counted distance"),
            ("air", DistanceKind::Gcd, "1095", Some("1000"), "95 km on top"),
            ("air", DistanceKind::Gcd, "95", None, "no way is left"),
            ("road", DistanceKind::Gcd, "105", None, "no row of that kind"),
            ("sea", DistanceKind::Sfd, "105", None, "no row of that mode"),
        ] {
            let km = adjust(&table(), mode, kind, actual.parse().unwrap());
            assert_eq!(km, expect.map(|km| km.parse().unwrap()), "{why}");
        }
    }

    #[test]
    fn all_faults_are_told() {
        let rows = "road,sfd,actual,x,-1,\nroad,actual,sfd,5,0,s\nroad,actual,sfd,5,0,s\n";
        let faults = read_distance_adjustments(&format!("{HEADER}{rows}")).unwrap_err();
        let columns: Vec<&str> = faults
            .iter()
            .map(|fault| match fault {
                TableFault::Field { line: 2, column, .. } => column,
                TableFault::Repeated { line: 4, .. } => "again",
                _ => panic!("{fault}"),
            })
            .collect();
        assert_eq!(columns, ["from", "to", "percent", "add_km", "source", "again"]);
    }

    proptest! {
        #[test]
        fn a_counted_distance_is_never_longer_than_the_actual_one(metres in 1_i64..1 << 40) {
            let actual = Fixed::from_integer(metres).checked_div(Fixed::from_integer(1_000)).unwrap();
            for row in table() {
                if let Some(km) = adjust(&table(), &row.mode, row.to, actual) {
                    prop_assert!(Fixed::ZERO < km && km <= actual);
                }
            }
        }
    }
}
