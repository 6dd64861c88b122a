//! What events say of a day, as far as it matters for the ledger.

use crate::fact::{Fact, FactFault};
use crate::field::LocalDay;
use crate::meter::{MeterFact, MeterKind, MeterRead};
use crate::parcel::ParcelView;
use crate::round::RoundView;
use crate::vehicle::{ChargingEnded, VehicleFact};
use crate::view::follow;
use events::Event;
use std::collections::BTreeMap;

/// Rounds, parcels, meters and charging, from the events of their streams.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Rounds by id.
    pub rounds: BTreeMap<String, RoundView>,
    /// Parcels by id.
    pub parcels: BTreeMap<String, ParcelView>,
    /// Readings by `SITE/DAY`.
    pub readings: BTreeMap<String, Vec<MeterRead>>,
    /// Charging sessions, of any vehicle.
    pub charged: Vec<ChargingEnded>,
}

impl Facts {
    /// From events: those of one stream in their order, streams in any; other kinds are passed over.
    pub fn of<'a>(events: impl IntoIterator<Item = &'a Event>) -> Result<Self, FactFault> {
        let mut facts = Self::default();
        events.into_iter().try_for_each(|event| facts.take(event))?;
        Ok(facts)
    }

    /// Takes an event.
    pub fn take(&mut self, event: &Event) -> Result<(), FactFault> {
        let id = event.stream.id();
        match event.stream.kind() {
            "round" => {
                let before = self.rounds.remove(id);
                self.rounds.insert(id.into(), follow(before, Fact::read(event)?, event)?);
            }
            "parcel" => {
                let before = self.parcels.remove(id);
                self.parcels.insert(id.into(), follow(before, Fact::read(event)?, event)?);
            }
            "meter" => {
                let MeterFact::Read(read) = MeterFact::read(event)?;
                self.readings.entry(id.into()).or_default().push(read);
            }
            "vehicle" => {
                if let VehicleFact::Charged(ended) = VehicleFact::read(event)? {
                    self.charged.push(ended);
                }
            }
            _ => {}
        }
        Ok(())
    }

    pub(super) fn metered_sites(&self, day: &LocalDay) -> impl Iterator<Item = &str> {
        self.readings
            .keys()
            .filter_map(|id| id.rsplit_once('/'))
            .filter_map(move |(site, read)| (read == day.as_str()).then_some(site))
    }

    pub(super) fn readings(&self, site: &str, day: &LocalDay) -> &[MeterRead] {
        self.readings.get(&format!("{site}/{day}")).map_or(&[], Vec::as_slice)
    }

    /// All meters of a kind at a site on a day, in Wh; `None` where none was read.
    pub(super) fn metered(&self, site: &str, day: &LocalDay, kind: MeterKind) -> Option<u64> {
        let mut of_kind =
            self.readings(site, day).iter().filter(|read| read.kind == kind).peekable();
        of_kind.peek()?;
        Some(of_kind.map(|read| read.energy_wh.get()).sum())
    }

    /// Through a site's plugs in the sessions that began on a day, by their own clock, in Wh.
    pub(super) fn charged_at(&self, site: &str, day: &LocalDay) -> u64 {
        let there = |ended: &&ChargingEnded| {
            *ended.site == *site && ended.from.as_str().starts_with(day.as_str())
        };
        self.charged.iter().filter(there).map(|ended| ended.energy_wh.get()).sum()
    }
}
