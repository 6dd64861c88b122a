//! The least material that has room for an amount, by volume or by mass alone: no packing is below.

use super::shelf::Carton;

/// Steps of the largest carton's amount; more are finer.
const STEPS: usize = 1_024;
/// So many of the largest carton are looked up; past them the best ratio bounds.
const LARGEST: usize = 3;

/// From below, the material of cartons that together have room for an amount (the covering knapsack,
/// by dynamic programming).
#[derive(Clone, Debug)]
pub(crate) struct Cover {
    /// Of the amount in a step, at least 1.
    step: i64,
    /// By steps that are to be covered.
    least: Vec<i64>,
    /// The carton with the most room for its material: material and room.
    best: Option<(i64, i64)>,
}

impl Cover {
    /// By the amount that each carton has room for.
    pub(crate) fn new(cartons: &[Carton], amount: fn(&Carton) -> i64) -> Self {
        let pairs = || {
            let pairs = cartons.iter().map(|carton| (carton.price.material.max(0), amount(carton)));
            pairs.filter(|&(_, room)| room > 0)
        };
        let largest = pairs().map(|(_, room)| room).max().unwrap_or(1);
        let step = (largest - 1) / STEPS as i64 + 1;
        let mut least = vec![0; STEPS * LARGEST];
        for need in 1..least.len() {
            // Rooms are rounded up and needs down: from below.
            let with = pairs().map(|(material, room)| {
                let steps = ((room - 1) / step + 1) as usize;
                material.saturating_add(least[need.saturating_sub(steps)])
            });
            least[need] = with.min().unwrap_or(i64::MAX);
        }
        let cross = |a: i64, b: i64| i128::from(a) * i128::from(b);
        let best = pairs().min_by(|a, b| cross(a.0, b.1).cmp(&cross(b.0, a.1)));
        Self { step, least, best }
    }

    /// Material that no cartons with room for the amount are below.
    pub(crate) fn of(&self, amount: i64) -> i64 {
        let steps = usize::try_from(amount / self.step).unwrap_or(0);
        if let Some(&least) = self.least.get(steps) {
            return least;
        }
        let Some((material, room)) = self.best else { return i64::MAX };
        // Rounded up: material is whole.
        let part = i128::from(amount) * i128::from(material);
        i64::try_from((part - 1) / i128::from(room) + 1).unwrap_or(i64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::order::shelf::Shelf;
    use crate::{CartonKind, Objective, OrderRules};
    use quantity::{Length, Mass};

    fn shelf(cubes: &[(i64, i64)]) -> Shelf {
        let carton = |&(side, tare_mg): &(i64, i64)| CartonKind {
            id: format!("{side}"),
            inner: [Length::new(side); 3],
            max_load: Mass::from_grams(1_000),
            tare: Mass::new(tare_mg),
            material: "board".into(),
        };
        let cartons: Vec<CartonKind> = cubes.iter().map(carton).collect();
        let rules = OrderRules {
            objective: Objective::Tare,
            support: 0.0,
            parcels_max: None,
            parcel_penalty: 0,
            effort: 0,
        };
        Shelf::new(&cartons, &rules)
    }

    #[test]
    fn no_cartons_with_room_cost_less() {
        let shelf = shelf(&[(1, 2), (2, 9), (3, 20)]);
        let cover = Cover::new(&shelf.cartons, |carton| carton.inside.volume);
        for (volume, expect, why) in [
            (0, 0, "nothing"),
            (1, 2, "the small one"),
            (4, 8, "four small ones are less than the next"),
            (5, 9, "the next"),
            (9, 11, "the next and a small one"),
            (27, 20, "the large one"),
            (28, 22, "the large one and a small one"),
            (270_000, 200_000, "far past the table, by the best ratio"),
        ] {
            assert_eq!(cover.of(volume), expect, "{why}");
        }
    }
}
