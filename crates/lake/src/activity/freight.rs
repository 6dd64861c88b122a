//! Freight in decimals of nine places: mass by distance, and the way between two places.

use super::cells::BILLIONTHS_MAX;
use super::layout::Column;
use super::wrong::Wrong;
use quantity::{Point, PointError};

/// Billionths of a kilogram by billionths of a kilometre in a billionth of a tonne-kilometre.
const PER_BILLIONTH_TKM: i64 = 1_000_000_000_000;
/// Kilograms in a tonne.
const PER_TONNE: i64 = 1_000;
/// Billionths of a kilometre in a metre.
const PER_METRE: i64 = 1_000_000;
/// An amount may differ from mass by distance by one part in so many.
const AGREEMENT: i128 = 1_000_000;

/// Transport activity in tonne-kilometres, rounded half to even to nine places; `None` where it
/// is beyond DECIMAL(18,9).
///
/// - `mass_kg`, `distance_km`: from zero to [`BILLIONTHS_MAX`].
///
/// Source: ISO 14083:2023, transport activity.
pub(super) fn transport_activity(mass_kg: i64, distance_km: i64) -> Option<i64> {
    // A binary estimate is off by less than 2^11 billionths, and the exact remainder mends it:
    // dividing 128 bits takes ten times as long.
    let estimate = mass_kg as f64 * distance_km as f64 / PER_BILLIONTH_TKM as f64;
    if estimate > 1.01 * BILLIONTHS_MAX as f64 {
        return None;
    }
    let estimate = estimate as i64;
    let product = i128::from(mass_kg) * i128::from(distance_km);
    let rest = (product - i128::from(estimate) * i128::from(PER_BILLIONTH_TKM)) as i64;
    let tkm = round_half_even(estimate, rest, PER_BILLIONTH_TKM);
    (tkm <= BILLIONTHS_MAX).then_some(tkm)
}

/// A mass in tonnes, rounded half to even to nine places; of a mass that is not negative.
pub(super) fn tonnes(mass_kg: i64) -> i64 {
    round_half_even(0, mass_kg, PER_TONNE)
}

/// `whole + rest / divisor`, rounded half to even.
fn round_half_even(whole: i64, rest: i64, divisor: i64) -> i64 {
    let floor = whole + rest.div_euclid(divisor);
    match (rest.rem_euclid(divisor) * 2).cmp(&divisor) {
        std::cmp::Ordering::Less => floor,
        std::cmp::Ordering::Greater => floor + 1,
        std::cmp::Ordering::Equal => floor + floor.rem_euclid(2),
    }
}

/// Whether an amount is the computed one, to a millionth of itself.
pub(super) fn agrees(amount: i64, computed: i64) -> bool {
    let apart = (i128::from(amount) - i128::from(computed)).abs();
    apart * AGREEMENT <= i128::from(amount)
}

/// Great circle distance in billionths of a kilometre, to the metre.
///
/// - `ends`: latitude and longitude of both ends in billionths of a degree, as
///   [`Column::COORDINATES`] names them.
pub(super) fn great_circle(ends: [i64; 4]) -> Result<i64, (Column, Wrong)> {
    let [from_lat, from_lon, to_lat, to_lon] = ends.map(|degrees| degrees as f64 / 1e9);
    let end = |place: usize, lat: f64, lon: f64| {
        Point::from_degrees(lat, lon).map_err(|error| match error {
            PointError::Latitude => (Column::COORDINATES[place], Wrong::Latitude),
            PointError::Longitude => (Column::COORDINATES[place + 1], Wrong::Longitude),
        })
    };
    let (from, to) = (end(0, from_lat, from_lon)?, end(2, to_lat, to_lon)?);
    Ok(from.great_circle(to).metres() * PER_METRE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use quantity::Fixed;

    const ONE: i64 = 1_000_000_000;

    #[test]
    fn transport_activity_of_known_freight() {
        for (mass_kg, distance_km, expect, why) in [
            (230 * ONE, 700 * ONE, Some(161 * ONE), "230 kg over 700 km: iLEAP's own example"),
            (0, 700 * ONE, Some(0), "nothing moved"),
            (1, PER_BILLIONTH_TKM / 2, Some(0), "half a billionth goes to the even zero"),
            (3, PER_BILLIONTH_TKM / 2, Some(2), "one and a half to the even two"),
            (BILLIONTHS_MAX, 1_000 * ONE, Some(BILLIONTHS_MAX), "the largest"),
            (BILLIONTHS_MAX, 1_000 * ONE + 2, None, "beyond it"),
            (BILLIONTHS_MAX, BILLIONTHS_MAX, None, "far beyond"),
        ] {
            assert_eq!(transport_activity(mass_kg, distance_km), expect, "{why}");
        }
    }

    #[test]
    fn amounts_agree_to_a_millionth_of_themselves() {
        for (amount, computed, expect, why) in [
            (161 * ONE, 161 * ONE, true, "equal"),
            (1_000_000, 1_000_001, true, "one part of a million"),
            (1_000_000, 999_998, false, "two parts"),
            (0, 1, false, "nothing is not something"),
        ] {
            assert_eq!(agrees(amount, computed), expect, "{why}");
        }
    }

    #[test]
    fn great_circles_are_known_to_the_metre() {
        let shanghai_beijing = [31_230_400_000, 121_473_700_000, 39_904_200_000, 116_407_400_000];
        assert_eq!(great_circle(shanghai_beijing), Ok(1_067_312_000_000));
        assert_eq!(great_circle([91 * ONE, 0, 0, 0]), Err((Column::OriginLat, Wrong::Latitude)));
        assert_eq!(great_circle([0, 0, 0, -181 * ONE]), Err((Column::DestLon, Wrong::Longitude)));
    }

    fn exact(product: i128, divisor: i64) -> Fixed {
        // Both scaled down by the same nine places.
        Fixed::from_billionths(product).checked_div(Fixed::from_integer(divisor)).unwrap()
    }

    proptest! {
        #[test]
        fn transport_activity_is_the_exact_quotient_rounded(
            mass_kg in prop_oneof![0..=BILLIONTHS_MAX, 0..1_000_000_i64],
            distance_km in prop_oneof![0..=BILLIONTHS_MAX, 0..40_000 * ONE],
        ) {
            let product = i128::from(mass_kg) * i128::from(distance_km);
            prop_assume!(product < i128::MAX / i128::from(ONE));
            let expect = exact(product, PER_BILLIONTH_TKM).billionths();
            let expect = i64::try_from(expect).ok().filter(|&tkm| tkm <= BILLIONTHS_MAX);
            prop_assert_eq!(transport_activity(mass_kg, distance_km), expect);
        }

        #[test]
        fn tonnes_are_the_exact_quotient_rounded(mass_kg in 0..=BILLIONTHS_MAX) {
            prop_assert_eq!(i128::from(tonnes(mass_kg)), exact(mass_kg.into(), PER_TONNE).billionths());
        }
    }
}
