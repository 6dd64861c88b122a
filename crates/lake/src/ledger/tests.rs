//! Ledgers made of activity files, batch by batch, and verified.

use super::*;
use crate::activity::ActivityFile;
use crate::calc::{Batch, CalcError, Faults, calculate};
use crate::feed::Feed;
use crate::made_up::Scratch;
use crate::verify;
use bytes::Bytes;

const HEADER: &str =
    "activity_id,link,activity,period,amount,unit,mass_kg,gcd_km,factor_id,round_id,data_kind\n";

/// Rows 2 to 6 of a file: a use, two plain rows, and two consignments around the second.
const MIXED: &str = "u,transportation,round,2025-04,24,kWh,,,grid_gb_kwh,R1,primary\n\
    p,packaging,board,2025-04,1,t,,,board_new_t,,primary\n\
    d,transportation,first,2025-04,,,1500,10,,R1,primary\n\
    q,transportation,van,2025-04,5,l,,,diesel_blend_l,,primary\n\
    e,transportation,second,2025-04,,,300,20,,R1,primary\n";

fn calculated(folder: &Path, batch: &str, rows: &str) -> Result<Written, Faults> {
    let bytes = Bytes::from(format!("{HEADER}{rows}"));
    let feed = Feed::new("a.csv".into(), ActivityFile::from_bytes("a.csv", bytes).unwrap());
    let batch = Batch { name: batch, folder, threads: 2, progress: &|_| {} };
    let factors = Registry::built_in();
    match calculate(|number| feed.chunk(number), &factors, &|_, _, _, _| None, batch) {
        Ok(written) => Ok(written),
        Err(CalcError::Refused(faults)) => Err(faults),
        Err(other) => panic!("{other}"),
    }
}

/// Adds a batch; without sums, as if it had too many.
fn add(folder: &Path, sums_kept: bool) {
    add_rows(folder, MIXED, sums_kept);
}

fn add_rows(folder: &Path, rows: &str, sums_kept: bool) {
    let existing = Existing::read(folder).unwrap();
    let batch = next_batch(existing.as_ref());
    let mut written = calculated(folder, &batch, rows).unwrap();
    written.totals = written.totals.filter(|_| sums_kept);
    let addition = Addition {
        batch: &batch,
        kind: BatchKind::Calc,
        written,
        measures: String::new(),
        files: BTreeMap::new(),
        notes: Vec::new(),
    };
    assemble(folder, existing, ("made up".to_owned(), None), addition).unwrap();
}

#[test]
fn a_ledger_grows_with_sums_and_without() {
    for (batches, expect, why) in [
        (vec![true, true], true, "the sums of both"),
        (vec![true, false], false, "the sums that were there are not the sums of all lines"),
        (vec![false, true], false, "sums of the second batch alone are none"),
        (vec![false, false], false, "never any"),
    ] {
        let scratch = Scratch::new();
        let folder = &scratch.0;
        for (number, sums_kept) in batches.into_iter().enumerate() {
            add(folder, sums_kept);
            let verdict = verify(folder, &Registry::built_in(), &|_| ()).unwrap();
            assert_eq!(verdict.findings, [], "{why}");
            assert_eq!(verdict.lines, 4 * (number as u64 + 1), "{why}");
        }
        let existing = Existing::read(folder).unwrap().unwrap();
        assert_eq!(totals::are_kept(folder, &existing.manifest).unwrap(), expect, "{why}");
        let lines = existing.totals.map(|rows| rows.iter().map(|row| row.lines).sum::<u64>());
        assert_eq!(lines, expect.then_some(8), "{why}");
    }
}

#[test]
fn a_fault_names_the_row_of_the_file() {
    for (known, unknown, expect, why) in [
        ("diesel_blend_l", "kerosene", vec![5], "a plain row behind rows of a round"),
        ("grid_gb_kwh", "coal", vec![2], "what a round used, once for all of its shares"),
        ("board_new_t", "kerosene", vec![3], "a plain row"),
    ] {
        let (scratch, rows) = (Scratch::new(), MIXED.replace(known, unknown));
        let faults = calculated(&scratch.0, "b0001", &rows).unwrap_err();
        let found: Vec<u64> = faults.first.iter().map(|fault| fault.row).collect();
        assert_eq!((found, faults.total), (expect, 1), "{why}");
    }
}

/// research/carbon.md, section 2: a round of 24 kWh emitted 5.8896 kg, to the last digit.
#[test]
fn the_lines_of_a_round_emitted_what_it_did() {
    let scratch = Scratch::new();
    let rows = format!("{MIXED}f,transportation,third,2025-04,,,500,4,,R1,primary\n");
    add_rows(&scratch.0, &rows, true);
    let lake = crate::Lake::open(&scratch.0).unwrap();
    let sql = "SELECT wtt_kg_co2e AS kg FROM ledger WHERE round_id = 'R1' ORDER BY line_id";
    let answer = lake.query(sql).unwrap().to_csv().unwrap();
    assert_eq!(answer, "kg\n3.841043478\n1.536417391\n0.512139131\n");
    assert_eq!(verify(&scratch.0, &Registry::built_in(), &|_| ()).unwrap().findings, []);
}

/// Lines are named by the rows of the file; the shares of rounds come behind them.
#[test]
fn a_line_is_named_by_its_row() {
    let scratch = Scratch::new();
    add(&scratch.0, true);
    let lake = crate::Lake::open(&scratch.0).unwrap();
    let answer = lake.query("SELECT line_id, activity FROM ledger ORDER BY line_id").unwrap();
    assert_eq!(
        answer.to_csv().unwrap(),
        "line_id,activity\nb0001-000000003,board\nb0001-000000005,van\n\
         b0001-000000007,round\nb0001-000000008,round\n"
    );
}
