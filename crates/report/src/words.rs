//! The few words that the printers add to a document, in its language.

use crate::Lang;
use crate::document::Table;
use crate::number::count;

/// What the document is.
pub(crate) const fn mark(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "greenchain report",
        Lang::Zh => "greenchain 报告",
    }
}

/// Its title, with what it is.
pub(crate) fn named(lang: Lang, title: &str) -> String {
    let mark = mark(lang);
    match lang {
        Lang::En => format!("{title}: {mark}"),
        Lang::Zh => format!("{title}：{mark}"),
    }
}

/// A link past the contents.
pub(crate) const fn skip(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "Skip to the report",
        Lang::Zh => "跳至报告正文",
    }
}

/// What the list of sections is called.
pub(crate) const fn contents(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "Contents",
        Lang::Zh => "目录",
    }
}

/// Before a figure of the baseline.
pub(crate) const fn baseline(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "baseline",
        Lang::Zh => "基准情景",
    }
}

/// Which page of how many.
pub(crate) fn page(lang: Lang, number: usize, pages: usize) -> String {
    match lang {
        Lang::En => format!("{number} / {pages}"),
        Lang::Zh => format!("第 {number} 页，共 {pages} 页"),
    }
}

/// How many of how many rows are shown, and where the others are; nothing when all are.
pub(crate) fn cut_note(lang: Lang, table: &Table, shown: usize) -> Option<String> {
    let english = table.cut_note(shown)?;
    Some(match (lang, &table.cut) {
        (Lang::Zh, Some(cut)) => {
            let (shown, rows) = (count(shown), count(cut.rows));
            format!("显示前 {shown} 行，共 {rows} 行；全部内容见 {}。", cut.file)
        }
        _ => english,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Cut;

    #[test]
    fn rows_left_out_are_told_in_the_language() {
        let mut table = Table::new("t", Vec::new(), Vec::new());
        table.cut = Some(Cut { rows_max_pdf: 40, rows: 1_200, file: "parcels.csv" });
        for (lang, expect) in [
            (Lang::En, "The first 40 of 1,200 rows; parcels.csv has all of them."),
            (Lang::Zh, "显示前 40 行，共 1,200 行；全部内容见 parcels.csv。"),
        ] {
            assert_eq!(cut_note(lang, &table, 40).as_deref(), Some(expect));
            assert_eq!(cut_note(lang, &table, 1_200), None, "all are shown");
        }
    }

    #[test]
    fn each_language_has_words_of_its_own() {
        let all = |lang| {
            let fixed = [mark(lang), skip(lang), contents(lang), baseline(lang)];
            let filled = [named(lang, "t"), page(lang, 1, 2)];
            fixed.map(str::to_owned).into_iter().chain(filled).collect::<Vec<_>>()
        };
        for (english, chinese) in all(Lang::En).iter().zip(all(Lang::Zh)) {
            assert!(english.is_ascii() && *english != chinese, "{english}");
            assert!(chinese.chars().any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter)));
        }
    }
}
