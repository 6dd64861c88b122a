//! What a parcel holds beside its goods, weighed by the judge.

use crate::solution::{BagKind, Dose, IndustryRule, SolutionRules, TAPE_OVERHANG};
use crate::{CartonKind, Piece, Placed, Rules};
use quantity::{Length, Mass};

/// Filler, tape and insulation of a carton, and by how much it may be off: parts are rounded to the
/// milligram, volumes to the cubic millimetre.
pub(super) fn beside(
    solution: &SolutionRules,
    carton: &CartonKind,
    pieces: &[(&Placed, &Piece)],
) -> (Mass, Mass) {
    let rules = || pieces.iter().filter_map(|(_, piece)| solution.industries.get(piece.rule?));
    let most = |dose: fn(&IndustryRule) -> Option<Dose>| {
        rules().filter_map(dose).map(|dose| dose.per_unit.grams()).fold(0.0, f64::max)
    };
    let litres = |sides: [Length; 3]| sides.map(Length::centimetres).iter().product::<f64>() / 1e3;
    let [length, width, height] = carton.inner.map(|side| side.centimetres() / 100.0);
    let goods: f64 = pieces.iter().map(|(_, piece)| litres(piece.sides)).sum();
    let void = (litres(carton.inner) - goods).max(0.0);
    let seams = 2.0 * (length.max(width) + 2.0 * TAPE_OVERHANG.centimetres() / 100.0);
    let surface = 2.0 * (length * width + length * height + width * height);
    let filler = most(|rule| rule.filler);
    let grams =
        filler * void + most(|rule| rule.tape) * seams + most(|rule| rule.insulation) * surface;
    let volumes = filler / 1e6 * (pieces.len() + 1) as f64;
    let off = if grams > 0.0 { 0.002 + volumes } else { 0.0 };
    (Mass::from_kilograms(grams / 1e3), Mass::from_kilograms(off / 1e3))
}

/// The sides of the cuboid around the pieces.
pub(super) fn around(pieces: &[(&Placed, &Piece)]) -> [Length; 3] {
    [0, 1, 2].map(|axis| {
        let ends = pieces.iter().map(|(placed, _)| placed.at[axis] + placed.sides[axis]);
        ends.max().unwrap_or(Length::ZERO)
    })
}

/// The bag is wide and long enough for a cuboid, its height taken at either end by halves.
pub(super) fn goes_into(bag: &BagKind, [a, b, c]: [Length; 3]) -> bool {
    let [length, width] = bag.sides;
    let (long, short) = (a.max(b) + c, a.min(b) + c);
    long <= length.max(width) && short <= length.min(width)
}

/// Goods of these pieces' rules may go into that bag.
pub(super) fn may_bag(rules: &Rules, pieces: &[(&Placed, &Piece)], bag: usize) -> bool {
    rules.bags
        && pieces.iter().all(|(_, piece)| {
            let rule = piece.rule.and_then(|rule| rules.solution.industries.get(rule));
            rule.is_some_and(|rule| {
                rule.bags.contains(&bag) && rule.insulation.is_none() && rule.coolant.is_none()
            })
        })
}
