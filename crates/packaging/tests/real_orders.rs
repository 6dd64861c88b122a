//! Real orders, from outside the project: `../shared/data` beside the repository. Where that is
//! absent the tests say so and check nothing.

use packaging::solution::PerKilogram;
use packaging::{
    CartonKind, Choice, Objective, OrderPacking, OrderRules, Packer, Piece, Rules, Stock,
    Unpackable, check, check_order, pack_day,
};
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
        stacking_max: None,
        rule: None,
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

fn least_carbon() -> Choice {
    Choice::LeastCarbon { per_kg: PerKilogram::of_board(0.491), reuse: 0.01, per_litre: 0.002 }
}

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
    for choice in [Choice::SmallestNewByVolume, least_carbon()] {
        let rules = Rules::plain(0.75, choice);
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
    let rules = Rules::plain(0.75, Choice::SmallestNewByVolume);
    let packing = pack_day(&lines, &cartons, &stock, &rules);
    let unpacked: Vec<_> = packing.packings.iter().flat_map(|job| &job.unpacked).collect();
    assert_eq!(unpacked.len(), 28);
    assert!(unpacked.iter().all(|(_, reason)| *reason != Unpackable::OutOfStock));
}

/// The peers' columns of `peer_choices_dev.csv`.
const PEERS: [&str; 6] = [
    "boxpacker_default",
    "boxpacker_by_surface",
    "py3dbp",
    "skjolber_plain",
    "skjolber_laff",
    "skjolber_fast_brute",
];

/// Surface in cm2 of the best peer with a single carton for everything.
fn best_peer(row: &Row) -> Option<f64> {
    let single = |peer: &&&str| {
        let cartons = &row[&format!("{peer}_cartons")];
        let all = row[&format!("{peer}_unpacked")] == "0";
        all && !cartons.is_empty() && !cartons.contains(' ')
    };
    let surfaces =
        PEERS.iter().filter(single).map(|peer| number(row, &format!("{peer}_surface_cm2")));
    surfaces.reduce(f64::min)
}

fn surface_cm2(packing: &OrderPacking, cartons: &[CartonKind]) -> f64 {
    let of = |parcel: &packaging::OrderParcel| {
        let [l, w, h] = cartons[parcel.kind].inner.map(Length::centimetres);
        2.0 * (l * w + l * h + w * h)
    };
    packing.parcels.iter().map(of).sum()
}

#[test]
fn orders_take_no_more_than_the_reference_and_the_peers() {
    let files = [
        "packing/dev_sample_ITEMS.csv",
        "packing/reference_dev.csv",
        "packing/peer_choices_dev.csv",
        "orders/day/cartons.csv",
    ];
    let [Some(items), Some(reference), Some(peers), Some(kinds)] = files.map(rows) else {
        return skip("packing");
    };
    let (cartons, _) = cartons(&kinds);
    let jobs: BTreeMap<String, Vec<Piece>> = jobs(&items).into_iter().collect();
    for (support, column) in [
        (0.0, "surface_cm2"),
        (0.75, "surface_full_support_cm2"),
        (1.0, "surface_full_support_cm2"),
    ] {
        let rules = OrderRules {
            objective: Objective::Surface,
            support,
            parcels_max: Some(1),
            parcel_penalty: 0,
            effort: 30_000,
        };
        let mut single = Packer::new(&cartons, rules);
        let mut split = Packer::new(&cartons, OrderRules { parcels_max: None, ..rules });
        let (mut few, mut proven, mut total, mut expected) = (0, 0, 0.0, 0.0);
        let (mut two, mut two_split) = (0.0, 0.0);
        for (row, peer) in reference.iter().zip(&peers) {
            let pieces = &jobs[&row["order_id"]];
            let packing = single.pack(pieces);
            assert_eq!(check_order(pieces, &cartons, &rules, &packing), []);
            let found = surface_cm2(&packing, &cartons);
            let is_whole = packing.unpacked.is_empty();
            // Peers know no support.
            if let Some(best) = best_peer(peer).filter(|_| support <= 0.0) {
                assert!(is_whole && found < best + 0.01, "{} at {support}", row["order_id"]);
            }
            if pieces.len() > 6 {
                continue;
            }
            few += 1;
            proven += usize::from(packing.proven_optimal);
            if !row[column].is_empty() && is_whole {
                total += found;
                expected += number(row, column);
                if pieces.len() == 2 {
                    two += found;
                    two_split += surface_cm2(&split.pack(pieces), &cartons);
                }
            }
        }
        report(&format!(
            "support {support}: {total} cm2 on up to six pieces, reference {expected}; {proven} of \
             {few} proven; two pieces {two} cm2, split {two_split}"
        ));
        assert!(few > 1_000);
        assert!(total < expected + 0.5, "{total} of {expected}");
        assert!(proven * 100 >= few * 95, "{proven} of {few}");
        assert!(two_split < 0.975 * two, "{two_split} of {two}");
    }
}

#[expect(clippy::print_stderr, reason = "the figures are what the comparison is for")]
fn report(figure: &str) {
    eprintln!("{figure}");
}
