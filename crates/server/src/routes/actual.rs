//! Plan against actual.

use crate::app::App;
use crate::caller::Caller;
use crate::extract::{Named, Wanted};
use crate::measuring::Measured;
use crate::problem::Problem;
use crate::view::{Page, Paging, cursor, limit, place};
use axum::Json;
use axum::extract::State;
use carbon::Line;
use operations::actual::DifferenceView;
use operations::field::Id;
use quantity::{Carbon, Emission};
use serde::Serialize;
use utoipa::ToSchema;

/// What a plan came to.
#[derive(Serialize, ToSchema)]
pub(crate) struct ActualView {
    /// Things that were planned.
    things: usize,
    /// Things that are not measured yet.
    open: usize,
    /// What is not open, as planned, in kg CO2e.
    planned_kg_co2e: String,
    /// The same as it happened, in kg CO2e.
    actual_kg_co2e: String,
    /// Of the difference, by more or less of it.
    by_amount_kg_co2e: String,
    /// Of the difference, by another mix of what was used.
    by_mix_kg_co2e: String,
    /// Of the difference, by factors of another edition.
    by_factor_kg_co2e: String,
    /// The things, a page of them.
    items: Vec<DifferenceView>,
    /// Where the next page begins; null at the end.
    next: Option<String>,
}

/// A line of the ledger of what happened.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "line": "actual-00000000", "link": "transportation", "activity": "electric_van, round R1",
    "order": "A001", "site": "W1", "round": "R1", "amount": "1.923", "unit": "kWh",
    "factor": "own_solar", "factor_edition": "2025", "data_kind": "primary",
    "wtt_kg_co2e": "0", "ttw_kg_co2e": "0"
}))]
pub(crate) struct LineView {
    /// Its id.
    line: String,
    /// In which link.
    link: &'static str,
    /// What was done.
    activity: String,
    /// For which order.
    order: Option<String>,
    /// At which site.
    site: Option<String>,
    /// On which round.
    round: Option<String>,
    /// How much.
    amount: String,
    /// The unit.
    unit: &'static str,
    /// What values it.
    factor: String,
    /// Edition of that.
    factor_edition: String,
    /// How well it is known.
    data_kind: &'static str,
    /// Well to tank.
    wtt_kg_co2e: String,
    /// Tank to wheel.
    ttw_kg_co2e: String,
}

impl From<&Line> for LineView {
    fn from(line: &Line) -> Self {
        let text = |text: &Option<std::sync::Arc<str>>| text.as_ref().map(ToString::to_string);
        let activity = &line.activity;
        Self {
            line: line.id.to_string(),
            link: activity.link.name(),
            activity: activity.name.to_string(),
            order: text(&activity.context.order),
            site: text(&activity.context.site),
            round: text(&activity.context.round),
            amount: activity.amount.to_string(),
            unit: activity.unit.name(),
            factor: activity.factor_id.to_string(),
            factor_edition: line.factor_edition.to_string(),
            data_kind: activity.data_kind.name(),
            wtt_kg_co2e: line.emission().wtt.kilograms().to_string(),
            ttw_kg_co2e: line.emission().ttw.kilograms().to_string(),
        }
    }
}

/// A page of what was worked out.
fn page<T>(all: Vec<T>, paging: &Paging) -> Result<(Vec<T>, Option<String>), Problem> {
    let limit = limit(paging.limit)? as usize;
    let from = place(paging.cursor.as_deref())?;
    let from: usize = if from.is_empty() { Ok(0) } else { from.parse() }.map_err(|_| {
        Problem::malformed("cursor is not the `next` of a page of this. Take it as it came")
    })?;
    let next =
        (from.saturating_add(limit) < all.len()).then(|| cursor(&(from + limit).to_string()));
    Ok((all.into_iter().skip(from).take(limit).collect(), next))
}

/// What happened beside what was planned: a row a round, parcel, site and carton
///
/// Each difference is split into more or less of it, another mix, other factors: exactly. What is not
/// measured yet is open.
#[utoipa::path(get, path = "/api/v1/plans/{id}/actual", tag = "Ledger",
    params(("id" = Id, Path, description = "Id of the plan"), Paging),
    responses((status = 200, description = "The comparison", body = ActualView),
        (status = 409, description = "The plan is not released",
            body = crate::problem::ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn compare(
    State(app): State<App>,
    Named(id): Named<Id>,
    Wanted(paging): Wanted<Paging>,
    caller: Caller,
) -> Result<Json<ActualView>, Problem> {
    let Measured { differences, .. } = app.measured(caller.tenant(), &id).await?;
    let things = differences.len();
    let open = differences.iter().filter(|one| one.open.is_some()).count();
    let mut sums = [Emission::ZERO; 5];
    for one in differences.iter().filter(|one| one.open.is_none()) {
        let actual = one.actual.as_ref().map_or(Emission::ZERO, |side| side.emission);
        let parts = [one.planned.emission, actual, one.amount, one.mix, one.factor];
        for (sum, part) in sums.iter_mut().zip(parts) {
            *sum += part;
        }
    }
    let [planned, actual, amount, mix, factor] =
        sums.map(|sum| Carbon::kilograms(sum.wtw()).to_string());
    let rows: Vec<DifferenceView> = differences.iter().map(DifferenceView::from).collect();
    let (items, next) = page(rows, &paging)?;
    Ok(Json(ActualView {
        things,
        open,
        planned_kg_co2e: planned,
        actual_kg_co2e: actual,
        by_amount_kg_co2e: amount,
        by_mix_kg_co2e: mix,
        by_factor_kg_co2e: factor,
        items,
        next,
    }))
}

/// The ledger lines of what happened
#[utoipa::path(get, path = "/api/v1/plans/{id}/actual/lines", tag = "Ledger",
    params(("id" = Id, Path, description = "Id of the plan"), Paging),
    responses((status = 200, description = "A page of lines", body = Page<LineView>),
        (status = 409, description = "The plan is not released",
            body = crate::problem::ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn lines(
    State(app): State<App>,
    Named(id): Named<Id>,
    Wanted(paging): Wanted<Paging>,
    caller: Caller,
) -> Result<Json<Page<LineView>>, Problem> {
    let Measured { lines, .. } = app.measured(caller.tenant(), &id).await?;
    let (items, next) = page(lines.iter().collect(), &paging)?;
    Ok(Json(Page { items: items.into_iter().map(LineView::from).collect(), next }))
}
