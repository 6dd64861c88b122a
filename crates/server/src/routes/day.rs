//! The living day: what people do with parcels, rounds, vehicles, cartons and meters. Each command is
//! an event or a refusal.

use crate::app::App;
use crate::asked::Asked;
use crate::execute::Recorded;
use crate::extract::Named;
use crate::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use operations::field::{Id, LocalDay};
use operations::stream;
use operations::{
    ChargingBody, CountBody, CountStock, DepartBody, DepartRound, EndCharging, HandBackBody,
    HandBackCarton, LoadBody, LoadParcel, PackBody, PackParcel, ReadMeters, ReadingsBody,
    RefuelBody, RefuelVehicle, ReturnBody, ReturnRound, ServeStop, StopBody, UnloadParcel,
};

/// A handler of a command on one thing.
macro_rules! command {
    ($(#[$doc:meta])* $name:ident, $path:literal, $tag:literal, $body:ty, $command:ident, $id:ident, $stream:path) => {
        $(#[$doc])*
        #[utoipa::path(post, path = $path, tag = $tag, request_body = $body,
            params(("id" = Id, Path, description = "Its id")),
            responses((status = 200, description = "Accepted", body = Recorded)))]
        pub(crate) async fn $name(
            State(app): State<App>,
            Named(id): Named<Id>,
            asked: Asked<$body>,
        ) -> Result<Response, Problem> {
            let main = $stream(&id);
            let command = $command { $id: id, body: asked.body };
            Ok(app.execute(&asked.asking, &main, &command).await?.answer())
        }
    };
}

command!(
    /// A parcel is packed
    pack, "/api/v1/parcels/{id}/pack", "Parcels", PackBody, PackParcel, id, stream::parcel
);
command!(
    /// A parcel is loaded onto a round's vehicle
    load, "/api/v1/parcels/{id}/load", "Parcels", LoadBody, LoadParcel, id, stream::parcel
);
command!(
    /// A parcel is unloaded before its round departs
    unload, "/api/v1/parcels/{id}/unload", "Parcels", LoadBody, UnloadParcel, id, stream::parcel
);
command!(
    /// A round departs
    depart, "/api/v1/rounds/{id}/depart", "Rounds", DepartBody, DepartRound, id, stream::round
);
command!(
    /// A stop of a round is served
    serve_stop, "/api/v1/rounds/{id}/stops", "Rounds", StopBody, ServeStop, id, stream::round
);
command!(
    /// A round returns
    return_round, "/api/v1/rounds/{id}/return", "Rounds", ReturnBody, ReturnRound, id, stream::round
);
command!(
    /// A vehicle is refuelled
    refuel, "/api/v1/vehicles/{id}/refuel", "Vehicles", RefuelBody, RefuelVehicle, id, stream::vehicle
);
command!(
    /// A charging session of a vehicle ends
    end_charging, "/api/v1/vehicles/{id}/charging", "Vehicles", ChargingBody, EndCharging, id, stream::vehicle
);
command!(
    /// A carton is handed back at a station
    hand_back, "/api/v1/stations/{id}/cartons", "Stations", HandBackBody, HandBackCarton, station, stream::station
);
command!(
    /// The cartons of a site are counted
    count, "/api/v1/stock/{id}/count", "Stock", CountBody, CountStock, site, stream::stock
);

/// Meters of a site were read
#[utoipa::path(post, path = "/api/v1/sites/{site}/meters/{day}", tag = "Energy",
    request_body = ReadingsBody,
    params(("site" = Id, Path, description = "Id of the site"),
        ("day" = LocalDay, Path, description = "Local day of the site")),
    responses((status = 200, description = "Accepted", body = Recorded)))]
pub(crate) async fn read_meters(
    State(app): State<App>,
    Named((site, day)): Named<(Id, LocalDay)>,
    asked: Asked<ReadingsBody>,
) -> Result<Response, Problem> {
    let main = stream::meter(&site, &day);
    let command = ReadMeters { site, day, body: asked.body };
    Ok(app.execute(&asked.asking, &main, &command).await?.answer())
}
