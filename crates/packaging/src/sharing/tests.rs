use super::parts::parts;
use super::*;
use crate::fit::sorted_shapes;
use crate::offer::Offer;
use crate::solution::{BagKind, Dose, IndustryRule, Material, PerKilogram, SolutionRules};
use crate::{CartonKind, Choice, Piece, Rules, Stock, check, pack_day};
use proptest::prelude::*;
use quantity::{Length, Mass};

fn piece(sides: [i64; 3], rule: Option<usize>) -> Piece {
    Piece {
        order: 0,
        product: 0,
        sides: sides.map(|side| Length::new(side * 100)),
        mass: Mass::from_grams(10),
        upright: false,
        fragile: false,
        own_package: false,
        stacking_max: None,
        rule,
    }
}

fn carton(id: String, inner: [i64; 3], tare: i64) -> CartonKind {
    CartonKind {
        id,
        inner: inner.map(|side| Length::new(side * 100)),
        max_load: Mass::from_grams(5_000),
        tare: Mass::from_grams(tare),
        material: "board".into(),
    }
}

/// Filler for the first, less and a bag for the second.
fn solution() -> SolutionRules {
    let dose = |grams| Some(Dose { material: Material::Paper, per_unit: Mass::from_grams(grams) });
    let rule = IndustryRule::default();
    SolutionRules {
        industries: vec![
            IndustryRule { filler: dose(60), ..rule.clone() },
            IndustryRule { filler: dose(20), bags: vec![0], ..rule },
        ],
        bags: vec![BagKind {
            id: "B".into(),
            material: Material::Paper,
            sides: [900, 700].map(Length::new),
            max_load: Mass::from_grams(900),
            tare: Mass::from_grams(60),
        }],
        apart: Vec::new(),
    }
}

fn least_carbon() -> Choice {
    let mut per_kg = PerKilogram::of_board(1.0);
    per_kg.set(Material::Paper, 1.0);
    Choice::LeastCarbon { per_kg, reuse: 0.02, per_litre: 0.01 }
}

/// The least cost of the jobs from one on, by trying every block in every slot.
fn by_trying(jobs: &mut [Job], rest: Option<Vec<usize>>, stock: &mut [u32]) -> Cost {
    let Some((job, others)) = jobs.split_first_mut() else { return 0 };
    let rest = rest.unwrap_or_else(|| (0..job.shapes.len()).collect());
    let Some((&first, more)) = rest.split_first() else { return by_trying(others, None, stock) };
    let mut best = NEVER;
    for mask in 0..1_usize << more.len() {
        let taken = |i: usize| mask >> i & 1 == 1;
        let within = (0..more.len()).filter(|&i| taken(i)).map(|i| more[i]);
        let block: Vec<usize> = std::iter::once(first).chain(within).collect();
        let left: Vec<usize> = (0..more.len()).filter(|&i| !taken(i)).map(|i| more[i]).collect();
        for slot in 0..stock.len() {
            let cost = jobs[0].cost(&block, slot);
            if stock[slot] > 0 && cost < NEVER {
                stock[slot] -= 1;
                best = best.min(cost + by_trying(jobs, Some(left.clone()), stock));
                stock[slot] += 1;
            }
        }
    }
    best.min(NEVER)
}

fn jobs<'a>(offer: &'a Offer<'a>, pieces: &[Vec<Piece>]) -> Vec<Job<'a>> {
    let job = |pieces: &Vec<Piece>| {
        let (order, shapes) = sorted_shapes(pieces);
        let rules = order.iter().map(|&piece| offer.rule_of(&pieces[piece])).collect();
        Job::new(offer, shapes, rules)
    };
    pieces.iter().map(job).collect()
}

fn some_jobs(most: usize, pieces: usize) -> impl Strategy<Value = Vec<Vec<Piece>>> {
    let piece = (prop::array::uniform3(1_i64..7), prop::option::of(0_usize..2))
        .prop_map(|(sides, rule)| piece(sides, rule));
    prop::collection::vec(prop::collection::vec(piece, 1..=pieces), 1..=most)
}

/// Every piece fits the first carton, of which there are new ones without end.
fn some_cartons() -> impl Strategy<Value = (Vec<CartonKind>, Stock)> {
    let kind = (prop::array::uniform3(3_i64..10), 20_i64..200, 0_u32..2, 0_u32..3);
    prop::collection::vec(kind, 1..4).prop_map(|kinds| {
        let mut cartons = vec![carton("C".into(), [12, 8, 8], 150)];
        let mut stock = Stock { new: vec![99], reused: vec![1] };
        for (i, (inner, tare, new, reused)) in kinds.into_iter().enumerate() {
            cartons.push(carton(format!("C{i}"), inner, tare));
            stock.new.push(new);
            stock.reused.push(reused);
        }
        (cartons, stock)
    })
}

/// Two jobs would each have both small ones; one pair in the large one frees them for the rest.
#[test]
fn a_job_is_parted_otherwise_for_the_sake_of_others() {
    let cartons = [carton("S".into(), [5, 5, 5], 100), carton("L".into(), [10, 5, 5], 230)];
    let stock = Stock { new: vec![2, 9], reused: vec![0, 0] };
    let pair = vec![piece([5, 5, 5], None), piece([5, 5, 4], None)];
    let choice =
        Choice::LeastCarbon { per_kg: PerKilogram::of_board(1.0), reuse: 1.0, per_litre: 0.0 };
    let day = [pair, vec![piece([5, 5, 5], None)], vec![piece([4, 5, 5], None)]];
    let packing = pack_day(&day, &cartons, &stock, &Rules::plain(0.75, choice));
    let sharing = packing.sharing.expect("nothing is left out");
    assert_eq!(sharing.cost.micrograms(), 430_000_000, "L for the pair, S for the two others");
    assert_eq!((sharing.bound, sharing.gap()), (sharing.cost, 0.0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn small_days_are_shared_as_well_as_can_be(
        day in some_jobs(3, 3),
        (cartons, stock) in some_cartons(),
        bags in any::<bool>(),
    ) {
        let solution = solution();
        let rules = Rules { support: 0.75, choice: least_carbon(), solution: &solution, bags };
        let offer = Offer::new(&cartons, &rules);
        let mut jobs = jobs(&offer, &day);
        let best = by_trying(&mut jobs, None, &mut offer.counts(&stock));
        let packing = pack_day(&day, &cartons, &stock, &rules);
        prop_assert_eq!(check(&day, &cartons, &stock, &rules, &packing), []);
        let sharing = packing.sharing.expect("nothing is left out");
        prop_assert_eq!(sharing.cost.micrograms(), i128::from(best));
        prop_assert_eq!(sharing.bound, sharing.cost);
    }

    #[test]
    fn the_bound_is_below_and_the_first_plans_above(
        day in some_jobs(8, 8),
        (cartons, stock) in some_cartons(),
    ) {
        let solution = solution();
        let rules = Rules { support: 0.75, choice: least_carbon(), solution: &solution, bags: true };
        let offer = Offer::new(&cartons, &rules);
        let mut jobs = jobs(&offer, &day);
        let counts = offer.counts(&stock);
        let mut left = counts.clone();
        let mut plans = Vec::new();
        for job in &mut jobs {
            let plan = job.best(&left);
            for filled in &plan.filled {
                left[filled.slot] -= 1;
            }
            plans.push(plan);
        }
        let before: Cost = plans.iter().map(Plan::cost).sum();
        let mut jobs: Vec<&mut Job> = jobs.iter_mut().collect();
        let bound = share(&mut jobs, &mut plans, &counts);
        let after: Cost = plans.iter().map(Plan::cost).sum();
        prop_assert!(bound <= after && after <= before, "{} {} {}", bound, after, before);
        for (slot, &count) in counts.iter().enumerate() {
            let taken: u32 = plans.iter().map(|plan| plan.takes(slot)).sum();
            prop_assert!(taken <= count);
        }
        for (job, plan) in jobs.iter_mut().zip(&plans) {
            let mut pieces: Vec<usize> =
                plan.filled.iter().flat_map(|filled| filled.pieces.clone()).collect();
            pieces.sort_unstable();
            prop_assert_eq!(pieces, (0..job.shapes.len()).collect::<Vec<_>>());
            for filled in &plan.filled {
                prop_assert_eq!(job.cost(&filled.pieces, filled.slot), filled.cost);
            }
        }
    }

    #[test]
    fn all_ways_to_part_are_found(day in some_jobs(1, 4), (cartons, stock) in some_cartons()) {
        let solution = solution();
        let rules = Rules { support: 0.75, choice: least_carbon(), solution: &solution, bags: true };
        let offer = Offer::new(&cartons, &rules);
        let mut jobs = jobs(&offer, &day);
        let counts = vec![99; offer.counts(&stock).len()];
        let best = by_trying(&mut jobs, None, &mut counts.clone());
        let found = parts(&mut jobs[0], Market::of(&counts), best + 1);
        prop_assert_eq!(found.first().map(|parts| parts.priced), Some(best));
        prop_assert!(parts(&mut jobs[0], Market::of(&counts), best).is_empty());
        prop_assert_eq!(least(&mut jobs[0], Market::of(&counts)), best);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn many_pieces_cost_no_less_than_is_said(
        day in some_jobs(1, 6),
        (cartons, stock) in some_cartons(),
        prices in prop::collection::vec(0..100_000_000_i64, 9),
    ) {
        let solution = solution();
        let rules = Rules { support: 0.75, choice: least_carbon(), solution: &solution, bags: true };
        let offer = Offer::new(&cartons, &rules);
        let counts = vec![99; offer.counts(&stock).len()];
        let mut jobs = jobs(&offer, &day);
        let market = Market { counts: &counts, prices: &prices[..counts.len()] };
        let few = least(&mut jobs[0], market);
        prop_assert!(least_of_many(&mut jobs[0], market) <= few);
    }
}
