//! Prices and grid intensities by the hour, also for hours that the file does not cover.

use quantity::{Instant, Zone};

/// The last of sorted rows that begins at `start` or less than an hour before it.
pub(crate) fn row_within_hour<T>(
    rows: &[T],
    begins: impl Fn(&T) -> Instant,
    start: Instant,
) -> Option<&T> {
    let after = rows.partition_point(|row| begins(row) <= start);
    let last = &rows[after.checked_sub(1)?];
    ((start - begins(last)).seconds() < 3_600).then_some(last)
}

/// A figure for every hour: the file's own, else the mean of the same local hour, else the mean.
pub(crate) struct Hourly {
    rows: Vec<(Instant, f64)>,
    by_hour: [Option<f64>; 24],
    mean: f64,
}

impl Hourly {
    /// From rows sorted by time; at least one.
    pub(crate) fn new(rows: &[(Instant, f64)], zone: &Zone) -> Self {
        let mut sums = [(0.0, 0_u32); 24];
        for &(start, value) in rows {
            let (sum, count) = &mut sums[zone.hour_of(start) as usize];
            *sum += value;
            *count += 1;
        }
        let mean = rows.iter().map(|&(_, value)| value).sum::<f64>() / rows.len().max(1) as f64;
        Self {
            rows: rows.to_vec(),
            by_hour: sums.map(|(sum, count)| (count > 0).then(|| sum / f64::from(count))),
            mean,
        }
    }

    /// The figure of the hour that begins at `start`.
    pub(crate) fn at(&self, start: Instant, zone: &Zone) -> f64 {
        match row_within_hour(&self.rows, |&(begins, _)| begins, start) {
            Some(&(_, value)) => value,
            None => self.by_hour[zone.hour_of(start) as usize].unwrap_or(self.mean),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_beyond_the_file_take_the_same_hour_then_the_mean() {
        let zone = Zone::parse("UTC").unwrap();
        let at = |text: &str| Instant::parse(text).unwrap();
        let rows = [
            (at("2025-06-01T08:00:00Z"), 1.0),
            (at("2025-06-01T09:00:00Z"), 2.0),
            (at("2025-06-02T08:00:00Z"), 5.0),
        ];
        let hourly = Hourly::new(&rows, &zone);
        for (text, expect, why) in [
            ("2025-06-01T08:30:00Z", 1.0, "within the row's hour"),
            ("2025-06-02T09:00:00Z", 2.0, "the same hour of another day"),
            ("2025-06-09T08:00:00Z", 3.0, "the mean of two eights"),
            ("2025-06-01T23:00:00Z", 8.0 / 3.0, "an hour that no row has"),
        ] {
            assert!((hourly.at(at(text), &zone) - expect).abs() < 1e-12, "{why}");
        }
    }
}
