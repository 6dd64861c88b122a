//! Sharing what a round used or emitted among its consignments.

use quantity::{Distance, Fixed, Mass, apportion_ranked};
use std::cmp::Reverse;

/// Shares a round's amount among its consignments by transport activity.
///
/// - `amount`: of the whole round, in any unit: litres, kWh, kg CO2e.
/// - `consignments`: gross mass, and direct distance from the hub to the stop; neither negative.
///
/// The shares sum to `amount` exactly, in billionths by largest remainder, and do not depend on
/// the order of stops: of equal remainders the heavier consignment is served first, then the
/// farther. Only consignments alike in both may differ, by one billionth, the earlier having more.
/// Where no consignment has any transport activity the shares are by mass, and where there is no
/// mass either they are equal.
///
/// Source: ISO 14083:2023, collection and delivery rounds, with the great circle distance.
pub fn by_transport_activity(amount: Fixed, consignments: &[(Mass, Distance)]) -> Vec<Fixed> {
    let mass_of = |mass: Mass| i128::from(mass.or_zero().milligrams());
    let milligram_metres =
        |&(mass, way): &(Mass, Distance)| mass_of(mass) * i128::from(way.or_zero().metres());
    let mut weights: Vec<i128> = consignments.iter().map(milligram_metres).collect();
    if weights.iter().all(|&weight| weight == 0) {
        weights = consignments.iter().map(|&(mass, _)| mass_of(mass)).collect();
    }
    if weights.iter().all(|&weight| weight == 0) {
        weights = vec![1; consignments.len()];
    }
    by_weight(amount, &weights, |place| Reverse(consignments[place]))
}

/// Shares in proportion to weights of which at least one is not zero, by largest remainder; of
/// equal remainders the lower `rank` is served first, then the earlier.
pub(crate) fn by_weight<R: Ord>(
    amount: Fixed,
    weights: &[i128],
    rank: impl Fn(usize) -> R,
) -> Vec<Fixed> {
    let shares = apportion_ranked(amount.billionths(), weights, rank);
    shares.into_iter().map(Fixed::from_billionths).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn consignments(of: &[(i64, i64)]) -> Vec<(Mass, Distance)> {
        of.iter()
            .map(|&(kg, km)| (Mass::from_grams(kg * 1_000), Distance::new(km * 1_000)))
            .collect()
    }

    fn billionths(shares: &[Fixed]) -> Vec<i128> {
        shares.iter().map(|share| share.billionths()).collect()
    }

    /// research/carbon.md, section 2: 5.8896 kg shared by 15 : 6 : 2 tonne-kilometres.
    #[test]
    fn an_electric_round_is_shared_by_tonne_kilometres() {
        let round: Fixed = "5.8896".parse().unwrap();
        let shares =
            by_transport_activity(round, &consignments(&[(1_500, 10), (300, 20), (500, 4)]));
        assert_eq!(billionths(&shares), [3_841_043_478, 1_536_417_391, 512_139_131]);
        assert_eq!(shares.into_iter().sum::<Fixed>(), round);
    }

    #[test]
    fn shares_of_ten_billionths() {
        for (of, expect, why) in [
            (vec![(1, 2), (2, 1), (3, 5)], vec![1, 1, 8], "by mass times distance: 2, 2, 15 of 19"),
            (vec![(1, 0), (2, 3)], vec![0, 10], "at distance 0 there is no transport activity"),
            (vec![(1, 0), (4, 0)], vec![2, 8], "no activity at all: by mass"),
            (vec![(0, 5), (0, 9)], vec![5, 5], "no mass either: equal"),
            (vec![(0, 3), (0, 3), (0, 3)], vec![4, 3, 3], "alike: the earlier has one more"),
            (vec![(2, 3), (3, 2), (1, 6)], vec![3, 4, 3], "equal remainders: the heavier first"),
            (vec![(3, 2), (1, 6), (2, 3)], vec![4, 3, 3], "and so in any order of stops"),
            (vec![], vec![], "nobody to share with"),
        ] {
            let shares = by_transport_activity(Fixed::from_billionths(10), &consignments(&of));
            assert_eq!(billionths(&shares), expect, "{why}");
        }
    }

    #[test]
    fn the_largest_figures_do_not_overflow() {
        let most = (Mass::new(i64::MAX), Distance::new(i64::MAX));
        let amount = Fixed::from_billionths(i128::MAX);
        let shares = by_transport_activity(amount, &[most; 3]);
        assert_eq!(shares.iter().copied().sum::<Fixed>(), amount);
        assert!((shares[0] - shares[2]).billionths() <= 1);
    }

    fn any_consignments() -> impl Strategy<Value = Vec<(Mass, Distance)>> {
        // Small ranges, so that ties and zeros are common.
        let one = (0_i64..40, 0_i64..40).prop_map(|(mg, m)| (Mass::new(mg), Distance::new(m)));
        prop::collection::vec(one, 1..30)
    }

    proptest! {
        #[test]
        fn shares_sum_to_the_round(amount in any::<i64>(), of in any_consignments()) {
            let amount = Fixed::from_billionths(amount.into());
            let shares = by_transport_activity(amount, &of);
            prop_assert_eq!(shares.into_iter().sum::<Fixed>(), amount);
        }

        #[test]
        fn the_order_of_stops_changes_no_share(
            amount in 0_i64..1 << 40,
            (before, after) in any_consignments()
                .prop_flat_map(|of| (Just(of.clone()), Just(of).prop_shuffle())),
        ) {
            let shared = |of: &[(Mass, Distance)]| {
                let shares = by_transport_activity(Fixed::from_billionths(amount.into()), of);
                let mut known: Vec<_> = of.iter().copied().zip(shares).collect();
                known.sort();
                known
            };
            prop_assert_eq!(shared(&before), shared(&after));
        }

        #[test]
        fn a_share_is_within_a_billionth_of_its_part(
            amount in 0_i64..1 << 40,
            of in prop::collection::vec((1_i64..1 << 40, 1_i64..1 << 20), 1..20),
        ) {
            let of: Vec<_> =
                of.into_iter().map(|(mg, m)| (Mass::new(mg), Distance::new(m))).collect();
            let activity = |(mass, way): (Mass, Distance)| mass.kilograms() * way.kilometres();
            let sum: f64 = of.iter().map(|&one| activity(one)).sum();
            let shares = by_transport_activity(Fixed::from_billionths(amount.into()), &of);
            for (share, one) in shares.iter().zip(of) {
                let part = amount as f64 * activity(one) / sum;
                prop_assert!((share.billionths() as f64 - part).abs() < 1.01, "{share} {part}");
            }
        }
    }
}
