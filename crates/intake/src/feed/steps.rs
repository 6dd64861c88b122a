//! Steps in order; time that none covers; steps of another length.

use super::{Faults, Feed, Step};
use quantity::{Fixed, Instant};

/// Lengths of a step in seconds: 60, 30, 15 and 5 minutes.
const LENGTHS: [i64; 4] = [3_600, 1_800, 900, 300];
/// Steps of a file: ten years of five minutes.
const STEPS_MAX: i64 = 1_100_000;

/// By time; what is given twice alike counts once, what contradicts is a fault.
pub(super) fn in_order(mut feed: Feed, faults: &mut Faults) -> Feed {
    feed.steps.sort_by_key(|step| (step.from, step.until));
    feed.steps.dedup();
    for step in &feed.steps {
        if step.until <= step.from {
            let (place, value) = (format!("the step from {}", utc(step.from)), utc(step.until));
            faults.add(place, &value, "its end is not after its beginning", "Ask again");
        }
    }
    for pair in feed.steps.windows(2) {
        if pair[1].from < pair[0].until {
            let place = format!("the step from {}", utc(pair[1].from));
            let fault = "begins before the step above has ended, with another value";
            let mend = "Give one answer for each time, or --resolution-min";
            faults.add(place, &pair[1].value.to_string(), fault, mend);
        }
    }
    feed
}

/// Steps of equal length, and the time that no value covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regular {
    /// Length of each, in seconds.
    pub length_s: i64,
    /// Beginning and value, by time.
    pub rows: Vec<(Instant, Fixed)>,
    /// From and until, by time: between the first and the last value.
    pub missing: Vec<(Instant, Instant)>,
}

/// Steps of `length_s` (one of 300, 900, 1800, 3600; without it the longest that loses nothing). A
/// value is the mean over its step; a step that is not covered whole is missing.
///
/// An error is the length that is not one of them, or so long a time that its steps have no end.
pub fn regular(steps: &[Step], length_s: Option<i64>) -> Result<Regular, String> {
    let loses_nothing = |length: &&i64| {
        let whole = |at: Instant| at.unix() % **length == 0;
        steps.iter().all(|step| whole(step.from) && whole(step.until))
    };
    let longest = LENGTHS.iter().find(loses_nothing).copied().unwrap_or(300);
    let length_s = length_s.unwrap_or(longest);
    if !LENGTHS.contains(&length_s) {
        return Err(format!("a step of {length_s} s is not 60, 30, 15 or 5 minutes"));
    }
    let mut found = Regular { length_s, rows: Vec::new(), missing: Vec::new() };
    let (Some(first), Some(last)) = (steps.first(), steps.last()) else { return Ok(found) };
    let begin = first.from.unix().div_euclid(length_s) * length_s;
    if (last.until.unix() - begin) / length_s > STEPS_MAX {
        return Err(format!(
            "{} to {} is too long. Give an answer of at most ten years",
            utc(first.from),
            utc(last.until)
        ));
    }
    let mut rest = steps;
    for from in (begin..last.until.unix()).step_by(length_s as usize) {
        let (from, until) = (Instant::from_unix(from), Instant::from_unix(from + length_s));
        rest = &rest[rest.partition_point(|step| step.until <= from)..];
        match mean(rest, from, until) {
            Some(value) => found.rows.push((from, value)),
            None => match found.missing.last_mut() {
                Some(gap) if gap.1 == from => gap.1 = until,
                _ => found.missing.push((from, until)),
            },
        }
    }
    Ok(found)
}

/// The mean over a time that is covered whole.
fn mean(steps: &[Step], from: Instant, until: Instant) -> Option<Fixed> {
    let mut covered = 0;
    let mut sum = 0_i128;
    for step in steps.iter().take_while(|step| step.from < until) {
        let seconds = (step.until.min(until) - step.from.max(from)).seconds();
        covered += seconds;
        sum += step.value.billionths() * i128::from(seconds);
    }
    let length = (until - from).seconds();
    (covered == length).then(|| {
        let half = i128::from(length / 2) * sum.signum();
        Fixed::from_billionths((sum + half) / i128::from(length))
    })
}

/// `2025-01-01T00:00:00Z`.
pub fn utc(at: Instant) -> String {
    let zone = quantity::Zone::parse("UTC").expect("the zone of all zones");
    zone.rfc3339(at).replace("+00:00", "Z")
}
