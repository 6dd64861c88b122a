//! `summary.json`: the figures of the run, exact where the ledger is exact.

use anyhow::Result;
use planner::{CaseOutcome, Outcome, Scenario};
use quantity::{Emission, Fixed, Money};
use serde::Serialize;
use serde_json::value::RawValue;

/// A decimal written digit by digit.
type Decimal = Box<RawValue>;

#[derive(Serialize)]
struct Summary<'a> {
    name: &'a str,
    currency: String,
    days: Vec<String>,
    orders: usize,
    orders_served: usize,
    parcels: usize,
    parcels_baseline: usize,
    routes: usize,
    routes_baseline: usize,
    carton_material_kg: Decimal,
    carton_material_baseline_kg: Decimal,
    reused_cartons: usize,
    cartons_handed_back: usize,
    distance_km: Decimal,
    distance_baseline_km: Decimal,
    transport_activity_tkm: Decimal,
    /// Null where no delivery was short and urban.
    ev_share_of_short_urban: Option<f64>,
    robot_deliveries: usize,
    pv_kwh: Decimal,
    pv_self_used_kwh: Decimal,
    grid_import_kwh: Decimal,
    kg_co2e_by_link: ByLink,
    kg_co2e_baseline_by_link: ByLink,
    kg_co2e_total: Decimal,
    kg_co2e_wtt: Decimal,
    kg_co2e_ttw: Decimal,
    kg_co2e_baseline: Decimal,
    cost_total: Decimal,
    cost_baseline: Decimal,
    unserved: Vec<Unserved<'a>>,
    unserved_baseline: Vec<Unserved<'a>>,
    notes: Vec<Note<'a>>,
}

#[derive(Serialize)]
struct ByLink {
    ordering: Decimal,
    packaging: Decimal,
    transportation: Decimal,
    warehousing: Decimal,
    recycling: Decimal,
}

#[derive(Serialize)]
struct Unserved<'a> {
    order_id: &'a str,
    reason: &'a str,
}

#[derive(Serialize)]
struct Note<'a> {
    subject: &'a str,
    text: &'a str,
    stands_in: bool,
}

/// Renders the summary, with a newline at the end.
pub(crate) fn summary(scenario: &Scenario, outcome: &Outcome) -> Result<String> {
    let (plan, baseline) = (&outcome.plan.figures, &outcome.baseline.figures);
    let summary = Summary {
        name: &scenario.name,
        currency: scenario.currency.to_string(),
        days: outcome.plan.days.iter().map(|day| day.day.to_string()).collect(),
        orders: scenario.orders.len(),
        orders_served: plan.orders_served,
        parcels: plan.parcels,
        parcels_baseline: baseline.parcels,
        routes: plan.rounds,
        routes_baseline: baseline.rounds,
        carton_material_kg: millionths(plan.carton_material.milligrams())?,
        carton_material_baseline_kg: millionths(baseline.carton_material.milligrams())?,
        reused_cartons: plan.reused_cartons,
        cartons_handed_back: plan.handed_back,
        distance_km: thousandths(plan.distance.metres())?,
        distance_baseline_km: thousandths(baseline.distance.metres())?,
        transport_activity_tkm: thousandths((plan.transport_activity_tkm * 1e3).round() as i64)?,
        ev_share_of_short_urban: plan.ev_share_of_short_urban(),
        robot_deliveries: plan.by_robot,
        pv_kwh: millionths(plan.pv.milliwatt_hours())?,
        pv_self_used_kwh: millionths(plan.pv_self_used.milliwatt_hours())?,
        grid_import_kwh: millionths(plan.import.milliwatt_hours())?,
        kg_co2e_by_link: by_link(&outcome.plan)?,
        kg_co2e_baseline_by_link: by_link(&outcome.baseline)?,
        kg_co2e_total: decimal(plan.total.wtw().kilograms())?,
        kg_co2e_wtt: decimal(plan.total.wtt.kilograms())?,
        kg_co2e_ttw: decimal(plan.total.ttw.kilograms())?,
        kg_co2e_baseline: decimal(baseline.total.wtw().kilograms())?,
        cost_total: money(plan.cost_total())?,
        cost_baseline: money(baseline.cost_total())?,
        unserved: unserved(scenario, &outcome.plan),
        unserved_baseline: unserved(scenario, &outcome.baseline),
        notes: outcome
            .notes
            .iter()
            .map(|note| Note {
                subject: &note.subject,
                text: &note.text,
                stands_in: note.stands_in,
            })
            .collect(),
    };
    Ok(serde_json::to_string_pretty(&summary)? + "\n")
}

fn by_link(case: &CaseOutcome) -> Result<ByLink> {
    let [ordering, packaging, transportation, warehousing, recycling] =
        case.figures.by_link.map(|(_, emission): (_, Emission)| emission.wtw().kilograms());
    Ok(ByLink {
        ordering: decimal(ordering)?,
        packaging: decimal(packaging)?,
        transportation: decimal(transportation)?,
        warehousing: decimal(warehousing)?,
        recycling: decimal(recycling)?,
    })
}

fn unserved<'a>(scenario: &'a Scenario, case: &'a CaseOutcome) -> Vec<Unserved<'a>> {
    case.unserved
        .iter()
        .map(|unserved| Unserved {
            order_id: &scenario.orders[unserved.order].id,
            reason: &unserved.reason,
        })
        .collect()
}

fn decimal(value: Fixed) -> Result<Decimal> {
    Ok(RawValue::from_string(value.to_string())?)
}

fn millionths(value: i64) -> Result<Decimal> {
    decimal(Fixed::from_billionths(i128::from(value) * 1_000))
}

fn thousandths(value: i64) -> Result<Decimal> {
    millionths(value * 1_000)
}

/// To the hundredth.
fn money(value: Money) -> Result<Decimal> {
    Ok(RawValue::from_string(format!("{:.2}", value.units()))?)
}
