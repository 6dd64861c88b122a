//! The best size of a site: a coarse grid, then halved steps around its best.

use super::model::{Site, Size, Yearly};
use super::worth::{Candidate, worth};
use super::yearly::{Unserved, yearly};
use crate::dispatch::Search;
use crate::pv::network::each;
use quantity::Carbon;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// How finely sizes are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    /// Steps of the coarse grid from nothing to the greatest size, in each of the two directions.
    pub steps: u32,
    /// How often the step is halved around the best.
    pub halvings: u32,
}

/// What was found for a site.
#[derive(Clone, Debug, PartialEq)]
pub struct Sized {
    /// The year with nothing built.
    pub nothing: Yearly,
    /// The greatest net present value of what reaches the goal; where nothing does, what avoids most.
    pub best: Candidate,
    /// Whether the goal is reached; true without one.
    pub reached: bool,
    /// All that was tried, by size; the first is nothing built.
    pub tried: Vec<Candidate>,
}

/// Sizes tried beside each other: with modules, with battery.
const FACES: [[bool; 2]; 3] = [[true, false], [false, true], [true, true]];

/// The size of greatest net present value, at least `goal` avoided in the first year. Goes through the
/// coarse grid; then, for modules alone, battery alone and both, moves to the best of the neighbours as
/// long as one is better, with steps halved `grid.halvings` times. The same on any number of `threads`.
///
/// With a goal the schedule is still the one of least cost, with carbon at its price; what it avoids need
/// not be concave, so the answer is the best of what was tried.
pub fn size(
    site: &Site,
    goal: Option<Carbon>,
    grid: Grid,
    search: Search,
    threads: usize,
) -> Result<Sized, Unserved> {
    let mut lattice = Lattice::new(site, grid, search, threads);
    let coarse = 1 << grid.halvings;
    let (last, stride) = (lattice.last, coarse as usize);
    let all = |most: u32| (0..=most).step_by(stride);
    lattice.fill(all(last[0]).flat_map(|p| all(last[1]).map(move |b| [p, b])))?;
    for face in FACES {
        let points = lattice.known.keys().copied().filter(|point| on(*point, face));
        let start = points.reduce(|best, other| lattice.better(best, other, goal));
        if let Some(start) = start {
            lattice.refine(start, face, coarse, goal)?;
        }
    }
    let best = lattice.known.keys().copied().reduce(|best, at| lattice.better(best, at, goal));
    let best = lattice.candidate(best.unwrap_or_default());
    Ok(Sized {
        nothing: lattice.known[&[0, 0]],
        best,
        reached: reaches(&best, goal),
        tried: lattice.known.keys().map(|point| lattice.candidate(*point)).collect(),
    })
}

fn on(point: [u32; 2], face: [bool; 2]) -> bool {
    point.map(|units| units > 0) == face
}

fn reaches(candidate: &Candidate, goal: Option<Carbon>) -> bool {
    goal.is_none_or(|goal| candidate.avoided >= goal)
}

/// Sizes in units of the finest step: modules, battery.
struct Lattice<'a> {
    site: &'a Site,
    search: Search<'a>,
    threads: usize,
    /// Units of the greatest sizes; none where there is no room.
    last: [u32; 2],
    units: f64,
    known: BTreeMap<[u32; 2], Yearly>,
}

impl<'a> Lattice<'a> {
    fn new(site: &'a Site, grid: Grid, search: Search<'a>, threads: usize) -> Self {
        let units = grid.steps << grid.halvings;
        let last =
            [site.kwp_max, site.battery_kwh_max].map(|most| if most > 0.0 { units } else { 0 });
        Self { site, search, threads, last, units: f64::from(units), known: BTreeMap::new() }
    }

    fn size(&self, point: [u32; 2]) -> Size {
        let [kwp, battery_kwh] =
            [(self.site.kwp_max, 0), (self.site.battery_kwh_max, 1)].map(|(most, axis)| {
                if point[axis] == 0 { 0.0 } else { most * f64::from(point[axis]) / self.units }
            });
        Size { kwp, battery_kwh }
    }

    /// Schedules the years of `points` and of their modules alone, where they are not known.
    fn fill(&mut self, points: impl Iterator<Item = [u32; 2]>) -> Result<(), Unserved> {
        let with_alone = points.flat_map(|point| [[point[0], 0], point]);
        let new: BTreeSet<[u32; 2]> =
            with_alone.filter(|point| !self.known.contains_key(point)).collect();
        let new: Vec<[u32; 2]> = new.into_iter().collect();
        let years = each(&new, self.threads, |point| {
            yearly(self.site, self.size(*point), Search { threads: 1, ..self.search })
        });
        for (point, year) in new.into_iter().zip(years) {
            self.known.insert(point, year?);
        }
        Ok(())
    }

    fn candidate(&self, point: [u32; 2]) -> Candidate {
        let of = |point: [u32; 2]| self.known[&point];
        let (nothing, alone) = (of([0, 0]), of([point[0], 0]));
        worth(&self.site.terms, self.size(point), nothing, alone, of(point))
    }

    /// The better of two points; of equals the first.
    fn better(&self, one: [u32; 2], other: [u32; 2], goal: Option<Carbon>) -> [u32; 2] {
        let [first, second] = [one, other].map(|point| self.candidate(point));
        let order = match (reaches(&first, goal), reaches(&second, goal)) {
            (true, true) => first.npv.total_cmp(&second.npv),
            (false, false) => first.avoided.cmp(&second.avoided),
            (reached, _) => reached.cmp(&!reached),
        };
        if order == Ordering::Less { other } else { one }
    }

    /// Moves from `best` within its face as long as a neighbour is better.
    fn refine(
        &mut self,
        mut best: [u32; 2],
        face: [bool; 2],
        coarse: u32,
        goal: Option<Carbon>,
    ) -> Result<(), Unserved> {
        let mut step = coarse / 2;
        while step > 0 {
            let near = self.near(best, step, face);
            self.fill(near.iter().copied())?;
            let found = near.into_iter().fold(best, |best, at| self.better(best, at, goal));
            if found == best {
                step /= 2;
            }
            best = found;
        }
        Ok(())
    }

    fn near(&self, point: [u32; 2], step: u32, face: [bool; 2]) -> Vec<[u32; 2]> {
        let along = |axis: usize| {
            let at = point[axis];
            let moved = [at.checked_sub(step), Some(at), at.checked_add(step)];
            moved.into_iter().flatten().filter(move |units| *units <= self.last[axis])
        };
        let points = along(0).flat_map(|p| along(1).map(move |b| [p, b]));
        points.filter(|near| *near != point && on(*near, face)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::{SEARCH, drawn, two_hours};
    use super::*;
    use proptest::prelude::*;

    const COARSE: Grid = Grid { steps: 4, halvings: 0 };
    const FINE: Grid = Grid { steps: 4, halvings: 3 };

    /// Net present value of a size, by itself.
    fn npv(site: &Site, kwp: f64, battery_kwh: f64) -> f64 {
        let year = |kwp, battery_kwh| yearly(site, Size { kwp, battery_kwh }, SEARCH).unwrap();
        let (nothing, alone, all) = (year(0.0, 0.0), year(kwp, 0.0), year(kwp, battery_kwh));
        worth(&site.terms, Size { kwp, battery_kwh }, nothing, alone, all).npv
    }

    #[test]
    fn a_roof_is_filled_as_far_as_the_sun_is_used() {
        // 10 kWp cover the sunny hour: 5,000 for 730 a year. 10 kWp and 10 kWh more move as much to the
        // other hour: 7,000 for 730 a year. 20 years at 5 % are 12.4622 years.
        let found = size(&two_hours(), None, COARSE, SEARCH, 1).unwrap();
        assert_eq!(found.best.size, Size { kwp: 20.0, battery_kwh: 10.0 });
        let expected = 1_460.0 * 12.462_210_342 - 12_000.0;
        assert!((found.best.npv - expected).abs() < 0.01, "{:?}", found.best);
        assert_eq!(
            (found.best.payback_year, found.best.discounted_payback_year),
            (Some(9), Some(11))
        );
        assert!((found.best.avoided.kilograms_f64() - 3_650.0).abs() < 1e-3);
        assert!((found.nothing.cost - 1_460.0).abs() < 1e-6);

        let mut dear = two_hours();
        dear.terms.battery.per_unit = 500.0;
        let found = size(&dear, None, FINE, SEARCH, 1).unwrap();
        assert_eq!(found.best.size, Size { kwp: 10.0, battery_kwh: 0.0 });
        assert_eq!(found.best.payback_year, Some(7));
    }

    #[test]
    fn a_goal_asks_for_more_than_pays_and_one_out_of_reach_is_said() {
        let mut dear = two_hours();
        dear.terms.battery.per_unit = 500.0;
        // 5 kWp and 5 kWh beyond the 10 kWp avoid half of the other hour.
        let goal = Carbon::from_kilograms_f64(1_825.0 * 1.5);
        let found = size(&dear, Some(goal), FINE, SEARCH, 1).unwrap();
        assert!(found.reached);
        assert_eq!(found.best.size, Size { kwp: 15.0, battery_kwh: 5.0 });
        let found =
            size(&dear, Some(Carbon::from_kilograms_f64(4_000.0)), COARSE, SEARCH, 1).unwrap();
        assert!(!found.reached && (found.best.avoided.kilograms_f64() - 3_650.0).abs() < 1e-3);
    }

    #[test]
    fn what_never_pays_is_not_built_and_no_roof_bears_no_modules() {
        let mut site = two_hours();
        site.terms.lifetime_years = 2;
        assert_eq!(size(&site, None, FINE, SEARCH, 1).unwrap().best.size, Size::default());
        site.kwp_max = 0.0;
        let found = size(&site, None, COARSE, SEARCH, 1).unwrap();
        assert_eq!(found.tried.len(), 5);
    }

    #[test]
    fn a_load_that_cannot_be_met_is_told_with_its_period() {
        let mut site = two_hours();
        site.periods[0].instance.import_limit_kw = Some(5.0);
        let fault = size(&site, None, COARSE, SEARCH, 1).unwrap_err();
        assert_eq!(fault.period, 0);
        assert!(fault.to_string().contains("period 0 has no schedule; step"), "{fault}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12))]

        #[test]
        fn the_coarse_grid_is_enumerated_and_halved_steps_are_never_worse(seed in any::<u64>()) {
            let site = drawn(seed, 24);
            let at = |most: f64, step: u32| most * f64::from(step) / 4.0;
            let best = (0..=4)
                .flat_map(|p| (0..=4).map(move |b| (p, b)))
                .map(|(p, b)| npv(&site, at(site.kwp_max, p), at(site.battery_kwh_max, b)))
                .fold(f64::MIN, f64::max);
            let coarse = size(&site, None, COARSE, SEARCH, 1).unwrap();
            let near = 1e-6 * (1.0 + coarse.nothing.cost.abs()) * 20.0;
            prop_assert!((coarse.best.npv - best).abs() <= near, "{} {best}", coarse.best.npv);
            let fine = size(&site, None, FINE, SEARCH, 2).unwrap();
            prop_assert!(fine.best.npv >= coarse.best.npv - near);
            prop_assert_eq!(&fine, &size(&site, None, FINE, SEARCH, 1).unwrap());
        }

        #[test]
        fn worth_is_concave_where_both_are_built(seed in any::<u64>(), shares in prop::array::uniform4(0.05_f64..1.0)) {
            let site = drawn(seed, 24);
            let [p, q, b, c] = shares;
            let of = |p: f64, b: f64| npv(&site, p * site.kwp_max, b * site.battery_kwh_max);
            let (middle, ends) = (of(p.midpoint(q), b.midpoint(c)), [of(p, b), of(q, c)]);
            prop_assert!(middle >= ends.iter().sum::<f64>() / 2.0 - 0.1, "{middle} {ends:?}");
        }
    }
}
