//! A channel's readings as quarter hours, and what is odd about them.

use super::reading::{Channel, Form, Reading};
use quantity::{Energy, Instant};
use std::fmt;

/// Length of a quarter hour; all time zones lie whole quarters from each other.
pub const QUARTER_S: i64 = 900;
/// A quarter hour is known where so much of it is measured: loggers jitter.
const KNOWN_S: i64 = 810;
/// A stamp may be off its step by this part of it.
const JITTER_PARTS: i64 = 20;
/// A register that falls for at most so many readings and then goes on had dropped out.
const DROPOUT_MAX: usize = 4;
/// A stamp so far from the channel's median is a slip: its quarter hours would fill the memory.
const FAR_S: i64 = 20 * 366 * 86_400;
/// What those stamps leave.
const QUARTERS_MAX: i64 = 2 * FAR_S / QUARTER_S;
/// A mean or an amount holds no longer.
const HOLDS_MAX_S: i64 = 86_400;

/// Quarter hours one after another.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Quarters {
    /// Number of the first since 1970-01-01T00:00Z.
    pub first: i64,
    /// Energy in mWh, or thousandths of a level times seconds.
    amounts: Vec<i64>,
    /// Seconds measured of each.
    covered_s: Vec<i64>,
}

/// What is odd about a reading.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Oddity {
    /// A stamp that an earlier row has; the first counts.
    Doubled {
        /// The earlier row.
        first_row: u64,
        /// With the same value.
        is_equal: bool,
    },
    /// More than twenty years from the others; left out.
    FarAway,
    /// Before the row above, by so many seconds; sorted.
    Backwards {
        /// Seconds.
        by_s: i64,
    },
    /// Readings are missing before this one.
    Missing {
        /// The last stamp before them.
        after: Instant,
        /// How many steps.
        steps: i64,
    },
    /// The clock moved against its step, by so many seconds, ahead positive.
    ClockStep {
        /// Seconds.
        by_s: i64,
    },
    /// The register fell; counted from zero again.
    CounterReset {
        /// Before, kWh.
        before_kwh: f64,
        /// After, kWh.
        after_kwh: f64,
    },
    /// The register fell or rose for a moment; the reading is left out.
    CounterSpike {
        /// What it showed, kWh.
        shown_kwh: f64,
        /// What the reading before showed, kWh.
        before_kwh: f64,
    },
    /// The device has the quantity in a better form; so many readings are left out.
    OtherForm {
        /// How many.
        readings: usize,
    },
}

/// An oddity with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// The site.
    pub site: String,
    /// The device.
    pub device: String,
    /// The quantity's name.
    pub quantity: &'static str,
    /// Place of the file among those read.
    pub file: u16,
    /// Row of the file.
    pub row: u64,
    /// The stamp.
    pub at: Instant,
    /// What is odd.
    pub oddity: Oddity,
}

impl fmt::Display for Oddity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Doubled { first_row, is_equal: true } => {
                write!(f, "stands in row {first_row} too; counted once")
            }
            Self::Doubled { first_row, is_equal: false } => {
                write!(f, "stands in row {first_row} with another value; row {first_row} counts")
            }
            Self::FarAway => write!(f, "lies more than 20 years from the others; left out"),
            Self::Backwards { by_s } => write!(f, "lies {by_s} s before the row above; sorted"),
            Self::Missing { steps: 1, .. } => write!(f, "a reading is missing before it"),
            Self::Missing { steps, .. } => write!(f, "{steps} readings are missing before it"),
            Self::ClockStep { by_s } => write!(f, "the clock was set by {by_s} s"),
            Self::CounterReset { before_kwh, after_kwh } => {
                write!(f, "the register fell from {before_kwh} to {after_kwh} kWh; counted from 0")
            }
            Self::OtherForm { readings } => {
                write!(f, "{readings} readings are left out: the device has a register or amounts")
            }
            Self::CounterSpike { shown_kwh, before_kwh } => {
                write!(
                    f,
                    "the register showed {shown_kwh} kWh between readings near {before_kwh}; left out"
                )
            }
        }
    }
}

impl Quarters {
    /// Number of the quarter hour in which an instant lies.
    pub fn number(at: Instant) -> i64 {
        at.unix().div_euclid(QUARTER_S)
    }
    /// Beginning of a quarter hour.
    pub fn begin(number: i64) -> Instant {
        Instant::from_unix(number * QUARTER_S)
    }
    /// Nothing was measured.
    pub fn is_empty(&self) -> bool {
        self.amounts.is_empty()
    }
    /// One after the last.
    pub fn end(&self) -> i64 {
        self.first + self.amounts.len() as i64
    }
    fn place(&self, number: i64) -> Option<usize> {
        usize::try_from(number - self.first).ok().filter(|&place| place < self.amounts.len())
    }
    /// Whether enough of a quarter hour was measured.
    pub fn is_known(&self, number: i64) -> bool {
        self.place(number).is_some_and(|place| self.covered_s[place] >= KNOWN_S)
    }
    /// Energy measured in a quarter hour, even where part of it is missing.
    pub fn energy(&self, number: i64) -> Energy {
        self.place(number).map_or(Energy::ZERO, |place| Energy::new(self.amounts[place]))
    }
    /// Mean level of a quarter hour; none where it is not known.
    pub fn level(&self, number: i64) -> Option<f64> {
        let place = self.place(number).filter(|&place| self.covered_s[place] >= KNOWN_S)?;
        Some(self.amounts[place] as f64 / 1e3 / self.covered_s[place] as f64)
    }
    /// All energy.
    pub fn total(&self) -> Energy {
        Energy::new(self.amounts.iter().sum())
    }
    /// From means of steps: beginning and end in seconds, and the level.
    pub fn from_levels(steps: &[(i64, i64, f64)]) -> Self {
        let spans = steps.iter().map(|&(from, until, level)| Span {
            from,
            until,
            amount: (level * 1e3).round() as i64 * (until - from),
        });
        Self::from_spans(&spans.collect::<Vec<_>>())
    }
    /// From mean power of steps: beginning and end in seconds, and watts.
    pub fn from_power(steps: &[(i64, i64, f64)]) -> Self {
        let spans = steps.iter().map(|&(from, until, watts)| Span {
            from,
            until,
            amount: (watts * 1e3 * (until - from) as f64 / 3_600.0).round() as i64,
        });
        Self::from_spans(&spans.collect::<Vec<_>>())
    }
    /// The sum of devices; known where all of them are that have begun to measure by then.
    pub fn sum(parts: &[&Self]) -> Self {
        let begin = parts.iter().map(|part| part.first).min().unwrap_or_default();
        let end = parts.iter().map(|part| part.end()).max().unwrap_or_default();
        let numbers = begin..end.max(begin);
        let amount = |number| parts.iter().map(|part| part.energy(number)).sum::<Energy>();
        let covered = |number| {
            let begun = parts.iter().filter(|part| part.first <= number);
            let of = |part: &&Self| part.place(number).map_or(0, |place| part.covered_s[place]);
            begun.map(of).min().unwrap_or_default()
        };
        Self {
            first: begin,
            amounts: numbers.clone().map(|number| amount(number).milliwatt_hours()).collect(),
            covered_s: numbers.map(covered).collect(),
        }
    }

    /// Spans that may overlap none; each is shared by seconds, to the last unit.
    fn from_spans(spans: &[Span]) -> Self {
        let begin = spans.iter().map(|span| span.from.div_euclid(QUARTER_S)).min();
        let Some(first) = begin else { return Self::default() };
        let end = spans.iter().map(|span| (span.until - 1).div_euclid(QUARTER_S) + 1).max();
        let count = end.unwrap_or(first).saturating_sub(first).clamp(0, QUARTERS_MAX) as usize;
        let mut found = Self { first, amounts: vec![0; count], covered_s: vec![0; count] };
        for span in spans {
            found.share(span);
        }
        found
    }

    fn share(&mut self, span: &Span) {
        let length = i128::from(span.until - span.from);
        let until_here = |second: i64| {
            (i128::from(span.amount) * i128::from(second - span.from)).div_euclid(length) as i64
        };
        let mut from = span.from;
        while from < span.until {
            let number = from.div_euclid(QUARTER_S);
            let until = ((number + 1) * QUARTER_S).min(span.until);
            if let Some(place) = self.place(number) {
                self.amounts[place] += until_here(until) - until_here(from);
                self.covered_s[place] += until - from;
            }
            from = until;
        }
    }
}

/// Seconds of Unix time, and what they hold.
struct Span {
    from: i64,
    until: i64,
    amount: i64,
}

/// The quarter hours of a channel, and all that is odd about its readings, by row.
///
/// A mean or an amount holds until the next stamp, at most for the channel's step (the median from
/// stamp to stamp) and a day. What a register gained over missing readings is shared evenly among them. The
/// last reading of a register holds for nothing.
pub fn quarters(channel: &Channel) -> (Quarters, Vec<Notice>) {
    let mut watch = Watch { channel, notices: Vec::new() };
    let sorted = watch.sorted();
    let step = median_step(&sorted);
    watch.gaps(&sorted, step);
    let spans = match channel.form {
        Form::Counter => watch.counted(&sorted),
        Form::Mean | Form::Amount => held(channel, &sorted, step),
    };
    watch.notices.sort_by_key(|notice| (notice.file, notice.row));
    (Quarters::from_spans(&spans), watch.notices)
}

fn median_step(sorted: &[Reading]) -> i64 {
    let mut steps: Vec<i64> =
        sorted.windows(2).map(|pair| (pair[1].at - pair[0].at).seconds()).collect();
    steps.sort_unstable();
    steps.get(steps.len().saturating_sub(1) / 2).copied().unwrap_or(QUARTER_S)
}

fn held(channel: &Channel, sorted: &[Reading], step: i64) -> Vec<Span> {
    let next = sorted.iter().skip(1).map(|reading| reading.at.unix()).chain([i64::MAX]);
    let spans = sorted.iter().zip(next).map(|(reading, next)| {
        let from = reading.at.unix();
        let until = next.min(from + step.min(HOLDS_MAX_S));
        let amount = match (channel.form, channel.measured.is_energy()) {
            (Form::Amount, _) => (reading.value * 1e6).round() as i64,
            // kW for so many seconds, in mWh.
            (_, true) => (reading.value * 1e6 * (until - from) as f64 / 3_600.0).round() as i64,
            (_, false) => (reading.value * 1e3).round() as i64 * (until - from),
        };
        Span { from, until, amount }
    });
    spans.collect()
}

struct Watch<'a> {
    channel: &'a Channel,
    notices: Vec<Notice>,
}

impl Watch<'_> {
    fn note(&mut self, reading: &Reading, oddity: Oddity) {
        self.notices.push(Notice {
            site: self.channel.site.clone(),
            device: self.channel.device.clone(),
            quantity: self.channel.measured.name(),
            file: reading.file,
            row: reading.row,
            at: reading.at,
            oddity,
        });
    }

    /// By time, each stamp once; of a run that lies back only the first row is named.
    fn sorted(&mut self) -> Vec<Reading> {
        for pair in self.channel.readings.windows(2) {
            let later = (pair[1].at - pair[0].at).seconds();
            if later < 0 {
                self.note(&pair[1], Oddity::Backwards { by_s: -later });
            }
        }
        let mut sorted = self.channel.readings.clone();
        sorted.sort_by_key(|reading| reading.at);
        let median = sorted.get(sorted.len() / 2).map(|reading| reading.at);
        sorted.retain(|reading| {
            let is_near = median.is_some_and(|at| (reading.at - at).seconds().abs() <= FAR_S);
            if !is_near {
                self.note(reading, Oddity::FarAway);
            }
            is_near
        });
        let mut kept: Vec<Reading> = Vec::with_capacity(sorted.len());
        for reading in sorted {
            match kept.last() {
                Some(first) if first.at == reading.at => {
                    let is_equal = first.value.total_cmp(&reading.value).is_eq();
                    let first_row = first.row;
                    self.note(&reading, Oddity::Doubled { first_row, is_equal });
                }
                _ => kept.push(reading),
            }
        }
        kept
    }

    fn gaps(&mut self, sorted: &[Reading], step: i64) {
        let mut drift = 0;
        for pair in sorted.windows(2) {
            let later = (pair[1].at - pair[0].at).seconds();
            let steps = (later + step / 2) / step;
            if steps > 1 {
                self.note(&pair[1], Oddity::Missing { after: pair[0].at, steps: steps - 1 });
            }
            // Jitter comes and goes; a clock that was set stays where it is.
            drift += later - steps.max(1) * step;
            if drift.abs() > step / JITTER_PARTS {
                self.note(&pair[1], Oddity::ClockStep { by_s: drift });
                drift = 0;
            }
        }
    }

    /// What the register gained from reading to reading.
    fn counted(&mut self, sorted: &[Reading]) -> Vec<Span> {
        let mut spans = Vec::new();
        let mut rest = sorted;
        let Some((&first, others)) = rest.split_first() else { return spans };
        rest = others;
        let mut last = first;
        while let Some((&reading, others)) = rest.split_first() {
            let fell = reading.value < last.value;
            let ahead = &others[..others.len().min(DROPOUT_MAX)];
            let goes_on = fell && ahead.iter().any(|next| next.value >= last.value);
            let rose = !fell
                && others
                    .first()
                    .is_some_and(|next| next.value < reading.value && next.value >= last.value);
            rest = others;
            if goes_on || rose {
                let (shown_kwh, before_kwh) = (reading.value, last.value);
                self.note(&reading, Oddity::CounterSpike { shown_kwh, before_kwh });
                continue;
            }
            let gained = if fell { reading.value } else { reading.value - last.value };
            if fell {
                let (before_kwh, after_kwh) = (last.value, reading.value);
                self.note(&reading, Oddity::CounterReset { before_kwh, after_kwh });
            }
            let amount = (gained * 1e6).round() as i64;
            spans.push(Span { from: last.at.unix(), until: reading.at.unix(), amount });
            last = reading;
        }
        spans
    }
}

#[cfg(test)]
mod tests;
