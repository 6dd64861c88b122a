use super::*;
use crate::made_up::{Books, Scratch, put};
use crate::{Cell, Kind};
use arrow_schema::DataType;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

fn lake() -> (Lake, Scratch) {
    let scratch = Books::sample().write();
    (Lake::open(&scratch.0).unwrap(), scratch)
}

fn csv(lake: &Lake, sql: &str) -> String {
    lake.query(sql).unwrap().to_csv().unwrap()
}

#[test]
fn every_table_answers() {
    let (lake, _scratch) = lake();
    for (sql, expect, why) in [
        ("SELECT count(*) AS n FROM ledger", "n\n6\n", "all files, and no other"),
        ("SELECT sum(lines) AS n FROM totals", "n\n6\n", "totals cover all lines"),
        (
            "SELECT measure, amount * 2 AS twice FROM measures",
            "measure,twice\nparcels,15\n",
            "measures are exact decimals",
        ),
        (
            "SELECT wtt, ttw FROM factors WHERE factor_id = 'diesel_blend_l'",
            "wtt,ttw\n0.61101,2.57082\n",
            "factors are exact decimals",
        ),
        (
            "SELECT tenant, sum(amount) AS t FROM ledger WHERE unit = 't' GROUP BY tenant ORDER BY t",
            "tenant,t\n东 仓%20,0.5\nmain,1\n",
            "a file of a strange name",
        ),
        (
            "SELECT \"case\", sum(wtt_kg_co2e + ttw_kg_co2e) AS kg FROM ledger \
             GROUP BY \"case\" ORDER BY 1",
            "case,kg\nactual,26.05002\nbaseline,582.2447\nplan,1199.72542\n",
            "what was taken back is in no sum",
        ),
        (
            "SELECT sum(lines) AS n FROM totals WHERE case = 'plan'",
            "n\n1\n",
            "the engine takes `case` without quotation marks too",
        ),
        ("SELECT 0.1 + 0.2 AS n", "n\n0.3\n", "a decimal in a statement is one"),
    ] {
        assert_eq!(csv(&lake, sql), expect, "{why}");
    }
}

#[test]
fn decimals_are_decimals_and_null_is_null() {
    let (lake, _scratch) = lake();
    let answer = lake
        .query(
            "SELECT l.line_id, l.site_id, l.tkm, l.amount, t.lines FROM ledger l, totals t LIMIT 0",
        )
        .unwrap();
    let kinds: Vec<_> = answer.columns.iter().map(|(_, kind)| *kind).collect();
    assert_eq!(kinds, [Kind::Text, Kind::Text, Kind::Decimal, Kind::Decimal, Kind::Integer]);
    assert_eq!(answer.rows, Vec::<Vec<Cell>>::new());
    let answer = lake.query("SELECT site_id, tkm FROM ledger WHERE line_id = 'b1-1'").unwrap();
    assert_eq!(answer.rows, [[Cell::Null, Cell::Decimal("161".to_owned())]]);
}

/// Beyond a number of groups a ledger keeps no sums: a table without rows stands for them.
#[test]
fn sums_that_are_not_kept_are_made_when_asked() {
    let books = Books::sample();
    let kept = books.write();
    let not_kept = books.write_with(|_, totals| totals.clear());
    let [kept, not_kept] = [&kept, &not_kept].map(|scratch| Lake::open(&scratch.0).unwrap());
    for lake in [&kept, &not_kept] {
        lake.scope_for("acme").unwrap();
    }
    for sql in [
        "SELECT * FROM totals ORDER BY tenant, period, \"case\", class",
        "SELECT count(*) AS n, sum(lines) AS lines FROM totals",
        "SELECT link, sum(tkm) AS tkm, sum(wtt_kg_co2e + ttw_kg_co2e) AS kg FROM totals \
         WHERE site_id IS NULL GROUP BY link ORDER BY link",
        "SELECT scope, category, sum(kg_co2e) AS kg, sum(lines) AS n FROM scoped \
         GROUP BY scope, category ORDER BY scope, category",
    ] {
        let [kept, not_kept] = [&kept, &not_kept].map(|lake| lake.query(sql).unwrap());
        assert_eq!(kept, not_kept, "{sql}");
    }
}

#[test]
fn scopes_share_out_every_kilogram() {
    let (lake, _scratch) = lake();
    assert!(lake.query("SELECT * FROM scoped").is_err(), "without an entity there are no scopes");
    lake.scope_for("nobody's").unwrap();
    lake.scope_for("acme").unwrap();
    let sql = "SELECT scope, category, sum(kg_co2e) AS kg FROM scoped \
               WHERE NOT (kg_co2e = 0) GROUP BY scope, category HAVING sum(kg_co2e) <> 0 \
               ORDER BY scope, category";
    assert_eq!(
        csv(&lake, sql),
        "scope,category,kg\n\
         2,,4.248\n\
         3,3.1,1199.72542\n\
         3,3.12,582.2447\n\
         3,3.3,1.6416\n\
         3,3.4,20.16042\n"
    );
    let both = "SELECT (SELECT sum(kg_co2e) FROM scoped) \
                - (SELECT sum(wtt_kg_co2e + ttw_kg_co2e) FROM totals) AS lost";
    assert_eq!(csv(&lake, both), "lost\n0\n");
}

#[test]
fn an_entity_is_text_and_never_sql() {
    let (lake, _scratch) = lake();
    lake.scope_for("' OR 1=1 --").unwrap();
    let own = "SELECT count(*) AS own FROM scoped WHERE scope IN ('1', '2')";
    assert_eq!(csv(&lake, own), "own\n0\n");
}

#[test]
fn only_scope_2_is_market_based() {
    let mut books = Books::sample();
    for row in &mut books.rows {
        if row.word("class") == Some("electricity") {
            row.decimal("market_kg_co2e", 0);
        }
    }
    let scratch = books.write();
    let lake = Lake::open(&scratch.0).unwrap();
    lake.scope_for("acme").unwrap();
    let sql = "SELECT scope, sum(kg_co2e) AS location, sum(market_kg_co2e) AS market FROM scoped \
               WHERE class = 'electricity' GROUP BY scope ORDER BY scope";
    assert_eq!(csv(&lake, sql), "scope,location,market\n2,4.248,0\n3,1.6416,1.6416\n");
}

#[test]
fn a_ledger_is_only_read() {
    let (lake, scratch) = lake();
    let target = scratch.0.join("stolen.csv").display().to_string();
    for (sql, why) in [
        (format!("COPY ledger TO '{target}'"), "writes a file"),
        (format!("EXPLAIN ANALYZE COPY ledger TO '{target}'"), "would really be run"),
        (format!("CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '{target}'"), "reads any file"),
        ("CREATE TABLE t AS SELECT 1".to_owned(), "makes a table"),
        ("DROP TABLE ledger".to_owned(), "drops one"),
        ("INSERT INTO totals SELECT * FROM totals".to_owned(), "writes lines"),
        ("SET datafusion.execution.batch_size = 1".to_owned(), "changes a setting"),
        ("PREPARE p AS SELECT 1".to_owned(), "leaves something behind"),
    ] {
        let fault = lake.query(&sql).unwrap_err();
        assert!(matches!(fault, LakeError::ReadOnly(_)), "{why}: {fault}");
    }
    assert!(!scratch.0.join("stolen.csv").exists());
    for sql in [
        "SHOW TABLES",
        "DESCRIBE ledger",
        "SHOW COLUMNS FROM totals",
        "EXPLAIN SELECT 1",
        "EXPLAIN ANALYZE SELECT count(*) FROM ledger",
        "WITH a AS (SELECT 1 AS n) SELECT n FROM a",
    ] {
        assert_ne!(lake.query(sql).unwrap().rows, Vec::<Vec<Cell>>::new(), "{sql}");
    }
}

#[test]
fn a_mistake_is_named() {
    let (lake, _scratch) = lake();
    for (sql, expect, why) in [
        ("SELECT * FROM lines", "Tables: factors, ledger, measures, totals.", "no such table"),
        ("SELECT kg FROM totals", "wtt_kg_co2e", "no such column: there are these"),
        ("SELEC 1", "SELEC", "a slip of the pen"),
        ("SELECT 1; SELECT 2", "single", "two statements"),
        ("SELECT * FROM '/etc/passwd'", "Tables:", "files are no tables"),
        ("", "", "nothing"),
    ] {
        let fault = lake.query(sql).unwrap_err();
        assert!(matches!(fault, LakeError::Sql { .. }), "{why}: {fault:?}");
        assert!(fault.to_string().contains(expect), "{why}: {fault}");
    }
}

#[test]
fn an_answer_that_fills_the_memory_is_refused() {
    let (lake, _scratch) = lake();
    let fault = lake.query("SELECT * FROM generate_series(1, 1000001)").unwrap_err();
    assert!(matches!(fault, LakeError::TooManyRows(1_000_000)), "{fault}");
}

#[test]
fn a_damaged_file_is_an_error() {
    let (_, scratch) = lake();
    put(&scratch.0, "main.2025-07.b0.parquet", b"PAR1 no more PAR1");
    let asked = Lake::open(&scratch.0).and_then(|lake| lake.query("SELECT * FROM ledger"));
    assert!(matches!(asked, Err(LakeError::Engine(_))), "{asked:?}");
}

#[test]
fn an_answer_is_a_parquet_file_too() {
    let (lake, _scratch) = lake();
    for (sql, rows, why) in [
        ("SELECT line_id, amount FROM ledger", 6, "text and decimals"),
        ("SELECT line_id, amount FROM ledger WHERE false", 0, "columns without rows"),
    ] {
        let bytes = bytes::Bytes::from(lake.query_parquet(sql).unwrap());
        let read = ParquetRecordBatchReaderBuilder::try_new(bytes).unwrap();
        assert_eq!(read.schema().field(1).data_type(), &DataType::Decimal128(18, 9), "{why}");
        let found: usize = read.build().unwrap().map(|batch| batch.unwrap().num_rows()).sum();
        assert_eq!(found, rows, "{why}");
    }
}

#[test]
fn a_query_that_goes_on_is_ended() {
    let (lake, _scratch) = lake();
    let limits = Limits { time: Duration::from_millis(50), ..Limits::default() };
    let lake = Lake::open_within(&lake.folder, limits).unwrap();
    let fault = lake
        .query(
            "SELECT count(*) FROM generate_series(1, 1000000) AS a(x) \
             CROSS JOIN generate_series(1, 1000000) AS b(y) WHERE x * y % 7 = 3",
        )
        .unwrap_err();
    assert!(matches!(fault, LakeError::TooLong(_)), "{fault}");
}
