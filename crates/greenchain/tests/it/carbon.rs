//! `greenchain carbon …`: activity in, a ledger that can be asked, verified and explained.

use crate::stand::{fresh, greenchain, plan, starter, succeed, text};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

const HEADER: &str = "activity_id,link,activity,period,amount,unit,mass_kg,sfd_km,gcd_km,\
    factor_id,round_id,operator,payer,data_kind\n";

/// research/carbon.md, section 2: a lorry, a van, an electric round shared by 15 : 6 : 2, board.
const GOLDEN: &str = "a,transportation,lorry,2025-03,,,230,700,,hgv_all_tkm,,Carrier,Acme,modelled\n\
    b,transportation,van,2025-03,,,500,40,,van_diesel_tkm,,Acme,Acme,modelled\n\
    c,transportation,round,2025-04,24,kWh,,,,grid_gb_kwh,R1,Acme,Acme,primary\n\
    d,transportation,first,2025-04,,,1500,,10,,R1,,,primary\n\
    e,transportation,second,2025-04,,,300,,20,,R1,,,primary\n\
    f,transportation,third,2025-04,,,500,,4,,R1,,,primary\n\
    g,packaging,board,2025-04,1,t,,,,board_new_t,,,Acme,primary\n";

fn activity(folder: &Path, rows: &str) -> PathBuf {
    let path = folder.join("activity.csv");
    fs::write(&path, format!("{HEADER}{rows}")).unwrap();
    path
}

fn golden(name: &str) -> (PathBuf, PathBuf) {
    let folder = fresh(name);
    let (rows, ledger) = (activity(&folder, GOLDEN), folder.join("ledger"));
    succeed(&["carbon", "calc", text(&rows), "--out", text(&ledger)]);
    (rows, ledger)
}

fn ask(ledger: &Path, sql: &str) -> String {
    let output =
        succeed(&["carbon", "query", text(ledger), sql, "--entity", "Acme", "--format", "csv"]);
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn golden_numbers_come_out_of_the_ledger() {
    let (_, ledger) = golden("carbon-golden");
    let sql = "SELECT activity, wtt_kg_co2e + ttw_kg_co2e AS kg FROM ledger ORDER BY line_id";
    assert_eq!(
        ask(&ledger, sql),
        "activity,kg\nlorry,20.16042\nvan,15.645\nboard,1199.72542\n\
         round,3.841043478\nround,1.536417391\nround,0.512139131\n"
    );
    let sql = "SELECT scope, coalesce(category, '') AS category, sum(kg_co2e) AS kg FROM scoped \
               GROUP BY 1, 2 HAVING sum(kg_co2e) <> 0 ORDER BY 1, 2";
    // The van's and the round's own: 12.626 burnt, 4.248 at the power stations.
    assert_eq!(
        ask(&ledger, sql),
        "scope,category,kg\n1,,12.626\n2,,4.248\n3,3.1,1199.72542\n3,3.3,4.6606\n3,3.4,20.16042\n"
    );
}

#[test]
fn an_altered_byte_is_found_and_a_whole_ledger_is_proved() {
    let (_, ledger) = golden("carbon-verify");
    let verdict = succeed(&["carbon", "verify", text(&ledger), "--json"]);
    let verdict: Value = serde_json::from_slice(&verdict.stdout).unwrap();
    assert_eq!((&verdict["valid"], &verdict["lines"]), (&true.into(), &6.into()));
    for entry in fs::read_dir(&ledger).unwrap().map(Result::unwrap) {
        let whole = fs::read(entry.path()).unwrap();
        for at in (0..whole.len()).step_by(whole.len() / 5 + 1) {
            let mut altered = whole.clone();
            altered[at] ^= 1;
            fs::write(entry.path(), &altered).unwrap();
            let status = greenchain(&["carbon", "verify", text(&ledger)]).status.code();
            assert_eq!(status, Some(1), "{:?}, byte {at}", entry.file_name());
        }
        fs::write(entry.path(), whole).unwrap();
    }
    succeed(&["carbon", "verify", text(&ledger)]);
}

#[test]
fn a_wrong_row_is_told_with_its_mend_and_nothing_is_written() {
    let folder = fresh("carbon-refused");
    let ledger = folder.join("ledger");
    for (row, expect) in [
        ("a,transportation,x,2025,1,l,,,,kerosene,,,,primary\n", "factor_id"),
        ("a,transportation,x,2025,1,kWh,,,,diesel_blend_l,,,,primary\n", "unit"),
        ("a,transportation,x,2025,,,-5,10,,hgv_all_tkm,,,,primary\n", "mass_kg"),
        ("a,transportation,x,2025,,,5,10,9,hgv_all_tkm,,,,primary\n", "gcd_km"),
    ] {
        let rows = activity(&folder, row);
        let output = greenchain(&["carbon", "calc", text(&rows), "--out", text(&ledger)]);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{expect}: {told}");
        assert!(told.contains("activity.csv") && told.contains(expect), "{expect}: {told}");
        assert!(!ledger.exists(), "{expect}: nothing is written");
    }
}

#[test]
fn a_batch_more_and_a_line_taken_back_add_up() {
    let (rows, ledger) = golden("carbon-append");
    succeed(&["carbon", "calc", text(&rows), "--out", text(&ledger)]);
    let count = "SELECT count(*) AS n, sum(wtt_kg_co2e + ttw_kg_co2e) AS kg FROM ledger";
    assert_eq!(ask(&ledger, count), "n,kg\n12,2482.84088\n");
    let van = "b0002-000000003";
    succeed(&["carbon", "reverse", text(&ledger), van, "--reason", "entered twice"]);
    assert_eq!(ask(&ledger, count), "n,kg\n13,2467.19588\n");
    succeed(&["carbon", "verify", text(&ledger)]);
    let again = greenchain(&["carbon", "reverse", text(&ledger), van, "--reason", "again"]);
    assert_eq!(again.status.code(), Some(2), "a line is taken back once");
}

#[test]
fn unlike_warming_potentials_are_not_added_in_silence() {
    let folder = fresh("carbon-gwp");
    let rows = activity(
        &folder,
        "a,warehousing,x,2025,1,kWh,,,,grid_gb_kwh,,,,primary\n\
         b,warehousing,y,2025,1,kWh,,,,grid_cn_kwh,,,,primary\n",
    );
    let ledger = folder.join("ledger");
    let arguments = ["carbon", "calc", text(&rows), "--out", text(&ledger)];
    assert_eq!(greenchain(&arguments).status.code(), Some(2));
    assert!(!ledger.exists());
    succeed(&[&arguments[..], &["--gwp-note", "no AR5 figure for China"]].concat());
    assert!(fs::read_to_string(ledger.join("manifest.json")).unwrap().contains("no AR5 figure"));
}

#[test]
fn a_line_and_a_round_are_explained() {
    let (rows, ledger) = golden("carbon-explain");
    let of = |arguments: &[&str]| String::from_utf8(succeed(arguments).stdout).unwrap();
    let line = of(&["carbon", "calc", text(&rows), "--explain", "a"]);
    assert!(line.contains("230 kg x 700 km") && line.contains("20.16042"), "{line}");
    let round = of(&["carbon", "explain", text(&ledger), "--round", "R1"]);
    assert!(round.contains("3.841043478") || round.contains("15.65"), "{round}");
    assert!(!round.contains("DIFFERS"), "{round}");
}

/// Rows of rounds and plain rows in one file: each line is found by its row.
#[test]
fn a_row_is_explained_and_told_by_its_number() {
    let folder = fresh("carbon-rows");
    let mixed = GOLDEN.lines().rev().collect::<Vec<_>>().join("\n") + "\n";
    let rows = activity(&folder, &mixed);
    for (row, expect) in
        [("2", "board"), ("b", "van"), ("7", "van"), ("8", "lorry"), ("a", "lorry")]
    {
        let output = succeed(&["carbon", "calc", text(&rows), "--explain", row]);
        let told = String::from_utf8(output.stdout).unwrap();
        assert!(told.lines().next().unwrap().ends_with(expect), "{row}: {told}");
    }
    let rows = activity(&folder, &mixed.replace("van_diesel_tkm", "kerosene"));
    let output = greenchain(&["carbon", "calc", text(&rows), "--out", text(&folder.join("l"))]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("row 7: factor_id is `kerosene`"), "{told}");
}

#[test]
fn method_and_performance_are_the_whole_change() {
    let (_, earlier) = golden("carbon-diff-a");
    let folder = fresh("carbon-diff-b");
    let rows = activity(&folder, &GOLDEN.replace("2025-04,24,kWh", "2025-04,12,kWh"));
    let later = folder.join("ledger");
    succeed(&["carbon", "calc", text(&rows), "--out", text(&later)]);
    let output = succeed(&["carbon", "diff", text(&earlier), text(&later), "--json"]);
    let change: Value = serde_json::from_slice(&output.stdout).unwrap();
    let kg = |key: &str| change[key].as_str().unwrap().parse::<quantity::Fixed>().unwrap();
    // Lines are rounded one by one, sums of amounts once: a few billionths lie between.
    assert!(kg("method_kg_co2e").billionths().abs() < 10, "the factors are the same");
    assert!((kg("performance_kg_co2e").to_f64() + 2.9448).abs() < 1e-6, "half the electricity");
    let parts = kg("method_kg_co2e") + kg("performance_kg_co2e");
    assert_eq!(kg("before_kg_co2e") + parts, kg("after_kg_co2e"));
}

#[test]
fn a_planned_day_is_verified_and_reported() {
    let (out, _) = plan(&starter("carbon-planned"));
    let ledger = out.join("ledger");
    succeed(&["carbon", "verify", text(&ledger)]);
    let esg = out.join("esg");
    let standards = "ghg,iso14083,issb,esrs,gri,hkex";
    succeed(&[
        "carbon",
        "report",
        text(&ledger),
        "--index",
        standards,
        "--html",
        "--pdf",
        "--out",
        text(&esg),
        "--draws",
        "200",
    ]);
    let page = fs::read_to_string(esg.join("esg.html")).unwrap();
    assert!(page.contains("GRI") && page.contains("ISO 14083"));
    assert!(fs::read(esg.join("esg.pdf")).unwrap().starts_with(b"%PDF-"));
    assert!(fs::read_to_string(esg.join("esg-figures.csv")).unwrap().contains("ghg.scope1"));
}

#[test]
fn categories_and_disclosures_come_into_the_report() {
    let folder = fresh("carbon-disclosed");
    let (factors, ledger, esg) =
        (folder.join("factors"), folder.join("ledger"), folder.join("esg"));
    fs::create_dir(&factors).unwrap();
    fs::write(
        factors.join("operations.csv"),
        "category_id,kind,description,period,factor_id,amount,unit,tkm,distance,loaded_km,empty_km,data_kind\n\
         own-vans,toc,own vans,2025,van_diesel_km,9000,km,2000,sfd,7500,1500,primary\n",
    )
    .unwrap();
    let rows = folder.join("freight.csv");
    fs::write(
        &rows,
        "link,activity,period,mass_kg,sfd_km,toc_id,operator,data_kind\n\
         transportation,van,2025-03,500,40,own-vans,Acme,primary\n",
    )
    .unwrap();
    let disclosures = folder.join("disclosures.toml");
    fs::write(
        &disclosures,
        "verification = 'limited assurance by Made Up Auditors'\n\
         [carbon_price]\nper_tonne = 85\ncurrency = 'EUR'\nused_for = 'choice of vehicles'\n\
         [[exclusions]]\nsubject = 'commuting'\nreason = 'no data before 2026'\n",
    )
    .unwrap();
    let calc = [text(&rows), "--factors", text(&factors), "--out", text(&ledger)];
    succeed(&[&["carbon", "calc"][..], &calc].concat());
    succeed(&["carbon", "verify", text(&ledger)]);
    // An auditor has what the intensity was made of.
    let kept = ask(&ledger, "SELECT factor_id FROM factors ORDER BY 1");
    assert_eq!(kept, "factor_id\nown-vans\nvan_diesel_km\n");
    let report = [text(&ledger), "--entity", "Acme", "--html", "--out", text(&esg)];
    // Of a month, the year's kilometres would not be known to be inside.
    let disclosed = ["--disclosures", text(&disclosures), "--period", "2025"];
    succeed(&[&["carbon", "report"][..], &report, &disclosed].concat());
    let page = fs::read_to_string(esg.join("esg.html")).unwrap();
    for (expect, why) in [
        ("Made Up Auditors", "who verified"),
        ("85", "the carbon price"),
        ("choice of vehicles", "what it is used for"),
        ("no data before 2026", "what is left out"),
        ("16.7 % of 9,000 km", "kilometres driven empty"),
    ] {
        assert!(page.contains(expect), "{why}");
    }
}

#[test]
fn a_certificate_is_used_once_and_each_case_has_it() {
    let folder = fresh("carbon-certificate");
    let (factors, ledger) = (folder.join("factors"), folder.join("ledger"));
    fs::create_dir(&factors).unwrap();
    let instruments = factors.join("instruments.csv");
    let wind = "instrument_id,region,period,kwh,generation_kg_per_kwh,kind,source\n\
                wind,GB,2025,50,0,certificate,registry\n";
    fs::write(&instruments, wind).unwrap();
    let rows = folder.join("power.csv");
    fs::write(
        &rows,
        "case,link,activity,period,amount,unit,factor_id,operator,data_kind\n\
         plan,warehousing,light,2025-03,50,kWh,grid_gb_kwh,Acme,primary\n\
         baseline,warehousing,light,2025-03,100,kWh,grid_gb_kwh,Acme,primary\n",
    )
    .unwrap();
    let calc = ["carbon", "calc", text(&rows), "--factors", text(&factors), "--out", text(&ledger)];
    succeed(&calc);
    let sql = "SELECT \"case\", sum(market_kg_co2e) AS kg FROM ledger GROUP BY 1 ORDER BY 1";
    assert_eq!(ask(&ledger, sql), "case,kg\nbaseline,8.85\nplan,0\n");
    succeed(&["carbon", "verify", text(&ledger)]);
    let again = greenchain(&calc);
    let told = String::from_utf8_lossy(&again.stderr).into_owned();
    assert_eq!(again.status.code(), Some(2));
    assert!(told.contains("instrument `wind` was used in instruments.b0001.csv"), "{told}");
    fs::write(&instruments, wind.replace("wind,", "wind-2,")).unwrap();
    succeed(&calc);
    succeed(&["carbon", "verify", text(&ledger)]);
}

#[test]
fn an_intensity_is_by_its_own_kind_of_distance() {
    let folder = fresh("carbon-distance");
    let factors = folder.join("factors");
    fs::create_dir(&factors).unwrap();
    fs::write(
        factors.join("operations.csv"),
        "category_id,kind,description,period,factor_id,amount,unit,tkm,distance,data_kind\n\
         own,toc,own vans,2025,van_diesel_km,9000,km,2000,sfd,primary\n",
    )
    .unwrap();
    let rows = folder.join("freight.csv");
    fs::write(
        &rows,
        "link,activity,period,mass_kg,gcd_km,toc_id,data_kind\n\
         transportation,van,2025-03,500,40,own,primary\n",
    )
    .unwrap();
    let out = folder.join("ledger");
    let output = greenchain(&[
        "carbon",
        "calc",
        text(&rows),
        "--factors",
        text(&factors),
        "--out",
        text(&out),
    ]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2));
    assert!(told.contains("distance_kind is `gcd`") && told.contains("Give sfd_km"), "{told}");
    assert!(!out.exists());
}
