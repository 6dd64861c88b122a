//! The nearest stops of each on a plane, by a grid, so that large instances need not compare all
//! with all.

/// Points of a plane in square cells of a few points each.
pub(crate) struct Grid<'a> {
    points: &'a [[f64; 2]],
    low: [f64; 2],
    side: f64,
    cells: usize,
    /// Points by cell, and where each cell begins.
    order: Vec<u32>,
    begin: Vec<u32>,
}

/// Points in a cell if they were spread evenly.
const PER_CELL: usize = 4;

impl<'a> Grid<'a> {
    /// All points are finite.
    pub(crate) fn new(points: &'a [[f64; 2]]) -> Self {
        let low = [0, 1].map(|axis| points.iter().fold(f64::MAX, |low, p| low.min(p[axis])));
        let high = [0, 1].map(|axis| points.iter().fold(f64::MIN, |high, p| high.max(p[axis])));
        let cells = ((points.len() / PER_CELL) as f64).sqrt().ceil().max(1.0) as usize;
        let width = (high[0] - low[0]).max(high[1] - low[1]).max(f64::MIN_POSITIVE);
        let side = width / cells as f64;
        let mut grid =
            Self { points, low, side, cells, order: Vec::new(), begin: vec![0; cells * cells + 1] };
        let cell = |point: u32| {
            let [x, y] = grid.cell(point);
            y * cells + x
        };
        let mut order: Vec<u32> = (0..points.len() as u32).collect();
        order.sort_by_key(|&point| cell(point));
        let mut begin = vec![0; cells * cells + 1];
        for &point in &order {
            begin[cell(point) + 1] += 1;
        }
        for idx in 0..cells * cells {
            begin[idx + 1] += begin[idx];
        }
        (grid.order, grid.begin) = (order, begin);
        grid
    }

    fn cell(&self, point: u32) -> [usize; 2] {
        [0, 1].map(|axis| {
            let place = (self.points[point as usize][axis] - self.low[axis]) / self.side;
            (place as usize).min(self.cells - 1)
        })
    }

    /// Puts into `out` points among which are the `count` nearest of a point, and itself.
    pub(crate) fn around(&self, point: u32, count: usize, out: &mut Vec<u32>) {
        let mut reach = 1;
        while self.count(point, reach) <= count && reach < self.cells {
            reach *= 2;
        }
        // Of what was counted the farthest lies in a corner; as near are others beside the square.
        let reach = ((reach + 1) as f64 * std::f64::consts::SQRT_2).ceil() as usize;
        out.clear();
        self.rows(point, reach, |row| out.extend_from_slice(row));
    }

    fn count(&self, point: u32, reach: usize) -> usize {
        let mut count = 0;
        self.rows(point, reach, |row| count += row.len());
        count
    }

    fn rows(&self, point: u32, reach: usize, mut row: impl FnMut(&[u32])) {
        let [x, y] = self.cell(point);
        let last = self.cells - 1;
        let (left, right) = (x.saturating_sub(reach), (x + reach).min(last));
        for y in y.saturating_sub(reach)..=(y + reach).min(last) {
            let from = self.begin[y * self.cells + left];
            let to = self.begin[y * self.cells + right + 1];
            row(&self.order[from as usize..to as usize]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quantity::Seed;

    #[test]
    fn the_nearest_are_among_those_around() {
        let mut random = Seed::new(1).sequence();
        for width in [1, 30, 1000] {
            let mut coordinate = || random.below(width) as f64;
            let mut points: Vec<[f64; 2]> =
                (0..500).map(|_| [coordinate(), coordinate()]).collect();
            points.extend((0..300).map(|_| [coordinate() / 50.0, coordinate() / 50.0]));
            let grid = Grid::new(&points);
            let mut around = Vec::new();
            for point in (0..800).step_by(37) {
                let square = |other: u32| {
                    let (a, b) = (points[point as usize], points[other as usize]);
                    (a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2)
                };
                grid.around(point, 20, &mut around);
                let mut found: Vec<f64> = around.iter().map(|&other| square(other)).collect();
                found.sort_by(f64::total_cmp);
                let mut all: Vec<f64> = (0..800).map(square).collect();
                all.sort_by(f64::total_cmp);
                assert_eq!(found[..21], all[..21], "{width} {point}");
            }
        }
    }
}
