//! A difference as it travels over HTTP.

use super::{Difference, Side, Thing};
use quantity::Emission;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a difference is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(example = "round")]
pub enum ThingKind {
    /// What a round used.
    Round,
    /// What a parcel is wrapped in.
    Packaging,
    /// What a site's building used.
    Site,
    /// What became of a parcel's carton.
    CartonEnd,
    /// Whatever else a link did.
    Other,
}

/// One side of a comparison. Figures are exact decimals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({"amount": "4.444444444", "unit": "kWh", "kg_co2e": "0.222222222"}))]
pub struct SideView {
    /// How much, where all of it is counted in one unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// The unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// What it emitted, well to wheel, in kg CO2e.
    pub kg_co2e: String,
}

/// Plan against actual in one thing. Figures are exact decimals; the three parts sum to the difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "thing": "round", "name": "R20260714-001",
    "planned": {"amount": "4.444444444", "unit": "kWh", "kg_co2e": "0.222222222"},
    "actual": {"amount": "8.888888889", "unit": "kWh", "kg_co2e": "0.888888889"},
    "by_amount_kg_co2e": "0.222222222", "by_mix_kg_co2e": "0.444444445", "by_factor_kg_co2e": "0",
}))]
pub struct DifferenceView {
    /// What it is in.
    pub thing: ThingKind,
    /// Name of the round or parcel as the plan has it, of the site or of the link.
    pub name: String,
    /// As planned.
    pub planned: SideView,
    /// As it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actual: Option<SideView>,
    /// What is not measured yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open: Option<String>,
    /// By more or less of it, in kg CO2e.
    pub by_amount_kg_co2e: String,
    /// By another mix of what was used, in kg CO2e.
    pub by_mix_kg_co2e: String,
    /// By factors of another edition, in kg CO2e.
    pub by_factor_kg_co2e: String,
}

impl From<&Side> for SideView {
    fn from(side: &Side) -> Self {
        Self {
            amount: side.amount.map(|(amount, _)| amount.to_string()),
            unit: side.amount.map(|(_, unit)| unit.name().into()),
            kg_co2e: side.emission.wtw().to_string(),
        }
    }
}

impl From<&Difference> for DifferenceView {
    fn from(one: &Difference) -> Self {
        let (thing, name) = match &one.thing {
            Thing::Round(name) => (ThingKind::Round, &**name),
            Thing::Packaging(name) => (ThingKind::Packaging, &**name),
            Thing::Site(site) => (ThingKind::Site, &**site),
            Thing::CartonEnd(name) => (ThingKind::CartonEnd, &**name),
            Thing::Other(link) => (ThingKind::Other, link.name()),
        };
        let kilograms = |emission: Emission| emission.wtw().to_string();
        Self {
            thing,
            name: name.into(),
            planned: SideView::from(&one.planned),
            actual: one.actual.as_ref().map(SideView::from),
            open: one.open.clone(),
            by_amount_kg_co2e: kilograms(one.amount),
            by_mix_kg_co2e: kilograms(one.mix),
            by_factor_kg_co2e: kilograms(one.factor),
        }
    }
}
