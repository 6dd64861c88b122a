//! From activities to files and back.

use super::*;
use crate::calc::made_up;
use crate::columns::{NONE, Word};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use quantity::{Carbon, Emission, Fixed, Seed};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::path::PathBuf;

const SEED: Seed = Seed::new(5);
const NO_MARKET: MarketRate<'_> = &|_, _, _, _| None;
const FIRST_ROW: u64 = 2;

/// A folder of a test's own, removed after it.
struct Folder(PathBuf);

impl std::ops::Deref for Folder {
    type Target = Path;
    fn deref(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed is left to the system's own tidying.
        drop(std::fs::remove_dir_all(&self.0));
    }
}

fn folder(test: &str) -> Folder {
    let folder = std::env::temp_dir().join(format!("lake-calc-{}-{test}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    Folder(folder)
}

fn batch(folder: &Path, threads: usize) -> Batch<'_> {
    Batch { name: "b0001", folder, threads, progress: &|_| {} }
}

/// Chunks of made-up rows of two tenants.
fn chunks(
    rows: u64,
    per_chunk: u64,
) -> impl Fn(usize) -> Option<Result<Activities, std::convert::Infallible>> + Sync {
    move |number| {
        let first = number as u64 * per_chunk;
        let n = per_chunk.min(rows.checked_sub(first).filter(|&n| n > 0)?);
        Some(Ok(made_up::activities(SEED, FIRST_ROW + first, n, 2)))
    }
}

fn calculated(folder: &Path, rows: u64, per_chunk: u64, threads: usize) -> Written {
    let source = chunks(rows, per_chunk);
    calculate(source, &made_up::factors(), NO_MARKET, batch(folder, threads)).unwrap()
}

/// The rows of a file: each column's text, decimals in billionths.
fn read(path: &Path) -> Vec<BTreeMap<String, String>> {
    let reader = SerializedFileReader::new(File::open(path).unwrap()).unwrap();
    let text = |field: &Field| match field {
        Field::Str(text) => Some(text.clone()),
        Field::Decimal(decimal) => {
            let bytes = decimal.data();
            let sign = if bytes[0] & 0x80 == 0 { 0 } else { 0xff };
            let mut wide = [sign; 16];
            wide[16 - bytes.len()..].copy_from_slice(bytes);
            Some(i128::from_be_bytes(wide).to_string())
        }
        Field::Null => None,
        other => panic!("{other} is in no ledger"),
    };
    let row = |row: parquet::record::Row| {
        row.get_column_iter().filter_map(|(name, f)| Some((name.clone(), text(f)?))).collect()
    };
    reader.get_row_iter(None).unwrap().map(|read| row(read.unwrap())).collect()
}

/// Each line is the activity of its row, valued as `carbon` values it, in the file of its tenant
/// and period; the files' hashes and sums and the totals are theirs.
#[test]
fn what_is_written_reads_back() {
    const ROWS: u64 = 3_000;
    let folder = folder("reads-back");
    let written = calculated(&folder, ROWS, 700, 2);
    let (activities, factors) = (made_up::activities(SEED, FIRST_ROW, ROWS, 2), made_up::factors());
    let mut seen = 0;
    let mut totals: BTreeMap<Vec<Option<String>>, (u64, i128)> = BTreeMap::new();
    for part in &written.parts {
        let path = folder.join(&part.path);
        let bytes = bytes_of(&path);
        assert_eq!(part.sha256, hex(&Sha256::digest(&bytes)), "{}", part.path);
        let lines = read(&path);
        assert_eq!(part.rows, lines.len() as u64);
        let mut sum = Emission::ZERO;
        for line in &lines {
            let number: u64 = line["line_id"].strip_prefix("b0001-").unwrap().parse().unwrap();
            let row = (number - FIRST_ROW) as usize;
            let word = |word| activities.word(word).get(row).map(str::to_owned);
            assert_eq!(line["tenant"], part.tenant);
            assert_eq!(Some(&line["tenant"]), word(Word::Tenant).as_ref());
            assert_eq!(line["period"], part.period);
            assert_eq!(Some(&line["period"]), word(Word::Period).as_ref());
            assert_eq!(line["case"], "actual", "without a case it happened");
            for (column, of) in [
                ("link", Word::Link),
                ("activity", Word::Activity),
                ("unit", Word::Unit),
                ("factor_id", Word::FactorId),
                ("site_id", Word::SiteId),
                ("payer", Word::Payer),
                ("distance_kind", Word::DistanceKind),
            ] {
                assert_eq!(line.get(column), word(of).as_ref(), "{column} of row {number}");
            }
            let text = |of: &arrow_array::StringArray| {
                arrow_array::Array::is_valid(of, row).then(|| of.value(row).to_owned())
            };
            assert_eq!(line.get("order_id"), text(&activities.order_ids).as_ref());
            assert_eq!(line.get("shipment_id"), text(&activities.shipment_ids).as_ref());
            let amount = activities.amounts[row];
            assert_eq!(line["amount"], amount.to_string());
            let factor = factors.edition(&line["factor_id"], &line["factor_edition"]).unwrap();
            let valued = carbon::value(Fixed::from_billionths(amount.into()), factor).unwrap();
            let figure = |column: &str| -> i128 { line[column].parse().unwrap() };
            assert_eq!(line["class"], factor.class.name());
            assert_eq!(figure("wtt_kg_co2e"), valued.emission.wtt.micrograms());
            assert_eq!(figure("ttw_kg_co2e"), valued.emission.ttw.micrograms());
            assert_eq!(figure("generation_kg_co2e"), valued.generation.micrograms());
            assert_eq!(figure("market_kg_co2e"), valued.generation.micrograms());
            let freight = line["unit"] == "tkm";
            assert_eq!(line.get("tkm"), freight.then_some(&line["amount"]), "counted once");
            sum += valued.emission;
            seen += 1;
            let key = crate::totals::GROUPS.iter().map(|&name| line.get(name).cloned());
            let total = totals.entry(key.collect()).or_default();
            *total = (total.0 + 1, total.1 + figure("wtt_kg_co2e"));
        }
        assert_eq!(part.sums, BTreeMap::from([("actual".to_owned(), sum)]));
    }
    assert_eq!((seen, written.lines), (ROWS, ROWS), "each row has one line");
    let summed = written.totals.iter().flatten().map(|row| {
        let words = row.groups.iter().map(|word| word.as_deref().map(str::to_owned));
        (words.collect(), (row.lines, row.sums[2]))
    });
    assert!(summed.eq(totals), "totals are sums of the lines, by words");
    let n_used = written.factors.iter().count();
    assert!(
        n_used > 200
            && written.factors.iter().all(|f| factors.edition(&f.id, &f.edition) == Some(f))
    );
}

#[test]
fn threads_and_chunks_change_no_byte() {
    const ROWS: u64 = 1_000;
    let folder_a = folder("bytes-a");
    let first = calculated(&folder_a, ROWS, ROWS, 1);
    for (per_chunk, threads) in [(ROWS, 2), (123, 3), (7, 4)] {
        let folder_b = folder("bytes-b");
        let again = calculated(&folder_b, ROWS, per_chunk, threads);
        assert_eq!((&again.parts, &again.totals), (&first.parts, &first.totals));
        for part in &again.parts {
            let [a, b] = [&folder_a, &folder_b].map(|folder| bytes_of(&folder.join(&part.path)));
            assert!(a == b, "{} in chunks of {per_chunk} by {threads} threads", part.path);
        }
    }
}

/// With windows of 100 lines there are six row groups a part, which come out of order.
#[test]
fn row_groups_come_in_order() {
    let (folder_a, folder_b) = (folder("windows-a"), folder("windows-b"));
    let factors = made_up::factors();
    let valuation = Valuation::new(&factors, NO_MARKET, "b0001");
    let windows = |folder: &Path, threads| {
        let source = chunks(600, 30);
        let lines = |number| {
            source(number).map(|activities| {
                let lines = valuation.lines(activities.unwrap());
                lines.map_err(CalcError::<std::convert::Infallible>::Refused)
            })
        };
        let limits = Limits { window_lines: 100, ..Limits::DEFAULT };
        write(lines, batch(folder, threads), limits).unwrap().parts
    };
    let parts = windows(&folder_a, 1);
    assert_eq!(parts, windows(&folder_b, 4));
    for part in &parts {
        let lines = read(&folder_b.join(&part.path));
        assert!(lines.is_sorted_by_key(|line| line["line_id"].clone()), "{}", part.path);
    }
    assert_eq!(parts.iter().map(|part| part.rows).sum::<u64>(), 600);
}

/// Lines that are nearly all of a group of their own have no sums: they would fill the memory.
#[test]
fn sums_beyond_a_number_are_not_kept() {
    let factors = made_up::factors();
    let valuation = Valuation::new(&factors, NO_MARKET, "b0001");
    let totals = |totals_rows, threads| {
        let folder = folder("totals");
        let source = chunks(600, 30);
        let lines = |number| {
            source(number).map(|activities| {
                let lines = valuation.lines(activities.unwrap());
                lines.map_err(CalcError::<std::convert::Infallible>::Refused)
            })
        };
        let limits = Limits { window_lines: 100, totals_rows };
        let written = write(lines, batch(&folder, threads), limits).unwrap();
        (written.parts, written.totals)
    };
    let (parts, all) = totals(1_000, 1);
    let n = all.unwrap().len();
    for threads in [1, 3] {
        assert_eq!(totals(n, threads).1.unwrap().len(), n, "as many as may be");
        let (same, none) = totals(n - 1, threads);
        assert_eq!((same, none), (parts.clone(), None), "one less: the files keep their own sums");
    }
}

/// One tenant and period: more lines than a row group holds.
#[test]
fn a_part_has_as_many_row_groups_as_it_needs() {
    const ROWS: u64 = crate::part::ROWS_MAX as u64 + 10;
    let folder = folder("row-groups");
    let source = |number: usize| {
        (number < 2).then(|| {
            let (first, n) = if number == 0 { (0, 100_000) } else { (100_000, ROWS - 100_000) };
            let mut activities = made_up::activities(SEED, first, n, 1);
            activities.words[Word::Period as usize].codes.fill(3);
            Ok::<_, std::convert::Infallible>(activities)
        })
    };
    let factors = made_up::factors();
    let written = calculate(source, &factors, NO_MARKET, batch(&folder, 2)).unwrap();
    let [part] = &written.parts[..] else { panic!("one tenant and period are one part") };
    assert_eq!((part.rows, &*part.path), (ROWS, "tenant%200.2025-04.b0001.parquet"));
    let reader = SerializedFileReader::new(File::open(folder.join(&part.path)).unwrap()).unwrap();
    let groups = reader.metadata().row_groups();
    assert_eq!(
        groups.iter().map(parquet::file::metadata::RowGroupMetaData::num_rows).collect::<Vec<_>>(),
        [1 << 18, 10]
    );
    let least = groups[1].column(0).statistics().unwrap().min_bytes_opt();
    assert_eq!(least, Some(format!("b0001-{:09}", 1 << 18).as_bytes()), "readers prune by it");
}

/// What is wrong with a row, and how it is made so.
#[test]
fn rows_that_cannot_be_valued_are_told() {
    let broken = |spoil: &dyn Fn(&mut Activities)| {
        let mut activities = made_up::activities(SEED, FIRST_ROW, 50, 1);
        spoil(&mut activities);
        let factors = made_up::factors();
        match Valuation::new(&factors, NO_MARKET, "b").lines(activities) {
            Ok(_) => panic!("a fault was not found"),
            Err(faults) => (faults.total, faults.first[0].to_string()),
        }
    };
    fn set(activities: &mut Activities, word: Word, row: usize, text: &str) {
        let column = &mut activities.words[word as usize];
        column.codes[row] = column.words.len() as u32;
        column.words.push(text.into());
    }
    let good = made_up::activities(SEED, FIRST_ROW, 50, 1);
    let id = good.word(Word::FactorId).get(7).unwrap();
    let unit = good.word(Word::Unit).get(7).unwrap();
    type Spoil<'a> = &'a dyn Fn(&mut Activities);
    let cases: [(Spoil<'_>, String); 6] = [
        (
            &|a| set(a, Word::FactorId, 7, "no"),
            "row 9: factor_id is `no`: no such factor. Write one that is there or add it to the \
             factors"
                .to_owned(),
        ),
        (
            &|a| set(a, Word::FactorEdition, 7, "1999"),
            format!(
                "row 9: factor_edition is `1999`: no such edition of `{id}`. Leave it empty or add \
                 it to the factors"
            ),
        ),
        (
            &|a| set(a, Word::Unit, 7, "GJ"),
            format!(
                "row 9: unit is `GJ`: the factor `{id}` is per {unit}. Count in {unit} or take \
                 another factor"
            ),
        ),
        (
            &|a| set(a, Word::Period, 7, "July"),
            "row 9: period is `July`: not a period. Write a year or a month, as in 2025 or 2025-07"
                .to_owned(),
        ),
        (
            &|a| a.words[Word::Link as usize].codes[7] = NONE,
            "row 9: link is ``: it is missing. Fill it in".to_owned(),
        ),
        (
            &|a| a.amounts[7] = i64::MAX,
            "row 9: amount is `9223372036.854775807`: too large. A number has nine digits before \
             the point"
                .to_owned(),
        ),
    ];
    for (spoil, expect) in cases {
        assert_eq!(broken(spoil), (1, expect));
    }
}

#[test]
fn all_faults_of_all_chunks_are_counted_and_the_first_kept() {
    let folder = folder("faults");
    let source = |number: usize| {
        (number < 10).then(|| {
            let mut activities = made_up::activities(SEED, number as u64 * 50, 50, 1);
            activities.words[Word::Activity as usize].codes.fill(NONE);
            Ok::<_, std::convert::Infallible>(activities)
        })
    };
    let factors = made_up::factors();
    let Err(CalcError::Refused(faults)) = calculate(source, &factors, NO_MARKET, batch(&folder, 3))
    else {
        panic!("activities without a name were taken")
    };
    assert_eq!(faults.total, 500);
    let rows: Vec<u64> = faults.first.iter().map(|fault| fault.row).collect();
    assert_eq!(rows, (0..100).collect::<Vec<_>>());
}

#[test]
fn the_earliest_fault_of_the_source_is_told() {
    let folder = folder("source");
    for threads in 1..4 {
        let source = |number: usize| match number {
            0..5 => Some(Ok(made_up::activities(SEED, number as u64 * 10, 10, 1))),
            _ => Some(Err(number)),
        };
        let factors = made_up::factors();
        let failed = calculate(source, &factors, NO_MARKET, batch(&folder, threads));
        assert!(matches!(failed, Err(CalcError::Source(5))), "{failed:?}");
    }
}

#[test]
fn a_batch_never_writes_over_another() {
    let folder = folder("twice");
    calculated(&folder, 10, 10, 1);
    let again = calculate(chunks(10, 10), &made_up::factors(), NO_MARKET, batch(&folder, 1));
    assert!(matches!(again, Err(CalcError::Write(WriteError::Io { .. }))), "{again:?}");
}

/// A certificate of half the location-based rate for one tenant.
#[test]
fn electricity_is_valued_by_the_market_too() {
    let rate: MarketRate<'_> = &|_, tenant, period, factor| {
        assert_eq!(factor.class, carbon::Class::Electricity);
        let half = factor.generation?.checked_div(Fixed::from_integer(2));
        half.filter(|_| tenant == "tenant 1" && period.year() == 2025)
    };
    let factors = made_up::factors();
    let activities = made_up::activities(SEED, 0, 500, 2);
    let lines = Valuation::new(&factors, rate, "b").lines(activities).unwrap();
    let mut n_halved = 0;
    for row in 0..500 {
        let cell = |word| lines.activities.word(word).get(row).unwrap();
        let factor = factors.get(cell(Word::FactorId)).unwrap();
        let is_halved = cell(Word::Tenant) == "tenant 1" && factor.generation.is_some();
        let kg_per_kwh = match factor.generation.unwrap_or_default() {
            whole if is_halved => whole.checked_div(Fixed::from_integer(2)).unwrap(),
            whole => whole,
        };
        let amount = Fixed::from_billionths(lines.activities.amounts[row].into());
        let expect = amount.checked_mul(kg_per_kwh).unwrap();
        assert_eq!(i128::from(lines.market[row]), expect.billionths(), "row {row}");
        n_halved += u32::from(is_halved);
    }
    assert!(n_halved > 20);
}

#[test]
fn planned_lines_keep_their_ids_and_take_others_back() {
    use carbon::{Activity, Case, Context, DataKind, DistanceKind, Leg, Link, Unit, ids};
    use quantity::{Distance, Mass};
    let folder = folder("planned");
    let leg = Leg {
        mass: Mass::from_grams(230_000),
        distance: Distance::new(700_000),
        kind: DistanceKind::Sfd,
    };
    let activity = Activity {
        link: Link::Transportation,
        name: "lorry".into(),
        context: Context { order: Some("O1".into()), ..Context::of("2025-07".parse().unwrap()) },
        leg: Some(leg),
        amount: Fixed::from_integer(161),
        unit: Unit::TonneKilometre,
        factor_id: "hgv_all_tkm".into(),
        factor_edition: None,
        method: "test".into(),
        data_kind: DataKind::Primary,
    };
    let registry = carbon::Registry::built_in();
    let diesel = Activity {
        leg: None,
        unit: Unit::Litre,
        factor_id: ids::DIESEL.into(),
        ..activity.clone()
    };
    let mut lines = carbon::account(Case::Plan, vec![activity, diesel], &registry).unwrap();
    lines.push(lines[0].reversal("r-1".into()));
    let written = write_lines(&lines, &registry, batch(&folder, 2)).unwrap();
    let read = read(&folder.join("main.2025-07.b0001.parquet"));
    let column = |name: &str| read.iter().map(|l| l.get(name).cloned()).collect::<Vec<_>>();
    let some = |texts: [&str; 3]| texts.map(|text| Some(text.to_owned())).to_vec();
    assert_eq!(column("line_id"), some(["plan-00000000", "plan-00000001", "r-1"]));
    assert_eq!(column("reverses"), [None, None, Some("plan-00000000".to_owned())]);
    assert_eq!(column("wtt_kg_co2e"), some(["3797990000", "98372610000", "-3797990000"]));
    let tkm = Some("161000000000".to_owned());
    assert_eq!(column("tkm"), [tkm.clone(), None, tkm.map(|tkm| format!("-{tkm}"))]);
    assert_eq!(column("mass_kg")[0].as_deref(), Some("230000000000"));
    assert_eq!(column("distance_km")[0].as_deref(), Some("700000000000"));
    let sum = carbon::total(&lines);
    assert_eq!(written.parts[0].sums, BTreeMap::from([("plan".to_owned(), sum)]));
    assert_eq!(written.factors.iter().count(), 2, "the factors that lines name");
    assert_eq!(sum.wtt, Carbon::from_micrograms(98_372_610_000));
}

fn bytes_of(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut File::open(path).unwrap(), &mut bytes).unwrap();
    bytes
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|&byte| [byte >> 4, byte & 15]).fold(String::new(), |mut text, halves| {
        text.extend(halves.map(|half| char::from_digit(half.into(), 16).unwrap()));
        text
    })
}

/// Ten million lines of 400 factors, 12 months and 200 sites: `cargo test --release -p lake --
/// --ignored speed --nocapture`.
#[test]
#[ignore = "measures; run it alone and optimised"]
#[expect(clippy::disallowed_methods, clippy::print_stdout, reason = "it measures and tells")]
fn speed() {
    const CHUNK: u64 = 1 << 17;
    const LINES: u64 = 80 * CHUNK;
    let made: Vec<Activities> =
        (0..16).map(|number| made_up::activities(SEED, number * CHUNK, CHUNK, 1)).collect();
    let factors = made_up::factors();
    for threads in [1, 2] {
        let folder = folder("speed");
        let source = |number: usize| {
            ((number as u64) < LINES / CHUNK).then(|| {
                let first_row = number as u64 * CHUNK;
                Ok::<_, std::convert::Infallible>(Activities {
                    first_row,
                    ..made[number % made.len()].clone()
                })
            })
        };
        let start = std::time::Instant::now();
        let written = calculate(source, &factors, NO_MARKET, batch(&folder, threads)).unwrap();
        let seconds = start.elapsed().as_secs_f64();
        let bytes: u64 = std::fs::read_dir(&*folder)
            .unwrap()
            .map(|entry| entry.unwrap().metadata().unwrap().len())
            .sum();
        println!(
            "{threads} threads: {:.2} M lines/s, {:.1} bytes a line, {} totals",
            LINES as f64 / seconds / 1e6,
            bytes as f64 / written.lines as f64,
            written.totals.map_or(0, |totals| totals.len()),
        );
    }
}
