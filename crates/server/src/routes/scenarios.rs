//! Scenarios are uploaded: master data of an operation, and the orders in it.

use crate::app::App;
use crate::asked::Asking;
use crate::blobs::run;
use crate::caller::Caller;
use crate::execute::Recorded;
use crate::extract::Named;
use crate::ground::borrow;
use crate::making::is_orders;
use crate::problem::{Place, Problem};
use crate::releasing::carrier;
use crate::taking::arrived;
use crate::upload::{Folder, files_schema};
use access::Permission;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use network::SiteKind;
use operations::field::{Amount, FieldFault, FileEntry, Id, Sha256, Text};
use operations::{CartonCount, ScenarioBody, ScenarioFleet, ScenarioSite, SetScenario, stream};
use planner::Scenario;
use serde_json::json;
use std::sync::Arc;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};

/// The files of a scenario, each as a part named like the file.
pub(crate) struct ScenarioFiles;

impl PartialSchema for ScenarioFiles {
    fn schema() -> RefOr<Schema> {
        let example = json!({"greenchain.toml": "name = \"Downtown\""});
        files_schema(&[("greenchain.toml", "Settings.")], example)
    }
}

impl ToSchema for ScenarioFiles {}

/// Set a scenario: its files, and the orders in them
///
/// The same files again change nothing. Orders that are in it are taken in as if they had been sent one
/// by one; a scenario may come without any.
#[utoipa::path(put, path = "/api/v1/scenarios/{id}", tag = "Scenarios",
    request_body(content = ScenarioFiles, content_type = "multipart/form-data"),
    params(("id" = Id, Path, description = "Its id")),
    responses((status = 200, description = "It is set", body = Recorded)))]
pub(crate) async fn set(
    State(app): State<App>,
    Named(id): Named<Id>,
    folder: Folder,
) -> Result<Response, Problem> {
    let Folder { asking, files } = folder;
    Ok(app.set_scenario(&asking, &id, files).await?.answer())
}

impl App {
    /// Sets a scenario by its files, and takes in the orders in them.
    pub(crate) async fn set_scenario(
        &self,
        asking: &Asking,
        id: &Id,
        mut files: Vec<(String, Vec<u8>)>,
    ) -> Result<Recorded, Problem> {
        if !files.iter().any(|(name, _)| is_orders(name)) {
            files.push(("orders.csv".into(), ORDERS_HEADER.into()));
            files.push(("order_items.csv".into(), ITEMS_HEADER.into()));
        }
        let (ground, files) = run(move || {
            let ground = intake::ground(&borrow(&files))?.0;
            Ok((ground, files))
        })
        .await?;
        let ground = Arc::new(ground);
        let mut entries = Vec::new();
        for (name, bytes) in files {
            let n_bytes = bytes.len() as u64;
            let digest = self.keep(asking.caller.tenant(), bytes).await?;
            entries.push(entry(name, digest, n_bytes).map_err(|fault| named(&fault))?);
        }
        let body = body(ground.scenario(), entries).map_err(|fault| named(&fault))?;
        let command = SetScenario { id: id.clone(), body };
        let mut recorded = self.execute(asking, &stream::scenario(id), &command).await?;
        let orders = arrived(ground.scenario(), id, &ground.scenario().orders)?;
        let taken = self.take_in(asking, orders).await?;
        recorded.n_events += taken.recorded;
        if taken.recorded > 0 {
            recorded.position = Some(taken.position);
        }
        if taken.refused.is_empty() {
            return Ok(recorded);
        }
        let orders = &ground.scenario().orders;
        let places = taken.refused.iter().map(|(number, refusal)| Place {
            pointer: Some(orders[*number].id.clone()),
            detail: refusal.detail.clone(),
            ..Place::default()
        });
        let detail = "the scenario is set; some of its orders are known otherwise";
        Err(Problem::new(StatusCode::CONFLICT, "orders-differ", detail).with(places.collect()))
    }
}

/// The header of a table of orders.
const ORDERS_HEADER: &str = "order_id,placed_at,origin_site,dest_lat,dest_lon\n";
/// The header of a table of items.
const ITEMS_HEADER: &str = "order_id,sku,quantity\n";

fn named(fault: &FieldFault) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "name", fault.to_string())
}

fn entry(name: String, digest: String, n_bytes: u64) -> Result<FileEntry, FieldFault> {
    let (name, sha256) = (Text::new(name)?, Sha256::new(digest)?);
    Ok(FileEntry { name, sha256, bytes: Amount::new(n_bytes)? })
}

/// What the living day has to know of a scenario.
fn body(scenario: &Scenario, files: Vec<FileEntry>) -> Result<ScenarioBody, FieldFault> {
    let sites = scenario.sites.iter().map(|site| {
        let kind = match site.kind {
            SiteKind::Warehouse => operations::SiteKind::Warehouse,
            SiteKind::Hub => operations::SiteKind::Hub,
            SiteKind::Station => operations::SiteKind::Station,
        };
        Ok(ScenarioSite { site: Id::new(site.id.as_str())?, kind })
    });
    let vehicles = scenario.fleet.iter().map(|vehicle| {
        Ok(ScenarioFleet {
            site: Id::new(scenario.sites[vehicle.site].id.as_str())?,
            vehicle_type: Id::new(vehicle.name.as_str())?,
            carrier: carrier(vehicle.carrier),
            count: vehicle.count,
        })
    });
    let stock = scenario.stock.new.iter().zip(&scenario.stock.reused);
    let cartons = scenario.cartons.iter().zip(stock).map(|(kind, (&new, &reused))| {
        let (new, reused) = (Amount::new(new.into())?, Amount::new(reused.into())?);
        Ok(CartonCount { carton: Id::new(kind.id.as_str())?, new, reused })
    });
    Ok(ScenarioBody {
        name: Text::new(scenario.name.as_str())?,
        files,
        zone: Text::new(scenario.zone.name())?,
        currency: Text::new(scenario.currency.to_string())?,
        sites: sites.collect::<Result<_, FieldFault>>()?,
        vehicles: vehicles.collect::<Result<_, FieldFault>>()?,
        cartons: cartons.collect::<Result<_, FieldFault>>()?,
    })
}

/// A file of a scenario
#[utoipa::path(get, path = "/api/v1/scenarios/{id}/files/{name}", tag = "Scenarios",
    params(("id" = Id, Path, description = "Its id"),
        ("name" = Text, Path, description = "Name of the file")),
    responses((status = 200, description = "The file", content_type = "application/octet-stream")))]
pub(crate) async fn file(
    State(app): State<App>,
    Named((id, name)): Named<(Id, Text)>,
    caller: Caller,
) -> Result<Response, Problem> {
    // The tables of orders hold personal data: who may see orders may see them.
    if is_orders(&name) {
        let refused = caller.principal.check(Permission::OrdersRead);
        refused.map_err(|refusal| {
            Problem::new(StatusCode::FORBIDDEN, "not-permitted", refusal.detail)
        })?;
    }
    let scenario = app.scenario(caller.tenant(), &id).await?;
    let found = scenario.files.iter().find(|file| file.name == name);
    let found = found.ok_or_else(|| Problem::missing("file", &name))?;
    let bytes = app.kept(caller.tenant(), &found.sha256).await?;
    Ok(download(bytes))
}

/// Bytes that a browser saves and does not show.
pub(crate) fn download(bytes: Vec<u8>) -> Response {
    let media = HeaderValue::from_static("application/octet-stream");
    let save = HeaderValue::from_static("attachment");
    ([(header::CONTENT_TYPE, media), (header::CONTENT_DISPOSITION, save)], bytes).into_response()
}
