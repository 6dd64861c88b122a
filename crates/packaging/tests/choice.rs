//! Which cartons are chosen, and who has them when they run short.

use packaging::solution::PerKilogram;
use packaging::{
    CartonKind, Choice, DayPacking, Piece, Rules, Stock, Unpackable, Wrapping, check, pack_day,
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

const ORDINARY: Choice = Choice::SmallestNewByVolume;

fn carbon(reuse: f64, per_litre: f64) -> Choice {
    Choice::LeastCarbon { per_kg: PerKilogram::of_board(1.0), reuse, per_litre }
}

/// The cartons of each job as `ID` or `ID reused`, in alphabetic order.
fn used(packing: &DayPacking, cartons: &[CartonKind]) -> Vec<Vec<String>> {
    let name = |wrapping: &Wrapping| match wrapping {
        Wrapping::Own => "own".into(),
        Wrapping::Carton { kind, reused: false } => cartons[*kind].id.clone(),
        Wrapping::Bag { kind } => format!("bag {kind}"),
        Wrapping::Carton { kind, reused: true } => format!("{} reused", cartons[*kind].id),
    };
    (packing.packings.iter())
        .map(|packing| {
            let mut names: Vec<String> =
                packing.parcels.iter().map(|parcel| name(&parcel.wrapping)).collect();
            names.sort();
            names
        })
        .collect()
}

/// Packs and judges.
fn pack(jobs: &[Vec<Piece>], cartons: &[CartonKind], stock: &Stock, choice: Choice) -> DayPacking {
    let rules = Rules::plain(0.75, choice);
    let packing = pack_day(jobs, cartons, stock, &rules);
    assert_eq!(check(jobs, cartons, stock, &rules, &packing), []);
    packing
}

#[test]
fn the_ordinary_way_takes_the_smallest_new_one() {
    let cartons = [
        carton("B", [10, 10, 10], 500, 50),
        carton("A", [10, 10, 10], 500, 90),
        carton("L", [20, 20, 20], 9_000, 200),
    ];
    let plenty = Stock { new: vec![9; 3], reused: vec![9; 3] };
    for (job, expect, why) in [
        (vec![piece([10, 10, 10], 500)], vec!["A"], "exactly full and heavy; of one volume by id"),
        (vec![piece([10, 10, 10], 501)], vec!["L"], "a gram too heavy for the small ones"),
        (vec![piece([11, 2, 2], 1)], vec!["L"], "one side too long"),
        (vec![piece([10, 10, 6], 1); 2], vec!["L"], "one that holds all is not split"),
        (vec![piece([20, 20, 11], 1); 2], vec!["L", "L"], "no single one holds all"),
        (vec![], vec![], "nothing to pack"),
    ] {
        let packing = pack(&[job], &cartons, &plenty, ORDINARY);
        assert_eq!(used(&packing, &cartons), [expect], "{why}");
    }
}

#[test]
fn least_carbon_weighs_board_handling_and_room() {
    let cartons = [carton("S", [10, 10, 10], 5_000, 100), carton("L", [20, 20, 20], 5_000, 500)];
    let plenty = Stock { new: vec![9; 2], reused: vec![0, 9] };
    let two = vec![piece([10, 10, 9], 1); 2];
    for (job, choice, expect, why) in [
        (vec![piece([9, 9, 9], 1)], carbon(0.05, 0.0), vec!["L reused"], "handling below board"),
        (vec![piece([9, 9, 9], 1)], carbon(0.05, 0.01), vec!["S"], "7 litres more cost more"),
        (two.clone(), carbon(0.6, 0.0), vec!["S", "S"], "two small below a large one"),
        (two.clone(), carbon(0.15, 0.0), vec!["L reused"], "one reused below two new"),
        (two, ORDINARY, vec!["L"], "the ordinary way does not look for a split"),
    ] {
        let packing = pack(&[job], &cartons, &plenty, choice);
        assert_eq!(used(&packing, &cartons), [expect], "{why}");
    }
}

#[test]
fn a_short_kind_goes_where_it_saves_the_most() {
    let cartons = [
        carton("S", [10, 10, 10], 5_000, 100),
        carton("M", [20, 10, 10], 5_000, 300),
        carton("L", [20, 20, 20], 5_000, 900),
    ];
    let stock = |reused_m| Stock { new: vec![9, 0, 9], reused: vec![0, reused_m, 0] };
    // Without M the first goes into S at 0.1, the others into L at 0.9.
    let jobs = [vec![piece([10, 9, 9], 1)], vec![piece([20, 9, 9], 1)], vec![piece([20, 9, 9], 1)]];
    for (reused_m, expect, why) in [
        (3, ["M reused", "M reused", "M reused"], "enough for all"),
        (2, ["S", "M reused", "M reused"], "those that would pay 0.9 have them"),
        (1, ["S", "M reused", "L"], "of equal regret the earlier"),
        (0, ["S", "L", "L"], "none"),
    ] {
        let packing = pack(&jobs, &cartons, &stock(reused_m), carbon(0.05, 0.0));
        assert_eq!(used(&packing, &cartons), expect.map(|id| vec![id]), "{why}");
        assert_eq!(packing.stock_left.reused, [0, 0, 0], "{why}");
    }
}

#[test]
fn pieces_that_are_left_out_say_why() {
    let cartons = [carton("A", [10, 10, 10], 500, 50), carton("B", [20, 5, 5], 900, 50)];
    let stock = |new| Stock { new: vec![new, 0], reused: vec![0, 0] };
    for (sides, grams, new, expect, why) in [
        ([11, 11, 1], 1, 1, Some(Unpackable::TooLarge), "no carton is 11 wide"),
        ([10, 10, 10], 501, 1, Some(Unpackable::TooHeavy), "the strong one is too narrow"),
        ([10, 10, 10], 500, 0, Some(Unpackable::OutOfStock), "A would have held it"),
        ([20, 5, 5], 900, 1, Some(Unpackable::OutOfStock), "B would have held it"),
        ([10, 10, 10], 500, 1, None, "packed"),
    ] {
        let packing = pack(&[vec![piece(sides, grams)]], &cartons, &stock(new), ORDINARY);
        let reasons: Vec<Unpackable> =
            packing.packings[0].unpacked.iter().map(|(_, reason)| reason.clone()).collect();
        assert_eq!(reasons, Vec::from_iter(expect), "{why}");
    }
}

#[test]
fn a_piece_in_its_own_package_is_a_parcel_of_its_own() {
    let cartons = [carton("A", [40, 40, 40], 5_000, 50)];
    let own = Piece { own_package: true, ..piece([30, 20, 10], 700) };
    let jobs = [vec![piece([5, 5, 5], 100), own]];
    let packing = pack(&jobs, &cartons, &Stock { new: vec![1], reused: vec![0] }, ORDINARY);
    let parcels = &packing.packings[0].parcels;
    assert_eq!(used(&packing, &cartons), [["A", "own"]]);
    assert_eq!(parcels[0].gross, Mass::from_grams(700), "no carton's mass");
    assert!((parcels[0].volume.litres() - 6.0).abs() < 1e-9, "its own volume");
    assert_eq!(parcels[1].gross, Mass::from_grams(150), "piece and carton");
    assert!((parcels[1].volume.litres() - 64.0).abs() < 1e-9, "the carton's volume");
}

#[test]
fn many_pieces_fill_several_cartons() {
    let cartons = [carton("S", [10, 10, 10], 5_000, 100), carton("L", [20, 20, 20], 20_000, 400)];
    let stock = Stock { new: vec![99, 2], reused: vec![0, 0] };
    for (count, expect, why) in [
        (64, vec!["L"], "a full large one"),
        (72, vec!["L", "S"], "the last eight go into a small one"),
        (144, vec!["L", "L", "S", "S"], "two large ones are all there are"),
    ] {
        let job = vec![piece([5, 5, 5], 10); count];
        let packing = pack(&[job], &cartons, &stock, carbon(1.0, 0.0));
        assert_eq!(used(&packing, &cartons), [expect], "{why}");
    }
}

#[test]
fn odd_input_is_answered() {
    let cartons = [carton("A", [10, 10, 10], 500, 50), carton("Z", [0, 0, 0], 500, 50)];
    let full = Stock { new: vec![5, 5], reused: vec![0, 0] };
    let short = Stock { new: vec![], reused: vec![] };
    let endless = Piece { sides: [Length::new(i64::MAX); 3], ..piece([1, 1, 1], 1) };
    for (job, cartons, stock, support, left_out, why) in [
        (vec![piece([1, 1, 1], 1)], &cartons[..0], &full, 0.75, 1, "no kinds at all"),
        (vec![piece([1, 1, 1], 1)], &cartons[..], &short, 0.75, 1, "a stock that lists nothing"),
        (vec![endless], &cartons[..], &full, 0.75, 1, "sides beyond all cartons"),
        (vec![piece([0, 0, 0], 0)], &cartons[..], &full, 0.75, 0, "a point fits anywhere"),
        (vec![piece([9, 9, 5], 1); 3], &cartons[..], &full, f64::NAN, 0, "nothing is stacked"),
    ] {
        let rules = Rules::plain(support, carbon(0.1, 0.1));
        let packing = pack_day(&[job], cartons, stock, &rules);
        assert_eq!(packing.packings[0].unpacked.len(), left_out, "{why}");
    }
}

/// Found by `the_judge_finds_nothing`: a job gave a carton back when it took a cheaper one, and
/// nobody looked whether it holds what was left out.
#[test]
fn a_carton_that_is_given_back_takes_what_was_left_out() {
    let fragile = |sides| Piece { fragile: true, ..piece(sides, 1) };
    let first = vec![fragile([2, 4, 4]); 3];
    let mut second = vec![piece([4, 8, 4], 1)];
    second.extend(vec![piece([3, 6, 6], 525); 3]);
    second.extend(vec![fragile([7, 7, 4]); 3]);
    let third = vec![piece([4, 4, 4], 439); 3];
    let cartons = [
        carton("C0", [12, 10, 9], 526, 20),
        carton("C1", [7, 10, 12], 1_576, 20),
        carton("C2", [3, 7, 10], 525, 20),
    ];
    let stock = Stock { new: vec![1, 3, 3], reused: vec![0; 3] };
    let rules = Rules::plain(0.0, ORDINARY);
    let jobs = [first, second, third];
    let packing = pack_day(&jobs, &cartons, &stock, &rules);
    assert_eq!(check(&jobs, &cartons, &stock, &rules, &packing), []);
}
