//! The folder of `--factors`: factor tables beside the built-in ones, and what goes with them.
#![expect(clippy::format_push_string, reason = "words for people: one allocation more is nothing")]

use crate::folder::text;
use anyhow::{Context, Result, bail};
use carbon::{DistanceAdjustment, Market, Registry, factor_table, intensities, operation};
use carbon::{read_distance_adjustments, read_instruments, read_residual_mix};
use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::Path;
use std::sync::Arc;

/// So many faults of a file are told.
const FAULTS_TOLD: usize = 20;
/// Files beside `factors*.csv` that are read.
const BESIDE: [&str; 4] =
    ["operations.csv", "instruments.csv", "residual_mix.csv", "distance_adjustment.csv"];

/// What values activities.
pub(crate) struct Factors {
    /// Built-in factors, the folder's, and the intensities of its categories.
    pub(crate) registry: Registry,
    /// Contracts and certificates for electricity; `None` where the folder has none.
    pub(crate) market: Option<Market>,
    /// How much longer driven ways are than those that count, by mode.
    pub(crate) adjustments: Vec<DistanceAdjustment>,
    /// Ids of the instruments.
    pub(crate) instruments: Vec<Arc<str>>,
    /// The factors of which the categories' intensities are made: a ledger keeps them too.
    pub(crate) carriers: Registry,
    /// The files that intensities and market-based figures were made of, by name.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
}

/// Reads a folder; without one, the built-in factors alone.
pub(crate) fn read(folder: Option<&Path>) -> Result<Factors> {
    let mut factors = Factors {
        registry: Registry::built_in(),
        market: None,
        adjustments: Vec::new(),
        instruments: Vec::new(),
        carriers: Registry::default(),
        files: BTreeMap::new(),
    };
    let Some(folder) = folder else { return Ok(factors) };
    let entries = folder
        .read_dir()
        .with_context(|| format!("{}: is not a folder of factors", folder.display()))?;
    let mut names: Vec<String> = Vec::new();
    for entry in entries {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    let tables = names.iter().filter(|name| is_table(name));
    let mut found = false;
    for name in tables {
        let table =
            factor_table::read(&text(&folder.join(name))?).map_err(|faults| told(name, &faults))?;
        factors.registry.add_all(&table).with_context(|| name.clone())?;
        found = true;
    }
    for name in BESIDE.iter().filter(|name| names.iter().any(|known| known == *name)) {
        factors.files.insert((*name).to_owned(), text(&folder.join(name))?.into_bytes());
        found = true;
    }
    if !found {
        bail!("{}: holds no factors*.csv. docs/LEDGER.md says what it may hold", folder.display());
    }
    operations(&mut factors)?;
    market(&mut factors)?;
    if let Some(text) = given(&factors, "distance_adjustment.csv")? {
        factors.adjustments = read_distance_adjustments(&text)
            .map_err(|faults| told("distance_adjustment.csv", &faults))?;
    }
    Ok(factors)
}

fn is_table(name: &str) -> bool {
    name.strip_suffix(".csv").is_some_and(|stem| stem.starts_with("factors"))
}

/// Intensities of transport and hub operation categories become factors.
fn operations(factors: &mut Factors) -> Result<()> {
    let name = "operations.csv";
    let Some(text) = given(factors, name)? else { return Ok(()) };
    let operations = operation::read(&text).map_err(|faults| told(name, &faults))?;
    let made = intensities(&operations, &factors.registry).map_err(|faults| told(name, &faults))?;
    for factor in operation::carriers(&operations, &factors.registry) {
        factors.carriers.add(factor.clone()).with_context(|| name.to_owned())?;
    }
    for factor in made {
        factors.registry.add(factor).with_context(|| name.to_owned())?;
    }
    Ok(())
}

fn market(factors: &mut Factors) -> Result<()> {
    let instruments = match given(factors, "instruments.csv")? {
        Some(text) => read_instruments(&text).map_err(|faults| told("instruments.csv", &faults))?,
        None => Vec::new(),
    };
    let residual = match given(factors, "residual_mix.csv")? {
        Some(text) => {
            read_residual_mix(&text).map_err(|faults| told("residual_mix.csv", &faults))?
        }
        None => Vec::new(),
    };
    factors.instruments = instruments.iter().map(|instrument| instrument.id.clone()).collect();
    if !(instruments.is_empty() && residual.is_empty()) {
        factors.market = Some(Market::new(instruments, residual));
    }
    Ok(())
}

fn given(factors: &Factors, name: &str) -> Result<Option<String>> {
    let bytes = factors.files.get(name).cloned();
    bytes.map(|bytes| String::from_utf8(bytes).with_context(|| name.to_owned())).transpose()
}

/// All faults of a file as one error.
fn told<F: Display>(name: &str, faults: &[F]) -> anyhow::Error {
    let mut text = String::from("the factors cannot be used");
    for fault in faults.iter().take(FAULTS_TOLD) {
        text += &format!("\n{name}: {fault}");
    }
    if faults.len() > FAULTS_TOLD {
        text += &format!("\n… and {} more", faults.len() - FAULTS_TOLD);
    }
    anyhow::Error::msg(text)
}
