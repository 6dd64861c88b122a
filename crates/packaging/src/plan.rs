//! The best cartons for one job, for any state of the stock.

use crate::fit::{Arrangement, Budget, Verdict, fill, has_room_for, test};
use crate::goods::Goods;
use crate::greedy;
use crate::offer::Offer;
use crate::partition;
use crate::shape::Shape;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// Up to so many pieces every way to share them among cartons is looked at.
const SHARED_MAX: usize = 6;
/// Search nodes for one carton and one set of pieces.
const NODES: u64 = 2_000;

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
    known: BTreeMap<Groups, BTreeMap<usize, Option<Arrangement>>>,
    /// By the groups of some pieces and the kind: what of them goes in, by place in the list.
    fills: BTreeMap<(Groups, usize), (Groups, Arrangement)>,
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
        if (2..=SHARED_MAX).contains(&all.len()) && split_may_pay {
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
    pub(crate) fn arrangement(&mut self, pieces: &[usize], kind: usize) -> Option<Arrangement> {
        if !self.holds(pieces, kind) {
            return None;
        }
        match pieces {
            [piece] => self.fit(&[*piece], kind),
            _ => self.known.get(&self.key(pieces))?.get(&kind)?.clone(),
        }
    }

    /// Which of the pieces go into a carton of that kind when it is filled, ascending, and where
    /// they lie.
    pub(crate) fn filled(&mut self, pieces: &[usize], kind: usize) -> (Vec<usize>, Arrangement) {
        let key = (self.key(pieces), kind);
        let (loaded, arrangement) = self.fills.entry(key).or_insert_with(|| {
            let shapes = pieces.iter().map(|&i| self.shapes[i]).collect();
            let (stance, mut loaded) =
                fill(&Goods::of(shapes), &self.offer.insides[kind], self.offer.support);
            loaded.sort_by_key(|&(i, _)| i);
            let (loaded, lying) = loaded.into_iter().unzip();
            (loaded, Arrangement { stance, lying })
        });
        (loaded.iter().map(|&i| pieces[i]).collect(), arrangement.clone())
    }

    /// Keeps where pieces were found to lie.
    pub(crate) fn learn(&mut self, pieces: &[usize], kind: usize, arrangement: Arrangement) {
        self.known.entry(self.key(pieces)).or_default().insert(kind, Some(arrangement));
    }

    fn holds(&mut self, pieces: &[usize], kind: usize) -> bool {
        let inside = &self.offer.insides[kind];
        if let [piece] = pieces {
            let shape = &self.shapes[*piece];
            return shape.mass <= inside.max_load && has_room_for(inside, shape);
        }
        let key = self.key(pieces);
        let known = self.known.entry(key.clone()).or_default();
        if let Some(arrangement) = known.get(&kind) {
            return arrangement.is_some();
        }
        let insides = &self.offer.insides;
        let taken_over = known.iter().find_map(|(&other, arrangement)| match arrangement {
            Some(arrangement) if inside.covers(&insides[other]) => {
                Some(Some(Arrangement { stance: inside.given, ..arrangement.clone() }))
            }
            None if insides[other].covers(inside) => Some(None),
            _ => None,
        });
        let arrangement = taken_over.unwrap_or_else(|| self.fit(pieces, kind));
        let held = arrangement.is_some();
        self.known.entry(key).or_default().insert(kind, arrangement);
        held
    }

    fn fit(&self, pieces: &[usize], kind: usize) -> Option<Arrangement> {
        let goods = Goods::of(pieces.iter().map(|&i| self.shapes[i]).collect());
        let inside = &self.offer.insides[kind];
        match test(&goods, inside, self.offer.support, &mut Budget::of(NODES)) {
            Verdict::Holds(arrangement) => Some(arrangement),
            Verdict::Refuted | Verdict::Open => None,
        }
    }

    fn key(&self, pieces: &[usize]) -> Groups {
        pieces.iter().map(|&i| self.groups[i]).collect()
    }
}
