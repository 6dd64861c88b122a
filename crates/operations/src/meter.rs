//! The meters of a site on a day.

use crate::fact::facts;
use crate::field::{Amount, Id, Moment};
use crate::key;
use crate::view::{At, View};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a meter counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(example = "import")]
pub enum MeterKind {
    /// Bought from the grid.
    Import,
    /// Sold to the grid.
    Export,
    /// Made by the site's modules.
    Generation,
    /// Used by the building, charging of vehicles left out.
    Load,
}

/// What went through a meter from one moment to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "meter": "M1", "kind": "import", "from": "2026-07-14T06:00:00-06:00",
    "until": "2026-07-14T07:00:00-06:00", "energy_wh": 4200,
}))]
pub struct MeterRead {
    /// Which meter.
    pub meter: Id,
    /// What it counts.
    pub kind: MeterKind,
    /// From this moment.
    pub from: Moment,
    /// Until this one.
    pub until: Moment,
    /// How much.
    pub energy_wh: Amount,
}

facts! {
    /// What may happen on a site's meters.
    MeterFact {
        /// One was read.
        Read(MeterRead) = "meter-read",
    }
}

/// What one meter counted on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({"meter": "M1", "kind": "import", "readings": 24, "energy_wh": 91000}))]
pub struct MeterSum {
    /// Which meter.
    pub meter: Id,
    /// What it counts.
    pub kind: MeterKind,
    /// Intervals read.
    pub readings: u64,
    /// How much in all of them.
    pub energy_wh: u64,
}

/// The meters of a site on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "id": "W1/2026-07-14", "site": "W1", "day": "2026-07-14",
    "meters": [{"meter": "M1", "kind": "import", "readings": 24, "energy_wh": 91000}],
    "version": 24, "updated_at": "2026-07-15T14:12:00+00:00",
}))]
pub struct MeterView {
    /// `SITE/DAY`.
    pub id: String,
    /// The site.
    pub site: String,
    /// The day.
    pub day: String,
    /// By meter and kind.
    pub meters: Vec<MeterSum>,
    /// Version of its stream.
    pub version: u64,
    /// When one was last read.
    pub updated_at: String,
}

impl MeterView {
    /// All meters of a kind together.
    pub fn sum(&self, kind: MeterKind) -> Option<u64> {
        let mut of_kind = self.meters.iter().filter(|one| one.kind == kind).peekable();
        of_kind.peek()?;
        Some(of_kind.map(|one| one.energy_wh).sum())
    }
}

impl View for MeterView {
    type Fact = MeterFact;
    const KIND: &'static str = "meter";
    const PROJECTION: &'static str = "meters";

    fn take(before: Option<Self>, fact: MeterFact, at: At) -> Option<Self> {
        let (site, day) = key::halves(at.id)?;
        let mut view = before.unwrap_or_else(|| Self {
            id: at.id.into(),
            site: site.into(),
            day: day.into(),
            meters: Vec::new(),
            version: 0,
            updated_at: String::new(),
        });
        let MeterFact::Read(said) = fact;
        let by = |one: &MeterSum| (&one.meter, one.kind).cmp(&(&said.meter, said.kind));
        let place = match view.meters.binary_search_by(by) {
            Ok(place) => place,
            Err(place) => {
                let new = MeterSum {
                    meter: said.meter.clone(),
                    kind: said.kind,
                    readings: 0,
                    energy_wh: 0,
                };
                view.meters.insert(place, new);
                place
            }
        };
        let sum = &mut view.meters[place];
        sum.readings += 1;
        sum.energy_wh = sum.energy_wh.saturating_add(said.energy_wh.get());
        (view.version, view.updated_at) = (at.version, at.updated_at);
        Some(view)
    }

    fn key(id: &str) -> String {
        key::of_halves(id)
    }

    fn lists(_: &MeterFact) -> Vec<String> {
        Vec::new()
    }

    fn listed(&self) -> Vec<String> {
        Vec::new()
    }
}
