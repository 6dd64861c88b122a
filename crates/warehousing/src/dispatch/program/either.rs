//! The hull of a step that either imports or exports.
//!
//! `z` is the share of importing. Importing, a step can take in what it uses and charges; exporting, it
//! gives what it generates and discharges beyond its load. Each part is a share of its own way:
//!
//! ```text
//! import <= z load + charge' + tasks'              charge' <= charge, z C     tasks' <= tasks, z T
//! export <= (1 - z) (pv - load) + discharge'       discharge' <= discharge, (1 - z) D
//! import <= z I                                    export <= (1 - z) E
//! ```
//!
//! A relaxation that mixes both ways must then charge and discharge at once, which the losses make dear.
//! (Disjunctive programming; Balas, 1998.)

use super::Builder;

/// Rows of the hull; pairs are the one against the variable and the one against the share.
pub(super) struct EitherRows {
    pub(super) import: usize,
    pub(super) export: usize,
    pub(super) most_import: usize,
    pub(super) most_export: usize,
    pub(super) charge: Option<[usize; 2]>,
    pub(super) discharge: Option<[usize; 2]>,
    pub(super) tasks: Option<[usize; 2]>,
}

pub(super) fn lay_rows(builder: &mut Builder, step: usize) -> EitherRows {
    let site = builder.site;
    let out = site.most_export[step];
    let battery = site.battery;
    EitherRows {
        import: builder.row(0.0),
        export: builder.row(site.pv[step] - site.load[step]),
        most_import: builder.row(0.0),
        most_export: builder.row(out),
        charge: battery.map(|_| [builder.row(0.0), builder.row(0.0)]),
        discharge: battery.map(|battery| [builder.row(0.0), builder.row(battery.most_out)]),
        tasks: (!site.tasks_at[step].is_empty()).then(|| [builder.row(0.0), builder.row(0.0)]),
    }
}

/// The share, the parts, and the slack of every row. `most` is the greatest import and export.
pub(super) fn lay_columns(builder: &mut Builder, step: usize, rows: &EitherRows, most: [f64; 2]) {
    let site = builder.site;
    let (load, pv) = (site.load[step], site.pv[step]);
    let (most_in, most_out) =
        site.battery.map_or((0.0, 0.0), |battery| (battery.most_in, battery.most_out));
    let tasks: f64 = site.tasks_at[step].iter().map(|&task| site.tasks[task].most_in(step)).sum();
    let second = |rows: Option<[usize; 2]>| rows.map(|[_, row]| row);
    let share = [
        (Some(rows.import), -load),
        (Some(rows.export), pv - load),
        (Some(rows.most_import), -most[0]),
        (Some(rows.most_export), most[1]),
        (second(rows.charge), -most_in),
        (second(rows.discharge), most_out),
        (second(rows.tasks), -tasks),
    ];
    builder.column(0.0, 1.0, &share);
    let parts = [
        (rows.charge, rows.import, most_in),
        (rows.discharge, rows.export, most_out),
        (rows.tasks, rows.import, tasks),
    ];
    for (pair, into, most) in parts {
        if let Some([against, share]) = pair {
            let entries = [(Some(into), -1.0), (Some(against), 1.0), (Some(share), 1.0)];
            builder.column(0.0, most, &entries);
        }
    }
    let room = 2.0 * (load + pv + most_in + most_out + tasks);
    let single = [rows.import, rows.export, rows.most_import, rows.most_export];
    let pairs = [rows.charge, rows.discharge, rows.tasks].into_iter().flatten().flatten();
    for row in single.into_iter().chain(pairs) {
        builder.column(0.0, room, &[(Some(row), 1.0)]);
    }
}
