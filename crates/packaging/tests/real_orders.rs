//! Real orders, from outside the project: `../shared/data` beside the repository. Where that is
//! absent the tests say so and check nothing.

use packaging::{
    CartonKind, Choice, Piece, Rules, Stock, Unpackable, check, pack_carton, pack_day,
};
use quantity::{Length, Mass};
use std::collections::BTreeMap;
use std::path::PathBuf;

type Row = BTreeMap<String, String>;

/// The rows of a file of the shared data, by column; `None` where it is absent.
fn rows(file: &str) -> Option<Vec<Row>> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let mut reader = csv::Reader::from_path(root.join(file)).ok()?;
    Some(reader.deserialize().map(|row| row.expect("a row of text")).collect())
}

#[expect(clippy::print_stderr, reason = "a test that checks nothing says so")]
fn skip(file: &str) {
    eprintln!("skipped: ../shared/data/{file} is not there");
}

fn number(row: &Row, column: &str) -> f64 {
    row[column].parse().expect("a number")
}

fn sides(row: &Row) -> [Length; 3] {
    ["length_cm", "width_cm", "height_cm"].map(|side| Length::from_centimetres(number(row, side)))
}

fn piece(row: &Row) -> Piece {
    let flag = |column: &str| row.get(column).is_some_and(|value| value == "1");
    Piece {
        order: 0,
        product: 0,
        sides: sides(row),
        mass: Mass::from_grams(number(row, "weight_g") as i64),
        upright: flag("upright"),
        fragile: flag("fragile"),
        own_package: false,
    }
}

/// Pieces by order, the orders as the file has them.
fn jobs(items: &[Row]) -> Vec<(String, Vec<Piece>)> {
    let mut jobs: Vec<(String, Vec<Piece>)> = Vec::new();
    let mut index: BTreeMap<String, usize> = BTreeMap::new();
    for row in items {
        let job = *index.entry(row["order_id"].clone()).or_insert_with(|| {
            jobs.push((row["order_id"].clone(), Vec::new()));
            jobs.len() - 1
        });
        let quantity = number(row, "quantity") as usize;
        jobs[job].1.extend(std::iter::repeat_n(piece(row), quantity));
    }
    jobs
}

fn cartons(rows: &[Row]) -> (Vec<CartonKind>, Stock) {
    let count = |column: &str| rows.iter().map(|row| number(row, column) as u32).collect();
    let stock = Stock { new: count("stock_new"), reused: count("stock_reused") };
    let kinds = rows.iter().map(|row| CartonKind {
        id: row["carton_id"].clone(),
        inner: sides(row),
        max_load: Mass::from_grams(number(row, "max_weight_g") as i64),
        tare: Mass::from_grams(number(row, "tare_g") as i64),
        material: row["material"].clone(),
    });
    (kinds.collect(), stock)
}

const LEAST_CARBON: Choice =
    Choice::LeastCarbon { new_board: 0.491, reuse: 0.01, per_litre: 0.002 };

#[test]
fn every_packing_of_real_orders_is_sound() {
    let (Some(items), Some(kinds)) = (rows("orders/ITEMS.csv"), rows("orders/cartons.csv")) else {
        return skip("orders");
    };
    let (cartons, stock) = cartons(&kinds);
    let mut jobs: Vec<Vec<Piece>> = jobs(&items).into_iter().map(|(_, job)| job).collect();
    // Those with several pieces are few, and all the difficulty.
    jobs.sort_by_key(|job| std::cmp::Reverse(job.len()));
    jobs.truncate(2_000);
    for choice in [Choice::SmallestNewByVolume, LEAST_CARBON] {
        let rules = Rules { support: 0.75, choice };
        let packing = pack_day(&jobs, &cartons, &stock, &rules);
        assert_eq!(check(&jobs, &cartons, &stock, &rules, &packing), []);
    }
}

#[test]
fn lines_that_fit_no_carton() {
    let (Some(items), Some(kinds)) = (rows("orders/ITEMS.csv"), rows("orders/cartons.csv")) else {
        return skip("orders");
    };
    let (cartons, stock) = cartons(&kinds);
    // The count is for pieces that may be laid on any side.
    let lines: Vec<Vec<Piece>> =
        items.iter().map(|row| vec![Piece { upright: false, ..piece(row) }]).collect();
    let rules = Rules { support: 0.75, choice: Choice::SmallestNewByVolume };
    let packing = pack_day(&lines, &cartons, &stock, &rules);
    let unpacked: Vec<_> = packing.packings.iter().flat_map(|job| &job.unpacked).collect();
    assert_eq!(unpacked.len(), 28);
    assert!(unpacked.iter().all(|(_, reason)| *reason != Unpackable::OutOfStock));
}

#[test]
fn single_cartons_are_as_small_as_the_exhaustive_reference() {
    let files = ["packing/dev_sample_ITEMS.csv", "packing/reference_dev.csv", "orders/cartons.csv"];
    let [Some(items), Some(reference), Some(kinds)] = files.map(rows) else {
        return skip("packing");
    };
    let (mut cartons, _) = cartons(&kinds);
    let surface = |carton: &CartonKind| {
        let [l, w, h] = carton.inner.map(Length::tenths_mm);
        2 * (l * w + l * h + w * h)
    };
    cartons.sort_by_key(surface);
    let jobs: BTreeMap<String, Vec<Piece>> = jobs(&items).into_iter().collect();
    for (support, column) in [(0.0, "best_single_carton"), (1.0, "best_single_carton_full_support")]
    {
        let (mut orders, mut equal, mut smaller, mut larger) = (0, 0, 0, 0);
        for row in reference.iter().filter(|row| number(row, "pieces") <= 6.0) {
            let Some(best) = cartons.iter().find(|carton| carton.id == row[column]) else {
                continue;
            };
            let pieces = &jobs[&row["order_id"]];
            let found = cartons.iter().find(|c| pack_carton(pieces, c, support).is_some());
            orders += 1;
            match found.map_or(i64::MAX, surface).cmp(&surface(best)) {
                std::cmp::Ordering::Less => smaller += 1,
                std::cmp::Ordering::Equal => equal += 1,
                std::cmp::Ordering::Greater => larger += 1,
            }
        }
        report(&format!(
            "support {support}: {equal} of {orders} equal, {smaller} below, {larger} above"
        ));
        assert!(orders > 1_000);
        assert!(equal * 100 >= orders * 95, "{equal} of {orders}");
        assert_eq!(larger, 0, "no order needs a larger carton than in the reference");
    }
}

#[expect(clippy::print_stderr, reason = "the figure is what the comparison is for")]
fn report(figure: &str) {
    eprintln!("{figure}");
}
