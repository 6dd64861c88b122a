//! A day by hour, of a site or of all, from the readings as they are now.

use super::known::{Ground, Site};
use crate::app::App;
use crate::blobs::run;
use crate::problem::Problem;
use events::Tenant;
use operations::{Milli, OutlookHour, Rate};
use quantity::{Day, Duration, Energy, Zone};
use serde::Serialize;
use utoipa::ToSchema;
use warehousing::monitoring::hours::{DayHour, day_by_hour};
use warehousing::monitoring::settle::Roof;

/// An hour.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({
    "start": "2026-07-14T12:00:00-06:00", "is_known": true, "generation_wh": 11000,
    "self_consumed_wh": 11000, "load_wh": 18000, "charging_wh": 0, "battery_in_wh": 0,
    "battery_out_wh": 5000, "import_wh": 2000, "export_wh": 0, "stored_wh": 42000,
    "expected_wh": 11400, "buy_price": 0.21, "sell_price": 0.06, "grid_kg_per_kwh": 0.412,
}))]
pub(crate) struct EnergyHour {
    /// Its beginning.
    start: String,
    /// All meters are known in all of it.
    is_known: bool,
    /// AC out of the inverters.
    generation_wh: Milli,
    /// Of the site's own generation, used there: at once, or out of what the battery took that day.
    self_consumed_wh: Milli,
    /// Used by the building.
    load_wh: Milli,
    /// Used by vehicles.
    charging_wh: Milli,
    /// Into the battery.
    battery_in_wh: Milli,
    /// Out of the battery.
    battery_out_wh: Milli,
    /// Bought.
    import_wh: Milli,
    /// Sold.
    export_wh: Milli,
    /// In the battery at its end; null where that is not known.
    stored_wh: Option<Milli>,
    /// Expected of its weather; null where that is not known.
    expected_wh: Option<Milli>,
    /// Price of a kWh bought; null where it is not known.
    buy_price: Option<Rate>,
    /// Price of a kWh sold; null where it is not known.
    sell_price: Option<Rate>,
    /// kg CO2e of a kWh bought; null where it is not known.
    grid_kg_per_kwh: Option<Rate>,
}

/// A day of a site, or of all sites together.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({
    "site": "W1", "day": "2026-07-14", "zone": "America/Denver", "hours": [],
}))]
pub(crate) struct EnergyDay {
    /// Id of the site; null of all together.
    pub(crate) site: Option<String>,
    /// The local day.
    pub(crate) day: String,
    /// Its time zone.
    pub(crate) zone: String,
    /// Its hours: 23 to 25.
    pub(crate) hours: Vec<EnergyHour>,
}

/// Energy in Wh with three decimals.
pub(crate) fn wh(energy: Energy) -> Milli {
    Milli::from_thousandths(energy.milliwatt_hours())
}

impl EnergyHour {
    /// - `outlooks`: of each site; where several know a price, this is their mean.
    fn of(hour: &DayHour, zone: &Zone, outlooks: &[&[OutlookHour]]) -> Self {
        // An outlook may begin its hours at another quarter: that counts in which this one begins.
        let ahead: Vec<&OutlookHour> = outlooks
            .iter()
            .filter_map(|known| known.iter().rev().find(|one| one.start.instant() <= hour.start))
            .filter(|one| hour.start < one.start.instant() + super::known::HOUR)
            .collect();
        let mean = |of: fn(&OutlookHour) -> Rate| {
            let sum: i64 = ahead.iter().map(|one| of(one).millionths()).sum();
            (!ahead.is_empty()).then(|| Rate::from_millionths(sum / ahead.len() as i64))
        };
        let flows = &hour.flows;
        Self {
            start: zone.rfc3339(hour.start),
            is_known: hour.is_known,
            generation_wh: wh(flows.generation),
            self_consumed_wh: wh(flows.self_consumed),
            load_wh: wh(flows.used - flows.charging),
            charging_wh: wh(flows.charging),
            battery_in_wh: wh(flows.battery_in),
            battery_out_wh: wh(flows.battery_out),
            import_wh: wh(flows.imported),
            export_wh: wh(flows.exported),
            stored_wh: hour.soc_kwh.and_then(|kwh| Milli::from_f64(kwh * 1e3)),
            expected_wh: hour.expected.map(wh),
            buy_price: mean(|one| one.buy_price),
            sell_price: mean(|one| one.sell_price),
            grid_kg_per_kwh: mean(|one| one.grid_kg_per_kwh),
        }
    }
}

/// The hours of sites together, on a day of a zone.
pub(crate) struct DayOfSites {
    pub(crate) hours: Vec<DayHour>,
    /// What was known ahead, site by site.
    pub(crate) outlooks: Vec<Vec<OutlookHour>>,
}

impl DayOfSites {
    /// As it is shown.
    pub(crate) fn shown(&self, zone: &Zone) -> Vec<EnergyHour> {
        let outlooks: Vec<&[OutlookHour]> = self.outlooks.iter().map(Vec::as_slice).collect();
        self.hours.iter().map(|hour| EnergyHour::of(hour, zone, &outlooks)).collect()
    }
}

impl App {
    /// A day of sites by hour, from their readings as they are now.
    pub(crate) async fn day_of_sites(
        &self,
        tenant: &Tenant,
        sites: &[Site],
        (zone, day): (&Zone, Day),
    ) -> Result<DayOfSites, Problem> {
        let midnight = |day| zone.at(day, Duration::ZERO);
        let span = (midnight(day), midnight(day.next()));
        let mut grounds = Vec::new();
        for site in sites {
            grounds.push(self.energy_ground(tenant, site, span).await?);
        }
        let zone = zone.clone();
        run(move || {
            let roofs: Vec<Roof> = grounds.iter().map(Ground::roof).collect();
            let hours = day_by_hour(&roofs, &zone, day);
            let outlooks = grounds.into_iter().map(|ground| ground.hours).collect();
            Ok(DayOfSites { hours, outlooks })
        })
        .await
    }
}
