//! Meters are read.

use super::bounded;
use super::vehicle::check_span;
use crate::draft::Draft;
use crate::fact::Fact;
use crate::field::{Id, LocalDay};
use crate::meter::{MeterFact, MeterKind, MeterRead};
use crate::stream;
use events::{Command, Decision, History, Refusal, StreamId};
use quantity::Instant;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Readings of a site's meters on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"readings": [{
    "meter": "M1", "kind": "import", "from": "2026-07-14T06:00:00-06:00",
    "until": "2026-07-14T07:00:00-06:00", "energy_wh": 4200,
}]}))]
pub struct ReadingsBody {
    /// The readings, in any order.
    #[schema(max_items = 5000)]
    pub readings: Vec<MeterRead>,
}

/// Meters of a site were read. A reading that is known changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadMeters {
    /// The site.
    pub site: Id,
    /// The day that the readings are of.
    pub day: LocalDay,
    /// The readings.
    pub body: ReadingsBody,
}

/// The intervals of each meter: start, end and reading.
#[derive(Default)]
struct Intervals {
    known: BTreeMap<(Id, MeterKind), BTreeMap<Instant, (Instant, MeterRead)>>,
}

impl Intervals {
    /// Takes a reading; false where it is known.
    fn take(&mut self, read: &MeterRead) -> Result<bool, Refusal> {
        let (from, until) = (read.from.instant(), read.until.instant());
        let of_meter = self.known.entry((read.meter.clone(), read.kind)).or_default();
        if let Some((end, same)) = of_meter.get(&from)
            && *end == until
        {
            if same.energy_wh == read.energy_wh {
                return Ok(false);
            }
            let detail = format!(
                "Meter `{}` read {} Wh from {}, not {}. Correct the reading",
                read.meter,
                same.energy_wh.get(),
                read.from,
                read.energy_wh.get()
            );
            return Err(Refusal::state("reading-differs", detail));
        }
        let before = of_meter.range(..until).next_back();
        if let Some((_, (end, other))) = before
            && *end > from
        {
            let detail = format!(
                "Meter `{}` was read from {} until {}. Give times that do not overlap",
                read.meter, other.from, other.until
            );
            return Err(Refusal::state("reading-overlaps", detail));
        }
        of_meter.insert(from, (until, read.clone()));
        Ok(true)
    }
}

impl Command for ReadMeters {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        bounded("readings", self.body.readings.len(), 0, 5_000)?;
        Ok(vec![stream::meter(&self.site, &self.day)])
    }

    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        let own = stream::meter(&self.site, &self.day);
        let mut intervals = Intervals::default();
        for event in history.stream(&own) {
            match MeterFact::read(event) {
                Ok(MeterFact::Read(known)) => intervals.take(&known)?,
                Err(fault) => return Err(Refusal::state("stream-unreadable", fault.to_string())),
            };
        }
        let mut draft = Draft::new(history);
        for read in &self.body.readings {
            check_span(&read.from, &read.until)?;
            if intervals.take(read)? {
                draft.write(&own, &MeterFact::Read(read.clone()))?;
            }
        }
        draft.end()
    }
}
