//! Greenhouse gas by link of the chain, and how well it is known.

use crate::bars::{Pair, bars};
use crate::document::{Block, Column, Section, Table};
use crate::drawing::Words;
use crate::number::{change, compared, figure, grouped, percent, places};
use carbon::Link;
use planner::Outcome;
use quantity::{Carbon, Emission};

/// The section.
pub(crate) fn section(outcome: &Outcome) -> Section {
    Section {
        id: "carbon",
        title: "Greenhouse gas by link",
        blocks: vec![
            Block::Figures(vec![figure_by_link(outcome)]),
            Block::Table(table_by_link(outcome)),
            Block::Table(table_by_data_kind(outcome)),
        ],
    }
}

/// A name as a heading writes it.
pub(crate) fn title_case(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Plan and baseline of each link, in the order of the chain.
fn by_link(outcome: &Outcome) -> [(Link, Emission, Emission); 5] {
    let of = |by_link: &[(Link, Emission); 5], link| {
        by_link
            .iter()
            .filter(|(known, _)| *known == link)
            .map(|&(_, emission)| emission)
            .sum::<Emission>()
    };
    Link::ALL.map(|link| {
        let (plan, baseline) = (&outcome.plan.figures, &outcome.baseline.figures);
        (link, of(&plan.by_link, link), of(&baseline.by_link, link))
    })
}

fn figure_by_link(outcome: &Outcome) -> crate::document::Figure {
    let links = by_link(outcome);
    let kg = |emission: &Emission| emission.wtw().kilograms_f64();
    // The earlier of equals, so that the title does not depend on the order of a maximum.
    let largest = links
        .iter()
        .fold(&links[0], |largest, link| if kg(&link.1) > kg(&largest.1) { link } else { largest });
    let (total, total_baseline) = (
        outcome.plan.figures.total.wtw().kilograms_f64(),
        outcome.baseline.figures.total.wtw().kilograms_f64(),
    );
    let title = if total > 0.0 {
        format!(
            "{} emits {} of the plan's {} kg CO2e; all links together emit {}",
            title_case(largest.0.name()),
            figure(kg(&largest.1)),
            figure(total),
            compared(total, total_baseline)
        )
    } else {
        "The plan emits nothing".into()
    };
    let pairs: Vec<Pair> = links
        .iter()
        .map(|(link, plan, baseline)| Pair {
            name: title_case(link.name()),
            plan: kg(plan),
            baseline: kg(baseline),
        })
        .collect();
    let words = Words {
        id: "by-link".into(),
        title,
        description: "Bars of kg CO2e, well to wheel, for each of the five links: the plan above \
                      its baseline. The table below has the figures."
            .into(),
    };
    bars(words, "kg CO2e", &pairs)
}

fn table_by_link(outcome: &Outcome) -> Table {
    let links = by_link(outcome);
    let sum = |part: fn(&(Link, Emission, Emission)) -> Emission| links.iter().map(part).sum();
    let (total, total_baseline): (Emission, Emission) = (sum(|link| link.1), sum(|link| link.2));
    let places = places([total, total_baseline].map(|emission| emission.wtw().kilograms_f64()));
    let row = |name: String, plan: &Emission, baseline: &Emission| {
        let kg = [plan.wtt, plan.ttw, plan.wtw(), baseline.wtw()].map(Carbon::kilograms_f64);
        let mut row = vec![name];
        row.extend(kg.map(|kg| grouped(kg, places)));
        row.push(crate::number::difference(kg[2], kg[3], places));
        row.push(change(kg[2], kg[3]));
        row
    };
    let rows = links
        .iter()
        .map(|(link, plan, baseline)| row(title_case(link.name()), plan, baseline))
        .collect();
    let columns = vec![
        Column::words("Link"),
        Column::numbers("WTT", "kg CO2e"),
        Column::numbers("TTW", "kg CO2e"),
        Column::numbers("WTW", "kg CO2e"),
        Column::numbers("Baseline WTW", "kg CO2e"),
        Column::numbers("Difference", "kg CO2e"),
        Column::words("Plan against baseline"),
    ];
    Table::new("Emissions by link of the chain", columns, rows).with_total(row(
        "All links".into(),
        &total,
        &total_baseline,
    ))
}

fn table_by_data_kind(outcome: &Outcome) -> Table {
    let (plan, baseline) = (&outcome.plan.figures, &outcome.baseline.figures);
    let kg = |emission: Emission| emission.wtw().kilograms_f64();
    let rows = plan
        .by_data_kind
        .iter()
        .map(|&(kind, emission)| {
            let baseline_kg: f64 =
                baseline.by_data_kind.iter().filter(|(k, _)| *k == kind).map(|(_, e)| kg(*e)).sum();
            vec![
                title_case(kind.name()),
                figure(kg(emission)),
                percent(kg(emission), kg(plan.total)),
                figure(baseline_kg),
                percent(baseline_kg, kg(baseline.total)),
            ]
        })
        .collect();
    let columns = vec![
        Column::words("Activity data"),
        Column::numbers("WTW", "kg CO2e"),
        Column::numbers("Share", ""),
        Column::numbers("Baseline WTW", "kg CO2e"),
        Column::numbers("Baseline share", ""),
    ];
    Table::new("How well the activity is known (ISO 14083)", columns, rows)
}
