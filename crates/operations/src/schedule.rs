//! What a site is to do in its next hours.

use crate::fact::facts;
use crate::field::{Id, Moment};
use crate::key;
use crate::number::Milli;
use crate::view::{At, View};
use quantity::{Duration, Instant};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The steps of a schedule, a list each: quarter hours until an hour of the outlook ends, then its hours.
/// The first begins when the schedule was made, each other one when the one before ends. In each
/// `generation + import + battery_out = load + charging + battery_in + export`, to the thousandth of a Wh.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "length_s": [900], "generation_wh": [11000], "load_wh": [18000], "charging_wh": [0],
    "battery_in_wh": [0], "battery_out_wh": [5000], "stored_wh": [42000], "import_wh": [2000],
    "export_wh": [0],
}))]
pub struct ScheduleSteps {
    /// How long each is.
    pub length_s: Vec<u32>,
    /// AC out of the inverters, as far as the weather is known.
    pub generation_wh: Vec<Milli>,
    /// The building's own use.
    pub load_wh: Vec<Milli>,
    /// Into vehicles.
    pub charging_wh: Vec<Milli>,
    /// Into the battery, AC.
    pub battery_in_wh: Vec<Milli>,
    /// Out of the battery, AC.
    pub battery_out_wh: Vec<Milli>,
    /// In the battery at the end.
    pub stored_wh: Vec<Milli>,
    /// Bought.
    pub import_wh: Vec<Milli>,
    /// Sold.
    pub export_wh: Vec<Milli>,
}

/// What a vehicle is to be given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({"vehicle": "W1-evan-1", "energy_wh": [0, 11000], "short_wh": 0}))]
pub struct ScheduleSession {
    /// Which.
    pub vehicle: Id,
    /// At the plug, in each step.
    pub energy_wh: Vec<Milli>,
    /// Wanted and not to be had before it leaves, or before the outlook ends.
    pub short_wh: Milli,
}

impl ScheduleMade {
    /// When each step begins and ends.
    pub fn spans(&self) -> impl Iterator<Item = (Instant, Instant)> {
        self.steps.length_s.iter().scan(self.made_at.instant(), |begin, &length_s| {
            let end = *begin + Duration::from_seconds(i64::from(length_s));
            Some((std::mem::replace(begin, end), end))
        })
    }
}

/// A schedule was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "made_at": "2026-07-14T12:15:00-06:00", "stored_wh": 47000, "stored_is_measured": true,
    "steps": {
        "length_s": [900], "generation_wh": [11000], "load_wh": [18000], "charging_wh": [0],
        "battery_in_wh": [0], "battery_out_wh": [5000], "stored_wh": [42000], "import_wh": [2000],
        "export_wh": [0],
    },
    "sessions": [],
}))]
pub struct ScheduleMade {
    /// The quarter hour from which it counts.
    pub made_at: Moment,
    /// In the battery then.
    pub stored_wh: Milli,
    /// That was measured; else it is what the schedule before foresaw.
    pub stored_is_measured: bool,
    /// Steps, one after another from `made_at`.
    pub steps: ScheduleSteps,
    /// Vehicles at the plugs.
    pub sessions: Vec<ScheduleSession>,
}

facts! {
    /// What may happen to the schedule of a day.
    ScheduleFact {
        /// One was made, in the place of the one before.
        Made(ScheduleMade) = "schedule-made",
    }
}

/// The latest schedule that was made for a site on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "id": "W1/2026-07-14", "site": "W1", "day": "2026-07-14",
    "schedule": {
        "made_at": "2026-07-14T12:15:00-06:00", "stored_wh": 47000, "stored_is_measured": true,
        "steps": {
            "length_s": [900], "generation_wh": [11000], "load_wh": [18000], "charging_wh": [0],
            "battery_in_wh": [0], "battery_out_wh": [5000], "stored_wh": [42000],
            "import_wh": [2000], "export_wh": [0],
        },
        "sessions": [],
    },
    "version": 50, "updated_at": "2026-07-14T18:15:01+00:00",
}))]
pub struct ScheduleView {
    /// `SITE/DAY`.
    pub id: String,
    /// The site.
    pub site: String,
    /// The local day on which it was made.
    pub day: String,
    /// The schedule.
    pub schedule: ScheduleMade,
    /// Version of its stream.
    pub version: u64,
    /// When it was made.
    pub updated_at: String,
}

impl View for ScheduleView {
    type Fact = ScheduleFact;
    const KIND: &'static str = "schedule";
    const PROJECTION: &'static str = "schedules";

    fn take(_: Option<Self>, fact: ScheduleFact, at: At) -> Option<Self> {
        let (site, day) = key::halves(at.id)?;
        let ScheduleFact::Made(schedule) = fact;
        Some(Self {
            id: at.id.into(),
            site: site.into(),
            day: day.into(),
            schedule,
            version: at.version,
            updated_at: at.updated_at,
        })
    }

    fn key(id: &str) -> String {
        key::of_halves(id)
    }

    fn lists(_: &ScheduleFact) -> Vec<String> {
        Vec::new()
    }

    fn listed(&self) -> Vec<String> {
        Vec::new()
    }
}
