//! From a point of the relaxation to what a site may do.

use super::program::Program;
use super::site::Site;

/// What a step buys, sells and leaves, and what that costs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Settled {
    pub(super) import: f64,
    pub(super) export: f64,
    pub(super) curtailed: f64,
    pub(super) cost: f64,
}

/// Error of an amount that counts as none, kWh.
const SLACK: f64 = 1e-6;

/// The cheapest way to close the balance of a step in which `used` more is used than generated when
/// nothing is curtailed, importing no more than `peak` unless that is needed; none where there is no
/// way.
fn settle(site: &Site, step: usize, used: f64, peak: f64) -> Option<Settled> {
    let least = used.max(-site.most_export[step]);
    if least > site.most_import[step] + SLACK {
        return None;
    }
    let most = (used + site.pv[step]).min(peak.min(site.most_import[step]));
    let cost = |net: f64| {
        if net > 0.0 { site.import_cost[step] * net } else { site.export_gain[step] * net }
    };
    let most = most.max(least);
    let net = [least, most, 0.0_f64.clamp(least, most)];
    let net = net.into_iter().min_by(|one, other| cost(*one).total_cmp(&cost(*other)))?;
    Some(Settled {
        import: net.max(0.0),
        export: (-net).max(0.0),
        curtailed: (net - used).clamp(0.0, site.pv[step]),
        cost: cost(net),
    })
}

/// A range's amounts that keep every rule, and what they cost by the programme's prices.
#[derive(Clone, Debug)]
pub(super) struct Settlement {
    pub(super) cost: f64,
    pub(super) steps: Vec<Settled>,
    /// Battery in and out at the AC bus.
    pub(super) battery: Vec<(f64, f64)>,
}

/// A step whose relaxation is cheaper than what may be done.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Conflict {
    /// Within the range.
    pub(super) at: usize,
    pub(super) kind: Kind,
    /// What the relaxation gains by it.
    pub(super) gain: f64,
}

/// Which two a step does at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Grid,
    Storage,
}

/// Settles a point; none where a step has no way. `conflict` is the step that gains most by what it
/// may not do.
pub(super) fn settlement(
    site: &Site,
    program: &Program,
    x: &[f64],
    cost: f64,
) -> (Option<Settlement>, Option<Conflict>) {
    let mut caps: Vec<f64> = vec![f64::INFINITY; site.peak_price.len()];
    for (charge, kw) in program.peaks_of(x) {
        caps[charge] = kw * site.step_h;
    }
    let mut excess = vec![0.0_f64; caps.len()];
    let mut found = Some(Settlement { cost, steps: Vec::new(), battery: Vec::new() });
    let mut worst: Option<Conflict> = None;
    let mut before = site.battery.map_or(0.0, |battery| match program.soc_before {
        Some(column) => battery.least(program.steps.start - 1, site.steps) + x[column],
        None => battery.initial,
    });
    for (at, columns) in program.columns.iter().enumerate() {
        let step = program.steps.start + at;
        let of = |column| Program::amount(x, column);
        let (charge, discharge) = (of(columns.charge), of(columns.discharge));
        let (into, out) = match &site.battery {
            Some(battery) => {
                let least = battery.least(step, site.steps);
                let state = least + of(columns.soc);
                let change = state - battery.kept * before;
                before = state;
                battery.one_way(change)
            }
            None => (0.0, 0.0),
        };
        let tasks: f64 = columns.tasks.iter().map(|&(_, column)| x[column]).sum();
        let used = site.load[step] - site.pv[step] + tasks + into - out;
        let charges = &site.charges_at[step];
        let cap = charges.iter().fold(f64::INFINITY, |cap, &charge| cap.min(caps[charge]));
        let settled = settle(site, step, used, cap);
        let taken = settled.map_or(0.0, |settled| settled.import);
        for &charge in charges {
            excess[charge] = excess[charge].max(taken - caps[charge]);
        }
        let (import, export) = (of(columns.import), of(columns.export));
        let wear = site.battery.map_or(0.0, |battery| battery.wear);
        let was =
            site.import_cost[step] * import - site.export_gain[step] * export + wear * discharge;
        let is = settled.map_or(f64::INFINITY, |settled| settled.cost + wear * out);
        let gain = is - was;
        let both = |one: f64, other: f64| one.min(other) > SLACK;
        let kind = match (both(import, export), both(charge, discharge)) {
            (true, _) => Some(Kind::Grid),
            (_, true) => Some(Kind::Storage),
            _ => None,
        };
        if let Some(kind) = kind.filter(|_| worst.is_none_or(|worst| gain > worst.gain)) {
            worst = Some(Conflict { at, kind, gain });
        }
        match (&mut found, settled) {
            (Some(found), Some(settled)) => {
                found.cost += gain;
                found.steps.push(settled);
                found.battery.push((into, out));
            }
            _ => found = None,
        }
    }
    if let Some(found) = &mut found {
        let dearer = program
            .peaks
            .iter()
            .map(|&(charge, column, _)| program.lp.cost[column] * excess[charge] / site.step_h);
        found.cost += dearer.sum::<f64>();
    }
    (found, worst)
}
