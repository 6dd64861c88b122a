//! The factor table as text: comma-separated values (RFC 4180), read strictly.

use crate::{Factor, GwpSet, Registry, Unit};
use quantity::Fixed;

/// The columns, in their order.
pub const COLUMNS: [&str; 11] = [
    "factor_id",
    "edition",
    "activity",
    "unit",
    "wtt",
    "ttw",
    "gwp_set",
    "region",
    "source",
    "licence",
    "note",
];

/// A fault in a factor table, with its place and its mend.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableFault {
    /// The first line is not [`COLUMNS`].
    #[error("line 1: the columns are `{0}`. Write {columns}", columns = COLUMNS.join(","))]
    Header(String),
    /// A row of more or fewer fields than columns, or with a stray quotation mark.
    #[error(
        "line {line}: not a row of {n} fields. Put fields with commas, quotation marks or line \
         ends in quotation marks, and double the marks inside",
        n = COLUMNS.len()
    )]
    Row {
        /// Line on which the row begins, from 1.
        line: usize,
    },
    /// A field that is not what its column holds.
    #[error("line {line}: {column} is `{value}`. {mend}")]
    Field {
        /// Line on which the row begins, from 1.
        line: usize,
        /// The column.
        column: &'static str,
        /// What stands there.
        value: String,
        /// What to write instead.
        mend: &'static str,
    },
    /// An id that an earlier row has.
    #[error("line {line}: factor_id is `{id}` again. Keep one row an id")]
    Repeated {
        /// Line on which the row begins, from 1.
        line: usize,
        /// The id.
        id: String,
    },
}

/// Reads a factor table; on failure, every fault of it in the order of lines.
pub fn read(text: &str) -> Result<Registry, Vec<TableFault>> {
    let mut rows = rows(text);
    match rows.next() {
        Some((_, Some(header))) if header == COLUMNS => {}
        _ => return Err(vec![TableFault::Header(text.lines().next().unwrap_or("").to_owned())]),
    }
    let (mut registry, mut faults) = (Registry::default(), Vec::new());
    for (line, fields) in rows {
        let Some(fields) = fields.and_then(|fields| <[String; 11]>::try_from(fields).ok()) else {
            faults.push(TableFault::Row { line });
            continue;
        };
        match factor(line, fields) {
            Ok(factor) if registry.get(&factor.id).is_some() => {
                faults.push(TableFault::Repeated { line, id: factor.id.to_string() });
            }
            Ok(factor) => registry.add(factor).expect("no factor of this id is there"),
            Err(fault) => faults.extend(fault),
        }
    }
    if faults.is_empty() { Ok(registry) } else { Err(faults) }
}

/// Writes a registry as the table that [`read`] reads back to the same registry.
pub fn write(registry: &Registry) -> String {
    let mut text = COLUMNS.join(",") + "\n";
    for factor in registry.iter() {
        let fields = [
            &*factor.id,
            &*factor.edition,
            &factor.activity,
            factor.unit.name(),
            &factor.wtt.to_string(),
            &factor.ttw.to_string(),
            factor.gwp_set.name(),
            &factor.region,
            &factor.source,
            &factor.licence,
            &factor.note,
        ];
        text += &fields.map(quoted).join(",");
        text.push('\n');
    }
    text
}

/// A field as RFC 4180 wants it: in quotation marks only where it must be.
fn quoted(field: &str) -> String {
    if field.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

/// The factor of a row, or all that is wrong with its fields.
fn factor(line: usize, fields: [String; 11]) -> Result<Factor, Vec<TableFault>> {
    let mut faults = Vec::new();
    let mut fault = |column: usize, mend| {
        let value = fields[column].clone();
        faults.push(TableFault::Field { line, column: COLUMNS[column], value, mend });
    };
    for column in [0, 1, 2, 7, 8, 9] {
        if fields[column].is_empty() {
            fault(column, "Fill it in: a factor is traced to its source");
        }
    }
    let unit = Unit::ALL.into_iter().find(|unit| unit.name() == fields[3]);
    if unit.is_none() {
        fault(3, "Write l, kWh, t or tkm");
    }
    let [wtt, ttw] = [4, 5].map(|column| {
        // An avoided emission is shown beside and never netted: no factor is negative.
        let figure = fields[column].parse().ok().filter(|&figure| figure >= Fixed::ZERO);
        if figure.is_none() {
            fault(column, "Write kg CO2e per unit, 0 or more, with at most nine decimal places");
        }
        figure
    });
    let gwp_set = GwpSet::ALL.into_iter().find(|set| set.name() == fields[6]);
    if gwp_set.is_none() {
        fault(6, "Write AR5, AR6 or not stated");
    }
    let (Some(unit), Some(wtt), Some(ttw), Some(gwp_set), []) =
        (unit, wtt, ttw, gwp_set, faults.as_slice())
    else {
        return Err(faults);
    };
    let [id, edition, activity, _, _, _, _, region, source, licence, note] = fields;
    let (id, edition) = (id.into(), edition.into());
    Ok(Factor { id, edition, activity, unit, wtt, ttw, gwp_set, region, source, licence, note })
}

/// Rows with the line on which each begins; `None` for a row with a stray quotation mark.
fn rows(text: &str) -> impl Iterator<Item = (usize, Option<Vec<String>>)> {
    let (mut rest, mut line) = (text, 1);
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (row, after) = split_row(rest);
        let begins = line;
        line += rest[..rest.len() - after.len()].matches('\n').count();
        rest = after;
        Some((begins, fields(row)))
    })
}

/// The first row without its line end, and what follows. A line end between an odd and an even
/// quotation mark belongs to a field.
fn split_row(text: &str) -> (&str, &str) {
    let mut inside = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => inside = !inside,
            b'\n' if !inside => {
                let row = &text[..at];
                return (row.strip_suffix('\r').unwrap_or(row), &text[at + 1..]);
            }
            _ => {}
        }
    }
    (text, "")
}

/// The fields of a row; `None` where a quotation mark is not closed or not at a field's edge.
fn fields(row: &str) -> Option<Vec<String>> {
    let (mut fields, mut rest) = (Vec::new(), row);
    loop {
        let field;
        if let Some(mut quoted) = rest.strip_prefix('"') {
            let mut value = String::new();
            loop {
                let (part, after) = quoted.split_once('"')?;
                value += part;
                let Some(more) = after.strip_prefix('"') else {
                    (field, rest) = (value, after);
                    break;
                };
                value.push('"');
                quoted = more;
            }
        } else {
            let end = rest.find(',').unwrap_or(rest.len());
            field = rest[..end].to_owned();
            rest = &rest[end..];
            if field.contains('"') {
                return None;
            }
        }
        fields.push(field);
        if rest.is_empty() {
            return Some(fields);
        }
        rest = rest.strip_prefix(',')?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ROW: &str = "a,2025,diesel,l,0.5,2,AR5,GB,DESNZ,OGL,";

    fn table(rows: &[&str]) -> String {
        COLUMNS.join(",") + "\n" + &rows.join("\n")
    }

    #[test]
    fn a_row_is_read_as_it_is_written() {
        let text = table(&["a,2025,\"diesel, \"\"B7\"\"\",l,0.5,2,AR5,GB,\"two\nlines\",OGL,"]);
        let registry = read(&text).unwrap();
        let factor = registry.get("a").unwrap();
        assert_eq!(factor.activity, "diesel, \"B7\"");
        assert_eq!(factor.source, "two\nlines");
        assert_eq!((factor.unit, factor.gwp_set), (Unit::Litre, GwpSet::Ar5));
        assert_eq!((factor.wtt.to_f64(), factor.ttw.to_f64()), (0.5, 2.0));
    }

    #[test]
    fn line_ends_of_either_kind_and_none_at_the_end() {
        let expect = read(&table(&[ROW])).unwrap();
        assert_eq!(expect.iter().count(), 1);
        for (text, why) in [
            (table(&[ROW, ""]), "a line end at the end"),
            (table(&[ROW]).replace('\n', "\r\n"), "carriage returns, as RFC 4180 has them"),
        ] {
            assert_eq!(read(&text).as_ref(), Ok(&expect), "{why}");
        }
    }

    #[test]
    fn a_fault_is_told_with_its_place() {
        let field = |column, value: &str, mend| TableFault::Field {
            line: 2,
            column,
            value: value.to_owned(),
            mend,
        };
        let figure = "Write kg CO2e per unit, 0 or more, with at most nine decimal places";
        for (row, expect, why) in [
            (
                "a,2025,diesel,gal,0.5,2,AR5,GB,DESNZ,OGL,",
                field("unit", "gal", "Write l, kWh, t or tkm"),
                "a unit we do not count in",
            ),
            (
                "a,2025,diesel,l,,2,AR5,GB,DESNZ,OGL,",
                field("wtt", "", figure),
                "a missing figure is not zero",
            ),
            (
                "a,2025,diesel,l,0.5,-2,AR5,GB,DESNZ,OGL,",
                field("ttw", "-2", figure),
                "what is avoided is never netted",
            ),
            (
                "a,2025,diesel,l,0.5,2,AR4,GB,DESNZ,OGL,",
                field("gwp_set", "AR4", "Write AR5, AR6 or not stated"),
                "potentials too old to mix in",
            ),
            (
                "a,2025,diesel,l,0.5,2,AR5,GB,,OGL,",
                field("source", "", "Fill it in: a factor is traced to its source"),
                "a figure from nowhere",
            ),
            ("a,2025,diesel,l,0.5,2,AR5,GB,DESNZ,OGL", TableFault::Row { line: 2 }, "ten fields"),
            ("", TableFault::Row { line: 2 }, "an empty line is not a row"),
            (
                "a,2025,die\"sel,l,0.5,2,AR5,GB,DESNZ,OGL,",
                TableFault::Row { line: 2 },
                "a mark inside a bare field",
            ),
            (
                "a,2025,\"diesel\"x,l,0.5,2,AR5,GB,DESNZ,OGL,",
                TableFault::Row { line: 2 },
                "something behind the closing mark",
            ),
            (
                "a,2025,\"diesel,l,0.5,2,AR5,GB,DESNZ,OGL,",
                TableFault::Row { line: 2 },
                "a mark never closed",
            ),
        ] {
            assert_eq!(read(&(table(&[row]) + "\n")), Err(vec![expect]), "{why}");
        }
    }

    #[test]
    fn all_faults_of_a_table_are_told() {
        let text = table(&["\"a\",2025,\"two\nlines\",gal,x,2,AR5,GB,D,O,", ROW, "b", ROW]);
        let lines: Vec<usize> = read(&text)
            .unwrap_err()
            .iter()
            .map(|fault| match fault {
                TableFault::Header(_) => 1,
                TableFault::Row { line }
                | TableFault::Field { line, .. }
                | TableFault::Repeated { line, .. } => *line,
            })
            .collect();
        assert_eq!(lines, [2, 2, 5, 6], "unit and figure of row one, a short row, an id again");
    }

    #[test]
    fn other_columns_are_refused() {
        for text in ["", "factor_id,edition\n", &table(&[ROW]).replace("wtt,ttw", "ttw,wtt")] {
            let first = text.lines().next().unwrap_or("").to_owned();
            assert_eq!(read(text), Err(vec![TableFault::Header(first)]), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(
            texts in prop::collection::vec("[a-z\",\r\n é]{1,8}", 6),
            note in "[a-z\",\r\n]{0,8}",
            figures in (0_i64.., 0_i64..),
        ) {
            let [id, edition, activity, region, source, licence] = [0, 1, 2, 3, 4, 5].map(|i| texts[i].clone());
            let mut registry = Registry::built_in();
            registry.add(Factor {
                id: id.into(),
                edition: edition.into(),
                activity,
                unit: Unit::Tonne,
                wtt: Fixed::from_billionths(figures.0.into()),
                ttw: Fixed::from_billionths(figures.1.into()),
                gwp_set: GwpSet::NotStated,
                region,
                source,
                licence,
                note,
            }).unwrap();
            prop_assert_eq!(read(&write(&registry)), Ok(registry));
        }

        #[test]
        fn any_text_is_a_registry_or_faults_with_places(text in "[a-z\",\r\n0-9.é]{0,200}") {
            let text = COLUMNS.join(",") + "\n" + &text;
            match read(&text) {
                Ok(registry) => prop_assert_eq!(read(&write(&registry)), Ok(registry)),
                Err(faults) => prop_assert!(!faults.is_empty()),
            }
        }
    }
}
