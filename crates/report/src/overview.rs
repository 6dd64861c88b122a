//! The run at a glance: the plan beside the same orders done the ordinary way.

use crate::document::{Block, KeyFigure, Section};
use crate::number::{change, count, difference, figure, grouped, percent, places};
use carbon::Link;
use planner::{Figures, Outcome, Scenario};

/// Which days and orders the report covers.
pub(crate) fn scope(scenario: &Scenario, outcome: &Outcome) -> String {
    let days = &outcome.plan.days;
    let orders = count(scenario.orders.len());
    match (days.first(), days.last()) {
        (Some(first), Some(last)) if first.day == last.day => {
            format!("{} · one day · {orders} orders · {}", first.day, scenario.country)
        }
        (Some(first), Some(last)) => format!(
            "{} to {} · {} days · {orders} orders · {}",
            first.day,
            last.day,
            count(days.len()),
            scenario.country
        ),
        _ => format!("no day on which anything moved · {orders} orders · {}", scenario.country),
    }
}

/// What came out, in a sentence: less or more, as it is.
pub(crate) fn finding(outcome: &Outcome) -> String {
    let (plan, baseline) = (&outcome.plan.figures, &outcome.baseline.figures);
    let (kg, kg_baseline) =
        (plan.total.wtw().kilograms_f64(), baseline.total.wtw().kilograms_f64());
    let unlike = if plan.orders_served == baseline.orders_served {
        String::new()
    } else {
        format!(
            " The two do not deliver alike: {} orders in the plan, {} in the baseline.",
            count(plan.orders_served),
            count(baseline.orders_served)
        )
    };
    format!(
        "The plan emits {} kg CO2e against {} kg CO2e for the same orders done the ordinary way: \
         {}.{unlike}",
        figure(kg),
        figure(kg_baseline),
        change(kg, kg_baseline)
    )
}

/// The section.
pub(crate) fn section(scenario: &Scenario, outcome: &Outcome) -> Section {
    let (plan, baseline) = (&outcome.plan.figures, &outcome.baseline.figures);
    let mut figures = vec![carbon(plan, baseline), cost(scenario, plan, baseline)];
    figures.extend(deliveries(scenario, plan, baseline));
    figures.extend(cartons(plan, baseline));
    figures.extend(driving(scenario, plan, baseline));
    figures.push(solar(plan, baseline));
    Section {
        id: "overview",
        title: "At a glance",
        blocks: vec![
            Block::KeyFigures(figures),
            Block::Paragraph(
                "Baseline: the same orders done the ordinary way, by the same code and the same \
                 factors."
                    .into(),
            ),
        ],
    }
}

fn carbon(plan: &Figures, baseline: &Figures) -> KeyFigure {
    let (kg, kg_baseline) =
        (plan.total.wtw().kilograms_f64(), baseline.total.wtw().kilograms_f64());
    KeyFigure {
        name: "Greenhouse gas, well to wheel",
        unit: "kg CO2e".into(),
        plan: figure(kg),
        baseline: figure(kg_baseline),
        difference: change(kg, kg_baseline),
        method: format!(
            "Sum of the ledger: {} providing energy and material (WTT), {} using them (TTW).",
            figure(plan.total.wtt.kilograms_f64()),
            figure(plan.total.ttw.kilograms_f64())
        ),
    }
}

fn cost(scenario: &Scenario, plan: &Figures, baseline: &Figures) -> KeyFigure {
    let (units, units_baseline) = (plan.cost_total().units(), baseline.cost_total().units());
    KeyFigure {
        name: "Cost",
        unit: scenario.currency.to_string(),
        plan: figure(units),
        baseline: figure(units_baseline),
        difference: change(units, units_baseline),
        method: format!(
            "Rounds by km and hour, {}; electricity of the sites, {}.",
            figure(plan.cost_transport.units()),
            figure(plan.cost_energy.units())
        ),
    }
}

fn counted(
    name: &'static str,
    (plan, baseline): (usize, usize),
    method: impl Into<String>,
) -> KeyFigure {
    KeyFigure {
        name,
        unit: String::new(),
        plan: count(plan),
        baseline: count(baseline),
        difference: if plan == baseline {
            "the same".into()
        } else {
            difference(plan as f64, baseline as f64, 0)
        },
        method: method.into(),
    }
}

fn deliveries(scenario: &Scenario, plan: &Figures, baseline: &Figures) -> [KeyFigure; 2] {
    let orders = scenario.orders.len();
    let mut served = counted(
        "Orders delivered",
        (plan.orders_served, baseline.orders_served),
        "Orders whose parcels are all on a round; the others are listed with their reasons.",
    );
    served.unit = format!("of {}", count(orders));
    let parcels =
        counted("Parcels", (plan.parcels, baseline.parcels), "Cartons and own packages on rounds.");
    [served, parcels]
}

fn cartons(plan: &Figures, baseline: &Figures) -> [KeyFigure; 3] {
    let (kg, kg_baseline) =
        (plan.carton_material.kilograms(), baseline.carton_material.kilograms());
    let material = KeyFigure {
        name: "New carton material",
        unit: "kg".into(),
        plan: figure(kg),
        baseline: figure(kg_baseline),
        difference: change(kg, kg_baseline),
        method: "Tare of every new carton used.".into(),
    };
    [
        material,
        counted(
            "Reused cartons",
            (plan.reused_cartons, baseline.reused_cartons),
            "Packed again after a return.",
        ),
        counted(
            "Cartons handed back",
            (plan.handed_back, baseline.handed_back),
            "Drawn by seed at the return rate, at the nearest station.",
        ),
    ]
}

fn driving(scenario: &Scenario, plan: &Figures, baseline: &Figures) -> [KeyFigure; 5] {
    let (km, km_baseline) = (plan.distance.kilometres(), baseline.distance.kilometres());
    let share = |figures: &Figures| {
        percent(figures.short_urban_electric as f64, figures.short_urban as f64)
    };
    let points = match (plan.ev_share_of_short_urban(), baseline.ev_share_of_short_urban()) {
        (Some(share), Some(share_baseline)) => {
            format!("{} points", difference(100.0 * share, 100.0 * share_baseline, 1))
        }
        _ => "no short urban deliveries to compare".into(),
    };
    [
        KeyFigure {
            name: "Distance",
            unit: "km".into(),
            plan: figure(km),
            baseline: figure(km_baseline),
            difference: change(km, km_baseline),
            method: "All legs of all rounds, feeders and empty returns included.".into(),
        },
        counted("Rounds", (plan.rounds, baseline.rounds), "Tours from a site and back."),
        KeyFigure {
            name: "Electric share of short urban deliveries",
            unit: String::new(),
            plan: share(plan),
            baseline: share(baseline),
            difference: points,
            method: format!(
                "{} of {} parcels within {} km of their last site, by electric vehicle or robot.",
                count(plan.short_urban_electric),
                count(plan.short_urban),
                figure(scenario.policy.short_urban.kilometres())
            ),
        },
        counted(
            "Deliveries by robot",
            (plan.by_robot, baseline.by_robot),
            "Parcels on rounds of robots.",
        ),
        intensity(plan, baseline),
    ]
}

/// Transport emissions over transport activity (ISO 14083).
fn intensity(plan: &Figures, baseline: &Figures) -> KeyFigure {
    let grams = |figures: &Figures| {
        let transport = figures.by_link.iter().filter(|(link, _)| *link == Link::Transportation);
        let kg: f64 = transport.map(|(_, emission)| emission.wtw().kilograms_f64()).sum();
        (figures.transport_activity_tkm > 0.0)
            .then(|| 1_000.0 * kg / figures.transport_activity_tkm)
    };
    let text = |grams: Option<f64>| grams.map_or_else(|| "\u{2013}".into(), figure);
    let (of_plan, of_baseline) = (grams(plan), grams(baseline));
    KeyFigure {
        name: "Transport intensity",
        unit: "g CO2e/tkm".into(),
        plan: text(of_plan),
        baseline: text(of_baseline),
        difference: match (of_plan, of_baseline) {
            (Some(plan), Some(baseline)) => change(plan, baseline),
            _ => "no transport to compare".into(),
        },
        method: format!(
            "Transport emissions, WTW, over {} tonne-kilometres: gross mass by great circle.",
            figure(plan.transport_activity_tkm)
        ),
    }
}

fn solar(plan: &Figures, baseline: &Figures) -> KeyFigure {
    let (kwh, kwh_baseline) = (plan.pv.kilowatt_hours(), baseline.pv.kilowatt_hours());
    KeyFigure {
        name: "Solar electricity",
        unit: "kWh".into(),
        plan: figure(kwh),
        baseline: figure(kwh_baseline),
        difference: format!("{} kWh", difference(kwh, kwh_baseline, places([kwh, kwh_baseline]))),
        method: format!(
            "Modelled from weather; {} used on site or charged. Bought from the grid: {} kWh, \
             baseline {} kWh.",
            percent(plan.pv_self_used.kilowatt_hours(), kwh),
            grouped(plan.import.kilowatt_hours(), 0),
            grouped(baseline.import.kilowatt_hours(), 0)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::made_up;

    #[test]
    fn a_plan_that_emits_more_is_said_to_emit_more() {
        let mut outcome = made_up::outcome();
        std::mem::swap(&mut outcome.plan.figures.total, &mut outcome.baseline.figures.total);
        assert!(finding(&made_up::outcome()).contains("% less"));
        assert!(finding(&outcome).contains("% more"));
    }

    #[test]
    fn cases_that_deliver_different_orders_are_not_compared_in_silence() {
        let mut outcome = made_up::outcome();
        outcome.plan.figures.orders_served = 4;
        outcome.baseline.figures.orders_served = 4;
        assert!(!finding(&outcome).contains("do not deliver alike"));
        outcome.baseline.figures.orders_served = 3;
        assert!(finding(&outcome).contains("do not deliver alike: 4 orders in the plan, 3"));
    }
}
