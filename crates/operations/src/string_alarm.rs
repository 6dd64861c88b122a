//! The strings of a site that fell behind.

use crate::fact::facts;
use crate::field::{Id, LocalDay};
use crate::number::{Milli, Rate};
use crate::view::{At, View};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A string fell behind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "device": "S2", "day": "2026-07-14", "of_siblings": 0.81, "of_expected": 0.79, "lost_wh": 9100,
}))]
pub struct StringBehind {
    /// Which.
    pub device: Id,
    /// The day that raised it.
    pub day: LocalDay,
    /// Its yield on that day, of the median of its siblings'.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of_siblings: Option<Rate>,
    /// Of what was expected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of_expected: Option<Rate>,
    /// Lost to its siblings' median on its low days until then.
    pub lost_wh: Milli,
}

/// A string does as its siblings do again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StringRecovered {
    /// Which.
    pub device: Id,
    /// The day that says so.
    pub day: LocalDay,
}

facts! {
    /// What may happen to a site's strings.
    StringAlarmFact {
        /// One fell behind.
        Raised(StringBehind) = "string-alarm-raised",
        /// One recovered.
        Cleared(StringRecovered) = "string-alarm-cleared",
    }
}

/// The strings of a site that are behind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "id": "W1", "behind": [{"device": "S2", "day": "2026-07-14", "of_siblings": 0.81, "lost_wh": 9100}],
    "version": 1, "updated_at": "2026-07-15T06:15:00+00:00",
}))]
pub struct StringAlarmsView {
    /// Id of the site.
    pub id: String,
    /// Those that are behind now, by name.
    pub behind: Vec<StringBehind>,
    /// Version of its stream.
    pub version: u64,
    /// When one was last raised or cleared.
    pub updated_at: String,
}

impl View for StringAlarmsView {
    type Fact = StringAlarmFact;
    const KIND: &'static str = "string-alarm";
    const PROJECTION: &'static str = "string-alarms";

    fn take(before: Option<Self>, fact: StringAlarmFact, at: At) -> Option<Self> {
        let mut behind = before.map(|view| view.behind).unwrap_or_default();
        let place = |device: &Id| behind.binary_search_by(|one| one.device.cmp(device));
        match fact {
            StringAlarmFact::Raised(one) => match place(&one.device) {
                Ok(place) => behind[place] = one,
                Err(place) => behind.insert(place, one),
            },
            StringAlarmFact::Cleared(one) => {
                let place = place(&one.device).ok()?;
                behind.remove(place);
            }
        }
        Some(Self { id: at.id.into(), behind, version: at.version, updated_at: at.updated_at })
    }

    fn lists(_: &StringAlarmFact) -> Vec<String> {
        Vec::new()
    }

    fn listed(&self) -> Vec<String> {
        Vec::new()
    }
}
