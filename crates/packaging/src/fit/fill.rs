//! Filling a carton with as much as goes in.

use super::QUICK;
use super::loading::{MANY, ways};
use crate::goods::Goods;
use crate::inside::Inside;
use crate::space::Lying;

/// As much as goes into a carton: the largest volume over the ways of loading, each piece by its position in the goods.
pub(crate) fn fill(goods: &Goods, inside: &Inside, support: f64) -> (usize, Vec<(usize, Lying)>) {
    let mut best: (i64, Vec<(usize, Lying)>) = (0, Vec::new());
    let indifferent = goods.indifferent && support <= 0.0;
    // Without support and upright pieces nothing minds which way is up: the lowest stance, whichever
    // is given.
    let asked = if indifferent { 0 } else { inside.given };
    let tried = if goods.len() > MANY { 1 } else { QUICK };
    let stance = &inside.stances[asked];
    for way in ways(&goods.shapes).take(tried) {
        let loaded = way.load_some(goods, stance.inner, inside.max_load, support);
        let volume = loaded.iter().map(|&(i, _)| goods.shapes[i].volume()).sum();
        if volume > best.0 || best.1.is_empty() {
            best = (volume, loaded);
        }
    }
    let (_, mut loaded) = best;
    if !indifferent {
        return (inside.given, loaded);
    }
    for (_, lying) in &mut loaded {
        let stances = &inside.stances;
        stances[inside.given].turned_from(&stances[0], std::slice::from_mut(lying));
    }
    (inside.given, loaded)
}
