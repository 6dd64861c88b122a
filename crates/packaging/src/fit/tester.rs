//! Whether a carton holds some goods: bounds, rules and searches, the cheap ones first.

use super::bound;
use super::budget::Budget;
use super::classes::{self, FEW, Found};
use super::loading::{Way, reload, ways};
use super::pair;
use super::search;
use super::{Arrangement, QUICK, Verdict, has_room_for};
use crate::goods::Goods;
use crate::inside::{Inside, Stance};
use crate::shape::{Sides, Turns, volume};
use crate::space::{Lying, stands};
use crate::stack::bears;

/// Whether the carton holds the goods. One piece or two are decided; so are up to [`FEW`], without
/// support to care for, while the budget lasts.
pub(crate) fn test(goods: &Goods, inside: &Inside, support: f64, budget: &mut Budget) -> Verdict {
    if bound::exceeds(goods, &inside.sorted, inside.max_load)
        || !goods.shapes.iter().all(|shape| has_room_for(inside, shape))
    {
        return Verdict::Refuted;
    }
    let stances = &inside.stances;
    // Nothing minds which way is up: one stance stands for all, and it is the same one in
    // whatever order the carton's sides are given.
    let indifferent = goods.indifferent && support <= 0.0;
    let open = if indifferent { vec![0] } else { vec![inside.given] };
    let tester = Tester { goods, inside, support };
    let verdict = tester.test(open, budget);
    let Verdict::Holds(mut found) = verdict else { return verdict };
    if indifferent {
        stances[inside.given].turned_from(&stances[0], &mut found.lying);
        found.stance = inside.given;
    }
    Verdict::Holds(found)
}

struct Tester<'a> {
    goods: &'a Goods,
    inside: &'a Inside,
    support: f64,
}

/// A stance with what bounds and the complete search need of it.
struct Case {
    stance: usize,
    turns: Vec<Turns>,
    room: Sides,
}

impl Tester<'_> {
    /// `open`: the stances asked about.
    fn test(&self, mut open: Vec<usize>, budget: &mut Budget) -> Verdict {
        match self.goods.len() {
            0 => return Verdict::Holds(Arrangement { stance: open[0], lying: Vec::new() }),
            1 => return self.first(&open, |stance| self.alone(stance)).unwrap_or(Verdict::Refuted),
            2 => {
                let found = self
                    .first(&open, |stance| pair::arrange(self.goods, &stance.inner, self.support));
                // Over a fragile piece the other might float, where that is allowed.
                let decided = self.support > 0.0 || self.goods.indifferent;
                match found {
                    Some(found) => return found,
                    None if decided => return Verdict::Refuted,
                    None => {}
                }
            }
            _ => {}
        }
        let mut cases = self.cases(&mut open);
        let loaded =
            |way: &Way, stance: &Stance| way.load_all(self.goods, stance.inner, self.support);
        let mut ways = ways(&self.goods.shapes);
        for way in ways.by_ref().take(QUICK) {
            if let Some(found) = self.first(&open, |stance| loaded(&way, stance)) {
                return found;
            }
        }
        self.rule_out(&mut cases, &mut open, |case| bound::exceeds_scaled(&case.turns, &case.room));
        if let Some(found) = self.complete(&mut cases, &mut open, budget) {
            return found;
        }
        if open.is_empty() {
            return Verdict::Refuted;
        }
        for way in ways {
            if let Some(found) = self.first(&open, |stance| loaded(&way, stance)) {
                return found;
            }
        }
        self.again(open, budget)
    }

    /// In the first of the open stances in which it can be done.
    fn first(
        &self,
        open: &[usize],
        arrange: impl Fn(&Stance) -> Option<Vec<Lying>>,
    ) -> Option<Verdict> {
        open.iter().find_map(|&stance| {
            let lying = arrange(&self.inside.stances[stance])?;
            Some(Verdict::Holds(Arrangement { stance, lying }))
        })
    }

    fn alone(&self, stance: &Stance) -> Option<Vec<Lying>> {
        let shape = &self.goods.shapes[0];
        let size = shape.turn_within(&stance.inner)?;
        Some(vec![Lying { at: [0; 3], size, fragile: shape.fragile }])
    }

    /// The open stances less those that bounds rule out. Where no piece is upright one case stands
    /// for all of them: without support the stances differ in nothing.
    fn cases(&self, open: &mut Vec<usize>) -> Vec<Case> {
        let mut cases = Vec::with_capacity(open.len());
        let asked = if self.goods.turns_freely { 1 } else { open.len() };
        // The lowest stance, whichever is given.
        let mut sorted = open.clone();
        sorted.sort_unstable();
        for &stance in &sorted[..asked] {
            let inner = self.inside.stances[stance].inner;
            let case = bound::turns_inside(self.goods, &inner).and_then(|turns| {
                let room = bound::reach(&turns, &inner);
                (self.goods.volume <= volume(&room)).then_some(Case { stance, turns, room })
            });
            match case {
                Some(case) => cases.push(case),
                None => self.close(stance, open),
            }
        }
        cases
    }

    /// A stance that is ruled out is asked about no more, nor those it stands for.
    fn close(&self, stance: usize, open: &mut Vec<usize>) {
        open.retain(|&other| other != stance && !self.goods.turns_freely);
    }

    fn rule_out(
        &self,
        cases: &mut Vec<Case>,
        open: &mut Vec<usize>,
        ruled_out: impl Fn(&Case) -> bool,
    ) {
        cases.retain(|case| {
            let out = ruled_out(case);
            if out {
                self.close(case.stance, open);
            }
            !out
        });
    }

    /// Searches all arrangements of few pieces; what it finds may stand on some face as it is.
    fn complete(
        &self,
        cases: &mut Vec<Case>,
        open: &mut Vec<usize>,
        budget: &mut Budget,
    ) -> Option<Verdict> {
        if self.goods.len() > FEW {
            return None;
        }
        for case in std::mem::take(cases) {
            let granted = budget.part(budget.left().div_ceil(2));
            let mut part = granted;
            let found = classes::search(self.goods, &case.turns, case.room, &mut part);
            budget.settle(granted, part);
            match found {
                Found::Nothing => self.close(case.stance, open),
                Found::Unknown => {}
                Found::Arrangement(lying) => {
                    let stances = &self.inside.stances;
                    let turned = |stance: &Stance| {
                        let mut lying = lying.clone();
                        stance.turned_from(&stances[case.stance], &mut lying);
                        let bears = !self.goods.graded || bears(&self.goods.shapes, &lying);
                        (bears && stands(&lying, self.support)).then_some(lying)
                    };
                    let own = [case.stance];
                    let faces = if self.goods.turns_freely { &open[..] } else { &own };
                    if let Some(found) = self.first(faces, turned) {
                        return Some(found);
                    }
                }
            }
        }
        None
    }

    /// What the complete search left open: with support, or too many.
    fn again(&self, mut open: Vec<usize>, budget: &mut Budget) -> Verdict {
        // Nodes are spent in an order that does not depend on which height is given.
        open.sort_unstable();
        for &stance in &open {
            let granted = budget.part(budget.left().div_ceil(4));
            let mut part = granted;
            let (goods, inner) = (self.goods, self.inside.stances[stance].inner);
            let found = if goods.len() <= FEW {
                search::search(goods, inner, self.support, &mut part)
            } else {
                reload(goods, inner, self.support, &mut part)
            };
            budget.settle(granted, part);
            if let Some(lying) = found {
                return Verdict::Holds(Arrangement { stance, lying });
            }
        }
        Verdict::Open
    }
}
