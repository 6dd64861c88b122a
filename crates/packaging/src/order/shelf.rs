//! The cartons by cost, without those that are never needed.

use super::cover::Cover;
use crate::fit::has_room_for;
use crate::goods::Goods;
use crate::inside::Inside;
use crate::shape::Shape;
use crate::space::Lying;
use crate::{CartonKind, Left, Objective, OrderParcel, OrderRules, Piece};
use quantity::Length;
use std::cmp::Reverse;
use std::ops::{Add, AddAssign};

/// What parcels cost: first the material with the penalty for each, then their number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Price {
    pub(crate) material: i64,
    pub(crate) parcels: u32,
}

impl Price {
    /// More than any parcels cost.
    pub(crate) const NEVER: Self = Self { material: i64::MAX, parcels: u32::MAX };
}

impl Add for Price {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            material: self.material.saturating_add(other.material),
            parcels: self.parcels.saturating_add(other.parcels),
        }
    }
}

impl AddAssign for Price {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

/// A kind of carton on the shelf.
#[derive(Clone, Debug)]
pub(crate) struct Carton {
    /// Index of the kind, as the caller counts them.
    pub(crate) kind: usize,
    pub(crate) inside: Inside,
    /// Of one parcel in it.
    pub(crate) price: Price,
}

/// The cartons, the cheapest first.
#[derive(Clone, Debug)]
pub(crate) struct Shelf {
    pub(crate) cartons: Vec<Carton>,
    volumes: Cover,
    masses: Cover,
    /// Least that any kind bears and has room for, of those left out for another too.
    large: Vec<Inside>,
}

impl Shelf {
    /// Of equal price the smaller by volume goes first, then by sides, then the stronger, then by
    /// name. A carton is left out where an earlier one has all its room and strength.
    pub(crate) fn new(kinds: &[CartonKind], rules: &OrderRules) -> Self {
        let mut sorted: Vec<Carton> = kinds
            .iter()
            .enumerate()
            .map(|(kind, carton)| {
                let material = match rules.objective {
                    Objective::Surface => surface(carton.inner),
                    Objective::Tare => carton.tare.milligrams(),
                };
                let material = material.saturating_add(rules.parcel_penalty.max(0));
                Carton { kind, inside: Inside::of(carton), price: Price { material, parcels: 1 } }
            })
            .collect();
        sorted.sort_by(|a, b| {
            let key = |carton: &Carton| {
                let inside = &carton.inside;
                (carton.price, inside.volume, inside.sorted, Reverse(inside.max_load))
            };
            key(a).cmp(&key(b)).then_with(|| kinds[a.kind].id.cmp(&kinds[b.kind].id))
        });
        let large = sorted.iter().map(|carton| carton.inside.clone()).collect();
        let mut cartons: Vec<Carton> = Vec::new();
        for carton in sorted {
            if cartons.iter().all(|earlier| !earlier.inside.covers(&carton.inside)) {
                cartons.push(carton);
            }
        }
        let volumes = Cover::new(&cartons, |carton| carton.inside.volume);
        let masses = Cover::new(&cartons, |carton| carton.inside.max_load);
        Self { cartons, volumes, masses, large }
    }

    /// Material that no parcels with room for so much are below.
    pub(crate) fn covering(&self, volume: i64, mass: i64) -> i64 {
        self.volumes.of(volume).max(self.masses.of(mass))
    }

    /// Material that no parcels, two at least, of the goods are below.
    ///
    /// - `alone`: the cheapest carton for each of the goods.
    pub(crate) fn several(&self, goods: &Goods, alone: &[usize]) -> i64 {
        let dearest = alone.iter().max().copied().unwrap_or(0);
        let second = alone.iter().min().map_or(0, |&least| self.cartons[least].price.material);
        // One of them holds the piece that needs the dearest carton, and the others what it does not.
        let with = self.cartons[dearest..].iter().map(|carton| {
            let Inside { volume, max_load, .. } = carton.inside;
            let rest = self.covering(goods.volume - volume, goods.mass.saturating_sub(max_load));
            carton.price.material.saturating_add(rest.max(second))
        });
        with.min().unwrap_or(i64::MAX)
    }

    /// Position of the cheapest carton that holds the piece alone.
    pub(crate) fn cheapest(&self, shape: &Shape) -> Result<usize, Left> {
        let holds = |inside: &Inside| shape.mass <= inside.max_load && has_room_for(inside, shape);
        let found = self.cartons.iter().position(|carton| holds(&carton.inside));
        found.ok_or_else(|| {
            let is_large = self.large.iter().any(|inside| has_room_for(inside, shape));
            if is_large { Left::TooHeavy } else { Left::TooLarge }
        })
    }

    /// The piece by itself in a carton that holds it.
    pub(crate) fn parcel_of_one(&self, carton: usize, piece: &Piece, shape: &Shape) -> OrderParcel {
        let Carton { kind, inside, .. } = &self.cartons[carton];
        let stance = &inside.stances[inside.given];
        let size = shape.turn_within(&stance.inner).expect("the carton holds the piece");
        let lying = Lying { at: [0; 3], size, fragile: shape.fragile };
        OrderParcel { kind: *kind, placed: vec![stance.placed(0, &lying)], mass: piece.mass }
    }
}

/// In hundredths of a square millimetre.
fn surface(sides: [Length; 3]) -> i64 {
    let [a, b, c]: [i64; 3] = sides.map(Length::tenths_mm);
    let faces = [a.saturating_mul(b), a.saturating_mul(c), b.saturating_mul(c)];
    faces.into_iter().fold(0, i64::saturating_add).saturating_mul(2)
}
