//! The living day: what people want done becomes events, or is refused by a rule with its mend; what
//! the events come to is shown. No files, no clock, no database.
//!
//! Read: [`field`] (texts and amounts that are right once read), [`number`] (decimals that read back), [`stream`] (which stream tells of
//! which thing), `fact` (events to and fro), [`view`] (what a stream comes to: rules and rows from one
//! fold), [`key`] (rows and their lists). A thing a file, its facts and its view: [`scenario`],
//! [`order`], [`plan`], [`parcel`] in its [`package`], [`round`], [`vehicle`], [`station`], [`stock`], [`meter`].
//! Of a site's energy: [`energy_site`] (what it has), [`reading`] (what its devices measure), [`outlook`]
//! (what is known ahead), [`schedule`], [`energy_month`] (settled days), [`string_alarm`].
//! [`command`]: what is to be done, and its rules. [`actual`]: plan against actual, for the ledger.

pub mod field;
pub mod number;
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
pub mod energy_site;
pub mod reading;
pub mod outlook;
pub mod schedule;
pub mod energy_month;
pub mod string_alarm;
pub mod command;
pub mod actual;

use events::Projection;
use std::sync::Arc;
use view::Shown;

pub use command::drive::{DepartBody, DepartRound, ReturnBody, ReturnRound, ServeStop, StopBody};
pub use command::energy::{DescribeSite, SetOutlook};
pub use command::load::{LoadBody, LoadParcel, UnloadParcel};
pub use command::meter::{ReadMeters, ReadingsBody};
pub use command::order::{
    CancelBody, CancelOrder, OrderBody, ReceiveOrder, Recipient, Salt, recipient_id,
};
pub use command::pack::{PackBody, PackParcel};
pub use command::plan::{AskPlan, CancelPlan, FailPlan, FinishPlan, PlanBody, StartPlan};
pub use command::reading::{ChannelReadings, Reading, SiteReadings, TakeReadings, known_readings};
pub use command::recycle::{HandBackBody, HandBackCarton};
pub use command::release::{AskRelease, EndRelease, PlannedParcel, PlannedRound, ReleaseChunk};
pub use command::scenario::{ScenarioBody, SetScenario};
pub use command::settle::{JudgeStrings, MakeSchedule, SettleDay};
pub use command::stock::{CountBody, CountStock};
pub use command::vehicle::{ChargingBody, EndCharging, RefuelBody, RefuelVehicle};
pub use energy_month::{DaySettled, EnergyMonthView, ReadingsVersion, Settled};
pub use energy_site::{EnergySiteView, ModuleString, SiteBattery, SiteEnergy};
pub use field::{Amount, Carrier, Delivery, FileEntry, Id, LocalDay, Moment, Sha256, Text};
pub use meter::MeterView;
pub use number::{Milli, Rate};
pub use order::{OrderStatus, OrderView};
pub use outlook::{ExpectedVehicle, HourWeather, Outlook, OutlookHour, OutlookView};
pub use package::Package;
pub use parcel::{ParcelStatus, ParcelView};
pub use plan::{PlanStatus, PlanView};
pub use reading::{Quantity, ReadingForm, ReadingsTaken, ReadingsView};
pub use round::{RoundKind, RoundStatus, RoundStop, RoundView};
pub use scenario::{CartonCount, ScenarioFleet, ScenarioSite, ScenarioView, SiteKind};
pub use schedule::{ScheduleMade, ScheduleSession, ScheduleSteps, ScheduleView};
pub use station::{Grade, StationView};
pub use stock::StockView;
pub use string_alarm::{StringAlarmsView, StringBehind};
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
        Arc::new(Shown::<EnergySiteView>::new()),
        Arc::new(Shown::<ReadingsView>::new()),
        Arc::new(Shown::<OutlookView>::new()),
        Arc::new(Shown::<ScheduleView>::new()),
        Arc::new(Shown::<EnergyMonthView>::new()),
        Arc::new(Shown::<StringAlarmsView>::new()),
    ]
}
