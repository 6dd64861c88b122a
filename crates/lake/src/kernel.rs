//! Valuation of whole columns: amounts and the figures of their factors in, micrograms out.
//!
//! The same arithmetic as `carbon::value` and `carbon::Leg`, without a type or a branch a row that
//! the columns do not need.

use crate::columns::UNKNOWN;
use quantity::fixed::{DECIMAL_18_MAX, product, product_of_thousandths};

/// Rows whose figure has more than the 18 digits of the ledger's columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TooLarge(pub Vec<usize>);

/// Amount times rate, a row at a time, each rounded half to even to the microgram.
///
/// - `amounts`: in billionths of the unit.
/// - `numbers`: by row, which of the `rates`.
pub fn emissions(amounts: &[i64], numbers: &[u32], rates: &[i64]) -> Result<Vec<i64>, TooLarge> {
    assert_eq!(amounts.len(), numbers.len(), "columns are of equal length");
    if rates.iter().all(|&rate| rate == 0) {
        return Ok(vec![0; amounts.len()]);
    }
    let figures = amounts
        .iter()
        .zip(numbers)
        .map(|(&amount, &number)| product(amount, rates[number as usize]).unwrap_or(UNKNOWN));
    all_known(figures.collect())
}

/// Transport activity in tkm, rounded half to even to nine places, of rows with mass and distance;
/// [`UNKNOWN`] of all others.
///
/// - `masses_kg`, `distances_km`: in billionths, or [`UNKNOWN`].
///
/// Source: ISO 14083:2023, transport activity.
pub fn transport_activity(masses_kg: &[i64], distances_km: &[i64]) -> Result<Vec<i64>, TooLarge> {
    assert_eq!(masses_kg.len(), distances_km.len(), "columns are of equal length");
    let is_freight = |mass: i64, distance: i64| mass != UNKNOWN && distance != UNKNOWN;
    let pairs = || masses_kg.iter().copied().zip(distances_km.iter().copied());
    let mut beyond = false;
    let activity = pairs().map(|(mass, distance)| {
        if !is_freight(mass, distance) {
            return UNKNOWN;
        }
        let tkm = product_of_thousandths(mass, distance);
        beyond |= tkm.is_none();
        tkm.unwrap_or(UNKNOWN)
    });
    let activity: Vec<i64> = activity.collect();
    if !beyond {
        return Ok(activity);
    }
    let rows = pairs().zip(&activity).enumerate().filter_map(|(row, ((mass, distance), &tkm))| {
        (is_freight(mass, distance) && tkm == UNKNOWN).then_some(row)
    });
    Err(TooLarge(rows.collect()))
}

/// Rows with a decimal that the ledger's columns cannot hold, or with none where `must` be one.
pub fn beyond_decimal(decimals: &[i64], must: bool) -> Vec<usize> {
    let fits = |value: i64| {
        if value == UNKNOWN { !must } else { (-DECIMAL_18_MAX..=DECIMAL_18_MAX).contains(&value) }
    };
    // All fit, nearly always: that is seen without a branch a row.
    if decimals.iter().fold(true, |all, &value| all & fits(value)) {
        return Vec::new();
    }
    (0..decimals.len()).filter(|&row| !fits(decimals[row])).collect()
}

/// The column, if no figure of it is missing.
fn all_known(figures: Vec<i64>) -> Result<Vec<i64>, TooLarge> {
    if !figures.contains(&UNKNOWN) {
        return Ok(figures);
    }
    Err(TooLarge((0..figures.len()).filter(|&row| figures[row] == UNKNOWN).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use carbon::{DistanceKind, Factor, Leg, Registry, ids};
    use proptest::prelude::*;
    use quantity::{Distance, Fixed, Mass};

    fn decimal() -> impl Strategy<Value = i64> {
        (-DECIMAL_18_MAX..=DECIMAL_18_MAX, 0_u32..60).prop_map(|(value, bits)| value >> bits)
    }

    fn fits(billionths: i128) -> Option<i64> {
        i64::try_from(billionths).ok().filter(|figure| figure.abs() <= DECIMAL_18_MAX)
    }

    proptest! {
        #[test]
        fn a_column_is_valued_as_each_of_its_rows(
            rows in prop::collection::vec((decimal(), 0_usize..5), 1..100),
            rates in prop::collection::vec(decimal(), 5),
        ) {
            let amounts: Vec<i64> = rows.iter().map(|row| row.0).collect();
            let numbers: Vec<u32> = rows.iter().map(|row| row.1 as u32).collect();
            let of = Registry::built_in().get(ids::DIESEL).unwrap().clone();
            let by_row: Vec<Option<i64>> = rows
                .iter()
                .map(|&(amount, number)| {
                    let rate = Some(Fixed::from_billionths(rates[number].into()));
                    let factor = Factor { wtt: rate, ..of.clone() };
                    let valued = carbon::value(Fixed::from_billionths(amount.into()), &factor)?;
                    fits(valued.emission.wtt.micrograms())
                })
                .collect();
            let expect: Option<Vec<i64>> = by_row.iter().copied().collect();
            let refused = (0..rows.len()).filter(|&row| by_row[row].is_none()).collect();
            prop_assert_eq!(
                emissions(&amounts, &numbers, &rates),
                expect.ok_or(TooLarge(refused))
            );
        }

        #[test]
        fn transport_activity_is_that_of_each_leg(
            rows in prop::collection::vec((0_i64..1 << 40, 0_i64..1 << 25), 1..100),
        ) {
            let legs = rows.iter().map(|&(milligrams, metres)| Leg {
                mass: Mass::new(milligrams),
                distance: Distance::new(metres),
                kind: DistanceKind::Gcd,
            });
            let expect: Vec<i64> = legs
                .map(|leg| fits(leg.transport_activity().billionths()).unwrap())
                .collect();
            let masses: Vec<i64> = rows.iter().map(|row| row.0 * 1_000).collect();
            let distances: Vec<i64> = rows.iter().map(|row| row.1 * 1_000_000).collect();
            prop_assert_eq!(transport_activity(&masses, &distances), Ok(expect));
        }
    }

    /// research/carbon.md, section 2: 230 kg over 700 km.
    #[test]
    fn freight_with_and_without_a_distance() {
        const ONE: i64 = 1_000_000_000;
        let masses = [230 * ONE, 230 * ONE, UNKNOWN];
        let distances = [700 * ONE, UNKNOWN, 700 * ONE];
        assert_eq!(transport_activity(&masses, &distances), Ok(vec![161 * ONE, UNKNOWN, UNKNOWN]));
        let most = [DECIMAL_18_MAX; 3];
        assert_eq!(
            transport_activity(&masses, &most),
            Ok(vec![
                230 * (DECIMAL_18_MAX / 1_000 + 1),
                230 * (DECIMAL_18_MAX / 1_000 + 1),
                UNKNOWN
            ])
        );
        assert_eq!(transport_activity(&most, &most), Err(TooLarge(vec![0, 1, 2])));
    }

    #[test]
    fn decimals_that_do_not_fit() {
        let column = [0, DECIMAL_18_MAX, DECIMAL_18_MAX + 1, -DECIMAL_18_MAX - 1, UNKNOWN];
        assert_eq!(beyond_decimal(&column, false), [2, 3], "an unknown one may be so");
        assert_eq!(beyond_decimal(&column, true), [2, 3, 4], "an amount must be known");
    }
}
