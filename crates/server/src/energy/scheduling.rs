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
    ReadingForm, ScheduleMade, ScheduleSession, ScheduleSteps, ScheduleView, known_readings,
    stream,
};
use quantity::{Duration, Energy, Instant, Power};
use std::collections::BTreeMap;
use std::ops::Range;
use warehousing::{ChargingWindow, Hour, HourAhead, Losses, SiteAhead, schedule_day};

const QUARTER_S: u32 = 900;
const QUARTER: Duration = Duration::from_seconds(QUARTER_S as i64);
/// In an hour.
const QUARTERS: i64 = 4;
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
        let quarters = ahead(&outlooks, from);
        if quarters.is_empty() {
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
        let made = run(move || plan(&of, from, &quarters, &charging, stored)).await?;
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
        let made = self.schedules_of(tenant, site, &days).await?;
        // One that was made anew stands in the place of the one before.
        let by_moment: BTreeMap<Instant, ScheduleMade> =
            made.into_iter().map(|made| (made.made_at.instant(), made)).collect();
        Ok(by_moment.into_values().filter(|made| made.made_at.instant() < at).collect())
    }

    /// The schedules of a site that were made on some days, in the order in which they were made.
    pub(crate) async fn schedules_of(
        &self,
        tenant: &Tenant,
        site: &Site,
        days: &[LocalDay],
    ) -> Result<Vec<ScheduleMade>, Problem> {
        let streams: Vec<_> = days.iter().map(|day| stream::schedule(&site.id, day)).collect();
        let history = self.store.history(tenant, &streams).await?;
        let events = streams.iter().flat_map(|own| history.stream(own));
        let made = events
            .map(|event| ScheduleFact::read(event).map(|ScheduleFact::Made(made)| made))
            .collect::<Result<_, _>>();
        made.map_err(|fault| Problem::internal(&fault))
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

/// What a schedule foresees to be in the battery at a moment within it, in a straight line through each
/// step.
fn foreseen_at(schedule: &ScheduleMade, at: Instant) -> Option<Energy> {
    let mut before = schedule.stored_wh.thousandths();
    for ((begin, end), after) in schedule.spans().zip(&schedule.steps.stored_wh) {
        let after = after.thousandths();
        if begin <= at && at < end {
            let part = i128::from(after - before) * i128::from((at - begin).seconds());
            return Some(Energy::new(before + (part / i128::from((end - begin).seconds())) as i64));
        }
        before = after;
    }
    None
}

/// What a vehicle was given since it was plugged in, if schedules were followed: of each the part until the
/// next one.
fn given(schedules: &[ScheduleMade], vehicle: &ExpectedVehicle, at: Instant) -> Energy {
    let next = schedules.iter().skip(1).map(|schedule| schedule.made_at.instant());
    let ends = next.chain([at]);
    let part = |(schedule, end): (&ScheduleMade, Instant)| {
        let session = schedule.sessions.iter().find(|one| one.vehicle == vehicle.vehicle)?;
        let of_step = |((begin, until), energy): ((Instant, Instant), &Milli)| {
            let plugged = until.min(end) - begin.max(vehicle.from.instant());
            let exact = i128::from(energy.thousandths()) * i128::from(plugged.seconds().max(0));
            Energy::new((exact / i128::from((until - begin).seconds())) as i64)
        };
        Some(schedule.spans().zip(&session.energy_wh).map(of_step).sum::<Energy>())
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

/// A quarter hour of an outlook.
struct Quarter {
    /// When the outlook's hour begins in which it lies.
    hour: Instant,
    ahead: HourAhead,
}

/// Quarter hours from a moment on without a gap, each as the outlook's hour in which it begins.
fn ahead(outlooks: &[OutlookView], from: Instant) -> Vec<Quarter> {
    let known: Vec<&OutlookHour> = outlooks.iter().flat_map(|view| &view.outlook.hours).collect();
    let quarter = |start: Instant| {
        let place = known.partition_point(|hour| hour.start.instant() <= start).checked_sub(1)?;
        let hour = known[place];
        let ahead = HourAhead {
            start,
            weather: weather(hour),
            buy_price: hour.buy_price.to_f64(),
            sell_price: hour.sell_price.to_f64(),
            grid_kg_per_kwh: hour.grid_kg_per_kwh.to_f64(),
            load: Energy::new(hour.load_wh.get() as i64 * 1_000 / QUARTERS),
        };
        let begin = hour.start.instant();
        (start < begin + HOUR).then_some(Quarter { hour: begin, ahead })
    };
    std::iter::successors(Some(from), |&start| Some(start + QUARTER)).map_while(quarter).collect()
}

/// Ranges of quarter hours that are told as one: each alone in the first hour, then hour by hour.
fn together(quarters: &[Quarter]) -> Vec<Range<usize>> {
    let first = quarters.first().map(|quarter| quarter.hour);
    let mut at = 0;
    let same = |one: &Quarter, other: &Quarter| one.hour == other.hour && Some(one.hour) != first;
    let ranges = quarters.chunk_by(same).map(|chunk| {
        at += chunk.len();
        at - chunk.len()..at
    });
    ranges.collect()
}

fn plan(
    site: &Site,
    from: Instant,
    quarters: &[Quarter],
    charging: &[ChargingWindow],
    stored: Stored,
) -> Result<ScheduleMade, Problem> {
    let hours: Vec<HourAhead> = quarters.iter().map(|quarter| quarter.ahead).collect();
    let ahead = SiteAhead {
        point: site.point()?,
        solar: site.solar(),
        battery: site.battery(),
        losses: Losses { charge: EFFICIENCY, discharge: EFFICIENCY },
        stored: stored.energy,
        step: QUARTER,
        hours: &hours,
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
    let steps = together(quarters);
    let sums = |of: &dyn Fn(usize) -> Energy| {
        steps.iter().map(|step| wh(step.clone().map(of).sum())).collect::<Vec<Milli>>()
    };
    let column = |of: fn(&Hour) -> Energy| sums(&|quarter| of(&schedule.hours[quarter]));
    let session = |session: &warehousing::Session| {
        let vehicle = Id::new(session.vehicle.clone());
        Ok(ScheduleSession {
            vehicle: vehicle.map_err(|fault| Problem::internal(&fault))?,
            energy_wh: sums(&|quarter| session.energy[quarter]),
            short_wh: wh(session.short),
        })
    };
    Ok(ScheduleMade {
        made_at,
        stored_wh: wh(stored.energy),
        stored_is_measured: stored.is_measured,
        steps: ScheduleSteps {
            length_s: steps.iter().map(|step| step.len() as u32 * QUARTER_S).collect(),
            generation_wh: column(|hour| hour.pv),
            load_wh: column(|hour| hour.load),
            charging_wh: column(|hour| hour.charging),
            battery_in_wh: column(|hour| hour.battery_in),
            battery_out_wh: column(|hour| hour.battery_out),
            stored_wh: steps.iter().map(|step| wh(schedule.hours[step.end - 1].stored)).collect(),
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
    fn quarters_go_on_to_the_end_of_what_is_known_and_hours_are_told_whole() {
        for (from, prices, lengths, why) in [
            ("2026-07-14T12:00:00Z", [4, 4, 4], vec![1, 1, 1, 1, 4, 4], "on the hour"),
            ("2026-07-14T12:15:00Z", [3, 4, 4], vec![1, 1, 1, 4, 4], "a quarter later"),
            ("2026-07-14T14:45:00Z", [0, 0, 1], vec![1], "the last quarter"),
            ("2026-07-14T15:00:00Z", [0, 0, 0], vec![], "nothing is known"),
            ("2026-07-14T11:45:00Z", [0, 0, 0], vec![], "nothing is known yet"),
        ] {
            let found = ahead(&[outlook(3)], at(from));
            let at_price = |price: f64| {
                found.iter().filter(|one| (one.ahead.buy_price - price).abs() < 1e-12).count()
            };
            assert_eq!([0.1, 0.2, 0.3].map(at_price), prices, "{from}: {why}");
            let told: Vec<usize> = together(&found).into_iter().map(|step| step.len()).collect();
            assert_eq!(told, lengths, "{from}: {why}");
        }
        let load: Energy = ahead(&[outlook(3)], at("2026-07-14T12:00:00Z"))
            .iter()
            .map(|quarter| quarter.ahead.load)
            .sum();
        assert_eq!(load, Energy::from_kilowatt_hours(3.0));
    }

    fn steps(stored: &[i64]) -> ScheduleSteps {
        let stored_wh = stored.iter().map(|&wh| Milli::from_thousandths(wh)).collect();
        let length_s = vec![3_600; stored.len()];
        ScheduleSteps { length_s, stored_wh, ..ScheduleSteps::default() }
    }

    #[test]
    fn what_schedules_gave_a_vehicle_is_not_given_again() {
        let made = |start: &str, wh: i64| ScheduleMade {
            made_at: Moment::new(start).unwrap(),
            stored_wh: Milli::ZERO,
            stored_is_measured: false,
            steps: steps(&[0]),
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
    fn a_schedule_foresees_what_is_stored_within_its_steps() {
        let made = ScheduleMade {
            made_at: Moment::new("2026-07-14T12:00:00Z").unwrap(),
            stored_wh: Milli::from_thousandths(4_000),
            stored_is_measured: true,
            steps: steps(&[8_000, 0]),
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
