//! Collection and delivery rounds: what a round used, shared among its consignments.

use super::fault::{Fault, Faults, shown};
use super::growing::Words;
use super::layout::Column;
use super::select::select;
use super::wrong::Wrong;
use super::{CHUNK_ROWS_MIN, SHARES_MAX};
use crate::columns::{Activities, NONE, Rows, UNKNOWN, WORDS, Word};
use arrow_array::builder::StringBuilder;
use arrow_array::{Array, StringArray};
use carbon::by_transport_activity;
use quantity::{Distance, Fixed, Mass};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Rows of rounds, kept apart until the whole file is read.
#[derive(Clone, Debug, Default)]
pub struct RoundRows {
    /// Of each chunk.
    parts: Vec<Activities>,
    /// Row of the file after the last that was read.
    next_row: u64,
}

/// Where a row of a round stands: in which part, and which row of it.
type Place = (usize, usize);

/// A round: its rows in the order of their ids.
#[derive(Default)]
struct Round {
    uses: Vec<Place>,
    consignments: Vec<Place>,
}

impl RoundRows {
    /// No rows of rounds before a row.
    pub(super) const fn none(next_row: u64) -> Self {
        Self { parts: Vec::new(), next_row }
    }
    /// These rows of the activities, which end before `next_row`.
    pub(super) fn of(activities: &Activities, rows: &[u32], next_row: u64) -> Self {
        let mut part = select(activities, rows);
        part.ids = (0..part.len()).map(|row| Some(id_or_row(&part, row))).collect();
        Self { parts: vec![part], next_row }
    }
    /// Adds those of another chunk, in any order.
    pub fn append(&mut self, other: Self) {
        self.parts.extend(other.parts);
        self.next_row = self.next_row.max(other.next_row);
    }
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }
    /// The rows of the file that were taken out of a chunk of plain activities, ascending.
    pub fn rows(&self) -> Vec<u64> {
        let rows = |part: &Activities| (0..part.len()).map(|row| part.row(row)).collect::<Vec<_>>();
        let mut rows: Vec<u64> = self.parts.iter().flat_map(rows).collect();
        rows.sort_unstable();
        rows
    }

    fn text(&self, word: Word, (part, row): Place) -> Option<&str> {
        self.parts[part].word(word).get(row)
    }
    fn id(&self, (part, row): Place) -> &str {
        self.parts[part].ids.value(row)
    }
    fn row(&self, (part, row): Place) -> u64 {
        self.parts[part].row(row)
    }
    fn has_factor(&self, (part, row): Place) -> bool {
        self.parts[part].word(Word::FactorId).codes[row] != NONE
    }
    fn leg(&self, (part, row): Place) -> (i64, i64) {
        let activities = &self.parts[part];
        (activities.masses_kg[row], activities.distances_km[row])
    }

    /// The rounds by tenant, case and id; rows in the order of their ids, so that the order of the
    /// file changes nothing.
    fn rounds(&self) -> BTreeMap<[&str; 3], Round> {
        let mut rounds: BTreeMap<[&str; 3], Round> = BTreeMap::new();
        for (part, of) in self.parts.iter().enumerate() {
            for place in (0..of.len()).map(|row| (part, row)) {
                let key = [Word::Tenant, Word::Case, Word::RoundId]
                    .map(|word| self.text(word, place).unwrap_or_default());
                let round = rounds.entry(key).or_default();
                let kind =
                    if self.has_factor(place) { &mut round.uses } else { &mut round.consignments };
                kind.push(place);
            }
        }
        for round in rounds.values_mut() {
            round.uses.sort_by_key(|&place| (self.id(place), self.row(place)));
            round.consignments.sort_by_key(|&place| (self.id(place), self.row(place)));
        }
        rounds
    }
}

/// What names a row in the ids of shares.
fn id_or_row(activities: &Activities, place: usize) -> String {
    let ids = &activities.ids;
    if ids.is_valid(place) {
        ids.value(place).to_owned()
    } else {
        activities.row(place).to_string()
    }
}

/// Shares what each round used among its consignments, by mass by distance.
///
/// A share is an activity of its own, with the id `USE/CONSIGNMENT`: the order, shipment, element
/// and site of the consignment, all else of the use. The consignment's mass and distance stand on
/// its share of the first use only, so that transport activity is counted once. The shares of a use
/// sum to it exactly. They are numbered behind the rows of the file; a chunk has whole rounds.
pub fn shares(file: &str, rounds: &RoundRows) -> Result<Vec<Activities>, Faults> {
    let known = rounds.rounds();
    check(file, rounds, &known)?;
    let mut growing = Growing::new(rounds.next_row);
    for round in known.values() {
        for (number, &of) in round.uses.iter().enumerate() {
            // Only the ratio of weights counts: decimals of nine places are handed over as they are.
            let weights: Vec<(Mass, Distance)> = (round.consignments.iter())
                .map(|&place| rounds.leg(place))
                .map(|(mass_kg, distance_km)| (Mass::new(mass_kg), Distance::new(distance_km)))
                .collect();
            let amount = rounds.parts[of.0].amounts[of.1];
            let amount = Fixed::from_billionths(amount.into());
            let shares = by_transport_activity(amount, &weights);
            for (share, &consignment) in shares.into_iter().zip(&round.consignments) {
                growing.push(rounds, of, consignment, share.billionths() as i64, number == 0);
            }
        }
        growing.end_round();
    }
    Ok(growing.finish())
}

fn check(file: &str, rounds: &RoundRows, known: &BTreeMap<[&str; 3], Round>) -> Result<(), Faults> {
    let mut found: Vec<(u64, Column, &str, Wrong)> = Vec::new();
    let mut shares: usize = 0;
    for (&[_, _, id], round) in known {
        shares = shares.saturating_add(round.uses.len() * round.consignments.len());
        let earliest = |places: &[Place]| places.iter().map(|&at| rounds.row(at)).min();
        match (earliest(&round.uses), earliest(&round.consignments)) {
            (Some(row), None) => found.push((row, Column::RoundId, id, Wrong::NoConsignments)),
            (None, Some(row)) => found.push((row, Column::RoundId, id, Wrong::NoUses)),
            _ => {}
        }
        let kind = |&at: &Place| rounds.text(Word::DistanceKind, at);
        let by_row = round.consignments.iter().map(|at| (rounds.row(*at), kind(at)));
        let first = by_row.clone().min_by_key(|(row, _)| *row);
        let other = by_row.filter(|(_, kind)| first.is_some_and(|(_, first)| first != *kind)).min();
        if let Some((row, _)) = other {
            found.push((row, Column::RoundId, id, Wrong::MixedDistances));
        }
    }
    found.sort_unstable();
    let mut faults = Faults::default();
    for (row, column, value, wrong) in found {
        let (file, column, value) = (file.into(), column.name(), shown(value));
        faults.push(Fault::Cell { file, row, column, value, wrong });
    }
    if shares > SHARES_MAX {
        faults.push(Fault::TooManyShares { file: file.into() });
    }
    faults.or(())
}

/// Shares as they are made.
struct Growing {
    done: Vec<Activities>,
    first_row: u64,
    rows: Vec<u32>,
    ids: StringBuilder,
    order_ids: StringBuilder,
    shipment_ids: StringBuilder,
    words: [Words; WORDS],
    amounts: Vec<i64>,
    masses_kg: Vec<i64>,
    distances_km: Vec<i64>,
}

/// Columns in which a share is its consignment's; in all others it is the use's.
const OF_CONSIGNMENT: [Word; 2] = [Word::SiteId, Word::TceId];

impl Growing {
    fn new(first_row: u64) -> Self {
        Self {
            done: Vec::new(),
            first_row,
            rows: Vec::new(),
            ids: StringBuilder::new(),
            order_ids: StringBuilder::new(),
            shipment_ids: StringBuilder::new(),
            words: std::array::from_fn(|_| Words::default()),
            amounts: Vec::new(),
            masses_kg: Vec::new(),
            distances_km: Vec::new(),
        }
    }

    fn push(&mut self, of: &RoundRows, used: Place, to: Place, amount: i64, has_leg: bool) {
        write!(self.ids, "{}/{}", of.id(used), of.id(to)).expect("a string takes all");
        self.ids.append_value("");
        let consignments = &of.parts[to.0];
        let text = |texts: &StringArray, row: usize| {
            texts.is_valid(row).then(|| texts.value(row).to_owned())
        };
        self.order_ids.append_option(text(&consignments.order_ids, to.1));
        self.shipment_ids.append_option(text(&consignments.shipment_ids, to.1));
        for (place, words) in self.words.iter_mut().enumerate() {
            let is = |word: Word| word as usize == place;
            let (part, row) = if OF_CONSIGNMENT.into_iter().any(is) { to } else { used };
            let text = of.parts[part].words[place].get(row).unwrap_or_default();
            if is(Word::DistanceKind) {
                let kind = of.text(Word::DistanceKind, to).filter(|_| has_leg);
                words.push(kind.unwrap_or_default());
            } else if is(Word::Method) {
                words.push(&format!("{text}, shared by mass by distance"));
            } else {
                words.push(text);
            }
        }
        let (mass_kg, distance_km) = if has_leg { of.leg(to) } else { (UNKNOWN, UNKNOWN) };
        self.masses_kg.push(mass_kg);
        self.distances_km.push(distance_km);
        self.amounts.push(amount);
        self.rows.push(of.row(used) as u32);
    }

    /// A chunk ends with a round: the lines of a round are valued together.
    fn end_round(&mut self) {
        if self.amounts.len() >= CHUNK_ROWS_MIN {
            self.close();
        }
    }

    /// Puts what has grown among what is done.
    fn close(&mut self) {
        let next = Self::new(self.first_row + self.amounts.len() as u64);
        let mut grown = std::mem::replace(self, next);
        self.done = grown.done;
        self.done.push(Activities {
            first_row: grown.first_row,
            rows: Rows::Shared(grown.rows),
            ids: grown.ids.finish(),
            order_ids: grown.order_ids.finish(),
            shipment_ids: grown.shipment_ids.finish(),
            words: grown.words.map(Words::finish),
            amounts: grown.amounts,
            masses_kg: grown.masses_kg,
            distances_km: grown.distances_km,
        });
    }

    fn finish(mut self) -> Vec<Activities> {
        if !self.amounts.is_empty() {
            self.close();
        }
        self.done
    }
}
