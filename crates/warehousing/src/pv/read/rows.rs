//! What all readers share: cells, numbers, stamps, and whether hours follow one another.

use super::{Fault, WeatherFile, Wrong};
use crate::calendar::{DAY_S, Date};
use quantity::Instant;

/// A quantity of a row and between which values it can lie.
pub(super) struct Measure {
    low: f64,
    high: f64,
}

/// Brightest at the edge of clouds, in W/m2.
const LIGHT: Measure = Measure { low: 0.0, high: 2_000.0 };
/// A little past the coldest and hottest ever measured, in °C.
const AIR: Measure = Measure { low: -95.0, high: 65.0 };
/// Past the strongest gust ever measured, in m/s.
const WIND: Measure = Measure { low: 0.0, high: 115.0 };
/// In the order of [`Columns`].
const MEASURES: [Measure; 5] = [LIGHT, LIGHT, LIGHT, AIR, WIND];
/// Numbers by which formats say that there is none; all lie outside what is measured.
const MISSING: [f64; 7] = [99.9, 999.0, 9_999.0, 99_999.0, -999.0, -9_900.0, -9_999.0];

const HOUR_S: i64 = 3_600;

const FILL: &str = "Fill the hour from another source, or take another file";

/// Where ghi, dni, dhi, temperature and wind stand in a row, with their names.
pub(super) type Columns = [(usize, &'static str); 5];

/// Rows as they are read, and the faults found.
pub(super) struct Rows {
    name: String,
    pub(super) file: WeatherFile,
    lines: Vec<u32>,
    offsets_s: Vec<i32>,
    /// Months of a typical year come from different years.
    pub(super) is_typical: bool,
    wrong: Vec<Wrong>,
}

/// The cells of a line; a comma within quotes does not part them.
pub(super) fn cells(line: &str) -> Vec<&str> {
    let mut quoted = false;
    let parts = line.split(|sign: char| {
        quoted ^= sign == '"';
        sign == ',' && !quoted
    });
    parts.map(|cell| cell.trim().trim_matches('"')).collect()
}

/// Seconds of Unix time of a date and a time of its day on a clock `offset_s` from UTC.
pub(super) fn unix_s(
    [year, month, day]: [i64; 3],
    second_of_day: i64,
    offset_s: i32,
) -> Option<i64> {
    let date = Date { year, month, day };
    let bounded = (1..=12).contains(&month) && (1..=31).contains(&day);
    let known = bounded && (-9_999..=9_999).contains(&year) && date.exists();
    known.then(|| date.days() * DAY_S + second_of_day - i64::from(offset_s))
}

impl Rows {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            file: WeatherFile::default(),
            lines: Vec::new(),
            offsets_s: Vec::new(),
            is_typical: false,
            wrong: Vec::new(),
        }
    }

    pub(super) fn fault(
        &mut self,
        row: u32,
        column: &str,
        value: &str,
        fault: Fault,
        mend: &'static str,
    ) {
        self.wrong.push(Wrong {
            file: self.name.clone(),
            row,
            column: column.to_owned(),
            value: value.to_owned(),
            fault,
            mend,
        });
    }

    /// A cell as a number, between bounds; none is a fault.
    pub(super) fn number(
        &mut self,
        row: u32,
        column: &str,
        cell: Option<&str>,
        Measure { low, high }: &Measure,
    ) -> Option<f64> {
        let Some(text) = cell else {
            self.fault(row, column, "", Fault::Short, FILL);
            return None;
        };
        let told_missing = ["", "nan", "na", "n/a", "null", "?", "-"];
        if told_missing.iter().any(|word| text.eq_ignore_ascii_case(word)) {
            self.fault(row, column, text, Fault::Missing, FILL);
            return None;
        }
        let Ok(number) = text.parse::<f64>() else {
            self.fault(row, column, text, Fault::NotANumber, "Write a number with a decimal point");
            return None;
        };
        if (*low..=*high).contains(&number) {
            // Some files write -0.0 for night.
            return Some(number + 0.0);
        }
        let fault = if number.is_nan() || MISSING.contains(&number) {
            Fault::Missing
        } else {
            Fault::Outside(*low, *high)
        };
        let mend = match fault {
            Fault::Missing => FILL,
            _ if *low == 0.0 && number < 0.0 => "Write 0 where an instrument reads below it",
            _ => "Look at the unit and the column",
        };
        self.fault(row, column, text, fault, mend);
        None
    }

    /// A number of a header, between bounds.
    pub(super) fn header(&mut self, row: u32, name: &str, cell: &str, to: f64) -> Option<f64> {
        self.number(row, name, Some(cell), &Measure { low: -to, high: to })
    }

    /// A row whose stamp could be read; cells in the places of `columns`.
    pub(super) fn push(
        &mut self,
        row: u32,
        (stamp, unix_s, offset_s): (String, i64, i32),
        cells: &[&str],
        columns: &Columns,
    ) {
        let mut numbers = [0.0; 5];
        for ((number, (place, name)), measure) in numbers.iter_mut().zip(columns).zip(&MEASURES) {
            // A fault is told; the row stays, so that the hours around it are not missed as well.
            let cell = cells.get(*place).copied();
            *number = self.number(row, name, cell, measure).unwrap_or_default();
        }
        let [ghi, dni, dhi, temp_air, wind] = numbers;
        let hours = &mut self.file.hours;
        hours.unix_s.push(unix_s);
        hours.ghi_w_m2.push(ghi);
        hours.dni_w_m2.push(dni);
        hours.dhi_w_m2.push(dhi);
        hours.temp_air_c.push(temp_air);
        hours.wind_speed_m_s.push(wind);
        self.file.stamps.push(stamp);
        self.lines.push(row);
        self.offsets_s.push(offset_s);
    }

    /// The file, if nothing is wrong with it.
    pub(super) fn finish(mut self) -> Result<WeatherFile, Vec<Wrong>> {
        if self.file.stamps.is_empty() && self.wrong.is_empty() {
            self.fault(1, "timestamp", "", Fault::Empty, "Give a file with hours of weather");
        }
        self.file.months = (0..self.lines.len()).map(|row| self.date(row).month as u8).collect();
        self.follow();
        if self.wrong.is_empty() {
            return Ok(self.file);
        }
        self.wrong.sort_by_key(|wrong| wrong.row);
        Err(self.wrong)
    }

    /// Names each row that does not follow the one above by the file's step.
    fn follow(&mut self) {
        let later: Vec<i64> = (1..self.lines.len()).map(|row| self.later_s(row)).collect();
        // Half of all rows follow rightly, or nobody could say what is right.
        let mut sorted = later.clone();
        sorted.sort_unstable();
        let step = sorted.get(sorted.len() / 2).map_or(HOUR_S, |&step| step.max(1));
        self.file.step_s = step;
        for (row, later) in (1..).zip(later) {
            let (line, stamp) = (self.lines[row], self.file.stamps[row].clone());
            let first = self.lines[0];
            if self.offsets_s[row] != self.offsets_s[row - 1] {
                let mend = "Write all stamps with one offset, or in UTC";
                self.fault(line, "timestamp", &stamp, Fault::OtherOffset(first), mend);
            }
            if later == step || later == step + DAY_S && self.skips_leap_day(row) {
                continue;
            }
            let (fault, mend) = match later {
                0 => (Fault::Doubled, "Keep one of the rows"),
                ..0 => (Fault::Backwards, "Sort the rows by time"),
                _ if later > step => {
                    (Fault::Gap((later - 1) / step), "Add the rows that are missing before it")
                }
                _ => (Fault::OffStep(step / 60), "Write rows at even steps"),
            };
            self.fault(line, "timestamp", &stamp, fault, mend);
        }
    }

    fn date(&self, row: usize) -> Date {
        let local_s = self.file.hours.unix_s[row] + i64::from(self.offsets_s[row]);
        Date::of(Instant::from_unix(local_s))
    }

    /// Typical years leave out 29 February, whatever the year of their February.
    fn skips_leap_day(&self, row: usize) -> bool {
        let (before, after) = (self.date(row - 1), self.date(row));
        (before.month, before.day, after.month, after.day) == (2, 28, 3, 1)
    }

    /// Seconds from the row above; in a typical year as if both months were of one year.
    fn later_s(&self, row: usize) -> i64 {
        let stamps = &self.file.hours.unix_s;
        let later = stamps[row] - stamps[row - 1];
        let (before, after) = (self.date(row - 1), self.date(row));
        if !self.is_typical || before.month == after.month {
            return later;
        }
        let year = before.year + i64::from(after.month < before.month);
        later + (Date { year, ..after }.days() - after.days()) * DAY_S
    }
}

/// The beginning of an hour as RFC 3339.
pub(super) fn rfc3339(unix_s: i64, offset_s: i32) -> String {
    let local_s = unix_s + i64::from(offset_s);
    let Date { year, month, day } = Date::of(Instant::from_unix(local_s));
    let second = local_s.rem_euclid(DAY_S);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    let stamp = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
    let (sign, minutes) = (if offset_s < 0 { '-' } else { '+' }, offset_s.abs() / 60);
    format!("{stamp}{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}
