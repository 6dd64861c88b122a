//! The judge finds each fault that is put into a sound packing of an order, and only that.

use packaging::{
    CartonKind, Fault, Left, Objective, OrderPacking, OrderParcel, OrderRules, Piece, Placed,
    check_order,
};
use quantity::{Length, Mass};

fn cm(sides: [i64; 3]) -> [Length; 3] {
    sides.map(|side| Length::new(side * 100))
}

fn piece(sides: [i64; 3], grams: i64) -> Piece {
    Piece {
        order: 0,
        product: 0,
        sides: cm(sides),
        mass: Mass::from_grams(grams),
        upright: false,
        fragile: false,
        own_package: false,
        stacking_max: None,
        rule: None,
    }
}

fn placed(piece: usize, at: [i64; 3], sides: [i64; 3]) -> Placed {
    Placed { piece, at: cm(at), sides: cm(sides) }
}

type Order = (Vec<Piece>, Vec<CartonKind>, OrderRules, OrderPacking);

/// Two slabs on each other in a carton of 4 x 4 x 10 cm, and a piece that is too long.
fn sound_order() -> Order {
    let parcel = OrderParcel {
        kind: 0,
        placed: vec![placed(0, [0, 0, 0], [4, 4, 5]), placed(1, [0, 0, 5], [4, 3, 5])],
        mass: Mass::from_grams(200),
    };
    let rules = OrderRules {
        objective: Objective::Surface,
        support: 0.75,
        parcels_max: Some(1),
        parcel_penalty: 0,
        effort: 0,
    };
    let packing = OrderPacking {
        parcels: vec![parcel],
        unpacked: vec![(2, Left::TooLarge)],
        proven_optimal: true,
        nodes: 0,
    };
    let pieces = vec![piece([4, 4, 5], 100), piece([5, 4, 3], 100), piece([11, 1, 1], 1)];
    let carton = CartonKind {
        id: "C".into(),
        inner: cm([4, 4, 10]),
        max_load: Mass::from_grams(300),
        tare: Mass::from_grams(50),
        material: "board".into(),
    };
    (pieces, vec![carton], rules, packing)
}

/// What is put in, the one fault to be found, and why.
type Case = (fn(&mut Order), Fault, &'static str);

fn assert_found(cases: Vec<Case>) {
    for (put_in, expect, why) in cases {
        let mut order = sound_order();
        put_in(&mut order);
        let (pieces, cartons, rules, packing) = &order;
        assert_eq!(check_order(pieces, cartons, rules, packing), [expect], "{why}");
    }
}

#[test]
fn a_sound_order_has_no_fault() {
    let (pieces, cartons, rules, packing) = &sound_order();
    assert_eq!(check_order(pieces, cartons, rules, packing), []);
}

#[test]
fn faults_in_where_an_order_lies_are_found() {
    let (job, parcel) = (0, 0);
    assert_found(vec![
        (
            |order| {
                order.3.parcels[0].placed[1].at[2] = Length::new(499);
                order.2.support = 0.0;
            },
            Fault::Overlap { job, parcel, a: 0, b: 1 },
            "a tenth of a millimetre into the lower one",
        ),
        (
            |order| order.3.parcels[0].placed[1].at[1] = Length::new(101),
            Fault::Outside { job, parcel, piece: 1 },
            "a tenth of a millimetre through the wall",
        ),
        (
            |order| {
                order.3.parcels[0].placed[1].sides = cm([4, 3, 4]);
                order.0[1].sides = cm([4, 3, 4]);
                order.3.parcels[0].placed[1].at[2] = Length::new(501);
            },
            Fault::Unsupported { job, parcel, piece: 1, share: 0.0 },
            "floats by a tenth of a millimetre",
        ),
        (
            |order| order.1[0].max_load = Mass::from_grams(199),
            Fault::TooHeavy {
                job,
                parcel,
                load: Mass::from_grams(200),
                max_load: Mass::from_grams(199),
            },
            "a gram too heavy",
        ),
        (
            |order| order.0[0].fragile = true,
            Fault::OnFragile { job, parcel, piece: 1, fragile: 0 },
            "rests on glass",
        ),
    ]);
}

#[test]
fn faults_in_the_sums_of_an_order_are_found() {
    let (job, parcel) = (0, 0);
    assert_found(vec![
        (
            |order| {
                order.3.parcels[0].placed.pop();
                order.3.parcels[0].mass = Mass::from_grams(100);
            },
            Fault::Missing { job, piece: 1 },
            "a piece is missing",
        ),
        (
            |order| order.3.unpacked.push((2, Left::TooLarge)),
            Fault::Repeated { job, piece: 2, times: 2 },
            "left out twice",
        ),
        (
            |order| order.3.parcels[0].mass = Mass::from_grams(250),
            Fault::Gross {
                job,
                parcel,
                given: Mass::from_grams(250),
                found: Mass::from_grams(200),
            },
            "with the carton",
        ),
        (
            |order| order.2.parcels_max = Some(0),
            Fault::Parcels { parcels: 1, most: 0 },
            "one parcel too many",
        ),
        (
            |order| order.3.unpacked[0].1 = Left::TooHeavy,
            Fault::Left { piece: 2, given: Left::TooHeavy, found: Left::TooLarge },
            "left out for the wrong reason",
        ),
        (
            |order| order.3.parcels[0].kind = 3,
            Fault::NoSuchKind { job, parcel, kind: 3 },
            "no such carton",
        ),
    ]);
}

#[test]
fn an_order_is_left_out_only_where_parcels_are_limited() {
    let (pieces, cartons, rules, _) = sound_order();
    let unpacked = vec![(0, Left::TooMany), (1, Left::TooMany), (2, Left::TooLarge)];
    let packing = OrderPacking { unpacked, ..OrderPacking::default() };
    assert_eq!(check_order(&pieces, &cartons, &rules, &packing), []);
    let endless = OrderRules { parcels_max: None, ..rules };
    let fault = |piece| Fault::Left { piece, given: Left::TooMany, found: Left::TooMany };
    assert_eq!(check_order(&pieces, &cartons, &endless, &packing), [fault(0), fault(1)]);
}
