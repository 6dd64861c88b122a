//! Shares that add up to the whole, to the last unit.

use std::cmp::Reverse;

/// Shares `total` in proportion to `weights`, by largest remainder.
///
/// The shares sum to `total` exactly; a tie goes to the earlier. Where all weights are zero the
/// shares are equal. Weights are not negative; no weights, no shares.
pub fn apportion(total: i64, weights: &[i64]) -> Vec<i64> {
    debug_assert!(weights.iter().all(|&weight| weight >= 0), "a share is not negative");
    let alike = weights.iter().all(|&weight| weight == 0);
    let weights: Vec<i128> =
        weights.iter().map(|&weight| if alike { 1 } else { i128::from(weight) }).collect();
    let shares = apportion_ranked(total.into(), &weights, |_| ());
    shares.into_iter().map(|share| share as i64).collect()
}

/// Shares `total` in proportion to weights of which at least one is not zero, by largest remainder;
/// of equal remainders the lower `rank` is served first, then the earlier.
pub fn apportion_ranked<R: Ord>(
    total: i128,
    weights: &[i128],
    rank: impl Fn(usize) -> R,
) -> Vec<i128> {
    let weights = within_64_bits(weights);
    let sum: u128 = weights.iter().sum();
    let whole = total.unsigned_abs();
    // Whole turns of `sum` first: what is left times a weight then fits 128 bits.
    let (turns, rest) = (whole / sum.max(1), whole % sum.max(1));
    let mut shares: Vec<u128> =
        weights.iter().map(|weight| turns * weight + rest * weight / sum).collect();
    let remainder = |place: usize| rest * weights[place] % sum;
    let mut queue: Vec<usize> = (0..weights.len()).collect();
    queue.sort_by_cached_key(|&place| (Reverse(remainder(place)), rank(place), place));
    let left = whole - shares.iter().sum::<u128>();
    for &place in queue.iter().take(left as usize) {
        shares[place] += 1;
    }
    shares.into_iter().map(|share| total.signum() * share as i128).collect()
}

/// The weights, halved as often as it takes for their sum to fit 64 bits.
///
/// A round of 40 t over 1,000 km needs 56 bits: only absurd weights are halved, and their shares
/// still sum exactly.
fn within_64_bits(weights: &[i128]) -> Vec<u128> {
    let bits = |value: u128| u128::BITS - value.leading_zeros();
    let largest = weights.iter().copied().max().unwrap_or(0).unsigned_abs();
    let too_many = (bits(largest) + bits(weights.len() as u128)).saturating_sub(u64::BITS);
    weights.iter().map(|weight| weight.unsigned_abs() >> too_many).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn shares_by_largest_remainder() {
        for (total, weights, expect, why) in [
            (10, vec![1, 1, 1], vec![4, 3, 3], "a tie goes to the earlier"),
            (10, vec![0, 0], vec![5, 5], "no weight at all: equal shares"),
            (-7, vec![1, 2], vec![-2, -5], "a negative whole mirrors"),
            (5, vec![], vec![], "nobody to share with"),
        ] {
            assert_eq!(apportion(total, &weights), expect, "{why}");
        }
    }

    proptest! {
        #[test]
        fn shares_sum_to_the_whole(total in any::<i32>(), weights in prop::collection::vec(0_i64..1 << 40, 1..40)) {
            prop_assert_eq!(apportion(total.into(), &weights).iter().sum::<i64>(), i64::from(total));
        }

        #[test]
        fn the_order_of_stops_does_not_change_a_share(weights in prop::collection::vec(1_i64..1 << 30, 1..20)) {
            // Distinct weights: only a tie may depend on the order.
            let distinct: Vec<i64> = weights.iter().enumerate().map(|(i, w)| w * 64 + i as i64).collect();
            let mut backward = distinct.clone();
            backward.reverse();
            let mut shares = apportion(1 << 40, &backward);
            shares.reverse();
            for (a, b) in apportion(1 << 40, &distinct).iter().zip(shares) {
                prop_assert!((a - b).abs() <= 1);
            }
        }
    }
}
