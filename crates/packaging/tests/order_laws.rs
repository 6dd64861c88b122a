//! What holds for any order, cartons and rules.

use packaging::{CartonKind, Objective, OrderPacking, OrderRules, Packer, Piece, check_order};
use proptest::prelude::*;
use quantity::{Length, Mass};

fn a_piece() -> impl Strategy<Value = Piece> {
    let flags = (prop::bool::weighted(0.2), prop::bool::weighted(0.1));
    let graded = prop::option::weighted(0.2, (0_i64..900).prop_map(Mass::from_grams));
    let known = (prop::array::uniform3(1_i64..9), 1_i64..900, flags, graded);
    known.prop_map(|(sides, grams, flags, stacking_max)| Piece {
        order: 0,
        product: 0,
        sides: sides.map(|side| Length::new(side * 100)),
        mass: Mass::from_grams(grams),
        upright: flags.0,
        fragile: flags.1,
        own_package: false,
        stacking_max,
        rule: None,
    })
}

/// Pieces in runs of equal ones, as order lines have them.
fn an_order(lines: usize) -> impl Strategy<Value = Vec<Piece>> {
    prop::collection::vec((a_piece(), 1_usize..4), 0..=lines).prop_map(|lines| {
        let mut pieces = Vec::new();
        for (product, (piece, quantity)) in lines.into_iter().enumerate() {
            pieces.extend(std::iter::repeat_n(Piece { product, ..piece }, quantity));
        }
        pieces
    })
}

fn some_cartons() -> impl Strategy<Value = Vec<CartonKind>> {
    let kind = (prop::array::uniform3(3_i64..16), 500_i64..5_000, 20_i64..400);
    prop::collection::vec(kind, 1..6).prop_map(|kinds| {
        let cartons = kinds.iter().enumerate().map(|(i, kind)| CartonKind {
            id: format!("C{i}"),
            inner: kind.0.map(|side| Length::new(side * 100)),
            max_load: Mass::from_grams(kind.1),
            tare: Mass::from_grams(kind.2),
            material: "board".into(),
        });
        cartons.collect()
    })
}

fn some_rules() -> impl Strategy<Value = OrderRules> {
    (
        prop::sample::select(vec![Objective::Surface, Objective::Tare]),
        prop::sample::select(vec![0.0, 0.5, 0.75, 1.0]),
        prop::sample::select(vec![None, Some(1), Some(2), Some(3)]),
        0_i64..400,
        0_u64..400,
    )
        .prop_map(|(objective, support, parcels_max, penalty, effort)| {
            let unit = if objective == Objective::Surface { 10_000 } else { 1_000 };
            OrderRules { objective, support, parcels_max, parcel_penalty: penalty * unit, effort }
        })
}

fn pack(pieces: &[Piece], cartons: &[CartonKind], rules: OrderRules) -> OrderPacking {
    Packer::new(cartons, rules).pack(pieces)
}

/// Material with the penalties, and the number of parcels.
fn price(packing: &OrderPacking, cartons: &[CartonKind], rules: &OrderRules) -> (i64, usize) {
    let material = packing.parcels.iter().map(|parcel| match rules.objective {
        Objective::Surface => {
            let [a, b, c] = cartons[parcel.kind].inner.map(Length::tenths_mm);
            2 * (a * b + a * c + b * c) + rules.parcel_penalty
        }
        Objective::Tare => cartons[parcel.kind].tare.milligrams() + rules.parcel_penalty,
    });
    (material.sum(), packing.parcels.len())
}

/// What does not depend on names: kinds with their counts of pieces, how many are left out, and
/// what is claimed of it.
fn gist(packing: &OrderPacking) -> (Vec<(usize, usize)>, usize, bool, u64) {
    let mut used: Vec<_> =
        packing.parcels.iter().map(|parcel| (parcel.kind, parcel.placed.len())).collect();
    used.sort_unstable();
    (used, packing.unpacked.len(), packing.proven_optimal, packing.nodes)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn the_judge_finds_nothing(
        pieces in an_order(6),
        cartons in some_cartons(),
        rules in some_rules(),
    ) {
        let packing = pack(&pieces, &cartons, rules);
        prop_assert_eq!(check_order(&pieces, &cartons, &rules, &packing), []);
    }

    #[test]
    fn the_order_of_pieces_and_of_all_sides_does_not_matter(
        (pieces, shuffled) in
            an_order(5).prop_flat_map(|pieces| (Just(pieces.clone()), Just(pieces).prop_shuffle())),
        cartons in some_cartons(),
        rules in some_rules(),
    ) {
        let turned: Vec<Piece> = (shuffled.iter())
            .map(|piece| {
                let [a, b, c] = piece.sides;
                let sides = if piece.upright { [b, a, c] } else { [c, a, b] };
                Piece { sides, ..piece.clone() }
            })
            .collect();
        let exchanged = |order: [usize; 3]| -> Vec<CartonKind> {
            let inner = |carton: &CartonKind| order.map(|axis| carton.inner[axis]);
            cartons
                .iter()
                .map(|carton| CartonKind { inner: inner(carton), ..carton.clone() })
                .collect()
        };
        let first = gist(&pack(&pieces, &cartons, rules));
        prop_assert_eq!(&first, &gist(&pack(&turned, &exchanged([1, 0, 2]), rules)));
        // Where nothing minds which way is up, any side may be the height, if the search comes to
        // its end.
        let minds =
            |piece: &Piece| piece.upright || piece.fragile || piece.stacking_max.is_some();
        if pieces.len() <= 4 && !pieces.iter().any(minds) {
            let rules = OrderRules { support: 0.0, effort: 1_000_000, ..rules };
            let (used, left, ..) = gist(&pack(&pieces, &cartons, rules));
            for order in [[2, 0, 1], [1, 2, 0]] {
                let (stood, stood_left, ..) = gist(&pack(&turned, &exchanged(order), rules));
                prop_assert_eq!((&used, left), (&stood, stood_left));
            }
        }
    }

    #[test]
    fn what_was_packed_before_does_not_matter(
        orders in prop::collection::vec(an_order(3), 1..6),
        cartons in some_cartons(),
        rules in some_rules(),
    ) {
        let mut packer = Packer::new(&cartons, rules);
        for _ in 0..2 {
            for pieces in &orders {
                prop_assert_eq!(packer.pack(pieces), pack(pieces, &cartons, rules));
            }
        }
    }

    #[test]
    fn more_effort_or_fewer_demands_never_beat_a_proof(
        pieces in an_order(3),
        cartons in some_cartons(),
        rules in some_rules(),
    ) {
        let packing = pack(&pieces, &cartons, rules);
        let packed = packing.unpacked.len();
        prop_assume!(packing.proven_optimal);
        for other in [
            OrderRules { effort: 20_000, ..rules },
            OrderRules { effort: 20_000, support: 1.0, ..rules },
            OrderRules { effort: 20_000, parcels_max: Some(1), ..rules },
        ] {
            let is_harder = other.support >= rules.support
                && rules.parcels_max.is_none_or(|most| most >= 1);
            let again = pack(&pieces, &cartons, other);
            if is_harder && again.unpacked.len() <= packed {
                let (least, found) = (price(&packing, &cartons, &rules), price(&again, &cartons, &rules));
                prop_assert!(least <= found, "{:?} is below {:?}", found, least);
            }
        }
    }

    #[test]
    fn no_sharing_in_two_beats_a_proof(
        pieces in an_order(3),
        cartons in some_cartons(),
        rules in some_rules(),
    ) {
        let rules = OrderRules { parcels_max: None, ..rules };
        let packing = pack(&pieces, &cartons, rules);
        prop_assume!(packing.proven_optimal && packing.unpacked.is_empty() && pieces.len() <= 7);
        let least = price(&packing, &cartons, &rules);
        let alone = OrderRules { parcels_max: Some(1), effort: 20_000, ..rules };
        let mut packer = Packer::new(&cartons, alone);
        for mask in 1..1_u32 << pieces.len() {
            let (mut material, mut parcels) = (0, 0);
            let mut is_packed = true;
            for taken in [true, false] {
                let part = pieces.iter().enumerate().filter(|(i, _)| (mask >> i & 1 == 1) == taken);
                let part: Vec<Piece> = part.map(|(_, piece)| piece.clone()).collect();
                let packed = packer.pack(&part);
                is_packed &= packed.unpacked.is_empty();
                let (more, count) = price(&packed, &cartons, &rules);
                (material, parcels) = (material + more, parcels + count);
            }
            prop_assert!(!is_packed || least <= (material, parcels), "{:?}: {mask:b}", least);
        }
    }

    #[test]
    fn a_penalty_never_means_more_parcels(
        pieces in an_order(2),
        cartons in some_cartons(),
        rules in some_rules(),
    ) {
        let free = pack(&pieces, &cartons, OrderRules { parcel_penalty: 0, ..rules });
        let dear = pack(&pieces, &cartons, OrderRules { parcel_penalty: 1 << 40, ..rules });
        if free.proven_optimal && dear.proven_optimal {
            prop_assert!(dear.parcels.len() <= free.parcels.len());
        }
    }
}
