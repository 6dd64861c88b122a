//! Few pieces: every way to share them among cartons.
//!
//! Each selection of the pieces has a price from below, of the cheapest carton not refuted for it.
//! The cheapest partition by these prices is looked at; where one of its selections is not settled
//! its next carton is tried, and the partition is chosen anew. When all its selections are settled
//! no other partition is cheaper.

use super::Filled;
use super::one::Tried;
use super::shelf::{Price, Shelf};
use crate::OrderRules;
use crate::fit::{Arrangement, Budget, Verdict, test};
use crate::goods::Goods;
use crate::shape::Shape;

/// So many pieces at most are shared out in every way.
const PIECES_MAX: usize = 20;
/// So many selections at most: all of eight different pieces.
const SELECTIONS_MAX: usize = 256;
/// Kinds of equal pieces at most: their counts are bytes of a word.
const GROUPS_MAX: usize = 8;

/// There are few enough ways to select from the goods.
pub(crate) fn is_few(goods: &Goods) -> bool {
    let counts = || goods.shapes.chunk_by(|a, b| a == b).map(<[Shape]>::len);
    goods.len() <= PIECES_MAX
        && counts().count() <= GROUPS_MAX
        && counts().map(|count| count + 1).product::<usize>() <= SELECTIONS_MAX
}

/// Some of the pieces: how many of each kind of equal ones, as digits of a number.
type Selection = usize;

/// What is known of a selection.
#[derive(Clone, Debug)]
struct Known {
    /// Cartons before this one do not hold it.
    refuted: usize,
    /// Cartons before this one were not found to hold it.
    tried: usize,
    state: State,
}

/// How far the cartons for a selection have been tried.
#[derive(Clone, Debug)]
enum State {
    /// One is to be tried next.
    Trying,
    /// The cheapest found to hold it, and how.
    Held(usize, Arrangement),
    /// None was found to hold it.
    Unheld,
}

/// Equal pieces.
#[derive(Clone, Copy, Debug)]
struct Group {
    shape: Shape,
    count: usize,
    /// The value of their digit in a selection.
    digit: usize,
    /// The cheapest carton that holds one alone.
    alone: usize,
}

struct Split<'a> {
    shelf: &'a Shelf,
    support: f64,
    /// Different shapes.
    groups: Vec<Group>,
    known: Vec<Known>,
    /// The least price each selection can still have.
    hoped: Vec<Price>,
    /// Ways to take a selection with a piece of the first kind present out of another.
    parts: Vec<(Selection, Selection)>,
    /// Most parcels, where that is fewer than the pieces.
    parcels_max: Option<usize>,
}

/// The cheapest partition found, and whether every cheaper one is refuted.
///
/// - `tried`: of the cartons for all of the goods.
pub(crate) fn choose(
    shelf: &Shelf,
    goods: &Goods,
    rules: &OrderRules,
    tried: Tried,
    budget: &mut Budget,
) -> (Option<Vec<Filled>>, bool) {
    let mut split = Split::new(shelf, goods, rules, tried);
    // Each round tries a carton or ends.
    let (price, selections) = loop {
        let Some((price, selections)) = split.cheapest(&split.hoped) else {
            // Nothing goes into so few parcels; shown where the refuted alone say so.
            return (None, split.cheapest(&split.least()).is_none());
        };
        let unsettled =
            selections.iter().find(|&&part| matches!(split.known[part].state, State::Trying));
        match unsettled {
            Some(&part) => split.advance(part, budget),
            None => break (price, selections),
        }
    };
    let proven = split.cheapest(&split.least()).is_some_and(|(least, _)| price <= least);
    (Some(split.filled(&selections)), proven)
}

impl Known {
    /// The least price the selection can still have.
    fn hoped(&self, shelf: &Shelf) -> Price {
        let carton = match self.state {
            State::Trying => self.tried,
            State::Held(carton, _) => carton,
            State::Unheld => return Price::NEVER,
        };
        shelf.cartons.get(carton).map_or(Price::NEVER, |carton| carton.price)
    }

    /// The least price that is not refuted.
    fn least(&self, shelf: &Shelf) -> Price {
        shelf.cartons.get(self.refuted).map_or(Price::NEVER, |carton| carton.price)
    }
}

impl<'a> Split<'a> {
    fn new(shelf: &'a Shelf, goods: &Goods, rules: &OrderRules, tried: Tried) -> Self {
        let mut groups = Vec::new();
        let mut selections = 1;
        for equal in goods.shapes.chunk_by(|a, b| a == b) {
            let (shape, count) = (equal[0], equal.len());
            let alone = shelf.cheapest(&shape).unwrap_or(usize::MAX);
            groups.push(Group { shape, count, digit: selections, alone });
            selections *= count + 1;
        }
        let mut split = Self {
            shelf,
            support: rules.support,
            groups,
            known: Vec::with_capacity(selections),
            hoped: Vec::with_capacity(selections),
            parts: Vec::new(),
            parcels_max: rules.parcels_max.filter(|&most| most < goods.len()),
        };
        for selection in 0..selections {
            let mut known = split.at_first(selection);
            if selection + 1 == selections {
                known.refuted = known.refuted.max(tried.refuted);
                known.tried = known.tried.max(tried.next);
            }
            split.hoped.push(known.hoped(shelf));
            split.known.push(known);
        }
        for selection in 1..selections {
            split.list_parts(selection);
        }
        split
    }

    /// How many of a group are selected.
    fn count(&self, selection: Selection, group: usize) -> usize {
        let Group { count, digit, .. } = self.groups[group];
        selection / digit % (count + 1)
    }

    fn pieces(&self, selection: Selection) -> usize {
        (0..self.groups.len()).map(|group| self.count(selection, group)).sum()
    }

    /// Lists the parts of a selection that have a piece of its first group.
    fn list_parts(&mut self, selection: Selection) {
        let first = (0..self.groups.len()).find(|&group| self.count(selection, group) > 0);
        let Some(first) = first else { return };
        let from = self.parts.len();
        for count in 1..=self.count(selection, first) {
            self.parts.push((selection, count * self.groups[first].digit));
        }
        for group in first + 1..self.groups.len() {
            let to = self.parts.len();
            for count in 1..=self.count(selection, group) {
                for i in from..to {
                    let (_, part) = self.parts[i];
                    self.parts.push((selection, part + count * self.groups[group].digit));
                }
            }
        }
    }

    /// By mass, volume and single pieces.
    fn at_first(&self, selection: Selection) -> Known {
        let (mut mass, mut volume, mut pieces) = (0_i64, 0_i64, 0);
        let mut alone = 0;
        for (group, &Group { shape, alone: cheapest, .. }) in self.groups.iter().enumerate() {
            let count = self.count(selection, group);
            if count > 0 {
                mass = mass.saturating_add(shape.mass.saturating_mul(count as i64));
                volume = volume.saturating_add(shape.volume().saturating_mul(count as i64));
                pieces += count;
                alone = alone.max(cheapest);
            }
        }
        let cartons = &self.shelf.cartons;
        let large = |carton: &super::shelf::Carton| {
            carton.inside.max_load >= mass && carton.inside.volume >= volume
        };
        let from = alone.min(cartons.len());
        let next = cartons[from..].iter().position(large);
        let refuted = next.map_or(cartons.len(), |next| from + next);
        // One piece is decided already.
        let state = if pieces == 1 { self.alone(selection, alone) } else { State::Trying };
        Known { refuted, tried: refuted, state }
    }

    fn alone(&self, selection: Selection, carton: usize) -> State {
        let inside = &self.shelf.cartons[carton].inside;
        match test(&self.goods(selection), inside, self.support, &mut Budget::of(0)) {
            Verdict::Holds(arrangement) => State::Held(carton, arrangement),
            Verdict::Refuted | Verdict::Open => State::Unheld,
        }
    }

    fn goods(&self, selection: Selection) -> Goods {
        let groups = self.groups.iter().enumerate();
        let shapes = groups.flat_map(|(group, &Group { shape, .. })| {
            std::iter::repeat_n(shape, self.count(selection, group))
        });
        Goods::of(shapes.collect())
    }

    /// Tries the next carton for a selection.
    fn advance(&mut self, selection: Selection, budget: &mut Budget) {
        // What does not hold a part of it does not hold it.
        for group in 0..self.groups.len() {
            if self.count(selection, group) == 0 {
                continue;
            }
            let part = selection - self.groups[group].digit;
            // Two pieces may lack a third to rest on: refuted by themselves, not with it.
            if self.support <= 0.0 || self.pieces(part) != 2 {
                let less = self.known[part].refuted;
                let known = &mut self.known[selection];
                known.refuted = known.refuted.max(less);
            }
        }
        self.try_next(selection, budget);
        self.hoped[selection] = self.known[selection].hoped(self.shelf);
    }

    fn try_next(&mut self, selection: Selection, budget: &mut Budget) {
        let known = &self.known[selection];
        let (shown, carton) = (known.refuted >= known.tried, known.tried.max(known.refuted));
        let Some(kind) = self.shelf.cartons.get(carton) else {
            self.known[selection].state = State::Unheld;
            return;
        };
        let verdict = test(&self.goods(selection), &kind.inside, self.support, budget);
        let known = &mut self.known[selection];
        known.tried = carton;
        match verdict {
            Verdict::Holds(arrangement) => known.state = State::Held(carton, arrangement),
            Verdict::Open => known.tried += 1,
            Verdict::Refuted => {
                known.tried += 1;
                if shown {
                    known.refuted = known.tried;
                }
            }
        }
    }

    /// The least price of each selection that is not refuted.
    fn least(&self) -> Vec<Price> {
        self.known.iter().map(|known| known.least(self.shelf)).collect()
    }

    /// The cheapest partition by a price for each selection; of equal price the first in the order
    /// of selections.
    fn cheapest(&self, prices: &[Price]) -> Option<(Price, Vec<Selection>)> {
        let all = self.known.len() - 1;
        let layers = self.parcels_max.unwrap_or(1);
        let mut best = vec![(Price::NEVER, 0); layers * (all + 1)];
        for layer in 0..layers {
            let here = layer * (all + 1);
            best[here].0 = Price::default();
            for &(selection, part) in &self.parts {
                let rest = selection - part;
                let before = match (self.parcels_max, layer) {
                    _ if rest == 0 => Price::default(),
                    (None, _) => best[rest].0,
                    (Some(_), 0) => continue,
                    (Some(_), _) => best[here - (all + 1) + rest].0,
                };
                let sum = prices[part] + before;
                if sum < best[here + selection].0 {
                    best[here + selection] = (sum, part);
                }
            }
        }
        let (mut layer, mut rest, mut parts) = (layers - 1, all, Vec::new());
        let (total, _) = best[layer * (all + 1) + all];
        if total.material == i64::MAX {
            return None;
        }
        while rest > 0 {
            let (_, part) = best[layer * (all + 1) + rest];
            parts.push(part);
            rest -= part;
            layer = layer.saturating_sub(usize::from(self.parcels_max.is_some()));
        }
        Some((total, parts))
    }

    /// The settled selections with the pieces they take, equal ones in their order.
    fn filled(&self, selections: &[Selection]) -> Vec<Filled> {
        let mut next: Vec<usize> = Vec::with_capacity(self.groups.len());
        let mut from = 0;
        for &Group { count, .. } in &self.groups {
            next.push(from);
            from += count;
        }
        let settled = |&selection: &Selection| {
            let State::Held(carton, arrangement) = self.known[selection].state.clone() else {
                unreachable!("a partition that is kept has a carton for each selection")
            };
            let mut pieces = Vec::with_capacity(arrangement.lying.len());
            for (group, next) in next.iter_mut().enumerate() {
                let count = self.count(selection, group);
                pieces.extend(*next..*next + count);
                *next += count;
            }
            Filled { carton, pieces, arrangement }
        };
        selections.iter().map(settled).collect()
    }
}
