//! The queries behind every figure: plain SQL over a ledger's tables, exact, in a fixed order.

use super::meta::Meta;

/// A query and its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Under which its answer is given back.
    pub id: &'static str,
    /// The text.
    pub sql: String,
}

/// Lines of freight and of what moves it; a hub is counted by tonnes and apart.
const TRANSPORT: &str = "(link = 'transportation' OR class = 'freight') AND class <> 'hub'";

/// How a waste was treated, by the words of its factor (GRI 306-4 and 306-5).
const ROUTE: &str = "CASE \
    WHEN lower(f.activity || ' ' || f.factor_id) LIKE '%landfill%' THEN 'landfill' \
    WHEN lower(f.activity || ' ' || f.factor_id) LIKE '%energy%recovery%' THEN 'energy recovery' \
    WHEN lower(f.activity || ' ' || f.factor_id) LIKE '%incinerat%' THEN 'incineration' \
    WHEN lower(f.activity || ' ' || f.factor_id) LIKE '%combust%' THEN 'incineration' \
    WHEN lower(f.activity || ' ' || f.factor_id) LIKE '%compost%' THEN 'composting' \
    WHEN lower(f.activity || ' ' || f.factor_id) LIKE '%digestion%' THEN 'composting' \
    WHEN lower(f.activity || ' ' || f.factor_id) LIKE '%reuse%' THEN 'reuse' \
    WHEN lower(f.activity || ' ' || f.factor_id) LIKE '%recycl%' THEN 'recycling' \
    WHEN lower(f.activity || ' ' || f.factor_id) LIKE '%closed%loop%' THEN 'recycling' \
    ELSE 'other' END";

/// Every query of a report, in a fixed order. Names in them are quoted: any text is safe.
pub fn queries(meta: &Meta) -> Vec<Query> {
    let lines = within(meta, "");
    let mut all = emissions(meta, &lines);
    all.extend(operations(meta, &lines));
    all.extend(evidence(meta, &lines));
    all
}

/// A text as SQL writes it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Tenant and cases.
fn books(meta: &Meta, prefix: &str) -> String {
    let cases: Vec<String> = [Some(meta.case.reported()), meta.case.beside()]
        .into_iter()
        .flatten()
        .map(quoted)
        .collect();
    let tenant = quoted(&meta.tenant);
    format!("{prefix}tenant = {tenant} AND {prefix}\"case\" IN ({})", cases.join(", "))
}

/// Tenant, cases and reporting period. Of a span of months, a line dated by its year alone is not
/// known to lie inside: query `undated` counts those.
fn within(meta: &Meta, prefix: &str) -> String {
    format!("{} AND {}", books(meta, prefix), meta.span.condition(prefix))
}

fn emissions(meta: &Meta, lines: &str) -> Vec<Query> {
    let books = books(meta, "");
    let last = meta.span.to.year();
    vec![
        Query {
            id: "scopes",
            sql: format!(
                "SELECT \"case\", scope, coalesce(category, '') AS category, \
                 sum(kg_co2e) AS kg_co2e, sum(market_kg_co2e) AS market_kg_co2e FROM scoped \
                 WHERE {lines} GROUP BY \"case\", scope, category ORDER BY 1, 2, 3"
            ),
        },
        Query {
            id: "links",
            sql: format!(
                "SELECT \"case\", link, sum(kg_co2e) AS kg_co2e FROM scoped \
                 WHERE {lines} AND scope <> 'outside' GROUP BY \"case\", link ORDER BY 1, 2"
            ),
        },
        Query {
            id: "trend",
            sql: format!(
                "SELECT \"case\", period, scope, sum(kg_co2e) AS kg_co2e, \
                 sum(market_kg_co2e) AS market_kg_co2e FROM scoped \
                 WHERE {lines} AND scope <> 'outside' GROUP BY \"case\", period, scope \
                 ORDER BY 1, 2, 3"
            ),
        },
        Query {
            id: "years",
            sql: format!(
                "SELECT \"case\", substr(period, 1, 4) AS year, scope, sum(kg_co2e) AS kg_co2e, \
                 sum(market_kg_co2e) AS market_kg_co2e FROM scoped WHERE {books} \
                 AND scope <> 'outside' AND substr(period, 1, 4) <= '{last}' \
                 GROUP BY \"case\", substr(period, 1, 4), scope ORDER BY 1, 2, 3"
            ),
        },
        Query {
            id: "biogenic",
            sql: format!(
                "SELECT \"case\", CASE WHEN operator = {} THEN 'own' ELSE 'other' END AS whose, \
                 sum(biogenic_kg_co2) AS kg_co2 FROM totals WHERE {lines} \
                 GROUP BY 1, 2 ORDER BY 1, 2",
                quoted(&meta.entity)
            ),
        },
    ]
}

fn operations(meta: &Meta, lines: &str) -> Vec<Query> {
    let (entity, joined) = (quoted(&meta.entity), within(meta, "t."));
    let factor = "JOIN factors f ON f.factor_id = t.factor_id AND f.edition = t.factor_edition";
    let (before, last) = (meta.span.to.year().saturating_sub(1), meta.span.to.year());
    vec![
        Query {
            id: "transport",
            sql: format!(
                "SELECT \"case\", coalesce(distance_kind, '') AS distance_kind, data_kind, \
                 sum(lines) AS lines, sum(tkm) AS tkm, sum(wtt_kg_co2e) AS wtt_kg_co2e, \
                 sum(ttw_kg_co2e) AS ttw_kg_co2e FROM totals WHERE {lines} AND {TRANSPORT} \
                 GROUP BY \"case\", distance_kind, data_kind ORDER BY 1, 2, 3"
            ),
        },
        Query {
            id: "hubs",
            sql: format!(
                "SELECT \"case\", sum(CASE WHEN unit = 't' THEN amount END) AS tonnes, \
                 sum(wtt_kg_co2e) AS wtt_kg_co2e, sum(ttw_kg_co2e) AS ttw_kg_co2e FROM totals \
                 WHERE {lines} AND class = 'hub' GROUP BY \"case\" ORDER BY 1"
            ),
        },
        Query {
            id: "energy",
            sql: format!(
                "SELECT t.\"case\", t.class, t.factor_id, f.activity, t.unit, \
                 sum(t.amount) AS amount FROM totals t {factor} WHERE {joined} \
                 AND t.operator = {entity} AND t.class IN ('fuel', 'electricity', 'own power') \
                 GROUP BY t.\"case\", t.class, t.factor_id, f.activity, t.unit \
                 ORDER BY 1, 2, 3, 4, 5"
            ),
        },
        Query {
            id: "materials",
            sql: format!(
                "SELECT t.\"case\", t.factor_id, f.activity, t.unit, sum(t.amount) AS amount \
                 FROM totals t {factor} WHERE {joined} AND t.class = 'material' \
                 GROUP BY t.\"case\", t.factor_id, f.activity, t.unit ORDER BY 1, 2, 3, 4"
            ),
        },
        Query {
            id: "waste",
            sql: format!(
                "SELECT t.\"case\", {ROUTE} AS route, t.unit, sum(t.amount) AS amount \
                 FROM totals t {factor} WHERE {joined} AND t.class = 'waste' \
                 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
            ),
        },
        Query {
            id: "measures",
            sql: format!(
                "SELECT \"case\", measure, unit, sum(amount) AS amount FROM measures \
                 WHERE {lines} AND measure <> 'pv_installed' GROUP BY \"case\", measure, unit \
                 ORDER BY 1, 2, 3"
            ),
        },
        Query {
            // What stands on a roof is not added up over periods: the most of a year, site by site.
            id: "solar",
            sql: format!(
                "SELECT \"case\", year, sum(kwp) AS kwp FROM (SELECT \"case\", site_id, \
                 substr(period, 1, 4) AS year, max(amount) AS kwp FROM measures WHERE {} \
                 AND measure = 'pv_installed' AND substr(period, 1, 4) IN ('{before}', '{last}') \
                 GROUP BY \"case\", site_id, substr(period, 1, 4)) AS sites \
                 GROUP BY \"case\", year ORDER BY 1, 2",
                books(meta, "")
            ),
        },
    ]
}

fn evidence(meta: &Meta, lines: &str) -> Vec<Query> {
    let joined = within(meta, "s.");
    let factor = "JOIN factors f ON f.factor_id = s.factor_id AND f.edition = s.factor_edition";
    let mut all = vec![
        Query {
            id: "quality",
            sql: format!(
                "SELECT \"case\", data_kind, sum(lines) AS lines, sum(kg_co2e) AS kg_co2e \
                 FROM scoped WHERE {lines} AND scope <> 'outside' GROUP BY \"case\", data_kind \
                 ORDER BY 1, 2"
            ),
        },
        Query {
            id: "methods",
            sql: format!(
                "SELECT \"case\", link, method, data_kind, sum(kg_co2e) AS kg_co2e FROM scoped \
                 WHERE {lines} AND scope <> 'outside' GROUP BY \"case\", link, method, data_kind \
                 ORDER BY 1, 2, 3, 4"
            ),
        },
        Query {
            id: "editions",
            sql: format!(
                "SELECT DISTINCT scope, coalesce(category, '') AS category, link, class, \
                 factor_edition FROM scoped WHERE {lines} ORDER BY 1, 2, 3, 4, 5"
            ),
        },
        Query {
            id: "gwp",
            sql: format!(
                "SELECT s.\"case\", f.gwp_set, sum(s.kg_co2e) AS kg_co2e FROM scoped s {factor} \
                 WHERE {joined} AND s.scope <> 'outside' GROUP BY s.\"case\", f.gwp_set \
                 ORDER BY 1, 2"
            ),
        },
        Query {
            id: "factors",
            sql: format!(
                "SELECT DISTINCT f.factor_id, f.edition, f.activity, f.unit, f.wtt, f.ttw, \
                 f.gwp_set, f.region, f.uncertainty_pct, f.source, f.licence, f.note \
                 FROM scoped s {factor} WHERE {joined} AND f.edition <> 'scenario' \
                 ORDER BY 1, 2"
            ),
        },
        Query {
            // The hours of a scenario's own grid: a row for each would hide the others.
            id: "scenario_factors",
            sql: format!(
                "SELECT count(DISTINCT factor_id) AS factors FROM scoped \
                 WHERE {lines} AND factor_edition = 'scenario'"
            ),
        },
    ];
    if !meta.span.is_of_years() {
        all.push(Query {
            id: "undated",
            sql: format!(
                "SELECT sum(lines) AS lines FROM totals WHERE {} AND length(period) = 4 \
                 AND period BETWEEN '{}' AND '{}'",
                books(meta, ""),
                meta.span.from.year(),
                meta.span.to.year()
            ),
        });
    }
    all
}

#[cfg(test)]
mod tests {
    use super::super::made_up;
    use super::*;
    use crate::esg::{Case, Span};

    fn sql(meta: &Meta, id: &str) -> String {
        queries(meta).into_iter().find(|query| query.id == id).unwrap().sql
    }

    #[test]
    fn names_are_texts_and_never_sql() {
        let mut meta = made_up::meta();
        meta.tenant = "x' OR '1' = '1".into();
        meta.entity = "O'Brien".into();
        for query in queries(&meta) {
            assert!(query.sql.contains("tenant = 'x'' OR ''1'' = ''1'"), "{}", query.id);
            assert!(query.sql.matches('\'').count().is_multiple_of(2), "{}", query.id);
        }
        assert!(sql(&meta, "energy").contains("t.operator = 'O''Brien'"));
    }

    #[test]
    fn every_answer_has_a_fixed_order_and_no_binary_numbers() {
        for query in queries(&made_up::meta()) {
            let one_row = query.id == "scenario_factors";
            assert!(one_row || query.sql.contains("ORDER BY 1"), "{}", query.id);
            for word in ["double", "float", "avg(", " / "] {
                assert!(!query.sql.to_lowercase().contains(word), "{}: {word}", query.id);
            }
        }
    }

    #[test]
    fn a_span_of_months_leaves_out_lines_dated_by_year_and_counts_them() {
        let mut meta = made_up::meta();
        assert!(sql(&meta, "scopes").contains("substr(period, 1, 4) BETWEEN '2025' AND '2025'"));
        assert!(!queries(&meta).iter().any(|query| query.id == "undated"));
        meta.span = Span { from: "2025-04".parse().unwrap(), to: "2026".parse().unwrap() };
        assert!(sql(&meta, "scopes").contains("BETWEEN '2025-04' AND '2026-12'"));
        assert!(sql(&meta, "scopes").contains("length(period) >= 7"));
        assert!(sql(&meta, "undated").contains("period BETWEEN '2025' AND '2026'"));
    }

    #[test]
    fn planned_days_stand_beside_their_baseline() {
        let mut meta = made_up::meta();
        assert!(sql(&meta, "links").contains("\"case\" IN ('actual')"));
        meta.case = Case::PlanBesideBaseline;
        assert!(sql(&meta, "links").contains("\"case\" IN ('plan', 'baseline')"));
    }
}
