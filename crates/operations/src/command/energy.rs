//! What a site has for its energy, and what is known ahead.

use super::bounded;
use super::vehicle::check_span;
use crate::draft::Draft;
use crate::energy_site::{EnergySiteFact, EnergySiteView, SiteEnergy};
use crate::field::{Id, LocalDay};
use crate::number::Rate;
use crate::outlook::{HourWeather, Outlook, OutlookFact, OutlookHour, OutlookView};
use crate::stream;
use crate::view::find;
use events::{Command, Decision, History, Refusal, StreamId};
use quantity::Zone;
use std::collections::BTreeSet;

/// Seconds of an hour.
const HOUR_S: i64 = 3_600;

/// A site is described. The same description again changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DescribeSite {
    /// Which site.
    pub site: Id,
    /// All that it has.
    pub body: SiteEnergy,
}

/// Refuses a number that its schema does not allow.
fn within(field: &str, number: Rate, (least, most): (f64, f64)) -> Result<(), Refusal> {
    let found = number.to_f64();
    if (least..=most).contains(&found) {
        return Ok(());
    }
    let detail = format!("`{field}` is {found}. Give {least} to {most}");
    Err(Refusal::content("number-out-of-bounds", detail))
}

impl DescribeSite {
    fn check(&self) -> Result<(), Refusal> {
        let SiteEnergy { lat, lon, tilt_deg, azimuth_deg, gamma_per_c, .. } = self.body;
        bounded("strings", self.body.strings.len(), 0, 500)?;
        within("lat", lat, (-90.0, 90.0))?;
        within("lon", lon, (-180.0, 180.0))?;
        within("tilt_deg", tilt_deg, (0.0, 90.0))?;
        within("azimuth_deg", azimuth_deg, (0.0, 360.0))?;
        within("gamma_per_c", gamma_per_c, (-0.02, 0.0))?;
        within(
            "carbon_price_per_kg",
            self.body.carbon_price_per_kg.unwrap_or_default(),
            (0.0, 1_000.0),
        )
    }
}

impl Command for DescribeSite {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        self.check()?;
        Ok(vec![stream::energy_site(&self.site)])
    }

    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        if self.body.time_zone().is_none() {
            let detail = format!("`{}` is no time zone. Write America/Denver", self.body.zone);
            return Err(Refusal::state("zone-unknown", detail));
        }
        let mut devices = BTreeSet::new();
        for string in &self.body.strings {
            if !devices.insert(&string.device) {
                let detail = format!("String `{}` comes twice. Give each once", string.device);
                return Err(Refusal::state("string-twice", detail));
            }
        }
        let own = stream::energy_site(&self.site);
        let known: Option<EnergySiteView> = find(history, &own)?;
        let mut draft = Draft::new(history);
        if known.is_none_or(|known| known.energy != self.body) {
            draft.write(&own, &EnergySiteFact::Described(self.body.clone()))?;
        }
        draft.end()
    }
}

/// A site as a command finds it.
pub(super) fn energy_site(history: &History, site: &Id) -> Result<SiteEnergy, Refusal> {
    let known: Option<EnergySiteView> = find(history, &stream::energy_site(site))?;
    let known = known.ok_or_else(|| {
        let detail = format!("Nothing is known of the energy of site `{site}`. Describe it first");
        Refusal::missing("energy-site-unknown", detail)
    })?;
    Ok(known.energy)
}

/// The zone of a site that was described.
pub(super) fn zone_of(site: &SiteEnergy) -> Result<Zone, Refusal> {
    site.time_zone().ok_or_else(|| {
        let detail = format!("`{}` is no time zone any more. Describe the site anew", site.zone);
        Refusal::state("zone-unknown", detail)
    })
}

/// What is known ahead of a day is given. The same again changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetOutlook {
    /// Which site.
    pub site: Id,
    /// Which local day.
    pub day: LocalDay,
    /// All that is known.
    pub body: Outlook,
}

fn check_weather(weather: &HourWeather) -> Result<(), Refusal> {
    within("ghi_w_m2", weather.ghi_w_m2, (0.0, 2_000.0))?;
    within("dni_w_m2", weather.dni_w_m2, (0.0, 2_000.0))?;
    within("dhi_w_m2", weather.dhi_w_m2, (0.0, 2_000.0))?;
    within("temp_air_c", weather.temp_air_c, (-95.0, 65.0))?;
    within("wind_speed_m_s", weather.wind_speed_m_s, (0.0, 120.0))
}

impl SetOutlook {
    fn check(&self) -> Result<(), Refusal> {
        bounded("hours", self.body.hours.len(), 1, 25)?;
        bounded("vehicles", self.body.vehicles.len(), 0, 500)?;
        for hour in &self.body.hours {
            hour.weather.as_ref().map_or(Ok(()), check_weather)?;
            within("buy_price", hour.buy_price, (-1_000.0, 1_000.0))?;
            within("sell_price", hour.sell_price, (-1_000.0, 1_000.0))?;
            within("grid_kg_per_kwh", hour.grid_kg_per_kwh, (0.0, 10.0))?;
        }
        Ok(())
    }

    fn check_hours(&self, zone: &Zone) -> Result<(), Refusal> {
        let day = self.day.day();
        for hour in &self.body.hours {
            let at = hour.start.instant();
            if zone.day_of(at) != day {
                let detail = format!(
                    "The hour from {} is not of {} in {}",
                    hour.start,
                    self.day,
                    zone.name()
                );
                let detail = format!("{detail}. Give each day its own hours");
                return Err(Refusal::state("hour-of-another-day", detail));
            }
            if at.unix() % (HOUR_S / 4) != 0 {
                let detail = format!("{} begins no quarter hour. Give whole hours", hour.start);
                return Err(Refusal::state("hour-uneven", detail));
            }
        }
        let gap = |pair: &&[OutlookHour]| {
            (pair[1].start.instant() - pair[0].start.instant()).seconds() != HOUR_S
        };
        if let Some(pair) = self.body.hours.windows(2).find(gap) {
            let detail = format!(
                "{} does not follow {} after an hour. Give hours in their order, without a gap",
                pair[1].start, pair[0].start
            );
            return Err(Refusal::state("hours-uneven", detail));
        }
        Ok(())
    }
}

impl Command for SetOutlook {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        self.check()?;
        Ok(vec![stream::energy_site(&self.site), stream::outlook(&self.site, &self.day)])
    }

    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        let site = energy_site(history, &self.site)?;
        self.check_hours(&zone_of(&site)?)?;
        for vehicle in &self.body.vehicles {
            check_span(&vehicle.from, &vehicle.until)?;
        }
        let own = stream::outlook(&self.site, &self.day);
        let known: Option<OutlookView> = find(history, &own)?;
        let mut draft = Draft::new(history);
        if known.is_none_or(|known| known.outlook != self.body) {
            draft.write(&own, &OutlookFact::Set(self.body.clone()))?;
        }
        draft.end()
    }
}
