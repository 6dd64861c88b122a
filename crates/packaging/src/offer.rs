//! The cartons on offer, and what each costs for goods of some packaging rules.

use crate::inside::Inside;
use crate::shape::{Sides, volume};
use crate::solution::{BagKind, Filled};
use crate::{CartonKind, Choice, Piece, Rules, Stock};
use quantity::{Carbon, Duration, Volume};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// What is to be least: micrograms of CO2e, or cubic millimetres for the smallest by volume.
pub(crate) type Cost = i64;

/// More than anything costs; sums of it stay within the type.
pub(crate) const NEVER: Cost = i64::MAX / 1_024;

/// Bags are without end.
const ENDLESS: u32 = u32::MAX;

/// A kind of carton from one of the two stocks, or a kind of bag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    /// Index of the kind of carton; past those, of bag.
    pub(crate) kind: usize,
    /// From the reused stock.
    pub(crate) reused: bool,
}

/// What cartons cost for goods of some rules.
#[derive(Clone, Debug)]
pub(crate) struct Prices {
    /// By slot: of a carton as if it were empty, with all that it is filled and closed with; of a
    /// bag without its room, or [`NEVER`] where the goods may not go into it.
    pub(crate) empty: Vec<Cost>,
    /// The slots of bags that the goods may go into.
    pub(crate) bags: Vec<usize>,
    /// The slots of cartons from the least cost up; ties by volume, then id, then the reused one first.
    pub(crate) order: Vec<usize>,
    /// Of a litre of filler, which a litre of goods spares: kg CO2e.
    filler_per_litre: f64,
}

/// The rules of the goods in a parcel, each once.
pub(crate) type RuleSet = Vec<Option<usize>>;

/// The cartons on offer.
#[derive(Debug)]
pub(crate) struct Offer<'a> {
    pub(crate) cartons: &'a [CartonKind],
    pub(crate) rules: &'a Rules<'a>,
    /// One for each kind.
    pub(crate) insides: Vec<Inside>,
    /// Cartons in the order of their cost for goods without a rule, then bags.
    pub(crate) slots: Vec<Slot>,
    /// By the rules of the goods.
    prices: RefCell<BTreeMap<RuleSet, Rc<Prices>>>,
}

impl Prices {
    /// What goods of this volume, in thousandths of a cubic millimetre, spare of filler.
    pub(crate) fn spared(&self, goods: i64) -> Cost {
        micrograms(self.filler_per_litre * goods as f64 / 1e9)
    }
}

impl<'a> Offer<'a> {
    pub(crate) fn new(cartons: &'a [CartonKind], rules: &'a Rules<'a>) -> Self {
        let slots = (0..cartons.len()).flat_map(|kind| match rules.choice {
            Choice::SmallestNewByVolume => vec![Slot { kind, reused: false }],
            Choice::LeastCarbon { .. } => {
                vec![Slot { kind, reused: true }, Slot { kind, reused: false }]
            }
        });
        let mut offer = Self {
            cartons,
            rules,
            insides: cartons.iter().map(Inside::of).collect(),
            slots: slots.collect(),
            prices: RefCell::default(),
        };
        let order = offer.priced(&vec![None]).order;
        offer.slots = order.into_iter().map(|slot| offer.slots[slot]).collect();
        if rules.bags && offer.splits() {
            let kinds = cartons.len()..cartons.len() + rules.solution.bags.len();
            offer.slots.extend(kinds.map(|kind| Slot { kind, reused: false }));
        }
        offer
    }

    /// The kind of bag, where it is one.
    pub(crate) fn bag(&self, kind: usize) -> Option<&BagKind> {
        self.rules.solution.bags.get(kind.checked_sub(self.cartons.len())?)
    }

    /// The rule of a piece; `None` where it has none that is known.
    pub(crate) fn rule_of(&self, piece: &Piece) -> Option<usize> {
        piece.rule.filter(|&rule| rule < self.rules.solution.industries.len())
    }

    /// What room of these sides costs in the vehicle.
    pub(crate) fn room(&self, sides: Sides) -> Cost {
        match self.rules.choice {
            Choice::SmallestNewByVolume => 0,
            Choice::LeastCarbon { per_litre, .. } => {
                micrograms(per_litre * volume(&sides) as f64 / 1e9)
            }
        }
    }

    /// Two cartons may replace one that would hold everything.
    pub(crate) fn splits(&self) -> bool {
        matches!(self.rules.choice, Choice::LeastCarbon { .. })
    }

    /// What cartons cost for goods of these rules, sorted and each once.
    pub(crate) fn prices(&self, rules: &RuleSet) -> Rc<Prices> {
        if let Some(known) = self.prices.borrow().get(rules) {
            return known.clone();
        }
        let priced = Rc::new(self.priced(rules));
        self.prices.borrow_mut().insert(rules.clone(), priced.clone());
        priced
    }

    fn priced(&self, rules: &RuleSet) -> Prices {
        let empty: Vec<Cost> = self.slots.iter().map(|slot| self.empty(slot, rules)).collect();
        let is_bag = |&slot: &usize| self.bag(self.slots[slot].kind).is_some();
        let (bags, mut order): (Vec<usize>, Vec<usize>) = (0..empty.len()).partition(is_bag);
        let bags = bags.into_iter().filter(|&slot| empty[slot] < NEVER).collect();
        order.sort_by(|&a, &b| {
            let carton = |slot: usize| &self.cartons[self.slots[slot].kind];
            let volume = |slot: usize| Volume::of_sides(carton(slot).inner);
            (empty[a].cmp(&empty[b]))
                .then_with(|| volume(a).cmp(&volume(b)))
                .then_with(|| carton(a).id.cmp(&carton(b).id))
                .then_with(|| self.slots[b].reused.cmp(&self.slots[a].reused))
        });
        let filler_per_litre = match (self.rules.choice, self.rules.solution.filler(rules)) {
            (Choice::LeastCarbon { per_kg, .. }, Some(dose)) => {
                dose.per_unit.kilograms() * per_kg.of(dose.material)
            }
            _ => 0.0,
        };
        Prices { empty, bags, order, filler_per_litre }
    }

    /// A carton without goods, full of filler; a bag without room.
    fn empty(&self, slot: &Slot, rules: &RuleSet) -> Cost {
        if let Some(bag) = self.bag(slot.kind) {
            let Choice::LeastCarbon { per_kg, .. } = self.rules.choice else { return NEVER };
            let may = self.rules.solution.may_bag(rules, slot.kind - self.cartons.len());
            let mass = bag.tare.kilograms() * per_kg.of(bag.material);
            return if may { micrograms(mass) } else { NEVER };
        }
        let carton = &self.cartons[slot.kind];
        let volume = Volume::of_sides(carton.inner);
        let Choice::LeastCarbon { per_kg, reuse, per_litre } = self.rules.choice else {
            return volume.cubic_millimetres();
        };
        let used = self.rules.solution.materials(&Filled {
            inner: carton.inner,
            new_board: (!slot.reused).then_some(carton.tare),
            void: volume,
            rules,
            on_the_way: Duration::ZERO,
        });
        let material: f64 =
            used.iter().map(|used| used.mass.kilograms() * per_kg.of(used.material)).sum();
        let handling = if slot.reused { reuse } else { 0.0 };
        micrograms(material + handling + per_litre * volume.litres())
    }

    /// How many there are of each slot.
    pub(crate) fn counts(&self, stock: &Stock) -> Vec<u32> {
        let count = |slot: &Slot| {
            if slot.kind >= self.cartons.len() {
                return ENDLESS;
            }
            let of = if slot.reused { &stock.reused } else { &stock.new };
            of.get(slot.kind).copied().unwrap_or(0)
        };
        self.slots.iter().map(count).collect()
    }

    /// The stock with the counts of the slots that are on offer put in.
    pub(crate) fn stock_left(&self, stock: &Stock, counts: &[u32]) -> Stock {
        let mut left = stock.clone();
        let cartons = self.slots.iter().zip(counts);
        for (slot, &count) in cartons.filter(|(slot, _)| slot.kind < self.cartons.len()) {
            let of = if slot.reused { &mut left.reused } else { &mut left.new };
            if let Some(known) = of.get_mut(slot.kind) {
                *known = count;
            }
        }
        left
    }
}

fn micrograms(kilograms: f64) -> Cost {
    let micrograms = Carbon::from_kilograms_f64(kilograms).micrograms();
    micrograms.clamp(0, i128::from(NEVER / 2)) as Cost
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solution::{Dose, IndustryRule, Material, NO_RULES, PerKilogram, SolutionRules};
    use quantity::{Length, Mass};

    fn carton(id: &str, side: i64, tare_g: i64) -> CartonKind {
        CartonKind {
            id: id.into(),
            inner: [Length::new(side); 3],
            max_load: Mass::from_grams(1_000),
            tare: Mass::from_grams(tare_g),
            material: "board".into(),
        }
    }

    fn carbon(reuse: f64, per_litre: f64) -> Choice {
        Choice::LeastCarbon { per_kg: PerKilogram::of_board(1.0), reuse, per_litre }
    }

    fn names(offer: &Offer, order: &[usize]) -> String {
        let name = |&slot: &usize| {
            let Slot { kind, reused } = offer.slots[slot];
            format!("{}{}", offer.cartons[kind].id, if reused { "r" } else { "" })
        };
        order.iter().map(name).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn cartons_by_cost() {
        let cartons = [carton("B", 1_000, 500), carton("A", 1_000, 100), carton("C", 2_000, 100)];
        for (choice, expect, why) in [
            (Choice::SmallestNewByVolume, "A B C", "by volume, then id; none reused"),
            (carbon(0.2, 0.0), "A C Ar Br Cr B", "light new ones beat the handling of reuse"),
            (carbon(0.0, 0.1), "Ar Br A B Cr C", "room counts: one litre against eight"),
        ] {
            let rules = Rules { support: 0.75, choice, solution: &NO_RULES, bags: false };
            let offer = Offer::new(&cartons, &rules);
            assert_eq!(names(&offer, &offer.prices(&vec![None]).order), expect, "{why}");
            let slots: Vec<usize> = (0..offer.slots.len()).collect();
            assert_eq!(names(&offer, &slots), expect, "{why}");
        }
    }

    #[test]
    fn filler_weighs_by_the_rule_of_the_goods() {
        let dose =
            |grams| Some(Dose { material: Material::Paper, per_unit: Mass::from_grams(grams) });
        let rule = |filler| IndustryRule { filler, ..IndustryRule::default() };
        let solution = SolutionRules {
            industries: vec![rule(None), rule(dose(100)), rule(dose(10))],
            ..SolutionRules::default()
        };
        // A litre for 50 g of board, eight for 40 g; paper counts as much as board.
        let cartons = [carton("S", 1_000, 50), carton("L", 2_000, 40)];
        let mut per_kg = PerKilogram::of_board(1.0);
        per_kg.set(Material::Paper, 1.0);
        let choice = Choice::LeastCarbon { per_kg, reuse: 1.0, per_litre: 0.0 };
        let rules = Rules { support: 0.75, choice, solution: &solution, bags: false };
        let offer = Offer::new(&cartons, &rules);
        for (goods, first, empty, why) in [
            (vec![Some(0)], "L", 40, "no filler"),
            (vec![Some(1)], "S", 150, "100 g to a litre"),
            (vec![Some(1), Some(2)], "S", 150, "the most of the two"),
        ] {
            let prices = offer.prices(&goods);
            assert!(names(&offer, &prices.order).starts_with(first), "{why}");
            assert_eq!(prices.empty[prices.order[0]], empty * 1_000_000, "{why}");
        }
        let half_a_litre = offer.prices(&vec![Some(1)]).spared(500_000_000);
        assert_eq!(half_a_litre, 50 * 1_000_000);
    }
}
