//! Cartons used, and the material of parcels by industry.

use crate::bars::{Pair, bars};
use crate::carbon::title_case;
use crate::document::{Block, Column, Figure, Section, Table};
use crate::drawing::Words;
use crate::number::{compared, count, difference, figure, grouped, places};
use crate::packing_steps::{DrawnParcel, steps_figure};
use packaging::Wrapping;
use packaging::solution::Part;
use planner::{CaseOutcome, Outcome, ParcelRecord, Scenario, material_factor};
use quantity::{Mass, Volume, apportion};
use std::collections::BTreeMap;

/// Pieces of the parcel drawn at the most.
const STEPS_MAX: usize = 8;
/// Industries drawn; the table has all.
const INDUSTRIES_DRAWN_MAX: usize = 8;

/// The section.
pub(crate) fn section(scenario: &Scenario, outcome: &Outcome) -> Section {
    let industries = by_industry(scenario, outcome);
    let mut blocks = Vec::new();
    let drawn = board_by_industry(&industries);
    if drawn.is_empty() {
        blocks.push(Block::Paragraph("No new carton was used.".into()));
    } else {
        blocks.push(Block::Figures(vec![figure_by_industry(outcome, &drawn)]));
    }
    if !industries.is_empty() {
        blocks.push(Block::Table(table_by_industry(&industries)));
    }
    blocks.push(Block::Table(cartons(scenario, outcome)));
    blocks.extend(example(scenario, outcome).map(|figure| Block::Figures(vec![figure])));
    Section { id: "packaging", title: "Packaging", blocks }
}

/// The parcel with the most pieces that a picture shows one by one, of those the fullest, step by step.
fn example(scenario: &Scenario, outcome: &Outcome) -> Option<Figure> {
    let goods = |parcel: &ParcelRecord| -> Volume {
        let pieces = parcel.placed.iter();
        pieces.map(|placed| Volume::of_sides(placed.sides)).sum()
    };
    let mut best: Option<(&ParcelRecord, usize, (usize, f64))> = None;
    for parcel in parcels(&outcome.plan).filter(|parcel| parcel.placed.len() <= STEPS_MAX) {
        let Wrapping::Carton { kind, .. } = parcel.wrapping else { continue };
        let fill = goods(parcel).litres() / Volume::of_sides(scenario.cartons[kind].inner).litres();
        let rank = (parcel.placed.len(), fill);
        if best.is_none_or(|(_, _, most)| rank > most) {
            best = Some((parcel, kind, rank));
        }
    }
    let (parcel, kind, (pieces, _)) = best.filter(|&(_, _, (pieces, _))| pieces > 1)?;
    let carton = &scenario.cartons[kind];
    let words = Words {
        id: "packing-steps".into(),
        title: format!("Parcel {} step by step: {pieces} pieces in {}", parcel.id, carton.id),
        description: "A picture for each piece in the order of loading, the new piece in colour. \
                      packing.json has every parcel, its pieces in the order of loading."
            .into(),
    };
    let names = parcel.products.iter().map(|&product| &*scenario.products[product].sku);
    Some(steps_figure(words, &[DrawnParcel::new(carton, names.zip(&parcel.placed))]))
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
    kinds.extend(scenario.solution.bags.iter().enumerate().filter_map(|(kind, bag)| {
        let of = |case| used(case, &Wrapping::Bag { kind });
        let (plan, baseline) = (of(&outcome.plan), of(&outcome.baseline));
        let sides = bag.sides.map(|side| grouped(side.centimetres(), 1)).join(" × ");
        let words = [format!("{}, bag", bag.id), sides, grouped(bag.tare.grams(), 0)];
        (plan + baseline > 0).then_some((words, [plan, 0, plan, baseline]))
    }));
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

/// So much of a part, of plan and baseline.
#[derive(Clone, Copy, Default)]
struct Amount {
    mass: [Mass; 2],
    /// kg CO2e of its making, where a factor values all of it.
    kg_co2e: Option<[f64; 2]>,
}

/// Industries with the parts that their parcels are made of, those with the most mass in the
/// baseline first.
type Industries = Vec<(String, BTreeMap<Part, Amount>)>;

/// What parcels hold beside their goods, by industry.
fn by_industry(scenario: &Scenario, outcome: &Outcome) -> Industries {
    let mut industries: BTreeMap<&str, BTreeMap<Part, Amount>> = BTreeMap::new();
    for (place, case) in [&outcome.plan, &outcome.baseline].into_iter().enumerate() {
        for parcel in parcels(case) {
            for used in &parcel.materials {
                let factor = material_factor(used.material).and_then(|id| outcome.factors.get(id));
                for (industry, share) in shares(scenario, parcel, used.mass) {
                    let parts = industries.entry(industry).or_default();
                    let valued = Amount { kg_co2e: Some([0.0; 2]), ..Amount::default() };
                    let amount = parts.entry(used.part).or_insert(valued);
                    amount.mass[place] += share;
                    amount.kg_co2e = amount.kg_co2e.zip(factor).map(|(mut kg, factor)| {
                        kg[place] += share.kilograms() / 1_000.0 * factor.wtw().to_f64();
                        kg
                    });
                }
            }
        }
    }
    let mut list: Industries =
        industries.into_iter().map(|(name, parts)| (name.to_owned(), parts)).collect();
    list.sort_by_key(|(_, parts)| {
        let [plan, baseline] =
            [0, 1].map(|place| parts.values().map(|amount| amount.mass[place]).sum::<Mass>());
        std::cmp::Reverse((baseline, plan))
    });
    list
}

/// Mass of new cartons by industry, most of the baseline first.
fn board_by_industry(industries: &Industries) -> Vec<(String, [Mass; 2])> {
    let board = |(name, parts): &(String, BTreeMap<Part, Amount>)| {
        parts.get(&Part::Board).map(|board| (name.clone(), board.mass))
    };
    let mut list: Vec<_> = industries.iter().filter_map(board).collect();
    list.sort_by_key(|&(_, [plan, baseline])| std::cmp::Reverse((baseline, plan)));
    list
}

/// A mass of a parcel shared by the volume of the pieces inside.
fn shares<'a>(
    scenario: &'a Scenario,
    parcel: &ParcelRecord,
    mass: Mass,
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
    let shares = apportion(mass.milligrams(), &volumes);
    pieces.into_iter().zip(shares).map(|((industry, _), share)| (industry, Mass::new(share)))
}

fn figure_by_industry(outcome: &Outcome, industries: &[(String, [Mass; 2])]) -> Figure {
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

fn table_by_industry(industries: &Industries) -> Table {
    let mut all: BTreeMap<Part, Amount> = BTreeMap::new();
    for (part, amount) in industries.iter().flat_map(|(_, parts)| parts) {
        let Some(sum) = all.get_mut(part) else {
            all.insert(*part, *amount);
            continue;
        };
        let pair = |one: [f64; 2], other: [f64; 2]| [one[0] + other[0], one[1] + other[1]];
        sum.mass = [sum.mass[0] + amount.mass[0], sum.mass[1] + amount.mass[1]];
        sum.kg_co2e = sum.kg_co2e.zip(amount.kg_co2e).map(|(sum, more)| pair(sum, more));
    }
    let kg = places(all.values().flat_map(|amount| amount.mass.map(Mass::kilograms)));
    let co2e = places(all.values().filter_map(|amount| amount.kg_co2e).flatten());
    let row = |name: &str, part: &Part, amount: &Amount| {
        let [plan, baseline] = amount.mass.map(|mass| grouped(mass.kilograms(), kg));
        let valued = |place: usize| {
            amount.kg_co2e.map_or_else(|| "not valued".into(), |kg| grouped(kg[place], co2e))
        };
        vec![name.to_owned(), title_case(part.name()), plan, baseline, valued(0), valued(1)]
    };
    let named = industries.iter().map(|(name, parts)| (name.as_str(), parts));
    let rows = named
        .chain([("All industries", &all)])
        .flat_map(|(name, parts)| parts.iter().map(move |(part, amount)| (name, part, amount)))
        .map(|(name, part, amount)| row(name, part, amount))
        .collect();
    let columns = vec![
        Column::words("Industry"),
        Column::words("Material"),
        Column::numbers("Plan", "kg"),
        Column::numbers("Baseline", "kg"),
        Column::numbers("Plan", "kg CO2e WTW"),
        Column::numbers("Baseline", "kg CO2e WTW"),
    ];
    Table::new(
        "Material by industry; a parcel's is shared by the volume of what is in it. Board is that of \
         new cartons",
        columns,
        rows,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::made_up;

    #[test]
    fn industries_share_each_part_to_the_last_milligram() {
        let (scenario, outcome) = (made_up::scenario(), made_up::outcome());
        let industries = by_industry(&scenario, &outcome);
        for (place, case) in [&outcome.plan, &outcome.baseline].into_iter().enumerate() {
            for part in Part::ALL {
                let parts = industries.iter().filter_map(|(_, parts)| parts.get(&part));
                let shared: Mass = parts.map(|amount| amount.mass[place]).sum();
                let used = parcels(case).flat_map(|parcel| &parcel.materials);
                let whole: Mass = used.filter(|used| used.part == part).map(|used| used.mass).sum();
                assert_eq!(shared, whole, "{part:?} of {:?}", case.case);
                assert!(part != Part::Board || whole == case.figures.carton_material);
            }
        }
        assert!(industries.len() > 1);
    }

    #[test]
    fn material_without_a_factor_is_told_and_not_valued() {
        let (scenario, mut outcome) = (made_up::scenario(), made_up::outcome());
        outcome.factors = carbon::Registry::built_in();
        let rows = table_by_industry(&by_industry(&scenario, &outcome)).rows;
        let all: Vec<&[String]> =
            rows.iter().filter(|row| row[0] == "All industries").map(|row| &row[1..]).collect();
        // Plan: K40 with lamp and book, K40 used before with a lamp, K20 with a book. Baseline: K20
        // and K40 with a lamp each, K40 and K20 with a book each. 5 l of each are empty.
        assert_eq!(
            all,
            [
                ["Board", "0.560", "1.120", "0.672", "1.344"],
                ["Filler", "0.150", "0.200", "0.202", "0.269"],
                ["Tape", "0.003", "0.003", "0.008", "0.008"],
                ["Insulation", "1.152", "0.720", "5.042", "3.151"],
                ["Coolant", "1.280", "0.720", "not valued", "not valued"],
            ]
        );
    }

    #[test]
    fn the_parcel_of_most_pieces_is_drawn_step_by_step() {
        let (scenario, outcome) = (made_up::scenario(), made_up::outcome());
        let figure = example(&scenario, &outcome).unwrap();
        assert!(figure.title.contains("2 pieces in K40"), "{}", figure.title);
        assert_eq!(figure.body.matches("class=\"new\"").count(), 2);
        assert_eq!(figure.body.matches("class=\"old\"").count(), 1);
    }

    #[test]
    fn every_parcel_is_counted_once() {
        let (scenario, outcome) = (made_up::scenario(), made_up::outcome());
        let total = cartons(&scenario, &outcome).total.unwrap();
        assert_eq!(total[3..7], ["2", "1", "4", "5"].map(String::from));
    }
}
