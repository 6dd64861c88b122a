//! The cartons to choose from, and which demands each serves.

use super::demand::Demand;
use super::maker::{Maker, Measure, Sides, on_floor};
use crate::CartonKind;
use quantity::Length;
use std::collections::BTreeMap;

/// Most boxes taken from demands: those that most orders ask for.
const BOXES_MAX: usize = 6_000;

/// A carton that may be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// The longer side of the floor first.
    pub(crate) sides: Sides,
    /// What it bears, in milligrams.
    pub(crate) load: i64,
    /// Material of one, as the measure counts it.
    pub(crate) material: i64,
    /// Where it comes from.
    pub(crate) source: Source,
}

/// Where a candidate comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    /// A carton that must stay, by its index.
    Locked(usize),
    /// A board of the maker, by its index.
    Board(usize),
}

/// The candidates, from the least material up, and what they serve.
#[derive(Clone, Debug)]
pub(crate) struct Pool {
    /// From the least material up.
    pub(crate) candidates: Vec<Candidate>,
    /// By demand: the candidates that serve it, ascending.
    pub(crate) serving: Vec<Vec<u32>>,
    /// Orders of each demand.
    pub(crate) counts: Vec<i64>,
    /// The candidates that must be chosen, ascending.
    pub(crate) locked: Vec<u32>,
}

/// The boxes that demands ask for, the most asked for first, and the largest carton.
pub(crate) fn boxes_of(demands: &[Demand], maker: &Maker) -> Vec<Sides> {
    let mut asked: BTreeMap<Sides, i64> = BTreeMap::new();
    for demand in demands {
        for &sides in &demand.boxes {
            *asked.entry(sides).or_default() += demand.count;
        }
    }
    let mut boxes: Vec<(i64, Sides)> =
        asked.into_iter().map(|(sides, count)| (-count, sides)).collect();
    boxes.sort_unstable();
    boxes.truncate(BOXES_MAX);
    let mut boxes: Vec<Sides> = boxes.into_iter().map(|(_, sides)| sides).collect();
    boxes.push(maker.largest());
    boxes
}

impl Pool {
    /// Every box on every board, and the cartons that must stay. Of those that cost no less and serve no
    /// more than another, none but the locked are kept.
    pub(crate) fn new(
        demands: &[Demand],
        boxes: &[Sides],
        locked: &[CartonKind],
        maker: &Maker,
        measure: Measure,
    ) -> Self {
        let mut candidates: Vec<Candidate> = Vec::new();
        for (index, carton) in locked.iter().enumerate() {
            candidates.push(Candidate {
                sides: on_floor(carton.inner.map(Length::tenths_mm)),
                load: carton.max_load.milligrams(),
                material: measure.of(carton),
                source: Source::Locked(index),
            });
        }
        for (index, board) in maker.boards.iter().enumerate() {
            for &sides in boxes {
                let carton = maker.carton(String::new(), sides, board);
                candidates.push(Candidate {
                    sides,
                    load: carton.max_load.milligrams(),
                    material: measure.of(&carton),
                    source: Source::Board(index),
                });
            }
        }
        // Of equal material the larger first, as it may serve all that the other does.
        candidates.sort_by_key(|c| (c.material, -c.load, c.sides.map(|side| -side), c.source));
        Self::of(demands, candidates)
    }

    /// Keeps what is worth choosing of the candidates, which are sorted.
    fn of(demands: &[Demand], candidates: Vec<Candidate>) -> Self {
        let mut pool = Self {
            candidates: Vec::new(),
            serving: vec![Vec::new(); demands.len()],
            counts: demands.iter().map(|demand| demand.count).collect(),
            locked: Vec::new(),
        };
        let mut served_by: Vec<Served> = Vec::new();
        for candidate in candidates {
            let served = Served::by(&candidate, demands);
            let locked = matches!(candidate.source, Source::Locked(_));
            if !locked && pool.has_as_good(&served, &served_by) {
                continue;
            }
            let index = pool.candidates.len() as u32;
            served.each().for_each(|demand| pool.serving[demand].push(index));
            if locked {
                pool.locked.push(index);
            }
            pool.candidates.push(candidate);
            served_by.push(served);
        }
        pool
    }

    /// One of those kept, none of which costs more, serves at least the same.
    fn has_as_good(&self, served: &Served, kept: &[Served]) -> bool {
        // Only those that serve a given one of the demands come into question.
        match served.each().min_by_key(|&demand| self.serving[demand].len()) {
            Some(rarest) => self.serving[rarest].iter().any(|&k| kept[k as usize].covers(served)),
            None => true,
        }
    }
}

/// A set of demands, a bit each.
struct Served(Vec<u64>);

impl Served {
    fn by(candidate: &Candidate, demands: &[Demand]) -> Self {
        let mut bits = vec![0; demands.len().div_ceil(64)];
        for (index, demand) in demands.iter().enumerate() {
            if demand.is_served_by(candidate.sides, candidate.load) {
                bits[index / 64] |= 1 << (index % 64);
            }
        }
        Self(bits)
    }

    fn covers(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(a, b)| b & !a == 0)
    }

    /// The demands, ascending.
    fn each(&self) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().flat_map(|(word, &bits)| {
            (0..64).filter(move |bit| bits >> bit & 1 == 1).map(move |bit| word * 64 + bit)
        })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::super::maker::tests::{board, maker};
    use super::*;
    use proptest::prelude::*;
    use quantity::Mass;

    pub(crate) fn demand(sides: Sides, mass: i64, count: i64) -> Demand {
        Demand { boxes: vec![sides], mass, count }
    }

    #[test]
    fn the_most_asked_for_boxes_and_the_largest() {
        let demands = [demand([2, 1, 1], 0, 1), demand([3, 1, 1], 0, 5), demand([2, 1, 1], 9, 1)];
        let boxes = boxes_of(&demands, &maker());
        assert_eq!(boxes, [[3, 1, 1], [2, 1, 1], [6_000, 4_000, 4_000]]);
    }

    #[test]
    fn what_another_does_as_well_for_less_is_dropped() {
        let demands = [demand([2_000, 1_000, 500], 0, 1), demand([2_000, 1_000, 500], 15_000, 1)];
        let two = Maker { boards: vec![board("s", 500, 10), board("d", 800, 20)], ..maker() };
        let boxes = [[2_000, 1_000, 500], [2_050, 1_000, 500], [1_000, 500, 500]];
        let kept = |measure, locked: &[CartonKind]| {
            let pool = Pool::new(&demands, &boxes, locked, &two, measure);
            pool.candidates.iter().map(|c| (c.sides[0], c.source)).collect::<Vec<_>>()
        };
        let (single, double) = (Source::Board(0), Source::Board(1));
        // The locked carton bears all, so a box of single wall must cost less to be kept.
        let stays = CartonKind {
            max_load: Mass::from_grams(10_000),
            ..two.carton("L".into(), [3_000, 1_000, 500], &two.boards[0])
        };
        for (measure, locked, expect, why) in [
            (Measure::Surface, vec![], vec![(2_000, double)], "the strong board costs no surface"),
            (Measure::Mass, vec![], vec![(2_000, single), (2_000, double)], "it is heavier"),
            (
                Measure::Surface,
                vec![stays],
                vec![(2_000, double), (3_000, Source::Locked(0))],
                "what is locked stays, even where nothing needs it",
            ),
        ] {
            let got = kept(measure, &locked);
            assert!(!got.contains(&(2_000, single)) || measure == Measure::Mass, "{why}");
            assert_eq!(got, expect, "{why}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn what_is_dropped_has_as_good_a_one(
            asked in prop::collection::vec((prop::array::uniform3(1_i64..8), 0_i64..20, 1_i64..3), 60..90),
        ) {
            let two = Maker { boards: vec![board("s", 500, 10), board("d", 800, 20)], ..maker() };
            let one = |([l, w, h], grams, count): ([i64; 3], i64, i64)| {
                demand([l.max(w) * 500, l.min(w) * 500, h * 500], grams * 1_000, count)
            };
            let demands: Vec<Demand> = asked.into_iter().map(one).collect();
            let boxes = boxes_of(&demands, &two);
            let pool = Pool::new(&demands, &boxes, &[], &two, Measure::Mass);
            for &sides in &boxes {
                for board in &two.boards {
                    let carton = two.carton(String::new(), sides, board);
                    let load = carton.max_load.milligrams();
                    let as_good = |kept: &(u32, &Candidate)| {
                        kept.1.material <= Measure::Mass.of(&carton)
                            && demands.iter().zip(&pool.serving).all(|(demand, serving)| {
                                !demand.is_served_by(sides, load) || serving.contains(&kept.0)
                            })
                    };
                    let of_use = demands.iter().any(|demand| demand.is_served_by(sides, load));
                    let mut kept = (0..).zip(&pool.candidates);
                    prop_assert!(!of_use || kept.any(|kept| as_good(&kept)));
                }
            }
            prop_assert!(pool.candidates.is_sorted_by_key(|candidate| candidate.material));
            prop_assert!(pool.candidates.len() < 2 * boxes.len(), "some are dropped");
        }
    }

    #[test]
    fn a_demand_knows_what_serves_it_from_the_least_material_up() {
        let demands = [demand([2_000, 1_000, 500], 0, 3), demand([2_050, 1_000, 500], 0, 4)];
        let boxes = [[2_050, 1_000, 500], [2_000, 1_000, 500]];
        let pool = Pool::new(&demands, &boxes, &[], &maker(), Measure::Surface);
        assert_eq!(pool.serving, [vec![0, 1], vec![1]]);
        assert_eq!(pool.counts, [3, 4]);
    }
}
