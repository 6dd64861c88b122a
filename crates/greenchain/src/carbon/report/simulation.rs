//! 95 % intervals of the report's figures.

use anyhow::Result;
use carbon::uncertainty::{self, Group, Uncertainties};
use carbon::{DataKind, Link, Registry};
use lake::Lake;
use output::lines;
use quantity::{Carbon, Emission, Fixed, Seed};
use report::esg::{Case, Interval, Span};
use std::collections::BTreeMap;

/// Of the simulation: the same ledger gives the same intervals.
const SEED: u64 = 14083;

/// Intervals of the entity's total, of its links and of transport, by simulation.
///
/// - `of`: tenant as a condition, case and period.
pub(super) fn intervals(
    draws: u32,
    lake: &Lake,
    factors: &Registry,
    of: (&str, Case, Span),
) -> Result<BTreeMap<String, Interval>> {
    let (condition, case, span) = of;
    let uncertainties = Uncertainties::of(factors);
    let drawn = |table: &str, halves: &str, which: &str| -> Result<_> {
        let sql = format!(
            "SELECT factor_id, factor_edition, data_kind, link, {halves} FROM {table} \
             WHERE {condition} AND \"case\" = '{}' AND {} AND {which} \
             GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
            case.reported(),
            span.condition("")
        );
        let mut groups = Vec::new();
        for row in lake.query(&sql)?.rows {
            let kilograms = |at: usize| row[at].text().parse::<Fixed>().map(Carbon::from_kilograms);
            groups.push(Group {
                factor: (row[0].text().into(), row[1].text().into()),
                data_kind: lines::known(&row[2].text(), &DataKind::ALL, DataKind::name)?,
                link: lines::known(&row[3].text(), &Link::ALL, Link::name)?,
                emission: Emission { wtt: kilograms(4)?, ttw: kilograms(5)? },
            });
        }
        Ok(uncertainty::intervals(&groups, &uncertainties, draws, Seed::new(SEED)))
    };
    let kept = |interval: uncertainty::Interval| Interval {
        low: interval.low.kilograms(),
        high: interval.high.kilograms(),
    };
    let mut known = BTreeMap::new();
    // What is in the entity's books; halves do not matter to a sum of both.
    let ours = drawn("scoped", "sum(kg_co2e), 0", "scope <> 'outside'")?;
    for (link, interval) in ours.by_link {
        if interval.wtw.high > Carbon::ZERO {
            known.insert(format!("link.{}", link.name()), kept(interval.wtw));
        }
    }
    known.insert("ghg.total_location".to_owned(), kept(ours.total.wtw));
    let halves = "sum(wtt_kg_co2e), sum(ttw_kg_co2e)";
    let which = "(link = 'transportation' OR class = 'freight') AND class <> 'hub'";
    let moved = drawn("totals", halves, which)?.total;
    for (id, interval) in [("wtw", moved.wtw), ("wtt", moved.wtt), ("ttw", moved.ttw)] {
        known.insert(format!("iso.{id}"), kept(interval));
    }
    Ok(known)
}
