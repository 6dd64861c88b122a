//! Tests of the whole report.

use super::index::{At, requirements};
use super::made_up::{answers, fixed, meta, nothing, planned};
use super::*;
use crate::Lang;
use crate::document::Block;
use std::collections::BTreeSet;

fn value(report: &Report, id: &str) -> Option<String> {
    let point = report.figures.iter().find(|point| point.id == id).expect(id);
    point.value.map(|value| value.to_string())
}

fn in_chinese(meta: Meta) -> Meta {
    Meta { lang: Lang::Zh, ..meta }
}

#[test]
fn figures_are_what_the_ledger_holds() {
    let report = report(&meta(), &answers()).unwrap();
    for (id, expect, why) in [
        ("ghg.total_location", Some("68600.5"), "scopes 1 to 3; outside is not counted"),
        ("ghg.total_market", Some("54800.25"), "scope 2 by contract"),
        ("ghg.scope3.4", Some("18000"), "a category"),
        ("ghg.scope3.6", None, "no line: no zero"),
        ("ghg.outside", Some("1900"), "beside"),
        ("link.ordering", None, "a link without a line"),
        ("iso.wtw", Some("16612"), "lines without freight are in the numerator"),
        ("iso.tkm", Some("20000.5"), "freight counted once"),
        ("iso.tkm_gcd", None, "one kind of distance"),
        ("iso.intensity_wtw", Some("830.579235519"), "grams, half to even"),
        ("iso.primary", Some("90.368408379"), "of WTW"),
        ("energy.electricity_all", Some("30000"), "grid and own"),
        ("energy.fuel.diesel_blend_l", Some("13000.75"), "by factor, in its own unit"),
        ("packaging.material", Some("18"), "kilograms and tonnes"),
        ("packaging.recycled_share", Some("8.333333333"), "the factor says closed loop"),
        ("packaging.per_parcel", Some("0.18"), "KPI A2.5"),
        ("waste.diverted", Some("19"), "recycling"),
        ("waste.disposal", Some("2.25"), "landfill and energy recovery"),
        ("fleet.electric_share", Some("15"), "of short urban deliveries"),
        ("solar.growth", Some("50.5"), "150.5 after 100"),
        ("avoided.exported", None, "no such measure"),
        ("intensity.revenue_location", Some("5488.04"), "12.5 million"),
        ("biogenic.own", Some("133.5"), "beside"),
    ] {
        assert_eq!(value(&report, id).as_deref(), expect, "{id}: {why}");
    }
}

#[test]
fn avoided_emissions_change_no_total() {
    let (meta, mut changed) = (meta(), answers());
    let rows = [["actual", "avoided_self_used", "kg CO2e", "1000000"]];
    changed.insert("measures", rows.map(|row| row.map(String::from).to_vec()).to_vec());
    let [before, after] =
        [answers(), changed].map(|answers| report(&meta, &answers).unwrap().figures);
    for (before, after) in before.iter().zip(&after) {
        if before.id.starts_with("ghg.") || before.id.starts_with("link.") {
            assert_eq!(before, after);
        }
    }
    assert_eq!(
        after.iter().find(|p| p.id == "avoided.self_used").unwrap().value,
        Some(fixed("1000000"))
    );
}

#[test]
fn two_kinds_of_distance_have_no_common_intensity() {
    let mut changed = answers();
    let rows = [["sfd", "1000"], ["gcd", "500"]];
    let rows = rows.map(|[kind, tkm]| ["actual", kind, "primary", "1", tkm, "1", "2"]);
    changed.insert("transport", rows.map(|row| row.map(String::from).to_vec()).to_vec());
    let report = report(&meta(), &changed).unwrap();
    assert_eq!(value(&report, "iso.tkm").as_deref(), Some("1500"));
    assert_eq!(value(&report, "iso.intensity_wtw"), None);
    assert!(report.html().contains("would mix unlike tonne-kilometres"));
}

#[test]
fn figures_rest_on_the_editions_of_their_own_lines() {
    let report = report(&meta(), &answers()).unwrap();
    let editions = |id: &str| {
        report.figures.iter().find(|point| point.id == id).unwrap().factor_editions.clone()
    };
    assert_eq!(editions("ghg.scope1"), "DESNZ 2025");
    assert_eq!(editions("ghg.scope3.4"), "GLEC 3");
    assert_eq!(editions("iso.wtw"), "DESNZ 2025; GLEC 3");
    assert_eq!(editions("fleet.deliveries"), "", "a measure has no factor");
}

/// Rows of a CSV without line ends in its fields.
fn fields(line: &str) -> Vec<String> {
    let (mut fields, mut field, mut quoted) = (Vec::new(), String::new(), false);
    for letter in line.chars() {
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(std::mem::take(&mut field)),
            letter => field.push(letter),
        }
    }
    fields.push(field);
    fields
}

#[test]
fn the_csv_has_the_figures_of_the_document() {
    for (meta, answers) in [(meta(), answers()), planned()] {
        let report = report(&meta, &answers).unwrap();
        let csv = report.figures_csv();
        let rows: Vec<Vec<String>> = csv.lines().skip(1).map(fields).collect();
        let section = report.document.sections.iter().find(|s| s.id == "figures").unwrap();
        let Block::Table(table) = &section.blocks[1] else { panic!("figures is a table") };
        assert_eq!(rows.len(), table.rows.len());
        for (row, shown) in rows.iter().zip(&table.rows) {
            assert_eq!(row.len(), 12, "{row:?}");
            assert_eq!(row[0], shown[0]);
            let exact = if row[2].is_empty() { "not in this ledger" } else { &row[2] };
            assert_eq!(exact.replace('-', "\u{2212}"), shown[1].replace(',', ""), "{}", row[0]);
            let (place, queries) = (&shown[3], queries(&meta));
            assert!(queries.iter().any(|query| query.id == place), "{place}");
        }
        assert!(rows.iter().any(|row| row[6] == "9000" && row[7] == "11000"), "an interval");
    }
}

#[test]
fn every_figure_is_shown_in_its_section() {
    let report = report(&meta(), &answers()).unwrap();
    let sections = &report.document.sections;
    for point in &report.figures {
        let section = sections.iter().find(|section| section.id == point.section).expect(&point.id);
        let is_there = section.blocks.iter().any(|block| match block {
            Block::Table(table) => table.rows.iter().any(|row| row[0] == point.name),
            // What lies outside the boundary is told among the methods.
            Block::Notes(notes) => notes.iter().any(|(term, _)| term == "Outside the boundary"),
            _ => false,
        });
        assert!(is_there, "{}", point.id);
    }
}

#[test]
fn every_row_of_an_index_leads_to_a_section_or_says_why_not() {
    for (meta, answers) in [(meta(), answers()), (meta(), nothing(&meta())), planned()] {
        let report = report(&meta, &answers).unwrap();
        let ids: BTreeSet<&str> = report.document.sections.iter().map(|s| s.id).collect();
        let mut rows = 0;
        for section in report.document.sections.iter().filter(|s| s.id.starts_with("index-")) {
            let Block::Table(table) = &section.blocks[1] else { panic!("an index is a table") };
            assert_eq!(table.leads_to.len(), table.rows.len());
            for (row, target) in table.rows.iter().zip(&table.leads_to) {
                rows += 1;
                assert!(!row[2].is_empty(), "{row:?}");
                assert!(target.is_none_or(|id| ids.contains(id)), "{row:?}");
                let is_reason = ["Not ", "No "].iter().any(|start| row[2].starts_with(start));
                assert!(target.is_some() || is_reason, "{row:?}");
            }
        }
        assert!(rows > 140, "{rows}");
    }
}

#[test]
fn every_figure_that_an_index_asks_for_is_defined() {
    let known: Vec<String> =
        report(&meta(), &answers()).unwrap().figures.into_iter().map(|point| point.id).collect();
    for requirement in Standard::ALL.iter().flat_map(|standard| requirements(*standard)) {
        if let At::Figures(ids) = requirement.at {
            for id in ids {
                let is_there = known.iter().any(|known| known == id)
                    || id.ends_with('.') && known.iter().any(|known| known.starts_with(id));
                assert!(is_there, "{}: {id}", requirement.paragraph);
            }
        }
    }
}

#[test]
fn a_figure_lists_the_paragraphs_that_ask_for_it() {
    let report = report(&meta(), &answers()).unwrap();
    let point = report.figures.iter().find(|point| point.id == "ghg.scope1").unwrap();
    for paragraph in ["IFRS S2 29(a)(i)(1)", "ESRS E1-6 48(a)", "GRI 305-1 a", "HKEX C2 D 28(a)"] {
        assert!(point.standards.contains(paragraph), "{paragraph}: {}", point.standards);
    }
}

/// Elements that HTML never closes.
const VOID: [&str; 2] = ["meta", "!doctype"];

/// Every element is closed in its order; nothing stands where only a name may.
fn is_well_formed(page: &str) {
    let mut open: Vec<&str> = Vec::new();
    for piece in page.split('<').skip(1) {
        let (tag, _) = piece.split_once('>').expect("a tag is closed");
        let name = tag.trim_start_matches('/').split([' ', '\n']).next().unwrap();
        if let Some(closed) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(closed), "{piece}");
        } else if !tag.ends_with('/') && !VOID.contains(&name) {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn html_is_well_formed_and_every_link_leads_somewhere() {
    let (plan, plan_answers) = planned();
    let cases = [
        (meta(), answers()),
        (in_chinese(meta()), answers()),
        (in_chinese(plan.clone()), plan_answers.clone()),
        (plan, plan_answers),
        (meta(), nothing(&meta())),
    ];
    for (meta, answers) in cases {
        let page = report(&meta, &answers).unwrap().html();
        is_well_formed(&page);
        assert!(!page.contains("NaN"));
        let values = |name: &str| -> Vec<String> {
            let mark = format!(" {name}=\"");
            let rest = page.split(mark.as_str()).skip(1);
            rest.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
        };
        let ids = values("id");
        let unique: BTreeSet<&String> = ids.iter().collect();
        assert_eq!(unique.len(), ids.len(), "ids are unique");
        for target in values("href") {
            assert!(unique.contains(&target[1..].to_owned()), "{target}");
        }
    }
}

#[test]
fn chinese_pages_are_chinese() {
    let page = report(&in_chinese(meta()), &answers()).unwrap().html();
    assert!(page.contains("<html lang=\"zh-CN\">"));
    for words in ["范围一", "2025年", "温室气体", "本台账中无此数据", "避免的排放", "碳定价"]
    {
        assert!(page.contains(words), "{words}");
    }
    assert!(!page.contains("not in this ledger") && !page.contains("Scope 3"));
}

#[test]
fn pdf_builds_and_is_the_same_each_time() {
    let (plan, plan_answers) = planned();
    let file = |meta: &Meta, answers: &Answers| report(meta, answers).unwrap().pdf(None).unwrap();
    let first = file(&meta(), &answers());
    assert!(first == file(&meta(), &answers()));
    for other in [file(&plan, &plan_answers), file(&meta(), &nothing(&meta())), first] {
        assert!(other.starts_with(b"%PDF-"));
    }
}

#[test]
fn what_is_not_there_is_said_and_never_zero() {
    let report = report(&meta(), &nothing(&meta())).unwrap();
    assert!(report.figures.iter().all(|point| point.value.is_none()));
    let page = report.html();
    assert!(page.contains("The ledger holds no emissions of this entity in this period."));
    assert!(page.matches("not in this ledger").count() > 80);
    assert!(page.contains(">Not in this ledger: no line or measure of this kind in the period<"));
}

#[test]
fn a_scope_without_a_line_in_a_period_is_not_zero() {
    let report = report(&meta(), &answers()).unwrap();
    let trend = report.document.sections.iter().find(|section| section.id == "trend").unwrap();
    let tables: Vec<_> = trend
        .blocks
        .iter()
        .filter_map(|block| if let Block::Table(table) = block { Some(table) } else { None })
        .collect();
    assert_eq!(
        tables[0].rows[0],
        ["January 2025", "4.000", "13.00", "not in this ledger", "17.00", "1.000"]
    );
    assert_eq!(tables[1].rows[0][2], "not in this ledger");
}

#[test]
fn what_was_not_given_is_said_too() {
    let bare = Meta {
        targets: Vec::new(),
        intervals: std::collections::BTreeMap::new(),
        revenue: None,
        carbon_price: None,
        base_year: None,
        running: None,
        ..meta()
    };
    let page = report(&bare, &answers()).unwrap().html();
    for words in [
        "No target was given",
        "No base year was given",
        "No internal carbon price was given",
        "No interval was computed",
        "No net revenue was given",
        "No third party verified",
    ] {
        assert!(page.contains(words), "{words}");
    }
}

#[test]
fn a_plan_stands_beside_its_baseline() {
    let (meta, answers) = planned();
    let report = report(&meta, &answers).unwrap();
    assert_eq!(value(&report, "ghg.scope1").as_deref(), Some("10000"));
    assert_eq!(value(&report, "ghg.scope1.baseline").as_deref(), Some("20000"));
    let page = report.html();
    assert!(page.contains("Against the baseline: 42.6 % less."), "{}", report.document.finding);
    assert!(page.contains("50.0 % less"));
}

#[test]
fn unlike_warming_potentials_are_told() {
    let page = report(&meta(), &answers()).unwrap().html();
    assert!(page.contains("The total adds unlike sets"));
}

#[test]
fn hostile_names_are_only_names() {
    let hostile = "<script>alert(1)</script>\" onload=\"x";
    let mut changed = meta();
    changed.name = hostile.into();
    changed.entity = hostile.into();
    changed.tenant = hostile.into();
    changed.targets[0].name = hostile.into();
    changed.missing_factors = vec![hostile.into()];
    let mut answers = answers();
    let row = ["actual", hostile, hostile, "t", "1"].map(String::from).to_vec();
    answers.insert("materials", vec![row]);
    let page = report(&changed, &answers).unwrap().html();
    assert!(!page.contains("<script") && !page.contains("\" onload"));
}

#[test]
fn faults_say_what_to_mend() {
    let mut short = answers();
    short.insert("links", vec![vec!["actual".into()]]);
    let mut words = answers();
    words.insert("links", vec![["actual", "packaging", "many"].map(String::from).to_vec()]);
    let backward = Meta {
        span: Span { from: "2026".parse().unwrap(), to: "2025".parse().unwrap() },
        ..meta()
    };
    let poor =
        Meta { revenue: Some(Revenue { millions: Fixed::ZERO, currency: "GBP".into() }), ..meta() };
    for (meta, answers, expect) in [
        (meta(), Answers::default(), "query `editions` has no answer. Ask the ledger every query"),
        (meta(), short, "a row of `links` has 1 cells, not 3"),
        (meta(), words, "`links` gave `many`: not a decimal number"),
        (backward, answers(), "the report ends in 2025, before it begins in 2026"),
        (poor, answers(), "the net revenue is 0 million"),
    ] {
        let fault = report(&meta, &answers).unwrap_err().to_string();
        assert!(fault.starts_with(expect), "{fault}");
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "files for a person to look at, when asked for")]
fn dump_for_the_eye() {
    let Some(folder) = std::env::var_os("REPORT_DUMP") else { return };
    let (plan, plan_answers) = planned();
    for (name, meta, answers) in [
        ("esg", meta(), answers()),
        ("esg-zh", in_chinese(meta()), answers()),
        ("esg-plan", plan, plan_answers),
    ] {
        let file = |kind: &str| std::path::Path::new(&folder).join(format!("{name}.{kind}"));
        let report = report(&meta, &answers).unwrap();
        std::fs::write(file("html"), report.html()).unwrap();
        std::fs::write(file("pdf"), report.pdf(None).unwrap()).unwrap();
        std::fs::write(file("csv"), report.figures_csv()).unwrap();
    }
}
