//! Lines of a ledger as the domain knows them.

use anyhow::{Context, Result, anyhow};
use carbon::{
    Activity, Case, Class, Context as Where, DataKind, DistanceKind, Leg, Line, Link, Registry,
    Unit, Valued, factor_table,
};
use lake::{Cell, Lake, ledger};
use quantity::{Carbon, Distance, Emission, Fixed, Mass};
use std::path::Path;
use std::sync::Arc;

/// The columns of a line, in the order of [`read`].
const COLUMNS: &str = "line_id, \"case\", link, class, activity, period, order_id, site_id, \
    shipment_id, tce_id, round_id, operator, payer, mass_kg, distance_km, distance_kind, amount, \
    unit, factor_id, factor_edition, method, data_kind, wtt_kg_co2e, ttw_kg_co2e, \
    generation_kg_co2e, market_kg_co2e, biogenic_kg_co2, reverses";

/// The factors that a ledger's lines name.
pub fn factors(folder: &Path, lake: &Lake) -> Result<Registry> {
    let bytes = ledger::checked(folder, lake.manifest(), ledger::FACTORS)?;
    let text = String::from_utf8(bytes).context(ledger::FACTORS)?;
    factor_table::read(&text).map_err(|faults| anyhow!("{}: {}", ledger::FACTORS, faults[0]))
}

/// The lines for which a condition holds, by id.
pub fn read(lake: &Lake, condition: &str) -> Result<Vec<Line>> {
    let sql = format!("SELECT {COLUMNS} FROM ledger WHERE {condition} ORDER BY line_id");
    lake.query(&sql)?.rows.iter().map(|row| line(row)).collect()
}

fn line(row: &[Cell]) -> Result<Line> {
    let texts: Vec<Option<String>> =
        row.iter().map(|cell| (*cell != Cell::Null).then(|| cell.text())).collect();
    let text = |at: usize| texts[at].clone().ok_or_else(|| anyhow!("a line lacks a word"));
    let shared = |at: usize| texts[at].as_deref().map(Arc::<str>::from);
    let number = |at: usize| -> Result<Fixed> { Ok(text(at)?.parse()?) };
    let carbon = |at: usize| number(at).map(Carbon::from_kilograms);
    let leg = match (&texts[13], &texts[14], &texts[15]) {
        (Some(mass), Some(distance), Some(kind)) => Some(leg(mass, distance, kind)?),
        _ => None,
    };
    Ok(Line {
        id: text(0)?.into(),
        case: known(&text(1)?, &[Case::Plan, Case::Baseline, Case::Actual], Case::name)?,
        activity: Activity {
            link: known(&text(2)?, &Link::ALL, Link::name)?,
            name: text(4)?.into(),
            context: Where {
                period: text(5)?.parse()?,
                order: shared(6),
                site: shared(7),
                shipment: shared(8),
                tce: shared(9),
                round: shared(10),
                operator: shared(11),
                payer: shared(12),
            },
            leg,
            amount: number(16)?,
            unit: known(&text(17)?, &Unit::ALL, Unit::name)?,
            factor_id: text(18)?.into(),
            factor_edition: shared(19),
            method: text(20)?.into(),
            data_kind: known(&text(21)?, &DataKind::ALL, DataKind::name)?,
        },
        class: known(&text(3)?, &Class::ALL, Class::name)?,
        factor_edition: text(19)?.into(),
        valued: Valued {
            emission: Emission { wtt: carbon(22)?, ttw: carbon(23)? },
            generation: carbon(24)?,
            biogenic: carbon(26)?,
        },
        market: carbon(25)?,
        reverses: shared(27),
    })
}

fn leg(mass_kg: &str, distance_km: &str, kind: &str) -> Result<Leg> {
    let (mass, distance): (Fixed, Fixed) = (mass_kg.parse()?, distance_km.parse()?);
    Ok(Leg {
        // Milligrams and metres: what is finer does not fit these types and is explained as rounded.
        mass: Mass::new((mass.billionths() / 1_000) as i64),
        distance: Distance::new((distance.billionths() / 1_000_000) as i64),
        kind: known(kind, &DistanceKind::ALL, DistanceKind::name)?,
    })
}

/// The one of some words that a ledger names.
pub fn known<T: Copy>(word: &str, all: &[T], name: fn(T) -> &'static str) -> Result<T> {
    all.iter()
        .copied()
        .find(|known| name(*known) == word)
        .ok_or_else(|| anyhow!("the ledger has the unknown word `{word}`; verify it"))
}
