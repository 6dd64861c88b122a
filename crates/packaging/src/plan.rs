//! The best cartons for one job, for any state of the stock.

use crate::fit::{FEW, fill, fit};
use crate::greedy;
use crate::offer::Offer;
use crate::partition;
use crate::shape::Shape;
use crate::space::Lying;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// A carton and what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Filled {
    /// Index of the slot.
    pub(crate) slot: usize,
    /// Positions in the job's shapes, ascending.
    pub(crate) pieces: Vec<usize>,
}

/// Which pieces go into which cartons.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Plan {
    /// The cartons.
    pub(crate) filled: Vec<Filled>,
    /// Positions of pieces for which no carton was in stock.
    pub(crate) left_out: Vec<usize>,
    /// Sum over the cartons.
    pub(crate) score: f64,
}

impl Plan {
    /// How many of a slot it takes.
    pub(crate) fn takes(&self, slot: usize) -> u32 {
        self.filled.iter().filter(|filled| filled.slot == slot).count() as u32
    }

    /// Less where more is packed, then where the score is lower.
    pub(crate) fn compare(&self, other: &Self) -> Ordering {
        self.left_out.len().cmp(&other.left_out.len()).then(self.score.total_cmp(&other.score))
    }

    /// Packs what was left out as far as the stock allows; the plan of what it adds.
    pub(crate) fn top_up(&mut self, job: &mut Job, counts: &[u32]) -> Plan {
        let more = greedy::plan(job, &self.left_out, counts);
        self.filled.extend(more.filled.iter().cloned());
        self.left_out.clone_from(&more.left_out);
        self.score += more.score;
        more
    }
}

/// Some pieces by their groups: the same for any equal pieces.
type Groups = Vec<usize>;

/// One job's pieces, with all that was found out about them.
#[derive(Clone, Debug)]
pub(crate) struct Job<'a> {
    pub(crate) offer: &'a Offer,
    /// Sorted; each fits at least one kind.
    pub(crate) shapes: Vec<Shape>,
    /// Which of the different shapes each is: equal shapes, equal number.
    pub(crate) groups: Vec<usize>,
    /// By the groups of some pieces, then by kind: where they lie, or that they do not fit.
    known: BTreeMap<Groups, BTreeMap<usize, Option<Vec<Lying>>>>,
    /// By the groups of some pieces and the kind: what of them goes in, by place in the list.
    fills: BTreeMap<(Groups, usize), Vec<(usize, Lying)>>,
}

impl<'a> Job<'a> {
    /// `shapes` is sorted and each fits at least one kind.
    pub(crate) fn new(offer: &'a Offer, shapes: Vec<Shape>) -> Self {
        let mut groups = Vec::with_capacity(shapes.len());
        for (i, shape) in shapes.iter().enumerate() {
            let group = match i {
                0 => 0,
                _ => groups[i - 1] + usize::from(*shape != shapes[i - 1]),
            };
            groups.push(group);
        }
        Self { offer, shapes, groups, known: BTreeMap::new(), fills: BTreeMap::new() }
    }

    /// The best plan with so many of each slot.
    pub(crate) fn best(&mut self, counts: &[u32]) -> Plan {
        let all: Vec<usize> = (0..self.shapes.len()).collect();
        if all.is_empty() {
            return Plan::default();
        }
        let single = self.cheapest(&all, counts, f64::INFINITY).map(|slot| Plan {
            score: self.offer.slots[slot].score,
            filled: vec![Filled { slot, pieces: all.clone() }],
            left_out: Vec::new(),
        });
        let split_may_pay = single.is_none() || self.offer.splits;
        if (2..=FEW).contains(&all.len()) && split_may_pay {
            let bound = single.as_ref().map_or(f64::INFINITY, |plan| plan.score);
            if let Some(plan) = partition::best(self, counts, bound) {
                return plan;
            }
        }
        single.unwrap_or_else(|| greedy::plan(self, &all, counts))
    }

    /// The first slot in stock that holds the pieces, with a score up to `limit`.
    pub(crate) fn cheapest(
        &mut self,
        pieces: &[usize],
        counts: &[u32],
        limit: f64,
    ) -> Option<usize> {
        for (slot, &count) in counts.iter().enumerate() {
            if self.offer.slots[slot].score > limit {
                return None;
            }
            if count > 0 && self.holds(pieces, self.offer.slots[slot].kind) {
                return Some(slot);
            }
        }
        None
    }

    /// Where the pieces lie in a carton of that kind; `None` where they do not fit.
    pub(crate) fn lying(&mut self, pieces: &[usize], kind: usize) -> Option<Vec<Lying>> {
        if !self.holds(pieces, kind) {
            return None;
        }
        match pieces {
            [piece] => self.fit(&[*piece], kind),
            _ => self.known.get(&self.key(pieces))?.get(&kind)?.clone(),
        }
    }

    /// Which of the pieces go into a carton of that kind when it is filled, and where they lie.
    pub(crate) fn filled(&mut self, pieces: &[usize], kind: usize) -> Vec<(usize, Lying)> {
        let key = (self.key(pieces), kind);
        let loaded = self.fills.entry(key).or_insert_with(|| {
            let shapes: Vec<Shape> = pieces.iter().map(|&i| self.shapes[i].clone()).collect();
            fill(&shapes, &self.offer.bays[kind], self.offer.support)
        });
        loaded.iter().map(|&(i, lying)| (pieces[i], lying)).collect()
    }

    /// Keeps where pieces were found to lie.
    pub(crate) fn learn(&mut self, pieces: &[usize], kind: usize, lying: Vec<Lying>) {
        self.known.entry(self.key(pieces)).or_default().insert(kind, Some(lying));
    }

    fn holds(&mut self, pieces: &[usize], kind: usize) -> bool {
        let bay = &self.offer.bays[kind];
        if let [piece] = pieces {
            let shape = &self.shapes[*piece];
            return shape.mass <= bay.max_load && shape.turn_within(&bay.inner).is_some();
        }
        let key = self.key(pieces);
        let known = self.known.entry(key.clone()).or_default();
        if let Some(lying) = known.get(&kind) {
            return lying.is_some();
        }
        let bays = &self.offer.bays;
        let taken_over = known.iter().find_map(|(&other, lying)| match lying {
            Some(_) if bay.covers(&bays[other]) => Some(lying.clone()),
            None if bays[other].covers(bay) => Some(None),
            _ => None,
        });
        let lying = taken_over.unwrap_or_else(|| self.fit(pieces, kind));
        let held = lying.is_some();
        self.known.entry(key).or_default().insert(kind, lying);
        held
    }

    fn fit(&self, pieces: &[usize], kind: usize) -> Option<Vec<Lying>> {
        let shapes: Vec<Shape> = pieces.iter().map(|&i| self.shapes[i].clone()).collect();
        fit(&shapes, &self.offer.bays[kind], self.offer.support)
    }

    fn key(&self, pieces: &[usize]) -> Groups {
        pieces.iter().map(|&i| self.groups[i]).collect()
    }
}
