//! Market-based figures, made again from the instruments of each batch.

use super::files::Sound;
use super::finding::{Finding, Findings};
use super::lines::fixed;
use super::parts::RowGroup;
use super::words::Lines;
use super::workers;
use crate::ledger::is_instruments;
use crate::{Manifest, manifest, seal};
use carbon::{Class, Factor, Market, MarketRates, Period, Purchases, Registry};
use quantity::{Carbon, Fixed};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Columns from which the electricity of a batch is summed.
const COLUMNS: [&str; 6] =
    ["case", "class", "amount", "factor_id", "factor_edition", "market_kg_co2e"];

/// The market-based rates of a ledger.
#[derive(Default)]
pub(super) struct Markets<'a> {
    /// By name of the batch.
    rates: BTreeMap<&'a str, MarketRates>,
    /// Batch of each file of lines, by its path.
    batches: BTreeMap<&'a str, &'a str>,
    /// Batches whose instruments cannot be read: their figures are not recomputed.
    unread: BTreeSet<&'a str>,
}

impl Markets<'_> {
    /// What a line of electricity should have; `None` is not known.
    pub(super) fn expected(
        &self,
        lines: &Lines<'_>,
        case: &str,
        factor: &Factor,
        amount: Fixed,
        generation: Carbon,
    ) -> Option<Carbon> {
        let batch = self.batches.get(lines.part.path.as_str())?;
        if self.unread.contains(batch) {
            return None;
        }
        let Some(rates) = self.rates.get(batch) else { return Some(generation) };
        let period = lines.part.period.parse::<Period>().ok()?;
        let rate = rates.get(case, &lines.part.tenant, period, factor)?;
        amount.checked_mul(rate).map(Carbon::from_kilograms)
    }
}

/// Reads instruments and residual mixes, and sums the electricity that they are for.
pub(super) fn markets<'a>(
    folder: &Path,
    manifest: &'a Manifest,
    registry: &Registry,
    sound: &Sound<'_>,
    groups: &[RowGroup<'_>],
    findings: &mut Findings,
) -> Markets<'a> {
    let mut all = Markets::default();
    for batch in manifest.batches() {
        let name = batch.name.as_str();
        all.batches.extend(batch.files.iter().map(|part| (part.path.as_str(), name)));
        let paths = [format!("instruments.{name}.csv"), format!("residual_mix.{name}.csv")];
        let given: Vec<&str> =
            paths.iter().map(String::as_str).filter(|path| manifest.file(path).is_some()).collect();
        if given.is_empty() {
            continue;
        }
        let market = match market(folder, &given, sound) {
            Ok(market) => market,
            Err((path, fault)) => {
                findings.push(Finding::of_file(&path, fault));
                all.unread.insert(name);
                continue;
            }
        };
        let of_batch = |group: &RowGroup<'_>| {
            let path = group.file.part.path.as_str();
            all.batches.get(path) == Some(&name)
        };
        let bought = workers::map(
            groups,
            |group| if of_batch(group) { purchases(group, registry) } else { Purchases::default() },
            |_| (),
        );
        let mut purchases = Purchases::default();
        for more in bought {
            purchases.add_all(more);
        }
        if let Some(rates) = purchases.rates(&market) {
            all.rates.insert(name, rates);
        } else {
            let fault = "its figures are too large for the electricity of the batch";
            findings.push(Finding::of_file(given[0], fault));
            all.unread.insert(name);
        }
    }
    all
}

fn market(folder: &Path, paths: &[&str], sound: &Sound<'_>) -> Result<Market, (String, String)> {
    let (mut instruments, mut residual) = (Vec::new(), Vec::new());
    for path in paths {
        let refused = |fault: &dyn ToString| ((*path).to_owned(), fault.to_string());
        if !sound.has(path) {
            return Err(refused(&"market-based figures of its batch are not recomputed"));
        }
        let bytes =
            seal::read(&folder.join(path), manifest::BYTES_MAX).map_err(|fault| refused(&fault))?;
        let text = String::from_utf8(bytes).map_err(|fault| refused(&fault))?;
        if is_instruments(path) {
            instruments = carbon::read_instruments(&text).map_err(|faults| refused(&faults[0]))?;
        } else {
            residual = carbon::read_residual_mix(&text).map_err(|faults| refused(&faults[0]))?;
        }
    }
    Ok(Market::new(instruments, residual))
}

/// Electricity of a row group; a row group that cannot be read has its finding elsewhere.
fn purchases(group: &RowGroup<'_>, registry: &Registry) -> Purchases {
    let mut purchases = Purchases::default();
    let part = group.file.part;
    let Ok(period) = part.period.parse::<Period>() else { return purchases };
    let Ok(batches) = group.batches(Some(&COLUMNS)) else { return purchases };
    for batch in batches.map_while(Result::ok) {
        let lines = Lines { part, first_row: group.first_row, batch: &batch };
        let [cases, classes, ids, editions] =
            ["case", "class", "factor_id", "factor_edition"].map(|name| lines.words(name));
        let amounts = lines.decimals("amount");
        for row in 0..lines.len() {
            if classes.get(row) != Some(Class::Electricity.name()) {
                continue;
            }
            let (Some(case), Some(id), Some(edition)) =
                (cases.get(row), ids.get(row), editions.get(row))
            else {
                continue;
            };
            if let Some(factor) = registry.edition(id, edition) {
                let kwh = fixed(amounts, row).billionths();
                purchases.add(case, &part.tenant, period, factor, kwh);
            }
        }
    }
    purchases
}
