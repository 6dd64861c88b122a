//! Cartons used, and the material of new ones by industry.

use crate::bars::{Pair, bars};
use crate::document::{Block, Column, Section, Table};
use crate::drawing::Words;
use crate::number::{change, compared, count, difference, figure, grouped, places};
use packaging::Wrapping;
use planner::{CaseOutcome, Outcome, ParcelRecord, Scenario};
use quantity::{Mass, Volume, apportion};
use std::collections::BTreeMap;

/// Industries drawn; the table has all.
const INDUSTRIES_DRAWN_MAX: usize = 8;

/// The section.
pub(crate) fn section(scenario: &Scenario, outcome: &Outcome) -> Section {
    let industries = by_industry(scenario, outcome);
    let mut blocks = Vec::new();
    if industries.is_empty() {
        blocks.push(Block::Paragraph("No new carton was used.".into()));
    } else {
        blocks.push(Block::Figures(vec![figure_by_industry(outcome, &industries)]));
        blocks.push(Block::Table(table_by_industry(&industries)));
    }
    blocks.push(Block::Table(cartons(scenario, outcome)));
    Section { id: "packaging", title: "Packaging", blocks }
}

fn parcels(case: &CaseOutcome) -> impl Iterator<Item = &ParcelRecord> {
    case.days.iter().flat_map(|day| &day.parcels)
}

fn used(case: &CaseOutcome, wrapping: &Wrapping) -> usize {
    parcels(case).filter(|parcel| parcel.wrapping == *wrapping).count()
}

fn cartons(scenario: &Scenario, outcome: &Outcome) -> Table {
    let row = |[name, sides, tare]: [String; 3], [new, reused, all, baseline]: [usize; 4]| {
        vec![
            name,
            sides,
            tare,
            count(new),
            count(reused),
            count(all),
            count(baseline),
            difference(all as f64, baseline as f64, 0),
        ]
    };
    let mut kinds: Vec<([String; 3], [usize; 4])> = scenario
        .cartons
        .iter()
        .enumerate()
        .map(|(kind, carton)| {
            let of = |case, reused| used(case, &Wrapping::Carton { kind, reused });
            let (new, reused) = (of(&outcome.plan, false), of(&outcome.plan, true));
            let baseline = of(&outcome.baseline, false) + of(&outcome.baseline, true);
            let sides = carton.inner.map(|side| grouped(side.centimetres(), 1)).join(" × ");
            let tare = grouped(carton.tare.grams(), 0);
            ([carton.id.clone(), sides, tare], [new, reused, new + reused, baseline])
        })
        .collect();
    let own = |case| used(case, &Wrapping::Own);
    kinds.push((
        ["own package".into(), String::new(), String::new()],
        [0, 0, own(&outcome.plan), own(&outcome.baseline)],
    ));
    let total = std::array::from_fn(|place| kinds.iter().map(|(_, counts)| counts[place]).sum());
    let columns = vec![
        Column::words("Carton"),
        Column::numbers("Inside", "cm"),
        Column::numbers("Tare", "g"),
        Column::numbers("New", ""),
        Column::numbers("Reused", ""),
        Column::numbers("Plan", ""),
        Column::numbers("Baseline", ""),
        Column::numbers("Difference", ""),
    ];
    let total = row(["All parcels".into(), String::new(), String::new()], total);
    let rows = kinds.into_iter().map(|(words, counts)| row(words, counts)).collect();
    Table::new("Parcels by kind of carton", columns, rows).with_total(total)
}

/// Mass of new cartons by industry, plan and baseline; most of the baseline first.
fn by_industry(scenario: &Scenario, outcome: &Outcome) -> Vec<(String, [Mass; 2])> {
    let mut masses: BTreeMap<&str, [Mass; 2]> = BTreeMap::new();
    for (place, case) in [&outcome.plan, &outcome.baseline].into_iter().enumerate() {
        for parcel in parcels(case) {
            let Wrapping::Carton { kind, reused: false } = parcel.wrapping else { continue };
            let Some(carton) = scenario.cartons.get(kind) else { continue };
            for (industry, share) in shares(scenario, parcel, carton.tare) {
                masses.entry(industry).or_default()[place] += share;
            }
        }
    }
    let mut list: Vec<_> =
        masses.into_iter().map(|(industry, pair)| (industry.to_owned(), pair)).collect();
    list.sort_by_key(|(_, [plan, baseline])| std::cmp::Reverse((*baseline, *plan)));
    list
}

/// A carton's mass shared by the volume of the pieces inside.
fn shares<'a>(
    scenario: &'a Scenario,
    parcel: &ParcelRecord,
    tare: Mass,
) -> impl Iterator<Item = (&'a str, Mass)> {
    let pieces: Vec<(&str, i64)> = parcel
        .products
        .iter()
        .filter_map(|&product| scenario.products.get(product))
        .map(|product| {
            (product.industry.as_str(), Volume::of_sides(product.sides).cubic_millimetres())
        })
        .collect();
    let volumes: Vec<i64> = pieces.iter().map(|&(_, volume)| volume).collect();
    let shares = apportion(tare.milligrams(), &volumes);
    pieces.into_iter().zip(shares).map(|((industry, _), share)| (industry, Mass::new(share)))
}

fn figure_by_industry(
    outcome: &Outcome,
    industries: &[(String, [Mass; 2])],
) -> crate::document::Figure {
    let (plan, baseline) = (
        outcome.plan.figures.carton_material.kilograms(),
        outcome.baseline.figures.carton_material.kilograms(),
    );
    let drawn = &industries[..industries.len().min(INDUSTRIES_DRAWN_MAX)];
    let pairs: Vec<Pair> = drawn
        .iter()
        .map(|(name, [plan, baseline])| Pair {
            name: name.clone(),
            plan: plan.kilograms(),
            baseline: baseline.kilograms(),
        })
        .collect();
    let words = Words {
        id: "by-industry".into(),
        title: format!(
            "The plan uses {} kg of new cartons, {}",
            figure(plan),
            compared(plan, baseline)
        ),
        description: format!(
            "Bars of kg of new cartons for {} of {} industries: the plan above its baseline. The \
             table below has the figures.",
            count(drawn.len()),
            count(industries.len())
        ),
    };
    bars(words, "kg", &pairs)
}

fn table_by_industry(industries: &[(String, [Mass; 2])]) -> Table {
    let total: [Mass; 2] =
        std::array::from_fn(|place| industries.iter().map(|(_, pair)| pair[place]).sum());
    let places = places(total.map(Mass::kilograms));
    let row = |name: &str, pair: &[Mass; 2]| {
        let [plan, baseline] = pair.map(Mass::kilograms);
        vec![
            name.into(),
            grouped(plan, places),
            grouped(baseline, places),
            difference(plan, baseline, places),
            change(plan, baseline),
        ]
    };
    let columns = vec![
        Column::words("Industry"),
        Column::numbers("Plan", "kg"),
        Column::numbers("Baseline", "kg"),
        Column::numbers("Difference", "kg"),
        Column::words("Plan against baseline"),
    ];
    let rows = industries.iter().map(|(name, pair)| row(name, pair)).collect();
    Table::new(
        "New carton material by industry; a carton is shared by the volume of what is in it",
        columns,
        rows,
    )
    .with_total(row("All industries", &total))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::made_up;

    #[test]
    fn industries_share_the_cartons_to_the_last_milligram() {
        let (scenario, outcome) = (made_up::scenario(), made_up::outcome());
        let industries = by_industry(&scenario, &outcome);
        for (place, case) in [&outcome.plan, &outcome.baseline].into_iter().enumerate() {
            let shared: Mass = industries.iter().map(|(_, pair)| pair[place]).sum();
            assert_eq!(shared, case.figures.carton_material, "{:?}", case.case);
        }
        assert!(industries.len() > 1);
    }

    #[test]
    fn every_parcel_is_counted_once() {
        let (scenario, outcome) = (made_up::scenario(), made_up::outcome());
        let total = cartons(&scenario, &outcome).total.unwrap();
        assert_eq!(total[3..7], ["2", "1", "4", "5"].map(String::from));
    }
}
