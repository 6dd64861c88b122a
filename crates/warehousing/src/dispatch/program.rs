//! A range of steps as a linear programme.
//!
//! The relaxation of the model. Where to charge and discharge at once could pay, both are held to the
//! hull `c / C + d / D <= 1`; where to import and export could, to the hull of the two ways a step can
//! go (`either`). What ties the range to the steps beside it is priced ([`Edges`]), so that the programme's
//! least cost is a part of a bound of the whole.

mod either;

use super::lp::Lp;
use super::site::Site;
use either::EitherRows;
use std::ops::Range;

/// Columns of a step; none where the site has no such thing.
#[derive(Clone, Debug, Default)]
pub(super) struct StepColumns {
    pub(super) import: Option<usize>,
    pub(super) export: Option<usize>,
    pub(super) curtail: Option<usize>,
    pub(super) charge: Option<usize>,
    pub(super) discharge: Option<usize>,
    pub(super) soc: Option<usize>,
    /// Which task, and its column.
    pub(super) tasks: Vec<(usize, usize)>,
}

/// A range of steps as a programme, and where its parts lie.
#[derive(Clone, Debug)]
pub(super) struct Program {
    pub(super) steps: Range<usize>,
    pub(super) lp: Lp,
    pub(super) columns: Vec<StepColumns>,
    /// State before the first step, where that is not the site's first.
    pub(super) soc_before: Option<usize>,
    /// For each demand charge within the range: which, its column, and its least kW.
    pub(super) peaks: Vec<(usize, usize, f64)>,
    /// First row of each step.
    pub(super) first_rows: Vec<usize>,
    /// Row of each step's balance.
    pub(super) balance_rows: Vec<usize>,
    /// Row of each step's state of charge.
    pub(super) soc_rows: Vec<Option<usize>>,
    /// Row of each task that lies in the range wholly.
    pub(super) task_rows: Vec<(usize, usize)>,
    /// Cost that no column has.
    pub(super) constant: f64,
}

/// Prices of what crosses the ends of a range.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Edges {
    /// Of a kWh in the battery before the first step, and after the last.
    pub(super) soc: [f64; 2],
    /// Of a kWh for each task that lies in the range partly.
    pub(super) tasks: Vec<(usize, f64)>,
    /// Of a kW, for each demand charge of the site.
    pub(super) peaks: Vec<f64>,
    /// Demand charges with steps in the range.
    pub(super) touches: Vec<usize>,
}

impl Edges {
    /// Of the whole horizon: nothing crosses, and it pays each demand charge alone.
    pub(super) fn whole(site: &Site) -> Self {
        Self { peaks: site.peak_price.clone(), ..Self::default() }
    }
}

/// What is known of each demand charge's peak: least and greatest kW.
pub(super) type PeakBox = Vec<[f64; 2]>;

/// Builds columns and rows; rows in the order of time, which is that of elimination.
struct Builder<'a> {
    site: &'a Site<'a>,
    steps: Range<usize>,
    boxes: &'a [[f64; 2]],
    lp: Lp,
}

impl Builder<'_> {
    fn row(&mut self, right: f64) -> usize {
        self.lp.right.push(right);
        self.lp.right.len() - 1
    }
    fn column(&mut self, cost: f64, upper: f64, entries: &[(Option<usize>, f64)]) -> usize {
        let known = entries.iter().filter_map(|&(row, a)| row.map(|row| (row as u32, a)));
        self.lp.push(cost, upper.max(0.0), known);
        self.lp.columns() - 1
    }
    /// The greatest import of a step, held by the peaks' boxes too.
    fn most_import(&self, step: usize) -> f64 {
        let site = self.site;
        let by_peak =
            site.charges_at[step].iter().map(|&charge| self.boxes[charge][1] * site.step_h);
        by_peak.fold(site.most_import[step], f64::min)
    }
}

/// The rows of a step.
///
/// A peak's row says `p h = import + slack`. Two such rows are stored as the first and their
/// difference, and the balance with the last one added, so that the import stands in the first row
/// alone: where a step imports as much as its peak allows, a row that only the peak can move would
/// otherwise be the small difference of large numbers.
struct StepRows {
    first: usize,
    balance: usize,
    soc: Option<usize>,
    either: Option<EitherRows>,
    storage: Option<usize>,
    /// Charge and row.
    peaks: Vec<(usize, usize)>,
}

impl StepRows {
    /// Entries of a peak's kW.
    fn held(&self, charge: usize, step_h: f64) -> Vec<(Option<usize>, f64)> {
        let Some(at) = self.peaks.iter().position(|&(of, _)| of == charge) else {
            return Vec::new();
        };
        let next = self.peaks.get(at + 1).map_or((self.balance, 1.0), |&(_, row)| (row, -1.0));
        vec![(Some(self.peaks[at].1), step_h), (Some(next.0), next.1 * step_h)]
    }
}

impl Program {
    /// The steps of `range`.
    pub(super) fn new(site: &Site, range: Range<usize>, edges: &Edges, boxes: &[[f64; 2]]) -> Self {
        let mut builder = Builder {
            site,
            steps: range.clone(),
            boxes,
            lp: Lp { starts: vec![0], ..Lp::default() },
        };
        let (rows, task_row, behind_peaks) = lay_rows(&mut builder);
        let mut program = Self {
            lp: Lp::default(),
            columns: Vec::with_capacity(range.len()),
            soc_before: None,
            peaks: Vec::new(),
            first_rows: rows.iter().map(|rows| rows.first).collect(),
            balance_rows: rows.iter().map(|rows| rows.balance).collect(),
            soc_rows: rows.iter().map(|rows| rows.soc).collect(),
            task_rows: task_row
                .iter()
                .enumerate()
                .filter_map(|(task, row)| Some((task, (*row)?)))
                .collect(),
            constant: 0.0,
            steps: range.clone(),
        };
        for (charge, behind) in behind_peaks {
            let [least, most] = boxes[charge];
            let price = edges.peaks[charge];
            program.constant += price * least;
            let held: Vec<_> =
                rows.iter().flat_map(|rows| rows.held(charge, site.step_h)).collect();
            let column = builder.column(price, most - least, &held);
            if held.len() > 6 {
                builder.lp.kept.push((column as u32, behind as u32));
            }
            program.peaks.push((charge, column, least));
        }
        if let (Some(battery), true) = (&site.battery, range.start > 0) {
            let (row, kept) = (rows[0].soc, -battery.kept);
            let column = builder.column(edges.soc[0], battery.room, &[(row, kept)]);
            program.soc_before = Some(column);
        }
        for (at, rows) in rows.iter().enumerate() {
            let next = at + 1 < range.len();
            let next = next.then(|| program.soc_rows[at + 1]).flatten();
            let last = (range.start + at + 1 == range.end && range.end < site.steps)
                .then_some(edges.soc[1]);
            let columns =
                lay_step(&mut builder, range.start + at, rows, next, last, &task_row, edges);
            program.columns.push(columns);
        }
        // What is owed to a task that crosses an end is counted where it begins.
        for &(task, price) in &edges.tasks {
            if range.contains(&site.tasks[task].from) {
                program.constant += price * site.tasks[task].energy;
            }
        }
        program.lp = builder.lp;
        program
    }

    /// The amounts of a step that a point has.
    pub(super) fn amount(x: &[f64], column: Option<usize>) -> f64 {
        column.map_or(0.0, |column| x[column])
    }
    /// The kW of each demand charge in the range.
    pub(super) fn peaks_of<'a>(&'a self, x: &'a [f64]) -> impl Iterator<Item = (usize, f64)> + 'a {
        self.peaks.iter().map(|&(charge, column, least)| (charge, least + x[column]))
    }
}

type TaskRows = Vec<Option<usize>>;

/// Every row with its right side; the row behind which each demand charge is complete.
fn lay_rows(builder: &mut Builder) -> (Vec<StepRows>, TaskRows, Vec<(usize, usize)>) {
    let site = builder.site;
    let steps = builder.steps.clone();
    let mut task_row = vec![None; site.tasks.len()];
    let mut behind: Vec<Option<usize>> = vec![None; site.peak_price.len()];
    let mut rows = Vec::with_capacity(steps.len());
    for step in steps.clone() {
        let most = builder.most_import(step);
        let first = builder.lp.right.len();
        let mut before = 0.0;
        let held = site.charges_at[step].iter().copied();
        let held = held.filter(|&charge| most > builder.boxes[charge][0] * site.step_h);
        let peaks: Vec<(usize, usize)> = held
            .map(|charge| {
                let least = -builder.boxes[charge][0] * site.step_h;
                let row = builder.row(least - before);
                before = least;
                (charge, row)
            })
            .collect();
        let both = most > 0.0 && site.most_export[step] > 0.0;
        let either = (site.loops_at_grid[step] && both).then(|| either::lay_rows(builder, step));
        let one_way = either.is_some() || site.loops_in_battery[step];
        let storage = site.battery.as_ref().filter(|_| one_way).map(|_| builder.row(1.0));
        let balance = builder.row(site.load[step] - site.pv[step] + before);
        let soc = site.battery.as_ref().map(|battery| {
            let before = match step {
                0 => battery.kept * battery.initial,
                _ => battery.kept * battery.least(step - 1, site.steps),
            };
            builder.row(before - battery.least(step, site.steps))
        });
        rows.push(StepRows { first, balance, soc, either, storage, peaks });
        for &task in &site.tasks_until[step + 1] {
            if site.tasks[task].from >= steps.start {
                task_row[task] = Some(builder.row(site.tasks[task].energy));
            }
        }
        let at = builder.lp.right.len() - 1;
        for &charge in &site.charges_at[step] {
            behind[charge] = Some(at);
        }
    }
    let behind = behind.into_iter().enumerate().filter_map(|(charge, row)| Some((charge, row?)));
    (rows, task_row, behind.collect())
}

fn lay_step(
    builder: &mut Builder,
    step: usize,
    rows: &StepRows,
    next_soc: Option<usize>,
    last: Option<f64>,
    task_row: &[Option<usize>],
    edges: &Edges,
) -> StepColumns {
    let site = builder.site;
    let balance = Some(rows.balance);
    let mut columns = StepColumns::default();
    let (most, out) = (builder.most_import(step), site.most_export[step]);
    let either = rows.either.as_ref();
    if most > 0.0 {
        let held = rows.peaks.first().map_or((balance, 1.0), |&(_, row)| (Some(row), -1.0));
        let bounds =
            either.map_or([None; 2], |either| [Some(either.import), Some(either.most_import)]);
        let entries = [held, (bounds[0], 1.0), (bounds[1], 1.0)];
        columns.import = Some(builder.column(site.import_cost[step], most, &entries));
    }
    if out > 0.0 {
        let bounds =
            either.map_or([None; 2], |either| [Some(either.export), Some(either.most_export)]);
        let entries = [(balance, -1.0), (bounds[0], 1.0), (bounds[1], 1.0)];
        columns.export = Some(builder.column(-site.export_gain[step], out, &entries));
    }
    if let Some(either) = either {
        either::lay_columns(builder, step, either, [most, out]);
    }
    for (at, &(charge, row)) in rows.peaks.iter().enumerate() {
        let next = rows.peaks.get(at + 1).map_or((rows.balance, -1.0), |&(_, row)| (row, 1.0));
        let room = builder.boxes[charge][1] * site.step_h;
        builder.column(0.0, room, &[(Some(row), -1.0), (Some(next.0), next.1)]);
    }
    if site.pv[step] > 0.0 {
        columns.curtail = Some(builder.column(0.0, site.pv[step], &[(balance, -1.0)]));
    }
    if let Some(battery) = &site.battery {
        let (most_in, most_out) = (battery.most_in, battery.most_out);
        let share_of = |most: f64| if most > 0.0 { 1.0 / most } else { 0.0 };
        let bound = either.and_then(|either| either.charge).map(|[row, _]| row);
        let entries = [
            (balance, -1.0),
            (rows.soc, -battery.charge),
            (rows.storage, share_of(most_in)),
            (bound, -1.0),
        ];
        columns.charge = Some(builder.column(0.0, most_in, &entries));
        let bound = either.and_then(|either| either.discharge).map(|[row, _]| row);
        let entries = [
            (balance, 1.0),
            (rows.soc, 1.0 / battery.discharge),
            (rows.storage, share_of(most_out)),
            (bound, -1.0),
        ];
        columns.discharge = Some(builder.column(battery.wear, most_out, &entries));
        if rows.storage.is_some() {
            builder.column(0.0, 1.0, &[(rows.storage, 1.0)]);
        }
        let room = battery.most - battery.least(step, site.steps);
        let entries = [(rows.soc, 1.0), (next_soc, -battery.kept)];
        columns.soc = Some(builder.column(last.unwrap_or(0.0), room, &entries));
    }
    for &task in &site.tasks_at[step] {
        let price =
            edges.tasks.iter().find(|&&(of, _)| of == task).map_or(0.0, |&(_, price)| -price);
        let price = if task_row[task].is_some() { 0.0 } else { price };
        let bound = either.and_then(|either| either.tasks).map(|[row, _]| row);
        let entries = [(balance, -1.0), (task_row[task], 1.0), (bound, -1.0)];
        let column = builder.column(price, site.tasks[task].most_in(step), &entries);
        columns.tasks.push((task, column));
    }
    columns
}
