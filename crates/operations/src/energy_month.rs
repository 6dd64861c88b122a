//! The settled days of a site's month.

use crate::fact::facts;
use crate::field::LocalDay;
use crate::key;
use crate::view::{At, View};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

/// What a day came to, as `warehousing` settled it; kept to the byte. Energies are whole
/// milliwatt-hours, power milliwatts, carbon micrograms of CO2e.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Settled(Box<RawValue>);

impl Settled {
    /// From JSON; none where it is no object.
    pub fn new(json: String) -> Option<Self> {
        RawValue::from_string(json).ok().filter(|raw| raw.get().starts_with('{')).map(Self)
    }
    /// The JSON.
    pub fn as_str(&self) -> &str {
        self.0.get()
    }
}

impl PartialEq for Settled {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Settled {}

/// Of which version of a stream a day was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({"day": "2026-07-14", "version": 12}))]
pub struct ReadingsVersion {
    /// The day of UTC.
    pub day: LocalDay,
    /// Version of its readings; 0 where there were none.
    pub version: u64,
}

/// A local day came to this.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "day": "2026-07-14", "settled": {"day": "2026-07-14", "known_quarters": 96}, "made_from": [],
    "outlook_version": 3,
}))]
pub struct DaySettled {
    /// Which.
    pub day: LocalDay,
    /// Its sums.
    #[schema(value_type = Object)]
    pub settled: Settled,
    /// What it was made from.
    pub made_from: Vec<ReadingsVersion>,
    /// Version of the day's outlook; 0 where there was none.
    pub outlook_version: u64,
}

facts! {
    /// What may happen in a month.
    EnergyMonthFact {
        /// A day was settled; again where late readings changed it.
        Settled(DaySettled) = "day-settled",
    }
}

/// The settled days of a site's month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "id": "W1/2026-07", "site": "W1", "month": "2026-07", "days": [], "version": 14,
    "updated_at": "2026-07-15T06:15:00+00:00",
}))]
pub struct EnergyMonthView {
    /// `SITE/MONTH`.
    pub id: String,
    /// The site.
    pub site: String,
    /// The month.
    pub month: String,
    /// By day, each as it was last settled.
    pub days: Vec<DaySettled>,
    /// Version of its stream.
    pub version: u64,
    /// When one was last settled.
    pub updated_at: String,
}

impl EnergyMonthView {
    /// A day, where it is settled.
    pub fn day(&self, day: &str) -> Option<&DaySettled> {
        let place = self.days.binary_search_by(|one| one.day.as_str().cmp(day)).ok()?;
        Some(&self.days[place])
    }
}

impl View for EnergyMonthView {
    type Fact = EnergyMonthFact;
    const KIND: &'static str = "energy-month";
    const PROJECTION: &'static str = "energy-months";

    fn take(before: Option<Self>, fact: EnergyMonthFact, at: At) -> Option<Self> {
        let (site, month) = key::halves(at.id)?;
        let mut view = before.unwrap_or_else(|| Self {
            id: at.id.into(),
            site: site.into(),
            month: month.into(),
            days: Vec::new(),
            version: 0,
            updated_at: String::new(),
        });
        let EnergyMonthFact::Settled(settled) = fact;
        match view.days.binary_search_by(|one| one.day.cmp(&settled.day)) {
            Ok(place) => view.days[place] = settled,
            Err(place) => view.days.insert(place, settled),
        }
        (view.version, view.updated_at) = (at.version, at.updated_at);
        Some(view)
    }

    fn key(id: &str) -> String {
        key::of_halves(id)
    }

    fn lists(_: &EnergyMonthFact) -> Vec<String> {
        Vec::new()
    }

    fn listed(&self) -> Vec<String> {
        Vec::new()
    }
}
