//! Container loading: as much as possible of many boxes into one container or onto one pallet.
//!
//! Boxes are put in as blocks, the largest fitting first, into the free cuboid nearest to a corner.
//! A beam search varies which block; each state is valued by what comes of it when it is filled up
//! by the rule. The beam widens from pass to pass, so that an answer is there early and gets better
//! while the caller lets it go on.
//!
//! Read: `instance` (what is asked, in whole units), `blocks` (boxes glued together), `cover` and
//! `floor` (what is still free, without and with support), `reach` (lengths that can still be
//! filled), `contact`, `choice` (which block for a place), `state`, `beam`, `pallets` (as
//! many as it takes); [`thpack`] reads published instances.
//!
//! Sources: Zhu, Lim 2012 (general blocks, greedy look-ahead); Araya, Riff 2014 (beam search valued
//! by greedy completion); Araya, Guerrero, Nuñez 2017 (the score of a block); Fanslau, Bortfeldt
//! 2010 (blocks of boxes in a tree search).

mod cuboid;
mod instance;
mod blocks;
mod cover;
mod floor;
mod reach;
mod contact;
mod choice;
mod state;
mod beam;
mod pallets;
pub mod thpack;

pub use pallets::{Pallets, load_pallets};
use quantity::{Length, Mass};

/// A side or an overhang of a container beyond this is not used: 50 m.
// The volume of a room with overhang of as much on both sides stays within 63 bits.
pub const SIDE_MAX: Length = Length::new(500_000);

/// Boxes of a type beyond this many are not loaded.
pub const COUNT_MAX: u32 = 1_000_000;

/// What is loaded: a container, or a pallet with the height it may reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Container {
    /// Inner length, width and height; for a pallet those of the deck, and the height of the load.
    /// Used up to [`SIDE_MAX`].
    pub sides: [Length; 3],
    /// By how much the load may stand out over each of the four edges of the deck. Zero in a
    /// container. A box that stands out needs `Rules::support` below 1.
    pub overhang: Length,
    /// Greatest mass of the load, where there is a limit.
    pub max_load: Option<Mass>,
}

/// Boxes that are alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoxType {
    /// Its sides, in any order. A box with a side that is not above zero is never loaded.
    pub sides: [Length; 3],
    /// Which of the sides may stand vertical.
    pub vertical: [bool; 3],
    /// How many there are; beyond [`COUNT_MAX`] they stay behind.
    pub count: u32,
    /// Of one box.
    pub mass: Mass,
    /// Nothing may rest on it. The load leaves all the room above it free.
    pub fragile: bool,
}

/// The rules of loading.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rules {
    /// Share of each box's base, `0.0..=1.0`, that lies on the deck or on boxes below.
    pub support: f64,
}

/// A box where it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placement {
    /// Index of its type.
    pub kind: usize,
    /// Its nearest corner: along length, width, and up. Below zero where it stands out over the
    /// deck.
    pub at: [Length; 3],
    /// Its sides as it lies, along the same axes.
    pub size: [Length; 3],
}

/// What was loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loading {
    /// In an order in which the boxes can be stacked: from below.
    pub placements: Vec<Placement>,
    /// Volume of the boxes loaded, in thousandths of a cubic millimetre.
    pub loaded: i128,
    /// Volume there is, the room over the edges of the deck included, in the same unit.
    pub room: i128,
}

impl Loading {
    /// Share of the room that is filled, `0.0..=1.0`.
    pub fn utilisation(&self) -> f64 {
        if self.room > 0 { self.loaded as f64 / self.room as f64 } else { 0.0 }
    }
}

/// Loads as much volume as it finds room for.
///
/// `go_on` is asked after every completion of a state, some thousand times a second; the answer
/// holds whenever it says no, and depends only on how often it said yes. The first completion is
/// always made. The search also ends by itself when everything is loaded, when the beam left
/// no choice out, or when the widest beam is done.
pub fn load(
    container: &Container,
    boxes: &[BoxType],
    rules: &Rules,
    go_on: &mut dyn FnMut() -> bool,
) -> Loading {
    let instance = instance::Instance::new(container, boxes);
    let mut best = beam::Best::default();
    // The stricter rule keeps the looser one; its places are found faster and often fuller.
    let modes: &[state::Support] = match rules.support {
        share if share >= 1.0 => &[state::Support::Full],
        share if share > 0.0 => &[state::Support::Full, state::Support::Share(share)],
        _ => &[state::Support::None],
    };
    beam::widening(&instance, modes, &mut best, go_on);
    let mut placements = best.placements(&instance);
    placements.sort_by_key(|box_| (box_.at[2], box_.at[1], box_.at[0]));
    let loaded = placements.iter().map(|box_| cubed(box_.size)).sum();
    let [length, width, height] = container.sides.map(instance::used);
    let over = instance::used(container.overhang) * 2;
    let room = cubed([length + over, width + over, height].map(Length::new));
    Loading { placements, loaded, room }
}

/// Volume in thousandths of a cubic millimetre.
fn cubed(sides: [Length; 3]) -> i128 {
    sides.iter().map(|side| i128::from(side.tenths_mm())).product()
}
