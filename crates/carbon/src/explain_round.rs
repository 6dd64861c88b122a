//! A round, as text to be checked with a pocket calculator.

use crate::{Leg, Unit, by_transport_activity};
use quantity::Fixed;
use std::fmt::{self, Write};

/// A consignment of a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Consignment<'a> {
    /// Its shipment, order or activity.
    pub id: &'a str,
    /// Its gross mass, and its distance from the hub.
    pub leg: Leg,
}

/// What a round used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Use<'a> {
    /// What: `diesel`.
    pub activity: &'a str,
    /// How much, in `unit`.
    pub amount: Fixed,
    /// Its unit.
    pub unit: Unit,
    /// The amounts of the ledger's lines, one a consignment, in their order.
    pub booked: &'a [Fixed],
}

/// A round: what it used, the share of each consignment, and that the shares are the whole.
///
/// - `consignments`: in the order in which the ledger shared the round.
///
/// Every share is computed anew; where the ledger has another, the text says so with both.
pub fn explain_round(id: &str, uses: &[Use], consignments: &[Consignment]) -> String {
    let mut text = String::new();
    write_round(&mut text, id, uses, consignments).expect("a String takes all that is written");
    text
}

/// How shares are rounded.
pub(crate) const SHARED: &str =
    "to nine decimal places, by largest remainder: the shares are the whole";

fn write_round(
    text: &mut String,
    id: &str,
    uses: &[Use],
    consignments: &[Consignment],
) -> fmt::Result {
    let weights = Weights::of(consignments);
    let (whole, unit_of) = (weights.sum(), weights.unit());
    writeln!(text, "Round {id}, shared by {}", weights.basis)?;
    for (place, consignment) in consignments.iter().enumerate() {
        let (product, weight) = (weights.product(consignment.leg), weights.text(place));
        writeln!(text, "  {}: {product} = {weight}{unit_of}", consignment.id)?;
    }
    writeln!(text, "  together: {} consignments, {whole}{unit_of}", consignments.len())?;
    for Use { activity, amount, unit, booked } in uses {
        writeln!(text, "\nUsed: {activity}, {amount} {unit}")?;
        let shares = shares(*amount, consignments);
        for (place, (consignment, share)) in consignments.iter().zip(&shares).enumerate() {
            let (id, weight) = (consignment.id, weights.text(place));
            writeln!(text, "  {id}: {amount} {unit} x {weight} / {whole} = {share} {unit}")?;
            let ledger = booked.get(place);
            let has = ledger.map_or_else(|| "no line".to_owned(), |have| format!("{have} {unit}"));
            write_ledger(text, ledger == Some(share), &has)?;
        }
        write_proof(text, *amount, *unit, booked)?;
    }
    writeln!(text, "\nRounded {SHARED}.")
}

/// That the ledger's shares are what the round used.
fn write_proof(text: &mut String, amount: Fixed, unit: Unit, booked: &[Fixed]) -> fmt::Result {
    let sum: Fixed = booked.iter().copied().sum();
    let lines = booked.len();
    if sum == amount {
        return writeln!(text, "  together: {lines} lines of the ledger, {sum} {unit}: all of it");
    }
    let apart = sum - amount;
    writeln!(text, "  DIFFERS: {lines} lines of the ledger, {sum} {unit}: off by {apart} {unit}")
}

/// Says nothing where the ledger has what was found.
pub(crate) fn write_ledger(text: &mut String, agrees: bool, booked: &str) -> fmt::Result {
    if agrees {
        return Ok(());
    }
    writeln!(text, "  DIFFERS: the ledger has {booked}")
}

/// By what a round is shared: the cases of [`by_transport_activity`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Basis {
    Activity,
    Mass,
    Count,
}

impl Basis {
    pub(crate) fn of(consignments: &[Consignment]) -> Self {
        let any = |basis: Self| consignments.iter().any(|one| basis.weight(one.leg) > 0);
        [Self::Activity, Self::Mass].into_iter().find(|&basis| any(basis)).unwrap_or(Self::Count)
    }
    /// What a consignment counts: exact, in the unit's smallest part.
    fn weight(self, leg: Leg) -> i128 {
        let mass = i128::from(leg.mass.or_zero().milligrams());
        match self {
            Self::Activity => mass * i128::from(leg.distance.or_zero().metres()),
            Self::Mass => mass,
            Self::Count => 1,
        }
    }
    /// A milligram-metre is the twelfth place of a tonne-kilometre, a milligram the sixth of a
    /// kilogram.
    const fn places(self) -> usize {
        match self {
            Self::Activity => 12,
            Self::Mass => 6,
            Self::Count => 0,
        }
    }
}

impl fmt::Display for Basis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Activity => "mass by distance from the hub (ISO 14083)",
            Self::Mass => "mass: no consignment has any distance",
            Self::Count => "heads: no consignment has any mass",
        })
    }
}

/// What the consignments of a round count.
pub(crate) struct Weights {
    basis: Basis,
    exact: Vec<i128>,
}

impl Weights {
    pub(crate) fn of(consignments: &[Consignment]) -> Self {
        let basis = Basis::of(consignments);
        Self { basis, exact: consignments.iter().map(|one| basis.weight(one.leg)).collect() }
    }
    pub(crate) fn text(&self, place: usize) -> String {
        decimal(self.exact[place], self.basis.places())
    }
    pub(crate) fn sum(&self) -> String {
        let sum = self.exact.iter().fold(0, |sum: i128, &weight| sum.saturating_add(weight));
        decimal(sum, self.basis.places())
    }
    pub(crate) const fn unit(&self) -> &'static str {
        match self.basis {
            Basis::Activity => " tkm",
            Basis::Mass => " kg",
            Basis::Count => "",
        }
    }
    pub(crate) fn product(&self, leg: Leg) -> String {
        match self.basis {
            Basis::Activity => product_of(leg),
            Basis::Mass => "its mass".to_owned(),
            Basis::Count => "one of them".to_owned(),
        }
    }
}

pub(crate) fn shares(amount: Fixed, consignments: &[Consignment]) -> Vec<Fixed> {
    let legs: Vec<_> = consignments.iter().map(|one| (one.leg.mass, one.leg.distance)).collect();
    by_transport_activity(amount, &legs)
}

/// `230 kg x 700 km (sfd) / 1000`.
pub(crate) fn product_of(leg: Leg) -> String {
    let mass = decimal(leg.mass.milligrams().into(), 6);
    let way = decimal(leg.distance.metres().into(), 3);
    format!("{mass} kg x {way} km ({}) / 1000", leg.kind.name())
}

/// An integer of a unit's so manieth place, written exactly and without trailing zeros.
fn decimal(value: i128, places: usize) -> String {
    let digits = format!("{:0>width$}", value.unsigned_abs(), width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    let sign = if value < 0 { "-" } else { "" };
    match fraction.trim_end_matches('0') {
        "" => format!("{sign}{whole}"),
        fraction => format!("{sign}{whole}.{fraction}"),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::DistanceKind;
    use quantity::{Distance, Mass};

    pub(crate) fn leg(kg: i64, km: i64) -> Leg {
        let (mass, distance) = (Mass::from_grams(kg * 1_000), Distance::new(km * 1_000));
        Leg { mass, distance, kind: DistanceKind::Gcd }
    }

    pub(crate) fn fixed(text: &str) -> Fixed {
        text.parse().unwrap()
    }

    pub(crate) const ROUND: [(&str, i64, i64); 3] =
        [("S1", 1_500, 10), ("S2", 300, 20), ("S3", 500, 4)];

    pub(crate) fn consignments(round: [(&'static str, i64, i64); 3]) -> Vec<Consignment<'static>> {
        round.map(|(id, kg, km)| Consignment { id, leg: leg(kg, km) }).into()
    }

    #[test]
    fn a_round_is_proved_by_its_shares() {
        let booked = [fixed("15.652173913"), fixed("6.260869565"), fixed("2.086956522")];
        let plug = Use {
            activity: "electricity at the plug",
            amount: fixed("24"),
            unit: Unit::KilowattHour,
            booked: &booked,
        };
        let wrong = [fixed("0.5"), fixed("0.260869565")];
        let fuel = Use {
            activity: "diesel of the heater",
            amount: fixed("1"),
            unit: Unit::Litre,
            booked: &wrong,
        };
        assert_eq!(
            explain_round("R4", &[plug, fuel], &consignments(ROUND)),
            "\
Round R4, shared by mass by distance from the hub (ISO 14083)
  S1: 1500 kg x 10 km (gcd) / 1000 = 15 tkm
  S2: 300 kg x 20 km (gcd) / 1000 = 6 tkm
  S3: 500 kg x 4 km (gcd) / 1000 = 2 tkm
  together: 3 consignments, 23 tkm

Used: electricity at the plug, 24 kWh
  S1: 24 kWh x 15 / 23 = 15.652173913 kWh
  S2: 24 kWh x 6 / 23 = 6.260869565 kWh
  S3: 24 kWh x 2 / 23 = 2.086956522 kWh
  together: 3 lines of the ledger, 24 kWh: all of it

Used: diesel of the heater, 1 l
  S1: 1 l x 15 / 23 = 0.652173913 l
  DIFFERS: the ledger has 0.5 l
  S2: 1 l x 6 / 23 = 0.260869565 l
  S3: 1 l x 2 / 23 = 0.086956522 l
  DIFFERS: the ledger has no line
  DIFFERS: 2 lines of the ledger, 0.760869565 l: off by -0.239130435 l

Rounded to nine decimal places, by largest remainder: the shares are the whole.
"
        );
    }

    #[test]
    fn a_round_without_distance_is_shared_by_mass_and_without_mass_by_heads() {
        for (round, first, second, why) in [
            (
                [("A", 1, 0), ("B", 3, 0), ("C", 4, 0)],
                "  A: its mass = 1 kg",
                "  A: 8 l x 1 / 8 = 1 l",
                "no distance",
            ),
            (
                [("A", 0, 5), ("B", 0, 0), ("C", 0, 7)],
                "  A: one of them = 1",
                "  A: 8 l x 1 / 3 = 2.666666667 l",
                "no mass",
            ),
        ] {
            let fuel =
                Use { activity: "diesel", amount: fixed("8"), unit: Unit::Litre, booked: &[] };
            let text = explain_round("R", &[fuel], &consignments(round));
            for line in [first, second] {
                assert!(text.lines().any(|have| have == line), "{why}: {line} is not in {text}");
            }
        }
    }

    #[test]
    fn integers_are_written_as_exact_decimals() {
        for (value, places, expect) in [
            (0, 6, "0"),
            (1, 12, "0.000000000001"),
            (-1_500_000, 6, "-1.5"),
            (7, 0, "7"),
            (10_000, 3, "10"),
        ] {
            assert_eq!(decimal(value, places), expect);
        }
    }
}
