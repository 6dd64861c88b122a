//! Kilometres driven with freight and without, of the ledger's operation categories.

use anyhow::{Context, Result, anyhow};
use carbon::{Period, operation};
use lake::{Lake, ledger};
use quantity::Fixed;
use report::esg::{Running, Span};
use std::collections::BTreeSet;
use std::path::Path;

/// Over all of the tenant's categories in the span; `None` where none says its kilometres.
pub(super) fn running(
    folder: &Path,
    lake: &Lake,
    tenant: &str,
    span: Span,
) -> Result<Option<Running>> {
    let mut seen: BTreeSet<(String, Period)> = BTreeSet::new();
    let mut sum = Running { loaded_km: Fixed::ZERO, empty_km: Fixed::ZERO };
    for file in lake.manifest().files.iter().filter(|file| ledger::is_operations(&file.path)) {
        let bytes = ledger::checked(folder, lake.manifest(), &file.path)?;
        let text = String::from_utf8(bytes).with_context(|| file.path.clone())?;
        let rows =
            operation::read(&text).map_err(|faults| anyhow!("{}: {}", file.path, faults[0]))?;
        // Each batch keeps its file: a category and period of an earlier one is not counted again.
        let new: Vec<_> = rows
            .iter()
            .filter(|row| !seen.contains(&(row.category.to_string(), row.period)))
            .collect();
        for row in &new {
            seen.insert((row.category.to_string(), row.period));
            let ours = row.tenant.as_deref().is_none_or(|of| of == tenant);
            if ours && span.covers(row.period) {
                sum.loaded_km += row.loaded_km.unwrap_or_default();
                sum.empty_km += row.empty_km.unwrap_or_default();
            }
        }
    }
    Ok((sum.loaded_km + sum.empty_km > Fixed::ZERO).then_some(sum))
}
