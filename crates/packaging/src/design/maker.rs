//! What a maker of cartons can make, and how much material it takes.

use crate::CartonKind;
use quantity::{Length, Mass, Volume};

/// Sides in tenths of a millimetre: length, width, height.
pub(crate) type Sides = [i64; 3];

/// Longest side that is made use of, in tenths of a millimetre: 10 m. With it the sums of a hundred
/// million orders are within their integers.
const SIDE_MAX: i64 = 100_000;
/// Heaviest board that is made use of.
const GRAMS_PER_M2_MAX: u32 = 10_000;

/// A grade of board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Board {
    /// As [`CartonKind::material`] names it.
    pub material: String,
    /// Grams per square metre, about 500 for single wall and 800 for double wall.
    pub grams_per_m2: u32,
    /// What a carton of no size would bear.
    pub load_base: Mass,
    /// What it bears more for each litre it holds.
    pub load_per_litre: Mass,
    /// What no carton of this board may exceed.
    pub load_max: Mass,
}

/// What can be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Maker {
    /// Inner sides are multiples of it, as far as they are not those of `largest`.
    pub grid: Length,
    /// Inner length, width, height of the largest carton.
    pub largest: [Length; 3],
    /// Width of the strip by which a blank is glued.
    pub glue_flap: Length,
    /// The grades to choose from; none at all makes no carton.
    pub boards: Vec<Board>,
}

/// What is to be saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Surface of the inner sides, 2(LW+LH+WH), in hundredths of a square millimetre.
    Surface,
    /// Mass of the carton itself, in milligrams.
    Mass,
}

impl Measure {
    /// What one carton takes.
    pub fn of(self, carton: &CartonKind) -> i64 {
        match self {
            Self::Surface => surface(carton.inner.map(Length::tenths_mm)),
            Self::Mass => carton.tare.milligrams(),
        }
    }
}

/// In hundredths of a square millimetre.
pub(crate) fn surface([l, w, h]: Sides) -> i64 {
    2 * (l * w + l * h + w * h)
}

/// The longer side of the floor first.
pub(crate) fn on_floor([l, w, h]: Sides) -> Sides {
    [l.max(w), l.min(w), h]
}

/// The first lies inside the second, both as [`on_floor`] leaves them.
pub(crate) fn inside(inner: Sides, outer: Sides) -> bool {
    (0..3).all(|axis| inner[axis] <= outer[axis])
}

impl Board {
    /// What a carton of these inner sides bears.
    pub(crate) fn load(&self, sides: Sides) -> i64 {
        let room = Volume::of_sides(sides.map(Length::new)).litres();
        let load =
            self.load_base.milligrams() as f64 + self.load_per_litre.milligrams() as f64 * room;
        // A float is cut to its integer: the same on every machine.
        (load as i64).min(self.load_max.milligrams())
    }
}

impl Maker {
    /// The largest carton, the longer side of its floor first.
    pub(crate) fn largest(&self) -> Sides {
        on_floor(self.largest.map(|side| side.tenths_mm().min(SIDE_MAX)))
    }

    /// In tenths of a millimetre, above zero.
    pub(crate) fn grid(&self) -> i64 {
        self.grid.tenths_mm().clamp(1, SIDE_MAX)
    }

    /// The least box on the grid around these sides; `None` where it is larger than the largest.
    pub(crate) fn round_up(&self, sides: Sides) -> Option<Sides> {
        let (sides, largest) = (on_floor(sides), self.largest());
        let grid = self.grid();
        let up = |axis: usize| {
            let steps = sides[axis].max(1) + grid - 1;
            (steps - steps % grid).min(largest[axis])
        };
        inside(sides, largest).then(|| std::array::from_fn(up))
    }

    /// Mass of a carton, in milligrams, by the blank of a regular slotted case: (2L + 2W + flap)
    /// times (W + H), from the inner sides. Source: FEFCO code 0201.
    pub(crate) fn tare(&self, [l, w, h]: Sides, board: &Board) -> i64 {
        let flap = self.glue_flap.tenths_mm().clamp(0, SIDE_MAX);
        let blank = (2 * l + 2 * w + flap) * (w + h);
        let board = board.grams_per_m2.min(GRAMS_PER_M2_MAX);
        // Hundredths of a square millimetre times grams per square metre, in 10 ng.
        (blank * i64::from(board) + 99_999) / 100_000
    }

    /// A carton of these sides.
    pub(crate) fn carton(&self, id: String, sides: Sides, board: &Board) -> CartonKind {
        CartonKind {
            id,
            inner: sides.map(Length::new),
            max_load: Mass::new(board.load(sides)),
            tare: Mass::new(self.tare(sides, board)),
            material: board.material.clone(),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A grid of 5 mm, up to 600 x 400 x 400 mm, one board that bears 10 kg.
    pub(crate) fn maker() -> Maker {
        Maker {
            grid: Length::new(50),
            largest: [6_000, 4_000, 4_000].map(Length::new),
            glue_flap: Length::new(350),
            boards: vec![board("single", 500, 10_000)],
        }
    }

    pub(crate) fn board(material: &str, grams_per_m2: u32, load_g: i64) -> Board {
        Board {
            material: material.into(),
            grams_per_m2,
            load_base: Mass::from_grams(load_g),
            load_per_litre: Mass::ZERO,
            load_max: Mass::from_grams(load_g),
        }
    }

    #[test]
    fn the_blank_of_a_regular_slotted_case() {
        // 300 x 200 x 100 mm: (600 + 400 + 35) x 300 mm = 0.3105 m2 at 500 g/m2.
        let carton = maker().carton("D".into(), [3_000, 2_000, 1_000], &maker().boards[0]);
        assert_eq!(carton.tare, Mass::new(155_250));
        assert_eq!(Measure::Mass.of(&carton), 155_250);
        assert_eq!(Measure::Surface.of(&carton), 22_000_000, "2 (6 + 3 + 2) dm2");
    }

    #[test]
    fn the_load_grows_with_the_room_up_to_its_limit() {
        let board = Board {
            load_base: Mass::from_grams(2_000),
            load_per_litre: Mass::from_grams(500),
            load_max: Mass::from_grams(30_000),
            ..board("single", 500, 0)
        };
        for (sides, grams, why) in [
            ([1_000, 1_000, 1_000], 2_500, "one litre"),
            ([6_000, 4_000, 4_000], 30_000, "96 litres would be 50 kg"),
        ] {
            assert_eq!(board.load(sides), grams * 1_000, "{why}");
        }
    }

    #[test]
    fn sides_go_up_to_the_grid() {
        let odd = Maker { largest: [6_010, 4_000, 4_000].map(Length::new), ..maker() };
        for (sides, expect, why) in [
            (
                [1_000, 2_000, 3_000],
                Some([2_000, 1_000, 3_000]),
                "the longer side of the floor first",
            ),
            ([2_001, 1_950, 1], Some([2_050, 1_950, 50]), "up, never down"),
            ([6_005, 100, 100], Some([6_010, 100, 100]), "the largest need not be on the grid"),
            ([6_011, 100, 100], None, "longer than the largest"),
            ([100, 100, 4_001], None, "higher than the largest"),
        ] {
            assert_eq!(odd.round_up(sides), expect, "{why}");
        }
    }

    proptest! {
        #[test]
        fn rounding_up_holds_what_it_rounds(
            sides in prop::array::uniform3(1_i64..6_200), grid in 1_i64..400,
        ) {
            let maker = Maker { grid: Length::new(grid), ..maker() };
            match maker.round_up(sides) {
                Some(up) => {
                    prop_assert!(inside(on_floor(sides), up));
                    prop_assert!(inside(up, maker.largest()));
                }
                None => prop_assert!(!inside(on_floor(sides), maker.largest())),
            }
        }
    }
}
