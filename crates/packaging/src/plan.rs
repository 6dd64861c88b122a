//! The best cartons for one job, for any state of the stock.

use crate::bag;
use crate::fit::{Arrangement, Budget, Verdict, fill, has_room_for, test};
use crate::goods::Goods;
use crate::greedy;
use crate::offer::{Cost, NEVER, Offer, Prices, RuleSet};
use crate::partition;
use crate::shape::Shape;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Up to so many pieces every way to share them among cartons is looked at.
pub(crate) const SHARED_MAX: usize = 6;
/// Search nodes for one carton and one set of pieces.
const NODES: u64 = 2_000;

/// A carton or bag and what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Filled {
    /// Index of the slot.
    pub(crate) slot: usize,
    /// Positions in the job's shapes, ascending.
    pub(crate) pieces: Vec<usize>,
    /// What it costs.
    pub(crate) cost: Cost,
}

/// Which pieces go into which cartons.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    /// The cartons.
    pub(crate) filled: Vec<Filled>,
    /// Positions of pieces for which no carton was in stock.
    pub(crate) left_out: Vec<usize>,
}

/// What there is of each slot, and at what price beside its cost.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Market<'m> {
    /// How many there are.
    pub(crate) counts: &'m [u32],
    /// Added to the cost of each; empty is nothing.
    pub(crate) prices: &'m [Cost],
}

impl<'m> Market<'m> {
    /// So many of each slot, without a price.
    pub(crate) fn of(counts: &'m [u32]) -> Self {
        Self { counts, prices: &[] }
    }

    pub(crate) fn price(&self, slot: usize) -> Cost {
        self.prices.get(slot).copied().unwrap_or(0)
    }
}

impl Plan {
    /// How many of a slot it takes.
    pub(crate) fn takes(&self, slot: usize) -> u32 {
        self.filled.iter().filter(|filled| filled.slot == slot).count() as u32
    }

    /// Sum over the cartons.
    pub(crate) fn cost(&self) -> Cost {
        self.filled.iter().map(|filled| filled.cost).sum()
    }

    /// Less where more is packed, then where the cost is lower.
    pub(crate) fn compare(&self, other: &Self) -> Ordering {
        self.left_out.len().cmp(&other.left_out.len()).then(self.cost().cmp(&other.cost()))
    }

    /// Packs what was left out as far as the stock allows; the plan of what it adds.
    pub(crate) fn top_up(&mut self, job: &mut Job, counts: &[u32]) -> Plan {
        let more = greedy::plan(job, &self.left_out, counts);
        self.filled.extend(more.filled.iter().cloned());
        self.left_out.clone_from(&more.left_out);
        more
    }
}

/// Some pieces by their groups: the same for any equal pieces.
type Groups = Vec<usize>;

/// One job's pieces, with all that was found out about them.
#[derive(Clone, Debug)]
pub(crate) struct Job<'a> {
    pub(crate) offer: &'a Offer<'a>,
    /// Sorted; each fits at least one kind.
    pub(crate) shapes: Vec<Shape>,
    /// The packaging rule of each.
    rules: Vec<Option<usize>>,
    /// Which of the different pieces each is: equal shapes of equal rules, equal number.
    pub(crate) groups: Vec<usize>,
    /// What cartons cost, where all pieces are of one rule.
    prices: Option<Rc<Prices>>,
    /// By the groups of some pieces, then by kind: where they lie, or that they do not fit.
    known: BTreeMap<Groups, BTreeMap<usize, Option<Arrangement>>>,
    /// By the groups of some pieces and the kind: what of them goes in, by place in the list.
    fills: BTreeMap<(Groups, usize), (Groups, Arrangement)>,
}

impl<'a> Job<'a> {
    /// `shapes` is sorted and each fits at least one kind; `rules` is in the same order.
    pub(crate) fn new(offer: &'a Offer<'a>, shapes: Vec<Shape>, rules: Vec<Option<usize>>) -> Self {
        let mut groups = Vec::with_capacity(shapes.len());
        for i in 0..shapes.len() {
            let differs = |i: usize| shapes[i] != shapes[i - 1] || rules[i] != rules[i - 1];
            groups.push(if i == 0 { 0 } else { groups[i - 1] + usize::from(differs(i)) });
        }
        let one_rule = rules.windows(2).all(|pair| pair[0] == pair[1]);
        let prices = one_rule.then(|| offer.prices(&rules.iter().take(1).copied().collect()));
        let (known, fills) = (BTreeMap::new(), BTreeMap::new());
        Self { offer, shapes, rules, groups, prices, known, fills }
    }

    /// The best plan with so many of each slot.
    pub(crate) fn best(&mut self, counts: &[u32]) -> Plan {
        let all: Vec<usize> = (0..self.shapes.len()).collect();
        if all.is_empty() {
            return Plan::default();
        }
        let market = Market::of(counts);
        let single = self
            .cheapest(&all, market, NEVER)
            .map(|filled| Plan { filled: vec![filled], left_out: Vec::new() });
        let split_may_pay = single.is_none() || self.offer.splits();
        if (2..=SHARED_MAX).contains(&all.len()) && split_may_pay {
            let bound = single.as_ref().map_or(NEVER, Plan::cost);
            if let Some(plan) = partition::best(self, market, bound) {
                return plan;
            }
        }
        single.unwrap_or_else(|| greedy::plan(self, &all, counts))
    }

    /// The cheapest in stock that holds the pieces, up to a limit that counts the price; the cost
    /// given does not.
    pub(crate) fn cheapest(
        &mut self,
        pieces: &[usize],
        market: Market,
        limit: Cost,
    ) -> Option<Filled> {
        let prices = self.prices(pieces);
        let spared = prices.spared(self.volume(pieces));
        let mut best: Option<(Cost, usize)> = None;
        for &slot in &prices.bags {
            let cost = self.cost(pieces, slot).saturating_add(market.price(slot));
            if cost < NEVER && cost <= limit && best.is_none_or(|(least, _)| cost < least) {
                best = Some((cost, slot));
            }
        }
        let mut order = Vec::new();
        let cost = |slot: usize| prices.empty[slot] - spared + market.price(slot);
        if !market.prices.is_empty() {
            order.clone_from(&prices.order);
            order.sort_by_key(|&slot| cost(slot));
        }
        for &slot in if order.is_empty() { &prices.order } else { &order } {
            let cost = cost(slot);
            if cost > limit || best.is_some_and(|(least, _)| cost >= least) {
                break;
            }
            if market.counts[slot] > 0 && self.holds(pieces, self.offer.slots[slot].kind) {
                best = Some((cost, slot));
                break;
            }
        }
        let (cost, slot) = best?;
        Some(Filled { slot, pieces: pieces.to_vec(), cost: cost - market.price(slot) })
    }

    /// What the pieces cost in a slot; [`NEVER`] where it does not hold them.
    pub(crate) fn cost(&mut self, pieces: &[usize], slot: usize) -> Cost {
        let kind = self.offer.slots[slot].kind;
        let prices = self.prices(pieces);
        if prices.empty[slot] >= NEVER || !self.holds(pieces, kind) {
            return NEVER;
        }
        if self.offer.bag(kind).is_none() {
            return prices.empty[slot] - prices.spared(self.volume(pieces));
        }
        let pile = self.arrangement(pieces, kind).expect("it holds them");
        prices.empty[slot] + self.offer.room(bag::cuboid(&pile.lying))
    }

    /// What filling the pieces' own room would cost, if all asked for the most filler.
    pub(crate) fn spared(&self, piece: usize) -> Option<Cost> {
        let prices = self.prices.as_ref()?;
        Some(prices.spared(self.shapes[piece].volume()))
    }

    pub(crate) fn volume(&self, pieces: &[usize]) -> i64 {
        pieces.iter().map(|&piece| self.shapes[piece].volume()).fold(0, i64::saturating_add)
    }

    /// What cartons cost for some of the pieces.
    pub(crate) fn prices(&self, pieces: &[usize]) -> Rc<Prices> {
        if let Some(prices) = &self.prices {
            return prices.clone();
        }
        let mut rules: RuleSet = pieces.iter().map(|&piece| self.rules[piece]).collect();
        rules.sort_unstable();
        rules.dedup();
        self.offer.prices(&rules)
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
                fill(&Goods::of(shapes), &self.offer.insides[kind], self.offer.rules.support);
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
        if let ([piece], Some(inside)) = (pieces, self.offer.insides.get(kind)) {
            let shape = &self.shapes[*piece];
            return shape.mass <= inside.max_load && has_room_for(inside, shape);
        }
        let key = self.key(pieces);
        let known = self.known.entry(key.clone()).or_default();
        if let Some(arrangement) = known.get(&kind) {
            return arrangement.is_some();
        }
        let insides = &self.offer.insides;
        let taken_over = insides.get(kind).and_then(|inside| {
            known.iter().find_map(|(&other, arrangement)| {
                match (arrangement, insides.get(other)?) {
                    (Some(arrangement), smaller) if inside.covers(smaller) => {
                        Some(Some(Arrangement { stance: inside.given, ..arrangement.clone() }))
                    }
                    (None, larger) if larger.covers(inside) => Some(None),
                    _ => None,
                }
            })
        });
        let arrangement = taken_over.unwrap_or_else(|| self.fit(pieces, kind));
        let held = arrangement.is_some();
        self.known.entry(key).or_default().insert(kind, arrangement);
        held
    }

    fn fit(&self, pieces: &[usize], kind: usize) -> Option<Arrangement> {
        let goods = Goods::of(pieces.iter().map(|&i| self.shapes[i]).collect());
        let support = self.offer.rules.support;
        if let Some(bag) = self.offer.bag(kind) {
            let lying = bag::pile(&goods, bag, support)?;
            return Some(Arrangement { stance: 0, lying });
        }
        let inside = &self.offer.insides[kind];
        match test(&goods, inside, support, &mut Budget::of(NODES)) {
            Verdict::Holds(arrangement) => Some(arrangement),
            Verdict::Refuted | Verdict::Open => None,
        }
    }

    fn key(&self, pieces: &[usize]) -> Groups {
        pieces.iter().map(|&i| self.groups[i]).collect()
    }
}
