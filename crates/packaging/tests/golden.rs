//! Cases that users of other packers brought up, with the answer an exhaustive search gives.

use packaging::{CartonKind, Objective, OrderRules, Packer, Piece, check_order, pack_carton};
use quantity::{Length, Mass};

fn piece(sides: [i64; 3]) -> Piece {
    Piece {
        order: 0,
        product: 0,
        sides: sides.map(Length::new),
        mass: Mass::from_grams(1),
        upright: false,
        fragile: false,
        own_package: false,
        stacking_max: None,
        rule: None,
    }
}

fn carton(inner: [i64; 3]) -> CartonKind {
    CartonKind {
        id: "C".into(),
        inner: inner.map(Length::new),
        max_load: Mass::from_grams(1_000),
        tare: Mass::ZERO,
        material: String::new(),
    }
}

#[test]
fn tight_cartons_that_hold_everything() {
    let five = [[105, 70, 14], [152, 101, 5], [80, 70, 50], [97, 71, 28], [95, 70, 28]];
    let four = [[260, 198, 65], [260, 198, 65], [175, 122, 45], [175, 122, 45]];
    let three = [[9500, 7125, 6250]; 3];
    for (pieces, inner, why) in [
        (&five[..], [160, 130, 70], "BoxPacker 264: takes 250 x 175 x 100"),
        (&four[..], [425, 250, 150], "BoxPacker 633: takes 415 x 260 x 285"),
        (&[[98, 95, 59]; 2][..], [140, 100, 100], "skjolber 289: takes two cartons"),
        (&three[..], [21375, 9750, 6750], "skjolber 1158"),
        (&three[..], [9750, 21375, 6750], "skjolber 1158: length and width exchanged"),
        (&three[..], [6750, 9750, 21375], "skjolber 1158: on its end"),
    ] {
        let pieces: Vec<Piece> = pieces.iter().copied().map(piece).collect();
        for support in [0.0, 0.75, 1.0] {
            let placed = pack_carton(&pieces, &carton(inner), support);
            assert_eq!(placed.map(|placed| placed.len()), Some(pieces.len()), "{why}, {support}");
        }
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    for (pieces, inner, why) in [
        (vec![[98, 95, 59]; 2], [117, 100, 100], "two of 59 side by side need 118"),
        (vec![[9500, 7125, 6250]; 3], [21374, 9750, 6750], "a tenth of a millimetre too short"),
        (vec![[10, 10, 11]], [11, 10, 9], "one side too long, however turned"),
    ] {
        let pieces: Vec<Piece> = pieces.into_iter().map(piece).collect();
        assert_eq!(pack_carton(&pieces, &carton(inner), 0.0), None, "{why}");
    }
}

#[test]
fn the_small_carton_is_chosen_and_proven() {
    let five = [[105, 70, 14], [152, 101, 5], [80, 70, 50], [97, 71, 28], [95, 70, 28]];
    let four = [[260, 198, 65], [260, 198, 65], [175, 122, 45], [175, 122, 45]];
    for (pieces, inner, why) in [
        (&five[..], [[250, 175, 100], [160, 130, 70]], "BoxPacker 264"),
        (&four[..], [[415, 260, 285], [425, 250, 150]], "BoxPacker 633"),
        (&[[98, 95, 59]; 2][..], [[200, 140, 100], [140, 100, 100]], "skjolber 289"),
    ] {
        let pieces: Vec<Piece> = pieces.iter().copied().map(piece).collect();
        let cartons = inner.map(carton);
        for support in [0.0, 0.75, 1.0] {
            let rules = OrderRules {
                objective: Objective::Surface,
                support,
                parcels_max: None,
                parcel_penalty: 0,
                effort: 3_000,
            };
            let packing = Packer::new(&cartons, rules).pack(&pieces);
            assert_eq!(check_order(&pieces, &cartons, &rules, &packing), [], "{why}, {support}");
            let kinds: Vec<usize> = packing.parcels.iter().map(|parcel| parcel.kind).collect();
            assert_eq!((kinds, packing.proven_optimal), (vec![1], true), "{why}, {support}");
        }
    }
}
