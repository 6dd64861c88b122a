//! The figures as comma-separated values (RFC 4180), for other programs and for auditors.

use super::datapoint::Datapoint;
use super::meta::Meta;
use super::text::span_code;
use quantity::Fixed;

/// The columns, in their order.
const COLUMNS: [&str; 12] = [
    "figure_id",
    "name",
    "value",
    "unit",
    "period",
    "entity",
    "low_95",
    "high_95",
    "query",
    "factor_editions",
    "method",
    "standards",
];

/// One row a figure; the value of one that is not in the ledger is empty.
pub(super) fn write(meta: &Meta, points: &[Datapoint]) -> String {
    let period = span_code(meta.span);
    let number = |value: Option<Fixed>| value.map_or_else(String::new, |value| value.to_string());
    let mut csv = COLUMNS.join(",") + "\n";
    for point in points {
        let fields = [
            &point.id,
            &point.name,
            &number(point.value),
            &point.unit,
            &period,
            &meta.entity,
            &number(point.interval.map(|interval| interval.low)),
            &number(point.interval.map(|interval| interval.high)),
            point.query,
            &point.factor_editions,
            &point.method,
            &point.standards,
        ];
        csv += &fields.map(quoted).join(",");
        csv.push('\n');
    }
    csv
}

/// In quotation marks only where it must be. A cell that a spreadsheet would take for a formula
/// keeps a mark in front: names come from files of others.
fn quoted(field: &str) -> String {
    let is_number = field.parse::<Fixed>().is_ok();
    let is_formula = !is_number && field.starts_with(['=', '+', '-', '@']);
    let field = if is_formula { format!("'{field}") } else { field.to_owned() };
    if field.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_where_they_must_be() {
        for (field, expect, why) in [
            ("plain", "plain", "nothing to do"),
            ("a, b", "\"a, b\"", "a comma"),
            ("the \"best\"", "\"the \"\"best\"\"\"", "marks are doubled"),
            ("-12.5", "-12.5", "a negative number is a number"),
            ("=1+1", "'=1+1", "no spreadsheet computes a name"),
        ] {
            assert_eq!(quoted(field), expect, "{why}");
        }
    }
}
