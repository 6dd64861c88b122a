//! The living day: what people want done becomes events, or is refused by a rule with its mend; what
//! the events come to is shown. No files, no clock, no database.
//!
//! Read: [`field`] (texts and amounts that are right once read), [`stream`] (which stream tells of
//! which thing), `fact` (events to and fro), [`view`] (what a stream comes to: rules and rows from one
//! fold), [`key`] (rows and their lists). A thing a file, its facts and its view: [`scenario`],
//! [`order`], [`plan`], [`parcel`] in its [`package`], [`round`], [`vehicle`], [`station`], [`stock`], [`meter`].
//! [`command`]: what is to be done, and its rules. [`actual`]: plan against actual, for the ledger.

pub mod field;
pub mod stream;
pub mod fact;
pub mod key;
pub mod view;
mod draft;
pub mod scenario;
pub mod order;
pub mod plan;
pub mod package;
pub mod parcel;
pub mod round;
pub mod vehicle;
pub mod station;
pub mod stock;
pub mod meter;
pub mod command;
pub mod actual;

use events::Projection;
use std::sync::Arc;
use view::Shown;

pub use command::drive::{DepartBody, DepartRound, ReturnBody, ReturnRound, ServeStop, StopBody};
pub use command::load::{LoadBody, LoadParcel, UnloadParcel};
pub use command::meter::{ReadMeters, ReadingsBody};
pub use command::order::{
    CancelBody, CancelOrder, OrderBody, ReceiveOrder, Recipient, Salt, recipient_id,
};
pub use command::pack::{PackBody, PackParcel};
pub use command::plan::{AskPlan, CancelPlan, FailPlan, FinishPlan, PlanBody, StartPlan};
pub use command::recycle::{HandBackBody, HandBackCarton};
pub use command::release::{AskRelease, EndRelease, PlannedParcel, PlannedRound, ReleaseChunk};
pub use command::scenario::{ScenarioBody, SetScenario};
pub use command::stock::{CountBody, CountStock};
pub use command::vehicle::{ChargingBody, EndCharging, RefuelBody, RefuelVehicle};
pub use field::{Amount, Carrier, Delivery, FileEntry, Id, LocalDay, Moment, Sha256, Text};
pub use meter::MeterView;
pub use order::{OrderStatus, OrderView};
pub use package::Package;
pub use parcel::{ParcelStatus, ParcelView};
pub use plan::{PlanStatus, PlanView};
pub use round::{RoundKind, RoundStatus, RoundStop, RoundView};
pub use scenario::{CartonCount, ScenarioFleet, ScenarioSite, ScenarioView, SiteKind};
pub use station::{Grade, StationView};
pub use stock::StockView;
pub use vehicle::VehicleView;

/// All that is shown.
pub fn projections() -> Vec<Arc<dyn Projection>> {
    vec![
        Arc::new(Shown::<ScenarioView>::new()),
        Arc::new(Shown::<OrderView>::new()),
        Arc::new(Shown::<PlanView>::new()),
        Arc::new(Shown::<ParcelView>::new()),
        Arc::new(Shown::<RoundView>::new()),
        Arc::new(Shown::<VehicleView>::new()),
        Arc::new(Shown::<StationView>::new()),
        Arc::new(Shown::<StockView>::new()),
        Arc::new(Shown::<MeterView>::new()),
    ]
}
