//! Whole files: what is read of them, and what is told.

use super::*;
use crate::columns::{UNKNOWN, Word};
use arrow_array::Array;
use proptest::prelude::*;

mod parquet;
mod rounds;

/// All chunks of a file and its rounds' rows; or its faults, as they are told.
pub(super) fn read(file: ActivityFile) -> Result<(Vec<Activities>, RoundRows), Faults> {
    let mut chunks: Vec<Result<Chunk, Faults>> = Vec::new();
    let file = match file {
        ActivityFile::Csv(mut csv) => {
            chunks.extend(std::iter::from_fn(|| csv.next_chunk()));
            ActivityFile::Csv(csv)
        }
        ActivityFile::Parquet(parquet) => {
            chunks.extend((0..parquet.chunks()).map(|number| parquet.chunk(number)));
            ActivityFile::Parquet(parquet)
        }
    };
    let (mut plain, mut rounds) = (Vec::new(), RoundRows::default());
    let mut faults = Faults::default();
    for chunk in chunks {
        match chunk {
            Ok((activities, rows)) => {
                plain.push(activities);
                rounds.append(rows);
            }
            Err(told) => faults.append(told),
        }
    }
    faults.or(())?;
    file.repeated_ids()?;
    Ok((plain, rounds))
}

fn csv(text: &[u8]) -> Result<(Vec<Activities>, RoundRows), Faults> {
    read(ActivityFile::from_bytes("a.csv", Bytes::copy_from_slice(text))?)
}

/// The plain activities of a text of a few rows.
fn plain(text: &str) -> Activities {
    csv(text.as_bytes()).unwrap().0.remove(0)
}

fn told(text: &[u8]) -> String {
    csv(text).map_or_else(|faults| faults.to_string(), |_| String::new())
}

/// A row as words and billionths: id, amount, unit, mass, distance, kind, method.
fn shown(of: &Activities, row: usize) -> String {
    let number = |number: i64| match number {
        UNKNOWN => "-".to_owned(),
        number => quantity::Fixed::from_billionths(number.into()).to_string(),
    };
    let word = |word: Word| of.word(word).get(row).unwrap_or("-");
    format!(
        "{} {} {} {} {} {} {} {}",
        if of.ids.is_valid(row) { of.ids.value(row).to_owned() } else { of.row(row).to_string() },
        word(Word::FactorId),
        number(of.amounts[row]),
        word(Word::Unit),
        number(of.masses_kg[row]),
        number(of.distances_km[row]),
        word(Word::DistanceKind),
        word(Word::Method),
    )
}

const NEEDED: &str = "link,activity,period,data_kind";
const VALUES: &str = "transportation,van,2025-07,primary";

#[test]
fn rows_become_activities() {
    for (columns, cells, expect, why) in [
        ("factor_id,amount,unit", "diesel,1.5,l", "2 diesel 1.5 l - - - as given", "fuel"),
        (
            "factor_id,mass_kg,gcd_km,unit",
            "van,230,700,tkm",
            "2 van 161 tkm 230 700 gcd mass by gcd",
            "freight: 230 kg over 700 km",
        ),
        (
            "toc_id,mass_kg,sfd_km,amount,activity_id",
            "T1,230,700,161.0001,x",
            "x T1 161 tkm 230 700 sfd mass by sfd",
            "unit left out; the amount is near enough, mass by distance counts",
        ),
        (
            "toc_id,mass_kg,origin_lat,origin_lon,dest_lat,dest_lon",
            "T1,1000,51.5074,-0.1278,40.7128,-74.0060",
            "2 T1 5570.23 tkm 1000 5570.23 gcd mass by gcd of coordinates",
            "London to New York to the metre",
        ),
        (
            "toc_id,mass_kg,sfd_km,actual_km",
            "T1,1000,10,17",
            "2 T1 10 tkm 1000 10 sfd mass by sfd",
            "the driven way counts for nothing",
        ),
        ("hoc_id,mass_kg", "H1,1500", "2 H1 1.5 t 1500 - - mass", "a hub by mass"),
        ("hoc_id,amount", "H1,1.5", "2 H1 1.5 t - - - as given", "a hub by tonnes"),
        (
            "factor_id,amount,unit,mass_kg,sfd_km,method",
            "diesel,9,l,10000,95,metered",
            "2 diesel 9 l 10000 95 sfd metered",
            "fuel and what it moved",
        ),
    ] {
        let text = format!("{NEEDED},{columns}\n{VALUES},{cells}\n");
        assert_eq!(shown(&plain(&text), 0), expect, "{why}");
    }
}

#[test]
fn what_may_be_left_out_is_filled_in() {
    let read = plain(&format!("{NEEDED},factor_id,amount,unit\n{VALUES},f,1,l\n"));
    for (word, expect) in [
        (Word::Tenant, Some("main")),
        (Word::Case, Some("actual")),
        (Word::Period, Some("2025-07")),
        (Word::SiteId, None),
        (Word::FactorEdition, None),
    ] {
        assert_eq!(read.word(word).get(0), expect, "{word:?}");
    }
    assert!(read.order_ids.is_null(0) && read.first_row == 2);
}

#[test]
fn a_category_stands_where_a_factor_would() {
    let columns = "factor_id,toc_id,hoc_id,amount,unit,mass_kg,sfd_km";
    let rows = ["f,,,1,l,,", ",T,,,,1,1", ",,H,1,t,,", "g,,,1,l,,"];
    let rows: Vec<String> = rows.iter().map(|cells| format!("{VALUES},{cells}")).collect();
    let read = plain(&format!("{NEEDED},{columns}\n{}\n", rows.join("\n")));
    let factors: Vec<Option<&str>> = (0..4).map(|row| read.word(Word::FactorId).get(row)).collect();
    assert_eq!(factors, [Some("f"), Some("T"), Some("H"), Some("g")]);
}

#[test]
fn a_day_is_of_its_month() {
    let rows = "a,b,2025-07-14,default,f,1,l\n".replace("a,b", "recycling,b");
    let read = plain(&format!("{NEEDED},factor_id,amount,unit\n{rows}"));
    assert_eq!(read.word(Word::Period).get(0), Some("2025-07"));
}

#[test]
fn cells_that_are_refused() {
    for (columns, cells, expect, why) in [
        (
            "factor_id,amount,unit",
            "f,1e3,l",
            "a.csv:2: amount is `1e3`: not a decimal number. Write digits and a point: no exponent, no separators.",
            "an exponent",
        ),
        (
            "factor_id,amount,unit",
            "f,-1,l",
            "a.csv:2: amount is `-1`: negative. Write zero or more; a line that was wrong is taken back by a reversal.",
            "below zero",
        ),
        (
            "factor_id,amount,unit",
            "f,1,liter",
            "a.csv:2: unit is `liter`: not a unit. Write l, m3, kWh, kWh gross, GJ, kg, t, tkm or km.",
            "an unknown unit",
        ),
        (
            "toc_id,mass_kg,actual_km",
            "T,1,17",
            "a.csv:2: actual_km is `17`: the driven distance, never transport activity (ISO 14083). Give sfd_km, gcd_km or the coordinates of both ends too; or the mode, and distance_adjustment.csv among the factors.",
            "the driven way alone",
        ),
        (
            "toc_id,mass_kg,sfd_km,amount",
            "T,230,700,160",
            "a.csv:2: amount is `160`: not mass by distance, which is 161. Correct one of them, or leave out the amount.",
            "an amount that does not agree",
        ),
        (
            "toc_id,mass_kg,origin_lat,origin_lon,dest_lat,dest_lon",
            "T,1,91,0,0,0",
            "a.csv:2: origin_lat is `91`: not a latitude. Write degrees from -90 to 90.",
            "beyond a pole",
        ),
        (
            "hoc_id,mass_kg,amount",
            "H,1000,2",
            "a.csv:2: amount is `2`: not the mass in tonnes, which is 1. Correct one of them, or leave out the amount.",
            "a hub's tonnes",
        ),
    ] {
        let text = format!("{NEEDED},{columns}\n{VALUES},{cells}\n");
        assert_eq!(told(text.as_bytes()), expect, "{why}");
    }
}

#[test]
fn all_faults_are_told_by_row() {
    let text = format!(
        "{NEEDED},factor_id,amount,unit\n\
         flying,van,2025-13,primary,f,x,l\n\
         {VALUES},f,1,l\n\
         ordering,,2025,guessed,,1,l\n\
         {VALUES},f,1\n"
    );
    let told = told(text.as_bytes());
    let places: Vec<&str> =
        told.lines().filter_map(|line| line.split_once(" is `").map(|(place, _)| place)).collect();
    assert_eq!(
        places,
        [
            "a.csv:2: link",
            "a.csv:2: period",
            "a.csv:2: amount",
            "a.csv:4: activity",
            "a.csv:4: data_kind",
        ],
        "{told}"
    );
    assert!(
        told.ends_with(
            "a.csv:5: has 6 fields where the header has 7. Check its commas and quotes."
        )
    );
}

#[test]
fn the_first_hundred_faults_are_kept() {
    let rows = format!("{VALUES},f,x,l\n").repeat(150);
    let faults = csv(format!("{NEEDED},factor_id,amount,unit\n{rows}").as_bytes()).unwrap_err();
    assert_eq!((faults.first.len(), faults.total), (100, 150));
}

#[test]
fn files_that_are_no_tables() {
    let head = format!("{NEEDED},factor_id,amount,unit\n");
    let row = format!("{VALUES},f,1,l\n");
    let long = format!("{head}\"{}", "x".repeat(2 * RECORD_BYTES_MAX));
    let latin =
        [head.as_bytes(), row.as_bytes(), b"ordering,caf\xe9,2025,default,f,1,l\n"].concat();
    for (bytes, expect, why) in [
        (&b""[..], "a.csv: empty. Write a header and a row for each activity.", "nothing"),
        (&latin[..], "a.csv:3: not UTF-8. Save the file as UTF-8.", "another encoding"),
        (
            long.as_bytes(),
            "a.csv:2: longer than 1048576 bytes. Look for a quote that is not closed.",
            "a quote left open",
        ),
        (b"PAR1PAR1", "a.csv: not readable as Parquet: ", "no footer"),
        (head.as_bytes(), "", "no rows: nothing was done"),
        (format!("\u{feff}{head}\n{row}").as_bytes(), "", "a byte order mark and a blank line"),
    ] {
        let told = told(bytes);
        assert!(told.starts_with(expect) && told.is_empty() == expect.is_empty(), "{why}: {told}");
    }
}

#[test]
fn a_long_file_is_read_in_chunks_and_its_ids_are_compared_across_them() {
    let mut text = format!("activity_id,{NEEDED},factor_id,amount,unit\n");
    for row in 0..CHUNK_ROWS_MIN + 10 {
        let id = (row + 5) % (CHUNK_ROWS_MIN + 9);
        text.extend([&id.to_string(), ",", VALUES, ",f,1,l\n"]);
    }
    let file = ActivityFile::from_bytes("a.csv", Bytes::from(text)).unwrap();
    let told = read(file).unwrap_err().to_string();
    assert_eq!(
        told,
        "a.csv:65547: activity_id is `5`: on an earlier row too. Give each row an id of its own."
    );
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = csv(&bytes);
        let _ = csv(&[b"PAR1", &bytes[..]].concat());
    }

    /// Cells that are likely to mean something, in any combination.
    #[test]
    fn any_cells_are_read_or_told_and_read_rows_are_whole(
        rows in prop::collection::vec(
            prop::collection::vec(
                prop::sample::select(vec!["", "", "", "1", "0.5", "-1", "t", "tkm", "l", "A", "é\"\""]),
                16,
            ),
            1..8,
        )
    ) {
        let mut text = format!(
            "{NEEDED},amount,unit,mass_kg,sfd_km,gcd_km,origin_lat,origin_lon,dest_lat,dest_lon,\
             actual_km,factor_id,toc_id,hoc_id,round_id,activity_id,order_id\n"
        );
        for row in &rows {
            let cells: Vec<String> = row.iter().map(|cell| format!("\"{cell}\"")).collect();
            text.extend([VALUES, ",", &cells.join(","), "\n"]);
        }
        if let Ok((chunks, round_rows)) = csv(text.as_bytes()) {
            let plain: usize = chunks.iter().map(Activities::len).sum();
            prop_assert_eq!(plain + round_rows.rows().len(), rows.len());
            for chunk in &chunks {
                for row in 0..chunk.len() {
                    prop_assert!(chunk.amounts[row] >= 0, "{}", shown(chunk, row));
                    prop_assert!(chunk.word(Word::Unit).get(row).is_some());
                    prop_assert!(chunk.word(Word::FactorId).get(row).is_some());
                }
            }
            let _ = shares("a.csv", &round_rows);
        }
    }
}

#[test]
fn a_driven_way_counts_by_its_mode() {
    let table = carbon::read_distance_adjustments(
        "mode,from,to,percent,add_km,source\nroad,actual,sfd,5,0,made up\n\
         air,actual,gcd,0,95,made up\n",
    )
    .unwrap();
    let open = |rows: &str| {
        let text = format!(
            "link,activity,period,data_kind,factor_id,mass_kg,sfd_km,actual_km,mode\n{rows}"
        );
        let file = ActivityFile::from_bytes("a.csv", text.into_bytes().into()).unwrap();
        match file.adjusted_by(table.clone()) {
            ActivityFile::Csv(mut csv) => csv.next_chunk().unwrap(),
            ActivityFile::Parquet(_) => unreachable!("it is CSV"),
        }
    };
    let start = "transportation,lorry,2025-03,primary,hgv_all_tkm,1000";
    let (read, _) =
        open(&format!("{start},,105,road\n{start},,1095,air\n{start},90,105,road\n")).unwrap();
    let word = |word: Word, row: usize| read.word(word).get(row).unwrap_or_default().to_owned();
    let km = |km: i64| km * 1_000_000_000;
    assert_eq!(read.distances_km, [km(100), km(1_000), km(90)]);
    assert_eq!([0, 1, 2].map(|row| word(Word::DistanceKind, row)), ["sfd", "gcd", "sfd"]);
    assert_eq!(
        [0, 1, 2].map(|row| word(Word::Method, row)),
        [
            "mass by sfd of the driven way (road: 5 % and 0 km longer)",
            "mass by gcd of the driven way (air: 0 % and 95 km longer)",
            "mass by sfd"
        ]
    );
    for (row, expect) in [
        ("105,sea", "a.csv:2: mode is `sea`: no mode of distance_adjustment.csv."),
        ("95,air", "a.csv:2: actual_km is `95`: not longer than what the adjustment"),
        ("105,", "a.csv:2: actual_km is `105`: the driven distance"),
    ] {
        let told = open(&format!("{start},,{row}\n")).unwrap_err().to_string();
        assert!(told.starts_with(expect), "{told}");
    }
}
