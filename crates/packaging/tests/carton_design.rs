//! Carton sets designed on real orders, from outside the project: `../shared/data` beside the
//! repository. Where that is absent the test says so and checks nothing.

use packaging::design::{
    Board, Maker, Measure, Order, Wish, design, design_by_industry, evaluate, split_at,
};
use packaging::{CartonKind, Piece};
use quantity::{Length, Mass};
use std::collections::BTreeMap;
use std::path::PathBuf;

type Row = BTreeMap<String, String>;

/// The rows of a file of the shared data, by column; `None` where it is absent.
fn rows(file: &str) -> Option<Vec<Row>> {
    let root = PathBuf::from("../../../shared/data");
    let mut reader = csv::Reader::from_path(root.join(file)).ok()?;
    Some(reader.deserialize().map(|row| row.expect("a row of text")).collect())
}

#[expect(clippy::print_stderr, reason = "the figure, or why nothing is checked, is said")]
fn say(line: &str) {
    eprintln!("{line}");
}

fn number(row: &Row, column: &str) -> f64 {
    row[column].parse().expect("a number")
}

fn sides(row: &Row) -> [Length; 3] {
    ["length_cm", "width_cm", "height_cm"].map(|side| Length::from_centimetres(number(row, side)))
}

/// The orders of before July 2017: those of before May to design on, and those after.
fn orders(items: &[Row]) -> (Vec<Order>, Vec<Order>) {
    let mut orders: BTreeMap<&str, Order> = BTreeMap::new();
    for row in items.iter().filter(|row| row["month"].as_str() < "2017-07") {
        let piece = Piece {
            order: 0,
            product: 0,
            sides: sides(row),
            mass: Mass::from_grams(number(row, "weight_g") as i64),
            upright: row["upright"] == "1",
            fragile: row["fragile"] == "1",
            own_package: false,
            stacking_max: None,
            rule: None,
        };
        let order = orders.entry(&row["order_id"]).or_insert_with(|| Order {
            pieces: Vec::new(),
            count: 1,
            industry: row["industry"].clone(),
            month: row["month"].clone(),
        });
        order.pieces.extend(std::iter::repeat_n(piece, number(row, "quantity") as usize));
    }
    split_at(orders.into_values().collect(), "2017-05")
}

fn given(rows: &[Row]) -> Vec<CartonKind> {
    let kinds = rows.iter().map(|row| CartonKind {
        id: row["carton_id"].clone(),
        inner: sides(row),
        max_load: Mass::from_grams(number(row, "max_weight_g") as i64),
        tare: Mass::from_grams(number(row, "tare_g") as i64),
        material: row["material"].clone(),
    });
    kinds.collect()
}

/// One that could make the given cartons: the rule of their loads is 2 kg and 0.5 kg a litre.
fn maker() -> Maker {
    Maker {
        grid: Length::from_centimetres(1.0),
        largest: [110.0, 105.0, 60.0].map(Length::from_centimetres),
        glue_flap: Length::from_centimetres(3.5),
        boards: vec![Board {
            material: "corrugated_single_wall".into(),
            grams_per_m2: 500,
            load_base: Mass::from_grams(2_000),
            load_per_litre: Mass::from_grams(500),
            load_max: Mass::from_grams(30_000),
        }],
    }
}

#[test]
fn a_designed_set_beats_the_given_one_on_later_months() {
    let (Some(items), Some(kinds)) = (rows("orders/ITEMS.csv"), rows("orders/cartons.csv")) else {
        return say("skipped: ../shared/data/orders is not there");
    };
    let (history, later) = orders(&items);
    let given = given(&kinds);
    let wish =
        Wish { count: given.len(), measure: Measure::Surface, support: 0.75, locked: Vec::new() };
    let set = design(&history, &maker(), &wish, &mut || true);
    assert_eq!((set.cartons.len(), set.left_out), (given.len(), 0));
    let bound = set.lower_bound.expect("no order is left out");
    say(&format!("{} of a bound of {bound}", set.material));
    assert!(set.material * 100 <= bound * 101, "within 1 % of its bound");

    let (ours, theirs) = (
        evaluate(&set.cartons, &later, wish.measure, wish.support),
        evaluate(&given, &later, wish.measure, wish.support),
    );
    say(&format!(
        "later months: {} against {}, not served {} against {}",
        ours.material, theirs.material, ours.orders_not_served, theirs.orders_not_served
    ));
    // What the given set cannot hold at all is no fault of the design to hold.
    let both =
        |index: &usize| !ours.not_served.contains(index) && !theirs.not_served.contains(index);
    let common: Vec<Order> =
        (0..later.len()).filter(both).map(|index| later[index].clone()).collect();
    assert!(common.len() * 100 >= later.len() * 98, "nearly all are served by both");
    let material = |cartons| evaluate(cartons, &common, wish.measure, wish.support).material;
    assert!(material(&set.cartons) * 100 < material(&given) * 90, "at least a tenth less");
}

#[test]
fn sets_by_industry_beat_one_of_a_third_of_their_number_for_all() {
    let Some(items) = rows("orders/ITEMS.csv") else {
        return say("skipped: ../shared/data/orders is not there");
    };
    let (mut history, _) = orders(&items);
    history.retain(|order| ["toys", "perfumery", "telephony"].contains(&&order.industry[..]));
    let wish = Wish { count: 9, measure: Measure::Mass, support: 0.75, locked: Vec::new() };
    let sets = design_by_industry(&history, &maker(), &wish, &mut || true);
    assert_eq!(sets.len(), 3);
    let cartons: usize = sets.iter().map(|industry| industry.set.cartons.len()).sum();
    assert!(cartons <= wish.count && sets.iter().all(|industry| industry.set.left_out == 0));
    let material: i64 = sets.iter().map(|industry| industry.set.material).sum();
    let third = Wish { count: wish.count / 3, ..wish };
    let one_for_all = design(&history, &maker(), &third, &mut || true);
    say(&format!("{material} by industry, {} with one set of a third", one_for_all.material));
    assert!(material < one_for_all.material);
}
