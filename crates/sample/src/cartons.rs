//! The cartons of the warehouse. Sizes and stock are assumptions; a carton's own mass follows from
//! its board.

use std::fmt::Write as _;

/// Board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Board {
    /// One flute.
    Single,
    /// Two flutes.
    Double,
}

impl Board {
    /// As `cartons.csv` names it.
    const fn name(self) -> &'static str {
        match self {
            Self::Single => "corrugated_single_wall",
            Self::Double => "corrugated_double_wall",
        }
    }
    /// In g/m2, an assumption within what B flute and BC flute usually have.
    const fn grammage(self) -> f64 {
        match self {
            Self::Single => 500.0,
            Self::Double => 800.0,
        }
    }
}

/// Width of the flap by which a blank is glued to a tube, in cm.
const GLUE_FLAP_CM: f64 = 4.0;

/// A kind of carton: id, inner length, width and height in cm, greatest load in kg, board, new and
/// reused ones in stock.
type Row = (&'static str, [f64; 3], u32, Board, u32, u32);

use Board::{Double, Single};

#[rustfmt::skip] // a row a carton
const CARTONS: [Row; 17] = [
    ("C01", [16.0, 11.0,  6.0],  3, Single, 3_000, 60),
    ("C02", [20.0, 14.0,  5.0],  3, Single, 3_000, 50),
    ("C03", [20.0, 15.0, 10.0],  5, Single, 3_000, 70),
    ("C04", [25.0, 12.0, 10.0],  5, Single, 2_000, 30),
    ("C05", [27.0, 18.0,  5.0],  5, Single, 3_000, 60),
    ("C06", [25.0, 20.0, 15.0],  8, Single, 2_000, 60),
    ("C07", [35.0, 26.0,  5.0],  6, Single, 3_000, 90),
    ("C08", [35.0, 22.0, 13.5], 10, Single, 2_000, 80),
    ("C09", [40.0, 30.0,  8.0], 10, Single, 2_000, 60),
    ("C10", [32.0, 30.0, 10.0], 10, Single, 2_000, 40),
    ("C11", [30.0, 25.0, 25.0], 12, Single, 1_500, 50),
    ("C12", [40.0, 30.0, 16.0], 15, Single, 2_000, 80),
    ("C13", [40.0, 30.0, 26.0], 20, Single, 1_500, 60),
    ("C14", [70.0, 18.0, 17.0], 12, Single,   500, 10),
    ("C15", [52.0, 38.0, 14.0], 20, Single, 1_000, 30),
    ("C16", [50.0, 40.0, 40.0], 30, Double,   800, 20),
    ("C17", [60.0, 40.0, 30.0], 30, Double,   500, 15),
];

/// Mass of a regular slotted case (FEFCO 0201), in g: the blank is the case's girth and the glue
/// flap by its height and the flaps, each half the width, at top and bottom.
fn tare_g([length, width, height]: [f64; 3], board: Board) -> u32 {
    let blank_cm2 = (2.0 * (length + width) + GLUE_FLAP_CM) * (height + width);
    (blank_cm2 / 10_000.0 * board.grammage()).round() as u32
}

/// `cartons.csv`.
pub(crate) fn csv() -> String {
    let mut csv = String::from(
        "carton_id,length_cm,width_cm,height_cm,max_weight_g,tare_g,material,stock_new,\
         stock_reused\n",
    );
    for (id, sides, load_kg, board, new, reused) in CARTONS {
        let [length, width, height] = sides;
        let (load_g, tare_g, material) = (load_kg * 1_000, tare_g(sides, board), board.name());
        writeln!(
            csv,
            "{id},{length:.1},{width:.1},{height:.1},{load_g},{tare_g},{material},{new},{reused}"
        )
        .expect("a string takes any text");
    }
    csv
}

/// Some carton takes a piece of these sides in mm and this weight alone, turned as it may be.
#[cfg(test)]
pub(crate) fn takes(sides_mm: [u32; 3], weight_g: u32, upright: bool) -> bool {
    let fits = |inner: [f64; 3], turn: [usize; 3]| {
        let side_cm = |axis: usize| f64::from(sides_mm[turn[axis]]) / 10.0;
        (0..3).all(|axis| side_cm(axis) <= inner[axis])
    };
    let standing = [[0, 1, 2], [1, 0, 2]];
    let lying = [[0, 2, 1], [2, 0, 1], [1, 2, 0], [2, 1, 0]];
    CARTONS.iter().any(|&(_, inner, load_kg, ..)| {
        // A carton has any of its sides as its floor.
        let floors = [inner, [inner[0], inner[2], inner[1]], [inner[1], inner[2], inner[0]]];
        weight_g <= load_kg * 1_000
            && floors.into_iter().any(|inner| {
                standing.into_iter().any(|turn| fits(inner, turn))
                    || !upright && lying.into_iter().any(|turn| fits(inner, turn))
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{Handling, UNPACKABLE, products};
    use quantity::Seed;

    #[test]
    fn a_carton_weighs_what_its_blank_weighs() {
        // 2 x (40 + 30) + 4 = 144 cm of girth by 30 + 16 = 46 cm: 6624 cm2 of 500 g/m2.
        assert_eq!(tare_g([40.0, 30.0, 16.0], Single), 331);
        assert_eq!(tare_g([40.0, 30.0, 16.0], Double), 530);
    }

    #[test]
    fn every_product_fits_a_carton_but_those_told_not_to() {
        for seed in 0..20 {
            for product in products(Seed::new(seed)) {
                let sku = &product.sku;
                let upright =
                    matches!(product.handling, Handling::Upright | Handling::FragileUpright);
                let fits = takes(product.sides_mm, product.weight_g, upright);
                let told = UNPACKABLE.iter().any(|(name, ..)| sku == name);
                if product.handling != Handling::OwnPackage {
                    assert_eq!(fits, !told, "{product:?}");
                }
            }
        }
    }
}
