//! Lines that exist already, in columns.

use super::fault::{Fault, Faults};
use crate::columns::{Activities, Coded, LineIds, Lines, NONE, Rows, UNKNOWN, Word};
use crate::interner::Interner;
use arrow_array::StringArray;
use carbon::{Leg, Line};
use quantity::Fixed;
use quantity::fixed::DECIMAL_18_MAX;

/// Lines turned into columns at a time: some 20 MB.
pub(super) const LINES_PER_CHUNK: usize = 1 << 16;

/// Turns lines into columns.
///
/// `first_row`: the number of the first of them, for faults.
pub(super) fn in_columns(lines: &[Line], first_row: u64) -> Result<Lines, Faults> {
    let mut faults = Faults::default();
    let mut decimals = |column: &'static str, of: &dyn Fn(&Line) -> Option<Fixed>| -> Vec<i64> {
        let decimal = |(row, line): (usize, &Line)| {
            let Some(value) = of(line) else { return UNKNOWN };
            let fits = |billionths: &i64| billionths.unsigned_abs() <= DECIMAL_18_MAX as u64;
            i64::try_from(value.billionths()).ok().filter(fits).unwrap_or_else(|| {
                let row = first_row + row as u64;
                let mend = format!("of line {}: more than nine digits before the point", line.id);
                faults.push(Fault { row, column, value: value.to_string(), mend });
                UNKNOWN
            })
        };
        lines.iter().enumerate().map(decimal).collect()
    };
    let leg = |line: &Line| line.activity.leg;
    let mass = |leg: Leg| Fixed::from_billionths(i128::from(leg.mass.milligrams()) * 1_000);
    let way = |leg: Leg| Fixed::from_billionths(i128::from(leg.distance.metres()) * 1_000_000);
    let amounts = decimals("amount", &|line| Some(line.activity.amount));
    let masses_kg = decimals("mass_kg", &|line| leg(line).map(mass));
    let distances_km = decimals("distance_km", &|line| leg(line).map(way));
    let tkm = decimals("tkm", &|line| leg(line).map(Leg::transport_activity));
    let wtt = decimals("wtt_kg_co2e", &|line| Some(line.emission().wtt.kilograms()));
    let ttw = decimals("ttw_kg_co2e", &|line| Some(line.emission().ttw.kilograms()));
    let generation =
        decimals("generation_kg_co2e", &|line| Some(line.valued.generation.kilograms()));
    let market = decimals("market_kg_co2e", &|line| Some(line.market.kilograms()));
    let biogenic = decimals("biogenic_kg_co2", &|line| Some(line.valued.biogenic.kilograms()));
    if faults.total > 0 {
        return Err(faults);
    }
    let texts = |of: fn(&Line) -> Option<&str>| lines.iter().map(of).collect::<StringArray>();
    Ok(Lines {
        activities: Activities {
            first_row,
            rows: Rows::InTurn,
            ids: texts(|line| Some(&line.id)),
            order_ids: texts(|line| line.activity.context.order.as_deref()),
            shipment_ids: texts(|line| line.activity.context.shipment.as_deref()),
            words: words(lines),
            amounts,
            masses_kg,
            distances_km,
        },
        line_ids: LineIds::Texts(texts(|line| Some(&line.id))),
        classes: coded(lines, |line| Some(line.class.name().into())),
        tkm,
        wtt,
        ttw,
        generation,
        market,
        biogenic,
        reverses: coded(lines, |line| line.reverses.as_deref().map(Into::into)),
    })
}

fn words(lines: &[Line]) -> [Coded; crate::columns::WORDS] {
    const WORDS: [Word; crate::columns::WORDS] = [
        Word::Tenant,
        Word::Case,
        Word::Link,
        Word::Activity,
        Word::Period,
        Word::Unit,
        Word::FactorId,
        Word::FactorEdition,
        Word::DataKind,
        Word::Method,
        Word::SiteId,
        Word::TceId,
        Word::RoundId,
        Word::Operator,
        Word::Payer,
        Word::DistanceKind,
    ];
    WORDS.map(|word| coded(lines, |line| word_of(line, word)))
}

/// A line's word. A planned day is in the books of `main`.
fn word_of(line: &Line, word: Word) -> Option<std::borrow::Cow<'_, str>> {
    let activity = &line.activity;
    let context = &activity.context;
    let text = match word {
        Word::Tenant => "main",
        Word::Case => line.case.name(),
        Word::Link => activity.link.name(),
        Word::Activity => &activity.name,
        Word::Period => return Some(context.period.to_string().into()),
        Word::Unit => activity.unit.name(),
        Word::FactorId => &activity.factor_id,
        Word::FactorEdition => &line.factor_edition,
        Word::DataKind => activity.data_kind.name(),
        Word::Method => &activity.method,
        Word::SiteId => context.site.as_deref()?,
        Word::TceId => context.tce.as_deref()?,
        Word::RoundId => context.round.as_deref()?,
        Word::Operator => context.operator.as_deref()?,
        Word::Payer => context.payer.as_deref()?,
        Word::DistanceKind => activity.leg?.kind.name(),
    };
    Some(text.into())
}

fn coded<'a>(
    lines: &'a [Line],
    of: impl Fn(&'a Line) -> Option<std::borrow::Cow<'a, str>>,
) -> Coded {
    let mut words = Interner::default();
    let codes = lines.iter().map(|line| of(line).map_or(NONE, |word| words.code(&word))).collect();
    Coded { words: words.into_words(), codes }
}
