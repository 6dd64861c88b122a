//! All boxes onto as many pallets as it takes.

use super::{BoxType, Container, Loading, Rules, load};

/// Boxes on pallets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pallets {
    /// One for each pallet, the first loaded first; none is empty.
    pub loads: Vec<Loading>,
    /// How many of each type are on no pallet: none that fits one by itself, unless there are more than
    /// [`super::COUNT_MAX`].
    pub left: Vec<u32>,
}

/// Loads pallet after pallet, each as full as it finds room for, until nothing goes on one more.
///
/// `go_on` is asked as in [`load`], with the number of the pallet from 0.
pub fn load_pallets(
    pallet: &Container,
    boxes: &[BoxType],
    rules: &Rules,
    go_on: &mut dyn FnMut(usize) -> bool,
) -> Pallets {
    let mut rest = boxes.to_vec();
    let mut loads = Vec::new();
    loop {
        let number = loads.len();
        let loading = load(pallet, &rest, rules, &mut || go_on(number));
        if loading.placements.is_empty() {
            return Pallets { loads, left: rest.iter().map(|kind| kind.count).collect() };
        }
        for box_ in &loading.placements {
            rest[box_.kind].count -= 1;
        }
        loads.push(loading);
    }
}
