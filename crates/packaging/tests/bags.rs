//! Bags in the place of cartons, and what is in a parcel beside its goods.

use packaging::solution::{BagKind, Dose, IndustryRule, Material, PerKilogram, SolutionRules};
use packaging::{
    CartonKind, Choice, DayPacking, Fault, Piece, Rules, Stock, Wrapping, check, pack_day,
};
use quantity::{Length, Mass, Volume};

/// A piece with sides in cm, by the rule of its industry.
fn piece(sides: [i64; 3], grams: i64, rule: Option<usize>) -> Piece {
    Piece {
        order: 0,
        product: 0,
        sides: sides.map(|side| Length::new(side * 100)),
        mass: Mass::from_grams(grams),
        upright: false,
        fragile: false,
        own_package: false,
        stacking_max: None,
        rule,
    }
}

/// A litre and eight litres.
fn cartons() -> [CartonKind; 2] {
    [("S", 10, 100), ("L", 20, 400)].map(|(id, side, tare)| CartonKind {
        id: id.into(),
        inner: [Length::new(side * 100); 3],
        max_load: Mass::from_grams(9_000),
        tare: Mass::from_grams(tare),
        material: "board".into(),
    })
}

const CLOTHES: Option<usize> = Some(0);
const BOOKS: Option<usize> = Some(1);
const CHILLED: Option<usize> = Some(2);

/// Clothes go into a bag of 25 x 20 cm, books are cushioned, chilled clothes are insulated too.
fn solution() -> SolutionRules {
    let dose = |material, grams| Some(Dose { material, per_unit: Mass::from_grams(grams) });
    let clothes = IndustryRule { bags: vec![0], ..IndustryRule::default() };
    SolutionRules {
        industries: vec![
            clothes.clone(),
            IndustryRule {
                filler: dose(Material::Paper, 30),
                tape: dose(Material::Polypropylene, 5),
                ..IndustryRule::default()
            },
            IndustryRule { insulation: dose(Material::Polystyrene, 100), ..clothes },
        ],
        bags: vec![BagKind {
            id: "B".into(),
            material: Material::Paper,
            sides: [2_500, 2_000].map(Length::new),
            max_load: Mass::from_grams(1_000),
            tare: Mass::from_grams(20),
        }],
        apart: Vec::new(),
    }
}

/// Board, paper and tape count a kilogram each, room a gram a litre.
fn least_carbon() -> Choice {
    let mut per_kg = PerKilogram::of_board(1.0);
    for material in [Material::Paper, Material::Polypropylene, Material::Polystyrene] {
        per_kg.set(material, 1.0);
    }
    Choice::LeastCarbon { per_kg, reuse: 0.005, per_litre: 0.001 }
}

fn stock(reused: u32) -> Stock {
    Stock { new: vec![9, 9], reused: vec![reused, 0] }
}

fn pack(job: &[Piece], solution: &SolutionRules, choice: Choice, reused: u32) -> DayPacking {
    let rules = Rules { support: 0.75, choice, solution, bags: true };
    let (jobs, stock) = ([job.to_vec()], stock(reused));
    let packing = pack_day(&jobs, &cartons(), &stock, &rules);
    assert_eq!(check(&jobs, &cartons(), &stock, &rules, &packing), []);
    packing
}

#[test]
fn a_bag_is_used_where_it_may_be_and_emits_less() {
    let solution = solution();
    let shirt = piece([2, 9, 9], 200, CLOTHES);
    let ordinary = Choice::SmallestNewByVolume;
    for (job, choice, reused, expect, why) in [
        (vec![shirt.clone()], least_carbon(), 0, ["bag"], "20 g for 100 g"),
        (vec![shirt.clone(); 3], least_carbon(), 0, ["bag"], "three in a pile of 6 cm"),
        (vec![shirt.clone()], least_carbon(), 1, ["carton"], "a used carton is less than a bag"),
        (vec![shirt.clone()], ordinary, 0, ["carton"], "not the ordinary way"),
        (vec![piece([2, 9, 9], 1_001, CLOTHES)], least_carbon(), 0, ["carton"], "too heavy"),
        (vec![piece([9, 9, 9], 200, BOOKS)], least_carbon(), 0, ["carton"], "books have no bag"),
        (vec![piece([2, 9, 9], 200, CHILLED)], least_carbon(), 0, ["carton"], "it is insulated"),
        (vec![piece([2, 9, 9], 200, None)], least_carbon(), 0, ["carton"], "no rule, no bag"),
    ] {
        let packing = pack(&job, &solution, choice, reused);
        let wrappings = packing.packings[0].parcels.iter().map(|parcel| match parcel.wrapping {
            Wrapping::Bag { .. } => "bag",
            _ => "carton",
        });
        assert_eq!(wrappings.collect::<Vec<_>>(), expect, "{why}");
    }
}

#[test]
fn goods_of_two_rules_part_where_that_emits_less() {
    let (shirt, book) = (piece([2, 9, 9], 200, CLOTHES), piece([2, 9, 9], 200, BOOKS));
    // Together in a carton: 100 g of board, void of 0.676 l at 30 g, tape of 2 x 20 cm at 5 g.
    let packing = pack(&[shirt, book], &solution(), least_carbon(), 0);
    let parcels = &packing.packings[0].parcels;
    assert_eq!(parcels.len(), 1, "a bag for one alone would be more");
    assert_eq!(parcels[0].gross, Mass::new(400_000 + 100_000 + 20_280 + 2_000));
    assert_eq!(packing.sharing.map(|sharing| sharing.cost.micrograms()), Some(123_280_000));
}

#[test]
fn a_bagged_parcel_weighs_and_takes_what_is_in_it() {
    let packing = pack(&vec![piece([2, 9, 9], 200, CLOTHES); 3], &solution(), least_carbon(), 0);
    let parcel = &packing.packings[0].parcels[0];
    assert_eq!(parcel.gross, Mass::from_grams(3 * 200 + 20));
    assert_eq!(parcel.volume, Volume::from_litres(0.6 * 0.81));
    assert_eq!(packing.stock_left, stock(0), "no carton is taken");
}

#[test]
fn what_is_wrong_with_a_bag_is_found() {
    let solution = solution();
    let rules = Rules { support: 0.75, choice: least_carbon(), solution: &solution, bags: true };
    let jobs = [vec![piece([2, 9, 9], 200, CLOTHES); 3]];
    let sound = pack_day(&jobs, &cartons(), &stock(0), &rules);
    let (job, parcel) = (0, 0);
    let faults = |jobs: &[Vec<Piece>], rules: &Rules, packing: &DayPacking| {
        check(jobs, &cartons(), &stock(0), rules, packing)
    };

    let ordinary = Rules { bags: false, ..rules };
    assert_eq!(faults(&jobs, &ordinary, &sound), [Fault::Wrapped { job, parcel }], "no bags");

    let mut other = jobs.clone();
    other[0][1].rule = BOOKS;
    assert_eq!(faults(&other, &rules, &sound), [Fault::Wrapped { job, parcel }], "a book in it");

    let mut light = sound.clone();
    light.packings[0].parcels[0].gross = Mass::from_grams(600);
    let (given, found) = (Mass::from_grams(600), Mass::from_grams(620));
    assert_eq!(faults(&jobs, &rules, &light), [Fault::Gross { job, parcel, given, found }]);

    let mut narrow = solution.clone();
    narrow.bags[0].sides = [1_500, 1_499].map(Length::new);
    let rules = Rules { solution: &narrow, ..rules };
    assert_eq!(faults(&jobs, &rules, &sound), [Fault::Bag { job, parcel, kind: 0 }], "9 + 6");

    let none = SolutionRules { bags: Vec::new(), ..solution.clone() };
    let rules = Rules { solution: &none, ..rules };
    assert_eq!(faults(&jobs, &rules, &sound), [Fault::NoSuchKind { job, parcel, kind: 0 }]);
}

#[test]
fn filler_that_is_not_weighed_is_found() {
    let solution = solution();
    let rules = Rules { support: 0.75, choice: least_carbon(), solution: &solution, bags: true };
    let jobs = [vec![piece([9, 9, 9], 200, BOOKS)]];
    let mut packing = pack_day(&jobs, &cartons(), &stock(0), &rules);
    // A void of 0.271 l at 30 g a litre, and 2 g of tape.
    let found = Mass::new(200_000 + 100_000 + 8_130 + 2_000);
    assert_eq!(packing.packings[0].parcels[0].gross, found);
    let given = Mass::from_grams(300);
    packing.packings[0].parcels[0].gross = given;
    let faults = check(&jobs, &cartons(), &stock(0), &rules, &packing);
    assert_eq!(faults, [Fault::Gross { job: 0, parcel: 0, given, found }]);
}
