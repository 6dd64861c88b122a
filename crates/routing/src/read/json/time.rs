//! Times of a document: seconds or clock times from the day's start, or moments with their offset.

use super::node::Node;
use crate::instance::Window;
use crate::rich::problem::SECONDS_MAX;
use quantity::{Instant, Zone};
use serde_json::Value;

/// Keys under which a time, a window or windows stand.
const KEYS: [&str; 5] = ["windows", "window", "shift", "due", "out_of_service_from"];
const DAY: i64 = 86_400;
const MEND: &str = "Write seconds, a clock time as 08:30, or a moment as 2026-11-30T08:30:00+01:00";

/// How a document writes its times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Times {
    /// Numbers of seconds.
    #[default]
    Seconds,
    /// `08:30` or `08:30:15`, hours from 00 to 99; seconds may stand beside them.
    Clock,
    /// Numbers of seconds, of which this one is time 0 of the problem.
    From {
        /// What time 0 is in the document.
        base: i64,
    },
    /// RFC 3339 with an offset; times of the problem count from this moment, a midnight at the offset.
    Moments {
        /// Unix seconds of time 0.
        epoch: i64,
        /// Offset from UTC in which times are written, seconds: that of the first moment.
        offset: i64,
    },
}

impl Times {
    /// As the times of a document are written.
    pub(super) fn of(document: &Value) -> Self {
        let mut earliest: Option<i64> = None;
        let mut clock = false;
        let mut offset = None;
        each(document, false, &mut |text| {
            if let Ok(moment) = Instant::parse(text) {
                earliest = Some(earliest.map_or(moment.unix(), |first| first.min(moment.unix())));
                offset = offset.or_else(|| offset_of(text));
            }
            clock |= seconds_of_clock(text).is_some();
        });
        match earliest {
            Some(first) => {
                let offset = offset.unwrap_or(0);
                let epoch = (first + offset).div_euclid(DAY) * DAY - offset;
                Self::Moments { epoch, offset }
            }
            None if clock => Self::Clock,
            None => Self::Seconds,
        }
    }

    /// A time in a text of the command line.
    pub fn parse(self, text: &str) -> Option<i32> {
        self.text(text).or_else(|| self.number(text.parse().ok()?))
    }

    /// A time as the document writes them.
    pub fn write(self, time: i32) -> Value {
        match self {
            Self::Seconds => time.into(),
            Self::From { base } => (base + i64::from(time)).into(),
            Self::Clock => {
                let (minutes, seconds) = (time / 60, time % 60);
                format!("{:02}:{:02}:{seconds:02}", minutes / 60, minutes % 60).into()
            }
            Self::Moments { epoch, offset } => {
                let utc = Zone::parse("UTC").expect("UTC is a zone");
                let local = utc.rfc3339(Instant::from_unix(epoch + i64::from(time) + offset));
                let (sign, minutes) = (if offset < 0 { '-' } else { '+' }, offset.abs() / 60);
                let clock = local.trim_end_matches("+00:00");
                format!("{clock}{sign}{:02}:{:02}", minutes / 60, minutes % 60).into()
            }
        }
    }

    fn text(self, text: &str) -> Option<i32> {
        let time = match self {
            Self::Moments { epoch, .. } => Instant::parse(text).ok()?.unix() - epoch,
            _ => seconds_of_clock(text)?,
        };
        i32::try_from(time).ok().filter(|time| (0..=SECONDS_MAX).contains(time))
    }

    /// A number of seconds.
    fn number(self, number: f64) -> Option<i32> {
        let base = match self {
            Self::Moments { .. } => return None,
            Self::From { base } => base as f64,
            Self::Seconds | Self::Clock => 0.0,
        };
        let time = number - base;
        let known = time.fract() == 0.0 && (0.0..=f64::from(SECONDS_MAX)).contains(&time);
        known.then_some(time as i32)
    }

    /// A time.
    pub(super) fn read(self, node: &Node<'_>) -> i32 {
        let time = match node.value() {
            Value::String(text) => self.text(text),
            Value::Number(number) => number.as_f64().and_then(|number| self.number(number)),
            _ => None,
        };
        time.unwrap_or_else(|| {
            let fault = match self {
                Self::Moments { .. } => "is not a moment of the day, as the other times are",
                _ => "is not a time",
            };
            node.fault(fault, MEND);
            0
        })
    }

    /// `[open, close]`.
    pub(super) fn window(self, node: &Node<'_>) -> Window {
        let ends = node.list();
        if ends.len() == 2 {
            let window = Window { open: self.read(&ends[0]), close: self.read(&ends[1]) };
            if window.open > window.close {
                node.fault("closes before it opens", "Swap its ends");
            }
            return window;
        }
        if node.value().is_array() {
            node.fault("is not a window", "Write [open, close]");
        }
        Window { open: 0, close: 0 }
    }

    /// Windows, ascending and apart; always where there are none.
    pub(super) fn windows(self, node: Option<Node<'_>>) -> Vec<Window> {
        let Some(node) = node else { return vec![Window { open: 0, close: SECONDS_MAX }] };
        let windows: Vec<Window> = node.list().iter().map(|item| self.window(item)).collect();
        if windows.is_empty() && node.value().is_array() {
            node.fault("has no window", "Write [[open, close]], or leave the key out");
        }
        if windows.windows(2).any(|pair| pair[1].open <= pair[0].close) {
            node.fault("are not one after another", "Sort them and join what touches");
        }
        windows
    }
}

/// Calls `tell` with each text under a key of times.
fn each(value: &Value, timed: bool, tell: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) if timed => tell(text),
        Value::Array(items) => items.iter().for_each(|item| each(item, timed, tell)),
        Value::Object(map) => {
            for (key, value) in map {
                each(value, KEYS.contains(&key.as_str()), tell);
            }
        }
        _ => {}
    }
}

/// The offset at the end of a moment, whole minutes in seconds.
fn offset_of(text: &str) -> Option<i64> {
    let (rest, sign) = match text.rsplit_once('+') {
        Some((_, rest)) => (rest, 1),
        None => (text.rsplit_once('-')?.1, -1),
    };
    // The last part of a moment in UTC is a day and a time with its Z.
    Some(sign * seconds_of_clock(rest)?)
}

fn seconds_of_clock(text: &str) -> Option<i64> {
    let parts: Vec<&str> = text.split(':').collect();
    let digits =
        |part: &&str| (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    if !(2..=3).contains(&parts.len()) || !parts.iter().all(digits) {
        return None;
    }
    let numbers: Vec<i64> = parts.iter().filter_map(|part| part.parse().ok()).collect();
    let below = numbers[1..].iter().all(|&number| number < 60);
    below.then(|| numbers[0] * 3_600 + numbers[1] * 60 + numbers.get(2).copied().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_written_in_the_same_form() {
        let moments = Times::Moments { epoch: 1_796_083_200, offset: -12_600 };
        for (times, text, expect, why) in [
            (Times::Clock, "08:30", Some(30_600), "a clock time"),
            (Times::Clock, "26:00:01", Some(93_601), "after midnight"),
            (Times::Clock, "08:60", None, "no such minute"),
            (Times::Clock, "0830", Some(830), "seconds beside clock times"),
            (Times::Seconds, "-1", None, "before the day"),
            (moments, "2026-12-01T01:00:00+01:00", Some(0), "midnight in UTC"),
            (moments, "2026-11-30T01:00:00Z", None, "before the day"),
            (moments, "08:30", None, "no date"),
            (moments, "60", None, "no date"),
        ] {
            assert_eq!(times.parse(text), expect, "{why}");
        }
        assert_eq!(Times::Seconds.write(5), 5);
        assert_eq!(Times::Clock.write(93_601), "26:00:01");
        assert_eq!(moments.write(61), "2026-11-30T20:31:01-03:30");
        assert_eq!(moments.parse("2026-11-30T20:31:01-03:30"), Some(61));
    }

    #[test]
    fn a_day_begins_at_midnight_where_its_first_moment_is() {
        for (text, epoch, offset, why) in [
            ("2026-12-01T08:00:00+08:00", 1_796_054_400, 28_800, "midnight in China"),
            ("2026-12-01T08:00:00Z", 1_796_083_200, 0, "midnight in UTC"),
            ("2026-11-30T23:00:00-03:30", 1_796_009_400, -12_600, "midnight in Newfoundland"),
        ] {
            let times = Times::of(&serde_json::json!({"due": text}));
            assert_eq!(times, Times::Moments { epoch, offset }, "{why}");
        }
    }
}
