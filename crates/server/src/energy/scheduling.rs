//! The next hours of a site, planned from a quarter hour on.

use super::day::wh;
use super::known::{HOUR, Site, local, weather};
use crate::app::App;
use crate::blobs::run;
use crate::problem::Problem;
use events::Tenant;
use operations::fact::Fact;
use operations::schedule::ScheduleFact;
use operations::view::fold;
use operations::{
    ExpectedVehicle, Id, LocalDay, MakeSchedule, Milli, Moment, OutlookHour, OutlookView, Quantity,
    ReadingForm, ScheduleHours, ScheduleMade, ScheduleSession, ScheduleView, known_readings,
    stream,
};
use quantity::{Duration, Energy, Instant, Power};
use std::collections::BTreeMap;
use warehousing::{ChargingWindow, Hour, HourAhead, Losses, SiteAhead, WeatherHour, schedule_day};

/// Local days that are looked ahead upon, with the one that there is.
const DAYS_AHEAD: usize = 2;
/// A battery's charge is known from its last reading for so long.
const SOC_HOLDS: Duration = Duration::from_seconds(3_600);
/// Energy stored per energy taken in, and given out per energy taken from the store: as of a scenario
/// that says nothing else.
const EFFICIENCY: f64 = 0.95;

/// What is in the battery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stored {
    energy: Energy,
    is_measured: bool,
}

impl App {
    /// Plans a site's hours from a moment on, as far as its outlooks reach.
    ///
    /// - `is_anew`: what is known ahead has changed since the last schedule.
    pub(crate) async fn make_schedule(
        &self,
        tenant: &Tenant,
        site: &Site,
        from: Instant,
        is_anew: bool,
    ) -> Result<(), Problem> {
        let mut days = Vec::new();
        let mut day = site.zone.day_of(from);
        for _ in 0..DAYS_AHEAD {
            days.push(local(day)?);
            day = day.next();
        }
        let today = days[0].clone();
        // A vehicle that came yesterday may stay the night.
        let yesterday = super::settling::last_ended(site, from);
        days.insert(0, local(yesterday)?);
        let outlooks = self.outlooks(tenant, &site.id, &days).await?;
        let hours = ahead(&outlooks, from);
        if hours.is_empty() {
            return Ok(());
        }
        let before = self.schedules(tenant, site, from).await?;
        let stored = self.stored(tenant, site, from, before.last()).await?;
        let charging: Vec<ChargingWindow> = outlooks
            .iter()
            .flat_map(|view| &view.outlook.vehicles)
            .filter(|vehicle| vehicle.until.instant() > from)
            .map(|vehicle| window(vehicle, given(&before, vehicle, from)))
            .collect();
        let of = site.clone();
        let made = run(move || plan(&of, from, &hours, &charging, stored)).await?;
        let command = MakeSchedule { site: site.id.clone(), day: today, made, is_anew };
        self.say(tenant, &command).await
    }

    /// What is in the battery of a site: as measured, else as the schedule before foresaw, else nothing.
    async fn stored(
        &self,
        tenant: &Tenant,
        site: &Site,
        at: Instant,
        before: Option<&ScheduleMade>,
    ) -> Result<Stored, Problem> {
        let nothing = Stored { energy: Energy::ZERO, is_measured: false };
        let Some(battery) = site.battery() else { return Ok(nothing) };
        let days: Vec<LocalDay> =
            [at - SOC_HOLDS, at].into_iter().filter_map(LocalDay::of_utc).collect();
        let streams: Vec<_> = days.iter().map(|day| stream::readings(&site.id, day)).collect();
        let history = self.store.history(tenant, &streams).await?;
        let mut measured: BTreeMap<Id, (i64, Milli)> = BTreeMap::new();
        for own in &streams {
            for said in known_readings(&history, own)? {
                if (said.quantity, said.form) != (Quantity::Soc, ReadingForm::Mean) {
                    continue;
                }
                let recent = (at - SOC_HOLDS).unix()..=at.unix();
                let last = said.values.iter().rev().find(|(at_s, _)| recent.contains(at_s));
                measured.extend(last.map(|&last| (said.device.clone(), last)));
            }
        }
        if !measured.is_empty() {
            let sum: i64 = measured.values().map(|(_, value)| value.thousandths()).sum();
            let energy = Energy::new(sum).min(battery.capacity);
            return Ok(Stored { energy, is_measured: true });
        }
        let energy = before.and_then(|schedule| foreseen_at(schedule, at));
        Ok(energy.map_or(nothing, |energy| Stored { energy, is_measured: false }))
    }

    /// The schedules of a site that were made on the day of `at` and the day before, each by the moment
    /// from which it counts, which is before `at`.
    async fn schedules(
        &self,
        tenant: &Tenant,
        site: &Site,
        at: Instant,
    ) -> Result<Vec<ScheduleMade>, Problem> {
        let days = [local(super::settling::last_ended(site, at))?, local(site.zone.day_of(at))?];
        let streams = days.map(|day| stream::schedule(&site.id, &day));
        let history = self.store.history(tenant, &streams).await?;
        let mut by_moment = BTreeMap::new();
        for event in streams.iter().flat_map(|own| history.stream(own)) {
            let fact = ScheduleFact::read(event).map_err(|fault| Problem::internal(&fault))?;
            let ScheduleFact::Made(made) = fact;
            if made.made_at.instant() < at {
                // One that was made anew stands in the place of the one before.
                by_moment.insert(made.made_at.instant(), made);
            }
        }
        Ok(by_moment.into_values().collect())
    }

    /// The schedule of a site that was made last, of the day of `at` or the day before.
    pub(crate) async fn latest_schedule(
        &self,
        tenant: &Tenant,
        site: &Site,
        at: Instant,
    ) -> Result<Option<ScheduleView>, Problem> {
        let days = [local(site.zone.day_of(at))?, local(super::settling::last_ended(site, at))?];
        let streams = days.map(|day| stream::schedule(&site.id, &day));
        let history = self.store.history(tenant, &streams).await?;
        for own in &streams {
            let view = fold(history.stream(own)).map_err(|fault| Problem::internal(&fault))?;
            if view.is_some() {
                return Ok(view);
            }
        }
        Ok(None)
    }
}

/// What a schedule foresees to be in the battery at a moment within it, in a straight line from hour to
/// hour.
fn foreseen_at(schedule: &ScheduleMade, at: Instant) -> Option<Energy> {
    let mut before = schedule.stored_wh.thousandths();
    for (begin, after) in begins(schedule).zip(&schedule.hours.stored_wh) {
        let after = after.thousandths();
        if begin <= at && at < begin + HOUR {
            let part = i128::from(after - before) * i128::from((at - begin).seconds());
            return Some(Energy::new(before + (part / i128::from(HOUR.seconds())) as i64));
        }
        before = after;
    }
    None
}

/// When each hour of a schedule begins.
fn begins(schedule: &ScheduleMade) -> impl Iterator<Item = Instant> {
    std::iter::successors(Some(schedule.made_at.instant()), |&begin| Some(begin + HOUR))
}

/// What a vehicle was given since it was plugged in, if schedules were followed: of each the part until the
/// next one.
fn given(schedules: &[ScheduleMade], vehicle: &ExpectedVehicle, at: Instant) -> Energy {
    let next = schedules.iter().skip(1).map(|schedule| schedule.made_at.instant());
    let ends = next.chain([at]);
    let part = |(schedule, end): (&ScheduleMade, Instant)| {
        let session = schedule.sessions.iter().find(|one| one.vehicle == vehicle.vehicle)?;
        let of_hour = |(begin, energy): (Instant, &Milli)| {
            let (from, until) = (begin.max(vehicle.from.instant()), (begin + HOUR).min(end));
            let seconds = i128::from((until - from).seconds().max(0));
            let exact = i128::from(energy.thousandths()) * seconds;
            Energy::new((exact / i128::from(HOUR.seconds())) as i64)
        };
        Some(begins(schedule).zip(&session.energy_wh).map(of_hour).sum::<Energy>())
    };
    schedules.iter().zip(ends).filter_map(part).sum()
}

/// - `given`: what it has got already.
fn window(vehicle: &ExpectedVehicle, given: Energy) -> ChargingWindow {
    ChargingWindow {
        vehicle: vehicle.vehicle.to_string(),
        from: vehicle.from.instant(),
        until: vehicle.until.instant(),
        energy: (Energy::new(vehicle.energy_wh.get() as i64 * 1_000) - given).or_zero(),
        power: Power::new(vehicle.power_w.get() as i64 * 1_000),
    }
}

/// Hours from a moment on without a gap, each a mean of the two outlook hours that it overlaps.
fn ahead(outlooks: &[OutlookView], from: Instant) -> Vec<HourAhead> {
    let known: Vec<&OutlookHour> = outlooks.iter().flat_map(|view| &view.outlook.hours).collect();
    let of = |at: Instant| {
        let place = known.partition_point(|hour| hour.start.instant() <= at).checked_sub(1)?;
        let hour = known[place];
        (at < hour.start.instant() + HOUR).then_some(hour)
    };
    let hour = |start: Instant| {
        let first = of(start)?;
        let until = first.start.instant() + HOUR;
        let share = (until - start).seconds() as f64 / HOUR.seconds() as f64;
        // An hour of the clock needs no other one.
        let second = if share < 1.0 { of(until)? } else { first };
        Some(mean(start, first, second, share))
    };
    std::iter::successors(Some(from), |&start| Some(start + HOUR)).map_while(hour).collect()
}

/// - `share`: of the hour that lies in `first`.
fn mean(start: Instant, first: &OutlookHour, second: &OutlookHour, share: f64) -> HourAhead {
    let mix = |of: &dyn Fn(&OutlookHour) -> f64| share * of(first) + (1.0 - share) * of(second);
    let light = |one: WeatherHour, other: WeatherHour| {
        let mix = |of: fn(&WeatherHour) -> f64| share * of(&one) + (1.0 - share) * of(&other);
        WeatherHour {
            start,
            ghi: mix(|hour| hour.ghi),
            dni: mix(|hour| hour.dni),
            dhi: mix(|hour| hour.dhi),
            temp_air: mix(|hour| hour.temp_air),
            wind_speed: mix(|hour| hour.wind_speed),
        }
    };
    HourAhead {
        start,
        weather: weather(first).zip(weather(second)).map(|(one, other)| light(one, other)),
        buy_price: mix(&|hour| hour.buy_price.to_f64()),
        sell_price: mix(&|hour| hour.sell_price.to_f64()),
        grid_kg_per_kwh: mix(&|hour| hour.grid_kg_per_kwh.to_f64()),
        load: Energy::from_kilowatt_hours(mix(&|hour| hour.load_wh.get() as f64 / 1e3)),
    }
}

fn plan(
    site: &Site,
    from: Instant,
    hours: &[HourAhead],
    charging: &[ChargingWindow],
    stored: Stored,
) -> Result<ScheduleMade, Problem> {
    let ahead = SiteAhead {
        point: site.point()?,
        solar: site.solar(),
        battery: site.battery(),
        losses: Losses { charge: EFFICIENCY, discharge: EFFICIENCY },
        stored: stored.energy,
        step: warehousing::HOUR,
        hours,
        foreseen: &[],
        charging,
        carbon_price_per_kg: site.energy.carbon_price_per_kg.unwrap_or_default().to_f64(),
    };
    let schedule = schedule_day(&ahead);
    if let Some(fault) = warehousing::check(&ahead, &schedule).first() {
        return Err(Problem::internal(&format!("a schedule does not stand: {fault:?}")));
    }
    let made_at = Moment::new(site.zone.rfc3339(from));
    let made_at = made_at.map_err(|fault| Problem::internal(&fault))?;
    let column = |of: fn(&Hour) -> Energy| schedule.hours.iter().map(|hour| wh(of(hour))).collect();
    let session = |session: &warehousing::Session| {
        let vehicle = Id::new(session.vehicle.clone());
        Ok(ScheduleSession {
            vehicle: vehicle.map_err(|fault| Problem::internal(&fault))?,
            energy_wh: session.energy.iter().map(|&energy| wh(energy)).collect(),
            short_wh: wh(session.short),
        })
    };
    Ok(ScheduleMade {
        made_at,
        stored_wh: wh(stored.energy),
        stored_is_measured: stored.is_measured,
        hours: ScheduleHours {
            generation_wh: column(|hour| hour.pv),
            load_wh: column(|hour| hour.load),
            charging_wh: column(|hour| hour.charging),
            battery_in_wh: column(|hour| hour.battery_in),
            battery_out_wh: column(|hour| hour.battery_out),
            stored_wh: column(|hour| hour.stored),
            import_wh: column(|hour| hour.import),
            export_wh: column(|hour| hour.export),
        },
        sessions: schedule.sessions.iter().map(session).collect::<Result<_, Problem>>()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use operations::{Amount, Outlook, Rate};

    fn at(text: &str) -> Instant {
        Instant::parse(text).unwrap()
    }

    /// Hours of the clock from noon on, each dearer than the one before.
    fn outlook(n_hours: u32) -> OutlookView {
        let hour = |n: u32| OutlookHour {
            start: Moment::new(format!("2026-07-14T{:02}:00:00Z", 12 + n)).unwrap(),
            weather: None,
            buy_price: Rate::from_millionths(100_000 * i64::from(n + 1)),
            sell_price: Rate::ZERO,
            grid_kg_per_kwh: Rate::ZERO,
            load_wh: Amount::new(1_000 * u64::from(n)).unwrap(),
        };
        OutlookView {
            id: "W1/2026-07-14".into(),
            site: "W1".into(),
            day: "2026-07-14".into(),
            outlook: Outlook { hours: (0..n_hours).map(hour).collect(), vehicles: vec![] },
            version: 1,
            updated_at: String::new(),
        }
    }

    #[test]
    fn hours_begin_at_the_quarter_and_end_with_what_is_known() {
        for (from, prices, why) in [
            ("2026-07-14T12:00:00Z", vec![0.1, 0.2, 0.3], "on the hour"),
            ("2026-07-14T12:15:00Z", vec![0.125, 0.225], "a quarter of each comes of the next"),
            ("2026-07-14T14:45:00Z", vec![], "the last is not whole"),
            ("2026-07-14T15:00:00Z", vec![], "nothing is known"),
            ("2026-07-14T11:45:00Z", vec![], "nothing is known yet"),
        ] {
            let found = ahead(&[outlook(3)], at(from));
            let told: Vec<f64> = found.iter().map(|hour| hour.buy_price).collect();
            assert_eq!(told.len(), prices.len(), "{from}: {why}");
            for (price, expect) in told.iter().zip(&prices) {
                assert!((price - expect).abs() < 1e-12, "{from}: {why}: {told:?}");
            }
        }
    }

    fn hours(stored: &[i64]) -> ScheduleHours {
        let stored_wh = stored.iter().map(|&wh| Milli::from_thousandths(wh)).collect();
        ScheduleHours { stored_wh, ..ScheduleHours::default() }
    }

    #[test]
    fn what_schedules_gave_a_vehicle_is_not_given_again() {
        let made = |start: &str, wh: i64| ScheduleMade {
            made_at: Moment::new(start).unwrap(),
            stored_wh: Milli::ZERO,
            stored_is_measured: false,
            hours: hours(&[0]),
            sessions: vec![ScheduleSession {
                vehicle: Id::new("van").unwrap(),
                energy_wh: vec![Milli::from_thousandths(wh * 1_000)],
                short_wh: Milli::ZERO,
            }],
        };
        let vehicle = |from: &str| ExpectedVehicle {
            vehicle: Id::new("van").unwrap(),
            from: Moment::new(from).unwrap(),
            until: Moment::new("2026-07-14T20:00:00Z").unwrap(),
            energy_wh: Amount::new(9_000).unwrap(),
            power_w: Amount::new(11_000).unwrap(),
        };
        let schedules = [
            made("2026-07-14T12:00:00Z", 4_000),
            made("2026-07-14T12:15:00Z", 8_000),
            made("2026-07-14T12:30:00Z", 2_000),
        ];
        for (from, until, expect, why) in [
            ("2026-07-14T11:00:00Z", "2026-07-14T12:45:00Z", 3_500, "a quarter of each"),
            ("2026-07-14T12:15:00Z", "2026-07-14T12:45:00Z", 2_500, "it came later"),
            ("2026-07-14T11:00:00Z", "2026-07-14T15:00:00Z", 5_000, "the last ends after an hour"),
            ("2026-07-14T13:00:00Z", "2026-07-14T12:45:00Z", 0, "it is not there yet"),
        ] {
            let found = given(&schedules, &vehicle(from), at(until));
            assert_eq!(found, Energy::new(expect * 1_000), "{why}");
        }
    }

    #[test]
    fn a_schedule_foresees_what_is_stored_between_its_hours() {
        let made = ScheduleMade {
            made_at: Moment::new("2026-07-14T12:00:00Z").unwrap(),
            stored_wh: Milli::from_thousandths(4_000),
            stored_is_measured: true,
            hours: hours(&[8_000, 0]),
            sessions: vec![],
        };
        for (when, expect) in [
            ("2026-07-14T12:00:00Z", Some(4_000)),
            ("2026-07-14T12:15:00Z", Some(5_000)),
            ("2026-07-14T13:30:00Z", Some(4_000)),
            ("2026-07-14T14:00:00Z", None),
            ("2026-07-14T11:59:59Z", None),
        ] {
            assert_eq!(foreseen_at(&made, at(when)), expect.map(Energy::new), "{when}");
        }
    }
}
