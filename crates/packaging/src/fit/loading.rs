//! Ways of loading a carton by rule: in which order, by which score, along which side.

use crate::fit::budget::Budget;
use crate::fit::extreme_point::{Block, Loader, Score};
use crate::goods::Goods;
use crate::shape::{Shape, Sides};
use crate::space::Lying;
use quantity::Seed;
use std::cmp::Reverse;

/// Past so many pieces only the largest-first order is tried: the time grows with the third power.
pub(crate) const MANY: usize = 60;

/// So many pieces alike, one after another, make it worth while to load them in blocks.
const RUN_MIN: usize = 3;

/// How pieces are taken up and where they are put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    /// One by one, by a score of the places.
    Single(Score),
    /// As many alike as make a block.
    Blocks,
}

/// One way of loading.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    /// Positions of the shapes.
    order: Vec<usize>,
    manner: Manner,
    /// Length and width change places while loading: flat pieces first lie along the other wall.
    across: bool,
}

/// All ways for some shapes, the most promising first; each is made when it is asked for.
pub(crate) fn ways(shapes: &[Shape]) -> Ways<'_> {
    let longest = shapes.chunk_by(Shape::alike).map(<[Shape]>::len).max().unwrap_or(0);
    // The loads within a block are not known.
    let blocks = longest >= RUN_MIN && !shapes.iter().any(Shape::is_graded);
    let manners: &[Manner] = if blocks { &MANNERS } else { &MANNERS[1..] };
    Ways { shapes, manners, orders: Vec::new(), keys: 0, next: 0, across: false }
}

/// All manners, blocks first.
const MANNERS: [Manner; 3] =
    [Manner::Blocks, Manner::Single(Score::Lowest), Manner::Single(Score::Tightest)];

/// By what pieces are taken up, each from the largest: volume, longest side, largest face, least
/// side.
const KEYS: [fn(&Shape) -> i64; 4] = [
    Shape::volume,
    |shape| shape.sides.into_iter().max().unwrap_or(0).into(),
    |shape| {
        let [a, b, c] = shape.sides.map(i64::from);
        if shape.upright { a * b } else { b * c }
    },
    |shape| shape.sides.into_iter().min().unwrap_or(0).into(),
];

/// The ways of loading some shapes.
#[derive(Clone, Debug)]
pub(crate) struct Ways<'a> {
    shapes: &'a [Shape],
    manners: &'static [Manner],
    /// The different orders of loading so far.
    orders: Vec<Vec<usize>>,
    /// How many of the keys have been used for them.
    keys: usize,
    next: usize,
    across: bool,
}

impl Ways<'_> {
    fn has_order(&mut self, number: usize) -> bool {
        let used = if self.shapes.len() > MANY { 1 } else { KEYS.len() };
        while self.orders.len() <= number && self.keys < used {
            let order = loading_order(self.shapes, KEYS[self.keys]);
            self.keys += 1;
            if !self.orders.contains(&order) {
                self.orders.push(order);
            }
        }
        number < self.orders.len()
    }
}

impl Iterator for Ways<'_> {
    type Item = Way;

    fn next(&mut self) -> Option<Way> {
        if !self.has_order(self.next / self.manners.len()) {
            if std::mem::replace(&mut self.across, true) {
                return None;
            }
            self.next = 0;
        }
        let (order, manner) = (self.next / self.manners.len(), self.next % self.manners.len());
        self.next += 1;
        let order = self.orders.get(order)?.clone();
        Some(Way { order, manner: self.manners[manner], across: self.across })
    }
}

/// Those that bear less after those that bear more, and fragile ones always last; ties by shape, which
/// `shapes` is sorted by.
fn loading_order(shapes: &[Shape], key: fn(&Shape) -> i64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..shapes.len()).collect();
    order.sort_by_key(|&i| {
        let Shape { fragile, stacking_max, .. } = shapes[i];
        (fragile, Reverse(stacking_max), Reverse(key(&shapes[i])), i)
    });
    order
}

impl Way {
    /// Where each of the shapes lies, in their order; `None` as soon as one has no place.
    pub(crate) fn load_all(&self, goods: &Goods, inner: Sides, support: f64) -> Option<Vec<Lying>> {
        let mut loader = Loader::of(goods, self.along(inner), support);
        let mut lying = vec![None; goods.len()];
        for run in self.order.chunk_by(|&a, &b| goods.shapes[a].alike(&goods.shapes[b])) {
            let mut put = 0;
            while put < run.len() {
                let more = self.put(&mut loader, goods, &run[put..])?;
                for piece in more.pieces() {
                    lying[run[put]] = Some(self.back(piece));
                    put += 1;
                }
            }
        }
        lying.into_iter().collect()
    }

    /// What goes in, each by its position in the goods.
    pub(crate) fn load_some(
        &self,
        goods: &Goods,
        inner: Sides,
        max_load: i64,
        support: f64,
    ) -> Vec<(usize, Lying)> {
        let mut loader = Loader::of(goods, self.along(inner), support);
        let mut loaded = Vec::new();
        let mut load = 0_i64;
        for run in self.order.chunk_by(|&a, &b| goods.shapes[a].alike(&goods.shapes[b])) {
            let mut rest = run;
            while !rest.is_empty() {
                // As many as the carton still bears.
                let mut mass = load;
                let bearable = rest.iter().take_while(|&&i| {
                    mass = mass.saturating_add(goods.shapes[i].mass);
                    mass <= max_load
                });
                let bearable = bearable.count();
                // Where one has no place those alike have none.
                let Some(more) = self.put(&mut loader, goods, &rest[..bearable]) else { break };
                for piece in more.pieces() {
                    load += goods.shapes[rest[0]].mass;
                    loaded.push((rest[0], self.back(piece)));
                    rest = &rest[1..];
                }
            }
        }
        loaded
    }

    /// Puts some of the pieces alike, the first ones.
    fn put(&self, loader: &mut Loader, goods: &Goods, alike: &[usize]) -> Option<Block> {
        let &first = alike.first()?;
        loader.take_up(&goods.shapes[first]);
        let (turns, fragile) = (goods.turns[first].as_slice(), goods.shapes[first].fragile);
        match self.manner {
            Manner::Blocks => loader.place_block(turns, fragile, alike.len()),
            Manner::Single(score) => {
                let whole = loader.place(turns, fragile, score)?;
                Some(Block { whole, counts: [1; 3] })
            }
        }
    }

    fn along(&self, [x, y, z]: Sides) -> Sides {
        if self.across { [y, x, z] } else { [x, y, z] }
    }

    fn back(&self, lying: Lying) -> Lying {
        Lying { at: self.along(lying.at), size: self.along(lying.size), ..lying }
    }
}

/// Loads again and again, each time with the piece that had no place moved to a place farther
/// ahead in the order (squeaky wheel: Joslin and Clements 1999), until all lie or the budget is
/// spent. A node is a piece loaded.
pub(crate) fn reload(
    goods: &Goods,
    inner: Sides,
    support: f64,
    budget: &mut Budget,
) -> Option<Vec<Lying>> {
    let mut order = loading_order(&goods.shapes, KEYS[0]);
    let mut chance = Seed::new(order.len() as u64).sequence();
    let mut loader = Loader::of(goods, inner, support);
    let mut lying = vec![None; goods.len()];
    let scores = [Score::Lowest, Score::Tightest];
    loop {
        // One score throughout as often as both mixed.
        let throughout = scores.get(chance.below(4)).copied();
        let across = chance.below(2) == 1;
        let frame = |[x, y, z]: Sides| if across { [y, x, z] } else { [x, y, z] };
        loader.reset(frame(inner));
        let mut stuck = None;
        for (position, &i) in order.iter().enumerate() {
            if !budget.spend() {
                return None;
            }
            let score = throughout.unwrap_or_else(|| scores[chance.below(2)]);
            loader.take_up(&goods.shapes[i]);
            let placed = loader.place(goods.turns[i].as_slice(), goods.shapes[i].fragile, score);
            let back =
                |piece: Lying| Lying { at: frame(piece.at), size: frame(piece.size), ..piece };
            lying[i] = placed.map(back);
            if placed.is_none() {
                stuck = Some(position);
                break;
            }
        }
        let Some(position) = stuck else { return lying.into_iter().collect() };
        let squeaky = order.remove(position);
        order.insert(chance.below(position + 1), squeaky);
        if chance.below(3) == 0 {
            let (a, b) = (chance.below(order.len()), chance.below(order.len()));
            order.swap(a, b);
        }
    }
}
