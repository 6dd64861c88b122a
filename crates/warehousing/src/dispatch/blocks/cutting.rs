//! Where a horizon is cut, and what the ends of its parts cost.

use super::Whole;
use crate::dispatch::program::Edges;
use std::ops::Range;

/// Steps in which a relaxation could do two things at once, in a block before it is cut.
const LOOPS: usize = 12;
/// What a kWh of state must be worth at the end of its range for a cut to be clean, beside the dearest
/// kWh bought.
const HELD: f64 = 0.1;

impl Whole<'_> {
    /// Ranges of steps that little ties together.
    pub(super) fn ranges(&self, prices: &[f64]) -> Vec<Range<usize>> {
        let site = self.site;
        let mut reduced = vec![0.0; self.program.lp.columns()];
        self.program.lp.reduced_costs(prices, &mut reduced);
        let (mut ranges, mut from, mut count) = (Vec::new(), 0, 0);
        let mut best: Option<(f64, usize)> = None;
        for step in 1..site.steps {
            count += usize::from(site.loops_at_grid[step - 1]);
            if count < LOOPS {
                continue;
            }
            let here = self.ties(&reduced, step);
            if best.is_none_or(|(least, _)| here < least) {
                best = Some((here, step));
            }
            if let Some((_, cut)) = best.filter(|_| count >= 2 * LOOPS + 6) {
                ranges.push(from..cut);
                from = cut;
                count = (cut..step).filter(|&step| site.loops_at_grid[step]).count();
                best = None;
            }
        }
        ranges.push(from..site.steps);
        ranges
    }

    /// How much ties the step before to this one: vehicles, demand charges, and a state that no end of
    /// its range holds, at these reduced costs.
    fn ties(&self, reduced: &[f64], step: usize) -> f64 {
        let site = self.site;
        let tasks =
            site.tasks_at[step - 1].iter().filter(|&&task| site.tasks[task].until > step).count();
        let charges: f64 =
            site.charges_at[step].iter().map(|&charge| self.split(charge, step)).sum();
        let dearest =
            self.site.import_cost.iter().fold(1e-9_f64, |most, cost| most.max(cost.abs()));
        let soc = self.program.columns[step - 1].soc;
        let held = soc.map_or(1.0, |soc| (reduced[soc].abs() / (HELD * dearest)).min(1.0));
        tasks as f64 + 40.0 * charges + 4.0 * (1.0 - held)
    }

    /// The smaller share of a demand charge's steps on one side of a step.
    fn split(&self, charge: usize, step: usize) -> f64 {
        let windows = &self.site.instance.demand_charges[charge].windows;
        let of = |from: usize, until: usize| -> usize {
            windows
                .iter()
                .map(|window| window[1].min(until).saturating_sub(window[0].max(from)))
                .sum()
        };
        let (before, after) = (of(0, step), of(step, self.site.steps));
        before.min(after) as f64 / (before + after).max(1) as f64
    }

    /// What crosses the ends of each range, at these row prices of the whole.
    pub(super) fn edges(&self, ranges: &[Range<usize>], prices: &[f64]) -> Vec<Edges> {
        let (site, program) = (self.site, &self.program);
        let soc = |step: usize| match (&site.battery, program.soc_rows.get(step)) {
            (Some(battery), Some(&Some(row))) if step > 0 => battery.kept * prices[row],
            _ => 0.0,
        };
        let mut task_price = vec![0.0; site.tasks.len()];
        program.task_rows.iter().for_each(|&(task, row)| task_price[task] = prices[row]);
        let mut edges: Vec<Edges> = ranges
            .iter()
            .map(|range| {
                let mut tasks = Vec::new();
                for (index, task) in site.tasks.iter().enumerate() {
                    let within = range.contains(&task.from) && task.until <= range.end;
                    if task.from < range.end && task.until > range.start && !within {
                        tasks.push((index, task_price[index]));
                    }
                }
                let soc = [-soc(range.start), soc(range.end)];
                let charges = 0..site.peak_price.len();
                let within = |charge: &usize| {
                    range.clone().any(|step| site.charges_at[step].contains(charge))
                };
                let touches = charges.clone().filter(within).collect();
                Edges { soc, tasks, peaks: vec![0.0; charges.len()], touches }
            })
            .collect();
        for &(charge, column, _) in &program.peaks {
            let price = site.peak_price[charge];
            let shares: Vec<(usize, f64)> = (0..ranges.len())
                .filter(|&block| edges[block].touches.contains(&charge))
                .map(|block| {
                    let from = program.first_rows[ranges[block].start];
                    let until = program
                        .first_rows
                        .get(ranges[block].end)
                        .copied()
                        .unwrap_or(program.lp.rows());
                    let entries = program.lp.column(column).iter();
                    let entries =
                        entries.filter(|&&(row, _)| (from..until).contains(&(row as usize)));
                    (block, entries.map(|&(row, a)| a * prices[row as usize]).sum::<f64>().max(0.0))
                })
                .collect();
            let rest = price - shares.iter().map(|&(_, share)| share).sum::<f64>();
            let most = shares
                .iter()
                .max_by(|one, other| one.1.total_cmp(&other.1))
                .map(|&(block, _)| block);
            for (block, share) in shares {
                edges[block].peaks[charge] = share + if Some(block) == most { rest } else { 0.0 };
            }
        }
        edges
    }
}
