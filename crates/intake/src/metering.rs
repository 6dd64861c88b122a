//! What sites measured, from tables of their own: what `energy actual` reads.

use crate::fault::Faults;
use crate::findings::{Findings, Told};
use crate::table::{Layout, Row, Table};
use crate::warning::Warning;
use crate::wrong::{Span, Wrong};
use crate::{File, cell, folder, series, sites};
use network::Site;
use planner::{Grid, Tariff};
use quantity::{Instant, Power};
use std::collections::{BTreeMap, HashMap};
use warehousing::monitoring::reading::{Channel, Form, Measured, Reading};

const READINGS: Layout = Layout {
    csv: "readings.csv",
    parquet: "readings.parquet",
    needed: &["timestamp", "site_id", "device", "quantity", "value", "unit"],
    optional: &[],
    needs_rows: true,
};
const EXPECTED: Layout = Layout {
    csv: "expected.csv",
    parquet: "expected.parquet",
    needed: &["timestamp", "poa_w_m2", "cell_temp_c", "dc_w", "ac_w"],
    optional: &["apparent_zenith_deg", "azimuth_deg"],
    needs_rows: true,
};
const STRINGS: Layout = Layout {
    csv: "strings.csv",
    parquet: "strings.parquet",
    needed: &["site_id", "device", "kwp"],
    optional: &[],
    needs_rows: true,
};
/// A quantity that ends so is a register.
const REGISTER: &str = "_register";
const QUANTITIES: [&str; Measured::ALL.len()] = {
    let mut names = [""; Measured::ALL.len()];
    let mut place = 0;
    while place < names.len() {
        names[place] = Measured::ALL[place].name();
        place += 1;
    }
    names
};
/// Units of a flow, with how many of them are a kW or a kWh.
const POWERS: [(&str, f64); 3] = [("W", 1e-3), ("kW", 1.0), ("MW", 1e3)];
const ENERGIES: [(&str, f64); 3] = [("Wh", 1e-3), ("kWh", 1.0), ("MWh", 1e3)];
const FLOW_UNITS: [&str; 6] = ["W", "kW", "MW", "Wh", "kWh", "MWh"];
const ENERGY_UNITS: [&str; 3] = ["Wh", "kWh", "MWh"];
const LIGHT_UNITS: [&str; 1] = ["W/m2"];
const WARMTH_UNITS: [&str; 2] = ["C", "°C"];
/// In kW, or kWh of a step: an inverter draws a little at night.
const FLOW: Span = Span { least: -1e6, most: 1e6 };
/// kWh: a terawatt-hour.
const REGISTERED: Span = Span { least: 0.0, most: 1e9 };
/// W/m2; a sensor loses a little to the night sky.
const LIGHT: Span = Span { least: -20.0, most: 2_000.0 };
const WARMTH: Span = Span { least: -95.0, most: 150.0 };
const WATTS: Span = Span { least: -1e9, most: 1e10 };
const KWP: Span = Span { least: 0.001, most: 1e6 };

/// What a table holds, with what a reader should know.
#[derive(Clone, Debug, PartialEq)]
pub struct Read<T> {
    /// What it holds.
    pub value: T,
    /// What was left out or mended.
    pub warnings: Vec<Warning>,
}

/// An hour of `energy pv --csv`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExpectedStep {
    /// Beginning.
    pub from: Instant,
    /// Beginning of the next.
    pub until: Instant,
    /// Irradiance on the plane, W/m2.
    pub poa_w_m2: f64,
    /// Temperature of the cells, °C.
    pub cell_temp_c: f64,
    /// DC power, W.
    pub dc_w: f64,
    /// AC power, W.
    pub ac_w: f64,
}

/// The channels of readings, by site, device and quantity; rows in the order of the file. What is
/// odd about stamps and registers is for `warehousing::monitoring` to say.
///
/// - `number`: of the file among those read, kept with each reading.
pub fn readings(file: File, number: u16) -> Result<Read<Vec<Channel>>, Faults> {
    whole(file, &READINGS, |table, findings| {
        let mut channels: BTreeMap<(String, String, Measured, Form), Vec<Reading>> =
            BTreeMap::new();
        let mut told = Ok(());
        table.each(findings, |row| match reading(row, number) {
            Ok((key, reading)) => channels.entry(key).or_default().push(reading),
            Err(fault) => told = Err(fault),
        });
        told?;
        let channel = |((site, device, measured, form), readings)| Channel {
            site,
            device,
            measured,
            form,
            readings,
        };
        Ok(channels.into_iter().map(channel).collect())
    })
}

type Key = (String, String, Measured, Form);

fn reading(row: &mut Row, file: u16) -> Result<(Key, Reading), Told> {
    let at = row.needed("timestamp", cell::instant);
    let site = row.needed("site_id", cell::name);
    let device = row.needed("device", cell::name);
    let quantity = row.needed("quantity", quantity);
    let unit = match quantity {
        Ok((measured, is_register)) => row.needed("unit", unit(measured, is_register)),
        Err(told) => Err(told),
    };
    let value = match (quantity, unit) {
        (Ok((measured, is_register)), Ok((form, factor))) => {
            let span = span(measured, is_register);
            let within = |text: &str| {
                let any = Span { least: f64::MIN, most: f64::MAX };
                cell::within(cell::number(any)(text)? * factor, span)
            };
            row.needed("value", within).map(|value| (measured, form, value))
        }
        _ => Err(Told),
    };
    let (measured, form, value) = value?;
    let key = (site?.to_owned(), device?.to_owned(), measured, form);
    Ok((key, Reading { file, row: row.number, at: at?, value }))
}

/// The quantity, and whether it is a register.
fn quantity(text: &str) -> Result<(Measured, bool), Wrong> {
    let (name, is_register) = match text.strip_suffix(REGISTER) {
        Some(name) => (name, true),
        None => (text, false),
    };
    let measured = Measured::ALL[cell::choice(&QUANTITIES)(name)?];
    if is_register && !measured.is_energy() {
        return Err(Wrong::NotOneOf(&QUANTITIES));
    }
    Ok((measured, is_register))
}

/// What a value in this unit is, and the factor to kW, kWh, W/m2 or °C.
fn unit(measured: Measured, is_register: bool) -> impl Fn(&str) -> Result<(Form, f64), Wrong> {
    move |text| {
        let of = |units: &[(&str, f64)]| {
            units.iter().find(|(unit, _)| *unit == text).map(|&(_, factor)| factor)
        };
        let (found, known): (_, &'static [&'static str]) = match (measured, is_register) {
            (Measured::Irradiance, _) => {
                (of(&[("W/m2", 1.0)]).map(|one| (Form::Mean, one)), &LIGHT_UNITS)
            }
            (Measured::ModuleTemperature, _) => {
                (of(&[("C", 1.0), ("°C", 1.0)]).map(|one| (Form::Mean, one)), &WARMTH_UNITS)
            }
            (Measured::Soc, _) => (of(&ENERGIES).map(|factor| (Form::Mean, factor)), &ENERGY_UNITS),
            (_, true) => (of(&ENERGIES).map(|factor| (Form::Counter, factor)), &ENERGY_UNITS),
            (_, false) => {
                let power = of(&POWERS).map(|factor| (Form::Mean, factor));
                (power.or(of(&ENERGIES).map(|factor| (Form::Amount, factor))), &FLOW_UNITS)
            }
        };
        found.ok_or(Wrong::NotOneOf(known))
    }
}

fn span(measured: Measured, is_register: bool) -> Span {
    match measured {
        Measured::Irradiance => LIGHT,
        Measured::ModuleTemperature => WARMTH,
        _ if is_register => REGISTERED,
        _ => FLOW,
    }
}

/// The steps of what `energy pv --csv` printed, by time.
pub fn expected(file: File) -> Result<Read<Vec<ExpectedStep>>, Faults> {
    whole(file, &EXPECTED, |table, findings| {
        let mut steps = Vec::new();
        let mut first: HashMap<Instant, u64> = HashMap::new();
        let mut told = Ok(());
        table.each(findings, |row| match expected_step(row, &mut first) {
            Ok(step) => steps.push(step),
            Err(fault) => told = Err(fault),
        });
        told?;
        steps.sort_by_key(|step: &ExpectedStep| step.from);
        let gaps = steps.windows(2).map(|pair| pair[1].from - pair[0].from);
        let length = gaps.min().unwrap_or(warehousing::HOUR);
        for step in &mut steps {
            step.until = step.from + length;
        }
        Ok(steps)
    })
}

fn expected_step(row: &mut Row, first: &mut HashMap<Instant, u64>) -> Result<ExpectedStep, Told> {
    let from = row.needed("timestamp", cell::instant);
    let light = row.needed("poa_w_m2", cell::number(LIGHT));
    let warmth = row.needed("cell_temp_c", cell::number(WARMTH));
    let dc = row.needed("dc_w", cell::number(WATTS));
    let ac = row.needed("ac_w", cell::number(WATTS));
    let from = from?;
    if let Some(earlier) = first.insert(from, row.number) {
        return Err(row.wrong("timestamp", Wrong::Duplicate { row: earlier }));
    }
    let (poa_w_m2, cell_temp_c) = (light?, warmth?);
    Ok(ExpectedStep { from, until: from, poa_w_m2, cell_temp_c, dc_w: dc?, ac_w: ac? })
}

/// DC power of strings, by site and device.
pub type StringPowers = BTreeMap<(String, String), Power>;

/// DC power of each string.
pub fn strings(file: File) -> Result<Read<StringPowers>, Faults> {
    whole(file, &STRINGS, |table, findings| {
        let mut found: BTreeMap<(String, String), (u64, Power)> = BTreeMap::new();
        let mut told = Ok(());
        table.each(findings, |row| {
            let site = row.needed("site_id", cell::name);
            let device = row.needed("device", cell::name);
            let kwp = row.needed("kwp", cell::number(KWP));
            let (Ok(site), Ok(device), Ok(kwp)) = (site, device, kwp) else {
                told = Err(Told);
                return;
            };
            let key = (site.to_owned(), device.to_owned());
            if let Some(&(earlier, _)) = found.get(&key) {
                told = Err(row.wrong("device", Wrong::Duplicate { row: earlier }));
                return;
            }
            found.insert(key, (row.number, Power::from_kilowatts(kwp)));
        });
        told?;
        Ok(found.into_iter().map(|(key, (_, power))| (key, power)).collect())
    })
}

/// The sites of a scenario's `sites.csv`, by id.
pub fn sites(file: File) -> Result<Read<Vec<Site>>, Faults> {
    let files = [named(file, "sites")];
    alone(|findings| sites::read(&files, findings).values())
}

/// The prices of a scenario's `tariff.csv`, by time.
pub fn prices(file: File) -> Result<Read<Vec<(Instant, f64)>>, Faults> {
    let files = [named(file, "tariff")];
    alone(|findings| match series::tariff(&files, findings)? {
        Tariff::Hourly(rows) => Ok(rows),
        Tariff::TwoStep { .. } => Ok(Vec::new()),
    })
}

/// The intensities of a scenario's `grid.csv`, by time.
pub fn intensities(file: File) -> Result<Read<Vec<(Instant, f64)>>, Faults> {
    let files = [named(file, "grid")];
    alone(|findings| match series::grid(&files, findings)? {
        Grid::Hourly(rows) => Ok(rows),
        Grid::Default => Ok(Vec::new()),
    })
}

/// A file under the name that a scenario gives it, by its own ending.
fn named<'a>(file: File<'a>, table: &str) -> File<'a> {
    let is_parquet = file.name.to_ascii_lowercase().ends_with(".parquet");
    let name = match (table, is_parquet) {
        ("sites", false) => "sites.csv",
        ("sites", true) => "sites.parquet",
        ("tariff", false) => "tariff.csv",
        ("tariff", true) => "tariff.parquet",
        (_, false) => "grid.csv",
        (_, true) => "grid.parquet",
    };
    File { name, ..file }
}

fn whole<T>(
    file: File,
    layout: &Layout,
    read: impl FnOnce(&Table, &mut Findings) -> Result<T, Told>,
) -> Result<Read<T>, Faults> {
    alone(|findings| {
        let table = folder::read(file, layout, findings, false)?;
        read(&table, findings)
    })
}

fn alone<T>(read: impl FnOnce(&mut Findings) -> Result<T, Told>) -> Result<Read<T>, Faults> {
    let mut findings = Findings::default();
    let value = read(&mut findings);
    let (warnings, faults) = findings.into_parts();
    match (value, faults) {
        (Ok(value), None) => Ok(Read { value, warnings }),
        (_, faults) => Err(faults.expect("what could not be read left a fault")),
    }
}

#[cfg(test)]
mod tests;
