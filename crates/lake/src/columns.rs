//! Activities and ledger lines in columns: a struct of arrays, a few ten thousand rows at a time.
//!
//! Words that repeat are held once and by code, so that the work of a row is on numbers only.

use crate::interner::Groups;
use arrow_array::builder::StringBuilder;
use arrow_array::{Array, StringArray};
use std::sync::Arc;

/// Code of a word that is not there.
pub const NONE: u32 = u32::MAX;
/// Decimal that is not there.
pub const UNKNOWN: i64 = i64::MIN;

/// Words that repeat, each held once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coded {
    /// The words; several may be equal.
    pub words: Vec<Arc<str>>,
    /// By row, which of them; or [`NONE`].
    pub codes: Vec<u32>,
}

/// The columns of repeating words, in the order of [`Activities::words`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// Whose books.
    Tenant,
    /// Plan, baseline or actual.
    Case,
    /// The link of the chain.
    Link,
    /// What was done.
    Activity,
    /// Year or month.
    Period,
    /// Unit of the amount.
    Unit,
    /// Which factor.
    FactorId,
    /// Which edition; none until it is picked.
    FactorEdition,
    /// Primary, modelled or default.
    DataKind,
    /// How the amount came about.
    Method,
    /// At which site.
    SiteId,
    /// Which element of a transport chain.
    TceId,
    /// Of which round.
    RoundId,
    /// Who runs it.
    Operator,
    /// Who pays.
    Payer,
    /// Shortest feasible or great circle.
    DistanceKind,
}

/// How many columns of repeating words there are.
pub const WORDS: usize = Word::DistanceKind as usize + 1;

/// How activities are numbered, and on which rows of their file they stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Rows {
    /// One behind the other.
    #[default]
    InTurn,
    /// With rows of others between them: by activity, its row, ascending.
    Apart(Vec<u32>),
    /// Shares of rounds, numbered one behind the other after the last row of the file: by share,
    /// the row of what is shared.
    Shared(Vec<u32>),
}

/// Activities, in columns of equal length. Decimals have nine places; see [`UNKNOWN`].
#[derive(Clone, Debug)]
pub struct Activities {
    /// Number of the first of them: the row on which it stands, the header being row 1.
    pub first_row: u64,
    /// Where the others stand.
    pub rows: Rows,
    /// Ids in the file, unique there; none where it has no such column.
    pub ids: StringArray,
    /// For which order.
    pub order_ids: StringArray,
    /// For which shipment.
    pub shipment_ids: StringArray,
    /// Repeating words, as [`Word`] counts them.
    pub words: [Coded; WORDS],
    /// How much, in the unit; of freight filled in from mass and distance.
    pub amounts: Vec<i64>,
    /// Gross mass in kg.
    pub masses_kg: Vec<i64>,
    /// Distance in km, of the kind that `words` names.
    pub distances_km: Vec<i64>,
}

/// Ids of lines.
#[derive(Clone, Debug)]
pub enum LineIds {
    /// As they are.
    Texts(StringArray),
    /// The name of a batch, `-`, and a number in nine digits.
    Numbered {
        /// Name of the batch.
        batch: Arc<str>,
        /// By line, its number.
        numbers: Vec<u32>,
    },
}

/// Ledger lines, in columns of equal length: activities and what they emitted.
#[derive(Clone, Debug)]
pub struct Lines {
    /// What was done; the editions of factors are picked.
    pub activities: Activities,
    /// Ids of the lines; unique in the ledger.
    pub line_ids: LineIds,
    /// Kind of activity.
    pub classes: Coded,
    /// Transport activity in tkm, counted once.
    pub tkm: Vec<i64>,
    /// Well to tank, in micrograms of CO2e.
    pub wtt: Vec<i64>,
    /// Tank to wheel, in micrograms of CO2e.
    pub ttw: Vec<i64>,
    /// Of electricity: at the power stations, location-based.
    pub generation: Vec<i64>,
    /// The same, market-based.
    pub market: Vec<i64>,
    /// Biogenic CO2 in micrograms, beside.
    pub biogenic: Vec<i64>,
    /// The line that each takes back.
    pub reverses: Coded,
}

impl Activities {
    /// A column of repeating words.
    pub fn word(&self, word: Word) -> &Coded {
        &self.words[word as usize]
    }
    /// Number of one of them, by which its line is named; each has its own.
    pub fn number(&self, place: usize) -> u64 {
        match &self.rows {
            Rows::Apart(rows) => rows[place].into(),
            Rows::InTurn | Rows::Shared(_) => self.first_row + place as u64,
        }
    }
    /// Row of the file on which one of them stands, or what it is a share of.
    pub fn row(&self, place: usize) -> u64 {
        match &self.rows {
            Rows::Apart(rows) | Rows::Shared(rows) => rows[place].into(),
            Rows::InTurn => self.first_row + place as u64,
        }
    }
    /// How many there are.
    pub fn len(&self) -> usize {
        self.amounts.len()
    }
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.amounts.is_empty()
    }
}

impl Lines {
    /// No lines, in place of the activities from a row on.
    pub fn none(first_row: u64) -> Self {
        let nothing: fn() -> StringArray = || StringArray::from(Vec::<String>::new());
        Self {
            activities: Activities {
                first_row,
                rows: Rows::InTurn,
                ids: nothing(),
                order_ids: nothing(),
                shipment_ids: nothing(),
                words: Default::default(),
                amounts: Vec::new(),
                masses_kg: Vec::new(),
                distances_km: Vec::new(),
            },
            line_ids: LineIds::Texts(nothing()),
            classes: Coded::default(),
            tkm: Vec::new(),
            wtt: Vec::new(),
            ttw: Vec::new(),
            generation: Vec::new(),
            market: Vec::new(),
            biogenic: Vec::new(),
            reverses: Coded::default(),
        }
    }
    /// How many there are.
    pub fn len(&self) -> usize {
        self.activities.len()
    }
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.activities.is_empty()
    }
    /// The same lines part by part, in each in their order. The ids and rows of activities, which are
    /// in no ledger, are left out.
    ///
    /// - `parts`: by row, which part.
    /// - `places`: by row, its new place.
    ///
    /// Columns are read from front to back and written in as many places as there are parts: the
    /// other way round every part would read the whole column.
    #[must_use]
    pub fn in_parts(self, parts: &Groups, places: &[u32]) -> Self {
        let texts = |of: &StringArray| texts_in_order(of, parts);
        let decimals = |of: &[i64]| in_order(of, places);
        let coded = |of: Coded| {
            // One word is the same in any order.
            if of.is_constant() {
                return of;
            }
            Coded { codes: in_order(&of.codes, places), words: of.words }
        };
        let line_ids = match self.line_ids {
            LineIds::Texts(of) => LineIds::Texts(texts(&of)),
            LineIds::Numbered { batch, numbers } => {
                LineIds::Numbered { batch, numbers: in_order(&numbers, places) }
            }
        };
        let Activities { first_row, order_ids, shipment_ids, words, .. } = self.activities;
        Self {
            activities: Activities {
                first_row,
                rows: Rows::InTurn,
                ids: StringArray::new_null(places.len()),
                order_ids: texts(&order_ids),
                shipment_ids: texts(&shipment_ids),
                words: words.map(coded),
                amounts: decimals(&self.activities.amounts),
                masses_kg: decimals(&self.activities.masses_kg),
                distances_km: decimals(&self.activities.distances_km),
            },
            line_ids,
            classes: coded(self.classes),
            tkm: decimals(&self.tkm),
            wtt: decimals(&self.wtt),
            ttw: decimals(&self.ttw),
            generation: decimals(&self.generation),
            market: decimals(&self.market),
            biogenic: decimals(&self.biogenic),
            reverses: coded(self.reverses),
        }
    }
}

fn in_order<T: Copy + Default + PartialEq>(column: &[T], places: &[u32]) -> Vec<T> {
    if column.iter().all(|value| *value == column[0]) {
        return column.to_vec();
    }
    let mut ordered = vec![T::default(); column.len()];
    for (&value, &place) in column.iter().zip(places) {
        ordered[place as usize] = value;
    }
    ordered
}

fn texts_in_order(texts: &StringArray, parts: &Groups) -> StringArray {
    if texts.null_count() == texts.len() {
        return texts.clone();
    }
    let mut by_part: Vec<StringBuilder> =
        parts.first_rows.iter().map(|_| StringBuilder::new()).collect();
    if texts.null_count() == 0 {
        for (row, &part) in parts.of_row.iter().enumerate() {
            by_part[part as usize].append_value(texts.value(row));
        }
    } else {
        for (row, &part) in parts.of_row.iter().enumerate() {
            let text = texts.is_valid(row).then(|| texts.value(row));
            by_part[part as usize].append_option(text);
        }
    }
    let mut ordered = StringBuilder::with_capacity(texts.len(), texts.value_data().len());
    for part in &mut by_part {
        let fits = ordered.append_array(&part.finish());
        fits.expect("the same texts fitted before");
    }
    ordered.finish()
}

impl Coded {
    /// Whether all rows have the same code.
    pub fn is_constant(&self) -> bool {
        self.codes.iter().all(|code| *code == self.codes[0])
    }
    /// The word of a row.
    pub fn get(&self, row: usize) -> Option<&str> {
        self.words.get(self.codes[row] as usize).map(|word| &**word)
    }
}
