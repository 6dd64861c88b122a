//! The judge finds each fault that is put into a sound packing, and only that.

use packaging::{
    CartonKind, Choice, DayPacking, Fault, Packing, Parcel, Piece, Placed, Rules, Stock,
    Unpackable, Wrapping, check,
};
use quantity::{Length, Mass, Volume};

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

struct Day {
    jobs: Vec<Vec<Piece>>,
    cartons: Vec<CartonKind>,
    stock: Stock,
    rules: Rules<'static>,
    packing: DayPacking,
}

/// A carton of 10 x 4 x 4 cm with a slab on the floor, a block on the slab and one beside it; a
/// piece in its own package; a job with a piece that is too long.
fn sound() -> Day {
    let slab = Piece { upright: true, ..piece([4, 6, 1], 100) };
    let own = Piece { own_package: true, ..piece([30, 20, 20], 900) };
    let own_parcel = Parcel {
        wrapping: Wrapping::Own,
        placed: vec![placed(3, [0, 0, 0], [30, 20, 20])],
        gross: Mass::from_grams(900),
        volume: Volume::from_litres(12.0),
    };
    let boxed = Parcel {
        wrapping: Wrapping::Carton { kind: 0, reused: false },
        placed: vec![
            placed(0, [0, 0, 0], [6, 4, 1]),
            placed(2, [6, 0, 0], [4, 4, 4]),
            placed(1, [0, 0, 1], [4, 4, 3]),
        ],
        gross: Mass::from_grams(350),
        volume: Volume::from_litres(0.16),
    };
    let too_long = (0, Unpackable::TooLarge);
    Day {
        jobs: vec![
            vec![slab, piece([3, 4, 4], 100), piece([4, 4, 4], 100), own],
            vec![piece([11, 1, 1], 1)],
        ],
        cartons: vec![CartonKind {
            id: "C".into(),
            inner: cm([10, 4, 4]),
            max_load: Mass::from_grams(300),
            tare: Mass::from_grams(50),
            material: "board".into(),
        }],
        stock: Stock { new: vec![3], reused: vec![0] },
        rules: Rules::plain(0.75, Choice::SmallestNewByVolume),
        packing: DayPacking {
            packings: vec![
                Packing { parcels: vec![own_parcel, boxed], unpacked: vec![] },
                Packing { parcels: vec![], unpacked: vec![too_long] },
            ],
            stock_left: Stock { new: vec![2], reused: vec![0] },
            sharing: None,
        },
    }
}

impl Day {
    fn faults(&self) -> Vec<Fault> {
        check(&self.jobs, &self.cartons, &self.stock, &self.rules, &self.packing)
    }

    /// Puts a piece of the first job's carton elsewhere.
    fn shift(&mut self, piece: usize, axis: usize, to: i64) {
        let placed = &mut self.packing.packings[0].parcels[1].placed;
        let moved = placed.iter_mut().find(|placed| placed.piece == piece);
        moved.expect("the piece is in the carton").at[axis] = Length::new(to * 100);
    }
}

#[test]
fn a_sound_packing_has_no_fault() {
    assert_eq!(sound().faults(), []);
}

#[test]
fn where_pieces_lie_is_judged() {
    let (job, parcel) = (0, 1);
    let mut day = sound();
    day.shift(2, 0, 5);
    assert_eq!(day.faults(), [Fault::Overlap { job, parcel, a: 0, b: 2 }], "into the slab");

    let mut day = sound();
    day.shift(2, 0, 7);
    assert_eq!(day.faults(), [Fault::Outside { job, parcel, piece: 2 }], "through the wall");

    let mut day = sound();
    day.shift(1, 2, 2);
    let floats = Fault::Unsupported { job, parcel, piece: 1, share: 0.0 };
    assert_eq!(day.faults(), [Fault::Outside { job, parcel, piece: 1 }, floats], "above the slab");

    let mut day = sound();
    day.jobs[0][0].fragile = true;
    let crushed = Fault::OnFragile { job, parcel, piece: 1, fragile: 0 };
    assert_eq!(day.faults(), [crushed], "the slab bears nothing");
}

#[test]
fn loads_are_judged() {
    let (job, parcel) = (0, 1);
    for (limit, expect, why) in [
        (100, None, "the block of 100 g is what the slab bears"),
        (99, Some(100), "a gram too much"),
    ] {
        let mut day = sound();
        let limit = Mass::from_grams(limit);
        day.jobs[0][0].stacking_max = Some(limit);
        let load = expect.map(Mass::from_grams);
        let fault = load.map(|load| Fault::Overloaded { job, parcel, piece: 0, load, limit });
        assert_eq!(day.faults(), Vec::from_iter(fault), "{why}");
    }
    // The block half on the slab, half on the piece beside it: 50 g on either.
    let mut day = sound();
    day.jobs[0][2].sides = cm([4, 4, 1]);
    let lower = &mut day.packing.packings[0].parcels[1].placed[1];
    lower.sides[2] = Length::new(100);
    day.shift(1, 0, 4);
    day.jobs[0][0].stacking_max = Some(Mass::from_grams(49));
    day.jobs[0][2].stacking_max = Some(Mass::from_grams(50));
    let (load, limit) = (Mass::from_grams(50), Mass::from_grams(49));
    assert_eq!(day.faults(), [Fault::Overloaded { job, parcel, piece: 0, load, limit }]);
}

#[test]
fn how_pieces_are_turned_is_judged() {
    let mut day = sound();
    day.jobs[0][2].sides[0] = Length::new(500);
    let turned = Fault::Turned { job: 0, parcel: 1, piece: 2 };
    assert_eq!(day.faults(), [turned], "other sides than the piece has");

    let mut day = sound();
    day.jobs[0][0].sides = cm([1, 6, 4]);
    let turned = Fault::Turned { job: 0, parcel: 1, piece: 0 };
    assert_eq!(day.faults(), [turned], "the same sides, but the height lies");
}

#[test]
fn sums_are_judged() {
    let (job, parcel) = (0, 1);
    let mut day = sound();
    day.cartons[0].max_load = Mass::from_grams(299);
    let (load, max_load) = (Mass::from_grams(300), Mass::from_grams(299));
    assert_eq!(day.faults(), [Fault::TooHeavy { job, parcel, load, max_load }]);

    let mut day = sound();
    day.packing.packings[0].parcels[1].gross = Mass::from_grams(300);
    let (given, found) = (Mass::from_grams(300), Mass::from_grams(350));
    assert_eq!(day.faults(), [Fault::Gross { job, parcel, given, found }], "without the carton");

    let mut day = sound();
    day.packing.packings[0].parcels[0].volume = Volume::ZERO;
    let (given, found) = (Volume::ZERO, Volume::from_litres(12.0));
    assert_eq!(day.faults(), [Fault::Room { job, parcel: 0, given, found }]);

    for (left, new, why) in [(3, 3, "the carton is still there"), (0, 0, "there was none")] {
        let mut day = sound();
        day.packing.stock_left.new[0] = left;
        day.stock.new[0] = new;
        let fault = Fault::Stock { kind: 0, reused: false, used: 1, stock: new, left };
        assert_eq!(day.faults(), [fault], "{why}");
    }
}

#[test]
fn each_piece_is_counted_once() {
    let mut day = sound();
    day.packing.packings[1].unpacked.clear();
    assert_eq!(day.faults(), [Fault::Missing { job: 1, piece: 0 }]);

    let mut day = sound();
    day.packing.packings[1].unpacked.push((0, Unpackable::TooLarge));
    assert_eq!(day.faults(), [Fault::Repeated { job: 1, piece: 0, times: 2 }]);

    let mut day = sound();
    day.packing.packings[1].unpacked.push((7, Unpackable::TooLarge));
    assert_eq!(day.faults(), [Fault::NoSuchPiece { job: 1, piece: 7 }]);

    let mut day = sound();
    day.packing.packings.pop();
    assert_eq!(day.faults(), [Fault::Jobs { jobs: 2, packings: 1 }]);
}

#[test]
fn reasons_are_judged() {
    for (sides, grams, left, found, why) in [
        ([11, 1, 1], 1, 0, Some(Unpackable::TooLarge), "longer than the carton"),
        ([1, 1, 1], 301, 0, Some(Unpackable::TooHeavy), "heavier than the carton bears"),
        ([1, 1, 1], 1, 0, Some(Unpackable::OutOfStock), "no carton is left"),
        ([1, 1, 1], 1, 2, None, "a carton that holds it is left"),
    ] {
        for given in [Unpackable::TooLarge, Unpackable::TooHeavy, Unpackable::OutOfStock] {
            let mut day = sound();
            day.jobs[1][0] = piece(sides, grams);
            (day.stock.new[0], day.packing.stock_left.new[0]) = (left + 1, left);
            day.packing.packings[1].unpacked = vec![(0, given.clone())];
            let expect = if found.as_ref() == Some(&given) {
                vec![]
            } else {
                vec![Fault::Reason { job: 1, piece: 0, given, found: found.clone() }]
            };
            assert_eq!(day.faults(), expect, "{why}");
        }
    }
}

#[test]
fn wrapping_is_judged() {
    let mut day = sound();
    day.jobs[0][3].own_package = false;
    assert_eq!(day.faults(), [Fault::Wrapped { job: 0, parcel: 0 }], "it has no package");

    let mut day = sound();
    day.packing.packings[0].parcels[1].wrapping = Wrapping::Carton { kind: 4, reused: false };
    let faults = day.faults();
    assert!(faults.contains(&Fault::NoSuchKind { job: 0, parcel: 1, kind: 4 }), "{faults:?}");

    let mut day = sound();
    day.packing.packings[0].parcels[1].wrapping = Wrapping::Carton { kind: 0, reused: true };
    (day.stock, day.packing.stock_left) =
        (Stock { new: vec![3], reused: vec![1] }, Stock { new: vec![3], reused: vec![0] });
    assert_eq!(day.faults(), [Fault::Reused { job: 0, parcel: 1 }], "only new ones are on offer");
}

#[test]
fn a_fault_names_the_place() {
    let fault = Fault::Unsupported { job: 3, parcel: 1, piece: 2, share: 0.5 };
    assert_eq!(fault.to_string(), "job 3, parcel 1: only 0.500 of piece 2 is borne");
}
