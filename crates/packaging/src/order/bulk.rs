//! Many pieces: cartons filled one after another, then exchanged for cheaper ones.

use super::one::{self, Tried};
use super::shelf::{Price, Shelf};
use super::{Filled, split};
use crate::OrderRules;
use crate::fit::{Arrangement, Budget, FEW, MANY, fill};
use crate::goods::Goods;
use crate::inside::Inside;

/// Nodes for one carton and one set of pieces while exchanging.
const NODES: u64 = 200;

/// Of many different pieces so many kinds of carton are tried as the first to be filled.
const FIRSTS_OF_MANY: usize = 3;

struct Bulk<'a> {
    shelf: &'a Shelf,
    goods: &'a Goods,
    /// The cheapest carton for each piece.
    alone: &'a [usize],
    rules: &'a OrderRules,
}

/// The cheapest packing found, and whether it meets the bounds from below.
///
/// - `several`: material that no two parcels or more are below.
pub(crate) fn choose(
    shelf: &Shelf,
    (goods, alone): (&Goods, &[usize]),
    rules: &OrderRules,
    several: i64,
    mut tried: Tried,
    budget: &mut Budget,
) -> (Option<Vec<Filled>>, bool) {
    let bulk = Bulk { shelf, goods, alone, rules };
    let single = one::choose(shelf, goods, rules.support, i64::MAX, &mut tried, budget);
    let mut best = single.map(|filled| (shelf.cartons[filled.carton].price, vec![filled]));
    for first in bulk.firsts() {
        let bound = best.as_ref().map_or(Price::NEVER, |&(price, _)| price);
        let Some(mut filled) = bulk.fill_up(first, bound) else { continue };
        bulk.exchange(&mut filled, budget);
        let price = bulk.price(&filled);
        let few = rules.parcels_max.is_none_or(|most| filled.len() <= most);
        if few && best.as_ref().is_none_or(|&(least, _)| price < least) {
            best = Some((price, filled));
        }
    }
    let single = shelf.cartons.get(tried.refuted).map_or(i64::MAX, |next| next.price.material);
    let proven = best.as_ref().is_some_and(|(price, _)| price.material <= several.min(single));
    (best.map(|(_, filled)| filled), proven)
}

impl Bulk<'_> {
    fn price(&self, filled: &[Filled]) -> Price {
        filled.iter().fold(Price::default(), |sum, f| sum + self.shelf.cartons[f.carton].price)
    }

    /// Material that no packing of the pieces is below, when a carton takes what it has room for.
    fn least(&self, pieces: &[usize], carton: Option<usize>) -> i64 {
        let dearest = pieces.iter().map(|&piece| self.alone[piece]).max();
        let cartons = &self.shelf.cartons;
        let mut mass = 0_i64;
        for &piece in pieces {
            mass = mass.saturating_add(self.goods.shapes[piece].mass);
        }
        let (mut volume, mut alone) = (self.volume(pieces), dearest);
        if let Some(carton) = carton {
            let Inside { volume: room, max_load, .. } = cartons[carton].inside;
            (volume, mass) = (volume - room, mass.saturating_sub(max_load));
            alone = alone.filter(|&dearest| carton < dearest);
        }
        let alone = alone.map_or(0, |dearest| cartons[dearest].price.material);
        self.shelf.covering(volume, mass).max(alone)
    }

    /// Fills a carton of the kind `first`, then always the one that takes the most volume for its
    /// price; `None` as soon as that costs as much as `bound`.
    fn fill_up(&self, first: usize, bound: Price) -> Option<Vec<Filled>> {
        let mut rest: Vec<usize> = (0..self.goods.len()).collect();
        let (mut filled, mut price) = (Vec::new(), Price::default());
        while !rest.is_empty() {
            let limit = bound.material.saturating_sub(price.material);
            let next = if filled.is_empty() {
                let hopes = self.hopes(first, &rest, limit);
                hopes.then(|| self.filled(first, &rest)).flatten()
            } else {
                self.most_for_its_price(&rest, limit)
            };
            let next = next?;
            price += self.shelf.cartons[next.carton].price;
            rest.retain(|piece| next.pieces.binary_search(piece).is_err());
            if price.material.saturating_add(self.least(&rest, None)) >= bound.material {
                return None;
            }
            filled.push(next);
        }
        Some(filled)
    }

    /// With the carton and what it leaves the material may stay below `limit`.
    fn hopes(&self, carton: usize, rest: &[usize], limit: i64) -> bool {
        let material = self.shelf.cartons[carton].price.material;
        material.saturating_add(self.least(rest, Some(carton))) < limit
    }

    fn most_for_its_price(&self, rest: &[usize], limit: i64) -> Option<Filled> {
        let mut best: Option<(f64, Filled)> = None;
        for (at_best, carton) in self.by_price(rest) {
            if best.as_ref().is_some_and(|&(least, _)| at_best >= least) {
                break;
            }
            if !self.hopes(carton, rest, limit) {
                continue;
            }
            let Some(filled) = self.filled(carton, rest) else { continue };
            let ratio = self.per_volume(carton, self.volume(&filled.pieces));
            if best.as_ref().is_none_or(|&(least, _)| ratio < least) {
                best = Some((ratio, filled));
            }
        }
        best.map(|(_, filled)| filled)
    }

    /// Which cartons are filled first, each time with the rest following.
    fn firsts(&self) -> Vec<usize> {
        let most = if self.goods.kinds > MANY { FIRSTS_OF_MANY } else { usize::MAX };
        let all: Vec<usize> = (0..self.goods.len()).collect();
        self.by_price(&all).into_iter().take(most).map(|(_, carton)| carton).collect()
    }

    /// The cartons that could take the most of the pieces for their price come first.
    fn by_price(&self, pieces: &[usize]) -> Vec<(f64, usize)> {
        let all = self.volume(pieces);
        let cartons = self.shelf.cartons.iter().enumerate();
        let mut sorted: Vec<(f64, usize)> = cartons
            .map(|(i, carton)| (self.per_volume(i, carton.inside.volume.min(all)), i))
            .collect();
        sorted.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        sorted
    }

    fn per_volume(&self, carton: usize, volume: i64) -> f64 {
        self.shelf.cartons[carton].price.material as f64 / volume.max(1) as f64
    }

    fn volume(&self, pieces: &[usize]) -> i64 {
        pieces.iter().map(|&i| self.goods.shapes[i].volume()).fold(0, i64::saturating_add)
    }

    fn filled(&self, carton: usize, pieces: &[usize]) -> Option<Filled> {
        let goods = self.some(pieces);
        let inside = &self.shelf.cartons[carton].inside;
        let (stance, mut loaded) = fill(&goods, inside, self.rules.support);
        loaded.sort_unstable_by_key(|&(i, _)| i);
        let (loaded, lying): (Vec<usize>, _) = loaded.into_iter().unzip();
        let pieces: Vec<usize> = loaded.into_iter().map(|i| pieces[i]).collect();
        let arrangement = Arrangement { stance, lying };
        (!pieces.is_empty()).then_some(Filled { carton, pieces, arrangement })
    }

    fn some(&self, pieces: &[usize]) -> Goods {
        Goods::of(pieces.iter().map(|&piece| self.goods.shapes[piece]).collect())
    }

    /// Exchanges cartons for cheaper ones, one by one and two by two, as long as that saves.
    fn exchange(&self, filled: &mut Vec<Filled>, budget: &mut Budget) {
        for one in filled.iter_mut() {
            let price = self.shelf.cartons[one.carton].price;
            if let Some(cheaper) = self.together(&one.pieces, price) {
                *one = cheaper;
            }
        }
        let mut changed = true;
        while changed {
            changed = false;
            for b in (1..filled.len()).rev() {
                for a in (0..b).rev() {
                    if let Some(cheaper) = self.joined(&filled[a], &filled[b], budget) {
                        filled.remove(b);
                        filled.remove(a);
                        filled.extend(cheaper);
                        changed = true;
                        break;
                    }
                }
                if changed {
                    break;
                }
            }
        }
    }

    /// The pieces of both in cartons that cost less.
    fn joined(&self, a: &Filled, b: &Filled, budget: &mut Budget) -> Option<Vec<Filled>> {
        let mut pieces = [&a.pieces[..], &b.pieces[..]].concat();
        pieces.sort_unstable();
        let cartons = &self.shelf.cartons;
        let price = cartons[a.carton].price + cartons[b.carton].price;
        if pieces.len() > FEW {
            return Some(vec![self.together(&pieces, price)?]);
        }
        let granted = budget.part(NODES);
        let mut part = granted;
        let rules = OrderRules { parcels_max: Some(2), ..*self.rules };
        let (found, _) =
            split::choose(self.shelf, &self.some(&pieces), &rules, Tried::default(), &mut part);
        budget.settle(granted, part);
        let mut found = found?;
        for filled in &mut found {
            filled.pieces = filled.pieces.iter().map(|&i| pieces[i]).collect();
        }
        (self.price(&found) < price).then_some(found)
    }

    /// One carton for the pieces that costs less than `price`.
    fn together(&self, pieces: &[usize], price: Price) -> Option<Filled> {
        let goods = self.some(pieces);
        let cheaper = self.shelf.cartons.iter().enumerate();
        cheaper.take_while(|(_, kind)| kind.price < price).find_map(|(carton, kind)| {
            let Inside { volume, max_load, .. } = kind.inside;
            let large = volume >= goods.volume && max_load >= goods.mass;
            let found = if large { self.filled(carton, pieces) } else { None };
            found.filter(|filled| filled.pieces.len() == pieces.len())
        })
    }
}
