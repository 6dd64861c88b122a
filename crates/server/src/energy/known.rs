//! What the streams of a site say, as `warehousing` takes it.

use crate::app::App;
use crate::problem::Problem;
use events::{StreamId, Tenant};
use network::{Battery, Solar};
use operations::view::fold;
use operations::{
    EnergySiteView, Id, LocalDay, OutlookHour, OutlookView, Quantity, ReadingForm, ReadingsTaken,
    ReadingsVersion, SiteEnergy, known_readings, stream,
};
use quantity::{Day, Duration, Energy, Fixed, Instant, Point, Power, Zone};
use std::collections::BTreeMap;
use warehousing::WeatherHour;
use warehousing::generation;
use warehousing::monitoring::performance::{Array, Conditions};
use warehousing::monitoring::reading::{self, Channel, Measured, Reading};
use warehousing::monitoring::series::Quarters;
use warehousing::monitoring::settle::Roof;
use warehousing::monitoring::site::{SiteMeters, sites};
use warehousing::pv::simulate::Generation;

/// An hour.
pub(crate) const HOUR: Duration = Duration::from_seconds(3_600);
/// Registers count from stamp to stamp: a day needs one before it and one after.
pub(crate) const MARGIN: Duration = Duration::from_seconds(6 * 3_600);
/// A meter that was heard so long before a day belongs to the site, though it is silent on the day.
const REMEMBERED: Duration = Duration::from_seconds(7 * 86_400);

/// A site that was described.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    pub(crate) id: Id,
    pub(crate) energy: SiteEnergy,
    pub(crate) zone: Zone,
}

impl Site {
    pub(crate) fn of(view: EnergySiteView) -> Result<Self, Problem> {
        let id = Id::new(view.id).map_err(|fault| Problem::internal(&fault))?;
        let zone = view.energy.time_zone();
        let zone = zone.ok_or_else(|| Problem::internal(&"the zone of a site is gone"))?;
        Ok(Self { id, energy: view.energy, zone })
    }

    pub(crate) fn point(&self) -> Result<Point, Problem> {
        let (lat, lon) = (self.energy.lat.to_f64(), self.energy.lon.to_f64());
        Point::from_degrees(lat, lon).map_err(|fault| Problem::internal(&fault))
    }

    pub(crate) fn peak(&self) -> Power {
        watts(self.energy.peak_w.get())
    }

    pub(crate) fn solar(&self) -> Option<Solar> {
        let (tilt_deg, azimuth_deg) =
            (self.energy.tilt_deg.to_f64(), self.energy.azimuth_deg.to_f64());
        let peak = self.peak();
        (peak > Power::ZERO).then_some(Solar { peak, tilt_deg, azimuth_deg })
    }

    pub(crate) fn battery(&self) -> Option<Battery> {
        let battery = self.energy.battery?;
        let capacity = Energy::new(battery.capacity_wh.get() as i64 * 1_000);
        Some(Battery { capacity, power: watts(battery.power_w.get()) })
    }

    pub(crate) fn midnight(&self, day: Day) -> Instant {
        self.zone.at(day, Duration::ZERO)
    }
}

/// The power of so many watts.
pub(crate) fn watts(watts: u64) -> Power {
    Power::new(watts as i64 * 1_000)
}

/// A day, as streams are named.
pub(crate) fn local(day: Day) -> Result<LocalDay, Problem> {
    LocalDay::new(day.to_string()).map_err(|fault| Problem::internal(&fault))
}

/// The days of UTC whose readings a span of time needs.
pub(crate) fn utc_days(from: Instant, until: Instant) -> Vec<LocalDay> {
    let (first, last) = ((from - MARGIN).unix(), (until + MARGIN).unix());
    let numbers = first.div_euclid(86_400)..=last.div_euclid(86_400);
    numbers.filter_map(|number| LocalDay::of_utc(Instant::from_unix(number * 86_400))).collect()
}

/// What is known of a span of a site's time.
pub(crate) struct Ground {
    pub(crate) meters: SiteMeters,
    /// Hours of the outlooks, by time.
    pub(crate) hours: Vec<OutlookHour>,
    conditions: Option<Conditions>,
    expected_ac: Option<Quarters>,
    expected_dc_per_kwp: Option<Quarters>,
    string_powers: Vec<Power>,
    array: Array,
    /// Versions of the readings.
    pub(crate) made_from: Vec<ReadingsVersion>,
}

impl Ground {
    pub(crate) fn roof(&self) -> Roof<'_> {
        Roof {
            meters: &self.meters,
            array: self.array,
            modelled: self.conditions.as_ref(),
            expected_ac: self.expected_ac.as_ref(),
            expected_dc_per_kwp: self.expected_dc_per_kwp.as_ref(),
            string_powers: self.string_powers.clone(),
        }
    }

    /// kg CO2e per kWh bought, by time.
    pub(crate) fn grid(&self) -> Vec<(Instant, Fixed)> {
        self.hours.iter().map(intensity).collect()
    }
}

/// kg CO2e per kWh bought in an hour.
pub(crate) fn intensity(hour: &OutlookHour) -> (Instant, Fixed) {
    let kg = i128::from(hour.grid_kg_per_kwh.millionths()) * 1_000;
    (hour.start.instant(), Fixed::from_billionths(kg))
}

impl App {
    /// A site that was described.
    pub(crate) async fn energy_site(&self, tenant: &Tenant, id: &Id) -> Result<Site, Problem> {
        let own = stream::energy_site(id);
        let history = self.store.history(tenant, std::slice::from_ref(&own)).await?;
        let view: Option<EnergySiteView> =
            fold(history.stream(&own)).map_err(|fault| Problem::internal(&fault))?;
        Site::of(view.ok_or_else(|| Problem::missing("energy of a site", id))?)
    }

    /// All of a tenant's sites that were described.
    pub(crate) async fn energy_sites(&self, tenant: &Tenant) -> Result<Vec<Site>, Problem> {
        let views: Vec<EnergySiteView> = self.all(tenant, operations::key::IDS.into()).await?;
        views.into_iter().map(Site::of).collect()
    }

    /// The outlooks of local days, with those that there are.
    pub(crate) async fn outlooks(
        &self,
        tenant: &Tenant,
        site: &Id,
        days: &[LocalDay],
    ) -> Result<Vec<OutlookView>, Problem> {
        let streams: Vec<StreamId> = days.iter().map(|day| stream::outlook(site, day)).collect();
        let history = self.store.history(tenant, &streams).await?;
        let views = streams.iter().filter_map(|one| fold(history.stream(one)).transpose());
        views.collect::<Result<_, _>>().map_err(|fault| Problem::internal(&fault))
    }

    /// What is known of a site between two moments.
    pub(crate) async fn energy_ground(
        &self,
        tenant: &Tenant,
        site: &Site,
        (from, until): (Instant, Instant),
    ) -> Result<Ground, Problem> {
        let days = utc_days(from - REMEMBERED, until);
        let near = utc_days(from, until).first().cloned();
        let streams: Vec<StreamId> =
            days.iter().map(|day| stream::readings(&site.id, day)).collect();
        let history = self.store.history(tenant, &streams).await?;
        let mut channels: BTreeMap<(Id, Quantity, ReadingForm), Vec<Reading>> = BTreeMap::new();
        let mut made_from = Vec::new();
        for (day, own) in days.into_iter().zip(&streams) {
            let is_near = near.as_ref().is_some_and(|first| *first <= day);
            for said in known_readings(&history, own)? {
                let key = (said.device.clone(), said.quantity, said.form);
                let readings = channels.entry(key).or_default();
                if !is_near {
                    readings.clear();
                }
                append(readings, &said);
                if !is_near {
                    // Its last word is enough to know that it is there.
                    readings.drain(..readings.len().saturating_sub(1));
                }
            }
            if is_near {
                let version = history.stream(own).len() as u64;
                made_from.push(ReadingsVersion { day, version });
            }
        }
        let local_days = days_between(site, from, until)?;
        let outlooks = self.outlooks(tenant, &site.id, &local_days).await?;
        let hours = outlooks.into_iter().flat_map(|view| view.outlook.hours).collect();
        Ok(ground(site, channels, hours, made_from))
    }
}

/// The local days of a span.
pub(crate) fn days_between(
    site: &Site,
    from: Instant,
    until: Instant,
) -> Result<Vec<LocalDay>, Problem> {
    let mut days = Vec::new();
    let mut day = site.zone.day_of(from);
    while site.midnight(day) < until {
        days.push(local(day)?);
        day = day.next();
    }
    Ok(days)
}

fn append(readings: &mut Vec<Reading>, said: &ReadingsTaken) {
    // kW, kWh; W/m2 and °C as they are.
    let parts = if said.quantity.is_energy() || said.quantity == Quantity::Soc { 1e3 } else { 1.0 };
    readings.extend(said.values.iter().map(|&(at_s, value)| Reading {
        file: 0,
        row: 0,
        at: Instant::from_unix(at_s),
        value: value.to_f64() / parts,
    }));
}

fn ground(
    site: &Site,
    channels: BTreeMap<(Id, Quantity, ReadingForm), Vec<Reading>>,
    hours: Vec<OutlookHour>,
    made_from: Vec<ReadingsVersion>,
) -> Ground {
    let channel =
        |((device, quantity, form), readings): ((Id, Quantity, ReadingForm), _)| Channel {
            site: site.id.to_string(),
            device: device.into(),
            measured: measured(quantity),
            form: match form {
                ReadingForm::Mean => reading::Form::Mean,
                ReadingForm::Amount => reading::Form::Amount,
                ReadingForm::Register => reading::Form::Counter,
            },
            readings,
        };
    let channels: Vec<Channel> = channels.into_iter().map(channel).collect();
    let mut meters = sites(&channels).0.pop().unwrap_or_default();
    meters.site = site.id.to_string();
    let power = |(device, _): &(String, Quarters)| {
        let known = site.energy.strings.iter().find(|string| *string.device == **device);
        known.map_or(Power::ZERO, |string| watts(string.peak_w.get()))
    };
    let string_powers = meters.strings.iter().map(power).collect();
    let modelled = modelled(site, &hours);
    let kwp = site.peak().kilowatts();
    let steps = |of: fn(&Generation) -> &Vec<f64>, times: f64| {
        let (starts, generation) = modelled.as_ref()?;
        let step = |(&from, &value): (&i64, &f64)| (from, from + 3_600, value * times);
        Some(starts.iter().zip(of(generation)).map(step).collect::<Vec<_>>())
    };
    let conditions = || {
        Some(Conditions {
            irradiance: Quarters::from_levels(&steps(|all| &all.poa_w_m2, 1.0)?),
            temperature: Quarters::from_levels(&steps(|all| &all.cell_temp_c, 1.0)?),
        })
    };
    let power = |of, times| Some(Quarters::from_power(&steps(of, times)?));
    Ground {
        conditions: conditions(),
        expected_ac: power(|all| &all.ac_w, 1.0),
        expected_dc_per_kwp: power(|all| &all.dc_w, 1.0 / kwp.max(f64::MIN_POSITIVE)),
        string_powers,
        array: Array { peak: site.peak(), gamma_per_c: site.energy.gamma_per_c.to_f64() },
        meters,
        hours,
        made_from,
    }
}

/// Beginnings of the hours whose weather is known, and what the modules make of it; none without
/// modules or weather.
fn modelled(site: &Site, hours: &[OutlookHour]) -> Option<(Vec<i64>, Generation)> {
    let solar = site.solar()?;
    let weather: Vec<WeatherHour> = hours.iter().filter_map(weather).collect();
    if weather.is_empty() {
        return None;
    }
    let generation = generation::modelled(site.point().ok()?, solar, &weather, HOUR);
    Some((weather.iter().map(|hour| hour.start.unix()).collect(), generation))
}

/// The weather of an hour, where it is known.
pub(crate) fn weather(hour: &OutlookHour) -> Option<WeatherHour> {
    let weather = hour.weather?;
    Some(WeatherHour {
        start: hour.start.instant(),
        ghi: weather.ghi_w_m2.to_f64(),
        dni: weather.dni_w_m2.to_f64(),
        dhi: weather.dhi_w_m2.to_f64(),
        temp_air: weather.temp_air_c.to_f64(),
        wind_speed: weather.wind_speed_m_s.to_f64(),
    })
}

fn measured(quantity: Quantity) -> Measured {
    match quantity {
        Quantity::Generation => Measured::Generation,
        Quantity::StringGeneration => Measured::StringGeneration,
        Quantity::Load => Measured::Load,
        Quantity::Import => Measured::Import,
        Quantity::Export => Measured::Export,
        Quantity::Charging => Measured::Charging,
        Quantity::BatteryIn => Measured::BatteryIn,
        Quantity::BatteryOut => Measured::BatteryOut,
        Quantity::Soc => Measured::Soc,
        Quantity::Irradiance => Measured::Irradiance,
        Quantity::ModuleTemperature => Measured::ModuleTemperature,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use operations::{HourWeather, ModuleString, Moment, Rate};

    /// A site in a zone whose days begin at a half hour of UTC.
    pub(crate) fn site(id: &str, peak_w: u64) -> Site {
        let rate = |value: f64| Rate::from_f64(value).unwrap();
        let amount = |value: u64| operations::Amount::new(value).unwrap();
        let string = |device: &str, peak_w: u64| ModuleString {
            device: Id::new(device).unwrap(),
            peak_w: amount(peak_w),
        };
        let energy = SiteEnergy {
            zone: operations::Text::new("Asia/Kolkata").unwrap(),
            lat: rate(28.6),
            lon: rate(77.2),
            commissioned: LocalDay::new("2026-01-01").unwrap(),
            peak_w: amount(peak_w),
            tilt_deg: rate(20.0),
            azimuth_deg: rate(180.0),
            gamma_per_c: rate(-0.0035),
            strings: vec![string("S2", 3_000), string("S1", 2_000)],
            battery: None,
            connection_w: None,
            carbon_price_per_kg: None,
        };
        let zone = energy.time_zone().unwrap();
        Site { id: Id::new(id).unwrap(), energy, zone }
    }

    fn noon(weather: Option<HourWeather>) -> OutlookHour {
        OutlookHour {
            start: Moment::new("2026-07-14T06:30:00Z").unwrap(),
            weather,
            buy_price: Rate::ZERO,
            sell_price: Rate::ZERO,
            grid_kg_per_kwh: Rate::from_f64(0.4123).unwrap(),
            load_wh: operations::Amount::ZERO,
        }
    }

    fn channels(
        of: &[(&str, Quantity, f64)],
    ) -> BTreeMap<(Id, Quantity, ReadingForm), Vec<Reading>> {
        let at_s = Instant::parse("2026-07-14T06:30:00Z").unwrap().unix();
        let channel = |&(device, quantity, value): &(&str, Quantity, f64)| {
            let device = Id::new(device).unwrap();
            let value = operations::Milli::from_f64(value).unwrap();
            let said = ReadingsTaken {
                device: device.clone(),
                quantity,
                form: ReadingForm::Mean,
                values: vec![(at_s, value)],
            };
            let mut readings = Vec::new();
            append(&mut readings, &said);
            ((device, quantity, ReadingForm::Mean), readings)
        };
        of.iter().map(channel).collect()
    }

    #[test]
    fn streams_become_what_a_roof_is_made_of() {
        let measured = [
            ("i", Quantity::Generation, 8_000.0),
            ("b", Quantity::Soc, 42_000.0),
            ("sun", Quantity::Irradiance, 800.0),
            ("S1", Quantity::StringGeneration, 4_000.0),
            ("S2", Quantity::StringGeneration, 6_000.0),
            ("S3", Quantity::StringGeneration, 1.0),
        ];
        let rate = |value: f64| Rate::from_f64(value).unwrap();
        let weather = HourWeather {
            ghi_w_m2: rate(800.0),
            dni_w_m2: rate(700.0),
            dhi_w_m2: rate(150.0),
            temp_air_c: rate(25.0),
            wind_speed_m_s: rate(2.0),
        };
        let found =
            ground(&site("W1", 5_000), channels(&measured), vec![noon(Some(weather))], Vec::new());
        let quarter = found.meters.numbers().start;
        let of = |measured| found.meters.measured(measured).unwrap();
        assert_eq!(of(Measured::Generation).energy(quarter), Energy::new(2_000_000), "2 kWh");
        assert_eq!(of(Measured::Soc).level(quarter), Some(42.0), "kWh");
        assert_eq!(of(Measured::Irradiance).level(quarter), Some(800.0), "W/m2");
        let powers = [2_000, 3_000, 0].map(watts);
        assert_eq!(found.string_powers, powers, "by name; a stranger has no power");
        assert_eq!(found.grid()[0].1.to_string(), "0.4123");
        let roof = found.roof();
        let expected = roof.expected_ac.unwrap().energy(quarter) * 4;
        assert!(
            (3.0..5.0).contains(&expected.kilowatt_hours()),
            "of 5 kWp in an hour: {expected:?}"
        );
        assert!(roof.modelled.unwrap().irradiance.level(quarter).unwrap() > 700.0);
        for (site, weather, why) in
            [(site("W1", 5_000), None, "no weather"), (site("W1", 0), Some(weather), "no modules")]
        {
            let found = ground(&site, channels(&measured), vec![noon(weather)], Vec::new());
            assert!(found.roof().expected_ac.is_none(), "{why}");
        }
    }

    #[test]
    fn a_day_takes_the_days_of_utc_around_it() {
        let at = |text: &str| Instant::parse(text).unwrap();
        let days = utc_days(at("2026-07-13T18:30:00Z"), at("2026-07-14T18:30:00Z"));
        let days: Vec<&str> = days.iter().map(LocalDay::as_str).collect();
        assert_eq!(days, ["2026-07-13", "2026-07-14", "2026-07-15"]);
    }
}
