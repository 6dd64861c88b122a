//! Tables of the registry as text: comma-separated values (RFC 4180), read strictly, columns in
//! any order; and the factor table among them.

use crate::{Class, DistanceKind, Factor, GwpSet, Period, Registry, Unit, published};
use quantity::Fixed;
use std::collections::BTreeSet;

/// A column of a table, and whether its header must have it.
pub(crate) type Column = (&'static str, bool);

/// The columns of the factor table, in the order in which they are written.
const COLUMNS: [Column; 18] = [
    ("factor_id", true),
    ("edition", true),
    ("activity", true),
    ("class", true),
    ("unit", true),
    ("wtt", false),
    ("ttw", false),
    ("generation", false),
    ("biogenic", false),
    ("gwp_set", true),
    ("region", true),
    ("valid_from", false),
    ("valid_to", false),
    ("distance", false),
    ("uncertainty_pct", false),
    ("source", true),
    ("licence", true),
    ("note", false),
];

pub(crate) const FILL_IN: &str = "Fill it in: a figure is traced to its source";
pub(crate) const FIGURE: &str = "Write a number, 0 or more, with at most nine decimal places";
pub(crate) const GWP_SET: &str = "Write AR4, AR5, AR6, CO2 only or not stated";
pub(crate) const PERIOD: &str = "Write a year or a month, as in 2025 or 2025-07";
const CLASS: &str =
    "Write fuel, electricity, own power, refrigerant, freight, hub, material or waste";
const UNIT: &str = "Write l, m3, kWh, kWh gross, GJ, kg, t, tkm or km";

/// A fault in a table, with its place and its mend.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableFault {
    /// The header lacks a column.
    #[error("line 1: no column `{column}`. Add it")]
    NoColumn {
        /// The column.
        column: &'static str,
    },
    /// The header has a column that the table does not know, or has it twice.
    #[error("line 1: column `{column}` is unknown or there twice. Leave it out; known are {known}")]
    StrangeColumn {
        /// What the header says.
        column: String,
        /// The columns of the table.
        known: String,
    },
    /// A row of more or fewer fields than columns, or with a stray quotation mark.
    #[error(
        "line {line}: not a row of {fields} fields. Put fields with commas, quotation marks or \
         line ends in quotation marks, and double the marks inside"
    )]
    Row {
        /// Line on which the row begins, from 1.
        line: usize,
        /// Fields of the header.
        fields: usize,
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
    /// A row for what an earlier row stands for.
    #[error("line {line}: `{key}` again. Keep one row for it")]
    Repeated {
        /// Line on which the row begins, from 1.
        line: usize,
        /// What the row stands for.
        key: String,
    },
}

/// Names of the columns, in the order in which they are written.
pub const fn columns() -> [&'static str; COLUMNS.len()] {
    let (mut names, mut at) = ([""; COLUMNS.len()], 0);
    while at < names.len() {
        names[at] = COLUMNS[at].0;
        at += 1;
    }
    names
}

/// Reads a factor table of either layout, recognised by its header; on failure, every fault of it
/// in the order of lines.
pub fn read(text: &str) -> Result<Registry, Vec<TableFault>> {
    let header = rows(text).next().and_then(|(_, fields)| fields).unwrap_or_default();
    let factors = if published::is_header(&header) {
        published::read(text)?
    } else {
        read_rows(text, &COLUMNS, factor, key)?
    };
    let mut registry = Registry::default();
    for factor in factors {
        registry.add(factor).expect("read_rows refuses an id and edition twice");
    }
    Ok(registry)
}

/// What a row of a factor table stands for.
pub(crate) fn key(factor: &Factor) -> String {
    format!("{}, {}", factor.id, factor.edition)
}

/// Writes a registry as the table that [`read`] reads back to the same registry.
pub fn write(registry: &Registry) -> String {
    let mut text = COLUMNS.map(|(name, _)| name).join(",") + "\n";
    for factor in registry.iter() {
        let figure = |figure: Option<Fixed>| figure.map_or_else(String::new, |f| f.to_string());
        let period = |period: Option<Period>| period.map_or_else(String::new, |p| p.to_string());
        let fields = [
            &*factor.id,
            &*factor.edition,
            &factor.activity,
            factor.class.name(),
            factor.unit.name(),
            &figure(factor.wtt),
            &figure(factor.ttw),
            &figure(factor.generation),
            &figure(factor.biogenic),
            factor.gwp_set.name(),
            &factor.region,
            &period(factor.valid_from),
            &period(factor.valid_to),
            factor.distance.map_or("", DistanceKind::name),
            &figure(factor.uncertainty_pct),
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

/// The factor of a row; `None` where a field that it needs is at fault.
fn factor(row: &mut Row) -> Option<Factor> {
    let id = row.needed("factor_id", FILL_IN).into();
    let edition = row.needed("edition", FILL_IN).into();
    let activity = row.needed("activity", FILL_IN);
    let class =
        row.value("class", CLASS, |text| Class::ALL.into_iter().find(|class| class.name() == text));
    let unit =
        row.value("unit", UNIT, |text| Unit::ALL.into_iter().find(|unit| unit.name() == text));
    let [wtt, ttw, generation, biogenic, uncertainty_pct] =
        ["wtt", "ttw", "generation", "biogenic", "uncertainty_pct"]
            .map(|column| row.optional(column, FIGURE, figure));
    let gwp_set = row.value("gwp_set", GWP_SET, gwp_set);
    let region = row.needed("region", FILL_IN);
    let [valid_from, valid_to] = ["valid_from", "valid_to"]
        .map(|column| row.optional(column, PERIOD, |text| text.parse::<Period>().ok()));
    let distance = row.optional(
        "distance",
        "Write sfd or gcd, or nothing where the source does not say",
        distance_kind,
    );
    let source = row.needed("source", FILL_IN);
    let licence = row.needed("licence", FILL_IN);
    if row.text("wtt").is_empty() && row.text("ttw").is_empty() {
        row.fault("wtt", "Give wtt or ttw: a factor without a figure values nothing");
    }
    if generation > Some(wtt.unwrap_or_default()) {
        row.fault("generation", "It is a part of wtt: write no more than that");
    }
    if let (Some(from), Some(to)) = (valid_from, valid_to)
        && to < from
        && !from.is_in(to)
    {
        row.fault("valid_to", "Write a period that does not end before valid_from");
    }
    Some(Factor {
        id,
        edition,
        activity,
        class: class?,
        unit: unit?,
        wtt,
        ttw,
        generation,
        biogenic,
        gwp_set: gwp_set?,
        region,
        valid_from,
        valid_to,
        distance,
        uncertainty_pct,
        source,
        licence,
        note: row.text("note").to_owned(),
    })
}

/// A figure: an avoided emission is shown beside and never netted, so none is negative.
pub(crate) fn figure(text: &str) -> Option<Fixed> {
    text.parse().ok().filter(|&figure| figure >= Fixed::ZERO)
}

/// A set of warming potentials by its name.
pub(crate) fn gwp_set(text: &str) -> Option<GwpSet> {
    GwpSet::ALL.into_iter().find(|set| set.name() == text)
}

/// A kind of distance by its name.
pub(crate) fn distance_kind(text: &str) -> Option<DistanceKind> {
    DistanceKind::ALL.into_iter().find(|kind| kind.name() == text)
}

/// A row under its header, and the faults found in it so far.
pub(crate) struct Row {
    line: usize,
    columns: &'static [Column],
    /// A cell for each of `columns`; empty where the header has no such column.
    cells: Vec<String>,
    faults: Vec<TableFault>,
}

impl Row {
    /// What stands in a column; nothing where the header has no such column.
    pub(crate) fn text(&self, column: &'static str) -> &str {
        let place = self.columns.iter().position(|(name, _)| *name == column);
        &self.cells[place.expect("readers ask for columns of their own table")]
    }
    /// Says that a field is wrong.
    pub(crate) fn fault(&mut self, column: &'static str, mend: &'static str) {
        let value = self.text(column).to_owned();
        self.faults.push(TableFault::Field { line: self.line, column, value, mend });
    }
    /// A text that is not empty.
    pub(crate) fn needed(&mut self, column: &'static str, mend: &'static str) -> String {
        if self.text(column).is_empty() {
            self.fault(column, mend);
        }
        self.text(column).to_owned()
    }
    /// A field as `read` reads it; empty or misread is a fault.
    pub(crate) fn value<T>(
        &mut self,
        column: &'static str,
        mend: &'static str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let value = read(self.text(column));
        if value.is_none() {
            self.fault(column, mend);
        }
        value
    }
    /// A field as `read` reads it; empty is `None` and no fault.
    pub(crate) fn optional<T>(
        &mut self,
        column: &'static str,
        mend: &'static str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        if self.text(column).is_empty() { None } else { self.value(column, mend, read) }
    }
}

/// Reads every row of a table; on failure, every fault of it in the order of lines.
///
/// - `item`: of a row; `None` only where it has said a fault.
/// - `key`: what an item stands for; no two rows stand for the same.
pub(crate) fn read_rows<T>(
    text: &str,
    columns: &'static [Column],
    item: impl Fn(&mut Row) -> Option<T>,
    key: impl Fn(&T) -> String,
) -> Result<Vec<T>, Vec<TableFault>> {
    let mut rows = rows(text);
    let Some((_, Some(header))) = rows.next() else {
        return Err(vec![TableFault::Row { line: 1, fields: columns.len() }]);
    };
    let places = places(&header, columns)?;
    let (mut items, mut faults, mut known) = (Vec::new(), Vec::new(), BTreeSet::new());
    for (line, fields) in rows {
        let Some(mut fields) = fields.filter(|fields| fields.len() == header.len()) else {
            faults.push(TableFault::Row { line, fields: header.len() });
            continue;
        };
        let cells = places
            .iter()
            .map(|place| place.map_or_else(String::new, |at| std::mem::take(&mut fields[at])))
            .collect();
        let mut row = Row { line, columns, cells, faults: Vec::new() };
        let read = item(&mut row);
        if row.faults.is_empty() {
            let read = read.expect("a row without a fault is an item");
            let key = key(&read);
            if known.insert(key.clone()) {
                items.push(read);
            } else {
                faults.push(TableFault::Repeated { line, key });
            }
        }
        faults.append(&mut row.faults);
    }
    if faults.is_empty() { Ok(items) } else { Err(faults) }
}

/// Where each of the columns stands in a header, or all that is wrong with the header.
///
/// A column that the table does not know is refused: a misspelt `biogenic` would be lost silently.
fn places(header: &[String], columns: &[Column]) -> Result<Vec<Option<usize>>, Vec<TableFault>> {
    let place = |name: &str| header.iter().position(|field| field == name);
    let strange = header.iter().enumerate().filter(|(at, field)| {
        place(field) != Some(*at) || columns.iter().all(|(name, _)| name != field)
    });
    let known = || columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    let missing = columns.iter().filter(|(name, needed)| *needed && place(name).is_none());
    let faults: Vec<TableFault> = strange
        .map(|(_, field)| TableFault::StrangeColumn { column: field.clone(), known: known() })
        .chain(missing.map(|&(column, _)| TableFault::NoColumn { column }))
        .collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(columns.iter().map(|(name, _)| place(name)).collect())
}

/// Rows with the line on which each begins; `None` for a row with a stray quotation mark.
fn rows(text: &str) -> impl Iterator<Item = (usize, Option<Vec<String>>)> {
    // Spreadsheets put a byte order mark in front.
    let (mut rest, mut line) = (text.strip_prefix('\u{feff}').unwrap_or(text), 1);
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

    const HEADER: &str =
        "factor_id,edition,activity,class,unit,wtt,ttw,gwp_set,region,source,licence,note";
    const ROW: &str = "a,2025,diesel,fuel,l,0.5,2,AR5,GB,DESNZ,OGL,";

    fn table(rows: &[&str]) -> String {
        HEADER.to_owned() + "\n" + &rows.join("\n")
    }

    #[test]
    fn a_row_is_read_as_it_is_written() {
        let text = table(&["a,2025,\"diesel, \"\"B7\"\"\",fuel,l,0.5,,AR5,GB,\"two\nlines\",OGL,"]);
        let registry = read(&text).unwrap();
        let factor = registry.get("a").unwrap();
        assert_eq!(factor.activity, "diesel, \"B7\"");
        assert_eq!(factor.source, "two\nlines");
        assert_eq!((factor.class, factor.unit), (Class::Fuel, Unit::Litre));
        assert_eq!(factor.wtt, "0.5".parse().ok());
        assert_eq!(factor.ttw, None, "empty is not in the source, never zero");
        assert_eq!(factor.valid_from, None, "a column that is not there is empty");
    }

    #[test]
    fn every_column_is_read_in_any_order() {
        let text = "note,licence,source,uncertainty_pct,distance,valid_to,valid_from,region,\
                    gwp_set,biogenic,generation,ttw,wtt,unit,class,activity,edition,factor_id\n\
                    n,o,s,5,gcd,2026-06,2025,CN-GD,CO2 only,3,0.4,0,0.5,kWh,electricity,act,e,a\n";
        let registry = read(text).unwrap();
        let number = |text: &str| text.parse().ok();
        let factor = Factor {
            id: "a".into(),
            edition: "e".into(),
            activity: "act".into(),
            class: Class::Electricity,
            unit: Unit::KilowattHour,
            wtt: number("0.5"),
            ttw: number("0"),
            generation: number("0.4"),
            biogenic: number("3"),
            gwp_set: GwpSet::Co2Only,
            region: "CN-GD".into(),
            valid_from: "2025".parse().ok(),
            valid_to: "2026-06".parse().ok(),
            distance: Some(DistanceKind::Gcd),
            uncertainty_pct: number("5"),
            source: "s".into(),
            licence: "o".into(),
            note: "n".into(),
        };
        assert_eq!(registry.get("a"), Some(&factor));
    }

    #[test]
    fn line_ends_of_either_kind_and_none_at_the_end() {
        let expect = read(&table(&[ROW])).unwrap();
        assert_eq!(expect.iter().count(), 1);
        for (text, why) in [
            (table(&[ROW, ""]), "a line end at the end"),
            (table(&[ROW]).replace('\n', "\r\n"), "carriage returns, as RFC 4180 has them"),
            (format!("\u{feff}{}", table(&[ROW])), "a byte order mark of a spreadsheet"),
        ] {
            assert_eq!(read(&text).as_ref(), Ok(&expect), "{why}");
        }
    }

    #[test]
    fn a_field_at_fault_is_told_with_its_place() {
        for (row, column, value, mend, why) in [
            ("a,2025,x,fuel,gal,1,2,AR5,GB,D,O,", "unit", "gal", UNIT, "not a unit of ours"),
            ("a,2025,x,petrol,l,1,2,AR5,GB,D,O,", "class", "petrol", CLASS, "not a class"),
            ("a,2025,x,fuel,l,1,-2,AR5,GB,D,O,", "ttw", "-2", FIGURE, "avoided is never netted"),
            ("a,2025,x,fuel,l,1e3,2,AR5,GB,D,O,", "wtt", "1e3", FIGURE, "no exponents"),
            ("a,2025,x,fuel,l,1,2,AR2,GB,D,O,", "gwp_set", "AR2", GWP_SET, "too old to mix in"),
            ("a,2025,x,fuel,l,1,2,,GB,D,O,", "gwp_set", "", GWP_SET, "not stated must be said"),
            ("a,2025,x,fuel,l,1,2,AR5,GB,,O,", "source", "", FILL_IN, "a figure from nowhere"),
            (
                "a,2025,x,fuel,l,,,AR5,GB,D,O,",
                "wtt",
                "",
                "Give wtt or ttw: a factor without a figure values nothing",
                "it would be a silent zero",
            ),
        ] {
            let value = value.to_owned();
            let expect = TableFault::Field { line: 2, column, value, mend };
            assert_eq!(read(&table(&[row])), Err(vec![expect]), "{why}");
        }
    }

    #[test]
    fn fields_must_agree_with_each_other() {
        let header = "factor_id,edition,activity,class,unit,wtt,ttw,generation,gwp_set,region,\
                      source,licence,valid_from,valid_to\n";
        let row = "a,2025,x,electricity,kWh,0.5,0,";
        for (rest, expect, why) in [
            ("0.5,AR5,GB,D,O,2025-07,2025", None, "the year of its first month is not over"),
            ("0.6,AR5,GB,D,O,,", Some("generation"), "a part larger than the whole"),
            ("0.5,AR5,GB,D,O,2025,2024-12", Some("valid_to"), "over before it begins"),
            ("0.5,AR5,GB,D,O,20x5,", Some("valid_from"), "not a period"),
        ] {
            let column = match read(&format!("{header}{row}{rest}")) {
                Ok(_) => None,
                Err(faults) => match faults.as_slice() {
                    [TableFault::Field { line: 2, column, .. }] => Some(*column),
                    _ => panic!("{faults:?}"),
                },
            };
            assert_eq!(column, expect, "{why}");
        }
    }

    #[test]
    fn a_row_that_is_none_is_told_with_its_line() {
        for (row, why) in [
            ("a,2025,diesel,fuel,l,0.5,2,AR5,GB,DESNZ,OGL", "a field too few"),
            ("", "an empty line is not a row"),
            ("a,2025,die\"sel,fuel,l,0.5,2,AR5,GB,D,O,", "a mark inside a bare field"),
            ("a,2025,\"diesel\"x,fuel,l,0.5,2,AR5,GB,D,O,", "something behind the closing mark"),
            ("a,2025,\"diesel,fuel,l,0.5,2,AR5,GB,D,O,", "a mark never closed"),
        ] {
            let expect = TableFault::Row { line: 2, fields: 12 };
            assert_eq!(read(&(table(&[row]) + "\n")), Err(vec![expect]), "{why}");
        }
    }

    #[test]
    fn all_faults_of_a_table_are_told() {
        let text = table(&["\"a\",2025,\"two\nlines\",fuel,gal,x,2,AR5,GB,D,O,", ROW, "b", ROW]);
        let lines: Vec<usize> = read(&text)
            .unwrap_err()
            .iter()
            .map(|fault| match fault {
                TableFault::NoColumn { .. } | TableFault::StrangeColumn { .. } => 1,
                TableFault::Row { line, .. }
                | TableFault::Field { line, .. }
                | TableFault::Repeated { line, .. } => *line,
            })
            .collect();
        assert_eq!(lines, [2, 2, 5, 6], "unit and figure of row one, a short row, an id again");
    }

    #[test]
    fn two_editions_of_an_id_are_two_rows() {
        let registry = read(&table(&[ROW, &ROW.replace("2025", "2026")])).unwrap();
        assert_eq!(registry.editions("a").count(), 2);
    }

    #[test]
    fn a_header_must_have_the_columns_and_no_others() {
        let strange = |column: &str| TableFault::StrangeColumn {
            column: column.to_owned(),
            known: COLUMNS.map(|(name, _)| name).join(", "),
        };
        for (text, expect, why) in [
            (
                table(&[]).replace("gwp_set,region", "region"),
                vec![TableFault::NoColumn { column: "gwp_set" }],
                "a needed column",
            ),
            (table(&[]).replace("note", "notes"), vec![strange("notes")], "a column misspelt"),
            (table(&[]).replace("note", "unit"), vec![strange("unit")], "a column twice"),
            (
                String::new(),
                vec![TableFault::Row { line: 1, fields: 18 }],
                "nothing at all is no table",
            ),
        ] {
            assert_eq!(read(&text), Err(expect), "{why}");
        }
    }

    #[test]
    fn the_mends_name_every_word() {
        assert_eq!(CLASS, format!("Write {}", list(&Class::ALL.map(Class::name))));
        assert_eq!(UNIT, format!("Write {}", list(&Unit::ALL.map(Unit::name))));
        assert_eq!(GWP_SET, format!("Write {}", list(&GwpSet::ALL.map(GwpSet::name))));
    }

    fn list(names: &[&str]) -> String {
        let (last, rest) = names.split_last().unwrap();
        format!("{} or {last}", rest.join(", "))
    }

    prop_compose! {
        fn any_factor()(
            texts in prop::collection::vec("[a-z\",\r\n é]{1,8}", 6),
            note in "[a-z\",\r\n]{0,8}",
            class in 0..Class::ALL.len(),
            unit in 0..Unit::ALL.len(),
            gwp_set in 0..GwpSet::ALL.len(),
            distance in prop::option::of(0..DistanceKind::ALL.len()),
            wtt in 0_i64..,
            ttw in prop::option::of(0_i64..),
            parts in (prop::option::of(0_i64..), prop::option::of(0_i64..)),
            from in prop::option::of(2000..2100),
        ) -> Factor {
            let [id, edition, activity, region, source, licence] =
                [0, 1, 2, 3, 4, 5].map(|place: usize| texts[place].clone());
            let fixed = |figure: i64| Fixed::from_billionths(figure.into());
            Factor {
                id: id.into(),
                edition: edition.into(),
                activity,
                class: Class::ALL[class],
                unit: Unit::ALL[unit],
                wtt: Some(fixed(wtt)),
                ttw: ttw.map(fixed),
                generation: parts.0.map(|part| fixed(part.min(wtt))),
                biogenic: parts.1.map(fixed),
                gwp_set: GwpSet::ALL[gwp_set],
                region,
                valid_from: from.map(|year| format!("{year}-03").parse().unwrap()),
                valid_to: from.map(|year| format!("{year}").parse().unwrap()),
                distance: distance.map(|kind| DistanceKind::ALL[kind]),
                uncertainty_pct: parts.0.map(fixed),
                source,
                licence,
                note,
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(factors in prop::collection::vec(any_factor(), 0..4)) {
            let mut registry = Registry::default();
            for factor in factors {
                // The same id and edition drawn twice: the first stays.
                registry.add(factor).ok();
            }
            prop_assert_eq!(read(&write(&registry)), Ok(registry));
        }

        #[test]
        fn any_text_is_a_registry_or_faults_with_places(text in "[a-z\",\r\n0-9.é]{0,200}") {
            let text = HEADER.to_owned() + "\n" + &text;
            match read(&text) {
                Ok(registry) => prop_assert_eq!(read(&write(&registry)), Ok(registry)),
                Err(faults) => prop_assert!(!faults.is_empty()),
            }
        }
    }
}
