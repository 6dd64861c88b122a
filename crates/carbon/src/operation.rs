//! Transport and hub operation categories: what they used in a period over what they moved.
//!
//! Empty trips need no rule of their own: their energy is in what the category used, and they move
//! nothing. Source: ISO 14083:2023, transport and hub operation categories (TOC, HOC).

use crate::allocate::by_weight;
use crate::{Class, DataKind, DistanceKind, Factor, GwpSet, Period, Registry, Unit};
use csv::StringRecord;
use quantity::Fixed;
use quantity::fixed::ONE;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Largest figure of the file, in its unit: more than the world moves in a year.
pub const FIGURE_MAX: Fixed = Fixed::from_integer(1_000_000_000_000_000);
/// What ends the edition of a category's intensity, after the period.
pub const EDITION_END: &str = " operations";

/// The columns, and whether a file must have them.
const COLUMNS: [(&str, bool); 16] = [
    ("category_id", true),
    ("kind", true),
    ("description", true),
    ("period", true),
    ("tenant", false),
    ("mode", false),
    ("factor_id", true),
    ("factor_edition", false),
    ("amount", true),
    ("unit", true),
    ("tkm", false),
    ("throughput_t", false),
    ("distance", false),
    ("loaded_km", false),
    ("empty_km", false),
    ("data_kind", true),
];

/// What a category is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CategoryKind {
    /// Transport: its activity is counted in tonne-kilometres.
    Toc,
    /// A hub: its activity is counted in tonnes of outbound throughput.
    Hoc,
}

impl CategoryKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Toc, Self::Hoc];
    /// As files name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Toc => "toc",
            Self::Hoc => "hoc",
        }
    }
}

/// What a category used of one energy carrier or refrigerant in a period: a row of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// Row of the file; the header is row 1.
    pub row: u64,
    /// Id of the category, and of the factor made of it.
    pub category: Arc<str>,
    /// Transport or hub.
    pub kind: CategoryKind,
    /// The category in words: mode, vehicle, route, load, temperature.
    pub description: String,
    /// The year or month over which both use and activity were counted.
    pub period: Period,
    /// Whose books; `None` is everybody's.
    pub tenant: Option<Arc<str>>,
    /// Mode of transport, in words.
    pub mode: Option<String>,
    /// What values the use.
    pub factor_id: Arc<str>,
    /// Its edition; `None` takes the one that is valid in the period.
    pub factor_edition: Option<Arc<str>>,
    /// How much was used, empty trips included, in `unit`.
    pub amount: Fixed,
    /// Unit of the amount.
    pub unit: Unit,
    /// Transport activity of the whole category, on one row of it.
    pub tkm: Option<Fixed>,
    /// Outbound throughput of the whole category in tonnes, on one row of it.
    pub throughput_t: Option<Fixed>,
    /// By which distance `tkm` is counted.
    pub distance: Option<DistanceKind>,
    /// Driven with freight in km, on one row of the category; for information.
    pub loaded_km: Option<Fixed>,
    /// Driven without freight in km, on the same row; for information.
    pub empty_km: Option<Fixed>,
    /// How well the amount is known.
    pub data_kind: DataKind,
}

/// A fault of `operations.csv`, with its place and its mend.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("operations.csv:{row}: {column} is `{value}`. {mend}")]
pub struct OperationFault {
    /// Row of the file; the header is row 1.
    pub row: u64,
    /// The column, or `columns` and `fields` of a whole row.
    pub column: &'static str,
    /// What stands there.
    pub value: String,
    /// What to write instead.
    pub mend: String,
}

fn fault(row: u64, column: &'static str, value: &str, mend: impl Into<String>) -> OperationFault {
    OperationFault { row, column, value: value.into(), mend: mend.into() }
}

/// Reads `operations.csv`; on failure, every fault of it in the order of rows.
pub fn read(text: &str) -> Result<Vec<Operation>, Vec<OperationFault>> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    // A text is read: neither input nor UTF-8 can fail.
    let mut rows = reader.records().map_while(Result::ok).zip(1..);
    let header = rows.next().map(|(header, _)| header).unwrap_or_default();
    let places = places(&header)?;
    let (mut operations, mut faults) = (Vec::new(), Vec::new());
    for (record, row) in rows {
        if record.len() != header.len() {
            let mend = format!("Write {} of them, as the header has", header.len());
            faults.push(fault(row, "fields", &record.len().to_string(), mend));
            continue;
        }
        // An open quotation mark would swallow the rows up to the next one.
        if let Some(cell) = record.iter().find(|cell| cell.contains(['\n', '\r'])) {
            let first = cell.lines().next().unwrap_or_default();
            faults.push(fault(row, "fields", first, "Close its quotation mark on the same line"));
            continue;
        }
        let mut cells = Cells { row, record: &record, places: &places, faults: Vec::new() };
        let operation = cells.operation();
        match operation {
            Some(operation) if cells.faults.is_empty() => operations.push(operation),
            _ => faults.extend(cells.faults),
        }
    }
    if faults.is_empty() { Ok(operations) } else { Err(faults) }
}

/// Where each column stands, or what is wrong with the header.
fn places(header: &StringRecord) -> Result<BTreeMap<&'static str, usize>, Vec<OperationFault>> {
    let (mut places, mut faults) = (BTreeMap::new(), Vec::new());
    for (place, name) in header.iter().map(str::trim).enumerate() {
        let known = COLUMNS.iter().find(|(column, _)| *column == name);
        if known.is_none_or(|&(column, _)| places.insert(column, place).is_some()) {
            let all = COLUMNS.map(|(column, _)| column).join(", ");
            faults.push(fault(1, "columns", name, format!("Write each once of {all}")));
        }
    }
    for (column, needed) in COLUMNS {
        if needed && !places.contains_key(column) {
            faults.push(fault(1, column, "", "Add the column"));
        }
    }
    if faults.is_empty() { Ok(places) } else { Err(faults) }
}

/// The cells of a row by column, and what is wrong with them.
struct Cells<'a> {
    row: u64,
    record: &'a StringRecord,
    places: &'a BTreeMap<&'static str, usize>,
    faults: Vec<OperationFault>,
}

impl Cells<'_> {
    /// What a cell holds; `None` where it is empty.
    fn cell(&self, column: &'static str) -> Option<&str> {
        let text = self.record.get(*self.places.get(column)?)?.trim();
        (!text.is_empty()).then_some(text)
    }

    /// A cell that may be empty, as what it must be.
    fn optional<T>(
        &mut self,
        column: &'static str,
        mend: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.cell(column)?.to_owned();
        let value = parse(&text);
        if value.is_none() {
            self.faults.push(fault(self.row, column, &text, mend));
        }
        value
    }

    /// A cell that must not be empty.
    fn needed<T>(
        &mut self,
        column: &'static str,
        mend: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        if self.cell(column).is_none() {
            self.faults.push(fault(self.row, column, "", mend));
        }
        self.optional(column, mend, parse)
    }

    /// The row; `None` where a needed cell is at fault.
    fn operation(&mut self) -> Option<Operation> {
        let text = |text: &str| Some(text.to_owned());
        let shared = |text: &str| Some(Arc::<str>::from(text));
        let category = self.needed("category_id", "Name the category", shared);
        let kinds = word(&CategoryKind::ALL, CategoryKind::name);
        let kind = self.needed("kind", "Write toc or hoc", kinds);
        let description = self.needed("description", "Say what the category is", text);
        let mend = "Write a year or a month, as in 2025 or 2025-07";
        let period = self.needed("period", mend, |text| text.parse().ok());
        let factor_id = self.needed("factor_id", "Name the factor of what was used", shared);
        let amount = self.needed("amount", FIGURE_MEND, figure);
        let units = Unit::ALL.map(Unit::name).join(", ");
        let mend = format!("Write one of {units}");
        let unit = self.needed("unit", &mend, word(&Unit::ALL, Unit::name));
        let mend = "Write primary, modelled or default";
        let data_kind = self.needed("data_kind", mend, word(&DataKind::ALL, DataKind::name));
        let tenant = self.optional("tenant", "", shared);
        let mode = self.optional("mode", "", text);
        let factor_edition = self.optional("factor_edition", "", shared);
        let kinds = word(&DistanceKind::ALL, DistanceKind::name);
        let distance = self.optional("distance", "Write sfd or gcd", kinds);
        let [tkm, throughput_t, loaded_km, empty_km] =
            ["tkm", "throughput_t", "loaded_km", "empty_km"]
                .map(|column| self.optional(column, FIGURE_MEND, figure));
        Some(Operation {
            row: self.row,
            category: category?,
            kind: kind?,
            description: description?,
            period: period?,
            tenant,
            mode,
            factor_id: factor_id?,
            factor_edition,
            amount: amount?,
            unit: unit?,
            tkm,
            throughput_t,
            distance,
            loaded_km,
            empty_km,
            data_kind: data_kind?,
        })
    }
}

const FIGURE_MEND: &str = "Write a number from 0 to 10^15 with at most nine decimal places";

fn figure(text: &str) -> Option<Fixed> {
    text.parse().ok().filter(|figure| (Fixed::ZERO..=FIGURE_MAX).contains(figure))
}

/// Reads a word of a closed list by its name.
fn word<T: Copy>(all: &[T], name: fn(T) -> &'static str) -> impl Fn(&str) -> Option<T> {
    move |text| all.iter().copied().find(|&one| name(one) == text)
}

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
    let known = match &used.factor_edition {
        Some(edition) => registry.edition(&used.factor_id, edition),
        None => registry.pick(&used.factor_id, used.period),
    };
    let Some(factor) = known else {
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
mod tests {
    use super::*;
    use crate::RegistryError;
    use proptest::prelude::*;

    const HEADER: &str = "category_id,kind,description,period,tenant,mode,factor_id,factor_edition,\
                          amount,unit,tkm,throughput_t,distance,loaded_km,empty_km,data_kind";
    const LORRY: &str =
        "lorry,toc,lorries,2025,,road,diesel_blend_l,,60,l,950,,sfd,100,100,primary";

    fn table(rows: &[&str]) -> String {
        format!("{HEADER}\n{}\n", rows.join("\n"))
    }

    fn intensities_of(rows: &[&str]) -> Result<Vec<Factor>, Vec<OperationFault>> {
        intensities(&read(&table(rows)).unwrap(), &registry())
    }

    /// The built-in factors, a refrigerant by later potentials and without WTT, and a lorry by km.
    fn registry() -> Registry {
        let mut registry = Registry::built_in();
        let diesel = registry.get("diesel_blend_l").unwrap().clone();
        let refrigerant = Factor {
            id: "r_test_kg".into(),
            class: Class::Refrigerant,
            unit: Unit::Kilogram,
            wtt: None,
            ttw: Some(Fixed::from_integer(1_530)),
            gwp_set: GwpSet::Ar6,
            valid_to: Some("2024".parse().unwrap()),
            ..diesel.clone()
        };
        registry.add(refrigerant).unwrap();
        let by_km = Factor {
            id: "lorry_km".into(),
            class: Class::Freight,
            unit: Unit::Kilometre,
            ..diesel
        };
        registry.add(by_km).unwrap();
        registry
    }

    #[test]
    fn a_category_is_a_factor_that_says_what_it_was_made_of() {
        let rows = [LORRY, "lorry,toc,lorries,2025,,,grid_gb_kwh,,24,kWh,,,,,,modelled"];
        let factor = intensities_of(&rows).unwrap().remove(0);
        assert_eq!((&*factor.id, &*factor.edition), ("lorry", "2025 operations"));
        assert_eq!((factor.class, factor.unit), (Class::Freight, Unit::TonneKilometre));
        let text = |figure: Option<Fixed>| figure.map(|figure| figure.to_string());
        // (60 x 0.61101 + 24 x 0.2454) / 950, 60 x 2.57082 / 950, 24 x 0.177 / 950.
        assert_eq!(text(factor.wtt).as_deref(), Some("0.044789684"));
        assert_eq!(text(factor.ttw).as_deref(), Some("0.162367579"));
        assert_eq!(text(factor.generation).as_deref(), Some("0.004471579"));
        assert_eq!(factor.biogenic, None, "no source gives it");
        assert_eq!((factor.gwp_set, factor.distance), (GwpSet::Ar5, Some(DistanceKind::Sfd)));
        assert_eq!(factor.region, "GB");
        assert_eq!(
            factor.source,
            "operations.csv: 60 l diesel_blend_l (DESNZ 2025), 24 kWh grid_gb_kwh (DESNZ 2025); \
             over 950 tkm"
        );
        assert_eq!(
            factor.note,
            "Primary data share 0.970073079. Empty distance factor 0.5: empty trips are in the \
             energy, none are added."
        );
        assert!(factor.is_valid_in("2025-07".parse().unwrap()));
        assert!(!factor.is_valid_in("2026".parse().unwrap()));
    }

    #[test]
    fn an_intensity_is_rounded_once_half_to_even() {
        for (uses, tkm, expect, why) in [
            ([1, 0], 2, "0", "half a billionth goes to the even 0"),
            ([3, 0], 2, "0.000000002", "one and a half to the even 2"),
            ([5, 0], 2, "0.000000002", "two and a half to the even 2"),
            ([1, 1], 2, "0.000000001", "two halves are one: not rounded apart"),
            ([2, 0], 3, "0.000000001", "two thirds go up"),
        ] {
            let mut registry = registry();
            let diesel = registry.get("diesel_blend_l").unwrap().clone();
            let tiny = Fixed::from_billionths(1);
            registry.add(Factor { id: "tiny".into(), ttw: Some(tiny), ..diesel }).unwrap();
            let [first, second] = uses;
            let rows = [
                format!("c,toc,c,2025,,,tiny,,{first},l,{tkm},,sfd,,,primary"),
                format!("c,toc,c,2025,,,tiny,,{second},l,,,,,,primary"),
            ];
            let operations = read(&table(&[&rows[0], &rows[1]])).unwrap();
            let factor = intensities(&operations, &registry).unwrap().remove(0);
            assert_eq!(factor.ttw.unwrap().to_string(), expect, "{why}");
        }
    }

    #[test]
    fn what_a_reader_must_know_is_noted() {
        let solar = "hub,hoc,hub,2025,,,own_solar_kwh,,500,kWh,,700,,,,primary";
        let power = "hub,hoc,hub,2025,,,grid_gb_kwh,,1000,kWh,,,,,,primary";
        let leak = "hub,hoc,hub,2025,,,r_test_kg,,0.1,kg,,,,,,default";
        for (rows, gwp_set, note, why) in [
            (vec![solar, power], GwpSet::Ar5, "Primary data share 1.", "the sun emits nothing"),
            (
                vec![solar, power, leak],
                GwpSet::NotStated,
                "Primary data share 0.615963855. WTT is not in the source of r_test_kg (DESNZ \
                 2025). Used outside its validity: r_test_kg (DESNZ 2025). Unlike GWP sets: AR5 of \
                 grid_gb_kwh (DESNZ 2025); AR6 of r_test_kg (DESNZ 2025).",
                "two sets are none",
            ),
        ] {
            let factor = intensities_of(&rows).unwrap().remove(0);
            assert_eq!((factor.class, factor.unit), (Class::Hub, Unit::Tonne), "{why}");
            assert_eq!((factor.gwp_set, &*factor.note), (gwp_set, note), "{why}");
        }
    }

    #[test]
    fn a_changed_period_is_another_edition_and_a_changed_row_is_refused() {
        let mut registry = registry();
        let of = |amount: &str, period: &str| {
            let row = LORRY.replace(",60,", amount).replace("2025", period);
            intensities_of(&[&row]).unwrap().remove(0)
        };
        assert_eq!(registry.add(of(",60,", "2025")), Ok(()));
        assert_eq!(registry.add(of(",61,", "2026")), Ok(()));
        assert_eq!(
            registry.pick("lorry", "2025-11".parse().unwrap()).unwrap(),
            &of(",60,", "2025")
        );
        let expect =
            RegistryError::Changed { id: "lorry".into(), edition: "2025 operations".into() };
        assert_eq!(registry.add(of(",61,", "2025")), Err(expect));
        let again = intensities(&read(&table(&[LORRY])).unwrap(), &registry);
        assert_eq!(
            again.map(|factors| factors.len()),
            Ok(1),
            "its own editions are no other factor"
        );
    }

    #[test]
    fn cells_at_fault_are_told_with_their_place() {
        for (from, to, column, value, why) in [
            ("lorry,toc", ",toc", "category_id", "", "a category without a name"),
            (",toc,", ",truck,", "kind", "truck", "neither kind"),
            (",lorries,", ",,", "description", "", "nobody knows what it is"),
            (",2025,", ",25,", "period", "25", "no year"),
            ("diesel_blend_l", "", "factor_id", "", "nothing values it"),
            (",60,", ",,", "amount", "", "an unknown use is not zero"),
            (",60,", ",-60,", "amount", "-60", "nothing is given back to the tank"),
            (",60,", ",6e1,", "amount", "6e1", "an exponent"),
            (",60,", ",0.0000000001,", "amount", "0.0000000001", "ten places"),
            (",60,", ",1000000000000001,", "amount", "1000000000000001", "beyond the world"),
            (",l,", ",gal,", "unit", "gal", "not a unit of ours"),
            (",sfd,", ",air,", "distance", "air", "no kind of distance"),
            (",950,", ",many,", "tkm", "many", "no number"),
            ("primary", "measured", "data_kind", "measured", "not ISO 14083's word"),
        ] {
            let faults = read(&table(&[LORRY, &LORRY.replacen(from, to, 1)])).unwrap_err();
            let found: Vec<_> =
                faults.iter().map(|fault| (fault.row, fault.column, &*fault.value)).collect();
            assert_eq!(found, [(3, column, value)], "{why}");
        }
        let fault = read(&table(&[&LORRY.replace(",l,", ",gal,")])).unwrap_err().remove(0);
        assert_eq!(
            fault.to_string(),
            "operations.csv:2: unit is `gal`. Write one of l, m3, kWh, kWh gross, GJ, kg, t, tkm, km"
        );
    }

    #[test]
    fn a_file_of_another_shape_is_refused() {
        let found = |text: &str| -> Vec<(u64, &'static str, String)> {
            let faults = read(text).unwrap_err().into_iter();
            faults.map(|fault| (fault.row, fault.column, fault.value)).collect()
        };
        let columns = |value: &str| vec![(1, "columns", value.to_owned())];
        assert_eq!(found("").len(), 8, "every needed column is missing");
        assert_eq!(found(&format!("{HEADER},colour\n")), columns("colour"), "unknown");
        assert_eq!(found(&format!("{HEADER},tkm\n")), columns("tkm"), "twice");
        assert_eq!(found(&table(&["lorry,toc"])), [(2, "fields", "2".to_owned())], "a short row");
        let open = LORRY.replace("primary", "\"primary");
        let swallowed = [(2, "fields", "primary".to_owned())];
        assert_eq!(found(&table(&[&open, LORRY])), swallowed, "a mark never closed");
        let two = format!("{LORRY}\n\"a\nb\",toc\n{}", LORRY.replace("primary", "x"));
        let expect = [(3, "fields", "2".to_owned()), (4, "data_kind", "x".to_owned())];
        assert_eq!(found(&table(&[&two])), expect, "all faults of a file");
    }

    #[test]
    fn columns_may_be_left_out_and_stand_in_any_order() {
        let text = "\u{feff}data_kind,unit,amount,factor_id,period,description,kind,category_id,tkm,\
                    distance\r\nprimary,l,60,diesel_blend_l,2025,lorries,toc,lorry,950,sfd\r\n";
        let read = read(text).unwrap().remove(0);
        assert_eq!(
            (read.amount, read.tkm),
            (Fixed::from_integer(60), Some(Fixed::from_integer(950)))
        );
        assert_eq!((read.mode, read.loaded_km, read.row), (None, None, 2));
    }

    #[test]
    fn categories_at_fault_are_told_with_their_place() {
        let again = "lorry,toc,lorries,2025,,road,grid_gb_kwh,,24,kWh,,,,,,primary";
        let change = |from: &str, to: &str| vec![LORRY.to_owned(), again.replacen(from, to, 1)];
        let alone = |from: &str, to: &str| vec![LORRY.replacen(from, to, 1)];
        let hub = "hub,hoc,hub,2025,,,grid_gb_kwh,,24,kWh,,700,,,,primary";
        let of_hub = |from: &str, to: &str| vec![hub.replacen(from, to, 1)];
        for (rows, row, column, value, why) in [
            (change("toc", "hoc"), 3, "kind", "hoc", "a lorry is no hub"),
            (change("lorries", "vans"), 3, "description", "vans", "two categories of one id"),
            (change(",road,", ",rail,"), 3, "mode", "rail", "two modes"),
            (change("kWh,", "kWh,7"), 3, "tkm", "7", "activity twice"),
            (change("kWh,,,", "kWh,,,gcd"), 3, "distance", "gcd", "one activity, two distances"),
            (
                change("2025", "2025-07"),
                3,
                "period",
                "2025-07",
                "a month's energy in a year's rows",
            ),
            (change("2025", "2026"), 3, "tkm", "", "energy of one year, activity of another"),
            (alone(",950,", ",,"), 2, "tkm", "", "no activity to divide by"),
            (alone(",950,", ",0,"), 2, "tkm", "0", "nothing moved"),
            (alone(",sfd,", ",,"), 2, "distance", "", "activity by which distance"),
            (alone(",950,,", ",950,7,"), 2, "throughput_t", "7", "a lorry has no throughput"),
            (alone(",100,100,", ",100,,"), 2, "loaded_km", "100", "half of the kilometres"),
            (alone(",l,", ",kWh,"), 2, "unit", "kWh", "its factor is per litre"),
            (alone("diesel_blend_l", "kerosene"), 2, "factor_id", "kerosene", "unknown"),
            (
                alone("diesel_blend_l,", "diesel_blend_l,2024"),
                2,
                "factor_id",
                "diesel_blend_l",
                "unknown edition",
            ),
            (
                alone("lorry,", "hgv_all_tkm,"),
                2,
                "category_id",
                "hgv_all_tkm",
                "another factor's id",
            ),
            (
                alone("diesel_blend_l,,60,l", "board_new_t,,60,t"),
                2,
                "factor_id",
                "board_new_t",
                "packaging is outside ISO 14083",
            ),
            (of_hub(",700,", ",,"), 2, "throughput_t", "", "no throughput to divide by"),
            (of_hub(",,700", ",9,700"), 2, "tkm", "9", "a hub moves nothing"),
            (of_hub("700,", "700,gcd"), 2, "distance", "gcd", "a hub goes no distance"),
        ] {
            let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
            let faults = intensities_of(&rows).unwrap_err();
            let found: Vec<_> =
                faults.iter().map(|fault| (fault.row, fault.column, &*fault.value)).collect();
            assert_eq!(found, [(row, column, value)], "{why}");
        }
    }

    #[test]
    fn products_beyond_the_ledger_are_refused() {
        let mut registry = registry();
        let grid = registry.get("grid_gb_kwh").unwrap().clone();
        let huge =
            Factor { id: "huge".into(), wtt: Some("999999999999999999".parse().unwrap()), ..grid };
        registry.add(huge).unwrap();
        let row = "lorry,toc,lorries,2025,,,huge,,1000000000000000,kWh,1,,sfd,,,primary";
        let faults = intensities(&read(&table(&[row])).unwrap(), &registry).unwrap_err();
        assert_eq!((faults[0].column, faults.len()), ("amount", 1));
    }

    proptest! {
        /// Empty running burns fuel and moves nothing.
        #[test]
        fn an_empty_leg_raises_intensity_and_leaves_activity(
            litres in 1_i64..1 << 20,
            empty in 1_i64..1 << 20,
            tkm in 1_i64..1 << 20,
        ) {
            let loaded = format!("c,toc,c,2025,,,diesel_blend_l,,{litres},l,{tkm},,sfd,,,primary");
            let way_back = format!("c,toc,c,2025,,,diesel_blend_l,,{empty},l,,,,,,primary");
            let before = intensities_of(&[&loaded]).unwrap().remove(0);
            let after = intensities_of(&[&loaded, &way_back]).unwrap().remove(0);
            prop_assert!(after.wtw() > before.wtw());
            prop_assert!(after.source.ends_with(&format!("over {tkm} tkm")), "{}", after.source);
        }

        #[test]
        fn the_order_of_rows_changes_nothing(
            (before, after) in prop::collection::vec((0..3_usize, 0..4_usize, 0_i64..50), 1..12)
                .prop_map(|uses| {
                    let mut rows: Vec<String> = (0..3)
                        .map(|c| format!("c{c},toc,c,2025,,,diesel_blend_l,,1,l,{},,sfd,,,primary", c + 1))
                        .collect();
                    rows.extend(uses.iter().map(|(c, of, amount)| {
                        let (id, unit) = [
                            ("diesel_blend_l", "l"),
                            ("grid_gb_kwh", "kWh"),
                            ("r_test_kg", "kg"),
                            ("lorry_km", "km"),
                        ][*of];
                        format!("c{c},toc,c,2025,,,{id},,{amount},{unit},,,,,,modelled")
                    }));
                    rows
                })
                .prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())),
        ) {
            let of = |rows: &[String]| {
                let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
                intensities_of(&rows).unwrap()
            };
            let factors = of(&before);
            prop_assert_eq!(&factors, &of(&after));
            prop_assert_eq!(factors.len(), 3);
        }

        #[test]
        fn any_text_is_operations_or_faults(text in "[a-z\",\r\n0-9.é-]{0,120}") {
            let text = format!("{HEADER}\n{LORRY}\n{text}");
            match read(&text) {
                Ok(operations) => prop_assert!(!operations.is_empty()),
                Err(faults) => prop_assert!(!faults.is_empty()),
            }
        }
    }
}
