//! What an ESG report says that no ledger line knows: `--disclosures FILE`, in TOML.

use crate::folder;
use anyhow::{Context, Result, anyhow, bail};
use quantity::{Currency, Fixed};
use report::esg::{BaseYear, CarbonPrice, Note, Revenue};
use serde::Deserialize;
use std::path::Path;

/// The parts of a report's [`report::esg::Meta`] that people write.
#[derive(Default)]
pub(super) struct Disclosures {
    pub(super) verification: Option<String>,
    pub(super) revenue: Option<Revenue>,
    pub(super) carbon_price: Option<CarbonPrice>,
    pub(super) base_year: Option<BaseYear>,
    pub(super) exclusions: Vec<Note>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    verification: Option<String>,
    revenue: Option<RevenueTable>,
    carbon_price: Option<PriceTable>,
    base_year: Option<BaseYearTable>,
    #[serde(default)]
    exclusions: Vec<ExclusionTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RevenueTable {
    millions: toml::Value,
    currency: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PriceTable {
    per_tonne: toml::Value,
    currency: String,
    used_for: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BaseYearTable {
    year: u16,
    reported_kg: toml::Value,
    recalculated_kg: Option<toml::Value>,
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExclusionTable {
    subject: String,
    reason: String,
}

/// Reads the file; without one nothing is disclosed.
pub(super) fn read(path: Option<&Path>) -> Result<Disclosures> {
    let Some(path) = path else { return Ok(Disclosures::default()) };
    let file: File = toml::from_str(&folder::text(path)?)
        .map_err(|fault| anyhow!("{}: {}", path.display(), fault.to_string().trim_end()))?;
    of(file).with_context(|| path.display().to_string())
}

fn of(file: File) -> Result<Disclosures> {
    let revenue = file.revenue.map(|table| -> Result<_> {
        let millions = number("revenue.millions", &table.millions)?;
        if millions <= Fixed::ZERO {
            bail!("revenue.millions is {millions}. Write a number above 0, or leave revenue out");
        }
        Ok(Revenue { millions, currency: currency("revenue.currency", table.currency)? })
    });
    let carbon_price = file.carbon_price.map(|table| -> Result<_> {
        Ok(CarbonPrice {
            per_tonne: number("carbon_price.per_tonne", &table.per_tonne)?,
            currency: currency("carbon_price.currency", table.currency)?,
            used_for: table.used_for,
        })
    });
    let base_year = file.base_year.map(|table| -> Result<_> {
        let recalculated = table.recalculated_kg;
        Ok(BaseYear {
            year: table.year,
            reported_kg: number("base_year.reported_kg", &table.reported_kg)?,
            recalculated_kg: recalculated
                .map(|kg| number("base_year.recalculated_kg", &kg))
                .transpose()?,
            text: table.text,
        })
    });
    let exclusions = file.exclusions.into_iter();
    Ok(Disclosures {
        verification: file.verification,
        revenue: revenue.transpose()?,
        carbon_price: carbon_price.transpose()?,
        base_year: base_year.transpose()?,
        exclusions: exclusions
            .map(|table| Note { subject: table.subject, text: table.reason })
            .collect(),
    })
}

/// A number of nine decimal places at the most. TOML's own decimals are binary, so they are read
/// from the shortest text that means the same.
fn number(key: &str, value: &toml::Value) -> Result<Fixed> {
    let text = match value {
        toml::Value::Integer(number) => number.to_string(),
        toml::Value::Float(number) => number.to_string(),
        toml::Value::String(text) => text.clone(),
        _ => String::new(),
    };
    let known = text.parse::<Fixed>().ok().filter(|number| *number >= Fixed::ZERO);
    known.ok_or_else(|| {
        anyhow!("{key} is {value}. Write a number from 0 with at most nine decimal places")
    })
}

fn currency(key: &str, code: String) -> Result<String> {
    match code.parse::<Currency>() {
        Ok(_) => Ok(code),
        Err(_) => bail!("{key} is `{code}`. Write an ISO 4217 code, as in EUR"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Disclosures> {
        of(toml::from_str(text)?)
    }

    #[test]
    fn numbers_are_exact() {
        for text in ["0.1", "\"0.1\"", "1e-1"] {
            let read = read(&format!(
                "[carbon_price]\nper_tonne = {text}\ncurrency = 'EUR'\nused_for = 'sites'"
            ));
            let price = read.unwrap().carbon_price.unwrap().per_tonne;
            assert_eq!(price, "0.1".parse().unwrap(), "{text}");
        }
    }

    #[test]
    fn a_fault_names_its_key_and_mend() {
        for (text, expect) in [
            ("[revenue]\nmillions = 0\ncurrency = 'EUR'", "revenue.millions is 0. Write"),
            ("[revenue]\nmillions = 'many'\ncurrency = 'EUR'", "revenue.millions is \"many\""),
            ("[revenue]\nmillions = nan\ncurrency = 'EUR'", "revenue.millions is nan"),
            ("[revenue]\nmillions = 2\ncurrency = 'euro'", "revenue.currency is `euro`. Write"),
            ("revenues = 3", "unknown field `revenues`"),
            ("[base_year]\nyear = 2019\nreported_kg = -1\ntext = ''", "base_year.reported_kg"),
        ] {
            let fault = read(text).err().unwrap().to_string();
            assert!(fault.contains(expect), "{text}: {fault}");
        }
    }
}
