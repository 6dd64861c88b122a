//! What is chosen for an order, and what its answer says.

use packaging::{
    CartonKind, Left, Objective, OrderPacking, OrderRules, Packer, Piece, check_order,
};
use quantity::{Length, Mass};

/// A piece with sides in cm.
fn piece(sides: [i64; 3], grams: i64) -> Piece {
    Piece {
        order: 0,
        product: 0,
        sides: sides.map(|side| Length::new(side * 100)),
        mass: Mass::from_grams(grams),
        upright: false,
        fragile: false,
        own_package: false,
        stacking_max: None,
        rule: None,
    }
}

/// A carton with inner sides in cm.
fn carton(id: &str, inner: [i64; 3], max_g: i64, tare_g: i64) -> CartonKind {
    CartonKind {
        id: id.into(),
        inner: inner.map(|side| Length::new(side * 100)),
        max_load: Mass::from_grams(max_g),
        tare: Mass::from_grams(tare_g),
        material: "board".into(),
    }
}

const RULES: OrderRules = OrderRules {
    objective: Objective::Surface,
    support: 0.75,
    parcels_max: None,
    parcel_penalty: 0,
    effort: 3_000,
};

/// Packs and judges.
fn pack(pieces: &[Piece], cartons: &[CartonKind], rules: OrderRules) -> OrderPacking {
    let packing = Packer::new(cartons, rules).pack(pieces);
    assert_eq!(check_order(pieces, cartons, &rules, &packing), []);
    packing
}

/// The cartons in alphabetic order.
fn used<'a>(packing: &OrderPacking, cartons: &'a [CartonKind]) -> Vec<&'a str> {
    let mut ids: Vec<&str> = packing.parcels.iter().map(|p| &*cartons[p.kind].id).collect();
    ids.sort_unstable();
    ids
}

#[test]
fn least_material_then_fewest_parcels() {
    // Surfaces in cm2: A 600, B 1000, F 1042, L 2400. Tares in g: 90, 140, 100, 300.
    let cartons = [
        carton("A", [10, 10, 10], 500, 90),
        carton("B", [20, 10, 10], 900, 140),
        carton("F", [31, 10, 5], 900, 100),
        carton("L", [20, 20, 20], 9_000, 300),
    ];
    let tare = OrderRules { objective: Objective::Tare, ..RULES };
    let single = OrderRules { parcels_max: Some(1), ..RULES };
    let penalty = |cm2: i64| OrderRules { parcel_penalty: cm2 * 10_000, ..RULES };
    for (pieces, rules, expect, why) in [
        (vec![piece([10, 10, 10], 500)], RULES, vec!["A"], "exactly full and heavy"),
        (vec![piece([10, 10, 10], 501)], RULES, vec!["B"], "a gram too heavy for A"),
        (vec![piece([10, 10, 5], 1)], RULES, vec!["A"], "by surface A is the least"),
        (vec![piece([20, 10, 5], 1)], RULES, vec!["B"], "by surface B is below F"),
        (vec![piece([20, 10, 5], 1)], tare, vec!["F"], "by tare F is below B"),
        (vec![piece([10, 10, 9], 1); 2], RULES, vec!["B"], "1000 in one, 1200 in two"),
        (vec![piece([10, 10, 9], 1); 3], RULES, vec!["A", "B"], "1600 against 2400"),
        (vec![piece([10, 10, 9], 1); 3], single, vec!["L"], "in one parcel"),
        (vec![piece([10, 10, 9], 1); 3], penalty(799), vec!["A", "B"], "1600 + 799 below 2400"),
        (vec![piece([10, 10, 9], 1); 3], penalty(800), vec!["L"], "of equal price one parcel"),
        (vec![piece([20, 20, 11], 1); 2], RULES, vec!["L", "L"], "no single one holds both"),
        (vec![], RULES, vec![], "nothing to pack"),
    ] {
        let packing = pack(&pieces, &cartons, rules);
        assert_eq!(used(&packing, &cartons), expect, "{why}");
        assert!(packing.proven_optimal && packing.unpacked.is_empty(), "{why}");
    }
}

#[test]
fn a_third_piece_bears_what_two_cannot() {
    let upright = |sides, grams| Piece { upright: true, ..piece(sides, grams) };
    let cartons = [carton("A", [10, 10, 10], 500, 90), carton("L", [20, 20, 20], 9_000, 300)];
    // Neither of the first two bears the other whole, nor do they stand side by side in A.
    let two = [upright([10, 6, 5], 10), upright([8, 8, 5], 20)];
    let full = OrderRules { support: 1.0, parcels_max: Some(1), ..RULES };
    assert_eq!(used(&pack(&two, &cartons, full), &cartons), ["L"]);
    // The third makes a floor with the first. The fourth is too heavy for any other way in two.
    let four = [&two[..], &[upright([10, 4, 5], 10), upright([10, 10, 5], 490)]].concat();
    let full = OrderRules { support: 1.0, ..RULES };
    assert_eq!(used(&pack(&four, &cartons, full), &cartons), ["A", "A"]);
}

#[test]
fn pieces_that_are_left_out_say_why() {
    let cartons = [carton("A", [10, 10, 10], 500, 50), carton("B", [20, 5, 5], 900, 50)];
    let at_most = |most| OrderRules { parcels_max: Some(most), ..RULES };
    let (ok, long) = (piece([10, 10, 10], 500), piece([21, 1, 1], 1));
    let heavy = piece([10, 10, 10], 501);
    for (pieces, rules, expect, why) in [
        (vec![long.clone()], RULES, vec![(0, Left::TooLarge)], "no carton is 21 long"),
        (vec![heavy.clone()], RULES, vec![(0, Left::TooHeavy)], "the strong one is too narrow"),
        (
            vec![heavy, ok.clone(), long],
            at_most(1),
            vec![(0, Left::TooHeavy), (2, Left::TooLarge)],
            "the other is packed nevertheless",
        ),
        (vec![ok.clone(); 2], at_most(2), vec![], "two parcels are enough"),
        (
            vec![ok.clone(); 2],
            at_most(1),
            vec![(0, Left::TooMany), (1, Left::TooMany)],
            "an order is not torn apart by chance",
        ),
        (vec![ok], at_most(0), vec![(0, Left::TooMany)], "no parcels at all"),
    ] {
        let packing = pack(&pieces, &cartons, rules);
        assert_eq!(packing.unpacked, expect, "{why}");
        assert!(packing.proven_optimal, "{why}: shown for what can be packed");
    }
}

#[test]
fn a_carton_stands_on_its_length_and_width() {
    let cartons = [carton("C", [8, 20, 10], 5_000, 50)];
    let upright = |sides| Piece { upright: true, ..piece(sides, 10) };
    for (pieces, expect, why) in [
        (vec![upright([20, 8, 10])], 1, "the floor's sides may be exchanged"),
        (vec![upright([8, 10, 20])], 0, "the height is not laid down"),
        (vec![piece([8, 10, 20], 10)], 1, "a piece may be, if it is not upright"),
    ] {
        assert_eq!(pack(&pieces, &cartons, RULES).parcels.len(), expect, "{why}");
    }
}

#[test]
fn nothing_rests_on_a_fragile_piece() {
    let cartons = [carton("S", [10, 10, 10], 9_000, 50), carton("L", [20, 20, 10], 9_000, 90)];
    let glass = Piece { fragile: true, upright: true, ..piece([10, 10, 5], 10) };
    let slab = Piece { upright: true, ..piece([10, 10, 5], 10) };
    let single = OrderRules { parcels_max: Some(1), ..RULES };
    for (pieces, expect, why) in [
        (vec![slab.clone(), slab.clone()], "S", "one on the other"),
        (vec![slab, glass.clone()], "S", "the fragile one on top"),
        (vec![glass.clone(), glass], "L", "neither may bear the other"),
    ] {
        assert_eq!(used(&pack(&pieces, &cartons, single), &cartons), [expect], "{why}");
    }
}

#[test]
fn a_piece_bears_as_much_as_it_says() {
    let cartons = [carton("S", [10, 10, 15], 9_000, 50), carton("L", [30, 30, 15], 9_000, 90)];
    let slab = |grams, most: Option<i64>| Piece {
        upright: true,
        stacking_max: most.map(Mass::from_grams),
        ..piece([10, 10, 5], grams)
    };
    let single = OrderRules { parcels_max: Some(1), ..RULES };
    for (pieces, expect, proven, why) in [
        (vec![slab(30, Some(30)), slab(20, Some(10)), slab(10, Some(0))], "S", true, "in order"),
        (vec![slab(10, Some(0)), slab(20, Some(9)), slab(30, Some(30))], "L", false, "20 on 10"),
        (vec![slab(30, Some(29)), slab(20, Some(10)), slab(10, Some(0))], "L", false, "30 on 29"),
        (vec![slab(30, None), slab(20, Some(10)), slab(10, Some(0))], "S", true, "no limit"),
        (vec![slab(30, Some(9)), slab(10, Some(29))], "L", true, "of two all ways are known"),
    ] {
        let packing = pack(&pieces, &cartons, single);
        let found = (used(&packing, &cartons), packing.proven_optimal);
        assert_eq!(found, (vec![expect], proven), "{why}");
        assert_eq!(check_order(&pieces, &cartons, &single, &packing), [], "{why}");
    }
}

#[test]
fn a_third_piece_may_bear_what_one_alone_does_not() {
    // The long slab lies on the short one only with the strip beside it.
    let cartons = [carton("S", [10, 10, 10], 9_000, 50), carton("L", [30, 30, 10], 9_000, 90)];
    let upright = |sides| Piece { upright: true, ..piece(sides, 10) };
    let pieces = vec![upright([9, 7, 5]), upright([8, 8, 5]), upright([1, 8, 5])];
    let single = OrderRules { parcels_max: Some(1), support: 1.0, ..RULES };
    for rules in [single, OrderRules { parcels_max: None, parcel_penalty: 1 << 40, ..single }] {
        let packing = pack(&pieces, &cartons, rules);
        assert_eq!(used(&packing, &cartons), ["S"]);
    }
}

#[test]
fn over_a_fragile_piece_another_might_float() {
    let cartons = [carton("S", [10, 10, 11], 9_000, 50), carton("L", [20, 20, 10], 9_000, 90)];
    let glass = Piece { fragile: true, upright: true, ..piece([8, 8, 5], 10) };
    for (support, proven, why) in [
        (0.75, true, "it must rest on something, and on the other it must not"),
        (0.0, false, "a centimetre above the other it rests on nothing: not refuted"),
    ] {
        let rules = OrderRules { parcels_max: Some(1), support, ..RULES };
        let packing = pack(&[glass.clone(), glass.clone()], &cartons, rules);
        assert_eq!(
            (used(&packing, &cartons), packing.proven_optimal),
            (vec!["L"], proven),
            "{why}"
        );
    }
}

#[test]
fn what_the_budget_leaves_open_is_not_called_optimal() {
    // Without nodes the pinwheel of four is neither found in S by rule nor refuted for it.
    let cartons = [carton("S", [13, 13, 5], 9_000, 50), carton("L", [30, 30, 5], 9_000, 90)];
    let blades = [[8, 5], [8, 5], [8, 5], [8, 5], [3, 3]].map(|[a, b]| piece([a, b, 5], 1));
    let mut proven = Vec::new();
    for effort in [0, 10_000] {
        let rules = OrderRules { parcels_max: Some(1), effort, ..RULES };
        let packing = pack(&blades, &cartons, rules);
        assert!(packing.nodes <= effort);
        proven.push((used(&packing, &cartons) == ["S"], packing.proven_optimal));
    }
    assert!(proven.iter().all(|&(smallest, proven)| smallest || !proven), "{proven:?}");
    assert_eq!(proven[1], (true, true), "with nodes it is found");
}

#[test]
fn a_thousand_pieces_end() {
    let cartons = [
        carton("S", [20, 20, 10], 9_000, 50),
        carton("M", [40, 30, 20], 20_000, 300),
        carton("L", [80, 60, 40], 30_000, 1_500),
    ];
    let mut pieces = Vec::new();
    for product in 0..40 {
        let sides = [6 + product % 7, 8 + product % 5, 4 + product % 3];
        pieces.extend(vec![Piece { product: product as usize, ..piece(sides, 15) }; 25]);
    }
    for support in [0.0, 0.75] {
        let packing = pack(&pieces, &cartons, OrderRules { support, ..RULES });
        assert!(packing.unpacked.is_empty());
        let volume = |sides: [Length; 3]| sides.map(Length::centimetres).iter().product::<f64>();
        let room: f64 =
            packing.parcels.iter().map(|parcel| volume(cartons[parcel.kind].inner)).sum();
        let inside: f64 = pieces.iter().map(|piece| volume(piece.sides)).sum();
        assert!(inside > 0.6 * room, "filled to {}", inside / room);
    }
}

#[test]
fn odd_input_is_answered() {
    let cartons = [carton("A", [10, 10, 10], 500, 50), carton("Z", [0, 0, 0], 500, 50)];
    let endless = Piece { sides: [Length::new(i64::MAX); 3], ..piece([1, 1, 1], 1) };
    let nan = OrderRules { support: f64::NAN, ..RULES };
    for (pieces, cartons, rules, left_out, why) in [
        (vec![piece([1, 1, 1], 1); 2], &cartons[..0], RULES, 2, "no kinds at all"),
        (vec![endless; 2], &cartons[..], RULES, 2, "sides beyond all cartons"),
        (vec![piece([0, 0, 0], 0); 3], &cartons[..], RULES, 0, "points fit anywhere"),
        (vec![piece([9, 9, 5], 1); 3], &cartons[..], nan, 0, "nothing is stacked"),
    ] {
        let packing = Packer::new(cartons, rules).pack(&pieces);
        assert_eq!(packing.unpacked.len(), left_out, "{why}");
    }
}
