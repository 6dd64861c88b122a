//! What holds for any jobs, cartons and stock.

use packaging::solution::{BagKind, Dose, IndustryRule, Material, PerKilogram, SolutionRules};
use packaging::{
    CartonKind, Choice, DayPacking, Piece, Rules, Stock, Wrapping, check, pack_carton, pack_day,
};
use proptest::prelude::*;
use quantity::{Length, Mass};
use std::sync::LazyLock;

fn a_piece() -> impl Strategy<Value = Piece> {
    let flags = (prop::bool::weighted(0.2), prop::bool::weighted(0.2), prop::bool::weighted(0.05));
    let graded = prop::option::weighted(0.2, (0_i64..900).prop_map(Mass::from_grams));
    let known =
        (prop::array::uniform3(1_i64..9), 1_i64..900, flags, graded, prop::option::of(0_usize..4));
    known.prop_map(|(sides, grams, flags, stacking_max, rule)| Piece {
        order: 0,
        product: 0,
        sides: sides.map(|side| Length::new(side * 100)),
        mass: Mass::from_grams(grams),
        upright: flags.0,
        fragile: flags.1,
        own_package: flags.2,
        stacking_max,
        rule,
    })
}

/// Pieces in runs of equal ones, as order lines have them.
fn a_job(lines: usize) -> impl Strategy<Value = Vec<Piece>> {
    prop::collection::vec((a_piece(), 1_usize..4), 0..=lines).prop_map(|lines| {
        let mut pieces = Vec::new();
        for (product, (piece, quantity)) in lines.into_iter().enumerate() {
            pieces.extend(std::iter::repeat_n(Piece { product, ..piece }, quantity));
        }
        pieces
    })
}

fn some_cartons() -> impl Strategy<Value = (Vec<CartonKind>, Stock)> {
    let kind = (prop::array::uniform3(3_i64..16), 500_i64..5_000, 20_i64..400, 0_u32..5, 0_u32..3);
    prop::collection::vec(kind, 1..6).prop_map(|kinds| {
        let stock = Stock {
            new: kinds.iter().map(|kind| kind.3).collect(),
            reused: kinds.iter().map(|kind| kind.4).collect(),
        };
        let cartons = kinds.iter().enumerate().map(|(i, kind)| CartonKind {
            id: format!("C{i}"),
            inner: kind.0.map(|side| Length::new(side * 100)),
            max_load: Mass::from_grams(kind.1),
            tare: Mass::from_grams(kind.2),
            material: "board".into(),
        });
        (cartons.collect(), stock)
    })
}

/// Filler for the first, a bag for the second, all of it for the third.
static SOLUTION: LazyLock<SolutionRules> = LazyLock::new(|| {
    let dose = |grams| Some(Dose { material: Material::Paper, per_unit: Mass::from_grams(grams) });
    let bag = |id: &str, length: i64, width: i64| BagKind {
        id: id.into(),
        material: Material::Paper,
        sides: [length, width].map(|side| Length::new(side * 100)),
        max_load: Mass::from_grams(800),
        tare: Mass::from_grams(20),
    };
    let rule = IndustryRule { recycled_content: 0.5, ..IndustryRule::default() };
    SolutionRules {
        industries: vec![
            IndustryRule { filler: dose(40), tape: dose(2), ..rule.clone() },
            IndustryRule { bags: vec![0, 1], ..rule.clone() },
            IndustryRule { filler: dose(10), insulation: dose(90), bags: vec![1], ..rule.clone() },
            IndustryRule { filler: dose(10), tape: dose(1), bags: vec![1], ..rule },
        ],
        bags: vec![bag("S", 9, 7), bag("L", 12, 10)],
        apart: Vec::new(),
    }
});

fn some_rules() -> impl Strategy<Value = Rules<'static>> {
    let carbon = (0.0..1.0, 0.0..0.1, 0.0..0.05).prop_map(|(board, reuse, per_litre)| {
        let mut per_kg = PerKilogram::of_board(board);
        per_kg.set(Material::Paper, 1.0);
        Choice::LeastCarbon { per_kg, reuse, per_litre }
    });
    let choice = prop_oneof![Just(Choice::SmallestNewByVolume), carbon];
    (prop::sample::select(vec![0.0, 0.5, 0.75, 1.0]), choice).prop_map(|(support, choice)| Rules {
        support,
        choice,
        solution: &SOLUTION,
        bags: true,
    })
}

/// Kind, reused and count of pieces of each carton, in no order; and how many pieces are left out.
fn cartons_used(packing: &DayPacking, job: usize) -> (Vec<(usize, bool, usize)>, usize) {
    let packing = &packing.packings[job];
    let mut used: Vec<_> = (packing.parcels.iter())
        .filter_map(|parcel| match parcel.wrapping {
            Wrapping::Own => None,
            Wrapping::Carton { kind, reused } => Some((kind, reused, parcel.placed.len())),
            Wrapping::Bag { kind } => Some((100 + kind, false, parcel.placed.len())),
        })
        .collect();
    used.sort_unstable();
    (used, packing.unpacked.len())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_judge_finds_nothing(
        jobs in prop::collection::vec(a_job(4), 0..8),
        (cartons, stock) in some_cartons(),
        rules in some_rules(),
    ) {
        let packing = pack_day(&jobs, &cartons, &stock, &rules);
        prop_assert_eq!(check(&jobs, &cartons, &stock, &rules, &packing), []);
    }

    #[test]
    fn the_order_of_pieces_and_of_sides_does_not_matter(
        (jobs, shuffled) in prop::collection::vec(a_job(3), 1..5).prop_flat_map(|jobs| {
            let shuffled: Vec<_> = jobs.iter().map(|job| Just(job.clone()).prop_shuffle()).collect();
            (Just(jobs), shuffled)
        }),
        (cartons, stock) in some_cartons(),
        rules in some_rules(),
    ) {
        let turned = |piece: &Piece| {
            let [a, b, c] = piece.sides;
            let sides = if piece.upright { [b, a, c] } else { [c, a, b] };
            Piece { sides, ..piece.clone() }
        };
        let other: Vec<Vec<Piece>> =
            shuffled.iter().map(|job| job.iter().map(turned).collect()).collect();
        let exchanged: Vec<CartonKind> = (cartons.iter())
            .map(|carton| {
                let [length, width, height] = carton.inner;
                CartonKind { inner: [width, length, height], ..carton.clone() }
            })
            .collect();
        let packing = pack_day(&jobs, &cartons, &stock, &rules);
        let again = pack_day(&other, &exchanged, &stock, &rules);
        prop_assert_eq!(&packing.stock_left, &again.stock_left);
        for job in 0..jobs.len() {
            prop_assert_eq!(cartons_used(&packing, job), cartons_used(&again, job));
        }
    }

    #[test]
    fn a_larger_carton_never_costs_a_job_its_packing(
        job in a_job(2),
        inner in prop::array::uniform3(3_i64..12),
        more in prop::array::uniform3(0_i64..4),
    ) {
        let carton = |sides: [i64; 3]| CartonKind {
            id: "C".into(),
            inner: sides.map(|side| Length::new(side * 100)),
            max_load: Mass::from_grams(1_000_000),
            tare: Mass::ZERO,
            material: "board".into(),
        };
        // With loads to bear a larger carton may lead the search astray.
        let graded = job.iter().any(|piece| piece.stacking_max.is_some());
        if job.len() <= if graded { 2 } else { 4 } && pack_carton(&job, &carton(inner), 0.75).is_some() {
            let larger = carton(std::array::from_fn(|axis| inner[axis] + more[axis]));
            prop_assert!(pack_carton(&job, &larger, 0.75).is_some());
        }
    }

    #[test]
    fn more_stock_never_leaves_more_out(
        jobs in prop::collection::vec(a_job(2), 1..4),
        (cartons, stock) in some_cartons(),
        rules in some_rules(),
    ) {
        let plenty = Stock { new: vec![1_000; cartons.len()], reused: stock.reused.clone() };
        let left_out = |stock: &Stock| -> usize {
            let packing = pack_day(&jobs, &cartons, stock, &rules);
            packing.packings.iter().map(|job| job.unpacked.len()).sum()
        };
        prop_assert!(left_out(&plenty) <= left_out(&stock));
    }
}
