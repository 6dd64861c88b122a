//! What the devices of a site measured on a day of UTC.

use crate::fact::facts;
use crate::field::Id;
use crate::key;
use crate::number::Milli;
use crate::view::{At, View};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a device measures.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[schema(example = "generation")]
pub enum Quantity {
    /// AC energy out of an inverter.
    Generation,
    /// DC energy of a string; compared, in no sum.
    StringGeneration,
    /// The building's own use, without vehicles.
    Load,
    /// Bought, at the meter of the grid.
    Import,
    /// Sold, at the meter of the grid.
    Export,
    /// Into vehicles, at the plugs.
    Charging,
    /// Into the battery, AC.
    BatteryIn,
    /// Out of the battery, AC.
    BatteryOut,
    /// In the battery, Wh.
    Soc,
    /// On the plane of the modules, W/m2.
    Irradiance,
    /// At the back of the modules, °C.
    ModuleTemperature,
}

impl Quantity {
    /// A flow of energy, not a level.
    pub const fn is_energy(self) -> bool {
        !matches!(self, Self::Soc | Self::Irradiance | Self::ModuleTemperature)
    }

    /// The least and the greatest that can be, in the unit of the form.
    pub(crate) const fn span(self, form: ReadingForm) -> (f64, f64) {
        match (self, form) {
            // A sensor loses a little to the night sky.
            (Self::Irradiance, _) => (-20.0, 2_000.0),
            (Self::ModuleTemperature, _) => (-95.0, 150.0),
            (Self::Soc, _) | (_, ReadingForm::Register) => (0.0, 1e12),
            // An inverter draws a little at night.
            _ => (-1e9, 1e9),
        }
    }
}

/// How a value stands for its time.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[schema(example = "mean")]
pub enum ReadingForm {
    /// The mean from the stamp to the next: W; of a level Wh, W/m2, °C.
    Mean,
    /// The energy from the stamp to the next, in Wh.
    Amount,
    /// What the register shows at the stamp, in Wh.
    Register,
}

/// Readings of one channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadingsTaken {
    /// Which device.
    pub device: Id,
    /// What it measures.
    pub quantity: Quantity,
    /// How a value stands for its time.
    pub form: ReadingForm,
    /// Seconds since 1970 in UTC, and the value in the unit of the form; by time.
    pub values: Vec<(i64, Milli)>,
}

facts! {
    /// What may happen to the readings of a day.
    ReadingFact {
        /// Some came that were not known.
        Taken(ReadingsTaken) = "readings-taken",
        /// Some that were known were wrong: these stand in their place.
        Corrected(ReadingsTaken) = "readings-corrected",
    }
}

impl ReadingFact {
    /// The readings of either.
    pub fn readings(self) -> ReadingsTaken {
        match self {
            Self::Taken(said) | Self::Corrected(said) => said,
        }
    }
}

/// What one channel measured on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "device": "inv-1", "quantity": "generation", "form": "mean", "readings": 96,
    "first_s": 1_784_008_800, "last_s": 1_784_094_300, "last": 0,
}))]
pub struct ChannelSum {
    /// Which device.
    pub device: Id,
    /// What it measures.
    pub quantity: Quantity,
    /// How.
    pub form: ReadingForm,
    /// How many readings came.
    pub readings: u64,
    /// The first stamp, in seconds since 1970 in UTC.
    pub first_s: i64,
    /// The last stamp.
    pub last_s: i64,
    /// The value there.
    pub last: Milli,
}

/// What the devices of a site measured on a day of UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "id": "W1/2026-07-14", "site": "W1", "day": "2026-07-14",
    "channels": [{
        "device": "inv-1", "quantity": "generation", "form": "mean", "readings": 96,
        "first_s": 1_784_008_800, "last_s": 1_784_094_300, "last": 0,
    }],
    "version": 4, "updated_at": "2026-07-15T00:01:00+00:00",
}))]
pub struct ReadingsView {
    /// `SITE/DAY`.
    pub id: String,
    /// The site.
    pub site: String,
    /// The day of UTC.
    pub day: String,
    /// By device, quantity and form.
    pub channels: Vec<ChannelSum>,
    /// Version of its stream.
    pub version: u64,
    /// When some last came.
    pub updated_at: String,
}

impl ReadingsView {
    fn channel(&mut self, said: &ReadingsTaken, first: (i64, Milli)) -> &mut ChannelSum {
        let key = |one: &ChannelSum| (one.device.clone(), one.quantity, one.form);
        let wanted = (said.device.clone(), said.quantity, said.form);
        let place = self.channels.binary_search_by_key(&wanted, key).unwrap_or_else(|place| {
            let (device, quantity, form) = wanted;
            let (first_s, last) = first;
            let new =
                ChannelSum { device, quantity, form, readings: 0, first_s, last_s: first_s, last };
            self.channels.insert(place, new);
            place
        });
        &mut self.channels[place]
    }
}

impl View for ReadingsView {
    type Fact = ReadingFact;
    const KIND: &'static str = "readings";
    const PROJECTION: &'static str = "readings";

    fn take(before: Option<Self>, fact: ReadingFact, at: At) -> Option<Self> {
        let (site, day) = key::halves(at.id)?;
        let mut view = before.unwrap_or_else(|| Self {
            id: at.id.into(),
            site: site.into(),
            day: day.into(),
            channels: Vec::new(),
            version: 0,
            updated_at: String::new(),
        });
        let is_new = matches!(fact, ReadingFact::Taken(_));
        let said = fact.readings();
        if let Some(&first) = said.values.first() {
            let channel = view.channel(&said, first);
            channel.readings += if is_new { said.values.len() as u64 } else { 0 };
            for &(at_s, value) in &said.values {
                channel.first_s = channel.first_s.min(at_s);
                if at_s >= channel.last_s {
                    (channel.last_s, channel.last) = (at_s, value);
                }
            }
        }
        (view.version, view.updated_at) = (at.version, at.updated_at);
        Some(view)
    }

    fn key(id: &str) -> String {
        key::of_halves(id)
    }

    fn lists(_: &ReadingFact) -> Vec<String> {
        Vec::new()
    }

    fn listed(&self) -> Vec<String> {
        Vec::new()
    }
}
