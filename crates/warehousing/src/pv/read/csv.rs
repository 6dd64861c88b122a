//! The project's own CSV of weather.

use super::Fault;
use super::rows::{Columns, Rows, cells};
use quantity::{Instant, TimeError};

const NAMES: [&str; 5] = ["ghi_w_m2", "dni_w_m2", "dhi_w_m2", "temp_air_c", "wind_speed_m_s"];

pub(super) fn read(text: &str, utc_offset_s: Option<i32>, rows: &mut Rows) {
    let mut lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    let Some((first, header)) = lines.next() else { return };
    let header = cells(header);
    let place = |name: &str| header.iter().position(|cell| *cell == name);
    let mend = "Name the columns timestamp, ghi_w_m2, dni_w_m2, dhi_w_m2, temp_air_c, wind_speed_m_s, parted by commas";
    let mut columns: Columns = NAMES.map(|name| (usize::MAX, name));
    for (column, name) in &mut columns {
        match place(name) {
            Some(place) => *column = place,
            None => rows.fault(first, name, "", Fault::NoColumn, mend),
        }
    }
    let Some(timestamp) = place("timestamp") else {
        rows.fault(first, "timestamp", "", Fault::NoColumn, mend);
        return;
    };
    if columns.iter().any(|(place, _)| *place == usize::MAX) {
        return;
    }
    let known = |name: &str| name == "timestamp" || NAMES.contains(&name);
    rows.file.unread =
        header.iter().filter(|name| !known(name)).map(|name| (*name).to_owned()).collect();
    for (row, line) in lines {
        let cells = cells(line);
        let text = cells.get(timestamp).copied().unwrap_or_default();
        match stamp(text, utc_offset_s) {
            Ok((unix_s, offset_s)) => {
                rows.push(row, (text.to_owned(), unix_s, offset_s), &cells, &columns);
            }
            Err(fault) => {
                let mend = if fault == Fault::Naive {
                    "Write the offset, as in 2025-01-01T00:00:00+01:00, or give --utc-offset"
                } else {
                    "Write it as 2025-01-01T00:00:00+01:00"
                };
                rows.fault(row, "timestamp", text, fault, mend);
            }
        }
    }
}

/// Seconds of Unix time and the offset from UTC.
fn stamp(text: &str, utc_offset_s: Option<i32>) -> Result<(i64, i32), Fault> {
    match Instant::parse(text) {
        Ok(instant) => Ok((instant.unix(), offset_s(text))),
        Err(TimeError::Naive) => {
            let offset_s = utc_offset_s.ok_or(Fault::Naive)?;
            let clock = Instant::parse(&format!("{text}Z")).map_err(|_| Fault::NotATime)?;
            Ok((clock.unix() - i64::from(offset_s), offset_s))
        }
        Err(_) => Err(Fault::NotATime),
    }
}

/// The offset at the end of a stamp that was read: `Z`, `+01`, `+0130` or `-05:00`.
fn offset_s(text: &str) -> i32 {
    let text = text.split('[').next().unwrap_or(text);
    let Some(place) = text.rfind(['+', '-', 'Z', 'z']) else { return 0 };
    let digits: Vec<i32> = text[place..]
        .chars()
        .filter_map(|sign| sign.to_digit(10))
        .map(|digit| digit as i32)
        .collect();
    let sign = if text[place..].starts_with('-') { -1 } else { 1 };
    match digits[..] {
        [tens, ones] => sign * (tens * 10 + ones) * 3_600,
        [tens, ones, minute_tens, minutes, ..] => {
            sign * ((tens * 10 + ones) * 3_600 + (minute_tens * 10 + minutes) * 60)
        }
        _ => 0,
    }
}
