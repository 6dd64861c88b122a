//! The columns of a ledger, in the order of docs/LEDGER.md.

use crate::columns::{Coded, LineIds, Lines, Word};
use arrow_array::StringArray;
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::TypePtr;
use std::sync::Arc;

/// A column of the ledger and where it comes from.
pub(super) struct Column {
    /// Its name.
    pub(super) name: &'static str,
    /// Whether a line may be without.
    pub(super) is_optional: bool,
    /// Whether the totals are grouped by it or sum it.
    pub(super) in_totals: bool,
    /// What it holds.
    pub(super) values: Values,
}

/// Values of a column.
#[derive(Clone, Copy)]
pub(super) enum Values {
    /// Ids of lines.
    Ids(fn(&Lines) -> &LineIds),
    /// Texts that hardly repeat.
    Texts(fn(&Lines) -> &StringArray),
    /// Words that repeat.
    Words(fn(&Lines) -> &Coded),
    /// Decimals in billionths.
    Decimals(fn(&Lines) -> &[i64]),
}

const fn texts(name: &'static str, of: fn(&Lines) -> &StringArray) -> Column {
    Column { name, is_optional: true, in_totals: false, values: Values::Texts(of) }
}

const fn words(name: &'static str, of: fn(&Lines) -> &Coded) -> Column {
    Column { name, is_optional: false, in_totals: true, values: Values::Words(of) }
}

const fn decimals(name: &'static str, of: fn(&Lines) -> &[i64]) -> Column {
    Column { name, is_optional: false, in_totals: true, values: Values::Decimals(of) }
}

impl Column {
    const fn optional(self) -> Self {
        Self { is_optional: true, ..self }
    }
    const fn not_in_totals(self) -> Self {
        Self { in_totals: false, ..self }
    }
}

/// A column of activities' words.
macro_rules! word {
    ($name:literal, $word:ident) => {
        words($name, |lines| lines.activities.word(Word::$word))
    };
}

/// All of them.
pub(super) const COLUMNS: [Column; 30] = [
    Column {
        name: "line_id",
        is_optional: false,
        in_totals: false,
        values: Values::Ids(|lines| &lines.line_ids),
    },
    word!("tenant", Tenant),
    word!("period", Period),
    word!("case", Case),
    word!("link", Link),
    words("class", |lines| &lines.classes),
    word!("activity", Activity).not_in_totals(),
    texts("order_id", |lines| &lines.activities.order_ids),
    word!("site_id", SiteId).optional(),
    texts("shipment_id", |lines| &lines.activities.shipment_ids),
    word!("tce_id", TceId).optional().not_in_totals(),
    word!("round_id", RoundId).optional().not_in_totals(),
    word!("operator", Operator).optional(),
    word!("payer", Payer).optional(),
    decimals("mass_kg", |lines| &lines.activities.masses_kg).optional().not_in_totals(),
    decimals("distance_km", |lines| &lines.activities.distances_km).optional().not_in_totals(),
    word!("distance_kind", DistanceKind).optional(),
    decimals("tkm", |lines| &lines.tkm).optional(),
    decimals("amount", |lines| &lines.activities.amounts),
    word!("unit", Unit),
    word!("factor_id", FactorId),
    word!("factor_edition", FactorEdition),
    word!("method", Method),
    word!("data_kind", DataKind),
    decimals("wtt_kg_co2e", |lines| &lines.wtt),
    decimals("ttw_kg_co2e", |lines| &lines.ttw),
    decimals("generation_kg_co2e", |lines| &lines.generation),
    decimals("market_kg_co2e", |lines| &lines.market),
    decimals("biogenic_kg_co2", |lines| &lines.biogenic),
    words("reverses", |lines| &lines.reverses).optional().not_in_totals(),
];

/// The schema of a ledger's files.
pub fn schema() -> TypePtr {
    let fields = COLUMNS.iter().map(|column| {
        let repetition = if column.is_optional { "optional" } else { "required" };
        let (physical, logical) = match column.values {
            Values::Ids(_) | Values::Texts(_) | Values::Words(_) => ("binary", "STRING"),
            Values::Decimals(_) => ("int64", "DECIMAL(18,9)"),
        };
        format!("{repetition} {physical} {} ({logical});", column.name)
    });
    let message = format!("message ledger {{ {} }}", fields.collect::<String>());
    Arc::new(parse_message_type(&message).expect("the columns are a schema"))
}
