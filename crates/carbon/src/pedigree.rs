//! The pedigree matrix: from a judgement of data in five scores to a spread.

/// Best score: no reason to doubt.
pub const SCORE_BEST: u8 = 1;
/// Worst score.
pub const SCORE_WORST: u8 = 5;

/// The five indicators, in the order of a [`Pedigree`]'s scores.
pub const INDICATORS: [&str; 5] = [
    "reliability",
    "completeness",
    "temporal correlation",
    "geographical correlation",
    "further technological correlation",
];

/// Variance of the logarithm that a score adds: a row an indicator, a column a score from 1 to 5.
///
/// Source: Weidema et al. 2013, Overview and methodology, data quality guideline for the ecoinvent
/// database version 3, additional uncertainty; the indicators of Weidema and Wesnaes 1996 and
/// Weidema 1998. Compared with the figures in the public source text of ocelot, ecoinvent's own
/// linker of data sets.
const ADDED_VARIANCE: [[f64; 5]; 5] = [
    [0.0, 0.0006, 0.002, 0.008, 0.04],
    [0.0, 0.0001, 0.0006, 0.002, 0.008],
    [0.0, 0.0002, 0.002, 0.008, 0.04],
    [0.0, 0.000_025, 0.0001, 0.0006, 0.002],
    [0.0, 0.0006, 0.008, 0.04, 0.12],
];

/// Variance of the logarithm that even the best data have: amounts of energy, of materials and of
/// waste treatment. Source: the same guideline, basic uncertainty.
pub const BASIC_VARIANCE: f64 = 0.0006;

/// Scores of one datum, 1 (best) to 5, in the order of [`INDICATORS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pedigree([u8; 5]);

impl Pedigree {
    /// From five scores; `None` where one is not 1 to 5.
    pub fn new(scores: [u8; 5]) -> Option<Self> {
        let known = |score| (SCORE_BEST..=SCORE_WORST).contains(score);
        scores.iter().all(known).then_some(Self(scores))
    }
    /// The scores, in the order of [`INDICATORS`].
    pub const fn scores(self) -> [u8; 5] {
        self.0
    }
    /// Variance of the logarithm: the basic one and what each score adds.
    pub fn variance(self) -> f64 {
        let added =
            ADDED_VARIANCE.iter().zip(self.0).map(|(row, score)| row[usize::from(score) - 1]);
        BASIC_VARIANCE + added.sum::<f64>()
    }
    /// Geometric standard deviation, 1 or more: two of three values lie within the point divided
    /// by it and times it, 95 of 100 within its square.
    pub fn geometric_standard_deviation(self) -> f64 {
        self.variance().sqrt().exp()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The guideline's variances are those of the factors of ecoinvent 2 (Frischknecht et al. 2007):
    /// each the square of the geometric standard deviation, so that half its logarithm squared is
    /// the variance, which the guideline rounds to one digit.
    #[test]
    fn variances_are_those_of_the_older_uncertainty_factors() {
        let factors = [
            [1.0, 1.05, 1.1, 1.2, 1.5],
            [1.0, 1.02, 1.05, 1.1, 1.2],
            [1.0, 1.03, 1.1, 1.2, 1.5],
            [1.0, 1.01, 1.02, 1.05, 1.1],
            [1.0, 1.05, 1.2, 1.5, 2.0],
        ];
        for (row, indicator) in INDICATORS.iter().enumerate() {
            for score in 0..5 {
                let half_log: f64 = f64::ln(factors[row][score]) / 2.0;
                let (expect, have) = (half_log.powi(2), ADDED_VARIANCE[row][score]);
                assert!((have - expect).abs() <= 0.15 * expect, "{indicator} {score}: {expect}");
            }
        }
    }

    #[test]
    fn scores_become_a_geometric_standard_deviation() {
        for (scores, expect, why) in [
            ([1, 1, 1, 1, 1], 0.0006, "the basic variance remains"),
            ([1, 2, 3, 4, 5], 0.0006 + 0.0001 + 0.002 + 0.0006 + 0.12, "a score of each indicator"),
            ([5, 5, 5, 5, 5], 0.0006 + 0.04 + 0.008 + 0.04 + 0.002 + 0.12, "the worst data"),
        ] {
            let pedigree = Pedigree::new(scores).unwrap();
            assert!((pedigree.variance() - expect).abs() < 1e-12, "{why}");
            let spread = pedigree.geometric_standard_deviation().ln().powi(2);
            assert!((spread - expect).abs() < 1e-12, "{why}");
        }
        for (scores, why) in [([0, 1, 1, 1, 1], "no score"), ([1, 1, 1, 1, 6], "beyond the worst")]
        {
            assert_eq!(Pedigree::new(scores), None, "{why}");
        }
    }

    proptest! {
        #[test]
        fn a_worse_score_is_never_a_narrower_spread(
            scores in prop::array::uniform5(1_u8..=5),
            which in 0_usize..5,
        ) {
            let mut worse = scores;
            worse[which] = (worse[which] + 1).min(5);
            let spread = |scores| Pedigree::new(scores).unwrap().geometric_standard_deviation();
            prop_assert!(spread(worse) >= spread(scores));
        }
    }
}
