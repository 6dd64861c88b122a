//! Tests of a page in Chinese, with whatever Chinese font the machine has.

use super::{PdfError, print_whole};
use crate::Lang;
use crate::document::{Block, Column, Cut, Document, KeyFigure, Section, Table};
use crate::drawing::{Drawing, Words};
use crate::font::{Fonts, of_this_machine};
use std::io::Write;
use std::process::{Command, Stdio};

/// Every kind of block, with Chinese and Latin letters mixed.
fn document() -> Document {
    let mut drawing = Drawing::default();
    drawing.text("strong", (10.0, 30.0), "运输 transport 共 12 吨");
    drawing.text("end-note", (390.0, 60.0), "千克CO2e/吨公里");
    drawing.text("middle", (200.0, 90.0), "< 5 % & \"其余\"");
    let words = |text: &str| text.repeat(6);
    let figure = drawing.finish(
        Words {
            id: "f".into(), title: words("各环节排放，"), description: "条形图".into()
        },
        400.0,
        110.0,
    );
    let columns = vec![
        Column::words("排放因子"),
        Column::words("说明（来源）"),
        Column::numbers("排放量", "千克 CO2e"),
    ];
    let note = "《温室气体核算体系：企业核算与报告标准》（2004）第4章，见“范围二”。";
    let row = |number: usize| vec![format!("柴油{number}"), words(note), "1,234.5".into()];
    let mut table = Table::new("使用的排放因子", columns, (0..12).map(row).collect())
        .with_total(vec!["合计".into(), String::new(), "14,814.0".into()]);
    table.cut = Some(Cut { rows_max_pdf: 9, rows: 12, file: "figures.csv" });
    let key = |name| KeyFigure {
        name,
        unit: "千克 CO2e".into(),
        plan: "37,600.5".into(),
        baseline: "41,000.0".into(),
        difference: "减少 8.3%".into(),
        method: "范围一至范围三之和；边界之外不计入。".into(),
    };
    let text =
        "本报告由greenchain根据台账生成，表中数字经四舍五入；指标CSV文件保留全部位数（见附录）。";
    let section = |id, title, blocks| Section { id, title, blocks };
    Document {
        lang: Lang::Zh,
        title: "绿链物流 2025 年度 ESG 报告".into(),
        scope: "2025年1月至12月，主体：上海绿链".into(),
        finding: words("全年排放 37.6 吨二氧化碳当量，较基准情景减少 8.3%。"),
        footer: "完".into(),
        sections: vec![
            section(
                "one",
                "温室气体排放（范围一、二、三）",
                vec![
                    Block::KeyFigures(vec![key("排放总量"), key("运输"), key("包装"), key("仓储")]),
                    Block::Heading("运输链".into()),
                    Block::Paragraph(words(text)),
                    Block::Figures(vec![figure]),
                ],
            ),
            section(
                "two",
                "方法",
                vec![
                    Block::Table(table),
                    Block::Notes(vec![("数据质量与不确定性".into(), words(text))]),
                ],
            ),
        ],
    }
}

/// What another program reads in the file; none where that program is not there.
#[expect(clippy::print_stderr, reason = "a skipped test says why")]
fn extracted(file: &[u8]) -> Option<String> {
    let pipes = Command::new("pdftotext")
        .args(["-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut reader) = pipes else {
        eprintln!("skipped: install poppler-utils");
        return None;
    };
    reader.stdin.take().unwrap().write_all(file).unwrap();
    Some(String::from_utf8(reader.wait_with_output().unwrap().stdout).unwrap())
}

fn has(file: &[u8], mark: &str) -> bool {
    file.windows(mark.len()).any(|window| window == mark.as_bytes())
}

#[test]
fn a_chinese_document_is_printed_small_and_tagged() {
    for fonts in of_this_machine::chinese() {
        let file = print_whole(&document(), Some(&fonts)).unwrap();
        assert!(file.len() < 1_000_000, "{} bytes: the font is not a subset", file.len());
        for mark in ["/Lang(zh-CN)", "/StructTreeRoot", "/FontFile"] {
            let is_there = has(&file, mark) || has(&file, &mark.replace('(', " ("));
            assert!(is_there, "{mark}");
        }
        assert!(file == print_whole(&document(), Some(&fonts)).unwrap(), "the same bytes");
    }
}

#[test]
fn another_program_reads_the_letters() {
    for fonts in of_this_machine::chinese() {
        let file = print_whole(&document(), Some(&fonts)).unwrap();
        let Some(text) = extracted(&file) else { return };
        let letters: String = text.split_whitespace().collect();
        for wanted in [
            "绿链物流2025年度ESG报告",
            "温室气体排放（范围一、二、三）",
            "本报告由greenchain根据台账生成，表中数字",
            "基准情景41,000.0",
            "显示前9行，共12行；全部内容见figures.csv。",
            "第1页，共2页",
            "运输transport共12吨",
            "千克CO2e/吨公里",
            "<5%&\"其余\"",
        ] {
            assert!(letters.contains(wanted), "{wanted} is not in {text}");
        }
        assert!(!text.contains('\u{fffd}'));
    }
}

#[test]
fn no_mark_begins_a_line_on_paper() {
    for fonts in of_this_machine::chinese() {
        let document = document();
        let typefaces = super::typeface::both(Some(&fonts)).unwrap();
        let sheet = super::blocks::lay_out(&document, typefaces);
        for mark in sheet.pages.iter().flatten() {
            if let super::Ink::Text { text, .. } = &mark.ink {
                assert!(!text.starts_with(['，', '。', '；', '）', '》', '”', '、']), "{text}");
                assert!(!text.ends_with(['（', '《', '“']), "{text}");
            }
        }
    }
}

#[test]
fn letters_without_a_font_are_named() {
    let Err(PdfError::NoGlyph { letters }) = print_whole(&document(), None) else {
        panic!("the built-in font has no Chinese");
    };
    for letter in "绿链页元".chars() {
        let is_printed = letter != '元';
        assert_eq!(letters.contains(&letter), is_printed, "{letter}");
    }
    assert!(letters.contains(&'余'), "inside the figure alone");
    assert!(!letters.contains(&'条'), "a description is not printed");
    assert!(letters.is_sorted() && letters.iter().all(|letter| !letter.is_ascii()));
}

#[test]
fn a_letter_that_the_given_font_lacks_is_named_too() {
    for fonts in of_this_machine::chinese() {
        let mut document = document();
        document.scope.push('\u{10fffd}');
        let expect = PdfError::NoGlyph { letters: vec!['\u{10fffd}'] };
        assert_eq!(print_whole(&document, Some(&fonts)), Err(expect));
    }
}

#[test]
fn a_file_that_is_no_font_is_a_fault() {
    let fonts = Fonts { bytes: vec![0; 100], index: 3 };
    assert_eq!(print_whole(&document(), Some(&fonts)), Err(PdfError::Font { index: 3 }));
}

/// To look at what the tests judge: `REPORT_DUMP=folder cargo test -p report dump`.
#[test]
#[expect(clippy::disallowed_methods, reason = "files for a person to look at, when asked for")]
fn dump_for_the_eye() {
    let Some(folder) = std::env::var_os("REPORT_DUMP") else { return };
    let file = |name: String| std::path::Path::new(&folder).join(name);
    std::fs::write(file("chinese.html".into()), crate::html::print(&document())).unwrap();
    for (number, fonts) in of_this_machine::chinese().iter().enumerate() {
        let pdf = print_whole(&document(), Some(fonts)).unwrap();
        std::fs::write(file(format!("chinese-{number}.pdf")), pdf).unwrap();
    }
}
