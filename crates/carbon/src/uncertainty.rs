//! How far off a total may be: Monte Carlo over factors and amounts.
//!
//! Both are log-normal, with the ledger's figure as the median. An error of a factor is in all its
//! lines alike: one draw a factor. So is an error in how amounts of one kind are known: one draw
//! for a factor and data kind. All draws of different names are independent.

use crate::pedigree::Pedigree;
use crate::{DataKind, Link, Registry};
use quantity::{Carbon, Emission, Fixed, Seed};
use std::collections::{BTreeMap, BTreeSet};
use std::f64::consts::TAU;
use std::sync::Arc;

/// The most draws; each holds ten binary numbers.
pub const DRAWS_MAX: u32 = 1_000_000;
/// The widest half width in percent that is told apart: a thousand times the figure.
pub const HALF_WIDTH_PCT_MAX: i64 = 100_000;
/// So many standard deviations on either side hold 95 % of a normal distribution.
const Z_95: f64 = 1.959_963_984_540_054;

/// Id and edition of a factor.
pub type FactorKey = (Arc<str>, Arc<str>);

/// A log-normal distribution around its median.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogNormal {
    sigma: f64,
}

impl LogNormal {
    /// No doubt at all.
    pub const CERTAIN: Self = Self { sigma: 0.0 };

    /// From the half width of the 95 % interval in percent: its upper end is so much above the
    /// median, its lower end as many times below. `None` for a negative one; one above
    /// [`HALF_WIDTH_PCT_MAX`] is taken as that.
    pub fn from_half_width_pct(percent: Fixed) -> Option<Self> {
        let part = percent.min(Fixed::from_integer(HALF_WIDTH_PCT_MAX)).to_f64() / 100.0;
        (percent >= Fixed::ZERO).then(|| Self { sigma: part.ln_1p() / Z_95 })
    }
    /// From five scores.
    pub fn from_pedigree(pedigree: Pedigree) -> Self {
        Self { sigma: pedigree.variance().sqrt() }
    }
    /// Standard deviation of the logarithm, 0 or more.
    pub const fn sigma(self) -> f64 {
        self.sigma
    }
}

/// How well each factor and each kind of amount is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Uncertainties {
    /// Of factors, where it is stated.
    pub factors: BTreeMap<FactorKey, LogNormal>,
    /// Of a factor that states none.
    pub unstated: LogNormal,
    /// Of amounts, in the order of [`DataKind::ALL`].
    pub amounts: [LogNormal; 3],
}

impl Uncertainties {
    /// Of a registry: the half widths that its sources state; for all else the spread of pedigree
    /// scores that are our judgement, in the words of the matrix.
    ///
    /// - Primary amounts (1, 1, 1, 1, 1): measured, complete, of this place and time.
    /// - Modelled ones (3, 1, 1, 1, 2): partly estimated, of this operation, with the vehicles and
    ///   machines of others.
    /// - Default ones (4, 4, 3, 3, 4): an estimate from a few like operations, within ten years,
    ///   from a place alike, of a related technology.
    /// - A factor (2, 2, 2, 2, 3): verified, partly assumed, a large sample, within six years, an
    ///   average of the region, of another technology in detail.
    pub fn of(registry: &Registry) -> Self {
        let judged = |scores| {
            LogNormal::from_pedigree(Pedigree::new(scores).expect("each score is from 1 to 5"))
        };
        let stated = |factor: &crate::Factor| {
            let spread = factor.uncertainty_pct.and_then(LogNormal::from_half_width_pct)?;
            Some(((factor.id.clone(), factor.edition.clone()), spread))
        };
        Self {
            factors: registry.iter().filter_map(stated).collect(),
            unstated: judged([2, 2, 2, 2, 3]),
            amounts: [[1, 1, 1, 1, 1], [3, 1, 1, 1, 2], [4, 4, 3, 3, 4]].map(judged),
        }
    }
}

/// What lines of one factor, data kind and link emitted together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Id and edition of the factor.
    pub factor: FactorKey,
    /// How the amounts are known.
    pub data_kind: DataKind,
    /// In which link.
    pub link: Link,
    /// Their sum.
    pub emission: Emission,
}

/// Where a figure lies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Interval {
    /// 2.5 of 100 draws are below.
    pub low: Carbon,
    /// Mean of all draws: above the ledger's figure, for a log-normal leans to the right.
    pub mean: Carbon,
    /// 2.5 of 100 draws are above.
    pub high: Carbon,
}

/// The intervals of an emission. Those of the halves do not add up to that of the whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EmissionInterval {
    /// Well to tank.
    pub wtt: Interval,
    /// Tank to wheel.
    pub ttw: Interval,
    /// Well to wheel.
    pub wtw: Interval,
}

/// What [`intervals`] finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intervals {
    /// Of all groups.
    pub total: EmissionInterval,
    /// Of each link, in the order of the chain.
    pub by_link: [(Link, EmissionInterval); 5],
    /// Factors that state no uncertainty, so that [`Uncertainties::unstated`] was taken; a report
    /// names them.
    pub unstated: Vec<FactorKey>,
}

/// The 95 % intervals of groups of lines.
///
/// - `draws`: 10,000 are right to about a hundredth of the half width. Fewer than 1 are taken as 1,
///   more than [`DRAWS_MAX`] as that.
///
/// The order of groups changes nothing, and neither does splitting one. Percentiles are
/// interpolated between neighbours. Source of the method: IPCC 2006 guidelines, volume 1,
/// chapter 3, approach 2.
pub fn intervals(
    groups: &[Group],
    uncertainties: &Uncertainties,
    draws: u32,
    seed: Seed,
) -> Intervals {
    let draws = draws.clamp(1, DRAWS_MAX) as usize;
    let sums = by_draw(groups);
    let mut links = Link::ALL.map(|_| Deviations::default());
    let mut points = Link::ALL.map(|_| Emission::ZERO);
    let mut unstated = BTreeSet::new();
    for (factor, kinds) in &sums {
        let spread = uncertainties.factors.get(factor).copied().unwrap_or_else(|| {
            unstated.insert(factor.clone());
            uncertainties.unstated
        });
        let name = format!("{}\n{}", factor.0, factor.1);
        let of_factor = log_draws(spread, seed.named("factor").named(&name), draws);
        for (&kind, of_links) in kinds {
            let spread = uncertainties.amounts[kind as usize];
            let seed = seed.named("amount").named(kind.name()).named(&name);
            let of_amount = log_draws(spread, seed, draws);
            let relative: Vec<f64> =
                of_factor.iter().zip(&of_amount).map(|(f, a)| (f + a).exp_m1()).collect();
            for (&link, &emission) in of_links {
                points[link as usize] += emission;
                links[link as usize].add(emission, &relative);
            }
        }
    }
    let mut all = Deviations::default();
    for link in &links {
        all.join(link);
    }
    Intervals {
        total: all.around(points.into_iter().sum()),
        by_link: Link::ALL.map(|link| (link, links[link as usize].around(points[link as usize]))),
        unstated: unstated.into_iter().collect(),
    }
}

type ByLink = BTreeMap<Link, Emission>;

/// Sums, in the order in which they are drawn.
fn by_draw(groups: &[Group]) -> BTreeMap<FactorKey, BTreeMap<DataKind, ByLink>> {
    let mut sums: BTreeMap<FactorKey, BTreeMap<DataKind, ByLink>> = BTreeMap::new();
    for group in groups {
        let kinds = sums.entry(group.factor.clone()).or_default();
        *kinds.entry(group.data_kind).or_default().entry(group.link).or_default() += group.emission;
    }
    sums
}

/// Logarithms of a log-normal around 1. Source: Box and Muller 1958.
fn log_draws(spread: LogNormal, seed: Seed, draws: usize) -> Vec<f64> {
    let mut sequence = seed.sequence();
    let mut normal = || {
        // One minus a draw from 0.0..1.0 is never zero.
        let radius = (-2.0 * (1.0 - sequence.unit()).ln()).sqrt();
        spread.sigma * radius * (TAU * sequence.unit()).cos()
    };
    (0..draws).map(|_| normal()).collect()
}

/// By how many kilograms each draw is off the point, by half; empty where nothing was emitted.
/// Only what is off is binary, so that a figure without doubt stays exact.
#[derive(Default)]
struct Deviations {
    wtt: Vec<f64>,
    ttw: Vec<f64>,
}

impl Deviations {
    fn add(&mut self, emission: Emission, relative: &[f64]) {
        for (sums, half) in [(&mut self.wtt, emission.wtt), (&mut self.ttw, emission.ttw)] {
            sums.resize(relative.len(), 0.0);
            let kilograms = half.kilograms_f64();
            for (sum, off) in sums.iter_mut().zip(relative) {
                *sum += kilograms * off;
            }
        }
    }
    fn join(&mut self, other: &Self) {
        for (sums, more) in [(&mut self.wtt, &other.wtt), (&mut self.ttw, &other.ttw)] {
            sums.resize(sums.len().max(more.len()), 0.0);
            for (sum, off) in sums.iter_mut().zip(more) {
                *sum += off;
            }
        }
    }
    fn around(&self, point: Emission) -> EmissionInterval {
        let both = self.wtt.iter().zip(&self.ttw).map(|(wtt, ttw)| wtt + ttw).collect();
        EmissionInterval {
            wtt: interval(point.wtt, self.wtt.clone()),
            ttw: interval(point.ttw, self.ttw.clone()),
            wtw: interval(point.wtw(), both),
        }
    }
}

fn interval(point: Carbon, mut off: Vec<f64>) -> Interval {
    if off.is_empty() {
        return Interval { low: point, mean: point, high: point };
    }
    // Before sorting, so that the order of summing is that of the draws.
    let mean = off.iter().sum::<f64>() / off.len() as f64;
    off.sort_by(f64::total_cmp);
    let at = |kilograms| point + Carbon::from_kilograms_f64(kilograms);
    Interval { low: at(percentile(&off, 0.025)), mean: at(mean), high: at(percentile(&off, 0.975)) }
}

/// Of sorted values, of which there is at least one.
fn percentile(sorted: &[f64], part: f64) -> f64 {
    let place = part * (sorted.len() - 1) as f64;
    let (below, above) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    below + (above - below) * place.fract()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn carbon(kilograms: i64) -> Carbon {
        Carbon::from_kilograms(Fixed::from_integer(kilograms))
    }

    fn group(id: &str, data_kind: DataKind, link: Link, wtt: i64, ttw: i64) -> Group {
        let emission = Emission { wtt: carbon(wtt), ttw: carbon(ttw) };
        Group { factor: (id.into(), "2025".into()), data_kind, link, emission }
    }

    fn half_width(percent: i64) -> LogNormal {
        LogNormal::from_half_width_pct(Fixed::from_integer(percent)).unwrap()
    }

    /// Of factors `a` to `c` so many percent, amounts certain.
    fn only_factors(percent: i64) -> Uncertainties {
        let of = |id: &str| ((id.into(), "2025".into()), half_width(percent));
        Uncertainties {
            factors: ["a", "b", "c"].map(of).into(),
            unstated: LogNormal::CERTAIN,
            amounts: [LogNormal::CERTAIN; 3],
        }
    }

    const DIESEL: (DataKind, Link) = (DataKind::Primary, Link::Transportation);

    #[test]
    fn one_group_is_the_analytic_log_normal() {
        for percent in [5, 20, 60] {
            let one = [group("a", DIESEL.0, DIESEL.1, 200, 800)];
            let found = intervals(&one, &only_factors(percent), 40_000, Seed::new(1)).total;
            let sigma = half_width(percent).sigma();
            let widest = 1.0 + percent as f64 / 100.0;
            for (figure, point) in [(found.wtt, 200.0), (found.ttw, 800.0), (found.wtw, 1000.0)] {
                for (have, expect) in [
                    (figure.low, point / widest),
                    (figure.mean, point * (sigma * sigma / 2.0).exp()),
                    (figure.high, point * widest),
                ] {
                    let off = have.kilograms_f64() / expect - 1.0;
                    assert!(off.abs() < 0.01, "{percent} %: {have} is not {expect}");
                }
            }
        }
    }

    #[test]
    fn factor_and_amount_add_in_squares() {
        let mut both = only_factors(20);
        both.amounts[0] = half_width(30);
        let one = [group("a", DIESEL.0, DIESEL.1, 0, 1000)];
        let found = intervals(&one, &both, 40_000, Seed::new(2)).total.wtw;
        let sigma = half_width(20).sigma().hypot(half_width(30).sigma());
        for (have, expect) in [
            (found.low, 1000.0 * (-Z_95 * sigma).exp()),
            (found.high, 1000.0 * (Z_95 * sigma).exp()),
        ] {
            assert!((have.kilograms_f64() / expect - 1.0).abs() < 0.01, "{have} is not {expect}");
        }
    }

    #[test]
    fn independent_factors_are_narrower_than_one() {
        let (kind, link) = DIESEL;
        let width = |ids: [&str; 3]| {
            let groups = ids.map(|id| group(id, kind, link, 100, 0));
            let found = intervals(&groups, &only_factors(30), 20_000, Seed::new(3)).total.wtw;
            (found.high - found.low).kilograms_f64()
        };
        let (one, three) = (width(["a", "a", "a"]), width(["a", "b", "c"]));
        // Three alike and independent: narrower by the root of three.
        assert!((one / three / 3_f64.sqrt() - 1.0).abs() < 0.05, "{one} {three}");
    }

    #[test]
    fn without_doubt_the_figure_is_the_point() {
        let odd = Emission { wtt: Carbon::from_micrograms(i128::MAX / 8), ttw: carbon(7) };
        let one = [Group { emission: odd, ..group("a", DIESEL.0, DIESEL.1, 0, 0) }];
        let found = intervals(&one, &only_factors(0), 100, Seed::new(4)).total;
        let exactly = |point| Interval { low: point, mean: point, high: point };
        let expect = EmissionInterval {
            wtt: exactly(odd.wtt),
            ttw: exactly(odd.ttw),
            wtw: exactly(odd.wtw()),
        };
        assert_eq!(found, expect, "exact to the microgram, however large");
    }

    #[test]
    fn a_factor_that_states_nothing_is_named_and_never_certain() {
        let registry = Registry::built_in();
        let known = Uncertainties::of(&registry);
        let groups = [group("x", DIESEL.0, DIESEL.1, 10, 0), group("x", DIESEL.0, DIESEL.1, 5, 0)];
        let found = intervals(&groups, &known, 1_000, Seed::new(5));
        assert_eq!(found.unstated, [("x".into(), "2025".into())]);
        assert!(found.total.wtt.low < carbon(15) && found.total.wtt.high > carbon(15));
        assert_eq!(found.total.ttw, Interval::default(), "nothing is off nothing");
    }

    #[test]
    fn amounts_are_the_less_known_the_further_from_the_meter() {
        let [primary, modelled, default] = Uncertainties::of(&Registry::default()).amounts;
        let width = |spread: LogNormal| (Z_95 * spread.sigma()).exp() - 1.0;
        for (spread, expect) in [(primary, 0.049), (modelled, 0.117), (default, 0.568)] {
            assert!((width(spread) - expect).abs() < 0.001, "{} {expect}", width(spread));
        }
    }

    #[test]
    fn no_draws_are_taken_as_one() {
        let one = [group("a", DIESEL.0, DIESEL.1, 1, 1)];
        let of = |draws| intervals(&one, &only_factors(10), draws, Seed::new(6));
        assert_eq!(of(0), of(1));
    }

    fn any_groups() -> impl Strategy<Value = Vec<Group>> {
        let one = (0..3_usize, 0..3_usize, 0..5_usize, 0_i64..1000, -9_i64..1000).prop_map(
            |(id, kind, link, wtt, ttw)| {
                group(["a", "b", "x"][id], DataKind::ALL[kind], Link::ALL[link], wtt, ttw)
            },
        );
        prop::collection::vec(one, 0..12)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn order_and_splitting_change_nothing(
            (before, mut after) in any_groups()
                .prop_flat_map(|groups| (Just(groups.clone()), Just(groups).prop_shuffle())),
            part in 0_i64..1000,
        ) {
            if let Some(first) = after.first_mut() {
                let mut rest = first.clone();
                rest.emission = Emission { wtt: carbon(part), ttw: Carbon::ZERO };
                first.emission.wtt = first.emission.wtt - carbon(part);
                after.push(rest);
            }
            let mut known = Uncertainties::of(&Registry::default());
            known.factors = only_factors(40).factors;
            let of = |groups: &[Group]| intervals(groups, &known, 50, Seed::new(7));
            // Groups that sum to nothing are named all the same.
            prop_assert_eq!(of(&before), of(&after));
        }

        #[test]
        fn a_link_alone_is_its_part_of_the_whole(groups in any_groups()) {
            let known = Uncertainties::of(&Registry::default());
            let of = |groups: &[Group]| intervals(groups, &known, 50, Seed::new(8));
            let whole = of(&groups);
            for (link, interval) in whole.by_link {
                let own: Vec<Group> =
                    groups.iter().filter(|group| group.link == link).cloned().collect();
                prop_assert_eq!(of(&own).total, interval);
            }
        }
    }
}
