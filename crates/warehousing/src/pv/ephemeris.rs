//! The sun's direction and the earth's turn at many moments: what all sites and planes share.
//!
//! SPA's series are smooth in time. They are evaluated at one node a day and interpolated between by
//! polynomials through eight nodes: within 1e-8 degree of direct evaluation.

use super::spa::{Geocentric, geocentric, geocentric_daily, julian_day, mean_sidereal_deg};

/// Nodes through which a polynomial goes.
const POINTS: usize = 8;
/// Nodes before a moment's interval.
const BEFORE: i64 = POINTS as i64 / 2 - 1;

/// What SPA says of a moment, the same for all sites.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moment {
    /// Of apparent sidereal time at Greenwich.
    pub(super) sin_sidereal: f64,
    /// Of apparent sidereal time at Greenwich.
    pub(super) cos_sidereal: f64,
    /// The geocentric direction of the sun: to the equinox, 90 degrees east of it, to the pole.
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) z: f64,
    /// Sine of the equatorial horizontal parallax.
    pub(super) parallax: f64,
}

/// A node's values: x, y, z, parallax, equation of the equinoxes in degrees.
type Node = [f64; 5];

/// The sun over a span of time.
#[derive(Clone, Debug)]
pub struct Ephemeris {
    delta_t_s: f64,
    /// Julian day of the first interval.
    first: f64,
    /// From `BEFORE` days before; none where direct evaluation is cheaper.
    nodes: Vec<Node>,
    /// The interval of `polynomial`.
    day: Option<usize>,
    polynomial: [Node; POINTS],
}

impl Ephemeris {
    /// For `count` times from the first to the last, in seconds of Unix time.
    ///
    /// - `delta_t_s`: terrestrial less universal time in seconds.
    pub fn new((first_s, last_s): (f64, f64), count: usize, delta_t_s: f64) -> Self {
        let first = julian_day(first_s).floor();
        let nodes = (julian_day(last_s) - first).floor() + POINTS as f64;
        // Some scattered times are cheaper one by one.
        let nodes = if nodes > count as f64 {
            Vec::new()
        } else {
            let suns = geocentric_daily(first - BEFORE as f64, delta_t_s, nodes as usize);
            suns.iter().map(node).collect()
        };
        Self { delta_t_s, first, nodes, day: None, polynomial: [[0.0; 5]; POINTS] }
    }

    /// The moment of a time within the span.
    #[inline]
    pub fn at(&mut self, unix_s: f64) -> Moment {
        let jd = julian_day(unix_s);
        if self.nodes.is_empty() {
            return moment(jd, &node(&geocentric(jd, self.delta_t_s)));
        }
        let past = jd - self.first;
        let day = past as usize;
        if self.day != Some(day) {
            self.day = Some(day);
            self.polynomial = polynomial(&self.nodes[day..day + POINTS]);
        }
        moment(jd, &value(&self.polynomial, past - day as f64))
    }
}

/// The moments of some times, in seconds of Unix time.
pub fn moments(unix_s: &[f64], delta_t_s: f64) -> Vec<Moment> {
    let span = unix_s
        .iter()
        .fold((f64::MAX, f64::MIN), |(low, high), &time| (low.min(time), high.max(time)));
    let mut ephemeris = Ephemeris::new(span, unix_s.len(), delta_t_s);
    unix_s.iter().map(|&unix_s| ephemeris.at(unix_s)).collect()
}

fn node(sun: &Geocentric) -> Node {
    let (sin_ra, cos_ra) = sun.right_ascension_deg.to_radians().sin_cos();
    let (sin_dec, cos_dec) = sun.declination_deg.to_radians().sin_cos();
    // Eq. 33, an angle so small that SPA's own steps keep it to the last digit.
    let parallax = (8.794 / (3_600.0 * sun.distance_au)).to_radians().sin();
    let equinoxes_deg = sun.nutation_longitude_deg * sun.obliquity_deg.to_radians().cos();
    [cos_dec * cos_ra, cos_dec * sin_ra, sin_dec, parallax, equinoxes_deg]
}

fn moment(jd: f64, &[x, y, z, parallax, equinoxes_deg]: &Node) -> Moment {
    // Whole turns go first: a remainder of so large a number is dear.
    let turns = (mean_sidereal_deg(jd) + equinoxes_deg) * (1.0 / 360.0);
    let (sin_sidereal, cos_sidereal) =
        ((turns - (turns as i64) as f64) * std::f64::consts::TAU).sin_cos();
    Moment { sin_sidereal, cos_sidereal, x, y, z, parallax }
}

/// The coefficients, by power of the days past the fourth node, of the polynomial through eight nodes.
fn polynomial(nodes: &[Node]) -> [Node; POINTS] {
    let mut found = [[0.0; 5]; POINTS];
    for (node, basis) in nodes.iter().zip(&BASIS) {
        for (sum, factor) in found.iter_mut().zip(basis) {
            for (sum, value) in sum.iter_mut().zip(node) {
                *sum += factor * value;
            }
        }
    }
    found
}

/// The value of a polynomial of degree seven: by pairs (Estrin), which do not wait for one another.
#[inline]
fn value(polynomial: &[Node; POINTS], past: f64) -> Node {
    let (square, fourth) = (past * past, past * past * past * past);
    let [a, b, c, d, e, f, g, h] = polynomial;
    std::array::from_fn(|idx| {
        let low = (a[idx] + b[idx] * past) + (c[idx] + d[idx] * past) * square;
        let high = (e[idx] + f[idx] * past) + (g[idx] + h[idx] * past) * square;
        low + high * fourth
    })
}

/// Lagrange's basis: a row for each node, by power.
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
                let root = other as f64 - BEFORE as f64;
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
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20))]
        #[test]
        fn between_nodes_it_is_what_the_series_say(from in 0.0..4e9_f64, step_s in 60.0..7_200.0_f64) {
            let unix_s: Vec<f64> = (0..2_000).map(|row| from + f64::from(row) * step_s).collect();
            let found = moments(&unix_s, 67.0);
            for (unix_s, found) in unix_s.iter().zip(found).step_by(37) {
                let direct = moments(&[*unix_s], 67.0)[0];
                // 1e-10 rad is 6e-9 degree.
                for (found, direct) in [
                    (found.x, direct.x),
                    (found.y, direct.y),
                    (found.z, direct.z),
                    (found.parallax, direct.parallax),
                    (found.sin_sidereal, direct.sin_sidereal),
                    (found.cos_sidereal, direct.cos_sidereal),
                ] {
                    prop_assert!((found - direct).abs() < 1e-10, "{found} {direct}");
                }
            }
        }
    }

    #[test]
    fn no_time_has_no_moment() {
        assert!(moments(&[], 67.0).is_empty());
    }
}
