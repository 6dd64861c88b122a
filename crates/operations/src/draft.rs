//! What a command is about to write.

use crate::fact::Fact;
use events::append::EVENTS_MAX;
use events::{Decision, Expected, History, Person, Refusal, StreamId, Write};
use std::collections::BTreeMap;

/// Writes of a command, guarded by the versions that its rules looked at.
///
/// A stream whose state decides is guarded: had another written to it meanwhile, the command is asked
/// again. A stream that is only told of it takes what comes.
pub(crate) struct Draft<'a> {
    history: &'a History,
    writes: Vec<Write>,
    places: BTreeMap<StreamId, usize>,
    persons: Vec<Person>,
}

impl<'a> Draft<'a> {
    pub(crate) fn new(history: &'a History) -> Self {
        Self { history, writes: Vec::new(), places: BTreeMap::new(), persons: Vec::new() }
    }

    /// The stream must still be as the rules saw it.
    pub(crate) fn guard(&mut self, stream: &StreamId) {
        let version = self.history.stream(stream).len() as u64;
        self.write_at(stream, Expected::Version(version));
    }

    /// Writes to a stream whose state decided.
    pub(crate) fn write(&mut self, stream: &StreamId, fact: &impl Fact) -> Result<(), Refusal> {
        self.guard(stream);
        self.tell(stream, fact)
    }

    /// Writes to a stream whose state decided nothing.
    pub(crate) fn tell(&mut self, stream: &StreamId, fact: &impl Fact) -> Result<(), Refusal> {
        let event = fact.event()?;
        self.write_at(stream, Expected::Any).events.push(event);
        Ok(())
    }

    pub(crate) fn person(&mut self, person: Person) {
        self.persons.push(person);
    }

    fn write_at(&mut self, stream: &StreamId, expected: Expected) -> &mut Write {
        let new = self.writes.len();
        let place = *self.places.entry(stream.clone()).or_insert(new);
        if place == new {
            self.writes.push(Write { stream: stream.clone(), expected, events: Vec::new() });
        } else if expected != Expected::Any {
            self.writes[place].expected = expected;
        }
        &mut self.writes[place]
    }

    /// The decision; guards alone are none. Refused where it is more than an append takes.
    pub(crate) fn end(self) -> Result<Decision, Refusal> {
        let n_events: usize = self.writes.iter().map(|write| write.events.len()).sum();
        if n_events > EVENTS_MAX {
            let detail = format!("It makes {n_events} events. Divide what you send");
            return Err(Refusal::state("too-large", detail));
        }
        let idle = self.persons.is_empty() && self.writes.iter().all(|w| w.events.is_empty());
        let Self { writes, persons, .. } = self;
        Ok(if idle { Decision::default() } else { Decision { writes, persons } })
    }
}
