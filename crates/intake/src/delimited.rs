//! CSV (RFC 4180) to a table.

use crate::fault::{Fault, ROWS_MAX, TEXT_BYTES_MAX};
use crate::findings::{Findings, Told};
use crate::table::{Layout, Table, places};
use csv::StringRecord;

/// Separators other than the comma that spreadsheets write, with their names.
const OTHER_SEPARATORS: [(char, &str); 3] = [(';', ";"), ('\t', "tab"), ('|', "|")];

/// The table in the bytes of a CSV file; an error only where all rows are hidden.
pub(crate) fn read(
    file: &str,
    bytes: &[u8],
    layout: &Layout,
    findings: &mut Findings,
) -> Result<Table, Told> {
    let text = text(file, bytes, findings)?;
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut lines = Lines { text: text.as_bytes(), byte: 0, line: 1 };
    let mut record = StringRecord::new();
    let mut next = |record: &mut StringRecord| {
        let from = reader.position().byte() as usize;
        // A slice of valid UTF-8 is read: neither input nor text can fail.
        reader.read_record(record).unwrap_or(false).then(|| lines.at(from))
    };
    // Without a header every needed column is missing.
    next(&mut record);
    // Excel's own first line: it names the separator and is no row.
    if record.iter().eq(["sep=", ""]) {
        next(&mut record);
    }
    let header: Vec<&str> = record.iter().map(str::trim).collect();
    if let [only] = header[..]
        && let Some((_, found)) = OTHER_SEPARATORS.iter().find(|(sign, _)| only.contains(*sign))
    {
        return Err(findings.fault(Fault::Separator { file: file.into(), found }));
    }
    let (places, expected) = (places(file, &header, layout, findings), header.len());
    let mut table = Table { file: file.into(), places, rows: Vec::new(), complete: true };
    let mut text_bytes = 0;
    let mut record = StringRecord::new();
    while let Some(row) = next(&mut record) {
        if record.len() != expected {
            let found = record.len();
            findings.fault(Fault::Fields { file: file.into(), row, found, expected });
            table.complete = false;
            continue;
        }
        text_bytes += record.as_slice().len();
        if table.rows.len() == ROWS_MAX || text_bytes > TEXT_BYTES_MAX {
            return Err(findings.fault(Fault::TooLarge { file: file.into() }));
        }
        table.rows.push((row, record.clone()));
    }
    Ok(table)
}

/// The bytes without a byte order mark.
pub(crate) fn unmarked(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

/// The bytes as text, without a byte order mark.
pub(crate) fn text<'a>(
    file: &str,
    bytes: &'a [u8],
    findings: &mut Findings,
) -> Result<&'a str, Told> {
    let bytes = unmarked(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let row = Lines { text: bytes, byte: 0, line: 1 }.at(error.valid_up_to());
        findings.fault(Fault::NotUtf8 { file: file.into(), row })
    })
}

/// Counts lines up to growing places in a text. The `csv` crate's own count stands on the blank
/// lines and the line feed before a record, not on the record.
struct Lines<'a> {
    text: &'a [u8],
    byte: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line of the first byte at or after `from` that does not end a line.
    fn at(&mut self, from: usize) -> u64 {
        while let Some(&byte) = self.text.get(self.byte) {
            if self.byte >= from && byte != b'\n' && byte != b'\r' {
                break;
            }
            let ends =
                byte == b'\n' || byte == b'\r' && self.text.get(self.byte + 1) != Some(&b'\n');
            self.line += u64::from(ends);
            self.byte += 1;
        }
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAYOUT: Layout = Layout {
        csv: "t.csv",
        parquet: "t.parquet",
        needed: &["a"],
        optional: &["b"],
        needs_rows: false,
    };

    #[test]
    fn rows_know_their_line() {
        for (text, lines, why) in [
            ("a,b\n1,2\n3,4\n", vec![2, 3], "plain"),
            ("a,b\r\n1,2\r\n3,4\r\n", vec![2, 3], "two signs end a line"),
            ("\u{feff}a,b\n1,2", vec![2], "a byte order mark, no last line feed"),
            ("a,b\r1,2\r3,4", vec![2, 3], "one old sign ends a line"),
            ("\n\na,b\n\n\n1,2\n\n3,4\n", vec![6, 8], "blank lines are lines"),
            ("sep=,\r\na,b\r\n1,2\r\n", vec![3], "Excel's line counts and is no header"),
            ("\u{feff}sep=,\na,b\n1,2\n", vec![3], "the same after a byte order mark"),
            ("a,b\n\"1\n1\",2\n3,4\n", vec![2, 4], "a quoted cell holds a line break"),
            ("a,b\r\n\"1\r\n1\",2\r\n3,4\r\n", vec![2, 4], "the same with two signs"),
        ] {
            let mut findings = Findings::default();
            let table = read("t.csv", text.as_bytes(), &LAYOUT, &mut findings).unwrap();
            let found: Vec<u64> = table.rows.iter().map(|(line, _)| *line).collect();
            assert_eq!(found, lines, "{why}");
        }
    }
}
