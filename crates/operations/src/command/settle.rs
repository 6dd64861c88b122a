//! What the server itself says of a site: a schedule, a settled day, a string that is behind.

use super::energy::energy_site;
use crate::draft::Draft;
use crate::energy_month::{DaySettled, EnergyMonthFact, EnergyMonthView};
use crate::field::{Id, LocalDay};
use crate::schedule::{ScheduleFact, ScheduleMade, ScheduleView};
use crate::stream;
use crate::string_alarm::{StringAlarmFact, StringAlarmsView, StringBehind, StringRecovered};
use crate::view::find;
use events::{Command, Decision, History, Refusal, StreamId};

/// A schedule is made. Of several that count from the same moment the first stands, but for one that is
/// made anew because what it rests on has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MakeSchedule {
    /// For which site.
    pub site: Id,
    /// The local day on which it is made.
    pub day: LocalDay,
    /// The schedule.
    pub made: ScheduleMade,
    /// What is known ahead has changed.
    pub is_anew: bool,
}

impl Command for MakeSchedule {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        Ok(vec![stream::energy_site(&self.site), stream::schedule(&self.site, &self.day)])
    }

    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        energy_site(history, &self.site)?;
        let own = stream::schedule(&self.site, &self.day);
        let known: Option<ScheduleView> = find(history, &own)?;
        let is_news = known.is_none_or(|known| {
            let (before, now) = (known.schedule.made_at.instant(), self.made.made_at.instant());
            // A server that was slow does not overtake one that was quick.
            before < now || before == now && self.is_anew && known.schedule != self.made
        });
        let mut draft = Draft::new(history);
        if is_news {
            draft.write(&own, &ScheduleFact::Made(self.made.clone()))?;
        }
        draft.end()
    }
}

/// A day is settled. The same sums again change nothing, whatever they were made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettleDay {
    /// Of which site.
    pub site: Id,
    /// What the day came to.
    pub settled: DaySettled,
}

impl Command for SettleDay {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        let month = stream::energy_month(&self.site, &self.settled.day);
        Ok(vec![stream::energy_site(&self.site), month])
    }

    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        energy_site(history, &self.site)?;
        let own = stream::energy_month(&self.site, &self.settled.day);
        let known: Option<EnergyMonthView> = find(history, &own)?;
        let mut draft = Draft::new(history);
        let day = known.as_ref().and_then(|month| month.day(&self.settled.day));
        if day.is_none_or(|day| day.settled != self.settled.settled) {
            draft.write(&own, &EnergyMonthFact::Settled(self.settled.clone()))?;
        }
        draft.end()
    }
}

/// The strings of a site were judged: one that is newly behind is alarmed once, until it recovers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JudgeStrings {
    /// Of which site.
    pub site: Id,
    /// The last day that was looked at.
    pub day: LocalDay,
    /// All that are behind after it.
    pub behind: Vec<StringBehind>,
}

impl Command for JudgeStrings {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        Ok(vec![stream::energy_site(&self.site), stream::string_alarm(&self.site)])
    }

    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        energy_site(history, &self.site)?;
        let own = stream::string_alarm(&self.site);
        let known: Option<StringAlarmsView> = find(history, &own)?;
        let known = known.map(|view| view.behind).unwrap_or_default();
        let has = |all: &[StringBehind], device: &Id| all.iter().any(|one| one.device == *device);
        let mut draft = Draft::new(history);
        for one in self.behind.iter().filter(|one| !has(&known, &one.device)) {
            draft.write(&own, &StringAlarmFact::Raised(one.clone()))?;
        }
        for one in known.iter().filter(|one| !has(&self.behind, &one.device)) {
            let cleared = StringRecovered { device: one.device.clone(), day: self.day.clone() };
            draft.write(&own, &StringAlarmFact::Cleared(cleared))?;
        }
        draft.end()
    }
}
