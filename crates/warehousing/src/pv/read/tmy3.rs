//! NREL TMY3. Source: Wilcox and Marion 2008 (NREL/TP-581-43156).
//!
//! `01:00` is the end of the first hour, `24:00` of the last; some writers have `00:00` of the next
//! day. Standard time. Months each keep the year they are from.

use super::Fault;
use super::rows::{Columns, Rows, cells, rfc3339, unix_s};

/// How the needed columns' names begin; the unit behind them varies.
const NAMES: [&str; 5] = ["GHI (", "DNI (", "DHI (", "Dry-bulb (", "Wspd ("];
const HOUR_S: i64 = 3_600;

pub(super) fn read(text: &str, rows: &mut Rows) {
    rows.file.sun_offset_min = 30.0;
    rows.is_typical = true;
    let mut lines = (1..).zip(text.lines());
    let station = cells(lines.next().map_or("", |(_, line)| line));
    let mut field = |idx: usize, name: &str, to: f64| {
        rows.header(1, name, station.get(idx).copied().unwrap_or_default(), to)
    };
    let (zone, lat) = (field(3, "time zone", 14.0), field(4, "latitude", 90.0));
    let (lon, altitude) = (field(5, "longitude", 180.0), field(6, "elevation", 9_000.0));
    (rows.file.lat_deg, rows.file.lon_deg, rows.file.altitude_m) = (lat, lon, altitude);
    let header = cells(lines.next().map_or("", |(_, line)| line));
    let columns: Columns = NAMES.map(|name| {
        let place = header.iter().position(|cell| cell.starts_with(name));
        (place.unwrap_or(usize::MAX), name.trim_end_matches(" ("))
    });
    for (_, name) in columns.iter().filter(|(place, _)| *place == usize::MAX) {
        rows.fault(2, name, "", Fault::NoColumn, "Take the columns of NREL's TMY3");
    }
    let Some(zone) = zone else { return };
    if columns.iter().any(|(place, _)| *place == usize::MAX) {
        return;
    }
    let offset_s = (zone * HOUR_S as f64).round() as i32;
    for (row, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        let cells = cells(line);
        let Some(unix_s) = start(&cells, offset_s) else {
            let value = cells[..cells.len().min(2)].join(",");
            let mend = "Write MM/DD/YYYY,HH:MM with hours from 01:00 to 24:00";
            rows.fault(row, "time", &value, Fault::NotATime, mend);
            continue;
        };
        let stamp = (rfc3339(unix_s, offset_s), unix_s, offset_s);
        rows.push(row, stamp, &cells, &columns);
    }
}

fn start(cells: &[&str], offset_s: i32) -> Option<i64> {
    let numbers = |text: &str, sign: char| -> Option<Vec<i64>> {
        text.split(sign).map(|part| part.parse().ok()).collect()
    };
    let [month, day, year] = numbers(cells.first()?, '/')?[..] else { return None };
    let [hour, minute] = numbers(cells.get(1)?, ':')?[..] else { return None };
    let end_s = hour.checked_mul(HOUR_S)?.checked_add(minute.checked_mul(60)?)?;
    let known = (0..60).contains(&minute) && (0..=24 * HOUR_S).contains(&end_s);
    unix_s([year, month, day], end_s - HOUR_S, offset_s).filter(|_| known)
}
