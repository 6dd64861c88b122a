//! Which of the files is a table, and its reading by format.

use crate::fault::Fault;
use crate::findings::{Findings, Told};
use crate::table::{Layout, Table};
use crate::{File, columnar, delimited};
use std::path::Path;

/// A table that every scenario has.
pub(crate) fn needed(
    files: &[File],
    layout: &Layout,
    findings: &mut Findings,
) -> Result<Table, Told> {
    let Some(file) = find(files, layout, findings) else {
        let (csv, parquet) = (layout.csv, layout.parquet);
        return Err(findings.fault(Fault::MissingTable { csv, parquet }));
    };
    read(file, layout, findings, false)
}

/// A table that a scenario may have; the absent are listed.
pub(crate) fn optional(
    files: &[File],
    layout: &Layout,
    findings: &mut Findings,
) -> Result<Option<Table>, Told> {
    let Some(file) = find(files, layout, findings) else {
        findings.absent.push(layout.csv);
        return Ok(None);
    };
    read(file, layout, findings, true).map(Some)
}

/// The file of a table; the CSV where a fault of two is told.
fn find<'a>(files: &[File<'a>], layout: &Layout, findings: &mut Findings) -> Option<File<'a>> {
    let named = |name: &str| files.iter().find(|file| file.name == name).copied();
    let (csv, parquet) = (named(layout.csv), named(layout.parquet));
    if csv.is_some() && parquet.is_some() {
        let (csv, parquet) = (layout.csv, layout.parquet);
        findings.fault(Fault::GivenTwice { csv, parquet });
    }
    csv.or(parquet)
}

/// The table in a file; its name says in which format it is.
pub(crate) fn read(
    file: File,
    layout: &Layout,
    findings: &mut Findings,
    optional: bool,
) -> Result<Table, Told> {
    if delimited::unmarked(file.bytes).trim_ascii().is_empty() {
        let needed = format!("its header: {}", layout.needed.join(","));
        return Err(findings.fault(Fault::Empty { file: file.name.into(), needed }));
    }
    let ending = Path::new(file.name).extension();
    let table = if ending.is_some_and(|ending| ending.eq_ignore_ascii_case("parquet")) {
        columnar::read(file.name, file.bytes, layout, findings)
    } else {
        delimited::read(file.name, file.bytes, layout, findings)
    }?;
    if layout.needs_rows && table.rows.is_empty() && table.complete {
        return Err(findings.fault(Fault::NoRows { file: table.file, optional }));
    }
    Ok(table)
}
