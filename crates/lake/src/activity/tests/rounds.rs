//! Rounds: what is shared, and what is refused.

use super::*;
use std::collections::BTreeMap;

const HEAD: &str = "activity_id,link,activity,period,data_kind,round_id,amount,unit,factor_id,\
                    mass_kg,gcd_km,sfd_km,order_id,site_id,operator";

fn used(id: &str, round: &str, amount: &str) -> String {
    format!("{id},transportation,power,2025-07,primary,{round},{amount},kWh,grid,,,,,DEPOT,we")
}

fn consignment(id: &str, round: &str, mass_kg: &str, gcd_km: &str) -> String {
    format!("{id},transportation,stop,2025-08,default,{round},,,,{mass_kg},{gcd_km},,O{id},S{id},")
}

fn file(rows: &[String]) -> String {
    format!("{HEAD}\n{}\n", rows.join("\n"))
}

fn shares_of(rows: &[String]) -> Vec<Activities> {
    let (_, rounds) = csv(file(rows).as_bytes()).unwrap();
    shares("a.csv", &rounds).unwrap()
}

/// research/carbon.md, section 2: a round of 24 kWh shared by 15 : 6 : 2 tonne-kilometres.
#[test]
fn a_round_is_shared_by_mass_by_distance() {
    let rows = [
        consignment("c", "R1", "500", "4"),
        used("u", "R1", "24"),
        consignment("a", "R1", "1500", "10"),
        consignment("b", "R1", "300", "20"),
        used("v", "R1", "1"),
    ];
    let shares = shares_of(&rows).remove(0);
    let found: Vec<String> = (0..shares.len()).map(|row| super::shown(&shares, row)).collect();
    let method = "as given, shared by mass by distance";
    assert_eq!(
        found,
        [
            format!("u/a grid 15.652173913 kWh 1500 10 gcd {method}"),
            format!("u/b grid 6.260869565 kWh 300 20 gcd {method}"),
            format!("u/c grid 2.086956522 kWh 500 4 gcd {method}"),
            format!("v/a grid 0.652173913 kWh - - - {method}"),
            format!("v/b grid 0.260869565 kWh - - - {method}"),
            format!("v/c grid 0.086956522 kWh - - - {method}"),
        ]
    );
    for (word, expect, why) in [
        (Word::Activity, Some("power"), "the use's"),
        (Word::Period, Some("2025-07"), "the use's"),
        (Word::DataKind, Some("primary"), "the use's"),
        (Word::Operator, Some("we"), "the use's"),
        (Word::RoundId, Some("R1"), "of both"),
        (Word::SiteId, Some("Sa"), "the consignment's"),
    ] {
        assert_eq!(shares.word(word).get(0), expect, "{word:?}: {why}");
    }
    assert_eq!(shares.order_ids.value(0), "Oa");
    assert_eq!(shares.first_row, 7, "numbered behind the rows of the file");
}

#[test]
fn rows_of_rounds_are_taken_out_of_the_plain_ones() {
    let plain = |id: &str| used(id, "", "1");
    let rows = [plain("p"), used("u", "R1", "2"), plain("q"), consignment("a", "R1", "1", "1")];
    let (chunks, rounds) = csv(file(&rows).as_bytes()).unwrap();
    assert_eq!(chunks[0].ids.iter().flatten().collect::<Vec<_>>(), ["p", "q"]);
    assert_eq!(rounds.rows(), [3, 5]);
    assert_eq!([0, 1].map(|place| chunks[0].row(place)), [2, 4], "each stays on its row");
    let shares = shares("a.csv", &rounds).unwrap().remove(0);
    assert_eq!((shares.number(0), shares.row(0)), (6, 3), "numbered behind, told by its use");
}

#[test]
fn rounds_that_are_refused() {
    for (rows, expect, why) in [
        (
            vec![used("u", "R1", "24")],
            "a.csv:2: round_id is `R1`: a round without consignments. Add rows with the round_id, mass_kg and a distance.",
            "nobody shares it",
        ),
        (
            vec![
                used("u", "R1", "1"),
                consignment("a", "R1", "1", "1"),
                consignment("b", "R2", "1", "1"),
            ],
            "a.csv:4: round_id is `R2`: a round of consignments alone, which used nothing. Add rows with the round_id, amount, unit and factor_id.",
            "it used nothing",
        ),
        (
            vec![
                used("u", "R1", "1"),
                consignment("a", "R1", "1", "1"),
                consignment("b", "R1", "1", ",1").replace(",,Ob", ",Ob"),
            ],
            "a.csv:4: round_id is `R1`: a round with both kinds of distance. Give sfd_km on all of its rows, or gcd_km on all.",
            "sfd and gcd do not add",
        ),
    ] {
        let (_, rounds) = csv(file(&rows).as_bytes()).unwrap();
        assert_eq!(shares("a.csv", &rounds).unwrap_err().to_string(), expect, "{why}");
    }
}

#[test]
fn cases_do_not_share_a_round() {
    let text = "case,link,activity,period,data_kind,round_id,amount,unit,factor_id,mass_kg,gcd_km\n\
                plan,transportation,p,2025,default,R,1,l,d,,\n\
                baseline,transportation,p,2025,default,R,,,,1,1\n";
    let (_, rounds) = csv(text.as_bytes()).unwrap();
    assert_eq!(shares("a.csv", &rounds).unwrap_err().total, 2);
}

/// Id and amount of every share, by id.
fn by_id(chunks: &[Activities]) -> BTreeMap<String, i64> {
    let pairs =
        chunks.iter().flat_map(|of| of.ids.iter().flatten().zip(of.amounts.iter().copied()));
    pairs.map(|(id, amount)| (id.to_owned(), amount)).collect()
}

proptest! {
    #[test]
    fn the_order_of_rows_changes_no_share_and_shares_sum_to_the_use(
        (before, after) in any_rows().prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())),
    ) {
        let shares = by_id(&shares_of(&before));
        prop_assert_eq!(&shares, &by_id(&shares_of(&after)));
        for row in before.iter().filter(|row| row.starts_with('u')) {
            let cells: Vec<&str> = row.split(',').collect();
            let amount: quantity::Fixed = cells[6].parse().unwrap();
            let of = format!("{}/", cells[0]);
            let sum: i128 =
                shares.iter().filter(|(id, _)| id.starts_with(&of)).map(|(_, share)| i128::from(*share)).sum();
            prop_assert_eq!(sum, amount.billionths());
        }
    }
}

/// Two rounds, each with uses and consignments, many of them alike.
fn any_rows() -> impl Strategy<Value = Vec<String>> {
    let uses = prop::collection::vec(0_u32..50_000, 1..4);
    let stops = prop::collection::vec((0_u32..5, 0_u32..5), 1..8);
    prop::collection::vec((uses, stops), 2).prop_map(|rounds| {
        let mut rows = Vec::new();
        for (round, (uses, stops)) in rounds.iter().enumerate() {
            let name = format!("R{round}");
            for (number, amount) in uses.iter().enumerate() {
                rows.push(used(&format!("u{round}{number}"), &name, &format!("0.{amount:09}")));
            }
            for (number, (mass, way)) in stops.iter().enumerate() {
                let id = format!("c{round}{number}");
                rows.push(consignment(&id, &name, &mass.to_string(), &way.to_string()));
            }
        }
        rows
    })
}
