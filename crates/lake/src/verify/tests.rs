use super::*;
use crate::TotalsRow;
use crate::made_up::{Books, Row, Scratch, decimal, put};
use carbon::Registry;
use proptest::prelude::*;
use std::fs;
use std::sync::Mutex;

fn verdict(scratch: &Scratch) -> Verdict {
    verify(&scratch.0, &Registry::built_in(), &|_| ()).unwrap()
}

fn told(verdict: &Verdict) -> String {
    verdict.findings.iter().fold(String::new(), |told, finding| told + &format!("{finding}\n"))
}

#[test]
fn a_ledger_without_faults_is_proved() {
    let scratch = Books::sample().write();
    let verdict = verdict(&scratch);
    assert_eq!(told(&verdict), "");
    assert!(verdict.is_proved());
    assert_eq!((verdict.lines, verdict.files), (6, 8));
    let sums: Vec<_> =
        verdict.sums.iter().map(|(case, sum)| format!("{case} {}", sum.wtw())).collect();
    assert_eq!(sums, ["actual 26.05002", "baseline 582.2447", "plan 1199.72542"]);
    assert_eq!(verdict.seal.map(|seal| seal.len()), Some(64));
}

#[test]
fn progress_comes_to_its_end() {
    let last = Mutex::new(Vec::new());
    let scratch = Books::sample().write();
    verify(&scratch.0, &Registry::built_in(), &|progress: Progress| {
        assert!(progress.done <= progress.of);
        let mut last = last.lock().unwrap();
        if progress.done == progress.of {
            last.push(progress.step);
        }
    })
    .unwrap();
    assert_eq!(*last.lock().unwrap(), ["hashes", "lines", "totals"]);
}

/// Changes a line so that hashes, sums and totals follow, as who forges a ledger would.
fn forged(line: usize, change: impl Fn(&mut Row)) -> Verdict {
    let mut books = Books::sample();
    change(&mut books.rows[line]);
    verdict(&books.write())
}

#[test]
fn a_forged_line_is_found_by_its_column() {
    for (line, column, value, places, why) in [
        (3, "wtt_kg_co2e", "1199.725419999", vec!["wtt_kg_co2e"], "a billionth less"),
        (3, "ttw_kg_co2e", "1", vec!["ttw_kg_co2e"], "where there is none"),
        (3, "biogenic_kg_co2", "1", vec!["biogenic_kg_co2"], "beside, and wrong"),
        (3, "amount", "1.000000001", vec!["wtt_kg_co2e"], "another amount"),
        (3, "market_kg_co2e", "1", vec!["market_kg_co2e"], "of what is no electricity"),
        (2, "market_kg_co2e", "1", vec!["market_kg_co2e"], "without an instrument"),
        (
            2,
            "generation_kg_co2e",
            "6",
            vec!["generation_kg_co2e", "market_kg_co2e", "generation_kg_co2e"],
            "more than well to tank",
        ),
        (1, "mass_kg", "231", vec!["tkm", "amount"], "heavier than its activity"),
        (1, "distance_km", "700.01", vec!["tkm", "amount"], "farther than its activity"),
        (1, "tkm", "161.000000001", vec!["tkm"], "counted too high"),
        (3, "tkm", "5", vec!["tkm"], "of a line that moves nothing"),
    ] {
        let found = forged(line, |row| row.decimal(column, decimal(value)));
        let columns: Vec<_> = found.findings.iter().filter_map(|finding| finding.column).collect();
        assert_eq!(columns, places, "{why}: {}", told(&found));
    }
}

#[test]
fn a_forged_word_is_found_by_its_column() {
    for (line, column, value, place, why) in [
        (3, "case", "hoped", "case", "no case"),
        (3, "link", "marketing", "link", "no link"),
        (3, "class", "good", "class", "no class"),
        (3, "class", "waste", "class", "a class, but not the factor's"),
        (3, "unit", "kg", "unit", "a unit, but not the factor's"),
        (3, "data_kind", "guessed", "data_kind", "no data kind"),
        (1, "distance_kind", "driven", "distance_kind", "never the driven distance"),
        (3, "distance_kind", "gcd", "distance_kind", "a kind without a distance"),
        (3, "factor_id", "board_old_t", "factor_id", "no such factor"),
        (3, "factor_edition", "DESNZ 2031", "factor_id", "no such edition"),
    ] {
        let found = forged(line, |row| row.text(column, value));
        let columns: Vec<_> = found.findings.iter().filter_map(|finding| finding.column).collect();
        assert!(columns.contains(&place), "{why}: {}", told(&found));
        let id = found.findings[0].line_id.as_deref();
        assert_eq!(id, Some(format!("b1-{line}").as_str()), "{why}");
    }
}

#[test]
fn a_finding_says_where_what_and_what_instead() {
    let found = forged(3, |row| row.decimal("wtt_kg_co2e", decimal("1000")));
    assert_eq!(
        told(&found),
        "main.2025-07.b0.parquet, row 3, line `b1-3`, wtt_kg_co2e: is not amount by factor; \
         stored `1000`; recomputed `1199.72542`\n"
    );
}

#[test]
fn hub_tonnes_follow_from_the_mass() {
    let mut books = Books::sample();
    let mut hub = Row::new("b1-9", "1.5", "board_new_t", &[]);
    hub.text("class", "hub");
    hub.decimal("mass_kg", decimal("1500"));
    books.registry = hub_registry();
    hub.text("factor_id", "hub_t");
    hub.text("factor_edition", "made up");
    books.rows.push(hub);
    assert_eq!(told(&verdict(&books.write())), "");
    books.rows[6].decimal("mass_kg", decimal("1600"));
    let found = verdict(&books.write());
    assert_eq!(found.findings[0].recomputed.as_deref(), Some("1.6"), "{}", told(&found));
}

fn hub_registry() -> Registry {
    let mut registry = Registry::built_in();
    let mut hub = registry.get("board_new_t").unwrap().clone();
    hub.id = "hub_t".into();
    hub.edition = "made up".into();
    hub.class = carbon::Class::Hub;
    registry.add(hub).unwrap();
    registry
}

#[test]
fn market_based_figures_are_made_again_from_the_instruments_of_their_batch() {
    const HEADER: &str = "instrument_id,region,period,kwh,generation_kg_per_kwh,kind,source\n";
    for (name, kwh, market, column, why) in [
        ("instruments.b1.csv", "24", "0", None, "all of the 24 kWh is from the wind"),
        ("instruments.b1.csv", "12", "2.124", None, "half of it"),
        ("instruments.b1.csv", "12", "2.124000001", Some("market_kg_co2e"), "a billionth more"),
        ("instruments.b1.csv", "12", "4.248", Some("market_kg_co2e"), "as if there were none"),
        ("instruments.b2.csv", "24", "0", Some("market_kg_co2e"), "those of another batch"),
    ] {
        let mut books = Books::sample();
        books.rows[2].decimal("market_kg_co2e", decimal(market));
        let row = format!("wind,GB,2025-08,{kwh},0,certificate,registry\n");
        books.files.push((name.to_owned(), format!("{HEADER}{row}")));
        let found = verdict(&books.write());
        let first = found.findings.first().and_then(|finding| finding.column);
        assert_eq!(first, column, "{why}: {}", told(&found));
    }
    let mut books = Books::sample();
    books.files.push(("instruments.b1.csv".to_owned(), "no table".to_owned()));
    assert!(told(&verdict(&books.write())).contains("instruments.b1.csv: "), "is not read");
}

#[test]
fn the_lines_of_a_round_are_proved_together() {
    let round = |raised: &[i128; 3]| {
        let mut books = Books::sample();
        let shares = ["15.652173913", "6.260869565", "2.086956522"];
        for (number, (amount, by)) in shares.iter().zip(raised).enumerate() {
            let id = format!("b1-9{number}");
            let mut share = Row::new(&id, amount, "grid_gb_kwh", &[("round_id", "R")]);
            let wtt = share.figure("wtt_kg_co2e").unwrap();
            share.decimal("wtt_kg_co2e", wtt + by);
            books.rows.push(share);
        }
        // The third is taken back as it stands.
        let back = books.rows[8].reversal("b2-9");
        books.rows.push(back);
        told(&verdict(&books.write()))
    };
    for (raised, expect, why) in [
        ([0, 0, 1], "", "the third has the largest remainder"),
        ([0, 0, 0], "", "each rounded by itself, as the lines of a planned day are"),
        ([1, 0, 0], "round `R`: its lines are not rounded up by largest remainder", "another"),
        (
            [0, 1, 1],
            "round `R`: its lines together are not amount by factor; stored `5.889600001`; \
             recomputed `5.8896`",
            "one too many",
        ),
        (
            [0, 0, 2],
            "row 6, line `b1-92`, wtt_kg_co2e: is not amount by factor",
            "more than rounding",
        ),
        ([-1, 0, 1], "row 4, line `b1-90`, wtt_kg_co2e: is not amount by factor", "less than it"),
    ] {
        let found = round(&raised);
        assert!(found.contains(expect) && found.is_empty() == expect.is_empty(), "{why}: {found}");
    }
}

#[test]
fn a_changed_factor_is_found() {
    let mut books = Books::sample();
    let mut registry = Registry::default();
    for factor in Registry::built_in().iter() {
        let mut factor = factor.clone();
        if &*factor.id == "grid_us_kwh" {
            factor.note.push_str(" Changed.");
        }
        registry.add(factor).unwrap();
    }
    books.registry = registry;
    let found = told(&verdict(&books.write()));
    assert!(found.starts_with("factors.csv: factor `grid_us_kwh`"), "{found}");
}

#[test]
fn a_line_id_is_there_once() {
    for (id, expect, why) in [("b1-3", 0, "its own"), ("b1-4", 1, "another tenant's")] {
        let found = forged(3, |row| row.text("line_id", id));
        assert_eq!(found.total, expect, "{why}: {}", told(&found));
    }
}

#[test]
fn what_is_taken_back() {
    let reversed = |change: fn(&mut Books)| {
        let mut books = Books::sample();
        change(&mut books);
        told(&verdict(&books.write()))
    };
    let found = reversed(|books| books.rows[5].text("reverses", "b9-9"));
    assert!(found.contains("names a line that is not there; stored `b9-9`"), "{found}");
    let found = reversed(|books| books.rows.push(books.rows[0].reversal("b2-1")));
    assert!(found.contains("line `b2-1`, reverses: names a line that was taken back"), "{found}");
    let found = reversed(|books| books.rows[5].text("operator", "carrier"));
    assert!(found.contains("operator differs; stored `carrier`; recomputed `acme`"), "{found}");
    let found = reversed(|books| {
        let half = Row::new("b2-0", "-30", "diesel_blend_l", &[]);
        for column in ["amount", "wtt_kg_co2e", "ttw_kg_co2e"] {
            let figure = half.figure(column).unwrap();
            books.rows[5].decimal(column, figure);
        }
    });
    assert!(found.contains("amount differs; stored `-30`; recomputed `-60.123456789`"), "{found}");
    let found = reversed(|books| books.rows.push(books.rows[5].reversal("b2-1")));
    assert_eq!(found, "", "a reversal may itself be taken back");
}

#[test]
fn sums_and_totals_are_recomputed() {
    let books = Books::sample();
    let found = verdict(&books.write_with(|part, _| {
        if let Some(sum) = part.sums.get_mut("plan") {
            *sum = Emission::ZERO;
        }
    }));
    assert!(told(&found).contains("sum of case plan"), "{}", told(&found));
    let found = verdict(&books.write_with(|part, _| part.rows += 1));
    assert!(told(&found).contains("the manifest says"), "{}", told(&found));
    for (tamper, expect, why) in [
        (
            (|totals| totals[0].sums[1] += 1) as fn(&mut Vec<TotalsRow>),
            "totals.pq, row 1, amount: is not the sum of the lines",
            "a billionth",
        ),
        (|totals| totals[0].lines = 99, "totals.pq, row 1, lines", "more lines"),
        (|totals| totals.truncate(1), "lines of this group are missing", "groups left out"),
        (
            |totals| totals[0].groups[12] = Some("zzz".into()),
            "no line is of this group",
            "a group of its own",
        ),
    ] {
        let found = verdict(&books.write_with(|part, totals| {
            if part.period == "2025-08" {
                tamper(totals);
            }
        }));
        assert!(told(&found).contains(expect), "{why}: {}", told(&found));
    }
}

#[test]
fn files_are_those_of_the_manifest() {
    let scratch = Books::sample().write();
    put(&scratch.0, "scenario/more.csv", b"");
    fs::remove_file(scratch.0.join("measures.csv")).unwrap();
    assert_eq!(
        told(&verdict(&scratch)),
        "scenario/more.csv: is not in the manifest\n\
         measures.csv: is in the manifest, not in the folder\n"
    );
}

#[test]
fn measures_are_a_table_too() {
    let mut books = Books::sample();
    books.files[0].1 = "measure,amount\nparcels,7\n".to_owned();
    let found = told(&verdict(&books.write()));
    assert!(found.starts_with("measures.csv: its columns are not tenant,"), "{found}");
}

#[test]
fn a_folder_that_is_no_ledger_is_an_error() {
    let scratch = Books::sample().write();
    fs::remove_file(scratch.0.join("manifest.json")).unwrap();
    let refused = verify(&scratch.0, &Registry::built_in(), &|_| ());
    assert!(matches!(refused, Err(LakeError::Io { .. })), "{refused:?}");
}

#[test]
fn more_findings_than_are_kept_are_counted() {
    let mut books = Books::sample();
    books.rows.truncate(4);
    for n in 0..150 {
        let mut row = Row::new(&format!("c-{n}"), "1", "board_new_t", &[]);
        row.decimal("ttw_kg_co2e", 1);
        books.rows.push(row);
    }
    let found = verdict(&books.write());
    assert_eq!((found.findings.len(), found.total), (FINDINGS_MAX, 150));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_changed_byte_of_any_file_is_found(
        file in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        by in 1_u8..,
    ) {
        let scratch = Books::sample().write();
        let files = [
            "main.2025-07.b0.parquet",
            "main.2025-08.b0.parquet",
            "main.2025-07.b1.parquet",
            "totals.pq",
            "factors.csv",
            "measures.csv",
            "scenario/orders.csv",
            "manifest.json",
        ];
        let file = files[file.index(files.len())];
        let mut bytes = seal::read(&scratch.0.join(file), u64::MAX - 1).unwrap();
        let at = at.index(bytes.len());
        bytes[at] = bytes[at].wrapping_add(by);
        put(&scratch.0, file, &bytes);
        let found = verdict(&scratch);
        prop_assert!(!found.is_proved());
        prop_assert!(found.findings.iter().any(|finding| finding.file == file), "{}", told(&found));
    }
}

const OPERATIONS: &str = "category_id,kind,description,period,factor_id,amount,unit,tkm,distance,data_kind\n\
     own-vans,toc,own vans,2025-07,diesel_blend_l,100,l,2000,sfd,primary\n";

/// A ledger that knows an intensity as `operations` made it, and keeps `kept`.
fn with_operations(operations: &str, kept: &str) -> Verdict {
    let mut books = Books::sample();
    let rows = carbon::operation::read(operations).unwrap();
    for factor in carbon::intensities(&rows, &books.registry).unwrap() {
        books.registry.add(factor).unwrap();
    }
    books.files.push(("operations.b0001.csv".to_owned(), kept.to_owned()));
    verdict(&books.write())
}

#[test]
fn an_intensity_is_made_again_from_its_operations() {
    let found = with_operations(OPERATIONS, OPERATIONS);
    assert!(found.is_proved(), "{}", told(&found));
    let more = OPERATIONS.replace(",100,", ",100.000001,");
    for (kept, expect, why) in [
        (more.as_str(), "is not what operations.csv makes", "more fuel than the intensity says"),
        ("", "operations.b0001.csv: ", "no table"),
        (OPERATIONS.lines().next().unwrap(), "is not what operations.csv makes", "no row"),
    ] {
        let found = with_operations(OPERATIONS, kept);
        assert!(told(&found).contains(expect), "{why}: {}", told(&found));
    }
}
