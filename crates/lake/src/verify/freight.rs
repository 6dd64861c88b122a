//! Mass, distance, transport activity, and the amounts that follow from them.
//!
//! Source: ISO 14083:2023, transport activity is mass by distance.

use super::finding::{Finding, Findings};
use super::lines::{fixed, known};
use super::words::Lines;
use quantity::{Fixed, fixed::ONE};

/// Kilograms in a tonne.
const TONNE: i128 = 1_000;
/// An amount of its own may differ by this part of itself.
const AGREEMENT: i128 = 1_000_000;

/// Checks the lines that carry freight.
pub(super) fn check(lines: &Lines<'_>, findings: &mut Findings) {
    let [masses, ways, tkms, amounts] =
        ["mass_kg", "distance_km", "tkm", "amount"].map(|name| lines.decimals(name));
    let [kinds, units, classes] = ["distance_kind", "unit", "class"].map(|name| lines.words(name));
    let is_freight = units.each(|unit| unit == "tkm");
    let is_tonnes = units.each(|unit| unit == "t");
    let is_hub = classes.each(|class| class == "hub");
    for row in 0..lines.len() {
        let (mass, way, tkm) = (known(masses, row), known(ways, row), known(tkms, row));
        let amount = amounts.value(row);
        let is = |words: &[bool], code: Option<usize>| code.is_some_and(|code| words[code]);
        let freight = is(&is_freight, units.code(row));
        if way.is_some() != kinds.get(row).is_some() {
            let stored = kinds.get(row).unwrap_or("nothing");
            let fault = "does not go with distance_km: both or neither are known";
            findings.push(lines.finding(row, "distance_kind", fault, &stored));
        }
        let activity = mass.zip(way).map(|(mass, way)| half_even(mass * way, TONNE * ONE));
        // Of several lines for the same freight only one counts it, so it may be left out.
        let expect = activity.or(freight.then_some(amount));
        if tkm.is_some() && tkm != expect {
            findings.push(Finding {
                recomputed: expect.map(|tkm| Fixed::from_billionths(tkm).to_string()),
                ..lines.finding(row, "tkm", "is not mass by distance", &fixed(tkms, row))
            });
        }
        let hub = is(&is_hub, classes.code(row)) && is(&is_tonnes, units.code(row));
        let tonnes = mass.filter(|_| hub).map(|mass| half_even(mass, TONNE));
        let expect = activity.filter(|_| freight).or(tonnes);
        if let Some(expect) = expect.filter(|&expect| !agree(amount, expect)) {
            findings.push(Finding {
                recomputed: Some(Fixed::from_billionths(expect).to_string()),
                ..lines.finding(row, "amount", "is not what its mass gives", &fixed(amounts, row))
            });
        }
    }
}

/// Equal to a billionth, or to a millionth of the amount.
fn agree(amount: i128, expect: i128) -> bool {
    let apart = (amount - expect).abs();
    apart <= 1 || apart * AGREEMENT <= amount.abs()
}

/// `numerator / denominator` rounded half to even; the denominator is positive and even.
fn half_even(numerator: i128, denominator: i128) -> i128 {
    let (floor, rest) = (numerator.div_euclid(denominator), numerator.rem_euclid(denominator));
    let half = denominator / 2;
    floor + i128::from(rest > half || (rest == half && floor % 2 != 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use carbon::{DistanceKind, Leg};
    use proptest::prelude::*;
    use quantity::{Distance, Mass};

    proptest! {
        /// The writer computes it from milligrams and metres by way of `Fixed`.
        #[test]
        fn transport_activity_is_that_of_the_leg(mg in any::<u32>(), m in any::<u32>()) {
            let (mass, distance) = (Mass::new(mg.into()), Distance::new(m.into()));
            let leg = Leg { mass, distance, kind: DistanceKind::Sfd };
            let (kg, km) = (i128::from(mg) * 1_000, i128::from(m) * 1_000_000);
            let activity = half_even(kg * km, TONNE * ONE);
            prop_assert_eq!(activity, leg.transport_activity().billionths());
        }
    }

    #[test]
    fn halves_go_to_the_even_neighbour() {
        for (numerator, expect) in
            [(5, 0), (15, 2), (25, 2), (26, 3), (-5, 0), (-15, -2), (-25, -2), (-26, -3)]
        {
            assert_eq!(half_even(numerator, 10), expect, "{numerator}/10");
        }
    }

    #[test]
    fn an_amount_agrees_to_a_millionth() {
        for (amount, expect, agrees, why) in [
            (1_000_000, 1_000_001, true, "a millionth"),
            (1_000_000, 1_000_002, false, "two millionths"),
            (0, 1, true, "a billionth is rounding"),
            (0, 2, false, "nothing is not something"),
            (-1_000_000, 1_000_000, false, "another sign"),
        ] {
            assert_eq!(agree(amount, expect), agrees, "{why}");
        }
    }
}
