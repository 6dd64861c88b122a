//! The intensity of a category: what it used by its factors, over what it moved.

use super::{CategoryKind, EDITION_END, FIGURE_MAX, FIGURE_MEND, Operation, OperationFault, fault};
use crate::allocate::by_weight;
use crate::{Class, DataKind, DistanceKind, Factor, GwpSet, Period, Registry, Unit};
use quantity::Fixed;
use quantity::fixed::ONE;
use std::collections::{BTreeMap, BTreeSet};

/// Share of the kilometres that were driven empty, 0 to 1 (iLEAP's `emptyDistanceFactor`); `None`
/// where nothing was driven.
pub fn empty_distance_factor(loaded_km: Fixed, empty_km: Fixed) -> Option<Fixed> {
    empty_km.checked_div(loaded_km + empty_km)
}

/// The intensity of each category in each of its periods, by category and period.
///
/// A factor of class freight (kg CO2e per tkm) or hub (per t), id the category's, edition
/// `PERIOD operations`: the sum of each use times its factor, over the activity, divided once and
/// rounded half to even at nine places. The order of rows changes nothing. On failure, every fault
/// in the order of rows.
pub fn intensities(
    operations: &[Operation],
    registry: &Registry,
) -> Result<Vec<Factor>, Vec<OperationFault>> {
    let mut categories: BTreeMap<(&str, Period), Vec<&Operation>> = BTreeMap::new();
    for row in operations {
        categories.entry((&row.category, row.period)).or_default().push(row);
    }
    let periods: BTreeSet<(&str, Period)> = categories.keys().copied().collect();
    let (mut factors, mut faults) = (Vec::new(), Vec::new());
    for ((category, period), mut rows) in categories {
        let year = period.whole_year();
        if period != year && periods.contains(&(category, year)) {
            faults.extend(rows.iter().map(|row| mismatched(row, year)));
            continue;
        }
        // By what was used, so that words made of the rows do not depend on their order.
        rows.sort_by_key(|row| {
            (&row.factor_id, &row.factor_edition, row.data_kind, row.amount, row.row)
        });
        match intensity(&rows, registry) {
            Ok(factor) => factors.push(factor),
            Err(more) => faults.extend(more),
        }
    }
    faults.sort();
    if faults.is_empty() { Ok(factors) } else { Err(faults) }
}

/// The factors by which [`intensities`] values what was used, so far as they are known.
pub fn carriers<'a>(
    operations: &'a [Operation],
    registry: &'a Registry,
) -> impl Iterator<Item = &'a Factor> {
    operations.iter().filter_map(|used| carrier(used, registry))
}

fn carrier<'a>(used: &Operation, registry: &'a Registry) -> Option<&'a Factor> {
    match &used.factor_edition {
        Some(edition) => registry.edition(&used.factor_id, edition),
        None => registry.pick(&used.factor_id, used.period),
    }
}

/// A category's row of a month beside rows of the whole year: energy or activity would count twice,
/// or the energy of a month be set against the activity of a year.
fn mismatched(row: &Operation, year: Period) -> OperationFault {
    let mend = format!(
        "`{}` has rows of {year} too: count all of it by month, or all by year",
        row.category
    );
    fault(row.row, "period", &row.period.to_string(), mend)
}

/// A use with the factor that values it.
struct Part<'a> {
    used: &'a Operation,
    factor: &'a Factor,
}

impl Part<'_> {
    /// Well to wheel, in 10^-18 kg CO2e; for shares in words only, so it may saturate.
    fn wtw(&self) -> i128 {
        self.used.amount.billionths().saturating_mul(self.factor.wtw().billionths())
    }
    fn name(&self) -> String {
        format!("{} ({})", self.factor.id, self.factor.edition)
    }
}

/// The intensity of one category in one period.
fn intensity(rows: &[&Operation], registry: &Registry) -> Result<Factor, Vec<OperationFault>> {
    let first = rows[0];
    let mut faults = disagreements(rows);
    let counted = activity(rows).and_then(|activity| distance(rows).map(|()| activity));
    let activity = counted.map_err(|fault| faults.push(fault)).ok();
    faults.extend(kilometres(rows).err());
    let taken = registry.editions(&first.category).any(|f| !f.edition.ends_with(EDITION_END));
    if taken {
        let mend = "Give the category an id that no other factor has";
        faults.push(fault(first.row, "category_id", &first.category, mend));
    }
    let parts: Vec<Part> = rows
        .iter()
        .filter_map(|row| part(row, registry).map_err(|fault| faults.push(fault)).ok())
        .collect();
    let (Some(activity), []) = (activity, faults.as_slice()) else { return Err(faults) };
    factor(rows, &parts, activity).map_err(|TooLarge| {
        let mend = "Write less: use times factor is beyond what the ledger holds";
        vec![fault(first.row, "amount", &first.amount.to_string(), mend)]
    })
}

/// Cells in which a category's rows disagree. An empty optional cell agrees with any.
fn disagreements(rows: &[&Operation]) -> Vec<OperationFault> {
    type Cell = fn(&Operation) -> Option<&str>;
    let cells: [(&'static str, Cell); 5] = [
        ("kind", |row| Some(row.kind.name())),
        ("description", |row| Some(&row.description)),
        ("tenant", |row| row.tenant.as_deref()),
        ("mode", |row| row.mode.as_deref()),
        ("distance", |row| row.distance.map(DistanceKind::name)),
    ];
    let mut by_row = rows.to_vec();
    by_row.sort_by_key(|row| row.row);
    let mut faults = Vec::new();
    for (column, cell) in cells {
        let mut filled = by_row.iter().filter_map(|row| Some((row.row, cell(row)?)));
        let Some((before, expect)) = filled.next() else { continue };
        for (row, found) in filled.filter(|(_, found)| *found != expect) {
            let mend = format!("Write `{expect}` as in row {before}, or name another category");
            faults.push(fault(row, column, found, mend));
        }
    }
    faults
}

/// The activity of a category: tonne-kilometres or tonnes, from the one row that has it.
fn activity(rows: &[&Operation]) -> Result<Fixed, OperationFault> {
    type Figure = fn(&Operation) -> Option<Fixed>;
    let tkm: (&'static str, Figure) = ("tkm", |row| row.tkm);
    let throughput: (&'static str, Figure) = ("throughput_t", |row| row.throughput_t);
    let first = rows[0];
    let ((column, counted), (wrong, other)) = match first.kind {
        CategoryKind::Toc => (tkm, throughput),
        CategoryKind::Hoc => (throughput, tkm),
    };
    let shown = |figure: Option<Fixed>| figure.map_or_else(String::new, |f| f.to_string());
    if let Some(row) = rows.iter().find(|row| other(row).is_some()) {
        let mend = format!("A {} is counted by {column}", first.kind.name());
        return Err(fault(row.row, wrong, &shown(other(row)), mend));
    }
    let having: Vec<_> = rows.iter().filter(|row| counted(row).is_some()).collect();
    let [row] = having[..] else {
        let mend = format!(
            "Write {column} on one row of `{}` in {}: {} have it",
            first.category,
            first.period,
            having.len()
        );
        let at = having.last().copied().copied().unwrap_or(first);
        return Err(fault(at.row, column, &shown(counted(at)), mend));
    };
    let figure = counted(row).unwrap_or_default();
    if figure <= Fixed::ZERO || figure > FIGURE_MAX {
        let mend = "Write more than 0 and at most 10^15: an intensity is per unit of activity";
        return Err(fault(row.row, column, &shown(Some(figure)), mend));
    }
    Ok(figure)
}

/// Transport activity is by a known kind of distance; a hub goes none.
fn distance(rows: &[&Operation]) -> Result<(), OperationFault> {
    let first = rows[0];
    match (first.kind, rows.iter().find_map(|row| Some((row.row, row.distance?)))) {
        (CategoryKind::Toc, None) => {
            let mend = "Say by which distance tkm is counted: sfd or gcd";
            Err(fault(first.row, "distance", "", mend))
        }
        (CategoryKind::Hoc, Some((row, kind))) => {
            Err(fault(row, "distance", kind.name(), "Leave it empty: a hub goes no distance"))
        }
        _ => Ok(()),
    }
}

/// Loaded and empty kilometres, both from one row or not known.
fn kilometres(rows: &[&Operation]) -> Result<Option<(Fixed, Fixed)>, OperationFault> {
    let having: Vec<_> =
        rows.iter().filter(|row| row.loaded_km.is_some() || row.empty_km.is_some()).collect();
    match having[..] {
        [] => Ok(None),
        [Operation { loaded_km: Some(loaded), empty_km: Some(empty), .. }] => {
            Ok(Some((*loaded, *empty)))
        }
        [row, ..] => {
            let value = row.loaded_km.map_or_else(String::new, |km| km.to_string());
            let mend = "Write loaded_km and empty_km both, on one row of the category";
            Err(fault(row.row, "loaded_km", &value, mend))
        }
    }
}

/// A use with its factor, if that may be part of a category.
fn part<'a>(used: &'a Operation, registry: &'a Registry) -> Result<Part<'a>, OperationFault> {
    let Some(factor) = carrier(used, registry) else {
        let mend = "No such factor: add it to a factors.csv, or name a known one";
        return Err(fault(used.row, "factor_id", &used.factor_id, mend));
    };
    if used.amount < Fixed::ZERO || used.amount > FIGURE_MAX {
        return Err(fault(used.row, "amount", &used.amount.to_string(), FIGURE_MEND));
    }
    if factor.unit != used.unit {
        let mend = format!("Count in {}, as factor `{}` does", factor.unit, factor.id);
        return Err(fault(used.row, "unit", used.unit.name(), mend));
    }
    let mend = match (factor.class, factor.unit) {
        (Class::Fuel | Class::Electricity | Class::OwnPower | Class::Refrigerant, _)
        | (Class::Freight, Unit::Kilometre) => return Ok(Part { used, factor }),
        // UK rows per tonne-kilometre are averages over laden and empty running.
        (Class::Freight | Class::Hub, _) => {
            "It is an intensity, with its empty trips in it: give it to the activity instead"
        }
        (Class::Material | Class::Waste, _) => {
            "ISO 14083 leaves packaging and waste out: write an activity of their own"
        }
    };
    Err(fault(used.row, "factor_id", &used.factor_id, mend))
}

/// The parts over the activity as a factor.
fn factor(rows: &[&Operation], parts: &[Part], activity: Fixed) -> Result<Factor, TooLarge> {
    let first = rows[0];
    let (class, unit) = match first.kind {
        CategoryKind::Toc => (Class::Freight, Unit::TonneKilometre),
        CategoryKind::Hoc => (Class::Hub, Unit::Tonne),
    };
    let (gwp_set, unlike) = gwp_set(parts);
    let used: Vec<String> = parts
        .iter()
        .map(|part| format!("{} {} {}", part.used.amount, part.used.unit, part.name()))
        .collect();
    let mut notes = notes(parts);
    notes.extend(unlike);
    notes.extend(kilometres(rows).ok().flatten().and_then(|(loaded, empty)| {
        let share = empty_distance_factor(loaded, empty)?;
        Some(format!(
            "Empty distance factor {share}: empty trips are in the energy, none are added."
        ))
    }));
    let licences: BTreeSet<&str> = parts.iter().map(|part| &*part.factor.licence).collect();
    let regions: BTreeSet<&str> =
        parts.iter().map(|part| &*part.factor.region).filter(|region| *region != WORLD).collect();
    let region = if regions.len() == 1 { regions.first() } else { None };
    Ok(Factor {
        id: first.category.clone(),
        edition: format!("{}{EDITION_END}", first.period).into(),
        activity: first.description.clone(),
        class,
        unit,
        wtt: per_activity(parts, activity, |factor| factor.wtt)?,
        ttw: per_activity(parts, activity, |factor| factor.ttw)?,
        generation: per_activity(parts, activity, |factor| factor.generation)?,
        biogenic: per_activity(parts, activity, |factor| factor.biogenic)?,
        gwp_set,
        region: (*region.unwrap_or(&WORLD)).to_owned(),
        valid_from: Some(first.period),
        valid_to: Some(first.period),
        distance: rows.iter().find_map(|row| row.distance),
        uncertainty_pct: None,
        source: format!("operations.csv: {}; over {activity} {unit}", used.join(", ")),
        licence: licences.into_iter().collect::<Vec<_>>().join("; "),
        note: notes.join(" "),
    })
}

const WORLD: &str = "world";

/// A product beyond 128 bits.
struct TooLarge;

/// A figure of all parts per unit of activity; `None` where no part's source gives it.
fn per_activity(
    parts: &[Part],
    activity: Fixed,
    figure: fn(&Factor) -> Option<Fixed>,
) -> Result<Option<Fixed>, TooLarge> {
    let mut sum: Option<i128> = None;
    for part in parts {
        if let Some(figure) = figure(part.factor) {
            let product = part.used.amount.billionths().checked_mul(figure.billionths());
            let added = product.and_then(|kg| sum.unwrap_or_default().checked_add(kg));
            sum = Some(added.ok_or(TooLarge)?);
        }
    }
    let Some(sum) = sum else { return Ok(None) };
    // The sum is in 10^-18: over the activity in billionths it gives billionths. Both are put as
    // decimals enlarged alike, so that the one division there is also does the rounding here.
    let divisor = Fixed::from_billionths(activity.billionths() * ONE);
    Fixed::from_billionths(sum).checked_div(divisor).map(Some).ok_or(TooLarge)
}

/// The set of warming potentials of all parts that emit; unlike sets are none, with their names.
fn gwp_set(parts: &[Part]) -> (GwpSet, Option<String>) {
    let mut of: BTreeMap<GwpSet, BTreeSet<String>> = BTreeMap::new();
    for part in parts.iter().filter(|part| part.wtw() != 0) {
        of.entry(part.factor.gwp_set).or_default().insert(part.name());
    }
    if of.len() > 1 {
        let each =
            of.into_iter().map(|(set, names)| format!("{} of {}", set.name(), listed(names)));
        let each: Vec<String> = each.collect();
        return (GwpSet::NotStated, Some(format!("Unlike GWP sets: {}.", each.join("; "))));
    }
    (of.into_keys().next().unwrap_or(GwpSet::NotStated), None)
}

fn listed(names: BTreeSet<String>) -> String {
    names.into_iter().collect::<Vec<_>>().join(", ")
}

/// What a reader of the intensity must know of its parts.
fn notes(parts: &[Part]) -> Vec<String> {
    let lacking = |what: &str, lacks: fn(&Part) -> bool| {
        let of = parts.iter().filter(|part| part.used.amount != Fixed::ZERO && lacks(part));
        let names: BTreeSet<String> = of.map(Part::name).collect();
        (!names.is_empty()).then(|| format!("{what} {}.", listed(names)))
    };
    let mut notes = Vec::new();
    let whole: i128 = parts.iter().map(Part::wtw).fold(0, i128::saturating_add);
    let primary = parts.iter().filter(|part| part.used.data_kind == DataKind::Primary);
    let primary = primary.map(Part::wtw).fold(0, i128::saturating_add);
    if whole > 0 {
        let share = by_weight(Fixed::from_integer(1), &[primary, whole - primary], |_| ())[0];
        notes.push(format!("Primary data share {share}."));
    }
    notes.extend(lacking("WTT is not in the source of", |part| part.factor.wtt.is_none()));
    notes.extend(lacking("TTW is not in the source of", |part| part.factor.ttw.is_none()));
    notes.extend(lacking("Generation is not in the source of", |part| {
        part.factor.class == Class::Electricity && part.factor.generation.is_none()
    }));
    notes.extend(lacking("Used outside its validity:", |part| {
        !part.factor.is_valid_in(part.used.period)
    }));
    notes
}

#[cfg(test)]
mod tests;
