//! Orders arrive: one, many as lines of JSON, many as files.

use crate::app::App;
use crate::asked::{Asked, Asking, Uploaded, expect_media, json};
use crate::blobs::run;
use crate::execute::Recorded;
use crate::extract::Named;
use crate::problem::{Place, Problem, ProblemDocument};
use crate::taking::{Arrived, arrived, judge};
use crate::upload::{Folder, files_schema};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use intake::File;
use operations::field::Id;
use operations::{CancelBody, CancelOrder, OrderBody, recipient_id, stream};
use serde::{Deserialize, Serialize};
use serde_json::json as example;
use std::collections::BTreeMap;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};

/// Lines of one request.
const LINES_MAX: usize = 100_000;

/// A line of many orders.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"id": "A001", "order": {
    "scenario": "downtown", "placed_at": "2026-07-14T08:12:00-06:00", "origin_site": "W1",
    "recipient": {"dest_lat": 39.7412, "dest_lon": -104.9815},
    "items": [{"sku": "LAMP-3", "quantity": 2}]
}}))]
pub(crate) struct OrderLine {
    /// Its id.
    id: Id,
    /// The order.
    order: OrderBody,
}

/// What became of a line.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"line": 1, "id": "A001", "status": 200}))]
pub(crate) struct LineAnswer {
    /// Which line, from 1.
    line: usize,
    /// The order's id, where the line could be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Id>,
    /// As a request of its own would have been answered.
    status: u16,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<ProblemDocument>,
}

/// The tables of orders, each as a part named like the file.
pub(crate) struct OrderFiles;

impl PartialSchema for OrderFiles {
    fn schema() -> RefOr<Schema> {
        let tables = [("orders.csv", "Orders."), ("order_items.csv", "What is in them.")];
        let example = example!({
            "orders.csv": "order_id,placed_at,origin_site,dest_lat,dest_lon\n",
            "order_items.csv": "order_id,sku,quantity\n",
        });
        files_schema(&tables, example)
    }
}

impl ToSchema for OrderFiles {}

/// An order arrives
///
/// The same order again changes nothing; one of other content under the same id is refused.
#[utoipa::path(put, path = "/api/v1/orders/{order}", tag = "Orders", request_body = OrderBody,
    params(("order" = Id, Path, description = "Id of the order")),
    responses((status = 200, description = "It is there already", body = Recorded),
        (status = 201, description = "It is taken in", body = Recorded)))]
pub(crate) async fn receive(
    State(app): State<App>,
    Named(id): Named<Id>,
    asked: Asked<OrderBody>,
) -> Result<Response, Problem> {
    let tenant = asked.asking.caller.tenant().clone();
    let scenario = app.scenario(&tenant, &asked.body.scenario).await?;
    let ground = app.ground(&tenant, &scenario).await?;
    let order = Arrived { id: id.clone(), body: asked.body };
    let faults = judge(&ground, std::slice::from_ref(&order))?;
    if !faults.is_empty() {
        return Err(refused(faults.into_iter().map(|(_, place)| place).collect()));
    }
    let recorded = app.receive(&asked.asking, order).await?;
    Ok(recorded.created(&format!("/api/v1/orders/{}", encoded(&id))))
}

/// Faults of an order by its fields.
fn refused(places: Vec<Place>) -> Problem {
    let detail = places.iter().map(|place| place.detail.as_str()).collect::<Vec<_>>().join(" ");
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "order", detail).with(places)
}

/// An id as it stands in an address.
pub(crate) fn encoded(id: &str) -> String {
    use std::fmt::Write;
    let mut text = String::new();
    for byte in id.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            text.push(byte as char);
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

/// Many orders, a line of JSON each
///
/// Each line is taken in or refused alone; the answer has a line for each, in their order. Lines that
/// were taken in before change nothing: after a break send all again.
#[utoipa::path(post, path = "/api/v1/orders/bulk", tag = "Orders",
    request_body(content = OrderLine, content_type = "application/x-ndjson"),
    responses((status = 200, description = "What became of each line", body = LineAnswer,
        content_type = "application/x-ndjson")))]
pub(crate) async fn bulk(
    State(app): State<App>,
    headers: HeaderMap,
    uploaded: Uploaded,
) -> Result<Response, Problem> {
    expect_media(&headers, "application/x-ndjson")?;
    let Uploaded { asking, bytes } = uploaded;
    let lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
    let lines: Vec<(usize, &[u8])> = lines
        .into_iter()
        .enumerate()
        .map(|(number, line)| (number + 1, line.trim_ascii()))
        .filter(|(_, line)| !line.is_empty())
        .collect();
    if lines.len() > LINES_MAX {
        let detail = format!("more than {LINES_MAX} lines. Divide them");
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", detail));
    }
    let mut answers: BTreeMap<usize, LineAnswer> = BTreeMap::new();
    let mut by_scenario: BTreeMap<Id, Vec<(usize, Arrived)>> = BTreeMap::new();
    for (line, text) in lines {
        match json::<OrderLine>(text) {
            Ok(OrderLine { id, order }) => {
                let arrived = Arrived { id, body: order };
                by_scenario.entry(arrived.body.scenario.clone()).or_default().push((line, arrived));
            }
            Err(problem) => {
                answers.insert(line, told(line, None, &problem));
            }
        }
    }
    for (scenario, orders) in by_scenario {
        take(&app, &asking, &scenario, orders, &mut answers).await?;
    }
    let mut text = String::new();
    for answer in answers.values() {
        text += &serde_json::to_string(answer).map_err(|fault| Problem::internal(&fault))?;
        text.push('\n');
    }
    let mut response = Response::new(Body::from(text));
    let media = HeaderValue::from_static("application/x-ndjson");
    response.headers_mut().insert(header::CONTENT_TYPE, media);
    Ok(response)
}

fn told(line: usize, id: Option<Id>, problem: &Problem) -> LineAnswer {
    let document = problem.document();
    LineAnswer { line, id, status: document.status, problem: Some(document) }
}

/// Takes the lines of one scenario in.
async fn take(
    app: &App,
    asking: &Asking,
    scenario: &Id,
    orders: Vec<(usize, Arrived)>,
    answers: &mut BTreeMap<usize, LineAnswer>,
) -> Result<(), Problem> {
    let tenant = asking.caller.tenant();
    let ground = match app.scenario(tenant, scenario).await {
        Ok(view) => app.ground(tenant, &view).await?,
        Err(problem) if problem.status == StatusCode::NOT_FOUND => {
            for (line, arrived) in orders {
                answers.insert(line, told(line, Some(arrived.id), &problem));
            }
            return Ok(());
        }
        Err(problem) => return Err(problem),
    };
    let (good, bad) = run(move || sort(&ground, orders)).await?;
    answers.extend(bad);
    let (lines, good): (Vec<usize>, Vec<Arrived>) = good.into_iter().unzip();
    let ids: Vec<Id> = good.iter().map(|arrived| arrived.id.clone()).collect();
    let taken = app.take_in(asking, good).await?;
    let mut refusals: BTreeMap<usize, Problem> =
        taken.refused.into_iter().map(|(number, why)| (number, why.into())).collect();
    for (number, (line, id)) in lines.into_iter().zip(ids).enumerate() {
        let answer = match refusals.remove(&number) {
            Some(problem) => told(line, Some(id), &problem),
            None => LineAnswer { line, id: Some(id), status: 200, problem: None },
        };
        answers.insert(line, answer);
    }
    Ok(())
}

/// Orders that are right, each with its line.
type Good = Vec<(usize, Arrived)>;

/// Sorts the right from the wrong. Two lines of one id would be a fault of the table: only the first of
/// them is judged, the others meet the rule on what is there already.
fn sort(
    ground: &intake::Ground,
    orders: Good,
) -> Result<(Good, BTreeMap<usize, LineAnswer>), Problem> {
    let mut seen = std::collections::BTreeSet::new();
    let firsts: Vec<Arrived> = orders
        .iter()
        .filter(|(_, arrived)| seen.insert(arrived.id.clone()))
        .map(|(_, arrived)| arrived.clone())
        .collect();
    let mut faults: BTreeMap<&Id, Vec<Place>> = BTreeMap::new();
    for (number, place) in judge(ground, &firsts)? {
        if let Some(number) = number {
            faults.entry(&firsts[number].id).or_default().push(place);
        }
    }
    let (mut good, mut bad) = (Vec::new(), BTreeMap::new());
    for (line, arrived) in orders {
        match faults.get(&arrived.id) {
            Some(places) => {
                let problem = refused(places.clone());
                bad.insert(line, told(line, Some(arrived.id), &problem));
            }
            None => good.push((line, arrived)),
        }
    }
    Ok((good, bad))
}

/// Many orders as files: `orders.csv` and `order_items.csv`, or as Parquet
///
/// All faulty rows are named, and then none is taken in. Orders that were taken in before change
/// nothing: after a break send the files again.
#[utoipa::path(post, path = "/api/v1/scenarios/{id}/orders", tag = "Orders",
    request_body(content = OrderFiles, content_type = "multipart/form-data"),
    params(("id" = Id, Path, description = "Id of the scenario")),
    responses((status = 200, description = "They are taken in", body = Recorded)))]
pub(crate) async fn upload(
    State(app): State<App>,
    Named(id): Named<Id>,
    folder: Folder,
) -> Result<Response, Problem> {
    let Folder { asking, files } = folder;
    let tenant = asking.caller.tenant().clone();
    let scenario = app.scenario(&tenant, &id).await?;
    let ground = app.ground(&tenant, &scenario).await?;
    let orders = run(move || {
        let files: Vec<File> =
            files.iter().map(|(name, bytes)| File { name, bytes: bytes.as_slice() }).collect();
        let orders = ground.orders(&files)?;
        arrived(ground.scenario(), &id, &orders)
    })
    .await?;
    let ids: Vec<Id> = orders.iter().map(|order| order.id.clone()).collect();
    let refused = app.would_refuse(&tenant, &orders).await?;
    let places = |refused: Vec<(usize, events::Refusal)>| {
        let place = |(number, refusal): (usize, events::Refusal)| Place {
            pointer: Some(ids[number].to_string()),
            detail: refusal.detail,
            ..Place::default()
        };
        refused.into_iter().map(place).collect()
    };
    let conflict = |detail: &str, places| {
        Problem::new(StatusCode::CONFLICT, "orders-differ", detail).with(places)
    };
    if !refused.is_empty() {
        return Err(conflict(
            "some orders are known otherwise; none was taken in",
            places(refused),
        ));
    }
    let taken = app.take_in(&asking, orders).await?;
    if !taken.refused.is_empty() {
        let detail = "some orders came otherwise at the same moment; the others are taken in";
        return Err(conflict(detail, places(taken.refused)));
    }
    let position = (taken.recorded > 0).then_some(taken.position);
    Ok(Recorded { n_events: taken.recorded, position, ..Recorded::default() }.answer())
}

/// An order is cancelled
#[utoipa::path(post, path = "/api/v1/orders/{order}/cancel", tag = "Orders",
    request_body = CancelBody,
    params(("order" = Id, Path, description = "Id of the order")),
    responses((status = 200, description = "Accepted", body = Recorded)))]
pub(crate) async fn cancel(
    State(app): State<App>,
    Named(id): Named<Id>,
    asked: Asked<CancelBody>,
) -> Result<Response, Problem> {
    let main = stream::order(&id);
    let command = CancelOrder { id, body: asked.body };
    Ok(app.execute(&asked.asking, &main, &command).await?.answer())
}

/// Erase who gets an order: name and place go, the order stays
#[utoipa::path(delete, path = "/api/v1/orders/{order}/recipient", tag = "Orders",
    params(("order" = Id, Path, description = "Id of the order")),
    responses((status = 204, description = "Erased")))]
pub(crate) async fn erase(
    State(app): State<App>,
    Named(id): Named<Id>,
    asking: Asking,
) -> Result<StatusCode, Problem> {
    let tenant = asking.caller.tenant();
    if app.store.version(tenant, &stream::order(&id)).await? == 0 {
        return Err(Problem::missing("order", &id));
    }
    app.erase_person(&asking, &recipient_id(&id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
