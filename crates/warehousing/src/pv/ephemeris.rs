//! The sun's direction and the earth's turn at many moments: what all sites and planes share.
//!
//! SPA's series are smooth in time. They are evaluated at one node a day and interpolated between by
//! polynomials through eight nodes: within 1e-8 degree of direct evaluation.

use super::block::{Column, ROWS};
use super::elementary::sin_cos_turns;
use super::spa::{
    Direction, UNIX_EPOCH_JD, direction, directions_daily, julian_day, mean_sidereal_deg,
};
use std::ops::Range;

/// Nodes through which a polynomial goes.
const POINTS: usize = 8;
/// Nodes before a moment's interval.
const BEFORE: i64 = POINTS as i64 / 2 - 1;
/// Powers that are kept of it: about the middle of a day the rest is below 1e-11.
const POWERS: usize = 5;

/// What SPA says of the moments of a block, the same for all sites.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Moments {
    /// Of apparent sidereal time at Greenwich.
    pub(super) sin_sidereal: Column,
    /// Of apparent sidereal time at Greenwich.
    pub(super) cos_sidereal: Column,
    /// The geocentric direction of the sun: to the equinox, 90 degrees east of it, to the pole.
    pub(super) x: Column,
    pub(super) y: Column,
    pub(super) z: Column,
    /// Sine of the equatorial horizontal parallax.
    pub(super) parallax: Column,
}

impl Moments {
    pub(super) const ZERO: Self = Self {
        sin_sidereal: [0.0; ROWS],
        cos_sidereal: [0.0; ROWS],
        x: [0.0; ROWS],
        y: [0.0; ROWS],
        z: [0.0; ROWS],
        parallax: [0.0; ROWS],
    };
}

/// A node's values: x, y, z, parallax, equation of the equinoxes in degrees.
type Node = [f64; 5];

/// Days that follow one another, up to a gap: of typical years months are of different years.
#[derive(Clone, Debug)]
struct Span {
    /// Julian day of the first interval.
    first: f64,
    /// Julian day of the last interval.
    last: f64,
    rows: usize,
    /// From `BEFORE` days before; none where direct evaluation is cheaper.
    nodes: Vec<Node>,
}

impl Span {
    fn contains(&self, day: f64) -> bool {
        (self.first..=self.last).contains(&day)
    }

    fn evaluate(&mut self, delta_t_s: f64) {
        let count = (self.last - self.first) as usize + POINTS;
        // Some scattered times are cheaper one by one.
        if count <= self.rows {
            let suns = directions_daily(self.first - BEFORE as f64, delta_t_s, count);
            self.nodes = suns.iter().map(node).collect();
        }
    }
}

/// The begin of a Julian day; all that SPA knows are above 0.
#[inline]
fn whole_day(jd: f64) -> f64 {
    (jd as i64) as f64
}

/// The spans of some times, in seconds of Unix time.
fn spans(unix_s: impl Iterator<Item = f64>) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for unix_s in unix_s {
        let day = whole_day(julian_day(unix_s));
        match spans.last_mut() {
            // Over a short gap going on costs less than beginning anew.
            Some(span) if span.first <= day && day <= span.last + POINTS as f64 => {
                span.last = span.last.max(day);
                span.rows += 1;
            }
            _ => spans.push(Span { first: day, last: day, rows: 1, nodes: Vec::new() }),
        }
    }
    spans
}

/// The sun at known times.
#[derive(Clone, Debug)]
pub(super) struct Ephemeris {
    delta_t_s: f64,
    /// In the order of the times.
    spans: Vec<Span>,
    /// Where the last time was.
    span: usize,
    /// Julian day of the interval of `polynomial`.
    day: Option<f64>,
    polynomial: [Node; POWERS],
}

impl Ephemeris {
    /// For these times, in seconds of Unix time.
    ///
    /// - `delta_t_s`: terrestrial less universal time in seconds.
    pub(super) fn new(unix_s: impl Iterator<Item = f64>, delta_t_s: f64) -> Self {
        let mut spans = spans(unix_s);
        for span in &mut spans {
            span.evaluate(delta_t_s);
        }
        Self { delta_t_s, spans, span: 0, day: None, polynomial: [[0.0; 5]; POWERS] }
    }

    /// The moments of some of the times, as many as a block has at the most.
    pub(super) fn fill(&mut self, unix_s: &[f64], moments: &mut Moments) {
        let (mut jd, mut equinoxes_deg) = ([UNIX_EPOCH_JD; ROWS], [0.0; ROWS]);
        for (jd, &unix_s) in jd.iter_mut().zip(unix_s) {
            *jd = julian_day(unix_s);
        }
        let mut begin = 0;
        while begin < unix_s.len() {
            let rest = &jd[begin..unix_s.len()];
            let day = whole_day(rest[0]);
            let (middle, count) = if self.turn_to(day) {
                let today = day..day + 1.0;
                (day + 0.5, rest.iter().take_while(|jd| today.contains(jd)).count())
            } else {
                self.polynomial = [[0.0; 5]; POWERS];
                self.polynomial[0] = node(&direction(rest[0], self.delta_t_s));
                (rest[0], 1)
            };
            self.interpolate(middle, &jd, begin..begin + count, moments, &mut equinoxes_deg);
            begin += count;
        }
        for row in 0..ROWS {
            let turns = (mean_sidereal_deg(jd[row]) + equinoxes_deg[row]) * (1.0 / 360.0);
            let (sin, cos) = sin_cos_turns(turns);
            moments.sin_sidereal[row] = sin;
            moments.cos_sidereal[row] = cos;
        }
    }

    /// Makes the polynomial of a day; without nodes there is none.
    fn turn_to(&mut self, day: f64) -> bool {
        if self.day == Some(day) {
            return true;
        }
        self.day = None;
        // Mostly the same span, or the next.
        let near = (self.span..self.spans.len()).take(2).find(|&idx| self.spans[idx].contains(day));
        let span = near.or_else(|| self.spans.iter().position(|span| span.contains(day)));
        self.span = span.expect("the ephemeris is for this time");
        let span = &self.spans[self.span];
        if span.nodes.is_empty() {
            return false;
        }
        let begin = (day - span.first) as usize;
        self.polynomial = polynomial(&span.nodes[begin..begin + POINTS]);
        self.day = Some(day);
        true
    }

    fn interpolate(
        &self,
        middle: f64,
        jd: &Column,
        rows: Range<usize>,
        moments: &mut Moments,
        equinoxes_deg: &mut Column,
    ) {
        let [a, b, c, d, e] = self.polynomial;
        assert!(rows.end <= ROWS, "a block has no more");
        for row in rows {
            let past = jd[row] - middle;
            let value = |idx: usize| {
                a[idx] + past * (b[idx] + past * (c[idx] + past * (d[idx] + past * e[idx])))
            };
            moments.x[row] = value(0);
            moments.y[row] = value(1);
            moments.z[row] = value(2);
            // Over a day it is as good as straight.
            moments.parallax[row] = a[3] + past * b[3];
            equinoxes_deg[row] = value(4);
        }
    }
}

/// The moments of some times, in seconds of Unix time, by the block.
pub(super) fn moments(unix_s: &[f64], delta_t_s: f64) -> Vec<Moments> {
    let mut ephemeris = Ephemeris::new(unix_s.iter().copied(), delta_t_s);
    let block = |times: &[f64]| {
        let mut moments = Moments::ZERO;
        ephemeris.fill(times, &mut moments);
        moments
    };
    unix_s.chunks(ROWS).map(block).collect()
}

fn node(sun: &Direction) -> Node {
    let Direction { x, y, z, parallax, equinoxes_deg } = *sun;
    [x, y, z, parallax, equinoxes_deg]
}

/// The coefficients, by power of the days past the interval's middle, of the polynomial through eight
/// nodes.
fn polynomial(nodes: &[Node]) -> [Node; POWERS] {
    let mut found = [[0.0; 5]; POWERS];
    for (node, basis) in nodes.iter().zip(&BASIS) {
        for (sum, factor) in found.iter_mut().zip(basis) {
            for (sum, value) in sum.iter_mut().zip(node) {
                *sum += factor * value;
            }
        }
    }
    found
}

/// Lagrange's basis: a row for each node, by power of the days past the interval's middle.
const BASIS: [[f64; POINTS]; POINTS] = basis();

const fn basis() -> [[f64; POINTS]; POINTS] {
    let mut rows = [[0.0; POINTS]; POINTS];
    let mut row = 0;
    while row < POINTS {
        let mut product = [0.0; POINTS];
        product[0] = 1.0;
        let mut other = 0;
        while other < POINTS {
            if other != row {
                let root = other as f64 - BEFORE as f64 - 0.5;
                let apart = row as f64 - other as f64;
                let mut power = POINTS - 1;
                while power > 0 {
                    product[power] = (product[power - 1] - root * product[power]) / apart;
                    power -= 1;
                }
                product[0] = -root * product[0] / apart;
            }
            other += 1;
        }
        rows[row] = product;
        row += 1;
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::super::spa::geocentric;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20))]
        #[test]
        fn between_nodes_it_is_what_the_series_say(from in 0.0..4e9_f64, step_s in 60.0..7_200.0_f64) {
            let unix_s: Vec<f64> = (0..2_000).map(|row| from + f64::from(row) * step_s).collect();
            let found = moments(&unix_s, 67.0);
            for (row, unix_s) in unix_s.iter().enumerate().step_by(37) {
                let direct = &moments(&[*unix_s], 67.0)[0];
                let found = &found[row / ROWS];
                // 1e-10 rad is 6e-9 degree.
                for (found, direct) in [
                    (found.x, direct.x),
                    (found.y, direct.y),
                    (found.z, direct.z),
                    (found.parallax, direct.parallax),
                    (found.sin_sidereal, direct.sin_sidereal),
                    (found.cos_sidereal, direct.cos_sidereal),
                ] {
                    let (found, direct) = (found[row % ROWS], direct[0]);
                    prop_assert!((found - direct).abs() < 1e-10, "{found} {direct}");
                }
            }
        }

        #[test]
        fn the_direction_is_the_reports_right_ascension_and_declination(unix_s in -2e10..4e10_f64) {
            let jd = julian_day(unix_s);
            let (found, report) = (direction(jd, 67.0), geocentric(jd, 67.0));
            let (sin_ra, cos_ra) = report.right_ascension_deg.to_radians().sin_cos();
            let (sin_dec, cos_dec) = report.declination_deg.to_radians().sin_cos();
            prop_assert!((found.x - cos_dec * cos_ra).abs() < 1e-11);
            prop_assert!((found.y - cos_dec * sin_ra).abs() < 1e-11);
            prop_assert!((found.z - sin_dec).abs() < 1e-11);
        }
    }

    #[test]
    fn months_of_a_typical_year_come_from_any_years() {
        const YEAR_S: f64 = 31_557_600.0;
        // Twelve months, each from a year of its own; then one that has been before, and single days.
        let years = [12.0, 3.0, 19.0, 0.0, 7.0, 30.0, 1.0, 12.0, 25.0, 4.0, 18.0, 2.0, 3.0];
        let months = years.iter().enumerate().flat_map(|(month, year)| {
            let begin = (year * YEAR_S + month as f64 * 2_592_000.0).floor();
            (0..720).map(move |hour| begin + f64::from(hour) * 3_600.0)
        });
        let days = (0..40).map(|year| f64::from(year) * YEAR_S + 43_200.0);
        let unix_s: Vec<f64> = months.chain(days).collect();
        let found = spans(unix_s.iter().copied());
        assert_eq!((found.len(), found[0].last - found[0].first), (13 + 40, 30.0));
        let found = moments(&unix_s, 67.0);
        for (row, &unix_s) in unix_s.iter().enumerate().step_by(7) {
            let (block, direct) = (&found[row / ROWS], &moments(&[unix_s], 67.0)[0]);
            let away = (block.x[row % ROWS] - direct.x[0]).abs();
            assert!(away < 1e-10, "row {row}: {away}");
        }
    }

    #[test]
    fn no_time_has_no_moment() {
        assert!(moments(&[], 67.0).is_empty());
    }
}
