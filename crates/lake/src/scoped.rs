//! The table `scoped`: kilograms by scope and category, for the entity that reports. The rules are
//! `carbon::scope`'s; SQL joins them as rows.

use crate::totals;
use carbon::Class;
use carbon::scope::{is_operated, rules};

/// The statement of the table, over `totals` and the rules given as rows.
///
/// A class and who without a rule is `unruled` in the column `scope`, so that no kilogram is lost.
pub(crate) fn statement(entity: &str) -> String {
    let entity = quoted(entity);
    let columns = |of: &str| totals::GROUPS.map(|name| format!("{of}\"{name}\"")).join(", ");
    let rows: Vec<String> = rules()
        .iter()
        .map(|rule| {
            let category = rule.category.map_or("NULL".to_owned(), quoted);
            let words = [rule.class.name(), rule.who.name(), rule.part.name(), rule.scope.name()];
            format!("({}, {category})", words.map(quoted).join(", "))
        })
        .collect();
    let operated: Vec<String> = Class::ALL
        .into_iter()
        .filter(|class| is_operated(*class))
        .map(|class| quoted(class.name()))
        .collect();
    let part = "CASE r.part WHEN 'ttw' THEN ttw_kg_co2e WHEN 'wtt' THEN wtt_kg_co2e \
                WHEN 'generation' THEN generation_kg_co2e \
                WHEN 'upstream' THEN wtt_kg_co2e - generation_kg_co2e \
                ELSE wtt_kg_co2e + ttw_kg_co2e END";
    format!(
        "WITH rules (class, who, part, scope, category) AS (VALUES {rows}),
         known AS (SELECT *, CASE WHEN class IN ({operated}) THEN operator END AS runs FROM totals),
         told AS (SELECT *, CASE WHEN runs = {entity} THEN 'operator'
             WHEN payer = {entity} THEN 'payer'
             WHEN runs IS NULL AND payer IS NULL THEN 'nobody'
             ELSE 'other' END AS who FROM known)
         SELECT {columns}, lines, coalesce(r.scope, 'unruled') AS scope, CAST(r.category AS VARCHAR) AS category,
             CAST({part} AS DECIMAL(38, 9)) AS kg_co2e,
             CAST(CASE WHEN r.scope = '2' AND r.part = 'generation' THEN market_kg_co2e
                 ELSE {part} END AS DECIMAL(38, 9)) AS market_kg_co2e
         FROM told t LEFT JOIN rules r ON r.class = t.class AND r.who = t.who",
        rows = rows.join(", "),
        operated = operated.join(", "),
        columns = columns("t."),
    )
}

/// A text as SQL writes it.
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
