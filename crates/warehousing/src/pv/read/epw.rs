//! EnergyPlus weather. Source: Auxiliary Programs of EnergyPlus, weather file data dictionary.
//!
//! Hour k lasts from k-1 to k on standard time; the minute is 0 or 60 and says nothing. Months of a
//! typical year each keep the year they are from.

use super::Fault;
use super::rows::{Columns, Rows, cells, rfc3339, unix_s};

const COLUMNS: Columns = [
    (13, "global horizontal radiation"),
    (14, "direct normal radiation"),
    (15, "diffuse horizontal radiation"),
    (6, "dry bulb temperature"),
    (21, "wind speed"),
];
const HEADER_LINES: usize = 8;

pub(super) fn read(text: &str, rows: &mut Rows) {
    rows.file.sun_offset_min = 30.0;
    rows.is_typical = true;
    let mut lines = (1..).zip(text.lines());
    let location = cells(lines.next().map_or("", |(_, line)| line));
    let mut field = |idx: usize, name: &str, to: f64| {
        rows.header(1, name, location.get(idx).copied().unwrap_or_default(), to)
    };
    let (lat, lon) = (field(6, "latitude", 90.0), field(7, "longitude", 180.0));
    let (zone, altitude) = (field(8, "time zone", 14.0), field(9, "elevation", 9_000.0));
    (rows.file.lat_deg, rows.file.lon_deg, rows.file.altitude_m) = (lat, lon, altitude);
    let Some(zone) = zone else { return };
    let offset_s = (zone * 3_600.0).round() as i32;
    for (row, line) in lines.skip(HEADER_LINES - 1).filter(|(_, line)| !line.trim().is_empty()) {
        let cells = cells(line);
        let Some(unix_s) = start(&cells, offset_s) else {
            let value = cells[..cells.len().min(5)].join(",");
            let mend = "Write year, month, day, hour from 1 to 24, minute";
            rows.fault(row, "time", &value, Fault::NotATime, mend);
            continue;
        };
        let stamp = (rfc3339(unix_s, offset_s), unix_s, offset_s);
        rows.push(row, stamp, &cells, &COLUMNS);
    }
}

fn start(cells: &[&str], offset_s: i32) -> Option<i64> {
    let number = |idx: usize| cells.get(idx)?.parse::<i64>().ok();
    let hour = number(3).filter(|hour| (1..=24).contains(hour))?;
    unix_s([number(0)?, number(1)?, number(2)?], (hour - 1) * 3_600, offset_s)
}
