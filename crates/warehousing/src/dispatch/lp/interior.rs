//! An interior point that stops as soon as its bound says enough.
//!
//! Mehrotra's predictor and corrector (SIAM J. Optimization 2, 1992) on boxed columns. The dual is
//! feasible from the first step on, since every column has a box; so each step's row prices give a
//! bound, and a caller that only asks whether a programme can beat a cost is answered early.

use super::Lp;
use super::factor::{Pattern, System};
use super::real::{Real, Twofold};

/// What ended a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// Cost and bound agree within the tolerance.
    Optimal,
    /// The bound is above the cutoff: nothing cheaper is here.
    CutOff,
    /// Neither, and no progress any more.
    Stalled,
}

/// A point and what it proves.
pub(crate) struct Found {
    pub(crate) end: End,
    pub(crate) x: Vec<f64>,
    /// Row prices of the best bound.
    pub(crate) prices: Vec<f64>,
    /// No solution costs less.
    pub(crate) bound: f64,
}

/// When to stop.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stop {
    /// Greatest gap beside the cost's size.
    pub(crate) gap: f64,
    /// A bound above it ends the search.
    pub(crate) cutoff: f64,
}

/// Greatest error of a row beside the size of the right sides.
const ROW_ERROR: f64 = 1e-10;
/// The same, and the gap, where no more digits can be had.
const LAST_ROW_ERROR: f64 = 1e-8;
const LAST_GAP: f64 = 1e-7;
/// Iterations without a better point until the best is taken.
const PATIENCE: u32 = 3;
const MOST_ITERATIONS: u32 = 80;
/// How near to the ends of its box a column begins, as a share.
const INSIDE: f64 = 0.1;

/// The system of a programme's rows, analysed once for all the boxes that it may be given.
pub(crate) struct Interior {
    pattern: Pattern,
    /// Where each row stands in the system.
    row_at: Vec<usize>,
    /// Kept columns and where they stand.
    kept: Vec<(usize, usize)>,
    is_kept: Vec<bool>,
    /// Products of a column's entries: where each is added, column by column. Exact, since a column
    /// whose theta is large hides what the others give by what its own products lack.
    product_starts: Vec<usize>,
    products: Vec<(usize, Twofold)>,
    /// Entries of kept columns and where they are set.
    kept_entries: Vec<(usize, f64)>,
}

impl Interior {
    pub(crate) fn new(lp: &Lp) -> Self {
        let mut row_at = Vec::with_capacity(lp.rows());
        let mut kept = Vec::new();
        let mut behind = lp.kept.clone();
        behind.sort_by_key(|&(column, row)| (row, column));
        let mut next = behind.iter().peekable();
        let mut at = 0;
        for row in 0..lp.rows() {
            row_at.push(at);
            at += 1;
            while let Some(&(column, _)) = next.next_if(|&&(_, behind)| behind as usize == row) {
                kept.push((column as usize, at));
                at += 1;
            }
        }
        let mut is_kept = vec![false; lp.columns()];
        for &(column, _) in &kept {
            is_kept[column] = true;
        }
        let mut above = vec![Vec::new(); at];
        let mut couple = |one: usize, other: usize| {
            if one != other {
                above[one.max(other)].push(one.min(other));
            }
        };
        for column in (0..lp.columns()).filter(|&column| !is_kept[column]) {
            let rows = lp.column(column);
            for (count, &(row, _)) in rows.iter().enumerate() {
                for &(other, _) in &rows[..count] {
                    couple(row_at[row as usize], row_at[other as usize]);
                }
            }
        }
        for &(column, at) in &kept {
            lp.column(column).iter().for_each(|&(row, _)| couple(row_at[row as usize], at));
        }
        let pattern = Pattern::new(above);
        let (mut product_starts, mut products) = (vec![0], Vec::new());
        for (column, &is_kept) in is_kept.iter().enumerate() {
            let rows = if is_kept { &[] } else { lp.column(column) };
            for (count, &(row, a)) in rows.iter().enumerate() {
                for &(other, b) in &rows[..=count] {
                    let place = pattern.place(row_at[row as usize], row_at[other as usize]);
                    products.push((place, Twofold::product(a, b)));
                }
            }
            product_starts.push(products.len());
        }
        let kept_entries = kept
            .iter()
            .flat_map(|&(column, at)| lp.column(column).iter().map(move |&entry| (at, entry)))
            .map(|(at, (row, a))| (pattern.place(row_at[row as usize], at), a))
            .collect();
        Self { pattern, row_at, kept, is_kept, product_starts, products, kept_entries }
    }

    /// Searches `lp`, which has the rows and entries that this was made of.
    pub(crate) fn solve(&self, lp: &Lp, stop: Stop) -> Found {
        let found = Search::new(self, lp, System::plain(&self.pattern)).run(stop);
        if found.end != End::Stalled {
            return found;
        }
        Search::new(self, lp, System::twofold(&self.pattern)).run(stop)
    }
}

/// The state of a search. A column without a box has nothing in every vector, so that no loop asks.
struct Search<'a> {
    system: &'a Interior,
    lp: &'a Lp,
    /// Columns with a box.
    open: usize,
    x: Vec<f64>,
    /// What is left to the upper end.
    room: Vec<f64>,
    /// Multipliers of the lower and of the upper end.
    low: Vec<f64>,
    high: Vec<f64>,
    prices: Vec<f64>,
    /// `c - A'y`.
    reduced: Vec<f64>,
    factors: System,
    theta: Vec<f64>,
    /// One over `x` and over `room`.
    per_x: Vec<f64>,
    per_room: Vec<f64>,
    /// What the reduced costs are to become.
    wish: Vec<f64>,
}

/// A step of every variable, and how far it may go.
struct Step {
    x: Vec<f64>,
    low: Vec<f64>,
    high: Vec<f64>,
    prices: Vec<f64>,
    primal: f64,
    dual: f64,
}

impl<'a> Search<'a> {
    fn new(system: &'a Interior, lp: &'a Lp, factors: System) -> Self {
        let columns = lp.columns();
        let has_box = |column: usize| lp.upper[column] > 0.0;
        let open = (0..columns).filter(|&column| has_box(column)).count();
        let costs = lp.cost.iter().zip(&lp.upper).filter(|(_, upper)| **upper > 0.0);
        let usual = (costs.map(|(cost, _)| cost.abs()).sum::<f64>() / open.max(1) as f64).max(1e-3);
        let half: Vec<f64> = lp.upper.iter().map(|upper| upper / 2.0).collect();
        let push = |sign: f64| -> Vec<f64> {
            let of = |column| {
                if has_box(column) { (sign * lp.cost[column]).max(0.0) + usual } else { 0.0 }
            };
            (0..columns).map(of).collect()
        };
        let zeros = || vec![0.0; columns];
        Self {
            system,
            lp,
            open,
            x: half.clone(),
            room: half,
            low: push(1.0),
            high: push(-1.0),
            prices: vec![0.0; lp.rows()],
            reduced: zeros(),
            factors,
            theta: zeros(),
            per_x: zeros(),
            per_room: zeros(),
            wish: zeros(),
        }
    }

    /// Moves the middle of the boxes the least way to where the rows hold, and back into the boxes.
    fn begin(&mut self) {
        let (system, lp) = (self.system, self.lp);
        for (theta, upper) in self.theta.iter_mut().zip(&lp.upper) {
            *theta = upper * upper;
        }
        self.fill();
        let right = system.place_rows(&self.row_errors());
        let pull = self.factors.solve(&system.pattern, &right);
        for column in 0..lp.columns() {
            let entries = lp.column(column).iter();
            let pull: f64 =
                entries.map(|&(row, a)| a * pull[system.row_at[row as usize]].value()).sum();
            let upper = lp.upper[column];
            let x = self.x[column] + self.theta[column] * pull;
            self.x[column] = x.clamp(INSIDE * upper, (1.0 - INSIDE) * upper);
            self.room[column] = upper - self.x[column];
        }
    }

    fn run(mut self, stop: Stop) -> Found {
        self.begin();
        let lp = self.lp;
        let right = size(&lp.right).max(1.0);
        let (mut bound, mut prices) = (f64::NEG_INFINITY, self.prices.clone());
        let (mut iterations, mut stuck) = (0, 0);
        let mut best: (f64, Option<Vec<f64>>) = (f64::INFINITY, None);
        let mut since = 0;
        let end = loop {
            let rows = self.row_errors();
            lp.reduced_costs(&self.prices, &mut self.reduced);
            let now = lp.bound(&self.prices, &self.reduced);
            if now > bound {
                bound = now;
                prices.copy_from_slice(&self.prices);
            }
            if bound >= stop.cutoff {
                break End::CutOff;
            }
            let cost: f64 = lp.cost.iter().zip(&self.x).map(|(cost, x)| cost * x).sum();
            let error = size(&rows);
            let gap = (cost - bound) / (1.0 + cost.abs());
            if gap <= stop.gap && error <= ROW_ERROR * right {
                break End::Optimal;
            }
            // Rounding may let no more digits be had: then the best of these is the answer.
            let merit = gap.max(0.0) + error / right;
            if gap <= stop.gap.max(LAST_GAP) && error <= LAST_ROW_ERROR * right && merit < best.0 {
                best = (merit, Some(self.x.clone()));
                since = 0;
            } else {
                since += 1;
            }
            if since == PATIENCE
                && let Some(x) = best.1.take()
            {
                self.x = x;
                break End::Optimal;
            }
            if iterations == MOST_ITERATIONS || stuck == 4 {
                let Some(x) = best.1.take() else { break End::Stalled };
                self.x = x;
                break End::Optimal;
            }
            iterations += 1;
            let longest = self.step(&rows);
            stuck = if longest < 0.02 { stuck + 1 } else { 0 };
        };
        Found { end, x: self.x, prices, bound }
    }

    /// `b - A x`.
    fn row_errors(&self) -> Vec<f64> {
        let mut rows = self.lp.right.clone();
        for (column, &x) in self.x.iter().enumerate() {
            for &(row, a) in self.lp.column(column) {
                rows[row as usize] -= a * x;
            }
        }
        rows
    }

    /// One predictor and corrector; the longer of the two step lengths.
    fn step(&mut self, rows: &[f64]) -> f64 {
        self.factorise();
        let count = 2.0 * self.open.max(1) as f64;
        let products = self.x.iter().zip(&self.low).zip(self.room.iter().zip(&self.high));
        let mu =
            products.map(|((x, low), (room, high))| x * low + room * high).sum::<f64>() / count;
        self.wish.copy_from_slice(&self.reduced);
        let predicted = self.direction(rows, None);
        let (primal, mut dual) = (predicted.primal.min(1.0), predicted.dual.min(1.0));
        if size(rows) > ROW_ERROR * size(&self.lp.right).max(1.0) {
            // The products must not vanish before the rows hold: then nothing could mend the rows.
            dual = dual.min(primal);
        }
        let share = self.after(&predicted, primal, dual) / count / mu;
        let centre = share.powi(3).clamp(1e-8, 1.0) * mu;
        for column in 0..self.x.len() {
            let dx = predicted.x[column];
            let low = (centre - dx * predicted.low[column]) * self.per_x[column];
            let high = (centre + dx * predicted.high[column]) * self.per_room[column];
            self.wish[column] = self.reduced[column] - low + high;
        }
        let mut step = self.direction(rows, Some((centre, &predicted)));
        if self.factors.is_plain() && self.misses(rows, &step.x) {
            self.more_digits();
            step = self.direction(rows, Some((centre, &predicted)));
        }
        // What rounding has spoiled wholly is not taken: the search ends where it is.
        if !step.prices.iter().chain(&step.x).all(|change| change.is_finite()) {
            return 0.0;
        }
        let keep = (1.0 - mu).clamp(0.995, 0.999_99);
        let (primal, dual) = ((keep * step.primal).min(1.0), (keep * step.dual).min(1.0));
        for column in 0..self.x.len() {
            let dx = primal * step.x[column];
            self.x[column] += dx;
            self.room[column] -= dx;
            self.low[column] += dual * step.low[column];
            self.high[column] += dual * step.high[column];
        }
        for (price, step) in self.prices.iter_mut().zip(&step.prices) {
            *price += dual * step;
        }
        primal.max(dual)
    }

    /// Goes on with twice the digits.
    fn more_digits(&mut self) {
        self.factors = System::twofold(&self.system.pattern);
        self.fill();
    }

    /// Whether a step leaves the rows further from holding than they may be.
    fn misses(&self, rows: &[f64], step: &[f64]) -> bool {
        let mut left = rows.to_vec();
        for (column, &dx) in step.iter().enumerate() {
            for &(row, a) in self.lp.column(column) {
                left[row as usize] -= a * dx;
            }
        }
        let right = size(&self.lp.right).max(1.0);
        // A NaN misses too.
        !(size(&left) <= 0.5 * size(rows) || size(&left) <= 0.1 * LAST_ROW_ERROR * right)
    }

    /// The sum of the products after a step.
    fn after(&self, step: &Step, primal: f64, dual: f64) -> f64 {
        let of = |column: usize| {
            let dx = primal * step.x[column];
            (self.x[column] + dx) * (self.low[column] + dual * step.low[column])
                + (self.room[column] - dx) * (self.high[column] + dual * step.high[column])
        };
        (0..self.x.len()).map(of).sum()
    }

    fn factorise(&mut self) {
        for column in 0..self.x.len() {
            if self.lp.upper[column] > 0.0 {
                let (per_x, per_room) = (1.0 / self.x[column], 1.0 / self.room[column]);
                self.per_x[column] = per_x;
                self.per_room[column] = per_room;
                self.theta[column] =
                    1.0 / (self.low[column] * per_x + self.high[column] * per_room);
            } else {
                self.theta[column] = 0.0;
            }
        }
        self.fill();
    }

    /// Factors the system at `theta`.
    fn fill(&mut self) {
        let (system, theta) = (self.system, &self.theta);
        self.factors.refactor(&system.pattern, |add| {
            for (column, &theta) in theta.iter().enumerate() {
                let range = system.product_starts[column]..system.product_starts[column + 1];
                for &(place, product) in &system.products[range] {
                    add(place, product, theta);
                }
            }
            for &(place, a) in &system.kept_entries {
                add(place, Twofold::of(a), 1.0);
            }
            for &(column, at) in &system.kept {
                // A column without a box takes no part: its own row says that it is nothing.
                let curb = if theta[column] > 0.0 { 1.0 / theta[column] } else { 1e12 };
                add(system.pattern.diagonal(at), Twofold::of(-curb), 1.0);
            }
        });
    }

    /// The Newton step to `wish`; after a prediction its products are corrected to `centre`.
    fn direction(&self, rows: &[f64], corrected: Option<(f64, &Step)>) -> Step {
        let (system, lp) = (self.system, self.lp);
        let mut right = system.place_rows(rows);
        for (column, (&theta, &wish)) in self.theta.iter().zip(&self.wish).enumerate() {
            if !system.is_kept[column] {
                let pull = theta * wish;
                for &(row, a) in lp.column(column) {
                    right[system.row_at[row as usize]] += a * pull;
                }
            }
        }
        for &(column, at) in &system.kept {
            right[at] = self.wish[column];
        }
        let found = self.factors.solve(&system.pattern, &right);
        let prices: Vec<f64> = system.row_at.iter().map(|&at| found[at].value()).collect();
        let columns = lp.columns();
        let mut x = vec![0.0; columns];
        if self.factors.is_plain() {
            for (column, x) in x.iter_mut().enumerate() {
                let entries = lp.column(column).iter();
                let paid: f64 = entries.map(|&(row, a)| a * prices[row as usize]).sum();
                *x = self.theta[column] * (paid - self.wish[column]);
            }
        } else {
            // Between the ends of its box a column's step is a large multiple of a small difference.
            for (column, x) in x.iter_mut().enumerate() {
                let entries = lp.column(column).iter();
                let paid = entries.fold(Twofold::of(-self.wish[column]), |sum, &(row, a)| {
                    sum.add(found[system.row_at[row as usize]].times(Twofold::of(a)))
                });
                *x = self.theta[column] * paid.value();
            }
        }
        for &(column, at) in &system.kept {
            x[column] = if self.theta[column] > 0.0 { found[at].value() } else { 0.0 };
        }
        let (mut low, mut high) = (vec![0.0; columns], vec![0.0; columns]);
        let (mut shrink, mut dual) = (0.0_f64, f64::INFINITY);
        for column in 0..columns {
            let (along_x, along_room) =
                (x[column] * self.per_x[column], x[column] * self.per_room[column]);
            shrink = shrink.max(-along_x).max(along_room);
            let (mut to_low, mut to_high) = (0.0, 0.0);
            if let Some((centre, predicted)) = corrected {
                let dx = predicted.x[column];
                to_low = (centre - dx * predicted.low[column]) * self.per_x[column];
                to_high = (centre + dx * predicted.high[column]) * self.per_room[column];
            }
            let (is_low, is_high) = (self.low[column], self.high[column]);
            low[column] = to_low - is_low - is_low * along_x;
            high[column] = to_high - is_high + is_high * along_room;
            if low[column] < 0.0 && -low[column] * dual > is_low {
                dual = is_low / -low[column];
            }
            if high[column] < 0.0 && -high[column] * dual > is_high {
                dual = is_high / -high[column];
            }
        }
        let primal = if shrink > 0.0 { 1.0 / shrink } else { f64::INFINITY };
        Step { x, low, high, prices, primal, dual }
    }
}

impl Interior {
    /// A vector of rows as a right side of the system.
    fn place_rows(&self, rows: &[f64]) -> Vec<f64> {
        let mut right = vec![0.0; self.row_at.len() + self.kept.len()];
        for (&at, &row) in self.row_at.iter().zip(rows) {
            right[at] = row;
        }
        right
    }
}

/// The greatest of a vector's amounts.
fn size(rows: &[f64]) -> f64 {
    rows.iter().fold(0.0, |most, row| most.max(row.abs()))
}
