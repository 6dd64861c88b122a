//! Sums of a site, a network or a lifetime, as JSON and as text.

use serde_json::{Value, json};
use std::fmt::Write as _;
use warehousing::pv::sums::{Sums, YearSum};

/// The sums over all hours.
pub(super) fn sums_json(sums: &Sums) -> Value {
    json!({
        "kwp": sums.kwp,
        "rows": sums.rows,
        "hours": sums.hours(),
        "poa_kwh_m2": sums.poa_kwh_m2,
        "dc_kwh": sums.dc_kwh,
        "ac_kwh": sums.ac_kwh,
        "clipped_kwh": sums.clipped_kwh,
        "ac_kwh_by_month": sums.ac_kwh_by_month,
        "kwh_per_kwp": sums.kwh_per_kwp(),
        "capacity_factor": sums.capacity_factor(),
        "performance_ratio": sums.performance_ratio(),
    })
}

/// A year of a lifetime a row.
pub(super) fn years_json(lifetime: &[YearSum], kwp: f64) -> Vec<Value> {
    let year = |(number, year): (u32, &YearSum)| {
        json!({
            "year": number,
            "dc_kwh": year.dc_kwh,
            "ac_kwh": year.ac_kwh,
            "clipped_kwh": year.clipped_kwh,
            "kwh_per_kwp": year.ac_kwh / kwp,
        })
    };
    (1..).zip(lifetime).map(year).collect()
}

/// A year of a lifetime a line, and all.
pub(super) fn years_text(lifetime: &[YearSum], kwp: f64) -> String {
    let mut text = String::new();
    for (number, year) in (1..).zip(lifetime) {
        let (kwh, specific) = (year.ac_kwh, year.ac_kwh / kwp);
        let _ = writeln!(text, "year {number:>3}  {kwh:>14.1} kWh  {specific:>8.1} kWh/kWp");
    }
    if !lifetime.is_empty() {
        let kwh: f64 = lifetime.iter().map(|year| year.ac_kwh).sum();
        let _ = writeln!(text, "all years {kwh:>14.1} kWh");
    }
    text
}
