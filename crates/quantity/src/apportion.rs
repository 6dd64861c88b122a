//! Shares that add up to the whole, to the last unit.

/// Shares `total` in proportion to `weights`, by largest remainder.
///
/// The shares sum to `total` exactly; a tie goes to the earlier. Where all weights are zero the
/// shares are equal. Weights are not negative; no weights, no shares.
pub fn apportion(total: i64, weights: &[i64]) -> Vec<i64> {
    debug_assert!(weights.iter().all(|&weight| weight >= 0), "a share is not negative");
    let sum: i128 = weights.iter().map(|&weight| i128::from(weight)).sum();
    let (sum, weight_of): (i128, Box<dyn Fn(usize) -> i128>) = if sum == 0 {
        (weights.len() as i128, Box::new(|_| 1))
    } else {
        (sum, Box::new(|i| i128::from(weights[i])))
    };
    let exact = |i: usize| i128::from(total.abs()) * weight_of(i);
    let mut shares: Vec<i64> = (0..weights.len()).map(|i| (exact(i) / sum) as i64).collect();
    let mut by_remainder: Vec<usize> = (0..weights.len()).collect();
    by_remainder.sort_by_key(|&i| std::cmp::Reverse(exact(i) % sum));
    let left = total.abs() - shares.iter().sum::<i64>();
    for &i in by_remainder.iter().take(left as usize) {
        shares[i] += 1;
    }
    for share in &mut shares {
        *share *= total.signum();
    }
    shares
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
