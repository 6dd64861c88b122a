//! How far and how long it is from node to node, as whole numbers.

/// The longest single distance or duration, in units of the instance: sums of a route's times stay
/// within 32 bits.
pub const ARC_MAX: i32 = 1 << 27;

/// How a Euclidean distance becomes a whole number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// Real numbers, kept to four decimals and rounded up there: what is in time here is in time
    /// in real numbers too.
    Double,
    /// Each arc cut to one decimal, as the DIMACS challenge does with time windows.
    Trunc1,
    /// Each arc rounded to the nearest whole, as VRPLIB's `EUC_2D` says.
    Round,
}

impl Precision {
    /// Units of the instance in one unit of the file.
    pub const fn scale(self) -> i32 {
        match self {
            Self::Double => 10_000,
            Self::Trunc1 => 10,
            Self::Round => 1,
        }
    }
    /// The whole number of units for a distance in units of the file.
    pub fn units(self, distance: f64) -> i32 {
        let scaled = distance * f64::from(self.scale());
        // A root that is whole must stay so: 5.000000000000001 is 5.
        const SLACK: f64 = 1e-7;
        match self {
            Self::Double => (scaled - SLACK).ceil() as i32,
            // No distance is negative: the conversion cuts, and is faster than `floor`.
            Self::Trunc1 => (scaled + SLACK) as i32,
            Self::Round => (scaled + 0.5) as i32,
        }
    }
}

/// Distances and durations between the nodes of an instance.
#[derive(Clone, Debug, PartialEq)]
pub enum Travel {
    /// Points on a plane; an hour a unit of distance, so duration is distance.
    Plane {
        /// A point a node, in units of the file.
        points: Vec<[f64; 2]>,
        /// How a distance becomes a whole number.
        precision: Precision,
    },
    /// A table, row-major, from row to column; it need be neither symmetric nor triangular.
    Table {
        /// Distances in units of the instance.
        distance: Vec<i32>,
        /// Durations in units of the instance; those of `distance` where absent.
        duration: Option<Vec<i32>>,
    },
}

impl Travel {
    /// From `from` to `to` among `n` nodes, in units of the instance.
    pub fn distance(&self, n: usize, from: usize, to: usize) -> i32 {
        match self {
            Self::Plane { points, precision } => {
                let (a, b) = (points[from], points[to]);
                precision.units(euclidean(a, b))
            }
            Self::Table { distance, .. } => distance[from * n + to],
        }
    }
    /// As [`Travel::distance`], in time.
    pub fn duration(&self, n: usize, from: usize, to: usize) -> i32 {
        match self {
            Self::Table { duration: Some(duration), .. } => duration[from * n + to],
            _ => self.distance(n, from, to),
        }
    }
}

/// The straight line between two points.
pub(crate) fn euclidean(a: [f64; 2], b: [f64; 2]) -> f64 {
    let (x, y) = (a[0] - b[0], a[1] - b[1]);
    (x * x + y * y).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distance_becomes_a_whole_number_as_the_format_says() {
        for (precision, distance, expect, why) in [
            (Precision::Round, 2.5, 3, "a half goes up"),
            (Precision::Round, 2.499, 2, "less goes down"),
            (Precision::Trunc1, 2.59, 25, "cut, not rounded"),
            (Precision::Trunc1, 0.3 * 10.0, 30, "a whole stays whole"),
            (Precision::Double, 5.0, 50_000, "a whole stays whole"),
            (Precision::Double, 2.0_f64.sqrt(), 14_143, "up, so that none is late"),
        ] {
            assert_eq!(precision.units(distance), expect, "{why}");
        }
    }
}
