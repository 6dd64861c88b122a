//! Activities and ledger lines in columns: a struct of arrays, a few ten thousand rows at a time.
//!
//! Words that repeat are held once and by code, so that the work of a row is on numbers only.

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

/// Activities, in columns of equal length. Decimals have nine places; see [`UNKNOWN`].
#[derive(Clone, Debug)]
pub struct Activities {
    /// Row of the file on which the first of them stands; for errors.
    pub first_row: u64,
    /// Ids in the file; unique there.
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

/// Ledger lines, in columns of equal length: activities and what they emitted.
#[derive(Clone, Debug)]
pub struct Lines {
    /// What was done; the editions of factors are picked.
    pub activities: Activities,
    /// Ids of the lines; unique in the ledger.
    pub line_ids: StringArray,
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
                ids: nothing(),
                order_ids: nothing(),
                shipment_ids: nothing(),
                words: Default::default(),
                amounts: Vec::new(),
                masses_kg: Vec::new(),
                distances_km: Vec::new(),
            },
            line_ids: nothing(),
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
    /// The same lines in another order: by place, which row. The ids of activities, which are in no
    /// ledger, are left out.
    #[must_use]
    pub fn in_order(self, rows: &[u32]) -> Self {
        let texts = |of: &StringArray| texts_in_order(of, rows);
        let decimals = |of: &[i64]| rows.iter().map(|&row| of[row as usize]).collect();
        let coded = |of: Coded| {
            // One word is the same in any order.
            if of.is_constant() {
                return of;
            }
            let codes = rows.iter().map(|&row| of.codes[row as usize]).collect();
            Coded { words: of.words, codes }
        };
        let Activities { first_row, order_ids, shipment_ids, words, .. } = self.activities;
        Self {
            activities: Activities {
                first_row,
                ids: StringArray::new_null(rows.len()),
                order_ids: texts(&order_ids),
                shipment_ids: texts(&shipment_ids),
                words: words.map(coded),
                amounts: decimals(&self.activities.amounts),
                masses_kg: decimals(&self.activities.masses_kg),
                distances_km: decimals(&self.activities.distances_km),
            },
            line_ids: texts(&self.line_ids),
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

fn texts_in_order(texts: &StringArray, rows: &[u32]) -> StringArray {
    let mut picked = StringBuilder::with_capacity(rows.len(), texts.value_data().len());
    if texts.null_count() == 0 {
        for &row in rows {
            picked.append_value(texts.value(row as usize));
        }
    } else {
        for &row in rows {
            let row = row as usize;
            picked.append_option(texts.is_valid(row).then(|| texts.value(row)));
        }
    }
    picked.finish()
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
