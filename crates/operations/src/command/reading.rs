//! What devices measured comes in.

use super::bounded;
use super::energy::energy_site;
use crate::draft::Draft;
use crate::energy_site::SiteEnergy;
use crate::fact::Fact;
use crate::field::{Id, LocalDay, Moment};
use crate::number::Milli;
use crate::reading::{Quantity, ReadingFact, ReadingForm, ReadingsTaken};
use crate::stream;
use events::{Command, Decision, Event, History, Refusal, StreamId};
use quantity::{Duration, Instant};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// Readings of one request.
pub const READINGS_MAX: usize = 20_000;
/// Days of UTC of one request.
pub const DAYS_MAX: usize = 400;
/// Channels of a site's day.
const CHANNELS_MAX: usize = 2_000;
/// How far ahead of the clock a device may be.
const AHEAD: Duration = Duration::from_seconds(86_400);
/// How long before the day on which a site was commissioned readings may lie.
const BEFORE: Duration = Duration::from_seconds(86_400);

/// A reading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"at": "2026-07-14T12:00:00-06:00", "value": 41250.5}))]
pub struct Reading {
    /// Its stamp.
    pub at: Moment,
    /// In W, Wh, W/m2 or °C, as the form of its channel says.
    pub value: Milli,
}

/// Readings of one quantity of one device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "device": "inv-1", "quantity": "generation", "form": "mean",
    "readings": [{"at": "2026-07-14T12:00:00-06:00", "value": 41250.5}],
}))]
pub struct ChannelReadings {
    /// The device: a meter, an inverter, a string.
    pub device: Id,
    /// What it measures.
    pub quantity: Quantity,
    /// How a value stands for its time.
    pub form: ReadingForm,
    /// Readings that are known with another value were wrong: these stand in their place.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[schema(default = false)]
    pub correct: bool,
    /// In any order.
    #[schema(max_items = 5000)]
    pub readings: Vec<Reading>,
}

/// Readings of a site's devices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"channels": [{
    "device": "inv-1", "quantity": "generation", "form": "mean",
    "readings": [{"at": "2026-07-14T12:00:00-06:00", "value": 41250.5}],
}]}))]
pub struct SiteReadings {
    /// By channel, in any order.
    #[schema(max_items = 500)]
    pub channels: Vec<ChannelReadings>,
}

/// Readings of a site come in. A reading that is known changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakeReadings {
    /// Which site.
    pub site: Id,
    /// The clock.
    pub now: Instant,
    /// The readings.
    pub body: SiteReadings,
}

/// A channel of a site.
type Channel = (Id, Quantity, ReadingForm);

/// What is known of a day, by channel and stamp.
#[derive(Clone, Debug, Default)]
struct Known(BTreeMap<Channel, BTreeMap<i64, Milli>>);

/// New readings of a day, and those that correct others.
#[derive(Default)]
struct News {
    taken: BTreeMap<Channel, BTreeMap<i64, Milli>>,
    corrected: BTreeMap<Channel, BTreeMap<i64, Milli>>,
}

/// The readings that the events of one day come to, by channel, quantity and form.
pub fn known_readings(history: &History, day: &StreamId) -> Result<Vec<ReadingsTaken>, Refusal> {
    let known = Known::of(history, day)?;
    let channels = known.0.into_iter().map(|((device, quantity, form), values)| ReadingsTaken {
        device,
        quantity,
        form,
        values: values.into_iter().collect(),
    });
    Ok(channels.collect())
}

impl Known {
    fn of(history: &History, day: &StreamId) -> Result<Self, Refusal> {
        let step = |before: Option<Self>, event: &Event| {
            let mut known = before.unwrap_or_default();
            let said = ReadingFact::read(event)?.readings();
            known.0.entry((said.device, said.quantity, said.form)).or_default().extend(said.values);
            Ok(known)
        };
        let found = history.fold(day, step).map_err(|fault: crate::fact::FactFault| {
            let detail = format!("{fault}. Install the version that wrote it");
            Refusal::state("stream-unreadable", detail)
        })?;
        Ok(found.unwrap_or_default())
    }

    /// Takes a reading of a channel; what is news goes to `news`.
    fn take(
        &mut self,
        of: &ChannelReadings,
        reading: &Reading,
        news: &mut News,
    ) -> Result<(), Refusal> {
        let channel = (of.device.clone(), of.quantity, of.form);
        if !self.0.contains_key(&channel) && self.0.len() == CHANNELS_MAX {
            let detail = format!("The day has {CHANNELS_MAX} channels. Give devices their names");
            return Err(Refusal::state("too-many-channels", detail));
        }
        let (at_s, value) = (reading.at.instant().unix(), reading.value);
        let known = self.0.entry(channel.clone()).or_default();
        match known.insert(at_s, value) {
            Some(same) if same == value => {}
            Some(other) if !of.correct => {
                let detail = format!(
                    "`{}` read {} at {}, not {}. Send it with `correct` if that was wrong",
                    of.device,
                    other.to_f64(),
                    reading.at,
                    value.to_f64()
                );
                return Err(Refusal::state("reading-differs", detail));
            }
            Some(_) => {
                news.corrected.entry(channel).or_default().insert(at_s, value);
            }
            None => {
                news.taken.entry(channel).or_default().insert(at_s, value);
            }
        }
        Ok(())
    }
}

impl News {
    fn write(self, draft: &mut Draft, own: &StreamId) -> Result<(), Refusal> {
        let said = |(channel, values): (Channel, BTreeMap<i64, Milli>)| {
            let (device, quantity, form) = channel;
            ReadingsTaken { device, quantity, form, values: values.into_iter().collect() }
        };
        for taken in self.taken.into_iter().map(said) {
            draft.write(own, &ReadingFact::Taken(taken))?;
        }
        for corrected in self.corrected.into_iter().map(said) {
            draft.write(own, &ReadingFact::Corrected(corrected))?;
        }
        Ok(())
    }
}

fn day_of(reading: &Reading) -> Result<LocalDay, Refusal> {
    LocalDay::of_utc(reading.at.instant()).ok_or_else(|| {
        let detail = format!("{} is too far away. Look at the device's clock", reading.at);
        Refusal::state("reading-far-away", detail)
    })
}

impl TakeReadings {
    /// The days of UTC of all readings.
    fn days(&self) -> Result<BTreeSet<LocalDay>, Refusal> {
        let channels = &self.body.channels;
        bounded("channels", channels.len(), 0, 500)?;
        for channel in channels {
            bounded("readings", channel.readings.len(), 0, 5_000)?;
        }
        let n_readings: usize = channels.iter().map(|channel| channel.readings.len()).sum();
        if n_readings > READINGS_MAX {
            let detail = format!("{n_readings} readings are too many. Give up to {READINGS_MAX}");
            return Err(Refusal::state("too-many-readings", detail));
        }
        let all = channels.iter().flat_map(|channel| &channel.readings);
        let days = all.map(day_of).collect::<Result<BTreeSet<_>, _>>()?;
        if days.len() > DAYS_MAX {
            let detail = format!("{} days are too many. Give up to {DAYS_MAX}", days.len());
            return Err(Refusal::state("too-many-days", detail));
        }
        Ok(days)
    }

    fn check_channel(&self, site: &SiteEnergy, of: &ChannelReadings) -> Result<(), Refusal> {
        let ChannelReadings { device, quantity, form, .. } = of;
        if !quantity.is_energy() && *form != ReadingForm::Mean {
            let detail = format!("`{device}` measures a level: its form is mean. Send it so");
            return Err(Refusal::state("form-unfit", detail));
        }
        let is_known = || site.strings.iter().any(|string| string.device == *device);
        if *quantity == Quantity::StringGeneration && !is_known() {
            let detail = format!("`{device}` is no string of site `{}`. Describe it", self.site);
            return Err(Refusal::state("string-unknown", detail));
        }
        Ok(())
    }

    fn check_reading(
        &self,
        first: Instant,
        of: &ChannelReadings,
        Reading { at, value }: &Reading,
    ) -> Result<(), Refusal> {
        let (least, most) = of.quantity.span(of.form);
        let device = &of.device;
        if !(least..=most).contains(&value.to_f64()) {
            let found = value.to_f64();
            let detail =
                format!("`{device}` read {found} at {at}. It can be {least} to {most}: mend it");
            return Err(Refusal::state("reading-out-of-range", detail));
        }
        if at.instant() > self.now + AHEAD {
            let detail = format!("`{device}` read at {at}: not yet. Look at its clock");
            return Err(Refusal::state("reading-in-future", detail));
        }
        if at.instant() < first {
            let detail = format!(
                "`{device}` read at {at}: before the site was commissioned. Look at its clock, or \
                 describe the site"
            );
            return Err(Refusal::state("reading-too-early", detail));
        }
        Ok(())
    }
}

impl Command for TakeReadings {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        let days = self.days()?;
        let days = days.iter().map(|day| stream::readings(&self.site, day));
        Ok([stream::energy_site(&self.site)].into_iter().chain(days).collect())
    }

    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        let site = energy_site(history, &self.site)?;
        // A register is read before it counts.
        let midnight = super::energy::zone_of(&site)?.at(site.commissioned.day(), Duration::ZERO);
        let first = midnight - BEFORE;
        let mut days: BTreeMap<LocalDay, (Known, News)> = BTreeMap::new();
        for channel in &self.body.channels {
            self.check_channel(&site, channel)?;
            for reading in &channel.readings {
                self.check_reading(first, channel, reading)?;
                let day = day_of(reading)?;
                if !days.contains_key(&day) {
                    let known = Known::of(history, &stream::readings(&self.site, &day))?;
                    days.insert(day.clone(), (known, News::default()));
                }
                if let Some((known, news)) = days.get_mut(&day) {
                    known.take(channel, reading, news)?;
                }
            }
        }
        let mut draft = Draft::new(history);
        for (day, (_, news)) in days {
            news.write(&mut draft, &stream::readings(&self.site, &day))?;
        }
        draft.end()
    }
}
