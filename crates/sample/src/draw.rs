//! Draws from a range and by weight. Only the four operations of arithmetic: unlike a logarithm or
//! a cosine they give the same last digit on every machine.

use quantity::seed::Sequence;

/// From `low` to `high`, triangular about the middle: the mean of two uniform draws.
pub(crate) fn between(draws: &mut Sequence, [low, high]: [f64; 2]) -> f64 {
    low + (high - low) * (draws.unit() + draws.unit()) / 2.0
}

/// An index of `weights`, each as often as its weight says. Some weight is positive.
pub(crate) fn weighted(draws: &mut Sequence, weights: &[u32]) -> usize {
    let total: u32 = weights.iter().sum();
    let mut left = draws.below(total as usize) as u32;
    for (index, &weight) in weights.iter().enumerate() {
        if left < weight {
            return index;
        }
        left -= weight;
    }
    unreachable!("a draw below the sum of the weights falls on one of them")
}

#[cfg(test)]
mod tests {
    use super::*;
    use quantity::Seed;

    #[test]
    fn a_weight_is_a_share_of_the_draws() {
        let mut draws = Seed::new(1).sequence();
        let mut counts = [0_u32; 4];
        for _ in 0..100_000 {
            counts[weighted(&mut draws, &[1, 0, 2, 7])] += 1;
        }
        for (count, share, why) in [
            (counts[0], 10_000, "a tenth"),
            (counts[1], 0, "no weight, never"),
            (counts[2], 20_000, "a fifth"),
            (counts[3], 70_000, "the rest"),
        ] {
            assert!(count.abs_diff(share) <= 600, "{why}: {count}");
        }
    }

    #[test]
    fn a_range_is_kept_and_its_middle_is_the_mean() {
        let mut draws = Seed::new(2).sequence();
        let values: Vec<f64> = (0..10_000).map(|_| between(&mut draws, [10.0, 20.0])).collect();
        assert!(values.iter().all(|value| (10.0..20.0).contains(value)));
        let mean = values.iter().sum::<f64>() / 1e4;
        assert!((mean - 15.0).abs() < 0.1, "{mean}");
    }
}
