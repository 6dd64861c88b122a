//! PVGIS typical years as CSV. Source: PVGIS user manual, TMY tool.
//!
//! UTC; lines about the place before the header where it was asked for, notes in words behind the
//! last row; months each keep the year they are from. Irradiance is of a moment that the file may
//! name as an offset from the stamp.

use super::Fault;
use super::rows::{Columns, Rows, cells, rfc3339, unix_s};

const NAMES: [&str; 5] = ["G(h)", "Gb(n)", "Gd(h)", "T2m", "WS10m"];

pub(super) fn read(text: &str, rows: &mut Rows) {
    rows.is_typical = true;
    let lines: Vec<(u32, &str)> = (1..).zip(text.lines()).collect();
    let header = lines.iter().position(|(_, line)| line.starts_with("time"));
    let Some(header) = header else {
        let mend = "Keep the line that begins with time(UTC)";
        rows.fault(1, "time(UTC)", "", Fault::NoColumn, mend);
        return;
    };
    place(&lines[..header], rows);
    let names = cells(lines[header].1);
    let columns: Columns = NAMES.map(|name| {
        let place = names.iter().position(|cell| *cell == name);
        (place.unwrap_or(usize::MAX), name)
    });
    let mut complete = true;
    for (_, name) in columns.iter().filter(|(place, _)| *place == usize::MAX) {
        let mend = "Download the typical year (TMY): it has the light on the horizontal";
        rows.fault(lines[header].0, name, "", Fault::NoColumn, mend);
        complete = false;
    }
    // Behind the last stamp are notes; what is between stamps and is none has been damaged.
    let last = lines.iter().rposition(|(_, line)| start(cells(line)[0]).is_some());
    let Some(last) = last.filter(|&last| complete && last > header) else { return };
    for &(row, line) in &lines[header + 1..=last] {
        let cells = cells(line);
        let Some(unix_s) = start(cells[0]) else {
            let mend = "Write it as 20180101:0000";
            rows.fault(row, "time(UTC)", cells[0], Fault::NotATime, mend);
            continue;
        };
        rows.push(row, (rfc3339(unix_s, 0), unix_s, 0), &cells, &columns);
    }
}

/// What the lines above the header say.
fn place(lines: &[(u32, &str)], rows: &mut Rows) {
    for &(row, line) in lines {
        let Some((name, value)) = line.split_once(':') else { continue };
        let (name, value) = (name.trim(), value.trim());
        if name.starts_with("Latitude") {
            rows.file.lat_deg = rows.header(row, name, value, 90.0);
        } else if name.starts_with("Longitude") {
            rows.file.lon_deg = rows.header(row, name, value, 180.0);
        } else if name.starts_with("Elevation") {
            rows.file.altitude_m = rows.header(row, name, value, 9_000.0);
        } else if name.starts_with("Irradiance Time Offset") {
            let hours = rows.header(row, name, value, 1.0);
            rows.file.sun_offset_min = 60.0 * hours.unwrap_or_default();
        }
    }
}

fn start(stamp: &str) -> Option<i64> {
    let digits = |from: usize, to: usize| -> Option<i64> {
        let part = stamp.get(from..to)?;
        part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok())?
    };
    let known = stamp.len() == 13 && stamp.get(8..9) == Some(":");
    let (hour, minute) = (digits(9, 11)?, digits(11, 13)?);
    let date = [digits(0, 4)?, digits(4, 6)?, digits(6, 8)?];
    let second = hour * 3_600 + minute * 60;
    unix_s(date, second, 0).filter(|_| known && hour < 24 && minute < 60)
}
